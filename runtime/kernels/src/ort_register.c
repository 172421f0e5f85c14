/* RegisterCustomOps: the door through which a session gets the ops of domain `chorale`. */
#include <limits.h>
#include <stdlib.h>

#include "ort_ops.h"

OrtStatus *ck_keep_node(const OrtApi *api, const void *node, size_t size, void **out) {
    *out = malloc(size);
    if (!*out)
        return ort_create_status(api)(ORT_FAILED,
                                      "Not enough memory for a node of the model; close other programs.");
    memcpy(*out, node, size);
    return NULL;
}

void ck_optional_float(const OrtApi *api, const OrtKernelInfo *info, const char *name, float *value) {
    float found;
    OrtStatus *absent = ort_attribute_float(api)(info, name, &found);
    if (absent) ort_release_status(api)(absent);
    else *value = found;
}

const char *ck_cpu_provider(const OrtCustomOp *op) { return (void)op, NULL; }
int ck_default_memory(const OrtCustomOp *op, size_t index) { return (void)op, (void)index, 0; }
int ck_first_version(const OrtCustomOp *op) { return (void)op, 1; }
int ck_last_version(const OrtCustomOp *op) { return (void)op, INT_MAX; }

/* The domain lives as long as the library: the runtime keeps a pointer to it in every session. */
static OrtCustomOpDomain *domain;

CK_EXPORT OrtStatus *RegisterCustomOps(OrtSessionOptions *options, const OrtApiBase *base) {
    const OrtApi *api = base->get_api(ORT_VERSION_ASKED);
    if (!api) {
        api = base->get_api(1);
        return api ? ort_create_status(api)(ORT_FAILED, "Chorale's kernels need ONNX Runtime 1.24 or later.")
                   : NULL;
    }
    char message[CK_MESSAGE];
    if (!ck_current(message)) return ort_create_status(api)(ORT_BAD_ARGUMENT, message);
    if (!domain) {
        const OrtCustomOp *const ops[] = {&ck_op_moe, &ck_op_linear, &ck_op_attention};
        OrtCustomOpDomain *made = NULL;
        OrtStatus *failure = ort_create_domain(api)("chorale", &made);
        for (size_t i = 0; !failure && i < sizeof ops / sizeof ops[0]; i++)
            failure = ort_domain_add(api)(made, ops[i]);
        if (failure) return failure;
        domain = made;
    }
    return ort_add_domain(api)(options, domain);
}
