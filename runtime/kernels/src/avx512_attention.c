/* Attention over one piece of the cache with AVX-512.
 *
 * Tiles of 64 positions, aligned, are widened to float once for all rows: keys turned, so that a lane is a
 * position, values as they lie (at once where they are used, if that is only once). Eight rows at a time: scores, running softmax, weighted values. What a row
 * must not see has the weight zero, exactly, so other rows of the call leave no trace in it.
 */
#include "avx512.h"

enum { TILE = 64, ROWS = 8, PARTS = TILE / 16 };

typedef struct tile_state {
    const uint16_t *half[TILE];      /* the values of each position in the cache */
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

/* Positions base .. base + 63; those outside [begin, end) are not read and become zero. The next tile is asked
 * for meanwhile: with few queries, memory is the limit. */
static void load_tile(const ck_attention *op, size_t kv_head, size_t base, size_t begin, size_t end,
                      int widen_values, tile_state *tile) {
    static const uint16_t zeros[CK_HEAD_MAX];
    const size_t dim = op->dim, start = kv_head * op->capacity * dim;
    const uint16_t *keys[TILE];
    for (size_t i = 0; i < TILE; i++) {
        const size_t p = base + i, offset = start + p * dim;
        const int seen = p >= begin && p < end;
        keys[i] = seen ? op->key + offset : zeros;
        tile->half[i] = seen ? op->value + offset : zeros;
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
    for (size_t i = 0; i < TILE && widen_values; i++)
        for (size_t d = 0; d < dim; d += 16)
            _mm512_storeu_ps(&tile->value[i * dim + d], widen(tile->half[i] + d));
}

static inline __m512 weights_of(__m512 scores, __m512 top, __mmask16 seen) {
    const __m512 x = _mm512_sub_ps(scores, top);
    return _mm512_maskz_mov_ps(seen & _mm512_cmp_ps_mask(x, _mm512_set1_ps(-87.0f), _CMP_GT_OQ),
                               ck_exp512(x));
}

/* weighted = weighted * factor + weights times values, for dims d .. d + 16 * count of `rows` rows; all but d
 * are constants at every call, so that the sums live in registers. */
static inline __attribute__((always_inline)) void add_values(const tile_state *tile, int widened, size_t d,
                                                             size_t count, size_t rows,
                                                             float (*weights)[TILE], const float *factor,
                                                             float *weighted, size_t dim) {
    __m512 sums[ROWS][4];
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < count; c++)
            sums[r][c] =
                _mm512_mul_ps(_mm512_loadu_ps(weighted + r * dim + d + 16 * c), _mm512_set1_ps(factor[r]));
    for (size_t i = 0; i < TILE; i++)
        for (size_t c = 0; c < count; c++) {
            const __m512 v = widened ? _mm512_loadu_ps(tile->value + i * dim + d + 16 * c)
                                     : widen(tile->half[i] + d + 16 * c);
            for (size_t r = 0; r < rows; r++)
                sums[r][c] = _mm512_fmadd_ps(_mm512_set1_ps(weights[r][i]), v, sums[r][c]);
        }
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < count; c++) _mm512_storeu_ps(weighted + r * dim + d + 16 * c, sums[r][c]);
}

static inline __attribute__((always_inline)) void add_all_values(const tile_state *tile, int widened,
                                                                 size_t rows, float (*weights)[TILE],
                                                                 const float *factor, float *weighted,
                                                                 size_t dim) {
    size_t d = 0, r = 0;
    for (; rows == ROWS && d + 32 <= dim; d += 32)
        add_values(tile, widened, d, 2, ROWS, weights, factor, weighted, dim);
    for (; r < rows; r++) {
        size_t from = d;
        for (; from + 64 <= dim; from += 64)
            add_values(tile, widened, from, 4, 1, weights + r, factor + r, weighted + r * dim, dim);
        for (; from < dim; from += 16)
            add_values(tile, widened, from, 1, 1, weights + r, factor + r, weighted + r * dim, dim);
    }
}

