"""What of the settings the window obeys at once: its colours, motion, the keys that send. Read next: `ui.style`."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from ui import motion, style
from ui.chat.composer import Composer
from ui.services import SettingsInterface

THEME, MOTION, SEND = "window.theme", "window.motion", "window.send"


def dress(app: QApplication, settings: SettingsInterface) -> None:
    """Dress the application as the settings say."""
    style.dress(app, settings.get(THEME))
    motion.settle(app, settings.get(MOTION))


def settle(composer: Composer, settings: SettingsInterface) -> None:
    """Let the composer send by the keys of the settings."""
    composer.set_send_keys(settings.get(SEND) == "ctrl_enter")
