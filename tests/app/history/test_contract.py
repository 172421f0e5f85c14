"""What the window may rely on, held against the real history, one opened anew at each call, and the fake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.history.interface import HistoryInterface
from app.history.store import History
from app.history.tree import Answer, Question, Tree
from app.history.values import Access, ChatSettings, KeptDocument, Protection
from models.errors import InputError
from runtime.conversation import Channel, Effort, Message, Role
from tests.app.history.samples import answer, answer_with_tool, question
from tests.fakes.history import FakeHistory
from tests.fakes.keychain import FakeKeychain
from tests.support.documents.making import document

DAY = 86_400.0


class Clock:
    """Seconds that pass when a test says so, and one at each look."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


class Reopened:
    """The real history, closed and opened before each call: what is not on the disk is not there."""

    def __init__(self, file: Path, clock: Clock) -> None:
        self._file, self._clock, self._keychain = file, clock, FakeKeychain()

    def __getattr__(self, name: str) -> Any:
        history = History(self._file, self._keychain, clock=self._clock, scrypt_cost=4)
        value = getattr(history, name)
        if not callable(value):
            history.close()
            return value

        def call(*arguments: Any, **named: Any) -> Any:
            try:
                return value(*arguments, **named)
            finally:
                history.close()

        return call


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["real", "reopened", "fake"])
def history(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[HistoryInterface]:
    file = tmp_path / "data" / "conversations.db"
    made: dict[str, Any] = {
        "real": lambda: History(file, FakeKeychain(), clock=clock, scrypt_cost=4),
        "reopened": lambda: Reopened(file, clock),
        "fake": lambda: FakeHistory(clock=clock),
    }
    history: HistoryInterface = made[request.param]()
    yield history
    history.close()


def told(history: HistoryInterface, *texts: str, settings: ChatSettings | None = None) -> int:
    """A conversation of questions and answers in turns."""
    entry = history.create(settings or ChatSettings())
    tree = Tree()
    for place, text in enumerate(texts):
        node = tree.add(tree.leaf, answer(text) if place % 2 else question(text))
        history.put(entry, node, node.id)
    return entry


def titles(history: HistoryInterface, folder: str | None = None) -> list[str]:
    return [entry.title for entry in history.entries(folder)]


def test_a_new_history_is_open_and_empty(history: HistoryInterface) -> None:
    assert history.prepare() is Access.OPEN
    assert (history.access, history.protection, history.reason) == (Access.OPEN, Protection.KEYCHAIN, "")
    assert history.entries() == ()
    assert history.folders() == ()
    assert history.prompts() == ()
    assert history.search("anything") == ()


def test_a_conversation_comes_back_as_it_was_with_all_branches(history: HistoryInterface) -> None:
    settings = ChatSettings("gpt-oss-120b", Effort.LOW, 0.3, 0.8, 4096, "Be kind.")
    entry = history.create(settings)
    tree = Tree()
    first = tree.add(
        None, Question("What is the rent?", "D1: a lease\0 of \ud800 halves", ("lease.pdf", "東京.txt"))
    )
    cut = tree.add(first.id, answer_with_tool())
    other = tree.add(first.id, answer("It is 900 €.", "Page 4 says so."))
    after = tree.add(other.id, Question("And \ud83d heating?", earlier="They spoke of rent."))
    unfinished = tree.add(after.id, Answer((Message(Role.ASSISTANT, "Heat", None),)))
    for node in (first, cut, other, after, unfinished):
        history.put(entry, node, node.id)
    history.show(entry, cut.id)

    stored = history.open(entry)
    assert stored.settings == settings
    assert stored.leaf == cut.id
    assert stored.damaged == 0
    assert [node.id for node in stored.nodes] == [1, 2, 3, 4, 5]
    assert stored.nodes[1:] == (cut, other, after, unfinished)
    assert isinstance(stored.nodes[0].content, Question)
    assert stored.nodes[0].content.files == ("lease.pdf", "東京.txt")
    assert stored.nodes[0].content.documents.startswith("D1: a lease\0 of ")


def test_a_node_put_again_has_its_new_content_in_its_old_place(history: HistoryInterface) -> None:
    entry = told(history, "Who?", "nobodyyet")
    node = history.open(entry).nodes[1]
    tree = Tree.of(history.open(entry).nodes, 2)
    history.put(entry, tree.replace(node.id, answer("Somebody.")), node.id)
    nodes = history.open(entry).nodes
    assert [node.id for node in nodes] == [1, 2]
    assert isinstance(nodes[1].content, Answer)
    assert nodes[1].content.text == "Somebody."
    assert history.search("nobodyyet") == ()
    assert [hit.node for hit in history.search("somebody")] == [2]


def test_pinned_ones_come_first_and_then_what_was_last_said(history: HistoryInterface) -> None:
    oldest, middle, newest = (told(history, text) for text in ("oldest", "middle", "newest"))
    assert titles(history) == ["newest", "middle", "oldest"]
    history.pin(oldest, True)
    assert titles(history) == ["oldest", "newest", "middle"]
    history.put(middle, Tree().add(None, question("middle")), 1)
    assert titles(history) == ["oldest", "middle", "newest"]
    history.pin(oldest, False)
    assert titles(history) == ["middle", "newest", "oldest"]
    history.rename(newest, "renamed")  # says nothing, so it stays where it is
    history.move(newest, "Home")
    assert titles(history) == ["middle", "renamed", "oldest"]


def test_a_chat_has_a_name_before_anybody_gave_it_one(history: HistoryInterface) -> None:
    entry = history.create(ChatSettings())
    assert (history.entries()[0].title, history.entries()[0].has_title) == ("New chat", False)
    long = "Why   is the sky\tblue " + "and not of any other colour " * 9
    history.put(entry, Tree().add(None, question(f"\n\n{long}\nsecond line")), 1)
    title = history.entries()[0].title
    assert title.startswith("Why is the sky blue and not")
    assert title.endswith("…")
    assert len(title) <= 81
    history.rename(entry, "  Light\nand air ")
    assert (history.entries()[0].title, history.entries()[0].has_title) == ("Light and air", True)
    history.rename(entry, "")
    assert (history.entries()[0].title, history.entries()[0].has_title) == (title, False)


def test_an_edited_first_question_does_not_rename_the_chat(history: HistoryInterface) -> None:
    entry = told(history, "the first wording", "yes")
    history.put(entry, Tree.of(history.open(entry).nodes, 2).add(None, question("the second wording")), 3)
    assert titles(history) == ["the first wording"]
    history.take_out(entry, (1, 2), 3)
    assert titles(history) == ["the second wording"]


def test_folders_are_there_while_something_is_in_them(history: HistoryInterface) -> None:
    work, home = told(history, "work"), told(history, "home")
    history.move(work, "Work")
    history.move(home, "home")
    assert history.folders() == ("home", "Work")
    assert titles(history, "Work") == ["work"]
    assert titles(history, "") == []
    history.move(work, "")
    assert history.folders() == ("home",)
    assert titles(history, "") == ["work"]


def test_what_was_removed_is_not_found_and_not_opened(history: HistoryInterface) -> None:
    entries = [told(history, f"question{n}", "thesame answer") for n in range(3)]
    history.rename(entries[0], "thesame title")
    history.remove(entries[0], entries[2])
    assert titles(history) == ["question1"]
    assert [hit.entry.id for hit in history.search("thesame")] == [entries[1]]
    with pytest.raises(InputError):
        history.open(entries[0])
    with pytest.raises(InputError):
        history.entry(entries[0])
    assert history.entry(entries[1]) == history.entries()[0]
    history.remove()
    assert told(history, "next") not in entries, "a removed conversation's number came back"


def test_writing_to_a_removed_conversation_is_told_and_brings_nothing_back(history: HistoryInterface) -> None:
    entry = told(history, "question")
    node = history.open(entry).nodes[0]
    history.remove(entry)
    writes: tuple[Callable[[], None], ...] = (
        lambda: history.put(entry, node, 1),
        lambda: history.show(entry, None),
        lambda: history.take_out(entry, (1,), None),
        lambda: history.configure(entry, ChatSettings()),
        lambda: history.rename(entry, "title"),
        lambda: history.pin(entry, True),
        lambda: history.move(entry, "folder"),
    )
    for write in writes:
        with pytest.raises(InputError):
            write()
    assert history.entries() == ()
    assert history.search("question") == ()


def test_old_ones_go_and_pinned_ones_stay(history: HistoryInterface, clock: Clock) -> None:
    old, pinned = told(history, "old"), told(history, "pinned")
    history.pin(pinned, True)
    clock.now += 10 * DAY
    told(history, "recent")
    assert history.remove_older_than(11) == 0
    assert history.remove_older_than(9) == 1
    assert titles(history) == ["pinned", "recent"]
    with pytest.raises(InputError):
        history.open(old)


def test_messages_taken_out_are_gone_and_others_stay(history: HistoryInterface) -> None:
    entry = told(history, "keep this", "keepanswer", "dropthis", "dropanswer")
    history.take_out(entry, (3, 4), 2)
    stored = history.open(entry)
    assert [node.id for node in stored.nodes] == [1, 2]
    assert stored.leaf == 2
    assert history.search("dropthis") == ()
    assert len(history.search("keep")) == 2
    history.take_out(entry, (1, 2), None)
    assert (history.open(entry).nodes, history.open(entry).leaf) == ((), None)


def test_settings_of_a_chat_change(history: HistoryInterface) -> None:
    entry = told(history, "question", settings=ChatSettings(model="a", instructions="be brief"))
    history.configure(entry, ChatSettings(model="b"))
    assert history.open(entry).settings == ChatSettings(model="b")


def test_prompts_are_kept_by_name(history: HistoryInterface) -> None:
    last = history.save_prompt("zebra", "Tell of {{animal}}")
    first = history.save_prompt("Ape", "x")
    assert [prompt.name for prompt in history.prompts()] == ["Ape", "zebra"]
    assert history.save_prompt("Aardvark", "y", last) == last
    assert [(prompt.id, prompt.name, prompt.text) for prompt in history.prompts()] == [
        (last, "Aardvark", "y"),
        (first, "Ape", "x"),
    ]
    history.remove_prompt(last)
    assert [prompt.id for prompt in history.prompts()] == [first]
    with pytest.raises(InputError):
        history.save_prompt("gone", "z", last)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("rent", [2, 1]),
        ("RENT for", [2]),
        ("flat ren", [1]),  # the last word may be a beginning, the first not
        ("fla rent", []),
        ("re", [2, 1]),
        ("r", []),  # every text has words that begin with one letter
        ("a", []),
        ("bühne", [3]),
        ("buhne", [3]),
        ("BÜHN", [3]),
        ("thoughtonly", [2]),
        ("toolresult", []),  # what a tool said is not the model's
        ("insidedocument", []),
        ("lease.pdf", [1]),
        ("東京の", [4]),
        ("京都", [4]),
        ("東都", []),
        ("京の都", []),  # each pair is in the text somewhere, the whole is not
        ("猫", [4]),
        ("の猫", []),
        ("snake_case", [4]),
        ('rent" OR "flat', []),
        ("NOT rent*", []),
        ("  ", []),
        ("?!", []),
        ("x" * 5000, []),
    ],
)
def test_words_are_found_where_they_were_said(
    history: HistoryInterface, words: str, found: list[int]
) -> None:
    entry = history.create(ChatSettings())
    tree = Tree()
    said: list[Question | Answer] = [
        Question("What is the rent of the flat?", "insidedocument", ("lease.pdf",)),
        Answer(
            (
                *answer("The rent for it is 900.", "thoughtonly").messages,
                Message(Role.TOOL, "toolresult", Channel.COMMENTARY),
            )
        ),
        question("Und die Bühne?"),
        answer("東京の駅から京都へ。駅の都。猫 snake_case"),
    ]
    for content in said:
        node = tree.add(tree.leaf, content)
        history.put(entry, node, node.id)
    hits = history.search(words)
    assert [hit.node for hit in hits] == found


