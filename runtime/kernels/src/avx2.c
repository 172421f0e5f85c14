/* avx2: the floor for PCs (AVX2, FMA, F16C: Intel since 2013, AMD since 2015). The table only.
 *
 * Next: ymm_mxfp4.h, ymm_int8.h, avx2_bf16.c, avx2_activations.c, avx2_attention.c.
 */
#include "ymm_int8.h"
#include "ymm_mxfp4.h"

const ck_kernel ck_kernel_avx2 = {
    .name = "avx2",
    .needs = "a CPU and operating system with AVX2, FMA and F16C",
    .supported = ck_cpu_avx2,
    .act_bytes = ck_avx2_act_bytes,
    .quantise_split = ck_avx2_quantise_split,
    .quantise_plain = ck_avx2_quantise_plain,
    .swiglu_split = ck_avx2_swiglu,
    .mx_rows = mx_rows,
    .i8_rows = i8_rows,
    .bf16_rows = ck_avx2_bf16_rows,
    .attend = ck_avx2_attend,
};
