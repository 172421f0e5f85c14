"""The numpy reference says what transformers says, and the stored logits notice whatever goes missing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.logits_goldens import (
    PROMPT_LENGTHS,
    l2_error,
    load_goldens,
    max_error,
    stored_cases,
    stored_weights_digest,
    weights_digest,
)
from tests.support.random_checkpoint import NAMED, write_random_checkpoint
from tests.support.reference_model import ReferenceModel, dequantize

# What the engine is held to (`tests/runtime/test_numbers.py`): whatever goes missing must show far above it.
EXACT_TOLERANCE = 1e-3
INT8_TOLERANCE = 0.02

DEMO = Path(__file__).parents[2] / "models" / "demo"
SMALL = [name for name in NAMED if name != "full_width"]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Path]]:
    """Writes a named checkpoint once; deletes them all in the end, the largest has 160 MB."""
    root = tmp_path_factory.mktemp("checkpoints")

    def write(name: str) -> Path:
        if name == "demo":
            return DEMO
        folder = root / name
        return folder if folder.exists() else write_random_checkpoint(folder, NAMED[name])

    yield write
    shutil.rmtree(root)


def errors(model: ReferenceModel, name: str, lengths: Sequence[int] = PROMPT_LENGTHS) -> tuple[float, float]:
    """The greatest max error over the stored prompts of these lengths, and the L2 error over all of them."""
    goldens = [load_goldens(name)[length] for length in lengths]
    got = [golden.of(model.logits(golden.ids)) for golden in goldens]
    wanted = [golden.logits for golden in goldens]
    return max(map(max_error, got, wanted)), l2_error(np.concatenate(got), np.concatenate(wanted))


def test_every_named_checkpoint_has_stored_logits() -> None:
    assert set(NAMED) <= set(stored_cases())


@pytest.mark.parametrize("name", [*SMALL, "demo"])
def test_the_stored_logits_are_those_of_these_weights(name: str, checkpoint: Callable[[str], Path]) -> None:
    assert weights_digest(checkpoint(name)) == stored_weights_digest(name), (
        f"the weights changed; make their logits anew: python -m tests.goldens.numbers.make {name}"
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", [*SMALL, "demo"])
def test_the_reference_agrees_with_transformers(name: str, checkpoint: Callable[[str], Path]) -> None:
    largest, _ = errors(ReferenceModel(checkpoint(name)), name)
    assert largest <= 1e-4


@pytest.mark.slow
def test_the_reference_agrees_with_transformers_at_full_width(checkpoint: Callable[[str], Path]) -> None:
    golden = load_goldens("full_width")[129]  # the 600 tokens would take ten seconds and say the same
    logits = ReferenceModel(checkpoint("full_width")).logits(golden.ids)
    assert max_error(golden.of(logits), golden.logits) <= 1e-4


def test_the_stored_logits_spread_over_several_units() -> None:
    for name in NAMED:
        for golden in load_goldens(name).values():
            assert 2 < golden.logits.std() < 5


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL)
def test_every_expert_is_asked(name: str, checkpoint: Callable[[str], Path]) -> None:
    model = ReferenceModel(checkpoint(name))
    model.logits(load_goldens(name)[600].ids)
    assert model.expert_counts.min() > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tiny", "odd_sizes", "narrow"])
@pytest.mark.parametrize(
    "part",
    [
        "self_attn.q_proj.bias",
        "self_attn.k_proj.bias",
        "self_attn.v_proj.bias",
        "self_attn.o_proj.bias",
        "mlp.router.bias",
        "experts.gate_up_proj_bias",
        "experts.down_proj_bias",
    ],
)
def test_a_forgotten_bias_is_noticed(part: str, name: str, checkpoint: Callable[[str], Path]) -> None:
    assert_noticed(ReferenceModel(checkpoint(name), {part: 0.0}), name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tiny", "odd_sizes", "narrow"])
def test_forgotten_sinks_are_noticed(name: str, checkpoint: Callable[[str], Path]) -> None:
    assert_noticed(ReferenceModel(checkpoint(name), {"self_attn.sinks": -np.inf}), name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tiny", "odd_sizes", "narrow"])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sliding_window", 1 << 30),
        ("swiglu_limit", 1e9),
        ("num_experts_per_tok", 1),
    ],
)
def test_a_forgotten_limit_is_noticed(
    field: str, value: Any, name: str, checkpoint: Callable[[str], Path]
) -> None:
    assert_noticed(ReferenceModel(checkpoint(name), config_changes={field: value}), name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tiny", "odd_sizes", "narrow"])
@pytest.mark.parametrize("window", [-1, +1])
def test_a_window_one_token_off_is_noticed(window: int, name: str, checkpoint: Callable[[str], Path]) -> None:
    width = NAMED[name].sliding_window + window
    largest, _ = errors(
        ReferenceModel(checkpoint(name), config_changes={"sliding_window": width}), name, (600,)
    )
    assert largest > 3 * EXACT_TOLERANCE


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tiny", "odd_sizes", "narrow"])
def test_plain_rotation_instead_of_yarn_is_noticed(name: str, checkpoint: Callable[[str], Path]) -> None:
    model = ReferenceModel(checkpoint(name))
    model.config["rope_scaling"] = model.config["rope_scaling"] | {"factor": 1.0}
    assert_noticed(model, name)


def assert_noticed(model: ReferenceModel, name: str) -> None:
    lengths = (600,) if model.config["sliding_window"] != NAMED[name].sliding_window else (128, 129)
    largest, l2 = errors(model, name, lengths)
    assert largest > 10 * EXACT_TOLERANCE
    assert l2 > 1.5 * INT8_TOLERANCE


def test_the_sixteen_codes_and_their_order_in_a_byte() -> None:
    blocks = np.arange(16, dtype=np.uint8).reshape(1, 1, 16) * 16 + np.arange(15, -1, -1, dtype=np.uint8)
    weights = dequantize(blocks, np.array([[128]], dtype=np.uint8))[0]
    positive = [0, 1, 2, 3, 4, 6, 8, 12]
    codes = positive + [-value for value in positive]
    assert weights[0::2].tolist() == codes[::-1]  # low nibbles first
    assert weights[1::2].tolist() == codes
