/* A tensor as an op sees it, and the checks that turn a wrong one into a sentence.
 *
 * Next: ort_ops.c (the ops), ort_api.h (the runtime's function table).
 */
#ifndef CHORALE_ORT_TENSOR_H
#define CHORALE_ORT_TENSOR_H

#include "kernel.h"
#include "ort_api.h"

#define CK_MAX_RANK 8

typedef struct ck_tensor {
    void *data;
    int type;
    size_t rank;
    int64_t dims[CK_MAX_RANK];
} ck_tensor;

/* The dtype (ORT_F32 ...) and shape that input `index`, called `name`, must have; a dim of -1 is free. */
typedef struct ck_expected {
    size_t index;
    const char *name;
    int type;
    size_t rank;
    int64_t dims[CK_MAX_RANK];
} ck_expected;

/* One call of one op. `failure` is the first thing that went wrong; later steps then do nothing. */
typedef struct ck_call {
    const OrtApi *api;
    OrtKernelContext *context;
    const char *op;
    OrtStatus *failure;
} ck_call;

void ck_fail(ck_call *call, const char *format, ...);
int ck_try(ck_call *call, OrtStatus *status); /* 1 if fine */

/* Read an input; data is NULL if it is absent (optional). */
ck_tensor ck_input(ck_call *call, size_t index, const char *name);
/* Fail unless the tensor is present and as expected. */
void ck_check(ck_call *call, const ck_tensor *tensor, const ck_expected *expected);
/* Rank at least 1, float32, last dimension `last` (-1: any). Returns the number of rows before it. */
size_t ck_check_rows(ck_call *call, const ck_tensor *tensor, const char *name, int64_t last);
void *ck_output(ck_call *call, size_t index, const int64_t *dims, size_t rank);

/* A pool over the runtime's own threads; `self` is the call. */
int ck_ort_run(void *self, void (*fn)(void *, size_t), size_t total, void *data);

#endif
