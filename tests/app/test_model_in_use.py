"""A model per conversation: loaded when something is asked, never because one looks; what cannot be loaded costs nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.chat import Chat
from app.document_chat import DocumentChat
from app.history.tree import Answer
from app.history.values import ChatSettings
from app.installs import DEMO, Install, Installs
from app.model_in_use import ModelInUse
from app.paths import Paths
from app.policy import Policy, items
from app.policy.policy import Rule
from app.settings import Settings
from app.talk import Defaults, Talk, Told
from app.talk_values import Awaited, Switched, Switching
from app.tools import built_in_tools
from app.window_models import name_of
from models.errors import AppError, Cancelled, EngineError, ModelError, PolicyError
from runtime.events import EngineFailed, EngineReady, LoadEvent, LoadRequest, Sampling
from tests.fakes.documents import desk_with
from tests.fakes.engine import READY, FakeEngine, final, turn
from tests.fakes.history import FakeHistory
from tests.support.talking import said, today

LARGE, SMALL = "large", "small"
OWN = ChatSettings(model=SMALL)


class NamedEngine(FakeEngine):
    """Is ready with the model it was told to load; fails where a test says so."""

    failure: EngineFailed | None = None

    def load(self, request: LoadRequest) -> Iterator[LoadEvent]:
        self._ready = self.failure or replace(READY, model_name=Path(request.folder).name)
        return super().load(request)


class Pc:
    """A PC with two models and the demo, and a conversation on it."""

    def __init__(self, root: Path, policy: Policy | None = None, *, hold_load: bool = False) -> None:
        self.paths = Paths(root / "config", root / "data", root / "cache", root / "logs")
        for name in (LARGE, SMALL):
            (self.paths.models / name).mkdir(parents=True)
            (self.paths.models / name / "config.json").write_text("{}")
        settings = Settings(self.paths.settings_file, policy or Policy())
        self.installs = Installs(self.paths, settings)
        self.engine = NamedEngine((lambda _request: turn(final("An answer."))), hold_load=hold_load)
        self.taken: list[str] = []
        self.lengths: list[int | None] = []
        self.models = ModelInUse(
            self.installs,
            self.installs.place(LARGE),
            load=self._load,
            counter=lambda install: len,
            taken=lambda install: self.taken.append(install.name),
        )
        chat = Chat(self.engine, tools=built_in_tools(today), today=today)
        documents = DocumentChat(chat, self.engine, desk_with())
        self.history = FakeHistory()
        usual = Defaults(Sampling(), context_length=4096)
        self.talk = Talk(chat, self.engine, documents, lambda: usual, self.history, None, self.models)

    def _load(self, install: Install, context_length: int | None) -> Iterator[LoadEvent]:
        self.lengths.append(context_length)
        return self.engine.load(LoadRequest(str(install.folder), str(install.cache)))

    @property
    def loads(self) -> list[str]:
        return [Path(request.folder).name for request in self.engine.loads]

    def kept(self, own: ChatSettings) -> int:
        """A conversation of the list that is set to `own`."""
        entry = self.history.create(own)
        self.history.configure(entry, own)
        return entry


@pytest.fixture
def pc(tmp_path: Path) -> Pc:
    pc = Pc(tmp_path)
    list(pc.talk.load())
    return pc


def makers(talk: Talk) -> list[str]:
    """The model of each answer, as exports and the audit tell it."""
    answers = [node.content for node in talk.path if isinstance(node.content, Answer)]
    return [answer.origin.model if answer.origin else "" for answer in answers]


# -- looking -----------------------------------------------------------------------------------------


def test_looking_at_conversations_loads_nothing_however_many_models_they_have(pc: Pc) -> None:
    entries = [pc.kept(OWN), pc.kept(ChatSettings()), pc.kept(ChatSettings(model=DEMO))]
    told: list[Awaited | None] = []
    for entry in entries:
        pc.talk.open(entry)
        told.append(pc.talk.awaited)
    assert told == [Awaited(SMALL, SMALL), None, Awaited(DEMO, "Chorale demo")]
    assert pc.loads == [LARGE]


def test_a_conversation_of_its_own_model_gone_again_there_is_nothing_to_wait_for(pc: Pc) -> None:
    pc.talk.configure(OWN)
    assert pc.talk.awaited == Awaited(SMALL, SMALL)
    pc.talk.configure(ChatSettings(model=LARGE))
    assert pc.talk.awaited is None
    pc.talk.configure(ChatSettings(model=str(pc.paths.models / LARGE)))  # the same folder, by its path
    assert pc.talk.awaited is None


# -- asking ------------------------------------------------------------------------------------------


def test_what_is_asked_is_answered_by_the_conversations_own_model(pc: Pc) -> None:
    pc.talk.configure(OWN)
    events = list(pc.talk.send("one"))
    assert events[0] == Switching(SMALL, SMALL)
    switched = next(event for event in events if isinstance(event, Switched))
    assert (switched.face.title, switched.ready.model_name) == (SMALL, SMALL)
    assert pc.loads == [LARGE, SMALL]
    assert said(pc.talk) == ["one", "An answer."]
    assert makers(pc.talk) == [SMALL]
    list(pc.talk.send("two"))
    assert pc.loads == [LARGE, SMALL]  # once


def test_a_conversation_as_everywhere_goes_back_to_that_model_when_something_is_asked(pc: Pc) -> None:
    pc.talk.configure(OWN)
    list(pc.talk.send("one"))
    pc.talk.new()
    assert pc.talk.awaited == Awaited(LARGE, LARGE)
    list(pc.talk.send("two"))
    assert pc.loads == [LARGE, SMALL, LARGE]
    assert makers(pc.talk) == [LARGE]


ASK: tuple[Callable[[Talk], Iterator[Told]], ...] = (
    lambda talk: talk.retry(),
    lambda talk: talk.edit(talk.path[0].id, "other"),
    lambda talk: talk.regenerate(talk.path[1].id),
)


@pytest.mark.parametrize("ask", ASK)
def test_whatever_is_asked_waits_for_the_model(pc: Pc, ask: Callable[[Talk], Iterator[Told]]) -> None:
    list(pc.talk.send("one"))
    pc.talk.configure(OWN)
    list(ask(pc.talk))
    assert pc.loads == [LARGE, SMALL]
    assert makers(pc.talk) == [SMALL]


def test_the_tools_are_those_of_the_model_that_answers(pc: Pc) -> None:
    pc.talk.configure(OWN)
    list(pc.talk.send("one"))
    assert pc.taken == [LARGE, SMALL]


def test_a_context_of_its_own_is_loaded_when_something_is_asked_and_only_then(pc: Pc) -> None:
    pc.talk.configure(ChatSettings(context_length=8192))
    assert pc.talk.awaited == Awaited(LARGE, LARGE, is_other=False)
    list(pc.talk.send("one"))
    list(pc.talk.send("two"))
    pc.talk.new()
    assert pc.talk.awaited is not None and not pc.talk.awaited.is_other
    list(pc.talk.send("three"))
    assert pc.lengths == [4096, 8192, 4096]


# -- what goes wrong ---------------------------------------------------------------------------------


def test_a_model_that_was_removed_costs_one_sentence_and_nothing_that_was_said(pc: Pc) -> None:
    list(pc.talk.send("one"))
    pc.talk.configure(ChatSettings(model="gpt-oss-20b"))
    with pytest.raises(ModelError, match="gpt-oss-20b answers here, but is not on this PC any more"):
        list(pc.talk.send("two"))
    assert said(pc.talk) == ["one", "An answer."]
    pc.talk.configure(ChatSettings())
    list(pc.talk.send("two"))
    assert pc.loads == [LARGE]  # it was never let go


def test_a_download_that_did_not_end_costs_one_sentence(pc: Pc) -> None:
    (pc.paths.models / SMALL / "download.json").write_text("{}")
    pc.talk.configure(OWN)
    with pytest.raises(ModelError, match="small answers here, but is not complete"):
        list(pc.talk.send("one"))
    assert pc.loads == [LARGE]
    assert said(pc.talk) == []


def test_a_model_that_the_organisation_forbids_is_not_loaded(tmp_path: Path) -> None:
    pc = Pc(
        tmp_path,
        Policy({items.ALLOWED_MODELS.name: Rule(items.ALLOWED_MODELS, frozenset(), "a test")}),
    )
    pc.talk.configure(OWN)
    with pytest.raises(PolicyError):
        list(pc.talk.send("one"))
    assert pc.loads == []
    assert said(pc.talk) == []


def test_a_load_that_fails_costs_one_sentence_and_the_next_message_loads_again(pc: Pc) -> None:
    pc.talk.configure(OWN)
    pc.engine.failure = EngineFailed("There is not enough memory.", "")
    with pytest.raises(EngineError, match="not enough memory"):
        list(pc.talk.send("one"))
    assert said(pc.talk) == []
    pc.engine.failure = None
    list(pc.talk.send("one"))
    assert pc.loads == [LARGE, SMALL, SMALL]
    pc.engine.failure = EngineFailed("There is not enough memory.", "")
    pc.talk.new()
    with pytest.raises(AppError):
        list(pc.talk.send("two"))
    pc.engine.failure = None
    pc.talk.configure(OWN)  # and the one before is not thought to be there still
    list(pc.talk.send("two"))
    assert pc.loads[-2:] == [LARGE, SMALL]


@pytest.mark.parametrize("leave", ["stop", "new"])
def test_a_load_that_is_stopped_or_left_asks_nothing_anywhere(tmp_path: Path, leave: str) -> None:
    pc = Pc(tmp_path, hold_load=True)
    pc.talk.configure(OWN)
    ended: list[BaseException | None] = []

    def ask() -> None:
        try:
            list(pc.talk.send("one"))
        except BaseException as error:
            ended.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    assert pc.engine.holding.wait(10)
    getattr(pc.talk, leave)()
    if leave == "new":
        pc.engine.cancel()  # as the window's `stop` does
    asking.join(10)
    assert [type(error) for error in ended] == [Cancelled]
    assert pc.talk.path == ()
    assert pc.engine.requests == []


# -- from the models page ----------------------------------------------------------------------------


def test_a_model_chosen_for_everywhere_is_loaded_next_whatever_the_conversation_has(pc: Pc) -> None:
    pc.talk.configure(OWN)
    assert pc.models.choose(DEMO).is_demo
    assert isinstance(list(pc.talk.load())[-1], EngineReady)
    assert pc.loads == [LARGE, DEMO]
    assert pc.models.everywhere == DEMO
    list(pc.talk.load())
    assert pc.loads[-1] == SMALL  # loaded again, it is that of the conversation


def test_a_model_that_is_lent_changes_nothing_of_what_is_chosen(pc: Pc) -> None:
    pc.models.lend(DEMO)
    list(pc.talk.load())
    assert (pc.loads, pc.models.everywhere) == ([LARGE, DEMO], LARGE)
    assert pc.talk.awaited == Awaited(LARGE, LARGE)


def test_a_model_elsewhere_is_asked_for_by_its_folder(pc: Pc, tmp_path: Path) -> None:
    elsewhere = tmp_path / "share" / "mine"
    elsewhere.mkdir(parents=True)
    pc.talk.configure(ChatSettings(model=str(elsewhere)))
    assert pc.talk.awaited == Awaited(str(elsewhere), "mine")
    list(pc.talk.send("one"))
    assert pc.models.name == name_of(pc.models.install, pc.paths.models) == str(elsewhere)
