"""A conversation's tree as two threads use it: the worker grows it, the window looks at it and chooses.

Every change goes at once to whoever keeps the conversation. Read next: `app.growth`, an answer as it grows here;
`app.keeping`, which brings it to the disk.
"""

from __future__ import annotations

import threading
from typing import Protocol

from app.history.tree import Answer, Node, Question, Tree
from models.errors import InputError
from runtime.conversation import Message


class Keeping(Protocol):
    """Where changes go. Nothing here raises: what cannot be kept costs a sentence, never an answer.

    `put` is called on worker threads and returns when the node is kept; the others wait for nothing.
    """

    def put(self, node: Node, leaf: int) -> None: ...

    def show(self, leaf: int | None) -> None: ...

    def take_out(self, nodes: tuple[int, ...], leaf: int | None) -> None: ...


class NotKept:
    """A conversation that ends with the window."""

    def put(self, node: Node, leaf: int) -> None:
        pass

    def show(self, leaf: int | None) -> None:
        pass

    def take_out(self, nodes: tuple[int, ...], leaf: int | None) -> None:
        pass


class KeptTree:
    """One conversation. May be used from any thread."""

    def __init__(self, tree: Tree | None = None, keeping: Keeping | None = None) -> None:
        self._tree = tree or Tree()
        self._keeping = keeping or NotKept()
        self._lock = threading.RLock()
        self._below = self._tree.by_parent()  # a window with thousands of rows asks for each one's siblings

    # -- looking ---------------------------------------------------------------------------------

    @property
    def path(self) -> tuple[Node, ...]:
        """From the first question to the end that is shown."""
        with self._lock:
            return self._tree.path()

    def path_to(self, end: int | None) -> tuple[Node, ...]:
        """From the first question to `end`; nothing for None."""
        with self._lock:
            return () if end is None else self._tree.path(end)

    def told(self, end: int | None) -> tuple[Node, ...]:
        """What of the path to `end` the model is told word by word; nothing for None."""
        with self._lock:
            return () if end is None else self._tree.told(end)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All, oldest first."""
        with self._lock:
            return tuple(self._tree.nodes[number] for number in sorted(self._tree.nodes))

    @property
    def leaf(self) -> int | None:
        return self._tree.leaf

    def messages(self) -> tuple[Message, ...]:
        """All that was said on the path."""
        with self._lock:
            return self._tree.messages()

    def prompt(self, end: int | None) -> tuple[Message, ...]:
        """What the model is told up to the node `end`; nothing for None."""
        with self._lock:
            return () if end is None else self._tree.prompt(end)

    def siblings(self, node: int) -> tuple[int, ...]:
        with self._lock:
            return tuple(self._below[self.node(node).parent])

    def children(self, node: int) -> tuple[int, ...]:
        """What stands right under a node, oldest first."""
        with self._lock:
            return tuple(self._below.get(node, ()))

    def node(self, node: int) -> Node:
        """Raises `InputError` if there is none."""
        with self._lock:
            found = self._tree.nodes.get(node)
        if found is None:
            raise InputError("This message is not there any more.")
        return found

    def question_of(self, node: int) -> int:
        """The question that a node is, or answers. Raises `InputError`."""
        at = self.node(node)
        while not isinstance(at.content, Question):
            if at.parent is None:
                raise InputError("There is no question before this message.")
            at = self.node(at.parent)
        return at.id

    # -- growing, on a worker thread -------------------------------------------------------------

    def add(self, parent: int | None, content: Question | Answer) -> Node:
        """A new node, which is the end of what is shown."""
        with self._lock:
            node = self._tree.add(parent, content)
            self._below.setdefault(parent, []).append(node.id)
        self._keeping.put(node, node.id)
        return node

    def replace(self, node: int, content: Question | Answer, *, keep: bool = True) -> None:
        """Other content for a node. `keep` is False for what is kept a little later."""
        with self._lock:
            replaced = self._tree.replace(node, content)
            leaf = self._tree.leaf
        if keep and leaf is not None:
            self._keeping.put(replaced, leaf)

    # -- choosing --------------------------------------------------------------------------------

    def choose(self, node: int) -> None:
        """Show the branch with this node. Raises `InputError` if there is none."""
        self.node(node)
        with self._lock:
            self._tree.choose(node)
            leaf = self._tree.leaf
        self._keeping.show(leaf)

    def show(self, leaf: int) -> None:
        """Show the path that ends here."""
        self.node(leaf)
        with self._lock:
            self._tree.leaf = leaf
        self._keeping.show(leaf)

    def remove(self, node: int) -> None:
        """Remove a node and all below it, for ever. Raises `InputError` if there is none."""
        self.node(node)
        with self._lock:
            gone = self._tree.remove(node)
            self._below = self._tree.by_parent()
            leaf = self._tree.leaf
        self._keeping.take_out(gone, leaf)
