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

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from models.digest import Digest
from models.disk import Disk
from models.errors import Cancelled, ModelError, NetworkError
from models.manifest import PARTIAL, FileRecord, Plan
from models.patience import FIRST_PATIENCE, PATIENCE, Interrupted, Watch, waiting_time
from models.progress import Clock, Control, Stage

PIECE = 1 << 20  # bytes read from a disk at a time
_PROGRESS_BYTES = 1 << 16  # what counts as progress


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
            digest = Digest(self.file)
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
            digest = Digest(self.file)
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

    def _append_all(self, source: Source) -> Digest:
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
                    patience = PATIENCE if self._answered.is_set() else FIRST_PATIENCE
                    if failures >= patience:
                        raise NetworkError(
                            f"{interrupted.sentence} Try again when the line is better; "
                            f"what has arrived of {self.file.name} is kept."
                        ) from interrupted
                    self._wait(interrupted, failures)
            self._disk.sync(out)
        return digest

    def _take_up(self) -> Digest:
        """Hash what is there of the partial file, if it may be added to."""
        digest = Digest(self.file)
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

    def _append(self, source: Source, out: BinaryIO, digest: Digest) -> None:
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
                watch = Watch(self._clock)
                for chunk in body.chunks():
                    self._check()
                    watch.waited(self._throttle(len(chunk)))
                    watch.took(len(chunk))
                    self.received += len(chunk)
                    if source is self._sources[-1]:
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

    def _hash(self, path: Path, digest: Digest) -> None:
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
