"""What the window works with, put together for this user: the open conversation, its files, models, history, figures.

Nothing is loaded or opened by it, and nothing of it knows the window. Read next: `app/__main__`, which hands it over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from app.chat import Chat
from app.commands.attaching import counter_of
from app.diagnostics import Diagnostics
from app.document_chat import DocumentChat
from app.document_desk import DocumentDesk
from app.document_tokens import lazily
from app.history.interface import HistoryInterface
from app.history.origin import model_hash
from app.house import House, WindowOrder
from app.installs import Install, load_request
from app.kv_keeper import with_caches
from app.logged_engine import LoggedEngine
from app.model_hints import sampling_of, tools_of
from app.model_in_use import ModelInUse
from app.settings_writer import SettingsWriter
from app.talk import Defaults, Talk
from app.tools import built_in_tools
from runtime.engine_interface import EngineInterface
from runtime.events import LoadEvent


@dataclass(frozen=True, slots=True)
class WindowParts:
    """Attributes:
    talk: the open conversation.
    desk: its files.
    models: which one answers it.
    history: the conversations that are kept, not opened yet.
    settings: keeps what the window changes, on a thread of its own.
    diagnostics: how the engine does.
    close: ends what runs, waits until all is kept, and frees the engine.
    """

    talk: Talk
    desk: DocumentDesk
    models: ModelInUse
    history: HistoryInterface
    settings: SettingsWriter
    diagnostics: Diagnostics
    close: Callable[[], None]


def put_together(house: House, order: WindowOrder, new_engine: Callable[[], EngineInterface]) -> WindowParts:
    """Everything behind the window that `order` asks for."""
    own_engine = new_engine()
    process = own_engine.process if isinstance(own_engine, LoggedEngine) else None
    diagnostics = Diagnostics(lambda: process.process_id if process else None, model_hash)
    engine = diagnostics.watch(own_engine)
    history = house.new_history(house)
    desk = DocumentDesk(house.new_reader)

    def load_model(install: Install, context_length: int | None) -> Iterator[LoadEvent]:
        request = load_request(install, device=order.device, threads=order.threads)
        return engine.load(replace(request, context_length=context_length))

    def take_model(install: Install) -> None:
        documents.tools = built_in_tools(house.today, tools_of(install.folder), policy=house.policy)

    def defaults() -> Defaults:
        usual = house.settings
        return Defaults(
            sampling_of(models.install.folder),
            usual.instructions,
            usual.temperature,
            usual.top_p,
            usual.context_length,
            usual.history_keep,
            house.policy.history_forced,
        )

    models = ModelInUse(
        house.installs,
        order.install,
        load=load_model,
        counter=lambda install: lazily(lambda: counter_of(install)),
        taken=take_model,
    )
    chat = Chat(
        with_caches(engine, process, history, lambda: talk.kept),
        tools=built_in_tools(house.today, tools_of(order.install.folder), policy=house.policy),
        today=house.today,
        effort=house.settings.effort,
        sampling=sampling_of(order.install.folder),
    )
    documents = DocumentChat(chat, engine, desk)
    talk = Talk(chat, engine, documents, defaults, history, house.settings.history_days, models)

    def close() -> None:
        talk.close()
        engine.close()
        history.close()

    return WindowParts(talk, desk, models, history, SettingsWriter(house.settings), diagnostics, close)
