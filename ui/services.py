"""What the window is given: the few things it talks to, as `app/__main__` puts them together.

The window knows no engine, no file and no network; all it can do is in these values. Read next:
`ui.start`, which takes them, and `ui.controller`, which uses them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.attachments import AttachedFile, Mention, PageText, Price, SummaryOrder, SummaryStep
from app.chat import ChatEvent
from app.context_room import Choice, Room
from app.diagnostics_values import Diagnosis
from app.history.interface import HistoryInterface
from app.history.tree import Node
from app.history.values import ChatSettings, Entry
from app.preferences import DeviceChoice, Managed, Preference
from app.shelf import Face, Shelf, Work
from app.talk_values import Awaited, Noted, Switched, Switching
from runtime.conversation import Conversation, Effort
from runtime.events import LoadEvent

SettingValue = str | int | float | bool | None
TalkEvent = ChatEvent | SummaryStep | Noted | Switching | Switched


class ChatInterface(Protocol):
    """What the window asks of the open conversation; `app.talk.Talk` is one.

    The conversation is a tree of questions and answers, of which one path is shown; `node` is a node's id. What
    returns an iterator does its work while it is iterated, on a worker thread, and raises `InputError` there or at
    once if it cannot be done now; while it runs, `path` grows. All else waits for nothing, except `open`.

    Attributes:
        effort: how long the model thinks, from the next message on; of this chat, else what Chorale is set to.
        on_listed: called, on any thread, when the list of conversations may look different.
    """

    effort: Effort
    on_listed: Callable[[], None]

    # -- what is shown ---------------------------------------------------------------------------

    @property
    def conversation(self) -> Conversation:
        """All that was said on the path, as the model is told it."""
        ...

    @property
    def path(self) -> tuple[Node, ...]:
        """From the first question to the end that is shown; the answer being written included."""
        ...

    def siblings(self, node: int) -> tuple[int, ...]:
        """The node and what stands in its place in other branches, oldest first."""
        ...

    def choose(self, node: int) -> None:
        """Show the branch with this node. Raises `InputError` while an answer is being written."""
        ...

    def remove(self, node: int) -> None:
        """Remove a node and all that followed it, for ever. Raises `InputError` as `choose`."""
        ...

    # -- talking ---------------------------------------------------------------------------------

    def send(self, text: str) -> Iterator[TalkEvent]:
        """Ask at the end of the path."""
        ...

    def retry(self) -> Iterator[TalkEvent]:
        """Answer the last question again: `regenerate` of the last answer."""
        ...

    def edit(self, node: int, text: str) -> Iterator[TalkEvent]:
        """Ask `text` in place of a question, with its files, in a new branch."""
        ...

    def regenerate(self, node: int) -> Iterator[TalkEvent]:
        """Answer the question of an answer (or this question) anew, in a new branch."""
        ...

    @property
    def can_go_on(self) -> bool:
        """Whether the last answer was cut, stopped or broken off, so that `go_on` can complete it."""
        ...

    def go_on(self) -> Iterator[TalkEvent]:
        """Complete the last answer where it stopped, within the same node.

        Message 0 of the first round is the answer's last message: deltas bring what is new, and the
        `TurnEnded` the whole message.
        """
        ...

    def stop(self) -> None:
        """End the answer being written, if one is."""
        ...

    # -- room in the context ---------------------------------------------------------------------

    @property
    def room(self) -> Room | None:
        """What the conversation takes of the context; None until a model is loaded. Cheap."""
        ...

    def make_room(self, choice: Choice) -> Iterator[TalkEvent]:
        """Do what was chosen. After `Way.RAISE` the model has to be loaded again (`Services.load`)."""
        ...

    # -- the whole conversation ------------------------------------------------------------------

    @property
    def entry(self) -> Entry | None:
        """As the list shows it; None until it is kept."""
        ...

    @property
    def is_kept(self) -> bool:
        """Whether what is said here is kept."""
        ...

    @property
    def must_keep(self) -> bool:
        """Whether the organisation wants every conversation kept, so that there is nothing to choose."""
        ...

    @property
    def settings(self) -> ChatSettings: ...

    def configure(self, settings: ChatSettings) -> None:
        """Change this chat's own settings, from the next message on; for another model or context, it is loaded then."""
        ...

    @property
    def awaited(self) -> Awaited | None:
        """What is loaded before the next message is answered; None if that is loaded. Cheap.

        What asks then begins with `Switching`, goes on with `LoadProgress` and `Switched`; if it raises before anything
        else, nothing was said or changed.
        """
        ...

    def new(self, kept: bool | None = None) -> None:
        """Begin an empty conversation, which is kept from its first question on, or never; by default as settings say.

        An answer still being written is stopped; what it said is kept.
        """
        ...

    def open(self, entry: int) -> None:
        """Open a conversation of the list in place of this one, as `new` does. Waits for the disk: on a worker thread.

        Raises `AppError` and changes nothing, if it cannot be read.
        """
        ...

    def clear(self) -> None:
        """`new`, kept as settings say, whatever was chosen for this one."""
        ...


