"""Keeps the KV cache of conversations on the disk and brings it back, where that is quicker than reading again.

    keep      after an answer: a thread writes what the next question will find in the cache, chunk by chunk
    settle    before the cache changes: the thread gets a moment to end, and is stopped if it does not
    recall    before a prompt is read: rows that the disk has and the cache has not are put there

Quicker is measured: how fast this model reads prompts here, and how fast files were read. What was interrupted goes
on at the next answer, because chunks that are there are not written again. Nothing here can fail a turn: a damaged
file is deleted, and the prompt is read as ever. Read next: `file`, `layout`.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import apsw
import psutil

from runtime.kv.erase import SUFFIX, destroy
from runtime.kv.file import DamagedError, KvFile, KvState, digest_of, prefix_digests
from runtime.kv.layout import CHUNK_ROWS, Layout, Rows
from runtime.kv.values import KvPlace
from runtime.sequence import TokenSequence, common_prefix
from runtime.session import ModelSession

_PATIENCE_S = 1.0  # that a new question waits for the last answer's cache to be written
_LOOK_S = 0.05
_FIRST_READ_RATE = 150e6  # bytes a second, until one was measured: a slow SSD
_OPEN_S = 0.03
_FREE_BYTES = 2 << 30  # that are left on the disk
_NICE = 10
_BACKGROUND_BEGIN = 0x00010000  # THREAD_MODE_BACKGROUND_BEGIN


class KvKeeper:
    """For one loaded model; used by the thread that runs the engine."""

    def __init__(self, session: ModelSession, sequence: TokenSequence, layout: Layout) -> None:
        self._session, self._sequence, self._layout = session, sequence, layout
        self._read_rate = _FIRST_READ_RATE
        self._writer: _Writer | None = None

    def keep(self, place: KvPlace, length: int) -> None:
        """Begin to write the first `length` rows of the cache, if that is worth it."""
        self.stop()
        sequence, rate = self._sequence, self._sequence.rate
        size = self._layout.bytes_for(length)
        if (
            length < max(sequence.least, 1)
            or rate is None
            or length / rate < max(place.worth_s, 2 * size / self._read_rate)
        ):
            return
        if size > place.most_bytes or _free(Path(place.path)) < size + _FREE_BYTES:
            return
        # The arrays are the cache's own: rows up to `length` stay as they are until `settle` or `stop`.
        ids, rows = tuple(sequence.ids[:length]), self._session.cached_rows()
        self._writer = _Writer(place, self._layout, ids, sequence.least, rate, rows)
        self._writer.start()

    def settle(self, check: Callable[[], None]) -> None:
        """Let what is being written be written, for a moment; `check` may raise meanwhile."""
        writer, until = self._writer, time.monotonic() + _PATIENCE_S
        try:
            while writer is not None and not writer.wait(_LOOK_S) and time.monotonic() < until:
                check()
        finally:
            self.stop()

    def stop(self) -> None:
        """Write no more; of what is not whole by now, the beginning is there."""
        if self._writer is not None:
            self._writer.stop()
            self._writer = None

    def forget(self, path: str) -> None:
        """Delete this file, also if it is just being written."""
        if self._writer is not None and self._writer.path == Path(path):
            self.stop()
        destroy(Path(path))

    def recall(self, place: KvPlace, ids: Sequence[int], check: Callable[[], None]) -> None:
        """Bring back what the file has of `ids` beyond what the cache has, if that is worth it.

        Raises what `check` raises, and `EngineError` if memory does not suffice; the cache then holds what it held.
        """
        path = Path(place.path)
        if not path.exists():
            return
        try:
            file = KvFile(path, place.key)
            try:
                self._recall(file, ids, check)
            finally:
                file.close()
            os.utime(path)  # what was used last is evicted last
        except (apsw.CorruptError, apsw.NotADBError, DamagedError, ValueError):
            destroy(path)
        except (apsw.Error, OSError):
            pass  # busy, or unreadable now; it may be another time

    def _recall(self, file: KvFile, ids: Sequence[int], check: Callable[[], None]) -> None:
        state, layout, sequence = file.state(), self._layout, self._sequence
        if state is None:
            return
        if state.tag != layout.tag:  # another model or kernel, or older files of this one
            raise DamagedError
        shared, kept = sequence.shared_with(ids), common_prefix(state.ids, ids)
        chunks = range(shared // CHUNK_ROWS, min(-(-kept // CHUNK_ROWS), len(state.ids) // CHUNK_ROWS))
        size = len(chunks) * layout.chunk_bytes
        rate = sequence.rate or state.rate
        if kept < state.least or (kept - shared) / rate <= size / self._read_rate + _OPEN_S:
            return
        began = time.perf_counter()
        sequence.rewind(shared)
        self._session.reserve(len(state.ids), shared)
        rows = self._session.cached_rows()
        digests = prefix_digests(state.tag, state.ids)
        for number in chunks:
            check()
            layout.unpack_chunk(rows, number, file.chunk(number, digests[number]))
        layout.unpack_tail(rows, len(state.ids), state.least, file.tail(state))
        sequence.take_over(ids[:kept], state.least)
        if size > 16 << 20:
            self._read_rate = size / (time.perf_counter() - began)


class _Writer:
    """Writes one state, on a thread of its own with low priority."""

    def __init__(
        self, place: KvPlace, layout: Layout, ids: tuple[int, ...], least: int, rate: float, rows: Rows
    ) -> None:
        self.path = Path(place.path)
        self._place, self._layout, self._ids, self._rows = place, layout, ids, rows
        self._least, self._rate = least, rate
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kv-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Whether it ended within these seconds."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def stop(self) -> None:
        """End at the next chunk, and wait until then: rows may change afterwards."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        _in_background()
        try:
            file = KvFile(self.path, self._place.key, is_new=True)
            try:
                self._write(file)
            finally:
                file.close()
            make_room(self.path.parent, self._place.most_bytes, self.path)
        except (apsw.BusyError, apsw.LockedError):
            pass  # another Chorale has it
        except (apsw.Error, OSError):  # the disk is full, or the file is not what it should be
            destroy(self.path)

    def _write(self, file: KvFile) -> None:
        layout, ids = self._layout, self._ids
        there, length = file.prefixes(), len(ids)
        for number, prefix in enumerate(prefix_digests(layout.tag, ids)):
            if self._stopped.is_set():
                length = number * CHUNK_ROWS  # a beginning is worth something, too
                break
            if there.get(number) != prefix:
                file.put_chunk(number, prefix, layout.pack_chunk(self._rows, number))
        if length < max(self._least, 1):
            return
        least = layout.least(length, self._least)
        tail = layout.pack_tail(self._rows, length, self._least)
        file.put_state(KvState(layout.tag, ids[:length], least, self._rate, digest_of(tail)), tail)


def make_room(folder: Path, most_bytes: int, but: Path | None = None) -> None:
    """Delete files in `folder` that were not used for longest, until `most_bytes` are not exceeded; never `but`."""
    files = []
    for path in folder.glob(f"*{SUFFIX}"):
        with suppress(OSError):
            found = path.stat()
            files.append((found.st_mtime, found.st_size, path))
    total = sum(size for _, size, _ in files)
    for _, size, path in sorted(files):
        if total <= most_bytes:
            return
        if path != but:
            destroy(path)
            total -= size


def _free(path: Path) -> int:
    """Bytes free on the disk where `path` is or will be."""
    folder = path.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return psutil.disk_usage(str(folder)).free
    except OSError:
        return 0


def _in_background() -> None:
    """Whatever else computes or reads goes first."""
    with suppress(OSError, AttributeError):
        if sys.platform == "win32":
            import ctypes

            kernel = ctypes.WinDLL("kernel32")
            kernel.SetThreadPriority(kernel.GetCurrentThread(), _BACKGROUND_BEGIN)
        else:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
