"""How long the model is asked to think: low, medium or high, one of three buttons in a row."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QLabel, QWidget

from runtime.conversation import Effort
from ui.style import scaled
from ui.words import tr


class EffortPicker(QWidget):
    """Three buttons of which one is chosen; the arrow keys choose as well.

    Signals:
        picked(Effort): the person chose another effort.
    """

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self.buttons: dict[Effort, _Choice] = {}
        label = QLabel(tr("Effort"), self)
        label.setProperty("kind", "quiet")
        label.setFont(scaled(self.font(), 0.9))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(label)
        layout.addSpacing(8)
        names = {
            Effort.LOW: (tr("Low"), tr("Think briefly")),
            Effort.MEDIUM: (tr("Medium"), tr("Think for a while")),
            Effort.HIGH: (tr("High"), tr("Think as long as it takes")),
        }
        for effort, (name, explanation) in names.items():
            button = _Choice(name, self)
            button.setAccessibleName(tr("Effort: {name}").format(name=name))
            button.setToolTip(explanation)
            button.clicked.connect(lambda _checked, effort=effort: self.picked.emit(effort))
            self._group.addButton(button)
            self.buttons[effort] = button
            layout.addWidget(button)
        self.set_effort(Effort.MEDIUM)

    @property
    def effort(self) -> Effort:
        return next(effort for effort, button in self.buttons.items() if button.isChecked())

    def set_effort(self, effort: Effort) -> None:
        """Show `effort` as chosen; nothing is emitted."""
        self.buttons[effort].setChecked(True)


class _Choice(QAbstractButton):
    """One of several: the chosen one is raised, ruled and set in a heavier weight, not only coloured."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)  # else it is told as a box to tick
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        font = scaled(self.font(), 0.9, QFont.Weight.DemiBold)
        return QSize(QFontMetrics(font).horizontalAdvance(self.text()) + 20, 28)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Arrow keys choose at once, as they do among radio buttons.
        super().keyPressEvent(event)
        chosen = self.group().checkedButton()
        if chosen is not self and chosen is not None and chosen.hasFocus():
            chosen.click()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        box = QRectF(self.rect()).adjusted(1, 2, -1, -2)
        quiet = palette.color(QPalette.ColorRole.PlaceholderText)
        strong = palette.color(QPalette.ColorRole.WindowText)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
            painter.setBrush(palette.color(QPalette.ColorRole.AlternateBase))
        elif self.underMouse():
            painter.setBrush(palette.color(QPalette.ColorRole.Midlight))
        if self.hasFocus():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Link), 2))
        painter.drawRoundedRect(box, 6, 6)
        weight = QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal
        painter.setFont(scaled(self.font(), 0.9, weight))
        painter.setPen(strong if self.isChecked() or self.underMouse() else quiet)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
