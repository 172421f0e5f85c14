"""A scripted chat for the window's tests and pictures: says what a test wrote down, step by step.

    chat = FakeChat([*think("A greeting."), *say("Hello."), end()])
    chat = FakeChat([*say("a long ans"), hold, *say("wer"), end()])     # waits there for release() or stop()
    chat = FakeChat([*say("cut sho"), EngineError("The engine crashed. Try again.")])

A script is a list of steps; each send or retry takes the next one (the last is used again). A step is an
event, an exception to raise, or `hold`, which blocks the iterating thread: no sleeps in tests. It keeps to
what `app.chat.Chat` promises, as far as the window can tell.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from app.attachments import SummaryStep
from app.chat import ToolRan
from app.context_room import Choice, Room
from app.history.interface import HistoryInterface
from app.history.tree import Answer, Node, Question, Tree
from app.history.tree import Round as Cost
from app.history.values import ChatSettings, Entry
from app.talk_values import Awaited, Switched, Switching
from models.errors import InputError
from runtime.conversation import Channel, Conversation, Effort, Message, Role
from runtime.events import (
    Device,
    DeviceKind,
    EngineReady,
    LoadEvent,
    LoadProgress,
    PromptProgress,
    Span,
    StopReason,
    TextDelta,
    TurnEnded,
    Usage,
)
from ui.services import (
    DiagnosticsInterface,
    DocumentsInterface,
    ModelsInterface,
    PreferencesInterface,
    Services,
    SettingValue,
    SummariesInterface,
    TalkEvent,
)

PATIENCE_S = 10.0  # a test that waits longer for release() or stop() is broken

CPU = Device("cpu", DeviceKind.CPU, "Fake CPU", 16 << 30, "CPUExecutionProvider")
READY = EngineReady("demo", CPU, "avx2", 4096, 0.25)
LOADS: tuple[LoadEvent, ...] = (LoadProgress("mapping", 0, 24), LoadProgress("starting"), READY)


def hold() -> None:
    """As a step: block until `FakeChat.release` or `FakeChat.stop`."""


@dataclass(frozen=True, slots=True)
class Say:
    """A message that streams: one delta a word."""

    message: Message
    part: str
    begins: bool


Step = object


def _stream(message: Message) -> list[Step]:
    words = message.content.split(" ")
    parts = [word + (" " if i < len(words) - 1 else "") for i, word in enumerate(words)]
    return [Say(message, part, i == 0) for i, part in enumerate(parts)]


def think(text: str) -> list[Step]:
    """Reasoning, streamed."""
    return _stream(Message(Role.ASSISTANT, text, Channel.ANALYSIS))


def note(text: str) -> list[Step]:
    """A preamble, streamed."""
    return _stream(Message(Role.ASSISTANT, text, Channel.COMMENTARY))


def say(text: str) -> list[Step]:
    """The answer, streamed."""
    return _stream(Message(Role.ASSISTANT, text, Channel.FINAL))


def call(tool: str, arguments: str) -> list[Step]:
    """A tool call, streamed; follow it with `end(StopReason.TOOL_CALL)` and `result`."""
    return _stream(
        Message(Role.ASSISTANT, arguments, Channel.COMMENTARY, f"functions.{tool}", "<|constrain|>json")
    )


def end(reason: StopReason = StopReason.STOP, error: str | None = None) -> TurnEnded:
    """The end of a round; the messages said in it are filled in."""
    return TurnEnded(0, reason, (), (), Usage(), 0.1, 1.0, error)


def result(tool: str, text: str) -> ToolRan:
    """A tool's result."""
    message = Message(Role.TOOL, text, Channel.COMMENTARY, "assistant", name=f"functions.{tool}")
    return ToolRan(0, Message(Role.ASSISTANT, ""), message)


def reading(done: int, total: int) -> PromptProgress:
    """Progress of reading the prompt."""
    return PromptProgress(0, done, total, 0)


@dataclass(slots=True)
class _Round:
    """What was said since the last end."""

    said: list[Message] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)

    def take(self, step: Say) -> TextDelta:
        if step.begins:
            self.said.append(replace(step.message, content=""))
            self.tokens.append(0)
        last = self.said[-1]
        self.said[-1] = replace(last, content=last.content + step.part)
        self.tokens[-1] += 1
        message = step.message
        return TextDelta(
            0,
            len(self.said) - 1,
            message.role,
            message.channel,
            message.recipient,
            message.content_type,
            step.part,
        )

    def close(self, ended: TurnEnded, seconds_per_token: float) -> TurnEnded:
        total = sum(self.tokens)
        spans = tuple(Span(count, count * seconds_per_token) for count in self.tokens)
        return replace(
            ended,
            messages=tuple(self.said),
            spans=spans,
            usage=Usage(120, total, 0),
            decode_seconds=total * seconds_per_token,
        )


