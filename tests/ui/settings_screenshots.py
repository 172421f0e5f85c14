"""Pictures of the settings page, to be looked at: `python -m tests.ui.settings_screenshots FOLDER`.

Not a test: nobody but a person can say whether a page is pleasant.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.policy import NO_POLICY, Policy
from tests.fakes.chat import FakeChat, services
from tests.fakes.history import FakeHistory
from tests.fakes.preferences import preferences_in
from tests.fakes.registry import policy_of
from tests.fakes.shelf import FakeModels
from tests.ui.screenshots import READY, SUGGESTIONS, Studio, shoot_in_all_looks
from ui.answers.parts import Fold
from ui.controller import Stage
from ui.settings.settings_page import SettingsPage
from ui.window import SETTINGS

MANAGED = policy_of(
    ModelFolder="/srv/models",
    HistoryDays=90,
    RequireEncryption=1,
    AllowDownloads=0,
    AllowedDevices="cpu,npu",
    KeepLogs="perhaps",
)


def shoot_all(studio: Studio, folder: Path) -> None:
    """The page as it is at first, further down, managed, searched, narrow."""

    def shoot(
        name: str,
        show: Callable[[SettingsPage], QWidget | None],
        size: tuple[int, int] = (1180, 800),
        policy: Policy = NO_POLICY,
    ) -> None:
        history = FakeHistory()
        history.save_prompt("Translate", "Translate into {{language}}:")
        history.save_prompt("Minutes of a meeting", "Write minutes of this:")
        given = services(
            FakeChat(),
            loads=((READY,),),
            suggestions=SUGGESTIONS,
            models=FakeModels(),
            history=history,
            preferences=preferences_in(folder / name, policy),
        )
        window = studio.open(given, size)
        studio.wait(lambda: window.controller.stage is Stage.READY)
        window.show_page(SETTINGS)
        page = window.settings_page
        assert page is not None
        studio.wait(lambda: bool(page.rows["device"].control.buttons))  # type: ignore[union-attr]
        studio.settle()
        if (at := show(page)) is not None:
            studio.settle()
            page.verticalScrollBar().setValue(at.mapTo(page.column, at.rect().topLeft()).y() - 24)
        studio.shoot(f"settings-{name}", window)
        window.close()

    def search(page: SettingsPage) -> None:
        page.search.setText("gpu")

    def focus(page: SettingsPage) -> QWidget:
        page.activateWindow()
        page.rows["history.keep"].control.setFocus(Qt.FocusReason.TabFocusReason)  # type: ignore[union-attr]
        return page.rows["history.keep"]

    def ask(page: SettingsPage) -> QWidget | None:
        assert page.history is not None
        page.history.passphrase.click()
        page.history.remove.click()
        return page.history

    def unfold(page: SettingsPage) -> QWidget | None:
        assert page.managed is not None
        for fold in page.managed.findChildren(Fold):
            fold.setChecked(True)
        return page.managed

    def wrong(page: SettingsPage) -> QWidget:
        row = page.rows["chat.temperature"]
        row.control.field.setText("hot")  # type: ignore[union-attr]
        row.take()
        return page.rows["chat.instructions"]

    shoot("first", lambda page: None)
    shoot("answers", wrong)
    shoot("history", focus)
    shoot("history-ask", ask)
    shoot("models", lambda page: page.rows["device"])
    shoot("window", lambda page: page.rows["window.theme"])
    shoot("managed", lambda page: page.rows["history.keep"], policy=MANAGED)
    shoot("managed-models", lambda page: page.rows["device"], policy=MANAGED)
    shoot("managed-list", unfold, policy=MANAGED)
    shoot("search", search)
    shoot("narrow", lambda page: page.rows["history.keep"], (560, 800))
    shoot("narrow-models", lambda page: page.rows["device"], (560, 800), MANAGED)


if __name__ == "__main__":

    def shoot(app: QApplication, folder: Path, prefix: str) -> None:
        with tempfile.TemporaryDirectory() as place:
            shoot_all(Studio(app, folder, prefix), Path(place))

    sys.exit(shoot_in_all_looks("tests.ui.settings_screenshots", shoot))
