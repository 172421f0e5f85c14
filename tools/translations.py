"""Keeps ui/translations/chorale_de.ts in step with the sources, and compiles it for the window.

    python -m tools.translations            # after a text was added, changed or translated
    python -m tools.translations --check    # only says what is not in order; exit code 1 if anything is

Two contexts. `Chorale` holds the texts of the window, each a literal in `ui.words.tr`. `Sentences` holds what the
layers below say in English, an error or a notice, which the window translates when it shows it (`ui.sentences`):
every literal there that reads as a sentence, and in some modules also the parts that sentences are made of.
New texts come in as unfinished, texts without a source go, and what was translated stays. `lrelease`, which comes
with PySide6, then makes the .qm that the window loads. Read next: `tests/ui/test_translations.py`.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import PySide6

ROOT = Path(__file__).resolve().parents[1]
GERMAN = ROOT / "ui" / "translations" / "chorale_de.ts"
WINDOW, SENTENCES = "Chorale", "Sentences"
PLACEHOLDER = re.compile(r"\{\w*\}")

# What these say is for the command line, for developers or for the model; none of it reaches the window.
_NOT_SHOWN = (
    "app/__main__.py",
    "app/audit",
    "app/bench",
    "app/calculator.py",
    "app/cli.py",
    "app/commands",
    "app/demo",
    "app/device_report.py",
    "app/engine_main.py",
    "app/export/audit.py",
    "app/export/chain.py",
    "app/export/replay.py",
    "app/export/selection.py",
    "app/history_options.py",
    "app/logs.py",
    "app/models_options.py",
    "app/support_text.py",
    "app/titles.py",
    "app/tool_run.py",
    "app/tool_schema.py",
    "app/tools.py",
    "models/demo",
    "models/exports.py",
    "runtime/documents/citations.py",
    "runtime/documents/prompt.py",
    "runtime/documents/summaries.py",
    "runtime/harmony",
    "runtime/kernels/build.py",
)
# In modules that also speak to the person, these are for the model.
_FOR_THE_MODEL = (
    "Finds pages of the attached documents",
    "Here is a summary of our conversation until now",
    "List the actions and dates in {files}.",  # as the window words it itself, for who asks without one
    "List the key points of {files}.",
    "No page holds these words.",
    "Page {1} has pieces",
    "Pages {1} did not fit.",
    "Summarise our conversation so far for yourself",
    "Summarise {files} in detail.",
    "Summarise {files} in short.",
    "Shows pages of an attached document.",
    "There is no document {1}. Documents:",
    "The date is now {date}.",
    "This was the last call.",
    "{1} Write for this reader: {2}.",
    "{1} has pages 1 to {2}.",
)
_SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|WHERE) ")
# Calls whose texts nobody sees in the window: developers' errors, logs, what brings both languages along.
_SILENT = re.compile(
    r"(^|\.)(_?log(ger)?\.\w+|LOG\.\w+|getLogger|Words|compile|Setting|execute|executemany|"
    r"(Type|Value|Runtime|Key|Assertion|Lookup|NotImplemented)Error)$"
)
_SILENT_LOGS = re.compile(r"(^|\.)(_?log(ger)?\.\w+|Words|compile)$")
_REASONS = "app/policy/values.py"  # its ValueErrors complete sentences about policies
_SENTENCE = re.compile(r"[A-Z{0-9(].*\s.*([.!?…]|\.\))\s*$", re.DOTALL)


@dataclass(slots=True)
class Entry:
    """One text: its source, its German (empty if there is none yet), and the file it was found in."""

    source: str
    german: str
    place: str


def template(node: ast.AST) -> str | None:
    """The text of a literal or an f-string, whose fields are numbered: `{1} is empty.`; None for no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    numbers = iter(range(1, 100))
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else f"{{{next(numbers)}}}" for part in node.values
    )


