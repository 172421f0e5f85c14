"""Runs the answers of an audit again, each from the recorded words before it, and finds the first difference.

    file ─ verify ─► answers ─► load what made it ─► each round: same prompt, seed, sampling ─► compare

An answer's prompt is made of what the record says was said before it, never of what was said again, so that one
difference does not hide behind another. Tools are not run: what they returned then is what they return. On a CPU
the same files, kernel and seed give the same text to the last character, whatever the number of threads and
whatever the cache held (docs/AUDIT.md says what is known of other devices). Read next: `commands/replay`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace

from app.chat import CUT, fit_for_prompt
from app.export.audit import Audit
from app.export.rounds import Said, rounds_of
from app.history.tree import Answer, Node, Origin, Round
from models.errors import Cancelled, EngineError, InputError
from runtime.conversation import Conversation, Message, Role
from runtime.engine_interface import EngineInterface
from runtime.events import (
    DeviceKind,
    EngineFailed,
    EngineReady,
    LoadProgress,
    LoadRequest,
    PromptProgress,
    StopReason,
    TurnEnded,
    TurnRequest,
)

_BEFORE, _AFTER = 20, 40  # characters of an excerpt, around where texts part
_CUT = (StopReason.LENGTH, StopReason.CANCELLED, StopReason.ERROR)  # not ended by the model


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a replay first said something else.

    Attributes:
        answer: which, from 1, in the order of the file.
        node: its id.
        message: which of the answer's messages, from 1; a tool's results count.
        character: where in it, from 1; 0 if not its text but its header, or that it is there, differs.
        what: what differs, in a few words.
        recorded, replayed: short excerpts.
    """

    answer: int
    node: int
    message: int
    character: int
    what: str
    recorded: str
    replayed: str


@dataclass(frozen=True, slots=True)
class AnswerReplayed:
    """One answer is through; `why_not` says in a sentence why it could not be run again, or is empty."""

    answer: int
    of: int
    node: int
    is_same: bool
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Replayed:
    """The last event.

    Attributes:
        answers: how many the file has.
        same: how many of them were said again to the letter.
        skipped: how many could not be run again.
        difference: the first, behind which nothing was run; None if there was none.
    """

    answers: int
    same: int
    skipped: int
    difference: Difference | None

    @property
    def is_same(self) -> bool:
        """Whether every answer was said again to the letter."""
        return self.same == self.answers


ReplayEvent = LoadProgress | EngineReady | PromptProgress | AnswerReplayed | Replayed


class Replay:
    """One run through an audit.

    Args:
        audit: the conversation, read from a whole file.
        engine: what answers; closed by the caller.
        request_for: what to load for an origin; may raise `AppError`.

    Attributes:
        notices: sentences for the person about what is not as it was.
    """

    def __init__(
        self, audit: Audit, engine: EngineInterface, request_for: Callable[[Origin], LoadRequest]
    ) -> None:
        self.notices: list[str] = []
        self._audit = audit
        self._engine = engine
        self._request_for = request_for
        self._loaded: LoadRequest | None = None
        self._turns = 0

    def run(self) -> Iterator[ReplayEvent]:
        """Run every answer, up to the first that is different. Raises `AppError` and `Cancelled`."""
        nodes = sorted(self._audit.tree.nodes.values(), key=lambda node: node.id)
        answers = [
            (node, node.content)
            for node in nodes
            if isinstance(node.content, Answer) and node.content.messages  # else nothing was said
        ]
        same = skipped = 0
        difference: Difference | None = None
        for number, (node, answer) in enumerate(answers, 1):
            why_not = self._why_not(node, answer)
            if not why_not:
                try:
                    difference = yield from self._answer(number, node, answer)
                except InputError as error:  # it does not fit into the context here
                    why_not = error.user_text
            same += not why_not and difference is None
            skipped += bool(why_not)
            yield AnswerReplayed(number, len(answers), node.id, not why_not and difference is None, why_not)
            if difference is not None:
                break
        yield Replayed(len(answers), same, skipped, difference)

    def _why_not(self, node: Node, answer: Answer) -> str:
        """A sentence if it cannot be run again, else empty."""
        if answer.origin is None or node.parent is None:
            return "The file does not say what this answer was made with."
        if not answer.rounds:
            return "Chorale was ended in the middle of this answer."
        missing = [name for name in answer.origin.tools if name not in self._audit.tools]
        if missing:
            return f"The file does not describe the tool {missing[0]}, which was offered."
        if any(each.id in self._audit.left_out for each in self._audit.tree.told(node.id)):
            return "Text of documents was left out of the file. Export it again with documents."
        made = [said.round for said in rounds_of(answer) if _was_run(said)]
        draws = answer.origin.sampling.temperature > 0
        if not made or any(each.seed is None and (draws or not each.usage.prompt_tokens) for each in made):
            return (
                "The file has no seed for this answer, as for a summary, which is not one run of the model."
            )
        if any(
            after.goes_on and not before.usage.completion_tokens for before, after in itertools.pairwise(made)
        ):
            return "The engine died while it wrote this answer, so the file does not say behind which token it went on."
        return ""

    # -- one answer ------------------------------------------------------------------------------

    def _answer(
        self, number: int, node: Node, answer: Answer
    ) -> Generator[ReplayEvent, None, Difference | None]:
        origin = answer.origin
        assert origin is not None and node.parent is not None
        longest = max(each.usage.prompt_tokens + each.usage.completion_tokens for each in answer.rounds)
        context_length = max(origin.context_length, longest + 1)  # it may have been raised before it went on
        yield from self._load(replace(self._request_for(origin), context_length=context_length), origin)
        before = self._audit.tree.prompt(node.parent)
        cut: Message | None = None  # the message that the round before left open
        for said in filter(_was_run, rounds_of(answer)):
            own = list(answer.messages[: said.start])
            goes_on = said.round.goes_on
            if goes_on and cut is not None:
                own[-1] = replace(cut, content=cut.content.rstrip(CUT))
            conversation = Conversation(
                messages=fit_for_prompt((*before, *own), len(before) - 1, is_open=goes_on),
                effort=origin.effort,
                date=origin.date,
                instructions=origin.instructions,
                tools=tuple(self._audit.tools[name] for name in origin.tools),
                is_open=goes_on,
            )
            ended = yield from self._round(conversation, origin, said.round)
            recorded, replayed = _compared(answer, said, ended)
            first = said.start - goes_on
            difference = _first_difference(recorded, replayed, said.round, ended)
            if difference is not None:
                message, character, what, was, now = difference
                return Difference(number, node.id, first + message, character, what, was, now)
            cut = replayed[-1] if replayed else cut
        return None

    def _round(
        self, conversation: Conversation, origin: Origin, made: Round
    ) -> Generator[ReplayEvent, None, TurnEnded]:
        self._turns += 1
        request = TurnRequest(
            self._turns,
            conversation,
            replace(origin.sampling, seed=made.seed),
            # Whatever cut it, the length, the context or a person, it is cut again behind the same token.
            max_tokens=made.usage.completion_tokens or None if made.reason in _CUT else None,
        )
        ended: TurnEnded | None = None
        for event in self._engine.run(request):
            if isinstance(event, TurnEnded):
                ended = event
            elif isinstance(event, LoadProgress | PromptProgress):
                yield event
        if ended is None or ended.reason is StopReason.ERROR:
            raise EngineError((ended and ended.error) or "The engine stopped while replaying. Try again.")
        if ended.reason is StopReason.CANCELLED:
            raise Cancelled
        return ended

    # -- loading ---------------------------------------------------------------------------------

    def _load(self, request: LoadRequest, origin: Origin) -> Generator[ReplayEvent, None, None]:
        if request == self._loaded:
            return
        self._loaded = None
        ready: EngineReady | None = None
        for event in self._engine.load(request):
            if isinstance(event, EngineFailed):
                raise EngineError(event.user_text, event.detail)
            if isinstance(event, EngineReady):
                ready = event
            yield event
        if ready is None:
            raise EngineError("The engine stopped while loading. Try again.")
        if ready.device.kind.value != device_class(origin.device):
            raise EngineError(
                f"The answer was made on a {origin.device} ({origin.device_name}), which this PC does not have; "
                "replay the file on a PC that has one."
            )
        if ready.kernel != origin.kernel:
            self.notices.append(
                f"The answer was computed with {origin.kernel}, here it is {ready.kernel}: a difference may come "
                "from that."
            )
        self._loaded = request


