"""Attention with sinks, a window and a shared cache: right numbers, however the prompt is cut."""

from __future__ import annotations

import numpy as np
import pytest

from tests.runtime.kernels.direct import Cache, run_attention
from tests.runtime.kernels.kernel_reference import Attention, attention, relative_error, rotated

LENGTHS = (1, 31, 32, 33, 127, 128, 129, 600)


def chunked(layer: Attention, chunk: int, capacity: int | None = None) -> np.ndarray:
    """The whole conversation, `chunk` tokens a call."""
    cache = Cache(layer, capacity or layer.length)
    parts = [
        run_attention(layer, cache, min(chunk, layer.length - start))
        for start in range(0, layer.length, chunk)
    ]
    return np.concatenate(parts)


@pytest.mark.parametrize("window", [0, 128])
@pytest.mark.parametrize("length", LENGTHS)
def test_answers_match_float64(kernel: str, length: int, window: int) -> None:
    layer = Attention(length, window=window, seed=length)
    out = chunked(layer, length, capacity=length + 3)
    # f16 rounds the few keys that lie between two numbers differently in float and in double.
    assert relative_error(out, attention(layer)) <= 3e-4


@pytest.mark.slow
@pytest.mark.parametrize("window", [0, 128])
def test_a_long_prompt_matches_float64(kernel: str, window: int) -> None:
    layer = Attention(5000, q_heads=2, kv_heads=1, window=window)
    assert relative_error(chunked(layer, 5000)[4700:], attention(layer, first=4700)) <= 3e-4


@pytest.mark.parametrize("window", [0, 1, 2, 31, 32, 33, 100, 512])
def test_every_window_ends_where_it_should(kernel: str, window: int) -> None:
    layer = Attention(170, window=window, seed=window)
    assert relative_error(chunked(layer, 170), attention(layer)) <= 3e-4


@pytest.mark.parametrize(
    ("q_heads", "kv_heads", "dim"), [(8, 1, 64), (6, 2, 32), (3, 3, 48), (4, 4, 24), (2, 1, 6)]
)
def test_every_head_shape_works(kernel: str, q_heads: int, kv_heads: int, dim: int) -> None:
    layer = Attention(70, q_heads, kv_heads, dim, window=40, seed=dim)
    assert relative_error(chunked(layer, 70), attention(layer)) <= 3e-4


@pytest.mark.slow
@pytest.mark.parametrize("window", [0, 128])
@pytest.mark.parametrize("past", [0, 300])
def test_a_token_does_not_depend_on_how_the_prompt_is_cut(kernel: str, past: int, window: int) -> None:
    layer = Attention(past + 140, q_heads=8, kv_heads=2, window=window, seed=past)
    together = chunked(layer, layer.length)
    for chunk in (1, 3, 4, 5, 7, 64, 129):
        cache = Cache(layer, layer.length + 200)
        first = [run_attention(layer, cache, past)] if past else []
        rest = [
            run_attention(layer, cache, min(chunk, layer.length - cache.length))
            for _ in range(past, layer.length, chunk)
        ]
        assert np.array_equal(together, np.concatenate([*first, *rest])), f"chunks of {chunk}"


@pytest.mark.slow
@pytest.mark.parametrize("window", [0, 128])
def test_a_long_context_gives_the_same_bits_token_by_token(kernel: str, window: int) -> None:
    layer = Attention(1100, q_heads=4, kv_heads=1, window=window, seed=4)
    together = chunked(layer, 1100)
    cache = Cache(layer, 1100)
    run_attention(layer, cache, 1000)
    for position in range(1000, 1100):
        assert np.array_equal(run_attention(layer, cache, 1)[0], together[position])


def test_the_cache_holds_rotated_keys_and_plain_values_in_f16(kernel: str) -> None:
    layer = Attention(20, seed=5)
    cache = Cache(layer, 25)
    run_attention(layer, cache, 20)
    keys = rotated(layer, layer.k, layer.kv_heads).transpose(1, 0, 2)
    assert relative_error(cache.key[0, :, :20], keys) <= 1e-3
    values = layer.v.reshape(20, layer.kv_heads, layer.dim).transpose(1, 0, 2).astype(np.float16)
    assert np.array_equal(cache.value[0, :, :20], values)
    assert np.isnan(cache.key[0, :, 20:]).all(), "positions after the last token are not touched"


def test_values_are_rounded_to_f16_as_the_hardware_rounds(kernel: str) -> None:
    layer = Attention(12, q_heads=1, kv_heads=1, dim=16)
    odd = np.array(
        [65519.9, 65520, 1e9, 6e-8, 2.9e-8, 3e-8, 6.1e-5, 6.099e-5, 0, -0.0, 1 + 2**-11, 1 + 3 * 2**-11]
    )
    layer.v[:] = odd.astype(np.float32)[:, None] * np.array([1.0, -1.0] * 8, np.float32)
    cache = Cache(layer, 12)
    run_attention(layer, cache, 12)
    with np.errstate(over="ignore"):
        assert np.array_equal(cache.value[0, 0].view(np.uint16), layer.v.astype(np.float16).view(np.uint16))


def test_a_strong_sink_silences_the_head(kernel: str) -> None:
    layer = Attention(40, q_heads=2, kv_heads=1)
    layer.sinks[:] = [0x42C8, 0xC2C8]  # 100 and -100
    out = chunked(layer, 40).reshape(40, 2, layer.dim)
    assert np.abs(out[:, 0]).max() < 1e-15
    assert relative_error(out.reshape(40, -1), attention(layer)) <= 3e-4


def test_huge_scores_do_not_overflow(kernel: str) -> None:
    layer = Attention(40, window=20, seed=6)
    layer.q *= 1000
    out = chunked(layer, 40)
    assert np.isfinite(out).all()
    # Nearly a hard choice: only a choice between almost equal scores may differ.
    assert relative_error(out, attention(layer)) <= 0.05


def test_old_rows_outside_the_window_are_not_read(kernel: str) -> None:
    layer = Attention(200, window=16, seed=7)
    expected = chunked(layer, 200)
    cache = Cache(layer, 200)
    run_attention(layer, cache, 190)
    cache.key[:, :, : 190 - 15] = np.nan
    cache.value[:, :, : 190 - 15] = np.nan
    assert np.array_equal(run_attention(layer, cache, 10), expected[190:])


def test_no_tokens_is_no_work(kernel: str) -> None:
    layer = Attention(3)
    assert run_attention(layer, Cache(layer, 3), 0).shape == (0, layer.q_heads * layer.dim)
