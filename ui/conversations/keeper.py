"""What the list shows, kept up to date: every call of the history runs on a worker thread of its own.

It knows no widget. A search that is overtaken by the next one is dropped; a change is followed by another
look, so the list shows what is on the disk. Read next: `ui.conversations.panel`, which shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from app.history.interface import HistoryInterface
from app.history.values import Access, Protection, SavedPrompt, Stored
from ui.background import Background, Job
from ui.conversations.lines import Line, as_before, found_lines, lines_of
from ui.error_words import sentence_of

PAUSE_MS = 15  # between the last key and the search
OPENING_MS = 1000  # until it is said that the keychain is waited for
MOST_HITS = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """What the list shows.

    Attributes:
        access, reason: whether the history can be used, and a sentence why not.
        words: what is searched for; empty for the list.
        lines: what stands there.
        folders: all there are.
    """

    access: Access
    reason: str = ""
    words: str = ""
    lines: tuple[Line, ...] = ()
    folders: tuple[str, ...] = ()


class Conversations(QObject):
    """Keeps the list.

    Signals:
        changed(Shown): there is something else to show.
        unlocked: the history can be used from now on.
        refused(str): the passphrase is another one, or another sentence about it.
        failed(str): a sentence about what did not work.
        removed(tuple): these conversations are gone.
        prompts_changed(tuple): the saved prompts.
    """

    changed = Signal(object)
    unlocked = Signal()
    refused = Signal(str)
    failed = Signal(str)
    removed = Signal(object)
    prompts_changed = Signal(object)

    def __init__(
        self,
        history: HistoryInterface,
        parent: QObject | None = None,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        super().__init__(parent)
        self._history = history
        self._now = now
        self._background = Background(self)
        self._words = ""
        self._closed: frozenset[str] = frozenset()
        self._look: Job | None = None
        self.shown = Shown(Access.OPEN)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.look)
        self._keychain_asks = QTimer(self, singleShot=True, interval=OPENING_MS)
        self._keychain_asks.timeout.connect(self._show_opening)

    # -- looking ---------------------------------------------------------------------------------

    @property
    def words(self) -> str:
        """What is searched for."""
        return self._words

    def look(self) -> None:
        """Bring what is shown up to date."""
        if self._look is not None:
            self._look.drop()
        words, closed = self._words, self._closed
        work = lambda: self._looked(words, closed)  # noqa: E731 - a name says what it is
        self._look = self._background.start(work, self._show, self._end_look)
        if self._history.access is Access.OPENING:
            self._keychain_asks.start()

    def search(self, words: str) -> None:
        """Show what is found for `words`, soon; nothing shows the list."""
        words = " ".join(words.split())
        if words != self._words:
            self._words = words
            self._pause.start() if words else self.look()

    def fold(self, folder: str) -> None:
        """Open a folder that is closed, or the other way round."""
        self._closed = self._closed ^ {folder}
        self.look()

    def _looked(self, words: str, closed: frozenset[str]) -> Iterator[Shown]:
        history = self._history
        if history.prepare() is not Access.OPEN:
            yield Shown(history.access, history.reason)
            return
        folders = history.folders()
        if words:
            lines = found_lines(history.search(words, MOST_HITS))
        else:
            lines = lines_of(history.entries(), folders, closed, self._now())
        yield Shown(Access.OPEN, "", words, tuple(as_before(lines, self.shown.lines)), folders)

    def _show(self, looks: list[Shown]) -> None:
        self._look = None
        was_open = self.shown.access is Access.OPEN
        self.shown = looks[-1]
        self.changed.emit(self.shown)
        if self.shown.access is Access.OPEN and not was_open:
            self.unlocked.emit()

    def _show_opening(self) -> None:
        if self._history.access is Access.OPENING:
            self.shown = Shown(Access.OPENING)
            self.changed.emit(self.shown)

    def _end_look(self, error: BaseException | None) -> None:
        self._look = None
        if error is not None:
            self.failed.emit(sentence_of(error)[0])

    def reading(self, entry: int) -> Callable[[], Stored]:
        """What reads a conversation whole; for a worker thread."""
        return lambda: self._history.open(entry)

    # -- changing --------------------------------------------------------------------------------

    def rename(self, entry: int, title: str) -> None:
        self._do(lambda: self._history.rename(entry, title))

    def pin(self, entries: tuple[int, ...], is_pinned: bool) -> None:
        self._do_each(lambda entry: self._history.pin(entry, is_pinned), entries)

    def move(self, entries: tuple[int, ...], folder: str) -> None:
        self._closed = self._closed - {folder}
        self._do_each(lambda entry: self._history.move(entry, folder), entries)

    def remove(self, entries: tuple[int, ...]) -> None:
        """For ever."""
        self._do(lambda: self._history.remove(*entries), lambda: self.removed.emit(entries))

    def forget(self, entries: tuple[int, ...]) -> None:
        """These were removed elsewhere."""
        self.removed.emit(entries)
        self.look()

    def unlock(self, passphrase: str) -> None:
        self._do(lambda: self._history.unlock(passphrase), failed=self.refused.emit)

    def try_again(self) -> None:
        """Ask the keychain again, which may ask the person and take long."""
        self._do(lambda: self._history.unlock(""), failed=self.refused.emit)
        self._keychain_asks.start()

    def protect(self, passphrase: str) -> None:
        """Begin to keep conversations, protected by a passphrase."""
        work = lambda: self._history.protect(Protection.PASSPHRASE, passphrase)  # noqa: E731
        self._do(work, failed=self.refused.emit)

    def start_clean(self) -> None:
        """Set aside what cannot be opened, and begin an empty history."""
        self._do(self._history.start_clean)

    def _do_each(self, change: Callable[[int], None], entries: tuple[int, ...]) -> None:
        def changes() -> None:
            for entry in entries:
                change(entry)

        self._do(changes)

    def _do(
        self,
        change: Callable[[], object],
        then: Callable[[], None] = lambda: None,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        def work() -> Iterator[None]:
            change()
            yield None

        def end(error: BaseException | None) -> None:
            if error is None:
                then()
            else:
                (failed or self.failed.emit)(sentence_of(error)[0])
            self.look()

        self._background.start(work, lambda _events: None, end)

    def run(self, work: Callable[[], None], then: Callable[[BaseException | None], None]) -> None:
        """Do something that waits for the disk; `then` is told how it ended."""

        def steps() -> Iterator[None]:
            work()
            yield None

        self._background.start(steps, lambda _events: None, then)

    # -- saved prompts ---------------------------------------------------------------------------

    def look_for_prompts(self) -> None:
        """Tell the saved prompts."""
        self._change_prompts(lambda: None)

    def save_prompt(self, name: str, text: str, prompt: int | None = None) -> None:
        self._change_prompts(lambda: self._history.save_prompt(name, text, prompt))

    def remove_prompt(self, prompt: int) -> None:
        self._change_prompts(lambda: self._history.remove_prompt(prompt))

    def _change_prompts(self, change: Callable[[], object]) -> None:
        def work() -> Iterator[tuple[SavedPrompt, ...]]:
            if self._history.prepare() is not Access.OPEN:
                yield ()
                return
            change()
            yield self._history.prompts()

        def end(error: BaseException | None) -> None:
            if error is not None:
                self.failed.emit(sentence_of(error)[0])

        self._background.start(work, lambda told: self.prompts_changed.emit(told[-1]), end)

    def close(self) -> None:
        """Do what was asked for, a deletion for instance, and take no more work."""
        self._pause.stop()
        self._keychain_asks.stop()
        if self._history.access is Access.OPENING:  # all that was asked for waits for the keychain
            self._background.close(0)
        else:
            self._background.close(finish=True)
