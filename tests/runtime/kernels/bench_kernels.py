"""How fast each kernel is at full width: `python -m tests.runtime.kernels.bench_kernels [kernel ...]`.

One expert layer and one dense matrix of gpt-oss-20b, through ONNX Runtime on two threads. Decode is bound
by memory (GB/s of weights read), prefill by arithmetic (GMAC/s). The best of several runs is shown: other
programs only ever make a run slower.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
import onnxruntime as ort

from runtime import kernels
from tests.runtime.kernels.kernel_reference import Experts
from tests.runtime.kernels.op_session import op_session

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
    one = rng.normal(size=(1, HIDDEN)).astype(np.float32)
    many = rng.normal(size=(8 if slow else 512, HIDDEN)).astype(np.float32)
    decode = best_seconds(lambda: session.run(None, {"x": one}), 3 if slow else 40)
    prefill = best_seconds(lambda: session.run(None, {"x": many}), 1 if slow else 5)
    sys.stdout.write(
        f"{label:12} {kernel:12} decode {decode * 1e3:8.2f} ms {weights * bytes_per_weight / decode / 1e9:6.1f} GB/s"
        f"   prefill {len(many):3} tokens {prefill * 1e3:8.1f} ms"
        f" {weights * len(many) / prefill / 1e9:7.1f} GMAC/s\n"
    )
    sys.stdout.flush()


def main() -> None:
    """Measure the kernels named on the command line, or all that run here."""
    chosen = sys.argv[1:] or list(kernels.supported())
    rng = np.random.default_rng(0)
    layer = Experts(HIDDEN, WIDTH, EXPERTS, TOP_K)
    x = rng.normal(size=(1, HIDDEN)).astype(np.float32)
    weights = layer.weights()
    moe = op_session("MXFP4MoE", {"x": x}, weights, threads=THREADS, top_k=TOP_K)
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


if __name__ == "__main__":
    main()
