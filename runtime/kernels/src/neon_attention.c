/* Attention over one piece of the cache with NEON. The method is that of avx512_attention.c: tiles of 32
 * positions, widened to float once for all rows, keys turned so that a lane is a position. Here four rows
 * at a time, which is what thirty-two registers of four floats hold.
 */
#include "neon.h"

enum { TILE = 32, HALF = TILE / 2, ROWS = 4 };

typedef struct tile_state {
    float key[CK_HEAD_MAX][TILE];    /* [dim][position] */
    float value[TILE * CK_HEAD_MAX]; /* [position][dim], packed */
} tile_state;

static inline void widen(const uint16_t *p, float32x4_t out[2]) {
    const float16x8_t halves = vreinterpretq_f16_u16(vld1q_u16(p));
    out[0] = vcvt_f32_f16(vget_low_f16(halves));
    out[1] = vcvt_high_f32_f16(halves);
}

/* Four positions by four dims, turned. */
static inline void turn(const float32x4_t rows[4], float *out) {
    const float32x4_t a = vtrn1q_f32(rows[0], rows[1]), b = vtrn2q_f32(rows[0], rows[1]);
    const float32x4_t c = vtrn1q_f32(rows[2], rows[3]), d = vtrn2q_f32(rows[2], rows[3]);
    vst1q_f32(out, vcombine_f32(vget_low_f32(a), vget_low_f32(c)));
    vst1q_f32(out + TILE, vcombine_f32(vget_low_f32(b), vget_low_f32(d)));
    vst1q_f32(out + 2 * TILE, vcombine_f32(vget_high_f32(a), vget_high_f32(c)));
    vst1q_f32(out + 3 * TILE, vcombine_f32(vget_high_f32(b), vget_high_f32(d)));
}

/* Positions base .. base + 31; those outside [begin, end) are not read and become zero. The next tile is
 * asked for meanwhile: with few queries, memory is the limit. */
static void load_tile(const ck_attention *op, size_t kv_head, size_t base, size_t begin, size_t end,
                      tile_state *tile) {
    static const uint16_t zeros[CK_HEAD_MAX];
    const size_t dim = op->dim, start = kv_head * op->capacity * dim;
    const uint16_t *keys[TILE], *values[TILE];
    for (size_t i = 0; i < TILE; i++) {
        const size_t p = base + i, offset = start + p * dim;
        const int seen = p >= begin && p < end;
        keys[i] = seen ? op->key + offset : zeros;
        values[i] = seen ? op->value + offset : zeros;
        for (size_t d = 0; d < dim; d += 32) {
            ck_prefetch(op->key + offset + TILE * dim + d);
            ck_prefetch(op->value + offset + TILE * dim + d);
        }
    }
    for (size_t part = 0; part < TILE; part += 4)
        for (size_t d = 0; d < dim; d += 8) {
            float32x4_t both[2], low[4], high[4];
            for (size_t i = 0; i < 4; i++) {
                widen(keys[part + i] + d, both);
                low[i] = both[0];
                high[i] = both[1];
            }
            turn(low, &tile->key[d][part]);
            turn(high, &tile->key[d + 4][part]);
        }
    for (size_t i = 0; i < TILE; i++)
        for (size_t d = 0; d < dim; d += 8) {
            float32x4_t both[2];
            widen(values[i] + d, both);
            vst1q_f32(&tile->value[i * dim + d], both[0]);
            vst1q_f32(&tile->value[i * dim + d + 4], both[1]);
        }
}

