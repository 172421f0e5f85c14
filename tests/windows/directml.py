"""DirectML for these tests: Microsoft's own DirectML.dll on Wine's Direct3D 12 and a GPU in software.

What it adds to the set-up:

1. Mesa's software Vulkan device (lavapipe), from Debian's backports: the one in trixie is too old.
2. Wine's `wined3d.dll`, built again from Debian's source package with the switch that lets its shader
   compiler read DXIL, the language that DirectML's shaders are written in. Nothing else of Wine is built.
3. `stubs/d3d12.c` in front of Wine's `d3d12.dll`, for two answers that Wine 10 does not give.

Speed says nothing about a real GPU; results do, because the library is the one that runs on Windows.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from tests.windows import prefix, system
from tests.windows.place import STUBS, SYSTEM

BACKPORTS = f"{system.SUITE}-backports"
DRIVER_PACKAGES = ("mesa-vulkan-drivers", "libvulkan1")
# What Debian's build of this one library asks for, out of all that builds Wine.
BUILD_PACKAGES = (
    *("dpkg-dev", "debhelper", "autoconf", "unzip", "gcc", "libc6-dev", "make", "flex", "bison", "perl"),
    *("gcc-mingw-w64-x86-64-win32", "mingw-w64-x86-64-dev", "libz-mingw-w64-dev", "libvulkan-dev", "python3"),
    *("khronos-api", "libxml-libxml-perl", "unicode-data", "unicode-idna", "unicode-cldr-core"),
)
SCRIPT = Path(__file__).resolve().parent / "build_wined3d.sh"
BUILT = Path("/src/wined3d.dll")  # inside, where the script leaves it

WINE_LIBRARIES = SYSTEM / "usr/lib/x86_64-linux-gnu/wine/x86_64-windows"
D3D12_SETTINGS = ((r"HKCU\Software\Wine\DllOverrides", "d3d12", "REG_SZ", "native,builtin"),)


def wined3d_key() -> str:
    """Changes when wined3d.dll has to be built again."""
    parts = [system.KEY, *DRIVER_PACKAGES, *BUILD_PACKAGES]
    return hashlib.sha256(" ".join(parts).encode() + SCRIPT.read_bytes()).hexdigest()


def key() -> str:
    """Changes when DirectML has to be put into the prefix again."""
    stub = (STUBS / "d3d12.c").read_bytes() + (STUBS / "d3d12.def").read_bytes()
    return hashlib.sha256(f"{wined3d_key()} {prefix.key(system.KEY)}".encode() + stub).hexdigest()


def make_wined3d() -> None:
    """Install the driver and build wined3d.dll into the system."""
    system.add_suite(BACKPORTS)
    system.install_packages(DRIVER_PACKAGES, suite=BACKPORTS)
    system.add_sources()
    system.install_packages(BUILD_PACKAGES)
    shutil.copyfile(SCRIPT, SYSTEM / "build_wined3d.sh")
    system.inside_debian(["sh", "/build_wined3d.sh", str(os.cpu_count() or 1)])
    built = SYSTEM / BUILT.relative_to("/")
    shutil.copyfile(built, WINE_LIBRARIES / "wined3d.dll")
    shutil.rmtree(built.parent)


def install() -> None:
    """Put both libraries into the prefix."""
    system32 = prefix.SYSTEM32
    for source, name in (("wined3d.dll", "wined3d.dll"), ("d3d12.dll", "d3d12_wine.dll")):
        (system32 / name).unlink(missing_ok=True)
        shutil.copyfile(WINE_LIBRARIES / source, system32 / name)
    prefix.build_library([STUBS / "d3d12.c", STUBS / "d3d12.def"], system32 / "d3d12.dll")
    prefix.set_registry(D3D12_SETTINGS)
