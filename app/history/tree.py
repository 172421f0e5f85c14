"""One conversation as a tree: questions and answers, of which one path is shown.

Editing a question or asking again makes a sibling; nothing said is overwritten. Under a question hang its
answers, under an answer the questions that followed. The path from the first question to `leaf` is the
conversation as it stands; the model is told of nothing else. Values and one plain class, no storage and no
engine. Read next: `app.chat`, which grows it, and `store`, which keeps it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from runtime.conversation import Channel, Effort, Message, Role
from runtime.events import Sampling, StopReason, Usage

# What a summary of earlier questions and answers begins with in the prompt.
EARLIER = "Here is a summary of our conversation until now; its words themselves are not shown any more."
# What the model is told before a question of another day.
NEW_DAY = "The date is now {date}."


@dataclass(frozen=True, slots=True)
class Question:
    """What the person said.

    Attributes:
        text: as it was typed.
        documents: the text of attached files, as the model is given it in a message of its own before; often long.
        files: the names of those files.
        earlier: what the model is told in place of all that stands before this question, because it did not fit
            any more: a summary, or nothing if empty. None, as mostly: it is told everything.
        date: the ISO date in the system message of its prompt; None where that was not noted (`app.day`).
        today: the ISO date that the model is told in a message of its own before the text, because it is another
            than it knows of; None, as mostly.
    """

    text: str
    documents: str = ""
    files: tuple[str, ...] = ()
    earlier: str | None = None
    date: str | None = None
    today: str | None = None

    @property
    def messages(self) -> tuple[Message, ...]:
        """As the model is told it; the text comes last."""
        documents = (Message(Role.USER, self.documents),) if self.documents else ()
        # Behind the documents, so that they stay in the KV cache when they are asked about on another day.
        day = (Message(Role.USER, NEW_DAY.format(date=self.today)),) if self.today else ()
        return (*documents, *day, Message(Role.USER, self.text))


@dataclass(frozen=True, slots=True)
class Round:
    """One run of the engine; an answer that calls tools takes several.

    Attributes:
        count: how many of the answer's messages it said, the tool's result after it not counted.
        seed: what tokens were drawn with.
        goes_on: whether it first went on inside the message before, which was cut; that is not counted again.
    """

    count: int
    reason: StopReason
    usage: Usage = field(default_factory=Usage)
    prefill_seconds: float = 0.0
    decode_seconds: float = 0.0
    seed: int | None = None
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """What an answer was made with: enough to make it again.

    Attributes:
        model: its name, `gpt-oss-20b`.
        model_hash: SHA-256 that stands for all its files (`app.history.origin`), hex; empty if unknown.
        device: `cpu`, `gpu`, …; `device_name` as its maker calls it.
        kernel: the kernel that computed.
        sampling: without a seed, which each round has.
        date: the ISO date the model was told.
        tools: names of the tools that were offered.
        version: Chorale's.
    """

    model: str
    model_hash: str
    device: str
    device_name: str
    kernel: str
    context_length: int
    effort: Effort
    sampling: Sampling
    date: str | None
    instructions: str | None
    tools: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, voice by voice, tool calls and their results included.

    `rounds` is empty while it is being written and after Chorale was ended in the middle of it.
    """

    messages: tuple[Message, ...] = ()
    rounds: tuple[Round, ...] = ()
    origin: Origin | None = None
    error: str | None = None

    @property
    def reason(self) -> StopReason | None:
        """Why it ended; None if it was broken off."""
        return self.rounds[-1].reason if self.rounds else None

    @property
    def text(self) -> str:
        """The final answer, in Markdown."""
        return "".join(message.content for message in self.messages if message.channel is Channel.FINAL)


@dataclass(frozen=True, slots=True)
class Node:
    """A question or an answer at its place in the tree. `id` is unique in its conversation, `created` in s since 1970."""

    id: int
    parent: int | None
    created: float
    content: Question | Answer


