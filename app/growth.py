"""An answer as it grows at its place in the tree, round by round, so that nothing said is ever lost.

A new question gets its answer's place as soon as the engine takes it; an answer asked for again gets one only when
it has begun to say something, so that until then the old one stays. While words stream, the window sees each of
them in the tree; the disk is told every two seconds and at the end of each round. Read next: `app.chat`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from app.day import named
from app.engine_round import EngineRound
from app.history.tree import Answer, Origin, Question, Round, earlier_messages
from app.kept_tree import KeptTree
from models.errors import AppError
from runtime.conversation import Message, Role
from runtime.events import StopReason, TurnEnded

KEEP_S = 2.0  # the most that a crash of the whole PC can cost


class Growth:
    """One answer.

    Attributes:
        asked_at: where in the prompt the question stands.
        date: the ISO date in the prompt's system message; None if the conversation has none yet.
    """

    def __init__(
        self,
        tree: KeptTree,
        at: int | None,
        *,
        question: Question | None = None,
        answer: int | None = None,
        anew: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """An answer to a new `question` under the node `at`; else to the question that is the node `at`.

        `answer` is the node of an answer that is gone on with, or, if `anew`, written over because it says nothing.
        """
        self._tree = tree
        self._at = at
        self._question = question
        self._node = answer
        self._said = Answer() if anew else self._answer_of(answer)
        self._clock = clock
        self._kept_at = clock()
        self.origin: Origin | None = self._said.origin
        if question is None:
            self._before = tree.prompt(at)
        elif question.earlier is None:
            self._before = tree.prompt(at) + question.messages
        else:
            self._before = earlier_messages(question.earlier) + question.messages
        self.asked_at = len(self._before) - 1
        self.date = self._date()

    def _answer_of(self, node: int | None) -> Answer:
        """What the answer already says. The rounds account for every message, also of an answer broken off."""
        if node is None:
            return Answer()
        answer = self._tree.node(node).content
        assert isinstance(answer, Answer)
        spoken = sum(message.role is Role.ASSISTANT for message in answer.messages)
        if missing := spoken - sum(each.count for each in answer.rounds):
            answer = replace(answer, rounds=(*answer.rounds, Round(missing, StopReason.ERROR)))
        return replace(answer, error=None)

    def _date(self) -> str | None:
        if self._question is not None:
            return self._question.date
        if self.origin is not None:  # an answer goes on as it began
            return self.origin.date
        return named(self._tree.told(self._at))

    @property
    def messages(self) -> tuple[Message, ...]:
        """The prompt until now."""
        return self._before + self._said.messages

    @property
    def is_open(self) -> bool:
        """Whether what was said so far ends with words of the model's, so that it can go on inside them.

        Also where they had come to their end: the model then says the end again.
        """
        said = self._said.messages
        return bool(said) and said[-1].role is Role.ASSISTANT

    # -- growing ---------------------------------------------------------------------------------

    def hear(self, turn: EngineRound) -> None:
        """Take into the tree what a round said so far."""
        self._put(self._with(turn), turn.has_begun, keep=self._clock() - self._kept_at >= KEEP_S)

    def end_round(self, turn: EngineRound) -> None:
        """The round has ended: all it said is kept."""
        self._said = self._counted(turn, turn.ended)
        self._put(self._said, turn.has_begun)

    def take_result(self, result: Message) -> None:
        """A tool's result."""
        self._said = replace(self._said, messages=(*self._said.messages, result))
        self._put(self._said, True)

    def end(self, event: TurnEnded) -> None:
        """An end that no round had: stopped between two, or too many of them."""
        rounds = (*self._said.rounds, Round(0, event.reason))
        self._said = replace(self._said, rounds=rounds, error=event.error)
        self._put(self._said, True)

    def break_off(self, turn: EngineRound, error: BaseException) -> None:
        """A round ended with an exception: what was heard until then is what was said."""
        if turn.has_ended:
            self.end_round(turn)
            return
        is_stop = isinstance(error, GeneratorExit)
        said = self._with(turn)
        count = len(turn.messages) - turn.request.conversation.is_open
        reason = StopReason.CANCELLED if is_stop else StopReason.ERROR
        seed = turn.request.sampling.seed
        rounds = (
            *said.rounds,
            Round(count, reason, seed=seed, goes_on=turn.request.conversation.is_open),
        )
        sentence = error.user_text if isinstance(error, AppError) else None
        self._put(replace(said, rounds=rounds, error=sentence), turn.has_begun)

    def refuse(self, error: AppError) -> None:
        """The next round could not begin; what was said until then stays."""
        if self._node is not None and self._said.messages:
            self._put(replace(self._said, error=error.user_text), True)

    # -- the tree --------------------------------------------------------------------------------

    def _with(self, turn: EngineRound) -> Answer:
        before = self._said.messages
        if turn.request.conversation.is_open:
            before = before[:-1]
        return replace(self._said, messages=before + turn.messages, origin=self.origin)

    def _counted(self, turn: EngineRound, end: TurnEnded) -> Answer:
        goes_on = turn.request.conversation.is_open
        count = len(turn.messages) - goes_on
        seed = turn.request.sampling.seed
        cost = Round(
            count, end.reason, end.usage, end.prefill_seconds, end.decode_seconds, seed, goes_on=goes_on
        )
        said = self._with(turn)
        return replace(said, rounds=(*said.rounds, cost), error=end.error)

    def _put(self, answer: Answer, has_begun: bool, *, keep: bool = True) -> None:
        if self._question is not None:
            asked, self._question = self._question, None
            self._at = self._tree.add(self._at, asked).id
            has_begun = True
        if self._node is None:
            if has_begun:
                self._node = self._tree.add(self._at, answer).id
                self._kept_at = self._clock()
            return
        self._tree.replace(self._node, answer, keep=keep)
        if keep:
            self._kept_at = self._clock()