def test_a_title_is_found_before_what_was_said(history: HistoryInterface) -> None:
    said = told(history, "the budget of spring")
    titled = told(history, "something else")
    history.rename(titled, "Budget")
    hits = history.search("budget")
    assert [(hit.entry.id, hit.node) for hit in hits] == [(titled, None), (said, 1)]
    assert hits[0].entry.title == "Budget"
    assert history.search("budget", limit=1) == hits[:1]


def test_one_conversation_does_not_fill_the_search(history: HistoryInterface) -> None:
    other = told(history, "a word about kernels")
    told(history, *["kernels kernels"] * 9)
    assert [hit.entry.id == other for hit in history.search("kernels")] == [False] * 3 + [True]


def test_a_snippet_shows_the_words_in_their_own_spelling(history: HistoryInterface) -> None:
    told(history, "filler " * 400 + "then Élan\n and  VERVE arrive " + "filler " * 400)
    (hit,) = history.search("verve elan")
    assert len(hit.snippet) < 200
    assert "\n" not in hit.snippet
    assert {hit.snippet[begin:end] for begin, end in hit.marks} == {"Élan", "VERVE"}
    assert hit.snippet.startswith("… ")
    assert hit.snippet.endswith(" …")


def test_other_protection_keeps_everything(history: HistoryInterface) -> None:
    entry = told(history, "question", "answer")
    history.rename(entry, "title")
    history.save_prompt("name", "text")
    history.keep_document(entry, KeptDocument("D1", document("lease.pdf", "The rent is 900.")))

    def all_of_it() -> tuple[object, ...]:
        opened, found = history.open(entry), history.search("answer")
        return (history.entries(), opened, history.documents(entry), history.prompts(), found)

    before = all_of_it()
    for protection in (Protection.NONE, Protection.KEYCHAIN, Protection.KEYCHAIN):
        history.protect(protection)
        assert (history.access, history.protection) == (Access.OPEN, protection)
        assert all_of_it() == before


