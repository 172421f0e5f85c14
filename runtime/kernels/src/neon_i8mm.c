/* neon-i8mm: SMMLA, eight products a lane (i8mm: Cortex-A710 and X2 and later, Snapdragon X, Apple M2).
 *
 * Many tokens: two rows and two tokens, eight elements of each, give a 2 x 2 tile in one instruction. The
 * rest of the method is in neon_tile.h. One token has no second to be paired with: it is computed with SDOT,
 * which every CPU with i8mm has.
 */
#define TILE_SCALES 16 /* rows 0 1 0 1, 2 3 2 3, ... */
#include "neon_tile.h"

static inline int8x16_t low_pair(int8x16_t a, int8x16_t b) {
    return vreinterpretq_s8_s64(vzip1q_s64(vreinterpretq_s64_s8(a), vreinterpretq_s64_s8(b)));
}
static inline int8x16_t high_pair(int8x16_t a, int8x16_t b) {
    return vreinterpretq_s8_s64(vzip2q_s64(vreinterpretq_s64_s8(a), vreinterpretq_s64_s8(b)));
}

/* Elements 0..7 of rows 0 and 1, of 2 and 3, ..., then elements 8..15 of them. */
static inline void pack_weights(const int8x16_t rows[TILE_ROWS], int8_t *out) {
    for (size_t pair = 0; pair < TILE_ROWS / 2; pair++) {
        vst1q_s8(out + 16 * pair, low_pair(rows[2 * pair], rows[2 * pair + 1]));
        vst1q_s8(out + 64 + 16 * pair, high_pair(rows[2 * pair], rows[2 * pair + 1]));
    }
}

static inline void pack_scales(float32x4_t low, float32x4_t high, float *out) {
    vst1q_f32(out, vcombine_f32(vget_low_f32(low), vget_low_f32(low)));
    vst1q_f32(out + 4, vcombine_f32(vget_high_f32(low), vget_high_f32(low)));
    vst1q_f32(out + 8, vcombine_f32(vget_low_f32(high), vget_low_f32(high)));
    vst1q_f32(out + 12, vcombine_f32(vget_high_f32(high), vget_high_f32(high)));
}

/* dots[2 * pair of rows + pair of tokens]: token 0 row 0, token 0 row 1, token 1 row 0, token 1 row 1. */
static inline void add_half(const int8_t *weight, const int8_t *const q[TILE_TOKENS], size_t offset,
                            int32x4_t dots[TILE_REGISTERS]) {
    int8x16_t x[TILE_TOKENS], pairs[2][2];
    for (size_t t = 0; t < TILE_TOKENS; t++) x[t] = vld1q_s8(q[t] + offset);
    for (size_t pair = 0; pair < 2; pair++) {
        pairs[0][pair] = low_pair(x[2 * pair], x[2 * pair + 1]);
        pairs[1][pair] = high_pair(x[2 * pair], x[2 * pair + 1]);
    }
    for (size_t step = 0; step < 2; step++)
        for (size_t rows = 0; rows < TILE_ROWS / 2; rows++) {
            const int8x16_t w = vld1q_s8(weight + 64 * step + 16 * rows);
            dots[2 * rows] = vmmlaq_s32(dots[2 * rows], pairs[step][0], w);
            dots[2 * rows + 1] = vmmlaq_s32(dots[2 * rows + 1], pairs[step][1], w);
        }
}

static inline void multiply_block(const int8_t *weight, const float *scale,
                                  const int8_t *const q[TILE_TOKENS], size_t first_half, size_t second_half,
                                  const float *const act_scale[TILE_TOKENS],
                                  float32x4_t chain[TILE_REGISTERS]) {
    int32x4_t dots[TILE_REGISTERS];
    for (size_t i = 0; i < TILE_REGISTERS; i++) dots[i] = ck_start();
    add_half(weight, q, first_half, dots);
    add_half(weight + TILE_BLOCK / 2, q, second_half, dots);
    float32x4_t act[2];
    for (size_t pair = 0; pair < 2; pair++)
        act[pair] = vcombine_f32(vld1_dup_f32(act_scale[2 * pair]), vld1_dup_f32(act_scale[2 * pair + 1]));
    for (size_t rows = 0; rows < TILE_ROWS / 2; rows++) {
        const float32x4_t weight_scale = vld1q_f32(scale + 4 * rows);
        for (size_t pair = 0; pair < 2; pair++)
            chain[2 * rows + pair] = vfmaq_f32(chain[2 * rows + pair], ck_dots(dots[2 * rows + pair]),
                                               vmulq_f32(weight_scale, act[pair]));
    }
}

static inline void store_sums(const float32x4_t sums[TILE_REGISTERS], float *const out[TILE_TOKENS]) {
    for (size_t rows = 0; rows < TILE_ROWS / 2; rows++)
        for (size_t pair = 0; pair < 2; pair++) {
            vst1_f32(out[2 * pair] + 2 * rows, vget_low_f32(sums[2 * rows + pair]));
            vst1_f32(out[2 * pair + 1] + 2 * rows, vget_high_f32(sums[2 * rows + pair]));
        }
}

const ck_kernel ck_kernel_neon_i8mm = {
    .name = "neon-i8mm",
    .needs = "a CPU and operating system with NEON and the dotprod and i8mm instructions",
    .supported = ck_cpu_neon_i8mm,
    .act_bytes = ck_neon_act_bytes,
    .quantise_split = ck_neon_quantise_split,
    .quantise_plain = ck_neon_quantise_plain,
    .swiglu_split = ck_neon_swiglu,
    .mx_rows = mx_rows,
    .i8_rows = i8_rows,
    .bf16_rows = ck_neon_bf16_rows,
    .attend = ck_neon_attend,
};
