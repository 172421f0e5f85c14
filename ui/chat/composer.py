"""Where the person writes. Enter sends, Shift+Enter breaks the line, Esc stops the answer; or Ctrl+Enter sends.

It grows with its text up to a third of the window. The text stays here whenever it could not be sent.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QMargins, QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from ui.chat.effort_picker import EffortPicker
from ui.chat.token_meter import TokenMeter
from ui.documents.attachment_tray import AttachmentTray
from ui.focus_order import stops
from ui.glyphs import GlyphButton
from ui.style import line_height, scaled
from ui.words import tr

_SENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_BREAKS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier


class Composer(QWidget):
    """The text field with what belongs to it.

    Signals:
        sent(str): send this text; it is still here, call `clear` once it is taken.
        stop_asked: stop the answer.
        edited: the text changed.
        pages_asked(float): scroll the conversation by that many windows.
        attach_asked: choose files to attach.
        files_offered(list): attach the files at these paths, which were dropped or pasted.
        prompts_asked: offer the saved prompts.

    Attributes:
        tray, meter: the attached files, and what the message would take.
    """

    sent = Signal(str)
    stop_asked = Signal()
    edited = Signal()
    pages_asked = Signal(float)
    attach_asked = Signal()
    files_offered = Signal(object)
    prompts_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.takes_files = False
        self.tray = AttachmentTray(self)
        self.meter = TokenMeter(self)
        self.field = _Field(self)
        self.attach = GlyphButton("clip", tr("Attach files (Ctrl+O)"), self)
        self.attach.setFixedSize(32, 32)
        self.attach.hide()
        self.prompts = GlyphButton("prompt", tr("Saved prompts (/)"), self)
        self.prompts.setFixedSize(32, 32)
        self.prompts.hide()
        self.effort = EffortPicker(self)
        self.hint = QLabel(self)
        self.hint.setProperty("kind", "quiet")
        self.hint.setFont(scaled(self.font(), 0.86))
        self.button = GlyphButton("send", tr("Send"), self, kind="main")
        self.button.setFixedSize(36, 32)
        self._running = False
        self._is_target = False
        self._sends_with_ctrl = False
        self._ready = True
        self._most = 200
        bottom = QHBoxLayout()
        bottom.setContentsMargins(0, 0, 0, 0)
        bottom.setSpacing(12)
        bottom.addWidget(self.attach)
        bottom.addWidget(self.prompts)
        bottom.addWidget(self.effort)
        bottom.addStretch(1)
        bottom.addWidget(self.hint)
        bottom.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 10, 10)
        layout.setSpacing(8)
        layout.addWidget(self.tray)
        layout.addWidget(self.field)
        layout.addWidget(self.meter)
        layout.addLayout(bottom)
        self.setFocusProxy(self.field)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        for widget in (self.effort, self.hint, self.tray, self.meter):
            widget.setCursor(Qt.CursorShape.ArrowCursor)
        self.button.clicked.connect(self._press)
        self.attach.clicked.connect(self.attach_asked)
        self.prompts.clicked.connect(self.prompts_asked)
        self.field.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.field.textChanged.connect(self._changed)
        self.field.focused.connect(self.update)
        self._fit()
        self._show_state()

    def set_send_keys(self, with_ctrl: bool) -> None:
        """Send with Ctrl+Enter, and let Enter begin a line; or the other way round."""
        self._sends_with_ctrl = with_ctrl
        self._show_state()
        self._show_hint()

    def sends(self, modifiers: Qt.KeyboardModifier) -> bool:
        """Whether Enter sends, with these keys held."""
        if self._sends_with_ctrl:
            return bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        return not modifiers & _BREAKS

    @property
    def text(self) -> str:
        return self.field.toPlainText()

    def set_text(self, text: str) -> None:
        """Replace the text, with the cursor behind it."""
        self.field.setPlainText(text)
        self.field.moveCursor(QTextCursor.MoveOperation.End)

    def clear(self) -> None:
        self.field.clear()

    def allow_files(self) -> None:
        """Take files, by button, drop and paste."""
        self.takes_files = True
        self.attach.show()

    def allow_prompts(self) -> None:
        """Offer saved prompts, by button and by `/` in an empty field."""
        self.prompts.show()

    def set_target(self, is_target: bool) -> None:
        """Show that files dropped now will be attached."""
        if is_target != self._is_target:
            self._is_target = is_target
            self._show_hint()
            self.update()

    def stops(self) -> list[QWidget]:
        """Where Tab stops, in reading order."""
        attach = [button for button in (self.attach, self.prompts) if button.isVisible()]
        send = [self.button] if self.button.isEnabled() else []
        return [*self.tray.stops(), self.field, *attach, *stops(self.effort), *send]

    def set_running(self, running: bool) -> None:
        """While an answer runs, the button stops it."""
        self._running = running
        self._show_state()

    def set_ready(self, ready: bool, invitation: str) -> None:
        """Whether there is a model to send to, and what the empty field says; writing is always possible."""
        self._ready = ready
        self.field.setPlaceholderText(invitation)
        self.field.viewport().update()  # Qt 6.11's QPlainTextEdit goes on showing the old text
        self._show_state()

    def set_window_height(self, height: int) -> None:
        """The field may take up to a third of the window."""
        self._most = max(60, height // 3 - 70)
        self._fit()

    def _press(self) -> None:
        if self._running:
            self.stop_asked.emit()
        else:
            self.send()

    def send(self) -> None:
        """Ask for the text to be sent, without the empty lines that stand behind it."""
        self.sent.emit(self.text.rstrip())

    def _changed(self) -> None:
        self._show_state()
        self.edited.emit()

    def _show_state(self) -> None:
        if self._running:
            self.button.rename("stop", tr("Stop (Esc)"))
            self.button.setEnabled(True)
        else:
            keys = tr("Send (Ctrl+Enter)") if self._sends_with_ctrl else tr("Send (Enter)")
            self.button.rename("send", keys)
            self.button.setEnabled(self._ready and bool(self.text.strip()))

    def _fit(self) -> None:
        field = self.field
        lines = max(1.0, field.document().size().height())
        wanted = math.ceil(lines) * line_height(field.font()) + 4
        height = min(wanted, self._most)
        field.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded if wanted > height else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        if height != field.height() or height != field.minimumHeight():
            field.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._show_hint()
        self._fit()

    def _show_hint(self) -> None:
        drop, keys = tr("Drop the files to attach them"), tr("Enter sends · Shift+Enter breaks the line")
        if self._sends_with_ctrl:
            keys = tr("Ctrl+Enter sends · Enter breaks the line")
        self.hint.setText(drop if self._is_target else keys)
        self.hint.setVisible(self._has_room_for_hint() or self._is_target)

    def _has_room_for_hint(self) -> bool:
        """Whether the hint can be read whole: words that are cut say nothing."""
        layout = self.layout()
        others = (self.attach, self.prompts, self.effort, self.button)
        taken = sum(each.sizeHint().width() + 12 for each in others if not each.isHidden())
        margins = layout.contentsMargins() if layout is not None else QMargins()
        return self.width() - margins.left() - margins.right() - taken > self.hint.sizeHint().width() + 24

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.field.setFocus(Qt.FocusReason.MouseFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.hint.setFont(scaled(self.font(), 0.86))
            self._show_hint()
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        focused = self.field.hasFocus() or self._is_target
        line = QPalette.ColorRole.Link if focused else QPalette.ColorRole.Dark
        pen = QPen(palette.color(line), 2.5 if focused else 1)  # seen beside a black edge, too
        if self._is_target:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(
            palette.color(QPalette.ColorRole.Highlight if self._is_target else QPalette.ColorRole.Base)
        )
        inset = 1.5 if focused else 1
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 14, 14)


class _Field(QPlainTextEdit):
    """The text itself."""

    focused = Signal()

    def __init__(self, composer: Composer) -> None:
        super().__init__(composer)
        self._composer = composer
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.setTabChangesFocus(True)
        self.setAccessibleName(tr("Message"))
        self.setSizePolicy(self.sizePolicy().Policy.Expanding, self.sizePolicy().Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, 24)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in _SENDS and self._composer.sends(event.modifiers()):
            self._composer.send()
        elif key in _SENDS:
            self.insertPlainText("\n")
            self.ensureCursorVisible()
        elif key == Qt.Key.Key_Escape:
            self._composer.stop_asked.emit()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._composer.pages_asked.emit(-1.0 if key == Qt.Key.Key_PageUp else 1.0)
        else:
            super().keyPressEvent(event)
            if event.text() == "/" and self._composer.text == "/" and self._composer.prompts.isVisible():
                self._composer.prompts_asked.emit()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return (self._composer.takes_files and bool(local_files(source))) or super().canInsertFromMimeData(
            source
        )

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Pasted or dropped files are attached; text, however long, stays text."""
        files = local_files(source) if self._composer.takes_files else []
        if files:
            self._composer.set_target(False)
            self._composer.files_offered.emit(files)
        else:
            super().insertFromMimeData(source)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit()


def local_files(source: QMimeData) -> list[str]:
    """The paths of the files that are dropped or pasted; none if anything else is among them."""
    urls = source.urls()
    return [url.toLocalFile() for url in urls] if urls and all(url.isLocalFile() for url in urls) else []
