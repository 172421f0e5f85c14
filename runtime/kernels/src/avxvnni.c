/* avxvnni: AVX2 with AVX-VNNI's dot products (Intel's PCs without AVX-512: 2021 and later). The table only.
 *
 * The loops are avx2's, compiled with other flags; all that has no dot product of bytes in it is avx2's own.
 */
#include "ymm_int8.h"
#include "ymm_mxfp4.h"

const ck_kernel ck_kernel_avxvnni = {
    .name = "avxvnni",
    .needs = "a CPU and operating system with AVX-VNNI, AVX2, FMA and F16C",
    .supported = ck_cpu_avxvnni,
    .act_bytes = ck_avx2_act_bytes,
    .quantise_split = ck_avx2_quantise_split,
    .quantise_plain = ck_avx2_quantise_plain,
    .swiglu_split = ck_avx2_swiglu,
    .mx_rows = mx_rows,
    .i8_rows = i8_rows,
    .bf16_rows = ck_avx2_bf16_rows,
    .attend = ck_avx2_attend,
};
