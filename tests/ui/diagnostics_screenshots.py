"""Pictures of the page of diagnostics, to be looked at: `python -m tests.ui.diagnostics_screenshots FOLDER`.

As `tests.ui.screenshots`: scripted, no model; not a test.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt

from tests.fakes.chat import FakeChat, services
from tests.fakes.diagnostics import BUSY, IDLE, FakeDiagnostics
from tests.fakes.shelf import FakeModels
from tests.ui.screenshots import FULL, READY, Studio, shoot_in_all_looks
from ui.controller import Stage
from ui.window import DIAGNOSTICS


def shoot_all(studio: Studio) -> None:
    """Busy, also far down and narrow, and before anything happened."""
    for name, says, size, is_end in (
        ("diagnostics", BUSY, (1180, 800), False),
        ("diagnostics-end", BUSY, (1180, 800), True),
        ("diagnostics-narrow", BUSY, (420, 800), False),
        ("diagnostics-narrow-end", BUSY, (420, 800), True),
        ("diagnostics-idle", IDLE, (1180, 800), False),
    ):
        given = services(
            FakeChat(FULL), loads=((READY,),), models=FakeModels(), diagnostics=FakeDiagnostics(says)
        )
        window = studio.open(given, size)
        studio.wait(lambda window=window: window.controller.stage is Stage.READY)  # type: ignore[misc]
        window.show_page(DIAGNOSTICS)
        page = window.diagnostics_page
        assert page is not None
        studio.settle()
        if is_end:
            page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())
        else:
            window.activateWindow()
            page.copy.setFocus(Qt.FocusReason.TabFocusReason)
        studio.shoot(name, window)
        window.close()


if __name__ == "__main__":
    sys.exit(shoot_in_all_looks("tests.ui.diagnostics_screenshots", lambda *look: shoot_all(Studio(*look))))
