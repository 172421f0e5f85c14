"""Runs the installed app, or what installs it, under Wine: `python -m tests.windows.app FOLDER chorale-cli.exe doctor`.

The folder is `Z:\\app` there, read-only. What the app writes goes to memory, or to
`Z:\\scratch`. Unlike `run`, there is no Windows Python but the app's own. Read next: `inside`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.windows import inside, place
from tests.windows.place import SetupError
from tests.windows.prefix import WINE
from tests.windows.run import NOT_WINES

APP = "/app"
PROFILE = "/wine/drive_c/users/root"


def run_programs(
    script: str,
    *,
    binds: Mapping[str, str],
    writable: Sequence[str] = ("/scratch",),
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    timeout_s: float = 600,
    display: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run a shell script in the Debian with Wine; `wine` starts a program there, `$@` are `arguments`.

    Args:
        binds: folder inside -> folder of this machine.
        writable: folders inside that may be changed.
        display: with a screen that nobody sees.

    Returns its exit code and all it printed.

    Raises:
        SetupError: Windows is not set up.
        subprocess.TimeoutExpired: it was killed with all it had started.
    """
    if not place.is_ready():
        raise SetupError("Windows is not set up; run: python -m tests.windows.setup")
    settings = {
        "WINEPREFIX": "/wine",
        "WINEDEBUG": "-all",
        # The C++ runtime comes from the app, as on a new Windows, or not at all.
        "WINEDLLOVERRIDES": f"{NOT_WINES}=n;winedbg.exe=d;mscoree=;mshtml=",
        "XDG_RUNTIME_DIR": "/tmp",
        **(environment or {}),
    }
    with place.locked(shared=True):
        return inside.run(
            ["bash", "-c", script, "bash", *arguments],
            inside.Mounts(
                binds=binds, writable=[name for name in writable if name in binds], display=display
            ),
            environment=settings,
            folder="/",
            timeout_s=timeout_s,
            capture=True,
        )


def run_app(
    folder: Path,
    arguments: Sequence[str],
    *,
    program: str = "chorale-cli.exe",
    scratch: Path | None = None,
    environment: Mapping[str, str] | None = None,
    timeout_s: float = 600,
) -> subprocess.CompletedProcess[str]:
    """Run one program of the app folder, which is `Z:\\app` there."""
    binds = {APP: str(folder)} | ({"/scratch": str(scratch)} if scratch else {})
    return run_programs(
        f'{WINE} "Z:\\\\app\\\\{program}" "$@"',
        binds=binds,
        arguments=arguments,
        environment=environment,
        timeout_s=timeout_s,
    )


if __name__ == "__main__":
    done = run_app(Path(sys.argv[1]).absolute(), sys.argv[3:], program=sys.argv[2])
    sys.stdout.write(done.stdout)
    sys.exit(done.returncode)
