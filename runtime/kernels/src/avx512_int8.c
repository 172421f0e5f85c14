/* int8 rows with an f16 scale per 32, times int8 activations, with AVX-512 VNNI. See ymm_int8.h.
 *
 * dpbusd wants one unsigned operand: the weight plus 128. What that adds, 128 times the sum of the block's
 * activations, is in the activation's `corr`.
 */
#include "avx512.h"

static inline __m512i plus_128(__m512i w) { return _mm512_xor_si512(w, _mm512_set1_epi8((char)0x80)); }

/* f16 scales of four rows and `count` <= 4 blocks -> block-major floats: b0 r0..r3, b1 r0..r3, ... */
static inline __m512 scales_by_block(const uint8_t *const scales[4], size_t first, size_t count) {
    uint8_t copies[4][8];
    __m128i row[4];
    for (int r = 0; r < 4; r++)
        row[r] = _mm_loadl_epi64((const __m128i *)ck_padded(scales[r] + 2 * first, 2 * count, 8, copies[r]));
    const __m128i r01 = _mm_unpacklo_epi16(row[0], row[1]), r23 = _mm_unpacklo_epi16(row[2], row[3]);
    return _mm512_cvtph_ps(_mm256_set_m128i(_mm_unpackhi_epi32(r01, r23), _mm_unpacklo_epi32(r01, r23)));
}

/* Two blocks (64 bytes) of four rows: the halves of the result are the blocks, [r0 r1 r2 r3 | r0 r1 r2 r3]. */
static inline __m512i four_dots(const __m512i w[4], __m512i a) {
    __m512i part[4];
    for (int r = 0; r < 4; r++) part[r] = _mm512_dpbusd_epi32(_mm512_setzero_si512(), plus_128(w[r]), a);
    return ck_fold64_x4(ck_fold32_x4(part[0], part[1]), ck_fold32_x4(part[2], part[3]));
}

static inline __m512 four_rows(const __m512i low[4], const __m512i high[4], __m512 weight,
                               const ck_group *act, __m512 chains) {
    const __m512i b01 = four_dots(low, _mm512_loadu_si512(act->q)),
                  b23 = four_dots(high, _mm512_loadu_si512(act->q + 64));
    __m512i dots =
        _mm512_add_epi32(_mm512_shuffle_i32x4(b01, b23, 0x88), _mm512_shuffle_i32x4(b01, b23, 0xdd));
    dots = _mm512_add_epi32(dots, _mm512_loadu_si512(act->corr));
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(dots), _mm512_mul_ps(weight, _mm512_loadu_ps(act->scale)),
                           chains);
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
        __m512 chains = _mm512_setzero_ps();
        __m512i low[4], high[4];
        for (size_t g = 0; g < whole; g++) {
            ck_ask_ahead(weight + row * count * CK_BLOCK + g * 512, count * 4 * CK_BLOCK, 8, 0);
            for (size_t r = 0; r < 4; r++) {
                low[r] = _mm512_loadu_si512(w[r]);
                high[r] = _mm512_loadu_si512(w[r] + 64);
            }
            chains = four_rows(low, high, scales_by_block(s, 0, 4), act + g, chains);
            for (size_t r = 0; r < 4; r++) w[r] += 128, s[r] += 8;
        }
        if (rest) {
            ck_ask_ahead(weight + row * count * CK_BLOCK + whole * 512, count * 4 * CK_BLOCK, 2 * rest, 0);
            for (size_t r = 0; r < 4; r++) {
                low[r] = ck_load_bytes(w[r], rest * CK_BLOCK);
                high[r] = rest > 2 ? ck_load_bytes(w[r] + 64, (rest - 2) * CK_BLOCK) : _mm512_setzero_si512();
            }
            chains = four_rows(low, high, scales_by_block(s, 0, rest), act + whole, chains);
        }
        ck_store_rows(out + row, ck_add_quarters(chains), here);
    }
}

