"""Whether anything may move by itself: blinking, beating, sliding. Some people cannot read beside what moves.

`settle` applies the choice to what Qt moves; widgets that move something of their own ask `is_reduced`, and bars
that do not know how far they are stand still by `run_on`. Read next: `ui.answers.activity`.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QProgressBar

_REDUCED = "reducedMotion"
_BLINK = "usualCursorFlashTime"
_EFFECTS = (
    Qt.UIEffect.UI_AnimateMenu,
    Qt.UIEffect.UI_FadeMenu,
    Qt.UIEffect.UI_AnimateCombo,
    Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip,
)
_SPI_GETCLIENTAREAANIMATION = 0x1042


def settle(app: QApplication, chosen: object) -> None:
    """Apply the setting: `on` moves nothing, `off` may, all else is what the system says."""
    reduced = chosen == "on" or (chosen != "off" and _system_reduces())
    if app.property(_BLINK) is None:
        app.setProperty(_BLINK, app.cursorFlashTime())
    app.setProperty(_REDUCED, reduced)
    app.setCursorFlashTime(0 if reduced else int(app.property(_BLINK)))
    if reduced:
        for effect in _EFFECTS:
            app.setEffectEnabled(effect, False)


def is_reduced() -> bool:
    """Whether nothing should move by itself now."""
    app = QApplication.instance()
    return app is not None and bool(app.property(_REDUCED))


def run_on(bar: QProgressBar) -> None:
    """Show a bar of which nobody knows how far it is: it runs on, or stands half full where nothing may move."""
    if is_reduced():
        bar.setRange(0, 2)
        bar.setValue(1)
    else:
        bar.setRange(0, 0)


def _system_reduces() -> bool:
    """What the system says; Qt does not tell, and elsewhere than on Windows nobody is asked."""
    if sys.platform == "win32":
        import ctypes

        moves = ctypes.c_int(1)
        asked = ctypes.windll.user32.SystemParametersInfoW(
            _SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(moves), 0
        )
        return bool(asked) and not moves.value
    return False
