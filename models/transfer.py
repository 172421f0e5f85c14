"""One file of a model on its way into the model's folder: taken up where it was left, hashed while written.

    NAME.partial ─ hashed ─► asked for from there on ─ each piece written and hashed ─► complete?
         ▲                                                  │ line dropped: wait, ask again
         └── started anew, once, if the hash is wrong ──────┘                 yes: synced, renamed to NAME

`Source` is where files come from: the hub (`transport`), a folder or an archive (`carry`). The state of a
SHA-256 cannot be stored, so a partial file is hashed again when it is taken up; that takes seconds where
downloading it took minutes. Partial files with a second name (hard links) are never written to.

Read next: `download`, which runs several of these.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from models.disk import Disk
from models.errors import Cancelled, ModelError, NetworkError
from models.manifest import PARTIAL, FileRecord, Plan
from models.progress import Clock, Control, Stage

PIECE = 1 << 20  # bytes read from a disk at a time
_BACKOFF_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_LONGEST_WAIT_S = 300.0  # whatever a server asks for
FIRST_PATIENCE = 3  # attempts before the first byte came: the address may be wrong, so say so soon
_PATIENCE = 12  # attempts in a row without progress, later: some five minutes
_PROGRESS_BYTES = 1 << 16  # what counts as progress
_DRIP_WINDOW_S, _DRIP_BYTES = 30.0, 30_000  # slower than this is a line that hangs


class Interrupted(Exception):  # noqa: N818 (it is tried again)
    """The line broke, or the server is busy; trying again may help.

    Attributes:
        sentence: what happened and where, for people.
        wait_s: how long the server asks to wait; None if it does not say.
    """

    def __init__(self, sentence: str, wait_s: float | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.wait_s = wait_s


class Body(Protocol):
    """The bytes of a file, coming in.

    Attributes:
        start: position in the file of the first one; at most what was asked for.
    """

    start: int

    def chunks(self) -> Iterator[bytes]:
        """The bytes in order. Raises `Interrupted`, `OSError`."""

    def abort(self) -> None:
        """Make `chunks` end soon; from any thread."""


class Source(Protocol):
    """Where the files of a plan come from.

    Attributes:
        stage: what taking a file from here is called.
        workers: how many files are worth taking at once.
    """

    stage: Stage
    workers: int

    def open(self, plan: Plan, file: FileRecord, start: int) -> AbstractContextManager[Body]:
        """The file's bytes from `start` on, or from before. Raises `Interrupted`, `AppError`, `OSError`."""

    def local(self, plan: Plan, file: FileRecord) -> Path | None:
        """Where the file lies on this PC, to be given a second name or copied; None if it does not."""


