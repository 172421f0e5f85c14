"""Sets Chorale up in this folder and runs it. Needs Python 3.11 to 3.13 and nothing else.

    python3 dev.py demo               open the window with the demo model (in the terminal without a display)
    python3 dev.py test               run every check: style, types, and all tests
    python3 dev.py test ARGUMENTS     run pytest only, with these arguments
    python3 dev.py setup              only set up, with the tools for development
    python3 dev.py lock [--upgrade]   write the lock files anew after a change of pyproject.toml

Each command sets up what it needs first, in the order of `set_up` below: the system libraries of Qt
(Debian and Ubuntu), a virtual environment in `.venv`, the packages of the lock file, and the native library
of `runtime/kernels`. What is there already is left alone, so a second run starts at once.

Only the standard library is used here. An expected failure is one sentence and exit code 1.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import json
import os
import platform
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "chorale-setup.json"  # says what was installed; written last, so a cut set-up starts over

APP_LOCK = ROOT / "requirements.lock"  # the app, and what builds it from a checkout
DEV_LOCK = ROOT / "requirements-dev.lock"  # all of that, and what checks it

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)
OLDEST_GLIBC = (2, 34)  # what the wheels of PySide6 6.11 are built for

# What Qt's xcb, Wayland and offscreen platform plugins link to and its wheel does not carry, with the
# Debian and Ubuntu packages that do. Fonts come along with libfontconfig1.
QT_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}

# What runs the ARM64 kernels on an Intel or AMD processor, with the Debian and Ubuntu packages (14 MB).
EMULATOR = {
    "/usr/bin/qemu-aarch64": "qemu-user",
    "/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1": "libc6-arm64-cross",
}


class SetupError(Exception):
    """One sentence for the person at the terminal: what is wrong and what to do."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def call(command: list[str]) -> int:
    """Run a command in the checkout and return its exit code."""
    return subprocess.call(command, cwd=ROOT)


def require(command: list[str], failure: str, *, quiet: bool = False) -> None:
    """Run a command that has to succeed; its errors stand above the sentence `failure`."""
    output = subprocess.DEVNULL if quiet else None
    if subprocess.call(command, cwd=ROOT, stdout=output) != 0:
        raise SetupError(failure)


def succeeds(command: list[str]) -> bool:
    """Whether a command ends with exit code 0; what it prints is dropped."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


# --- the Python and the system -----------------------------------------------------------------------


def other_python() -> list[str]:
    """The command of a supported Python elsewhere on this machine; empty if there is none."""
    for minor in range(NEWEST_PYTHON[1], OLDEST_PYTHON[1] - 1, -1):
        command = ["py", f"-3.{minor}"] if os.name == "nt" else [f"python3.{minor}"]
        if shutil.which(command[0]) and succeeds([*command, "-c", "import ssl"]):
            return command
    return []


def check_system() -> None:
    """Refuse a system on which the wheels of the lock file cannot run."""
    if sys.platform not in ("linux", "win32"):
        raise SetupError("Chorale runs on Windows and Linux; this system is neither.")
    if sys.maxsize < 2**32:
        raise SetupError("Chorale needs a 64-bit Python; this one is 32-bit.")
    if sys.platform == "linux":
        name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "another libc").partition(" ")
        numbers = tuple(int(part) for part in version.split(".") if part.isdigit())
        if name != "glibc" or numbers < OLDEST_GLIBC:
            raise SetupError(
                f"Chorale needs glibc 2.34 or newer (Debian 12, Ubuntu 22.04 or later); this is {name} {version}."
            )


def install_system_packages(packages: list[str], purpose: str) -> None:
    """Install Debian packages when that is possible here; else say how.

    Raises:
        SetupError: they have to be installed by somebody else, or installing failed.
    """
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if not shutil.which("apt-get"):
        raise SetupError(
            f"{purpose}. Install what your system calls these Debian packages: {' '.join(packages)}"
        )
    if os.geteuid() != 0:
        raise SetupError(f"{purpose}. Run this, then try again:\n    sudo {shlex.join(command)}")
    say(f"{purpose}. Installing: {' '.join(packages)}")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    failure = "apt-get could not install them (see above)."
    require(["apt-get", "update"], failure, quiet=True)
    require(command, failure, quiet=True)


def has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def install_qt_libraries() -> None:
    if sys.platform != "linux":
        return
    missing = [package for library, package in QT_LIBRARIES.items() if not has_library(library)]
    if missing:
        install_system_packages(missing, "The window needs system libraries that are not here")


def install_emulator() -> None:
    """For the tests of the ARM64 kernels. They are skipped without it, so nothing fails here."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return
    missing = [package for file, package in EMULATOR.items() if not Path(file).exists()]
    if missing:
        try:
            install_system_packages(missing, "The tests of the ARM64 kernels need an emulator")
        except SetupError as error:
            say(f"{error}\nUntil then they are skipped.")


def has_display() -> bool:
    return os.name == "nt" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )


# --- the environment ---------------------------------------------------------------------------------


def venv_program(name: str) -> str:
    return str(VENV / "Scripts" / f"{name}.exe" if os.name == "nt" else VENV / "bin" / name)


