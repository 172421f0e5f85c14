/* bf16 rows times float activations with AVX2: exact weights, float sums.
 *
 * Sixteen chains, element i in chain i mod 16, added as a tree: the same for one token and for many, and the
 * same as in avx512_bf16.c.
 */
#include "avx2.h"

#define STEP 16

static inline __m256 widen(const uint8_t *p) {
    return _mm256_castsi256_ps(
        _mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)p)), 16));
}

static inline float add_chains(__m256 low, __m256 high) {
    const __m256 eight = _mm256_add_ps(low, high);
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    return _mm_cvtss_f32(_mm_add_ss(sum, _mm_movehdup_ps(sum)));
}

static inline __attribute__((always_inline)) void step(const uint8_t *const *w, const float *const *x,
                                                       size_t rows, size_t tokens, __m256 chains[][2]) {
    for (size_t r = 0; r < rows; r++) {
        const __m256 low = widen(w[r]), high = widen(w[r] + STEP);
        for (size_t t = 0; t < tokens; t++) {
            chains[r * tokens + t][0] =
                _mm256_fmadd_ps(low, _mm256_loadu_ps(x[t]), chains[r * tokens + t][0]);
            chains[r * tokens + t][1] =
                _mm256_fmadd_ps(high, _mm256_loadu_ps(x[t] + 8), chains[r * tokens + t][1]);
        }
    }
}

/* `rows` and `tokens` are constants at every call, so that the chains live in registers. */
static inline __attribute__((always_inline)) void tile(const uint8_t *weight, size_t k, size_t rows,
                                                       const float *const *x, size_t tokens, float *out,
                                                       size_t stride) {
    __m256 chains[8][2];
    const uint8_t *w[4];
    const float *v[4];
    for (size_t i = 0; i < rows * tokens; i++) chains[i][0] = chains[i][1] = _mm256_setzero_ps();
    for (size_t r = 0; r < rows; r++) w[r] = weight + r * k * 2;
    for (size_t t = 0; t < tokens; t++) v[t] = x[t];
    size_t i = 0;
    for (; i + STEP <= k; i += STEP) {
        if (tokens == 1)
            for (size_t r = 0; r < rows; r++) _mm_prefetch((const char *)w[r] + rows * k * 2, _MM_HINT_T1);
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
        for (size_t t = 0; t < tokens; t++)
            out[t * stride + r] = add_chains(chains[r * tokens + t][0], chains[r * tokens + t][1]);
}

void ck_avx2_bf16_rows(const uint8_t *weight, size_t k, size_t rows, const float *const *x, size_t tokens,
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
