"""Diagnostics that say what a test wrote down: `FakeDiagnostics(BUSY)`; `says` may be changed at any time."""

from __future__ import annotations

from app.bench.memory import Held
from app.diagnostics_values import Diagnosis, Fault, Loaded, Speed

LOADED = Loaded(
    model="gpt-oss-20b",
    model_hash="9f3a51c2e07d4b68" * 4,
    device="Intel Core Ultra 7 155H",
    kind="cpu",
    provider="CPUExecutionProvider",
    kernel="avxvnni",
    threads=6,
    context_length=131_072,
    position_bytes=49_152,
)
VERSIONS = (("chorale", "0.1.0"), ("python", "3.12.8"), ("onnxruntime", "1.30.0"))
IDLE = Diagnosis(
    loaded=None,
    window=Held(143_000_000, 96_000_000),
    engine=None,
    memory_free=11_400_000_000,
    memory_total=34_300_000_000,
    kv_used=0,
    kv_reserved=0,
    speeds=(),
    faults=(),
    system="Linux 6.1, x86_64",
    versions=VERSIONS,
)
BUSY = Diagnosis(
    loaded=LOADED,
    window=Held(143_000_000, 96_000_000),
    engine=Held(612_000_000, 13_100_000_000),
    memory_free=9_800_000_000,
    memory_total=34_300_000_000,
    kv_used=3_410,
    kv_reserved=4_096,
    speeds=(
        *(Speed(240 + 7 * i, 9.0 + (i * 37 % 23) / 9, 88.0 + i) for i in range(17)),
        Speed(61, 10.4, is_running=True),
    ),
    faults=(
        Fault(1_795_300_000, "The engine stopped unexpectedly (exit code -11). Try again; the model is loaded anew."),
        Fault(1_795_290_000, "There is not enough memory for a conversation of 40,000 tokens. Close other programs, or start a new conversation."),
    ),
    system="Linux 6.1, x86_64",
    versions=VERSIONS,
)  # fmt: skip


class FakeDiagnostics:
    """`looks` counts how often it was asked."""

    def __init__(self, says: Diagnosis = BUSY) -> None:
        self.says = says
        self.looks = 0

    def look(self) -> Diagnosis:
        self.looks += 1
        return self.says
