"""The page of documents: what the model has been given, or will be with the next message, in the open conversation.

Files are attached here as well as in the conversation, by the same hands: `ui.documents.chat_documents` holds them
and knows what can be done. Summaries and questions go to the conversation, where their answers stand; a text is
shown here, beside the rows. Read next: `ui.documents.document_row`, `ui.documents.drop_card`.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFont,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.attachments import AttachedFile, FileState
from ui.answers.flow import Flow
from ui.answers.parts import Text, button
from ui.chat.composer import local_files
from ui.column_page import ColumnPage
from ui.documents.chat_documents import ChatDocuments
from ui.documents.document_row import DocumentRow
from ui.documents.drop_card import DropCard, DropTarget
from ui.glyphs import GlyphTextButton
from ui.services import ChatInterface
from ui.style import GAP
from ui.words import tr

WIDTH = 820  # a row's words and its buttons stand side by side


class DocumentsPage(QWidget):
    """Shows the files of `documents`, which are those of `chat`. It is put together when it is seen first.

    Signals:
        summary_asked(tuple): summarise the files with these keys.
        talk_asked: ask about them.

    Attributes:
        documents: those of the conversation.
        rows: by the files' keys.
        reader: a page of a document, beside the rows.
    """

    summary_asked = Signal(object)
    talk_asked = Signal()

    def __init__(self, documents: ChatDocuments, chat: ChatInterface, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.documents, self._chat = documents, chat
        self.rows: dict[int, DocumentRow] = {}
        self._is_made = False
        self.setAcceptDrops(True)

    # -- showing ---------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        is_new = not self._is_made
        if is_new:
            self._is_made = True
            self._make()
        self._show_files()
        if is_new:
            self._list.show()  # Qt shows by itself only what was there before

    def _show_files(self) -> None:
        if not self.isVisible():
            return
        files = self.documents.files.files
        ready = self._ready()
        why = self.documents.why_no_summary()
        had_focus = self._has_focus_in_what_goes(files)
        self.about.say(_about(self._chat.entry.title if self._chat.entry is not None else ""))
        self._fill(files, why)
        self.drop.setVisible(not files)
        self.attach.setVisible(bool(files))
        self.ask.setVisible(bool(files))
        self.ask.setEnabled(bool(ready))
        self.summarise.setVisible(len(ready) > 1)
        self.summarise.setEnabled(not why)
        self.why.say(why if ready else "")
        self._head(files)
        if had_focus:
            (self.drop.attach if not files else self.attach).setFocus(Qt.FocusReason.TabFocusReason)

    def _head(self, files: tuple[AttachedFile, ...]) -> None:
        """What stands above the rows; a file that was refused goes nowhere."""
        here = [file.state for file in files if not file.is_sent]
        goes = any(state is not FileState.REFUSED for state in here)
        self.going.setText(tr("With your next message") if goes else tr("Not read"))
        self.going.setVisible(bool(here))
        for part in (self.told, self.stays):
            part.setVisible(len(here) < len(files))

    def _fill(self, files: tuple[AttachedFile, ...], why_no_summary: str) -> None:
        """Bring the rows in line with the files, and leave those that stay where they are."""
        for key in [key for key in self.rows if key not in {file.key for file in files}]:
            row = self.rows.pop(key)
            row.hide()
            row.setParent(None)
            row.deleteLater()
        for layout, is_sent in ((self._going, False), (self._told, True)):
            for i, file in enumerate(file for file in files if file.is_sent is is_sent):
                row = self.rows.get(file.key) or self._new_row(file)
                if layout.indexOf(row) != i:
                    layout.insertWidget(i, row)
                row.refresh(file, why_no_summary)

    def _new_row(self, file: AttachedFile) -> DocumentRow:
        row = self.rows[file.key] = DocumentRow(file, self._list.column)
        row.show_asked.connect(self.reader.show_file)
        row.summary_asked.connect(lambda key: self.summary_asked.emit((key,)))
        row.removed.connect(self.documents.files.remove)
        return row

    def _has_focus_in_what_goes(self, files: tuple[AttachedFile, ...]) -> bool:
        """Whether the keyboard is where it cannot stay."""
        here = self.window().focusWidget()
        if here is None or not self.isAncestorOf(here):
            return False
        keys = {file.key for file in files}
        in_row = any(row.isAncestorOf(here) for key, row in self.rows.items() if key not in keys)
        return in_row or (self.drop.isAncestorOf(here) and bool(files))

    def _ready(self) -> tuple[int, ...]:
        return tuple(file.key for file in self.documents.files.files if file.state is FileState.READY)

    def _forget(self) -> None:
        """Another conversation is open."""
        self.reader.pane.close_pane()

    # -- the keyboard's way through ---------------------------------------------------------------

    def stops(self) -> list[QWidget]:
        """Where Tab stops, in reading order: the rows, and a page beside them."""
        return [stop for part in self.parts() for stop in part]

    def parts(self) -> list[list[QWidget]]:
        """The stops of each part, as F6 goes."""
        if not self._is_made:
            return []
        return [self._list.stops() if self._list.isVisible() else [], self.reader.pane.stops()]

    def bring_into_sight(self, stop: QWidget) -> None:
        """Scroll to one of the `stops`."""
        if self._list.isAncestorOf(stop):
            self._list.bring_into_sight(stop)

    # -- putting together ------------------------------------------------------------------------

    def _make(self) -> None:
        self._list = ColumnPage(self, width=WIDTH)
        column = self._list.column
        self.title = Text(tr("Documents"), column, factor=1.6, weight=QFont.Weight.DemiBold)
        self.about = Text("", column, kind="quiet")
        self.attach = GlyphTextButton("clip", tr("Attach files"), column, kind="plain")
        self.attach.setAutoDefault(True)
        self.summarise = button(tr("Summarise all…"), column, "main")
        self.ask = button(tr("Ask about them"), column, "plain")
        self.why = Text("", column, kind="quiet")
        self.drop = DropCard(column)
        self.going = Text("", column, weight=QFont.Weight.DemiBold)
        self.told = Text(tr("In this conversation"), column, weight=QFont.Weight.DemiBold)
        self.stays = Text(
            tr("The model was told of these. They are deleted with the conversation."), column, kind="quiet"
        )
        self.kinds = Text(_kinds(), column, kind="quiet", factor=0.92)
        self.reader = self.documents.new_reader(self.attach, self)
        self.target = DropTarget(self)
        self._going, self._told = QVBoxLayout(), QVBoxLayout()
        self._place()
        self._connect()

    def _place(self) -> None:
        buttons = Flow()
        for each in (self.attach, self.summarise, self.ask):
            buttons.addWidget(each)
        body = self._list.body
        body.addWidget(self.title)
        body.addWidget(self.about)
        body.addLayout(buttons)
        for part in (self.why, self.drop, self.going):
            body.addWidget(part)
        body.addLayout(self._going)
        told = QVBoxLayout()
        told.setContentsMargins(0, GAP, 0, 0)
        told.setSpacing(GAP // 2)
        told.addWidget(self.told)
        told.addWidget(self.stays)
        body.addLayout(told)
        body.addLayout(self._told)
        body.addWidget(self.kinds)
        for rows in (self._going, self._told):
            rows.setSpacing(GAP + 4)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._list, 1)
        outer.addWidget(self.reader.pane)

    def _connect(self) -> None:
        documents = self.documents
        documents.changed.connect(self._show_files)
        documents.forgot.connect(self._forget)
        self.reader.laid_out.connect(self._make_room)
        self.attach.clicked.connect(lambda: documents.choose(self.attach))
        self.drop.attach.clicked.connect(lambda: documents.choose(self.drop.attach))
        self.summarise.clicked.connect(lambda: self.summary_asked.emit(self._ready()))
        self.ask.clicked.connect(self.talk_asked)
        QShortcut(QKeySequence.StandardKey.Open, self, lambda: documents.choose(self._attach_button()))
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.reader.pane.close_pane)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _attach_button(self) -> QWidget:
        return self.attach if self.attach.isVisible() else self.drop.attach

    def _make_room(self) -> None:
        """A page stands beside the rows, or in a narrow window in their place."""
        if self._is_made:
            self.reader.arrange(self._list, self.width())

    # -- events ----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            self._set_target(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._set_target(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._set_target(False)
        event.acceptProposedAction()
        self.documents.files.attach(local_files(event.mimeData()))

    def _set_target(self, is_target: bool) -> None:
        if is_target:
            self.target.lie_over(self)
        else:
            self.target.hide()


def _about(title: str) -> str:
    """Whose documents these are, and where they go."""
    place = tr("Documents belong to the conversation that is open.")
    if title:
        place = tr("Documents belong to the conversation that is open, “{title}”.").format(title=title)
    here = tr("They are read on this PC, and nothing of them leaves it.")
    return f"{place} {here}"


def _kinds() -> str:
    return tr(
        "Drop files anywhere on this page. PDF, Word, PowerPoint, Excel, OpenDocument, EPUB, Outlook and other mail, "
        "RTF, web pages, Markdown, CSV and plain text can be read; scans and pictures without text cannot."
    )
