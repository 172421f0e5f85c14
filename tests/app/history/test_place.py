"""Files of conversations come to their place and leave it in single steps, whatever was interrupted before."""

from __future__ import annotations

from pathlib import Path

from app.history import place


def test_setting_aside_again_after_it_was_interrupted_keeps_file_and_log_together(tmp_path: Path) -> None:
    file = tmp_path / "conversations.db"
    file.write_bytes(b"all that was said")
    file.with_suffix(".aside").write_text("1")
    (tmp_path / "conversations-set-aside-1.db-wal").write_bytes(b"and the last of it")  # then it was killed
    place.set_aside(file)
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "conversations-set-aside-1.db",
        "conversations-set-aside-1.db-wal",
    ]
