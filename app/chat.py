"""One conversation and the engine that answers it: the tool loop, other branches, stop and go on.

What asks (`Chat.send` and the like) is a generator to be iterated on a worker thread. It runs the engine, runs the
tool the model calls, runs the engine again, and so on; what it yields is what the engine said, plus `ToolRan`. The
last thing it yields is always a `TurnEnded` whose reason is not `TOOL_CALL`, unless it raises. Rounds and the
time of each tool are limited, and a tool that runs can be stopped.

What was said is in the tree, and with whoever keeps it, before it is yielded, so that a generator closed, stopped or
broken off at any point leaves a conversation that can go on. Read next: `growth`, `engine_round`, `tools`.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from app.day import dated, named
from app.engine_round import BROKEN, EngineRound, ended, turn_ids
from app.growth import Growth
from app.history.origin import Maker
from app.history.tree import Answer, Node, Origin, Question, Round
from app.kept_tree import KeptTree
from app.prompt_fit import CUT, fit_for_prompt
from app.tool_run import TOOL_SECONDS, run_tool
from app.tools import ToolRegistry
from models.errors import InputError
from runtime.conversation import Channel, Conversation, Effort, Message, Role
from runtime.engine_interface import EngineInterface
from runtime.events import LoadProgress, Sampling, StopReason, TurnEvent, TurnRequest

__all__ = ["BROKEN", "CUT", "LAST_CALL", "MAX_ROUNDS", "Chat", "ChatEvent", "ToolRan", "fit_for_prompt"]

MAX_ROUNDS = 12
LAST_CALL = "This was the last call. Answer now, with what you have."
_SEED_BITS = 53  # a seed is the same number in every program that reads an export
_BUSY = "An answer is still being written. Wait for it or stop it first."


@dataclass(frozen=True, slots=True)
class ToolRan:
    """A tool was run: the model's `call` (the last message of turn `turn_id`) and the `result`."""

    turn_id: int
    call: Message
    result: Message


ChatEvent = TurnEvent | ToolRan


