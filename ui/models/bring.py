"""The button for a model that is on this PC, a stick or a share already: which kind of place, then which."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QWidget

from ui.words import tr


class BringButton(QPushButton):
    """A button with a menu of three ways, or of one where nothing may be copied.

    Signals:
        brought(str): copy the model at this path into the models folder.
        used(str): use the model in this folder where it is.
    """

    brought = Signal(str)
    used = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Use files I have…"), parent)
        self.setProperty("kind", "plain")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(True)
        self.ways = QMenu(self)
        self._copies = (
            self.ways.addAction(tr("Copy from a folder…"), self._copy_folder),
            self.ways.addAction(tr("Copy from a ZIP archive…"), self._copy_archive),
        )
        self.ways.addAction(tr("Use a folder where it is…"), self._use_folder)
        self.clicked.connect(self._open)

    def allow_copies(self, may_copy: bool) -> None:
        """Whether models may be copied into the models folder; else they can be used where they are."""
        for way in self._copies:
            way.setVisible(may_copy)

    def _open(self) -> None:
        self.ways.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def _copy_folder(self) -> None:
        if path := choose_folder(self, tr("The folder with the model's files")):
            self.brought.emit(path)

    def _copy_archive(self) -> None:
        title = tr("The archive that Chorale exported")
        if path := QFileDialog.getOpenFileName(self, title, "", tr("Archives (*.zip)"))[0]:
            self.brought.emit(path)

    def _use_folder(self) -> None:
        if path := choose_folder(self, tr("The folder with the model's files")):
            self.used.emit(path)


def choose_folder(parent: QWidget, title: str, start: str = "") -> str:
    """Let the person choose a folder; empty if they do not."""
    return QFileDialog.getExistingDirectory(parent, title, start)
