"""Makes a model ready to load, once: its derived file, and a test that this PC computes it rightly.

    for event in prepare(request, is_cancelled):    # on a worker thread
        ...     # LoadProgress …, the last one is ModelPrepared

In a process of its own, so that the window goes on, a crash of native code costs only this, and a cancel is
immediate. The derived file is written beside its place and moved there whole (`models.dense`), so a kill leaves
nothing to clean up and the next run begins it anew. The test feeds a short prompt through the fast way (8-bit
matrices, SIMD kernels) and through the slow one (published bf16, scalar floats) and compares logits: what
differs by more than rounding is a broken file, kernel or memory, and is better known before the first answer.
What was found is kept beside the derived file, so it is done once for a model, kernel and version.

Loading prepares too, if this was never called, but tests nothing. Read next: `engine`, `self_test`.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from models.checkpoint import Checkpoint
from models.dense import identity, open_dense
from models.errors import AppError, Cancelled, EngineError, ModelError
from runtime import kernels
from runtime.events import EngineFailed, LoadProgress, LoadRequest

RESULT = "self-test.json"
_VERSION = 1  # raise it when the test or its limits change
_TOKENS = 6  # of the prompt: the scalar reference takes seconds for each
# Rounding to 8 bits moved the logits of random weights, which exaggerate it, by 0.17 and 0.14; a wrong kernel makes
# other logits altogether (beyond 1 and several nats).
_MOST_RELATIVE, _MOST_KL = 0.5, 1.0
_LOOK_UP_S = 0.1
_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class ModelPrepared:
    """The model is ready; the last event.

    Attributes:
        was_ready: whether that was known before, and nothing had to be done.
        kernel: what computed.
        relative: median over positions of the largest difference of logits, in shares of the largest logit.
        kl: median over positions of the Kullback-Leibler divergence, in nats.
        seconds: how long it took.
    """

    was_ready: bool
    kernel: str
    relative: float
    kl: float
    seconds: float


def prepare(
    request: LoadRequest, is_cancelled: Callable[[], bool] = lambda: False
) -> Generator[LoadProgress | ModelPrepared, None, None]:
    """Make the model of `request` ready to load on the CPU. Closing the generator early ends it, too.

    Raises:
        ModelError: the files are no model, or do not pass the test.
        EngineError: the process died.
        Cancelled: `is_cancelled` said so.
    """
    started = time.perf_counter()
    known = _known(request)
    if known is not None:
        yield replace(known, was_ready=True, seconds=time.perf_counter() - started)
        return
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    # Not a daemon: it may itself use processes. `finally` ends it whatever happens here.
    process = context.Process(target=_child, args=(request, theirs), name="chorale-preparation")
    process.start()
    theirs.close()
    try:
        while True:
            if is_cancelled():
                raise Cancelled
            if not ours.poll(_LOOK_UP_S):
                continue
            try:
                event = ours.recv()
            except EOFError:
                process.join(_PATIENCE_S)
                raise EngineError(
                    "Preparing the model stopped unexpectedly. Try again; if it stops again, check the memory that "
                    "is free.",
                    f"exit code {process.exitcode}",
                ) from None
            if isinstance(event, BaseException):
                raise event
            if isinstance(event, ModelPrepared):
                _keep(request, event)
                yield replace(event, seconds=time.perf_counter() - started)
                return
            yield event
    finally:
        process.kill()
        process.join()
        ours.close()


def _child(request: LoadRequest, pipe: Connection) -> None:
    """What the process does; says everything over `pipe`."""
    try:
        _work(request, pipe)
    except AppError as error:
        pipe.send(error)
    except (BrokenPipeError, KeyboardInterrupt):
        pass  # nobody waits for it any more


def _work(request: LoadRequest, pipe: Connection) -> None:
    from runtime.engine import Engine
    from runtime.self_test import distance

    engine = Engine()

    def load(wanted: LoadRequest) -> None:
        for event in engine.load(wanted):
            if isinstance(event, EngineFailed):
                raise ModelError(event.user_text, event.detail)
            if isinstance(event, LoadProgress):
                pipe.send(event)

    cpu = replace(request, device="cpu", exact=False, context_length=256)
    load(cpu)
    kernel = kernels.select(request.kernel)
    ids = list(range(10, 10 + _TOKENS))
    fast = engine.logits(ids)
    engine.close()
    pipe.send(LoadProgress("testing"))
    load(replace(cpu, exact=True, kernel="scalar-f32"))
    exact = engine.logits(ids)
    found = distance([exact], [fast])
    if found.not_numbers or not (found.relative <= _MOST_RELATIVE and found.kl <= _MOST_KL):
        raise ModelError(
            "This PC does not compute this model rightly: its logits are too far from the reference. Run chorale "
            "models verify to check the files; if they are whole, tell the makers of Chorale.",
            f"{kernel}: relative {found.relative:.3f}, KL {found.kl:.3f}, not numbers {found.not_numbers}",
        )
    pipe.send(ModelPrepared(False, kernel, found.relative, found.kl, 0.0))


def _mark(request: LoadRequest) -> dict[str, object]:
    """What a kept result is for. Raises `ModelError`."""
    checkpoint = Checkpoint.open(Path(request.folder))
    return {"version": _VERSION, "model": identity(checkpoint), "kernel": kernels.select(request.kernel)}


def _known(request: LoadRequest) -> ModelPrepared | None:
    """What was found before, if it still holds and the derived file is there. Raises `ModelError`."""
    mark = _mark(request)
    if open_dense(Checkpoint.open(Path(request.folder)), Path(request.cache)) is None:
        return None
    try:
        kept = json.loads((Path(request.cache) / RESULT).read_text("utf-8"))
        if kept.pop("for") == mark:
            return ModelPrepared(**kept)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    return None


def _keep(request: LoadRequest, result: ModelPrepared) -> None:
    with suppress(OSError):  # then it is tested again the next time
        place = Path(request.cache) / RESULT
        new = place.with_suffix(".new")
        new.write_text(json.dumps({"for": _mark(request), **asdict(result)}), "utf-8")
        new.replace(place)
