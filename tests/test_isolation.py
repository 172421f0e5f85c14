"""The tests themselves keep off the network and out of the user's folders (see conftest)."""

from __future__ import annotations

import socket
import tempfile
from pathlib import Path

import platformdirs
import pytest


def test_a_connection_to_another_machine_is_refused_and_noticed(network_attempts: list[str]) -> None:
    with (
        socket.socket() as client,
        pytest.raises(Exception, match=r"used the network: socket.connect 192\.0\.2\.1"),
    ):
        client.connect(("192.0.2.1", 80))
    assert network_attempts == ["socket.connect 192.0.2.1"]
    network_attempts.clear()


def test_looking_up_a_name_is_refused_and_noticed(network_attempts: list[str]) -> None:
    with pytest.raises(Exception, match=r"used the network: socket.getaddrinfo example\.org"):
        socket.create_connection(("example.org", 80))
    assert network_attempts == ["socket.getaddrinfo example.org"]
    network_attempts.clear()


def test_sockets_on_this_machine_work() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


def test_settings_data_and_cache_are_in_a_new_temporary_folder(own_user_folders: Path) -> None:
    directories = platformdirs.PlatformDirs("chorale", appauthor=False)
    assert own_user_folders.is_relative_to(tempfile.gettempdir())
    assert not own_user_folders.exists()
    for folder in (directories.user_config_path, directories.user_data_path, directories.user_cache_path):
        assert folder.is_relative_to(own_user_folders)
