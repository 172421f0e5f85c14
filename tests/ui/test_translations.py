"""Whoever chose German reads German: every text has one, with the same fields, and what is compiled is what is written."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.everywhere import EVERY, reach
from tests.ui.speaking import speaking
from tools.translations import (
    GERMAN,
    PLACEHOLDER,
    ROOT,
    SENTENCES,
    WINDOW,
    Entry,
    read,
    sentences,
    template,
    texts_below,
    wanted,
    window_texts,
)
from ui.sentences import Template
from ui.window import Window
from ui.words import about, decimal, duration, number, rate, size, speed, tokens

# Words that are the same in both languages. Texts of fields and signs alone need no place here.
SAME = {
    "1 Token",
    "Chat",
    "Chorale",
    "Code",
    "Code, {language}",
    "Demo",
    "JSON",
    "Markdown",
    "Name",
    "PDF",
    "Passphrase",
    "Pause",
    "Revision",
    "System",
    "Threads",
    "{setting}, in {unit}",
}
LATE = ("number", "said", "tokens", "tr")  # what only knows its words once a language was chosen
_QUOTES = re.compile(r"[\"“”]")
_VERB = re.compile(r"[^\W\d_]{2,}")


@pytest.fixture(scope="module")
def there() -> dict[str, dict[str, Entry]]:
    return read()


@pytest.fixture
def in_german(qapp: QApplication) -> Iterator[QApplication]:
    """An application that speaks German until the test ends."""
    with speaking(qapp, "de"):
        yield qapp


def _own_fields(text: str) -> list[str]:
    """Fields, without the doubled brackets that stand for themselves."""
    return sorted(PLACEHOLDER.findall(re.sub(r"\{\{\w*\}\}", "", text)))


@pytest.mark.slow
def test_no_text_of_the_window_is_left_in_english(there: dict[str, dict[str, Entry]]) -> None:
    assert [
        text for text in window_texts() if text not in there[WINDOW] or not there[WINDOW][text].german
    ] == []


@pytest.mark.slow
def test_no_error_or_notice_is_left_in_english(there: dict[str, dict[str, Entry]]) -> None:
    known = there[SENTENCES]
    assert [text for text in sentences() if text not in known or not known[text].german] == []


@pytest.mark.slow
def test_no_translation_outlives_its_text(there: dict[str, dict[str, Entry]]) -> None:
    needed = wanted(there)
    assert [text for context in there for text in there[context] if text not in needed[context]] == []


def test_every_field_of_a_text_is_in_its_translation(there: dict[str, dict[str, Entry]]) -> None:
    differing = [
        text
        for entries in there.values()
        for text, entry in entries.items()
        if _own_fields(text) != _own_fields(entry.german)
    ]
    assert differing == []


def test_nothing_is_called_translated_that_is_still_english(there: dict[str, dict[str, Entry]]) -> None:
    same = [
        text
        for text, entry in there[WINDOW].items()
        if entry.german == text and _VERB.search(PLACEHOLDER.sub("", text)) and text not in SAME
    ]
    units = re.compile(r"\{\w+\} (GB|MB|kB|min|h|s|GB/s|MB/s)( \{\w+\} (min|s))?")
    assert [text for text in same if not units.fullmatch(text)] == []


def test_german_is_quoted_and_spaced_as_german_is(there: dict[str, dict[str, Entry]]) -> None:
    texts = [entry.german for entries in there.values() for entry in entries.values()]
    assert [text for text in texts if text.count("„") != len(_QUOTES.findall(text))] == []
    assert [text for text in texts if "  " in text or "..." in text] == []


def test_what_was_compiled_is_what_was_translated(there: dict[str, dict[str, Entry]]) -> None:
    compiled = QTranslator()
    assert compiled.load(str(GERMAN.with_suffix(".qm")))
    stale = [
        text
        for context, entries in there.items()
        for text, entry in entries.items()
        if compiled.translate(context, text) != entry.german
    ]
    assert stale == [], "run: python -m tools.translations"


@pytest.mark.slow
def test_a_text_is_asked_for_when_the_language_is_known() -> None:
    """Outside of functions, tr runs while modules are imported, before a language was chosen."""
    early = []
    for path in sorted((ROOT / "ui").rglob("*.py")):
        for node in _outside_functions(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LATE:
                early.append(f"{path.name}, line {node.lineno}")
    assert early == []


@pytest.mark.slow
def test_no_error_reaches_the_window_untranslated() -> None:
    bare = []
    for path in sorted((ROOT / "ui").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        calls = [
            node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        ]
        fine = {id(part) for call in calls if call.func.id == "translated" for part in ast.walk(call)}  # type: ignore[attr-defined]
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "user_text" and id(node) not in fine:
                bare.append(f"{path.name}, line {node.lineno}")
    assert bare == []


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            yield from ast.walk(default)
    elif not isinstance(node, ast.Lambda):
        yield node
        for child in ast.iter_child_nodes(node):
            yield from _outside_functions(child)


@pytest.mark.slow
def test_a_sentence_below_the_window_is_found_with_its_fields() -> None:
    joined = ast.parse('f"{file.name} is " "empty: {nothing}."').body[0]
    assert isinstance(joined, ast.Expr)
    assert template(joined.value) == "{1} is empty: {nothing}."
    below = dict(texts_below())
    assert below["{1} is empty."] == "runtime/documents/detect.py"
    assert (
        "Whether new conversations are kept." not in below
    )  # of a setting, which brings both languages along


def test_numbers_are_written_as_the_language_writes_them(in_german: QApplication) -> None:
    assert number(1204) == "1.204"
    assert decimal(23.46, 1) == "23,5"
    assert size(13_800_000_000) == "13,8 GB"
    assert rate(1.25e9) == "1,2 GB/s"
    assert speed(7.25) == "7,2 Tokens/s"
    assert duration(0.31) == "0,3 s"
    assert (tokens(1), tokens(2048)) == ("1 Token", "2.048 Tokens")
    assert about(4800) == "1 h 20 min"


def test_menus_of_text_fields_are_qts_own_and_german_too(in_german: QApplication) -> None:
    field = QLineEdit()
    menu = field.createStandardContextMenu()
    texts = [action.text().partition("\t")[0].replace("&", "") for action in menu.actions()]
    menu.deleteLater()
    assert "Kopieren" in texts


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY)
def test_a_german_window_says_nothing_in_english(
    name: str, in_german: QApplication, whole: Callable[..., Window], qtbot: QtBot, english: list[Template]
) -> None:
    root = reach(name, whole(name), qtbot)
    said = {text for widget in (root, *root.findChildren(QWidget)) for text in _texts(widget)}
    assert len(said) > 3
    assert [text for text in sorted(said) if any(each.match(text) is not None for each in english)] == []


@pytest.fixture(scope="module")
def english(there: dict[str, dict[str, Entry]]) -> list[Template]:
    """What would be English: each source that has words of its own, and another German."""
    entries = [entry for entries in there.values() for entry in entries.values()]
    telling = [each for each in entries if each.german != each.source and each.source not in SAME]
    return [
        Template.of(each.source, "")
        for each in telling
        if not PLACEHOLDER.search(each.source) or len(_VERB.findall(PLACEHOLDER.sub("", each.source))) > 2
    ]


def _texts(widget: QWidget) -> Iterator[str]:
    yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        yield widget.placeholderText()
    if isinstance(widget, QMenu):
        yield from (action.text() for action in widget.actions())
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(i) for i in range(widget.count()))
    interface = QAccessible.queryAccessibleInterface(widget)
    if interface is not None:
        yield interface.text(QAccessible.Text.Name)
        yield interface.text(QAccessible.Text.Description)


@pytest.mark.slow
def test_the_glossary_stays_when_texts_are_gathered_again(tmp_path: Path) -> None:
    from tools.translations import write

    copy = tmp_path / "chorale_de.ts"
    copy.write_bytes(GERMAN.read_bytes())
    write(wanted(read(copy)), copy)
    assert copy.read_bytes() == GERMAN.read_bytes()
    assert "Unterhaltung" in copy.read_text("utf-8").partition("-->")[0]
