/* scalar-f32: the twin every other kernel is measured against. Plain C, no quantised activations.
 *
 * Weights are taken at their exact value, activations stay float, sums are in double. Slow, and kept for
 * ever: it is what "right" means here.
 */
#include <math.h>

#include "kernel.h"

static const double e2m1[16] = {0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6};

static int always(void) { return 1; }

static size_t act_bytes(size_t k) { return (k * sizeof(float) + 63) / 64 * 64; }

static void keep(const float *x, size_t k, void *act) { memcpy(act, x, k * sizeof *x); }

static void swiglu(const float *gate_up, float alpha, float limit, void *act, size_t block) {
    float *out = (float *)act + block * CK_BLOCK;
    for (size_t i = 0; i < CK_BLOCK; i++) {
        double gate = gate_up[2 * i], up = gate_up[2 * i + 1];
        if (gate > limit) gate = limit;
        if (up > limit) up = limit;
        if (up < -limit) up = -limit;
        out[i] = (float)(gate / (1 + exp(-(double)alpha * gate)) * (up + 1));
    }
}

static void mx_rows(const uint8_t *blocks, const uint8_t *scales, size_t k, size_t rows,
                    const void *const *acts, size_t tokens, float *out, size_t stride) {
    const size_t count = k / CK_BLOCK;
    for (size_t r = 0; r < rows; r++)
        for (size_t t = 0; t < tokens; t++) {
            const float *x = acts[t];
            double sum = 0;
            for (size_t b = 0; b < count; b++) {
                const uint8_t *codes = blocks + (r * count + b) * 16;
                double part = 0;
                for (size_t i = 0; i < 16; i++)
                    part +=
                        e2m1[codes[i] & 15] * x[b * 32 + 2 * i] + e2m1[codes[i] >> 4] * x[b * 32 + 2 * i + 1];
                sum += part * ck_e8m0(scales[r * count + b]);
            }
            out[t * stride + r] = (float)sum;
        }
}

static void i8_rows(const int8_t *weight, const uint8_t *scales_f16, size_t k, size_t rows,
                    const void *const *acts, size_t tokens, float *out, size_t stride) {
    const size_t count = k / CK_BLOCK;
    for (size_t r = 0; r < rows; r++)
        for (size_t t = 0; t < tokens; t++) {
            const float *x = acts[t];
            double sum = 0;
            for (size_t b = 0; b < count; b++) {
                double part = 0;
                for (size_t i = b * CK_BLOCK; i < (b + 1) * CK_BLOCK; i++)
                    part += (double)weight[r * k + i] * x[i];
                sum += part * ck_f16_at(scales_f16, r * count + b);
            }
            out[t * stride + r] = (float)sum;
        }
}

static void bf16_rows(const uint8_t *weight, size_t k, size_t rows, const float *const *x, size_t tokens,
                      float *out, size_t stride) {
    for (size_t r = 0; r < rows; r++)
        for (size_t t = 0; t < tokens; t++) {
            double sum = 0;
            for (size_t i = 0; i < k; i++) sum += (double)ck_bf16_at(weight, r * k + i) * x[t][i];
            out[t * stride + r] = (float)sum;
        }
}

const ck_kernel ck_kernel_scalar_f32 = {
    .name = "scalar-f32",
    .needs = "nothing",
    .supported = always,
    .act_bytes = act_bytes,
    .quantise_split = keep,
    .quantise_plain = keep,
    .swiglu_split = swiglu,
    .mx_rows = mx_rows,
    .i8_rows = i8_rows,
    .bf16_rows = bf16_rows,
    .attend = ck_plain_attend,
};
