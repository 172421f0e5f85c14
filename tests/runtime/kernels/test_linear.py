"""Dense matrices, bf16 or int8: right numbers from every kernel, for any number of tokens."""

from __future__ import annotations

import numpy as np
import pytest

from runtime import kernels
from tests.runtime.kernels.direct import run_linear, shifted
from tests.runtime.kernels.kernel_reference import from_bf16, relative_error, to_bf16
from tests.runtime.kernels.op_session import op_session

SHAPES = ((1, 32), (5, 96), (17, 160), (66, 288), (131, 64))
TOKEN_COUNTS = (0, 1, 2, 3, 7, 33, 130)


class Int8Matrix:
    """A random int8 matrix [n, k] with f16 scales and bf16 bias."""

    def __init__(self, n: int, k: int) -> None:
        rng = np.random.default_rng(n * 1000 + k)
        self.weight = rng.integers(-128, 128, (n, k), dtype=np.int8)
        self.scales = rng.uniform(0.001, 0.02, (n, k // 32)).astype(np.float16)
        self.bias = to_bf16(rng.normal(size=n))

    def times(self, x: np.ndarray) -> np.ndarray:
        exact = self.weight * np.repeat(self.scales.astype(np.float64), 32, axis=1)
        return np.asarray(x.astype(np.float64) @ exact.T + from_bf16(self.bias))


def tokens(count: int, k: int) -> np.ndarray:
    return np.random.default_rng(3).normal(size=(count, k)).astype(np.float32)


@pytest.mark.parametrize("count", TOKEN_COUNTS)
@pytest.mark.parametrize(("n", "k"), SHAPES)
def test_int8_matches_float64(kernel: str, n: int, k: int, count: int) -> None:
    matrix, x = Int8Matrix(n, k), tokens(count, k)
    y = run_linear(x, matrix.weight, matrix.scales, matrix.bias)
    assert y.shape == (count, n)
    assert relative_error(y, matrix.times(x)) <= (1e-5 if kernel == "scalar-f32" else 0.015)


@pytest.mark.parametrize("count", TOKEN_COUNTS)
@pytest.mark.parametrize(("n", "k"), [*SHAPES, (3, 1), (9, 15), (6, 100), (33, 47)])
def test_bf16_is_exact_but_for_float_sums(kernel: str, n: int, k: int, count: int) -> None:
    rng = np.random.default_rng(k)
    weight, bias, x = to_bf16(rng.normal(size=(n, k))), to_bf16(rng.normal(size=n)), tokens(count, k)
    exact = x.astype(np.float64) @ from_bf16(weight).T + from_bf16(bias)
    assert relative_error(run_linear(x, weight, None, bias), exact) <= 1e-5
    assert relative_error(run_linear(x, weight), exact - from_bf16(bias)) <= 1e-5


@pytest.mark.parametrize(("n", "k"), SHAPES)
def test_fast_int8_kernels_match_plain_c(int8_kernel: str, n: int, k: int) -> None:
    matrix = Int8Matrix(n, k)
    for count in (1, 3, 20):
        x = tokens(count, k)
        kernels.select(int8_kernel)
        y = run_linear(x, matrix.weight, matrix.scales)
        kernels.select("scalar")
        assert relative_error(y, run_linear(x, matrix.weight, matrix.scales).astype(np.float64)) <= 1e-6


def test_the_largest_int8_numbers_do_not_overflow(kernel: str) -> None:
    weight = np.full((9, 64), -128, np.int8)
    weight[1] = 127
    scales = np.ones((9, 2), np.float16)
    for sign in (1, -1):
        x = np.full((5, 64), 3.0 * sign, np.float32)
        exact = x.astype(np.float64) @ weight.T.astype(np.float64)
        assert relative_error(run_linear(x, weight, scales), exact) <= 1e-5


def test_small_and_special_f16_scales_are_read(kernel: str) -> None:
    weight = np.ones((8, 64), np.int8)
    scales = np.array([[6e-8, 0.0]] * 4 + [[6e-5, 65504.0]] * 4, np.float16)  # subnormal, zero, largest
    x = np.ones((5, 64), np.float32)
    exact = np.repeat(scales.astype(np.float64), 32, axis=1).sum(axis=1)[None].repeat(5, axis=0)
    assert np.allclose(run_linear(x, weight, scales), exact, rtol=1e-5, atol=0)


@pytest.mark.parametrize("kind", ["int8", "bf16"])
def test_a_token_does_not_depend_on_its_company(kernel: str, kind: str) -> None:
    n, k = 67, 160
    matrix, x = Int8Matrix(n, k), tokens(130, k)
    weight = matrix.weight if kind == "int8" else to_bf16(np.random.default_rng(1).normal(size=(n, k)))
    scales = matrix.scales if kind == "int8" else None
    together = run_linear(x, weight, scales, matrix.bias)
    for chunk in (1, 2, 3, 5, 64, 65):
        parts = [run_linear(x[i : i + chunk], weight, scales, matrix.bias) for i in range(0, 130, chunk)]
        assert np.array_equal(together, np.concatenate(parts)), f"chunks of {chunk}"


def test_no_activation_at_all_gives_the_bias(kernel: str) -> None:
    matrix = Int8Matrix(12, 64)
    y = run_linear(np.zeros((6, 64), np.float32), matrix.weight, matrix.scales, matrix.bias)
    assert np.array_equal(y, from_bf16(matrix.bias).astype(np.float32)[None].repeat(6, axis=0))


@pytest.mark.parametrize("offset", [1, 3, 34])
def test_weights_may_lie_at_any_address(kernel: str, offset: int) -> None:
    matrix, x = Int8Matrix(21, 96), tokens(6, 96)
    bf16 = to_bf16(np.random.default_rng(2).normal(size=(21, 100)))
    moved = [shifted(array, offset) for array in (matrix.weight, matrix.scales, matrix.bias)]
    assert np.array_equal(run_linear(x, *moved), run_linear(x, matrix.weight, matrix.scales, matrix.bias))
    wide = tokens(6, 100)
    assert np.array_equal(run_linear(wide, shifted(bf16, offset)), run_linear(wide, bf16))


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("kind", ["int8", "bf16"])
def test_a_session_computes_the_same_with_any_number_of_threads(kernel: str, kind: str, threads: int) -> None:
    n, k = 200, 96
    matrix, x = Int8Matrix(n, k), tokens(12, k)
    weight = matrix.weight if kind == "int8" else to_bf16(np.random.default_rng(1).normal(size=(n, k)))
    scales = matrix.scales if kind == "int8" else None
    session = op_session(
        "Linear",
        {"x": x.reshape(3, 4, k)},
        {"weight": weight, "scales": scales, "bias": matrix.bias},
        threads=threads,
    )
    (y,) = session.run(None, {"x": x.reshape(3, 4, k)})
    assert np.array_equal(y, run_linear(x, weight, scales, matrix.bias).reshape(3, 4, n))
    assert session.run(None, {"x": x.reshape(3, 4, k)[:0]})[0].shape == (0, 4, n)
