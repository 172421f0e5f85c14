"""Settings survive restarts, damage, full disks and a second window."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app import settings as module
from app.setting import Control
from app.setting_looks import SECTIONS
from app.settings import Settings, all_settings
from models.errors import PolicyError
from runtime.conversation import Effort
from tests.fakes.registry import policy_of

ROOT = Path(__file__).resolve().parents[2]
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX's")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def test_a_new_user_has_the_defaults_and_no_file(path: Path) -> None:
    settings = Settings(path)
    assert (settings.effort, settings.device, settings.threads) == (Effort.MEDIUM, "auto", None)
    assert (settings.analysis_open, settings.commentary_open) == (False, True)
    assert settings.problems == []
    assert not path.parent.exists()


def test_what_was_chosen_is_there_after_a_restart(path: Path) -> None:
    settings = Settings(path)
    settings.effort = Effort.HIGH
    settings.threads = 6
    settings.models_folder = "/modèles/大"
    again = Settings(path)
    assert (again.effort, again.threads, again.models_folder) == (Effort.HIGH, 6, "/modèles/大")


@posix_only
def test_nobody_else_can_read_the_file(path: Path) -> None:
    Settings(path).device = "cpu"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_damaged_file_is_set_aside_and_said(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'{"device": "cpu", "thre')
    settings = Settings(path)
    assert settings.device == "auto"
    assert "settings.damaged-1.json" in settings.problems[0]
    assert (path.parent / "settings.damaged-1.json").read_bytes() == b'{"device": "cpu", "thre'
    settings.device = "cpu"
    assert Settings(path).device == "cpu"


@pytest.mark.parametrize("content", [b"[]", b"\xff\xfe", b"null", b"[" * 100_000, b"{}" + b" " * (1 << 20)])
def test_no_content_breaks_the_start(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert Settings(path).effort is Effort.MEDIUM
    assert (path.parent / "settings.damaged-1.json").read_bytes() == content


def test_a_second_damaged_file_does_not_replace_the_first_one_set_aside(path: Path) -> None:
    path.parent.mkdir()
    for number in (1, 2):
        path.write_text(f"broken {number}")
        Settings(path)
    assert (path.parent / "settings.damaged-1.json").read_text() == "broken 1"
    assert (path.parent / "settings.damaged-2.json").read_text() == "broken 2"


def test_a_file_damaged_while_the_window_is_open_is_set_aside_and_choices_stay(path: Path) -> None:
    settings = Settings(path)
    settings.device = "cpu"
    path.write_text("broken")
    settings.threads = 3
    again = Settings(path)
    assert (again.device, again.threads) == ("cpu", 3)
    assert len(list(path.parent.glob("*damaged*"))) == 1


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("threads", "four"),
        ("threads", 0),
        ("threads", True),
        ("device", "dml:x"),
        ("device", 3),
        ("window.effort", "extreme"),
        ("model", 5),
        ("window.analysis_open", "yes"),
    ],
)
def test_a_value_that_cannot_be_is_its_default_and_is_said(path: Path, key: str, value: Any) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps({key: value}))
    settings = Settings(path)
    setting = next(setting for setting in all_settings() if setting.key == key)
    assert setting.__get__(settings, Settings) == setting.default
    assert settings.get(key) is None
    assert len(settings.problems) == 1
    assert key in settings.problems[0]


def test_setting_a_value_that_cannot_be_fails_at_once_and_keeps_the_old_one(path: Path) -> None:
    settings = Settings(path)
    settings.threads = 2
    with pytest.raises(ValueError):
        settings.threads = 0
    assert Settings(path).threads == 2


def test_settings_of_a_newer_chorale_are_kept(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"version": 9, "future": {"a": 1}}')
    Settings(path).device = "cpu"
    assert json.loads(path.read_text())["future"] == {"a": 1}


def test_two_windows_keep_each_others_choices(path: Path) -> None:
    first, second = Settings(path), Settings(path)
    first.device = "cpu"
    second.threads = 4
    first.analysis_open = True
    again = Settings(path)
    assert (again.device, again.threads, again.analysis_open) == ("cpu", 4, True)


@pytest.mark.slow
def test_two_processes_that_save_at_once_lose_nothing(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from app.settings import Settings\n"
        "s = Settings(Path(sys.argv[1]))\n"
        "for n in range(1, 41): setattr(s, sys.argv[2], str(n))\n"
        "assert not s.problems, s.problems\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(path), name], cwd=ROOT)
        for name in ("model", "models_folder")
    ]
    assert [process.wait(60) for process in processes] == [0, 0]
    again = Settings(path)
    assert (again.model, again.models_folder) == ("40", "40")
    assert sorted(file.name for file in path.parent.iterdir()) == ["settings.json", "settings.json.lock"]


def test_a_disk_that_refuses_keeps_the_choice_for_this_run_and_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(path)
    settings.device = "cpu"

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_whole", full)
    settings.device = "gpu"
    settings.device = "npu"
    assert settings.device == "npu"
    assert len(settings.problems) == 1
    assert "No space left" in settings.problems[0]
    assert Settings(path).device == "cpu"


def test_a_crash_while_writing_leaves_the_old_file_and_no_litter(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(path)
    settings.device = "cpu"

    def crash(*_: object) -> None:
        raise OSError(5, "I/O error")

    monkeypatch.setattr("os.fsync", crash)
    settings.device = "gpu"
    assert Settings(path).device == "cpu"
    assert sorted(file.name for file in path.parent.iterdir()) == ["settings.json", "settings.json.lock"]


def test_a_file_that_cannot_be_opened_is_never_written_over(path: Path) -> None:
    path.mkdir(parents=True)  # opening a folder fails, for whomever the tests run as
    settings = Settings(path)
    assert "cannot be opened" in settings.problems[0]
    settings.device = "cpu"
    assert settings.device == "cpu"
    assert path.is_dir()


def test_the_window_reads_and_writes_by_key(path: Path) -> None:
    settings = Settings(path)
    assert settings.get("window.effort") is None
    assert settings.get("no such key") is None
    settings.set("window.effort", "high")
    assert settings.get("window.effort") == "high"
    assert settings.effort is Effort.HIGH
    with pytest.raises(KeyError):
        settings.set("no such key", 1)


def test_every_setting_says_what_it_is_for_under_a_key_of_its_own() -> None:
    settings = all_settings()
    assert len({setting.key for setting in settings}) == len(settings) >= 8
    assert all(setting.description.endswith(".") for setting in settings)
    assert Settings.models_folder.lockable


def test_what_the_organisation_decides_is_not_the_persons_to_change(path: Path) -> None:
    mine = Settings(path)
    mine.history_keep = True
    mine.history_days = 365
    mine.models_folder = "/mine"
    settings = Settings(path, policy_of(KeepHistory=0, HistoryDays=30, ModelFolder="/theirs"))
    assert (settings.history_keep, settings.history_days, settings.models_folder) == (False, 30, "/theirs")
    assert (settings.get("history.days"), settings.get("models_folder")) == (30, "/theirs")
    with pytest.raises(PolicyError, match="HistoryDays"):
        settings.set("history.days", 365)
    with pytest.raises(PolicyError, match="ModelFolder"):
        settings.models_folder = "/mine"
    settings.theme = "dark"
    assert json.loads(path.read_text())["history.days"] == 365  # for when the policy goes again


def test_a_policy_that_cannot_be_understood_takes_the_safest_value(path: Path) -> None:
    settings = Settings(path, policy_of(HistoryDays="soon", KeepLogs="?", ModelFolder="here"))
    assert (settings.history_keep, settings.history_days) == (False, None)
    assert not settings.keep_logs
    assert settings.models_folder is None


def test_every_setting_that_is_shown_says_how_in_both_languages() -> None:
    shown = [setting for setting in all_settings() if setting.look is not None]
    assert len(shown) >= 15
    for setting in shown:
        look = setting.look
        assert look is not None
        for words in (look.title, look.sentence, look.section):
            assert words.en
            assert words.de
        assert look.sentence.en.endswith(".")
        assert look.sentence.de.endswith(".")
        assert look.section in SECTIONS
        if look.control is Control.CHOICE:
            for value, words in look.choices:
                setting.check(value)
                assert words.en
                assert words.de
        if look.control is Control.NUMBER:
            assert look.least < look.most
            assert (setting.default is None) == bool(look.unset.en)
            for number in (look.least * look.scale, look.most * look.scale):
                setting.check(number if look.decimals and look.scale == 1 else round(number))
            with pytest.raises(ValueError):
                setting.check(round(look.least * look.scale) - 1)


def test_sections_stand_together() -> None:
    sections = [setting.look.section for setting in all_settings() if setting.look is not None]
    assert [section for i, section in enumerate(sections) if i == 0 or sections[i - 1] != section] == list(
        SECTIONS
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("chat.temperature", 2.5),
        ("chat.temperature", float("nan")),
        ("chat.temperature", True),
        ("chat.top_p", 0),
        ("chat.context_length", 100),
        ("history.days", 0),
        ("history.keep", 1),
        ("window.theme", "pink"),
        ("window.language", "fr"),
        ("window.send", None),
    ],
)
def test_new_settings_refuse_what_they_cannot_be(path: Path, key: str, value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        Settings(path).set(key, value)
