"""The native kernels: where the library is, which kernel runs, and forcing another by name.

A kernel is one implementation of the heavy ops for one kind of CPU. ONNX Runtime gets the library by its
path (`runtime/session`); this module talks to the same library through ctypes. Loading one file twice
gives one copy in memory, so a kernel selected here is the one a session in this process uses.

Next: `build.py` builds it, `src/kernel.h` is the C side.
"""

from __future__ import annotations

import ctypes
import functools
from pathlib import Path

from models.errors import EngineError
from runtime.kernels.place import host_target, library_file

MESSAGE_BYTES = 320  # CK_MESSAGE in src/kernel.h


def library_path() -> Path:
    """The built library of this machine.

    Raises:
        EngineError: it has not been built.
    """
    path = library_file(host_target())
    if not path.is_file():
        raise EngineError(
            "Chorale's native library is not built; run: python -m runtime.kernels.build", f"no {path.name}"
        )
    return path


@functools.cache
def library() -> ctypes.CDLL:
    """The library, loaded once. Raises `EngineError` if it is missing or cannot be loaded."""
    path = library_path()
    try:
        loaded = ctypes.CDLL(str(path))
    except OSError as error:
        raise EngineError(
            "Chorale's native library cannot be loaded; build it again: python -m runtime.kernels.build --force",
            str(error),
        ) from error
    loaded.chorale_kernel_name.restype = ctypes.c_char_p
    loaded.chorale_kernel_in_use.restype = ctypes.c_char_p
    loaded.chorale_kernel_calls.restype = ctypes.c_longlong
    loaded.chorale_kernel_select.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
    loaded.chorale_kernel_in_use.argtypes = [ctypes.c_char_p]
    for function in (loaded.chorale_read_ahead, loaded.chorale_prefault):
        function.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
        function.restype = None
    return loaded


def names() -> tuple[str, ...]:
    """All kernels of this build, best first; some may not run on this CPU."""
    count = int(library().chorale_kernel_count())
    return tuple(library().chorale_kernel_name(index).decode() for index in range(count))


def supported() -> tuple[str, ...]:
    """The kernels this CPU and operating system can run, best first."""
    return tuple(name for i, name in enumerate(names()) if library().chorale_kernel_supported(i))


def select(name: str | None) -> str:
    """Use a kernel from now on, in every session of this process; None goes back to the automatic choice.

    Returns the name of the kernel in use.

    Raises:
        EngineError: there is no such kernel, or this CPU cannot run it; nothing changes then.
    """
    message = ctypes.create_string_buffer(MESSAGE_BYTES)
    if library().chorale_kernel_select(None if name is None else name.encode(), message):
        raise EngineError(message.value.decode(errors="replace"))
    return in_use()


def in_use() -> str:
    """The kernel in use: the selected one, else CHORALE_KERNEL's, else the best this CPU can run.

    Raises:
        EngineError: CHORALE_KERNEL names a kernel that does not exist or cannot run here.
    """
    message = ctypes.create_string_buffer(MESSAGE_BYTES)
    name = library().chorale_kernel_in_use(message)
    if name is None:
        raise EngineError(message.value.decode(errors="replace"))
    return str(name.decode())


def calls(name: str) -> int:
    """How many ops have run on a kernel since the library was loaded. Raises `EngineError` if unknown."""
    if name not in names():
        raise EngineError(f'There is no kernel named "{name}"; there are: {", ".join(names())}.')
    return int(library().chorale_kernel_calls(names().index(name)))


def stop(stopped: bool) -> None:
    """Make all ops of this process fail within milliseconds (True), or work again (False); any thread."""
    library().chorale_stop(int(stopped))
