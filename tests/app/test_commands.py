"""The commands that answer without talking: harmony, logits, models, devices, doctor."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

import app
from app.commands import doctor as doctor_module
from app.logs import start_logging, stop_logging
from models.errors import EngineError
from runtime import kernels
from runtime.devices import cpu as cpu_module
from runtime.events import EngineFailed
from tests.fakes.engine import FakeEngine
from tests.support.command_line import Cli

CONVERSATION = {
    "effort": "low",
    "date": "2026-11-20",
    "messages": [{"role": "user", "content": "Hi <|end|> ü"}, {"role": "assistant", "channel": "final", "content": "Yes."}],
}  # fmt: skip


def test_a_conversation_becomes_ids_and_text_and_back(chorale: Cli, tiny_model: Path, tmp_path: Path) -> None:
    file = tmp_path / "conversation.json"
    file.write_text(json.dumps(CONVERSATION), "utf-8")
    assert chorale("harmony", "render", str(file), "--model", str(tiny_model)) == 0
    (rendered,) = chorale.json()
    assert set(rendered) == {"ids", "text"}
    assert rendered["text"].endswith(
        "<|start|>user<|message|>Hi <|end|> ü<|end|>"
        "<|start|>assistant<|channel|>final<|message|>Yes.<|end|><|start|>assistant"
    )
    arguments = ("harmony", "parse", "-", "--role", "none", "--model", str(tiny_model))
    assert chorale(*arguments, stdin=json.dumps(rendered)) == 0
    (parsed,) = chorale.json()
    assert parsed["messages"][-2:] == CONVERSATION["messages"]
    assert parsed["complete"] is False


def test_nothing_of_a_model_but_its_tokenizer_is_needed_for_harmony(
    chorale: Cli, tiny_model: Path, tmp_path: Path
) -> None:
    (tmp_path / "tokenizer.json").write_bytes((tiny_model / "tokenizer.json").read_bytes())
    assert chorale("harmony", "parse", "-", "--model", str(tmp_path), stdin="[]") == 0
    assert chorale.json()[0]["messages"] == []


@pytest.mark.parametrize(
    ("arguments", "content", "about"),
    [
        (("render",), b'{"messages": [{"role": "user"}]}', "messages[0].content is missing"),
        (("render",), b"{", "not JSON"),
        (("render",), b"\xff\xfe\x00", "not UTF-8"),
        (("parse",), b'["x"]', "ids[0] must be a whole number"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(
    chorale: Cli, tiny_model: Path, tmp_path: Path, arguments: tuple[str], content: bytes, about: str
) -> None:
    file = tmp_path / "file.json"
    file.write_bytes(content)
    assert chorale("harmony", *arguments, str(file), "--model", str(tiny_model)) == 1
    assert about in chorale.err
    assert chorale.err.count("\n") == 1


def test_a_file_that_is_not_there_is_named(chorale: Cli, tiny_model: Path) -> None:
    assert chorale("harmony", "render", "nowhere.json", "--model", str(tiny_model)) == 1
    assert "nowhere.json cannot be read: No such file" in chorale.err


def test_a_folder_without_a_tokenizer_is_named(chorale: Cli, tmp_path: Path) -> None:
    assert chorale("harmony", "parse", "-", "--model", str(tmp_path), stdin="[1]") == 1
    assert str(tmp_path) in chorale.err


@pytest.mark.slow
def test_logits_of_every_position_are_written_however_they_are_computed(
    chorale: Cli, tiny_model: Path, tmp_path: Path
) -> None:
    ids = tmp_path / "ids.json"
    ids.write_text(json.dumps({"ids": list(range(40, 60))}))
    written = []
    for number, more in enumerate(((), ("--chunk", "7"), ("--step", "5"), ("--exact",))):
        out = tmp_path / f"{number}.logits"
        line = ("logits", "--model", str(tiny_model), "--ids", str(ids), "--out", str(out), *more)
        assert chorale(*line) == 0, chorale.err
        written.append(np.load(out))
    assert all(values.dtype == np.float32 for values in written)
    assert written[0].shape[0] == 20
    np.testing.assert_allclose(written[1], written[0], atol=1e-4)
    np.testing.assert_allclose(written[2], written[0], atol=1e-4)
    assert not np.array_equal(written[0], written[3])  # exact is another computation …
    assert np.linalg.norm(written[0] - written[3]) < 0.1 * np.linalg.norm(written[3])  # … of the same numbers


def test_logits_are_computed_with_the_threads_named(
    chorale: Cli, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = FakeEngine(ready=EngineFailed("Not today."))
    monkeypatch.setattr("app.commands.logits.Engine", lambda: engine)
    out = str(tmp_path / "x.npy")
    line = ("logits", "--model", str(tiny_model), "--threads", "2", "--ids", "-", "--out", out)
    assert chorale(*line, stdin="[1]") == 1
    assert engine.loads[0].threads == 2


def test_a_load_for_logits_is_in_the_log(
    chorale: Cli, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = EngineFailed("Not today.", "9 of 10 bytes", "ModelError")
    monkeypatch.setattr("app.commands.logits.Engine", lambda: FakeEngine(ready=failed))
    handler = start_logging(tmp_path / "logs")
    line = ("logits", "--model", str(tiny_model), "--ids", "-", "--out", str(tmp_path / "x.npy"))
    assert chorale(*line, stdin="[1]") == 1
    stop_logging(handler)
    (log,) = (tmp_path / "logs").iterdir()
    assert "load failed: ModelError (9 of 10 bytes)" in log.read_text("utf-8")


@pytest.mark.parametrize(
    ("ids", "about"), [("[]", "between 1 and"), ("[1, 9999999]", "Token ids go from 0"), ("{}", "JSON list")]
)
def test_ids_that_cannot_be_fed_are_one_sentence(
    chorale: Cli, tiny_model: Path, tmp_path: Path, ids: str, about: str
) -> None:
    out = tmp_path / "out.npy"
    assert chorale("logits", "--model", str(tiny_model), "--ids", "-", "--out", str(out), stdin=ids) == 1
    assert about in chorale.err
    assert not out.exists()


def test_a_device_that_is_not_there_is_one_sentence(chorale: Cli, tiny_model: Path, tmp_path: Path) -> None:
    line = (
        "logits",
        "--model",
        str(tiny_model),
        "--ids",
        "-",
        "--out",
        str(tmp_path / "x"),
        "--device",
        "npu",
    )
    assert chorale(*line, stdin="[1]") == 1
    assert "No NPU was found" in chorale.err


def test_models_are_listed_complete_or_with_what_is_wrong(chorale: Cli, tiny_model: Path) -> None:
    chorale.paths.models.mkdir(parents=True)
    (chorale.paths.models / "damaged").mkdir()
    shutil.copytree(tiny_model, chorale.paths.models / "tiny")
    assert chorale("models", "list", "--json") == 0
    found = {line["name"]: line for line in chorale.json()}
    assert set(found) == {"demo", "damaged", "tiny"}
    assert found["tiny"]["usable"]
    assert found["tiny"]["bytes"] > 10_000
    assert not found["damaged"]["usable"]
    assert "config.json" in found["damaged"]["why_not"]
    assert chorale("models", "list") == 0
    assert "complete" in chorale.out


def test_the_cpu_is_listed_with_its_kernel(chorale: Cli) -> None:
    assert chorale("devices", "--json") == 0
    cpu = chorale.json()[0]
    assert (cpu["id"], cpu["kind"], cpu["usable"], cpu["why_not"]) == ("cpu", "cpu", True, "")
    assert cpu["kernel"] == kernels.in_use()
    assert cpu["memory_bytes"] > 1 << 28
    assert chorale("devices") == 0
    assert f"kernel {kernels.in_use()}, usable" in chorale.out


def test_without_the_native_library_the_cpu_is_not_offered_and_says_why(
    chorale: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> str:
        raise EngineError("The native library is not built.")

    monkeypatch.setattr(kernels, "in_use", missing)
    assert chorale("devices") == 0
    assert "not usable: The native library is not built." in chorale.out
    assert chorale("doctor", "--json") == 0
    assert chorale.json()[0]["kernels"]["problem"] == "The native library is not built."
    assert chorale("doctor") == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc/cpuinfo is Linux's")
def test_cpu_features_are_those_the_system_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        cpu_module, "_cpuinfo", lambda: ["model name\t: Any CPU", "flags\t\t: sse avx2 fma foo"]
    )
    assert cpu_module.cpu_features() == ("avx2", "fma")
    assert cpu_module.cpu_name() == "Any CPU"


def test_doctor_tells_what_whoever_helps_asks_for(chorale: Cli) -> None:
    assert chorale("doctor", "--json") == 0
    (report,) = chorale.json()
    assert report["versions"]["chorale"] == app.__version__
    assert report["versions"]["onnxruntime"][0].isdigit()
    assert report["versions"]["qt"].startswith("6.")
    assert report["kernels"]["in_use"] in report["kernels"]["supported"]
    assert report["network"]["hosts"] == ["huggingface.co", "*.hf.co", "*.aws.cdn.hf.co", "*.xethub.hf.co"]
    assert report["telemetry"] == "off"
    assert report["folders"]["models"]["path"] == str(chorale.paths.models)
    assert report["folders"]["models"]["free"] > 0
    assert [model["name"] for model in report["models"]] == ["demo"]
    assert not chorale.paths.config.exists()


def test_doctor_for_people_says_the_same_in_lines(chorale: Cli) -> None:
    chorale.paths.config.mkdir()
    chorale.paths.settings_file.write_text('{"threads": "many"}')
    assert chorale("doctor") == 0
    for line in (
        f"chorale: {app.__version__}",
        "telemetry: off",
        "network: Chorale opens no connection but for a download of a model that somebody starts.",
    ):
        assert line in chorale.out.splitlines()
    assert "The setting threads" in chorale.out


def test_doctor_reports_a_broken_installation_instead_of_failing(
    chorale: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "runtime.session", None)  # importing it now fails
    monkeypatch.setitem(doctor_module._PACKAGES, "qt", "no-such-package")
    assert chorale("doctor", "--json") == 0
    versions = chorale.json()[0]["versions"]
    assert versions["onnxruntime"].startswith("cannot be imported")
    assert versions["qt"] == "not installed"
