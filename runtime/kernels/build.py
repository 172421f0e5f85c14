"""Build the native kernels: `python -m runtime.kernels.build [--target TARGET] [--force]`.

Why here and not in a build system: the compiler is `zig cc` from PyPI, which needs nothing on the machine
and builds every target from any machine. Each `src/*.c` is compiled on its own, because a kernel's file
gets the instructions it is written for and everything else must run on any CPU of the architecture.
The library is made again only when a source, this file or the compiler has changed.

Next: `src/kernel.h` for the C side, `runtime/kernels/__init__.py` for finding the library.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from runtime.kernels.place import LIBRARIES, host_target, library_file

FOLDER = Path(__file__).resolve().parent
SOURCES = FOLDER / "src"

# Ours -> the compiler's. An old C library, so that the file also runs on distributions from 2018 on.
TARGETS = {
    "x86_64-linux-gnu": "x86_64-linux-gnu.2.28",
    "aarch64-linux-gnu": "aarch64-linux-gnu.2.28",
    "x86_64-windows-gnu": "x86_64-windows-gnu",
    "aarch64-windows-gnu": "aarch64-windows-gnu",
}

# No contraction: a*b+c must round the same way in every loop, or one token and many tokens would differ.
COMMON = ["-O3", "-std=c11", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off", "-fno-math-errno",
          "-fvisibility=hidden", "-fno-sanitize=undefined", "-g0"]  # fmt: skip
AVX2 = ["-mavx2", "-mfma", "-mf16c"]
AVX512_VNNI = [*AVX2, "-mavx512f", "-mavx512bw", "-mavx512vl", "-mavx512dq", "-mavx512vnni"]
X86_FLAGS = {"avx2": AVX2, "avxvnni": [*AVX2, "-mavxvnni"], "avx512": AVX512_VNNI}
# Replaces the baseline's -mcpu. The longer name first: a file belongs to the first that it starts with.
ARM_FLAGS = {"neon_i8mm": ["-mcpu=baseline+dotprod+i8mm"], "neon": ["-mcpu=baseline+dotprod"]}
ISA_FLAGS = {"x86_64": X86_FLAGS, "aarch64": ARM_FLAGS}


class BuildError(Exception):
    """The compiler is missing or failed; the text says what and what to do."""


def sources(target: str) -> list[Path]:
    """The C files of a target, sorted; files named after instructions only for the CPUs that have them."""
    other = [name for cpu, flags in ISA_FLAGS.items() if not target.startswith(cpu) for name in flags]
    return [file for file in sorted(SOURCES.glob("*.c")) if not file.stem.startswith(tuple(other))]


def fingerprint(target: str) -> str:
    """Changes whenever the library would."""
    digest = hashlib.sha256(f"{target} {_compiler_version()}".encode())
    for file in [Path(__file__), *sorted(SOURCES.glob("*.[ch]"))]:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def build(target: str | None = None, *, force: bool = False) -> Path:
    """Build the library of a target (this machine's by default) unless it is up to date; its path.

    Raises:
        BuildError: an unknown target, no compiler, or the compiler's own errors.
    """
    target = target or host_target()
    if target not in TARGETS:
        raise BuildError(f"Kernels cannot be built for {target}; choose one of {', '.join(TARGETS)}.")
    library = library_file(target)
    stamp = library.with_suffix(".sha256")
    wanted = fingerprint(target)
    if not force and library.is_file() and stamp.is_file() and stamp.read_text() == wanted:
        return library
    library.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=library.parent) as scratch:
        made = _compile(target, Path(scratch))
        stamp.unlink(missing_ok=True)
        try:
            made.replace(library)  # whole or not at all: another process may be loading it
        except OSError as error:  # Windows, while Chorale runs
            raise BuildError(f"{library.name} is in use; close Chorale and build again.") from error
    stamp.write_text(wanted)
    return library


def _compile(target: str, scratch: Path) -> Path:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(lambda file: _object(file, target, scratch), sources(target)))
    library = scratch / library_file(target).name
    system = [] if "windows" in target else ["-lm"]
    run_compiler(
        ["-target", TARGETS[target], "-shared", "-s", "-o", str(library), *map(str, objects), *system]
    )
    return library


def _object(file: Path, target: str, scratch: Path) -> Path:
    made = scratch / f"{file.stem}.o"
    flags = ["-mcpu=baseline", *_isa_flags(file)]
    position = [] if "windows" in target else ["-fPIC"]
    run_compiler(["-target", TARGETS[target], *COMMON, *flags, *position, "-c", str(file), "-o", str(made)])
    return made


def _isa_flags(file: Path) -> list[str]:
    every = X86_FLAGS | ARM_FLAGS
    return next((flags for name, flags in every.items() if file.stem.startswith(name)), [])


def run_compiler(arguments: list[str]) -> None:
    """`zig cc` with these arguments. Raises `BuildError` with the compiler's own words."""
    command = [sys.executable, "-m", "ziglang", "cc", *arguments]
    # The compiler builds the C library of each target once, which takes a minute: keep that beside the
    # libraries, where tests find it too, whose user folders are empty each time.
    cache = {name: str(LIBRARIES / "cache") for name in ("ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR")}
    result = subprocess.run(command, capture_output=True, text=True, check=False, env={**cache, **os.environ})
    if result.returncode:
        raise BuildError(f"The kernels could not be built:\n{result.stderr.strip()}")


def _compiler_version() -> str:
    try:
        return importlib.metadata.version("ziglang")
    except importlib.metadata.PackageNotFoundError:
        raise BuildError(
            "The compiler is not installed; install the build group of pyproject.toml (ziglang)."
        ) from None


def main(arguments: list[str] | None = None) -> int:
    """The command line; 0 and the library's path on standard output, or 1 and one line on standard error."""
    parser = argparse.ArgumentParser(prog="python -m runtime.kernels.build", description="Build the kernels.")
    parser.add_argument("--target", choices=sorted(TARGETS), help="default: this machine")
    parser.add_argument("--force", action="store_true", help="build even if up to date")
    options = parser.parse_args(arguments)
    try:
        library = build(options.target, force=options.force)
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{library}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
