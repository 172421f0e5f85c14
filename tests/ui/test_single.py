"""A second start hands its files to the first window instead of opening another."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from ui.single import FirstComer, _name, hand_over

ROOT = Path(__file__).resolve().parents[2]
_LATER = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from ui.single import hand_over
app = QCoreApplication([])
sys.exit(0 if hand_over(Path(sys.argv[1]), tuple(sys.argv[2:])) else 7)
"""


@pytest.mark.slow
def test_a_second_start_hands_its_files_over_and_ends(tmp_path: Path, qtbot: QtBot) -> None:
    first = FirstComer(tmp_path)
    assert first.is_first
    arrived: list[list[str]] = []
    first.arrived.connect(arrived.append)
    command = [sys.executable, "-c", _LATER, str(tmp_path), "Jürgens Brief 東京.pdf"]
    later = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    try:
        qtbot.waitUntil(lambda: later.poll() is not None, timeout=20_000)
    finally:
        later.kill()
        first.close()
    assert later.returncode == 0
    assert arrived == [[str(ROOT / "Jürgens Brief 東京.pdf")]]


def test_without_a_first_window_nothing_is_handed_over(tmp_path: Path, qtbot: QtBot) -> None:
    assert not hand_over(tmp_path, ("a.pdf",), patience_ms=100)


def test_after_the_first_has_closed_the_next_is_the_first(tmp_path: Path, qtbot: QtBot) -> None:
    first = FirstComer(tmp_path)
    first.close()
    assert not hand_over(tmp_path, ())
    again = FirstComer(tmp_path)
    assert again.is_first
    again.close()


def test_a_first_window_that_hangs_does_not_keep_the_second_from_opening(
    tmp_path: Path, qtbot: QtBot
) -> None:
    first = FirstComer(tmp_path)
    assert first._server is not None
    first._server.close()  # it holds the lock and hears nothing
    assert not hand_over(tmp_path, ("a.pdf",), patience_ms=120)
    second = FirstComer(tmp_path)
    assert not second.is_first
    first.close()


@pytest.mark.parametrize(
    "line",
    [
        b"hello\n",
        b"[]\n",
        b'{"files": "a"}\n',
        b'{"files": [1]}\n',
        b'{"files": ["relative.pdf"]}\n',
        b"\xff\n",
    ],
)
def test_what_does_not_come_from_a_start_of_chorale_is_refused(
    tmp_path: Path, qtbot: QtBot, line: bytes
) -> None:
    first = FirstComer(tmp_path)
    arrived: list[list[str]] = []
    first.arrived.connect(arrived.append)
    socket = QLocalSocket()
    socket.connectToServer(_name(tmp_path))
    qtbot.waitUntil(lambda: socket.state() is QLocalSocket.LocalSocketState.ConnectedState)
    socket.write(line)
    qtbot.waitUntil(socket.canReadLine)
    assert bytes(socket.readLine().data()) == b"no\n"
    assert arrived == []
    socket.abort()
    first.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_nobody_else_can_know_the_name(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    name = _name(tmp_path / "one")
    assert name != _name(tmp_path / "two")
    first = FirstComer(tmp_path / "one")
    assert stat.S_IMODE((tmp_path / "one" / "window.word").stat().st_mode) == 0o600
    first.close()


def test_a_folder_that_cannot_be_made_leaves_a_window_that_stands_for_itself(
    tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").write_text("")
    assert not FirstComer(tmp_path / "file" / "folder").is_first
    assert not hand_over(tmp_path / "file" / "folder", ())
