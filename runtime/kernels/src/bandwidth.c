/* How fast memory can be read: what a decode step, which reads every weight once, is held against.
 *
 * One call reads one stretch on the calling thread; `runtime/bandwidth.py` runs one a thread. The reads are
 * those of the fast kernels: forward, with a prefetch far enough ahead to cross into the next pages.
 */
#include "kernel.h"

#define AHEAD 6144 /* bytes; found best for the kernels, too */

/* Reads `size` bytes (a multiple of 64) at `memory`; the sum makes sure that they are read. */
CK_EXPORT unsigned long long chorale_read_memory(const unsigned char *memory, unsigned long long size) {
    uint64_t sums[8] = {0};
    for (unsigned long long at = 0; at + 64 <= size; at += 64) {
        uint64_t line[8];
        __builtin_prefetch(memory + at + AHEAD, 0, 0);
        memcpy(line, memory + at, sizeof line);
        for (int i = 0; i < 8; i++) sums[i] += line[i];
    }
    uint64_t sum = 0;
    for (int i = 0; i < 8; i++) sum += sums[i];
    return sum;
}
