"""llama.cpp in a process of its own (`python -m app.bench.llama_cpp`), through llama-cpp-python's bindings of its C functions, without their wrapper's cost.

Settings: flash attention, f16 cache, memory-mapped weights, logits of the last token only, the sliding-window
layers' cache as small as llama.cpp makes it (its default, and its fastest). `repack` lets it rearrange the experts
in memory of its own while loading, which is its default and makes prompts faster; without it all weights stay mapped.

Runs in whatever Python has the package llama-cpp-python; nothing of Chorale imports it. Read next: `runner`.
"""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Sequence
from typing import Any

import llama_cpp as llama  # type: ignore[import-not-found, unused-ignore]
import numpy as np

from app.bench.contender import Reply, serve

BATCH = 2048  # tokens handed over at a time; llama.cpp's own default
_F16 = 1  # GGML_TYPE_F16


@llama.llama_log_callback  # type: ignore[untyped-decorator, unused-ignore]
def _silent(level: int, text: bytes, data: ctypes.c_void_p) -> None:
    """llama.cpp tells much."""


class LlamaCpp:
    """One model in llama.cpp."""

    def __init__(self) -> None:
        llama.llama_log_set(_silent, ctypes.c_void_p(0))
        llama.llama_backend_init()
        self._ids: list[int] = []

    def load(self, file: str, threads: int, context: int, repack: bool, ubatch: int) -> Reply:
        """Load `file`; the seconds that took."""
        started = time.perf_counter()
        model_settings = llama.llama_model_default_params()
        model_settings.load_mode = llama.LLAMA_LOAD_MODE_MMAP
        model_settings.use_extra_bufts = repack
        self._model = llama.llama_model_load_from_file(file.encode(), model_settings)
        if not self._model:
            raise RuntimeError(f"llama.cpp cannot load {file}")
        settings = llama.llama_context_default_params()
        settings.n_ctx = context
        settings.n_batch, settings.n_ubatch = BATCH, ubatch
        settings.n_threads = settings.n_threads_batch = threads
        settings.flash_attn_type = llama.LLAMA_FLASH_ATTN_TYPE_ENABLED
        settings.type_k = settings.type_v = _F16
        self._context = llama.llama_init_from_model(self._model, settings)
        if not self._context:
            raise RuntimeError("llama.cpp cannot make a context")
        self._memory = llama.llama_get_memory(self._context)
        vocabulary = llama.llama_model_get_vocab(self._model)
        self._vocabulary = llama.llama_vocab_n_tokens(vocabulary)
        self._window = llama.llama_model_n_swa(self._model)
        self._batch = llama.llama_batch_init(BATCH, 0, 1)
        seconds = time.perf_counter() - started
        return {"seconds": seconds, "version": llama.__version__, "features": _features()}

    def ask(self, ids: list[int], cached: int, max_tokens: int) -> Reply:
        """Read ids[cached:], then draw `max_tokens`. What comes before is put back first, untimed, if need be."""
        self._rewind(ids, cached)
        started = time.perf_counter()
        logits = self._feed(ids[cached:])
        prefilled = time.perf_counter()
        token = int(logits.argmax())
        for _ in range(max_tokens - 1):
            token = int(self._feed([token]).argmax())
        ended = time.perf_counter()
        return {
            "fed": len(ids) - cached,
            "cached": cached,
            "prefill_seconds": prefilled - started,
            "decoded": max_tokens - 1,
            "decode_seconds": ended - prefilled,
        }

    def logits(self, ids: list[int], out: str) -> Reply:
        """Write the logits of every position to `out`, f32 [ids, vocabulary]."""
        self._rewind([], 0)
        rows = []
        for begin in range(0, len(ids), BATCH):
            self._feed(ids[begin : begin + BATCH], every=True)
            rows += [self._row(i).copy() for i in range(len(ids[begin : begin + BATCH]))]
        np.save(out, np.stack(rows))
        return {"positions": len(rows)}

    def _rewind(self, ids: Sequence[int], cached: int) -> None:
        kept = self._ids[:cached] == list(ids[:cached])
        llama.llama_memory_seq_rm(self._memory, 0, cached if kept else 0, -1)
        first = llama.llama_memory_seq_pos_min(self._memory, 0)
        if kept and cached and not -1 < first <= max(cached - self._window, 0):
            kept = False  # the window's layers have forgotten what comes before `cached`
        if kept:
            del self._ids[cached:]
            return
        llama.llama_memory_clear(self._memory, True)
        self._ids = []
        if cached:
            self._feed(ids[:cached])

    def _feed(self, ids: Sequence[int], every: bool = False) -> Any:
        """Run `ids` after what the cache holds; the last one's logits, valid until the next call."""
        batch = self._batch
        for begin in range(0, len(ids), BATCH):
            part = ids[begin : begin + BATCH]
            batch.n_tokens = len(part)
            for place, token in enumerate(part):
                batch.token[place] = token
                batch.pos[place] = len(self._ids) + place
                batch.n_seq_id[place], batch.seq_id[place][0] = 1, 0
                batch.logits[place] = every
            batch.logits[len(part) - 1] = every or begin + len(part) == len(ids)
            if (code := llama.llama_decode(self._context, batch)) != 0:
                raise RuntimeError(f"llama_decode returned {code}")
            self._ids += part
        return self._row(-1)

    def _row(self, place: int) -> Any:
        row = llama.llama_get_logits_ith(self._context, place)
        return np.ctypeslib.as_array(row, (self._vocabulary,))


def _features() -> str:
    """What instruction sets this build of llama.cpp uses."""
    text = llama.llama_print_system_info().decode()
    return " ".join(part.split("=")[0].strip() for part in text.split("|") if part.strip().endswith("= 1"))


if __name__ == "__main__":
    contender = LlamaCpp()
    sys.exit(serve({"load": contender.load, "ask": contender.ask, "logits": contender.logits}))
