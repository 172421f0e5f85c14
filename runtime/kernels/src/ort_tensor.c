/* Reading tensors from ONNX Runtime, checking them, and its thread pool. See ort_tensor.h. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#include "ort_tensor.h"

void ck_fail(ck_call *call, const char *format, ...) {
    if (call->failure) return;
    char text[CK_MESSAGE], whole[CK_MESSAGE + 32];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    snprintf(whole, sizeof whole, "%s: %s", call->op, text);
    call->failure = ort_create_status(call->api)(ORT_BAD_ARGUMENT, whole);
}

int ck_try(ck_call *call, OrtStatus *status) {
    if (!status) return call->failure == NULL;
    if (call->failure) ort_release_status(call->api)(status);
    else call->failure = status;
    return 0;
}

ck_tensor ck_input(ck_call *call, size_t index, const char *name) {
    ck_tensor tensor = {0};
    size_t count = 0;
    const OrtValue *value = NULL;
    if (call->failure || !ck_try(call, ort_input_count(call->api)(call->context, &count)) || index >= count ||
        !ck_try(call, ort_input(call->api)(call->context, index, &value)) || !value)
        return tensor;
    OrtShapeInfo *info = NULL;
    if (!ck_try(call, ort_shape_info(call->api)(value, &info))) return tensor;
    if (ck_try(call, ort_element_type(call->api)(info, &tensor.type)) &&
        ck_try(call, ort_rank(call->api)(info, &tensor.rank))) {
        if (tensor.rank > CK_MAX_RANK)
            ck_fail(call, "input %s has %zu dimensions; at most %d are possible.", name, tensor.rank,
                    CK_MAX_RANK);
        else ck_try(call, ort_dims(call->api)(info, tensor.dims, tensor.rank));
    }
    ort_release_shape_info(call->api)(info);
    ck_try(call, ort_tensor_data(call->api)((OrtValue *)value, &tensor.data));
    return tensor;
}

static const char *type_name(int type) {
    switch (type) {
        case ORT_F32: return "float32";
        case ORT_U8: return "uint8";
        case ORT_I8: return "int8";
        case ORT_I64: return "int64";
        case ORT_F16: return "float16";
        case ORT_BF16: return "bfloat16";
        default: return "another type";
    }
}

static void shape_text(char *text, size_t size, const int64_t *dims, size_t rank) {
    size_t used = (size_t)snprintf(text, size, "[");
    for (size_t i = 0; i < rank && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, dims[i] < 0 ? "%sany" : "%s%" PRId64,
                                 i ? ", " : "", dims[i]);
    if (used < size) snprintf(text + used, size - used, "]");
}

void ck_check(ck_call *call, const ck_tensor *tensor, const ck_expected *expected) {
    if (call->failure) return;
    if (tensor->rank == 0 && !tensor->data && tensor->type == 0) {
        ck_fail(call, "input %s is missing.", expected->name);
        return;
    }
    int same = tensor->rank == expected->rank;
    for (size_t i = 0; same && i < tensor->rank; i++)
        same = expected->dims[i] < 0 || tensor->dims[i] == expected->dims[i];
    if (same && tensor->type == expected->type) return;
    char is[96], wanted[96];
    shape_text(is, sizeof is, tensor->dims, tensor->rank);
    shape_text(wanted, sizeof wanted, expected->dims, expected->rank);
    ck_fail(call, "input %s is %s %s, and must be %s %s.", expected->name, type_name(tensor->type), is,
            type_name(expected->type), wanted);
}

size_t ck_check_rows(ck_call *call, const ck_tensor *tensor, const char *name, int64_t last) {
    if (call->failure) return 0;
    if (tensor->type != ORT_F32 || tensor->rank < 1 ||
        (last >= 0 && tensor->dims[tensor->rank - 1] != last)) {
        char is[96];
        shape_text(is, sizeof is, tensor->dims, tensor->rank);
        if (last < 0)
            ck_fail(call, "input %s is %s %s, and must be float32 with at least one dimension.", name,
                    type_name(tensor->type), is);
        else
            ck_fail(call, "input %s is %s %s, and must be float32 with a last dimension of %" PRId64 ".",
                    name, type_name(tensor->type), is, last);
        return 0;
    }
    size_t rows = 1;
    for (size_t i = 0; i + 1 < tensor->rank; i++) rows *= (size_t)tensor->dims[i];
    return rows;
}

void *ck_output(ck_call *call, size_t index, const int64_t *dims, size_t rank) {
    OrtValue *value = NULL;
    void *data = NULL;
    if (call->failure || !ck_try(call, ort_output(call->api)(call->context, index, dims, rank, &value)))
        return NULL;
    if (!value) return NULL; /* an output nobody asked for */
    ck_try(call, ort_tensor_data(call->api)(value, &data));
    return data;
}

typedef struct work {
    void (*fn)(void *, size_t);
    void *data;
    atomic_int skipped; /* a stop may be taken back before the last piece is done */
} work;

static void unless_stopped(void *of, size_t index) {
    work *w = of;
    if (ck_stopped()) atomic_store_explicit(&w->skipped, 1, memory_order_relaxed);
    else w->fn(w->data, index);
}

int ck_ort_run(void *self, void (*fn)(void *, size_t), size_t total, void *data) {
    ck_call *call = self;
    work w = {fn, data, 0};
    if (total == 1) {
        unless_stopped(&w, 0);
    } else if (total > 1) {
        if (!ck_try(call, ort_parallel_for(call->api)(call->context, unless_stopped, total, 0, &w)))
            return -1;
    }
    if (!ck_stopped() && !atomic_load(&w.skipped)) return 0;
    ck_fail(call, "stopped.");
    return -1;
}
