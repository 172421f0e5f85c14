"""The window never waits for the disk when something is chosen, and nothing chosen is lost."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import settings as module
from app.private_files import write_whole
from app.settings import Settings
from app.settings_writer import SettingsWriter

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 10.0


class Disk:
    """A disk that stands still until `go`.

    Attributes:
        writing: set once a write has begun.
        writes: how many were carried out.
    """

    def __init__(self) -> None:
        self.go = threading.Event()
        self.writing = threading.Event()
        self.writes = 0

    def write(self, path: Path, text: str) -> None:
        assert threading.current_thread() is not threading.main_thread(), "the window waits for the disk"
        self.writing.set()
        assert self.go.wait(PATIENCE_S)
        self.writes += 1
        write_whole(path, text)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    disk = Disk()
    monkeypatch.setattr(module, "write_whole", disk.write)
    yield disk
    disk.go.set()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def test_choosing_does_not_wait_for_the_disk_and_counts_at_once(path: Path, disk: Disk) -> None:
    settings = SettingsWriter(Settings(path))
    settings.set("device", "cpu")
    assert disk.writing.wait(PATIENCE_S)
    assert settings.get("device") == "cpu"
    assert not path.exists()
    disk.go.set()
    settings.flush()
    assert Settings(path).device == "cpu"
    assert settings.get("device") == "cpu"


def test_what_is_chosen_while_the_disk_is_busy_is_written_together_and_the_last_counts(
    path: Path, disk: Disk
) -> None:
    settings = SettingsWriter(Settings(path))
    settings.set("threads", 1)
    assert disk.writing.wait(PATIENCE_S)
    for number in range(2, 50):
        settings.set("threads", number)
        settings.set("window.analysis_open", number % 2 == 0)
    settings.set("threads", 1)
    settings.set("threads", 50)
    assert settings.get("threads") == 50
    disk.go.set()
    settings.flush()
    again = Settings(path)
    assert (again.threads, again.analysis_open) == (50, False)
    assert disk.writes == 2


def test_a_choice_taken_back_while_it_is_written_stays_taken_back(path: Path, disk: Disk) -> None:
    settings = SettingsWriter(Settings(path))
    settings.set("threads", 1)
    assert disk.writing.wait(PATIENCE_S)
    settings.set("threads", 2)
    settings.set("threads", 1)
    disk.go.set()
    settings.flush()
    assert settings.get("threads") == Settings(path).threads == 1


def test_a_value_that_cannot_be_fails_at_once(path: Path) -> None:
    settings = SettingsWriter(Settings(path))
    with pytest.raises(ValueError):
        settings.set("threads", 0)
    with pytest.raises(KeyError):
        settings.set("no such key", 1)
    settings.flush()
    assert settings.get("threads") is None
    assert not path.exists()


def test_two_windows_keep_each_others_choices(path: Path) -> None:
    first, second = SettingsWriter(Settings(path)), SettingsWriter(Settings(path))
    first.set("device", "cpu")
    first.flush()
    second.set("threads", 4)
    second.flush()
    again = Settings(path)
    assert (again.device, again.threads) == ("cpu", 4)


def test_a_disk_that_refuses_is_said_and_the_choice_kept_for_this_run(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_whole", full)
    settings = Settings(path)
    writer = SettingsWriter(settings)
    writer.set("device", "gpu")
    writer.flush()
    assert writer.get("device") == "gpu"
    assert "No space left" in settings.problems[0]


@pytest.mark.slow
def test_a_choice_not_yet_written_when_the_process_ends_is_written_before_it_has_ended(path: Path) -> None:
    script = (
        "import sys, threading; from pathlib import Path\n"
        "from app import settings as module; from app.settings_writer import SettingsWriter\n"
        "ending, write = threading.Event(), module.write_whole\n"
        "module.write_whole = lambda *given: ending.wait() and write(*given)\n"
        "SettingsWriter(module.Settings(Path(sys.argv[1]))).set('device', 'cpu')\n"
        "ending.set()\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=True, timeout=60)
    assert Settings(path).device == "cpu"
