/* bf16 rows times float activations with AVX-512: sixteen chains are one register. See avx2_bf16.c. */
#include "avx512.h"

#define STEP 16

static inline __m512 widen(__m256i bf16) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bf16), 16));
}

static inline float add_chains(__m512 chains) {
    const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(chains), _mm512_extractf32x8_ps(chains, 1));
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    return _mm_cvtss_f32(_mm_add_ss(sum, _mm_movehdup_ps(sum)));
}

/* `rows` and `tokens` are constants at every call, so that the chains live in registers. */
static inline __attribute__((always_inline)) void tile(const uint8_t *weight, size_t k, size_t rows,
                                                       const float *const *x, size_t tokens, float *out,
                                                       size_t stride) {
    __m512 chains[16];
    for (size_t i = 0; i < rows * tokens; i++) chains[i] = _mm512_setzero_ps();
    for (size_t i = 0; i < k; i += STEP) {
        const __mmask16 mask = k - i >= STEP ? 0xffff : (__mmask16)((1u << (k - i)) - 1);
        __m512 v[4];
        for (size_t t = 0; t < tokens; t++) v[t] = _mm512_maskz_loadu_ps(mask, x[t] + i);
        for (size_t r = 0; r < rows; r++) {
            const uint8_t *p = weight + (r * k + i) * 2;
            if (tokens == 1) _mm_prefetch((const char *)p + rows * k * 2, _MM_HINT_T1);
            const __m512 w = widen(_mm256_maskz_loadu_epi16(mask, p));
            for (size_t t = 0; t < tokens; t++)
                chains[r * tokens + t] = _mm512_fmadd_ps(w, v[t], chains[r * tokens + t]);
        }
    }
    for (size_t r = 0; r < rows; r++)
        for (size_t t = 0; t < tokens; t++) out[t * stride + r] = add_chains(chains[r * tokens + t]);
}

void ck_avx512_bf16_rows(const uint8_t *weight, size_t k, size_t rows, const float *const *x, size_t tokens,
                         float *out, size_t stride) {
    size_t r = 0;
    for (; r + 4 <= rows; r += 4) {
        const uint8_t *w = weight + r * k * 2;
        size_t t = 0;
        for (; t + 4 <= tokens; t += 4) tile(w, k, 4, x + t, 4, out + t * stride + r, stride);
        for (; t < tokens; t++) tile(w, k, 4, x + t, 1, out + t * stride + r, stride);
    }
    for (; r < rows; r++)
        for (size_t t = 0; t < tokens; t++)
            tile(weight + r * k * 2, k, 1, x + t, 1, out + t * stride + r, stride);
}