class Transfer:
    """Brings one file into a folder; `run` it on any thread.

    Attributes:
        file: which.
        have: bytes that are on the disk and hashed; for the view.
        stage: what goes on; None before it began and after it ended.
        note: one sentence while it waits to try again, else empty.
        received: bytes that came from the source.
    """

    def __init__(
        self,
        file: FileRecord,
        plan: Plan,
        folder: Path,
        sources: tuple[Source, ...],
        *,
        disk: Disk,
        control: Control,
        clock: Clock,
        answered: threading.Event | None = None,
    ) -> None:
        """Nothing is done yet.

        Args:
            answered: set once bytes came from the last source; shared by the transfers of one run, because a
                server that gave other files deserves more patience than an address that may be wrong.
        """
        self.file = file
        self.have = 0
        self.stage: Stage | None = None
        self.note = ""
        self.received = 0
        self._plan = plan
        self._path = folder / file.name
        self._partial = folder / (file.name + PARTIAL)
        self._sources = sources
        self._disk, self._control, self._clock = disk, control, clock
        self._answered = answered or threading.Event()
        self._body: Body | None = None
        self._is_aborted = False

    def abort(self) -> None:
        """Make `run` raise `Cancelled` soon; from any thread."""
        self._is_aborted = True
        if (body := self._body) is not None:
            body.abort()

    def run(self) -> str:
        """Bring the file; its SHA-256 in hexadecimal.

        Raises:
            AppError, OSError, Cancelled: the partial file stays, for the next run.
        """
        try:
            digest = self._already_there() or self._linked() or self._fetched()
        finally:
            self.stage = None
        self.have, self.note = self.file.size, ""
        return digest

    def _already_there(self) -> str | None:
        """The hash of the finished file, if it can be trusted; one that cannot is taken away."""
        size = self._disk.size(self._path)
        if size is None:
            return None
        if size == self.file.size and self._is_as_it_comes(self._path):
            if self.file.sha256 and self.file.name not in self._plan.recheck:
                return self.file.sha256
            digest = _Digest(self.file)
            self._hash(self._path, digest)
            if digest.fits():
                return digest.sha256()
        self.have = 0
        self._disk.remove(self._path)
        return None

    def _is_as_it_comes(self, path: Path) -> bool:
        """Whether a file of which no hash is known begins as `path` does where it comes from."""
        if self.file.sha256 or self.file.git_oid:
            return True  # the hash will tell
        place = self._sources[-1].local(self._plan, self.file)
        if place is None:
            return False
        self.stage = Stage.CHECKING
        with self._disk.open(path, "rb") as here, self._disk.open(place, "rb") as there:
            while piece := here.read(PIECE):
                self._check()
                self._control.check()
                if piece != there.read(PIECE):
                    return False
        return True

    def _linked(self) -> str | None:
        """The hash after a source on this disk gave the file a second name."""
        if self._disk.size(self._partial) and self._disk.is_own(self._partial):
            return None  # what is there already may be nearly all of it; a link is made again
        for source in self._sources:
            self._check()
            place = source.local(self._plan, self.file)
            if place is None or self._disk.size(place) != self.file.size:
                continue
            try:
                self._disk.remove(self._partial)
                self._disk.link(place, self._partial)
            except OSError:
                continue  # another disk, or one that knows no links: it is copied
            digest = _Digest(self.file)
            self._hash(self._partial, digest)
            if digest.fits():
                self._disk.replace(self._partial, self._path)
                return digest.sha256()
            self.have = 0
            self._disk.remove(self._partial)
        return None

    def _fetched(self) -> str:
        """The hash after the bytes were taken from a source on this PC, else from the last one, twice at most."""
        near = [s for s in self._sources[:-1] if s.local(self._plan, self.file) is not None]
        last = self._sources[-1]
        for source in (*near, last, last) if last.stage is Stage.DOWNLOADING else (last,):
            digest = self._append_all(source)
            if digest.fits():
                self._disk.replace(self._partial, self._path)
                return digest.sha256()
            self.have = 0
            self._disk.remove(self._partial)
            self.note = f"{self.file.name} arrived damaged and is fetched again."
        if last.stage is not Stage.DOWNLOADING:
            raise self._damaged()
        raise NetworkError(
            f"{self.file.name} from {self._plan.source} is not the file that was announced: its hash is wrong, "
            "twice in a row. Something on the way changes it, or the file was changed there. Ask IT whether a "
            "proxy does, or try another network; the other files are kept."
        )

    def _damaged(self) -> ModelError:
        return ModelError(
            f"{self.file.name} is damaged in what is copied from: it is not the file that belongs to this model. "
            "Run chorale models verify where it comes from, and copy or export it again."
        )

    def _append_all(self, source: Source) -> _Digest:
        """Complete the partial file; the digest of all of it."""
        digest = self._take_up()
        failures = 0
        with self._disk.open(self._partial, "ab") as out:
            while self.have < self.file.size:
                before = self.have
                try:
                    self._append(source, out, digest)
                except Interrupted as interrupted:
                    self._check()
                    if self.have - before >= _PROGRESS_BYTES:
                        failures = 0
                    failures += 1
                    patience = _PATIENCE if self._answered.is_set() else FIRST_PATIENCE
                    if failures >= patience:
                        raise NetworkError(
                            f"{interrupted.sentence} Try again when the line is better; "
                            f"what has arrived of {self.file.name} is kept."
                        ) from interrupted
                    self._wait(interrupted, failures)
            self._disk.sync(out)
        return digest

    def _take_up(self) -> _Digest:
        """Hash what is there of the partial file, if it may be added to."""
        digest = _Digest(self.file)
        size = self._disk.size(self._partial)
        if size is None or size > self.file.size or not self._disk.is_own(self._partial):
            self._disk.remove(self._partial)
        elif size:
            with self._disk.open(self._partial, "r+b") as file:
                # After a power cut, a file may end in zeros that were never written.
                file.truncate(_without_zeros(file, size))
            if self._is_as_it_comes(self._partial):
                self._hash(self._partial, digest)
            else:
                self._disk.remove(self._partial)
        return digest

    def _append(self, source: Source, out: BinaryIO, digest: _Digest) -> None:
        """Ask for what is missing and add it. Returns at the end of the body or of the file."""
        size = self.file.size
        self._check()
        self._control.check()  # nothing is asked for while paused
        self.stage = source.stage
        with source.open(self._plan, self.file, self.have) as body:
            self._body = body
            try:
                self._check()  # an abort just before did not know of this body
                skip = self.have - body.start  # the server sends from before: that is here already
                watch = _Watch(self._clock)
                for chunk in body.chunks():
                    self._check()
                    watch.waited(self._throttle(len(chunk)))
                    watch.took(len(chunk))
                    self.received += len(chunk)
                    self._answered.set()
                    self.note = ""
                    if skip:
                        skip, chunk = max(skip - len(chunk), 0), chunk[skip:]
                    chunk = chunk[: size - self.have]
                    out.write(chunk)
                    digest.add(chunk)
                    self.have += len(chunk)
                    if self.have == size:
                        return
            finally:
                self._body = None
                out.flush()
        if source.stage is not Stage.DOWNLOADING:
            raise self._damaged()
        raise Interrupted(f"{self._plan.source} ended {self.file.name} before its end.")

    def _throttle(self, count: int) -> float:
        """Keep to the limit; seconds that took."""
        before = self._clock.now()
        self._control.took(count)
        return self._clock.now() - before

    def _wait(self, interrupted: Interrupted, failures: int) -> None:
        seconds = waiting_time(interrupted, failures)
        self.note = f"{interrupted.sentence} It is tried again in {seconds:.0f} s."
        self._control.sleep(seconds)

    def _hash(self, path: Path, digest: _Digest) -> None:
        """Add all of `path` to `digest`, counting in `have`."""
        self.stage, self.have = Stage.CHECKING, 0
        with self._disk.open(path, "rb") as file:
            while piece := file.read(PIECE):
                self._check()
                self._control.check()
                digest.add(piece)
                self.have += len(piece)

    def _check(self) -> None:
        if self._is_aborted:
            raise Cancelled


