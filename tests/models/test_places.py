"""Where models are put: full disks, folders that cannot be written to, names in any script, very long paths."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.carry import import_model
from models.checkpoint import Checkpoint
from models.dense import make_dense, open_dense
from models.disk import Disk, is_plain_name
from models.errors import AppError, ModelError
from models.exports import export_archive, export_folder
from models.store import State, Store
from models.verify import ModelVerified, verify
from tests.support.installing import MODEL, Download, Published, holds, installed

SIZES_KB = (4, 60, 1000, 3300, 5000, 6500)  # of a disk, for a model of 6.7 MB


class SmallDisk:
    """A file system of its own in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def mount(self, options: str) -> bool:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.folder)]
        try:
            return subprocess.run(command, capture_output=True, check=False).returncode == 0
        except OSError:
            return False

    def resize(self, options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", str(self.folder)], check=True)

    def unmount(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], capture_output=True, check=False)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallDisk]:
    if sys.platform != "linux":
        pytest.skip("small disks are made by Linux only")
    disk = SmallDisk(tmp_path / "small")
    if not disk.mount("size=4k"):
        pytest.skip("this user may not mount a small disk")
    yield disk
    disk.unmount()


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody sees in time that the disk is too small: others fill it meanwhile."""
    monkeypatch.setattr(Disk, "free", lambda self, path: 1 << 50)


@pytest.mark.usefixtures("blind")
@pytest.mark.parametrize("size_kb", SIZES_KB)
def test_a_disk_that_fills_up_during_a_download_is_said_and_more_room_finishes_it(
    get: Download, small: SmallDisk, files: Published, size_kb: int
) -> None:
    get.store = Store(small.folder)
    small.resize(f"size={size_kb}k")
    with pytest.raises(ModelError, match="is full"):
        get()
    assert get.store.state(MODEL) in (State.ABSENT, State.UNFINISHED)
    small.resize("size=20m")
    assert holds(get(), files)
    assert get.received <= sum(len(content) for content in files.values())


@pytest.mark.slow
@pytest.mark.usefixtures("blind")
@pytest.mark.parametrize("size_kb", SIZES_KB)
def test_a_stick_that_fills_up_gets_nothing_that_looks_whole(
    get: Download, small: SmallDisk, files: Published, size_kb: int
) -> None:
    found = get()
    small.resize(f"size={size_kb}k")
    with pytest.raises(ModelError, match="is full"):
        list(export_archive(get.store, found, small.folder / "m.zip"))
    assert list(small.folder.iterdir()) == []
    with pytest.raises(ModelError, match="is full"):
        list(export_folder(get.store, found, small.folder))
    assert Store(small.folder).state(MODEL) is not State.INSTALLED
    small.resize("size=20m")
    list(export_folder(get.store, found, small.folder))
    assert holds(Store(small.folder).installation(MODEL), files)


@pytest.mark.slow
@pytest.mark.usefixtures("blind")
@pytest.mark.parametrize("size_kb", SIZES_KB)
def test_a_disk_that_fills_up_during_an_import_is_said_and_more_room_finishes_it(
    get: Download, small: SmallDisk, files: Published, size_kb: int
) -> None:
    found, store = get(), Store(small.folder)
    small.resize(f"size={size_kb}k")
    with pytest.raises(ModelError, match="is full"):
        list(import_model(store, found.folder))
    assert store.state(MODEL) in (State.ABSENT, State.UNFINISHED)
    small.resize("size=20m")
    assert holds(installed(import_model(store, found.folder)), files)


@pytest.mark.parametrize("size_kb", [4, 40, 200])
def test_a_disk_that_fills_up_while_preparing_is_said_and_left_clean(
    get: Download, small: SmallDisk, size_kb: int
) -> None:
    checkpoint = Checkpoint.open(get().folder)
    small.resize(f"size={size_kb}k")
    with pytest.raises(ModelError, match="No space left"):
        list(make_dense(checkpoint, small.folder))
    assert list(small.folder.iterdir()) == []
    small.resize("size=20m")
    list(make_dense(checkpoint, small.folder))
    assert open_dense(checkpoint, small.folder) is not None


@pytest.mark.usefixtures("blind")
def test_a_full_disk_does_not_keep_a_model_from_being_removed(
    get: Download, small: SmallDisk, files: Published
) -> None:
    get.store = Store(small.folder)
    small.resize("size=20m")
    get()
    with (small.folder / "filler").open("wb") as file, pytest.raises(OSError, match="No space"):
        file.write(bytes(30 << 20))
    get.store.remove(MODEL)
    assert get.store.state(MODEL) is State.ABSENT


@pytest.mark.usefixtures("blind")
def test_a_folder_that_can_only_be_read_is_used_and_checked_and_not_downloaded_into(
    get: Download, small: SmallDisk, files: Published
) -> None:
    get.store = Store(small.folder)
    small.resize("size=20m")
    found = get()
    small.resize("ro")
    *_, last = verify(found, get.store)
    assert last == ModelVerified(())
    assert get.store.state(MODEL) is State.INSTALLED
    for act in (
        lambda: get.store.remove(MODEL),
        lambda: get(revision="f" * 40),
        lambda: list(import_model(Store(small.folder), found.folder, name="other")),
    ):
        with pytest.raises(AppError):
            act()
    assert holds(found, files)


@pytest.mark.parametrize(
    "name", ["with spaces", "Modèles 模型 🎈", "x" * 60 + "/" + "y" * 120 + "/" + "z" * 120]
)
def test_a_model_may_lie_under_any_path(get: Download, files: Published, tmp_path: Path, name: str) -> None:
    get.store = Store(tmp_path / name)
    found = get()
    assert holds(found, files)
    assert len(str(found.folder)) > 300 or "/" not in name
    Checkpoint.open(found.folder)
    *_, last = export_folder(get.store, found, tmp_path / "stick")
    get.store.remove(MODEL)
    assert holds(installed(import_model(get.store, last.place)), files)  # type: ignore[union-attr]


def test_a_path_that_is_too_long_for_the_system_is_said(get: Download, tmp_path: Path) -> None:
    folder = tmp_path
    while len(os.fsencode(folder)) < 5000:
        folder = folder / ("x" * 200)
    get.store = Store(folder)
    with pytest.raises(ModelError, match="too long"):
        get()


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", ".hidden", "a/b", "a\\b", "C:x", "x:stream", "nul", "COM1.txt", "lpt¹", "CONIN$", "conout$.txt", "x.", "x ", "a\nb", "a\u202eb", "x" * 200, 5, None],
)  # fmt: skip
def test_a_name_that_could_mean_something_else_anywhere_is_no_name(name: object) -> None:
    assert not is_plain_name(name)


@pytest.mark.parametrize(
    "name", ["config.json", "model-00000-of-00002.safetensors", "gpt-oss-20b", "Modell ä"]
)
def test_ordinary_names_are_names(name: str) -> None:
    assert is_plain_name(name)
