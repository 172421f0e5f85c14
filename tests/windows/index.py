"""Files of the package index for these tests, by name and hash: `installers.index`, with this harness's errors."""

from __future__ import annotations

from pathlib import Path

from installers import index
from runtime.kernels.build import BuildError
from tests.windows.place import DOWNLOADS, SetupError


def fetch(project: str, name: str, sha256: str) -> Path:
    """The file `name` of a project of the index, downloaded unless it is there.

    Raises:
        SetupError: it is not there, is another file than the hash says, or cannot be fetched.
    """
    try:
        return index.fetch(project, name, sha256, DOWNLOADS)
    except BuildError as error:
        raise SetupError(str(error)) from error
