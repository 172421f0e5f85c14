"""The engine: loads a model and answers turns. What runs next is decided here.

    request ─ render ─► ids ─ common prefix with the cache ─► prefill in chunks ─► draw, feed, draw, feed …
                                                                                      └► parser ─► TextDelta

`session` touches the device, `turn` holds one answer's state, `harmony` turns messages into ids and back.
In the app this runs in a process of its own: read `engine_process` and `engine_client` next.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil

from models.checkpoint import Checkpoint
from models.config import ModelConfig
from models.dense import make_dense, open_dense
from models.errors import AppError, Cancelled, EngineError, InputError, ModelError
from models.graph import build_cpu_graph
from models.safetensors import TensorLocation
from runtime import kernels
from runtime.conversation import Conversation
from runtime.devices import cpu_device
from runtime.events import (
    EngineFailed,
    EngineReady,
    LoadEvent,
    LoadProgress,
    LoadRequest,
    PromptProgress,
    StopReason,
    TurnEvent,
    TurnRequest,
)
from runtime.harmony import render
from runtime.prefault import Prefault
from runtime.sampling import Sampler
from runtime.session import ModelSession
from runtime.tokenizer import Tokenizer
from runtime.turn import Turn

# Tokens fed at a time while reading a prompt. More are faster, because each expert's weights are then read
# for several tokens at once; but progress must move, and what a cancelled chunk had computed is lost. So
# chunks double as long as one takes less than this.
PREFILL_CHUNKS = (64, 512)
_CHUNK_SECONDS = 1.2
# The share of this PC's memory that a conversation's KV cache may grow to fill.
_CACHE_SHARE = 0.25
_SMALLEST_CONTEXT = 4096


class Engine:
    """Answers with one model at a time; an `EngineInterface` within this process.

    A turn reuses whatever prefix of its prompt is still in the KV cache from the turn before.
    """

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._session: ModelSession | None = None
        self._prefault: Prefault | None = None
        self._tokenizer: Tokenizer | None = None
        self._ids: list[int] = []  # what the cache holds, position by position

    # Loading

    def load(self, request: LoadRequest) -> Iterator[LoadEvent]:
        """See `EngineInterface.load`."""
        self.close()
        self._cancelled.clear()
        return self._load(request)

    def _load(self, request: LoadRequest) -> Iterator[LoadEvent]:
        started = time.perf_counter()
        try:
            device = cpu_device()
            if request.device not in ("auto", "cpu"):
                raise EngineError(
                    f"This version runs gpt-oss on the CPU only; the device {request.device!r} cannot be used. "
                    "Choose auto or cpu."
                )
            yield LoadProgress("checking")
            checkpoint = Checkpoint.open(Path(request.folder))
            tokenizer = Tokenizer.load(Path(request.folder))
            _check_vocabularies(checkpoint, tokenizer)
            kernel = kernels.select(request.kernel or ("scalar-f32" if request.exact else None))
            dense: dict[str, TensorLocation] | None = None
            if not request.exact:
                dense = open_dense(checkpoint, Path(request.cache))
                if dense is None:
                    for done, total in make_dense(checkpoint, Path(request.cache)):
                        self._raise_if_cancelled()
                        yield LoadProgress("preparing", done, total)
                    dense = open_dense(checkpoint, Path(request.cache))
                    if dense is None:  # without them the exact graph would be built: right, and very slow
                        raise ModelError(
                            f"The files in {request.folder} changed while they were prepared. Try again when "
                            "nothing writes to them any more."
                        )
            yield LoadProgress("mapping")
            graph = build_cpu_graph(checkpoint, dense)
            self._raise_if_cancelled()
            yield LoadProgress("starting")
            kv_bytes = np.dtype(graph.kv_dtype).itemsize
            limit = context_limit(checkpoint.config, request.context_length, kv_bytes)
            threads = request.threads or psutil.cpu_count(logical=False) or 1
            self._session = ModelSession(graph, checkpoint.config, threads=threads, limit=limit)
            self._tokenizer = tokenizer
            self._raise_if_cancelled()
            self._prefault = Prefault(self._session.weights)
            self._prefault.start()
        except Cancelled:
            self.close()
            raise
        except AppError as error:
            self.close()
            yield EngineFailed(error.user_text, error.detail, type(error).__name__)
            return
        seconds = time.perf_counter() - started
        yield EngineReady(Path(request.folder).name, device, kernel, limit, seconds)

    def close(self) -> None:
        """Forget the model."""
        if self._session is not None:
            self._session.begin()  # a cancel of this model's must not reach the next one
        if self._prefault is not None:
            self._prefault.stop()
        self._session = self._tokenizer = self._prefault = None
        self._ids = []

    # Answering

    def run(self, request: TurnRequest) -> Iterator[TurnEvent]:
        """See `EngineInterface.run`."""
        session, tokenizer = self._loaded()
        self._cancelled.clear()
        session.begin()
        return self._run(request, session, tokenizer)

    def cancel(self) -> None:
        """End the load or turn under way; from any thread."""
        self._cancelled.set()
        if (session := self._session) is not None:
            session.terminate()

    def _run(self, request: TurnRequest, session: ModelSession, tokenizer: Tokenizer) -> Iterator[TurnEvent]:
        ids = self._prompt(request.conversation, session, tokenizer)
        cached = common_prefix(self._ids, ids[:-1])  # the last one is fed again: its logits are needed
        turn = Turn(request, tokenizer, len(ids), cached)
        sampler = Sampler(request.sampling)
        reason, error = StopReason.STOP, None
        try:
            yield PromptProgress(request.turn_id, cached, len(ids), cached)
            for logits in self._prefill(session, ids, cached, 1):  # noqa: B007 (the last one is used)
                yield PromptProgress(request.turn_id, len(self._ids), len(ids), cached)
            turn.prefilled()
            most = min(request.max_tokens or session.limit, session.limit - len(ids))
            while True:
                self._raise_if_cancelled()
                token = sampler.draw(logits[-1])
                yield from turn.drew(token)
                if token in tokenizer.stop_ids or turn.answered:
                    break
                if turn.completion_tokens >= most:
                    reason = StopReason.LENGTH
                    break
                logits = self._feed(session, [token], 1)
        except Cancelled:
            reason = StopReason.CANCELLED
        except EngineError as failure:
            reason, error = StopReason.ERROR, failure.user_text
        yield from turn.end(reason, error)

    def _prompt(self, conversation: Conversation, session: ModelSession, tokenizer: Tokenizer) -> list[int]:
        ids = render(conversation, tokenizer)
        if len(ids) >= session.limit:
            over = len(ids) - session.limit + 1
            raise InputError(
                f"The conversation with this message has {len(ids):,} tokens; {session.limit - 1:,} fit, so it is "
                f"{over:,} too long. Shorten the message, or start a new conversation."
            )
        return ids

    def _prefill(
        self,
        session: ModelSession,
        ids: list[int],
        cached: int,
        positions: int,
        chunks: tuple[int, int] = PREFILL_CHUNKS,
    ) -> Iterator[npt.NDArray[np.float32]]:
        """Feed ids[cached:], yielding each chunk's logits: none but the last `positions` of all.

        `chunks` are the sizes of the first and of the largest chunk.
        """
        del self._ids[cached:]
        chunk, largest = chunks
        while (start := len(self._ids)) < len(ids):
            self._raise_if_cancelled()
            part = ids[start : start + chunk]
            wanted = min(max(start + len(part) - (len(ids) - positions), 0), len(part))
            began = time.perf_counter()
            logits = self._feed(session, part, wanted)
            if 2 * (time.perf_counter() - began) < _CHUNK_SECONDS:
                chunk = min(2 * chunk, largest)
            yield logits

    def _feed(self, session: ModelSession, ids: list[int], positions: int) -> npt.NDArray[np.float32]:
        """Run `ids` after what the cache holds; f32 [positions, vocabulary]."""
        logits = session.run(ids, len(self._ids), positions)
        self._ids += ids
        return logits

    # Numbers

    def logits(self, ids: Sequence[int], chunk: int | None = None, step: int = 0) -> npt.NDArray[np.float32]:
        """Logits of every position, f32 [len(ids), vocabulary], from an empty cache.

        Args:
            chunk: prefill this many tokens at a time; None does all at once.
            step: feed the last `step` ids one by one.

        Raises:
            InputError: no ids, an id outside the vocabulary, or more than the context holds.
        """
        session, _ = self._loaded()
        self._cancelled.clear()
        session.begin()
        ids = list(ids)
        if not ids or len(ids) > session.limit:
            raise InputError(f"Give between 1 and {session.limit:,} token ids; there are {len(ids):,}.")
        if min(ids) < 0 or max(ids) >= session.vocabulary:
            raise InputError(f"Token ids go from 0 to {session.vocabulary - 1:,}; one of these does not.")
        whole = max(len(ids) - step, 0)
        size = chunk or len(ids)
        parts = list(self._prefill(session, ids[:whole], 0, whole, (size, size)))
        parts += self._prefill(session, ids, whole, len(ids) - whole, (1, 1))
        return np.concatenate(parts)

    def _loaded(self) -> tuple[ModelSession, Tokenizer]:
        if self._session is None or self._tokenizer is None:
            raise EngineError("No model is loaded. Choose a model first.")
        return self._session, self._tokenizer

    def _raise_if_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled


def _check_vocabularies(checkpoint: Checkpoint, tokenizer: Tokenizer) -> None:
    """Raise `ModelError` if the tokenizer has ids that the network has no row for."""
    if tokenizer.vocabulary_size > checkpoint.config.vocabulary:
        raise ModelError(
            f"The files in {checkpoint.folder} do not belong together: tokenizer.json has "
            f"{tokenizer.vocabulary_size:,} tokens, the model {checkpoint.config.vocabulary:,}. Download them again."
        )


def common_prefix(a: Sequence[int], b: Sequence[int]) -> int:
    """How many leading ids are equal."""
    for index, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y:
            return index
    return min(len(a), len(b))


def context_limit(config: ModelConfig, asked: int | None, kv_bytes: int = 2) -> int:
    """Longest conversation to allow: what the model was made for, what was asked, what memory allows.

    `kv_bytes` is the size of one element of the KV cache.
    """
    row_bytes = 2 * config.layers * config.kv_heads * config.head_dim * kv_bytes
    affordable = int(psutil.virtual_memory().total * _CACHE_SHARE) // row_bytes
    return min(config.context_length, asked or max(affordable, _SMALLEST_CONTEXT))
