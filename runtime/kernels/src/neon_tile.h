/* Many tokens with NEON: eight rows are decoded once into a panel, then multiplied by four tokens at a time.
 *
 * A file that includes this says, by four definitions, how its instruction wants the bytes:
 *   TILE_SCALES       floats of one block's row scales in a panel
 *   pack_weights      16 elements of eight rows -> 128 bytes, in the order multiply_block reads them
 *   pack_scales       scales of rows 0..3 and 4..7 of one block -> TILE_SCALES floats
 *   multiply_block    adds one block of eight rows and four tokens to eight registers of chains
 *   store_sums          eight registers of sums -> four tokens of eight rows
 * A panel is read four times, once for each chain, so that the chain's sums stay in registers.
 */
#ifndef CHORALE_NEON_TILE_H
#define CHORALE_NEON_TILE_H

#include "neon.h"

enum {
    TILE_ROWS = 8,
    TILE_TOKENS = 4,
    TILE_REGISTERS = TILE_ROWS * TILE_TOKENS / 4,
    TILE_BLOCK = TILE_ROWS * CK_BLOCK, /* bytes of one block in a panel */
    PANEL = 64,                        /* blocks in a panel: 16 KiB, for the first-level cache */
    TILED_TOKENS = 3,                  /* fewer tokens are computed one by one */
};

/* Sums start here: 1.5 * 2^23. A dot product of a block, below 2^20, leaves the bits of the float
 * 12582912 + dot, and one subtraction gives the exact dot: cheaper than a conversion. */
#define ck_start() vdupq_n_s32(0x4b400000)
static inline float32x4_t ck_dots(int32x4_t sums) {
    return vsubq_f32(vreinterpretq_f32_s32(sums), vdupq_n_f32(0x1.8p23f));
}

typedef struct tile_panel {
    int8_t weight[PANEL * TILE_BLOCK]; /* [block][half of the block][128 bytes of pack_weights] */
    float scale[PANEL * TILE_SCALES];
} tile_panel;

static inline void pack_weights(const int8x16_t rows[TILE_ROWS], int8_t *out);
static inline void pack_scales(float32x4_t low, float32x4_t high, float *out);
static inline void multiply_block(const int8_t *weight, const float *scale,
                                  const int8_t *const q[TILE_TOKENS], size_t first_half, size_t second_half,
                                  const float *const act_scale[TILE_TOKENS],
                                  float32x4_t chain[TILE_REGISTERS]);
static inline void store_sums(const float32x4_t sums[TILE_REGISTERS], float *const out[TILE_TOKENS]);

/* Four registers of four blocks -> four registers of four rows. */
static inline void turn_scales(const float32x4_t rows[4], float32x4_t blocks[CK_GROUP]) {
    const float32x4_t a = vtrn1q_f32(rows[0], rows[1]), b = vtrn2q_f32(rows[0], rows[1]);
    const float32x4_t c = vtrn1q_f32(rows[2], rows[3]), d = vtrn2q_f32(rows[2], rows[3]);
    blocks[0] = vcombine_f32(vget_low_f32(a), vget_low_f32(c));
    blocks[1] = vcombine_f32(vget_low_f32(b), vget_low_f32(d));
    blocks[2] = vcombine_f32(vget_high_f32(a), vget_high_f32(c));
    blocks[3] = vcombine_f32(vget_high_f32(b), vget_high_f32(d));
}

/* Scales of eight rows, `here` <= 4 blocks from block `first` on. */
static inline void fill_scales(const uint8_t *scales, size_t count, size_t first, size_t here, float *out,
                               int mx) {
    const size_t bytes = mx ? 1 : 2;
    float32x4_t rows[TILE_ROWS], low[CK_GROUP], high[CK_GROUP];
    for (size_t r = 0; r < TILE_ROWS; r++) {
        uint8_t copy[2 * CK_GROUP];
        const uint8_t *p =
            ck_padded(scales + (r * count + first) * bytes, here * bytes, CK_GROUP * bytes, copy);
        rows[r] = mx ? ck_four_e8m0(p) : ck_four_f16(p);
    }
    turn_scales(rows, low);
    turn_scales(rows + 4, high);
    for (size_t b = 0; b < here; b++) pack_scales(low[b], high[b], out + b * TILE_SCALES);
}

/* One block of eight rows; its two halves belong to the two halves of the activations' block. */
static inline void fill_block(const uint8_t *weight, size_t row_bytes, int8_t *out, int mx) {
    int8x16_t first[TILE_ROWS], second[TILE_ROWS];
    for (size_t r = 0; r < TILE_ROWS; r++) {
        const uint8x16_t both = vld1q_u8(weight + r * row_bytes);
        first[r] = mx ? ck_decode(ck_low_nibbles(both)) : vreinterpretq_s8_u8(both);
        second[r] = mx ? ck_decode(ck_high_nibbles(both))
                       : vreinterpretq_s8_u8(vld1q_u8(weight + r * row_bytes + 16));
    }
    pack_weights(first, out);
    pack_weights(second, out + TILE_BLOCK / 2);
}

