/* Brings mapped files into memory before the model needs them: read from the disk in large pieces, and
 * entered into the page table. Otherwise the first prompt pays for each page when it touches it, one after
 * another, and runs at less than half its speed.
 */
#if defined(__linux__)
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>
#elif defined(_WIN32)
#include <windows.h> /* for Windows 10, as zig says: PrefetchVirtualMemory came with 8 */
#endif

#include "kernel.h"

enum { PAGE = 4096 };

#if defined(__linux__)
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22 /* Linux 5.14 */
#endif

static int advise(const void *address, size_t size, int advice) {
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), begin = (uintptr_t)address / page * page;
    return madvise((void *)begin, (uintptr_t)address + size - begin, advice);
}
#endif

/* Ask the system to read a mapped range from the disk; does not wait where the system does not. */
CK_EXPORT void chorale_read_ahead(const void *address, size_t size) {
#if defined(__linux__)
    (void)advise(address, size, MADV_WILLNEED);
#elif defined(_WIN32)
    WIN32_MEMORY_RANGE_ENTRY range = {(void *)(uintptr_t)address, size};
    (void)PrefetchVirtualMemory(GetCurrentProcess(), 1, &range, 0);
#else
    (void)address, (void)size;
#endif
}

/* Map a range's pages into this process; waits for the disk. A disk that fails is not this function's to
 * tell: whoever reads the weights will meet it. */
CK_EXPORT void chorale_prefault(const void *address, size_t size) {
#if defined(__linux__)
    if (advise(address, size, MADV_POPULATE_READ) == 0 || errno != EINVAL) return; /* else an older Linux */
#endif
    const volatile unsigned char *byte = address;
    for (size_t i = 0; i < size; i += PAGE) (void)byte[i];
}
