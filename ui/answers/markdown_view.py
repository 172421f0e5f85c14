"""An answer's Markdown on the screen: one widget a piece, of which only the last is made again as it grows.

Read next: `ui.answers.pieces`, which cuts, `ui.answers.markdown`, which styles, `ui.answers.code_block` and `ui.answers.text_view`, the two widgets.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QTimer, QUrl, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from ui.answers.code_block import CodeBlock
from ui.answers.formula import formulas
from ui.answers.markdown import Look, document, waits_for_formulas
from ui.answers.pieces import Piece, split
from ui.answers.table_view import TableView
from ui.answers.text_view import TextView
from ui.style import READING_WIDTH
from ui.words import tr

SPACE = 12  # between pieces


class MarkdownView(QWidget):
    """Shows Markdown; `set_source` may be called again and again while the text still grows.

    Signals:
        page_asked(QUrl): a citation was activated.
        menu_made(QMenu): a menu of the text is about to be shown.
        resized: it needs another height, since formulas have been drawn.
    """

    page_asked = Signal(QUrl)
    menu_made = Signal(object)
    resized = Signal()

    def __init__(self, parent: QWidget, dress: Callable[[str], str] | None = None) -> None:
        """`dress` changes the Markdown of a text before it is shown; the source stays what it is."""
        super().__init__(parent)
        self._dress = dress
        self._source = ""
        self._complete = True
        self._pieces: list[Piece] = []
        self._widgets: list[TextView | CodeBlock] = []
        self._heights: list[int | None] = []
        self._width = 0
        self._looked: object = None
        self._waiting: set[int] = set()  # pieces with formulas that are not drawn yet
        self._redraw = QTimer(self, singleShot=True, interval=0)
        self._redraw.timeout.connect(self._show_formulas)
        formulas().drawn.connect(self._redraw.start)

    @property
    def source(self) -> str:
        """The Markdown as the model wrote it."""
        return self._source

    @property
    def widgets(self) -> list[TextView | CodeBlock]:
        """The pieces from top to bottom."""
        return self._widgets

    @property
    def waits(self) -> bool:
        """Whether formulas in it are still being drawn, and stand as they were written."""
        return bool(self._waiting)

    @property
    def complete(self) -> bool:
        """Whether all of the source stands here; `set_source` with a budget may leave the end for later."""
        return self._complete

    def set_source(self, source: str, budget_s: float | None = None) -> None:
        """Show `source`, keeping every piece that did not change; stop after `budget_s`, if it is given."""
        if source == self._source and self._complete:
            return
        grown = bool(self._pieces) and source.startswith(self._source)
        self._source = source
        kept = self._pieces[:-1] if grown else []  # all before the last piece stays as it was cut
        start = self._pieces[-1].start if grown else 0
        self._show([*kept, *split(source, start)], budget_s)

    def copy(self) -> None:
        """Put the Markdown on the clipboard."""
        QGuiApplication.clipboard().setText(self._source)

    def arrange(self, width: int) -> int:
        """Place everything, `width` pixels wide; the height it needs."""
        if width != self._width:
            self._width = width
            self._heights = [None] * len(self._widgets)
        top = 0
        for i, widget in enumerate(self._widgets):
            height = self._heights[i]
            if height is None:
                height = self._heights[i] = widget.arrange(width)
            if top:
                top += SPACE
            widget.setGeometry(0, top, width, height)
            top += height
        return top

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self._pieces:
            # Colours and sizes are baked into the documents.
            if self._looked == Look.of(self):
                return
            self._pieces = []
            self._show(split(self._source))

    def _show(self, pieces: list[Piece], budget_s: float | None = None) -> None:
        self._looked = look = Look.of(self)
        self._complete = True
        # Not monotonic: its steps are 16 ms on Windows, longer than a budget.
        stop_at = math.inf if budget_s is None else time.perf_counter() + budget_s
        for i, piece in enumerate(pieces):
            if i < len(self._pieces) and self._pieces[i] == piece:
                continue
            self._show_piece(i, piece, look)
            if time.perf_counter() > stop_at and i + 1 < len(pieces):
                pieces = pieces[: i + 1]
                self._complete = False
                break
        while len(self._widgets) > len(pieces):
            _discard(self._widgets.pop())
            self._heights.pop()
        self._pieces = pieces

    def _show_piece(self, i: int, piece: Piece, look: Look) -> None:
        there = self._widgets[i] if i < len(self._widgets) else None
        if piece.language is None:
            if type(there) is not (TableView if piece.is_table else TextView):
                there = TableView(self) if piece.is_table else TextView(self)
                there.setAccessibleName(tr("Answer"))
                there.setLineWrapColumnOrWidth(self._width or READING_WIDTH)  # else it is laid out twice
                there.page_asked.connect(self.page_asked)
                there.menu_made.connect(self.menu_made)
                self._put(i, there)
            source = self._dress(piece.source) if self._dress else piece.source
            if waits_for_formulas(source):
                self._waiting.add(i)
            else:
                self._waiting.discard(i)
            there.replace_document(document(source, look))
            there.describe_formulas()
        elif isinstance(there, CodeBlock) and self._same_language(i, piece):
            there.set_code(piece.source)
        else:
            self._put(i, CodeBlock(piece.language, piece.source, self))
        self._heights[i] = None

    def _show_formulas(self) -> None:
        """Show one text again in which formulas stood as they were written; the next in the next turn."""
        look = Look.of(self)
        for i in sorted(self._waiting):
            if i >= len(self._pieces) or self._pieces[i].language is not None:
                self._waiting.discard(i)
                continue
            source = self._pieces[i].source
            if not waits_for_formulas(self._dress(source) if self._dress else source):
                self._show_piece(i, self._pieces[i], look)
                self.resized.emit()
                self._redraw.start()
                return

    def _same_language(self, i: int, piece: Piece) -> bool:
        return i < len(self._pieces) and self._pieces[i].language == piece.language

    def _put(self, i: int, widget: TextView | CodeBlock) -> None:
        if i < len(self._widgets):
            _discard(self._widgets[i])
            self._widgets[i] = widget
        else:
            self._widgets.append(widget)
            self._heights.append(None)
        widget.show()


def _discard(widget: QWidget) -> None:
    widget.hide()
    widget.deleteLater()
