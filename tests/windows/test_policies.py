"""Policies in the registry, obeyed by the installed app's command line and its window.

Marked and wanted as `test_windows` says. Group Policy and Intune write the same values; what they do themselves only
a real PC can show.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.windows import place
from tests.windows.app import run_programs
from tests.windows.screen import colours_of, differing, read_screen
from tests.windows.test_app_folder import app  # noqa: F401 (a fixture)
from tests.windows.test_windows import whole, windows  # noqa: F401 (a fixture for all)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.windows,
    pytest.mark.skipif(sys.platform == "win32", reason="this is Windows"),
]

KEY = r"HKLM\Software\Policies\Chorale"
FORBIDDEN = f"""
cli='Z:\\app\\chorale-cli.exe'
set_to() {{ /usr/bin/wine reg add '{KEY}' /v "$1" /t "$2" /d "$3" /f >/dev/null || echo "not set: $1"; }}
say() {{ /usr/bin/wine "$cli" "$@" 2>&1; echo "exit $?"; }}
echo secret > /scratch/report.txt
set_to AllowDownloads REG_DWORD 0
set_to AllowDocuments REG_DWORD 0
set_to KeepLogs REG_SZ maybe
echo == download; say models download gpt-oss-20b
echo == document; say ask 'What does it say?' --model demo --attach 'Z:\\scratch\\report.txt'
echo == doctor; say doctor --json
set_to AllowDownloads REG_SZ perhaps
echo == unclear; say models download gpt-oss-20b
/usr/bin/wine reg delete '{KEY}' /f >/dev/null
echo == free; say ask 'Good morning' --model demo --attach 'Z:\\scratch\\report.txt' --max-tokens 1
"""
# Presses virtual keys, all down and then all up, as a person would: a window under Wine hears the system's keyboard.
PRESS = """
import ctypes, sys
keys = [int(key) for key in sys.argv[1:]]
for key, up in [(key, 0) for key in keys] + [(key, 2) for key in reversed(keys)]:
    ctypes.windll.user32.keybd_event(key, 0, up, 0)
"""
WINDOW = f"""
[ -z "$2" ] || /usr/bin/wine reg add '{KEY}' /v "$2" /t "$3" /d "$4" /f >/dev/null
press=$1
shot() {{ cp /tmp/Xvfb_screen0 "/tmp/$1"; }}
differ() {{ cmp -l "/tmp/$1" "/tmp/$2" | wc -l; }}
# Press keys, and wait until much has changed and nothing moves any more but a caret.
keys() {{
  shot before
  /usr/bin/wine 'Z:\\python\\python.exe' -c "$press" "$@"
  for i in $(seq 1 60); do
    shot one; sleep 0.5; shot two
    [ "$(differ before two)" -gt 20000 ] && [ "$(differ one two)" -lt 2000 ] && return
  done
  echo "nothing changed for the keys $*"
}}
/usr/bin/wine 'Z:\\app\\chorale.exe' --demo &
for i in $(seq 1 150); do
  sleep 0.4; ps ax -o args | grep -q '[m]ultiprocessing-fork' && [ "$((ready += 1))" -ge 10 ] && break
done
keys 17 53        # Ctrl+5: the settings
keys 76 79 71     # LOG, into their search
cp /tmp/Xvfb_screen0 /scratch/screen.xwd
"""


def test_the_command_line_refuses_what_the_registry_forbids_and_names_the_policy(
    app: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    done = run_programs(FORBIDDEN, binds={"/app": str(app), "/scratch": str(tmp_path)})
    said: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        if line.startswith("== "):
            said[line[3:]] = []
        elif line.strip():
            said[list(said)[-1]].append(line)
    where = rf"(policy {{}} in {KEY})."
    assert said["download"] == [
        f"chorale: Your organisation does not allow downloads of models {where.format('AllowDownloads')}",
        "exit 3",
    ]
    assert said["document"] == [
        f"chorale: Your organisation does not allow documents in Chorale {where.format('AllowDocuments')}",
        "exit 3",
    ]
    policy = json.loads(said["doctor"][0])["policy"]
    assert {
        (rule["name"], rule["value"], rule["source"], rule["is_understood"]) for rule in policy["rules"]
    } == {
        ("AllowDownloads", False, KEY, True),
        ("AllowDocuments", False, KEY, True),
        ("KeepLogs", False, KEY, False),
    }
    assert len(policy["problems"]) == 1 and f"KeepLogs in {KEY} is 'maybe'" in policy["problems"][0]
    assert said["unclear"][-1] == "exit 3" and "'perhaps', which is neither 0 nor 1" in said["unclear"][0]
    assert said["free"][-1] == "exit 0", said["free"]


def settings_page(app: Path, scratch: Path, *policy: str) -> Path:  # noqa: F811
    """A picture of the settings page under a policy: name, type, value."""
    scratch.mkdir()
    binds = {"/app": str(app), "/scratch": str(scratch), "/python": str(place.PYTHON)}
    given = [PRESS, *(policy or ("", "", ""))]
    done = run_programs(WINDOW, binds=binds, arguments=given, display=True, timeout_s=240)
    picture = read_screen(scratch / "screen.xwd")
    picture.save(str(scratch / "screen.png"))
    assert colours_of(picture) > 50, done.stdout
    return scratch / "screen.xwd"


@whole
def test_the_window_shows_what_the_registry_decides_and_that_a_mistake_there_locks(
    app: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    """The words themselves are read by the tests of the settings page; here is that they come from the registry."""
    free = read_screen(settings_page(app, tmp_path / "free"))
    managed = read_screen(settings_page(app, tmp_path / "managed", "KeepLogs", "REG_DWORD", "1"))
    broken = read_screen(settings_page(app, tmp_path / "broken", "KeepLogs", "REG_SZ", "maybe"))
    assert differing(free, managed) > 100
    assert differing(free, broken) > 100
    assert differing(managed, broken) > 100
