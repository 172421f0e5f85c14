"""Above the composer: how to summarise, and then how far the summary is. Nothing else stands in the way of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QLineEdit,
    QProgressBar,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.attachments import AttachedFile, SummaryOrder, SummaryStep, SummaryStyle
from ui.announce import announce
from ui.answers.flow import Flow
from ui.answers.parts import Text, button
from ui.documents.document_words import file_names, step_words, styles
from ui.glyphs import GlyphTextButton
from ui.motion import run_on
from ui.sentences import translated
from ui.style import GAP
from ui.words import tr

LONGEST_READER = 120


class SummaryPanel(QFrame):
    """Asks how to summarise some files. Esc closes it.

    Signals:
        ordered(SummaryOrder): do it.
        closed: do not.
    """

    ordered = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._keys: tuple[int, ...] = ()
        self.title = Text("", self, weight=QFont.Weight.DemiBold)
        self.styles: dict[SummaryStyle, QRadioButton] = {}
        self._group = QButtonGroup(self)
        choices = Flow(GAP)
        for style, (name, explanation) in styles().items():
            choice = QRadioButton(name, self)
            choice.setProperty("kind", "choice")
            choice.setToolTip(explanation)
            choice.setAccessibleDescription(explanation)
            self.styles[style] = choice
            self._group.addButton(choice)
            choices.addWidget(choice)
        self.styles[SummaryStyle.SHORT].setChecked(True)
        self.reader = QLineEdit(self)
        self.reader.setProperty("kind", "field")
        self.reader.setMaxLength(LONGEST_READER)
        self.reader.setPlaceholderText(tr("For whom? For example: a nurse, the board (optional)"))
        self.reader.setAccessibleName(tr("For whom the summary is written, optional"))
        self.go = button(tr("Summarise"), self, "main")
        self.cancel = button(tr("Cancel"), self, "quiet")
        buttons = Flow(GAP)
        buttons.addWidget(self.go)
        buttons.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(GAP + 2)
        layout.addWidget(self.title)
        layout.addLayout(choices)
        layout.addWidget(self.reader)
        layout.addLayout(buttons)
        self.go.clicked.connect(self._order)
        self.reader.returnPressed.connect(self._order)
        self.cancel.clicked.connect(self.close_panel)
        self.hide()

    def ask(self, files: tuple[AttachedFile, ...]) -> None:
        """Ask about these files; the keyboard stands on the style."""
        self._keys = tuple(file.key for file in files)
        self.title.setText(tr("Summarise {files}").format(files=file_names(files)))
        self.title.setToolTip("\n".join(file.name for file in files))
        self.show()
        chosen = self._group.checkedButton()
        if chosen is not None:
            chosen.setFocus(Qt.FocusReason.TabFocusReason)
        announce(self, self.title.text())

    def close_panel(self) -> None:
        """Ask no longer."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def stops(self) -> list[QWidget]:
        """Where Tab stops; the arrow keys go from style to style."""
        chosen = self._group.checkedButton()
        return [*([chosen] if chosen else []), self.reader, self.go, self.cancel] if self.isVisible() else []

    def _order(self) -> None:
        style = next(style for style, choice in self.styles.items() if choice.isChecked())
        self.hide()
        self.ordered.emit(SummaryOrder(self._keys, style, self.reader.text().strip()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        else:
            super().keyPressEvent(event)


class SummaryProgress(QFrame):
    """How far a summary is, with Pause and Stop.

    Signals:
        paused, resumed, stopped: the person's doing.
    """

    paused = Signal()
    resumed = Signal()
    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.title = Text("", self, weight=QFont.Weight.DemiBold)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.figures = Text("", self, kind="quiet")
        self.note = Text("", self, kind="wrong")
        self.hold = GlyphTextButton("pause", tr("Pause"), self, kind="plain")
        self.hold.setAutoDefault(True)
        self.stop = button(tr("Stop"), self, "quiet")
        self.stop.setToolTip(tr("What has been read is kept: Try again goes on from there"))
        self._is_paused = False
        self._step = SummaryStep()
        buttons = Flow(GAP)
        buttons.addWidget(self.hold)
        buttons.addWidget(self.stop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(GAP)
        for part in (self.title, self.bar, self.figures, self.note):
            layout.addWidget(part)
        layout.addLayout(buttons)
        self.hold.clicked.connect(self._hold)
        self.stop.clicked.connect(self.stopped)
        self.hide()

    def begin(self, title: str) -> None:
        """Show that a summary has begun."""
        self.title.setText(title)
        self._is_paused = False
        self._step = SummaryStep()
        self.note.say("")
        self._show()
        self.show()

    def show_step(self, step: SummaryStep) -> None:
        """Show how far it is."""
        if step.note:
            self.note.say(tr("Trying again: {why}").format(why=translated(step.note)))
        elif not step.is_paused:
            self._step = step
        self._show()

    def stops(self) -> list[QWidget]:
        return [self.hold, self.stop] if self.isVisible() else []

    def _hold(self) -> None:
        self._is_paused = not self._is_paused
        (self.paused if self._is_paused else self.resumed).emit()
        self._show()
        announce(self, tr("Paused") if self._is_paused else tr("Going on"))

    def _show(self) -> None:
        step = self._step
        words = step_words(step)
        if self._is_paused:
            words = tr("Paused · {words}").format(words=words.partition(" · ")[0])
        self.figures.setText(words)
        self.bar.setAccessibleName(words)
        if step.total and not step.is_writing:
            self.bar.setRange(0, step.total)
            self.bar.setValue(step.done)
        elif self._is_paused:
            self.bar.setRange(0, 1)
            self.bar.setValue(1 if step.is_writing else 0)
        else:
            run_on(self.bar)
        self.hold.set_glyph("resume" if self._is_paused else "pause")
        self.hold.setText(tr("Go on") if self._is_paused else tr("Pause"))
