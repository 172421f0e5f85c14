"""A button for a sentence: its words go on in the next line where they have no room, as no button of Qt's does."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPaintEvent, QPalette
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

_FLAGS = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_TALL = 10_000  # pixels; more than any sentence takes


class WrappingButton(QPushButton):
    """As wide as it is given room, and as high as its words then need. Looks like a suggestion (`ui.style`)."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("kind", "suggestion")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(True)  # Enter presses it as well as Space
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        around = self._around()
        return self._needed(max(1, width - around.width())).height() + around.height()

    def minimumSizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        longest = max((metrics.horizontalAdvance(word) for word in self.text().split()), default=0)
        return QSize(longest, metrics.height()) + self._around()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        # The application's palette: a stylesheet thins the text of a widget's own.
        group = QPalette.ColorGroup.Normal if self.isEnabled() else QPalette.ColorGroup.Disabled
        painter.setPen(QGuiApplication.palette().color(group, QPalette.ColorRole.WindowText))
        side = self._around().width() // 2
        painter.drawText(self.rect().adjusted(side, 0, -side, 0), _FLAGS.value, self.text())

    def _around(self) -> QSize:
        """What the style puts around the words."""
        words = self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic.value, self.text())
        return (super().sizeHint() - words).expandedTo(QSize(0, 0))

    def _needed(self, width: int) -> QSize:
        return self.fontMetrics().boundingRect(QRect(0, 0, width, _TALL), _FLAGS.value, self.text()).size()