/* Blocks first .. first + here - 1 of eight rows; the same blocks of the next eight are asked for. */
static inline void fill_panel(const uint8_t *weight, const uint8_t *scales, size_t count, size_t first,
                              size_t here, tile_panel *panel, int mx) {
    const size_t block_bytes = mx ? 16 : CK_BLOCK, row_bytes = count * block_bytes;
    for (size_t b = 0; b < here; b++) {
        const uint8_t *p = weight + (first + b) * block_bytes;
        if (b * block_bytes % 64 == 0)
            for (size_t r = 0; r < TILE_ROWS; r++) ck_prefetch(p + (TILE_ROWS + r) * row_bytes);
        fill_block(p, row_bytes, panel->weight + b * TILE_BLOCK, mx);
    }
    for (size_t b = 0; b < here; b += CK_GROUP)
        fill_scales(scales, count, first + b, here - b < CK_GROUP ? here - b : CK_GROUP,
                    panel->scale + b * TILE_SCALES, mx);
}

/* One panel times four tokens; chains[c] belongs to blocks c, c + 4, ... */
static inline void multiply_panel(const tile_panel *panel, size_t blocks,
                                  const ck_neon_group *const acts[TILE_TOKENS],
                                  float32x4_t chains[CK_GROUP][TILE_REGISTERS], int mx) {
    for (size_t c = 0; c < CK_GROUP; c++) {
        float32x4_t chain[TILE_REGISTERS];
        const int8_t *q[TILE_TOKENS];
        const float *act_scale[TILE_TOKENS];
        memcpy(chain, chains[c], sizeof chain);
        for (size_t t = 0; t < TILE_TOKENS; t++) {
            q[t] = acts[t]->q + (mx ? 16 : CK_BLOCK) * c;
            act_scale[t] = acts[t]->scale + c;
        }
        for (size_t b = c; b < blocks; b += CK_GROUP) {
            multiply_block(panel->weight + b * TILE_BLOCK, panel->scale + b * TILE_SCALES, q, 0, mx ? 64 : 16,
                           act_scale, chain);
            for (size_t t = 0; t < TILE_TOKENS; t++) {
                q[t] += sizeof(ck_neon_group);
                act_scale[t] += sizeof(ck_neon_group) / sizeof(float);
            }
        }
        memcpy(chains[c], chain, sizeof chain);
    }
}

static inline void store_tile(float32x4_t chains[CK_GROUP][TILE_REGISTERS], size_t tokens, float *out,
                              size_t stride) {
    float32x4_t sums[TILE_REGISTERS];
    float unused[TILE_ROWS], *rows[TILE_TOKENS];
    for (size_t i = 0; i < TILE_REGISTERS; i++)
        sums[i] = vaddq_f32(vaddq_f32(chains[0][i], chains[1][i]), vaddq_f32(chains[2][i], chains[3][i]));
    for (size_t t = 0; t < TILE_TOKENS; t++) rows[t] = t < tokens ? out + t * stride : unused;
    store_sums(sums, rows);
}

/* Eight rows times all tokens. */
static inline __attribute__((always_inline)) void eight_rows(const uint8_t *weight, const uint8_t *scales,
                                                             size_t count, const void *const *acts,
                                                             size_t tokens, float *out, size_t stride,
                                                             int mx) {
    tile_panel panel;
    float32x4_t chains[CK_TOKEN_TILE / TILE_TOKENS][CK_GROUP][TILE_REGISTERS];
    memset(chains, 0, (tokens + TILE_TOKENS - 1) / TILE_TOKENS * sizeof chains[0]);
    for (size_t first = 0; first < count; first += PANEL) {
        const size_t here = count - first < PANEL ? count - first : PANEL;
        fill_panel(weight, scales, count, first, here, &panel, mx);
        for (size_t t = 0; t < tokens; t += TILE_TOKENS) {
            const ck_neon_group *four[TILE_TOKENS];
            for (size_t i = 0; i < TILE_TOKENS; i++) /* tokens that do not exist repeat the last */
                four[i] = (const ck_neon_group *)acts[t + i < tokens ? t + i : tokens - 1] + first / CK_GROUP;
            multiply_panel(&panel, here, four, chains[t / TILE_TOKENS], mx);
        }
    }
    for (size_t t = 0; t < tokens; t += TILE_TOKENS)
        store_tile(chains[t / TILE_TOKENS], tokens - t, out + t * stride, stride);
}

static inline __attribute__((always_inline)) void all_rows(const uint8_t *weight, const uint8_t *scales,
                                                           size_t k, size_t rows, const void *const *acts,
                                                           size_t tokens, float *out, size_t stride, int mx) {
    const size_t count = k / CK_BLOCK, row_bytes = count * (mx ? 16 : CK_BLOCK), scale_bytes = mx ? 1 : 2;
    const size_t tiled = tokens >= TILED_TOKENS ? rows / TILE_ROWS * TILE_ROWS : 0;
    for (size_t row = 0; row < tiled; row += TILE_ROWS)
        eight_rows(weight + row * row_bytes, scales + row * count * scale_bytes, count, acts, tokens,
                   out + row, stride, mx);
    for (size_t t = 0; t < tokens && tiled < rows; t++)
        (mx ? ck_neon_mx_one_token : ck_neon_i8_one_token)(weight + tiled * row_bytes,
                                                           scales + tiled * count * scale_bytes, count,
                                                           rows - tiled, acts[t], out + t * stride + tiled);
}

static void mx_rows(const uint8_t *blocks, const uint8_t *scales, size_t k, size_t rows,
                    const void *const *acts, size_t tokens, float *out, size_t stride) {
    all_rows(blocks, scales, k, rows, acts, tokens, out, stride, 1);
}

static void i8_rows(const int8_t *weight, const uint8_t *scales_f16, size_t k, size_t rows,
                    const void *const *acts, size_t tokens, float *out, size_t stride) {
    all_rows((const uint8_t *)weight, scales_f16, k, rows, acts, tokens, out, stride, 0);
}

#endif