class Chat:
    """A conversation that can be gone on with.

    Attributes:
        tree: the conversation with all its branches.
        effort: how long the model thinks, from the next message on.
        sampling: how tokens are drawn, from the next message on; without a seed, each round draws one.
        max_tokens: the most tokens of one engine round; None for as many as fit.
        instructions: standing instructions, or None.
        tools: what the model may call, from the next message on.
        maker: the model and the device that answer, to be noted with each answer; None if that is not known.
        earlier: as in `Question`, for the next question: all before it is left out; None for nothing.
    """

    def __init__(
        self,
        engine: EngineInterface,
        *,
        tools: ToolRegistry,
        today: Callable[[], date],
        effort: Effort = Effort.MEDIUM,
        instructions: str | None = None,
        sampling: Sampling | None = None,
        max_tokens: int | None = None,
        tool_seconds: float = TOOL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.tree = KeptTree()
        self.effort = effort
        self.sampling = sampling or Sampling()
        self.max_tokens = max_tokens
        self.instructions = instructions
        self.tools = tools
        self.maker: Maker | None = None
        self.earlier: str | None = None
        self._engine = engine
        self._tool_seconds = tool_seconds
        self._clock = clock
        self._today = today
        self._running = threading.Lock()
        self._stopping = threading.Event()
        self._state = threading.Lock()

    # -- what was said ---------------------------------------------------------------------------

    @property
    def conversation(self) -> Conversation:
        """All that was said and kept so far on the path that is shown."""
        return self.as_conversation(self.tree.messages())

    def as_conversation(
        self, messages: tuple[Message, ...], *, is_open: bool = False, date: str | None = None
    ) -> Conversation:
        """What the model would be told of `messages`, under the `date` of the path that is shown if none is given."""
        return Conversation(
            messages=messages,
            effort=self.effort,
            date=date or named(self.tree.told(self.tree.leaf)) or self._now,
            instructions=self.instructions,
            tools=self.tools.specs,
            is_open=is_open,
        )

    @property
    def _now(self) -> str:
        return self._today().isoformat()

    @property
    def is_running(self) -> bool:
        """Whether an answer is being written."""
        return self._running.locked()

    @property
    def can_go_on(self) -> bool:
        """Whether the last answer did not come to its end."""
        path = self.tree.path
        return not self.is_running and bool(path) and _is_cut(path[-1])

    # -- talking ---------------------------------------------------------------------------------

    def send(self, text: str, documents: str = "", files: tuple[str, ...] = ()) -> Iterator[ChatEvent]:
        """Say `text`; iterate over the answer.

        `documents` (`runtime.documents.prompt.documents_text`, of `files`) become a message of their own before
        it, which never moves or changes, so that later prompts begin the same and the KV cache serves them.

        Raises `InputError`, with the conversation unchanged, if `text` is blank (at once) or the
        conversation would not fit the model's context (at the first step). If it is a tool's result that
        no longer fits, what was said until then stays.
        """
        question = Question(_not_blank(text), documents, files, self.earlier)
        return self._begin(lambda tree: self._ask(tree, self._end_of(tree), question))

    def edit(self, node: int, text: str) -> Iterator[ChatEvent]:
        """Ask `text` in place of a question, with its documents, in a branch beside it. Raises as `send`."""
        old = self.tree.node(self.tree.question_of(node))
        assert isinstance(old.content, Question)
        question = replace(old.content, text=_not_blank(text))
        if self.earlier is not None:
            question = replace(question, earlier=self.earlier, date=None)
        return self._begin(lambda tree: self._ask(tree, old.parent, question))

    def _ask(self, tree: KeptTree, at: int | None, question: Question) -> Growth:
        """The answer to a new question under the node `at`."""
        return Growth(tree, at, question=self._dated(tree, at, question), clock=self._clock)

    def _dated(self, tree: KeptTree, at: int | None, question: Question) -> Question:
        return dated(question, tree.told(at) if question.earlier is None else (), self._now)

    def _date_anew(self, tree: KeptTree, node: int) -> None:
        asked = tree.node(node)
        assert isinstance(asked.content, Question)
        content = self._dated(tree, asked.parent, asked.content)
        if content != asked.content:
            tree.replace(node, content)

    def regenerate(self, node: int) -> Iterator[ChatEvent]:
        """Answer the question of this answer anew, in a branch beside it, once that says something.

        The prompt is the same, its day included; of a question that nothing was said to yet, it is today. An answer
        that says nothing is written over. Raises `InputError` if there is no such node.
        """
        question = self.tree.question_of(node)
        shown = next((each for each in self.tree.path if each.parent == question), None)
        over = shown.id if shown is not None and _is_blank(shown) else None

        def grow(tree: KeptTree) -> Growth:
            if all(_is_blank(tree.node(each)) for each in tree.children(question)):
                self._date_anew(tree, question)
            return Growth(tree, question, answer=over, anew=True, clock=self._clock)

        return self._begin(grow)

    def retry(self) -> Iterator[ChatEvent]:
        """Ask the last question again; its answer stays until the new one has said something, and then beside it.

        Raises `InputError` if nothing was asked yet.
        """
        if not (path := self.tree.path):
            raise InputError("There is nothing to try again yet. Type a message first.")
        return self.regenerate(path[-1].id)

    def go_on(self) -> Iterator[ChatEvent]:
        """Complete the last answer where it was cut, stopped or broken off, inside the same message.

        Raises `InputError` if it came to its end, or another model began it: what is noted of an answer is true of
        all of it.
        """
        path = self.tree.path
        if not path or not _is_cut(path[-1]):
            raise InputError("The last answer is complete. Ask something, or try it again.")
        last = path[-1]
        begun_by = last.content.origin if isinstance(last.content, Answer) else None
        if begun_by is not None and self.maker is not None and not self.maker.is_of(begun_by):
            name = begun_by.model
            raise InputError(
                f"{name} began this answer. Choose that model to go on, or try the answer again."
            )
        return self._begin(
            lambda tree: Growth(tree, last.parent, answer=last.id, clock=self._clock), goes_on=True
        )

    def take_in(self, asked: str, answer: str, *, again: bool = False) -> None:
        """Add a question and its answer that came about elsewhere, as a summary does; it can be gone on with.

        `again` puts the answer beside that of the last question.
        """
        path = self.tree.path
        said = Answer(
            (Message(Role.ASSISTANT, answer, Channel.FINAL),), (Round(1, StopReason.STOP),), self._origin()
        )
        if not again or not path:
            end = self._end_of(self.tree)
            at = self.tree.add(end, self._dated(self.tree, end, Question(asked))).id
        else:
            at = self.tree.question_of(path[-1].id)
        self.tree.add(at, said)

    # -- choosing and ending ---------------------------------------------------------------------

    def choose(self, node: int) -> None:
        """Show the branch with this node. Raises `InputError` while an answer is being written."""
        self._idle()
        self.tree.choose(node)

    def remove(self, node: int) -> None:
        """Remove a node and all below it. Raises `InputError` while an answer is being written."""
        self._idle()
        self.tree.remove(node)

    def stop(self) -> None:
        """End the answer being written, if one is; from any thread, also between rounds."""
        with self._state:
            self._stopping.set()
        self._engine.cancel()

    def wait(self, seconds: float) -> None:
        """Wait until no answer is written any more, at most so long."""
        if self._running.acquire(timeout=seconds):
            self._running.release()

    def talk_about(self, tree: KeptTree) -> None:
        """Go on with another conversation; an answer still being written is stopped, and stays where it belongs."""
        with self._state:
            self.tree = tree
            self._stopping.set()
        if self.is_running:  # else it may be a load that runs, which goes on
            self._engine.cancel()

    def clear(self) -> None:
        """Start an empty conversation, which nobody keeps."""
        self.talk_about(KeptTree())

    # -- the loop --------------------------------------------------------------------------------

    def _begin(self, grow: Callable[[KeptTree], Growth], *, goes_on: bool = False) -> Iterator[ChatEvent]:
        with self._state:
            self._stopping = threading.Event()
            return self._answer(grow, self.tree, self._stopping, goes_on)

    def _answer(
        self, grow: Callable[[KeptTree], Growth], tree: KeptTree, stopping: threading.Event, goes_on: bool
    ) -> Iterator[ChatEvent]:
        if not self._running.acquire(blocking=False):
            raise InputError(_BUSY)
        try:
            growth = grow(tree)
            growth.origin = growth.origin or self._origin(growth.date)
            for round_number in range(1, MAX_ROUNDS + 1):
                turn = EngineRound(self._request(growth, goes_on and round_number == 1))
                yield from self._run_round(turn, growth, stopping)
                yield turn.ended
                if turn.ended.reason is not StopReason.TOOL_CALL:
                    return
                if not stopping.is_set():
                    call = turn.messages[-1] if turn.messages else Message(Role.ASSISTANT, "")
                    result = run_tool(self.tools, call, stopping, self._tool_seconds)
                    if result is not None:
                        if round_number == MAX_ROUNDS - 1:
                            result = replace(result, content=f"{result.content}\n{LAST_CALL}")
                        growth.take_result(result)
                        yield ToolRan(turn.request.turn_id, call, result)
                if stopping.is_set():
                    event = ended(next(turn_ids), StopReason.CANCELLED)
                    break
            else:
                many = (
                    f"The model called tools {MAX_ROUNDS} times without answering. "
                    "Try again, or ask differently."
                )
                event = ended(next(turn_ids), StopReason.ERROR, many)
            growth.end(event)
            yield event
        finally:
            self._running.release()

    def _run_round(self, turn: EngineRound, growth: Growth, stopping: threading.Event) -> Iterator[TurnEvent]:
        """One round, in the tree before it is told."""
        try:
            for event in turn.run(self._engine, stopping):
                if not isinstance(event, LoadProgress):
                    growth.hear(turn)
                yield event
        except InputError as error:
            growth.refuse(error)
            raise
        except BaseException as error:
            growth.break_off(turn, error)
            raise
        growth.end_round(turn)

    def _request(self, growth: Growth, goes_on: bool) -> TurnRequest:
        messages = growth.messages
        is_open = goes_on and growth.is_open
        if is_open:
            *before, last = messages
            messages = (*before, replace(last, content=last.content.rstrip(CUT)))
        seed = self.sampling.seed
        if seed is None:
            seed = secrets.randbits(_SEED_BITS)
        return TurnRequest(
            turn_id=next(turn_ids),
            conversation=self.as_conversation(
                fit_for_prompt(messages, growth.asked_at, is_open=is_open), is_open=is_open, date=growth.date
            ),
            sampling=replace(self.sampling, seed=seed),
            max_tokens=self.max_tokens,
        )

    def _origin(self, date: str | None = None) -> Origin | None:
        if self.maker is None:
            return None
        return self.maker.origin(self.as_conversation((), date=date), self.sampling)

    def _end_of(self, tree: KeptTree) -> int | None:
        """Where the next question goes; a question without an answer gets an empty one first."""
        path = tree.path
        if path and isinstance(path[-1].content, Question):
            return tree.add(path[-1].id, Answer()).id
        return path[-1].id if path else None

    def _idle(self) -> None:
        if self.is_running:
            raise InputError(_BUSY)


def _not_blank(text: str) -> str:
    if not text.strip():
        raise InputError("The message is empty. Type something first.")
    return text


def _is_blank(node: Node) -> bool:
    return isinstance(node.content, Answer) and not node.content.messages


def _is_cut(node: Node) -> bool:
    return isinstance(node.content, Answer) and node.content.reason is not StopReason.STOP
