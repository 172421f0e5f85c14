/* The kernels, best first, which of them is in use, and how often each has run.
 *
 * In use is: the one forced by chorale_kernel_select, else the one named in CHORALE_KERNEL, else the first
 * that this CPU and operating system support. Tests force every kernel by name and read the counters to
 * prove that the path they meant is the path that ran.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernel.h"

extern const ck_kernel ck_kernel_scalar, ck_kernel_scalar_f32;
#if defined(__x86_64__)
extern const ck_kernel ck_kernel_avx512vnni, ck_kernel_avxvnni, ck_kernel_avx2;
#elif defined(__aarch64__)
extern const ck_kernel ck_kernel_neon_i8mm, ck_kernel_neon_dotprod;
#endif

static const ck_kernel *const kernels[] = {
#if defined(__x86_64__)
    &ck_kernel_avx512vnni, &ck_kernel_avxvnni,    &ck_kernel_avx2,
#elif defined(__aarch64__)
    &ck_kernel_neon_i8mm,
    &ck_kernel_neon_dotprod,
#endif
    &ck_kernel_scalar,     &ck_kernel_scalar_f32,
};
enum { COUNT = sizeof kernels / sizeof kernels[0] };

static _Atomic(const ck_kernel *) forced;
static atomic_llong calls[COUNT];

static const ck_kernel *find(const char *name) {
    for (int i = 0; i < COUNT; i++)
        if (strcmp(kernels[i]->name, name) == 0) return kernels[i];
    return NULL;
}

static const ck_kernel *usable(const char *name, char *message) {
    const ck_kernel *kernel = find(name);
    if (!kernel) {
        int used = snprintf(message, CK_MESSAGE, "There is no kernel named \"%.40s\"; there are:", name);
        for (int i = 0; i < COUNT && used < CK_MESSAGE; i++)
            used += snprintf(message + used, (size_t)(CK_MESSAGE - used), " %s%s", kernels[i]->name,
                             i + 1 < COUNT ? "," : ".");
        return NULL;
    }
    if (!kernel->supported()) {
        snprintf(message, CK_MESSAGE, "The kernel \"%s\" cannot run here: it needs %s.", kernel->name,
                 kernel->needs);
        return NULL;
    }
    return kernel;
}

const ck_kernel *ck_current(char *message) {
    const ck_kernel *kernel = atomic_load(&forced);
    if (kernel) return kernel;
    const char *name = getenv("CHORALE_KERNEL");
    if (name && *name) {
        kernel = usable(name, message);
    } else {
        for (int i = 0; i < COUNT && !kernel; i++)
            if (kernels[i]->supported()) kernel = kernels[i];
    }
    /* Kept: asking the CPU is slow on virtual machines, where cpuid traps. */
    const ck_kernel *none = NULL;
    if (kernel) atomic_compare_exchange_strong(&forced, &none, kernel);
    return kernel;
}

void ck_count_call(const ck_kernel *kernel) {
    for (int i = 0; i < COUNT; i++)
        if (kernels[i] == kernel) atomic_fetch_add(&calls[i], 1);
}

CK_EXPORT int chorale_kernel_count(void) { return COUNT; }

CK_EXPORT const char *chorale_kernel_name(int index) {
    return index >= 0 && index < COUNT ? kernels[index]->name : NULL;
}

CK_EXPORT int chorale_kernel_supported(int index) {
    return index >= 0 && index < COUNT && kernels[index]->supported();
}

/* How often an op has run on this kernel since the library was loaded. */
CK_EXPORT long long chorale_kernel_calls(int index) {
    return index >= 0 && index < COUNT ? atomic_load(&calls[index]) : 0;
}

/* Force a kernel for the whole process; NULL goes back to CHORALE_KERNEL, else the best. 0, or -1 with a
 * sentence in `message` (CK_MESSAGE bytes) and nothing changed. */
CK_EXPORT int chorale_kernel_select(const char *name, char *message) {
    const ck_kernel *kernel = NULL;
    if (name && !(kernel = usable(name, message))) return -1;
    atomic_store(&forced, kernel);
    return 0;
}

/* The name of the kernel in use, or NULL with a sentence in `message`. */
CK_EXPORT const char *chorale_kernel_in_use(char *message) {
    const ck_kernel *kernel = ck_current(message);
    return kernel ? kernel->name : NULL;
}
