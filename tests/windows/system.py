"""The Debian with Wine in a folder: debootstrap, then packages.

Debian 13 (trixie), because its Wine 10 is the first that runs Qt 6 and ONNX Runtime. 64-bit only: nothing of
Chorale's is 32-bit. The mirror is debootstrap's own default.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

from tests.windows import inside
from tests.windows.place import CACHE, FREE_BYTES_NEEDED, SYSTEM, SetupError, say

SUITE = "trixie"
PACKAGES = ("wine", "wine64", "xvfb", "xauth", "fonts-dejavu-core")
KEY = f"1 {SUITE} {' '.join(PACKAGES)}"

# Nothing here needs to survive a power cut, and nobody reads manuals in it.
DPKG_OPTIONS = """force-unsafe-io
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/locale/*
"""
NO_SERVICES = "#!/bin/sh\nexit 101\n"  # what invoke-rc.d asks before it starts a service


def make_system() -> None:
    """Make the Debian, or finish one whose making was cut."""
    if shutil.disk_usage(CACHE).free < FREE_BYTES_NEEDED:
        raise SetupError(f"{CACHE} needs {FREE_BYTES_NEEDED >> 30} GB of free space.")
    if not SYSTEM.exists():
        _debootstrap()
    install_packages(PACKAGES)


def _debootstrap() -> None:
    if not shutil.which("debootstrap"):
        _outside(["apt-get", "update", "-q"])
        _outside(["apt-get", "install", "-q", "-y", "--no-install-recommends", "debootstrap"])
    scratch = CACHE / "system.part"
    # A namespace for its mounts, too: one that was cut must not leave /proc in a folder to be deleted.
    alone = ["nice", "-n", "10", "unshare", "--mount", "--pid", "--fork", "--kill-child"]
    if scratch.exists():
        shutil.rmtree(scratch)
    _outside([*alone, "debootstrap", "--variant=minbase", "--include=ca-certificates", SUITE, str(scratch)])
    (scratch / "etc/dpkg/dpkg.cfg.d/chorale").write_text(DPKG_OPTIONS)
    (scratch / "usr/sbin/policy-rc.d").write_text(NO_SERVICES)
    (scratch / "usr/sbin/policy-rc.d").chmod(0o755)
    scratch.rename(SYSTEM)


def install_packages(packages: Sequence[str], *, suite: str | None = None) -> None:
    """Install Debian packages in the system; from `suite` if given, else from its own."""
    release = ["-t", suite] if suite else []
    _apt("update", "-q")
    _apt("install", "-q", "-y", "--no-install-recommends", *release, *packages)
    _apt("clean")


def add_suite(suite: str) -> None:
    """Let apt use a further suite (such as backports) of the mirror the system came from, on demand."""
    sources = SYSTEM / "etc/apt/sources.list"
    line = next(line for line in sources.read_text().splitlines() if line.startswith("deb "))
    _, mirror, *_ = line.split()
    folder = sources.with_name("sources.list.d")
    (folder / f"{suite}.list").write_text(f"deb {mirror} {suite} main\n")


def add_sources() -> None:
    """Let apt find source packages."""
    sources = SYSTEM / "etc/apt/sources.list"
    line = next(line for line in sources.read_text().splitlines() if line.startswith("deb "))
    (sources.with_name("sources.list.d") / "sources.list").write_text(f"deb-src {line[4:]}\n")


def _apt(*arguments: str) -> None:
    inside_debian(["apt-get", "-o", "Dpkg::Use-Pty=0", *arguments])


def inside_debian(command: Sequence[str]) -> None:
    """Run a command that changes the system, with the network; its output shows only if it fails.

    Raises:
        SetupError: it failed.
    """
    mounts = inside.Mounts(keep=True, network=True)
    proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    environment = {**proxies, "DEBIAN_FRONTEND": "noninteractive"}
    done = inside.run(command, mounts, environment=environment, capture=True)
    if done.returncode:
        say("\n".join(done.stdout.splitlines()[-15:]))
        raise SetupError(f"`{' '.join(command[:4])} …` failed in the Debian of {CACHE} (see above).")


def _outside(command: Sequence[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        say("\n".join((done.stdout + done.stderr).splitlines()[-15:]))
        raise SetupError(f"`{' '.join(command)}` failed (see above).")
