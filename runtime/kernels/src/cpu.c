/* Which instructions this CPU has and this operating system keeps across a context switch.
 *
 * Both matter: a CPU may have AVX-512 while the system does not save its registers: `xgetbv` tells.
 * On ARM64 the system tells both at once.
 */
#include "kernel.h"

#if defined(__x86_64__)
#include <cpuid.h>

enum { YMM_SAVED = 0x6, ZMM_SAVED = 0xe6 };

static uint64_t saved_registers(void) {
    unsigned eax, ebx, ecx, edx;
    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & (1u << 27))) return 0; /* no OSXSAVE */
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

static int has(uint64_t saved, unsigned leaf1_ecx, unsigned leaf7_ebx, unsigned leaf7_ecx) {
    unsigned eax, ebx, ecx, edx;
    if ((saved_registers() & saved) != saved) return 0;
    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || (ecx & leaf1_ecx) != leaf1_ecx) return 0;
    if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) return 0;
    return (ebx & leaf7_ebx) == leaf7_ebx && (ecx & leaf7_ecx) == leaf7_ecx;
}

#define FMA_F16C_AVX (1u << 12 | 1u << 29 | 1u << 28)
#define AVX2_BIT (1u << 5)
#define AVX512_F_DQ_BW_VL (1u << 16 | 1u << 17 | 1u << 30 | 1u << 31)
#define AVX512_VNNI_BIT (1u << 11)
#define AVX_VNNI_BIT (1u << 4)

/* Leaf 7 has further leaves since 2021; older CPUs say so in eax. */
static unsigned leaf7_1_eax(void) {
    unsigned eax, ebx, ecx, edx;
    if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) || eax < 1) return 0;
    __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx);
    return eax;
}

int ck_cpu_avx2(void) { return has(YMM_SAVED, FMA_F16C_AVX, AVX2_BIT, 0); }

int ck_cpu_avx512vnni(void) {
    return has(ZMM_SAVED, FMA_F16C_AVX, AVX2_BIT | AVX512_F_DQ_BW_VL, AVX512_VNNI_BIT);
}

int ck_cpu_avxvnni(void) {
    int there = (leaf7_1_eax() & AVX_VNNI_BIT) != 0;
#if defined(CK_AVXVNNI_AS_EVEX) /* a build for tests, see ymm_dot.h */
    there = ck_cpu_avx512vnni();
#endif
    return there && ck_cpu_avx2();
}
#elif defined(__aarch64__) && defined(_WIN32)
/* NEON is part of every ARM64 Windows. A version that does not know a number answers no: then dotprod runs where
 * i8mm could. */
__declspec(dllimport) int __stdcall IsProcessorFeaturePresent(unsigned long feature);
enum { PF_ARM_V82_DP = 43, PF_ARM_V82_I8MM = 66 };

int ck_cpu_neon_dotprod(void) { return IsProcessorFeaturePresent(PF_ARM_V82_DP) != 0; }
int ck_cpu_neon_i8mm(void) {
    return ck_cpu_neon_dotprod() && IsProcessorFeaturePresent(PF_ARM_V82_I8MM) != 0;
}
#elif defined(__aarch64__)
#include <sys/auxv.h>

/* What the kernel lists is what the CPU has and the kernel keeps; numbers of its asm/hwcap.h. */
#define HWCAP_ASIMDDP_BIT (1ul << 20)
#define HWCAP2_I8MM_BIT (1ul << 13)

int ck_cpu_neon_dotprod(void) { return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP_BIT) != 0; }
int ck_cpu_neon_i8mm(void) { return ck_cpu_neon_dotprod() && (getauxval(AT_HWCAP2) & HWCAP2_I8MM_BIT) != 0; }
#endif
