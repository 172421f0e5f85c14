"""Bounds on the process that reads a document: memory, and what it may do at all.

Called in that process, before anything of the file is read. Memory is bounded by the system (RLIMIT_AS, a
job object on Windows), so that a library written in C is bounded as well. What Python code may do is bounded
by an audit hook: no writing, no connection, no other process. It stops what a reader does by mistake or
by being tricked, not native code that was taken over.
"""

from __future__ import annotations

import os
import sys
from typing import Any

# Audit events that a reader has no business with, by how they begin.
_FORBIDDEN = (
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.fork",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "os.kill",
    "shutil.",
    "winreg.CreateKey",
    "winreg.DeleteKey",
    "winreg.DeleteValue",
    "winreg.SetValue",
    "winreg.LoadKey",
    "urllib.",
    "ftplib.",
    "smtplib.",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC


class ForbiddenError(RuntimeError):
    """The reader tried what it may not do."""


def bound_memory(extra_bytes: int) -> None:
    """Let this process have `extra_bytes` more than now; a request beyond fails."""
    if sys.platform == "win32":
        from runtime.documents import job_object

        job_object.bound_memory(extra_bytes)
        return
    import resource

    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 (a file of the system)
        now = int(file.read().split()[0]) * resource.getpagesize()
    for kind, value in (
        (resource.RLIMIT_AS, now + extra_bytes),
        (resource.RLIMIT_CORE, 0),  # a dump would hold the document
        (resource.RLIMIT_FSIZE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (most, most))


def forbid_side_effects() -> None:
    """From now on, Python code in this process can only read. It cannot be undone."""
    sys.dont_write_bytecode = True
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        mode, flags = arguments[1], arguments[2]
        writes = isinstance(mode, str) and any(letter in mode for letter in "wax+")
        if writes or (isinstance(flags, int) and mode is None and flags & _WRITING):
            raise ForbiddenError("a reader may not write")
    elif event.startswith(_FORBIDDEN):
        raise ForbiddenError(f"a reader may not: {event}")
