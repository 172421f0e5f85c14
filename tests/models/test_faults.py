"""The Nth thing that is done to the disk fails, for every N: no half model is offered, no good file is lost,
and the next run finishes.

Once with one failure, once with a disk that fails from then on. (As in "How SQLite Is Tested", section 3.)
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.carry import import_model
from models.checkpoint import Checkpoint
from models.dense import FILE, make_dense, open_dense
from models.errors import AppError, ModelError
from models.exports import export_archive, export_folder
from models.store import State, Store, state_of
from models.verify import mark_damaged, verify
from tests.fakes.hub import FakeHub
from tests.support.installing import MODEL, Download, FaultyDisk, Published, holds, installed, published

pytestmark = pytest.mark.slow

SHARD = "model.safetensors"
kinds = pytest.mark.parametrize(
    ("for_ever", "code"), [(False, errno.EIO), (True, errno.ENOSPC)], ids=["once", "for ever"]
)
Files = Published


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """One worker and few pieces, so that N means the same each time."""
    monkeypatch.setattr("models.transfer.PIECE", 1 << 22)


def fail_at_each(
    act: Callable[[FaultyDisk], None], after: Callable[[], None], *, for_ever: bool, code: int
) -> int:
    """Do `act` with the first operation failing, then the second …, and `after` each; how many there are."""
    number = 0
    while True:
        number += 1
        disk = FaultyDisk(number, for_ever=for_ever, code=code)
        try:
            act(disk)
        except AppError as error:
            assert disk.has_failed, error
        after()
        if not disk.has_failed:
            return number


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The smallest model there is."""
    return published(tmp_path_factory.mktemp("published"), "narrow")


@pytest.fixture
def small(get: Download, hub: FakeHub) -> Download:
    get.workers = 1
    return get