def waiting_time(interrupted: Interrupted, failures: int) -> float:
    """Seconds to wait after that many failures in a row: more each time, or what the server asks for."""
    seconds = _BACKOFF_S[min(failures, len(_BACKOFF_S)) - 1]
    return seconds if interrupted.wait_s is None else min(max(interrupted.wait_s, seconds), _LONGEST_WAIT_S)


class _Digest:
    """The hashes of a file, and whether they are those it must have."""

    def __init__(self, file: FileRecord) -> None:
        self._file = file
        self._sha256 = hashlib.sha256()
        self._git = None
        if file.git_oid is not None:
            # Not for security: it is how git names a file.
            self._git = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)

    def add(self, data: bytes) -> None:
        self._sha256.update(data)
        if self._git is not None:
            self._git.update(data)

    def fits(self) -> bool:
        sha256, oid = self._file.sha256, self._file.git_oid
        return (sha256 is None or sha256 == self._sha256.hexdigest()) and (
            self._git is None or oid == self._git.hexdigest()
        )

    def sha256(self) -> str:
        return self._sha256.hexdigest()


class _Watch:
    """Ends a body that keeps the line open and sends next to nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since, self._bytes = clock.now(), 0

    def waited(self, seconds: float) -> None:
        """Time that we, not the server, took."""
        self._since += seconds

    def took(self, count: int) -> None:
        self._bytes += count
        now = self._clock.now()
        if now - self._since >= _DRIP_WINDOW_S:
            if self._bytes < _DRIP_BYTES:
                raise Interrupted("The line is open, but next to nothing comes through.")
            self._since, self._bytes = now, 0


def _without_zeros(file: BinaryIO, size: int) -> int:
    """`size` less the zeros at the end of the file."""
    while size:
        start = max(size - PIECE, 0)
        file.seek(start)
        piece = file.read(size - start).rstrip(b"\0")
        if piece:
            return start + len(piece)
        size = start
    return 0
