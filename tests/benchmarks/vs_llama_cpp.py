"""Chorale against llama.cpp on the same random weights, on this machine, in one run.

    python -m tests.benchmarks.vs_llama_cpp MODEL FILE.gguf [--peer-python PYTHON] [--rows load short …]

MODEL is a checkpoint (`tests.benchmarks.synthetic_checkpoint` writes one), FILE.gguf the same weights for llama.cpp
(`tests.benchmarks.gguf_checkpoint` writes it). PYTHON is one that has llama-cpp-python, by default this one.

What makes it fair: the experts' numbers are the same bit for bit; the dense matrices have 8 bits in blocks of 32
on both sides; both caches are f16; both get the same token ids and the same number of threads, and draw greedily.
Each contender is a process of its own that is stopped while another runs. Rounds alternate, so that whatever slows
the machine for a while slows both, and ratios are taken within a round. llama.cpp takes part with two settings:
`llama.cpp` rearranges the experts in memory of its own while loading (its default, faster at prompts), and
`llama.cpp mapped` leaves them in the file, which loads faster and needs less memory. Ratios are to the better one.
`--stock` adds ONNX Runtime's own operators, which compute something else: see `stock_graph`.

Samples go to a file (`--out`); a run that was broken off goes on where it stopped. `--report` only prints the table.
Where the models do not fit into memory side by side, contenders take turns being loaded (`--apart`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from app.bench.asking import Reading, random_text
from app.bench.measure import HELLO
from app.bench.memory import read_through
from app.bench.runner import LlamaRunner, Runner
from models.config import ModelConfig
from runtime.bandwidth import read_bandwidth
from runtime.tokenizer import Tokenizer
from tests.benchmarks.contender_chorale import ChoraleContender
from tests.benchmarks.contender_stock import StockContender
from tests.benchmarks.freeze import NAMES, others_paused, resume_at_exit
from tests.benchmarks.report import BANDWIDTH, CHORALE, LLAMA, MAPPED, MEMORY, STOCK, table, write_into
from tests.benchmarks.samples import Sample, Samples

ROWS = ("load", "short", "prompt", "deep8k", "deep16k")
ROUNDS = {"load": 3, "short": 5, "prompt": 2, "deep8k": 4, "deep16k": 4}
ROUNDS_APART = {"short": 3}  # in each of the two blocks; of the others one
FIRST = {
    "load": "load to first token",
    "short": "prefill 512",
    "prompt": "prefill 4,096",
    "deep8k": "decode at 8k",
    "deep16k": "decode at 16k",
}
DECODED = 33  # tokens drawn; the first one belongs to the prompt
ROOM = 512  # positions beyond the prompt
SHORT_ROOM = 8192 + ROOM  # all rows but deep16k get along with it


class Fight:
    """Measures rows; keeps which contender is loaded and what its cache holds."""

    def __init__(self, options: argparse.Namespace, samples: Samples) -> None:
        self.options = options
        self.samples = samples
        self.tokenizer = Tokenizer.load(options.model)
        self.running: dict[str, Runner] = {}
        self._room: dict[str, int] = {}  # positions that were asked for
        self._filled: dict[str, str] = {}  # the text that each cache holds
        self._texts: dict[tuple[int, int], str] = {}

    # Rows

    def load(self, name: str, number: int) -> None:
        """Load with the files in the page cache, then answer a short question: seconds until its first token."""
        seconds = self._start(name, SHORT_ROOM)
        first = seconds + self._ask(name, HELLO, 1).prefill_seconds
        self._add("load to first token", name, number, first, "s", f"{seconds:.2f} s of it loading")
        if name != CHORALE:
            # llama.cpp takes the whole cache's memory when it is loaded, and the rest at the first long prompt.
            self._ask(name, self._text(300, 1024), 2)
            self._memory(name, number)

    def short(self, name: str, number: int) -> None:
        """A prompt of 512 tokens nobody has seen, and an answer to it."""
        self._ensure(name, SHORT_ROOM)
        if self._filled.get(name) in (None, HELLO):
            self._ask(name, self._text(301, 512), 8)  # every page of the weights has been touched once
        reading = self._ask(name, self._text(number, 512), DECODED)
        self._prefill("prefill 512", name, number, reading)
        self._add("decode, short context", name, number, reading.decode_rate, "tokens/s")

    def prompt(self, name: str, number: int) -> None:
        """A prompt of 4,096 tokens."""
        self._ensure(name, SHORT_ROOM)
        self._prefill("prefill 4,096", name, number, self._ask(name, self._text(100 + number, 4096), 1))

    def deep8k(self, name: str, number: int) -> None:
        self._deep(name, number, 8192)
        if name == CHORALE and not self.samples.has(MEMORY, name, 0):
            self._memory(name, 0)

    def deep16k(self, name: str, number: int) -> None:
        self._deep(name, number, 16384)

    def prepare(self, name: str, row: str) -> None:
        """Fill the cache for a deep row: minutes that are not measured, so others need not be paused for them."""
        if row.startswith("deep"):
            depth = int(row.removeprefix("deep").removesuffix("k")) * 1024
            self._ensure(name, depth + ROOM)
            if self._filled.get(name) != (text := self._text(200, depth)):
                self._ask(name, text, 2)

    def _deep(self, name: str, number: int, depth: int) -> None:
        """An answer to the same prompt of `depth` tokens each time, which `prepare` left in the cache."""
        reading = self._ask(name, self._text(200, depth), DECODED)
        self._add(f"decode at {depth // 1024}k", name, number, reading.decode_rate, "tokens/s")

    # Contenders

    def _ask(self, name: str, text: str, max_tokens: int) -> Reading:
        reading = self.running[name].ask(text, max_tokens)
        self._filled[name] = text
        return reading

    def _text(self, number: int, tokens: int) -> str:
        key = (number, tokens)
        if key not in self._texts:
            self._texts[key] = random_text(self.tokenizer, number, tokens)
        return self._texts[key]

    def _ensure(self, name: str, room: int) -> None:
        if name not in self.running or self._room[name] < room:
            longest = 16384 + ROOM if "deep16k" in self.options.rows and not self.options.apart else 0
            self._start(name, max(room, longest))

    def _start(self, name: str, room: int) -> float:
        """A fresh process with the model loaded, in the place of the one that runs; the seconds of the load."""
        for other in [name] if not self.options.apart else list(self.running):
            self.stop(other)
        runner = self._runner(name, room)
        read_through(runner.files)
        self.running[name] = runner
        self._room[name] = room
        return runner.load()

    def _runner(self, name: str, room: int) -> Runner:
        options = self.options
        if name == CHORALE:
            return ChoraleContender(options.model, options.cache, options.threads, options.kernel)
        if name == STOCK:
            return StockContender(options.model, options.stock, options.threads, room)
        return LlamaRunner(
            options.gguf,
            self.tokenizer,
            threads=options.threads,
            context=room,
            repack=name == LLAMA,
            ubatch=options.ubatch if name == LLAMA else 512,
            name=name,
            python=options.peer_python,
        )

    def stop(self, name: str) -> None:
        """End a contender's process, if it runs."""
        if (runner := self.running.pop(name, None)) is not None:
            runner.close()
        self._filled.pop(name, None)

    # Numbers

    def _memory(self, name: str, number: int) -> None:
        self._add(MEMORY, name, number, self.running[name].held().private / 1e6, "MB")

    def _prefill(self, row: str, name: str, number: int, reading: Reading) -> None:
        note = f"{reading.fed:,} tokens after {reading.cached:,}"
        self._add(row, name, number, reading.prefill_rate, "tokens/s", note)

    def _add(self, row: str, name: str, number: int, value: float, unit: str, note: str = "") -> None:
        self.samples.add(Sample(row, name, number, value, unit, note))
        sys.stdout.write(f"{row:24} {name:18} {number}  {value:10.3f} {unit}  {note}\n")
        sys.stdout.flush()

    @contextmanager
    def bandwidth(self, row: str, name: str, number: int) -> Iterator[None]:
        """What this many threads can read in a second, before and after a contender's turn: the mean of the two.

        On a shared host it changes within seconds, and one look may well miss what the round had.
        """
        before = read_bandwidth(self.options.threads)
        yield
        mean = (before + read_bandwidth(self.options.threads)) / 2
        self._add(BANDWIDTH, f"{row} {name}", number, mean / 1e9, "GB/s", f"{before / 1e9:.1f} before")


