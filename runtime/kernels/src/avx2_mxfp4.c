/* MXFP4 rows times int8 activations with AVX2.
 *
 * A nibble becomes an int8 by one byte shuffle. The table holds twice the weight plus 12, so that it is
 * unsigned, as maddubs wants its first operand; the activation's `corr` takes the 12 off again. Sums of four
 * such products fit 16 bits: 4 * 2 * 24 * 127 = 24384.
 * Few tokens: four rows at a time against one activation. Many: eight rows turned so that a lane is a row,
 * decoded once per 32 tokens. Both add blocks into the same float chains (kernel.h).
 */
#include "avx2.h"

static inline __m256i decode(__m256i nibbles) {
    const __m256i table =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0));
    return _mm256_shuffle_epi8(table, nibbles);
}
static inline __m256i low_nibbles(__m256i codes) { return _mm256_and_si256(codes, _mm256_set1_epi8(15)); }
static inline __m256i high_nibbles(__m256i codes) { return low_nibbles(_mm256_srli_epi16(codes, 4)); }

/* Scale bytes of four rows and four blocks, four bytes a row -> block-major: b0 r0..r3, b1 r0..r3, ... */
static inline __m128i scales_by_block(const uint8_t *const scales[4]) {
    const __m128i r01 = _mm_unpacklo_epi32(ck_load4(scales[0]), ck_load4(scales[1]));
    const __m128i r23 = _mm_unpacklo_epi32(ck_load4(scales[2]), ck_load4(scales[3]));
    return _mm_shuffle_epi8(_mm_unpacklo_epi64(r01, r23),
                            _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
}

/* Four rows, one group: chains[0] gets blocks 0 | 1, chains[1] blocks 2 | 3. */
static inline void four_rows(const uint8_t *const codes[4], const uint8_t *const scales[4],
                             const ck_group *act, __m256 chains[2]) {
    const __m256i ones = _mm256_set1_epi16(1);
    const __m128i bytes = scales_by_block(scales);
    for (int half = 0; half < 2; half++) {
        const __m256i even = _mm256_loadu_si256((const __m256i *)(act->q + 32 * half));
        const __m256i odd = _mm256_loadu_si256((const __m256i *)(act->q + 64 + 32 * half));
        __m256i part[4];
        for (int r = 0; r < 4; r++) {
            const __m256i both = _mm256_loadu_si256((const __m256i *)(codes[r] + 32 * half));
            part[r] = _mm256_add_epi16(_mm256_maddubs_epi16(decode(low_nibbles(both)), even),
                                       _mm256_maddubs_epi16(decode(high_nibbles(both)), odd));
        }
        const __m256i r01 = _mm256_madd_epi16(ck_fold32_i16(part[0], part[1]), ones);
        const __m256i r23 = _mm256_madd_epi16(ck_fold32_i16(part[2], part[3]), ones);
        const __m256i corr = _mm256_loadu_si256((const __m256i *)(act->corr + 8 * half));
        const __m256 dots = _mm256_cvtepi32_ps(_mm256_add_epi32(ck_fold64_i32(r01, r23), corr));
        const __m256 weight = ck_e8m0_ps(_mm256_cvtepu8_epi32(half ? _mm_srli_si128(bytes, 8) : bytes));
        const __m256 scale = _mm256_mul_ps(weight, _mm256_loadu_ps(act->scale + 8 * half));
        chains[half] = _mm256_fmadd_ps(dots, scale, chains[half]);
    }
}

static void one_token(const uint8_t *blocks, const uint8_t *scales, size_t count, size_t rows,
                      const ck_group *act, float *out) {
    const size_t whole = count / CK_GROUP, rest = count % CK_GROUP;
    for (size_t row = 0; row < rows; row += 4) {
        const size_t here = rows - row < 4 ? rows - row : 4;
        const uint8_t *codes[4], *bytes[4];
        for (size_t r = 0; r < 4; r++) { /* rows that do not exist repeat the first, and are not stored */
            codes[r] = blocks + (row + (r < here ? r : 0)) * count * 16;
            bytes[r] = scales + (row + (r < here ? r : 0)) * count;
        }
        __m256 chains[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
        for (size_t g = 0; g < whole; g++) {
            for (size_t r = 0; r < 4; r++)
                _mm_prefetch((const char *)codes[r] + CK_ROWS_AT_ONCE * count * 16, _MM_HINT_T1);
            four_rows(codes, bytes, act + g, chains);
            for (size_t r = 0; r < 4; r++) codes[r] += 64, bytes[r] += 4;
        }
        if (rest) {
            uint8_t copies[4][64], scale_copies[4][4];
            for (size_t r = 0; r < 4; r++) {
                codes[r] = ck_padded(codes[r], rest * 16, 64, copies[r]);
                bytes[r] = ck_padded(bytes[r], rest, 4, scale_copies[r]);
            }
            four_rows(codes, bytes, act + whole, chains);
        }
        ck_store_rows(out + row, ck_add_chains(chains[0], chains[1]), here);
    }
}

/* One block of eight rows as bytes a lane can use: even[i] and odd[i] belong to elements 8i, 8i+2, .. and
 * 8i+1, 8i+3, .. of the block; lane r is row r. */
static inline void decode_eight(const uint8_t *const codes[8], size_t offset, __m256i even[4],
                                __m256i odd[4]) {
    __m256i pair[4], turned[4];
    for (int r = 0; r < 4; r++) pair[r] = ck_two_rows(codes[r] + offset, codes[r + 4] + offset);
    ck_transpose4(pair[0], pair[1], pair[2], pair[3], turned);
    for (int i = 0; i < 4; i++) {
        even[i] = decode(low_nibbles(turned[i]));
        odd[i] = decode(high_nibbles(turned[i]));
    }
}

static inline __m256i dot_eight(const __m256i weights[4], const int8_t *q) {
    const __m256i a = _mm256_add_epi16(_mm256_maddubs_epi16(weights[0], ck_broadcast4(q)),
                                       _mm256_maddubs_epi16(weights[1], ck_broadcast4(q + 4)));
    const __m256i b = _mm256_add_epi16(_mm256_maddubs_epi16(weights[2], ck_broadcast4(q + 8)),
                                       _mm256_maddubs_epi16(weights[3], ck_broadcast4(q + 12)));
    return _mm256_madd_epi16(_mm256_add_epi16(a, b), _mm256_set1_epi16(1));
}

/* Eight rows, one group, all tokens; chains[t][b] is the chain of block b mod 4. */
static inline void eight_rows(const uint8_t *const codes[8], const uint8_t *const scales[8], size_t g,
                              const void *const *acts, size_t tokens, __m256 (*chains)[CK_GROUP]) {
    const __m128i low = scales_by_block(scales), high = scales_by_block(scales + 4);
    const __m128i bytes[2] = {_mm_unpacklo_epi32(low, high), _mm_unpackhi_epi32(low, high)};
    for (size_t b = 0; b < CK_GROUP; b++) {
        __m256i even[4], odd[4];
        decode_eight(codes, 16 * b, even, odd);
        const __m128i mine = b & 1 ? _mm_srli_si128(bytes[b / 2], 8) : bytes[b / 2];
        const __m256 weight = ck_e8m0_ps(_mm256_cvtepu8_epi32(mine));
        for (size_t t = 0; t < tokens; t++) {
            const ck_group *act = (const ck_group *)acts[t] + g;
            __m256i dots =
                _mm256_add_epi32(dot_eight(even, act->q + 16 * b), dot_eight(odd, act->q + 64 + 16 * b));
            dots = _mm256_add_epi32(dots, _mm256_set1_epi32(act->corr[4 * b]));
            const __m256 scale = _mm256_mul_ps(weight, _mm256_set1_ps(act->scale[4 * b]));
            chains[t][b] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dots), scale, chains[t][b]);
        }
    }
}

