/* int8 rows with an f16 scale per 32, times int8 activations, with AVX2. Built like avx2_mxfp4.c.
 *
 * maddubs wants one unsigned operand: |w|, with w's sign moved to the activation. -128 is safe that way
 * round (|-128| is 128 unsigned; activations stop at -127), and 2 * 128 * 127 just fits 16 bits.
 */
#include "avx2.h"

static inline __m256i dot_bytes(__m256i w, __m256i a) {
    return _mm256_madd_epi16(_mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(a, w)),
                             _mm256_set1_epi16(1));
}

/* f16 scales of four rows and four blocks, eight bytes a row -> [0]: b0 r0..r3 | b1 r0..r3, [1]: b2 | b3. */
static inline void scales_by_block(const uint8_t *const scales[4], __m256 out[2]) {
    __m128i row[4];
    for (int r = 0; r < 4; r++) row[r] = _mm_loadl_epi64((const __m128i *)scales[r]);
    const __m128i r01 = _mm_unpacklo_epi16(row[0], row[1]), r23 = _mm_unpacklo_epi16(row[2], row[3]);
    out[0] = _mm256_cvtph_ps(_mm_unpacklo_epi32(r01, r23));
    out[1] = _mm256_cvtph_ps(_mm_unpackhi_epi32(r01, r23));
}

static inline __m256i four_dots(const uint8_t *const w[4], size_t offset, const int8_t *q) {
    const __m256i a = _mm256_loadu_si256((const __m256i *)q);
    __m256i part[4];
    for (int r = 0; r < 4; r++) part[r] = dot_bytes(_mm256_loadu_si256((const __m256i *)(w[r] + offset)), a);
    return ck_fold64_i32(ck_fold32_i32(part[0], part[1]), ck_fold32_i32(part[2], part[3]));
}

static inline void four_rows(const uint8_t *const w[4], const uint8_t *const scales[4], const ck_group *act,
                             __m256 chains[2]) {
    __m256 weight[2];
    scales_by_block(scales, weight);
    for (int half = 0; half < 2; half++) {
        const __m256i b0 = four_dots(w, 64 * (size_t)half, act->q + 64 * half);
        const __m256i b1 = four_dots(w, 64 * (size_t)half + 32, act->q + 64 * half + 32);
        const __m256i dots = _mm256_add_epi32(_mm256_permute2x128_si256(b0, b1, 0x20),
                                              _mm256_permute2x128_si256(b0, b1, 0x31));
        const __m256 scale = _mm256_mul_ps(weight[half], _mm256_loadu_ps(act->scale + 8 * half));
        chains[half] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dots), scale, chains[half]);
    }
}

static void one_token(const uint8_t *weight, const uint8_t *scales, size_t count, size_t rows,
                      const ck_group *act, float *out) {
    const size_t whole = count / CK_GROUP, rest = count % CK_GROUP;
    for (size_t row = 0; row < rows; row += 4) {
        const size_t here = rows - row < 4 ? rows - row : 4;
        const uint8_t *w[4], *s[4];
        for (size_t r = 0; r < 4; r++) { /* rows that do not exist repeat the first, and are not stored */
            w[r] = weight + (row + (r < here ? r : 0)) * count * CK_BLOCK;
            s[r] = scales + (row + (r < here ? r : 0)) * count * 2;
        }
        __m256 chains[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
        for (size_t g = 0; g < whole; g++) {
            for (size_t r = 0; r < 4; r++) {
                _mm_prefetch((const char *)w[r] + CK_ROWS_AT_ONCE * count * CK_BLOCK, _MM_HINT_T1);
                _mm_prefetch((const char *)w[r] + CK_ROWS_AT_ONCE * count * CK_BLOCK + 64, _MM_HINT_T1);
            }
            four_rows(w, s, act + g, chains);
            for (size_t r = 0; r < 4; r++) w[r] += 128, s[r] += 8;
        }
        if (rest) {
            uint8_t copies[4][128], scale_copies[4][8];
            for (size_t r = 0; r < 4; r++) {
                w[r] = ck_padded(w[r], rest * CK_BLOCK, 128, copies[r]);
                s[r] = ck_padded(s[r], rest * 2, 8, scale_copies[r]);
            }
            four_rows(w, s, act + whole, chains);
        }
        ck_store_rows(out + row, ck_add_chains(chains[0], chains[1]), here);
    }
}

/* Eight rows, one group, all tokens; a lane is a row. */
static inline void eight_rows(const uint8_t *const w[8], const uint8_t *const scales[8], size_t g,
                              const void *const *acts, size_t tokens, __m256 (*chains)[CK_GROUP]) {
    __m256 low[2], high[2];
    scales_by_block(scales, low);
    scales_by_block(scales + 4, high);
    for (size_t b = 0; b < CK_GROUP; b++) {
        __m256i turned[8];
        for (int part = 0; part < 2; part++) {
            __m256i pair[4];
            for (int r = 0; r < 4; r++)
                pair[r] = ck_two_rows(w[r] + 32 * b + 16 * part, w[r + 4] + 32 * b + 16 * part);
            ck_transpose4(pair[0], pair[1], pair[2], pair[3], turned + 4 * part);
        }
        const __m256 weight = b & 1 ? _mm256_permute2f128_ps(low[b / 2], high[b / 2], 0x31)
                                    : _mm256_permute2f128_ps(low[b / 2], high[b / 2], 0x20);
        for (size_t t = 0; t < tokens; t++) {
            const ck_group *act = (const ck_group *)acts[t] + g;
            __m256i dots = dot_bytes(turned[0], ck_broadcast4(act->q + 32 * b));
            for (int i = 1; i < 8; i++)
                dots = _mm256_add_epi32(dots, dot_bytes(turned[i], ck_broadcast4(act->q + 32 * b + 4 * i)));
            const __m256 scale = _mm256_mul_ps(weight, _mm256_set1_ps(act->scale[4 * b]));
            chains[t][b] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dots), scale, chains[t][b]);
        }
    }
}

