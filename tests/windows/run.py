"""Runs Windows Python under Wine in this checkout: `python -m tests.windows.run -m pytest tests/models`.

The checkout is `Z:\\chorale` there, read-only, and the current folder. What is written elsewhere on the drives
goes to memory and is gone when the command has ended, except in `Z:\\scratch` (`--scratch=FOLDER`). There is no
network. Any number may run at once. `-X importtime`, `-c TEXT`, `script.py` work as Python takes them.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path

from runtime.kernels.build import BuildError, build
from tests.windows import inside, place
from tests.windows.place import PYTHON, ROOT, NotAvailableError, SetupError, say
from tests.windows.prefix import WINE

TIMED_OUT = 124
# These come only from the Python folder, as on a Windows without the C++ runtime; Wine's own would hide that
# one is missing.
NOT_WINES = "msvcp140,msvcp140_1,msvcp140_2,msvcp140_codecvt_ids,vcruntime140,vcruntime140_1,concrt140"


def run_python(
    arguments: Sequence[str],
    *,
    scratch: Path | None = None,
    environment: Mapping[str, str] | None = None,
    timeout_s: float = 600,
    capture: bool = False,
    display: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run Windows Python with `arguments` in the checkout.

    Args:
        scratch: a folder of this machine that is `Z:\\scratch` there.
        environment: variables it sees in addition. Wine keeps those named QT_* to itself.
        capture: keep its output, errors too, as `stdout` of the result.
        display: with a screen of 1280 x 900 that nobody sees; otherwise only Qt's `offscreen` draws.

    Raises:
        SetupError: Windows is not set up, or the native library cannot be built.
        subprocess.TimeoutExpired: it was killed with all it had started.
    """
    if not place.is_ready():
        raise SetupError("Windows is not set up; run: python -m tests.windows.setup")
    place.check_available()
    try:
        build("x86_64-windows-gnu")
    except BuildError as error:
        raise SetupError(str(error)) from error
    binds = {"/chorale": str(ROOT), "/python": str(PYTHON)}
    if scratch is not None:
        binds["/scratch"] = str(scratch)
    settings = {
        "WINEPREFIX": "/wine",
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": f"{NOT_WINES}=n;winedbg.exe=d",
        "XDG_RUNTIME_DIR": "/tmp",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        # Python's tempfile tries for ever to make a file in a folder that Windows says is read-only.
        "HYPOTHESIS_STORAGE_DIRECTORY": r"Z:\tmp\hypothesis",
        **(environment or {}),
    }
    with place.locked(shared=True):
        return inside.run(
            [WINE, r"Z:\python\python.exe", *arguments],
            inside.Mounts(binds=binds, writable=["/scratch"], display=display),
            environment=settings,
            folder="/chorale",
            timeout_s=timeout_s,
            capture=capture,
        )


def main(arguments: list[str] | None = None) -> int:
    """The exit code of Windows Python; 124 if it took too long."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.windows.run",
        usage="%(prog)s [--scratch=FOLDER] [--timeout=SECONDS] [--display] [--env=NAME=VALUE] PYTHON ARGUMENTS",
    )
    parser.add_argument("--scratch", type=Path, metavar="FOLDER", help=r"is Z:\scratch there, and writable")
    parser.add_argument("--timeout", type=float, default=600, metavar="SECONDS", help="default: 600")
    parser.add_argument("--display", action="store_true", help="with a screen")
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE", help="a variable it sees")
    arguments = sys.argv[1:] if arguments is None else arguments
    # Ours start with two dashes and carry their value with "="; Python's have one dash.
    ours = list(takewhile(lambda argument: argument.startswith("--"), arguments))
    options = parser.parse_args(ours)
    try:
        done = run_python(
            arguments[len(ours) :],
            scratch=options.scratch.absolute() if options.scratch else None,
            environment=dict(pair.split("=", 1) for pair in options.env),
            timeout_s=options.timeout,
            display=options.display,
        )
    except NotAvailableError as reason:
        say(f"not available: {reason}")
        return 1
    except SetupError as error:
        say(f"tests.windows.run: {error}")
        return 1
    except subprocess.TimeoutExpired:
        say(f"tests.windows.run: ended after {options.timeout:.0f} s.")
        return TIMED_OUT
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