@cache
def window_texts() -> dict[str, str]:
    """Every literal in `tr`, and the file it stands in first."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "ui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr":
                text = template(node.args[0])
                if not isinstance(node.args[0], ast.Constant) or text is None:
                    raise SystemExit(f"{path}, line {node.lineno}: tr takes a literal, then .format.")
                found.setdefault(text, _relative(path))
    return found


def sentences() -> dict[str, str]:
    """Every text below the window that reads as a sentence and may be shown, and its file."""
    return {text: place for text, place in texts_below() if _SENTENCE.match(text) and _has_words(text)}


@cache
def texts_below() -> tuple[tuple[str, str], ...]:
    """Every text in the layers below that may be shown, parts of sentences among them, with its file."""
    return tuple(_gathered())


def _gathered() -> Iterator[tuple[str, str]]:
    for layer in ("app", "models", "runtime"):
        for path in sorted((ROOT / layer).rglob("*.py")):
            place = _relative(path)
            if not any(place == other or place.startswith(other + "/") for other in _NOT_SHOWN):
                silent = _SILENT_LOGS if place == _REASONS else _SILENT
                for text in _texts(ast.parse(path.read_text("utf-8")), silent):
                    yield text, place


def _called(function: ast.expr) -> str:
    """`_log.info`, `Words`; only the last two names matter."""
    if isinstance(function, ast.Attribute):
        before = function.value
        return f"{before.id if isinstance(before, ast.Name) else ''}.{function.attr}"
    return function.id if isinstance(function, ast.Name) else ""


def _texts(tree: ast.Module, silent_calls: re.Pattern[str]) -> Iterator[str]:
    silent: set[int] = set()
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            silent.add(id(node.value))  # a docstring
        elif isinstance(node, ast.JoinedStr):
            silent.update(id(part) for part in node.values)
        elif isinstance(node, ast.Call) and silent_calls.search(_called(node.func)):
            silent.update(id(part) for part in ast.walk(node))
    for node in nodes:
        text = template(node) if id(node) not in silent else None
        if text and not _SQL.match(text) and not text.startswith(_FOR_THE_MODEL):
            yield from filter(None, text.split("\n"))  # the window translates line by line


def _has_words(text: str) -> bool:
    return len(re.findall(r"[^\W\d_]{2,}", PLACEHOLDER.sub("", text))) >= 2


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def read(path: Path = GERMAN) -> dict[str, dict[str, Entry]]:
    """The translations that are there, by context and source; an unfinished one has no German."""
    found: dict[str, dict[str, Entry]] = {WINDOW: {}, SENTENCES: {}}
    if not path.exists():
        return found
    for context in ElementTree.parse(path).getroot().iter("context"):
        entries = found.setdefault(context.findtext("name", ""), {})
        for message in context.iter("message"):
            source, german = message.findtext("source", ""), message.find("translation")
            is_done = german is not None and german.get("type") is None
            location = message.find("location")
            place = location.get("filename", "") if location is not None else ""
            entries[source] = Entry(
                source, (german.text or "") if german is not None and is_done else "", place
            )
    return found


def wanted(there: dict[str, dict[str, Entry]]) -> dict[str, dict[str, Entry]]:
    """What the sources need, with the German that is there; parts of sentences are kept while a source has them."""
    below = dict(texts_below())
    parts = {text: below[text] for text in there[SENTENCES] if text in below}
    needed = {WINDOW: window_texts(), SENTENCES: {**parts, **sentences()}}
    return {
        context: {
            text: Entry(text, there[context][text].german if text in there[context] else "", place)
            for text, place in sorted(texts.items(), key=lambda item: (item[1], item[0]))
        }
        for context, texts in needed.items()
    }


def write(contexts: dict[str, dict[str, Entry]], path: Path = GERMAN) -> None:
    """Write the .ts, as Qt Linguist does but for its indentation, and with the comment that stands at its top."""
    text = path.read_text("utf-8") if path.exists() else ""
    glossary = re.search(r"<!--.*?-->\n", text, re.DOTALL)
    lines = ['<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n', glossary.group() if glossary else ""]
    lines.append('<TS version="2.1" language="de_DE" sourcelanguage="en_GB">\n')
    for context, entries in contexts.items():
        lines.append(f"<context>\n<name>{context}</name>\n")
        for entry in entries.values():
            kind = "" if entry.german else ' type="unfinished"'
            lines.append(
                f'<message>\n<location filename="{entry.place}"/>\n<source>{_escaped(entry.source)}</source>\n'
                f"<translation{kind}>{_escaped(entry.german)}</translation>\n</message>\n"
            )
        lines.append("</context>\n")
    lines.append("</TS>\n")
    path.write_text("".join(lines), "utf-8", newline="\n")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def compiled(path: Path = GERMAN) -> Path:
    """Make the .qm beside a .ts; where it is. Raises `subprocess.CalledProcessError`."""
    here = Path(PySide6.__file__).parent
    program = next(file for file in (here / "lrelease", here / "lrelease.exe") if file.exists())
    made = path.with_suffix(".qm")
    subprocess.run([program, "-silent", path, "-qm", made], check=True)
    return made


def main() -> int:
    there = read()
    needed = wanted(there)
    missing = [text for entries in needed.values() for text, entry in entries.items() if not entry.german]
    gone = [text for context in there for text in there[context] if text not in needed.get(context, {})]
    for what, texts in (("has no German", missing), ("has no source any more", gone)):
        for text in texts:
            sys.stdout.write(f"{what}: {text!r}\n")
    if sys.argv[1:] == ["--check"]:
        return 1 if missing or gone else 0
    write(needed)
    compiled()
    return 0


if __name__ == "__main__":
    sys.exit(main())
