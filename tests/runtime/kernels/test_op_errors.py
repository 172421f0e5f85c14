"""A model file that does not fit the ops is refused with a sentence that names the op and the input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.runtime.kernels.kernel_reference import WEIGHT_NAMES, Experts, to_bf16
from tests.runtime.kernels.op_session import op_session

Arrays = dict[str, NDArray[Any]]


def moe_weights() -> Arrays:
    return Experts(64, 96, 3, 2).weights()


def moe_message(x: NDArray[Any], weights: Arrays, **attributes: Any) -> str:
    with pytest.raises(Exception, match="MXFP4MoE") as caught:
        op_session("MXFP4MoE", {"x": x}, weights, **(attributes or {"top_k": 2})).run(None, {"x": x})
    return str(caught.value)


X = np.ones((2, 64), np.float32)


@pytest.mark.parametrize("name", WEIGHT_NAMES)
def test_a_weight_of_the_wrong_shape_is_named(name: str) -> None:
    weights = moe_weights()
    weights[name] = np.ascontiguousarray(weights[name][..., :-1])
    assert f"input {name}" in moe_message(X, weights)


@pytest.mark.parametrize("name", WEIGHT_NAMES)
def test_a_missing_expert_is_noticed(name: str) -> None:
    weights = moe_weights()
    weights[name] = weights[name][:-1]
    assert "and must be" in moe_message(X, weights)


def test_the_sentence_says_what_is_and_what_should_be() -> None:
    weights = moe_weights()
    weights["down_bias"] = weights["down_bias"][:, :-1].copy()
    expected = "input down_bias is bfloat16 [3, 63], and must be bfloat16 [3, 64]."
    assert expected in moe_message(X, weights)


def test_activations_of_the_wrong_width_are_refused() -> None:
    message = moe_message(np.ones((2, 32), np.float32), moe_weights())
    assert "input x is float32 [2, 32], and must be float32 with a last dimension of 64." in message


def test_a_weight_of_the_wrong_type_is_refused() -> None:
    weights = moe_weights()
    weights["down_scales"] = weights["down_scales"].astype(np.int8)
    assert "down_scales" in moe_message(X, weights)


@pytest.mark.parametrize("top_k", [0, 4, -1])
def test_an_impossible_number_of_experts_is_refused(top_k: int) -> None:
    assert f"top_k is {top_k}, and must be from 1 to the 3 experts" in moe_message(
        X, moe_weights(), top_k=top_k
    )


def test_top_k_may_not_be_left_out() -> None:
    assert "top_k (experts per token) is missing" in moe_message(X, moe_weights(), unrelated=1)


def linear_message(x: NDArray[Any], weights: dict[str, NDArray[Any] | None]) -> str:
    with pytest.raises(Exception, match="Linear") as caught:
        op_session("Linear", {"x": x}, weights).run(None, {"x": x})
    return str(caught.value)


INT8 = np.ones((4, 64), np.int8)
BF16 = to_bf16(np.ones((4, 64)))
SCALES = np.ones((4, 2), np.float16)


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({"weight": INT8}, "input scales is missing"),
        (
            {"weight": INT8, "scales": SCALES[:, :1]},
            "input scales is float16 [4, 1], and must be float16 [4, 2]",
        ),
        ({"weight": BF16, "scales": SCALES}, "input scales belongs to int8 weights"),
        ({"weight": INT8[:, :40], "scales": SCALES}, "its width 40 must be a multiple of 32"),
        ({"weight": BF16[0]}, "input weight must be [outputs, inputs]"),
        (
            {"weight": INT8.astype(np.float32)},
            "input weight is float32 [4, 64], and must be bfloat16 [any, any]",
        ),
        (
            {"weight": BF16[:, :63]},
            "input x is float32 [2, 64], and must be float32 with a last dimension of 63",
        ),
        (
            {"weight": BF16, "scales": None, "bias": BF16[0]},
            "input bias is bfloat16 [64], and must be bfloat16 [4]",
        ),
    ],
)
def test_a_matrix_that_does_not_fit_is_refused(
    weights: dict[str, NDArray[Any] | None], expected: str
) -> None:
    copies = {name: None if array is None else array.copy() for name, array in weights.items()}
    assert expected in linear_message(X, copies)
