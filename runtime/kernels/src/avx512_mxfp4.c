/* MXFP4 rows times int8 activations with AVX-512 VNNI. The method is that of ymm_mxfp4.h: one row of four
 * blocks fills a register (few tokens), or four elements of sixteen rows do (many tokens).
 */
#include "avx512.h"

static inline __m512i decode(__m512i nibbles) {
    const __m512i table =
        _mm512_broadcast_i32x4(_mm_setr_epi8(12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0));
    return _mm512_shuffle_epi8(table, nibbles);
}
static inline __m512i low_nibbles(__m512i codes) { return _mm512_and_si512(codes, _mm512_set1_epi8(15)); }
static inline __m512i high_nibbles(__m512i codes) { return low_nibbles(_mm512_srli_epi16(codes, 4)); }

/* Scale bytes of four rows and `count` <= 4 blocks -> block-major: b0 r0..r3, b1 r0..r3, ... */
static inline __m128i scales_by_block(const uint8_t *const scales[4], size_t first, size_t count) {
    uint8_t copies[4][4];
    __m128i row[4];
    for (int r = 0; r < 4; r++) row[r] = ck_load4(ck_padded(scales[r] + first, count, 4, copies[r]));
    return _mm_shuffle_epi8(
        _mm_unpacklo_epi64(_mm_unpacklo_epi32(row[0], row[1]), _mm_unpacklo_epi32(row[2], row[3])),
        _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
}

static inline __m512 four_rows(const __m512i both[4], __m128i scale_bytes, const ck_group *act,
                               __m512 chains) {
    const __m512i even = _mm512_loadu_si512(act->q), odd = _mm512_loadu_si512(act->q + 64);
    __m512i part[4];
    for (int r = 0; r < 4; r++) {
        part[r] = _mm512_dpbusd_epi32(_mm512_setzero_si512(), decode(low_nibbles(both[r])), even);
        part[r] = _mm512_dpbusd_epi32(part[r], decode(high_nibbles(both[r])), odd);
    }
    __m512i dots = ck_fold64_x4(ck_fold32_x4(part[0], part[1]), ck_fold32_x4(part[2], part[3]));
    dots = _mm512_add_epi32(dots, _mm512_loadu_si512(act->corr));
    const __m512 scaled = _mm512_mul_ps(_mm512_cvtepi32_ps(dots), ck_e8m0_ps512(scale_bytes));
    return _mm512_fmadd_ps(scaled, _mm512_loadu_ps(act->scale), chains);
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
        __m512 chains = _mm512_setzero_ps();
        __m512i both[4];
        for (size_t g = 0; g < whole; g++) {
            ck_ask_ahead(blocks + row * count * 16 + g * 256, count * 64 + 2048, 4, 1);
            for (size_t r = 0; r < 4; r++) {
                both[r] = _mm512_loadu_si512(codes[r]);
            }
            chains = four_rows(both, scales_by_block(bytes, 0, 4), act + g, chains);
            for (size_t r = 0; r < 4; r++) codes[r] += 64, bytes[r] += 4;
        }
        if (rest) {
            ck_ask_ahead(blocks + row * count * 16 + whole * 256, count * 64 + 2048, rest, 1);
            for (size_t r = 0; r < 4; r++) both[r] = ck_load_bytes(codes[r], rest * 16);
            chains = four_rows(both, scales_by_block(bytes, 0, rest), act + whole, chains);
        }
        ck_store_rows(out + row, ck_add_quarters(chains), here);
    }
}

/* Scale bytes of sixteen rows -> by block, what ck_add_tokens starts from; `here` <= 4 blocks. */
static inline void turn_scales(const uint8_t *const scales[16], size_t first, size_t here,
                               __m512i out[CK_GROUP]) {
    const __m512i start = _mm512_set1_epi32(23 << 23 | 0x00400000);
    __m128i bytes[4], turned[CK_GROUP];
    for (int i = 0; i < 4; i++) bytes[i] = scales_by_block(scales + 4 * i, first, here);
    const __m128i low[2] = {_mm_unpacklo_epi32(bytes[0], bytes[1]), _mm_unpackhi_epi32(bytes[0], bytes[1])};
    const __m128i high[2] = {_mm_unpacklo_epi32(bytes[2], bytes[3]), _mm_unpackhi_epi32(bytes[2], bytes[3])};
    for (int i = 0; i < 2; i++) {
        turned[2 * i] = _mm_unpacklo_epi64(low[i], high[i]);
        turned[2 * i + 1] = _mm_unpackhi_epi64(low[i], high[i]);
    }
    for (int b = 0; b < CK_GROUP; b++)
        out[b] = _mm512_add_epi32(_mm512_slli_epi32(_mm512_cvtepu8_epi32(turned[b]), 23), start);
}

/* Sixteen rows: weight[0..3] go with even elements, [4..7] with odd ones. */
static inline __attribute__((always_inline)) void decode_sixteen(const uint8_t *const codes[16],
                                                                 size_t offset, __m512i weight[8]) {
    __m512i turned[4];
    ck_transpose16(codes, offset, turned);
    for (int i = 0; i < 4; i++) {
        weight[i] = decode(low_nibbles(turned[i]));
        weight[4 + i] = decode(high_nibbles(turned[i]));
    }
}

static void many_tokens(const uint8_t *blocks, const uint8_t *scales, size_t count, const void *const *acts,
                        size_t tokens, float *out, size_t stride) {
    ck_chains chains[CK_TOKEN_TILE];
    const uint8_t *codes[CK_TILE_ROWS], *bytes[CK_TILE_ROWS];
    memset(chains, 0, tokens * sizeof chains[0]);
    for (size_t r = 0; r < CK_TILE_ROWS; r++)
        codes[r] = blocks + r * count * 16, bytes[r] = scales + r * count;
    for (size_t first = 0; first < count; first += CK_GROUP) {
        const size_t here = count - first < CK_GROUP ? count - first : CK_GROUP;
        __m512i start[2][CK_GROUP];
        for (int h = 0; h < 2; h++) turn_scales(bytes + 16 * h, first, here, start[h]);
        for (size_t r = 0; r < CK_TILE_ROWS; r++)
            _mm_prefetch((const char *)codes[r] + (CK_TILE_ROWS * count + first) * 16, _MM_HINT_T1);
        for (size_t b = 0; b < here; b++) {
            ck_block block;
            decode_sixteen(codes, 16 * (first + b), block.weight[0]);
            decode_sixteen(codes + 16, 16 * (first + b), block.weight[1]);
            block.start[0] = start[0][b], block.start[1] = start[1][b];
            const ck_where at = {first / CK_GROUP, b, 16 * b, 64 + 16 * b};
            ck_add_block(&block, 1, at, acts, tokens, chains);
        }
    }
    ck_store_chains(chains, tokens, out, stride);
}

void ck_avx512_mx_rows(const uint8_t *blocks, const uint8_t *scales, size_t k, size_t rows,
                       const void *const *acts, size_t tokens, float *out, size_t stride) {
    const size_t count = k / CK_BLOCK;
    size_t step;
    for (size_t row = 0; row < rows; row += step) {
        const uint8_t *b = blocks + row * count * 16, *s = scales + row * count;
        step = rows - row < CK_TILE_ROWS ? rows - row : CK_TILE_ROWS;
        if (tokens >= 4 && step == CK_TILE_ROWS && ck_scales_fit(s, step * count)) {
            many_tokens(b, s, count, acts, tokens, out + row, stride);
            continue;
        }
        for (size_t t = 0; t < tokens; t++) one_token(b, s, count, step, acts[t], out + t * stride + row);
    }
}