static void many_tokens(const uint8_t *blocks, const uint8_t *scales, size_t count, const void *const *acts,
                        size_t tokens, float *out, size_t stride) {
    const size_t whole = count / CK_GROUP, rest = count % CK_GROUP;
    __m256 chains[CK_TOKENS][CK_GROUP];
    const uint8_t *codes[8], *bytes[8];
    memset(chains, 0, tokens * sizeof chains[0]);
    for (size_t r = 0; r < 8; r++) codes[r] = blocks + r * count * 16, bytes[r] = scales + r * count;
    for (size_t g = 0; g < whole; g++) {
        for (size_t r = 0; r < 8; r++) _mm_prefetch((const char *)codes[r] + 8 * count * 16, _MM_HINT_T1);
        eight_rows(codes, bytes, g, acts, tokens, chains);
        for (size_t r = 0; r < 8; r++) codes[r] += 64, bytes[r] += 4;
    }
    if (rest) {
        uint8_t copies[8][64], scale_copies[8][4];
        for (size_t r = 0; r < 8; r++) {
            codes[r] = ck_padded(codes[r], rest * 16, 64, copies[r]);
            bytes[r] = ck_padded(bytes[r], rest, 4, scale_copies[r]);
        }
        eight_rows(codes, bytes, whole, acts, tokens, chains);
    }
    for (size_t t = 0; t < tokens; t++)
        _mm256_storeu_ps(out + t * stride, _mm256_add_ps(_mm256_add_ps(chains[t][0], chains[t][1]),
                                                         _mm256_add_ps(chains[t][2], chains[t][3])));
}

void ck_avx2_mx_rows(const uint8_t *blocks, const uint8_t *scales, size_t k, size_t rows,
                     const void *const *acts, size_t tokens, float *out, size_t stride) {
    const size_t count = k / CK_BLOCK, turned = tokens >= 4 ? rows / 8 * 8 : 0; /* rows for many_tokens */
    for (size_t t = 0; t < tokens; t += CK_TOKENS) {
        const size_t here = tokens - t < CK_TOKENS ? tokens - t : CK_TOKENS;
        for (size_t row = 0; row < turned; row += 8)
            many_tokens(blocks + row * count * 16, scales + row * count, count, acts + t, here,
                        out + t * stride + row, stride);
    }
    for (size_t t = 0; t < tokens && turned < rows; t++)
        one_token(blocks + turned * count * 16, scales + turned * count, count, rows - turned, acts[t],
                  out + t * stride + turned);
}
