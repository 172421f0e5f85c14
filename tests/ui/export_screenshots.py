"""Pictures of the export dialog: `python -m tests.ui.export_screenshots FOLDER`. Not a test."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication

from tests.support.stored_conversations import talk
from tests.ui.screenshots import shoot_in_all_looks
from ui.export_dialog import ExportDialog


def _until(app: QApplication, dialog: ExportDialog) -> None:
    deadline = QDeadlineTimer(5000)
    while not dialog.go.isEnabled() and not deadline.hasExpired():
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    app.processEvents()


def shoot(app: QApplication, folder: Path, prefix: str) -> None:
    """Before anything was chosen, and after an audit was written; as wide as a narrow window too."""
    for name, width in (("", 520), ("narrow-", 400)):
        dialog = ExportDialog("Which day is it, and what may I do with it on this PC?", talk)
        dialog.resize(width, 10)
        dialog.show()
        app.processEvents()
        dialog.grab().save(str(folder / f"{prefix}export-{name}first.png"))
        dialog.forms[".audit.jsonl"].setChecked(True)
        dialog.write_to(folder / "talk.audit.jsonl")
        _until(app, dialog)
        dialog.resize(dialog.width(), 10)
        app.processEvents()
        dialog.grab().save(str(folder / f"{prefix}export-{name}audit.png"))
        dialog.close()


if __name__ == "__main__":
    sys.exit(shoot_in_all_looks("tests.ui.export_screenshots", shoot))
