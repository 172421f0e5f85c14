/* What the NEON files share: the activation row, reading weights, and the functions of the tables. */
#ifndef CHORALE_NEON_H
#define CHORALE_NEON_H

#include <arm_neon.h>

#include "kernel.h"

/* Four blocks of one quantised activation row. SDOT and SMMLA multiply signed by signed bytes, so there is
 * nothing to correct, and a lane is a block where one token is computed, so that nothing is repeated.
 * "split": q[16b + i] is element 2i of block b and q[64 + 16b + i] element 2i + 1, scale is halved, because
 * weights are doubled. "plain": q[32b + i] is element i of block b. Blocks past the end are all zero. */
typedef struct ck_neon_group {
    int8_t q[CK_GROUP * CK_BLOCK];
    float scale[CK_GROUP];
} ck_neon_group;

size_t ck_neon_act_bytes(size_t k);
void ck_neon_quantise_split(const float *x, size_t k, void *act);
void ck_neon_quantise_plain(const float *x, size_t k, void *act);
void ck_neon_swiglu(const float *gate_up, float alpha, float limit, void *act, size_t block);

/* One token: the same for both kernels, for SMMLA has nothing to pair it with. `count` blocks in a row. */
void ck_neon_mx_one_token(const uint8_t *blocks, const uint8_t *scales, size_t count, size_t rows,
                          const void *act, float *out);
void ck_neon_i8_one_token(const uint8_t *weight, const uint8_t *scales, size_t count, size_t rows,
                          const void *act, float *out);

void ck_neon_bf16_rows(const uint8_t *weight, size_t k, size_t rows, const float *const *x, size_t tokens,
                       float *out, size_t stride);
void ck_neon_attend(const ck_attention *op, size_t kv_head, const float *q, size_t first_query, size_t rows,
                    size_t begin, size_t end, ck_partial *out);

/* `have` bytes at p, or a copy of them in `buffer` with zeros up to `full`: never reads past a tensor. */
static inline const uint8_t *ck_padded(const uint8_t *p, size_t have, size_t full, uint8_t *buffer) {
    if (have >= full) return p;
    memset(buffer, 0, full);
    memcpy(buffer, p, have);
    return buffer;
}

/* Into the second-level cache, kept: it has room for more requests under way than the first. */
static inline void ck_prefetch(const void *p) { __builtin_prefetch(p, 0, 2); }

/* Sixteen codes, in either half of each byte, to twice the weight: one table look-up. */
static inline int8x16_t ck_decode(uint8x16_t nibbles) {
    static const int8_t doubled[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
    return vqtbl1q_s8(vld1q_s8(doubled), nibbles);
}
static inline uint8x16_t ck_low_nibbles(uint8x16_t codes) { return vandq_u8(codes, vdupq_n_u8(15)); }
static inline uint8x16_t ck_high_nibbles(uint8x16_t codes) { return vshrq_n_u8(codes, 4); }

/* Four E8M0 bytes to floats; byte 0 is 2^-127, below the normal floats. */
static inline float32x4_t ck_four_e8m0(const uint8_t *p) {
    uint32_t bits;
    memcpy(&bits, p, sizeof bits);
    const uint16x8_t wide = vmovl_u8(vcreate_u8(bits));
    return vreinterpretq_f32_u32(
        vmaxq_u32(vshlq_n_u32(vmovl_u16(vget_low_u16(wide)), 23), vdupq_n_u32(0x00400000)));
}

static inline float32x4_t ck_four_f16(const void *p) { return vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(p))); }

/* e^x: 2^n times a Taylor polynomial of the rest, |rest| <= ln(2)/2; relative error below 2e-7. */
static inline float32x4_t ck_exp(float32x4_t x) {
    x = vminq_f32(vmaxq_f32(x, vdupq_n_f32(-87.0f)), vdupq_n_f32(88.0f));
    const float32x4_t n = vrndnq_f32(vmulq_f32(x, vdupq_n_f32(1.44269504f)));
    float32x4_t rest = vfmsq_f32(x, n, vdupq_n_f32(0x1.62e4p-1f)); /* ln 2 in two parts */
    rest = vfmsq_f32(rest, n, vdupq_n_f32(0x1.7f7d1cp-20f));
    float32x4_t sum = vdupq_n_f32(1.0f / 5040);
    const float coefficients[] = {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f};
    for (int i = 0; i < 7; i++) sum = vfmaq_f32(vdupq_n_f32(coefficients[i]), sum, rest);
    const int32x4_t power = vshlq_n_s32(vaddq_s32(vcvtq_s32_f32(n), vdupq_n_s32(127)), 23);
    return vmulq_f32(sum, vreinterpretq_f32_s32(power));
}

#endif
