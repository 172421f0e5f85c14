/* Attention over one piece of the cache with AVX-512.
 *
 * Tiles of 32 positions, aligned, are widened to float once for all rows: keys turned, so that a lane is a
 * position, values as they lie. Eight rows at a time: scores, running softmax, weighted values. What a row
 * must not see has the weight zero, exactly, so other rows of the call leave no trace in it.
 */
#include "avx512.h"

enum { TILE = 32, ROWS = 8 };

typedef struct tile_state {
    float key[CK_HEAD_MAX][TILE];    /* [dim][position] */
    float value[TILE * CK_HEAD_MAX]; /* [position][dim], packed: rows of 1 KiB would fight for cache lines */
} tile_state;

static inline __m512 widen(const uint16_t *p) {
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
}

/* Sixteen positions by sixteen dims, turned. */
static inline void turn(__m512 rows[16], float *out) {
    __m512 a[16];
    for (int i = 0; i < 16; i += 2) {
        a[i] = _mm512_unpacklo_ps(rows[i], rows[i + 1]);
        a[i + 1] = _mm512_unpackhi_ps(rows[i], rows[i + 1]);
    }
    for (int i = 0; i < 16; i += 4) {
        for (int j = 0; j < 2; j++) {
            const __m512d low = _mm512_castps_pd(a[i + j]), high = _mm512_castps_pd(a[i + 2 + j]);
            rows[i + 2 * j] = _mm512_castpd_ps(_mm512_unpacklo_pd(low, high));
            rows[i + 2 * j + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(low, high));
        }
    }
    for (int i = 0; i < 4; i++) { /* rows[4g + i] quarter c holds dim 4c + i of positions 4g .. 4g + 3 */
        const __m512 g01_low = _mm512_shuffle_f32x4(rows[i], rows[4 + i], 0x88),
                     g01_high = _mm512_shuffle_f32x4(rows[i], rows[4 + i], 0xdd);
        const __m512 g23_low = _mm512_shuffle_f32x4(rows[8 + i], rows[12 + i], 0x88),
                     g23_high = _mm512_shuffle_f32x4(rows[8 + i], rows[12 + i], 0xdd);
        _mm512_storeu_ps(out + (0 + i) * TILE, _mm512_shuffle_f32x4(g01_low, g23_low, 0x88));
        _mm512_storeu_ps(out + (8 + i) * TILE, _mm512_shuffle_f32x4(g01_low, g23_low, 0xdd));
        _mm512_storeu_ps(out + (4 + i) * TILE, _mm512_shuffle_f32x4(g01_high, g23_high, 0x88));
        _mm512_storeu_ps(out + (12 + i) * TILE, _mm512_shuffle_f32x4(g01_high, g23_high, 0xdd));
    }
}

/* Positions base .. base + 31; those outside [begin, end) are not read and become zero. The next tile is asked
 * for meanwhile: with few queries, memory is the limit. */
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
            _mm_prefetch((const char *)(op->key + offset + TILE * dim + d), _MM_HINT_T1);
            _mm_prefetch((const char *)(op->value + offset + TILE * dim + d), _MM_HINT_T1);
        }
    }
    for (size_t part = 0; part < TILE; part += 16)
        for (size_t d = 0; d < dim; d += 16) {
            __m512 rows[16];
            for (size_t i = 0; i < 16; i++) rows[i] = widen(keys[part + i] + d);
            turn(rows, &tile->key[d][part]);
        }
    for (size_t i = 0; i < TILE; i++)
        for (size_t d = 0; d < dim; d += 16)
            _mm512_storeu_ps(&tile->value[i * dim + d], widen(values[i] + d));
}

static inline __m512 weights_of(__m512 scores, __m512 top, __mmask16 seen) {
    const __m512 x = _mm512_sub_ps(scores, top);
    return _mm512_maskz_mov_ps(seen & _mm512_cmp_ps_mask(x, _mm512_set1_ps(-87.0f), _CMP_GT_OQ),
                               ck_exp512(x));
}

/* weighted = weighted * factor + weights times values, for `count` registers of dims of `rows` rows; both are
 * constants at every call, so that the sums live in registers. */
static inline __attribute__((always_inline)) void add_values(const float *value, size_t count, size_t rows,
                                                             float (*weights)[TILE], const float *factor,
                                                             float *weighted, size_t dim) {
    __m512 sums[4][4];
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < count; c++)
            sums[r][c] =
                _mm512_mul_ps(_mm512_loadu_ps(weighted + r * dim + 16 * c), _mm512_set1_ps(factor[r]));
    for (size_t i = 0; i < TILE; i++)
        for (size_t c = 0; c < count; c++) {
            const __m512 v = _mm512_loadu_ps(value + i * dim + 16 * c);
            for (size_t r = 0; r < rows; r++)
                sums[r][c] = _mm512_fmadd_ps(_mm512_set1_ps(weights[r][i]), v, sums[r][c]);
        }
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < count; c++) _mm512_storeu_ps(weighted + r * dim + 16 * c, sums[r][c]);
}

