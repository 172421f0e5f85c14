"""Writes a conversation to a file, whole or not at all, readable by its user only."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.export import chain
from app.export.audit import audit_lines
from app.export.conversation import conversation_json
from app.export.html import html
from app.export.markdown import markdown
from app.export.selection import Words
from app.export.values import Exported, ExportOptions, Format
from app.history.values import Stored
from app.private_files import write_whole
from models.errors import InputError


def save(
    stored: Stored,
    form: Format,
    path: Path,
    options: ExportOptions,
    now: datetime,
    words: Words = Words(),  # noqa: B008 (frozen)
) -> Exported:
    """Write `stored` to `path`, in place of what is there.

    Raises:
        InputError: nothing was asked in it yet, or the file cannot be written.
    """
    if not stored.nodes:
        raise InputError("This conversation is empty, so there is nothing to export.")
    exported = Exported(str(path))
    match form:
        case Format.AUDIT:
            lines = audit_lines(stored, options, now)
            text = "".join(lines)
            verdict = chain.check(text.encode("ascii"))
            exported = Exported(str(path), verdict.head, verdict.records)
        case Format.HTML:
            text = html(stored, options, words)
        case Format.MARKDOWN:
            text = markdown(stored, options, words)
        case Format.JSON:
            text = conversation_json(stored, options, words)
    write(path, text)
    return exported


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all. Raises `InputError`."""
    try:
        write_whole(path, content)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror or error}. Choose another place."
        ) from error


def file_name(title: str, form: str) -> str:
    """A name for the file of a conversation that every system takes; `form` is the suffix with its dot."""
    kept = "".join(char if char.isalnum() or char in " -_" else " " for char in title)
    name = " ".join(kept.split())[:60].strip() or "Conversation"
    return name + form
