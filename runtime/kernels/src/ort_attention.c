/* The op SinkAttention of domain `chorale`, as ONNX Runtime calls it: check, then compute (attention.c).
 *
 * The cache comes in as past_key and past_value and goes out as present_key and present_value. When a session
 * binds both to the same memory nothing is copied; else the past is, and the new rows are added to the copy.
 */
#include <stdlib.h>

#include "ort_ops.h"

typedef struct attention_node {
    const OrtApi *api;
    int64_t window;
    float scale;
} attention_node;

enum { Q, K, V, PAST_K, PAST_V, PAST_LENGTH, COS, SIN, SINKS, INPUTS };
static const char *const names[INPUTS] = {"q",           "k",   "v",   "past_key", "past_value",
                                          "past_length", "cos", "sin", "sinks"};
static const int types[INPUTS] = {ORT_F32, ORT_F32, ORT_F32, ORT_F16, ORT_F16,
                                  ORT_I64, ORT_F32, ORT_F32, ORT_BF16};

static void check(ck_call *call, const attention_node *node, const ck_tensor *in, ck_attention *op) {
    if (call->failure) return;
    if (in[Q].rank != 3 || in[PAST_K].rank != 4 || in[SINKS].rank != 1 || in[COS].rank != 2) {
        ck_fail(call,
                "inputs must be q [1, tokens, heads * dim], past_key [1, kv_heads, capacity, dim], cos "
                "[positions, dim / 2], sinks [heads].");
        return;
    }
    const int64_t s = in[Q].dims[1], heads = in[SINKS].dims[0], kv = in[PAST_K].dims[1],
                  c = in[PAST_K].dims[2], d = in[PAST_K].dims[3];
    if (kv < 1 || heads < 1 || heads % kv || heads / kv > CK_ATTEND_ROWS) {
        ck_fail(call, "%lld heads cannot share %lld kv heads.", (long long)heads, (long long)kv);
    } else if (d < 2 || d % 2 || d > CK_HEAD_MAX) {
        ck_fail(call, "input past_key has heads of %lld; they must be even and at most %d.", (long long)d,
                CK_HEAD_MAX);
    }
    const ck_expected expected[] = {
        {Q, names[Q], ORT_F32, 3, {1, s, heads * d}},
        {K, names[K], ORT_F32, 3, {1, s, kv * d}},
        {V, names[V], ORT_F32, 3, {1, s, kv * d}},
        {PAST_K, names[PAST_K], ORT_F16, 4, {1, kv, c, d}},
        {PAST_V, names[PAST_V], ORT_F16, 4, {1, kv, c, d}},
        {PAST_LENGTH, names[PAST_LENGTH], ORT_I64, 1, {1}},
        {COS, names[COS], ORT_F32, 2, {-1, d / 2}},
        {SIN, names[SIN], ORT_F32, 2, {in[COS].dims[0], d / 2}},
        {SINKS, names[SINKS], ORT_BF16, 1, {heads}},
    };
    for (size_t n = 0; n < sizeof expected / sizeof expected[0]; n++)
        ck_check(call, &in[expected[n].index], &expected[n]);
    if (call->failure) return;
    const int64_t past = *(const int64_t *)in[PAST_LENGTH].data, positions = in[COS].dims[0];
    if (past < 0) ck_fail(call, "input past_length is %lld, and must not be negative.", (long long)past);
    else if (past > c || s > c - past)
        ck_fail(call, "the context is full: %lld cached and %lld new tokens, and room for %lld.",
                (long long)past, (long long)s, (long long)c);
    else if (past + s > positions)
        ck_fail(call, "inputs cos and sin have %lld positions, and %lld are needed.", (long long)positions,
                (long long)(past + s));
    if (node->window < 0)
        ck_fail(call, "attribute window is %lld, and must not be negative.", (long long)node->window);
    *op = (ck_attention){
        .tokens = (size_t)s,
        .q_heads = (size_t)heads,
        .kv_heads = (size_t)kv,
        .dim = (size_t)d,
        .capacity = (size_t)c,
        .past = (size_t)past,
        .window = (size_t)node->window,
        .scale = node->scale,
        .q = in[Q].data,
        .k = in[K].data,
        .v = in[V].data,
        .cos = in[COS].data,
        .sin = in[SIN].data,
        .sinks = in[SINKS].data,
    };
}

static void *present(ck_call *call, size_t index, const ck_tensor *past) {
    void *data = ck_output(call, index, past->dims, past->rank);
    size_t bytes = sizeof(uint16_t);
    for (size_t i = 0; i < past->rank; i++) bytes *= (size_t)past->dims[i];
    if (data && data != past->data) memcpy(data, past->data, bytes);
    return data;
}

static OrtStatus *compute(void *self, OrtKernelContext *context) {
    const attention_node *node = self;
    ck_call call = {node->api, context, "SinkAttention", NULL};
    ck_tensor in[INPUTS];
    ck_attention op = {0};
    char message[CK_MESSAGE] = "";
    const ck_kernel *kernel = ck_current(message);
    if (!kernel) ck_fail(&call, "%s", message);
    for (size_t i = 0; i < INPUTS; i++) in[i] = ck_input(&call, i, names[i]);
    check(&call, node, in, &op);
    if (call.failure) return call.failure;
    op.out = ck_output(&call, 0, in[Q].dims, in[Q].rank);
    op.key = present(&call, 1, &in[PAST_K]);
    op.value = present(&call, 2, &in[PAST_V]);
    const ck_pool pool = {&call, ck_ort_run};
    if (!call.failure && op.out && op.key && op.value && ck_attention_run(kernel, &pool, &op, message))
        ck_fail(&call, "%s", message);
    return call.failure;
}

static OrtStatus *create(const OrtCustomOp *op, const OrtApi *api, const OrtKernelInfo *info, void **out) {
    (void)op;
    attention_node node = {api, 0, 0};
    OrtStatus *absent = ort_attribute_int(api)(info, "window", &node.window);
    if (absent) ort_release_status(api)(absent); /* none: every position is seen */
    absent = ort_attribute_float(api)(info, "scale", &node.scale);
    if (absent) {
        ort_release_status(api)(absent);
        return ort_create_status(api)(ORT_BAD_ARGUMENT, "SinkAttention: attribute scale is missing.");
    }
    return ck_keep_node(api, &node, sizeof node, out);
}

static const char *name(const OrtCustomOp *op) { return (void)op, "SinkAttention"; }
static int input_type(const OrtCustomOp *op, size_t i) { return (void)op, types[i]; }
static size_t input_count(const OrtCustomOp *op) { return (void)op, INPUTS; }
static int output_type(const OrtCustomOp *op, size_t i) { return (void)op, i ? ORT_F16 : ORT_F32; }
static size_t output_count(const OrtCustomOp *op) { return (void)op, 3; }
static int required(const OrtCustomOp *op, size_t i) { return (void)op, (void)i, ORT_REQUIRED; }

const OrtCustomOp ck_op_attention = {
    .version = ORT_VERSION_ASKED,
    .get_name = name,
    .get_provider = ck_cpu_provider,
    .input_type = input_type,
    .input_count = input_count,
    .output_type = output_type,
    .output_count = output_count,
    .destroy = free,
    .input_kind = required,
    .output_kind = required,
    .input_memory = ck_default_memory,
    .create_kernel = create,
    .compute = compute,
    .start_version = ck_first_version,
    .end_version = ck_last_version,
};
