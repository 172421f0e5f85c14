"""A chat with documents: what waits on the desk goes with the next message, and summaries are turns of it.

It does what `app.chat.Chat` does, so the window talks to it in the same way. A summary streams as an answer
does: what is said of each part as commentary, the summary as the final message, `SummaryStep`s between.
Read next: `document_desk`, `runtime.documents.summarizer`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.attachments import SummaryOrder, SummaryStep
from app.chat import Chat, ChatEvent
from app.document_desk import DocumentDesk
from app.history.tree import Question
from app.history.values import KeptDocument
from app.kept_documents import OldDocument
from app.tools import ToolRegistry
from models.errors import InputError
from runtime.conversation import Channel, Conversation, Effort, Message, Role
from runtime.documents.chunks import Count
from runtime.documents.citations import page_list, rewritten
from runtime.documents.prompt import Placed
from runtime.documents.summarizer import Summarizer
from runtime.documents.summary_values import (
    PartSummarised,
    StepRetried,
    Style,
    Summary,
    SummaryEnded,
    SummaryEvent,
    SummaryOptions,
    SummaryPaused,
    SummaryProgress,
    SummaryText,
)
from runtime.engine_interface import EngineInterface
from runtime.events import EngineReady, LoadEvent, StopReason, TextDelta, TurnEnded, Usage

# The window marks such citations itself.
_MARK = re.compile(r" \((?:p\. [\d, ]+: )?not shown to the model\)")
_STYLE_WORDS = {
    Style.SHORT: "Summarise {files} briefly.",
    Style.DETAILED: "Summarise {files} in detail.",
    Style.KEY_POINTS: "List the key points of {files}.",
    Style.ACTIONS: "List the actions and dates in {files}.",
}
_turn_ids = itertools.count(1 << 50)  # apart from those of chats


class DocumentChat:
    """A conversation about files.

    Args:
        chat: the conversation; its tools are those without files.
        engine: what answers in it.
        desk: the files.
    """

    def __init__(self, chat: Chat, engine: EngineInterface, desk: DocumentDesk) -> None:
        self._chat = chat
        self._engine = engine
        self._desk = desk
        self._tools = chat.tools
        self._memory: dict[str, str] = {}  # finished parts of summaries, so that they can be gone on with
        self._summarizer: Summarizer | None = None
        self._last_order: SummaryOrder | None = None  # if the last turn was a summary
        self._is_summarised = False  # and whether it came to its end

    @property
    def effort(self) -> Effort:
        return self._chat.effort

    @effort.setter
    def effort(self, effort: Effort) -> None:
        self._chat.effort = effort

    @property
    def tools(self) -> ToolRegistry:
        """The tools without those for files."""
        return self._tools

    @tools.setter
    def tools(self, tools: ToolRegistry) -> None:
        self._tools = self._chat.tools = tools

    @property
    def conversation(self) -> Conversation:
        return self._chat.conversation

    @property
    def told(self) -> tuple[KeptDocument, ...]:
        """The documents that the model was told of."""
        return self._desk.told

    def loading(
        self, load: Callable[[], Iterator[LoadEvent]], counter: Callable[[], Count]
    ) -> Iterator[LoadEvent]:
        """Load a model with `load`; then its tokens (`counter`) count for documents too."""
        for event in load():
            if isinstance(event, EngineReady):
                self._desk.use(counter(), event.context_length)
            yield event

    def send(self, text: str) -> Iterator[ChatEvent]:
        """As `Chat.send`, with the files that wait. If it is refused, they wait again."""
        if not text.strip():
            raise InputError("The message is empty. Type something first.")
        return self._send(text)

    def _send(self, text: str) -> Iterator[ChatEvent]:
        self._last_order = None
        files = tuple(file.name for file in self._desk.files() if not file.is_sent)
        documents, take_back = self._desk.hand_over()
        self._give_tools()
        has_begun = False
        try:
            for event in self._chat.send(text, documents, files if documents else ()):
                has_begun = True
                yield event
        except InputError:
            if not has_begun:
                take_back()
            raise

    def _give_tools(self) -> None:
        """The tools for the next message; with text of files on the path, also from another day, only those that read."""
        questions = (node.content for node in self._chat.tree.path)
        has_files = self._desk.has_files or any(
            isinstance(each, Question) and each.documents for each in questions
        )
        tools = self._tools.for_untrusted_text() if has_files else self._tools
        self._chat.tools = tools.plus(*self._desk.tools)

    def retry(self) -> Iterator[ChatEvent | SummaryStep]:
        """The last turn again; a summary that was stopped goes on with what is not read yet."""
        if self._last_order is not None:
            return self.summarize(self._last_order, again=self._is_summarised)
        return self._with_tools(self._chat.retry)

    def edit(self, node: int, text: str) -> Iterator[ChatEvent]:
        """As `Chat.edit`; files that wait go on waiting."""
        return self._with_tools(lambda: self._chat.edit(node, text))

    def regenerate(self, node: int) -> Iterator[ChatEvent | SummaryStep]:
        """As `Chat.regenerate`; of the last turn, as `retry`."""
        path = self._chat.tree.path
        if path and self._last_order is not None and node in (path[-1].id, path[-1].parent):
            return self.retry()
        return self._with_tools(lambda: self._chat.regenerate(node))

    def go_on(self) -> Iterator[ChatEvent]:
        """As `Chat.go_on`."""
        return self._with_tools(self._chat.go_on)

    def _with_tools(self, ask: Callable[[], Iterator[ChatEvent]]) -> Iterator[ChatEvent]:
        self._last_order = None
        self._give_tools()
        return ask()

    def stop(self) -> None:
        """As `Chat.stop`; a summary keeps what it has read."""
        summarizer = self._summarizer
        if summarizer is not None:
            summarizer.cancel()
        else:
            self._chat.stop()

    def pause(self) -> None:
        """Let a summary wait."""
        if self._summarizer is not None:
            self._summarizer.pause()

    def resume(self) -> None:
        """Let it go on."""
        if self._summarizer is not None:
            self._summarizer.resume()

    def clear(self) -> None:
        """As `Chat.clear`, without files."""
        self._chat.clear()
        self.let_go()

    def let_go(self, files_before: int = 0, old: Sequence[OldDocument] = ()) -> None:
        """Another conversation is open, of which the model was told as many files: they are D1, D2 and so on.

        Of `old` the pages can be looked up.
        """
        if self._summarizer is not None:
            self._summarizer.cancel()
        self._desk.clear(files_before, old)
        self._memory.clear()
        self._last_order = None

    # -- summaries -------------------------------------------------------------------------------

    def _asked(self, order: SummaryOrder) -> str:
        if order.asked:
            return order.asked
        names = [each.document.name for each in self._desk.placed(order.keys)]
        files = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        words = _STYLE_WORDS[Style(order.style)].format(files=files)
        return f"{words} Write for this reader: {order.reader}." if order.reader else words

    def summarize(self, order: SummaryOrder, *, again: bool = False) -> Iterator[ChatEvent | SummaryStep]:
        """Summarise; the last event is a `TurnEnded`. `again` replaces the last summary.

        Raises `InputError` if there is nothing to summarise.
        """
        placed = self._desk.placed(order.keys)
        count, context_length = self._desk.counting()
        summarizer = Summarizer(
            self._engine, count, context_length, sampling=self._chat.sampling, memory=self._memory
        )
        self._last_order = order
        asked = self._asked(order)
        options = SummaryOptions(Style(order.style), order.reader)
        self._is_summarised = False
        return self._run(summarizer, placed, options, asked, again)

    def _run(
        self,
        summarizer: Summarizer,
        placed: list[Placed],
        options: SummaryOptions,
        asked: str,
        again: bool,
    ) -> Iterator[ChatEvent | SummaryStep]:
        turn = _SummaryTurn(placed)
        self._summarizer = summarizer  # not before: what never begins would be stopped in place of an answer
        try:
            for event in summarizer.run(placed, options, self._chat.effort):
                for told in turn.hear(event):
                    if isinstance(told, TurnEnded) and turn.answer:
                        self._desk.note_summarised(placed)
                        self._chat.take_in(asked, turn.answer, again=again)
                        self._is_summarised = True
                        if self._memory and told.reason is StopReason.STOP:
                            self._memory.popitem()  # the summary itself: asked for again, it is written anew
                    yield told
        finally:
            self._summarizer = None


@dataclass(slots=True)
class _Streamed:
    """What stands on the screen so far."""

    parts: list[Message]
    is_writing: bool = False


class _SummaryTurn:
    """A summary's events as those of a turn. `answer` is the whole message once there is one."""

    def __init__(self, placed: list[Placed]) -> None:
        self.answer = ""
        self._names = {each.id: each.document.name for each in placed}
        self._id = next(_turn_ids)
        self._streamed = _Streamed([])

    def hear(self, event: SummaryEvent) -> Iterator[ChatEvent | SummaryStep]:
        match event:
            case SummaryProgress(level, done, total, seconds_left):
                yield SummaryStep(level, done, total, seconds_left)
            case SummaryPaused():
                yield SummaryStep(is_paused=True)
            case StepRetried(_, why):
                yield SummaryStep(note=why)
            case PartSummarised(level, pages, text):
                yield self._say(f"{self._title(level, pages)}\n{text}", Channel.COMMENTARY)
            case SummaryText(text, begins):
                if begins:
                    yield SummaryStep(is_writing=True)
                is_new = begins or not self._streamed.is_writing
                self._streamed.is_writing = True
                yield self._say(text, Channel.FINAL, is_new=is_new)
            case SummaryEnded():
                yield self._end(event)

    def _title(self, level: int, pages: tuple[tuple[str, int], ...]) -> str:
        """`report.pdf, pages 3-9`; of summaries of summaries, that they are."""
        by_file: dict[str, list[int]] = {}
        for document, page in pages:
            by_file.setdefault(self._names[document], []).append(page)
        named = "; ".join(
            f"{name}, page{'' if len(numbers) == 1 else 's'} {page_list(numbers)}"
            for name, numbers in by_file.items()
        )
        return named if level == 0 else f"Brought together: {named}"

    def _say(self, text: str, channel: Channel, *, is_new: bool = True) -> TextDelta:
        if is_new:
            self._streamed.parts.append(Message(Role.ASSISTANT, "", channel))
        index = len(self._streamed.parts) - 1
        before = self._streamed.parts[index]
        self._streamed.parts[index] = Message(Role.ASSISTANT, before.content + text, channel)
        return TextDelta(self._id, index, Role.ASSISTANT, channel, None, None, text, 0)

    def _end(self, event: SummaryEnded) -> TurnEnded:
        said = tuple(part for part in self._streamed.parts if part.channel is Channel.COMMENTARY)
        if event.summary is not None:
            self.answer = _answer(event.summary, list(self._names))
            said += (Message(Role.ASSISTANT, self.answer, Channel.FINAL),)
        return TurnEnded(self._id, event.reason, said, (), Usage(), 0.0, 0.0, event.error)


def _answer(summary: Summary, documents: list[str]) -> str:
    """The summary as a message: every citation with its document's id, and what was read at its end."""
    shown = frozenset((citation.document, citation.page) for citation in summary.citations)
    only = documents[0] if len(documents) == 1 else None
    text = _MARK.sub("", summary.text)
    text = rewritten(text, lambda key: f"{key[0]} p. {key[1]}" if key[0] else f"p. {key[1]}", shown, only)
    return f"{text}\n\n---\n\n{summary.coverage.sentence}"
