"""The command line as scripts and IT rely on it: words, exit codes, one line when something is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import app
from app import cli
from models.errors import AppError, Cancelled, ModelError, PolicyError
from tests.fakes.engine import FakeEngine, final, turn
from tests.support.command_line import Cli

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("line", "about"),
    [
        ("ask", "Write a question"),
        ("ask --attach a.pdf", "Write the question first"),
        ("ask --attach a.pdf b.pdf", "Write the question first"),
        ("bogus", "bogus"),
        ("serve", "serve"),
        ("models", "list"),
        ("models download", "ID"),
        ("models download gpt-oss-20b --limit 0", "megabytes"),
        ("harmony", "render|parse"),
        ("logits --model demo --ids x", "--out"),
        ("ask hi --effort extreme", "extreme"),
        ("ask hi --device tpu", "tpu"),
        ("ask hi --temperature nan", "nan"),
        ("ask hi --temperature -1", "-1"),
        ("ask hi --top-p 0", "'0'"),
        ("ask hi --max-tokens 0", "too small"),
        ("ask hi --seed x", "'x'"),
        ("ask hi --threads 0", "give 1 to 1024"),
        ("chat --threads 1025", "give 1 to 1024"),
        ("--threads two", "'two'"),
        ("--temperature 0.7", "invalid choice"),
        ("ask hi --max 3", "--max"),
        ("--no-such-option", "--no-such-option"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_line_and_exit_code_2(
    chorale: Cli, line: str, about: str
) -> None:
    assert chorale(*line.split()) == 2
    assert about in chorale.err
    assert chorale.err.count("\n") == 1
    assert chorale.err.startswith("chorale: ")
    assert chorale.out == ""


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (ModelError("The file\nis damaged."), 1, "chorale: The file is damaged.\n"),
        (AppError("It failed.", "code 7"), 1, "chorale: It failed. (code 7)\n"),
        (PolicyError("Your organisation forbids it."), 3, "chorale: Your organisation forbids it.\n"),
        (Cancelled(), 130, ""),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 1, ""),
    ],
)
def test_each_way_to_fail_has_its_exit_code_and_one_line(
    chorale: Cli, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, line: str
) -> None:
    def fail(options: object, house: object) -> int:
        raise error

    monkeypatch.setattr(cli, "_command", lambda name: fail)
    assert chorale("devices") == code
    assert chorale.err == line


def test_a_bug_is_not_dressed_up_as_a_mistake_of_the_user(
    chorale: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(options: object, house: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "_command", lambda name: fail)
    with pytest.raises(ZeroDivisionError):
        chorale("devices")


def test_the_version_is_the_packages(chorale: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    assert chorale("--version") == 0
    assert capsys.readouterr().out == f"chorale {app.__version__}\n"
    with (ROOT / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["tool"]["hatch"]["version"]["path"] == "app/__init__.py"


@pytest.mark.parametrize("name", ["", "chat", "ask", "harmony", "logits", "models", "devices", "doctor"])
def test_every_command_has_help(chorale: Cli, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert chorale(*name.split(), "--help") == 0
    assert f"usage: chorale {name}".strip() in capsys.readouterr().out


def test_help_does_not_promise_what_does_not_exist(chorale: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    chorale("--help")
    shown = capsys.readouterr().out
    assert not any(word in shown for word in ("serve",))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not count the time of child processes")
def test_help_comes_at_once() -> None:
    def cpu_seconds() -> float:
        # Of the CPU, not of the clock: other tests may be running.
        before = os.times()
        subprocess.run(
            [sys.executable, "-m", "app", "--help"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )
        after = os.times()
        return after[2] + after[3] - before[2] - before[3]

    assert 0 < min(cpu_seconds() for _ in range(4)) < 0.3


@pytest.mark.slow
def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys\nfrom app.__main__ import main\nmain(['--help'])\n"
        "heavy = {'numpy', 'onnx', 'onnxruntime', 'PySide6', 'tokenizers', 'platformdirs', 'psutil', 'httpx2'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def test_the_window_opens_with_the_demo(chorale: Cli) -> None:
    assert chorale("--demo", "--device", "cpu") == 0
    (order,) = chorale.orders
    assert (order.install.name, order.device, order.threads) == ("demo", "cpu", None)


def test_files_named_are_attached_in_the_window(chorale: Cli, tmp_path: Path) -> None:
    paths = [tmp_path / "report.pdf", tmp_path / "Jürgens Brief.txt"]
    for path in paths:
        path.write_text("words")
    assert chorale("--model", "demo", *map(str, paths)) == 0
    assert chorale.orders[0].files == tuple(map(str, paths))


def test_a_file_that_is_not_there_is_neither_a_command_nor_attached(chorale: Cli, tmp_path: Path) -> None:
    assert chorale("--demo", str(tmp_path / "gone.pdf")) == 2
    assert chorale.orders == []
    assert chorale.err == f"chorale: There is no file {tmp_path / 'gone.pdf'}. Check its name and folder.\n"


def test_a_file_named_like_a_command_does_not_hide_the_command(
    chorale: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "doctor").write_text("")
    assert chorale("doctor") == 0
    assert chorale.orders == []


def test_the_threads_named_are_used_instead_of_those_in_the_settings(chorale: Cli) -> None:
    chorale.paths.config.mkdir()
    chorale.paths.settings_file.write_text('{"threads": 6}')
    chorale.engine = FakeEngine([turn(final("Hello."))])
    assert chorale("ask", "--model", "demo", "--threads", "3", "Hi") == 0
    assert chorale("chat", "--model", "demo", "--threads", "2") == 0
    assert chorale("chat", "--model", "demo") == 0
    assert [load.threads for load in chorale.engine.loads] == [3, 2, 6]
    assert chorale("--demo", "--threads", "1") == 0
    assert chorale.orders[0].threads == 1
    chorale.no_window = "There is no display here."
    assert chorale("--demo", "--threads", "4") == 0
    assert chorale.engine.loads[-1].threads == 4


def test_settings_that_were_damaged_are_said_when_the_window_opens(chorale: Cli) -> None:
    chorale.paths.config.mkdir()
    chorale.paths.settings_file.write_text("{")
    assert chorale("--demo") == 0
    assert len(chorale.orders) == 1
    assert "settings.damaged-1.json" in chorale.err


def test_the_window_opens_with_what_the_settings_say(chorale: Cli, tmp_path: Path) -> None:
    (chorale.paths.models / "gpt-oss-20b").mkdir(parents=True)
    assert chorale() == 0
    assert chorale.orders[0].install.folder == chorale.paths.models / "gpt-oss-20b"
    assert chorale.orders[0].device == "auto"


def test_a_newcomer_without_any_model_meets_the_demo_and_is_told_why(chorale: Cli) -> None:
    assert chorale() == 0
    assert "gpt-oss-20b is not on this PC" in chorale.err
    assert chorale.orders[0].install.name == "demo"
    assert chorale.orders[0].is_first_run


def test_someone_whose_chosen_model_is_gone_is_told_in_the_window_and_is_no_newcomer(chorale: Cli) -> None:
    other = chorale.paths.models / "gpt-oss-120b"
    other.mkdir(parents=True)
    (other / "config.json").write_text("{}")
    assert chorale() == 0
    (order,) = chorale.orders
    assert order.install.name == "demo"
    assert not order.is_first_run
    assert "gpt-oss-20b is not on this PC" in order.problems[0]


def test_a_download_that_was_broken_off_leaves_a_newcomer_one(chorale: Cli) -> None:
    begun = chorale.paths.models / "gpt-oss-20b"
    begun.mkdir(parents=True)
    (begun / "download.json").write_text("{}")
    assert chorale() == 0
    assert chorale.orders[0].is_first_run


def test_the_demo_asked_for_by_name_is_no_first_run(chorale: Cli) -> None:
    assert chorale("--demo") == 0
    assert not chorale.orders[0].is_first_run


def test_a_model_that_was_named_and_is_not_there_is_an_error(chorale: Cli) -> None:
    assert chorale("--model", "gpt-oss-20b") == 1
    assert "--model demo" in chorale.err
    assert chorale.orders == []