@dataclass(slots=True)
class Tree:
    """All nodes of a conversation.

    Attributes:
        leaf: the end of the path that is shown; None when nothing was asked.
    """

    nodes: dict[int, Node] = field(default_factory=dict)
    leaf: int | None = None
    clock: Callable[[], float] = time.time

    @staticmethod
    def of(nodes: Iterable[Node], leaf: int | None) -> Tree:
        """The tree of stored nodes. A leaf that is not among them is the newest node."""
        tree = Tree({node.id: node for node in nodes})
        tree.leaf = leaf if leaf in tree.nodes else max(tree.nodes, default=None)
        return tree

    def path(self, end: int | None = None) -> tuple[Node, ...]:
        """From the first question to `end`, by default the leaf."""
        nodes = []
        at = self.leaf if end is None else end
        while at is not None:
            nodes.append(self.nodes[at])
            at = self.nodes[at].parent
        return tuple(reversed(nodes))

    def children(self, parent: int | None) -> tuple[int, ...]:
        """Oldest first."""
        return tuple(sorted(node.id for node in self.nodes.values() if node.parent == parent))

    def by_parent(self) -> dict[int | None, list[int]]:
        """The children of every node that has some, oldest first: for who asks more than once."""
        found: dict[int | None, list[int]] = {}
        for node in sorted(self.nodes.values(), key=lambda node: node.id):
            found.setdefault(node.parent, []).append(node.id)
        return found

    def siblings(self, node: int) -> tuple[int, ...]:
        """The node and what stands in its place in other branches, oldest first."""
        return self.children(self.nodes[node].parent)

    def messages(self, end: int | None = None) -> tuple[Message, ...]:
        """All that was said on the path."""
        return tuple(message for node in self.path(end) for message in node.content.messages)

    def told(self, end: int | None = None) -> tuple[Node, ...]:
        """The part of the path that the model is told word by word."""
        path = self.path(end)
        starts = [place for place, node in enumerate(path) if _earlier(node) is not None]
        return path[starts[-1] :] if starts else path

    def prompt(self, end: int | None = None) -> tuple[Message, ...]:
        """The path as the model is told it, of what did not fit a summary or nothing."""
        told = self.told(end)
        before = earlier_messages(_earlier(told[0])) if told else ()
        return (*before, *(message for node in told for message in node.content.messages))

    def add(self, parent: int | None, content: Question | Answer) -> Node:
        """A new node under `parent`, which becomes the leaf."""
        node = Node(max(self.nodes, default=0) + 1, parent, self.clock(), content)
        self.nodes[node.id] = node
        self.leaf = node.id
        return node

    def replace(self, node: int, content: Question | Answer) -> Node:
        """Other content at the same place."""
        self.nodes[node] = replace(self.nodes[node], content=content)
        return self.nodes[node]

    def choose(self, node: int) -> None:
        """Show the branch with `node`, down to its newest end."""
        below = self.by_parent()
        while children := below.get(node):
            node = children[-1]
        self.leaf = node

    def remove(self, node: int) -> tuple[int, ...]:
        """Take out a node and all below it; the removed ids. If it was shown, its newest sibling is, or its parent."""
        below = self.by_parent()
        gone = [node]
        for each in gone:
            gone.extend(below.get(each, ()))
        parent = self.nodes[node].parent
        was_shown = self.leaf in gone
        for each in gone:
            del self.nodes[each]
        if was_shown:
            left = self.children(parent)
            self.leaf = parent
            if left:
                self.choose(left[-1])
        return tuple(gone)


def earlier_messages(summary: str | None) -> tuple[Message, ...]:
    """What the model is told in place of turns that are left out (`Question.earlier`)."""
    return (Message(Role.USER, f"{EARLIER}\n\n{summary}"),) if summary else ()


def _earlier(node: Node) -> str | None:
    return node.content.earlier if isinstance(node.content, Question) else None
