/* What the AVX-512 files share. Layouts and chains are those of avx2.h, four blocks or sixteen rows wide. */
#ifndef CHORALE_AVX512_H
#define CHORALE_AVX512_H

#include "avx2.h"

void ck_avx512_mx_rows(const uint8_t *blocks, const uint8_t *scales, size_t k, size_t rows,
                       const void *const *acts, size_t tokens, float *out, size_t stride);
void ck_avx512_i8_rows(const int8_t *weight, const uint8_t *scales_f16, size_t k, size_t rows,
                       const void *const *acts, size_t tokens, float *out, size_t stride);
void ck_avx512_bf16_rows(const uint8_t *weight, size_t k, size_t rows, const float *const *x, size_t tokens,
                         float *out, size_t stride);

void ck_avx512_attend(const ck_attention *op, size_t kv_head, const float *q, size_t first_query, size_t rows,
                      size_t begin, size_t end, ck_partial *out);

/* The first `bytes` of 64 at p, zeros behind: never reads past a tensor. */
static inline __m512i ck_load_bytes(const void *p, size_t bytes) {
    return _mm512_maskz_loadu_epi8(bytes >= 64 ? ~0ull : (1ull << bytes) - 1, p);
}

/* As ck_fold32_i32 and ck_fold64_i32, in four quarters. */
static inline __m512i ck_fold32_x4(__m512i a, __m512i b) {
    return _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
}
static inline __m512i ck_fold64_x4(__m512i a, __m512i b) {
    return _mm512_add_epi32(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
}

/* Quarter b holds chain b of four rows -> (0 + 1) + (2 + 3). */
static inline __m128 ck_add_quarters(__m512 chains) {
    __m128 first = _mm_add_ps(_mm512_castps512_ps128(chains), _mm512_extractf32x4_ps(chains, 1));
    __m128 second = _mm_add_ps(_mm512_extractf32x4_ps(chains, 2), _mm512_extractf32x4_ps(chains, 3));
    return _mm_add_ps(first, second);
}

static inline __m512 ck_e8m0_ps512(__m128i bytes) {
    const __m512i shifted = _mm512_slli_epi32(_mm512_cvtepu8_epi32(bytes), 23);
    return _mm512_castsi512_ps(_mm512_max_epi32(shifted, _mm512_set1_epi32(0x00400000)));
}

/* Sixteen bytes of rows r, r + 4, r + 8, r + 12 in the quarters. */
static inline __m512i ck_four_rows(const uint8_t *const rows[16], size_t r, size_t offset) {
    __m512i all = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)(rows[r] + offset)));
    all = _mm512_inserti32x4(all, _mm_loadu_si128((const __m128i *)(rows[r + 4] + offset)), 1);
    all = _mm512_inserti32x4(all, _mm_loadu_si128((const __m128i *)(rows[r + 8] + offset)), 2);
    return _mm512_inserti32x4(all, _mm_loadu_si128((const __m128i *)(rows[r + 12] + offset)), 3);
}

/* Sixteen bytes of sixteen rows -> dword i of every row, for i = 0..3. */
static inline void ck_transpose16(const uint8_t *const rows[16], size_t offset, __m512i out[4]) {
    const __m512i a = ck_four_rows(rows, 0, offset), b = ck_four_rows(rows, 1, offset);
    const __m512i c = ck_four_rows(rows, 2, offset), d = ck_four_rows(rows, 3, offset);
    const __m512i ab_low = _mm512_unpacklo_epi32(a, b), ab_high = _mm512_unpackhi_epi32(a, b);
    const __m512i cd_low = _mm512_unpacklo_epi32(c, d), cd_high = _mm512_unpackhi_epi32(c, d);
    out[0] = _mm512_unpacklo_epi64(ab_low, cd_low);
    out[1] = _mm512_unpackhi_epi64(ab_low, cd_low);
    out[2] = _mm512_unpacklo_epi64(ab_high, cd_high);
    out[3] = _mm512_unpackhi_epi64(ab_high, cd_high);
}

static inline __m512i ck_broadcast4_512(const int8_t *p) {
    int bits;
    memcpy(&bits, p, sizeof bits);
    return _mm512_set1_epi32(bits);
}

/* Sixteen rows, block b of group g, some tokens. A lane is a row; w[j] are unsigned weights that go with the
 * activations at q[low + 4j] (j < 4) and q[high + 4(j - 4)]. */
static inline __attribute__((always_inline)) void ck_add_block(const __m512i w[8], __m512 weight_scale,
                                                               size_t g, size_t b, size_t low, size_t high,
                                                               const void *const *acts, size_t tokens,
                                                               __m512 (*chains)[CK_GROUP]) {
    for (size_t t = 0; t < tokens; t++) {
        const ck_group *act = (const ck_group *)acts[t] + g;
        _mm_prefetch((const char *)(act + 1) + 64 * b,
                     _MM_HINT_T0); /* the token's next group, a line a block */
        __m512i first = _mm512_set1_epi32(act->corr[4 * b]), second = _mm512_setzero_si512();
        for (int j = 0; j < 4; j++) {
            first = _mm512_dpbusd_epi32(first, w[j], ck_broadcast4_512(act->q + low + 4 * j));
            second = _mm512_dpbusd_epi32(second, w[4 + j], ck_broadcast4_512(act->q + high + 4 * j));
        }
        const __m512 dots = _mm512_cvtepi32_ps(_mm512_add_epi32(first, second));
        const __m512 scale = _mm512_mul_ps(weight_scale, _mm512_set1_ps(act->scale[4 * b]));
        chains[t][b] = _mm512_fmadd_ps(dots, scale, chains[t][b]);
    }
}

static inline void ck_store_chains(__m512 (*chains)[CK_GROUP], size_t tokens, float *out, size_t stride) {
    for (size_t t = 0; t < tokens; t++)
        _mm512_storeu_ps(out + t * stride, _mm512_add_ps(_mm512_add_ps(chains[t][0], chains[t][1]),
                                                         _mm512_add_ps(chains[t][2], chains[t][3])));
}

/* e^x as ck_exp. */
static inline __m512 ck_exp512(__m512 x) {
    x = _mm512_min_ps(_mm512_max_ps(x, _mm512_set1_ps(-87.0f)), _mm512_set1_ps(88.0f));
    const __m512 n =
        _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504f)), _MM_FROUND_TO_NEAREST_INT);
    __m512 rest = _mm512_fnmadd_ps(n, _mm512_set1_ps(0x1.62e4p-1f), x);
    rest = _mm512_fnmadd_ps(n, _mm512_set1_ps(0x1.7f7d1cp-20f), rest);
    __m512 sum = _mm512_set1_ps(1.0f / 5040);
    const float coefficients[] = {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f};
    for (int i = 0; i < 7; i++) sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(coefficients[i]));
    return _mm512_scalef_ps(sum, n);
}

#endif
