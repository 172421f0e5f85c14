"""What the tests of commands share."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.command_line import Cli
from tests.support.random_checkpoint import NAMED, write_random_checkpoint


@pytest.fixture
def chorale(tmp_path: Path) -> Cli:
    return Cli(tmp_path)


@pytest.fixture(scope="session")
def endless_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `tiny_model`, but it comes to no end: no token that ends a turn is ever the likeliest."""
    config = replace(NAMED["narrow"], rope_factor=512.0)  # room for 131,072 tokens
    folder = write_random_checkpoint(tmp_path_factory.mktemp("models") / "endless", config)
    path = folder / "model.safetensors"
    data = bytearray(path.read_bytes())
    header_bytes = struct.unpack_from("<Q", data)[0]
    head = json.loads(data[8 : 8 + header_bytes])["lm_head.weight"]["data_offsets"][0] + 8 + header_bytes
    row = 2 * config.hidden_size
    for token in ("<|return|>", "<|call|>"):
        begin = head + row * config.special_id(token)
        data[begin : begin + row] = bytes(row)  # its logit is 0, and the largest one never is below
    path.write_bytes(data)
    return folder


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that loads and says nothing sensible."""
    return write_random_checkpoint(tmp_path_factory.mktemp("models") / "tiny", NAMED["narrow"])
