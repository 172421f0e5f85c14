"""Whether a model fits a device's memory: what it needs, what there is, and the sentence if it does not.

ONNX Runtime's DirectML takes memory in powers of two and keeps what it was given back, for the next of that size.
So a buffer counts as the power of two that holds it, and a cache that grew counts with its smaller ones.

A GPU with memory of its own must hold the model in it: what Windows moves out to the PC's memory is read over
the bus at every token, and the CPU reads it faster. An integrated GPU or an NPU computes in the PC's memory
anyway, so what it may use of that counts as its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from models.checkpoint import Checkpoint
from models.dense_names import BLOCK, dense_matrices
from models.safetensors import ELEMENT_BYTES
from runtime.events import Device, DeviceKind

_CONTEXT = 4096  # tokens; a conversation shorter than this is no use
_SMALLEST_BUFFER = 64 << 10
# Beside weights, cache and attention scores: activations, decoded experts, the driver's own, staging while loading.
_SCRATCH_BYTES = 512 << 20
# Windows keeps part of a GPU's memory for the desktop; a process is offered some nine tenths.
_SHARE_OF_OWN = 0.92
# As `runtime.session.directml` feeds: its pieces, the most that scores may take, how many of them there are at a time.
PIECES, SCORES_BYTES, _SCORES = (64, 512), 640 << 20, 3


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """What a model takes on a device.

    Attributes:
        weight_bytes: experts as published, dense matrices at 8 bits, the rest at 16, each in a buffer of its own.
            Without the embedding, of which a token needs one row: it stays with the CPU.
        row_bytes: one position of the KV cache.
        cache_buffers: how many that is spread over, keys and values of each layer.
        heads: queries of one position.
        positions: the shortest useful conversation, which is the first size of the cache; it doubles.
    """

    weight_bytes: int
    row_bytes: int
    cache_buffers: int
    heads: int
    positions: int = _CONTEXT

    @property
    def fixed_bytes(self) -> int:
        """What it takes whatever the conversation."""
        return self.weight_bytes + min(_SCRATCH_BYTES, self.weight_bytes)

    @property
    def total_bytes(self) -> int:
        return self.fixed_bytes + self.conversation_bytes(self.positions)

    def conversation_bytes(self, positions: int) -> int:
        """What a conversation takes that grew to `positions`: caches, and the attention scores of a piece."""
        size, cache, scores = min(self.positions, positions), 0, 0
        while True:
            one_more = self.cache_buffers + 1  # a buffer is written anew while the old one is read
            cache += one_more * buffer_bytes(self.row_bytes // self.cache_buffers * size)
            row = 2 * self.heads * size  # f16
            piece = max((tokens for tokens in PIECES if tokens * row <= SCORES_BYTES), default=PIECES[0])
            scores = max(scores, _SCORES * buffer_bytes(piece * row))
            if size >= positions:
                return cache + scores
            size = min(2 * size, positions)


def buffer_bytes(size: int) -> int:
    """What `size` bytes take in a buffer of their own."""
    return max(_SMALLEST_BUFFER, 1 << max(size - 1, 0).bit_length())


def memory_need(checkpoint: Checkpoint) -> MemoryNeed:
    """What the model of `checkpoint` takes; from its headers, so it costs nothing."""
    dense = {f"{name}.weight" for name in dense_matrices(checkpoint)}
    weights = 0
    for name, tensor in checkpoint.tensors.items():
        items = math.prod(tensor.shape)
        if name in dense:
            for size in (items, items // BLOCK * 2, items // BLOCK):  # with scales in f16 and zero points
                weights += buffer_bytes(size)
        elif name != "model.embed_tokens.weight":
            weights += buffer_bytes(items * ELEMENT_BYTES.get(tensor.dtype, 4))
    config = checkpoint.config
    row = 2 * config.layers * config.kv_heads * config.head_dim * 2  # keys and values, f16
    return MemoryNeed(weights, row, 2 * config.layers, config.heads, min(_CONTEXT, config.context_length))


def usable_bytes(device: Device) -> int | None:
    """How much of the memory there is a model can have on `device`; None if that is not known."""
    if device.kind is DeviceKind.CPU or device.memory_bytes is None:
        return None
    if device.shares_memory:
        return device.memory_bytes + (device.shared_memory_bytes or 0)
    return int(device.memory_bytes * _SHARE_OF_OWN)


def longest_conversation(device: Device, need: MemoryNeed, most: int) -> int | None:
    """How many positions, up to `most`, fit `device` beside the model; None if not known.

    The shortest useful conversation doubled as often as it goes, and never less than that one.
    """
    there = usable_bytes(device)
    if there is None:
        return None
    longest = min(need.positions, most)
    while longest < most and need.fixed_bytes + need.conversation_bytes(min(2 * longest, most)) <= there:
        longest = min(2 * longest, most)
    return longest


def why_too_small(device: Device, need: MemoryNeed) -> str:
    """One sentence if the model does not fit `device`, else empty."""
    there = usable_bytes(device)
    if there is None or need.total_bytes <= there:
        return ""
    has = f"{there / (1 << 30):.1f} GiB"
    has = f"may use {has} of the PC's memory" if device.shares_memory else f"has {has} for it"
    return f"{device.name}: the model needs {need.total_bytes / (1 << 30):.1f} GiB, and this device {has}."