def venv_version() -> tuple[int, ...]:
    """Version of the Python in `.venv`; empty if there is none that starts."""
    try:
        output = subprocess.check_output(
            [venv_program("python"), "-c", "import sys; print(*sys.version_info[:2])"],
            stderr=subprocess.DEVNULL,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return ()
    return tuple(int(part) for part in output.split())


def make_environment() -> None:
    """Make `.venv`, or make it again when its Python is gone or not supported."""
    if OLDEST_PYTHON <= venv_version() <= NEWEST_PYTHON:
        return
    if VENV.exists() and not (VENV / "pyvenv.cfg").exists():
        raise SetupError(f"{VENV} is not a virtual environment; move it away and try again.")
    if importlib.util.find_spec("ensurepip") is None:
        version = "python{}.{}-venv".format(*sys.version_info)
        install_system_packages([version], "This Python cannot make virtual environments")
    say("Making a virtual environment in .venv")
    make = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    require(make, "The virtual environment could not be made (see above).")


def fingerprint(lock: Path) -> str:
    """Changes when what `install_packages` would install may have changed."""
    pyproject = ROOT / "pyproject.toml"
    return hashlib.sha256(lock.read_bytes() + pyproject.read_bytes()).hexdigest()


def is_installed(lock: Path) -> bool:
    """Whether `.venv` holds this lock file's packages (the development lock holds the app's as well)."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return any(stamp.get(known.name) == fingerprint(known) for known in (lock, DEV_LOCK))


def install_packages(lock: Path) -> None:
    """Install the lock file's packages, checked by hash, and the `chorale` command."""
    if is_installed(lock):
        return
    STAMP.unlink(missing_ok=True)
    python = venv_program("python")
    if not succeeds([python, "-c", "import pip"]):
        require([python, "-m", "ensurepip"], "pip could not be installed (see above).")
    say(f"Installing the packages of {lock.name} (240 to 290 MB, once)")
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps"]
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    pinned = ["--require-hashes", "--only-binary", ":all:", "-r", str(lock)]
    failure = "The packages could not be installed (see above). Is the package index reachable?"
    require([*pip, *quiet, *pinned], failure)
    project = ["--quiet", "--no-index", "--no-build-isolation", "-e", str(ROOT)]
    require([*pip, *project], "Chorale could not be installed into .venv (see above).")
    STAMP.write_text(json.dumps({lock.name: fingerprint(lock)}), encoding="utf-8")


def set_up(lock: Path, *, window: bool) -> None:
    check_system()
    if window:
        install_qt_libraries()
    make_environment()
    install_packages(lock)
    if not (ROOT / "runtime" / "kernels" / "lib").exists():
        say("Building the native library")
    build = [venv_program("python"), "-m", "runtime.kernels.build"]  # quick when nothing changed
    require(build, "The native library could not be built (see above).", quiet=True)


# --- the commands ------------------------------------------------------------------------------------


def demo() -> int:
    set_up(APP_LOCK, window=has_display())
    command = [venv_program("python"), "-m", "app", "--demo"]
    os.chdir(ROOT)
    if os.name != "nt":
        os.execv(command[0], command)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the app, which stops its answer
    return subprocess.call(command)


def check(arguments: list[str]) -> int:
    set_up(DEV_LOCK, window=True)
    install_emulator()
    os.environ.update(index_of_pip())  # for the test of the lock files
    python = venv_program("python")
    checks = {
        "ruff check": [python, "-m", "ruff", "check"],
        "ruff format": [python, "-m", "ruff", "format", "--check"],
        "mypy": [python, "-m", "mypy"],
    }
    if arguments:
        checks.clear()
    checks["pytest"] = [python, "-m", "pytest", *arguments]
    failed = []
    for name, command in checks.items():
        say(f"== {name}")
        if call(command) != 0:
            failed.append(name)
    if failed:
        say(f"dev.py: failed: {', '.join(failed)}")
    return 1 if failed else 0


def lock_command(lock: Path, output: Path, arguments: list[str]) -> list[str]:
    """The command that resolves pyproject.toml into `output`, in the form that is committed.

    For every platform at once, pinned by hash, and without download addresses. Versions that are in
    `output` already are kept unless `arguments` says otherwise.
    """
    groups = ["--group", "build"]
    if lock == DEV_LOCK:
        groups += ["--group", "dev", "--constraints", str(APP_LOCK)]
    form = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate", "--no-header"]
    uv = [venv_program("uv"), "pip", "compile", "--quiet", *form, *groups]
    return [*uv, *arguments, "--output-file", str(output), str(ROOT / "pyproject.toml")]


def index_of_pip() -> dict[str, str]:
    """Environment that points uv, which makes the lock files, at the index and certificates pip uses."""
    listing = subprocess.run(
        [venv_program("python"), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    settings = dict(line.split("=", 1) for line in listing.stdout.splitlines() if "=" in line)
    environment: dict[str, str] = {}
    for name, variable in (("index-url", "UV_DEFAULT_INDEX"), ("cert", "SSL_CERT_FILE")):
        for source in (":env:", "install", "global"):
            value = settings.get(f"{source}.{name}", "").strip("'\"")
            if value and variable not in os.environ:
                environment.setdefault(variable, value)
    return environment


def write_locks(arguments: list[str]) -> int:
    set_up(DEV_LOCK, window=False)
    os.environ.update(index_of_pip())
    for path in (APP_LOCK, DEV_LOCK):
        require(lock_command(path, path, arguments), f"{path.name} could not be made (see above).")
    return 0


def main(arguments: list[str]) -> int:
    if not OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON:
        other = other_python()
        if not other:
            raise SetupError(f"Chorale needs Python 3.11, 3.12 or 3.13; this is {sys.version.split()[0]}.")
        return subprocess.call([*other, __file__, *arguments])
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if command == "test":
        return check(rest)
    if command == "lock" and rest in ([], ["--upgrade"]):
        return write_locks(rest)
    if command == "demo" and not rest:
        return demo()
    if command == "setup" and not rest:
        set_up(DEV_LOCK, window=True)
        return 0
    print(__doc__)
    return 0 if command in ("help", "-h", "--help") else 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SetupError as error:
        say(f"dev.py: {error}")
        sys.exit(1)
    except OSError as error:  # a full disk, a folder that cannot be written to
        say(f"dev.py: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
