/* int8 rows with an f16 scale per 32, times int8 activations, in 256-bit registers; the body of avx2.c and
 * avxvnni.c. Built like ymm_mxfp4.h. */
#include "ymm_dot.h"

/* f16 scales of four rows and four blocks, eight bytes a row -> [0]: b0 r0..r3 | b1 r0..r3, [1]: b2 | b3. */
static inline void i8_scales_by_block(const uint8_t *const scales[4], __m256 out[2]) {
    __m128i row[4];
    for (int r = 0; r < 4; r++) row[r] = _mm_loadl_epi64((const __m128i *)scales[r]);
    const __m128i r01 = _mm_unpacklo_epi16(row[0], row[1]), r23 = _mm_unpacklo_epi16(row[2], row[3]);
    out[0] = _mm256_cvtph_ps(_mm_unpacklo_epi32(r01, r23));
    out[1] = _mm256_cvtph_ps(_mm_unpackhi_epi32(r01, r23));
}

static inline __m256i i8_four_dots(const uint8_t *const w[4], size_t offset, const int8_t *q) {
    const __m256i a = _mm256_loadu_si256((const __m256i *)q);
    __m256i part[4];
    for (int r = 0; r < 4; r++)
        part[r] = ck_i8_bytes(_mm256_loadu_si256((const __m256i *)(w[r] + offset)), a);
    return ck_fold64_i32(ck_fold32_i32(part[0], part[1]), ck_fold32_i32(part[2], part[3]));
}

static inline void i8_four_rows(const uint8_t *const w[4], const uint8_t *const scales[4],
                                const ck_group *act, __m256 chains[2]) {
    __m256 weight[2];
    i8_scales_by_block(scales, weight);
    for (int half = 0; half < 2; half++) {
        const __m256i b0 = i8_four_dots(w, 64 * (size_t)half, act->q + 64 * half);
        const __m256i b1 = i8_four_dots(w, 64 * (size_t)half + 32, act->q + 64 * half + 32);
        const __m256i dots = _mm256_add_epi32(_mm256_permute2x128_si256(b0, b1, 0x20),
                                              _mm256_permute2x128_si256(b0, b1, 0x31));
        const __m256 scale = _mm256_mul_ps(weight[half], _mm256_loadu_ps(act->scale + 8 * half));
        chains[half] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(ck_i8_correct(dots, act->corr + 8 * half)), scale,
                                       chains[half]);
    }
}

static void i8_one_token(const uint8_t *weight, const uint8_t *scales, size_t count, size_t rows,
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
            ck_ask_ahead(weight + row * count * CK_BLOCK + g * 512, count * 4 * CK_BLOCK, 8, 0);
            i8_four_rows(w, s, act + g, chains);
            for (size_t r = 0; r < 4; r++) w[r] += 128, s[r] += 8;
        }
        if (rest) {
            ck_ask_ahead(weight + row * count * CK_BLOCK + whole * 512, count * 4 * CK_BLOCK, 2 * rest, 0);
            uint8_t copies[4][128], scale_copies[4][8];
            for (size_t r = 0; r < 4; r++) {
                w[r] = ck_padded(w[r], rest * CK_BLOCK, 128, copies[r]);
                s[r] = ck_padded(s[r], rest * 2, 8, scale_copies[r]);
            }
            i8_four_rows(w, s, act + whole, chains);
        }
        ck_store_rows(out + row, ck_add_chains(chains[0], chains[1]), here);
    }
}

/* Eight rows, `here` blocks of one group, all tokens; a lane is a row. */
static inline void i8_eight_rows(const uint8_t *const w[8], const uint8_t *const scales[8], size_t offset,
                                 size_t here, size_t g, const void *const *acts, size_t tokens,
                                 ck_ymm_chains *chains) {
    __m256 low[2], high[2];
    i8_scales_by_block(scales, low);
    i8_scales_by_block(scales + 4, high);
    for (size_t b = 0; b < here; b++) {
        __m256i turned[8];
        for (size_t part = 0; part < 2; part++) {
            const size_t from = offset + 32 * b + 16 * part;
            ck_transpose4(ck_two_rows(w[0] + from, w[4] + from), ck_two_rows(w[1] + from, w[5] + from),
                          ck_two_rows(w[2] + from, w[6] + from), ck_two_rows(w[3] + from, w[7] + from),
                          turned + 4 * part);
        }
        ck_i8_tile tile;
        ck_i8_prepare(&tile, turned);
        const __m256 weight = b & 1 ? _mm256_permute2f128_ps(low[b / 2], high[b / 2], 0x31)
                                    : _mm256_permute2f128_ps(low[b / 2], high[b / 2], 0x20);
        for (size_t t = 0; t < tokens; t++) {
            const ck_group *act = (const ck_group *)acts[t] + g;
            const __m256i dots = ck_i8_eight(&tile, act->q + 32 * b, act->corr[4 * b]);
            const __m256 scale = _mm256_mul_ps(weight, _mm256_set1_ps(act->scale[4 * b]));
            chains[t][b] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dots), scale, chains[t][b]);
        }
    }
}

static void i8_many_tokens(const uint8_t *weight, const uint8_t *scales, size_t count,
                           const void *const *acts, size_t tokens, float *out, size_t stride) {
    ck_ymm_chains chains[CK_TOKENS];
    const uint8_t *w[8], *s[8];
    uint8_t copies[8][8];
    memset(chains, 0, tokens * sizeof chains[0]);
    for (size_t r = 0; r < 8; r++) w[r] = weight + r * count * CK_BLOCK;
    for (size_t first = 0; first < count; first += CK_GROUP) {
        const size_t here = count - first < CK_GROUP ? count - first : CK_GROUP;
        for (size_t r = 0; r < 8; r++) {
            s[r] = ck_padded(scales + (r * count + first) * 2, 2 * here, 8, copies[r]);
            _mm_prefetch((const char *)w[r] + (8 * count + first) * CK_BLOCK, _MM_HINT_T1);
            _mm_prefetch((const char *)w[r] + (8 * count + first) * CK_BLOCK + 64, _MM_HINT_T1);
        }
        i8_eight_rows(w, s, first * CK_BLOCK, here, first / CK_GROUP, acts, tokens, chains);
    }
    ck_store_ymm_chains(chains, tokens, out, stride);
}

static void i8_rows(const int8_t *weight, const uint8_t *scales_f16, size_t k, size_t rows,
                    const void *const *acts, size_t tokens, float *out, size_t stride) {
    const size_t count = k / CK_BLOCK, turned = tokens >= 4 ? rows / 8 * 8 : 0; /* rows for many tokens */
    const uint8_t *w = (const uint8_t *)weight;
    for (size_t t = 0; t < tokens; t += CK_TOKENS) {
        const size_t here = tokens - t < CK_TOKENS ? tokens - t : CK_TOKENS;
        for (size_t row = 0; row < turned; row += 8)
            i8_many_tokens(w + row * k, scales_f16 + row * count * 2, count, acts + t, here,
                           out + t * stride + row, stride);
    }
    for (size_t t = 0; t < tokens && turned < rows; t++)
        i8_one_token(w + turned * k, scales_f16 + turned * count * 2, count, rows - turned, acts[t],
                     out + t * stride + turned);
}
