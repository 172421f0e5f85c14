/* The ops MXFP4MoE and Linear of domain `chorale`, as ONNX Runtime calls them: check, then compute.
 *
 * Next: moe.c and linear.c do the work; ort_attention.c is the third op; ort_register.c hands the ops to a session.
 */
#include <stdlib.h>

#include "ort_ops.h"

/* --- MXFP4MoE ------------------------------------------------------------------------------------- */

typedef struct moe_node {
    const OrtApi *api;
    int64_t top_k;
    float alpha, limit;
} moe_node;

enum { X, ROUTER_W, ROUTER_B, GU_BLOCKS, GU_SCALES, GU_BIAS, DN_BLOCKS, DN_SCALES, DN_BIAS, MOE_INPUTS };
static const char *const moe_names[MOE_INPUTS] = {
    "x",           "router_weight", "router_bias", "gate_up_blocks", "gate_up_scales", "gate_up_bias",
    "down_blocks", "down_scales",   "down_bias",
};
static const int moe_types[MOE_INPUTS] = {ORT_F32,  ORT_BF16, ORT_BF16, ORT_U8,  ORT_U8,
                                          ORT_BF16, ORT_U8,   ORT_U8,   ORT_BF16};

static void check_moe(ck_call *call, const moe_node *node, const ck_tensor *in, ck_moe *op, size_t *tokens) {
    if (in[ROUTER_W].rank != 2 || in[GU_SCALES].rank != 3) {
        ck_fail(call,
                "input router_weight must be [experts, hidden] and gate_up_scales [experts, 2 * width, "
                "hidden / 32].");
        return;
    }
    const int64_t e = in[ROUTER_W].dims[0], h = in[ROUTER_W].dims[1], twice = in[GU_SCALES].dims[1],
                  i = twice / 2;
    if (e < 1 || h < CK_BLOCK || h % CK_BLOCK) {
        ck_fail(
            call,
            "input router_weight must have at least one expert and a hidden width that is a multiple of 32.");
    } else if (twice < 2 * CK_BLOCK || twice % (2 * CK_BLOCK)) {
        ck_fail(call, "input gate_up_scales must have twice an expert width that is a multiple of 32.");
    } else if (node->top_k < 1 || node->top_k > e) {
        ck_fail(call, "attribute top_k is %lld, and must be from 1 to the %lld experts.",
                (long long)node->top_k, (long long)e);
    }
    const ck_expected expected[] = {
        {ROUTER_W, moe_names[ROUTER_W], ORT_BF16, 2, {e, h}},
        {ROUTER_B, moe_names[ROUTER_B], ORT_BF16, 1, {e}},
        {GU_BLOCKS, moe_names[GU_BLOCKS], ORT_U8, 4, {e, twice, h / CK_BLOCK, 16}},
        {GU_SCALES, moe_names[GU_SCALES], ORT_U8, 3, {e, twice, h / CK_BLOCK}},
        {GU_BIAS, moe_names[GU_BIAS], ORT_BF16, 2, {e, twice}},
        {DN_BLOCKS, moe_names[DN_BLOCKS], ORT_U8, 4, {e, h, i / CK_BLOCK, 16}},
        {DN_SCALES, moe_names[DN_SCALES], ORT_U8, 3, {e, h, i / CK_BLOCK}},
        {DN_BIAS, moe_names[DN_BIAS], ORT_BF16, 2, {e, h}},
    };
    for (size_t n = 0; n < sizeof expected / sizeof expected[0]; n++)
        ck_check(call, &in[expected[n].index], &expected[n]);
    *tokens = ck_check_rows(call, &in[X], moe_names[X], h);
    *op = (ck_moe){
        .hidden = (size_t)h,
        .width = (size_t)i,
        .experts = (size_t)e,
        .top_k = (size_t)node->top_k,
        .alpha = node->alpha,
        .limit = node->limit,
        .router_weight = in[ROUTER_W].data,
        .router_bias = in[ROUTER_B].data,
        .gate_up_blocks = in[GU_BLOCKS].data,
        .gate_up_scales = in[GU_SCALES].data,
        .gate_up_bias = in[GU_BIAS].data,
        .down_blocks = in[DN_BLOCKS].data,
        .down_scales = in[DN_SCALES].data,
        .down_bias = in[DN_BIAS].data,
    };
}

static OrtStatus *moe_compute(void *self, OrtKernelContext *context) {
    const moe_node *node = self;
    ck_call call = {node->api, context, "MXFP4MoE", NULL};
    ck_tensor in[MOE_INPUTS];
    ck_moe op;
    size_t tokens = 0;
    char message[CK_MESSAGE] = "";
    const ck_kernel *kernel = ck_current(message);
    if (!kernel) ck_fail(&call, "%s", message);
    for (size_t i = 0; i < MOE_INPUTS; i++) in[i] = ck_input(&call, i, moe_names[i]);
    if (!call.failure) check_moe(&call, node, in, &op, &tokens);
    float *y = ck_output(&call, 0, in[X].dims, in[X].rank);
    const ck_pool pool = {&call, ck_ort_run};
    if (!call.failure && y && ck_moe_run(kernel, &pool, &op, in[X].data, tokens, y, message))
        ck_fail(&call, "%s", message);
    return call.failure;
}

