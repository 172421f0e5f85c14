"""What one conversation is set to, each "as everywhere" until something else is chosen: a small panel.

Effort stands in the composer as well. Another model or another context is loaded when something is asked.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.history.values import ChatSettings
from app.shelf import Condition, Shelf
from app.window_models import title_of
from runtime.conversation import Effort
from ui.answers.parts import Text, button
from ui.chat.model_words import why_not
from ui.choice_box import ChoiceBox
from ui.focus_order import stops
from ui.style import GAP
from ui.words import locale, number, tr

TEMPERATURES = (0.0, 0.3, 0.7, 1.0, 1.3)
WIDE = 80  # characters; a narrower panel has one box in a row
LENGTHS = (4096, 8192, 16384, 32768, 65536, 131072)


class ChatSettingsPanel(QFrame):
    """Hidden until it is asked for; what is chosen holds at once. Esc closes.

    Signals:
        changed(ChatSettings): the person chose something else.
        closed: the panel was closed.
    """

    changed = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "ask")
        self.setAccessibleName(tr("Settings of this conversation"))
        self._settings = ChatSettings()
        self._is_showing = False
        self._is_wide: bool | None = None
        self._shelf: Shelf | None = None
        self.model = ChoiceBox(tr("Model"), self)
        self.refused = Text(parent=self, kind="quiet", factor=0.94)
        self.effort = ChoiceBox(tr("Effort"), self)
        self.temperature = ChoiceBox(tr("Temperature"), self)
        self.length = ChoiceBox(tr("Context"), self)
        self.instructions = QPlainTextEdit(self)
        self.instructions.setProperty("kind", "edit")
        self.instructions.setTabChangesFocus(True)
        self.instructions.setAccessibleName(tr("Instructions"))
        self.instructions.setPlaceholderText(tr("As in Settings. For example: Answer in two sentences."))
        self.close_button = button(tr("Done"), self, "plain")
        self._fill()
        self._place()
        for box in (self.model, self.effort, self.temperature, self.length):
            box.activated.connect(self._take)
        self.instructions.textChanged.connect(self._take)
        self.close_button.clicked.connect(self.close_panel)
        self._show_models(False)
        self.hide()

    def allow_models(self) -> None:
        """A conversation can have a model of its own."""
        self._show_models(True)

    def offer_models(self, shelf: Shelf) -> None:
        """These are the models on this PC."""
        self._shelf = shelf
        self._fill_models()

    def _show_models(self, can_choose: bool) -> None:
        self.model.setVisible(can_choose)
        self._model_label.setVisible(can_choose)
        self.refused.setVisible(can_choose and bool(self.refused.text()))

    def ask(self, settings: ChatSettings) -> None:
        """Show what the conversation is set to, and take changes."""
        self._show_settings(settings)
        self.show()
        first = self.effort if self.model.isHidden() else self.model
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self, settings: ChatSettings) -> None:
        """It may have been set to something else in another place."""
        if not self.isHidden() and settings != self._settings:
            self._show_settings(settings)

    def _show_settings(self, settings: ChatSettings) -> None:
        self._is_showing = True
        self._settings = settings
        self._fill()
        for box, value in (
            (self.effort, settings.effort),
            (self.temperature, settings.temperature),
            (self.length, settings.context_length),
        ):
            _select(box, value)
        if self._instructions != settings.instructions:  # else somebody may be writing in it
            self.instructions.setPlainText(settings.instructions or "")
        self._fill_models()
        self._is_showing = False

    def close_panel(self) -> None:
        """Show it no longer."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def stops(self) -> list[QWidget]:
        """Where Tab stops."""
        return stops(self, has_side=False) if self.isVisible() else []

    @property
    def _instructions(self) -> str | None:
        return self.instructions.toPlainText().strip() or None

    def _take(self) -> None:
        if self._is_showing:
            return
        settings = replace(
            self._settings,
            model=self._settings.model if self.model.isHidden() else self.model.currentData(),
            effort=self.effort.currentData(),
            temperature=self.temperature.currentData(),
            context_length=self.length.currentData(),
            instructions=self._instructions,
        )
        if settings != self._settings:
            self._settings = settings
            self.changed.emit(settings)

    def _fill(self) -> None:
        names = {Effort.LOW: tr("Low"), Effort.MEDIUM: tr("Medium"), Effort.HIGH: tr("High")}
        _offer(self.effort, [(name, effort) for effort, name in names.items()])
        _offer(self.temperature, [(_temperature(value), value) for value in TEMPERATURES])
        _offer(self.length, [(tr("{count} tokens").format(count=number(n)), n) for n in LENGTHS])

    def _fill_models(self) -> None:
        """Offer what can be talked to, and what is chosen, even if it cannot be at the moment."""
        items = model_items(self._shelf, self._settings.model)
        if items != [(self.model.itemText(i), self.model.itemData(i)) for i in range(self.model.count())]:
            self.model.clear()
            for words, name in items:
                self.model.addItem(words, name)
        self.model.setCurrentIndex(max(0, self.model.findData(self._settings.model)))
        models = self._shelf.models if self._shelf is not None else ()
        some = tr("Models that your organisation does not allow are not offered.")
        self.refused.setText(some if any(model.refusal for model in models) else "")
        self.refused.setVisible(bool(self.refused.text()) and not self.model.isHidden())

    def _place(self) -> None:
        grid = self._grid = QGridLayout()
        grid.setSpacing(GAP)
        grid.setHorizontalSpacing(2 * GAP)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self._model_label = QLabel(tr("Model"), self)
        self._model_label.setBuddy(self.model)
        grid.addWidget(self._model_label, 0, 0)
        grid.addWidget(self.model, 0, 1, 1, 3)
        grid.addWidget(self.refused, 1, 1, 1, 3)
        self._labels = [QLabel(name, self) for name in (tr("Effort"), tr("Temperature"), tr("Context"))]
        for label, box in zip(self._labels, self._boxes, strict=True):
            label.setBuddy(box)
        self._arrange()
        label = QLabel(tr("Instructions"), self)
        label.setBuddy(self.instructions)
        grid.addWidget(label, 5, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.instructions, 5, 1, 1, 3)
        self.instructions.setFixedHeight(72)
        top = QHBoxLayout()
        words = tr("For this conversation only, from the next message on.")
        top.addWidget(Text(words, self, kind="quiet"), 1)
        top.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GAP, GAP + 4, 2 * GAP, GAP + 4)
        layout.setSpacing(GAP)
        layout.addLayout(top)
        layout.addLayout(grid)

    @property
    def _boxes(self) -> tuple[ChoiceBox, ...]:
        return self.effort, self.temperature, self.length

    def _arrange(self) -> None:
        """Two boxes in a row; in a narrow window, or with a large font, one."""
        is_wide = self.width() >= WIDE * self.fontMetrics().averageCharWidth()
        if is_wide is self._is_wide:
            return
        self._is_wide = is_wide
        for i, (label, box) in enumerate(zip(self._labels, self._boxes, strict=True)):
            row, column = (2 + i // 2, 2 * (i % 2)) if is_wide else (2 + i, 0)
            self._grid.addWidget(label, row, column)
            self._grid.addWidget(box, row, column + 1, 1, 1 if is_wide else 3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        else:
            super().keyPressEvent(event)


def model_items(shelf: Shelf | None, chosen: str | None) -> list[tuple[str, str | None]]:
    """What stands in the row: words, and the name; None is the model of everywhere."""
    models = shelf.models if shelf is not None else ()
    usual = next((model.title for model in models if model.is_chosen), "")
    words = tr("Default: {name}").format(name=usual) if usual else tr("Default")
    items: list[tuple[str, str | None]] = [(words, None)]
    items += [
        (model.title, model.name)
        for model in models
        if model.condition is Condition.READY and not model.refusal
    ]
    if chosen is not None and chosen not in [name for _, name in items]:
        title = title_of(chosen)
        is_wrong = shelf is not None and bool(why_not(chosen, title, shelf))
        items.append((tr("{name}: cannot be used now").format(name=title) if is_wrong else title, chosen))
    return items


def _offer(box: QComboBox, values: list[tuple[str, object]]) -> None:
    box.clear()
    box.addItem(tr("Default"), None)
    for words, value in values:
        box.addItem(words, value)


def _select(box: QComboBox, value: object) -> None:
    """Choose `value`, which may have been set elsewhere to something that is not offered."""
    index = box.findData(value) if value is not None else 0
    if index < 0:
        box.addItem(str(value), value)
        index = box.count() - 1
    box.setCurrentIndex(index)


def _temperature(value: float) -> str:
    figure = f"{value:g}".replace(".", locale().decimalPoint())
    if value == 0:
        return tr("{figure}: always the likeliest word").format(figure=figure)
    if value == 1:
        return tr("{figure}: as the model was made").format(figure=figure)
    return figure
