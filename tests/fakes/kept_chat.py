"""A scripted chat whose conversations are kept in a `FakeHistory`, as `app.talk` keeps them in the real one.

history = FakeHistory()
keep(history, "Title", ("A question?", "An answer."), changed=clock())
chat = KeptChat(history, [*say("Hello."), end()])
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.history.tree import Answer, Node, Question, Tree
from app.history.tree import Round as Cost
from app.history.values import ChatSettings
from runtime.conversation import Channel, Message, Role
from runtime.events import StopReason, Usage
from tests.fakes.chat import FakeChat, Step
from tests.fakes.history import FakeHistory
from ui.services import TalkEvent


def answer(text: str, reason: StopReason = StopReason.STOP, thought: str = "") -> Answer:
    """An answer as it is kept."""
    messages = [Message(Role.ASSISTANT, thought, Channel.ANALYSIS)] if thought else []
    messages.append(Message(Role.ASSISTANT, text, Channel.FINAL))
    cost = Cost(len(messages), reason, Usage(120, 212, 0), 0.4, 9.1)
    return Answer(tuple(messages), (cost,))


def keep(
    history: FakeHistory,
    title: str,
    *turns: tuple[str, str],
    folder: str = "",
    is_pinned: bool = False,
) -> int:
    """Keep a conversation of questions and answers; its number."""
    entry = history.create(ChatSettings())
    tree = Tree(clock=lambda: 0.0)
    for asked, said in turns:
        for content in (Question(asked), answer(said)):
            history.put(entry, tree.add(tree.leaf, content), tree.leaf or 0)
    if title:
        history.rename(entry, title)
    if folder:
        history.move(entry, folder)
    if is_pinned:
        history.pin(entry, True)
    return entry


class KeptChat(FakeChat):
    """Keeps what is said, unless it is told not to."""

    def __init__(
        self, history: FakeHistory, *scripts: Sequence[Step], seconds_per_token: float = 0.04
    ) -> None:
        super().__init__(*scripts, seconds_per_token=seconds_per_token)
        self.history = history

    def open(self, entry: int) -> None:
        stored = self.history.open(entry)
        self.new()
        self.entry, self.settings = stored.entry, stored.settings
        self.tree = Tree.of(stored.nodes, stored.leaf)

    def choose(self, node: int) -> None:
        super().choose(node)
        if self.entry is not None:
            self.history.show(self.entry.id, self.tree.leaf)

    def remove(self, node: int) -> None:
        gone = self.tree.remove(node)
        if self.entry is not None:
            self.history.take_out(self.entry.id, gone, self.tree.leaf)

    def _tell(self, node: Node) -> Iterator[TalkEvent]:
        yield from super()._tell(node)
        if not self.is_kept:
            return
        number = self.history.create(self.settings) if self.entry is None else self.entry.id
        for each in self.path:
            self.history.put(number, each, self.tree.leaf or 0)
        self.entry = self.history.open(number).entry
        self.on_listed()
