/* The few entries of ONNX Runtime's C function table that Chorale uses, by slot.
 *
 * Why not its header: no package ships it. The table is append-only and its order never changes once a
 * version has shipped, so a slot number is as stable as a name. Counted from the table itself; the last
 * entry of version 1 is slot 101 and the last of version 17 is slot 275, which checks the count.
 * Next: ort_ops.c, which uses it.
 */
#ifndef CHORALE_ORT_API_H
#define CHORALE_ORT_API_H

#include <stddef.h>
#include <stdint.h>

/* The oldest runtime Chorale supports speaks version 24. */
#define ORT_VERSION_ASKED 24

typedef struct OrtStatus OrtStatus;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtCustomOpDomain OrtCustomOpDomain;
typedef struct OrtKernelInfo OrtKernelInfo;
typedef struct OrtKernelContext OrtKernelContext;
typedef struct OrtValue OrtValue;
typedef struct OrtShapeInfo OrtShapeInfo;
typedef struct OrtApi OrtApi;

typedef struct OrtApiBase {
    const OrtApi *(*get_api)(uint32_t version);
    const char *(*get_version)(void);
} OrtApiBase;

enum { ORT_FAILED = 1, ORT_BAD_ARGUMENT = 2 };
enum { ORT_F32 = 1, ORT_U8 = 2, ORT_I8 = 3, ORT_I64 = 7, ORT_F16 = 10, ORT_BF16 = 16, ORT_ANY_TYPE = 0 };
enum { ORT_REQUIRED = 0, ORT_OPTIONAL = 1 };

/* A custom op as the runtime reads it; fields after `version` are function pointers, unused ones NULL. */
typedef struct OrtCustomOp {
    uint32_t version;
    void *(*create_kernel_v1)(const struct OrtCustomOp *, const OrtApi *, const OrtKernelInfo *);
    const char *(*get_name)(const struct OrtCustomOp *);
    const char *(*get_provider)(const struct OrtCustomOp *);
    int (*input_type)(const struct OrtCustomOp *, size_t);
    size_t (*input_count)(const struct OrtCustomOp *);
    int (*output_type)(const struct OrtCustomOp *, size_t);
    size_t (*output_count)(const struct OrtCustomOp *);
    void (*compute_v1)(void *, OrtKernelContext *);
    void (*destroy)(void *);
    int (*input_kind)(const struct OrtCustomOp *, size_t);
    int (*output_kind)(const struct OrtCustomOp *, size_t);
    int (*input_memory)(const struct OrtCustomOp *, size_t);
    int (*variadic_input_min)(const struct OrtCustomOp *);
    int (*variadic_input_same)(const struct OrtCustomOp *);
    int (*variadic_output_min)(const struct OrtCustomOp *);
    int (*variadic_output_same)(const struct OrtCustomOp *);
    OrtStatus *(*create_kernel)(const struct OrtCustomOp *, const OrtApi *, const OrtKernelInfo *, void **);
    OrtStatus *(*compute)(void *, OrtKernelContext *);
    OrtStatus *(*infer_shape)(const struct OrtCustomOp *, void *);
    int (*start_version)(const struct OrtCustomOp *);
    int (*end_version)(const struct OrtCustomOp *);
    size_t (*may_inplace)(int **, int **);
    void (*release_may_inplace)(int *, int *);
    size_t (*alias_map)(int **, int **);
    void (*release_alias_map)(int *, int *);
} OrtCustomOp;

typedef void (*OrtAnyFunction)(void);

static inline OrtAnyFunction ort_slot(const OrtApi *api, size_t slot) {
    return ((const OrtAnyFunction *)(const void *)api)[slot];
}

#define ORT_ENTRY(name, slot, result, ...)    \
    typedef result (*name##_fn)(__VA_ARGS__); \
    static inline name##_fn name(const OrtApi *api) { return (name##_fn)ort_slot(api, slot); }

ORT_ENTRY(ort_create_status, 0, OrtStatus *, int code, const char *message)
ORT_ENTRY(ort_create_domain, 26, OrtStatus *, const char *name, OrtCustomOpDomain **out)
ORT_ENTRY(ort_domain_add, 27, OrtStatus *, OrtCustomOpDomain *, const OrtCustomOp *)
ORT_ENTRY(ort_add_domain, 28, OrtStatus *, OrtSessionOptions *, OrtCustomOpDomain *)
ORT_ENTRY(ort_tensor_data, 51, OrtStatus *, OrtValue *, void **out)
ORT_ENTRY(ort_element_type, 60, OrtStatus *, const OrtShapeInfo *, int *out)
ORT_ENTRY(ort_rank, 61, OrtStatus *, const OrtShapeInfo *, size_t *out)
ORT_ENTRY(ort_dims, 62, OrtStatus *, const OrtShapeInfo *, int64_t *out, size_t count)
ORT_ENTRY(ort_shape_info, 65, OrtStatus *, const OrtValue *, OrtShapeInfo **out)
ORT_ENTRY(ort_attribute_float, 85, OrtStatus *, const OrtKernelInfo *, const char *name, float *out)
ORT_ENTRY(ort_attribute_int, 86, OrtStatus *, const OrtKernelInfo *, const char *name, int64_t *out)
ORT_ENTRY(ort_input_count, 88, OrtStatus *, const OrtKernelContext *, size_t *out)
ORT_ENTRY(ort_input, 90, OrtStatus *, const OrtKernelContext *, size_t index, const OrtValue **out)
ORT_ENTRY(ort_output, 91, OrtStatus *, OrtKernelContext *, size_t index, const int64_t *dims, size_t rank,
          OrtValue **out)
ORT_ENTRY(ort_release_status, 93, void, OrtStatus *)
ORT_ENTRY(ort_release_shape_info, 99, void, OrtShapeInfo *)
ORT_ENTRY(ort_parallel_for, 274, OrtStatus *, const OrtKernelContext *, void (*fn)(void *, size_t),
          size_t total, size_t batches, void *data)

#endif
