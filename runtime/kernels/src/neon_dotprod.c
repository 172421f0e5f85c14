/* neon-dotprod: SDOT, four products a lane (ARMv8.2 dotprod: Cortex-A75 and later, Snapdragon 8cx, Apple M1).
 *
 * Many tokens: a lane is a row, and four elements of a token are multiplied with four rows at once. The
 * rest of the method is in neon_tile.h.
 */
#define TILE_SCALES 8 /* rows 0..7 */
#include "neon_tile.h"

/* Element quads of rows 0..3, then of rows 4..7, for quads 0..3. */
static inline void pack_weights(const int8x16_t rows[TILE_ROWS], int8_t *out) {
    for (size_t half = 0; half < 2; half++) {
        int32x4_t r[4];
        for (size_t i = 0; i < 4; i++) r[i] = vreinterpretq_s32_s8(rows[4 * half + i]);
        const int32x4_t a = vzip1q_s32(r[0], r[2]), b = vzip2q_s32(r[0], r[2]);
        const int32x4_t c = vzip1q_s32(r[1], r[3]), d = vzip2q_s32(r[1], r[3]);
        const int32x4_t quads[4] = {vzip1q_s32(a, c), vzip2q_s32(a, c), vzip1q_s32(b, d), vzip2q_s32(b, d)};
        for (size_t i = 0; i < 4; i++) vst1q_s8(out + 32 * i + 16 * half, vreinterpretq_s8_s32(quads[i]));
    }
}

static inline void pack_scales(float32x4_t low, float32x4_t high, float *out) {
    vst1q_f32(out, low);
    vst1q_f32(out + 4, high);
}

/* dots[2t] and dots[2t + 1]: rows 0..3 and 4..7 of token t. */
#define ADD_QUAD(quad)                                                            \
    do {                                                                          \
        const int8x16_t low = vld1q_s8(weight + 32 * (quad));                     \
        const int8x16_t high = vld1q_s8(weight + 32 * (quad) + 16);               \
        for (size_t t = 0; t < TILE_TOKENS; t++) {                                \
            dots[2 * t] = vdotq_laneq_s32(dots[2 * t], low, x[t], quad);          \
            dots[2 * t + 1] = vdotq_laneq_s32(dots[2 * t + 1], high, x[t], quad); \
        }                                                                         \
    } while (0)

static inline void add_half(const int8_t *weight, const int8_t *const q[TILE_TOKENS], size_t offset,
                            int32x4_t dots[TILE_REGISTERS]) {
    int8x16_t x[TILE_TOKENS];
    for (size_t t = 0; t < TILE_TOKENS; t++) x[t] = vld1q_s8(q[t] + offset);
    ADD_QUAD(0);
    ADD_QUAD(1);
    ADD_QUAD(2);
    ADD_QUAD(3);
}

static inline void multiply_block(const int8_t *weight, const float *scale,
                                  const int8_t *const q[TILE_TOKENS], size_t first_half, size_t second_half,
                                  const float *const act_scale[TILE_TOKENS],
                                  float32x4_t chain[TILE_REGISTERS]) {
    int32x4_t dots[TILE_REGISTERS];
    for (size_t i = 0; i < TILE_REGISTERS; i++) dots[i] = ck_start();
    add_half(weight, q, first_half, dots);
    add_half(weight + TILE_BLOCK / 2, q, second_half, dots);
    const float32x4_t low = vld1q_f32(scale), high = vld1q_f32(scale + 4);
    for (size_t t = 0; t < TILE_TOKENS; t++) {
        const float act = *act_scale[t];
        chain[2 * t] = vfmaq_f32(chain[2 * t], ck_dots(dots[2 * t]), vmulq_n_f32(low, act));
        chain[2 * t + 1] = vfmaq_f32(chain[2 * t + 1], ck_dots(dots[2 * t + 1]), vmulq_n_f32(high, act));
    }
}

static inline void store_sums(const float32x4_t sums[TILE_REGISTERS], float *const out[TILE_TOKENS]) {
    for (size_t t = 0; t < TILE_TOKENS; t++) {
        vst1q_f32(out[t], sums[2 * t]);
        vst1q_f32(out[t] + 4, sums[2 * t + 1]);
    }
}

const ck_kernel ck_kernel_neon_dotprod = {
    .name = "neon-dotprod",
    .needs = "a CPU and operating system with NEON and the dotprod instructions",
    .supported = ck_cpu_neon_dotprod,
    .act_bytes = ck_neon_act_bytes,
    .quantise_split = ck_neon_quantise_split,
    .quantise_plain = ck_neon_quantise_plain,
    .swiglu_split = ck_neon_swiglu,
    .mx_rows = mx_rows,
    .i8_rows = i8_rows,
    .bf16_rows = ck_neon_bf16_rows,
    .attend = ck_neon_attend,
};