static void many_tokens(const uint8_t *weight, const uint8_t *scales, size_t count, const void *const *acts,
                        size_t tokens, float *out, size_t stride) {
    const size_t whole = count / CK_GROUP, rest = count % CK_GROUP;
    __m256 chains[CK_TOKENS][CK_GROUP];
    const uint8_t *w[8], *s[8];
    memset(chains, 0, tokens * sizeof chains[0]);
    for (size_t r = 0; r < 8; r++) w[r] = weight + r * count * CK_BLOCK, s[r] = scales + r * count * 2;
    for (size_t g = 0; g < whole; g++) {
        for (size_t r = 0; r < 8; r++) {
            _mm_prefetch((const char *)w[r] + 8 * count * CK_BLOCK, _MM_HINT_T1);
            _mm_prefetch((const char *)w[r] + 8 * count * CK_BLOCK + 64, _MM_HINT_T1);
        }
        eight_rows(w, s, g, acts, tokens, chains);
        for (size_t r = 0; r < 8; r++) w[r] += 128, s[r] += 8;
    }
    if (rest) {
        uint8_t copies[8][128], scale_copies[8][8];
        for (size_t r = 0; r < 8; r++) {
            w[r] = ck_padded(w[r], rest * CK_BLOCK, 128, copies[r]);
            s[r] = ck_padded(s[r], rest * 2, 8, scale_copies[r]);
        }
        eight_rows(w, s, whole, acts, tokens, chains);
    }
    for (size_t t = 0; t < tokens; t++)
        _mm256_storeu_ps(out + t * stride, _mm256_add_ps(_mm256_add_ps(chains[t][0], chains[t][1]),
                                                         _mm256_add_ps(chains[t][2], chains[t][3])));
}

void ck_avx2_i8_rows(const int8_t *weight, const uint8_t *scales_f16, size_t k, size_t rows,
                     const void *const *acts, size_t tokens, float *out, size_t stride) {
    const size_t count = k / CK_BLOCK, turned = tokens >= 4 ? rows / 8 * 8 : 0; /* rows for many_tokens */
    const uint8_t *w = (const uint8_t *)weight;
    for (size_t t = 0; t < tokens; t += CK_TOKENS) {
        const size_t here = tokens - t < CK_TOKENS ? tokens - t : CK_TOKENS;
        for (size_t row = 0; row < turned; row += 8)
            many_tokens(w + row * k, scales_f16 + row * count * 2, count, acts + t, here,
                        out + t * stride + row, stride);
    }
    for (size_t t = 0; t < tokens && turned < rows; t++)
        one_token(w + turned * k, scales_f16 + turned * count * 2, count, rows - turned, acts[t],
                  out + t * stride + turned);
}
