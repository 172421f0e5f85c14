"""How fast each kernel is at full width: `python -m tests.runtime.kernels.bench_kernels [kernel ...]`.

One expert layer, one dense matrix and one attention layer of gpt-oss-20b, through ONNX Runtime on two
threads. Decode is bound by memory (GB/s of weights or cache read; twenty different tokens, so that the
experts they choose do not stay in a cache), prefill by arithmetic (GMAC/s). The best of several runs is shown:
other programs only ever make a run slower.
"""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Callable

import numpy as np
import onnxruntime as ort

from runtime import kernels
from tests.runtime.kernels.direct import Cache
from tests.runtime.kernels.kernel_reference import Attention, Experts
from tests.runtime.kernels.op_session import Array, op_session

HIDDEN, WIDTH, EXPERTS, TOP_K, THREADS = 2880, 2880, 32, 4, 2
EXPERT_WEIGHTS = 3 * HIDDEN * WIDTH


def best_seconds(work: Callable[[], object], repeats: int) -> float:
    """The shortest of several runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def rates(
    session: ort.InferenceSession, kernel: str, weights: float, bytes_per_weight: float, label: str
) -> None:
    """Print one line: decode of one token and prefill of 512."""
    kernels.select(kernel)
    rng = np.random.default_rng(1)
    slow = kernel.startswith("scalar")
    ones = rng.normal(size=(2 if slow else 20, 1, HIDDEN)).astype(np.float32)
    many = rng.normal(size=(8 if slow else 512, HIDDEN)).astype(np.float32)
    decode = best_seconds(lambda: [session.run(None, {"x": one}) for one in ones], 1 if slow else 5) / len(
        ones
    )
    prefill = best_seconds(lambda: session.run(None, {"x": many}), 1 if slow else 5)
    sys.stdout.write(
        f"{label:12} {kernel:12} decode {decode * 1e3:8.2f} ms {weights * bytes_per_weight / decode / 1e9:6.1f} GB/s"
        f"   prefill {len(many):3} tokens {prefill * 1e3:8.1f} ms"
        f" {weights * len(many) / prefill / 1e9:7.1f} GMAC/s\n"
    )
    sys.stdout.flush()


def attention_rates(kernel: str, window: int) -> None:
    """Print one line: decode of one token and prefill of 512, after 8,000 tokens."""
    kernels.select(kernel)
    slow = kernel.startswith("scalar")
    times = {}
    for count in (1, 8 if slow else 512):
        layer = Attention(8000 + count, 64, 8, 64, window)
        cache = Cache(layer, 8000 + count)
        cache.key[:], cache.value[:] = 0.1, 0.1
        feed: dict[str, Array] = {
            "q": layer.q[None, 8000:],
            "k": layer.k[None, 8000:],
            "v": layer.v[None, 8000:],
            "past_length": np.array([8000], np.int64),
            "cos": layer.cos,
            "sin": layer.sin,
        }
        order = ("q", "k", "v", "past_key", "past_value", "past_length", "cos", "sin")
        everything: dict[str, Array | None] = {**feed, "past_key": cache.key, "past_value": cache.value}
        session = op_session(
            "SinkAttention",
            {name: everything[name] for name in order},
            {"sinks": layer.sinks},
            ("out", "present_key", "present_value"),
            THREADS,
            window=window,
            scale=layer.scale,
        )
        binding = session.io_binding()
        for name, array in feed.items():
            binding.bind_cpu_input(name, array)
        binding.bind_output("out")
        for kind, array in (("key", cache.key), ("value", cache.value)):
            binding.bind_input(f"past_{kind}", "cpu", 0, np.float16, array.shape, array.ctypes.data)
            binding.bind_output(f"present_{kind}", "cpu", 0, np.float16, array.shape, array.ctypes.data)
        times[count] = best_seconds(functools.partial(session.run_with_iobinding, binding), 2 if slow else 10)
    (_, decode), (count, prefill) = times.items()
    seen = window or 8000
    sys.stdout.write(
        f"window {window:5} {kernel:12} decode {decode * 1e3:8.2f} ms {seen * 2048 / decode / 1e9:6.1f} GB/s"
        f"   prefill {count:3} tokens {prefill * 1e3:8.1f} ms"
        f" {seen * count * 64 * 128 / prefill / 1e9:7.1f} GMAC/s\n"
    )
    sys.stdout.flush()


def main() -> None:
    """Measure the kernels named on the command line, or all that run here."""
    chosen = sys.argv[1:] or list(kernels.supported())
    rng = np.random.default_rng(0)
    layer = Experts(HIDDEN, WIDTH, EXPERTS, TOP_K)
    x = rng.normal(size=(1, HIDDEN)).astype(np.float32)
    moe = op_session("MXFP4MoE", {"x": x}, layer.weights(), threads=THREADS, top_k=TOP_K)
    rows = 4096
    matrix = rng.integers(-127, 128, (rows * 8, HIDDEN), dtype=np.int8)
    scales = rng.uniform(0.001, 0.01, (rows * 8, HIDDEN // 32)).astype(np.float16)
    int8 = op_session("Linear", {"x": x}, {"weight": matrix, "scales": scales}, threads=THREADS)
    bf16_bits = rng.integers(0x3C00, 0x3D00, (rows * 4, HIDDEN), dtype=np.uint16)
    bf16 = op_session("Linear", {"x": x}, {"weight": bf16_bits}, threads=THREADS)
    for kernel in chosen:
        rates(moe, kernel, TOP_K * EXPERT_WEIGHTS, 17 / 32, "MXFP4MoE")
        rates(int8, kernel, rows * 8 * HIDDEN, 34 / 32, "Linear int8")
        rates(bf16, kernel, rows * 4 * HIDDEN, 2, "Linear bf16")
        attention_rates(kernel, 0)
        attention_rates(kernel, 128)


if __name__ == "__main__":
    main()
