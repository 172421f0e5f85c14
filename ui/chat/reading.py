"""Reads answers of the conversation aloud: offered where this PC has a voice, one answer at a time.

What is read is the final answer, as it stands; the reasoning and tools are not. Read next: `ui.read_aloud`.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ui.answers.answer import AnswerState
from ui.answers.voices import Voice
from ui.chat.row_actions import RowAction
from ui.chat.rows import Row
from ui.chat.transcript import Transcript
from ui.read_aloud import ReadAloud
from ui.words import tr


class Reading(QObject):
    """What connects the rows with the voice.

    Signals:
        noticed(str): a sentence for the person.

    Attributes:
        read_aloud: what reads; its `about` is a `Row`.
    """

    noticed = Signal(str)

    def __init__(self, transcript: Transcript, parent: QObject) -> None:
        super().__init__(parent)
        self._transcript = transcript
        self.read_aloud = ReadAloud(self)
        self.read_aloud.began.connect(lambda row: self._mark(row, is_read=True))
        self.read_aloud.ended.connect(lambda row: self._mark(row, is_read=False))
        self.read_aloud.failed.connect(self._tell_failure)
        transcript.asked.connect(self._act)
        transcript.row_views.is_offered = self.is_offered

    def is_offered(self, action: RowAction) -> bool:
        """Whether a menu that is being opened shows it."""
        return action is not RowAction.READ_ALOUD or self.read_aloud.is_offered()

    def toggle_last(self) -> None:
        """Read the last answer, or stop what is read."""
        if self.read_aloud.about is not None:
            self.stop()
        elif self._transcript.rows:
            self._start(self._transcript.rows[-1])

    def stop(self) -> None:
        """Be silent."""
        self.read_aloud.stop()

    def _act(self, row: Row, action: RowAction) -> None:
        if action is RowAction.READ_ALOUD:
            self._start(row)
        elif action is RowAction.STOP_READING:
            self.stop()

    def _start(self, row: Row) -> None:
        if not isinstance(row.content, AnswerState) or not row.content.voices.finished:
            return
        if self.read_aloud.is_possible():
            self.read_aloud.start(row, row.content.voices.text(Voice.FINAL))
        else:
            self.noticed.emit(tr("This PC has no voice to read aloud with."))

    def _mark(self, row: Row, *, is_read: bool) -> None:
        if isinstance(row.content, AnswerState):
            row.content.is_read = is_read
            self._transcript.refresh(row)

    def _tell_failure(self) -> None:
        self.noticed.emit(
            tr(
                "Reading aloud stopped, because the voice of this PC failed: check the sound and the voice "
                "in the system's settings."
            )
        )