static inline __attribute__((always_inline)) void add_all_values(const tile_state *tile, size_t rows,
                                                                 float (*weights)[TILE], const float *factor,
                                                                 float *weighted, size_t dim) {
    size_t d = 0;
    for (; d + 64 <= dim; d += 64) add_values(tile->value + d, 4, rows, weights, factor, weighted + d, dim);
    for (; d < dim; d += 16) add_values(tile->value + d, 1, rows, weights, factor, weighted + d, dim);
}

/* Up to eight rows on one tile; rows that do not exist repeat the last in the scores and are not kept. */
static void eight_rows(const tile_state *tile, const float *const q[ROWS], const __mmask32 seen[ROWS],
                       size_t rows, size_t dim, ck_partial *out, size_t row) {
    __m512 scores[ROWS][2];
    float weights[ROWS][TILE], factor[ROWS];
    for (int r = 0; r < ROWS; r++) scores[r][0] = scores[r][1] = _mm512_setzero_ps();
    for (size_t d = 0; d < dim; d++) {
        const __m512 low = _mm512_loadu_ps(tile->key[d]), high = _mm512_loadu_ps(tile->key[d] + 16);
        for (int r = 0; r < ROWS; r++) {
            const __m512 x = _mm512_set1_ps(q[r][d]);
            scores[r][0] = _mm512_fmadd_ps(x, low, scores[r][0]);
            scores[r][1] = _mm512_fmadd_ps(x, high, scores[r][1]);
        }
    }
    for (size_t r = 0; r < ROWS; r++) {
        if (r >= rows) {
            memset(weights[r], 0, sizeof weights[r]);
            continue;
        }
        const __m512 none = _mm512_set1_ps(CK_NOTHING);
        const __mmask16 first = (__mmask16)seen[r], second = (__mmask16)(seen[r] >> 16);
        const __m512 low = _mm512_mask_mov_ps(none, first, scores[r][0]),
                     high = _mm512_mask_mov_ps(none, second, scores[r][1]);
        const float here = _mm512_reduce_max_ps(_mm512_max_ps(low, high)), before = out->top[row + r];
        const float top = here > before ? here : before;
        const __m512 all_top = _mm512_set1_ps(top), w0 = weights_of(low, all_top, first),
                     w1 = weights_of(high, all_top, second);
        factor[r] = _mm512_cvtss_f32(weights_of(_mm512_set1_ps(before), all_top, 1));
        out->top[row + r] = top;
        out->sum[row + r] = out->sum[row + r] * factor[r] + _mm512_reduce_add_ps(_mm512_add_ps(w0, w1));
        _mm512_storeu_ps(weights[r], w0);
        _mm512_storeu_ps(weights[r] + 16, w1);
    }
    float *weighted = out->weighted + row * dim;
    size_t r = 0;
    for (; r + 4 <= rows; r += 4) add_all_values(tile, 4, weights + r, factor + r, weighted + r * dim, dim);
    for (; r < rows; r++) add_all_values(tile, 1, weights + r, factor + r, weighted + r * dim, dim);
}

/* Bit i: the query at `position` sees base + i. */
static inline __mmask32 seen_bits(const ck_attention *op, size_t position, size_t base) {
    const size_t first = ck_first_seen(op, position);
    if (position < base || first >= base + TILE) return 0;
    __mmask32 bits = position - base >= TILE - 1 ? 0xffffffffu : (1u << (position - base + 1)) - 1;
    return first > base ? bits & (0xffffffffu << (first - base)) : bits;
}

void ck_avx512_attend(const ck_attention *op, size_t kv_head, const float *q, size_t first_query, size_t rows,
                      size_t begin, size_t end, ck_partial *out) {
    const size_t dim = op->dim, group = op->q_heads / op->kv_heads;
    if (dim % 16) {
        ck_plain_attend(op, kv_head, q, first_query, rows, begin, end, out);
        return;
    }
    tile_state tile;
    for (size_t r = 0; r < rows; r++) out->top[r] = CK_NOTHING, out->sum[r] = 0;
    memset(out->weighted, 0, rows * dim * sizeof(float));
    for (size_t base = begin / TILE * TILE; base < end; base += TILE) {
        load_tile(op, kv_head, base, begin, end, &tile);
        for (size_t row = 0; row < rows; row += ROWS) {
            const size_t here = rows - row < ROWS ? rows - row : ROWS;
            const float *pointers[ROWS];
            __mmask32 seen[ROWS], any = 0;
            for (size_t r = 0; r < ROWS; r++) {
                const size_t mine = row + (r < here ? r : here - 1);
                pointers[r] = q + mine * dim;
                any |= seen[r] = seen_bits(op, op->past + first_query + mine / group, base);
            }
            if (any) eight_rows(&tile, pointers, seen, here, dim, out, row);
        }
    }
}
