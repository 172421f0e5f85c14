/* A dense matrix, bf16 or int8 with a scale per 32, times some tokens. Shared by all kernels.
 *
 * One task owns some rows of the matrix for all tokens, 64 tokens at a time: those activations stay in the
 * second-level cache while the rows pass, and the rows while the tokens do.
 */
#include <stdio.h>

#include "kernel.h"

enum { ROWS_PER_TASK = 64, TOKENS_AT_ONCE = 1024, TOKENS_PER_TASK = 8 };

typedef struct round {
    const ck_kernel *kernel;
    const uint8_t *weight, *scales, *bias;
    size_t n, k, tokens, act_bytes;
    const float *x;
    float *y;
    unsigned char *acts; /* [tokens][act_bytes], int8 weights only */
} round_state;

static void quantise(void *data, size_t task) {
    const round_state *s = data;
    const size_t begin = task * TOKENS_PER_TASK;
    for (size_t t = begin; t < begin + TOKENS_PER_TASK && t < s->tokens; t++)
        s->kernel->quantise_plain(s->x + t * s->k, s->k, s->acts + t * s->act_bytes);
}

static void multiply(void *data, size_t task) {
    const round_state *s = data;
    const size_t row = task * ROWS_PER_TASK, rows = s->n - row < ROWS_PER_TASK ? s->n - row : ROWS_PER_TASK;
    for (size_t begin = 0, count; begin < s->tokens; begin += count) {
        count = s->tokens - begin < CK_TOKEN_TILE ? s->tokens - begin : CK_TOKEN_TILE;
        float *y = s->y + begin * s->n + row;
        if (s->scales) {
            const void *acts[CK_TOKEN_TILE];
            for (size_t t = 0; t < count; t++) acts[t] = s->acts + (begin + t) * s->act_bytes;
            s->kernel->i8_rows((const int8_t *)s->weight + row * s->k,
                               s->scales + row * (s->k / CK_BLOCK) * 2, s->k, rows, acts, count, y, s->n);
        } else {
            const float *x[CK_TOKEN_TILE];
            for (size_t t = 0; t < count; t++) x[t] = s->x + (begin + t) * s->k;
            s->kernel->bf16_rows(s->weight + row * s->k * 2, s->k, rows, x, count, y, s->n);
        }
        if (!s->bias) continue;
        for (size_t t = 0; t < count; t++)
            for (size_t r = 0; r < rows; r++) y[t * s->n + r] += ck_bf16_at(s->bias, row + r);
    }
}

int ck_linear_run(const ck_kernel *kernel, const ck_pool *pool, const void *weight, const uint8_t *scales,
                  const uint8_t *bias, size_t n, size_t k, const float *x, size_t tokens, float *y,
                  char *message) {
    ck_count_call(kernel);
    if (tokens == 0) return 0;
    const size_t at_once = tokens < TOKENS_AT_ONCE ? tokens : TOKENS_AT_ONCE;
    round_state s = {.kernel = kernel, .weight = weight, .scales = scales, .bias = bias, .n = n, .k = k};
    s.act_bytes = kernel->act_bytes(k);
    if (scales && !(s.acts = ck_alloc(at_once, s.act_bytes))) {
        snprintf(message, CK_MESSAGE, "Linear: not enough memory for %zu tokens; close other programs.",
                 at_once);
        return -1;
    }
    int failed = 0;
    for (size_t done = 0; done < tokens && !failed; done += s.tokens) {
        s.tokens = tokens - done < at_once ? tokens - done : at_once;
        s.x = x + done * k;
        s.y = y + done * n;
        if (scales)
            failed = pool->run(pool->self, quantise, (s.tokens + TOKENS_PER_TASK - 1) / TOKENS_PER_TASK, &s);
        if (!failed) failed = pool->run(pool->self, multiply, (n + ROWS_PER_TASK - 1) / ROWS_PER_TASK, &s);
    }
    if (failed) snprintf(message, CK_MESSAGE, "Linear: the thread pool refused the work.");
    ck_free(s.acts);
    return failed;
}