/* scores[r * TILE + p] for `rows` rows (a constant at every call) and sixteen positions from `key` on. */
static inline __attribute__((always_inline)) void half_scores(const float *key, const float *q, size_t rows,
                                                              size_t dim, float *scores) {
    float32x4_t sums[ROWS][HALF / 4];
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < HALF / 4; c++) sums[r][c] = vdupq_n_f32(0);
    for (size_t d = 0; d < dim; d += 4) {
        float32x4_t x[ROWS];
        for (size_t r = 0; r < rows; r++) x[r] = vld1q_f32(q + r * dim + d);
        for (size_t c = 0; c < HALF / 4; c++) {
            const float *k = key + d * TILE + 4 * c;
            const float32x4_t k0 = vld1q_f32(k), k1 = vld1q_f32(k + TILE), k2 = vld1q_f32(k + 2 * TILE),
                              k3 = vld1q_f32(k + 3 * TILE);
            for (size_t r = 0; r < rows; r++) sums[r][c] = vfmaq_laneq_f32(sums[r][c], k0, x[r], 0);
            for (size_t r = 0; r < rows; r++) sums[r][c] = vfmaq_laneq_f32(sums[r][c], k1, x[r], 1);
            for (size_t r = 0; r < rows; r++) sums[r][c] = vfmaq_laneq_f32(sums[r][c], k2, x[r], 2);
            for (size_t r = 0; r < rows; r++) sums[r][c] = vfmaq_laneq_f32(sums[r][c], k3, x[r], 3);
        }
    }
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < HALF / 4; c++) vst1q_f32(scores + r * TILE + 4 * c, sums[r][c]);
}

/* weighted = weighted * factor + weights times values, for `count` registers of dims of `rows` rows; both are
 * constants at every call, so that the sums live in registers. */
static inline __attribute__((always_inline)) void add_values(const float *value, size_t count, size_t rows,
                                                             float (*weights)[TILE], const float *factor,
                                                             float *weighted, size_t dim) {
    float32x4_t sums[ROWS][4];
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < count; c++)
            sums[r][c] = vmulq_n_f32(vld1q_f32(weighted + r * dim + 4 * c), factor[r]);
    for (size_t i = 0; i < TILE; i += 4) {
        float32x4_t w[ROWS];
        for (size_t r = 0; r < rows; r++) w[r] = vld1q_f32(weights[r] + i);
        for (size_t c = 0; c < count; c++) {
            const float *v = value + i * dim + 4 * c;
            const float32x4_t v0 = vld1q_f32(v), v1 = vld1q_f32(v + dim), v2 = vld1q_f32(v + 2 * dim),
                              v3 = vld1q_f32(v + 3 * dim);
            for (size_t r = 0; r < rows; r++) sums[r][c] = vfmaq_laneq_f32(sums[r][c], v0, w[r], 0);
            for (size_t r = 0; r < rows; r++) sums[r][c] = vfmaq_laneq_f32(sums[r][c], v1, w[r], 1);
            for (size_t r = 0; r < rows; r++) sums[r][c] = vfmaq_laneq_f32(sums[r][c], v2, w[r], 2);
            for (size_t r = 0; r < rows; r++) sums[r][c] = vfmaq_laneq_f32(sums[r][c], v3, w[r], 3);
        }
    }
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < count; c++) vst1q_f32(weighted + r * dim + 4 * c, sums[r][c]);
}

static inline float32x4_t weights_of(float32x4_t scores, float32x4_t top) {
    const float32x4_t x = vsubq_f32(scores, top);
    return vreinterpretq_f32_u32(
        vandq_u32(vreinterpretq_u32_f32(ck_exp(x)), vcgtq_f32(x, vdupq_n_f32(-87.0f))));
}

static inline float total(float32x4_t low, float32x4_t high) {
    const float32x4_t four = vaddq_f32(low, high);
    return vpadds_f32(vadd_f32(vget_low_f32(four), vget_high_f32(four)));
}

/* All ones in lane i of part c if position base + 4c + i lies in [first, last]. */
static inline uint32x4_t seen_lanes(size_t base, int c, size_t first, size_t last) {
    static const int32_t lanes[4] = {0, 1, 2, 3};
    const int low = first > base ? (int)(first - base) : 0,
              high = last - base < TILE ? (int)(last - base) : TILE - 1;
    const int32x4_t lane = vaddq_s32(vld1q_s32(lanes), vdupq_n_s32(4 * c));
    return vandq_u32(vcgeq_s32(lane, vdupq_n_s32(low)), vcleq_s32(lane, vdupq_n_s32(high)));
}

