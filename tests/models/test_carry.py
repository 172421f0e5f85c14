"""A model travels on a stick or a share whole or not at all, and nothing in an archive reaches outside."""

from __future__ import annotations

import errno
import json
import re
import stat
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from models.carry import import_model
from models.disk import Disk
from models.errors import AppError, InputError, ModelError
from models.exports import ModelExported, export_archive, export_folder, manifest_digest
from models.manifest import INSTALLATION, PARTIAL, ModelInstallation
from models.store import State, Store
from tests.fakes.hub import COMMIT, REPOSITORY, FakeHub
from tests.support.installing import MODEL, Download, Published, holds, installed

SHARD = "model-00000-of-00001.safetensors"


@pytest.fixture
def there(get: Download) -> ModelInstallation:
    return get()


def exported(events: Any) -> ModelExported:
    last = list(events)[-1]
    assert isinstance(last, ModelExported)
    return last


@pytest.mark.parametrize("place", ["stick", "stick.zip"])
def test_what_is_exported_is_imported_elsewhere_with_its_provenance(
    get: Download, there: ModelInstallation, files: Published, tmp_path: Path, place: str
) -> None:
    export = export_archive if place.endswith(".zip") else export_folder
    done = exported(export(get.store, there, tmp_path / place))
    other = Store(tmp_path / "other")
    found = installed(import_model(other, done.place, expected_manifest=done.manifest))
    assert holds(found, files)
    assert (found.model, found.repository, found.revision) == (MODEL, REPOSITORY, COMMIT)
    assert installed(import_model(other, done.place)) == found  # once more changes nothing
    with pytest.raises(ModelError, match="not what was exported"):
        list(import_model(other, done.place, expected_manifest="0" * 64))


