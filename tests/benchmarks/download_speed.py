"""How fast a download is next to curl, hashing and all, and how much memory it takes.

    python -m tests.benchmarks.download_speed [--gigabytes 2] [--files 2] [--rounds 3] [--folder FOLDER]

A hub on this machine, in a process of its own, publishes random files. In each round curl downloads them, one
after another and without looking at them, then Chorale does, in a process of its own; both write to the same
folder. The machine must be idle: Chorale hashes, so it needs more of the processor, and a busy one shows that. Prints one JSON line a round and one with the medians. A last round has a bandwidth limit.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from models.download import ModelInstalled, download
from models.progress import Control
from models.store import Store
from models.transport import HubTransport, hub_cache_folder
from tests.fakes.hub import REPOSITORY, FakeHub
from tests.support.installing import model

PIECE = 1 << 24


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gigabytes", type=float, default=2)
    parser.add_argument("--files", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        return measure(Path(folder), options)


def measure(folder: Path, options: argparse.Namespace) -> int:
    size = int(options.gigabytes * 1e9) // options.files
    names = [f"model-{number:05}-of-{options.files - 1:05}.safetensors" for number in range(options.files)]
    (folder / "published").mkdir()
    for name in names:
        with (folder / "published" / name).open("wb") as file:
            for start in range(0, size, PIECE):
                file.write(os.urandom(min(PIECE, size - start)))
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=publish, args=(folder / "published", theirs))
    server.start()
    address, commit = ours.recv()
    rounds = []
    for number in range(options.rounds):
        curl_s = time_curl(address, commit, names, folder / "curl")
        chorale = time_chorale(address, folder / "models", limit=None)
        line = {
            "round": number,
            "gigabytes": options.gigabytes,
            "curl_MB_per_s": round(options.gigabytes * 1e3 / curl_s),
            "chorale_MB_per_s": round(options.gigabytes * 1e3 / chorale["seconds"]),
            "share": round(curl_s / chorale["seconds"], 2),
            "memory_growth_MB": chorale["memory_growth_MB"],
        }
        rounds.append(line)
        write(line)
    limit = int(options.gigabytes * 1e9 / 20)
    limited = time_chorale(address, folder / "models", limit=limit)
    write(
        {
            "limit_MB_per_s": round(limit / 1e6),
            "chorale_MB_per_s": round(options.gigabytes * 1e3 / limited["seconds"]),
        }
    )
    write({"median_share": statistics.median(line["share"] for line in rounds)})
    ours.send(None)
    server.join()
    return 0


def publish(folder: Path, pipe: Connection) -> None:
    """Serve the files in `folder` until a message comes."""
    files: dict[str, bytes | Path] = {path.name: path for path in folder.iterdir()}
    with FakeHub(files | {"config.json": b"{}", "tokenizer.json": b"{}"}) as hub:
        hub.listed()  # hashes everything, before any clock runs
        pipe.send((hub.address, hub.commit))
        pipe.recv()


def time_curl(address: str, commit: str, names: list[str], folder: Path) -> float:
    """Seconds that curl takes for the files."""
    folder.mkdir()
    urls = [f"{address}/{REPOSITORY}/resolve/{commit}/{name}" for name in names]
    command = ["curl", "--silent", "--fail", "--location", "--remote-name-all", *urls]
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True)
    seconds = time.perf_counter() - started
    shutil.rmtree(folder)
    return seconds


def time_chorale(address: str, folder: Path, *, limit: int | None) -> dict[str, float]:
    """Seconds that Chorale takes, and by how many MB its memory grew from its first report to its last."""
    command = [sys.executable, "-m", "tests.benchmarks.download_speed", "--child", address, str(folder)]
    done = subprocess.run([*command, str(limit or 0)], check=True, capture_output=True, text=True)
    shutil.rmtree(folder)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def child(address: str, folder: Path, limit: int | None) -> dict[str, float]:
    """Download once."""
    hub = HubTransport(address, version="0")
    hub_cache_folder()  # imports the library: what starts but once is not part of a speed
    started = time.perf_counter()
    events = download(Store(folder), hub, model(), control=Control(limit=limit), accept=lambda folder: None)
    next(events)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    *_, last = events
    assert isinstance(last, ModelInstalled)
    return {
        "seconds": time.perf_counter() - started,
        "memory_growth_MB": round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3, 1),
    }


def write(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if len(sys.argv) == 5 and sys.argv[1] == "--child":
        write(dict(child(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]) or None)))
        sys.exit(0)
    sys.exit(main())
