"""All that the page to talk on has of documents, put together: chips, meter, page viewer, summaries.

The page places the widgets; what happens between them is told here. Read next: `ui.documents.document_controller`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from app.attachments import AttachedFile, FileState, PageText, Price, SummaryOrder, SummaryStep
from ui.announce import announce
from ui.answers.citation_links import asked_page, linked
from ui.chat.composer import Composer
from ui.chat.transcript import Transcript
from ui.controller import Controller, Stage
from ui.documents.coverage_words import reworded
from ui.documents.document_controller import DocumentController
from ui.documents.document_pane import DocumentPane
from ui.documents.document_words import asked, file_names, told
from ui.documents.summary_panel import SummaryPanel, SummaryProgress
from ui.sentences import translated
from ui.services import DocumentsInterface, SummariesInterface
from ui.words import tr


class ChatDocuments(QObject):
    """The documents of a page to talk on.

    Attributes:
        pane, panel, progress: widgets for the page to place.

    Signals:
        summary_begins(SummaryOrder, str): it is asked for, in these words.
        noticed(str): a sentence for the person.
        laid_out: the pane was opened or closed.
    """

    summary_begins = Signal(object, str)
    noticed = Signal(str)
    laid_out = Signal()

    def __init__(
        self,
        documents: DocumentsInterface,
        summaries: SummariesInterface | None,
        controller: Controller,
        composer: Composer,
        transcript: Transcript,
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._documents = documents
        self._summaries = summaries
        self._controller = controller
        self._composer = composer
        self._window = page
        self._used = 0
        self._title = tr("Summarising")
        self._before_pane: QWidget | None = None
        self.files = DocumentController(documents, self)
        self.pane = DocumentPane(page)
        self.panel = SummaryPanel(page)
        self.progress = SummaryProgress(page)
        transcript.row_views.dress = lambda source: linked(reworded(source), documents)
        composer.allow_files()
        self._connect(transcript)

    def _connect(self, transcript: Transcript) -> None:
        files, composer, controller = self.files, self._composer, self._controller
        files.changed.connect(self._show_files)
        files.settled.connect(self._tell_settled)
        files.priced.connect(self._show_price)
        files.failed.connect(self.noticed)
        composer.attach_asked.connect(self.choose)
        composer.files_offered.connect(files.attach)
        composer.edited.connect(self._ask_price)
        composer.tray.removed.connect(files.remove)
        composer.tray.show_asked.connect(self._show_file)
        composer.tray.summary_asked.connect(self.ask_summary)
        transcript.page_asked.connect(self._open_link)
        controller.loaded.connect(lambda _ready: files.weigh())
        controller.context_used.connect(self._note_used)
        controller.stage_changed.connect(self._show_stage)
        controller.stepped.connect(self._show_step)
        controller.refused.connect(lambda _text, _sentence: files.refresh())
        self.pane.turned.connect(self._turn)
        self.pane.closed.connect(self._closed_pane)
        self.panel.ordered.connect(self._order)
        self.panel.closed.connect(composer.setFocus)
        self.progress.stopped.connect(controller.stop)
        if self._summaries is not None:
            self.progress.paused.connect(self._summaries.pause)
            self.progress.resumed.connect(self._summaries.resume)

    # -- files -----------------------------------------------------------------------------------

    def choose(self) -> None:
        """Let the person choose files."""
        paths, _ = QFileDialog.getOpenFileNames(self._window, tr("Attach files"))
        if paths:
            self.files.attach(paths)
        self._composer.setFocus()

    def why_not_now(self) -> str | None:
        """A sentence if a message must wait for its files."""
        why = self._documents.why_not_now()
        return translated(why) if why else None

    def going(self) -> Sequence[str]:
        """The names of files that go with the next message."""
        return [file.name for file in self.files.files if file.state is FileState.READY and not file.is_sent]

    def forget(self) -> None:
        """A new conversation has begun; the desk is empty."""
        self.pane.close_pane()
        self.panel.close_panel()
        self.progress.hide()
        self._used = 0
        self.files.refresh()

    def close(self) -> None:
        """End everything."""
        self.files.close()

    def _show_files(self) -> None:
        self._composer.tray.refresh(self.files.files, self._can_summarise())
        self._ask_price()

    def _tell_settled(self, file: AttachedFile) -> None:
        announce(self._composer, ". ".join(told(file).split("\n")))
        if file.state is FileState.REFUSED:
            self.noticed.emit(translated(file.problems[0]))

    def _show_price(self, price: Price | None) -> None:
        self._composer.meter.show_price(price)

    def _ask_price(self) -> None:
        self.files.price(self._composer.text, self._used)

    def _note_used(self, used: int) -> None:
        self._used = used
        if self._controller.stage is not Stage.ANSWERING:
            self._ask_price()

    def _show_stage(self, stage: Stage) -> None:
        if stage is Stage.ANSWERING:
            self.panel.close_panel()
        else:
            had_focus = any(stop.hasFocus() for stop in self.progress.stops())
            self.progress.hide()
            if had_focus:
                self._composer.setFocus()
        self.files.refresh()
        self._show_files()

    # -- pages -----------------------------------------------------------------------------------

    def _open_link(self, url: QUrl) -> None:
        document, number, claim = asked_page(url)
        page = self._documents.page(document, number, claim)
        if page is not None:
            self._open(page, was_cited=True)

    def _show_file(self, key: int) -> None:
        page = self._documents.first_page_of(key)
        if page is not None:
            self._open(page)

    def _open(self, page: PageText, *, was_cited: bool = False) -> None:
        if self.pane.isHidden():
            self._before_pane = QApplication.focusWidget()
        self.pane.show_page(page, was_cited=was_cited)
        self.laid_out.emit()

    def _turn(self, document: str, number: int) -> None:
        page = self._documents.page(document, number)
        if page is not None:
            self.pane.show_page(page, take_focus=False)

    def _closed_pane(self) -> None:
        self.laid_out.emit()
        before, self._before_pane = self._before_pane, None
        try:
            is_there = before is not None and before.isVisible()
        except RuntimeError:  # Qt has deleted it meanwhile
            is_there = False
        if is_there and before is not None:
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._composer.setFocus()

    def escape(self) -> bool:
        """Esc was pressed: close what is open, unless there is an answer to stop; whether something closed."""
        here = QApplication.focusWidget()
        is_answering = self._controller.stage is Stage.ANSWERING
        in_pane = here is not None and self.pane.isAncestorOf(here)
        if self.panel.isVisible():
            self.panel.close_panel()
        elif self.pane.isVisible() and (in_pane or not is_answering):
            self.pane.close_pane()
        else:
            return False
        return True

    # -- summaries -------------------------------------------------------------------------------

    def ask_summary(self, keys: Sequence[int]) -> None:
        """Ask how to summarise these files."""
        files = tuple(file for key in keys if (file := self.files.file(key)) is not None)
        if files and self._can_summarise():
            self.panel.ask(files)

    def show_progress(self, order: SummaryOrder) -> None:
        """A summary has begun."""
        files = tuple(file for key in order.keys if (file := self.files.file(key)) is not None)
        self._title = tr("Summarising {files}").format(files=file_names(files))
        self.progress.begin(self._title)

    def _show_step(self, step: SummaryStep) -> None:
        if self._controller.stage is not Stage.ANSWERING:
            return
        if self.progress.isHidden():  # it is gone on with, by Try again
            self.progress.begin(self._title)
        if self._controller.voices is not None:
            self._controller.voices.task = tr("Summarising")
        self.progress.show_step(step)

    def _can_summarise(self) -> bool:
        return self._summaries is not None and self._controller.stage is Stage.READY

    def _order(self, order: SummaryOrder) -> None:
        if self._summaries is not None and self._can_summarise():
            files = tuple(file for key in order.keys if (file := self.files.file(key)) is not None)
            order = replace(order, asked=asked(order, files))
            self.summary_begins.emit(order, order.asked)
