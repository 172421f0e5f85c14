"""How fast a long history is: `python -m tests.benchmarks.history [--conversations N] [--messages N]`.

Makes, in a temporary folder, 10,000 conversations with 200,000 messages of realistic lengths, encrypted, and
prints as a table: opening it with its list, searching (rare, common and begun words, two words, none), opening
the longest conversation, keeping a message, removing one chat, a thousand and all, and the file's size. Median and
worst. No test: timings are of this PC, at this moment.
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from app.history import rows, search, stored
from app.history.store import History
from app.history.tree import Answer, Node, Question, Round
from app.history.values import ChatSettings
from runtime.conversation import Channel, Message, Role
from runtime.events import StopReason, Usage
from tests.app.history.samples import ORIGIN
from tests.fakes.keychain import FakeKeychain

_LONGEST = 2_400  # messages
_TIMES = 30
_LETTERS = "eeeeeeetttttaaaaaooooiiiinnnnsssshhhrrrdddlllcccuuummmwwffggyyppbbvvkjxqz"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--conversations", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=200_000, help="questions and answers together")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file, keychain = Path(folder) / "conversations.db", FakeKeychain()
        history = History(file, keychain)
        words = Words()
        began = time.perf_counter()
        characters = _fill(history, words, chosen.conversations, chosen.messages)
        _row("written", f"{time.perf_counter() - began:.0f} s", f"{characters / 1e6:.0f} MB of text")
        history.close()
        _row("file", f"{file.stat().st_size / 1e6:.0f} MB", "")
        _measure(file, keychain, words, chosen.conversations)
    return 0


class Words:
    """Made-up words, as often as words are: the nth most common one a nth as often as the first."""

    def __init__(self) -> None:
        self.chance = random.Random(1)
        made = {"".join(self.chance.choices(_LETTERS, k=self.chance.randint(2, 10))) for _ in range(40_000)}
        self.all = sorted(made, key=len)
        self._weights = list(itertools.accumulate(1 / place for place in range(1, len(self.all) + 1)))

    def text(self, middle: int) -> str:
        """About `middle` words, sometimes many more."""
        count = max(1, min(4_000, int(self.chance.lognormvariate(0, 0.9) * middle)))
        return " ".join(self.chance.choices(self.all, cum_weights=self._weights, k=count))


def _fill(history: History, words: Words, conversations: int, messages: int) -> int:
    """Write as `History` does, but some hundred conversations in one transaction; characters of text."""
    lengths = [1 + int(words.chance.expovariate(1)) for _ in range(conversations)]
    scale = (messages - _LONGEST) / sum(lengths)
    lengths = [max(2, round(length * scale)) for length in lengths]
    lengths[conversations // 2] = _LONGEST
    characters, first = 0, 0
    while first < conversations:
        with history._vault.using() as database, database.writing() as connection:
            for length in lengths[first : first + 200]:
                now = 1.7e9 + first * 1000
                connection.execute("INSERT INTO conversations(created, changed) VALUES (?, ?)", (now, now))
                entry = connection.last_insert_rowid()
                connection.execute(
                    "INSERT INTO settings VALUES (?, ?)", (entry, stored.settings_text(ChatSettings()))
                )
                for id in range(1, length + 1):
                    content, size = _content(words, id)
                    characters += size
                    rows.put_node(connection, entry, Node(id, id - 1 or None, now + id, content))
                rows.note_opening(connection, entry)
                if entry % 3:
                    title = words.text(5)[:60]
                    connection.execute("UPDATE conversations SET title = ? WHERE id = ?", (title, entry))
                    search.add(connection, "titles", entry, title)
        first += 200
    return characters


def _content(words: Words, id: int) -> tuple[Question | Answer, int]:
    if id % 2:
        text = words.text(20)
        return Question(text), len(text)
    thought, final = words.text(30), words.text(110)
    messages = (
        Message(Role.ASSISTANT, thought, Channel.ANALYSIS),
        Message(Role.ASSISTANT, final, Channel.FINAL),
    )
    rounds = (Round(2, StopReason.STOP, Usage(900, 200, 800), 0.7, 9.1, 1234567),)
    return Answer(messages, rounds, ORIGIN), len(thought) + len(final)


def _measure(file: Path, keychain: FakeKeychain, words: Words, conversations: int) -> None:
    def start() -> None:
        opened = History(file, keychain)
        opened.entries()
        opened.close()

    _time("open and list", start)
    history = History(file, keychain)
    _time("list", history.entries)
    begun = [word[:length] for length in (1, 2, 3) for word in ("e", "th", "sto", "qua")]
    for name, queries in {
        "search, common words": words.all[:_TIMES],
        "search, rare words": words.all[-_TIMES:],
        "search, words in the middle": words.all[2_000 : 2_000 + _TIMES],
        "search, beginnings": begun,
        "search, two common words": [" ".join(pair) for pair in itertools.pairwise(words.all[:_TIMES])],
        "search, three words": [" ".join(words.all[n : n + 900 : 300]) for n in range(_TIMES)],
        "search, common and rare": [f"{words.all[n]} {words.all[-n]}" for n in range(1, _TIMES)],
        "search, rare and begun": [f"{words.all[9_000 + n]} e" for n in range(_TIMES)],
        "search, no such word": [f"{words.all[0]} qqqqq{n}" for n in range(_TIMES)],
        "search, Japanese": ["東京", "東", "東京の駅"],
    }.items():
        _time(name, history.search, [(query,) for query in queries])
    longest = conversations // 2 + 1
    _time("open the longest", history.open, [(longest,)] * 10)
    _time("open one", history.open, [(n,) for n in range(1, conversations, conversations // _TIMES)])
    node = history.open(1).nodes[1]
    nodes = [Node(9_000 + n, 1, 0.0, node.content) for n in range(_TIMES)]
    _time("keep an answer", history.put, [(1, each, each.id) for each in nodes])
    other = [Node(each.id, 1, 0.0, _content(words, 2)[0]) for each in nodes]
    _time("keep it with other words", history.put, [(1, each, each.id) for each in other])
    _time("create", history.create, [(ChatSettings(),)] * _TIMES)
    _time("rename", history.rename, [(n, f"title {n}") for n in range(1, _TIMES)])
    _time("remove a chat", history.remove, [(n,) for n in range(100, 100 + _TIMES)])
    thousand = tuple(range(conversations // 4, conversations // 4 + conversations // 10))
    _time(f"remove {len(thousand):,} chats", history.remove, [thousand])
    _row("file afterwards", f"{file.stat().st_size / 1e6:.0f} MB", "")
    _time("remove all others", history.remove, [tuple(entry.id for entry in history.entries())])
    _row("file at the end", f"{file.stat().st_size / 1e6:.1f} MB", "")
    history.close()


def _time(name: str, work: Callable[..., object], arguments: list[tuple[object, ...]] | None = None) -> None:
    times = []
    for values in arguments or [()] * _TIMES:
        began = time.perf_counter()
        work(*values)
        times.append((time.perf_counter() - began) * 1000)
    _row(name, f"{statistics.median(times):.1f} ms", f"worst {max(times):.1f} ms of {len(times)}")


def _row(name: str, value: str, note: str) -> None:
    sys.stdout.write(f"{name:32} {value:>12}   {note}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
