"""`chorale bench`: how fast this PC runs a model: prompts, answers, loading, memory, and what its memory would allow."""

from __future__ import annotations

import argparse
import importlib.util
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from app.bench.measure import Measurement, Plan, measure, ratio
from app.bench.runner import ChoraleRunner, LlamaRunner, Runner
from app.foreground import iterate
from app.house import House
from app.installs import load_request
from models.config import ModelConfig
from models.errors import InputError
from runtime.cores import cores, cores_for_model
from runtime.devices import cpu_name
from runtime.engine import Engine
from runtime.tokenizer import Tokenizer

LLAMA = "llama.cpp"
_ROOM = 1024  # positions beyond the prompt: the question's frame and the answer
_WORDS = {
    "read_bandwidth": "memory, reading",
    "load_cold": "loading, files not in memory",
    "first_token_cold": "… to the first token",
    "load": "loading, files in memory",
    "first_token": "… to the first token",
    "prefill": "reading a prompt of {tokens:,} tokens",
    "decode": "writing {tokens:,} tokens",
    "prefill_context": "reading {tokens:,} tokens",
    "decode_context": "writing after {tokens:,} tokens",
    "private_memory": "private memory",
    "mapped_memory": "mapped memory",
    "bandwidth_used": "of the memory's speed used while writing",
}


def run(options: argparse.Namespace, house: House) -> int:
    """Print one row a measurement. Raises `AppError` or `Cancelled`."""
    install = house.installs.resolve(options.model)
    threads = options.threads or house.settings.threads or len(cores_for_model(cores()))
    plan = Plan(options.prompt, options.decode, options.context, options.repeats, not options.warm, threads)
    tokenizer = Tokenizer.load(install.folder, install.cache)
    request = load_request(
        install,
        device=options.device or house.settings.device,
        threads=threads,
        insist=options.device is not None,
    )
    # Without prompt lookup: made-up prompts say nothing about how much it would save.
    runners: list[Runner] = [ChoraleRunner(Engine(), replace(request, prompt_lookup=False))]
    if options.vs:
        runners.append(_llama(options.gguf, tokenizer, plan))
    found: list[Measurement] = []

    def stop() -> None:
        for runner in runners:
            runner.cancel()

    try:
        config = ModelConfig.read(install.folder)
        for item in iterate(lambda: measure(runners, plan, tokenizer, config), stop):
            if isinstance(item, str):
                house.terminal.status(f"{item} …")
            else:
                found.append(item)
                if options.json:
                    house.terminal.json(_as_json(item))
    finally:
        for runner in runners:
            runner.close()
    machine = _machine(install.name, runners, plan)
    if options.json:
        for name, ratios in _ratios(found, runners):
            low, middle, high = min(ratios), sorted(ratios)[len(ratios) // 2], max(ratios)
            house.terminal.json({"type": "ratio", "name": name, "median": middle, "least": low, "most": high})
        house.terminal.json(machine)
    else:
        for line in _table(found, runners, machine):
            house.terminal.line(line)
    return 0


def _llama(gguf: str | None, tokenizer: Tokenizer, plan: Plan) -> LlamaRunner:
    if importlib.util.find_spec("llama_cpp") is None:
        raise InputError(
            "llama.cpp cannot be measured here: the package llama-cpp-python is not installed. "
            "Install it into Chorale's Python environment, or leave out --vs."
        )
    if gguf is None:
        raise InputError("--vs llama.cpp needs the same model as a GGUF file. Name it with --gguf FILE.")
    path = Path(gguf).expanduser().absolute()
    if not path.is_file():
        raise InputError(f"There is no file {path}. Check what --gguf names.")
    context = max(plan.prompt, plan.context) + plan.decode + _ROOM
    return LlamaRunner(path, tokenizer, threads=plan.threads, context=context, repack=True)


def _machine(model: str, runners: Sequence[Runner], plan: Plan) -> dict[str, Any]:
    return {
        "type": "machine",
        "model": model,
        "cpu": cpu_name(),
        "cores": psutil.cpu_count(logical=False) or os.cpu_count(),
        "threads": plan.threads,
        "memory": psutil.virtual_memory().total,
        "programs": {runner.name: runner.details for runner in runners},
    }


def _as_json(row: Measurement) -> dict[str, Any]:
    return {
        "type": "measurement",
        "name": row.name,
        "program": row.program,
        "unit": row.unit,
        "median": row.median,
        "least": min(row.values),
        "most": max(row.values),
        "values": list(row.values),
        **({"tokens": row.tokens} if row.tokens else {}),
    }


def _ratios(
    found: Sequence[Measurement], runners: Sequence[Runner]
) -> Iterator[tuple[str, tuple[float, ...]]]:
    """How many times better Chorale is than the other, row by row."""
    if len(runners) < 2:
        return
    ours, theirs = ({row.name: row for row in found if row.program == runner.name} for runner in runners[:2])
    for name in ours:
        if name in theirs and name != "mapped_memory":
            yield name, ratio(ours[name], theirs[name])


def _table(found: Sequence[Measurement], runners: Sequence[Runner], machine: dict[str, Any]) -> Iterator[str]:
    yield f"{machine['model']} on {machine['cpu']}, {machine['threads']} of {machine['cores']} cores in use"
    for runner in runners:
        yield f"{runner.name}: {runner.details}"
    yield ""
    ratios = dict(_ratios(found, runners))
    several = len(runners) > 1
    for row in found:
        label = _WORDS[row.name].format(tokens=row.tokens)
        if several and row.program != "machine":
            label = f"{row.program}: {label}"
        line = f"{label:52}{_number(row)}"
        if row.program == runners[0].name and row.name in ratios:
            pairs = sorted(ratios[row.name])
            line += f"   {pairs[len(pairs) // 2]:.2f} times better than {runners[1].name}"
        yield line


def _number(row: Measurement) -> str:
    def text(value: float) -> str:
        return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"

    spread = f" ({text(min(row.values))} to {text(max(row.values))})" if len(row.values) > 1 else ""
    return f"{text(row.median)} {row.unit}{spread}"
