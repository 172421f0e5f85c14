"""How files come to the place of the conversations and leave it: in single steps, so that a crash leaves a whole file.

    conversations.db               the place
    conversations.….new            a file being made; takes the place when it is whole
    conversations.old              the second name of a file that everybody could read, until it is overwritten
    conversations-set-aside-N.db   what could not be opened
    conversations.aside            names N while a file and its log, two steps, are on their way there

None of these overwrites a file in the place but `replace`. All raise `OSError`. Used by `vault`.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from app import private_files
from app.history.database import companions

_NEW = ".new"


def new_name(file: Path) -> Path:
    """Where to make a file that is to take the place of `file`."""
    return file.with_suffix(f".{secrets.token_hex(4)}{_NEW}")


def is_free(file: Path) -> bool:
    """Whether nothing is in the place."""
    return not file.exists() or file.stat().st_size == 0


def take_if_free(made: Path, file: Path) -> None:
    """Put a whole new file into the place, unless another process was quicker."""
    if file.exists() and is_free(file):
        file.unlink()
    try:
        os.link(made, file)
    except FileExistsError:
        return
    except OSError:  # a file system without second names
        if not file.exists():
            made.rename(file)
    private_files.sync_folder(file.parent)


def replace(made: Path, file: Path, *, was_readable: bool) -> None:
    """Put a whole file in the place of another, whose bytes are overwritten if everybody could read them."""
    old = file.with_suffix(".old")
    if was_readable:
        with suppress(OSError):  # a file system without second names: then it is only removed
            os.link(file, old)
    made.replace(file)
    private_files.sync_folder(file.parent)
    _overwrite(old)


def discard(made: Path) -> None:
    """Remove a file that has not taken the place, and what SQLite keeps beside it."""
    for each in (made, *companions(made)):
        each.unlink(missing_ok=True)


def has_leftovers(file: Path) -> bool:
    """Whether a crash left something of the functions above, or another process is about them."""
    return file.with_suffix(".old").exists() or _note(file).exists() or any(_made(file))


def clear_leftovers(file: Path) -> None:
    """Remove that, and end what was to be set aside. The file is whole at any moment; nobody else may have it open."""
    if _note(file).exists():
        _go_on_aside(file)
    for each in _made(file):
        each.unlink()
    old = file.with_suffix(".old")
    if old.exists() and file.exists() and old.samefile(file):
        old.unlink()
    _overwrite(old)


def set_aside(file: Path) -> None:
    """Give the file and its log names that nothing has; all of it, or if a crash comes between, at the next start."""
    if _note(file).exists():  # one that was interrupted: its log has a name that is not to be lost
        _go_on_aside(file)
        if is_free(file):
            return
    number = 1
    while any(each.exists() for each in _aside(file, number)):
        number += 1
    private_files.write_whole(_note(file), str(number))
    private_files.sync_folder(file.parent)
    try:
        _go_on_aside(file)
    except OSError:
        _come_back(file, number)
        raise


def _go_on_aside(file: Path) -> None:
    """The log first: it must not meet a new file. What already has its name there is not touched."""
    note = _note(file)
    number = note.read_bytes()
    aside = _aside(file, int(number) if number.isdigit() else 0)
    if (
        number.isdigit() and not aside[-1].exists()
    ):  # else all of it is there, and what is in the place is new
        for source, target in zip((*companions(file), file), aside, strict=True):
            if source.exists():
                source.rename(target)
        private_files.sync_folder(file.parent)
    note.unlink()


def _come_back(file: Path, number: int) -> None:
    """The file could not follow its log: it gets the log back."""
    for source, target in zip(_aside(file, number), (*companions(file), file), strict=True):
        if source.exists():
            source.rename(target)
    _note(file).unlink(missing_ok=True)


def _note(file: Path) -> Path:
    return file.with_suffix(".aside")


def _made(file: Path) -> list[Path]:
    return list(file.parent.glob(f"{file.stem}.*{_NEW}*"))


def _aside(file: Path, number: int) -> tuple[Path, ...]:
    aside = file.with_name(f"{file.stem}-set-aside-{number}{file.suffix}")
    return (*companions(aside), aside)


def _overwrite(file: Path) -> None:
    """Write zeros over what everybody could read, then remove it."""
    if not file.exists():
        return
    with file.open("r+b") as opened:
        left = file.stat().st_size
        while left > 0:
            left -= opened.write(bytes(min(left, 1 << 20)))
        opened.flush()
        os.fsync(opened.fileno())
    file.unlink()
