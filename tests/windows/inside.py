"""Runs a command inside the Debian of `place.SYSTEM`, in namespaces of its own, so that nothing can be left behind.

    outside:  run() ── unshare ──►  inside.py: mounts ── chroot ──►  the command

Mounts, processes and (when asked) the network belong to the namespaces. They are gone when the command has
ended, also when it or this Python was killed: the kernel ends the process namespace with its first process
and drops the mounts with it. Read next: `run` for Windows programs.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.windows.place import SYSTEM

DISPLAY = ":77"  # in a network namespace, so it meets no other server
SCREEN = "/tmp/Xvfb_screen0"  # inside: what the screen shows, as X's own kind of picture


@dataclass(frozen=True, slots=True)
class Mounts:
    """How the Debian is seen by a command.

    Attributes:
        binds: folder inside -> folder of this machine; writable only if in `writable`.
        writable: folders inside that the command may change.
        keep: changes to the system stay. Otherwise they go to memory and are gone afterwards.
        network: the machine's network is there. Otherwise there is none but the loopback.
        display: an X server runs, for programs that want a screen.
    """

    binds: Mapping[str, str] = field(default_factory=dict)
    writable: Sequence[str] = ()
    keep: bool = False
    network: bool = False
    display: bool = False


def run(
    command: Sequence[str],
    mounts: Mounts,
    *,
    environment: Mapping[str, str] | None = None,
    folder: str = "/",
    timeout_s: float | None = None,
    capture: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run `command` in `folder` inside, at low priority; its exit code is the result's.

    Args:
        capture: keep what it prints, errors too, as the result's `stdout`, instead of showing it.

    Raises:
        subprocess.TimeoutExpired: all processes inside have been killed.
    """
    order = {
        "command": list(command),
        "folder": folder,
        "system": str(SYSTEM),  # told, because the environment inside is another
        "mounts": asdict(mounts),
    }
    namespaces = ["--mount", "--pid", "--ipc", *([] if mounts.network else ["--net"])]
    unshare = ["nice", "-n", "10", "unshare", *namespaces, "--fork", "--kill-child"]
    inner = [sys.executable, "-B", "-m", "tests.windows.inside", json.dumps(order)]
    inside = {"HOME": "/root", "LANG": "C.UTF-8", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    return subprocess.run(
        [*unshare, *inner],
        cwd=Path(__file__).resolve().parents[2],
        env={**inside, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if capture else None,
        stderr=subprocess.STDOUT if capture else None,
        text=True,
        errors="replace",
        timeout=timeout_s,
        check=False,
    )


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def _enter(system: Path, mounts: Mounts) -> None:
    """Make all mounts and change into the Debian. From here on its programs are the ones that run."""
    root = system
    if not mounts.keep:
        # The system is the lower layer; what is written goes to memory.
        _mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", "/mnt")
        layers = {name: Path("/mnt", name) for name in ("upper", "work", "root")}
        for path in layers.values():
            path.mkdir()
        options = f"lowerdir={system},upperdir={layers['upper']},workdir={layers['work']}"
        _mount("-t", "overlay", "-o", options, "overlay", str(layers["root"]))
        root = layers["root"]
    _mount("-t", "proc", "proc", str(root / "proc"))
    _mount("--bind", "/sys", str(root / "sys"))  # without it ONNX Runtime finds no processors
    _make_devices(root / "dev")
    _mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", str(root / "tmp"))
    for inside, outside in mounts.binds.items():
        target = root / inside.lstrip("/")
        target.mkdir(parents=True, exist_ok=True)
        _mount("--bind", outside, str(target))
        if inside not in mounts.writable:
            _mount("-o", "remount,bind,ro", str(target))
    if mounts.network:
        shutil.copyfile("/etc/resolv.conf", root / "etc/resolv.conf")
    else:
        _raise_loopback()
    os.chroot(root)
    os.chdir("/")


def _make_devices(folder: Path) -> None:
    """The devices that programs need, and no way to change the folder that this machine has them in."""
    _mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", str(folder))
    for name in ("null", "zero", "full", "random", "urandom", "tty"):
        (folder / name).touch()
        _mount("--bind", f"/dev/{name}", str(folder / name))
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        (folder / name).symlink_to(f"/proc/self/fd/{number}")
    (folder / "fd").symlink_to("/proc/self/fd")
    (folder / "ptmx").symlink_to("pts/ptmx")
    (folder / "pts").mkdir()
    _mount("-t", "devpts", "-o", "newinstance,ptmxmode=0666", "devpts", str(folder / "pts"))
    (folder / "shm").mkdir()
    _mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", str(folder / "shm"))


def _raise_loopback() -> None:
    """What `ip link set lo up` does; a new network namespace has it down."""
    get_flags, set_flags, up = 0x8913, 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        request = struct.pack("16sH14x", b"lo", 0)
        (flags,) = struct.unpack("16xH14x", fcntl.ioctl(sock, get_flags, request))
        fcntl.ioctl(sock, set_flags, struct.pack("16sH14x", b"lo", flags | up))


def _start_display() -> None:
    """Start the X server and wait until it says that it is ready."""
    ready, tell = os.pipe()
    screen = ["-screen", "0", "1280x900x24", "-fbdir", SCREEN.rpartition("/")[0]]
    command = ["Xvfb", DISPLAY, *screen, "-nolisten", "tcp", "-displayfd", str(tell)]
    quiet = subprocess.DEVNULL
    subprocess.Popen(command, pass_fds=[tell], stdin=quiet, stdout=quiet, stderr=quiet)
    os.close(tell)
    with os.fdopen(ready) as answer:
        if not answer.readline():
            raise OSError("the X server did not start")


def main(text: str) -> int:
    """Carry out an order of `run`, as the first process of the namespaces."""
    order = json.loads(text)
    mounts = Mounts(**order["mounts"])
    _enter(Path(order["system"]), mounts)
    os.chdir(order["folder"])
    environment = dict(os.environ)
    if mounts.display:
        _start_display()
        environment["DISPLAY"] = DISPLAY
    # Not exec: the first process of a namespace must stay to the end, or all others die with it.
    return subprocess.run(order["command"], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
