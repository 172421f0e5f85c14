"""A document as a row of the page of documents: what it is, what becomes of it, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QProgressBar, QVBoxLayout, QWidget

from app.attachments import AttachedFile, FileState
from ui.answers.flow import Flow
from ui.answers.parts import Card, Text, button
from ui.documents.document_words import (
    breakable_name,
    facts,
    fate_words,
    has_trouble,
    sign,
    state_words,
    told,
    trouble_words,
)
from ui.glyphs import draw
from ui.motion import run_on
from ui.style import GAP, quiet_colour
from ui.words import tr

LEAST = 44  # letters that the words have room for beside the buttons; else these stand below


class DocumentRow(Card):
    """Shows an `AttachedFile`. Delete asks for it to be taken away.

    Signals:
        show_asked(int), summary_asked(int), removed(int): with the file's key.
    """

    show_asked = Signal(int)
    summary_asked = Signal(int)
    removed = Signal(int)

    def __init__(self, file: AttachedFile, parent: QWidget) -> None:
        super().__init__(parent)
        self.file = file
        name = file.name
        self.sign = _Sign(self)
        self.name = Text(breakable_name(name), self, weight=QFont.Weight.DemiBold)
        self.name.setAccessibleName(name)
        self.facts = Text("", self, kind="quiet")
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        self.fate = Text("", self)
        self.trouble = Text("", self, kind="wrong")
        self._actions = QWidget(self)
        self._is_beside = True
        self.show_button = button(
            tr("Show its text"), self._actions, "plain", tr("Show the text of {name}").format(name=name)
        )
        self.summarise = button(
            tr("Summarise…"), self._actions, "plain", tr("Summarise {files}").format(files=name)
        )
        self.remove = button(tr("Remove"), self._actions, "plain", tr("Remove {name}").format(name=name))
        self._buttons = (self.show_button, self.summarise, self.remove)
        self._place()
        self.show_button.clicked.connect(lambda: self.show_asked.emit(self.file.key))
        self.summarise.clicked.connect(lambda: self.summary_asked.emit(self.file.key))
        self.remove.clicked.connect(lambda: self.removed.emit(self.file.key))

    def refresh(self, file: AttachedFile, why_no_summary: str) -> None:
        """Show how `file` stands now, and whether it can be summarised."""
        self.file = file
        is_read = file.state is FileState.READY
        self.sign.show_file(file)
        self.facts.say(facts(file))
        self.fate.say(fate_words(file))
        self.trouble.say(trouble_words(file))
        self._show_bar()
        self.show_button.setVisible(is_read)
        self.summarise.setVisible(is_read)
        self.summarise.setEnabled(not why_no_summary)
        self.summarise.setToolTip(why_no_summary)
        self.remove.setVisible(not file.is_sent)
        # Said with the first button of the row; the others have the file's name.
        first = self.show_button if is_read else self.remove
        first.setAccessibleDescription(". ".join(told(file).split("\n")[1:]))

    def stops(self) -> list[QWidget]:
        """Where Tab stops."""
        return [each for each in self._buttons if each.isVisible() and each.isEnabled()]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.removed.emit(self.file.key)
        else:
            super().keyPressEvent(event)

    def _show_bar(self) -> None:
        file = self.file
        self.bar.setVisible(file.state is FileState.READING)
        if file.state is not FileState.READING:
            return
        self.bar.setAccessibleName(f"{file.name}, {state_words(file)}")
        if file.pages_total:
            self.bar.setRange(0, file.pages_total)
            self.bar.setValue(file.pages_done)
        else:
            run_on(self.bar)

    def _place(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GAP + 2)
        head.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.name, 1)
        first = _column(head, self.facts, self.bar)
        first.addStretch(1)
        flow = Flow(GAP, self._actions)
        for each in self._buttons:
            flow.addWidget(each)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(2 * GAP)
        self._grid.setVerticalSpacing(GAP)
        self._grid.setColumnStretch(0, 1)
        self._grid.addLayout(first, 0, 0)
        self._grid.addWidget(self._actions, 0, 1)
        self._grid.addLayout(_column(self.fate, self.trouble), 1, 0, 1, 2)
        self.body.addLayout(self._grid)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange()

    def _arrange(self) -> None:
        """The buttons stand beside the name, or below everything where that would have too little room."""
        taken = sum(each.sizeHint().width() + GAP for each in self._buttons)
        is_beside = self.width() - taken >= LEAST * self.fontMetrics().averageCharWidth()
        if is_beside is not self._is_beside:
            self._is_beside = is_beside
            self._grid.removeWidget(self._actions)
            if is_beside:
                self._grid.addWidget(self._actions, 0, 1)
            else:
                self._grid.addWidget(self._actions, 2, 0, 1, 2)


def _column(*parts: QWidget | QLayout) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(GAP // 2 + 2)
    for part in parts:
        column.addWidget(part) if isinstance(part, QWidget) else column.addLayout(part)
    return column


class _Sign(QWidget):
    """The file's glyph, as high as a line of text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._glyph, self._is_wrong = "file", False

    def show_file(self, file: AttachedFile) -> None:
        self._glyph, self._is_wrong = sign(file), has_trouble(file)
        self.update()

    def sizeHint(self) -> QSize:
        side = max(16, self.fontMetrics().height())
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        wrong = QGuiApplication.palette().color(QPalette.ColorRole.LinkVisited)
        box = QRectF(0, (self.height() - 16) / 2, 16, 16)
        draw(QPainter(self), self._glyph, box, wrong if self._is_wrong else quiet_colour())
