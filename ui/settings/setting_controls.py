"""The controls of the settings page: a switch, choices, a number, some lines of text.

Each shows a value, says with `changed` when the person chose another one, and takes its name and sentence for
whoever hears instead of sees. Read next: `ui.settings.setting_row`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLocale, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.setting import Look
from ui.answers.flow import Flow
from ui.answers.parts import Text
from ui.services import SettingValue
from ui.style import GAP
from ui.words import locale, said, tr

TRACK = QSize(38, 22)
LINES = 4


class Switch(QCheckBox):
    """On or off, said in a word beside it and not by colour alone.

    Signals:
        changed(bool): the person turned it.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "switch")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda on: self.changed.emit(on))
        self.toggled.connect(self._name_state)
        self._name_state(False)

    def show_value(self, value: SettingValue) -> None:
        """Show it; nothing is emitted."""
        self.setChecked(bool(value))

    def set_names(self, name: str, sentence: str) -> None:
        self.setAccessibleName(name)
        self.setAccessibleDescription(sentence)

    def hitButton(self, point: QPoint) -> bool:
        return self.rect().contains(point)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        words = max(metrics.horizontalAdvance(text) for text in (tr("On"), tr("Off")))
        return QSize(TRACK.width() + GAP + words + 8, max(TRACK.height() + 6, metrics.height() + 6))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, role = self.palette(), QPalette.ColorRole
        top = (self.height() - TRACK.height()) / 2
        track = QRectF(3, top, TRACK.width(), TRACK.height())
        on = self.isChecked()
        ink = palette.color(role.WindowText)
        fill = palette.color(role.Link if on else role.Base)
        dot = palette.color(role.BrightText if on else role.PlaceholderText)
        if not self.isEnabled():
            fill.setAlphaF(0.4)
            dot.setAlphaF(0.5)
            ink = palette.color(role.PlaceholderText)
        painter.setPen(Qt.PenStyle.NoPen if on else QPen(palette.color(role.PlaceholderText), 1))
        painter.setBrush(fill)
        painter.drawRoundedRect(track, TRACK.height() / 2, TRACK.height() / 2)
        knob = TRACK.height() - 8
        left = track.right() - knob - 4 if on else track.left() + 4
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(dot)
        painter.drawEllipse(QRectF(left, top + 4, knob, knob))
        if self.hasFocus():
            painter.setPen(QPen(palette.color(role.Link), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            around = track.adjusted(-2, -2, 2, 2)
            painter.drawRoundedRect(around, around.height() / 2, around.height() / 2)
        painter.setPen(ink)
        words = self.rect().adjusted(TRACK.width() + 3 + GAP, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, tr("On") if on else tr("Off"))

    def _name_state(self, _on: bool) -> None:
        self.updateGeometry()
        self.update()


@dataclass(frozen=True, slots=True)
class Option:
    """One of several: its value, its words, a note below them, and whether it can be chosen."""

    value: str
    title: str
    note: str = ""
    is_possible: bool = True


class Choices(QWidget):
    """Some options of which one is chosen; the arrow keys choose as well.

    Signals:
        changed(str): the person chose the option of that value.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget, *, is_list: bool = False) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QRadioButton] = {}
        self._names = ("", "")
        self._is_list = is_list  # one below the other, with notes
        self._group = QButtonGroup(self)
        self._notes: list[Text] = []
        self._layout = QVBoxLayout(self) if is_list else Flow(GAP, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        if is_list:
            self._layout.setSpacing(0)

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer these in place of those before."""
        for old in (*self.buttons.values(), *self._notes):
            self._layout.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.buttons, self._notes = {}, []
        for option in options:
            made = QRadioButton(option.title, self)
            made.setProperty("kind", "choice")
            made.setEnabled(option.is_possible)
            made.clicked.connect(lambda _checked, value=option.value: self.changed.emit(value))
            self._group.addButton(made)
            self.buttons[option.value] = made
            self._layout.addWidget(made)
            if self._is_list and option.note:
                note = Text(option.note, self, kind="quiet", factor=0.92)
                note.setContentsMargins(28, 0, 0, GAP // 2)
                made.setAccessibleDescription(option.note)
                self._notes.append(note)
                self._layout.addWidget(note)
        self.set_names(*self._names)

    def show_value(self, value: SettingValue) -> None:
        """Show it; nothing is emitted."""
        if (found := self.buttons.get(str(value))) is not None:
            found.setChecked(True)

    def set_names(self, name: str, sentence: str) -> None:
        self._names = (name, sentence)
        self.setAccessibleName(name)
        self.setAccessibleDescription(sentence)
        for made in self.buttons.values():
            made.setAccessibleName(tr("{setting}: {choice}").format(setting=name, choice=made.text()))


class NumberField(QWidget):
    """A number with its unit; where it may be left out, an empty field means what its grey words say.

    Signals:
        changed(float | int | None): the person set another one.
        wrong(str): what was typed cannot be; empty when it can again.
    """

    changed = Signal(object)
    wrong = Signal(str)

    def __init__(self, look: Look, default: SettingValue, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._may_be_unset = default is None
        self._shown = ""
        self.field = QLineEdit(self)
        self.field.setProperty("kind", "field")
        self.field.setPlaceholderText(said(look.unset))
        widest = max(said(look.unset), self._text(look.most), key=len)
        self.field.setMinimumWidth(self.field.fontMetrics().horizontalAdvance(widest) + 36)
        self.unit = Text(said(look.unit), self, kind="quiet")
        self.unit.setWordWrap(False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self.field)
        layout.addWidget(self.unit)
        layout.addStretch(1)
        self.field.editingFinished.connect(self.take)

    def show_value(self, value: SettingValue) -> None:
        """Show it; nothing is emitted."""
        number = isinstance(value, int | float) and not isinstance(value, bool)
        self._shown = self._text(float(value) / self._look.scale) if number and value is not None else ""
        self.field.setText(self._shown)

    def set_names(self, name: str, sentence: str) -> None:
        unit = said(self._look.unit)
        self.field.setAccessibleName(
            tr("{setting}, in {unit}").format(setting=name, unit=unit) if unit else name
        )
        self.field.setAccessibleDescription(sentence)

    def take(self) -> None:
        """Take what was typed."""
        text = self.field.text().strip()
        if text == self._shown:
            self.wrong.emit("")
            return
        if not text and self._may_be_unset:
            self._shown = ""
            self.wrong.emit("")
            self.changed.emit(None)
            return
        number = self._number(text)
        if number is None or not self._look.least <= number <= self._look.most:
            self.wrong.emit(
                tr("Give a number from {least} to {most}.").format(
                    least=self._text(self._look.least), most=self._text(self._look.most)
                )
            )
            return
        self._shown = text
        self.wrong.emit("")
        value = number * self._look.scale
        self.changed.emit(value if self._look.decimals and self._look.scale == 1 else round(value))

    def _number(self, text: str) -> float | None:
        """A person writes the point as a comma, and thousands with one; which is meant shows by the decimals."""
        text = text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
        text = text.replace(",", ".") if self._look.decimals else text.replace(",", "").replace(".", "")
        number, fits = QLocale.c().toDouble(text)
        return number if fits and (self._look.decimals or number == int(number)) else None

    def _text(self, number: float) -> str:
        return (
            f"{number:.{self._look.decimals}f}".rstrip("0").rstrip(".").replace(".", locale().decimalPoint())
            if self._look.decimals
            else str(int(number))
        )


class TextField(QPlainTextEdit):
    """Some lines of text, taken when the keyboard leaves them.

    Signals:
        changed(str | None): the person wrote something else; None when nothing is left.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown = ""
        self.setProperty("kind", "edit")
        self.setTabChangesFocus(True)
        self.setFixedHeight(LINES * self.fontMetrics().lineSpacing() + 24)

    def show_value(self, value: SettingValue) -> None:
        """Show it; nothing is emitted."""
        self._shown = value if isinstance(value, str) else ""
        if self.toPlainText() != self._shown:
            self.setPlainText(self._shown)

    def set_names(self, name: str, sentence: str) -> None:
        self.setAccessibleName(name)
        self.setAccessibleDescription(sentence)

    def take(self) -> None:
        """Take what was written."""
        text = self.toPlainText()
        if text != self._shown:
            self._shown = text
            self.changed.emit(text if text.strip() else None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.take()
