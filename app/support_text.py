"""A diagnosis as text, to be copied and sent to whoever helps. In English, as they read it; sizes in MB (10⁶ bytes)."""

from __future__ import annotations

from datetime import UTC, datetime

from app.bench.memory import Held
from app.diagnostics_values import Diagnosis, Loaded, Speed


def support_text(diagnosis: Diagnosis) -> str:
    """Lines of `name: value`. There is nothing of the user's in a `Diagnosis`, so there is nothing in it."""
    lines = ["Chorale diagnostics"]
    lines += [f"{name}: {version}" for name, version in diagnosis.versions]
    lines.append(f"system: {diagnosis.system}")
    lines += _model(diagnosis.loaded)
    lines.append(f"memory of the window: {_held(diagnosis.window)}")
    lines.append(f"memory of the engine: {_held(diagnosis.engine)}")
    lines.append(f"memory of this PC: {_mb(diagnosis.memory_free)} of {_mb(diagnosis.memory_total)} free")
    lines.append(_kv(diagnosis))
    lines.append(
        "speed of the last answers, oldest first:" if diagnosis.speeds else "speed: nothing answered yet"
    )
    lines += [f"  {_speed(speed)}" for speed in diagnosis.speeds]
    lines.append("last errors, newest first:" if diagnosis.faults else "errors: none since the start")
    lines += [f"  {_time(fault.at)} {fault.sentence}" for fault in diagnosis.faults]
    return "\n".join(lines) + "\n"


def _model(loaded: Loaded | None) -> list[str]:
    if loaded is None:
        return ["model: none is loaded"]
    threads = f", {loaded.threads} threads" if loaded.threads else ""
    return [
        f"model: {loaded.model}, SHA-256 {loaded.model_hash or 'not known'}",
        f"device: {loaded.kind}, {loaded.device}, {loaded.provider}",
        f"kernel: {loaded.kernel}{threads}",
        f"context: {loaded.context_length} tokens",
    ]


def _kv(diagnosis: Diagnosis) -> str:
    size = diagnosis.loaded.position_bytes if diagnosis.loaded else 0
    used, reserved = diagnosis.kv_used, diagnosis.kv_reserved
    return f"KV cache: {used} of {reserved} tokens used, {_mb(used * size)} of {_mb(reserved * size)}"


def _speed(speed: Speed) -> str:
    words = f"{speed.per_second:.1f} tokens/s over {speed.tokens} tokens"
    if speed.read_per_second is not None:
        words += f", prompt read at {speed.read_per_second:.0f} tokens/s"
    return words + (", still being written" if speed.is_running else "")


def _held(held: Held | None) -> str:
    return "no such process" if held is None else f"{_mb(held.private)} private, {_mb(held.mapped)} mapped"


def _mb(size: int) -> str:
    return f"{size / 1e6:.0f} MB"


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