/* Turns a row's scores into weights; the running top and sum follow. */
static void one_softmax(float scores[TILE], size_t base, size_t first, size_t last, float *factor, float *top,
                        float *sum) {
    const float32x4_t none = vdupq_n_f32(CK_NOTHING);
    float32x4_t most = none, added[2] = {vdupq_n_f32(0), vdupq_n_f32(0)};
    uint32x4_t seen[TILE / 4];
    for (int c = 0; c < TILE / 4; c++) {
        seen[c] = seen_lanes(base, c, first, last);
        most = vmaxq_f32(most, vbslq_f32(seen[c], vld1q_f32(scores + 4 * c), none));
    }
    const float here = vmaxvq_f32(most), before = *top;
    *top = here > before ? here : before;
    const float32x4_t all_top = vdupq_n_f32(*top);
    for (int c = 0; c < TILE / 4; c++) {
        const float32x4_t weight = weights_of(vld1q_f32(scores + 4 * c), all_top);
        const float32x4_t mine = vreinterpretq_f32_u32(vandq_u32(vreinterpretq_u32_f32(weight), seen[c]));
        vst1q_f32(scores + 4 * c, mine);
        added[c % 2] = vaddq_f32(added[c % 2], mine);
    }
    *factor = vgetq_lane_f32(weights_of(vdupq_n_f32(before), all_top), 0);
    *sum = *sum * *factor + total(added[0], added[1]);
}

/* Up to four rows on one tile (a constant at every call); each must see something of it. */
static inline __attribute__((always_inline)) void some_rows(const ck_attention *op, const tile_state *tile,
                                                            const float *q, size_t rows, size_t base,
                                                            const size_t *positions, ck_partial *out,
                                                            size_t row) {
    const size_t dim = op->dim;
    float weights[ROWS][TILE], factor[ROWS];
    half_scores(tile->key[0], q, rows, dim, weights[0]);
    half_scores(tile->key[0] + HALF, q, rows, dim, weights[0] + HALF);
    for (size_t r = 0; r < rows; r++)
        one_softmax(weights[r], base, ck_first_seen(op, positions[r]), positions[r], &factor[r],
                    &out->top[row + r], &out->sum[row + r]);
    float *weighted = out->weighted + row * dim;
    size_t d = 0;
    for (; d + 16 <= dim; d += 16) add_values(tile->value + d, 4, rows, weights, factor, weighted + d, dim);
    for (; d < dim; d += 4) add_values(tile->value + d, 1, rows, weights, factor, weighted + d, dim);
}

static int sees(const ck_attention *op, size_t position, size_t base) {
    return position >= base && ck_first_seen(op, position) < base + TILE;
}

void ck_neon_attend(const ck_attention *op, size_t kv_head, const float *q, size_t first_query, size_t rows,
                    size_t begin, size_t end, ck_partial *out) {
    const size_t dim = op->dim, group = op->q_heads / op->kv_heads;
    if (dim % 8) {
        ck_plain_attend(op, kv_head, q, first_query, rows, begin, end, out);
        return;
    }
    tile_state tile;
    for (size_t r = 0; r < rows; r++) out->top[r] = CK_NOTHING, out->sum[r] = 0;
    memset(out->weighted, 0, rows * dim * sizeof(float));
    for (size_t base = begin / TILE * TILE; base < end; base += TILE) {
        load_tile(op, kv_head, base, begin, end, &tile);
        for (size_t row = 0; row < rows;) {
            size_t positions[ROWS], seeing = 0;
            for (size_t r = row; r < rows && seeing < ROWS; r++) {
                positions[seeing] = op->past + first_query + r / group;
                if (!sees(op, positions[seeing], base)) break;
                seeing++;
            }
            const float *mine = q + row * dim;
            if (seeing == ROWS) some_rows(op, &tile, mine, ROWS, base, positions, out, row);
            else if (seeing >= 2) some_rows(op, &tile, mine, 2, base, positions, out, row);
            else if (seeing == 1) some_rows(op, &tile, mine, 1, base, positions, out, row);
            row += seeing == ROWS ? ROWS : seeing >= 2 ? 2 : 1;
        }
    }
}