class FakeChat:
    """Says the scripts it was given. `asked` is every text sent, and None for each retry.

    Attributes:
        entry, settings, room, awaited, is_kept, must_keep: what it says of itself; tests set them.
        made_room: every choice it was given.
        stored: what `open` finds, by its number.
    """

    def __init__(self, *scripts: Sequence[Step], seconds_per_token: float = 0.04) -> None:
        self.effort = Effort.MEDIUM
        self.on_listed: Callable[[], None] = lambda: None
        self.asked: list[str | None] = []
        self.stops = 0
        self.clears = 0
        self.longest: int | None = None  # characters; a longer message is refused
        self.entry: Entry | None = None
        self.settings = ChatSettings()
        self.room: Room | None = None
        self.awaited: Awaited | None = None
        self.is_kept = True
        self.must_keep = False
        self.made_room: list[Choice] = []
        self.stored: dict[int, tuple[Entry, Tree]] = {}
        self.tree = Tree(clock=lambda: 0.0)
        self._scripts = list(scripts) or [[*say("Hello."), end()]]
        self._seconds_per_token = seconds_per_token
        self._gate = threading.Condition()
        self._released = 0
        self._stopped = False

    @property
    def conversation(self) -> Conversation:
        return Conversation(self.tree.messages(), self.effort)

    @property
    def path(self) -> tuple[Node, ...]:
        return self.tree.path()

    def show(self, messages: Iterable[Message]) -> None:
        """Begin with a conversation."""
        self.tree = Tree(clock=lambda: 0.0)
        answer: list[Message] = []
        for message in messages:
            if message.role is Role.USER:
                self._finish(answer)
                self.tree.add(self.tree.leaf, Question(message.content))
            else:
                answer.append(message)
        self._finish(answer)

    def _finish(self, answer: list[Message]) -> None:
        if answer:
            self.tree.add(self.tree.leaf, Answer(tuple(answer), (Cost(len(answer), StopReason.STOP),)))
            answer.clear()

    def siblings(self, node: int) -> tuple[int, ...]:
        return self.tree.siblings(node)

    def choose(self, node: int) -> None:
        self.tree.choose(node)

    def remove(self, node: int) -> None:
        self.tree.remove(node)

    def send(self, text: str) -> Iterator[TalkEvent]:
        if self.longest is not None and len(text) > self.longest:
            raise InputError(f"The message is {len(text) - self.longest} characters too long. Shorten it.")
        self.asked.append(text)
        return self._ask(self.tree.leaf, Question(text))

    def edit(self, node: int, text: str) -> Iterator[TalkEvent]:
        self.asked.append(text)
        old = self.tree.nodes[node]
        assert isinstance(old.content, Question)
        return self._ask(old.parent, replace(old.content, text=text))

    def _ask(self, parent: int | None, question: Question) -> Iterator[TalkEvent]:
        asked = self.tree.add(parent, question)
        self._stopped = False
        return self._tell(self.tree.add(asked.id, Answer()))

    def retry(self) -> Iterator[TalkEvent]:
        self.asked.append(None)
        questions = [node.id for node in self.path if isinstance(node.content, Question)]
        self._stopped = False
        return self._tell(self.tree.add(questions[-1] if questions else None, Answer()))

    def regenerate(self, node: int) -> Iterator[TalkEvent]:
        self.asked.append(None)
        at = self.tree.nodes[node]
        self._stopped = False
        return self._tell(self.tree.add(at.id if isinstance(at.content, Question) else at.parent, Answer()))

    @property
    def can_go_on(self) -> bool:
        last = self.path[-1].content if self.path else None
        return isinstance(last, Answer) and last.reason in (None, StopReason.LENGTH, StopReason.CANCELLED)

    def go_on(self) -> Iterator[TalkEvent]:
        self.asked.append(None)
        self._stopped = False
        return self._tell(self.path[-1])

    def make_room(self, choice: Choice) -> Iterator[TalkEvent]:
        self.made_room.append(choice)
        return iter(())

    def configure(self, settings: ChatSettings) -> None:
        self.settings = settings

    def new(self, kept: bool | None = None) -> None:
        self.is_kept = kept is not False
        self.entry = None
        self.tree = Tree(clock=lambda: 0.0)
        self.stop()

    def open(self, entry: int) -> None:
        if entry not in self.stored:
            raise InputError("This conversation is not there any more.")
        self.new()
        self.entry, self.tree = self.stored[entry]

    def stop(self) -> None:
        with self._gate:
            self.stops += 1
            self._stopped = True
            self._gate.notify_all()

    def clear(self) -> None:
        self.clears += 1
        self.new()

    def release(self) -> None:
        """Let one `hold` go on."""
        with self._gate:
            self._released += 1
            self._gate.notify_all()

    def _tell(self, node: Node) -> Iterator[TalkEvent]:
        """The next script; what it says becomes the content of `node`."""
        tree, said = self.tree, node.content
        assert isinstance(said, Answer)
        for event in self._answer():
            match event:
                case ToolRan():
                    said = replace(said, messages=(*said.messages, event.result))
                case TurnEnded():
                    if said.messages and said.reason in (StopReason.LENGTH, StopReason.CANCELLED):
                        *before, last = said.messages  # gone on with
                        first, *more = event.messages or (replace(last, content=""),)
                        last = replace(last, content=last.content + first.content)
                        event = replace(event, messages=(last, *more))
                        said = replace(said, messages=tuple(before))
                    cost = Cost(len(event.messages), event.reason, event.usage)
                    said = Answer((*said.messages, *event.messages), (*said.rounds, cost), error=event.error)
            if node.id in tree.nodes:
                tree.replace(node.id, said)
            yield event

    def _answer(self) -> Iterator[TalkEvent]:
        script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        turn = _Round()
        for step in script:
            if self._stopped:
                yield turn.close(end(StopReason.CANCELLED), self._seconds_per_token)
                return
            match step:
                case Say():
                    yield turn.take(step)
                case TurnEnded():
                    yield turn.close(step, self._seconds_per_token)
                    turn = _Round()
                case (
                    PromptProgress()
                    | ToolRan()
                    | TextDelta()
                    | SummaryStep()
                    | LoadProgress()
                    | Switching()
                    | Switched()
                ):
                    yield step
                case BaseException():
                    raise step
                case _:
                    self._wait()
        if self._stopped:
            yield turn.close(end(StopReason.CANCELLED), self._seconds_per_token)

    def _wait(self) -> None:
        with self._gate:
            if not self._gate.wait_for(lambda: self._stopped or self._released > 0, PATIENCE_S):
                raise TimeoutError("Nobody released this step.")
            self._released = max(0, self._released - 1)