/* Scores of eight rows with the 32 positions from `part` on; what a row does not see is CK_NOTHING. */
static inline void eight_scores(const tile_state *tile, const float *const q[ROWS], size_t part, size_t dim,
                                const uint64_t seen[ROWS], float (*out)[TILE]) {
    __m512 scores[ROWS][2];
    for (int r = 0; r < ROWS; r++) scores[r][0] = scores[r][1] = _mm512_setzero_ps();
    for (size_t d = 0; d < dim; d++) {
        const __m512 low = _mm512_loadu_ps(tile->key[d] + part),
                     high = _mm512_loadu_ps(tile->key[d] + part + 16);
        for (int r = 0; r < ROWS; r++) {
            const __m512 x = _mm512_set1_ps(q[r][d]);
            scores[r][0] = _mm512_fmadd_ps(x, low, scores[r][0]);
            scores[r][1] = _mm512_fmadd_ps(x, high, scores[r][1]);
        }
    }
    const __m512 none = _mm512_set1_ps(CK_NOTHING);
    for (int r = 0; r < ROWS; r++)
        for (int c = 0; c < 2; c++)
            _mm512_storeu_ps(
                out[r] + part + 16 * c,
                _mm512_mask_mov_ps(none, (__mmask16)(seen[r] >> (part + 16 * (size_t)c)), scores[r][c]));
}

/* Scores become weights, relative to the row's new top; `factor` is what its older weights shrink by. Rows that
 * do not exist get the weight zero. */
static inline void eight_softmaxes(float (*scores)[TILE], const uint64_t seen[ROWS], size_t rows, float *tops,
                                   float *sums, float *factor) {
    float before[16] = {0}, top[16] = {0}, factors[16];
    for (size_t r = 0; r < rows; r++) {
        __m512 most = _mm512_loadu_ps(scores[r]);
        for (int c = 1; c < PARTS; c++) most = _mm512_max_ps(most, _mm512_loadu_ps(scores[r] + 16 * c));
        const float here = _mm512_reduce_max_ps(most);
        before[r] = tops[r];
        top[r] = tops[r] = here > before[r] ? here : before[r];
    }
    _mm512_storeu_ps(factors, weights_of(_mm512_loadu_ps(before), _mm512_loadu_ps(top), 0xffff));
    for (size_t r = 0; r < ROWS; r++) {
        __m512 total = _mm512_setzero_ps();
        const __m512 all_top = _mm512_set1_ps(top[r]);
        for (int c = 0; c < PARTS; c++) {
            const __mmask16 mine = r < rows ? (__mmask16)(seen[r] >> (16 * c)) : 0;
            const __m512 weight = weights_of(_mm512_loadu_ps(scores[r] + 16 * c), all_top, mine);
            _mm512_storeu_ps(scores[r] + 16 * c, weight);
            total = _mm512_add_ps(total, weight);
        }
        factor[r] = factors[r];
        if (r < rows) sums[r] = sums[r] * factor[r] + _mm512_reduce_add_ps(total);
    }
}

/* Up to eight rows on one tile; rows that do not exist repeat the last in the scores and are not kept. */
static void eight_rows(const tile_state *tile, int widened, const float *const q[ROWS],
                       const uint64_t seen[ROWS], size_t rows, size_t dim, ck_partial *out, size_t row) {
    float weights[ROWS][TILE], factor[ROWS];
    for (size_t part = 0; part < TILE; part += 32) eight_scores(tile, q, part, dim, seen, weights);
    eight_softmaxes(weights, seen, rows, out->top + row, out->sum + row, factor);
    float *weighted = out->weighted + row * dim;
    if (widened) add_all_values(tile, 1, rows, weights, factor, weighted, dim);
    else add_all_values(tile, 0, rows, weights, factor, weighted, dim);
}

/* Bit i: the query at `position` sees base + i. */
static inline uint64_t seen_bits(const ck_attention *op, size_t position, size_t base) {
    const size_t first = ck_first_seen(op, position);
    if (position < base || first >= base + TILE) return 0;
    uint64_t bits = position - base >= TILE - 1 ? ~0ull : (1ull << (position - base + 1)) - 1;
    return first > base ? bits & (~0ull << (first - base)) : bits;
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
        load_tile(op, kv_head, base, begin, end, rows > ROWS, &tile);
        for (size_t row = 0; row < rows; row += ROWS) {
            const size_t here = rows - row < ROWS ? rows - row : ROWS;
            const float *pointers[ROWS];
            uint64_t seen[ROWS], any = 0;
            for (size_t r = 0; r < ROWS; r++) {
                const size_t mine = row + (r < here ? r : here - 1);
                pointers[r] = q + mine * dim;
                any |= seen[r] = seen_bits(op, op->past + first_query + mine / group, base);
            }
            if (any) eight_rows(&tile, rows > ROWS, pointers, seen, here, dim, out, row);
        }
    }
}
