"""Kills downloads at random moments, as often as is wanted, and checks what each one left.

    python -m tests.models.kill_rounds [--rounds 200] [--seed 1]

A hub on this machine publishes a small model, slowly enough that a download takes a few tenths of a second. Each
round starts one in a process of its own (forked, so that starting costs nothing), kills it with SIGKILL after a
random time, and checks that the folder is no model or a whole one, and that nothing which was complete was lost.
Whenever a download gets through, one byte of a file is flipped, or a file or all of the model is taken away, and
it goes on. In the end one run without a kill has to finish. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
from collections import Counter
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from models.store import State, Store
from models.verify import ModelVerified, mark_damaged, verify
from tests.fakes.hub import FakeHub
from tests.support.installing import MODEL, Download, Published, holds, published

LONGEST_S = 0.4


def run(rounds: int, seed: int, folder: Path) -> dict[str, object]:
    """Do it; what was counted. Raises `AssertionError` at the first thing that is not as it must be."""
    files = published(folder / "published")
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=publish, args=(folder / "published", theirs), daemon=True)
    server.start()
    address = ours.recv()
    chance, counts = random.Random(seed), Counter[str]()
    Download(address, folder / "warm")()  # imports everything that the forked ones need
    from models.transport.client import huggingface_hub_library

    huggingface_hub_library().close_session()
    store = Store(folder / "models")
    for _ in range(rounds):
        complete = whole_files(store, files)
        killed = kill_one(address, folder / "models", chance.random() * LONGEST_S)
        counts["killed" if killed else "ended"] += 1
        state = store.state(MODEL)
        counts[state.value] += 1
        assert state is not State.PLAIN
        if state is State.INSTALLED:
            assert holds(store.installation(MODEL), files)
            spoil(store, chance)
        else:
            assert complete <= whole_files(store, files), "a good file was lost"
    last = Download(address, folder / "models")
    assert holds(last(), files)
    ours.send(None)
    server.join()
    return {"rounds": rounds, "seed": seed, **counts}


def publish(folder: Path, pipe: Connection) -> None:
    """Serve the files in `folder` until a message comes."""
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    with FakeHub({**files, "LICENSE": b"Apache License\n", "README.md": b"# gpt-oss\n"}) as hub:
        pipe.send(hub.address)
        pipe.recv()


def kill_one(address: str, folder: Path, seconds: float) -> bool:
    """Start a download and kill it after that time; whether it was still at work."""
    child = os.fork()
    if child == 0:
        try:
            download = Download(address, folder)
            from models.progress import Control

            list(download.events_of(Control(limit=20_000_000)))
        except BaseException:
            os._exit(1)
        os._exit(0)
    select.select([], [], [], seconds)
    ended, status = os.waitpid(child, os.WNOHANG)
    if ended:
        assert os.waitstatus_to_exitcode(status) == 0, "a download failed"
        return False
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def whole_files(store: Store, files: Published) -> set[str]:
    """Names of the files that are complete and right."""
    folder = store.folder(MODEL)
    there = {name for name in files if (folder / name).is_file()}
    return {name for name in there if (folder / name).read_bytes() == files[name]}


def spoil(store: Store, chance: random.Random) -> None:
    """Give the next download something to do."""
    found = store.installation(MODEL)
    name = chance.choice([file.name for file in found.files])
    match chance.randrange(3):
        case 0:
            shutil.rmtree(found.folder)
        case 1:
            (found.folder / name).unlink()
        case _:
            content = bytearray((found.folder / name).read_bytes())
            content[len(content) // 2] ^= 1
            (found.folder / name).write_bytes(content)
            *_, last = verify(found, store)
            assert isinstance(last, ModelVerified) and last.damaged == (name,)
            mark_damaged(store, found, last.damaged)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(json.dumps(run(options.rounds, options.seed, Path(folder))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
