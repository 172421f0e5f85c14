/* avx512vnni: AVX-512 with VNNI (Intel since 2019, AMD since 2022). The table only.
 *
 * Activations are made by the AVX2 files, which any such CPU runs: they are a small part of the work.
 */
#include "avx512.h"

const ck_kernel ck_kernel_avx512vnni = {
    .name = "avx512vnni",
    .needs = "a CPU and operating system with AVX-512 F, BW, DQ, VL and VNNI",
    .supported = ck_cpu_avx512vnni,
    .act_bytes = ck_avx2_act_bytes,
    .quantise_split = ck_avx2_quantise_split,
    .quantise_plain = ck_avx2_quantise_plain,
    .swiglu_split = ck_avx2_swiglu,
    .mx_rows = ck_avx512_mx_rows,
    .i8_rows = ck_avx512_i8_rows,
    .bf16_rows = ck_avx512_bf16_rows,
    .attend = ck_avx512_attend,
};
