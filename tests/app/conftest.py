"""What the tests of commands share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import Cli
from tests.support.random_checkpoint import NAMED, write_random_checkpoint


@pytest.fixture
def chorale(tmp_path: Path) -> Cli:
    return Cli(tmp_path)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that loads and says nothing sensible."""
    return write_random_checkpoint(tmp_path_factory.mktemp("models") / "tiny", NAMED["narrow"])
