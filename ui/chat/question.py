"""What the person said: plain text in a quiet box at the right, its files named. A very long one is folded.

Read next: `ui.chat.row_actions`, the bar below it, and `ui.chat.question_edit`, which changes it in place.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QTextBlockFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QPushButton, QWidget

from app.history.stored import LOST_QUESTION
from ui.answers.text_view import TextView
from ui.chat.question_edit import QuestionEdit
from ui.chat.row_actions import HEIGHT as BAR
from ui.chat.row_actions import RowAction, RowBar
from ui.sentences import translated
from ui.style import GAP, READING_WIDTH, SIDE_GAP, SIDE_WIDTH, WIDE
from ui.words import tr

FOLD_CHARACTERS = 3000
FOLD_LINES = 30
PADDING = 14
SHARE = 0.84  # of the column, at most


@dataclass(frozen=True, slots=True)
class QuestionState:
    """What a question is: its text as it was typed, and the names of its files."""

    text: str
    files: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """As it stands on the screen. The text of the files is the model's to read, not the person's."""
        said = translated(self.text) if self.text == LOST_QUESTION else self.text
        named = tr("With {files}").format(files=", ".join(self.files)) if self.files else ""
        return "\n\n".join(part for part in (said, named) if part)


class QuestionView(QWidget):
    """Shows one question.

    Signals:
        resized: it needs another height.
        asked(RowAction): something is to be done with it.
        edited(str): ask this in its place.
    """

    resized = Signal()
    asked = Signal(object)
    edited = Signal(str)

    def __init__(self, state: QuestionState, parent: QWidget) -> None:
        super().__init__(parent)
        self.state = state
        self._whole = state.words
        self._short = fold(self._whole)
        self._box = QRectF()
        self.edit: QuestionEdit | None = None
        self.text = TextView(self)
        self.text.setAccessibleName(tr("You"))
        self.text.has_boxes = False
        self.more = QPushButton(tr("Show all"), self)
        self.more.setProperty("kind", "quiet")
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.setVisible(len(self._short) < len(self._whole))
        self.more.clicked.connect(self.unfold)
        self.bar = RowBar(tr("More about this question"), self)
        self.edit_button = self.bar.add("edit", tr("Edit question"), RowAction.EDIT)
        self.copy = self.bar.add("copy", tr("Copy question"), RowAction.COPY)
        self.bar.set_actions(RowAction.EDIT, RowAction.COPY, RowAction.REMOVE)
        self.bar.asked.connect(self.asked)
        self.text.menu_made.connect(self.bar.add_to)
        self.bar.grown.connect(self._place_bar)
        self._write(self._short)

    def unfold(self) -> None:
        """Show all of a folded message."""
        self.more.hide()
        self._write(self._whole)
        self.resized.emit()

    # -- editing ---------------------------------------------------------------------------------

    def begin_edit(self, text: str | None = None) -> None:
        """Let it be changed in place; `text` is what was written already."""
        if self.edit is None:
            self.edit = QuestionEdit(self.state.text if text is None else text, self)
            self.edit.sent.connect(self.edited)
            self.edit.cancelled.connect(self._cancel)
            self.edit.resized.connect(self.resized)
            self.edit.show()
            self._show_parts(is_shown=False)
        self.edit.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def end_edit(self) -> None:
        """Show the question again."""
        if self.edit is not None:
            self.edit.hide()
            self.edit.deleteLater()
            self.edit = None
            self._show_parts(is_shown=True)

    def _cancel(self) -> None:
        self.end_edit()
        self.edit_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_parts(self, *, is_shown: bool) -> None:
        self.text.setVisible(is_shown)
        self.bar.setVisible(is_shown)
        is_folded = self.text.toPlainText() != self._whole
        self.more.setVisible(is_shown and is_folded)
        self.resized.emit()

    # -- placing ---------------------------------------------------------------------------------

    def arrange(self, width: int) -> int:
        """Place everything, `width` pixels wide; the height it needs."""
        column = min(READING_WIDTH, width - SIDE_GAP - SIDE_WIDTH) if width >= WIDE else width
        if self.edit is not None:
            height = self.edit.arrange(column)
            self.edit.setGeometry(0, 0, column, height)
            return height + 2 * GAP
        most = int(column * SHARE) - 2 * PADDING
        self.text.arrange(most)
        used = min(most, int(self.text.document().idealWidth()) + 2)
        height = self.text.arrange(used)
        below = 0 if self.more.isHidden() else self.more.sizeHint().height() + 4
        if below:
            used = max(used, self.more.sizeHint().width())
        left = column - used - 2 * PADDING
        self._box = QRectF(left, 0, used + 2 * PADDING, height + below + 2 * PADDING - 10)
        self.text.setGeometry(left + PADDING, PADDING - 3, used, height)
        self.more.setGeometry(left + PADDING - 10, PADDING + height, self.more.sizeHint().width(), below)
        self._place_bar()
        self.update()
        return int(self._box.height()) + 2 + BAR

    def _place_bar(self) -> None:
        width = self.bar.sizeHint().width()
        self.bar.setGeometry(int(self._box.right()) - width, int(self._box.height()) + 2, width, BAR)

    def _write(self, text: str) -> None:
        self.text.clear()
        cursor = QTextCursor(self.text.document())
        form = QTextBlockFormat()
        distance = self.font().pointSizeF() * 0.4
        form.setLineHeight(distance, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)
        cursor.setBlockFormat(form)
        cursor.insertText(text)

    # -- events ----------------------------------------------------------------------------------

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.edit is None:
            self.bar.show_menu(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.text.setFont(self.font())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.edit is not None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, role = self.palette(), QPalette.ColorRole
        has_ground = palette.color(role.AlternateBase) != palette.color(role.Window)
        # In high contrast there are no shades, so a line says where the question ends.
        painter.setPen(Qt.PenStyle.NoPen if has_ground else QPen(palette.color(role.Mid), 1))
        painter.setBrush(palette.color(role.AlternateBase))
        painter.drawRoundedRect(self._box.adjusted(0.5, 0.5, -0.5, -0.5), 14, 14)


def fold(text: str) -> str:
    """`text`, or its beginning if it is very long."""
    if len(text) <= FOLD_CHARACTERS and text.count("\n") <= FOLD_LINES:
        return text
    lines = text[:FOLD_CHARACTERS].split("\n")[:FOLD_LINES]
    return "\n".join(lines).rstrip() + " …"
