"""The two panes beside an answer: a header that says in one line what the voice did, and a fold below it.

`AnalysisPane` holds the model's raw reasoning, `CommentaryPane` its tool calls with their results and what
it said along the way. Read next: `ui.answers.answer`, which places them, and `ui.answers.voices`, which they show.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette, QPen, QTextCursor
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from runtime.conversation import Role
from ui.answers.pane_text import PaneText
from ui.answers.voices import Part, Voice, Voices, plain_name
from ui.documents.coverage_words import retitled
from ui.glyphs import draw
from ui.style import scaled
from ui.words import duration, tokens, tr

HEADER = 36
PADDING = 14
_TOKENS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+')  # of text that is JSON


class PaneHeader(QAbstractButton):
    """One line that opens and closes the pane; checked means open."""

    def __init__(self, channel: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._channel = channel
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.toggled.connect(self._describe)
        self._describe()

    def say(self, title: str) -> None:
        """Show `title`."""
        if title != self.text():
            self.setText(title)
            self.setAccessibleName(f"{self._channel}: {title}")
            self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(tr("open") if self.isChecked() else tr("closed"))
        self.setToolTip(tr("Hide") if self.isChecked() else tr("Show"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        quiet = palette.color(QPalette.ColorRole.PlaceholderText)
        strong = palette.color(QPalette.ColorRole.WindowText)
        ink = strong if self.underMouse() or self.hasFocus() or self.isChecked() else quiet
        if self.hasFocus():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Link), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 8, 8)
        middle = self.height() / 2
        draw(painter, "open" if self.isChecked() else "closed", QRectF(10, middle - 7, 14, 14), ink)
        painter.setFont(scaled(self.font(), 0.94))
        metrics = painter.fontMetrics()
        room = self.width() - 30 - 12
        channel_width = metrics.horizontalAdvance(self._channel)
        title_width = metrics.horizontalAdvance(self.text())
        line = Qt.AlignmentFlag.AlignVCenter
        if title_width + 16 + channel_width <= room:
            painter.setPen(quiet)
            box = QRectF(30, 0, room, self.height())
            painter.drawText(box, line | Qt.AlignmentFlag.AlignRight, self._channel)
        painter.setPen(ink)
        title = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(30, 0, room, self.height()), line, title)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)


class VoicePane(QWidget):
    """A voice that can be opened and closed.

    Signals:
        opened(bool): the person opened or closed it.
    """

    opened = Signal(bool)

    def __init__(self, voice: Voice, is_open: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.voice = voice
        self.header = PaneHeader(voice.value, self)
        self.caption = QLabel(self)
        self.caption.setProperty("kind", "quiet")
        self.caption.setTextFormat(Qt.TextFormat.PlainText)
        self.caption.setWordWrap(True)
        self.text = PaneText(self)
        self.header.setChecked(is_open)
        self.header.clicked.connect(self._clicked)
        self._dress()
        self._fold()

    @property
    def is_open(self) -> bool:
        return self.header.isChecked()

    def refresh(self, voices: Voices) -> None:
        """Show what the voice says now; a closed pane is only written when it is opened."""
        self._voices = voices
        self.header.say(self.title(voices))
        if self.is_open:
            self.write(voices)

    def title(self, voices: Voices) -> str:
        """One line: what the voice did or is doing."""
        raise NotImplementedError

    def write(self, voices: Voices) -> None:
        """Bring the text up to date."""
        raise NotImplementedError

    def arrange(self, width: int, most: int) -> int:
        """Place everything, `width` wide and the text at most `most` high; the height it needs."""
        self.header.setGeometry(0, 0, width, HEADER)
        if not self.is_open:
            return HEADER
        top, inner = HEADER, width - 2 * PADDING
        if self.caption.text():
            height = self.caption.heightForWidth(inner)
            self.caption.setGeometry(PADDING, top, inner, height)
            top += height + 10
        height = self.text.arrange_within(inner, most)
        self.text.setGeometry(PADDING, top, inner + self.text.bar_width, height)
        return top + height + PADDING

    def _clicked(self, is_open: bool) -> None:
        if is_open:
            self.write(self._voices)
        self._fold()
        self.opened.emit(is_open)

    def _fold(self) -> None:
        self.caption.setVisible(self.is_open and bool(self.caption.text()))
        self.text.setVisible(self.is_open)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._dress()

    def _dress(self) -> None:
        self.text.setFont(scaled(self.font(), 0.94))
        self.caption.setFont(scaled(self.font(), 0.86))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        if self.is_open or self.header.underMouse():
            painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)


class AnalysisPane(VoicePane):
    """What the model thinks, as it thinks it."""

    def __init__(self, is_open: bool, parent: QWidget) -> None:
        super().__init__(Voice.ANALYSIS, is_open, parent)
        self.caption.setText(tr("The model's raw, unfiltered reasoning. It may be wrong or unsuitable."))
        self.text.setAccessibleName(tr("Raw reasoning"))
        self._fold()

    def title(self, voices: Voices) -> str:
        cost = voices.cost(Voice.ANALYSIS)
        busy = voices.speaking is Voice.ANALYSIS
        if cost is None:
            return tr("Thinking…") if busy else tr("Thought")
        words = tr("Thinking… {time} · {tokens}") if busy else tr("Thought for {time} · {tokens}")
        seconds = max(1.0, cost.seconds) if busy else cost.seconds  # no flicker of tenths at the start
        return words.format(time=duration(seconds), tokens=tokens(cost.tokens))

    def write(self, voices: Voices) -> None:
        self.text.set_plain(voices.text(Voice.ANALYSIS))


class CommentaryPane(VoicePane):
    """What the model does and says along the way: tool calls, results, preambles."""

    def __init__(self, is_open: bool, parent: QWidget) -> None:
        super().__init__(Voice.COMMENTARY, is_open, parent)
        self.text.setAccessibleName(tr("Tool calls and notes"))
        self._written: list[Part] = []

    def title(self, voices: Voices) -> str:
        calls = [part for part in voices.of(Voice.COMMENTARY) if part.called_tool]
        if voices.running_tool:
            return tr("Running {tool}…").format(tool=plain_name(voices.running_tool))
        if not calls:
            return tr("Said along the way")
        names = [plain_name(part.called_tool or "") for part in calls]
        if calls[-1].streaming:
            return tr("Calling {tool}…").format(tool=names[-1])
        return tr("Called {tools}").format(tools=", ".join(dict.fromkeys(names)))

    def write(self, voices: Voices) -> None:
        parts = voices.of(Voice.COMMENTARY)
        if parts == self._written:
            return
        before, self._written = self._written, parts
        bar = self.text.verticalScrollBar()
        at, following = bar.value(), bar.value() >= bar.maximum() - 2
        added = _added(before, parts)
        if added is not None:
            self.text.more(added)
        else:
            cursor = self.text.begin()
            cursor.beginEditBlock()
            for i, part in enumerate(parts):
                self._write_part(part, cursor, 0 if i == 0 else 14)
            cursor.endEditBlock()
        bar.setValue(bar.maximum() if following else at)

    def _write_part(self, part: Part, cursor: QTextCursor, top: int) -> None:
        message, text = part.message, self.text
        if message.role is Role.TOOL:
            text.paragraph(cursor, tr("Result"), QFont.Weight.Normal, True, top)
            text.code(cursor, pretty(message.content))
        elif message.recipient is not None:
            title = plain_name(message.recipient)
            text.paragraph(cursor, title, QFont.Weight.DemiBold, False, top)
            # What grows is shown as it comes, so that it can be added to.
            arguments = message.content if part.streaming else pretty(message.content)
            if arguments.strip() in ("", "{}"):
                text.paragraph(cursor, tr("without arguments"), QFont.Weight.Normal, True, 2)
            else:
                text.code(cursor, arguments)
        else:
            text.paragraph(cursor, retitled(message.content), QFont.Weight.Normal, False, top)


def _added(before: list[Part], parts: list[Part]) -> str | None:
    """What `parts` says beyond `before`, if all that happened is that its last message grew; else None.

    A long tool argument comes in hundreds of batches, and must not be written anew at each.
    """
    if not before or len(before) != len(parts) or before[:-1] != parts[:-1]:
        return None
    old, new = before[-1], parts[-1]
    if not (old.streaming and new.streaming) or replace(old.message, content="") != replace(
        new.message, content=""
    ):
        return None
    so_far, content = old.message.content, new.message.content
    if so_far.strip() in ("", "{}") or not content.startswith(so_far):
        return None
    return content[len(so_far) :]


def pretty(text: str) -> str:
    """JSON with indentation, every token as it was sent; anything else as it is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(value, dict | list):
        return text
    # Not written anew from `value`: a key sent twice would vanish, and 1.10 would read 1.1.
    pieces: list[str] = []
    depth, before = 0, ""
    for token in _TOKENS.findall(text):
        if token in ("}", "]"):
            depth -= 1
        if before in ("{", "[", ",") or token in ("}", "]"):
            empty = before in ("{", "[") and token in ("}", "]")
            pieces.append("" if empty else "\n" + "  " * depth)
        if token in ("{", "["):
            depth += 1
        pieces.append(": " if token == ":" else token)
        before = token
    return "".join(pieces)
