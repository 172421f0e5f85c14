"""Removes what is the user's own: conversations, downloaded models, derived files, settings, logs.

The uninstaller runs it as the user who uninstalls, only when it is told REMOVEDATA=1, and never as SYSTEM for
others: deleting with its rights in folders that users can change is how such rights are stolen. What a user keeps
elsewhere (a models folder of their choice) stays.
"""

from __future__ import annotations

import shutil

from app.paths import user_paths


def remove_data() -> int:
    """Remove the user's folders of Chorale; 0, or 1 if one is still there."""
    paths = user_paths()
    for folder in (paths.logs, paths.cache, paths.data, paths.config):
        # Links are removed, not followed.
        shutil.rmtree(folder, ignore_errors=True)
    return int(any(folder.exists() for folder in (paths.data, paths.config, paths.cache, paths.logs)))
