"""The first Python that runs in the installed app: makes a window program's streams safe, then starts Chorale.

`sys.frozen` tells multiprocessing that this program starts its own children (`--multiprocessing-fork`), because there
is no python.exe. A program without a console has no streams; here its errors are kept and, when it fails and
somebody looks, shown in a box. Read next: `app/__main__.py`; `chorale_remove` for the installer's one wish.
"""

from __future__ import annotations

import io
import os
import sys

_LONGEST_ERROR = 1500  # characters of a box
_CANCELLED = 130
_CHILD = "--multiprocessing-fork"
_REMOVE = "--remove-data"


def main() -> int:
    """Start Chorale, or the child process that the command line asks for; the exit code."""
    sys.frozen = "chorale"  # type: ignore[attr-defined]
    has_console = sys.stderr is not None
    errors = io.StringIO()
    _fill_streams(errors)
    if has_console or _CHILD in sys.argv[1:2]:
        return _run()
    try:
        code = _run()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)
        code = 1
    text = errors.getvalue().strip()
    if code not in (0, _CANCELLED) and text:
        _show(text[-_LONGEST_ERROR:])
    return code


def _run() -> int:
    if sys.argv[1:] == [_REMOVE]:
        from chorale_remove import remove_data  # type: ignore[import-not-found]

        return int(remove_data())
    from app.__main__ import main as chorale

    return chorale()


def _fill_streams(errors: io.StringIO) -> None:
    """Give a process without a console streams that can be used, and lead nowhere."""
    if sys.stdin is None:
        sys.stdin = io.StringIO()
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.FileIO(os.devnull, "w"), encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = errors


def _show(text: str) -> None:
    """A box, unless nobody can see it (a service, a deployment tool)."""
    import ctypes

    class Flags(ctypes.Structure):
        _fields_ = (("inherit", ctypes.c_int), ("reserved", ctypes.c_int), ("flags", ctypes.c_uint32))

    user, flags, visible = ctypes.windll.user32, Flags(), 1  # type: ignore[attr-defined]
    user.GetProcessWindowStation.restype = ctypes.c_void_p
    station = ctypes.c_void_p(user.GetProcessWindowStation())
    user.GetUserObjectInformationW(station, 1, ctypes.byref(flags), ctypes.sizeof(flags), None)
    if flags.flags & visible:
        user.MessageBoxW(None, text, "Chorale", 0x10)


if __name__ == "__main__":
    sys.exit(main())
