"""One answer, its voices side by side: what the model says in the middle, what it thinks and does beside it.

In a narrow window the panes stand above the answer. Read next: `ui.chat.row_actions`, the bar below it, and
`ui.chat.transcript`, which holds many of these.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QLabel, QWidget

from runtime.events import StopReason
from ui.answers.activity import HEIGHT as ACTIVITY_HEIGHT
from ui.answers.activity import Activity
from ui.answers.markdown_view import MarkdownView
from ui.answers.text_view import TextView
from ui.answers.voice_pane import AnalysisPane, CommentaryPane, VoicePane
from ui.answers.voices import Voice, Voices
from ui.chat.row_actions import HEIGHT as BAR
from ui.chat.row_actions import RowAction, RowBar
from ui.glyphs import GlyphTextButton
from ui.sentences import translated
from ui.style import GAP, READING_WIDTH, SIDE_GAP, SIDE_WIDTH, WIDE, scaled
from ui.trouble import Trouble
from ui.words import speed, tokens, tr

PANE_TEXT_WIDE = 400  # a pane's text is as high as the answer, or this
PANE_TEXT_NARROW = 260
RENDER_SHARE = 0.15  # of the time may go into making Markdown while it streams
RENDER_BUDGET_S = 0.008  # at once
COPIED_MS = 1500


@dataclass(slots=True)
class AnswerState:
    """What an answer is, whether or not a widget shows it at the moment.

    Attributes:
        voices: what it says.
        is_open: which panes are open.
        can_retry: whether it is the last answer, which can be tried again.
        can_go_on: whether it stopped before its end and can be completed.
        is_read: whether it is being read aloud.
    """

    voices: Voices
    is_open: dict[Voice, bool] = field(default_factory=dict)
    can_retry: bool = False
    can_go_on: bool = False
    is_read: bool = False


class AnswerView(QWidget):
    """Shows an `AnswerState`.

    Signals:
        resized: it needs another height.
        pane_opened(Voice, bool): the person opened or closed a pane.
        asked(RowAction): something is to be done with it.
        page_asked(QUrl): a citation was activated.
    """

    resized = Signal()
    pane_opened = Signal(object, bool)
    asked = Signal(object)
    page_asked = Signal(QUrl)

    def __init__(
        self, state: AnswerState, parent: QWidget, dress: Callable[[str], str] | None = None
    ) -> None:
        super().__init__(parent)
        self.state = state
        self.panes: dict[Voice, VoicePane] = {}
        self.activity = Activity(self)
        self.text = MarkdownView(self, dress)
        self.text.page_asked.connect(self.page_asked)
        self.text.resized.connect(self.resized)
        self.note = QLabel(self)
        self.note.setProperty("kind", "quiet")
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.trouble: Trouble | None = None
        self.go_on = GlyphTextButton("resume", tr("Continue"), self, kind="plain")
        self.go_on.hide()
        self.bar = RowBar(tr("More about this answer"), self)
        self.copy = self.bar.add("copy", tr("Copy answer"), RowAction.COPY)
        self.again = self.bar.add("again", tr("Try again"), RowAction.AGAIN)
        self.stop_reading = self.bar.add_worded("stop", tr("Stop reading"), RowAction.STOP_READING)
        self.cost = self.bar.add_words()
        self.bar.asked.connect(self.asked)
        self.text.menu_made.connect(self.bar.add_to)
        self.bar.grown.connect(self._place_bar)
        self.go_on.clicked.connect(lambda: self.asked.emit(RowAction.GO_ON))
        self._copied = QTimer(self, singleShot=True, interval=COPIED_MS)
        self._copied.timeout.connect(lambda: self.copy.rename("copy", tr("Copy answer")))
        self._render_after = 0.0
        self._dress()
        self.refresh()

    def refresh(self) -> None:
        """Show what the voices say now; the caller asks for another arrangement afterwards."""
        voices = self.state.voices
        for voice in (Voice.ANALYSIS, Voice.COMMENTARY):
            if voices.of(voice):
                self._pane(voice).refresh(voices)
            elif voice in self.panes:
                self.panes.pop(voice).deleteLater()
        self._refresh_text(voices)
        waiting = not voices.finished and voices.speaking is not Voice.FINAL
        self.activity.setVisible(waiting)
        if waiting:
            self.activity.refresh(voices)
        self._refresh_end(voices)

    def arrange(self, width: int) -> int:
        """Place everything, `width` pixels wide; the height it needs."""
        wide = width >= WIDE
        column = min(READING_WIDTH, width - SIDE_GAP - SIDE_WIDTH) if wide else width
        if not wide:
            above = self._arrange_panes(0, 0, width, PANE_TEXT_NARROW)
            return self._arrange_column(above + 2 * GAP if above else 0, width)
        height = self._arrange_column(0, column)
        side = self._arrange_panes(
            column + SIDE_GAP, 0, width - column - SIDE_GAP, max(PANE_TEXT_WIDE, height - 90)
        )
        return max(height, side)

    def _arrange_panes(self, left: int, top: int, width: int, most: int) -> int:
        for voice in (Voice.ANALYSIS, Voice.COMMENTARY):
            pane = self.panes.get(voice)
            if pane is not None:
                top += GAP if top else 0
                height = pane.arrange(width, most)
                pane.setGeometry(left, top, width, height)
                top += height
        return top

    def _arrange_column(self, top: int, width: int) -> int:
        if self.text.source:
            height = self.text.arrange(width)
            self.text.setGeometry(0, top, width, height)
            top += height + GAP
        if not self.activity.isHidden():
            self.activity.setGeometry(0, top + 4, width, ACTIVITY_HEIGHT)
            top += ACTIVITY_HEIGHT + 4
        if not self.note.isHidden():
            height = self.note.heightForWidth(width)
            self.note.setGeometry(0, top + 2, width, height)
            top += height + GAP
        if self.trouble is not None and not self.trouble.isHidden():
            height = self.trouble.arrange(width)
            self.trouble.setGeometry(0, top, width, height)
            top += height + GAP
        if not self.go_on.isHidden():
            size = self.go_on.sizeHint()
            self.go_on.setGeometry(0, top, size.width(), size.height())
            top += size.height() + GAP
        if not self.bar.isHidden():
            self.bar.move(-6, top)  # the signs, not their edges, stand in line with the text
            self._place_bar()
            top += BAR
        return top

    def _place_bar(self) -> None:
        self.bar.resize(self.bar.sizeHint().width(), BAR)

    def _pane(self, voice: Voice) -> VoicePane:
        pane = self.panes.get(voice)
        if pane is None:
            kind = AnalysisPane if voice is Voice.ANALYSIS else CommentaryPane
            pane = self.panes[voice] = kind(self.state.is_open.get(voice, False), self)
            pane.opened.connect(lambda is_open, voice=voice: self._opened(voice, is_open))
            pane.show()
        return pane

    def _opened(self, voice: Voice, is_open: bool) -> None:
        self.state.is_open[voice] = is_open
        self.pane_opened.emit(voice, is_open)
        self.resized.emit()

    def _refresh_text(self, voices: Voices) -> None:
        source = voices.text(Voice.FINAL)
        now = time.perf_counter()  # finer than monotonic, whose steps are 16 ms on Windows
        if source == self.text.source and self.text.complete:
            return
        if voices.finished:
            self.text.set_source(source)
            return
        if now < self._render_after:
            return
        self.text.set_source(source, RENDER_BUDGET_S)
        spent = time.perf_counter() - now
        self._render_after = now + spent / RENDER_SHARE

    def _refresh_end(self, voices: Voices) -> None:
        self.note.setText(_last_words(voices))
        self.note.setVisible(bool(self.note.text()))
        if voices.failure:
            if self.trouble is None:
                self.trouble = Trouble(self)
                self.trouble.again_asked.connect(lambda: self.asked.emit(RowAction.AGAIN))
                self.trouble.resized.connect(self.resized)
            self.trouble.say(translated(voices.failure), voices.failure_detail)
            self.trouble.again.setVisible(self.state.can_retry)
        if self.trouble is not None:
            self.trouble.setVisible(bool(voices.failure))
        self.cost.setText(_cost(voices))
        done = voices.finished and not (voices.failure and not self.text.source)
        has_text = bool(self.text.source)
        self.bar.setVisible(done)
        self.copy.setVisible(done and has_text)
        self.again.setVisible(done and not voices.failure)
        self.go_on.setVisible(voices.finished and self.state.can_go_on)
        reading = self._refresh_reading()
        self.bar.set_steady(self.state.can_retry or self.state.is_read)
        offers = [RowAction.COPY, RowAction.COPY_PLAIN, RowAction.QUOTE, reading] if has_text else []
        offers.append(RowAction.AGAIN)
        if self.state.can_go_on:
            offers.append(RowAction.GO_ON)
        self.bar.set_actions(*offers, RowAction.REMOVE)

    def _refresh_reading(self) -> RowAction:
        """Offer to stop while the answer is read aloud; what the menu has to offer."""
        if not self.state.is_read and self.stop_reading.hasFocus():
            self.bar.more.setFocus(Qt.FocusReason.OtherFocusReason)
        self.stop_reading.setVisible(self.state.is_read)
        self.cost.setVisible(not self.state.is_read)
        return RowAction.STOP_READING if self.state.is_read else RowAction.READ_ALOUD

    def selected_text(self) -> str:
        """What is selected in the answer; empty if nothing is."""
        for widget in self.text.widgets:
            if isinstance(widget, TextView) and (words := widget.textCursor().selectedText()):
                return words.replace("\u2029", "\n")  # Qt's mark between paragraphs
        return ""

    def show_copied(self) -> None:
        """Say for a moment that the answer is on the clipboard."""
        self.copy.rename("done", tr("Copied"))
        self._copied.start()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self.bar.isHidden():
            self.bar.show_menu(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._dress()

    def _dress(self) -> None:
        self.cost.setFont(scaled(self.font(), 0.88))
        self.note.setFont(scaled(self.font(), 0.94))


def _last_words(voices: Voices) -> str:
    """What to say below an answer that did not end by itself."""
    if voices.is_torn:
        return tr("Broken off: Chorale was ended while this was being written.")
    if not voices.finished or voices.ended is None:
        return ""
    if voices.ended.reason is StopReason.CANCELLED and voices.task:
        return tr("Stopped. What has been read is kept: Try again goes on from there.")
    if voices.ended.reason is StopReason.CANCELLED:
        return tr("Stopped.")
    if voices.ended.reason is StopReason.LENGTH:
        return tr("Cut off here: there is no room for more tokens.")
    if voices.ended.reason is StopReason.STOP and not voices.text(Voice.FINAL):
        return tr("The model ended without an answer.")
    return ""


def _cost(voices: Voices) -> str:
    """`212 tokens · 23.4 tokens/s`, as far as known."""
    parts = [tokens(voices.tokens)] if voices.tokens else []
    if voices.tokens_per_second:
        parts.append(speed(voices.tokens_per_second))
    return " · ".join(parts)