def turns(options: argparse.Namespace) -> Iterator[tuple[str, list[str], int]]:
    """What is measured in which order: row, contenders, round."""
    speed = [CHORALE, LLAMA, *([MAPPED] if options.mapped else [])]
    everyone = dict.fromkeys(ROWS, speed) | {"load": [CHORALE, LLAMA, MAPPED]}
    if not options.apart:
        for row in options.rows:
            for number in range(ROUNDS[row]):
                # It is so much slower that once says enough.
                stock = options.stock and row in ("load", "short", "prompt") and number == 0
                yield row, [*everyone[row], *([STOCK] if stock else [])], number
        return
    for block in range(2):  # A B A B, each with all that needs it loaded
        for name in everyone["load"]:
            for row in options.rows:
                if name not in everyone[row] or (row.startswith("deep") and block == 0):
                    continue
                count = ROUNDS[row] if row.startswith("deep") else ROUNDS_APART.get(row, 1)
                for number in range(block * count if not row.startswith("deep") else 0, (block + 1) * count):
                    if number < ROUNDS[row] or not row.startswith("deep"):
                        yield row, [name], number


def run(options: argparse.Namespace, samples: Samples) -> None:
    """Measure whatever of the rows asked for is not in `samples` yet."""
    fight = Fight(options, samples)
    resume_at_exit()
    try:
        for row, names, number in turns(options):
            missing = [name for name in names if not samples.has(FIRST[row], name, number)]
            if not missing:
                continue
            for name in missing:
                fight.prepare(name, row)
            with others_paused(options.freeze is not None, options.freeze or NAMES) as paused:
                for name in missing:
                    with fight.bandwidth(row, name, number):
                        getattr(fight, row)(name, number)
                if paused:
                    sys.stdout.write(f"paused meanwhile: {', '.join(sorted(paused))}\n")
    finally:
        for name in list(fight.running):
            fight.stop(name)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Chorale against llama.cpp on the same weights.")
    parser.add_argument("model", type=Path, metavar="MODEL", help="a checkpoint's folder")
    parser.add_argument("gguf", type=Path, metavar="FILE.gguf", help="the same weights for llama.cpp")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.jsonl", help="samples, added to")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument("--report", action="store_true", help="print the table of what was measured, no more")
    parser.add_argument(
        "--write", type=Path, metavar="PAGE.md", help="put the table into docs/BENCHMARKS.md, too"
    )
    parser.add_argument("--cache", type=Path, help="derived files; default: beside the model, NAME-cache")
    parser.add_argument("--peer-python", type=Path, default=Path(sys.executable), metavar="PYTHON")
    parser.add_argument("--threads", type=int, default=psutil.cpu_count(logical=False) or 1)
    parser.add_argument("--kernel", help="one of Chorale's; default: the best")
    parser.add_argument(
        "--stock",
        type=Path,
        metavar="DIR",
        help="ONNX Runtime's own int4 path takes part; its model goes into DIR",
    )
    parser.add_argument("--ubatch", type=int, default=2048, help="llama.cpp's n_ubatch (default: 2048)")
    parser.add_argument(
        "--mapped", action="store_true", help="llama.cpp mapped in every row, not in load only"
    )
    parser.add_argument("--apart", action="store_true", help="one contender loaded at a time")
    parser.add_argument(
        "--freeze",
        nargs="*",
        metavar="NAME",
        help="pause other busy programs of this user while something is measured, those whose names begin so; "
        f"default: {' '.join(NAMES)}",
    )
    options = parser.parse_args(arguments)
    options.model, options.gguf = options.model.absolute(), options.gguf.absolute()
    options.cache = (options.cache or options.model.with_name(options.model.name + "-cache")).absolute()
    samples = Samples(options.out)
    if not options.report:
        run(options, samples)
    config = ModelConfig.read(options.model)
    text = table(samples, config, options.threads)
    sys.stdout.write(text)
    if options.write and not write_into(options.write, config.layers, text):
        parser.error(f"{options.write} has no place for {config.layers} layers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
