"""The expert layer: right numbers from every kernel, for any number of tokens, wherever weights lie."""

from __future__ import annotations

import numpy as np
import pytest

from runtime import kernels
from tests.runtime.kernels.direct import KernelError, run_moe, shifted
from tests.runtime.kernels.kernel_reference import Experts, moe, relative_error
from tests.runtime.kernels.op_session import op_session

TOKEN_COUNTS = (0, 1, 2, 3, 7, 33, 130)
# Hidden and expert widths in blocks: 1, 2, 3, 5, 4, 9: alone, under, at and over a group of four.
SIZES = ((32, 64), (96, 160), (128, 288), (160, 96))


def tokens(count: int, hidden: int, seed: int = 7) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, hidden)).astype(np.float32)


def allowed(kernel: str) -> float:
    """Relative L2 error against float64: float activations, or int8 ones."""
    return 1e-5 if kernel == "scalar-f32" else 0.015


@pytest.mark.parametrize("count", TOKEN_COUNTS)
@pytest.mark.parametrize(("hidden", "width"), SIZES)
def test_answers_match_float64(kernel: str, hidden: int, width: int, count: int) -> None:
    layer = Experts(hidden, width, experts=3, top_k=2, seed=hidden)
    x = tokens(count, hidden)
    y = run_moe(layer, x)
    assert y.shape == x.shape
    assert relative_error(y, moe(layer, x)) <= allowed(kernel)


@pytest.mark.parametrize("top_k", [1, 2, 3, 4])
def test_any_number_of_experts_per_token_works(kernel: str, top_k: int) -> None:
    layer = Experts(96, 64, experts=4, top_k=top_k, seed=top_k)
    x = tokens(9, 96)
    assert relative_error(run_moe(layer, x), moe(layer, x)) <= allowed(kernel)


def test_equal_router_logits_choose_the_lower_expert(kernel: str) -> None:
    layer = Experts(64, 64, experts=5, top_k=2)
    layer.router_weight[:] = 0
    layer.router_bias[:] = 0
    layer.router_bias[3] = 0x3F80  # 1.0: expert 3 first, then 0, the lowest of the equal ones
    x = tokens(3, 64)
    assert relative_error(run_moe(layer, x), moe(layer, x)) <= allowed(kernel)


@pytest.mark.parametrize("scale_bytes", [(0,), (0, 100), (100, 127), (120, 127, 140)])
def test_extreme_scales_are_exact_powers_of_two(scale_bytes: tuple[int, ...]) -> None:
    layer = Experts(96, 96, experts=3, top_k=2, seed=3, scale_bytes=scale_bytes)
    x = tokens(6, 96)
    kernels.select("scalar-f32")
    assert relative_error(run_moe(layer, x), moe(layer, x)) <= 1e-5


@pytest.mark.parametrize("scale_bytes", [(0,), (0, 100), (100, 127), (120, 127, 140), (118, 120)])
@pytest.mark.parametrize("count", [1, 2, 5, 70])
def test_fast_kernels_match_plain_c(int8_kernel: str, scale_bytes: tuple[int, ...], count: int) -> None:
    layer = Experts(160, 224, experts=3, top_k=2, seed=5, scale_bytes=scale_bytes)
    x = tokens(count, 160)
    y = run_moe(layer, x)
    kernels.select("scalar")
    twin = run_moe(layer, x).astype(np.float64)
    # Not bit for bit: another exp may round an int8 of the hidden activations to its neighbour.
    assert relative_error(y, twin) <= 2e-3


@pytest.mark.parametrize("scale_bytes", [(0,), (0, 1), (231,), (231, 232), (127, 235)])
def test_the_ends_of_the_scale_do_not_depend_on_company(
    int8_kernel: str, scale_bytes: tuple[int, ...]
) -> None:
    layer = Experts(160, 128, experts=3, top_k=2, seed=14, scale_bytes=scale_bytes)
    x = tokens(40, 160)
    together = run_moe(layer, x)
    assert np.isfinite(together).all()
    assert np.array_equal(together, np.concatenate([run_moe(layer, x[i : i + 1]) for i in range(len(x))]))
    kernels.select("scalar")
    assert relative_error(together, run_moe(layer, x).astype(np.float64)) <= 0.015


