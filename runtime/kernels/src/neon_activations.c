/* Activations with NEON: to int8 in blocks of 32, and SwiGLU. The numbers are those of scalar.c. */
#include "neon.h"

size_t ck_neon_act_bytes(size_t k) {
    const size_t groups = (k / CK_BLOCK + CK_GROUP - 1) / CK_GROUP;
    return (groups * sizeof(ck_neon_group) + 63) / 64 * 64;
}

/* 32 floats to int8 in their own order, and the scale. Nothing is left below 1e-35: the inverse overflows. */
static inline int8x16x2_t quantise_block(const float32x4_t x[8], float *scale) {
    float32x4_t largest = vdupq_n_f32(0);
    for (int i = 0; i < 8; i++) largest = vmaxnmq_f32(vabsq_f32(x[i]), largest); /* passes over NaN */
    const float top = vmaxnmvq_f32(largest);
    if (!(top > 1e-35f)) {
        *scale = 0;
        return (int8x16x2_t){{vdupq_n_s8(0), vdupq_n_s8(0)}};
    }
    *scale = top / 127.0f;
    const float inverse = 127.0f / top;
    int16x8_t q[4];
    for (int i = 0; i < 4; i++) { /* nearest, ties to even; not a number becomes 0 */
        const int32x4_t low = vcvtnq_s32_f32(vmulq_n_f32(x[2 * i], inverse));
        const int32x4_t high = vcvtnq_s32_f32(vmulq_n_f32(x[2 * i + 1], inverse));
        q[i] = vqmovn_high_s32(vqmovn_s32(low), high);
    }
    return (int8x16x2_t){{vqmovn_high_s16(vqmovn_s16(q[0]), q[1]), vqmovn_high_s16(vqmovn_s16(q[2]), q[3])}};
}

static inline void split_block(const float32x4_t x[8], ck_neon_group *group, size_t b) {
    float scale;
    const int8x16x2_t q = quantise_block(x, &scale);
    vst1q_s8(group->q + 16 * b, vuzp1q_s8(q.val[0], q.val[1]));
    vst1q_s8(group->q + 64 + 16 * b, vuzp2q_s8(q.val[0], q.val[1]));
    group->scale[b] = 0.5f * scale;
}

static inline void plain_block(const float32x4_t x[8], ck_neon_group *group, size_t b) {
    const int8x16x2_t q = quantise_block(x, &group->scale[b]);
    vst1q_s8(group->q + CK_BLOCK * b, q.val[0]);
    vst1q_s8(group->q + CK_BLOCK * b + 16, q.val[1]);
}

static inline __attribute__((always_inline)) void quantise(const float *x, size_t k, ck_neon_group *groups,
                                                           int split) {
    const size_t blocks = k / CK_BLOCK;
    if (blocks % CK_GROUP) memset(&groups[blocks / CK_GROUP], 0, sizeof *groups);
    for (size_t b = 0; b < blocks; b++) {
        float32x4_t values[8];
        for (size_t i = 0; i < 8; i++) values[i] = vld1q_f32(x + b * CK_BLOCK + 4 * i);
        if (split) split_block(values, &groups[b / CK_GROUP], b % CK_GROUP);
        else plain_block(values, &groups[b / CK_GROUP], b % CK_GROUP);
    }
}

void ck_neon_quantise_split(const float *x, size_t k, void *act) { quantise(x, k, act, 1); }

void ck_neon_quantise_plain(const float *x, size_t k, void *act) { quantise(x, k, act, 0); }

void ck_neon_swiglu(const float *gate_up, float alpha, float limit, void *act, size_t block) {
    const float32x4_t most = vdupq_n_f32(limit), least = vdupq_n_f32(-limit), one = vdupq_n_f32(1.0f);
    float32x4_t out[8];
    for (size_t i = 0; i < 8; i++) {
        const float32x4x2_t pairs = vld2q_f32(gate_up + 8 * i);
        const float32x4_t gate = vminq_f32(pairs.val[0], most);
        const float32x4_t up = vmaxq_f32(vminq_f32(pairs.val[1], most), least);
        const float32x4_t e = ck_exp(vmulq_n_f32(gate, -alpha));
        out[i] = vmulq_f32(vdivq_f32(gate, vaddq_f32(one, e)), vaddq_f32(up, one));
    }
    split_block(out, (ck_neon_group *)act + block / CK_GROUP, block % CK_GROUP);
}
