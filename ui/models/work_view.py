"""Work on a model as it goes on: what, how far, how fast, how long; Pause and Cancel."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from ui.answers.flow import Flow
from ui.answers.parts import Text, button
from ui.glyphs import GlyphTextButton
from ui.models.models_controller import Kind, ModelsController, Running
from ui.models.work_words import figures, headline, part
from ui.motion import run_on
from ui.sentences import translated
from ui.style import GAP
from ui.words import tr


class WorkView(QWidget):
    """Shows what runs on `models`; hidden by whoever owns it while nothing does."""

    def __init__(self, models: ModelsController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self.title = Text("", self, weight=QFont.Weight.DemiBold)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.figures = Text("", self, kind="quiet")
        self.note = Text("", self, kind="wrong")
        self.hold = GlyphTextButton("pause", tr("Pause"), self, kind="plain")
        self.hold.setAutoDefault(True)
        self.cancel = button(tr("Cancel"), self, "quiet")
        buttons = Flow()
        buttons.addWidget(self.hold)
        buttons.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self.title)
        layout.addWidget(self.bar)
        layout.addWidget(self.figures)
        layout.addWidget(self.note)
        layout.addLayout(buttons)
        self.hold.clicked.connect(self._hold)
        self.cancel.clicked.connect(models.cancel)

    def show_running(self, running: Running, title: str) -> None:
        """Show how far `running` is."""
        words = headline(running, title)
        self.title.setText(words)
        self.figures.setText(figures(running) or tr("Starting…"))
        self.note.say(translated(running.note))
        show_part(self.bar, part(running.progress), words)
        self.hold.setVisible(running.can_pause)
        self.cancel.setVisible(running.kind is not Kind.REMOVE)
        dress_hold(self.hold, running)
        self.cancel.setToolTip(tr("What is here is kept") if running.kind is Kind.DOWNLOAD else "")

    def _hold(self) -> None:
        running = self._models.running
        if running is not None and running.is_paused:
            self._models.resume()
        else:
            self._models.pause()


def show_part(bar: QProgressBar, done: float | None, words: str) -> None:
    """Set a bar to a part of 1; None moves to and fro."""
    bar.setAccessibleName(words)
    if done is None:
        run_on(bar)
    else:
        bar.setRange(0, 1000)
        bar.setValue(int(1000 * done))


def dress_hold(hold: GlyphTextButton, running: Running) -> None:
    """Pause, or Go on."""
    hold.set_glyph("resume" if running.is_paused else "pause")
    hold.setText(tr("Go on") if running.is_paused else tr("Pause"))
