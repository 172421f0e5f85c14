"""The ops called through ctypes, without ONNX Runtime, so that tests decide where each byte lies."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime import kernels
from tests.runtime.kernels.kernel_reference import Attention, Experts

Array = NDArray[Any]


class KernelError(Exception):
    """The call returned an error; the text is its sentence."""


def shifted(array: Array, by: int) -> Array:
    """A copy that starts `by` bytes after an address aligned to 64."""
    memory = np.zeros(array.nbytes + 128, np.uint8)
    start = -memory.ctypes.data % 64 + by
    memory[start : start + array.nbytes] = array.reshape(-1).view(np.uint8)
    return np.frombuffer(memory.data, array.dtype, array.size, start).reshape(array.shape)


def pointer(array: Array | None) -> ctypes.c_void_p:
    """The address of an array, NULL for None."""
    return ctypes.c_void_p(None if array is None else array.ctypes.data)


def run_moe(
    layer: Experts, x: NDArray[np.float32], weights: list[Array] | None = None
) -> NDArray[np.float32]:
    """x [T, H] -> [T, H]; `weights` are the layer's arrays laid elsewhere. Raises `KernelError`."""
    y = np.full_like(x, np.nan)
    message = ctypes.create_string_buffer(kernels.MESSAGE_BYTES)
    failed = kernels.library().chorale_mxfp4_moe_run(
        pointer(x),
        *[pointer(array) for array in weights or layer.arrays()],
        ctypes.c_size_t(len(x)),
        *[ctypes.c_size_t(size) for size in (layer.hidden, layer.width, layer.experts, layer.top_k)],
        ctypes.c_float(layer.alpha),
        ctypes.c_float(layer.limit),
        pointer(y),
        message,
    )
    if failed:
        raise KernelError(message.value.decode())
    return y


def run_linear(
    x: NDArray[np.float32], weight: Array, scales: Array | None = None, bias: Array | None = None
) -> NDArray[np.float32]:
    """x [T, K], weight [N, K] -> [T, N]. Raises `KernelError`."""
    y = np.full((len(x), len(weight)), np.nan, np.float32)
    message = ctypes.create_string_buffer(kernels.MESSAGE_BYTES)
    failed = kernels.library().chorale_linear_run(
        pointer(x),
        pointer(weight),
        pointer(scales),
        pointer(bias),
        *[ctypes.c_size_t(size) for size in (len(x), *weight.shape)],
        pointer(y),
        message,
    )
    if failed:
        raise KernelError(message.value.decode())
    return y


class Cache:
    """The key and value cache of one layer, f16; filled with not-a-number, so that what is read was written."""

    def __init__(self, layer: Attention, capacity: int) -> None:
        shape = (1, layer.kv_heads, capacity, layer.dim)
        self.key = np.full(shape, np.nan, np.float16)
        self.value = np.full(shape, np.nan, np.float16)
        self.length = 0


def run_attention(layer: Attention, cache: Cache, count: int) -> NDArray[np.float32]:
    """The next `count` tokens of the layer's conversation: [count, q_heads * D]. Raises `KernelError`."""
    past = cache.length
    q, k, v = (array[past : past + count] for array in (layer.q, layer.k, layer.v))
    out = np.full(q.shape, np.nan, np.float32)
    message = ctypes.create_string_buffer(kernels.MESSAGE_BYTES)
    sizes = (count, layer.q_heads, layer.kv_heads, layer.dim, cache.key.shape[2], past, layer.window)
    failed = kernels.library().chorale_sink_attention_run(
        *[pointer(array) for array in (q, k, v, cache.key, cache.value, layer.cos, layer.sin, layer.sinks)],
        *[ctypes.c_size_t(size) for size in sizes],
        ctypes.c_float(layer.scale),
        pointer(out),
        message,
    )
    if failed:
        raise KernelError(message.value.decode())
    cache.length += count
    return out
