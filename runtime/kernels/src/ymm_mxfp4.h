/* MXFP4 rows times int8 activations in 256-bit registers; the body of avx2.c and avxvnni.c.
 *
 * A nibble becomes an int8 by one byte shuffle. The table holds twice the weight plus 12, so that it is
 * unsigned, as the dot products want their first operand; the activation's `corr` takes the 12 off again.
 * Few tokens: four rows at a time against one activation. Many: eight rows turned so that a lane is a row,
 * decoded once for all tokens. Both add blocks into the same float chains (kernel.h).
 */
#include "ymm_dot.h"

static inline __m256i mx_decode(__m256i nibbles) {
    const __m256i table =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0));
    return _mm256_shuffle_epi8(table, nibbles);
}
static inline __m256i mx_low(__m256i codes) {
    return mx_decode(_mm256_and_si256(codes, _mm256_set1_epi8(15)));
}
static inline __m256i mx_high(__m256i codes) { return mx_low(_mm256_srli_epi16(codes, 4)); }

/* Scale bytes of four rows and four blocks, four bytes a row -> block-major: b0 r0..r3, b1 r0..r3, ... */
static inline __m128i mx_scales_by_block(const uint8_t *const scales[4]) {
    const __m128i r01 = _mm_unpacklo_epi32(ck_load4(scales[0]), ck_load4(scales[1]));
    const __m128i r23 = _mm_unpacklo_epi32(ck_load4(scales[2]), ck_load4(scales[3]));
    return _mm_shuffle_epi8(_mm_unpacklo_epi64(r01, r23),
                            _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
}

/* Four rows, one group: chains[0] gets blocks 0 | 1, chains[1] blocks 2 | 3. */
static inline void mx_four_rows(const uint8_t *const codes[4], const uint8_t *const scales[4],
                                const ck_group *act, __m256 chains[2]) {
    const __m128i bytes = mx_scales_by_block(scales);
    for (int half = 0; half < 2; half++) {
        const __m256i even = _mm256_loadu_si256((const __m256i *)(act->q + 32 * half));
        const __m256i odd = _mm256_loadu_si256((const __m256i *)(act->q + 64 + 32 * half));
        __m256i low[4], high[4];
        for (int r = 0; r < 4; r++) {
            const __m256i both = _mm256_loadu_si256((const __m256i *)(codes[r] + 32 * half));
            low[r] = mx_low(both);
            high[r] = mx_high(both);
        }
        const __m256i corr = _mm256_loadu_si256((const __m256i *)(act->corr + 8 * half));
        const __m256 dots = _mm256_cvtepi32_ps(_mm256_add_epi32(ck_mx_four(low, high, even, odd), corr));
        const __m256 weight = ck_e8m0_ps(_mm256_cvtepu8_epi32(half ? _mm_srli_si128(bytes, 8) : bytes));
        chains[half] = _mm256_fmadd_ps(_mm256_mul_ps(dots, weight), _mm256_loadu_ps(act->scale + 8 * half),
                                       chains[half]);
    }
}

static void mx_one_token(const uint8_t *blocks, const uint8_t *scales, size_t count, size_t rows,
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
            ck_ask_ahead(blocks + row * count * 16 + g * 256, count * 64 + 2048, 4, 1);
            mx_four_rows(codes, bytes, act + g, chains);
            for (size_t r = 0; r < 4; r++) codes[r] += 64, bytes[r] += 4;
        }
        if (rest) {
            ck_ask_ahead(blocks + row * count * 16 + whole * 256, count * 64 + 2048, rest, 1);
            uint8_t copies[4][64], scale_copies[4][4];
            for (size_t r = 0; r < 4; r++) {
                codes[r] = ck_padded(codes[r], rest * 16, 64, copies[r]);
                bytes[r] = ck_padded(bytes[r], rest, 4, scale_copies[r]);
            }
            mx_four_rows(codes, bytes, act + whole, chains);
        }
        ck_store_rows(out + row, ck_add_chains(chains[0], chains[1]), here);
    }
}

/* One block of eight rows as bytes a lane can use, lane r is row r: weight[0..3] go with the block's even
 * elements, [4..7] with the odd ones. */
