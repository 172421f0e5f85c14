"""The files of the conversation, in the composer: a chip each, and a button that summarises them all."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.attachments import AttachedFile, FileState
from ui.answers.flow import Flow
from ui.documents.attachment_chip import AttachmentChip
from ui.glyphs import GlyphTextButton
from ui.style import GAP
from ui.words import tr

MOST = 156  # pixels high; more chips scroll


class AttachmentTray(QScrollArea):
    """Chips in rows, as high as they need, up to `MOST`. Hidden while there is none.

    Signals:
        show_asked(int), removed(int): with a file's key.
        summary_asked(tuple): with keys of files.
    """

    show_asked = Signal(int)
    removed = Signal(int)
    summary_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chips: dict[int, AttachmentChip] = {}
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(tr("Attached files"))
        self._row = QWidget()
        self._flow = Flow(GAP, self._row)
        self.summarise = GlyphTextButton("file", tr("Summarise…"), self._row)
        self.summarise.setAutoDefault(True)
        self._flow.addWidget(self.summarise)
        self.setWidget(self._row)
        self._row.setAutoFillBackground(False)  # Qt has just switched it on
        self.summarise.clicked.connect(lambda: self.summary_asked.emit(self._ready))
        self._ready: tuple[int, ...] = ()
        self.hide()

    def refresh(self, files: tuple[AttachedFile, ...], can_summarise: bool) -> None:
        """Show these files."""
        for key in [key for key in self.chips if key not in {file.key for file in files}]:
            self._drop(key)
        for file in files:
            chip = self.chips.get(file.key)
            if chip is None:
                chip = self.chips[file.key] = AttachmentChip(file, self._row)
                chip.show_asked.connect(self.show_asked)
                chip.removed.connect(self.removed)
                chip.summary_asked.connect(lambda key: self.summary_asked.emit((key,)))
                self._flow.removeWidget(self.summarise)  # it stays the last
                self._flow.addWidget(chip)
                self._flow.addWidget(self.summarise)
                chip.show()
            chip.refresh(file, can_summarise)
        self._ready = tuple(file.key for file in files if file.state is FileState.READY)
        self.summarise.setVisible(bool(self._ready))
        self.summarise.setEnabled(can_summarise)
        several = len(self._ready) > 1
        self.summarise.setText(tr("Summarise all…") if several else tr("Summarise…"))
        self.setVisible(bool(files))
        self._fit()

    def stops(self) -> list[QWidget]:
        """Where Tab stops, chip by chip."""
        if not self.isVisible():
            return []
        found: list[QWidget] = []
        for chip in self.chips.values():
            found += [chip, *([chip.close_button] if chip.close_button.isVisible() else [])]
        return [
            *found,
            *([self.summarise] if self.summarise.isVisible() and self.summarise.isEnabled() else []),
        ]

    def _drop(self, key: int) -> None:
        chip = self.chips.pop(key)
        had_focus = chip.hasFocus() or chip.close_button.hasFocus()
        self._flow.removeWidget(chip)
        chip.hide()
        chip.deleteLater()
        if had_focus and self.chips:
            next(reversed(self.chips.values())).setFocus(Qt.FocusReason.TabFocusReason)

    def _fit(self) -> None:
        height = self._flow.heightForWidth(max(120, self.viewport().width()))
        self.setFixedHeight(min(height, MOST))

    def sizeHint(self) -> QSize:
        return QSize(200, 48)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()
