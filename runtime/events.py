"""What is asked of an engine and what it says: frozen, picklable values, nothing else crosses the pipe.

One load ends with `EngineReady` or `EngineFailed`. One turn ends with exactly one `TurnEnded`, also when
cancelled, cut or failed; it carries the whole messages, and replaces whatever was streamed before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from runtime.conversation import Channel, Conversation, Message, Role
from runtime.kv.values import KvPlace


class DeviceKind(StrEnum):
    CPU = "cpu"
    GPU = "gpu"
    NPU = "npu"


@dataclass(frozen=True, slots=True)
class Device:
    """A processor that may run a model.

    Attributes:
        id: what `--device` takes: `cpu`, `gpu`, `npu`, `dml:0`. Numbers move: what is kept is its `pin`
            (`runtime.devices.pin`).
        kind: CPU, GPU or NPU.
        name: as its maker calls it.
        memory_bytes: dedicated memory (for a CPU: of the PC); None if unknown.
        provider: ONNX Runtime's execution provider.
        driver: driver version; empty if unknown or not applicable.
        usable: whether it is offered.
        why_not: one sentence when not usable, else empty.
        vendor: who makes the chip; empty for a CPU.
        hardware: vendor and device number, `10de:2684`; empty for a CPU.
        luid: Windows' number of the adapter until the next boot; empty for a CPU.
        shared_memory_bytes: how much of the PC's memory it may use besides its own; None if unknown.
        shares_memory: whether it computes in the PC's memory as in its own (an integrated GPU, an NPU).
    """

    id: str
    kind: DeviceKind
    name: str
    memory_bytes: int | None
    provider: str
    driver: str = ""
    usable: bool = True
    why_not: str = ""
    vendor: str = ""
    hardware: str = ""
    luid: str = ""
    shared_memory_bytes: int | None = None
    shares_memory: bool = False


class StopReason(StrEnum):
    """Why a turn ended."""

    STOP = "stop"  # the model finished its answer
    TOOL_CALL = "tool_call"  # the last message calls a tool and waits for its result
    LENGTH = "length"  # max tokens or the context is full
    CANCELLED = "cancelled"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is drawn. `temperature` 0 is greedy; `top_k` 0 and `top_p` 1 are off.

    `seed` None draws a fresh seed for the turn.
    """

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """Which model, where, how.

    Attributes:
        folder: absolute path of the model folder.
        cache: absolute path of a writable folder for derived files.
        device: `auto`, `cpu`, `gpu`, `npu`, `dml:N` or the pin of a device.
        kernel: name of a kernel (see `runtime.kernels`); None picks the best for this CPU.
        threads: worker threads; None picks.
        context_length: most tokens a conversation may have; None picks by the model and the
            memory of the device it runs on.
        exact: bf16 dense matrices and float activations, slow, for checking numbers. On the CPU.
        insist: fail where `device` cannot be used, instead of using the CPU and saying why.
    """

    folder: str
    cache: str
    device: str = "auto"
    kernel: str | None = None
    threads: int | None = None
    context_length: int | None = None
    exact: bool = False
    prompt_lookup: bool = True
    insist: bool = False


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """One turn: the conversation so far, whose last message the model answers.

    `recall` says where the disk may have a beginning of it, already read (`runtime.kv`).
    """

    turn_id: int
    conversation: Conversation
    sampling: Sampling = Sampling()
    max_tokens: int | None = None
    recall: KvPlace | None = None


@dataclass(frozen=True, slots=True)
class LoadProgress:
    """Loading goes on. `done`/`total` are in the stage's own unit; None if unknown.

    `stage` is one of `checking`, `preparing`, `mapping`, `starting`; on a GPU or NPU also `testing` (at its first
    use with a model) and `copying`.
    """

    stage: str
    done: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class EngineReady:
    """The model is loaded.

    Attributes:
        notice: a sentence if it is on another device than was asked for, else empty.
        threads: how many compute; 0 on a graphics device.
        position_bytes: what the KV cache needs for one token.
    """

    model_name: str
    device: Device
    kernel: str
    context_length: int
    load_seconds: float
    notice: str = ""
    threads: int = 0
    position_bytes: int = 0


@dataclass(frozen=True, slots=True)
class EngineFailed:
    """Loading failed: `user_text` to show, `detail` and the error's `kind` for the log."""

    user_text: str
    detail: str = ""
    kind: str = "EngineError"


@dataclass(frozen=True, slots=True)
class PromptProgress:
    """Prefill goes on: `done` of `total` prompt tokens, of which `cached` were kept from before."""

    turn_id: int
    done: int
    total: int
    cached: int


@dataclass(frozen=True, slots=True)
class TextDelta:
    """Text for the `message_index`-th message of this turn's answer (from 0).

    The header fields are those of the message; they do not change within one `message_index`.
    `tokens` says how many ids went by since the last delta (text may be held back inside a character).
    """

    turn_id: int
    message_index: int
    role: Role
    channel: Channel | None
    recipient: str | None
    content_type: str | None
    text: str
    tokens: int = 1


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one turn. `cached_tokens` of the prompt were reused from the turn before."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """What one message of the answer cost: `tokens`, header included, and `seconds` of decoding."""

    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The turn is over; `messages` is the whole answer, `spans` runs parallel to it.

    `error` is one sentence, when reason is ERROR; `reserved` the tokens that the KV cache has room for now.
    """

    turn_id: int
    reason: StopReason
    messages: tuple[Message, ...]
    spans: tuple[Span, ...]
    usage: Usage
    prefill_seconds: float
    decode_seconds: float
    error: str | None = None
    reserved: int = 0


LoadEvent = LoadProgress | EngineReady | EngineFailed
# A turn starts with LoadProgress when the engine died before and has to be loaded again.
TurnEvent = LoadProgress | PromptProgress | TextDelta | TurnEnded
Event = LoadEvent | TurnEvent
