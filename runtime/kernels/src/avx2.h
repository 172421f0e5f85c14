/* What the AVX2 files share: reading partial groups, adding lanes, and the functions of the table. */
#ifndef CHORALE_AVX2_H
#define CHORALE_AVX2_H

#include <immintrin.h>

#include "kernel.h"

/* One token, four rows at a time: ask for `lines` of the memory `ahead` bytes after p, line after line as it lies
 * there and not row by row, so that what fetches ahead in the hardware sees one stream and not four. Into the
 * first-level cache where the four rows after these fit beside them; else into the second. */
static inline __attribute__((always_inline)) void ck_ask_ahead(const void *p, size_t ahead, size_t lines,
                                                               int fits_first_level) {
    for (size_t i = 0; i < lines; i++) {
        if (fits_first_level) _mm_prefetch((const char *)p + ahead + 64 * i, _MM_HINT_T0);
        else _mm_prefetch((const char *)p + ahead + 64 * i, _MM_HINT_T1);
    }
}

size_t ck_avx2_act_bytes(size_t k);
void ck_avx2_quantise_split(const float *x, size_t k, void *act);
void ck_avx2_quantise_plain(const float *x, size_t k, void *act);
void ck_avx2_swiglu(const float *gate_up, float alpha, float limit, void *act, size_t block);
void ck_avx2_bf16_rows(const uint8_t *weight, size_t k, size_t rows, const float *const *x, size_t tokens,
                       float *out, size_t stride);

void ck_avx2_attend(const ck_attention *op, size_t kv_head, const float *q, size_t first_query, size_t rows,
                    size_t begin, size_t end, ck_partial *out);

/* `have` bytes at p, or a copy of them in `buffer` with zeros up to `full`: never reads past a tensor. */
static inline const uint8_t *ck_padded(const uint8_t *p, size_t have, size_t full, uint8_t *buffer) {
    if (have >= full) return p;
    memset(buffer, 0, full);
    memcpy(buffer, p, have);
    return buffer;
}

/* Whether ck_add_tokens and its like can hold all these E8M0 scales: 1.5 * 2^23 * scale must be a number. */
static inline int ck_scales_fit(const uint8_t *scales, size_t count) {
    uint8_t largest = 0;
    for (size_t i = 0; i < count; i++) largest = scales[i] > largest ? scales[i] : largest;
    return largest <= 254 - 23;
}

static inline __m128i ck_load4(const uint8_t *p) {
    int bits;
    memcpy(&bits, p, sizeof bits);
    return _mm_cvtsi32_si128(bits);
}

/* Per 128-bit half: [a0 b0 a1 b1] + [a2 b2 a3 b3], dwords; adds either as 16- or as 32-bit numbers. */
static inline __m256i ck_fold32_i16(__m256i a, __m256i b) {
    return _mm256_add_epi16(_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
}
static inline __m256i ck_fold32_i32(__m256i a, __m256i b) {
    return _mm256_add_epi32(_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
}
static inline __m256i ck_fold64_i32(__m256i a, __m256i b) {
    return _mm256_add_epi32(_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
}

/* Chains 0 | 1 and 2 | 3 of four rows -> (0 + 1) + (2 + 3). */
static inline __m128 ck_add_chains(__m256 chain01, __m256 chain23) {
    __m128 first = _mm_add_ps(_mm256_castps256_ps128(chain01), _mm256_extractf128_ps(chain01, 1));
    __m128 second = _mm_add_ps(_mm256_castps256_ps128(chain23), _mm256_extractf128_ps(chain23, 1));
    return _mm_add_ps(first, second);
}

/* Many tokens: those of one pass over eight rows, so that they and their chains stay in the first-level
 * cache; and the four chains of one of them. */
enum { CK_TOKENS = 32 };
typedef __m256 ck_ymm_chains[CK_GROUP];

static inline void ck_store_ymm_chains(ck_ymm_chains *chains, size_t tokens, float *out, size_t stride) {
    for (size_t t = 0; t < tokens; t++)
        _mm256_storeu_ps(out + t * stride, _mm256_add_ps(_mm256_add_ps(chains[t][0], chains[t][1]),
                                                         _mm256_add_ps(chains[t][2], chains[t][3])));
}

static inline void ck_store_rows(float *out, __m128 values, size_t rows) {
    float all[4];
    _mm_storeu_ps(all, values);
    for (size_t r = 0; r < rows; r++) out[r] = all[r];
}

/* E8M0 bytes, one per dword, to floats: byte 0 is 2^-127, below the normal floats. */
static inline __m256 ck_e8m0_ps(__m256i bytes) {
    return _mm256_castsi256_ps(_mm256_max_epi32(_mm256_slli_epi32(bytes, 23), _mm256_set1_epi32(0x00400000)));
}

/* Four rows of 16 bytes in each half -> dword i of every row, for i = 0..3. */
static inline void ck_transpose4(__m256i a, __m256i b, __m256i c, __m256i d, __m256i out[4]) {
    const __m256i ab_low = _mm256_unpacklo_epi32(a, b), ab_high = _mm256_unpackhi_epi32(a, b);
    const __m256i cd_low = _mm256_unpacklo_epi32(c, d), cd_high = _mm256_unpackhi_epi32(c, d);
    out[0] = _mm256_unpacklo_epi64(ab_low, cd_low);
    out[1] = _mm256_unpackhi_epi64(ab_low, cd_low);
    out[2] = _mm256_unpacklo_epi64(ab_high, cd_high);
    out[3] = _mm256_unpackhi_epi64(ab_high, cd_high);
}

/* 16 bytes at p in the low half, 16 at q in the high. */
static inline __m256i ck_two_rows(const uint8_t *p, const uint8_t *q) {
    return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)p)),
                                   _mm_loadu_si128((const __m128i *)q), 1);
}

static inline __m256i ck_broadcast4(const int8_t *p) {
    int bits;
    memcpy(&bits, p, sizeof bits);
    return _mm256_set1_epi32(bits);
}

/* e^x: 2^n times a Taylor polynomial of the rest, |rest| <= ln(2)/2; relative error below 2e-7. */
static inline __m256 ck_exp(__m256 x) {
    x = _mm256_min_ps(_mm256_max_ps(x, _mm256_set1_ps(-87.0f)), _mm256_set1_ps(88.0f));
    const __m256 n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504f)),
                                     _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m256 rest = _mm256_fnmadd_ps(n, _mm256_set1_ps(0x1.62e4p-1f), x); /* ln 2 in two parts */
    rest = _mm256_fnmadd_ps(n, _mm256_set1_ps(0x1.7f7d1cp-20f), rest);
    __m256 sum = _mm256_set1_ps(1.0f / 5040);
    const float coefficients[] = {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f};
    for (int i = 0; i < 7; i++) sum = _mm256_fmadd_ps(sum, rest, _mm256_set1_ps(coefficients[i]));
    const __m256i power =
        _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
    return _mm256_mul_ps(sum, _mm256_castsi256_ps(power));
}

#endif
