"""The open conversation as the window has it: talked with, kept, chosen from the list, made room for.

`Chat` talks, `DocumentChat` adds files, the history keeps; here they are one. Everything that answers is iterated
on a worker thread; the rest waits for nothing, except `open`. Read next: `open_conversation`, `chat`, `context_room`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.asides import Asides
from app.attachments import SummaryOrder, SummaryStep
from app.chat import Chat, ChatEvent
from app.context_room import Choice, Room, Way
from app.document_chat import DocumentChat
from app.history.interface import HistoryInterface
from app.history.origin import Maker, model_hash
from app.history.tree import Node, Question
from app.history.values import ChatSettings, Entry
from app.idle import Idle
from app.installs import demo_folder
from app.keeping import KeptConversation, Scribe
from app.kept_tree import KeptTree
from app.model_in_use import ModelInUse
from app.open_conversation import OpenConversation
from app.room_maker import RoomMaker
from app.talk_values import Awaited, Defaults, Noted, Switched, Switching
from models.errors import Cancelled, ContextFullError, InputError
from runtime.conversation import Conversation, Effort
from runtime.documents.chunks import Count
from runtime.engine_interface import EngineInterface
from runtime.events import EngineReady, LoadEvent, PromptProgress, StopReason, TurnEnded

_PATIENCE_S = 3.0  # for an answer that was stopped to end
_TITLED_BY = 3  # questions; a model that has found no title by then is asked no more

__all__ = ["Defaults", "Talk", "Told"]

Told = ChatEvent | SummaryStep | Noted | Switching | Switched


class Talk:
    """The open conversation; a `ui.services.ChatInterface` and `SummariesInterface`.

    Attributes:
        on_listed: called, on any thread, when the list of conversations may look different.
    """

    def __init__(
        self,
        chat: Chat,
        engine: EngineInterface,
        documents: DocumentChat,
        defaults: Callable[[], Defaults],
        history: HistoryInterface | None = None,
        days: int | None = None,
        models: ModelInUse | None = None,
    ) -> None:
        """`defaults` is asked before each message; `days` is how long conversations are kept, None for ever.

        `models` are those that conversations can have of their own; None where there is the one that is loaded.
        """
        self.on_listed: Callable[[], None] = lambda: None
        self._chat = chat
        self._documents = documents
        self._defaults = defaults
        self._models = models
        self._scribe = None if history is None else Scribe(history, days)
        self._idle = Idle(engine.cancel)
        self._asides = Asides(chat, engine)
        self._room = RoomMaker(chat, self._asides)
        self._stopping = threading.Event()  # what is asked beside the conversation
        self._is_demo = False
        self._effort = chat.effort
        self._open = OpenConversation(
            chat, documents, defaults, self._scribe, left=self._leave, listed=lambda: self.on_listed()
        )

    # -- settings --------------------------------------------------------------------------------

    @property
    def effort(self) -> Effort:
        return self.settings.effort or self._effort

    @effort.setter
    def effort(self, effort: Effort) -> None:
        """Think this long in this chat, and in new ones."""
        self._effort = effort
        if self.settings.effort is not None or self.path:
            self.configure(replace(self.settings, effort=effort))

    @property
    def settings(self) -> ChatSettings:
        return self._open.settings

    def configure(self, settings: ChatSettings) -> None:
        """See `ChatInterface.configure`."""
        self._open.configure(settings)

    @property
    def awaited(self) -> Awaited | None:
        """See `ChatInterface.awaited`."""
        return None if self._models is None else self._models.awaited(self.settings)

    def _apply(self) -> None:
        """Give the chat what it is set to now."""
        own, usual, chat = self.settings, self._defaults(), self._chat
        chat.effort = self.effort
        chat.instructions = usual.instructions if own.instructions is None else own.instructions
        temperature = usual.temperature if own.temperature is None else own.temperature
        top_p = usual.top_p if own.top_p is None else own.top_p
        chat.sampling = replace(
            usual.sampling,
            temperature=usual.sampling.temperature if temperature is None else temperature,
            top_p=usual.sampling.top_p if top_p is None else top_p,
        )

    # -- what is shown ---------------------------------------------------------------------------

    @property
    def conversation(self) -> Conversation:
        return self._chat.conversation

    @property
    def path(self) -> tuple[Node, ...]:
        return self._chat.tree.path

    def siblings(self, node: int) -> tuple[int, ...]:
        return self._chat.tree.siblings(node)

    def choose(self, node: int) -> None:
        self._chat.choose(node)
        self._room.forget()

    def remove(self, node: int) -> None:
        self._chat.remove(node)
        self._room.forget()

    # -- talking ---------------------------------------------------------------------------------

    def send(self, text: str) -> Iterator[Told]:
        return self._told(lambda: self._documents.send(text), self._chat.tree.leaf, len(text))

    def retry(self) -> Iterator[Told]:
        return self._told(self._documents.retry, self._last_question())

    def edit(self, node: int, text: str) -> Iterator[Told]:
        before = self._chat.tree.node(node).parent
        return self._told(lambda: self._documents.edit(node, text), before, len(text))

    def regenerate(self, node: int) -> Iterator[Told]:
        return self._told(lambda: self._documents.regenerate(node), self._chat.tree.question_of(node))

    @property
    def can_go_on(self) -> bool:
        return self._chat.can_go_on

    def go_on(self) -> Iterator[Told]:
        return self._told(self._documents.go_on, self._chat.tree.leaf)

    def stop(self) -> None:
        self._stopping.set()
        self._documents.stop()

    def _last_question(self) -> int | None:
        path = self._chat.tree.path
        return self._chat.tree.question_of(path[-1].id) if path else None

    def _told(
        self,
        begin: Callable[[], Iterator[ChatEvent | SummaryStep]],
        end: int | None = None,
        asked: int | None = None,
    ) -> Iterator[Told]:
        """What `begin` gives, once the engine is free and its model loaded, and between it what could not be kept.

        The prompt stands behind the node `end`; if its question is new, it has `asked` characters.
        """
        self._stopping = threading.Event()
        if self._models is None or not self._models.must_load(self.settings):
            events = begin()  # what cannot be done now is said at once
            begin = lambda: events  # noqa: E731
        return self._tell(begin, end, asked, self._stopping, self._chat.tree)

    def _tell(
        self,
        begin: Callable[[], Iterator[ChatEvent | SummaryStep]],
        end: int | None,
        asked: int | None,
        stopping: threading.Event,
        tree: KeptTree,
    ) -> Iterator[Told]:
        events: Iterator[ChatEvent | SummaryStep] = iter(())
        try:
            self._idle.stop()
            yield from self._get_model(stopping)
            if self._chat.tree is not tree:  # another conversation was opened meanwhile
                raise Cancelled
            self._apply()
            if self._scribe is not None:
                self._scribe.remind()
            events = begin()
            is_answered = False
            for event in events:
                if stopping.is_set():  # perhaps since the engine was not free yet
                    self._documents.stop()
                if isinstance(event, PromptProgress) and self._chat.tree is tree:
                    self._room.counted()
                    end, asked = self._chat.tree.leaf, None  # what is refused from here on stands behind it
                is_answered = isinstance(event, TurnEnded) and event.reason is StopReason.STOP
                yield from self._notes()
                yield event
            if is_answered:
                self._idle.start(lambda stopping: self._give_title(tree, stopping))
        except ContextFullError as error:
            if self._chat.tree is tree:  # else the room of another conversation is shown by now
                self._room.refuse(error, asked or 0, end, is_new=asked is not None)
            raise
        finally:
            close: Any = getattr(events, "close", None)
            if close is not None:
                close()

    def _get_model(self, stopping: threading.Event) -> Iterator[Told]:
        """Load the model that answers here, unless it is loaded. Raises as `ModelInUse.get`."""
        if self._models is not None:
            own = self.settings
            load = lambda: self._loading_taken(own)  # noqa: E731
            yield from self._models.get(own, load, stopping, self._documents.stop)

    def _notes(self) -> Iterator[Noted]:
        if self._scribe is not None:
            yield from map(Noted, self._scribe.take_notes())

    # -- summaries of files ----------------------------------------------------------------------

    def summarize(self, order: SummaryOrder) -> Iterator[Told]:
        return self._told(lambda: self._documents.summarize(order))

    def pause(self) -> None:
        self._documents.pause()

    def resume(self) -> None:
        self._documents.resume()

    # -- room ------------------------------------------------------------------------------------

    @property
    def room(self) -> Room | None:
        return self._room.room

    def make_room(self, choice: Choice) -> Iterator[Told]:
        self._stopping = threading.Event()
        return self._make_room(choice, self._stopping)

    def _make_room(self, choice: Choice, stopping: threading.Event) -> Iterator[Told]:
        if self._chat.is_running:
            raise InputError("An answer is still being written. Wait for it or stop it first.")
        self._idle.stop()
        if choice.way is Way.SUMMARISE:
            yield from self._get_model(stopping)
        self._apply()
        yield from self._room.make(choice, self._ask_for, stopping)
        yield from self._notes()

    def _ask_for(self, context_length: int) -> None:
        self.configure(replace(self.settings, context_length=context_length))

    def _give_title(self, answered: KeptTree, stopping: threading.Event) -> None:
        """Have the model name the conversation it answered in, if that is open still and has no name."""
        kept, tree = self._open.now
        if tree is not answered:
            return  # it may have another model
        asked = sum(isinstance(node.content, Question) for node in tree.path)
        if self._is_demo or kept is None or kept.entry is None or kept.entry.has_title or asked > _TITLED_BY:
            return
        title = self._asides.title(tree.prompt(tree.leaf), stopping)
        if title and not stopping.is_set():
            kept.title(title)

    # -- the whole conversation ------------------------------------------------------------------

    @property
    def entry(self) -> Entry | None:
        return self._open.entry

    @property
    def kept(self) -> KeptConversation | None:
        """Where this conversation is kept; None if it is not to be."""
        return self._open.kept

    @property
    def is_kept(self) -> bool:
        return self._open.kept is not None

    @property
    def must_keep(self) -> bool:
        return self._defaults().must_keep

    def new(self, kept: bool | None = None) -> None:
        self._open.new(kept)

    def clear(self) -> None:
        self.new()

    def open(self, entry: int) -> None:
        self._open.open(entry)

    def _leave(self) -> None:
        """Another conversation takes this one's place."""
        self._stopping.set()  # also a load that an answer waits for
        self._room.forget()

    # -- the model -------------------------------------------------------------------------------

    def load(self) -> Iterator[LoadEvent]:
        """Load the model that answers here, or the one chosen or lent to be loaded next."""
        assert self._models is not None
        self._idle.stop()
        own = self.settings
        self._models.take_next(own)
        yield from self._loading_taken(own)

    def _loading_taken(self, own: ChatSettings) -> Iterator[LoadEvent]:
        models = self._models
        assert models is not None
        length, install = own.context_length or self._defaults().context_length, models.install
        is_demo = install.folder == demo_folder()
        load = lambda: models.load(length)  # noqa: E731
        for event in self.loading(load, models.count, install.folder, is_demo=is_demo):
            if isinstance(event, EngineReady):
                models.loaded()
            yield event

    def loading(
        self,
        load: Callable[[], Iterator[LoadEvent]],
        counter: Callable[[], Count],
        folder: Path,
        *,
        is_demo: bool = False,
    ) -> Iterator[LoadEvent]:
        """Load the model in `folder` with `load`; what it says from then on is noted as its. The demo makes no titles."""
        self._idle.stop()
        for event in self._documents.loading(load, counter):
            if isinstance(event, EngineReady):
                self._chat.maker = Maker(event, model_hash(folder))
                self._room.use(folder, event)
                self._is_demo = is_demo
            yield event

    def close(self) -> None:
        """End what still runs and wait until all is kept."""
        self.stop()
        self._chat.wait(_PATIENCE_S)
        self._idle.stop()
        if self._scribe is not None:
            self._scribe.close()
