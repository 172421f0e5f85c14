/* Attention with sinks, a sliding window and a shared f16 cache. Shared by all kernels.
 *
 * First every new k is rotated and written to the cache with its v; then each task takes one kv head and a
 * few queries, with all the query heads that share it, so that a cache row is read once for all of them.
 * The cache is cut into fixed pieces of CK_SPLIT positions. Each piece gives a partial softmax, and partial
 * softmaxes are merged in ascending order, starting from the sink: the same additions whether pieces are
 * computed by different threads (few queries, long cache) or one after another.
 */
#include <math.h>
#include <stdio.h>

#include "kernel.h"

enum { FEW_TOKENS = 4 }; /* up to here pieces of the cache are tasks of their own */

typedef struct run {
    const ck_kernel *kernel;
    const ck_attention *op;
    size_t group, queries,
        query_blocks; /* heads that share a kv head; queries in a task; tasks of a kv head */
    size_t first_piece, pieces;
    unsigned char *partials; /* [kv_heads][query_blocks][pieces] of partial_bytes, few tokens only */
    size_t partial_bytes;    /* a ck_partial cut to the rows and the dim there are */
} run_state;

/* The same rounding as the hardware's: nearest, ties to even. */
static uint16_t to_f16(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    const uint32_t sign = bits >> 16 & 0x8000u;
    bits &= 0x7fffffffu;
    if (bits > 0x7f800000u) return (uint16_t)(sign | 0x7e00u);  /* not a number */
    if (bits >= 0x477ff000u) return (uint16_t)(sign | 0x7c00u); /* 65520 and more: infinite */
    if (bits < 0x38800000u) { /* below 2^-14: adding 0.5 puts the digits in place, rounded by the FPU */
        const float shifted = ck_bits_to_float(bits) + 0.5f;
        memcpy(&bits, &shifted, sizeof bits);
        return (uint16_t)(sign | (bits - 0x3f000000u));
    }
    bits += 0xc8000fffu + (bits >> 13 & 1);
    return (uint16_t)(sign | bits >> 13);
}

/* Rotate one head: x1 and x2 are its halves. */
static void rotate(const ck_attention *op, const float *x, size_t position, float factor, float *out) {
    const size_t half = op->dim / 2;
    const float *cosine = op->cos + position * half, *sine = op->sin + position * half;
    for (size_t i = 0; i < half; i++) {
        out[i] = (x[i] * cosine[i] - x[half + i] * sine[i]) * factor;
        out[half + i] = (x[half + i] * cosine[i] + x[i] * sine[i]) * factor;
    }
}

static void store_token(void *data, size_t token) {
    const ck_attention *op = ((const run_state *)data)->op;
    const size_t dim = op->dim, position = op->past + token;
    float rotated[CK_HEAD_MAX];
    for (size_t head = 0; head < op->kv_heads; head++) {
        const size_t from = (token * op->kv_heads + head) * dim, to = (head * op->capacity + position) * dim;
        rotate(op, op->k + from, position, 1.0f, rotated);
        for (size_t i = 0; i < dim; i++) op->key[to + i] = to_f16(rotated[i]);
        for (size_t i = 0; i < dim; i++) op->value[to + i] = to_f16(op->v[from + i]);
    }
}

typedef struct block {
    size_t kv_head, first_query, queries, rows, begin, end; /* positions that any of its queries sees */
} block;

static block block_at(const run_state *s, size_t kv_head, size_t index) {
    const ck_attention *op = s->op;
    block b = {.kv_head = kv_head, .first_query = index * s->queries};
    b.queries = op->tokens - b.first_query < s->queries ? op->tokens - b.first_query : s->queries;
    b.rows = b.queries * s->group;
    b.begin = ck_first_seen(op, op->past + b.first_query);
    b.end = op->past + b.first_query + b.queries;
    return b;
}

static void rotate_queries(const run_state *s, const block *b, float *q) {
    const ck_attention *op = s->op;
    for (size_t r = 0; r < b->rows; r++) {
        const size_t query = b->first_query + r / s->group, head = b->kv_head * s->group + r % s->group;
        rotate(op, op->q + (query * op->q_heads + head) * op->dim, op->past + query, op->scale,
               q + r * op->dim);
    }
}

static ck_partial *partial_at(const run_state *s, size_t index) {
    return (ck_partial *)(void *)(s->partials + index * s->partial_bytes);
}

static void attend_piece(const run_state *s, const block *b, const float *q, size_t piece, ck_partial *out) {
    const size_t from = piece * CK_SPLIT, to = from + CK_SPLIT;
    s->kernel->attend(s->op, b->kv_head, q, b->first_query, b->rows, from > b->begin ? from : b->begin,
                      to < b->end ? to : b->end, out);
}

static void start_from_sinks(const run_state *s, const block *b, ck_partial *all) {
    for (size_t r = 0; r < b->rows; r++) {
        all->top[r] = ck_bf16_at(s->op->sinks, b->kv_head * s->group + r % s->group);
        all->sum[r] = 1.0f;
    }
    memset(all->weighted, 0, b->rows * s->op->dim * sizeof(float));
}

