"""Nothing ever leaves the PC: the whole path from files to answer runs where internet sockets are deadly."""

from __future__ import annotations

import platform
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.random_checkpoint import NAMED, write_random_checkpoint

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform != "linux" or platform.machine() != "x86_64", reason="the filter is for Linux on x86-64"
    ),
]

ANSWER = """
import sys
from tests.support.no_sockets import forbid_internet_sockets
from app.engine_main import main
from runtime.conversation import Conversation, Message, Role
from runtime.engine_client import EngineClient
from runtime.events import LoadRequest, TurnEnded, TurnRequest

if __name__ == "__main__":
    forbid_internet_sockets()
    client = EngineClient(main)
    list(client.load(LoadRequest(sys.argv[1], sys.argv[2])))
    question = Conversation((Message(Role.USER, "Hello"),))
    *_, ended = client.run(TurnRequest(1, question, max_tokens=8))
    assert isinstance(ended, TurnEnded) and ended.error is None, ended
    print("answered", ended.usage.completion_tokens)
    client.close()
"""

REACH_OUT = """
from tests.support.no_sockets import forbid_internet_sockets
import socket
forbid_internet_sockets()
socket.socketpair()
socket.socket(socket.{family}, socket.SOCK_DGRAM)
print("got a socket")
"""


def run(script: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = folder / "script.py"  # a file, because the engine process imports its parent's main module
    path.write_text(script, "utf-8")
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, str(path), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=root,
        env={"PYTHONPATH": root, "PATH": "/usr/bin:/bin"},
        check=False,
    )


def test_loading_and_answering_open_no_internet_socket(tmp_path: Path) -> None:
    folder = write_random_checkpoint(tmp_path / "model", NAMED["narrow"])
    done = run(ANSWER, str(folder), str(tmp_path / "cache"), folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "answered 8\n"


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6"])
def test_the_filter_is_deadly_indeed(family: str, tmp_path: Path) -> None:
    done = run(REACH_OUT.format(family=family), folder=tmp_path)
    assert done.returncode == -signal.SIGSYS
    assert "got a socket" not in done.stdout
