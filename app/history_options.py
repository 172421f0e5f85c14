"""The words and options of `chorale history` and `chorale replay`, apart from `cli` for their number.

Read next: `commands/history`, `commands/replay`.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

FORMATS = ("md", "html", "json", "audit")


def add_history(parser: argparse.ArgumentParser) -> None:
    """Add the verbs to the parser of `history`."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="list|search|show|export|delete")

    def verb(name: str, text: str) -> Any:
        added = verbs.add_parser(name, help=text, description=text, allow_abbrev=False)
        added.add_argument("--json", action="store_true", help="one JSON object a line on standard output")
        added.add_argument(
            "--passphrase-file",
            type=Path,
            metavar="FILE",
            help="its first line opens conversations that a passphrase protects; without it, it is asked for",
        )
        return added

    verb("list", "Every conversation that is kept: pinned ones first, then the last changed.")
    search = verb("search", "Where words were said, or stand in a title.")
    search.add_argument(
        "words", nargs="+", metavar="WORDS", help="all must be there; the last may be a beginning"
    )
    show = verb("show", "What was said in a conversation, on the branch that is shown.")
    show.add_argument("id", type=_id, metavar="ID", help="its number in the list")
    export = verb("export", "Write a conversation to a file.")
    export.add_argument("id", type=_id, metavar="ID", help="its number in the list")
    export.add_argument("path", type=Path, metavar="PATH", help="the file")
    export.add_argument(
        "--format",
        choices=FORMATS,
        help="audit holds everything, chained by hashes, to be checked by chorale replay; default: by the file's name",
    )
    export.add_argument("--force", action="store_true", help="replace a file that is there")
    export.add_argument(
        "--shown-path", action="store_true", help="in an audit: only the branch that is shown, not all"
    )
    for added in (show, export):
        added.add_argument("--with-reasoning", action="store_true", help="with what the model thought")
        added.add_argument(
            "--with-tools", action="store_true", help="with calls of tools and what they returned"
        )
        added.add_argument(
            "--with-documents",
            action="store_true",
            help="with the text of attached files, not only their names",
        )
    delete = verb("delete", "Delete conversations for ever.")
    delete.add_argument("ids", nargs="+", type=_id, metavar="ID", help="numbers in the list")


def add_replay(parser: argparse.ArgumentParser) -> None:
    """Add the options of `replay`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="an audit, from chorale history export")
    parser.add_argument(
        "--only-verify", action="store_true", help="check that the file is whole, and run nothing"
    )
    parser.add_argument(
        "--head", type=_hash, metavar="HASH", help="the hash that was kept when it was exported"
    )
    parser.add_argument("--model", metavar="MODEL", help="where the model is, if not under its name")
    parser.add_argument(
        "--threads", type=_threads, metavar="N", help="threads of the CPU to use; they change no letter"
    )
    parser.add_argument("--any-model", action="store_true", help="also with a model whose files are others")
    parser.add_argument("--json", action="store_true", help="one JSON object a line on standard output")


def _id(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not the number of a conversation; see: chorale history list"
        )
    return int(text)


def _threads(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of threads")
    return int(text)


def _hash(text: str) -> str:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise argparse.ArgumentTypeError("a head has 64 hexadecimal digits")
    return text.lower()
