"""Brings a model's mapped weights into memory in the background, from the moment it is loaded.

Loading is mapping and takes no time, but then the first prompt would wait for every page: for the disk, if
the file is not in the system's cache, and for the page table in any case. A thread walks ahead of it in the
order in which the layers need their weights. It leaves the memory of others alone: what would not fit into
what is free now stays on the disk until it is used.

Used by `engine`; the system calls are in `kernels/src/prefault.c`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import numpy.typing as npt
import psutil

from runtime import kernels

# Small enough that a slow disk is asked to stop within a second, large enough for its full speed.
PIECE_BYTES = 16 << 20
_AHEAD = 4  # pieces that the disk is asked for before they are mapped
# Of the memory free at the start: the rest is for the conversation and for whatever else is opened.
_SHARE = 0.85
_EMBEDDING = "model.embed_tokens.weight"  # large, and a token reads one row of it


class Prefault:
    """One walk over a model's weights, on a thread of its own."""

    def __init__(self, weights: Mapping[str, npt.NDArray[Any]], room: int | None = None) -> None:
        """`weights` are mapped, in the order of their use; `room` is in bytes, None for what is free now."""
        self._stopped = threading.Event()
        if room is None:
            room = int(psutil.virtual_memory().available * _SHARE)
        self._pieces = list(pieces(weights, room))
        self._weights = weights  # they keep the files mapped while the thread is in them
        self._thread = threading.Thread(target=self._run, name="prefault", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop at the next piece; does not wait. From any thread."""
        self._stopped.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end; False if it was not reached in time."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        library = kernels.library()
        for address, size in self._pieces[:_AHEAD]:
            library.chorale_read_ahead(address, size)
        for index, (address, size) in enumerate(self._pieces):
            if self._stopped.is_set():
                return
            if index + _AHEAD < len(self._pieces):
                library.chorale_read_ahead(*self._pieces[index + _AHEAD])
            library.chorale_prefault(address, size)


def pieces(weights: Mapping[str, npt.NDArray[Any]], room: int) -> Iterator[tuple[int, int]]:
    """(address, bytes) of what to bring in, in pieces of at most `PIECE_BYTES`, `room` bytes in all.

    If not everything fits, what every token reads comes before the experts, of which it reads a few.
    """
    wanted = {name: view for name, view in weights.items() if name != _EMBEDDING}
    if sum(view.nbytes for view in wanted.values()) > room:
        wanted = dict(sorted(wanted.items(), key=lambda item: ".experts." in item[0]))
    for view in wanted.values():
        begin, size = int(view.ctypes.data), min(int(view.nbytes), room)
        room -= size
        for offset in range(0, size, PIECE_BYTES):
            yield begin + offset, min(PIECE_BYTES, size - offset)
