"""What the tests of getting a model share: a small model to publish, a disk and a clock that can go wrong."""

from __future__ import annotations

import errno
import threading
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any, BinaryIO

from models.catalog import CatalogModel, find
from models.disk import Disk
from models.download import ModelInstalled, download
from models.manifest import FileRecord, ModelInstallation
from models.progress import Clock, Control, DownloadProgress
from models.store import Store
from models.transport import HubTransport
from tests.support.random_checkpoint import NAMED, write_random_checkpoint

MODEL = "gpt-oss-20b"


class Published(dict[str, bytes]):
    """Files by name, which a failing test shows by name only."""

    def __repr__(self) -> str:
        return f"<{', '.join(self)}>"


def published(folder: Path, shape: str = "two_shards") -> Published:
    """The files of a small model, as they are published: two shards, and what stands beside them."""
    write_random_checkpoint(folder, NAMED[shape])
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    return Published(files | {"LICENSE": b"Apache License\n", "README.md": b"# gpt-oss\n"})


def model() -> CatalogModel:
    found = find(MODEL)
    assert found is not None
    return found


class NoTimePasses(Clock):
    """A clock for tests: waiting takes no time, and is remembered.

    Attributes:
        waits: seconds that were waited for.
        time: what it shows; a test may move it, also back.
    """

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.time = 1000.0

    def now(self) -> float:
        return self.time

    def wait(self, event: threading.Event, seconds: float) -> bool:
        self.waits.append(seconds)
        self.time += seconds
        return event.is_set()


class FaultyDisk(Disk):
    """A disk whose Nth operation fails, once or from then on.

    Attributes:
        count: operations so far.
        has_failed: whether the Nth one was reached.
    """

    def __init__(self, fail_at: int | None = None, *, for_ever: bool = False, code: int = errno.EIO) -> None:
        self.count = 0
        self.has_failed = False
        self._fail_at, self._for_ever, self._code = fail_at, for_ever, code
        self._lock = threading.Lock()

    def step(self) -> None:
        with self._lock:
            self.count += 1
            if self._fail_at is None:
                return
            if self.count == self._fail_at or (self._for_ever and self.count > self._fail_at):
                self.has_failed = True
                raise OSError(self._code, "made to fail")

    def open(self, path: Path, mode: str) -> BinaryIO:
        self.step()
        return _FaultyFile(super().open(path, mode), self)  # type: ignore[return-value]

    def sync(self, file: BinaryIO) -> None:
        self.step()
        file.flush()  # no power cut can be tested here, and waiting for a real disk takes most of the time

    def replace(self, source: Path, destination: Path) -> None:
        self.step()
        super().replace(source, destination)

    def link(self, source: Path, destination: Path) -> None:
        self.step()
        super().link(source, destination)

    def remove(self, path: Path) -> None:
        self.step()
        super().remove(path)

    def remove_folder(self, path: Path) -> None:
        self.step()
        super().remove_folder(path)

    def make_folder(self, path: Path) -> None:
        self.step()
        super().make_folder(path)

    def sync_folder(self, folder: Path) -> None:
        self.step()


class _FaultyFile:
    def __init__(self, file: BinaryIO, disk: FaultyDisk) -> None:
        self._file, self._disk = file, disk

    def read(self, size: int = -1) -> bytes:
        self._disk.step()
        return self._file.read(size)

    def write(self, data: bytes) -> int:
        self._disk.step()
        return self._file.write(data)

    def __enter__(self) -> _FaultyFile:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class Download:
    """A download of the small model from a hub, as often as is wanted.

    Attributes:
        store: where to.
        clock: the one that is used.
        events: all of the last run.
    """

    def __init__(self, address: str, folder: Path) -> None:
        self.store = Store(folder)
        self.clock = NoTimePasses()
        self.address = address
        self.events: list[DownloadProgress | ModelInstalled] = []
        self.workers = 4

    def __call__(
        self, *, disk: Disk | None = None, control: Control | None = None, **options: Any
    ) -> ModelInstallation:
        """Download; what was installed."""
        self.events = []
        for event in self.events_of(control or Control(clock=self.clock), disk=disk, **options):
            self.events.append(event)
        return installed(self.events)

    def events_of(
        self, control: Control, *, disk: Disk | None = None, **options: Any
    ) -> Generator[DownloadProgress | ModelInstalled, None, None]:
        """Download, event by event."""
        store = Store(self.store.models_folder, disk)
        hub = HubTransport(
            self.address, version="0", token=options.pop("token", None), read_s=options.pop("read_s", 5)
        )
        hub.workers = self.workers
        try:
            yield from download(store, hub, model(), control=control, clock=self.clock, **options)
        finally:
            hub.close()

    @property
    def received(self) -> int:
        """Bytes that the last run downloaded."""
        last = self.events[-1]
        assert isinstance(last, ModelInstalled)
        return last.received

    @property
    def notes(self) -> list[str]:
        """Sentences of the last run about what held it up."""
        return [e.note for e in self.events if isinstance(e, DownloadProgress) and e.note]


def installed(events: Iterable[object]) -> ModelInstallation:
    """What the last event says was installed."""
    last = list(events)[-1]
    assert isinstance(last, ModelInstalled)
    return last.installation


def holds(installation: ModelInstallation, files: dict[str, bytes]) -> bool:
    """Whether the folder has exactly these files, whole, and nothing half."""
    found = {path.name: path.read_bytes() for path in installation.folder.iterdir()}
    return found.pop("installation.json", None) is not None and found == files


def record(name: str, files: dict[str, bytes]) -> FileRecord:
    """A file of the model without a hash."""
    return FileRecord(name, len(files[name]))
