"""SinkAttention in a session: the cache updated in place when bound so, copied when not, errors as sentences."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from numpy.typing import NDArray

from tests.runtime.kernels.direct import Cache, run_attention
from tests.runtime.kernels.kernel_reference import Attention
from tests.runtime.kernels.op_session import op_session

OUTPUTS = ("out", "present_key", "present_value")
Feed = dict[str, NDArray[Any]]


def feed_of(layer: Attention, cache: Cache, count: int) -> Feed:
    past = cache.length
    return {
        "q": layer.q[None, past : past + count],
        "k": layer.k[None, past : past + count],
        "v": layer.v[None, past : past + count],
        "past_key": cache.key,
        "past_value": cache.value,
        "past_length": np.array([past], np.int64),
        "cos": layer.cos,
        "sin": layer.sin,
    }


def session_of(layer: Attention, feed: Feed, threads: int = 2) -> ort.InferenceSession:
    return op_session(
        "SinkAttention",
        feed,
        {"sinks": layer.sinks},
        OUTPUTS,
        threads,
        window=layer.window,
        scale=layer.scale,
    )


@pytest.mark.slow
@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("window", [0, 128])
def test_any_number_of_threads_gives_the_same_bits(kernel: str, window: int, threads: int) -> None:
    layer = Attention(700, q_heads=8, kv_heads=2, window=window)
    ours, theirs = Cache(layer, 700), Cache(layer, 700)
    session = session_of(layer, feed_of(layer, theirs, 1), threads)
    for count in (600, 1, 2, 70):
        expected = run_attention(layer, ours, count)
        out, key, value = session.run(None, feed_of(layer, theirs, count))
        theirs.key, theirs.value, theirs.length = key, value, theirs.length + count
        assert np.array_equal(out[0], expected)
        assert np.array_equal(key, ours.key, equal_nan=True)
        assert np.array_equal(value, ours.value, equal_nan=True)


def test_a_cache_bound_as_input_and_output_is_updated_in_place(kernel: str) -> None:
    layer = Attention(40)
    ours, theirs = Cache(layer, 64), Cache(layer, 64)
    session = session_of(layer, feed_of(layer, theirs, 30))
    for count in (30, 1, 9):
        expected = run_attention(layer, ours, count)
        binding = session.io_binding()
        feed = feed_of(layer, theirs, count)
        held = {
            name: ort.OrtValue.ortvalue_from_numpy(array)
            for name, array in feed.items()
            if "past_" not in name
        }
        held["past_length"] = ort.OrtValue.ortvalue_from_numpy(feed["past_length"])
        for name, value in held.items():
            binding.bind_ortvalue_input(name, value)
        binding.bind_output("out", "cpu")
        for kind, array in (("key", theirs.key), ("value", theirs.value)):
            binding.bind_input(f"past_{kind}", "cpu", 0, np.float16, array.shape, array.ctypes.data)
            binding.bind_output(f"present_{kind}", "cpu", 0, np.float16, array.shape, array.ctypes.data)
        session.run_with_iobinding(binding)
        theirs.length += count
        assert np.array_equal(binding.get_outputs()[0].numpy()[0], expected)
        assert np.array_equal(theirs.key, ours.key, equal_nan=True)
        assert np.array_equal(theirs.value, ours.value, equal_nan=True)


def test_a_cache_that_is_not_bound_is_copied_and_left_alone(kernel: str) -> None:
    layer = Attention(12)
    cache = Cache(layer, 20)
    run_attention(layer, cache, 10)
    before = cache.key.copy()
    _, key, _ = session_of(layer, feed_of(layer, cache, 2)).run(None, feed_of(layer, cache, 2))
    assert np.array_equal(cache.key, before, equal_nan=True)
    assert np.array_equal(key[:, :, :10], before[:, :, :10])
    assert not np.isnan(key[:, :, 10:12]).any()


def message_of(layer: Attention, feed: Feed, **attributes: Any) -> str:
    with pytest.raises(Exception, match="SinkAttention") as caught:
        op_session(
            "SinkAttention", feed, {"sinks": layer.sinks}, OUTPUTS, **(attributes or {"scale": 1.0})
        ).run(None, feed)
    return str(caught.value)


def test_a_full_context_is_said_in_numbers() -> None:
    layer = Attention(30)
    cache = Cache(layer, 20)
    cache.length = 15
    expected = "the context is full: 15 cached and 6 new tokens, and room for 20"
    assert expected in message_of(layer, feed_of(layer, cache, 6))


def test_wrong_inputs_are_named() -> None:
    layer = Attention(30)
    feed = feed_of(layer, Cache(layer, 30), 4)
    assert "past_length is -1" in message_of(layer, {**feed, "past_length": np.array([-1], np.int64)})
    assert "input k is float32 [1, 4, 31]" in message_of(layer, {**feed, "k": feed["k"][:, :, :-1].copy()})
    assert "input v is" in message_of(layer, {**feed, "v": feed["v"][:, :-1].copy()})
    assert "input sin is" in message_of(layer, {**feed, "sin": layer.sin[:-1].copy()})
    short = {**feed, "cos": layer.cos[:3].copy(), "sin": layer.sin[:3].copy()}
    assert "have 3 positions, and 4 are needed" in message_of(layer, short)
    narrow = {**feed, "past_value": np.zeros((1, 2, 30, 8), np.float16)}
    assert "input past_value is float16 [1, 2, 30, 8], and must be float16 [1, 2, 30, 16]" in message_of(
        layer, narrow
    )
    three = {**feed, "past_key": np.zeros((1, 3, 30, 16), np.float16)}
    assert "4 heads cannot share 3 kv heads" in message_of(layer, three)


def test_wrong_attributes_are_named() -> None:
    layer = Attention(30)
    feed = feed_of(layer, Cache(layer, 30), 4)
    assert "attribute scale is missing" in message_of(layer, feed, window=3)
    assert "window is -2" in message_of(layer, feed, window=-2, scale=1.0)