@pytest.mark.parametrize("place", ["stick", "stick.zip"])
def test_a_stick_in_a_format_without_large_files_is_said_before_hours_of_copying(
    get: Download, there: ModelInstallation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    parts = [
        SimpleNamespace(mountpoint="/", fstype="ext4"),
        SimpleNamespace(mountpoint=str(tmp_path.resolve()), fstype="vfat"),
    ]
    monkeypatch.setattr("psutil.disk_partitions", lambda all: parts)
    export = export_archive if place.endswith(".zip") else export_folder
    large = replace(there, files=(replace(there.files[0], size=5 << 30), *there.files[1:]))
    with pytest.raises(ModelError, match="formatted as FAT32"):
        list(export(get.store, large, tmp_path / place))
    list(export(get.store, there, tmp_path / place))  # a small one fits


def test_an_exported_folder_is_a_model_that_can_be_used_in_place(
    get: Download, there: ModelInstallation, files: Published, tmp_path: Path
) -> None:
    done = exported(export_folder(get.store, there, tmp_path / "share"))
    share = Store(tmp_path / "share")
    assert share.state(MODEL) is State.INSTALLED
    assert holds(share.installation(MODEL), files)
    assert done.manifest == manifest_digest(done.place)


def test_any_windows_opens_the_archive_and_finds_the_files(
    get: Download, there: ModelInstallation, files: Published, tmp_path: Path
) -> None:
    place = exported(export_archive(get.store, there, tmp_path / "m.zip")).place
    with zipfile.ZipFile(place) as archive:
        assert archive.testzip() is None
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert {name: archive.read(f"{MODEL}/{name}") for name in files} == files


@pytest.mark.parametrize("place", ["stick", "stick.zip"])
def test_a_damaged_model_is_not_exported(
    get: Download, there: ModelInstallation, tmp_path: Path, place: str
) -> None:
    content = bytearray((there.folder / SHARD).read_bytes())
    content[1_000_000] ^= 1
    (there.folder / SHARD).write_bytes(content)
    export = export_archive if place.endswith(".zip") else export_folder
    with pytest.raises(AppError):
        list(export(get.store, there, tmp_path / place))
    assert not (tmp_path / "stick.zip").exists()
    assert Store(tmp_path / "stick").state(MODEL) is not State.INSTALLED


def test_a_plain_folder_of_published_files_is_imported_and_left_alone(
    files: Published, tmp_path: Path
) -> None:
    plain = tmp_path / "Söme folder with späces"
    plain.mkdir()
    for name, content in files.items():
        (plain / name).write_bytes(content)
    (plain / "notes.txt").write_text("mine")
    store = Store(tmp_path / "models")
    found = installed(import_model(store, plain))
    assert holds(found, files)
    assert found.revision == ""
    assert all(file.sha256 for file in found.files)
    store.remove(found.model)
    assert {path.name for path in plain.iterdir()} == {*files, "notes.txt"}
    assert (plain / SHARD).read_bytes() == files[SHARD]


class AnotherDisk(Disk):
    """A disk to which nothing can be linked."""

    def link(self, source: Path, destination: Path) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")


def test_half_a_file_of_another_folder_is_not_completed_with_this_one(
    files: Published, tmp_path: Path
) -> None:
    """Published files have no hashes with them, and another model's have the same sizes."""
    mine, other = tmp_path / "mine", tmp_path / "other"
    for folder in (mine, other):
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
    shard = max(files, key=lambda name: len(files[name]))
    (other / shard).write_bytes(files[shard][:-1] + bytes([files[shard][-1] ^ 1]))
    store = Store(tmp_path / "models", AnotherDisk())
    found = installed(import_model(store, other, name="m"))
    store.begin(found.plan())
    (found.folder / shard).rename(found.folder / (shard + PARTIAL))
    assert holds(installed(import_model(store, mine, name="m")), files)

    store.begin(found.plan())
    (found.folder / shard).write_bytes((other / shard).read_bytes())  # whole, and of the other as well
    assert holds(installed(import_model(store, mine, name="m")), files)


def test_a_hugging_face_cache_is_imported_by_its_links_and_hashes(
    hub: FakeHub, files: Published, tmp_path: Path
) -> None:
    owner = tmp_path / "hub" / "models--openai--gpt-oss-20b"
    snapshot = owner / "snapshots" / COMMIT
    for folder in (owner / "blobs", snapshot, owner / "refs"):
        folder.mkdir(parents=True)
    (owner / "refs" / "main").write_text(COMMIT)
    for name, content in files.items():
        blob = owner / "blobs" / hub.digests(name)[0 if hub.is_large(name) else 1]
        blob.write_bytes(content)
        (snapshot / name).symlink_to(blob)
    for number, place in enumerate((tmp_path / "hub", owner, snapshot)):
        found = installed(import_model(Store(tmp_path / f"models{number}"), place, name=MODEL))
        assert holds(found, files)
        assert (found.repository, found.revision) == (REPOSITORY, COMMIT)
    blob = owner / "blobs" / hub.digests(SHARD)[0]
    assert (found.folder / SHARD).stat().st_ino == blob.stat().st_ino
    blob.unlink()
    blob.write_bytes(b"x" + files[SHARD][1:])
    with pytest.raises(AppError):
        list(import_model(Store(tmp_path / "last"), snapshot, name=MODEL))
    assert Store(tmp_path / "last").state(MODEL) is not State.INSTALLED


def test_a_folder_or_file_without_a_model_is_said(tmp_path: Path) -> None:
    store = Store(tmp_path / "models")
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.zip").write_text("no archive at all")
    for place, sentence, kind in (
        ("empty", "config.json is missing", ModelError),
        ("text.zip", "is not an archive", ModelError),
        ("nowhere", "neither a file nor a folder", InputError),
    ):
        with pytest.raises(kind, match=sentence):
            list(import_model(store, tmp_path / place))


def an_archive(path: Path, files: Published, **changes: Any) -> Path:
    """An archive as exported, with some things changed."""
    import hashlib

    entries = [
        {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
    ]
    manifest = {
        "format": 1,
        "model": MODEL,
        "repository": "",
        "revision": "",
        "source": "",
        "licence": "",
        "files": entries,
    }
    manifest |= changes.pop("manifest", {})
    compression = changes.pop("compression", zipfile.ZIP_STORED)
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr(f"{MODEL}/{INSTALLATION}", json.dumps(manifest))
        for name, content in (dict(files) | changes.pop("contents", {})).items():
            info = zipfile.ZipInfo(f"{MODEL}/{name}")
            info.compress_type = compression
            info.external_attr = changes.get("attributes", 0)
            archive.writestr(info, content)
        for name, content in changes.pop("extra", {}).items():
            archive.writestr(name, content)
        archive.comment = changes.pop("comment", b"")
    return path


def test_an_archive_that_somebody_packed_again_is_read_too(files: Published, tmp_path: Path) -> None:
    place = an_archive(tmp_path / "m.zip", files, compression=zipfile.ZIP_DEFLATED)
    assert holds(installed(import_model(Store(tmp_path / "models"), place)), files)


@pytest.mark.parametrize(
    "changes",
    [
        {"manifest": {"files": [{"name": "../../escaped", "size": 1, "sha256": "0" * 64}]}},
        {"manifest": {"files": [{"name": "/etc/escaped", "size": 1, "sha256": "0" * 64}]}},
        {"manifest": {"files": [{"name": "C:escaped", "size": 1, "sha256": "0" * 64}]}},
        {"manifest": {"files": [{"name": "a\\..\\escaped", "size": 1, "sha256": "0" * 64}]}},
        {"manifest": {"files": [{"name": "con.json", "size": 1, "sha256": "0" * 64}]}},
        {"manifest": {"files": [{"name": "installation.json", "size": 1, "sha256": "0" * 64}]}},
        {"manifest": {"files": [{"name": "x", "size": 1 << 60, "sha256": "0" * 64}]}},
        {"manifest": {"files": [{"name": "x", "size": 1}]}},
        {"manifest": {"files": [{"name": f"x{n}", "size": 1, "sha256": "0" * 64} for n in range(2000)]}},
        {"manifest": {"model": "../escaped"}},
        {"manifest": {"model": "nul"}},
        {"manifest": {"model": "demo"}},
        {"manifest": {"format": 2}},
        {"manifest": {"source": 5}},
        {"contents": {"config.json": b"y"}},
        pytest.param(
            {"contents": {"config.json": b"\0" * 50_000_000}, "compression": zipfile.ZIP_DEFLATED},
            marks=pytest.mark.slow,
        ),
        {"attributes": (stat.S_IFLNK | 0o777) << 16},
        {"extra": {f"other/{INSTALLATION}": b"{}"}},
        {"extra": {f"{n:0200}": b"" for n in range(6000)}},
        {"extra": {f"{n:0200}": b"" for n in range(6000)}, "comment": b"PK\x06\x06" + bytes(60)},
    ],
    ids=lambda changes: re.sub(r"\W+", " ", str(changes)[:40]),
)  # fmt: skip
def test_a_malicious_archive_is_refused_and_writes_nothing_outside(
    files: Published, tmp_path: Path, changes: dict[str, Any]
) -> None:
    place = an_archive(tmp_path / "m.zip", files, **changes)
    store = Store(tmp_path / "deep" / "models")
    with pytest.raises(AppError):
        list(import_model(store, place))
    assert {path.name for path in tmp_path.iterdir()} <= {"deep", "m.zip"}
    assert (
        {path.name for path in (tmp_path / "deep").iterdir()} <= {"models"}
        if (tmp_path / "deep").exists()
        else True
    )
    assert {path.name for path in store.models_folder.glob("*")} <= {MODEL, f".{MODEL}.lock"}
    assert store.state(MODEL) is not State.INSTALLED
    written = sum(path.stat().st_size for path in store.models_folder.rglob("*") if path.is_file())
    assert written < 20_000_000


def test_an_index_that_points_outside_the_folder_makes_no_model(files: Published, tmp_path: Path) -> None:
    index = json.loads(files["model.safetensors.index.json"])
    index["weight_map"] = {name: "../" + shard for name, shard in index["weight_map"].items()}
    changed = Published({**files, "model.safetensors.index.json": json.dumps(index).encode()})
    place = an_archive(tmp_path / "m.zip", changed)
    with pytest.raises(ModelError, match="expected the name of a file in the same folder"):
        list(import_model(Store(tmp_path / "models"), place))
    assert Store(tmp_path / "models").state(MODEL) is State.UNFINISHED
