/* Which instructions this CPU has and this operating system keeps across a context switch.
 *
 * Both matter: a CPU may have AVX-512 while the system does not save its registers. `xgetbv` tells.
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

int ck_cpu_avx2(void) { return has(YMM_SAVED, FMA_F16C_AVX, AVX2_BIT, 0); }

int ck_cpu_avx512vnni(void) {
    return has(ZMM_SAVED, FMA_F16C_AVX, AVX2_BIT | AVX512_F_DQ_BW_VL, AVX512_VNNI_BIT);
}
#else
int ck_cpu_avx2(void) { return 0; }
int ck_cpu_avx512vnni(void) { return 0; }
#endif
