"""The engine: loads a model and answers turns. What runs next is decided here.

    request ─ render ─► ids ─ common prefix with the cache ─► prefill in chunks ─► draw, feed, draw, feed …
                                                                                      └► parser ─► TextDelta

`session` touches the device, `sequence` knows what its cache holds, `turn` holds one answer's state, `harmony`
turns messages into ids and back. In the app this runs in a process of its own: read `engine_process` and `engine_client` next.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Container, Generator, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import psutil

from models.checkpoint import Checkpoint
from models.config import ModelConfig
from models.dense import identity, make_dense, open_dense
from models.errors import AppError, Cancelled, ContextFullError, EngineError, InputError, ModelError
from models.graph import build_cpu_graph
from models.safetensors import TensorLocation
from runtime import kernels
from runtime.conversation import Conversation
from runtime.cores import Residence, cores, cores_for_model
from runtime.device_errors import DeviceError, Trouble
from runtime.device_load import DeviceLoad, Loaded
from runtime.devices import cpu_device
from runtime.events import (
    Device,
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
from runtime.going_on import as_said
from runtime.harmony import render
from runtime.kv.erase import destroy
from runtime.kv.keeper import KvKeeper
from runtime.kv.layout import Layout
from runtime.kv.values import KeepOrder
from runtime.prefault import Prefault
from runtime.prompt_lookup import PromptLookup
from runtime.sampling import NotNumbersError, Sampler
from runtime.sequence import Logits, TokenSequence
from runtime.session import DirectMLSession, ModelSession
from runtime.tokenizer import Tokenizer
from runtime.turn import Turn

Session = ModelSession | DirectMLSession
T = TypeVar("T")
# The share of this PC's memory that a conversation's KV cache may grow to fill.
_CACHE_SHARE = 0.25
_SMALLEST_CONTEXT = 4096


class Engine:
    """Answers with one model at a time; an `EngineInterface` within this process.

    A turn reuses whatever prefix of its prompt is still in the KV cache from the turn before.

    Attributes:
        is_spent: its graphics device was lost, and with it the model; in this process there is no new one.
    """

    def __init__(self, own_process: bool = False) -> None:
        """`own_process`: nothing else runs in this process, so it may be kept to the cores for the model."""
        self._residence = Residence() if own_process else None
        self._cancelled = threading.Event()
        self.is_spent = False
        self._session: Session | None = None
        self._loading: DeviceLoad | None = None
        self._prefault: Prefault | None = None
        self._tokenizer: Tokenizer | None = None
        self._sequence: TokenSequence | None = None
        self._kv: KvKeeper | None = None
        self._lookup = False
        self._said: list[int] = []  # the last turn, its prompt included, token by token

    # Loading

    def load(self, request: LoadRequest) -> Iterator[LoadEvent]:
        """See `EngineInterface.load`."""
        self.close()
        self._cancelled.clear()
        return self._load(request)

    def _load(self, request: LoadRequest) -> Iterator[LoadEvent]:
        started = time.perf_counter()
        try:
            yield LoadProgress("checking")
            checkpoint = Checkpoint.open(Path(request.folder))
            tokenizer = Tokenizer.load(Path(request.folder), Path(request.cache))
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
            threads = self._threads(request.threads)
            session, device, notice = yield from self._open(request, checkpoint, dense, threads)
            self._session = session
            self._sequence = TokenSequence(session)
            self._tokenizer = tokenizer
            if isinstance(session, ModelSession) and dense is not None:
                layout = Layout.of(checkpoint.config, identity(checkpoint), kernel)
                self._kv = KvKeeper(session, self._sequence, layout)
            # On a graphics device several tokens cost as much as if they were fed one by one.
            on_cpu = isinstance(session, ModelSession)
            self._lookup = request.prompt_lookup and not request.exact and on_cpu
            self._raise_if_cancelled()
            if isinstance(session, ModelSession):
                self._prefault = Prefault(session.weights)
                self._prefault.start()
        except Cancelled:
            self.close()
            raise
        except AppError as error:
            self.close()
            yield EngineFailed(error.user_text, error.detail, type(error).__name__)
            return
        seconds = time.perf_counter() - started
        name = Path(request.folder).name
        yield EngineReady(
            name,
            device,
            kernel if on_cpu else "directml",
            session.limit,
            seconds,
            notice,
            threads if on_cpu else 0,
            position_bytes(checkpoint.config, 4 if request.exact else 2),
        )

    def _open(
        self,
        request: LoadRequest,
        checkpoint: Checkpoint,
        dense: dict[str, TensorLocation] | None,
        threads: int,
    ) -> Generator[LoadEvent, None, tuple[Session, Device, str]]:
        """The session, its device, and a sentence if that is not what was asked for."""
        notice = ""
        limit = context_limit(checkpoint.config, request.context_length, 4 if request.exact else 2)
        if request.device != "cpu" and dense is not None:
            self._loading = DeviceLoad(request, checkpoint, dense, limit=limit, threads=threads)
            found = yield from self._watched(self._loading.run())
            if isinstance(found, Loaded):
                return found.session, found.device, ""
            notice = found.notice
        elif request.device not in ("auto", "cpu"):
            raise EngineError("Exact numbers are computed on the CPU only. Choose the device cpu.")
        yield LoadProgress("mapping")
        graph = build_cpu_graph(checkpoint, dense)
        self._raise_if_cancelled()
        yield LoadProgress("starting")
        session = ModelSession(graph, checkpoint.config, threads=threads, limit=limit)
        return session, cpu_device(), notice

    def _watched(self, steps: Generator[LoadEvent, None, T]) -> Generator[LoadEvent, None, T]:
        """`steps`, left between two of them when a cancel is asked for."""
        with closing(steps):  # now, and not when the last traceback is let go of: it clears up behind itself
            while True:
                self._raise_if_cancelled()
                try:
                    event = next(steps)
                except StopIteration as end:
                    result: T = end.value
                    return result
                yield event

    def close(self) -> None:
        """Forget the model."""
        if self._session is not None:
            self._session.begin()  # a cancel of this model's must not reach the next one
        if self._prefault is not None:
            self._prefault.stop()
        if self._kv is not None:
            self._kv.settle(lambda: None)
        self._kv = None
        self._session = self._sequence = self._tokenizer = self._prefault = self._loading = None
        self._said = []

    def _threads(self, asked: int | None) -> int:
        """As many as were asked for, wherever the system puts them; else one for each core that a model should run
        on, and a process of its own is kept to these."""
        if self._residence is not None:
            self._residence.let_go()  # of what an earlier load kept it to
        if asked:
            return asked
        available = cores()
        chosen = cores_for_model(available)
        if self._residence is not None:
            self._residence.keep_to(chosen, available)
        return len(chosen)

    # Answering

    def run(self, request: TurnRequest) -> Iterator[TurnEvent]:
        """See `EngineInterface.run`."""
        session, sequence, tokenizer = self._loaded()
        self._cancelled.clear()
        session.begin()
        return self._run(request, session, sequence, tokenizer)

    def cancel(self) -> None:
        """End the load or turn under way; from any thread."""
        self._cancelled.set()
        if (busy := self._session or self._loading) is not None:
            busy.terminate()

    def _run(
        self, request: TurnRequest, session: Session, sequence: TokenSequence, tokenizer: Tokenizer
    ) -> Iterator[TurnEvent]:
        ids = self._prompt(request.conversation, session, tokenizer)
        self._recall(request, ids)
        cached = sequence.shared_with(ids[:-1])  # the last one is fed again: its logits are needed
        turn = Turn(request, tokenizer, len(ids), cached)
        reason, error = StopReason.STOP, None
        try:
            yield PromptProgress(request.turn_id, cached, len(ids), cached)
            sequence.rewind(cached)
            for logits in sequence.prefill(ids, 1, self._raise_if_cancelled):  # noqa: B007 (the last is used)
                yield PromptProgress(request.turn_id, len(sequence.ids), len(ids), cached)
            turn.prefilled()
            most = min(request.max_tokens or session.limit, session.limit - len(ids))
            lookup = PromptLookup(ids) if self._lookup else None
            sampler = Sampler(request.sampling)
            reason = yield from self.decode(sequence, logits, turn, sampler, lookup, tokenizer.stop_ids, most)
        except Cancelled:
            reason = StopReason.CANCELLED
        except EngineError as failure:
            reason, error = StopReason.ERROR, failure.user_text
            self.is_spent = isinstance(failure, DeviceError) and failure.trouble is Trouble.LOST
            if isinstance(failure, NotNumbersError):
                sequence.forget()  # asked again, it would go on from there and say the same
        self._said = ids + turn.ids
        yield from turn.end(reason, error, session.capacity)

    def decode(
        self,
        sequence: TokenSequence,
        logits: Logits,
        turn: Turn,
        sampler: Sampler,
        lookup: PromptLookup | None,
        stop_ids: Container[int],
        most: int,
    ) -> Generator[TurnEvent, None, StopReason]:
        """Draw, feed, draw, feed …, at most `most` tokens; `logits` are those behind the prompt.

        With `lookup`, guessed tokens are fed together with the one drawn. Each is then drawn in its turn
        like any other; at the first that differs from the guess, the rest is forgotten.
        """
        guesses: list[int] = []
        while True:
            known = len(sequence.ids) - len(guesses)
            for right, row in enumerate(logits):
                self._raise_if_cancelled()
                token = sampler.draw(row)
                yield from turn.drew(token)
                done = token in stop_ids or turn.answered
                if done or turn.completion_tokens >= most:
                    sequence.rewind(known + right)
                    return StopReason.STOP if done else StopReason.LENGTH
                if lookup is not None:
                    lookup.push(token)
                if right < len(guesses) and token != guesses[right]:
                    break
            sequence.rewind(known + right)
            guesses = [] if lookup is None else lookup.guess(most - turn.completion_tokens - 1)
            logits = sequence.feed([token, *guesses], 1 + len(guesses))

    def _prompt(self, conversation: Conversation, session: Session, tokenizer: Tokenizer) -> list[int]:
        ids = render(conversation, tokenizer)
        if conversation.is_open:
            ids = as_said(ids, self._said, tokenizer)
        if len(ids) >= session.limit:
            over = len(ids) - session.limit + 1
            raise ContextFullError(
                f"The conversation with this message has {len(ids):,} tokens; {session.limit - 1:,} fit, so it is "
                f"{over:,} too long. Shorten the message, or start a new conversation.",
                tokens=len(ids),
                limit=session.limit,
            )
        return ids

    # The cache on the disk

    def keep(self, order: KeepOrder) -> None:
        """Keep what the cache holds of a conversation, in the background, if that is worth it.

        It is what the next question will find there: the reasoning of a finished answer is not read again.
        """
        if self._kv is None or self._sequence is None or self._tokenizer is None:
            return  # on a graphics device it would have to be read back, and prompts are read quickly there
        with suppress(InputError):
            self._kv.keep(
                order.place, self._sequence.shared_with(render(order.conversation, self._tokenizer))
            )

    def forget(self, path: str) -> None:
        """Delete a file in which a conversation was kept."""
        if self._kv is None:
            destroy(Path(path))
        else:
            self._kv.forget(path)

    def _recall(self, request: TurnRequest, ids: list[int]) -> None:
        """Bring back what the disk has of `ids`; whatever stops it shows again when the prompt is read."""
        if self._kv is not None:
            with suppress(Cancelled, EngineError):
                self._kv.settle(self._raise_if_cancelled)
                if request.recall is not None:
                    self._kv.recall(request.recall, ids[:-1], self._raise_if_cancelled)

    # Numbers

    def logits(self, ids: Sequence[int], chunk: int | None = None, step: int = 0) -> npt.NDArray[np.float32]:
        """Logits of every position, f32 [len(ids), vocabulary], from an empty cache.

        Args:
            chunk: prefill this many tokens at a time; None does all at once.
            step: feed the last `step` ids one by one.

        Raises:
            InputError: no ids, an id outside the vocabulary, or more than the context holds.
        """
        session, sequence, _ = self._loaded()
        self._cancelled.clear()
        session.begin()
        ids = list(ids)
        if not ids or len(ids) > session.limit:
            raise InputError(f"Give between 1 and {session.limit:,} token ids; there are {len(ids):,}.")
        if min(ids) < 0 or max(ids) >= session.vocabulary:
            raise InputError(f"Token ids go from 0 to {session.vocabulary - 1:,}; one of these does not.")
        if self._kv is not None:
            self._kv.stop()
        whole = max(len(ids) - step, 0)
        sequence.rewind(0)
        parts = list(sequence.prefill(ids[:whole], whole, self._raise_if_cancelled, chunk or len(ids)))
        parts += sequence.prefill(ids, len(ids) - whole, self._raise_if_cancelled, 1)
        return np.concatenate(parts)

    def _loaded(self) -> tuple[Session, TokenSequence, Tokenizer]:
        if self._session is None or self._sequence is None or self._tokenizer is None:
            raise EngineError("No model is loaded. Choose a model first.")
        return self._session, self._sequence, self._tokenizer

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


def context_limit(config: ModelConfig, asked: int | None, kv_bytes: int = 2) -> int:
    """Longest conversation to allow: what the model was made for, what was asked, what memory allows.

    `kv_bytes` is the size of one element of the KV cache.
    """
    affordable = int(psutil.virtual_memory().total * _CACHE_SHARE) // position_bytes(config, kv_bytes)
    return min(config.context_length, asked or max(affordable, _SMALLEST_CONTEXT))


def position_bytes(config: ModelConfig, kv_bytes: int = 2) -> int:
    """What the KV cache needs for one token; `kv_bytes` is the size of one of its elements."""
    return 2 * config.layers * config.kv_heads * config.head_dim * kv_bytes
