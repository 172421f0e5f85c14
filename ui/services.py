"""What the window is given: the few things it talks to, as `app/__main__` puts them together.

The window knows no engine, no file and no network; all it can do is in these values. Read next:
`ui.start`, which takes them, and `ui.controller`, which uses them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from app.attachments import AttachedFile, Mention, PageText, Price, SummaryOrder, SummaryStep
from app.chat import ChatEvent
from app.shelf import Face, Shelf, Work
from runtime.conversation import Conversation, Effort
from runtime.events import LoadEvent

SettingValue = str | int | float | bool | None
TalkEvent = ChatEvent | SummaryStep


class ChatInterface(Protocol):
    """What the window asks of a chat; `app.chat.Chat` is one."""

    effort: Effort

    @property
    def conversation(self) -> Conversation: ...

    def send(self, text: str) -> Iterator[TalkEvent]: ...

    def retry(self) -> Iterator[TalkEvent]: ...

    def stop(self) -> None: ...

    def clear(self) -> None: ...


class SettingsInterface(Protocol):
    """Small values that are remembered; a key never set, or of an unknown name, is None."""

    def get(self, key: str) -> SettingValue: ...

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

    def words_for(self, order: SummaryOrder) -> str: ...

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
        is_first_run: whether there is no model but the demo, so that the window begins with getting one.
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
