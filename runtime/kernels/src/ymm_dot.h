/* Dot products of bytes in 256-bit registers, in the two ways that CPUs without AVX-512 have: AVX-VNNI's dpbusd
 * (`vpdpbusd` in VEX form), or AVX2's maddubs and madd. The compiler's flags decide, file by file. Each is an
 * exact integer, so both ways give the same bits.
 *
 * Next: ymm_mxfp4.h and ymm_int8.h, the loops around them.
 */
#ifndef CHORALE_YMM_DOT_H
#define CHORALE_YMM_DOT_H

#include "avx2.h"

#if defined(__AVXVNNI__) || defined(__AVX512VNNI__)
/* With AVX-512's flags, the same sum in AVX-512's form: for tests on CPUs that have only that one. */
static inline __m256i ck_dpbusd(__m256i sum, __m256i weight, __m256i q) {
#if defined(__AVXVNNI__)
    return _mm256_dpbusd_avx_epi32(sum, weight, q);
#else
    return _mm256_dpbusd_epi32(sum, weight, q);
#endif
}

/* One token. Bytes of four rows, low and high nibbles decoded -> [r0 r1 r2 r3] of each half's block. */
static inline __m256i ck_mx_four(const __m256i low[4], const __m256i high[4], __m256i even, __m256i odd) {
    __m256i part[4];
    for (int r = 0; r < 4; r++)
        part[r] = ck_dpbusd(ck_dpbusd(_mm256_setzero_si256(), low[r], even), high[r], odd);
    return ck_fold64_i32(ck_fold32_i32(part[0], part[1]), ck_fold32_i32(part[2], part[3]));
}

/* Many tokens. sum + eight registers of unsigned weights times the bytes at `first` and at `second`. */
static inline __m256i ck_mx_eight(__m256i sum, const __m256i weight[8], const int8_t *first,
                                  const int8_t *second) {
    for (int j = 0; j < 4; j++) {
        sum = ck_dpbusd(sum, weight[j], ck_broadcast4(first + 4 * j));
        sum = ck_dpbusd(sum, weight[4 + j], ck_broadcast4(second + 4 * j));
    }
    return sum;
}

/* int8 weights are made unsigned by adding 128, which the activation's `corr` takes off again. */
typedef struct ck_i8_tile {
    __m256i weight[8];
} ck_i8_tile;
static inline __m256i ck_i8_unsigned(__m256i w) { return _mm256_xor_si256(w, _mm256_set1_epi8((char)0x80)); }
static inline void ck_i8_prepare(ck_i8_tile *tile, const __m256i turned[8]) {
    for (int i = 0; i < 8; i++) tile->weight[i] = ck_i8_unsigned(turned[i]);
}
static inline __m256i ck_i8_eight(const ck_i8_tile *tile, const int8_t *q, int32_t corr) {
    return ck_mx_eight(_mm256_set1_epi32(corr), tile->weight, q, q + 16);
}
static inline __m256i ck_i8_bytes(__m256i w, __m256i q) {
    return ck_dpbusd(_mm256_setzero_si256(), ck_i8_unsigned(w), q);
}
static inline __m256i ck_i8_correct(__m256i dots, const int32_t *corr) {
    return _mm256_add_epi32(dots, _mm256_loadu_si256((const __m256i *)corr));
}

#else
/* Sums of four products fit 16 bits: 4 * 2 * 24 * 127 = 24384. */
static inline __m256i ck_mx_four(const __m256i low[4], const __m256i high[4], __m256i even, __m256i odd) {
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i part[4];
    for (int r = 0; r < 4; r++)
        part[r] = _mm256_add_epi16(_mm256_maddubs_epi16(low[r], even), _mm256_maddubs_epi16(high[r], odd));
    return ck_fold64_i32(_mm256_madd_epi16(ck_fold32_i16(part[0], part[1]), ones),
                         _mm256_madd_epi16(ck_fold32_i16(part[2], part[3]), ones));
}

static inline __m256i ck_mx_half(const __m256i weight[4], const int8_t *q) {
    const __m256i a = _mm256_add_epi16(_mm256_maddubs_epi16(weight[0], ck_broadcast4(q)),
                                       _mm256_maddubs_epi16(weight[1], ck_broadcast4(q + 4)));
    const __m256i b = _mm256_add_epi16(_mm256_maddubs_epi16(weight[2], ck_broadcast4(q + 8)),
                                       _mm256_maddubs_epi16(weight[3], ck_broadcast4(q + 12)));
    return _mm256_madd_epi16(_mm256_add_epi16(a, b), _mm256_set1_epi16(1));
}
static inline __m256i ck_mx_eight(__m256i sum, const __m256i weight[8], const int8_t *first,
                                  const int8_t *second) {
    return _mm256_add_epi32(sum, _mm256_add_epi32(ck_mx_half(weight, first), ck_mx_half(weight + 4, second)));
}

/* maddubs wants |w|, with w's sign moved to the activation. -128 is safe that way round (|-128| is 128
 * unsigned; activations stop at -127), and 2 * 128 * 127 just fits 16 bits. No correction is needed. */
typedef struct ck_i8_tile {
    __m256i weight[8], magnitude[8];
} ck_i8_tile;
static inline void ck_i8_prepare(ck_i8_tile *tile, const __m256i turned[8]) {
    for (int i = 0; i < 8; i++) tile->weight[i] = turned[i], tile->magnitude[i] = _mm256_abs_epi8(turned[i]);
}
static inline __m256i ck_i8_products(__m256i magnitude, __m256i w, __m256i q) {
    return _mm256_madd_epi16(_mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(q, w)), _mm256_set1_epi16(1));
}
static inline __m256i ck_i8_eight(const ck_i8_tile *tile, const int8_t *q, int32_t corr) {
    (void)corr;
    __m256i sum[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
    for (int i = 0; i < 8; i++)
        sum[i & 1] = _mm256_add_epi32(
            sum[i & 1], ck_i8_products(tile->magnitude[i], tile->weight[i], ck_broadcast4(q + 4 * i)));
    return _mm256_add_epi32(sum[0], sum[1]);
}
static inline __m256i ck_i8_bytes(__m256i w, __m256i q) { return ck_i8_products(_mm256_abs_epi8(w), w, q); }
static inline __m256i ck_i8_correct(__m256i dots, const int32_t *corr) { return (void)corr, dots; }
#endif

#endif