static OrtStatus *moe_create(const OrtCustomOp *op, const OrtApi *api, const OrtKernelInfo *info,
                             void **out) {
    (void)op;
    moe_node node = {api, 0, 1.702f, 7.0f};
    OrtStatus *missing = ort_attribute_int(api)(info, "top_k", &node.top_k);
    if (missing) {
        ort_release_status(api)(missing);
        return ort_create_status(api)(ORT_BAD_ARGUMENT,
                                      "MXFP4MoE: attribute top_k (experts per token) is missing.");
    }
    ck_optional_float(api, info, "swiglu_alpha", &node.alpha);
    ck_optional_float(api, info, "swiglu_limit", &node.limit);
    return ck_keep_node(api, &node, sizeof node, out);
}

static const char *moe_name(const OrtCustomOp *op) { return (void)op, "MXFP4MoE"; }
static int moe_input_type(const OrtCustomOp *op, size_t i) { return (void)op, moe_types[i]; }
static size_t moe_input_count(const OrtCustomOp *op) { return (void)op, MOE_INPUTS; }
static int required(const OrtCustomOp *op, size_t i) { return (void)op, (void)i, ORT_REQUIRED; }

/* --- Linear --------------------------------------------------------------------------------------- */

enum { WEIGHT = 1, SCALES, BIAS, LINEAR_INPUTS };
static const char *const linear_names[LINEAR_INPUTS] = {"x", "weight", "scales", "bias"};

static OrtStatus *linear_compute(void *self, OrtKernelContext *context) {
    const ck_node *node = self;
    ck_call call = {node->api, context, "Linear", NULL};
    ck_tensor in[LINEAR_INPUTS];
    char message[CK_MESSAGE] = "";
    const ck_kernel *kernel = ck_current(message);
    if (!kernel) ck_fail(&call, "%s", message);
    for (size_t i = 0; i < LINEAR_INPUTS; i++) in[i] = ck_input(&call, i, linear_names[i]);
    const int is_int8 = in[WEIGHT].type == ORT_I8;
    if (in[WEIGHT].rank != 2) ck_fail(&call, "input weight must be [outputs, inputs].");
    const int64_t n = in[WEIGHT].dims[0], k = in[WEIGHT].dims[1];
    ck_check(&call, &in[WEIGHT], &(ck_expected){WEIGHT, "weight", is_int8 ? ORT_I8 : ORT_BF16, 2, {-1, -1}});
    if (is_int8) {
        if (k % CK_BLOCK)
            ck_fail(&call, "input weight is int8, so its width %lld must be a multiple of 32.", (long long)k);
        ck_check(&call, &in[SCALES], &(ck_expected){SCALES, "scales", ORT_F16, 2, {n, k / CK_BLOCK}});
    } else if (in[SCALES].type != 0) {
        ck_fail(&call, "input scales belongs to int8 weights; bfloat16 weights have none.");
    }
    if (in[BIAS].type != 0) ck_check(&call, &in[BIAS], &(ck_expected){BIAS, "bias", ORT_BF16, 1, {n}});
    const size_t tokens = ck_check_rows(&call, &in[0], "x", k);
    if (call.failure) return call.failure;
    int64_t dims[CK_MAX_RANK];
    memcpy(dims, in[0].dims, sizeof dims);
    dims[in[0].rank - 1] = n;
    float *y = ck_output(&call, 0, dims, in[0].rank);
    const ck_pool pool = {&call, ck_ort_run};
    if (!call.failure && y && n &&
        ck_linear_run(kernel, &pool, in[WEIGHT].data, in[SCALES].data, in[BIAS].data, (size_t)n, (size_t)k,
                      in[0].data, tokens, y, message))
        ck_fail(&call, "%s", message);
    return call.failure;
}

static OrtStatus *linear_create(const OrtCustomOp *op, const OrtApi *api, const OrtKernelInfo *info,
                                void **out) {
    (void)op, (void)info;
    const ck_node node = {api};
    return ck_keep_node(api, &node, sizeof node, out);
}

static const char *linear_name(const OrtCustomOp *op) { return (void)op, "Linear"; }
static int linear_input_type(const OrtCustomOp *op, size_t i) {
    static const int types[LINEAR_INPUTS] = {ORT_F32, ORT_ANY_TYPE, ORT_F16, ORT_BF16};
    return (void)op, types[i];
}
static size_t linear_input_count(const OrtCustomOp *op) { return (void)op, LINEAR_INPUTS; }
static int linear_input_kind(const OrtCustomOp *op, size_t i) {
    return (void)op, i >= SCALES ? ORT_OPTIONAL : ORT_REQUIRED;
}

static int output_float(const OrtCustomOp *op, size_t i) { return (void)op, (void)i, ORT_F32; }
static size_t one_output(const OrtCustomOp *op) { return (void)op, 1; }

const OrtCustomOp ck_op_moe = {
    .version = ORT_VERSION_ASKED,
    .get_name = moe_name,
    .get_provider = ck_cpu_provider,
    .input_type = moe_input_type,
    .input_count = moe_input_count,
    .output_type = output_float,
    .output_count = one_output,
    .destroy = free,
    .input_kind = required,
    .output_kind = required,
    .input_memory = ck_default_memory,
    .create_kernel = moe_create,
    .compute = moe_compute,
    .start_version = ck_first_version,
    .end_version = ck_last_version,
};

const OrtCustomOp ck_op_linear = {
    .version = ORT_VERSION_ASKED,
    .get_name = linear_name,
    .get_provider = ck_cpu_provider,
    .input_type = linear_input_type,
    .input_count = linear_input_count,
    .output_type = output_float,
    .output_count = one_output,
    .destroy = free,
    .input_kind = linear_input_kind,
    .output_kind = required,
    .input_memory = ck_default_memory,
    .create_kernel = linear_create,
    .compute = linear_compute,
    .start_version = ck_first_version,
    .end_version = ck_last_version,
};