/* Scales of sixteen rows by block, `here` <= 4 blocks. */
static inline void turn_scales(const uint8_t *const scales[16], size_t first, size_t here,
                               __m512 out[CK_GROUP]) {
    __m512 four[4], low[2], high[2];
    for (int i = 0; i < 4; i++)
        four[i] = scales_by_block(scales + 4 * i, first, here); /* quarter b: block b */
    for (int i = 0; i < 2; i++) {
        low[i] = _mm512_shuffle_f32x4(four[2 * i], four[2 * i + 1], 0x44);  /* b0 b1 of both */
        high[i] = _mm512_shuffle_f32x4(four[2 * i], four[2 * i + 1], 0xee); /* b2 b3 */
    }
    out[0] = _mm512_shuffle_f32x4(low[0], low[1], 0x88);
    out[1] = _mm512_shuffle_f32x4(low[0], low[1], 0xdd);
    out[2] = _mm512_shuffle_f32x4(high[0], high[1], 0x88);
    out[3] = _mm512_shuffle_f32x4(high[0], high[1], 0xdd);
}

static inline __attribute__((always_inline)) void turn_sixteen(const uint8_t *const rows[16], size_t offset,
                                                               __m512i weight[8]) {
    ck_transpose16(rows, offset, weight);
    ck_transpose16(rows, offset + 16, weight + 4);
    for (int i = 0; i < 8; i++) weight[i] = plus_128(weight[i]);
}

static void many_tokens(const uint8_t *weight, const uint8_t *scales, size_t count, const void *const *acts,
                        size_t tokens, float *out, size_t stride) {
    ck_chains chains[CK_TOKEN_TILE];
    const uint8_t *rows[CK_TILE_ROWS], *s[CK_TILE_ROWS];
    memset(chains, 0, tokens * sizeof chains[0]);
    for (size_t r = 0; r < CK_TILE_ROWS; r++)
        rows[r] = weight + r * count * CK_BLOCK, s[r] = scales + r * count * 2;
    for (size_t first = 0; first < count; first += CK_GROUP) {
        const size_t here = count - first < CK_GROUP ? count - first : CK_GROUP;
        __m512 scale[2][CK_GROUP];
        for (int h = 0; h < 2; h++) turn_scales(s + 16 * h, first, here, scale[h]);
        for (size_t r = 0; r < CK_TILE_ROWS; r++) {
            _mm_prefetch((const char *)rows[r] + (CK_TILE_ROWS * count + first) * CK_BLOCK, _MM_HINT_T1);
            _mm_prefetch((const char *)rows[r] + (CK_TILE_ROWS * count + first) * CK_BLOCK + 64, _MM_HINT_T1);
        }
        for (size_t b = 0; b < here; b++) {
            ck_block block;
            turn_sixteen(rows, CK_BLOCK * (first + b), block.weight[0]);
            turn_sixteen(rows + 16, CK_BLOCK * (first + b), block.weight[1]);
            block.scale[0] = scale[0][b], block.scale[1] = scale[1][b];
            const ck_where at = {first / CK_GROUP, b, CK_BLOCK * b, CK_BLOCK * b + 16};
            ck_add_block(&block, 0, at, acts, tokens, chains);
        }
    }
    ck_store_chains(chains, tokens, out, stride);
}

void ck_avx512_i8_rows(const int8_t *weight, const uint8_t *scales_f16, size_t k, size_t rows,
                       const void *const *acts, size_t tokens, float *out, size_t stride) {
    const size_t count = k / CK_BLOCK, turned = tokens >= 4 ? rows / CK_TILE_ROWS * CK_TILE_ROWS : 0;
    const uint8_t *w = (const uint8_t *)weight;
    for (size_t row = 0; row < turned; row += CK_TILE_ROWS)
        many_tokens(w + row * k, scales_f16 + row * count * 2, count, acts, tokens, out + row, stride);
    for (size_t t = 0; t < tokens && turned < rows; t++)
        one_token(w + turned * k, scales_f16 + turned * count * 2, count, rows - turned, acts[t],
                  out + t * stride + turned);
}