class FakeSettings:
    """Settings that live as long as the test."""

    def __init__(self, **values: SettingValue) -> None:
        self.values: dict[str, SettingValue] = dict(values)

    def get(self, key: str) -> SettingValue:
        return self.values.get(key)

    def set(self, key: str, value: SettingValue) -> None:
        self.values[key] = value


def services(
    chat: FakeChat,
    *,
    loads: Sequence[Iterable[LoadEvent | BaseException]] = (LOADS,),
    settings: FakeSettings | None = None,
    title: str = "Chorale demo",
    is_demo: bool = True,
    suggestions: tuple[str, ...] = ("What is Chorale?", "What are the panes?"),
    problems: tuple[str, ...] = (),
    models: ModelsInterface | None = None,
    is_first_run: bool = False,
    documents: DocumentsInterface | None = None,
    summaries: SummariesInterface | None = None,
    history: HistoryInterface | None = None,
    diagnostics: DiagnosticsInterface | None = None,
    preferences: PreferencesInterface | None = None,
) -> Services:
    """A window's services around `chat`. Each load takes the next of `loads`; the last is used again."""
    left = list(loads)

    def load() -> Iterator[LoadEvent]:
        for event in left.pop(0) if len(left) > 1 else left[0]:
            if isinstance(event, BaseException):
                raise event
            yield event

    settings = settings or FakeSettings()
    return Services(
        chat,
        load,
        title,
        is_demo,
        suggestions,
        settings,
        chat.stop,
        problems,
        models,
        is_first_run,
        documents,
        summaries,
        history,
        diagnostics,
        preferences,
    )