def test_a_passphrase_that_is_too_short_changes_nothing(history: HistoryInterface) -> None:
    with pytest.raises(InputError, match="at least 8"):
        history.protect(Protection.PASSPHRASE, "short")
    assert (history.access, history.protection) == (Access.OPEN, Protection.KEYCHAIN)


def test_a_snippet_does_not_begin_with_the_dot_between_answer_and_reasoning(
    history: HistoryInterface,
) -> None:
    entry = history.create(ChatSettings())
    tree = Tree()
    asked = tree.add(None, Question("What?"))
    history.put(entry, asked, asked.id)
    for thought in range(28, 52):
        said = tree.add(asked.id, answer("A long answer. " * 20, f"{'x' * thought} kernel{thought}"))
        history.put(entry, said, said.id)
        (hit,) = history.search(f"kernel{thought}")
        assert not hit.snippet.startswith("… ·")
        ((first, last),) = hit.marks
        assert hit.snippet[first:last] == f"kernel{thought}"


def test_answer_and_reasoning_are_apart_where_they_are_found(history: HistoryInterface) -> None:
    entry = history.create(ChatSettings())
    tree = Tree()
    asked = tree.add(None, Question("What is it?", files=("sky.pdf",)))
    said = tree.add(asked.id, answer("It is a rain", "bow of 東"))
    other = tree.add(asked.id, answer("京 it is 東", "京"))
    for node in (asked, said, other):
        history.put(entry, node, node.id)
    (hit,) = history.search("rain")
    assert hit.snippet == "It is a rain · bow of 東"
    assert [hit.snippet[first:last] for first, last in hit.marks] == ["rain"]
    assert [hit.snippet for hit in history.search("sky")] == ["What is it? · sky.pdf"]
    assert history.search("rainbow") == ()
    assert history.search("東京") == ()
    assert history.entry(entry).title == "What is it?"
