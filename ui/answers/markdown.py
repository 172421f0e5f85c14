"""Markdown as Chorale shows it: a piece of an answer, made into a styled document.

HTML in an answer is text, and an image becomes its words and its address: nothing is ever fetched. Formulas are
set aside before Qt reads the Markdown, and put in afterwards.

Read next: `ui.answers.pieces`, which cuts an answer, `ui.answers.formula`, and `ui.answers.markdown_view`, which
shows all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QPalette,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableCell,
)
from PySide6.QtWidgets import QWidget

from ui.answers.formula import formulas, put, teach
from ui.answers.formula_spans import Formula, find
from ui.answers.links import tip
from ui.style import mono_font, scaled

_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_HEADING_SCALE = {1: 1.42, 2: 1.26, 3: 1.12, 4: 1.0, 5: 1.0, 6: 1.0}
_MARK = "\ue000"  # stands for a formula, by number, until Qt has read the Markdown
_MARKED = re.compile(f"{_MARK}(\\d+){_MARK}")
_SHORT_WORD = 14  # letters; words up to this length are not broken in a table
_P = QTextFormat.Property


@dataclass(frozen=True, slots=True)
class Look:
    """Fonts and colours a document is made with."""

    body: QFont
    mono: QFont
    text: QColor
    quiet: QColor
    line: QColor
    sunken: QColor
    link: QColor

    @classmethod
    def of(cls, widget: QWidget) -> Look:
        """The look of `widget`'s own font and palette."""
        colour = widget.palette().color
        role = QPalette.ColorRole
        return cls(
            body=widget.font(),
            mono=mono_font(widget.font()),
            text=colour(role.WindowText),
            quiet=colour(role.PlaceholderText),
            line=colour(role.Mid),
            sunken=colour(role.AlternateBase),
            link=colour(role.Link),
        )


def waits_for_formulas(source: str) -> bool:
    """Whether formulas in `source` are not drawn yet; they are asked for."""
    missing = [each for each, _ in _set_aside(source)[1] if not formulas().knows((each.tex, each.display))]
    return bool(missing)


def document(source: str, look: Look) -> QTextDocument:
    """`source` as a document, styled, without images."""
    result = QTextDocument()
    result.setUndoRedoEnabled(False)
    result.setDocumentMargin(0)
    result.setDefaultFont(look.body)
    result.setIndentWidth(24)
    marked, found = _set_aside(source)
    result.setMarkdown(marked, _FEATURES)
    cursor = QTextCursor(result)
    cursor.beginEditBlock()
    if found:
        teach(result)
        _put_formulas(result, found, look)
    block = result.begin()
    while block.isValid():
        _style_block(block, look)
        block = block.next()
    for frame in result.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _style_table(frame, look)
    cursor.endEditBlock()
    return result


def _set_aside(source: str) -> tuple[str, list[tuple[Formula, str]]]:
    """`source` with marks in place of its formulas, since Markdown would take their backslashes, stars and
    underlines for its own signs; and the formulas, each with how it was written."""
    if not ("$" in source or "\\(" in source or "\\[" in source):
        return source, []
    source = source.replace(_MARK, "")
    found: list[tuple[Formula, str]] = []
    parts: list[str] = []
    at = 0
    for each in find(source).formulas:
        mark = f"{_MARK}{len(found)}{_MARK}"
        found.append((each, source[each.start : each.end]))
        start = source.rfind("\n", at, each.start) + 1 or at
        prefix = source[start : each.start]
        alone = each.display and not prefix.strip(" \t>") and (start == 0 or source[start - 1] == "\n")
        if alone:  # in a paragraph of its own
            quote = prefix.rstrip()
            parts += [source[at:start], f"{quote}\n{prefix}{mark}"]
            if source[each.end : each.end + 1] == "\n":
                parts.append(f"\n{quote}")
        else:
            parts += [source[at : each.start], mark]
        at = each.end
    return "".join([*parts, source[at:]]), found


def _put_formulas(document: QTextDocument, found: list[tuple[Formula, str]], look: Look) -> None:
    """Put formulas in place of their marks: drawn, or as code while they are not, or cannot be."""
    cursor = QTextCursor(document)
    block = document.lastBlock()
    while block.isValid():
        text = block.text()
        for match in reversed(list(_MARKED.finditer(text))) if _MARK in text else ():
            number = int(match[1])
            if number >= len(found):
                continue
            cursor.setPosition(block.position() + match.start())
            cursor.setPosition(block.position() + match.end(), QTextCursor.MoveMode.KeepAnchor)
            formula, written = found[number]
            _put_formula(cursor, formula, written, look, text == match[0])
        block = block.previous()


def _put_formula(cursor: QTextCursor, formula: Formula, written: str, look: Look, alone: bool) -> None:
    key = (formula.tex, formula.display)
    letters = cursor.charFormat()
    if formulas().knows(key) and formulas().drawing(key) is not None:
        level = cursor.blockFormat().headingLevel()
        font = scaled(look.body, _HEADING_SCALE.get(level, 1.0))
        put(cursor, key, written, font, letters)
        if alone and formula.display and cursor.currentTable() is None:
            centred = QTextBlockFormat()
            centred.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            cursor.mergeBlockFormat(centred)
        return
    letters.setFontFixedPitch(True)
    lines = "\u2028".join(line.strip() for line in formula.tex.splitlines())
    if alone and cursor.currentTable() is None:
        code = QTextBlockFormat()
        code.setProperty(_P.BlockCodeFence, "`")
        cursor.mergeBlockFormat(code)
    cursor.insertText(lines, letters)


