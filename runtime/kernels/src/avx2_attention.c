/* Attention over one piece of the cache with AVX2 and F16C. The method is that of avx512_attention.c. */
#include "avx2.h"

enum { TILE = 32, ROWS = 2 };

typedef struct tile_state {
    float key[CK_HEAD_MAX][TILE];    /* [dim][position] */
    float value[TILE * CK_HEAD_MAX]; /* [position][dim], packed */
} tile_state;

static inline __m256 widen(const uint16_t *p) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p)); }

/* Eight positions by eight dims, turned. */
static inline void turn(const __m256 rows[8], float *out) {
    __m256 a[8], b[8];
    for (int i = 0; i < 8; i += 2) {
        a[i] = _mm256_unpacklo_ps(rows[i], rows[i + 1]);
        a[i + 1] = _mm256_unpackhi_ps(rows[i], rows[i + 1]);
    }
    for (int i = 0; i < 8; i += 4)
        for (int j = 0; j < 2; j++) {
            b[i + 2 * j] = _mm256_shuffle_ps(a[i + j], a[i + 2 + j], 0x44);
            b[i + 2 * j + 1] = _mm256_shuffle_ps(a[i + j], a[i + 2 + j], 0xee);
        }
    for (int i = 0; i < 4; i++) {
        _mm256_storeu_ps(out + i * TILE, _mm256_permute2f128_ps(b[i], b[4 + i], 0x20));
        _mm256_storeu_ps(out + (4 + i) * TILE, _mm256_permute2f128_ps(b[i], b[4 + i], 0x31));
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
    for (size_t part = 0; part < TILE; part += 8)
        for (size_t d = 0; d < dim; d += 8) {
            __m256 rows[8];
            for (size_t i = 0; i < 8; i++) rows[i] = widen(keys[part + i] + d);
            turn(rows, &tile->key[d][part]);
        }
    for (size_t i = 0; i < TILE; i++)
        for (size_t d = 0; d < dim; d += 8) _mm256_storeu_ps(&tile->value[i * dim + d], widen(values[i] + d));
}

static inline __m256 weights_of(__m256 scores, __m256 top) {
    const __m256 x = _mm256_sub_ps(scores, top);
    return _mm256_and_ps(ck_exp(x), _mm256_cmp_ps(x, _mm256_set1_ps(-87.0f), _CMP_GT_OQ));
}

static inline float largest(__m256 x) {
    __m128 four = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    four = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(four, _mm_movehdup_ps(four)));
}

static inline float total(__m256 x) {
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    four = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
}

/* All ones in lane i of part c if position base + 8c + i lies in [first, last]. */
static inline __m256 seen_lanes(size_t base, int c, size_t first, size_t last) {
    const int low = first > base ? (int)(first - base) : 0,
              high = last - base < TILE ? (int)(last - base) : TILE - 1;
    const __m256i lane =
        _mm256_add_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), _mm256_set1_epi32(8 * c));
    return _mm256_castsi256_ps(_mm256_and_si256(_mm256_cmpgt_epi32(lane, _mm256_set1_epi32(low - 1)),
                                                _mm256_cmpgt_epi32(_mm256_set1_epi32(high + 1), lane)));
}

/* weighted = weighted * factor + weights times values, for `count` registers of dims of `rows` rows; both are
 * constants at every call, so that the sums live in registers. */
static inline __attribute__((always_inline)) void add_values(const float *value, size_t count, size_t rows,
                                                             float (*weights)[TILE], const float *factor,
                                                             float *weighted, size_t dim) {
    __m256 sums[ROWS][4];
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < count; c++)
            sums[r][c] =
                _mm256_mul_ps(_mm256_loadu_ps(weighted + r * dim + 8 * c), _mm256_set1_ps(factor[r]));
    for (size_t i = 0; i < TILE; i++)
        for (size_t c = 0; c < count; c++) {
            const __m256 v = _mm256_loadu_ps(value + i * dim + 8 * c);
            for (size_t r = 0; r < rows; r++)
                sums[r][c] = _mm256_fmadd_ps(_mm256_set1_ps(weights[r][i]), v, sums[r][c]);
        }
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < count; c++) _mm256_storeu_ps(weighted + r * dim + 8 * c, sums[r][c]);
}

