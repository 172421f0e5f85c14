"""What every test stands on: no window on the screen, no folder of the user's, no network, no chance.

Set when pytest loads this file, before Qt or Chorale are imported, so that processes the tests start get
it as well.
"""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

_BASE = Path(tempfile.mkdtemp(prefix="chorale-tests-"))
atexit.register(shutil.rmtree, _BASE, ignore_errors=True)

# Where programs keep what is the user's: on Linux by the XDG variables, on Windows by the known folders,
# for which platformdirs has overrides.
_USER_FOLDERS = {
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "XDG_CACHE_HOME": "cache",
    "WIN_PD_OVERRIDE_APPDATA": "roaming",
    "WIN_PD_OVERRIDE_LOCAL_APPDATA": "local",
}
_test_numbers = itertools.count(1)


def _prepare_environment() -> None:
    for variable, name in _USER_FOLDERS.items():
        os.environ[variable] = str(_BASE / "session" / name)
    runtime_folder = _BASE / "run"  # Qt warns without one
    runtime_folder.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime_folder)
    os.environ["LC_ALL"] = "C.UTF-8"  # numbers and dates look the same on every developer's machine
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # The developer's keychain is not for tests.
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    # numpy's threads wait for each other by spinning: on a busy machine that made tests ten times slower.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


_prepare_environment()

hypothesis.settings.register_profile("chorale", derandomize=True, database=None, deadline=None)
hypothesis.settings.load_profile("chorale")


@pytest.fixture(autouse=True)
def own_user_folders(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test settings, data and cache folders of its own; returns the folder they would be in.

    They do not exist yet, as on a new machine.
    """
    base = _BASE / f"test-{next(_test_numbers)}"
    for variable, name in _USER_FOLDERS.items():
        monkeypatch.setenv(variable, str(base / name))
    return base


class NetworkUsedError(Exception):
    """A test reached for the network. Not an OSError, so that code which handles those shows up here."""


_network_attempts: list[str] = []
_LOCAL_HOSTS = ("127.0.0.1", "::1", "localhost", "", None)


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: refuse connections to, and names of, other machines."""
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # else a path: a socket on this machine
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if host not in _LOCAL_HOSTS:
        _network_attempts.append(f"{event} {host}")
        raise NetworkUsedError(f"A test used the network: {event} {host}")


sys.addaudithook(_refuse_network)


@pytest.fixture(autouse=True)
def network_attempts() -> Iterator[list[str]]:
    """Fail a test that used the network, also when its subject swallowed the refusal."""
    _network_attempts.clear()
    yield _network_attempts
    if _network_attempts:
        pytest.fail(f"The test used the network: {', '.join(_network_attempts)}")
