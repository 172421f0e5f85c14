/* Gives up a computation that nobody wants any more. ONNX Runtime hears a cancel only between two ops, and
 * one op of a long prompt can take a second; so the ops look here before each piece of their work. The op
 * then fails, so that an unfinished result is never taken for a finished one. */
#include <stdatomic.h>

#include "kernel.h"

static atomic_int stopped;

/* Make all ops of this process fail soon (1), or work again (0). From any thread. */
CK_EXPORT void chorale_stop(int stop) { atomic_store(&stopped, stop); }

int ck_stopped(void) { return atomic_load_explicit(&stopped, memory_order_relaxed); }
