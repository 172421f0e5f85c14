/* bf16 rows times float activations with NEON: exact weights, float sums.
 *
 * Sixteen chains, element i in chain i mod 16, added as a tree: the same for one token and for many, and the
 * same as in avx2_bf16.c.
 */
#include "neon.h"

#define STEP 16

static inline float32x4_t widen(const uint8_t *p) {
    return vreinterpretq_f32_u32(vshll_n_u16(vreinterpret_u16_u8(vld1_u8(p)), 16));
}

static inline float add_chains(const float32x4_t chains[4]) {
    const float32x4_t four = vaddq_f32(vaddq_f32(chains[0], chains[2]), vaddq_f32(chains[1], chains[3]));
    return vpadds_f32(vadd_f32(vget_low_f32(four), vget_high_f32(four)));
}

static inline __attribute__((always_inline)) void step(const uint8_t *const *w, const float *const *x,
                                                       size_t rows, size_t tokens, float32x4_t chains[][4]) {
    for (size_t part = 0; part < 4; part++)
        for (size_t r = 0; r < rows; r++) {
            const float32x4_t weight = widen(w[r] + 8 * part);
            for (size_t t = 0; t < tokens; t++) {
                float32x4_t *chain = &chains[r * tokens + t][part];
                *chain = vfmaq_f32(*chain, weight, vld1q_f32(x[t] + 4 * part));
            }
        }
}

/* `rows` and `tokens` are constants at every call, so that the chains live in registers. */
static inline __attribute__((always_inline)) void tile(const uint8_t *weight, size_t k, size_t rows,
                                                       const float *const *x, size_t tokens, float *out,
                                                       size_t stride) {
    float32x4_t chains[4][4];
    const uint8_t *w[4];
    const float *v[4];
    for (size_t i = 0; i < rows * tokens; i++)
        for (size_t part = 0; part < 4; part++) chains[i][part] = vdupq_n_f32(0);
    for (size_t r = 0; r < rows; r++) w[r] = weight + r * k * 2;
    for (size_t t = 0; t < tokens; t++) v[t] = x[t];
    size_t i = 0;
    for (; i + STEP <= k; i += STEP) {
        if (tokens == 1)
            for (size_t r = 0; r < rows; r++) ck_prefetch(w[r] + rows * k * 2);
        step(w, v, rows, tokens, chains);
        for (size_t r = 0; r < rows; r++) w[r] += 2 * STEP;
        for (size_t t = 0; t < tokens; t++) v[t] += STEP;
    }
    if (i < k) {
        uint8_t w_copies[4][2 * STEP];
        float v_copies[4][STEP];
        for (size_t r = 0; r < rows; r++) w[r] = ck_padded(w[r], (k - i) * 2, 2 * STEP, w_copies[r]);
        for (size_t t = 0; t < tokens; t++)
            v[t] = (const float *)(const void *)ck_padded((const uint8_t *)v[t], (k - i) * 4, 4 * STEP,
                                                          (uint8_t *)v_copies[t]);
        step(w, v, rows, tokens, chains);
    }
    for (size_t r = 0; r < rows; r++)
        for (size_t t = 0; t < tokens; t++) out[t * stride + r] = add_chains(chains[r * tokens + t]);
}

void ck_neon_bf16_rows(const uint8_t *weight, size_t k, size_t rows, const float *const *x, size_t tokens,
                       float *out, size_t stride) {
    size_t r = 0;
    for (; r + 2 <= rows; r += 2) {
        const uint8_t *w = weight + r * k * 2;
        if (tokens == 1 && r + 4 <= rows) {
            tile(w, k, 4, x, 1, out + r, stride);
            r += 2;
            continue;
        }
        size_t t = 0;
        for (; t + 2 <= tokens; t += 2) tile(w, k, 2, x + t, 2, out + t * stride + r, stride);
        if (t < tokens) tile(w, k, 2, x + t, 1, out + t * stride + r, stride);
    }
    for (size_t t = 0; r < rows && t < tokens; t++)
        tile(weight + r * k * 2, k, 1, x + t, 1, out + t * stride + r, stride);
}
