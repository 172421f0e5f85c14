/* What one kernel (an implementation for one kind of CPU) provides, and the layouts they all share.
 *
 * A kernel is one table of function pointers; select.c lists them best first. A new one is a
 * few C files with their own compiler flags, one table, and one line in select.c.
 *
 * The rule every kernel keeps: what a token gets does not depend, in any bit, on how many tokens are in
 * the call or on which thread works. A dot product over a block of 32 is an exact integer; block b goes
 * into float chain b mod 4, chains are added as (0 + 1) + (2 + 3). One token and many tokens may run
 * different loops, but never a different order of float additions. An MXFP4 weight's scale is a power of two:
 * taken with the integer, it rounds nothing.
 */
#ifndef CHORALE_KERNEL_H
#define CHORALE_KERNEL_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(_WIN32)
#define CK_EXPORT __declspec(dllexport)
#else
#define CK_EXPORT __attribute__((visibility("default")))
#endif

#define CK_BLOCK 32      /* weights that share one scale */
#define CK_GROUP 4       /* blocks in one ck_group */
#define CK_TOKEN_TILE 64 /* most tokens in one call of a kernel's rows function */
#define CK_MESSAGE 320   /* bytes for an error sentence */

/* Four blocks of one quantised activation row, 256 bytes. The scale and the correction of block b are
 * repeated in [4b, 4b+4) so that a vector load finds them beside the four rows a kernel works on.
 *
 * "split" (for MXFP4): q[16b + i] is element 2i of block b and q[64 + 16b + i] element 2i + 1, which is
 *   how nibbles lie in a byte of the checkpoint: weights never move, activations do. scale is halved,
 *   because kernels use doubled weights (integers 0 to 12); corr is -12 times the block's sum, because
 *   they add 12 to make weights unsigned.
 * "plain" (for int8): q[32b + i] is element i of block b; corr is -128 times the block's sum, for kernels that
 *   add 128 to make weights unsigned.
 * Blocks past the end are all zero. */
typedef struct ck_group {
    int8_t q[CK_GROUP * CK_BLOCK];
    float scale[CK_GROUP * 4];
    int32_t corr[CK_GROUP * 4];
} ck_group;

/* Attention over one fixed piece of the cache: a softmax that has not been divided yet. Row r is query
 * first_query + r / group, head kv_head * group + r % group; its exponents are relative to top[r]. */
#define CK_SPLIT 512 /* cache positions in one piece, aligned; fixed, so that no sum depends on threads */
#define CK_ATTEND_ROWS 64 /* most rows of one call */
#define CK_HEAD_MAX 256   /* widest head */
#define CK_NOTHING -1e30f /* top of a row that saw no position */
typedef struct ck_partial {
    float top[CK_ATTEND_ROWS], sum[CK_ATTEND_ROWS];
    float weighted[CK_ATTEND_ROWS * CK_HEAD_MAX]; /* [rows][dim] */
} ck_partial;

typedef struct ck_attention {
    size_t tokens, q_heads, kv_heads, dim, capacity, past; /* S, Hq, Hkv, D, C; `past` positions are cached */
    size_t window;                                         /* 0: everything before */
    float scale;
    const float *q, *k, *v; /* [S, heads * D] */
    const float *cos, *sin; /* [positions, D / 2] */
    const uint8_t *sinks;   /* bf16 [Hq] */
    uint16_t *key, *value;  /* f16 [Hkv, C, D] */
    float *out;             /* [S, Hq * D] */
} ck_attention;

/* out[t * stride + r] for tokens t < tokens <= CK_TOKEN_TILE and rows r < rows. Weights may lie at any
 * address, aligned or not. `acts` are rows made by the same kernel's quantise or swiglu function. */
typedef struct ck_kernel {
    const char *name;
    const char *needs; /* what the CPU and OS must have, for messages */
    int (*supported)(void);
    size_t (*act_bytes)(size_t k); /* bytes of one activation row of k elements, a multiple of 64 */
    void (*quantise_split)(const float *x, size_t k, void *act);
    void (*quantise_plain)(const float *x, size_t k, void *act);
    /* 64 values gate, up, gate, up, ... -> 32 elements: block `block` of a split row, zeroed before. */
    void (*swiglu_split)(const float *gate_up, float alpha, float limit, void *act, size_t block);
    void (*mx_rows)(const uint8_t *blocks, const uint8_t *scales, size_t k, size_t rows,
                    const void *const *acts, size_t tokens, float *out, size_t stride);
    void (*i8_rows)(const int8_t *weight, const uint8_t *scales_f16, size_t k, size_t rows,
                    const void *const *acts, size_t tokens, float *out, size_t stride);
    void (*bf16_rows)(const uint8_t *weight, size_t k, size_t rows, const float *const *x, size_t tokens,
                      float *out, size_t stride);
    /* q: [rows][dim], rotated and scaled; positions begin <= p < end, inside one piece. Fills all of `out`. */
    void (*attend)(const ck_attention *op, size_t kv_head, const float *q, size_t first_query, size_t rows,
                   size_t begin, size_t end, ck_partial *out);
} ck_kernel;

