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

enum { CK_TILE_ROWS = 32 }; /* so that each activation that is loaded serves two registers of rows */

/* Many tokens: one block of thirty-two rows, ready for any number of tokens: two registers of rows, a lane is a row. The
 * weights are unsigned; `scale` is theirs, and so is `start`, what the integer sum starts from. */
typedef struct ck_block {
    __m512i weight[2][8], start[2];
    __m512 scale[2];
} ck_block;

typedef __m512 ck_chains[CK_GROUP][2];

/* Where the bytes of block b lie in a group: weight[h][j] goes with q[first + 4j] for j < 4, and with
 * q[second + 4(j - 4)] from there on. */
typedef struct ck_where {
    size_t group, b, first, second;
} ck_where;

/* `count` tokens; it and `powers` are constants at every call. With `powers`, scales are powers of two, and
 * `start` is the float 1.5 * 2^23 * scale as an integer: an integer n added to that gives the float
 * 1.5 * 2^23 * scale + n * scale, exactly, and taking the start off leaves n * scale without a conversion and
 * without a multiplication, which would cost the units that the dot products need. */
static inline __attribute__((always_inline)) void ck_add_tokens(const ck_block *block, int powers,
                                                                ck_where at, const void *const *acts,
                                                                size_t count, ck_chains *chains) {
    const ck_group *act[2];
    __m512i sums[2][2];
    for (size_t t = 0; t < count; t++) {
        act[t] = (const ck_group *)acts[t] + at.group;
        _mm_prefetch((const char *)(act[t] + 1) + 64 * at.b,
                     _MM_HINT_T0); /* its next group, a line a block */
        const __m512i corr = _mm512_set1_epi32(act[t]->corr[4 * at.b]);
        for (int h = 0; h < 2; h++) sums[t][h] = powers ? _mm512_add_epi32(block->start[h], corr) : corr;
    }
#pragma clang loop unroll(full)
    for (int j = 0; j < 8; j++)
        for (size_t t = 0; t < count; t++) {
            const size_t offset = j & 1 ? at.second : at.first;
            const __m512i q = ck_broadcast4_512(act[t]->q + offset + 4 * (j >> 1));
            for (int h = 0; h < 2; h++)
                sums[t][h] = _mm512_dpbusd_epi32(sums[t][h], block->weight[h][4 * (j & 1) + (j >> 1)], q);
        }
    for (size_t t = 0; t < count; t++) {
        const __m512 scale = _mm512_set1_ps(act[t]->scale[4 * at.b]);
        for (int h = 0; h < 2; h++) {
            __m512 *chain = &chains[t][at.b][h];
            if (powers) {
                const __m512 start = _mm512_castsi512_ps(block->start[h]);
                *chain =
                    _mm512_fmadd_ps(_mm512_sub_ps(_mm512_castsi512_ps(sums[t][h]), start), scale, *chain);
            } else {
                *chain = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[t][h]),
                                         _mm512_mul_ps(block->scale[h], scale), *chain);
            }
        }
    }
}

static inline __attribute__((always_inline)) void ck_add_block(const ck_block *block, int powers, ck_where at,
                                                               const void *const *acts, size_t tokens,
                                                               ck_chains *chains) {
    size_t t = 0;
    for (; t + 2 <= tokens; t += 2) ck_add_tokens(block, powers, at, acts + t, 2, chains + t);
    if (t < tokens) ck_add_tokens(block, powers, at, acts + t, 1, chains + t);
}

static inline void ck_store_chains(ck_chains *chains, size_t tokens, float *out, size_t stride) {
    for (size_t t = 0; t < tokens; t++)
        for (size_t h = 0; h < 2; h++)
            _mm512_storeu_ps(out + t * stride + 16 * h,
                             _mm512_add_ps(_mm512_add_ps(chains[t][0][h], chains[t][1][h]),
                                           _mm512_add_ps(chains[t][2][h], chains[t][3][h])));
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
