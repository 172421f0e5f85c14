"""What can be said of a running Chorale, for whoever helps: frozen values, without a word of the user's.

`diagnostics` collects them, `support_text` writes them down, `ui.diagnostics.diagnostics_page` shows them.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.bench.memory import Held


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast one answer was written.

    Attributes:
        per_second: tokens a second, from the first one on.
        read_per_second: tokens of the prompt a second; None if too few were read to tell.
        is_running: whether it is still being written.
    """

    tokens: int
    per_second: float
    read_per_second: float | None = None
    is_running: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong: the sentence that was shown, and when, in seconds since 1970."""

    at: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """The model that is loaded and where it runs.

    Attributes:
        model: its folder's name.
        model_hash: SHA-256 that stands for its files, hex; empty if nobody knows it.
        kind: `cpu`, `gpu` or `npu`; `provider` is ONNX Runtime's name for what computes.
        threads: 0 on a graphics device.
        context_length: most tokens of a conversation.
        position_bytes: what the KV cache needs for one of them.
    """

    model: str
    model_hash: str
    device: str
    kind: str
    provider: str
    kernel: str
    threads: int
    context_length: int
    position_bytes: int


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything, at one moment.

    Attributes:
        loaded: None while no model is.
        window, engine: memory of the two processes; None if there is no such process.
        memory_free, memory_total: of this PC, in bytes.
        kv_used, kv_reserved: tokens in the KV cache, and tokens it has room for.
        speeds: of the last answers, oldest first.
        faults: newest first.
        system: name and version of the operating system.
        versions: name and version of what Chorale is made of.
    """

    loaded: Loaded | None
    window: Held | None
    engine: Held | None
    memory_free: int
    memory_total: int
    kv_used: int
    kv_reserved: int
    speeds: tuple[Speed, ...]
    faults: tuple[Fault, ...]
    system: str
    versions: tuple[tuple[str, str], ...]
