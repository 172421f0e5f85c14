"""Keeps a native library's remarks off the user's terminal while it is loaded."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def hidden_native_errors() -> Iterator[None]:
    """Drop what native code writes to standard error meanwhile, on Windows; exceptions pass as always.

    ONNX Runtime for Windows ML warns in yellow, at each import and before its log level can be set, that a
    library for other providers is missing, which its package never has. This can go when 1.30 is no longer used.
    """
    if sys.platform != "win32":
        yield
        return
    try:
        saved = os.dup(2)
    except OSError:  # a program without a console has no standard error
        yield
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        with suppress(OSError):
            os.dup2(saved, 2)
        os.close(saved)
        os.close(nothing)
