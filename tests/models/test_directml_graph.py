"""What the graphs for graphics devices consist of: DirectML's operators only, and no weight stored in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.checkpoint import Checkpoint
from models.dense import make_dense, open_dense
from models.graph.builder import OPSET
from models.graph.device_weights import DeviceWeight
from models.graph.directml import (
    DeviceGraph,
    build_cache_writer,
    build_directml_graph,
    build_directml_head,
)
from models.graph.plain import OPERATORS
from models.graph.plain_experts import block_count, block_rows
from models.mapped_files import MappedFiles
from tests.support.random_checkpoint import NAMED, write_random_checkpoint


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return Checkpoint.open(write_random_checkpoint(tmp_path_factory.mktemp("tiny"), NAMED["tiny"]))


def graphs_of(checkpoint: Checkpoint, cache: Path | None) -> list[DeviceGraph]:
    dense = None
    if cache is not None:
        for _ in make_dense(checkpoint, cache):
            pass
        dense = open_dense(checkpoint, cache)
    graphs = [build_directml_graph(checkpoint, dense, tokens=tokens, capacity=256) for tokens in (1, 64, 512)]
    graphs.append(build_directml_head(checkpoint, dense))
    graphs.append(build_cache_writer(checkpoint.config, capacity=256, recent=64))
    return graphs


@pytest.mark.parametrize("eight_bits", [False, True])
def test_there_are_directmls_operators_only(checkpoint: Checkpoint, eight_bits: bool, tmp_path: Path) -> None:
    used = set()
    for graph in graphs_of(checkpoint, tmp_path if eight_bits else None):
        model = onnx.load_from_string(graph.model)
        assert {entry.domain: entry.version for entry in model.opset_import}[""] == OPSET
        assert {node.domain for node in model.graph.node} <= {"", "com.microsoft"}
        used |= {node.op_type for node in model.graph.node}
    assert used <= OPERATORS
    assert {"Gather", "MatMul", "Softmax", "TopK"} <= used
    assert ("MatMulNBits" in used) == eight_bits


def test_every_shape_is_fixed(checkpoint: Checkpoint) -> None:
    # DirectML compiles for a shape; one that changes is compiled anew at each run.
    for graph in graphs_of(checkpoint, None):
        model = onnx.load_from_string(graph.model)
        for value in [*model.graph.input, *model.graph.output]:
            assert all(axis.dim_value > 0 for axis in value.type.tensor_type.shape.dim), value.name


def test_weights_are_inputs_and_shared_by_all_graphs(checkpoint: Checkpoint) -> None:
    one, chunk, large, head, writer = graphs_of(checkpoint, None)
    assert one.weights == chunk.weights == large.weights
    assert not writer.weights
    assert set(head.weights) == {"model.norm.weight", "lm_head.weight"}
    for graph in (one, chunk, large, head):
        inputs = {value.name for value in onnx.load_from_string(graph.model).graph.input}
        assert set(graph.weights) <= inputs
        assert len(graph.model) < 600_000
    everything = {**one.weights, **head.weights}
    assert set(checkpoint.tensors) - set(everything) == {"model.embed_tokens.weight"}


def test_experts_stay_packed_on_the_device(checkpoint: Checkpoint) -> None:
    weights = graphs_of(checkpoint, None)[0].weights
    for name, weight in weights.items():
        if name.endswith(("_blocks", "_scales")):
            assert weight.dtype == np.uint8
            assert weight.size == checkpoint.tensors[name].size


def test_signed_8_bit_weights_become_unsigned_around_the_zero_point(
    checkpoint: Checkpoint, tmp_path: Path
) -> None:
    for _ in make_dense(checkpoint, tmp_path):
        pass
    dense = open_dense(checkpoint, tmp_path)
    assert dense is not None
    signed, maps = dense["lm_head.q8"], MappedFiles()
    got = DeviceWeight(signed.shape, np.dtype(np.uint8), signed).read(maps)
    assert got.dtype == np.uint8
    assert np.array_equal(got.astype(np.int16) - 128, maps.view(signed))


@given(st.data())
def test_blocks_suffice_however_tokens_are_spread(data: st.DataObject) -> None:
    tokens = data.draw(st.sampled_from([2, 64, 200, 512]))
    experts = data.draw(st.integers(1, 40))
    active = data.draw(st.integers(1, min(experts, 8)))
    # Most blocks are needed when many experts have one row more than full blocks.
    counts = np.zeros(experts, np.int64)
    left = tokens * active
    for expert in data.draw(st.permutations(range(experts))):
        wished = data.draw(st.integers(0, tokens)) if left else 0
        counts[expert] = min(wished, left, tokens)
        left -= counts[expert]
    for expert in range(experts):  # the rest, wherever there is room: a token has an expert once
        more = min(left, tokens - counts[expert])
        counts[expert] += more
        left -= more
    assert counts.sum() == tokens * active
    rows = block_rows(tokens)
    assert int(np.ceil(counts / rows).sum()) <= block_count(tokens, active, experts)
