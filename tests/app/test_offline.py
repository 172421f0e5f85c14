"""Nothing ever leaves the PC: Chorale loads, answers and shows where an internet socket would be deadly."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.support.no_sockets import needs_seccomp, run_without_network

pytestmark = [pytest.mark.slow, needs_seccomp]


def test_asking_in_the_terminal_needs_no_network() -> None:
    done = run_without_network("app", "ask", "--model", "demo", "--json", "What is Chorale?")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["reason"] == "stop"


def test_the_window_needs_no_network(tmp_path: Path) -> None:
    picture = tmp_path / "window.png"
    done = run_without_network("tests.ui.pictures", str(tmp_path), "--ask", "What day is it today?")
    assert done.returncode == 0, done.stderr
    assert picture.stat().st_size > 10_000


def test_looking_at_the_pc_needs_no_network() -> None:
    done = run_without_network("app", "doctor")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6"])
def test_the_filter_is_deadly_indeed(family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = f"import socket\nsocket.socketpair()\nsocket.socket(socket.{family}, socket.SOCK_DGRAM)\n"
    (tmp_path / "reach_out.py").write_text(script, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = run_without_network("reach_out")
    assert done.returncode == -signal.SIGSYS
