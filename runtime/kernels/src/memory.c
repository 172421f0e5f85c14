/* Aligned scratch memory that may fail, and the pool that runs everything on the calling thread. */
#include <stdlib.h>

#include "kernel.h"

#define ALIGNMENT 64

void *ck_alloc(size_t count, size_t size) {
    if (size != 0 && count > (SIZE_MAX - 2 * ALIGNMENT) / size) return NULL;
    unsigned char *base = malloc(count * size + 2 * ALIGNMENT);
    if (!base) return NULL;
    uintptr_t aligned = ((uintptr_t)base + 2 * ALIGNMENT) & ~(uintptr_t)(ALIGNMENT - 1);
    memcpy((void *)(aligned - sizeof base), &base, sizeof base); /* for ck_free */
    return (void *)aligned;
}

void ck_free(void *memory) {
    if (!memory) return;
    void *base;
    memcpy(&base, (unsigned char *)memory - sizeof base, sizeof base);
    free(base);
}

static int run_serially(void *self, void (*fn)(void *, size_t), size_t total, void *data) {
    (void)self;
    for (size_t i = 0; i < total; i++) fn(data, i);
    return 0;
}

const ck_pool ck_serial_pool = {NULL, run_serially};
