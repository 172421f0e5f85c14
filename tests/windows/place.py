"""Where the Windows of these tests lies, whether it can be made here, and which steps of making it are done.

One folder outside the checkout holds everything: `~/.cache/chorale-windows`, or what CHORALE_WINDOWS_CACHE
names. It can be deleted at any time; nothing is ever mounted in it outside of a process's own namespace.
Read next: `setup`, which fills it, and `run`, which uses it.
"""

from __future__ import annotations

import fcntl
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STUBS = Path(__file__).resolve().parent / "stubs"

CACHE = Path(os.environ.get("CHORALE_WINDOWS_CACHE") or Path.home() / ".cache" / "chorale-windows").absolute()
SYSTEM = CACHE / "system"  # a Debian with Wine
PREFIX = SYSTEM / "wine"  # Wine's drive C: and registry
PYTHON = CACHE / "python"  # Windows Python and the locked packages
DOWNLOADS = CACHE / "downloads"
STATE = CACHE / "state.json"  # the finished steps

# Tests have cache folders of their own; zig would build its libraries for Windows anew for each, a minute's work.
os.environ.setdefault("ZIG_GLOBAL_CACHE_DIR", str(CACHE / "zig"))

FREE_BYTES_NEEDED = 6 * 1024**3


class NotAvailableError(Exception):
    """This machine cannot do it at all; one sentence says why."""


class SetupError(Exception):
    """It should have worked; one sentence says what did not, and what to do."""


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def check_available() -> None:
    """Raise `NotAvailableError` where Debian's Wine cannot be set up or its mounts cannot be made."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise NotAvailableError("Wine is set up on 64-bit Linux for x86 only.")
    if not Path("/etc/debian_version").exists() or not shutil.which("apt-get"):
        raise NotAvailableError("this is not Debian, whose Wine is used.")
    if os.geteuid() != 0:
        raise NotAvailableError("only root can set up a Debian in a folder.")
    namespaces = ["unshare", "--mount", "--pid", "--net", "--fork", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    if subprocess.run(namespaces, capture_output=True, check=False).returncode != 0:
        raise NotAvailableError("this machine does not let root make mounts of its own (a container?).")


def finished() -> dict[str, str]:
    """Step -> the key it was finished with."""
    try:
        state = json.loads(STATE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(key) for name, key in state.items()}


def is_ready(*, directml: bool = False) -> bool:
    """Whether `setup` has come to its end (whether it is still up to date is for `setup` to say)."""
    return ("directml" if directml else "prefix") in finished()


def do_step(name: str, key: str, action: Callable[[], None]) -> None:
    """Carry out a step unless it was finished with the same key; `key` names all it depends on.

    What a step leaves behind when it is cut must do no harm: it starts again from its beginning.
    """
    state = finished()
    if state.get(name) == key:
        return
    state.pop(name, None)
    _write_state(state)
    say(f"== {name}")
    started = time.monotonic()
    action()
    _write_state({**state, name: key})
    say(f"== {name}: {time.monotonic() - started:.0f} s")


def _write_state(state: dict[str, str]) -> None:
    scratch = STATE.with_suffix(".part")
    scratch.write_text(json.dumps(state, indent=1), encoding="utf-8")
    scratch.replace(STATE)


@contextmanager
def locked(*, shared: bool) -> Iterator[None]:
    """Hold the cache: alone to change it, shared to run in it. Waits for others, and says so."""
    CACHE.mkdir(parents=True, exist_ok=True)
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with (CACHE / "lock").open("w") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except OSError:
            say("Waiting for another process that uses the same Windows …")
            fcntl.flock(file, kind)
        yield