static inline __attribute__((always_inline)) void add_all_values(const tile_state *tile, size_t rows,
                                                                 float (*weights)[TILE], const float *factor,
                                                                 float *weighted, size_t dim) {
    size_t d = 0;
    for (; d + 32 <= dim; d += 32) add_values(tile->value + d, 4, rows, weights, factor, weighted + d, dim);
    for (; d < dim; d += 8) add_values(tile->value + d, 1, rows, weights, factor, weighted + d, dim);
}

static inline void one_softmax(__m256 scores[4], size_t base, size_t first, size_t last, float *weights,
                               float *factor, float *top, float *sum) {
    const __m256 none = _mm256_set1_ps(CK_NOTHING);
    __m256 seen[4], most = none, added = _mm256_setzero_ps();
    for (int c = 0; c < 4; c++) {
        seen[c] = seen_lanes(base, c, first, last);
        scores[c] = _mm256_blendv_ps(none, scores[c], seen[c]);
        most = _mm256_max_ps(most, scores[c]);
    }
    const float here = largest(most), before = *top;
    *top = here > before ? here : before;
    const __m256 all_top = _mm256_set1_ps(*top);
    for (int c = 0; c < 4; c++) {
        const __m256 weight = _mm256_and_ps(weights_of(scores[c], all_top), seen[c]);
        _mm256_storeu_ps(weights + 8 * c, weight);
        added = _mm256_add_ps(added, weight);
    }
    *factor = _mm256_cvtss_f32(weights_of(_mm256_set1_ps(before), all_top));
    *sum = *sum * *factor + total(added);
}

/* One or two rows on one tile; both must see something of it. */
static inline __attribute__((always_inline)) void some_rows(const ck_attention *op, const tile_state *tile,
                                                            const float *q, size_t rows, size_t base,
                                                            const size_t *positions, ck_partial *out,
                                                            size_t row) {
    const size_t dim = op->dim;
    __m256 scores[ROWS][4];
    float weights[ROWS][TILE], factor[ROWS];
    for (size_t r = 0; r < rows; r++)
        for (int c = 0; c < 4; c++) scores[r][c] = _mm256_setzero_ps();
    for (size_t d = 0; d < dim; d++)
        for (int c = 0; c < 4; c++) {
            const __m256 key = _mm256_loadu_ps(tile->key[d] + 8 * c);
            for (size_t r = 0; r < rows; r++)
                scores[r][c] = _mm256_fmadd_ps(_mm256_set1_ps(q[r * dim + d]), key, scores[r][c]);
        }
    for (size_t r = 0; r < rows; r++)
        one_softmax(scores[r], base, ck_first_seen(op, positions[r]), positions[r], weights[r], &factor[r],
                    &out->top[row + r], &out->sum[row + r]);
    add_all_values(tile, rows, weights, factor, out->weighted + row * dim, dim);
}

static int sees(const ck_attention *op, size_t position, size_t base) {
    return position >= base && ck_first_seen(op, position) < base + TILE;
}

void ck_avx2_attend(const ck_attention *op, size_t kv_head, const float *q, size_t first_query, size_t rows,
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
            const size_t last = row + 1 < rows ? row + 1 : row;
            const size_t positions[ROWS] = {op->past + first_query + row / group,
                                            op->past + first_query + last / group};
            const int mine = sees(op, positions[0], base), next = last > row && sees(op, positions[1], base);
            if (mine && next) some_rows(op, &tile, q + row * dim, 2, base, positions, out, row);
            else if (mine) some_rows(op, &tile, q + row * dim, 1, base, positions, out, row);
            row += mine && next ? 2 : 1;
        }
    }
}
