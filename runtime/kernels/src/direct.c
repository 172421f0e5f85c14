/* The ops without ONNX Runtime, for tests and benchmarks through ctypes. One thread.
 *
 * Pointers may have any alignment where they are weights. 0, or -1 with a sentence in `message`
 * (CK_MESSAGE bytes).
 */
#include "kernel.h"

CK_EXPORT int chorale_mxfp4_moe_run(const float *x, const uint8_t *router_weight, const uint8_t *router_bias,
                                    const uint8_t *gate_up_blocks, const uint8_t *gate_up_scales,
                                    const uint8_t *gate_up_bias, const uint8_t *down_blocks,
                                    const uint8_t *down_scales, const uint8_t *down_bias, size_t tokens,
                                    size_t hidden, size_t width, size_t experts, size_t top_k, float alpha,
                                    float limit, float *y, char *message) {
    const ck_kernel *kernel = ck_current(message);
    if (!kernel) return -1;
    const ck_moe op = {hidden,       width,         experts,     top_k,          alpha,
                       limit,        router_weight, router_bias, gate_up_blocks, gate_up_scales,
                       gate_up_bias, down_blocks,   down_scales, down_bias};
    return ck_moe_run(kernel, &ck_serial_pool, &op, x, tokens, y, message);
}

/* `scales` NULL: weight is bf16 [n, k]; else int8 [n, k] with f16 scales [n, k / 32]. `bias` may be NULL. */
CK_EXPORT int chorale_linear_run(const float *x, const void *weight, const uint8_t *scales,
                                 const uint8_t *bias, size_t tokens, size_t n, size_t k, float *y,
                                 char *message) {
    const ck_kernel *kernel = ck_current(message);
    if (!kernel) return -1;
    return ck_linear_run(kernel, &ck_serial_pool, weight, scales, bias, n, k, x, tokens, y, message);
}

/* key and value (f16 [kv_heads, capacity, dim]) are updated in place. */
CK_EXPORT int chorale_sink_attention_run(const float *q, const float *k, const float *v, uint16_t *key,
                                         uint16_t *value, const float *cos, const float *sin,
                                         const uint8_t *sinks, size_t tokens, size_t q_heads, size_t kv_heads,
                                         size_t dim, size_t capacity, size_t past, size_t window, float scale,
                                         float *out, char *message) {
    const ck_kernel *kernel = ck_current(message);
    if (!kernel) return -1;
    const ck_attention op = {tokens, q_heads, kv_heads, dim, capacity, past, window, scale, q,
                             k,      v,       cos,      sin, sinks,    key,  value,  out};
    return ck_attention_run(kernel, &ck_serial_pool, &op, message);
}
