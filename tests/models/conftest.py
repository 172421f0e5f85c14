"""What the tests of getting a model share: files to publish, a hub that publishes them, a models folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.hub import FakeHub
from tests.support.installing import Download, Published, published


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return published(tmp_path_factory.mktemp("published"))


@pytest.fixture
def hub(files: Published) -> Iterator[FakeHub]:
    with FakeHub(files) as hub:
        yield hub


@pytest.fixture
def get(hub: FakeHub, tmp_path: Path) -> Download:
    return Download(hub.address, tmp_path / "models")
