/* The expert layer: routing, gate and up, SwiGLU, down, weighted sum. Shared by all kernels.
 *
 * Tokens are grouped by the experts they chose, so that each weight is read and decoded once for all its
 * tokens. Three parallel steps: tokens (router, quantise), gate_up rows of each expert, down rows. A down
 * task owns its rows of every token and adds experts in ascending order, so no two threads add into the
 * same number and the order of additions is the token's own.
 */
#include <math.h>
#include <stdio.h>

#include "kernel.h"

enum {
    TOKENS_AT_ONCE = 1024, /* bounds the scratch memory; more tokens run in several rounds */
    TOKENS_PER_TASK = 8,
    GATE_UP_ROWS = 2 * CK_BLOCK, /* rows that make one block of the expert's activations */
    DOWN_ROWS = 32,
};

typedef struct round {
    const ck_kernel *kernel;
    const ck_moe *op;
    const float *x;
    float *y;
    size_t tokens, x_bytes, z_bytes; /* bytes of one activation row, into and inside an expert */
    unsigned char *x_acts;           /* [tokens][x_bytes] */
    unsigned char *z_acts;           /* [pairs][z_bytes], pairs in expert order */
    float *logits;                   /* [tokens][experts] */
    uint32_t *chosen;                /* [tokens][top_k] */
    float *weight;                   /* [tokens][top_k] */
    size_t *first;                   /* [experts + 1]: pairs of expert e are first[e] .. first[e + 1] */
    uint32_t *active;                /* [experts]: experts that have tokens, ascending */
    size_t active_count;
    uint32_t *pair_token; /* [pairs] */
    float *pair_weight;   /* [pairs] */
} round_state;

static void choose_experts(const round_state *s, size_t token) {
    const size_t experts = s->op->experts, top_k = s->op->top_k;
    float *logits = s->logits + token * experts;
    uint32_t *chosen = s->chosen + token * top_k;
    float *weight = s->weight + token * top_k;
    for (size_t e = 0; e < experts; e++) logits[e] += ck_bf16_at(s->op->router_bias, e);
    for (size_t k = 0; k < top_k; k++) {
        size_t best = experts;
        for (size_t e = 0; e < experts; e++) {
            int taken = 0;
            for (size_t j = 0; j < k; j++) taken |= chosen[j] == e;
            if (!taken && (best == experts || logits[e] > logits[best])) best = e; /* ties: lower index */
        }
        chosen[k] = (uint32_t)best;
    }
    double sum = 0;
    for (size_t k = 0; k < top_k; k++) sum += exp((double)logits[chosen[k]] - logits[chosen[0]]);
    for (size_t k = 0; k < top_k; k++)
        weight[k] = (float)(exp((double)logits[chosen[k]] - logits[chosen[0]]) / sum);
}

static void route_and_quantise(void *data, size_t task) {
    const round_state *s = data;
    const size_t hidden = s->op->hidden, begin = task * TOKENS_PER_TASK;
    const size_t end = begin + TOKENS_PER_TASK < s->tokens ? begin + TOKENS_PER_TASK : s->tokens;
    const float *rows[TOKENS_PER_TASK];
    for (size_t t = begin; t < end; t++) rows[t - begin] = s->x + t * hidden;
    s->kernel->bf16_rows(s->op->router_weight, hidden, s->op->experts, rows, end - begin,
                         s->logits + begin * s->op->experts, s->op->experts);
    for (size_t t = begin; t < end; t++) {
        choose_experts(s, t);
        s->kernel->quantise_split(s->x + t * hidden, hidden, s->x_acts + t * s->x_bytes);
    }
}

static void group_by_expert(round_state *s) {
    const size_t experts = s->op->experts, top_k = s->op->top_k, pairs = s->tokens * top_k;
    memset(s->first, 0, (experts + 1) * sizeof *s->first);
    for (size_t i = 0; i < pairs; i++) s->first[s->chosen[i] + 1]++;
    s->active_count = 0;
    for (size_t e = 0; e < experts; e++) {
        if (s->first[e + 1]) s->active[s->active_count++] = (uint32_t)e;
        s->first[e + 1] += s->first[e];
    }
    for (size_t i = 0; i < pairs; i++) { /* first[e] walks to the end of e, and is put back below */
        size_t pair = s->first[s->chosen[i]]++;
        s->pair_token[pair] = (uint32_t)(i / top_k);
        s->pair_weight[pair] = s->weight[i];
    }
    for (size_t e = experts; e > 0; e--) s->first[e] = s->first[e - 1];
    s->first[0] = 0;
}

static size_t token_tile(size_t left) { return left < CK_TOKEN_TILE ? left : CK_TOKEN_TILE; }

