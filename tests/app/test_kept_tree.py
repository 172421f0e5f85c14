"""A conversation's tree as the window looks at it while a worker grows it."""

from __future__ import annotations

import threading
import time

import pytest

from app.history.tree import Answer, Node, Question, Tree
from app.kept_tree import KeptTree
from models.errors import InputError


class Written:
    """Notes what goes to whoever keeps it."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def put(self, node: Node, leaf: int) -> None:
        self.told.append(("put", node.id, leaf))

    def show(self, leaf: int | None) -> None:
        self.told.append(("show", leaf))

    def take_out(self, nodes: tuple[int, ...], leaf: int | None) -> None:
        self.told.append(("take out", nodes, leaf))


def branched() -> tuple[KeptTree, Written]:
    """A question with two answers, the first of which was asked on."""
    written = Written()
    tree = KeptTree(keeping=written)
    tree.add(None, Question("one"))
    tree.add(1, Answer())
    tree.add(2, Question("two"))
    tree.add(1, Answer())
    return tree, written


def test_every_change_goes_to_who_keeps_it() -> None:
    tree, written = branched()
    tree.replace(4, Answer(error="Gone."), keep=False)
    tree.replace(4, Answer(error="Gone."))
    tree.choose(2)
    tree.show(2)
    tree.remove(2)
    assert written.told == [
        ("put", 1, 1),
        ("put", 2, 2),
        ("put", 3, 3),
        ("put", 4, 4),
        ("put", 4, 4),
        ("show", 3),
        ("show", 2),
        ("take out", (2, 3), 4),
    ]


def test_siblings_are_those_of_now() -> None:
    tree, _ = branched()
    assert tree.siblings(4) == (2, 4)
    tree.add(1, Answer())
    assert tree.siblings(2) == (2, 4, 5)
    tree.remove(4)
    assert tree.siblings(2) == (2, 5)
    assert tree.siblings(1) == (1,)


def test_a_message_that_is_gone_is_said_so() -> None:
    tree, _ = branched()
    for ask in (tree.siblings, tree.choose, tree.remove, tree.question_of, tree.show):
        with pytest.raises(InputError, match="not there any more"):
            ask(99)


def test_it_is_looked_at_while_it_grows() -> None:
    tree = KeptTree()
    ready, problems = threading.Event(), list[BaseException]()

    def look() -> None:
        ready.set()
        try:
            while len(tree.path) < 2000:
                for node in tree.path[-3:]:
                    tree.siblings(node.id)
        except BaseException as error:
            problems.append(error)

    looking = threading.Thread(target=look)
    looking.start()
    ready.wait()
    leaf = None
    for number in range(2000):
        leaf = tree.add(leaf, Question(str(number))).id
    looking.join(10)
    assert not looking.is_alive()
    assert problems == []


def test_a_conversation_of_4000_messages_is_walked_at_once() -> None:
    """Choosing a branch near its beginning once took seconds, on the window's thread."""
    whole = Tree()
    for number in range(2000):
        whole.add(whole.leaf, Question(str(number)))
        whole.add(whole.leaf, Answer())
    tree = KeptTree(whole)
    began = time.perf_counter()
    for node in tree.path:
        tree.siblings(node.id)
    tree.choose(1)
    tree.remove(3)
    assert time.perf_counter() - began < 1
