"""Where Chorale keeps what is the user's: settings, models, derived files, logs.

The folders are those of the system (XDG on Linux, the local profile on Windows) and are not made until
something is put there. Nothing else is written anywhere. Read next: `settings`, `installs`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

_NAME = "Chorale" if sys.platform in ("win32", "darwin") else "chorale"


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one user.

    Attributes:
        config: the settings file's folder.
        data: what cannot be made again: conversations, downloaded models.
        cache: what can be made again: derived weights.
        logs: log files, if they are switched on.
    """

    config: Path
    data: Path
    cache: Path
    logs: Path

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.json"

    @property
    def history_file(self) -> Path:
        """Where conversations are kept (`app.history`)."""
        return self.data / "conversations.db"

    @property
    def models(self) -> Path:
        """Where models are kept unless the settings name another folder."""
        return self.data / "models"


def user_paths() -> Paths:
    """The folders of whoever runs this process."""
    folders = platformdirs.PlatformDirs(_NAME, appauthor=False)
    return Paths(
        config=folders.user_config_path,
        data=folders.user_data_path,
        cache=folders.user_cache_path,
        logs=folders.user_log_path,
    )
