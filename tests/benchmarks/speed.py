"""Measures one model on this machine: load, prefill, decode, memory. Nothing is compared, nothing is judged.

    python -m tests.benchmarks.speed MODEL [--cache DIR] [--kernel NAME] [--threads N] [--json FILE]

It drives the engine as the app does, only in this process, so that the process's memory is the engine's: loads
twice (the first load may have derived files to make), then asks several times, each time with a prompt that
shares nothing but its first words with the one before, and reports the median with the smallest and largest.

Prefill counts the tokens that were really fed, not those still cached. Decode leaves out the first token, which
prefill paid for. Private memory is what only this process has and the system cannot drop (on Linux RssAnon); mapped
memory is the part of the files that happens to be in memory (RssFile): shared, and given back when others need it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from models.errors import AppError
from runtime.conversation import Conversation, Message, Role
from runtime.engine import Engine
from runtime.events import EngineFailed, EngineReady, LoadRequest, Sampling, TurnEnded, TurnRequest
from runtime.harmony import render
from runtime.sequence import common_prefix
from runtime.tokenizer import Tokenizer

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured; rates in tokens per second, one per repeat, memory in bytes."""

    model: str
    kernel: str
    threads: int | None
    first_load_seconds: float
    load_seconds: float
    prompt_tokens: int
    decoded_tokens: int
    first_turn_prefill_rate: float
    prefill_rates: tuple[float, ...]
    decode_rates: tuple[float, ...]
    private_bytes_loaded: int
    private_bytes: int
    mapped_bytes: int
    files_bytes: int


def measure(
    folder: Path,
    cache: Path,
    *,
    prompt_tokens: int = 512,
    decoded_tokens: int = 64,
    repeats: int = 5,
    kernel: str | None = None,
    threads: int | None = None,
) -> Report:
    """Load and ask `repeats` + 1 times; the first answer warms up and is reported apart.

    Raises `AppError` if the engine refuses.
    """
    cache.mkdir(parents=True, exist_ok=True)
    request = LoadRequest(str(folder.absolute()), str(cache.absolute()), kernel=kernel, threads=threads)
    engine = Engine()
    first = _load(engine, request)
    engine.close()
    ready = _load(engine, request)
    private_loaded, _ = memory()
    tokenizer = Tokenizer.load(folder)
    turns = [
        _turn(engine, number, _conversation(tokenizer, number, prompt_tokens), decoded_tokens)
        for number in range(repeats + 1)
    ]
    private, mapped = memory()
    engine.close()
    return Report(
        model=folder.name,
        kernel=ready.kernel,
        threads=threads,
        first_load_seconds=first.load_seconds,
        load_seconds=ready.load_seconds,
        prompt_tokens=turns[-1].usage.prompt_tokens - turns[-1].usage.cached_tokens,
        decoded_tokens=turns[-1].usage.completion_tokens,
        first_turn_prefill_rate=_prefill_rate(turns[0]),
        prefill_rates=tuple(_prefill_rate(turn) for turn in turns[1:]),
        decode_rates=tuple(_decode_rate(turn) for turn in turns[1:] if turn.usage.completion_tokens > 1),
        private_bytes_loaded=private_loaded,
        private_bytes=private,
        mapped_bytes=mapped,
        files_bytes=sum(path.stat().st_size for path in folder.glob("*.safetensors")),
    )


def memory() -> tuple[int, int]:
    """This process's private and mapped bytes now."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        info = psutil.Process().memory_info()
        private = int(getattr(info, "private", info.rss))
        return private, max(info.rss - private, 0)
    sizes = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith("Rss")}
    return int(sizes["RssAnon"]) * 1024, int(sizes["RssFile"]) * 1024


def _load(engine: Engine, request: LoadRequest) -> EngineReady:
    for event in engine.load(request):
        if isinstance(event, EngineFailed):
            raise AppError(event.user_text, event.detail)
        if isinstance(event, EngineReady):
            return event
    raise AppError("The engine ended its load without a word.")


def _conversation(tokenizer: Tokenizer, number: int, prompt_tokens: int) -> Conversation:
    """A prompt of `prompt_tokens` tokens behind what all of these prompts share."""
    empty, other = (render(Conversation((Message(Role.USER, text),)), tokenizer) for text in ("", "0"))
    shared = common_prefix(empty, other)
    words: list[str] = [f"{number}."]
    while True:
        conversation = Conversation((Message(Role.USER, " ".join(words)),))
        missing = shared + prompt_tokens - len(render(conversation, tokenizer))
        if missing <= 0:
            return conversation
        words += [f"w{number}"] * max(missing // 4, 1)


def _turn(engine: Engine, number: int, conversation: Conversation, decoded_tokens: int) -> TurnEnded:
    request = TurnRequest(number, conversation, Sampling(temperature=0), decoded_tokens)
    for event in engine.run(request):
        if isinstance(event, TurnEnded):
            if event.error:
                raise AppError(event.error)
            return event
    raise AppError("The engine ended its turn without a word.")


def _prefill_rate(turn: TurnEnded) -> float:
    return (turn.usage.prompt_tokens - turn.usage.cached_tokens) / turn.prefill_seconds


def _decode_rate(turn: TurnEnded) -> float:
    return (turn.usage.completion_tokens - 1) / turn.decode_seconds


def table(report: Report) -> str:
    """The report for people."""

    def spread(rates: Sequence[float]) -> str:
        if not rates:
            return "not measured: the model ended its turn at once"
        return f"{statistics.median(rates):.2f} tokens/s ({min(rates):.2f} to {max(rates):.2f})"

    rows = [
        ("model", f"{report.model}, {report.files_bytes / 1e9:.2f} GB"),
        ("kernel", report.kernel),
        ("first load", f"{report.first_load_seconds:.2f} s, derived files made where missing"),
        ("load", f"{report.load_seconds:.2f} s"),
        (f"prefill {report.prompt_tokens}", spread(report.prefill_rates)),
        ("prefill, first turn", f"{report.first_turn_prefill_rate:.2f} tokens/s"),
        (f"decode {report.decoded_tokens}", spread(report.decode_rates)),
        ("private memory, loaded", f"{report.private_bytes_loaded / MIB:.0f} MiB"),
        ("private memory, in use", f"{report.private_bytes / MIB:.0f} MiB"),
        ("mapped memory", f"{report.mapped_bytes / MIB:.0f} MiB"),
    ]
    return "".join(f"{name:24}{value}\n" for name, value in rows)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure a model on this machine.")
    parser.add_argument("model", type=Path, metavar="MODEL", help="a model folder")
    parser.add_argument("--cache", type=Path, help="for derived files; default: beside the model, NAME-cache")
    parser.add_argument("--prompt", type=int, default=512, help="tokens to read")
    parser.add_argument("--decode", type=int, default=64, help="tokens to write")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--kernel")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to store the JSON too")
    options = parser.parse_args(arguments)
    folder: Path = options.model.absolute()
    started = time.strftime("%Y-%m-%dT%H:%M:%S")
    try:
        report = measure(
            folder,
            options.cache or folder.with_name(folder.name + "-cache"),
            prompt_tokens=options.prompt,
            decoded_tokens=options.decode,
            repeats=options.repeats,
            kernel=options.kernel,
            threads=options.threads,
        )
    except AppError as error:
        sys.stderr.write(f"{error.user_text}\n{error.detail}\n")
        return 1
    text = json.dumps({"started": started, **asdict(report)})
    sys.stdout.write(table(report) + text + "\n")
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
