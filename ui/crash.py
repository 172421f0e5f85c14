"""The crash page: a bug is shown with its traceback, and the window goes on.

Without it a bug in the window would only be printed to standard error, which on Windows nobody sees.
`watching` is put around the application's loop by `ui.start`. What to expect of an error is said in
`models.errors`: the user's own cancelling is silent, an `AppError` has its own sentence, the rest is a bug.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from models.errors import AppError, Cancelled
from ui.glyphs import TextButton
from ui.sentences import translated
from ui.style import mono_font, scaled
from ui.words import tr

WIDTH = 520
WIDTH_WITH_DETAILS = 700
DETAILS_HEIGHT = 260
REPEATS_S = 5.0  # a bug that comes again sooner is the same one, and was shown


class CrashDialog(QDialog):
    """What went wrong: one calm sentence, the traceback in a fold, and the way on."""

    def __init__(self, sentence: str, detail: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Chorale"))
        self.title = QLabel(sentence, self)
        self.title.setFont(scaled(self.font(), 1.06))
        self.kept = QLabel(tr("Your conversation is still here."), self)
        self.kept.setProperty("kind", "quiet")
        for label in (self.title, self.kept):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.details = QPlainTextEdit(detail, self)
        self.details.setProperty("kind", "details")
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setAccessibleName(tr("Details"))
        self.details.setFont(mono_font(scaled(self.font(), 0.92)))
        self.details.setMinimumHeight(DETAILS_HEIGHT)
        self.details.hide()
        self.more = self._button(tr("Details"), "quiet")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._unfold)
        self.copy = self._button(tr("Copy details"), "quiet")
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(detail))
        self.go_on = self._button(tr("Go on"), "main")
        self.go_on.setDefault(True)
        self.go_on.clicked.connect(self.accept)
        self._place()
        self.go_on.setFocus()

    def _button(self, text: str, kind: str) -> QPushButton:
        button = TextButton(text, self)
        button.setProperty("kind", kind)
        button.setAutoDefault(False)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        return button

    def _place(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self.more)
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        buttons.addWidget(self.go_on)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 22, 24, 18)
        layout.setSpacing(10)
        layout.addWidget(self.title)
        layout.addWidget(self.kept)
        layout.addWidget(self.details, 1)
        layout.addSpacing(8)
        layout.addLayout(buttons)
        self.setMinimumWidth(WIDTH)

    def _unfold(self, is_open: bool) -> None:
        self.details.setVisible(is_open)
        self.resize(WIDTH_WITH_DETAILS if is_open else WIDTH, self.minimumSizeHint().height())


class CrashPage(QObject):
    """Shows bugs over `window`, from whatever thread they come, one at a time.

    Attributes:
        dialog: the one that is open, else None.
    """

    _met = Signal(str, str)  # sentence, detail

    def __init__(self, window: QWidget, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(window)
        self.dialog: CrashDialog | None = None
        self._window = window
        self._clock = clock
        self._last_met: dict[str, float] = {}  # when, by kind and place
        self._met.connect(self._show)  # in the window's thread, wherever it was said

    def meet(self, error: BaseException) -> None:
        """Show `error`, unless it is no bug or was shown just now. From any thread."""
        if isinstance(error, Cancelled) or not isinstance(error, Exception):
            return
        # A timer that fails at every tick must not keep the person at closing dialogs.
        places = traceback.extract_tb(error.__traceback__)[-1:]
        place = f"{type(error)} {[(frame.filename, frame.lineno) for frame in places]}"
        now = self._clock()
        last, self._last_met[place] = self._last_met.get(place), now
        if last is not None and now - last < REPEATS_S:
            return
        sentence = tr("Something went wrong in Chorale.")
        if isinstance(error, AppError):
            sentence = translated(error.user_text)
        self._met.emit(sentence, "".join(traceback.format_exception(error)))

    def _show(self, sentence: str, detail: str) -> None:
        if self.dialog is not None or not self._window.isVisible():
            return
        self.dialog = CrashDialog(sentence, detail, self._window)
        self.dialog.finished.connect(self._forget)
        self.dialog.open()

    def _forget(self) -> None:
        self.dialog = None


@contextmanager
def watching(window: QWidget) -> Iterator[CrashPage]:
    """Show the bugs that nobody catches over `window`; whoever was told of them before is told as well."""
    page = CrashPage(window)
    previous, previous_of_threads = sys.excepthook, threading.excepthook

    def meet(error: BaseException | None) -> None:
        # Whatever fails here must not hide the first failure, which the previous hook still tells.
        with contextlib.suppress(Exception):
            if error is not None:
                page.meet(error)

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        meet(error)
        previous(kind, error, trace)

    def hook_of_threads(told: threading.ExceptHookArgs) -> None:
        meet(told.exc_value)
        previous_of_threads(told)

    sys.excepthook, threading.excepthook = hook, hook_of_threads
    try:
        yield page
    finally:
        sys.excepthook, threading.excepthook = previous, previous_of_threads
