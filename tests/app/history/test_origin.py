"""What an answer was made with: the model's hash is the one that anybody can compute."""

from __future__ import annotations

import hashlib
from pathlib import Path

import app
import models
from app.history import origin
from app.history.origin import Maker, model_hash
from runtime.conversation import Conversation, Effort, ToolSpec
from runtime.events import Sampling
from tests.fakes.engine import READY


def test_the_hash_is_that_of_the_lines_that_sha256sum_prints(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_bytes(b"two")
    (tmp_path / "a.bin").write_bytes(b"one")
    lines = "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name}\n"
        for name, data in (("a.bin", b"one"), ("b.json", b"two"))
    )
    assert model_hash(tmp_path) == hashlib.sha256(lines.encode()).hexdigest()


def test_a_changed_byte_is_another_model(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"one")
    before = model_hash(tmp_path)
    (tmp_path / "a.bin").write_bytes(b"onf")
    assert model_hash(tmp_path) not in ("", before)


def test_the_demo_has_one() -> None:
    assert len(model_hash(Path(models.__path__[0]) / "demo")) == 64


def test_a_large_folder_of_which_nothing_is_known_is_not_read(tmp_path: Path, monkeypatch: object) -> None:
    with (tmp_path / "model.safetensors").open("wb") as file:
        file.truncate(origin._SMALL + 1)
    assert model_hash(tmp_path) == ""


def test_a_folder_that_is_gone_has_none(tmp_path: Path) -> None:
    assert model_hash(tmp_path / "gone") == ""


def test_all_that_the_answer_depends_on_is_noted() -> None:
    conversation = Conversation(
        (), Effort.HIGH, "2026-11-21", "Be brief.", (ToolSpec("calculate", "Calculates."),)
    )
    made = Maker(READY, "abc").origin(conversation, Sampling(0.5, 0.9))
    assert (made.model, made.model_hash, made.device, made.device_name) == ("demo", "abc", "cpu", "Fake CPU")
    assert (made.kernel, made.context_length) == (READY.kernel, READY.context_length)
    assert (made.effort, made.sampling) == (Effort.HIGH, Sampling(0.5, 0.9))
    assert (made.date, made.instructions, made.tools) == ("2026-11-21", "Be brief.", ("calculate",))
    assert made.version == app.__version__
