"""`chorale history`: the conversations that are kept: list, search, show, export, delete.

With `--json` every line is one object with a `type`. Conversations that a passphrase protects are opened with the
first line of `--passphrase-file`, or with what is typed unseen on a terminal; never with an argument, which other
users of the PC could read.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.commands.answering import as_text
from app.export.markdown import markdown
from app.export.save import save
from app.export.selection import Words
from app.export.values import ExportOptions, Format
from app.history.interface import HistoryInterface
from app.history.tree import Tree
from app.history.values import Access, Entry, Hit
from app.house import House
from models.errors import InputError, PolicyError
from runtime.harmony.json_form import messages_to_json


def run(options: argparse.Namespace, house: House) -> int:
    """Do what `options.verb` says. Raises `AppError`, `KeyboardInterrupt`."""
    history = house.new_history(house)
    try:
        _open(history, options.passphrase_file, house)
        match options.verb:
            case "list":
                for entry in history.entries():
                    _say(_entry_json(entry), _entry_line(entry), options, house)
            case "search":
                for hit in history.search(" ".join(as_text(word) for word in options.words)):
                    _say(
                        _hit_json(hit),
                        f"{_entry_line(hit.entry)}\n    {_one_line(hit.snippet)}",
                        options,
                        house,
                    )
            case "show":
                _show(history, options, house)
            case "export":
                _export(history, options, house)
            case "delete":
                _delete(history, options, house)
    finally:
        history.close()
    return 0


def _open(history: HistoryInterface, file: Path | None, house: House) -> None:
    if history.prepare() is Access.LOCKED:
        history.unlock(_passphrase(file, house))
    if history.access is Access.FORBIDDEN:
        raise PolicyError(history.reason)
    if history.access is not Access.OPEN:
        raise InputError(history.reason)


def _passphrase(file: Path | None, house: House) -> str:
    if file is None:
        typed = house.terminal.ask_secret("Passphrase of the conversations: ")
        if typed is None:
            raise InputError(
                "A passphrase protects the conversations. Give the file that holds it: --passphrase-file FILE."
            )
        return typed
    try:
        return file.read_text("utf-8-sig").split("\n")[0].rstrip("\r")
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8 text. Save it as UTF-8.") from error
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.") from error


def _say(data: dict[str, Any], line: str, options: argparse.Namespace, house: House) -> None:
    if options.json:
        house.terminal.json(data)
    else:
        house.terminal.line(line)


def _chosen(options: argparse.Namespace) -> ExportOptions:
    return ExportOptions(
        reasoning=options.with_reasoning,
        tools=options.with_tools,
        documents=options.with_documents,
        all_branches=not getattr(options, "shown_path", False),
    )


def _show(history: HistoryInterface, options: argparse.Namespace, house: House) -> None:
    stored = history.open(_known(history, options.id))
    if not options.json:
        house.terminal.write(markdown(stored, _chosen(options), Words()))
        return
    house.terminal.json(_entry_json(stored.entry))
    for node in Tree.of(stored.nodes, stored.leaf).path():
        for message in messages_to_json(node.content.messages):
            house.terminal.json(
                {"type": "message", "node": node.id, "created": _time(node.created), **message}
            )


def _export(history: HistoryInterface, options: argparse.Namespace, house: House) -> None:
    path: Path = options.path.expanduser().absolute()
    if path.is_dir():
        raise InputError(f"{path} is a folder. Give the name of a file.")
    form = Format(options.format) if options.format else _form_of(path)
    if path.exists() and not options.force:
        raise InputError(f"{path} is there already. Give another name, or --force to replace it.")
    stored = history.open(_known(history, options.id))
    exported = save(stored, form, path, _chosen(options), datetime.now(UTC))
    data = {
        "type": "exported",
        "id": options.id,
        "path": str(path),
        "format": form.value,
        "records": exported.records or None,
        "head": exported.head or None,
    }
    line = f"Exported to {path}."
    if exported.head:
        line += (
            f" {exported.records} records. Keep this hash elsewhere, to prove the file by: {exported.head}"
        )
    _say(data, line, options, house)


def _form_of(path: Path) -> Format:
    endings = {
        ".md": Format.MARKDOWN,
        ".markdown": Format.MARKDOWN,
        ".html": Format.HTML,
        ".htm": Format.HTML,
    }
    endings |= {".json": Format.JSON, ".jsonl": Format.AUDIT}
    form = endings.get(path.suffix.lower())
    if form is None:
        raise InputError(
            f"The name {path.name} does not say the form. Give --format md, html, json or audit."
        )
    return form


def _delete(history: HistoryInterface, options: argparse.Namespace, house: House) -> None:
    ids = list(dict.fromkeys(options.ids))
    for number in ids:  # all or nothing
        _known(history, number)
    history.remove(*ids)
    for number in ids:
        _say({"type": "deleted", "id": number}, f"Conversation {number} was deleted.", options, house)


def _known(history: HistoryInterface, number: int) -> int:
    if all(entry.id != number for entry in history.entries()):
        raise InputError(f"There is no conversation {number}. See: chorale history list")
    return number


def _entry_json(entry: Entry) -> dict[str, Any]:
    return {
        "type": "conversation",
        "id": entry.id,
        "title": entry.title,
        "has_title": entry.has_title,
        "folder": entry.folder or None,
        "pinned": entry.is_pinned,
        "created": _time(entry.created),
        "changed": _time(entry.changed),
    }


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "type": "hit",
        "id": hit.entry.id,
        "title": hit.entry.title,
        "node": hit.node,
        "snippet": hit.snippet,
        "marks": [list(mark) for mark in hit.marks],
    }


def _entry_line(entry: Entry) -> str:
    day = datetime.fromtimestamp(entry.changed).strftime("%Y-%m-%d %H:%M")
    place = f"{_one_line(entry.folder)}: " if entry.folder else ""
    pin = " (pinned)" if entry.is_pinned else ""
    return f"{entry.id:>5}  {day}  {place}{_one_line(entry.title)}{pin}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
