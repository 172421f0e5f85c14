"""How fast the window is with a long history: `python -m tests.benchmarks.window_start [--home FOLDER] [--runs N]`.

In a home folder of its own it keeps 10,000 conversations with 200,000 messages, encrypted, and starts Chorale with
the demo model in a fresh process again and again (`window_probe`). Printed are, on the clock, the moments of the
start since the process was asked for; how long a search takes from the last key to the finds on the screen; how
long opening the longest conversation takes; and the longest event meanwhile. Median and worst, beside the
processor time, which other programs on the machine lengthen least. Linux; the screen is Qt's own in memory.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from app.history.keychain import SERVICE
from app.history.store import History
from tests.benchmarks import history, scratch_keyring, window_probe
from tests.benchmarks.machine import describe
from tests.fakes.keychain import FakeKeychain

_ROOT = Path(__file__).resolve().parents[2]
_TIMEOUT_S = 120
# Qt's own one is so small that the list would not stand beside the conversation.
_SCREEN = {
    "name": "screen",
    "x": 0,
    "y": 0,
    "width": 1920,
    "height": 1080,
    "logicalDpi": 96,
    "logicalBaseDpi": 96,
    "dpr": 1,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--home", type=Path, help="where the history is, or will be; default: a temporary one"
    )
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--conversations", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=200_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = (chosen.home or Path(folder)).resolve()
        environment = environment_of(home)
        words = history.Words()
        fill(home, words, chosen.conversations, chosen.messages)
        plan = {
            "words": [word for word in words.all[2_000:12_000:2_500] if len(word) > 2],
            "open": [
                (name, entry)
                for other in (3, 5, 7)
                for name, entry in (
                    ("open the longest", chosen.conversations // 2 + 1),
                    ("open another", other),
                )
            ],
        }
        environment[window_probe.PLAN] = json.dumps(plan)
        for package in ("app", "models", "runtime", "ui"):  # as they are once installed
            compileall.compile_dir(_ROOT / package, quiet=1)
        start(environment)  # makes the model's derived files, and brings all into memory
        load_before = os.getloadavg()[0]
        runs = [start(environment) for _ in range(chosen.runs)]
        _report(runs, load_before)
    return 0


def environment_of(home: Path) -> dict[str, str]:
    """A user of its own, whose keychain is a file."""
    own = {
        "HOME": home,
        "XDG_CONFIG_HOME": home / "config",
        "XDG_DATA_HOME": home / "data",
        "XDG_CACHE_HOME": home / "cache",
        "XDG_STATE_HOME": home / "state",
        "QT_QPA_PLATFORM": f"offscreen:configfile={home / 'screen.json'}",
        "PYTHON_KEYRING_BACKEND": scratch_keyring.NAME,
        scratch_keyring.PLACE: home / "keyring.json",
    }
    others = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**others, **{name: str(value) for name, value in own.items()}}


def fill(home: Path, words: history.Words, conversations: int, messages: int) -> None:
    """Make what a start needs: a screen, and a history with its key, unless the folder has one."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "screen.json").write_text(json.dumps({"screens": [_SCREEN]}), "utf-8")
    file = home / "data" / "chorale" / "conversations.db"
    if file.exists():
        return
    file.parent.mkdir(parents=True)
    keychain = FakeKeychain()
    kept = History(file, keychain)
    history._fill(kept, words, conversations, messages)
    kept.close()
    keys = {f"{SERVICE}/{name}": key.hex() for name, key in keychain.keys.items()}
    (home / "keyring.json").write_text(json.dumps(keys), "utf-8")


def start(environment: dict[str, str]) -> dict[str, Any]:
    """What one start saw."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", window_probe.__name__],
        env={**environment, window_probe.BEGAN: str(began)},
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return seen


def _report(runs: list[dict[str, Any]], load_before: float) -> None:
    _line(f"{describe()}; {len(runs)} starts; load {load_before:.1f} before, {os.getloadavg()[0]:.1f} after")
    _line("| | median | best | worst | processor time | heavy modules by then |")
    _line("|---|---|---|---|---|---|")
    for name in runs[0]["marks"]:
        clock = [run["marks"][name] for run in runs]
        computing = statistics.median(run["computing"][name] for run in runs)
        heavy = " ".join(runs[-1]["heavy"][name])
        _line(f"| {name} | {_ms(clock)} | {computing * 1e3:.0f} ms | {heavy} |")
    for name in runs[0]["took"]:
        _line(f"| {name} | {_ms([took for run in runs for took in run['took'][name]])} | | |")
    for name in runs[0]["pauses"]:
        _line(f"| longest event: {name} | {_ms([run['pauses'][name] for run in runs])} | | |")
    _line(f"Most memory of the window's process: {max(run['memory_mb'] for run in runs):.0f} MB")


def _ms(values: list[float]) -> str:
    return (
        f"{statistics.median(values) * 1e3:.0f} ms | {min(values) * 1e3:.0f} ms | {max(values) * 1e3:.0f} ms"
    )


def _line(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
