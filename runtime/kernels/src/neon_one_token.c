/* MXFP4 and int8 rows times one token's int8 activations, with SDOT. Bound by memory: four rows at a time,
 * and four rows ahead memory is asked for.
 *
 * A lane is a block: SDOT leaves four partial sums of a block in a register, three pairwise additions turn
 * four blocks of a row into their four sums, and scales lie in the same order in memory.
 */
#include "neon.h"

enum { ROWS = 4 };

/* Sums of the lanes of four registers: exact, integers. */
static inline int32x4_t four_sums(const int32x4_t part[CK_GROUP]) {
    return vpaddq_s32(vpaddq_s32(part[0], part[1]), vpaddq_s32(part[2], part[3]));
}

static inline float32x4_t add_group(int32x4_t dots, float32x4_t weight_scale, float32x4_t act_scale,
                                    float32x4_t chains) {
    return vfmaq_f32(chains, vcvtq_f32_s32(dots), vmulq_f32(weight_scale, act_scale));
}

static inline void mx_group(const uint8_t *const codes[ROWS], const uint8_t *const scales[ROWS],
                            const ck_neon_group *act, float32x4_t chains[ROWS]) {
    int8x16_t even[CK_GROUP], odd[CK_GROUP];
    for (size_t b = 0; b < CK_GROUP; b++) {
        even[b] = vld1q_s8(act->q + 16 * b);
        odd[b] = vld1q_s8(act->q + 64 + 16 * b);
    }
    const float32x4_t act_scale = vld1q_f32(act->scale);
    for (size_t r = 0; r < ROWS; r++) {
        int32x4_t part[CK_GROUP];
        for (size_t b = 0; b < CK_GROUP; b++) {
            const uint8x16_t both = vld1q_u8(codes[r] + 16 * b);
            part[b] = vdotq_s32(vdupq_n_s32(0), ck_decode(ck_low_nibbles(both)), even[b]);
            part[b] = vdotq_s32(part[b], ck_decode(ck_high_nibbles(both)), odd[b]);
        }
        chains[r] = add_group(four_sums(part), ck_four_e8m0(scales[r]), act_scale, chains[r]);
    }
}

static inline void i8_group(const uint8_t *const w[ROWS], const uint8_t *const scales[ROWS],
                            const ck_neon_group *act, float32x4_t chains[ROWS]) {
    int8x16_t q[2 * CK_GROUP];
    for (size_t i = 0; i < 2 * CK_GROUP; i++) q[i] = vld1q_s8(act->q + 16 * i);
    const float32x4_t act_scale = vld1q_f32(act->scale);
    for (size_t r = 0; r < ROWS; r++) {
        int32x4_t part[CK_GROUP];
        for (size_t b = 0; b < CK_GROUP; b++) {
            const uint8_t *p = w[r] + CK_BLOCK * b;
            part[b] = vdotq_s32(vdupq_n_s32(0), vreinterpretq_s8_u8(vld1q_u8(p)), q[2 * b]);
            part[b] = vdotq_s32(part[b], vreinterpretq_s8_u8(vld1q_u8(p + 16)), q[2 * b + 1]);
        }
        chains[r] = add_group(four_sums(part), ck_four_f16(scales[r]), act_scale, chains[r]);
    }
}

/* `mx` is a constant at every call. */
static inline __attribute__((always_inline)) void group(const uint8_t *const w[ROWS],
                                                        const uint8_t *const scales[ROWS],
                                                        const ck_neon_group *act, float32x4_t chains[ROWS],
                                                        int mx) {
    if (mx) mx_group(w, scales, act, chains);
    else i8_group(w, scales, act, chains);
}

static inline __attribute__((always_inline)) void one_token(const uint8_t *weight, const uint8_t *scales,
                                                            size_t count, size_t rows,
                                                            const ck_neon_group *act, float *out, int mx) {
    const size_t whole = count / CK_GROUP, rest = count % CK_GROUP;
    const size_t block_bytes = mx ? 16 : CK_BLOCK, scale_bytes = mx ? 1 : 2;
    for (size_t row = 0; row < rows; row += ROWS) {
        const size_t here = rows - row < ROWS ? rows - row : ROWS;
        const uint8_t *w[ROWS], *s[ROWS];
        float32x4_t chains[ROWS];
        for (size_t r = 0; r < ROWS; r++) { /* rows that do not exist repeat the first, and are not stored */
            w[r] = weight + (row + (r < here ? r : 0)) * count * block_bytes;
            s[r] = scales + (row + (r < here ? r : 0)) * count * scale_bytes;
            chains[r] = vdupq_n_f32(0);
        }
        for (size_t g = 0; g < whole; g++) {
            for (size_t r = 0; r < ROWS; r++)
                for (size_t line = 0; line < CK_GROUP * block_bytes; line += 64)
                    ck_prefetch(w[r] + ROWS * count * block_bytes + line);
            group(w, s, act + g, chains, mx);
            for (size_t r = 0; r < ROWS; r++) w[r] += CK_GROUP * block_bytes, s[r] += CK_GROUP * scale_bytes;
        }
        if (rest) {
            uint8_t copies[ROWS][CK_GROUP * CK_BLOCK], scale_copies[ROWS][2 * CK_GROUP];
            for (size_t r = 0; r < ROWS; r++) {
                w[r] = ck_padded(w[r], rest * block_bytes, CK_GROUP * block_bytes, copies[r]);
                s[r] = ck_padded(s[r], rest * scale_bytes, CK_GROUP * scale_bytes, scale_copies[r]);
            }
            group(w, s, act + whole, chains, mx);
        }
        float sums[ROWS]; /* (0 + 1) + (2 + 3) of each row's chains */
        vst1q_f32(sums, vpaddq_f32(vpaddq_f32(chains[0], chains[1]), vpaddq_f32(chains[2], chains[3])));
        for (size_t r = 0; r < here; r++) out[row + r] = sums[r];
    }
}

void ck_neon_mx_one_token(const uint8_t *blocks, const uint8_t *scales, size_t count, size_t rows,
                          const void *act, float *out) {
    one_token(blocks, scales, count, rows, act, out, 1);
}

void ck_neon_i8_one_token(const uint8_t *weight, const uint8_t *scales, size_t count, size_t rows,
                          const void *act, float *out) {
    one_token(weight, scales, count, rows, act, out, 0);
}
