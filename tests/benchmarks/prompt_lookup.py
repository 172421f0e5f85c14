"""Measures what prompt lookup (`runtime.prompt_lookup`) gains or costs: decoding with it against without.

    python -m tests.benchmarks.prompt_lookup MODEL [--cache DIR] [--repeats N]

The weights of a synthetic checkpoint say nothing sensible, so the answers are given: a code edit that repeats
most of the code, a summary that quotes a little, and a plain answer that repeats nothing. Each is fed token
by token through the engine's own decode loop as if it had been drawn; guesses are then right or wrong just
as they would be for a model that says this. With random weights the tokens of a step choose their experts
independently, which is the worst case for several tokens at once.

Runs alternate, with and without; reported are the medians and the ratio of each pair, with its spread.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.errors import AppError
from runtime.conversation import Channel, Conversation, Message, Role
from runtime.engine import Engine
from runtime.events import EngineReady, LoadRequest, Sampling, TurnRequest
from runtime.harmony import render
from runtime.prompt_lookup import PromptLookup
from runtime.sampling import Sampler
from runtime.sequence import TokenSequence
from runtime.turn import Turn

ROOT = Path(__file__).resolve().parents[2]
SUMMARY = """Chorale runs gpt-oss from the safetensors files that OpenAI published, mapped into memory and \
never converted. Two processes share the work: the window process holds the widgets and the services, the \
engine process loads, prefills, decodes and parses, so that a native crash or an out-of-memory kill costs one \
answer and not the window.

- **On disk** the published files stay untouched. One derived file, `dense-q8.safetensors`, holds the \
attention matrices and lm_head at 8 bits; it is made at the first start.
- **The graph** is built in memory from the headers. Weights are inputs of the graph, to which mapped memory is \
bound once. The KV cache is one plain buffer a layer, so going back to any earlier position costs nothing.
- **Three operators** are Chorale's own: `MXFP4MoE` for the experts, `Linear` for the dense matrices, and \
`SinkAttention`, which reads of windowed layers the window only. Each has a scalar reference in C that stays \
for ever beside the fast versions.

The authors decided against onnxruntime-genai because it cannot continue a conversation on DirectML, holds \
Python's lock while it computes, and cannot be stopped inside a prefill."""
ANSWER = """A fugue opens with one voice alone, which states the subject in the home key. The second voice \
answers it a fifth higher, while the first goes on with a countersubject written to fit above or below. Once \
every part has spoken, the composer is free: episodes spin out fragments in sequence, the theme comes back in \
related keys, perhaps upside down or in longer notes, and towards the close the entries crowd together until \
they overlap. Listen for the bass, whose entry people miss most often, and count how many times you hear the \
opening tune before the last chord. Bach's little fugue in G minor is a kind place to begin, since its melody \
is long, plain and easy to recognise wherever it turns up."""


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    prompt: str
    answer: str


def jobs() -> tuple[Job, ...]:
    """The three kinds of answers, made of this project's own files."""
    code = (ROOT / "runtime" / "sampling.py").read_text("utf-8")
    page = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")
    edited = code.replace("draw(", "next_token(").replace("largest", "top")
    return (
        Job("code edit", f"Rename draw to next_token and largest to top:\n```python\n{code}```", edited),
        Job("summary", f"Summarise this page:\n\n{page}", SUMMARY),
        Job("plain answer", "How do I listen to a fugue?", ANSWER),
    )


class GivenAnswer(Sampler):
    """Draws what was given, whatever the logits say; it costs what drawing costs."""

    def __init__(self, ids: Sequence[int]) -> None:
        super().__init__(Sampling(seed=1))
        self._given = iter(ids)

    def draw(self, logits: npt.NDArray[np.float32]) -> int:
        super().draw(logits)
        return next(self._given)


class Counted(TokenSequence):
    """Counts steps."""

    steps = 0

    def feed(self, ids: Sequence[int], positions: int) -> npt.NDArray[np.float32]:
        self.steps += 1
        return super().feed(ids, positions)


class Answering:
    """One job whose prompt has been read; the answer can be given again and again."""

    def __init__(self, engine: Engine, job: Job, most: int) -> None:
        session, _, self._tokenizer = engine._loaded()
        self._engine = engine
        user = Message(Role.USER, job.prompt)
        self._ids = render(Conversation((user,)), self._tokenizer)
        said = (user, Message(Role.ASSISTANT, job.answer, Channel.FINAL), user)
        answer = render(Conversation(said), self._tokenizer)[len(self._ids) :]
        self.answer = answer[: answer.index(self._tokenizer.special.end)][:most]
        self._sequence = Counted(session)
        *_, self._logits = self._sequence.prefill(self._ids, 1, lambda: None)
        self._request = TurnRequest(1, Conversation((user,)))

    def seconds(self, lookup: bool) -> float:
        """What decoding the answer takes."""
        self._sequence.rewind(len(self._ids))
        self._sequence.steps = 0
        steps = self._engine.decode(
            self._sequence,
            self._logits,
            Turn(self._request, self._tokenizer, len(self._ids), 0),
            GivenAnswer(self.answer),
            PromptLookup(self._ids) if lookup else None,
            (),
            len(self.answer),
        )
        began = time.perf_counter()
        for _ in steps:
            pass
        return time.perf_counter() - began

    @property
    def steps(self) -> int:
        """Steps of the last answer."""
        return self._sequence.steps


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure what prompt lookup gains.")
    parser.add_argument("model", type=Path, metavar="MODEL", help="a model folder")
    parser.add_argument("--cache", type=Path, help="for derived files; default: beside the model, NAME-cache")
    parser.add_argument("--tokens", type=int, default=200, help="of each answer, at most")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args(arguments)
    folder: Path = options.model.absolute()
    cache: Path = options.cache or folder.with_name(folder.name + "-cache")
    engine = Engine()
    *_, ready = engine.load(LoadRequest(str(folder), str(cache.absolute())))
    if not isinstance(ready, EngineReady):
        sys.stderr.write(f"{ready}\n")
        return 1
    sys.stdout.write("| answer | tokens | steps | without | with | ratio |\n|---|---|---|---|---|---|\n")
    try:
        for job in jobs():
            run = Answering(engine, job, options.tokens)
            pairs = [(run.seconds(lookup=False), run.seconds(lookup=True)) for _ in range(options.repeats)]
            count = len(run.answer)
            plain, guessed = (count / statistics.median(pair[i] for pair in pairs) for i in (0, 1))
            ratios = [without / with_ for without, with_ in pairs]
            sys.stdout.write(
                f"| {job.name} | {count} | {run.steps} | {plain:.1f} tokens/s | {guessed:.1f} tokens/s "
                f"| {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) |\n"
            )
            sys.stdout.flush()
    except AppError as error:
        sys.stderr.write(f"{error.user_text}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