def device_class(device: str) -> str:
    """`cpu`, `gpu` or `npu` of what `Origin.device` says: a numbered adapter is a GPU."""
    return device if device in tuple(DeviceKind) else DeviceKind.GPU.value


def _was_run(said: Said) -> bool:
    """Whether the engine ran at all: a stop between two rounds is kept as a round that said nothing."""
    made = said.round
    return bool(made.count or made.goes_on or made.seed is not None or made.usage.prompt_tokens)


def _compared(
    answer: Answer, said: Said, ended: TurnEnded
) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """What the record has of a round, and what was said now. Whatever header a model wrote, it is the assistant's."""
    start = said.start - (1 if said.round.goes_on else 0)
    replayed = tuple(
        each if each.role is Role.ASSISTANT else replace(each, role=Role.ASSISTANT, name=None)
        for each in ended.messages
    )
    return answer.messages[start : said.end], replayed


def _first_difference(
    recorded: tuple[Message, ...], replayed: tuple[Message, ...], made: Round, ended: TurnEnded
) -> tuple[int, int, str, str, str] | None:
    """Message and character from 1, what differs, and both excerpts."""
    is_cut = made.reason in _CUT
    is_beginning = is_cut and not made.usage.completion_tokens  # nobody counted, so it is not cut again
    for index, was in enumerate(recorded):
        if index >= len(replayed):
            return index + 1, 0, "a message is missing", _excerpt(was.content, 0), ""
        now = replayed[index]
        for name in ("channel", "recipient", "content_type"):
            if getattr(was, name) != getattr(now, name):
                return index + 1, 0, name, str(getattr(was, name)), str(getattr(now, name))
        at = _parting(was.content, now.content)
        # A cut message may have been gone on with later: the record has all of it.
        goes_further = (
            is_cut and index == len(replayed) - 1 and was.content.startswith(now.content.rstrip(CUT))
        )
        ends_sooner = is_beginning and index == len(recorded) - 1 and at == len(was.content)
        if at is not None and not goes_further and not ends_sooner:
            return index + 1, at + 1, "text", _excerpt(was.content, at), _excerpt(now.content, at)
    if len(replayed) > len(recorded) and not is_beginning:
        return len(recorded) + 1, 0, "a message more", "", _excerpt(replayed[len(recorded)].content, 0)
    if not is_cut and made.reason is not ended.reason:
        return len(recorded), 0, "how it ended", made.reason.value, ended.reason.value
    return None


def _parting(one: str, other: str) -> int | None:
    """Index of the first character that differs; None if none does."""
    if one == other:
        return None
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))


def _excerpt(text: str, at: int) -> str:
    start = max(at - _BEFORE, 0)
    before, after = "…" if start else "", "…" if at + _AFTER < len(text) else ""
    return before + text[start : at + _AFTER] + after
