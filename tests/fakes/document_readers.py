"""Reading processes that misbehave: what the extractor must survive. Each function is a target for `Extractor`."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from runtime.documents.limits import bound_memory, forbid_side_effects
from runtime.documents.values import Limits


def _say(connection: Any, **message: Any) -> None:
    connection.send_bytes(json.dumps(message).encode())


def _pages(connection: Any, *texts: str) -> None:
    _say(
        connection,
        pages=[{"text": text, "state": "read", "label": "", "note": "", "headings": []} for text in texts],
    )


def two_pages_then_hang(connection: Any, path: str, limits: Limits) -> None:
    _say(connection, opened={"kind": "PDF document", "total": 9, "unit": "page"})
    _pages(connection, "one", "two")
    threading.Event().wait()


def two_pages_then_crash(connection: Any, path: str, limits: Limits) -> None:
    _say(connection, opened={"kind": "PDF document", "total": 9, "unit": "page"})
    _pages(connection, "one", "two")
    os._exit(11)


def crash(connection: Any, path: str, limits: Limits) -> None:
    os._exit(11)


def garbage(connection: Any, path: str, limits: Limits) -> None:
    connection.send_bytes(b"\x80\x04not json")


def nonsense(connection: Any, path: str, limits: Limits) -> None:
    _say(connection, pages=[{"text": "x"}])


def endless(connection: Any, path: str, limits: Limits) -> None:
    while True:
        _pages(connection, "x" * 1000)


def hostile_text(connection: Any, path: str, limits: Limits) -> None:
    _pages(connection, "a\r\u2028b\x00\ud800")
    _say(connection, ended=True)


def greedy(connection: Any, path: str, limits: Limits) -> None:
    bound_memory(limits.memory_bytes)
    try:
        bytearray(8 * limits.memory_bytes)
        _pages(connection, "got it")
    except MemoryError:
        _pages(connection, "refused")
    _say(connection, ended=True)


def curious(connection: Any, path: str, limits: Limits) -> None:
    """Tries what a reader may not do, and says what was refused."""
    import socket
    import subprocess
    import sys

    bound_memory(limits.memory_bytes)
    forbid_side_effects()
    tries: dict[str, Callable[[], object]] = {
        "write": lambda: Path(path).write_text("changed"),
        "delete": lambda: Path(path).unlink(),
        "connect": lambda: socket.create_connection(("127.0.0.1", 9)),
        "start": lambda: subprocess.run([sys.executable, "-V"], check=False),
        "read": lambda: Path(path).read_bytes(),
    }
    refused = []
    for name, act in tries.items():
        try:
            act()
        except (RuntimeError, OSError):
            refused.append(name)
    _pages(connection, " ".join(refused))
    _say(connection, ended=True)


def hoard(connection: Any, path: str, limits: Limits) -> None:
    """Takes memory without having bounded itself, and keeps it."""
    kept = bytearray(b"x" * (400 << 20))
    threading.Event().wait()
    del kept