def _style_block(block: QTextBlock, look: Look) -> None:
    cursor = QTextCursor(block)
    was = block.blockFormat()
    form = QTextBlockFormat()
    code = was.hasProperty(_P.BlockCodeFence)
    level = was.headingLevel()
    in_table = cursor.currentTable() is not None
    if in_table:
        pass
    elif code:
        first = not block.previous().blockFormat().hasProperty(_P.BlockCodeFence)
        last = not block.next().blockFormat().hasProperty(_P.BlockCodeFence)
        form.setTopMargin(12 if first else 0)
        form.setBottomMargin(14 if last else 0)
        form.setLeftMargin(12)
    elif level:
        form.setTopMargin(0 if block.position() == 0 else 20)
        form.setBottomMargin(6)
    elif block.textList() is not None:
        form.setTopMargin(3)
        form.setBottomMargin(3)
    elif was.hasProperty(_P.BlockTrailingHorizontalRulerWidth):
        form.setTopMargin(4)
        form.setBottomMargin(14)
        form.setBackground(look.line)
    else:
        form.setTopMargin(0 if block.position() == 0 else 5)
        form.setBottomMargin(9)
        quote = was.intProperty(_P.BlockQuoteLevel)
        if quote:
            form.setLeftMargin(16 * quote)
    form.setRightMargin(0)
    if not (level or in_table):
        between = look.body.pointSizeF() * (0.3 if code else 0.42)
        form.setLineHeight(between, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)
    cursor.mergeBlockFormat(form)
    _style_text(block, look, code, level)


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture that is not shown: its words and its address."""

    words: str
    address: str


def _name_picture(cursor: QTextCursor, picture: _Picture, look: Look) -> None:
    """Its words, and its address as a link."""
    quiet, link = QTextCharFormat(), QTextCharFormat()
    quiet.setForeground(look.quiet)
    link.setForeground(look.link)
    link.setAnchor(True)
    link.setAnchorHref(picture.address)
    link.setToolTip(tip(QUrl(picture.address)))
    cursor.insertText(f"{picture.words} <" if picture.words else "<", quiet)
    cursor.insertText(picture.address, link)
    cursor.insertText(">", quiet)


def _style_text(block: QTextBlock, look: Look, code: bool, level: int) -> None:
    changes: list[tuple[int, int, QTextCharFormat | _Picture]] = []
    iterator = block.begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        was = fragment.charFormat()
        start, end = fragment.position(), fragment.position() + fragment.length()
        form = QTextCharFormat()
        if was.isImageFormat():
            image = was.toImageFormat()
            changes.append((start, end, _Picture(str(image.property(_P.ImageAltText) or ""), image.name())))
        elif code or was.fontFixedPitch():
            form.setFontFamilies(look.mono.families())
            form.setFontPointSize(look.mono.pointSizeF())
            if not code and not was.isAnchor():
                form.setBackground(look.sunken)
            changes.append((start, end, form))
        elif level:
            changes.append((start, end, _heading(was, level, look)))
        elif was.fontWeight() > QFont.Weight.Medium:
            form.setFontWeight(QFont.Weight.DemiBold)
            changes.append((start, end, form))
        if was.isAnchor():
            form = QTextCharFormat()
            form.setForeground(look.link)
            if not was.toolTip():
                form.setToolTip(tip(QUrl(was.anchorHref())))
            changes.append((start, end, form))
        iterator += 1
    cursor = QTextCursor(block)
    for start, end, change in reversed(changes):
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        if isinstance(change, _Picture):
            _name_picture(cursor, change, look)
        elif level:
            cursor.setCharFormat(change)
        else:
            cursor.mergeCharFormat(change)
    if level:
        cursor.setBlockCharFormat(_heading(block.charFormat(), level, look))


def _heading(was: QTextCharFormat, level: int, look: Look) -> QTextCharFormat:
    """`was` at a heading's size. Qt's own size adjustment must go: it wins over any size."""
    form = QTextCharFormat(was)
    form.clearProperty(_P.FontSizeAdjustment)
    form.setFontPointSize(look.body.pointSizeF() * _HEADING_SCALE[level])
    form.setFontWeight(QFont.Weight.DemiBold)
    if was.isAnchor():
        form.setForeground(look.link)
    return form


def _style_table(table: QTextTable, look: Look) -> None:
    form = table.format()
    form.setBorder(1)
    form.setBorderCollapse(True)
    form.setBorderBrush(look.line)
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setCellPadding(7)
    form.setCellSpacing(0)
    form.setTopMargin(10)
    form.setBottomMargin(14)
    form.setWidth(QTextLength())
    form.setHeaderRowCount(1)
    table.setFormat(form)
    if table.columns() <= 7:
        for row in range(table.rows()):
            for column in range(table.columns()):
                _keep_word(table.cellAt(row, column))
    for column in range(table.columns()):
        cell = table.cellAt(0, column)
        head = cell.format()
        head.setBackground(look.sunken)
        cell.setFormat(head)
        cursor = cell.firstCursorPosition()
        cursor.setPosition(cell.lastCursorPosition().position(), QTextCursor.MoveMode.KeepAnchor)
        bold = QTextCharFormat()
        bold.setFontWeight(QFont.Weight.DemiBold)
        cursor.mergeCharFormat(bold)


def _keep_word(cell: QTextTableCell) -> None:
    """A single short word in a cell stays in one piece; Qt would break it to make room for other columns."""
    cursor = cell.firstCursorPosition()
    word = cursor.block().text()
    if len(word) <= _SHORT_WORD and " " not in word:
        form = QTextBlockFormat()
        form.setNonBreakableLines(True)
        cursor.mergeBlockFormat(form)
