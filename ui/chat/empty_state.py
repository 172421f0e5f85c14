"""What stands where no conversation is yet: a title, one sentence, and questions to begin with.

While the model loads, the progress stands below the sentence; if it cannot be loaded, what went wrong.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from runtime.events import LoadProgress
from ui.load_words import load_part, load_words
from ui.mark import Mark
from ui.motion import run_on
from ui.style import GAP, MARGIN, scaled
from ui.trouble import Trouble
from ui.words import tr

WIDTH = 640
TWO_COLUMNS = 560


class EmptyState(QScrollArea):
    """The page before the first question.

    Signals:
        suggested(str): a question was chosen.
        again_asked: loading should be tried again.
    """

    suggested = Signal(str)
    again_asked = Signal()

    def __init__(
        self, title: str, sentence: str, suggestions: tuple[str, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        page = QWidget()
        page.setAutoFillBackground(False)
        self._column = QWidget(page)
        self._column.setMaximumWidth(WIDTH)
        self._mark = Mark(48, self._column)
        self.title = _label(title, self._column)
        self.sentence = _label(sentence, self._column)
        self.sentence.setProperty("kind", "quiet")
        self.stage = _label("", self._column)
        self.stage.setProperty("kind", "quiet")
        self.bar = QProgressBar(self._column)
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(240, 4)
        self.bar.setAccessibleName(tr("Loading the model"))
        self.trouble = Trouble(self._column)
        self.trouble.again_asked.connect(self.again_asked)
        self.buttons = [self._suggestion(text) for text in suggestions]
        self._grid = QGridLayout()
        self._place(page)
        self._dress()
        self.setWidget(page)
        self.show_loading(None)

    def show_model(self, title: str, sentence: str, suggestions: tuple[str, ...]) -> None:
        """Another model is talked to: other words, and other questions to begin with."""
        self.title.setText(title)
        self.sentence.setText(sentence)
        for button in self.buttons:
            self._grid.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = [self._suggestion(text) for text in suggestions]
        self._fill_grid(2 if self._column.width() >= TWO_COLUMNS else 1)

    def show_loading(self, progress: LoadProgress | None) -> None:
        """The model is being loaded; how far, if it is known."""
        self.stage.setText(load_words(progress))
        if (part := load_part(progress)) is not None:
            self.bar.setRange(0, 1000)
            self.bar.setValue(int(1000 * part))
        else:
            run_on(self.bar)
        self._show(loading=True)

    def show_failure(self, sentence: str, detail: str) -> None:
        """The model cannot be loaded."""
        self.trouble.say(sentence, detail)
        self._show(failed=True)

    def show_ready(self) -> None:
        """The model is loaded: offer the questions."""
        self._show(ready=True)

    def _show(self, loading: bool = False, failed: bool = False, ready: bool = False) -> None:
        self.stage.setVisible(loading)
        self.bar.setVisible(loading)
        self.trouble.setVisible(failed)
        for button in self.buttons:
            button.setVisible(ready)

    def _suggestion(self, text: str) -> QPushButton:
        button = QPushButton(text, self._column)
        button.setProperty("kind", "suggestion")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda: self.suggested.emit(text))
        return button

    def _place(self, page: QWidget) -> None:
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(2 * GAP + 2)
        column.addWidget(self.title)
        column.addSpacing(GAP)
        column.addWidget(self.sentence)
        column.addSpacing(3 * GAP + 4)
        column.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(GAP)
        column.addWidget(self.stage)
        column.addWidget(self.trouble)
        self._grid.setSpacing(GAP + 2)
        column.addLayout(self._grid)
        middle = QHBoxLayout()  # no alignment: with one, Qt forgets that the height depends on the width
        middle.addStretch(1)
        middle.addWidget(self._column)
        middle.addStretch(1)
        outer = QVBoxLayout(page)
        outer.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        outer.addStretch(3)
        outer.addLayout(middle)
        outer.addStretch(4)
        self._fill_grid(2)

    def _fill_grid(self, columns: int) -> None:
        for i, button in enumerate(self.buttons):
            self._grid.removeWidget(button)
            self._grid.addWidget(button, i // columns, i % columns)
        for i in range(2):
            self._grid.setColumnStretch(i, 1 if i < columns else 0)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            width = min(WIDTH, self.width() - 2 * MARGIN)
            self._column.setFixedWidth(max(200, width))
            self._fill_grid(2 if width >= TWO_COLUMNS else 1)
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._dress()

    def _dress(self) -> None:
        self.title.setFont(scaled(self.font(), 1.9, QFont.Weight.DemiBold))
        self.sentence.setFont(scaled(self.font(), 1.06))
        self.stage.setFont(scaled(self.font(), 0.94))


def _label(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label