static void merge(const run_state *s, const block *b, ck_partial *all, const ck_partial *piece) {
    const size_t dim = s->op->dim;
    for (size_t r = 0; r < b->rows; r++) {
        const float top = all->top[r] > piece->top[r] ? all->top[r] : piece->top[r];
        const float old = expf(all->top[r] - top), new = expf(piece->top[r] - top);
        all->top[r] = top;
        all->sum[r] = all->sum[r] * old + piece->sum[r] * new;
        for (size_t i = r * dim; i < (r + 1) * dim; i++)
            all->weighted[i] = all->weighted[i] * old + piece->weighted[i] * new;
    }
}

static void write_out(const run_state *s, const block *b, const ck_partial *all) {
    const ck_attention *op = s->op;
    for (size_t r = 0; r < b->rows; r++) {
        const size_t query = b->first_query + r / s->group, head = b->kv_head * s->group + r % s->group;
        float *out = op->out + (query * op->q_heads + head) * op->dim;
        const float inverse = 1.0f / all->sum[r];
        for (size_t i = 0; i < op->dim; i++) out[i] = all->weighted[r * op->dim + i] * inverse;
    }
}

/* Many tokens: one task is one block of queries of one kv head, all pieces. Long blocks first. */
static void whole_block(void *data, size_t task) {
    const run_state *s = data;
    const block b = block_at(s, task % s->op->kv_heads, s->query_blocks - 1 - task / s->op->kv_heads);
    float q[CK_ATTEND_ROWS * CK_HEAD_MAX];
    ck_partial all, piece;
    rotate_queries(s, &b, q);
    start_from_sinks(s, &b, &all);
    for (size_t i = b.begin / CK_SPLIT; i * CK_SPLIT < b.end; i++) {
        attend_piece(s, &b, q, i, &piece);
        merge(s, &b, &all, &piece);
    }
    write_out(s, &b, &all);
}

/* Few tokens: one task is one piece of one block. */
static void one_piece(void *data, size_t task) {
    const run_state *s = data;
    const size_t piece = task % s->pieces, rest = task / s->pieces;
    const block b = block_at(s, rest / s->query_blocks, rest % s->query_blocks);
    if ((s->first_piece + piece) * CK_SPLIT >= b.end || (s->first_piece + piece + 1) * CK_SPLIT <= b.begin)
        return;
    float q[CK_ATTEND_ROWS * CK_HEAD_MAX];
    rotate_queries(s, &b, q);
    attend_piece(s, &b, q, s->first_piece + piece, partial_at(s, task));
}

static void merge_pieces(void *data, size_t task) {
    const run_state *s = data;
    const block b = block_at(s, task / s->query_blocks, task % s->query_blocks);
    ck_partial all;
    start_from_sinks(s, &b, &all);
    for (size_t i = b.begin / CK_SPLIT; i * CK_SPLIT < b.end; i++)
        merge(s, &b, &all, partial_at(s, task * s->pieces + i - s->first_piece));
    write_out(s, &b, &all);
}

static int run_pieces(run_state *s, const ck_pool *pool, char *message) {
    const ck_attention *op = s->op;
    const size_t blocks = op->kv_heads * s->query_blocks;
    s->first_piece = ck_first_seen(op, op->past) / CK_SPLIT;
    s->pieces = (op->past + op->tokens + CK_SPLIT - 1) / CK_SPLIT - s->first_piece;
    if (s->pieces == 1) return pool->run(pool->self, whole_block, blocks, s);
    const size_t most_rows = (op->tokens < s->queries ? op->tokens : s->queries) * s->group;
    s->partial_bytes = (offsetof(ck_partial, weighted) + most_rows * op->dim * sizeof(float) + 63) / 64 * 64;
    s->partials = ck_alloc(blocks * s->pieces, s->partial_bytes);
    if (!s->partials) {
        snprintf(message, CK_MESSAGE, "SinkAttention: not enough memory; close other programs.");
        return -1;
    }
    int failed = pool->run(pool->self, one_piece, blocks * s->pieces, s);
    if (!failed) failed = pool->run(pool->self, merge_pieces, blocks, s);
    ck_free(s->partials);
    return failed;
}

int ck_attention_run(const ck_kernel *kernel, const ck_pool *pool, const ck_attention *op, char *message) {
    ck_count_call(kernel);
    if (op->tokens == 0) return 0;
    run_state s = {.kernel = kernel, .op = op, .group = op->q_heads / op->kv_heads};
    s.queries = CK_ATTEND_ROWS / s.group;
    s.query_blocks = (op->tokens + s.queries - 1) / s.queries;
    snprintf(message, CK_MESSAGE, "SinkAttention: the thread pool refused the work.");
    if (pool->run(pool->self, store_token, op->tokens, &s)) return -1;
    if (op->tokens <= FEW_TOKENS) return run_pieces(&s, pool, message);
    return pool->run(pool->self, whole_block, op->kv_heads * s.query_blocks, &s);
}
