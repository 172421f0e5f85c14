"""Whether a model fits a device's memory: what it needs, what there is, and the sentence if it does not.

A GPU with memory of its own must hold the model in it: what Windows moves out to the PC's memory is read over
the bus at every token, and the CPU reads it faster. An integrated GPU or an NPU computes in the PC's memory
anyway, so what it may use of that counts as its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from models.checkpoint import Checkpoint
from models.dense import BLOCK, dense_matrices
from runtime.events import Device, DeviceKind

_CONTEXT = 4096  # tokens; a conversation shorter than this is no use
# Beside weights and cache: logits of a chunk, activations, the driver's own, staging while loading.
_SCRATCH_BYTES = 512 << 20
# Windows keeps part of a GPU's memory for the desktop; a process is offered some nine tenths.
_SHARE_OF_OWN = 0.92
_ELEMENT_BYTES = {"F32": 4, "BF16": 2, "F16": 2, "U8": 1, "I8": 1}


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """What a model takes on a device.

    Attributes:
        weight_bytes: experts as published, dense matrices at 8 bits, the rest at 16. Without the embedding, of
            which a token needs one row: it stays with the CPU.
        row_bytes: one position of the KV cache.
        positions: the shortest useful conversation.
    """

    weight_bytes: int
    row_bytes: int
    positions: int = _CONTEXT

    @property
    def fixed_bytes(self) -> int:
        """What it takes whatever the conversation."""
        return self.weight_bytes + min(_SCRATCH_BYTES, self.weight_bytes)

    @property
    def total_bytes(self) -> int:
        return self.fixed_bytes + self.row_bytes * self.positions


def memory_need(checkpoint: Checkpoint) -> MemoryNeed:
    """What the model of `checkpoint` takes; from its headers, so it costs nothing."""
    dense = {f"{name}.weight" for name in dense_matrices(checkpoint)}
    weights = 0
    for name, tensor in checkpoint.tensors.items():
        items = math.prod(tensor.shape)
        if name in dense:
            weights += items + items // BLOCK * 3  # a scale in f16 and a zero point
        elif name != "model.embed_tokens.weight":
            weights += items * _ELEMENT_BYTES.get(tensor.dtype, 4)
    config = checkpoint.config
    row = 2 * config.layers * config.kv_heads * config.head_dim * 2  # keys and values, f16
    return MemoryNeed(weights, row, min(_CONTEXT, config.context_length))


def usable_bytes(device: Device) -> int | None:
    """How much of the memory there is a model can have on `device`; None if that is not known."""
    if device.kind is DeviceKind.CPU or device.memory_bytes is None:
        return None
    if device.shares_memory:
        return device.memory_bytes + (device.shared_memory_bytes or 0)
    return int(device.memory_bytes * _SHARE_OF_OWN)


def longest_conversation(device: Device, need: MemoryNeed) -> int | None:
    """How many positions fit `device` beside the model, at least the shortest useful; None if not known."""
    there = usable_bytes(device)
    if there is None:
        return None
    return max((there - need.fixed_bytes) // need.row_bytes, need.positions)


def why_too_small(device: Device, need: MemoryNeed) -> str:
    """One sentence if the model does not fit `device`, else empty."""
    there = usable_bytes(device)
    if there is None or need.total_bytes <= there:
        return ""
    has = f"{there / (1 << 30):.1f} GiB"
    has = f"may use {has} of the PC's memory" if device.shares_memory else f"has {has} for it"
    return f"{device.name}: the model needs {need.total_bytes / (1 << 30):.1f} GiB, and this device {has}."
