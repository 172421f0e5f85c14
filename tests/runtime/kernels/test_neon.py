"""The ARM64 kernels on emulated CPUs: the tests of the other kernels again, and that the right one is chosen.

Each kernel runs on the least CPU that has its instructions, so that one it may not use would end the test.
Speed cannot be seen here: an emulator says nothing of it.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator
from types import ModuleType

import numpy as np
import pytest

from runtime import kernels
from tests.runtime.kernels import (
    test_kernel_choice,
    test_linear,
    test_memory_bounds,
    test_mxfp4_moe,
    test_sink_attention,
)
from tests.runtime.kernels.direct import Cache, run_attention, run_linear, run_moe
from tests.runtime.kernels.emulated import EmulatedLibrary, machine
from tests.runtime.kernels.kernel_reference import Attention, Experts, moe, relative_error, to_bf16

pytestmark = pytest.mark.slow

# i8mm came with SVE, which `max` therefore has, and which no kernel may use.
LEAST_CPU = {"neon-i8mm": "max,sve=off", "neon-dotprod": "neoverse-n1"}

# Tests that are not repeated here: ONNX Runtime is not emulated, and some are long.
NOT_HERE = {
    "test_a_session_computes_the_same_with_any_number_of_threads",
    "test_a_batch_dimension_is_kept",
    "test_swiglu_attributes_are_used",
    "test_a_long_prompt_matches_float64",
    "test_more_tokens_than_one_round_holds",
}


def for_any_kernel(module: ModuleType) -> dict[str, Callable[..., None]]:
    """The module's tests that ask for a kernel; here they get the one of the fixtures below."""
    functions = {name: each for name, each in vars(module).items() if name.startswith("test_")}
    stem = module.__name__.rpartition("test_")[2]
    return {
        f"{name}_{stem}": function
        for name, function in functions.items()
        if {"kernel", "int8_kernel"} & set(inspect.signature(function).parameters) and name not in NOT_HERE
    }


for _module in (test_linear, test_mxfp4_moe, test_sink_attention):
    globals().update(for_any_kernel(_module))


@pytest.fixture(scope="module", params=LEAST_CPU)
def emulated(request: pytest.FixtureRequest) -> Iterator[tuple[str, EmulatedLibrary]]:
    """A kernel's name, and the library on the least CPU that can run it."""
    with machine(LEAST_CPU[request.param]) as library:
        yield request.param, library


@contextlib.contextmanager
def on(library: EmulatedLibrary) -> Iterator[None]:
    """Whatever uses `runtime.kernels` uses this library; this machine's again at the end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "library", lambda: library)
        yield


@pytest.fixture
def kernel(emulated: tuple[str, EmulatedLibrary]) -> Iterator[str]:
    """As in conftest.py: the kernel, selected; at the end the counters must show that it ran."""
    name, library = emulated
    with on(library):
        assert kernels.select(None) == name, "the least CPU that can run it chooses it"
        before = kernels.calls(name)
        yield name
        assert kernels.calls(name) > before, f"{name} was selected, and never ran"


@pytest.fixture
def int8_kernel(kernel: str) -> str:
    return kernel


@pytest.mark.parametrize(
    ("cpu", "best"),
    [
        ("max", "neon-i8mm"),
        ("neoverse-n1", "neon-dotprod"),
        ("cortex-a76", "neon-dotprod"),
        ("a64fx", "scalar"),  # SVE, and no dotprod
        ("cortex-a72", "scalar"),
    ],
)
def test_each_cpu_gets_the_best_kernel_it_can_run(cpu: str, best: str) -> None:
    with machine(cpu) as library, on(library):
        assert kernels.names() == ("neon-i8mm", "neon-dotprod", "scalar", "scalar-f32")
        assert kernels.in_use() == best == kernels.supported()[0]
        results(32)
        assert [name for name in kernels.names() if kernels.calls(name)] == [best]
        test_kernel_choice.test_the_selected_kernel_and_no_other_runs()
        test_kernel_choice.test_a_kernel_this_cpu_cannot_run_says_what_it_needs()


def test_no_kernel_reads_past_a_weight(kernel: str, capsys: pytest.CaptureFixture[str]) -> None:
    test_memory_bounds.run_everything()
    assert capsys.readouterr().out == "all read within bounds\n"


def results(k: int) -> dict[str, np.ndarray]:
    """Something of every op; widths k and 3 * k."""
    random = np.random.default_rng(k)
    x = random.normal(size=(70, k)).astype(np.float32)
    matrix, attention = test_linear.Int8Matrix(29, k), Attention(90, q_heads=6, kv_heads=2, dim=24, window=40)
    return {
        "experts": run_moe(Experts(k, 3 * k, experts=3, top_k=2), x),
        "int8": run_linear(x, matrix.weight, matrix.scales, matrix.bias),
        "bf16": run_linear(x, to_bf16(random.normal(size=(29, k)))),
        "attention": run_attention(attention, Cache(attention, 90), 90),
    }


def test_an_arm_cpu_computes_what_a_pc_does(emulated: tuple[str, EmulatedLibrary]) -> None:
    if "avx2" not in kernels.supported():
        pytest.skip("this CPU cannot run avx2")
    kernels.select("avx2")
    of_pc = results(160)
    name, library = emulated
    with on(library):
        assert kernels.select(None) == name
        ours = results(160)
    for op in ("experts", "int8", "bf16"):
        assert np.array_equal(ours[op], of_pc[op]), op
    # A tile may be added up in another order.
    assert relative_error(ours["attention"], of_pc["attention"].astype(np.float64)) <= 1e-6


@pytest.mark.parametrize("k", [2048, 2080, 2880])
def test_rows_longer_than_what_is_decoded_at_once(kernel: str, k: int) -> None:
    layer, matrix = Experts(k, 64, experts=1, top_k=1, scale_bytes=(116, 117)), test_linear.Int8Matrix(17, k)
    x = np.random.default_rng(k).normal(size=(9, k)).astype(np.float32)
    experts, linear = run_moe(layer, x), run_linear(x, matrix.weight, matrix.scales, matrix.bias)
    assert relative_error(experts, moe(layer, x)) <= 0.015
    assert relative_error(linear, matrix.times(x)) <= 0.015
    for t in range(9):
        assert np.array_equal(run_moe(layer, x[t : t + 1])[0], experts[t])
        assert np.array_equal(
            run_linear(x[t : t + 1], matrix.weight, matrix.scales, matrix.bias)[0], linear[t]
        )


@pytest.mark.parametrize("kind", ["int8", "mxfp4"])
def test_any_number_of_tokens_gives_each_the_same_bits(kernel: str, kind: str) -> None:
    matrix, layer = test_linear.Int8Matrix(20, 96), Experts(96, 32, experts=1, top_k=1)
    x = np.random.default_rng(5).normal(size=(70, 96)).astype(np.float32)

    def run(count: int) -> np.ndarray:
        if kind == "mxfp4":
            return run_moe(layer, x[:count])
        return run_linear(x[:count], matrix.weight, matrix.scales)

    together = run(70)
    for count in range(1, 70):
        assert np.array_equal(run(count), together[:count]), f"{count} tokens"
