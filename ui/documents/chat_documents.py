"""All that the page to talk on has of documents, put together: chips, meter, page viewer, summaries.

The page places the widgets; what happens between them is told here. Read next: `ui.documents.document_controller`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from app.attachments import AttachedFile, FileState, Price, SummaryOrder, SummaryStep
from ui.announce import announce
from ui.answers.citation_links import linked
from ui.chat.composer import Composer
from ui.chat.transcript import Transcript
from ui.controller import Controller, Stage
from ui.documents.coverage_words import reworded
from ui.documents.document_controller import DocumentController
from ui.documents.document_words import asked, file_names, told
from ui.documents.page_reader import PageReader
from ui.documents.summary_panel import SummaryPanel, SummaryProgress
from ui.sentences import translated
from ui.services import DocumentsInterface, SummariesInterface
from ui.words import tr


class ChatDocuments(QObject):
    """The documents of a page to talk on.

    Attributes:
        reader, panel, progress: what the page places: a page of a document, and how to summarise.

    Signals:
        summary_begins(SummaryOrder, str): it is asked for, in these words.
        noticed(str): a sentence for the person.
        changed: the files stand otherwise, or something else can be done with them.
        forgot: another conversation is open, with other files.
    """

    summary_begins = Signal(object, str)
    noticed = Signal(str)
    changed = Signal()
    forgot = Signal()

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
        self.files = DocumentController(documents, self)
        self.reader = PageReader(documents, composer, page)
        self.pane = self.reader.pane
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
        composer.attach_asked.connect(lambda: self.choose())
        composer.files_offered.connect(files.attach)
        composer.edited.connect(self._ask_price)
        composer.tray.removed.connect(files.remove)
        composer.tray.show_asked.connect(self.reader.show_file)
        composer.tray.summary_asked.connect(self.ask_summary)
        transcript.page_asked.connect(self.reader.open_link)
        controller.loaded.connect(lambda _ready: files.weigh())
        controller.context_used.connect(self.note_used)
        controller.stage_changed.connect(self._show_stage)
        controller.stepped.connect(self._show_step)
        controller.refused.connect(lambda _text, _sentence: files.refresh())
        self.panel.ordered.connect(self._order)
        self.panel.closed.connect(composer.setFocus)
        self.progress.stopped.connect(controller.stop)
        if self._summaries is not None:
            self.progress.paused.connect(self._summaries.pause)
            self.progress.resumed.connect(self._summaries.resume)

    # -- files -----------------------------------------------------------------------------------

    def choose(self, asker: QWidget | None = None) -> None:
        """Let the person choose files; then `asker` has the keyboard, or the field to write in."""
        paths, _ = QFileDialog.getOpenFileNames(asker or self._window, tr("Attach files"))
        (asker or self._composer).setFocus()  # first: with a file there, the asker may make room for others
        if paths:
            self.files.attach(paths)

    def new_reader(self, home: QWidget, parent: QWidget) -> PageReader:
        """What opens their pages elsewhere, too."""
        return PageReader(self._documents, home, parent)

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
        self.forgot.emit()
        self.files.refresh()
        self.files.weigh()  # what was only summarised when it was open before goes with the next message

    def close(self) -> None:
        """End everything."""
        self.files.close()

    def _show_files(self) -> None:
        self._composer.tray.refresh(self.files.files, self._can_summarise())
        self._ask_price()
        self.changed.emit()

    def _tell_settled(self, file: AttachedFile) -> None:
        announce(self._window.window(), ". ".join(told(file).split("\n")))
        if file.state is FileState.REFUSED:
            self.noticed.emit(translated(file.problems[0]))

    def _show_price(self, price: Price | None) -> None:
        self._composer.meter.show_price(price)

    def _ask_price(self) -> None:
        self.files.price(self._composer.text, self._used)

    def note_used(self, used: int) -> None:
        """What the conversation takes of the context: the next message comes on top of it."""
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

    def make_way(self) -> None:
        """Close a page that stands where the conversation would."""
        if not self._composer.isVisible():
            self.pane.close_pane()

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

    def why_no_summary(self) -> str:
        """A sentence if nothing can be summarised at the moment, else empty."""
        return {
            Stage.LOADING: tr("The model is still loading. Summaries can be made when it is ready."),
            Stage.FAILED: tr("No model is loaded, so nothing can be summarised."),
            Stage.ANSWERING: tr("An answer is being written. Summaries can be made after it."),
        }.get(self._controller.stage, "")

    def _can_summarise(self) -> bool:
        return self._summaries is not None and self._controller.stage is Stage.READY

    def _order(self, order: SummaryOrder) -> None:
        if self._summaries is not None and self._can_summarise():
            files = tuple(file for key in order.keys if (file := self.files.file(key)) is not None)
            order = replace(order, asked=asked(order, files))
            self.summary_begins.emit(order, order.asked)