def cut_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of a body are large, so that the loop is short."""
    from models.transport.hub import HubBody

    whole = HubBody.chunks

    def chunks(self: HubBody) -> Iterator[bytes]:
        yield b"".join(whole(self))

    monkeypatch.setattr(HubBody, "chunks", chunks)


@kinds
def test_a_download_survives_every_fault_of_the_disk(
    small: Download, files: Files, monkeypatch: pytest.MonkeyPatch, for_ever: bool, code: int, tmp_path: Path
) -> None:
    cut_down(monkeypatch)
    number = 0

    def act(disk: FaultyDisk) -> None:
        nonlocal number
        number += 1
        small.store = Store(tmp_path / f"models{number}", FaultyDisk())
        small(disk=disk)

    def after() -> None:
        state = small.store.state(MODEL)
        assert state in (State.ABSENT, State.UNFINISHED, State.INSTALLED)
        if state is State.INSTALLED:
            assert holds(small.store.installation(MODEL), files)
        assert holds(small(disk=FaultyDisk()), files)

    assert fail_at_each(act, after, for_ever=for_ever, code=code) > 40


@kinds
def test_a_repair_survives_every_fault_of_the_disk(
    small: Download, files: Files, monkeypatch: pytest.MonkeyPatch, for_ever: bool, code: int
) -> None:
    cut_down(monkeypatch)
    folder = small().folder
    good = {name: (folder / name).stat().st_ino for name in files if name != SHARD}

    def act(disk: FaultyDisk) -> None:
        content = bytearray(files[SHARD])
        content[5] ^= 1
        (folder / SHARD).write_bytes(content)
        store = Store(small.store.models_folder, disk)
        *_, found = verify(small.store.installation(MODEL), store)
        mark_damaged(store, small.store.installation(MODEL), found.damaged)  # type: ignore[union-attr]
        small(disk=disk)

    def after() -> None:
        state = small.store.state(MODEL)
        if state is State.INSTALLED:
            is_repaired = (folder / SHARD).read_bytes() == files[SHARD]
            assert is_repaired or (folder / SHARD).stat().st_size == len(files[SHARD])
        *_, found = (
            verify(small.store.installation(MODEL), small.store) if state is State.INSTALLED else (None,)
        )
        if found is not None and found.damaged:  # type: ignore[union-attr]
            mark_damaged(small.store, small.store.installation(MODEL), (SHARD,))
        assert holds(small(disk=FaultyDisk()), files)
        assert {name: (folder / name).stat().st_ino for name in good} == good  # never fetched again

    assert fail_at_each(act, after, for_ever=for_ever, code=code) > 20


@kinds
@pytest.mark.parametrize("is_archive", [False, True])
def test_an_import_survives_every_fault_of_the_disk(
    small: Download, files: Files, tmp_path: Path, for_ever: bool, code: int, is_archive: bool
) -> None:
    export = export_archive if is_archive else export_folder
    *_, done = export(small.store, small(), tmp_path / "stick.zip" if is_archive else tmp_path / "stick")
    place = done.place  # type: ignore[union-attr]
    number = 0

    def act(disk: FaultyDisk) -> None:
        nonlocal number
        number += 1
        list(import_model(Store(tmp_path / f"models{number}", disk), place))

    def after() -> None:
        store = Store(tmp_path / f"models{number}", FaultyDisk())
        assert store.state(MODEL) in (State.ABSENT, State.UNFINISHED, State.INSTALLED)
        assert holds(installed(import_model(store, place)), files)

    assert fail_at_each(act, after, for_ever=for_ever, code=code) > 30
    assert place.is_file() or state_of(place) is State.INSTALLED  # what it came from is whole


@kinds
@pytest.mark.parametrize("is_archive", [False, True])
def test_an_export_survives_every_fault_of_the_disk(
    small: Download, files: Files, tmp_path: Path, for_ever: bool, code: int, is_archive: bool
) -> None:
    found = small()
    export = export_archive if is_archive else export_folder
    number = 0

    def act(disk: FaultyDisk) -> None:
        nonlocal number
        number += 1
        place = tmp_path / f"{number}.zip" if is_archive else tmp_path / f"stick{number}"
        list(export(Store(small.store.models_folder, disk), found, place))

    def after() -> None:
        if is_archive:
            *_, done = export(small.store, found, tmp_path / f"{number}.zip")
            place = done.place  # type: ignore[union-attr]
            assert holds(installed(import_model(Store(tmp_path / f"models{number}"), place)), files)
        else:
            list(export(Store(small.store.models_folder, FaultyDisk()), found, tmp_path / f"stick{number}"))
            assert holds(Store(tmp_path / f"stick{number}").installation(MODEL), files)
        assert holds(found, files)

    assert fail_at_each(act, after, for_ever=for_ever, code=code) > 20


@kinds
def test_a_removal_survives_every_fault_of_the_disk(
    small: Download, files: Files, for_ever: bool, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_down(monkeypatch)
    found = small()
    neighbour = found.folder / "notes of the user.txt"

    def act(disk: FaultyDisk) -> None:
        neighbour.write_text("mine")
        try:
            Store(small.store.models_folder, disk).remove(MODEL)
        finally:
            assert neighbour.read_text() == "mine"
            neighbour.unlink()

    def after() -> None:
        state = small.store.state(MODEL)
        assert state in (State.INSTALLED, State.UNFINISHED, State.ABSENT)
        if state is State.UNFINISHED:
            with pytest.raises(ModelError):
                small.store.installation(MODEL)
            small.store.remove(MODEL)
            assert not found.folder.exists()
        small(disk=FaultyDisk())

    assert fail_at_each(act, after, for_ever=for_ever, code=code) > 20


@kinds
def test_preparing_survives_every_fault_of_the_disk(
    files: Files, tmp_path: Path, for_ever: bool, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The derived file is written by `dense` with plain files, so those are made to fail here."""
    plain = tmp_path / "model"
    plain.mkdir()
    for name, content in files.items():
        (plain / name).write_bytes(content)
    checkpoint = Checkpoint.open(plain)
    cache = tmp_path / "cache"
    really_open = Path.open
    really_replace = Path.replace

    def act(disk: FaultyDisk) -> None:
        def opened(path: Path, mode: str = "r", *rest: object) -> object:
            return disk.open(path, mode) if "b" in mode and path.parent == cache else really_open(path, mode)

        def replace(path: Path, target: Path) -> Path:
            disk.step()
            return really_replace(path, target)

        with monkeypatch.context() as patch:
            # FaultyDisk opens through Path.open itself.
            patch.setattr("models.disk.native", lambda path: _Opener(path, really_open))
            patch.setattr(Path, "open", opened)
            patch.setattr(Path, "replace", replace)
            list(make_dense(checkpoint, cache))

    def after() -> None:
        found = open_dense(checkpoint, cache)
        left = sorted(path.name for path in cache.iterdir()) if cache.exists() else []
        assert left == ([FILE] if found is not None else [])
        list(make_dense(checkpoint, cache))
        assert open_dense(checkpoint, cache) is not None
        (cache / FILE).unlink()

    assert fail_at_each(act, after, for_ever=for_ever, code=code) > 10


class _Opener:
    def __init__(self, path: Path, opener: Callable[..., object]) -> None:
        self._path, self._opener = path, opener

    def open(self, mode: str) -> object:
        return self._opener(self._path, mode)