class SettingsInterface(Protocol):
    """Small values that are remembered; a key never set, or of an unknown name, is None."""

    def get(self, key: str) -> SettingValue: ...

    def set(self, key: str, value: SettingValue) -> None: ...


class DiagnosticsInterface(Protocol):
    """What the window asks of who watches the engine; `app.diagnostics.Diagnostics` is one."""

    def look(self) -> Diagnosis:
        """How things stand; takes about a millisecond."""
        ...


class PreferencesInterface(Protocol):
    """What the settings page asks of the settings; `app.preferences.Preferences` is one.

    `devices` waits, so it is called on a worker thread; the others wait for nothing.
    """

    @property
    def must_encrypt(self) -> Managed | None: ...

    def shown(self) -> tuple[Preference, ...]: ...

    def managed(self) -> tuple[Managed, ...]: ...

    def devices(self) -> tuple[DeviceChoice, ...]: ...

    def set(self, key: str, value: SettingValue) -> None: ...


class DocumentsInterface(Protocol):
    """What the window asks of who reads files; `app.document_desk.DocumentDesk` is one.

    `read`, `weigh` and `price` are called on worker threads; the others wait for nothing.
    """

    @property
    def is_alone(self) -> bool: ...

    def files(self) -> tuple[AttachedFile, ...]: ...

    def add(self, path: str) -> int: ...

    def read(self, key: int) -> Iterator[tuple[AttachedFile, ...]]: ...

    def weigh(self) -> tuple[AttachedFile, ...]: ...

    def price(self, text: str, used: int) -> Price | None: ...

    def remove(self, key: int) -> None: ...

    def clear(self) -> None: ...

    def why_not_now(self) -> str | None: ...

    def mentions(self, answer: str) -> tuple[Mention, ...]: ...

    def page(self, document: str, number: int, claim: str = "") -> PageText | None: ...

    def first_page_of(self, key: int) -> PageText | None: ...


class SummariesInterface(Protocol):
    """What the window asks of who summarises; `app.document_chat.DocumentChat` is one."""

    def summarize(self, order: SummaryOrder) -> Iterator[TalkEvent]: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...


class ModelsInterface(Protocol):
    """What the window asks of who keeps the models; `app.model_keeper.ModelKeeper` is one.

    Called on worker threads, except for what makes a `Work`, which waits for nothing. All may raise `AppError`.
    """

    def look(self) -> Shelf: ...

    def licence(self, name: str) -> str: ...

    def talk_to(self, name: str) -> Face: ...

    def lend(self, name: str) -> Face: ...

    def download(self, name: str) -> Work: ...

    def bring(self, place: str) -> Work: ...

    def check(self, name: str) -> Work: ...

    def remove(self, name: str) -> Work: ...

    def move(self, folder: str) -> Work: ...


@dataclass(frozen=True, slots=True)
class Services:
    """All the window works with.

    Attributes:
        chat: the conversation and what answers it.
        load: loads the model; a blocking generator, iterated on the worker thread, again after a failure.
        model_title: the model's name as a person knows it.
        is_demo: whether it is the demo, which only knows about Chorale.
        suggestions: questions to begin with.
        settings: what is remembered: the window's place, open panes, effort.
        close: frees the engine; called once, when the window has closed. Ends whatever still runs.
        problems: sentences about what was wrong with the settings; the window says them once.
        models: who keeps the models; None where the window can only talk.
        documents, summaries: the files of the conversation; None where there can be none.
        preferences: the settings, for their page; None where there is none.
        diagnostics: how the engine does; None where there is no page for it.
        is_first_run: whether there is no model but the demo, so that the window begins with getting one.
        history: the conversations that are kept; None where the window knows only the one that is open.
        files: paths of files to attach at the start.
        meeting: a private folder of this user, where starts of the window find each other; None opens a window
            of its own.
    """

    chat: ChatInterface
    load: Callable[[], Iterator[LoadEvent]]
    model_title: str
    is_demo: bool
    suggestions: tuple[str, ...]
    settings: SettingsInterface
    close: Callable[[], None] = lambda: None
    problems: tuple[str, ...] = ()
    models: ModelsInterface | None = None
    is_first_run: bool = False
    documents: DocumentsInterface | None = None
    summaries: SummariesInterface | None = None
    history: HistoryInterface | None = None
    diagnostics: DiagnosticsInterface | None = None
    preferences: PreferencesInterface | None = None
    files: tuple[str, ...] = ()
    meeting: Path | None = None
