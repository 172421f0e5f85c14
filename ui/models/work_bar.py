"""A slim bar in the window's frame: what goes on with models while one is on another page, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from ui.announce import announce
from ui.answers.parts import button
from ui.elided_label import ElidedLabel
from ui.glyphs import GlyphButton
from ui.models.models_controller import Kind, ModelsController, Outcome
from ui.models.work_view import show_part
from ui.models.work_words import bad_news, figures, good_news, headline, part
from ui.style import MARGIN, scaled
from ui.words import tr


class WorkBar(QWidget):
    """One line; hidden while there is nothing to tell, and on pages that tell it at length.

    Signals:
        show_asked: show it at length.
        talk_asked(str): talk to the model that is ready now.
    """

    show_asked = Signal()
    talk_asked = Signal(str)

    def __init__(self, models: ModelsController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._is_wanted = True
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(3)
        self.words = _Words("", self)
        self.hold = GlyphButton("pause", tr("Pause"), self)
        self.show_button = button(tr("Show"), self, "quiet", tr("Show it on the page of models"))
        self.talk = button(tr("Talk to it"), self, "main")
        self.dismiss = GlyphButton("close", tr("Close this message"), self)
        line = QHBoxLayout()
        line.setContentsMargins(MARGIN, 3, MARGIN - 8, 3)
        line.setSpacing(8)
        line.addWidget(self.words, 1)
        for widget in (self.hold, self.talk, self.show_button, self.dismiss):
            line.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addLayout(line)
        self._dress()
        models.running_changed.connect(self._show)
        models.outcome_changed.connect(self._show)
        models.ended.connect(self._tell)
        self.hold.clicked.connect(self._hold)
        self.show_button.clicked.connect(self.show_asked)
        self.talk.clicked.connect(self._talk)
        self.dismiss.clicked.connect(models.dismiss)
        self._show()

    def set_wanted(self, is_wanted: bool) -> None:
        """Whether the page that is shown leaves it to the bar to tell."""
        self._is_wanted = is_wanted
        self._show()

    def _show(self) -> None:
        running, outcome = self._models.running, self._models.outcome
        self.setVisible(self._is_wanted and (running is not None or outcome is not None))
        self.bar.setVisible(running is not None)
        self.hold.setVisible(running is not None and running.can_pause)
        self.talk.setVisible(running is None and _is_ready(outcome))
        self.dismiss.setVisible(running is None)
        if running is not None:
            words = headline(running, running.what)
            show_part(self.bar, part(running.progress), words)
            self.setToolTip(words)
            self.hold.rename(
                "resume" if running.is_paused else "pause", tr("Go on") if running.is_paused else tr("Pause")
            )
        self._say()

    def _say(self) -> None:
        """Say as much as there is room for; how long it still takes before all else."""
        running, outcome = self._models.running, self._models.outcome
        if running is None:
            self.words.say([bad_news(outcome)[0] or good_news(outcome) if outcome is not None else ""])
            return
        note = running.note
        words, numbers = headline(running, running.what), figures(running)
        ways = [" · ".join(text for text in (words, note or numbers) if text)]
        if numbers and not note:
            parts = numbers.split(" · ")
            ways += [numbers, " · ".join(dict.fromkeys((parts[0], parts[-1]))), parts[-1]]
        self.words.say(ways)

    def _hold(self) -> None:
        running = self._models.running
        if running is not None and running.is_paused:
            self._models.resume()
        else:
            self._models.pause()

    def _talk(self) -> None:
        if (outcome := self._models.outcome) is not None:
            self.talk_asked.emit(outcome.model)

    def _tell(self, outcome: Outcome) -> None:
        if self.isVisible():
            announce(self, bad_news(outcome)[0] or good_news(outcome))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._dress()

    def _dress(self) -> None:
        self.words.setFont(scaled(self.font(), 0.92))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().base())
        painter.fillRect(0, 0, self.width(), 1, self.palette().mid())


class _Words(ElidedLabel):
    """The longest of several ways to say something that there is room for."""

    _ways: Sequence[str] = ("",)

    def say(self, ways: Sequence[str]) -> None:
        """Say one of `ways`, the longest first."""
        self._ways = ways
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        width = self.fontMetrics().horizontalAdvance
        self.setText(next((way for way in self._ways if width(way) <= self.width()), self._ways[-1]))


def _is_ready(outcome: Outcome | None) -> bool:
    """Whether there is a model to talk to that was not there before."""
    return outcome is not None and outcome.done is not None and outcome.kind in (Kind.DOWNLOAD, Kind.BRING)
