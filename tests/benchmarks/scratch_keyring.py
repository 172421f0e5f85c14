"""A keychain in a file, for programs that measure: named in `PYTHON_KEYRING_BACKEND`, `keyring` takes it for the system's.

So the app's own way to its keychain is measured, up to the system's answer, and no key of a benchmark gets into
the keychain of whoever runs it. The file is `SCRATCH_KEYRING`'s.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend

NAME = "tests.benchmarks.scratch_keyring.ScratchKeyring"
PLACE = "SCRATCH_KEYRING"


class ScratchKeyring(KeyringBackend):
    """Passwords in a JSON file."""

    priority = 5

    def get_password(self, service: str, username: str) -> str | None:
        return self._read().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._write({**self._read(), f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        kept = self._read()
        kept.pop(f"{service}/{username}", None)
        self._write(kept)

    def _read(self) -> dict[str, str]:
        file = Path(os.environ[PLACE])
        return dict(json.loads(file.read_text("utf-8"))) if file.exists() else {}

    def _write(self, kept: dict[str, str]) -> None:
        Path(os.environ[PLACE]).write_text(json.dumps(kept), "utf-8")