/* Runs fn(data, 0) ... fn(data, total - 1) in any order, on any threads. Returns 0, or -1 on failure. */
typedef struct ck_pool {
    void *self;
    int (*run)(void *self, void (*fn)(void *, size_t), size_t total, void *data);
} ck_pool;

extern const ck_pool ck_serial_pool;

/* select.c */
const ck_kernel *ck_current(char *message); /* NULL, with a sentence, if CHORALE_KERNEL cannot be had */
void ck_count_call(const ck_kernel *kernel);

/* stop.c: whether the computation under way is to be given up */
int ck_stopped(void);

/* cpu.c: features that the CPU has and the operating system saves */
int ck_cpu_avx2(void);
int ck_cpu_avxvnni(void);
int ck_cpu_avx512vnni(void);
int ck_cpu_neon_dotprod(void);
int ck_cpu_neon_i8mm(void);

/* memory.c: 64-byte aligned; NULL when there is no memory or the size overflows */
void *ck_alloc(size_t count, size_t size);
void ck_free(void *memory);

/* moe.c */
typedef struct ck_moe {
    size_t hidden, width, experts, top_k; /* H, I, E, k */
    float alpha, limit;
    const uint8_t *router_weight, *router_bias;                    /* bf16 */
    const uint8_t *gate_up_blocks, *gate_up_scales, *gate_up_bias; /* bias bf16 */
    const uint8_t *down_blocks, *down_scales, *down_bias;
} ck_moe;

/* y and x: float [tokens, hidden]. Returns 0, or -1 with a sentence in `message`. */
int ck_moe_run(const ck_kernel *kernel, const ck_pool *pool, const ck_moe *op, const float *x, size_t tokens,
               float *y, char *message);

/* linear.c: y[t, n] = sum_k x[t, k] * w[n, k] + bias[n]; scales NULL means bf16 weights */
int ck_linear_run(const ck_kernel *kernel, const ck_pool *pool, const void *weight, const uint8_t *scales,
                  const uint8_t *bias, size_t n, size_t k, const float *x, size_t tokens, float *y,
                  char *message);

/* attention.c: writes k and v into the cache, then attends. Returns 0, or -1 with a sentence in `message`. */
int ck_attention_run(const ck_kernel *kernel, const ck_pool *pool, const ck_attention *op, char *message);

/* plain_attention.c: the attend of the scalar kernels, and of others for heads they are not made for */
void ck_plain_attend(const ck_attention *op, size_t kv_head, const float *q, size_t first_query, size_t rows,
                     size_t begin, size_t end, ck_partial *out);

/* The first position that the query at `position` sees; it sees up to its own. */
static inline size_t ck_first_seen(const ck_attention *op, size_t position) {
    return op->window && position + 1 > op->window ? position + 1 - op->window : 0;
}

static inline float ck_bits_to_float(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* bf16 at any address: number i of an array that starts at p. */
static inline float ck_bf16_at(const uint8_t *p, size_t i) {
    uint16_t bits;
    memcpy(&bits, p + 2 * i, sizeof bits);
    return ck_bits_to_float((uint32_t)bits << 16);
}

/* 2^(byte - 127), exact down to byte 0, where it is below the normal floats. */
static inline float ck_e8m0(uint8_t byte) {
    return ck_bits_to_float(byte ? (uint32_t)byte << 23 : 0x00400000u);
}

static inline float ck_f16_at(const uint8_t *p, size_t i) {
    uint16_t h;
    memcpy(&h, p + 2 * i, sizeof h);
    uint32_t sign = (uint32_t)(h & 0x8000u) << 16, exponent = (h >> 10) & 31u, mantissa = h & 1023u;
    if (exponent == 0) { /* zero or subnormal: mantissa * 2^-24 */
        float value = (float)mantissa * 0x1p-24f;
        return sign ? -value : value;
    }
    uint32_t bits = exponent == 31 ? 0x7f800000u | mantissa << 13 : (exponent + 112) << 23 | mantissa << 13;
    return ck_bits_to_float(sign | bits);
}

#endif
