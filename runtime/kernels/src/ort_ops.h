/* What the ops share: a node's memory, and answers that are the same for all of them. */
#ifndef CHORALE_ORT_OPS_H
#define CHORALE_ORT_OPS_H

#include "ort_tensor.h"

/* A node without attributes; nodes with attributes begin with the same field. */
typedef struct ck_node {
    const OrtApi *api;
} ck_node;

/* Copy a node to memory that the op's destroy (free) gives back. */
OrtStatus *ck_keep_node(const OrtApi *api, const void *node, size_t size, void **out);
/* Read a float attribute; leaves *value as it is if the node has none. */
void ck_optional_float(const OrtApi *api, const OrtKernelInfo *info, const char *name, float *value);

const char *ck_cpu_provider(const OrtCustomOp *op);
int ck_default_memory(const OrtCustomOp *op, size_t index);
int ck_first_version(const OrtCustomOp *op);
int ck_last_version(const OrtCustomOp *op);

extern const OrtCustomOp ck_op_moe, ck_op_linear, ck_op_attention;

#endif
