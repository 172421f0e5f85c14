"""How fast this PC's memory can be read, and how much of it decoding one token reads at least.

A decode step reads every weight it needs once, and there are so many that none stays in the processor's caches.
So memory sets the limit: tokens a second ≤ bandwidth / bytes a token. `chorale bench` shows both.
"""

from __future__ import annotations

import ctypes
import threading
import time

import numpy as np

from models.config import MXFP4_BLOCK, ModelConfig
from models.dense_names import BLOCK
from runtime import kernels

_STRETCH_BYTES = 512 << 20  # in all: many times what the caches hold
_REPEATS = 5


def read_bandwidth(threads: int) -> float:
    """Bytes a second that `threads` threads together read from memory: the best of several runs.

    Takes half a second and half a gigabyte. Raises `EngineError` if the native library is missing.
    """
    read = kernels.library().chorale_read_memory
    read.restype = ctypes.c_ulonglong
    each = _STRETCH_BYTES // threads // 64 * 64
    memory = np.ones(each * threads // 8, dtype=np.uint64)  # written, or all of it would be one page of zeros
    address = memory.ctypes.data
    best = 0.0
    for _ in range(_REPEATS):
        ready = threading.Barrier(threads + 1)

        def work(part: int, ready: threading.Barrier = ready) -> None:
            ready.wait()
            read(ctypes.c_void_p(address + part * each), ctypes.c_ulonglong(each))

        workers = [threading.Thread(target=work, args=(part,)) for part in range(threads)]
        for worker in workers:
            worker.start()
        ready.wait()
        started = time.perf_counter()
        for worker in workers:
            worker.join()
        best = max(best, each * threads / (time.perf_counter() - started))
    return best


def bytes_a_token(config: ModelConfig, context: int) -> int:
    """Bytes that decoding one token reads at least, after `context` tokens: weights at their size on disk, cache f16."""
    dense = 1 + 2 / BLOCK
    expert = (16 + 1) / MXFP4_BLOCK
    query, key = config.heads * config.head_dim, config.kv_heads * config.head_dim
    attention = (2 * query + 2 * key) * config.hidden * dense
    experts = config.experts_per_token * 3 * config.hidden * config.expert_width * expert
    router = 2 * config.experts * config.hidden
    positions = sum(min(window, context) if window else context for window in config.windows)
    cache = positions * 2 * key * 2
    lm_head = config.vocabulary * config.hidden * dense
    return int(config.layers * (attention + experts + router) + cache + lm_head)
