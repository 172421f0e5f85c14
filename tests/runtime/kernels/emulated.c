/* Runs the ops of the library next to it for emulated.py: requests on standard input, answers on standard
 * output.
 *
 * A request is a `request`, then its buffers, each a `buffer` and its bytes. An answer is an `answer`, then
 * the bytes of the buffers that are to come back. Every buffer lies where a forbidden page follows, as near
 * to it as its address modulo 64 in the other process allows, so that reading past it ends this one.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int chorale_kernel_count(void);
const char *chorale_kernel_name(int index);
int chorale_kernel_supported(int index);
long long chorale_kernel_calls(int index);
int chorale_kernel_select(const char *name, char *message);
const char *chorale_kernel_in_use(char *message);
int chorale_mxfp4_moe_run(const void *x, const void *, const void *, const void *, const void *, const void *,
                          const void *, const void *, const void *, size_t tokens, size_t hidden,
                          size_t width, size_t experts, size_t top_k, float alpha, float limit, void *y,
                          char *message);
int chorale_linear_run(const void *x, const void *weight, const void *scales, const void *bias, size_t tokens,
                       size_t n, size_t k, void *y, char *message);
int chorale_sink_attention_run(const void *q, const void *k, const void *v, void *key, void *value,
                               const void *cos, const void *sin, const void *sinks, size_t tokens,
                               size_t q_heads, size_t kv_heads, size_t dim, size_t capacity, size_t past,
                               size_t window, float scale, void *out, char *message);

enum { COUNT, NAME, SUPPORTED, CALLS, SELECT, IN_USE, MOE, LINEAR, ATTENTION };
enum { BUFFERS = 10, TEXT = 320 };
static const uint64_t nowhere = UINT64_MAX; /* the size of NULL */

typedef struct request {
    uint64_t function, number[8], buffers;
    double real[2];
} request;
typedef struct buffer {
    uint64_t bytes, address, comes_back; /* the address modulo 64 */
} buffer;
typedef struct answer {
    int64_t value;
    char text[TEXT];
} answer;
typedef struct placed {
    void *mapping, *start;
    size_t mapped;
} placed;

static void need(int fine, const char *what) {
    if (fine) return;
    fprintf(stderr, "emulated.c: %s\n", what);
    exit(1);
}

static placed place(const buffer *b) {
    if (b->bytes == nowhere) return (placed){NULL, NULL, 0};
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), readable = (b->bytes + 64 + page - 1) / page * page;
    unsigned char *memory =
        mmap(NULL, readable + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    need(memory != MAP_FAILED && mprotect(memory + readable, page, PROT_NONE) == 0, "no memory");
    unsigned char *start = memory + readable - b->bytes;
    start -= ((uintptr_t)start - b->address) % 64;
    need(b->bytes == 0 || fread(start, b->bytes, 1, stdin) == 1, "a buffer is cut");
    return (placed){memory, start, readable + page};
}

static void name_of(const char *name, answer *a) {
    a->value = name ? 0 : -1;
    if (name) snprintf(a->text, TEXT, "%s", name);
}

static void run(const request *r, const placed *at, answer *a) {
    const uint64_t *n = r->number;
    void *p[BUFFERS];
    for (size_t i = 0; i < r->buffers; i++) p[i] = at[i].start;
    switch (r->function) {
        case COUNT: a->value = chorale_kernel_count(); break;
        case NAME: name_of(chorale_kernel_name((int)n[0]), a); break;
        case SUPPORTED: a->value = chorale_kernel_supported((int)n[0]); break;
        case CALLS: a->value = chorale_kernel_calls((int)n[0]); break;
        case SELECT: a->value = chorale_kernel_select(p[0], a->text); break;
        case IN_USE: name_of(chorale_kernel_in_use(a->text), a); break;
        case MOE:
            a->value =
                chorale_mxfp4_moe_run(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], n[0], n[1], n[2],
                                      n[3], n[4], (float)r->real[0], (float)r->real[1], p[9], a->text);
            break;
        case LINEAR:
            a->value = chorale_linear_run(p[0], p[1], p[2], p[3], n[0], n[1], n[2], p[4], a->text);
            break;
        case ATTENTION:
            a->value =
                chorale_sink_attention_run(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], n[0], n[1], n[2],
                                           n[3], n[4], n[5], n[6], (float)r->real[0], p[8], a->text);
            break;
        default: need(0, "there is no such function");
    }
}

int main(void) {
    request r;
    while (fread(&r, sizeof r, 1, stdin) == 1) {
        buffer b[BUFFERS];
        placed at[BUFFERS];
        answer a = {0};
        need(r.buffers <= BUFFERS, "too many buffers");
        for (size_t i = 0; i < r.buffers; i++) {
            need(fread(&b[i], sizeof b[i], 1, stdin) == 1, "a request is cut");
            at[i] = place(&b[i]);
        }
        run(&r, at, &a);
        fwrite(&a, sizeof a, 1, stdout);
        for (size_t i = 0; i < r.buffers; i++) {
            if (b[i].comes_back && b[i].bytes != nowhere) fwrite(at[i].start, 1, b[i].bytes, stdout);
            if (at[i].mapping) munmap(at[i].mapping, at[i].mapped);
        }
        fflush(stdout);
    }
    return 0;
}