def test_avx2_and_avx512_agree_to_the_bit() -> None:
    if "avx512vnni" not in kernels.supported():
        pytest.skip("this CPU has no AVX-512 VNNI")
    layer = Experts(160, 224, experts=4, top_k=3, seed=6)
    for count in (1, 3, 40):
        x = tokens(count, 160)
        kernels.select("avx2")
        y = run_moe(layer, x)
        kernels.select("avx512vnni")
        assert np.array_equal(run_moe(layer, x), y)


def test_every_code_is_read_minus_zero_too(kernel: str) -> None:
    layer = Experts(64, 64, experts=1, top_k=1)
    codes = np.arange(16, dtype=np.uint8)
    layer.gate_up_blocks[:] = (codes | codes[::-1] << 4)[None, None, None]
    layer.down_blocks[:] = 0x88  # minus zero everywhere: only biases are left
    x = tokens(2, 64)
    assert relative_error(run_moe(layer, x), moe(layer, x)) <= 1e-6


def test_a_token_does_not_depend_on_its_company(kernel: str) -> None:
    layer = Experts(96, 160, experts=5, top_k=2, seed=8)
    x = tokens(130, 96)
    together = run_moe(layer, x)
    one_by_one = np.concatenate([run_moe(layer, x[i : i + 1]) for i in range(len(x))])
    assert np.array_equal(together, one_by_one)
    for chunk in (2, 3, 5, 64, 65):
        parts = [run_moe(layer, x[i : i + chunk]) for i in range(0, len(x), chunk)]
        assert np.array_equal(together, np.concatenate(parts)), f"chunks of {chunk}"


@pytest.mark.slow
def test_more_tokens_than_one_round_holds(kernel: str) -> None:
    layer = Experts(32, 32, experts=3, top_k=1, seed=9)
    x = tokens(1100, 32)
    y = run_moe(layer, x)
    assert np.array_equal(y[1000:], run_moe(layer, x[1000:]))


@pytest.mark.parametrize("offset", [1, 2, 7, 33])
def test_weights_may_lie_at_any_address(kernel: str, offset: int) -> None:
    layer = Experts(96, 160, experts=3, top_k=2, seed=10)
    x = tokens(6, 96)
    elsewhere = [shifted(array, offset) for array in layer.arrays()]
    assert np.array_equal(run_moe(layer, x, elsewhere), run_moe(layer, x))


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_session_computes_the_same_with_any_number_of_threads(kernel: str, threads: int) -> None:
    layer = Experts(96, 160, experts=5, top_k=3, seed=11)
    x = tokens(37, 96)
    weights = layer.weights()
    session = op_session("MXFP4MoE", {"x": x}, weights, threads=threads, top_k=3)
    (y,) = session.run(None, {"x": x})
    assert np.array_equal(y, run_moe(layer, x))
    assert session.run(None, {"x": x[:0]})[0].shape == (0, 96)


def test_a_batch_dimension_is_kept(kernel: str) -> None:
    layer = Experts(64, 64, experts=3, top_k=2, seed=12)
    x = tokens(6, 64).reshape(2, 3, 64)
    weights = layer.weights()
    session = op_session("MXFP4MoE", {"x": x}, weights, top_k=2)
    (y,) = session.run(None, {"x": x})
    assert np.array_equal(y, run_moe(layer, x.reshape(6, 64)).reshape(x.shape))


def test_swiglu_attributes_are_used(kernel: str) -> None:
    layer = Experts(64, 64, experts=2, top_k=1, seed=13, alpha=1.1, limit=0.5)
    x = tokens(4, 64)
    weights = layer.weights()
    session = op_session("MXFP4MoE", {"x": x}, weights, top_k=1, swiglu_alpha=1.1, swiglu_limit=0.5)
    (y,) = session.run(None, {"x": x})
    assert relative_error(y, moe(layer, x)) <= allowed(kernel)


def test_too_little_memory_is_a_sentence_not_a_crash() -> None:
    layer = Experts(32, 32, experts=1, top_k=1)
    arrays = layer.arrays()
    layer.hidden = 1 << 50
    with pytest.raises(KernelError, match="not enough memory for 8 tokens"):
        run_moe(layer, tokens(8, 32), arrays)
