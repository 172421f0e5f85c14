/* scalar: plain C with int8 activations, the reference for the layouts the SIMD kernels share.
 *
 * Runs on any CPU. Its integer parts are exactly those of the SIMD kernels; only float rounding differs.
 */
#include <math.h>

#include "kernel.h"

static const int doubled[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

static int always(void) { return 1; }

static size_t act_bytes(size_t k) { return (k / CK_BLOCK + CK_GROUP - 1) / CK_GROUP * sizeof(ck_group); }

/* One block to int8: q = round(x * 127 / max|x|). Below 1e-35 the inverse overflows: nothing is left. */
static float quantise_block(const float *x, int8_t *q) {
    float largest = 0;
    for (size_t i = 0; i < CK_BLOCK; i++) largest = fmaxf(largest, fabsf(x[i]));
    if (!(largest > 1e-35f)) {
        memset(q, 0, CK_BLOCK);
        return 0;
    }
    const float inverse = 127.0f / largest;
    for (size_t i = 0; i < CK_BLOCK; i++) {
        float scaled = rintf(x[i] * inverse);
        q[i] = scaled >= -127.0f && scaled <= 127.0f ? (int8_t)scaled : 0; /* not a number: 0 */
    }
    return largest / 127.0f;
}

static void split_block(const float *x, ck_group *group, size_t b) {
    int8_t q[CK_BLOCK];
    const float scale = quantise_block(x, q);
    int32_t sum = 0;
    for (size_t i = 0; i < 16; i++) {
        group->q[16 * b + i] = q[2 * i];
        group->q[64 + 16 * b + i] = q[2 * i + 1];
        sum += q[2 * i] + q[2 * i + 1];
    }
    for (size_t j = 4 * b; j < 4 * b + 4; j++) {
        group->scale[j] = 0.5f * scale;
        group->corr[j] = -12 * sum;
    }
}

static void quantise_split(const float *x, size_t k, void *act) {
    ck_group *groups = act;
    memset(act, 0, act_bytes(k));
    for (size_t b = 0; b < k / CK_BLOCK; b++)
        split_block(x + b * CK_BLOCK, &groups[b / CK_GROUP], b % CK_GROUP);
}

static void quantise_plain(const float *x, size_t k, void *act) {
    ck_group *groups = act;
    memset(act, 0, act_bytes(k));
    for (size_t b = 0; b < k / CK_BLOCK; b++) {
        ck_group *group = &groups[b / CK_GROUP];
        const float scale = quantise_block(x + b * CK_BLOCK, group->q + b % CK_GROUP * CK_BLOCK);
        int32_t sum = 0;
        for (size_t i = 0; i < CK_BLOCK; i++) sum += group->q[b % CK_GROUP * CK_BLOCK + i];
        for (size_t j = b % CK_GROUP * 4; j < b % CK_GROUP * 4 + 4; j++) {
            group->scale[j] = scale;
            group->corr[j] = -128 * sum;
        }
    }
}

static void swiglu(const float *gate_up, float alpha, float limit, void *act, size_t block) {
    float out[CK_BLOCK];
    for (size_t i = 0; i < CK_BLOCK; i++) {
        const float gate = fminf(gate_up[2 * i], limit), up = fmaxf(fminf(gate_up[2 * i + 1], limit), -limit);
        out[i] = gate / (1.0f + expf(-alpha * gate)) * (up + 1.0f);
    }
    split_block(out, (ck_group *)act + block / CK_GROUP, block % CK_GROUP);
}

static void mx_rows(const uint8_t *blocks, const uint8_t *scales, size_t k, size_t rows,
                    const void *const *acts, size_t tokens, float *out, size_t stride) {
    const size_t count = k / CK_BLOCK;
    for (size_t r = 0; r < rows; r++)
        for (size_t t = 0; t < tokens; t++) {
            float chain[CK_GROUP] = {0};
            for (size_t b = 0; b < count; b++) {
                const ck_group *group = (const ck_group *)acts[t] + b / CK_GROUP;
                const int8_t *even = group->q + b % CK_GROUP * 16, *odd = even + 64;
                const uint8_t *codes = blocks + (r * count + b) * 16;
                int32_t dot = 0;
                for (size_t i = 0; i < 16; i++)
                    dot += doubled[codes[i] & 15] * even[i] + doubled[codes[i] >> 4] * odd[i];
                chain[b % CK_GROUP] +=
                    (float)dot * ck_e8m0(scales[r * count + b]) * group->scale[b % CK_GROUP * 4];
            }
            out[t * stride + r] = (chain[0] + chain[1]) + (chain[2] + chain[3]);
        }
}

static void i8_rows(const int8_t *weight, const uint8_t *scales_f16, size_t k, size_t rows,
                    const void *const *acts, size_t tokens, float *out, size_t stride) {
    const size_t count = k / CK_BLOCK;
    for (size_t r = 0; r < rows; r++)
        for (size_t t = 0; t < tokens; t++) {
            float chain[CK_GROUP] = {0};
            for (size_t b = 0; b < count; b++) {
                const ck_group *group = (const ck_group *)acts[t] + b / CK_GROUP;
                const int8_t *q = group->q + b % CK_GROUP * CK_BLOCK, *w = weight + r * k + b * CK_BLOCK;
                int32_t dot = 0;
                for (size_t i = 0; i < CK_BLOCK; i++) dot += w[i] * q[i];
                chain[b % CK_GROUP] +=
                    (float)dot * (ck_f16_at(scales_f16, r * count + b) * group->scale[b % CK_GROUP * 4]);
            }
            out[t * stride + r] = (chain[0] + chain[1]) + (chain[2] + chain[3]);
        }
}

/* Sixteen chains, as in the SIMD kernels, because one long float sum loses digits. */
static void bf16_rows(const uint8_t *weight, size_t k, size_t rows, const float *const *x, size_t tokens,
                      float *out, size_t stride) {
    for (size_t r = 0; r < rows; r++)
        for (size_t t = 0; t < tokens; t++) {
            float chain[16] = {0};
            for (size_t i = 0; i < k; i++) chain[i % 16] += ck_bf16_at(weight, r * k + i) * x[t][i];
            for (size_t step = 8; step > 0; step /= 2)
                for (size_t i = 0; i < step; i++) chain[i] += chain[i + step];
            out[t * stride + r] = chain[0];
        }
}

const ck_kernel ck_kernel_scalar = {
    .name = "scalar",
    .needs = "nothing",
    .supported = always,
    .act_bytes = act_bytes,
    .quantise_split = quantise_split,
    .quantise_plain = quantise_plain,
    .swiglu_split = swiglu,
    .mx_rows = mx_rows,
    .i8_rows = i8_rows,
    .bf16_rows = bf16_rows,
    .attend = ck_plain_attend,
};