static inline void mx_decode_eight(const uint8_t *const codes[8], size_t offset, __m256i weight[8]) {
    __m256i turned[4];
    ck_transpose4(ck_two_rows(codes[0] + offset, codes[4] + offset),
                  ck_two_rows(codes[1] + offset, codes[5] + offset),
                  ck_two_rows(codes[2] + offset, codes[6] + offset),
                  ck_two_rows(codes[3] + offset, codes[7] + offset), turned);
    for (int i = 0; i < 4; i++) weight[i] = mx_low(turned[i]), weight[4 + i] = mx_high(turned[i]);
}

/* Eight rows, `here` blocks of one group, all tokens; chains[t][b] is the chain of block b mod 4.
 *
 * `start` is the float 1.5 * 2^23 * scale as an integer: an integer n added to that gives the float
 * 1.5 * 2^23 * scale + n * scale, exactly, and taking the start off leaves n * scale without a conversion and
 * without a multiplication, which would cost the units that the dot products need. */
static inline void mx_eight_rows(const uint8_t *const codes[8], const uint8_t *const scales[8], size_t offset,
                                 size_t here, size_t g, const void *const *acts, size_t tokens,
                                 ck_ymm_chains *chains) {
    const __m128i low = mx_scales_by_block(scales), high = mx_scales_by_block(scales + 4);
    const __m128i bytes[2] = {_mm_unpacklo_epi32(low, high), _mm_unpackhi_epi32(low, high)};
    for (size_t b = 0; b < here; b++) {
        __m256i weight[8];
        mx_decode_eight(codes, offset + 16 * b, weight);
        const __m256i mine = _mm256_cvtepu8_epi32(b & 1 ? _mm_srli_si128(bytes[b / 2], 8) : bytes[b / 2]);
        const __m256i start =
            _mm256_add_epi32(_mm256_slli_epi32(mine, 23), _mm256_set1_epi32(23 << 23 | 0x00400000));
        for (size_t t = 0; t < tokens; t++) {
            const ck_group *act = (const ck_group *)acts[t] + g;
            const __m256i sum = _mm256_add_epi32(start, _mm256_set1_epi32(act->corr[4 * b]));
            const __m256i dots = ck_mx_eight(sum, weight, act->q + 16 * b, act->q + 64 + 16 * b);
            const __m256 scaled = _mm256_sub_ps(_mm256_castsi256_ps(dots), _mm256_castsi256_ps(start));
            chains[t][b] = _mm256_fmadd_ps(scaled, _mm256_set1_ps(act->scale[4 * b]), chains[t][b]);
        }
    }
}

static void mx_many_tokens(const uint8_t *blocks, const uint8_t *scales, size_t count,
                           const void *const *acts, size_t tokens, float *out, size_t stride) {
    ck_ymm_chains chains[CK_TOKENS];
    const uint8_t *codes[8], *bytes[8];
    uint8_t copies[8][4];
    memset(chains, 0, tokens * sizeof chains[0]);
    for (size_t r = 0; r < 8; r++) codes[r] = blocks + r * count * 16;
    for (size_t first = 0; first < count; first += CK_GROUP) {
        const size_t here = count - first < CK_GROUP ? count - first : CK_GROUP;
        for (size_t r = 0; r < 8; r++) {
            bytes[r] = ck_padded(scales + r * count + first, here, 4, copies[r]);
            _mm_prefetch((const char *)codes[r] + (8 * count + first) * 16, _MM_HINT_T1);
        }
        mx_eight_rows(codes, bytes, first * 16, here, first / CK_GROUP, acts, tokens, chains);
    }
    ck_store_ymm_chains(chains, tokens, out, stride);
}

static void mx_rows(const uint8_t *blocks, const uint8_t *scales, size_t k, size_t rows,
                    const void *const *acts, size_t tokens, float *out, size_t stride) {
    const size_t count = k / CK_BLOCK;
    for (size_t row = 0, step; row < rows; row += step) {
        const uint8_t *b = blocks + row * count * 16, *s = scales + row * count;
        step = tokens < 4 ? rows : rows - row < 8 ? rows - row : 8;
        const int turned = tokens >= 4 && step == 8 && ck_scales_fit(s, step * count);
        for (size_t t = 0, here; t < tokens; t += here) {
            here = !turned ? 1 : tokens - t < CK_TOKENS ? tokens - t : CK_TOKENS;
            if (turned) mx_many_tokens(b, s, count, acts + t, here, out + t * stride + row, stride);
            else mx_one_token(b, s, count, step, acts[t], out + t * stride + row);
        }
    }
}
