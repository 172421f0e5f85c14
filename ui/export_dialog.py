"""The dialog that writes a conversation to a file: in which form, with what, where to.

`export_conversation` opens it, from a menu of the list. The conversation is read and written on a worker thread;
only a PDF is set on the window's, where fonts are. Read next: `app.export.save`, `ui.pdf_export`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.export.html import html
from app.export.save import file_name, save, write
from app.export.selection import Words
from app.export.values import Exported, ExportOptions, Format
from app.history.values import Stored
from models.errors import AppError
from ui.announce import announce
from ui.answers.parts import Text, button
from ui.background import Background
from ui.pdf_export import pdf
from ui.sentences import translated
from ui.style import GAP
from ui.words import breakable, language, tr

WIDTH = 360
PDF = ".pdf"
Read = Callable[[], Stored]


@dataclass(frozen=True, slots=True)
class _ForPaper:
    """What the worker read for a PDF."""

    html: str
    title: str
    created: float


def export_conversation(parent: QWidget, title: str, read: Read) -> ExportDialog:
    """Open the dialog for one conversation; it stays until it is closed, and deletes itself then.

    Args:
        parent: what it stands above.
        title: the conversation's, for its heading and the file's first name.
        read: gives the conversation; called on a worker thread: `lambda: history.open(entry.id)`.
    """
    dialog = ExportDialog(title, read, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


class ExportDialog(QDialog):
    """Asks for a form, what goes in, and a place; then writes, and says what was written.

    Attributes:
        forms: the radio buttons by suffix: `.md`, `.html`, `.pdf`, `.json`, `.audit.jsonl`.
        reasoning, tools, documents, branches: what goes in.
        go, leave: the buttons.
        said: what happened, in a sentence.
        head: of an audit, the hash to keep; `copy` puts it on the clipboard.
    """

    def __init__(self, title: str, read: Read, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._read = title, read
        self._background = Background(self)
        self._hash = ""
        self.setWindowTitle(tr("Export"))
        self.heading = Text(tr("Export “{title}”").format(title=title), self, factor=1.15)
        self.forms: dict[str, QRadioButton] = {}
        self._group = QButtonGroup(self)
        for suffix, words in _forms().items():
            self._add_form(suffix, words)
        self.about = Text("", self, kind="quiet")
        self.reasoning = self._box(tr("With the model’s reasoning"))
        self.tools = self._box(tr("With tools and their results"))
        self.documents = self._box(tr("With the text of attached files"))
        self.branches = self._box(tr("With all branches"))
        self.branches.setChecked(True)
        self.said = Text("", self)
        self.head = Text("", self, kind="quiet")
        self.copy = button(tr("Copy the hash"), self, "plain")
        self.copy.clicked.connect(self._copy_head)
        self.go = button(tr("Export…"), self, "main")
        self.go.setDefault(True)
        self.go.clicked.connect(self._choose_place)
        self.leave = button(tr("Cancel"), self, "quiet")
        self.leave.clicked.connect(self.reject)
        self._place()
        for box in (self.reasoning, self.tools, self.documents, self.branches):
            box.toggled.connect(self._clear)
        self._group.buttonToggled.connect(self._choose_form)
        self._choose_form()
        self.forms[".md"].setFocus()

    def _add_form(self, suffix: str, words: str) -> None:
        choice = QRadioButton(words, self)
        choice.setProperty("kind", "choice")
        choice.setChecked(not self.forms)
        self._group.addButton(choice)
        self.forms[suffix] = choice

    def _box(self, words: str) -> QCheckBox:
        box = QCheckBox(words, self)
        box.setProperty("kind", "choice")
        return box

    def _place(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GAP, 3 * GAP, 3 * GAP, 2 * GAP)
        layout.setSpacing(GAP)
        layout.addWidget(self.heading)
        layout.addSpacing(GAP)
        for choice in self.forms.values():
            layout.addWidget(choice)
        layout.addWidget(self.about)
        layout.addSpacing(GAP)
        for box in (self.reasoning, self.tools, self.documents, self.branches):
            layout.addWidget(box)
        layout.addWidget(self.said)
        layout.addWidget(self.head)
        layout.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.go)
        layout.addLayout(buttons)

    # -- choosing --------------------------------------------------------------------------------

    @property
    def suffix(self) -> str:
        """The chosen form."""
        return next(suffix for suffix, choice in self.forms.items() if choice.isChecked())

    @property
    def options(self) -> ExportOptions:
        return ExportOptions(
            reasoning=self.reasoning.isChecked(),
            tools=self.tools.isChecked(),
            documents=self.documents.isChecked(),
            all_branches=self.branches.isChecked(),
        )

    def _choose_form(self) -> None:
        is_audit = self.suffix == Format.AUDIT.suffix
        for box in (self.reasoning, self.tools):
            box.setVisible(not is_audit)
        self.branches.setVisible(is_audit)
        self.about.say(_about()[self.suffix])
        self._clear()

    def _clear(self) -> None:
        """What was said of the last export is not about what is chosen now."""
        self.said.say("")
        self.head.say("")
        self.copy.hide()
        self.leave.setText(tr("Cancel"))
        self._fit()

    def _fit(self) -> None:
        """As high as the words need at this width; a window does not ask lines that wrap by itself."""
        if (layout := self.layout()) is not None:
            layout.activate()
            self.setMinimumWidth(max(WIDTH, layout.minimumSize().width()))
            self.setMinimumHeight(layout.totalMinimumHeightForWidth(max(self.width(), WIDTH)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    # -- writing ---------------------------------------------------------------------------------

    def _choose_place(self) -> None:
        name = file_name(self._title, self.suffix)
        path, _ = QFileDialog.getSaveFileName(self, tr("Export to"), str(Path.home() / name))
        if path:
            self.write_to(Path(path))

    def write_to(self, path: Path) -> None:
        """Write what is chosen to `path`."""
        suffix, options, words = self.suffix, self.options, file_words()

        def work() -> Iterator[Exported | _ForPaper]:
            stored = self._read()
            if suffix != PDF:
                form = next(form for form in Format if form.suffix == suffix)
                yield save(stored, form, path, options, datetime.now(UTC), words)
            else:
                yield _ForPaper(
                    html(stored, options, words, paper=True), stored.entry.title, stored.entry.created
                )

        self._clear()
        self._be_busy(True)
        self.said.say(tr("Writing…"))
        self._background.start(work, lambda events: self._take(events, path), self._end)

    def _take(self, events: list[Exported | _ForPaper], path: Path) -> None:
        for event in events:
            if isinstance(event, Exported):
                self._show(event)
                continue
            data = pdf(event.html, event.title, event.created, self.font())

            def work(data: bytes = data) -> Iterator[Exported]:
                write(path, data)
                yield Exported(str(path))

            self._background.start(work, lambda done: self._take(list(done), path), self._end)

    def _show(self, exported: Exported) -> None:
        self.said.setProperty("kind", "")
        self._say(tr("Written to {path}").format(path=breakable(exported.path)))
        self.leave.setText(tr("Close"))
        if exported.head:
            words = tr("{count} records. Keep this hash elsewhere, to prove the file by:")
            half = len(exported.head) // 2
            shown = f"{exported.head[:half]}\n{exported.head[half:]}"
            self.head.say(f"{words.format(count=exported.records)}\n{shown}")
            self._hash = exported.head
            self.copy.show()
        self._fit()

    def _end(self, error: BaseException | None) -> None:
        self._be_busy(False)
        if error is None:
            return
        sentence = (
            translated(error.user_text)
            if isinstance(error, AppError)
            else tr("It could not be written. Try again.")
        )
        self.said.setProperty("kind", "wrong")
        self._say(sentence)

    def _say(self, sentence: str) -> None:
        self.said.style().unpolish(self.said)  # its kind may be another
        self.said.style().polish(self.said)
        self.said.say(sentence)
        self._fit()
        announce(self, sentence)

    def _be_busy(self, is_busy: bool) -> None:
        self.go.setEnabled(not is_busy)
        for each in (*self.forms.values(), self.reasoning, self.tools, self.documents, self.branches):
            each.setEnabled(not is_busy)

    def _copy_head(self) -> None:
        QGuiApplication.clipboard().setText(self._hash)
        announce(self, tr("Copied"))

    def done(self, result: int) -> None:
        self._background.close()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._background.close()
        super().closeEvent(event)


def _forms() -> dict[str, str]:
    return {
        Format.MARKDOWN.suffix: tr("Markdown"),
        Format.HTML.suffix: tr("Web page"),
        PDF: tr("PDF"),
        Format.JSON.suffix: tr("JSON"),
        Format.AUDIT.suffix: tr("Audit"),
    }


def _about() -> dict[str, str]:
    return {
        Format.MARKDOWN.suffix: tr("Text to read, edit and paste elsewhere."),
        Format.HTML.suffix: tr("One file for any browser. It loads nothing and runs nothing."),
        PDF: tr("Pages to print and to send."),
        Format.JSON.suffix: tr("The conversation as programs read it; chorale harmony render takes it."),
        Format.AUDIT.suffix: tr(
            "Every message of every voice, with model, device, seeds and settings. Later changes show, and "
            "chorale replay runs it again."
        ),
    }


def file_words() -> Words:
    """The words in files, in the language of the application."""
    return Words(
        language=language(),
        you=tr("You"),
        answer=tr("Answer"),
        reasoning=tr("Reasoning"),
        preamble=tr("Note"),
        call=tr("Call of {tool}"),
        result=tr("Result of {tool}"),
        files=tr("Attached files"),
        documents=tr("Text of the attached files"),
        page=tr("{file}, page {number}"),
        left_out=tr("The text of documents was left out."),
        cut=tr("The answer was cut here."),
        stopped=tr("The answer was stopped here."),
        broken=tr("The answer was broken off here."),
        made_by=tr("Answered by {model}."),
        said_with=tr("A conversation with gpt-oss in Chorale, {date} (UTC)."),
    )