/* One task: GATE_UP_ROWS rows of one expert, for all its tokens. */
static void gate_up(void *data, size_t task) {
    const round_state *s = data;
    const ck_moe *op = s->op;
    const size_t tiles = op->width / CK_BLOCK, tile = task % tiles, e = s->active[task / tiles];
    const size_t row = e * 2 * op->width + tile * GATE_UP_ROWS, blocks = op->hidden / CK_BLOCK;
    float bias[GATE_UP_ROWS], out[CK_TOKEN_TILE * GATE_UP_ROWS];
    for (size_t r = 0; r < GATE_UP_ROWS; r++) bias[r] = ck_bf16_at(op->gate_up_bias, row + r);
    for (size_t pair = s->first[e], count; pair < s->first[e + 1]; pair += count) {
        const void *acts[CK_TOKEN_TILE];
        count = token_tile(s->first[e + 1] - pair);
        for (size_t t = 0; t < count; t++) acts[t] = s->x_acts + s->pair_token[pair + t] * s->x_bytes;
        s->kernel->mx_rows(op->gate_up_blocks + row * blocks * 16, op->gate_up_scales + row * blocks,
                           op->hidden, GATE_UP_ROWS, acts, count, out, GATE_UP_ROWS);
        for (size_t t = 0; t < count; t++) {
            float *values = out + t * GATE_UP_ROWS;
            for (size_t r = 0; r < GATE_UP_ROWS; r++) values[r] += bias[r];
            s->kernel->swiglu_split(values, op->alpha, op->limit, s->z_acts + (pair + t) * s->z_bytes, tile);
        }
    }
}

/* One task: DOWN_ROWS rows of the output, for all tokens and all their experts. */
static void down(void *data, size_t task) {
    const round_state *s = data;
    const ck_moe *op = s->op;
    const size_t begin = task * DOWN_ROWS, blocks = op->width / CK_BLOCK;
    const size_t rows = op->hidden - begin < DOWN_ROWS ? op->hidden - begin : DOWN_ROWS;
    float bias[DOWN_ROWS], out[CK_TOKEN_TILE * DOWN_ROWS];
    for (size_t t = 0; t < s->tokens; t++) memset(s->y + t * op->hidden + begin, 0, rows * sizeof(float));
    for (size_t a = 0; a < s->active_count; a++) {
        const size_t e = s->active[a], row = e * op->hidden + begin;
        for (size_t r = 0; r < rows; r++) bias[r] = ck_bf16_at(op->down_bias, row + r);
        for (size_t pair = s->first[e], count; pair < s->first[e + 1]; pair += count) {
            const void *acts[CK_TOKEN_TILE];
            count = token_tile(s->first[e + 1] - pair);
            for (size_t t = 0; t < count; t++) acts[t] = s->z_acts + (pair + t) * s->z_bytes;
            s->kernel->mx_rows(op->down_blocks + row * blocks * 16, op->down_scales + row * blocks, op->width,
                               rows, acts, count, out, DOWN_ROWS);
            for (size_t t = 0; t < count; t++) {
                float *y = s->y + s->pair_token[pair + t] * op->hidden + begin;
                const float weight = s->pair_weight[pair + t], *values = out + t * DOWN_ROWS;
                for (size_t r = 0; r < rows; r++) y[r] += weight * (values[r] + bias[r]);
            }
        }
    }
}

static int run_round(round_state *s, const ck_pool *pool) {
    const ck_moe *op = s->op;
    if (pool->run(pool->self, route_and_quantise, (s->tokens + TOKENS_PER_TASK - 1) / TOKENS_PER_TASK, s))
        return -1;
    group_by_expert(s);
    memset(s->z_acts, 0, s->tokens * op->top_k * s->z_bytes);
    if (pool->run(pool->self, gate_up, s->active_count * (op->width / CK_BLOCK), s)) return -1;
    return pool->run(pool->self, down, (op->hidden + DOWN_ROWS - 1) / DOWN_ROWS, s);
}

int ck_moe_run(const ck_kernel *kernel, const ck_pool *pool, const ck_moe *op, const float *x, size_t tokens,
               float *y, char *message) {
    ck_count_call(kernel);
    if (tokens == 0) return 0;
    const size_t at_once = tokens < TOKENS_AT_ONCE ? tokens : TOKENS_AT_ONCE, pairs = at_once * op->top_k;
    round_state s = {.kernel = kernel, .op = op};
    s.x_bytes = kernel->act_bytes(op->hidden);
    s.z_bytes = kernel->act_bytes(op->width);
    s.x_acts = ck_alloc(at_once, s.x_bytes);
    s.z_acts = ck_alloc(pairs, s.z_bytes);
    s.logits = ck_alloc(at_once * op->experts, sizeof *s.logits);
    s.chosen = ck_alloc(pairs, sizeof *s.chosen);
    s.weight = ck_alloc(pairs, sizeof *s.weight);
    s.first = ck_alloc(op->experts + 1, sizeof *s.first);
    s.active = ck_alloc(op->experts, sizeof *s.active);
    s.pair_token = ck_alloc(pairs, sizeof *s.pair_token);
    s.pair_weight = ck_alloc(pairs, sizeof *s.pair_weight);
    int failed = -1;
    if (!s.x_acts || !s.z_acts || !s.logits || !s.chosen || !s.weight || !s.first || !s.active ||
        !s.pair_token || !s.pair_weight) {
        snprintf(message, CK_MESSAGE, "MXFP4MoE: not enough memory for %zu tokens; close other programs.",
                 at_once);
    } else {
        failed = 0;
        for (size_t done = 0; done < tokens && !failed; done += s.tokens) {
            s.tokens = tokens - done < at_once ? tokens - done : at_once;
            s.x = x + done * op->hidden;
            s.y = y + done * op->hidden;
            failed = run_round(&s, pool);
        }
        if (failed) snprintf(message, CK_MESSAGE, "MXFP4MoE: the thread pool refused the work.");
    }
    void *all[] = {s.x_acts, s.z_acts, s.logits,     s.chosen,     s.weight,
                   s.first,  s.active, s.pair_token, s.pair_weight};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) ck_free(all[i]);
    return failed;
}
