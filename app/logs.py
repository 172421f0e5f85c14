"""Logs by topic, for finding faults. Off disk unless the user asks, private, capped, without text.

A module takes `logger("engine")` and logs numbers, names of files of the model, and kinds of errors. What
the user or the model wrote never goes into a log; of an exception only its kind and place are written,
because its message may quote what was being worked on.
"""

from __future__ import annotations

import copy
import importlib.metadata
import logging
import logging.handlers
import os
import platform
import sys
import traceback
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType

import app
from app.private_files import make_folder, open_private
from models.errors import AppError, Cancelled
from runtime import kernels

ROOT = "chorale"
_FILE_BYTES = 1 << 20
_FILES_KEPT = 10
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def logger(topic: str) -> logging.Logger:
    """The log of one topic: `engine`, `settings`, `window` …"""
    return logging.getLogger(f"{ROOT}.{topic}")


def start_logging(folder: Path | None, level: str = "info") -> logging.Handler:
    """Send every topic to a file of this process in `folder`, or nowhere if it is None; from `level` on.

    Returns the handler, for `stop_logging`. A folder that cannot be written means no logs, no failure.
    """
    handler: logging.Handler = logging.NullHandler()
    if folder is not None:
        try:
            make_folder(folder)
            _prune(folder)
            handler = _PrivateFile(folder / f"chorale-{os.getpid()}.log")
        except OSError:
            pass
    handler.setFormatter(_WithoutMessages(_FORMAT))
    root = logging.getLogger(ROOT)
    root.setLevel(level.upper())
    root.propagate = False  # no other library's handler may print it
    root.addHandler(handler)
    return handler


def stop_logging(handler: logging.Handler) -> None:
    """End what `start_logging` began."""
    logging.getLogger(ROOT).removeHandler(handler)
    handler.close()


def log_start() -> None:
    """Note what runs here: versions, system, kernel. It looks them up, so only call it if logs are kept."""
    try:
        kernel = kernels.in_use()
    except AppError as error:
        kernel = f"none ({type(error).__name__})"
    logger("start").info(
        "chorale %s, python %s, onnxruntime %s, PySide6 %s, %s %s %s, kernel %s",
        app.__version__,
        platform.python_version(),
        _version("onnxruntime-windowsml" if sys.platform == "win32" else "onnxruntime"),
        _version("PySide6-Essentials"),
        platform.system(),
        platform.release(),
        platform.machine(),
        kernel,
    )


def log_bug(error: BaseException) -> None:
    """Note an error nobody foresaw: its kind and where it came from. What is no bug is passed over."""
    if isinstance(error, Exception) and not isinstance(error, (AppError, Cancelled, BrokenPipeError)):
        logger("bugs").error("a bug", exc_info=error)


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _prune(folder: Path) -> None:
    """Leave room for one more file of `_FILES_KEPT`, dropping the oldest."""
    files = sorted(folder.glob("chorale-*.log*"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[_FILES_KEPT - 1 :]:
        file.unlink(missing_ok=True)


class _PrivateFile(logging.handlers.RotatingFileHandler):
    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=_FILE_BYTES, backupCount=1, encoding="utf-8", errors="replace")

    def _open(self) -> TextIOWrapper:
        handle = open_private(self.baseFilename, os.O_APPEND | os.O_CREAT | os.O_WRONLY)
        return os.fdopen(handle, "a", encoding=self.encoding, errors=self.errors)


class _WithoutMessages(logging.Formatter):
    """Writes of an exception its kind and where it came from, never its message."""

    def format(self, record: logging.LogRecord) -> str:
        own = copy.copy(record)
        own.exc_text = None  # another handler may have left its own text there, message included
        return super().format(own)

    def formatException(  # noqa: N802 (logging's name)
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        kind, _, trace = ei
        name = kind.__name__ if kind is not None else "no exception"
        return "".join(traceback.format_tb(trace)) + name
