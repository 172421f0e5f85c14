"""Whoever works by keyboard sees where the keyboard is: on every page, in every scheme, and is never caught."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.everywhere import reach
from ui import style
from ui.colours import contrast
from ui.focus_order import stops
from ui.window import Window

Whole = Callable[..., Window]
LOOKS = {
    "light": (False, False),
    "dark": (True, False),
    "contrast": (False, True),
    "dark contrast": (True, True),
}
PLACES = (
    "first run",
    "nothing said yet",
    "an answer that was cut",
    "branches",
    "a question being edited",
    "an answer to be deleted",
    "context full",
    "settings of a conversation",
    "form of a saved prompt",
    "name of a prompt",
    "conversations to be deleted",
    "a new folder",
    "locked",
    "a file",
    "a document",
    "a summary",
    "documents",
    "no documents",
    "text of a document",
    "models",
    "diagnostics",
    "settings",
    "export",
    "crash",
)
WHOLE = ("nothing said yet", "a file")  # here the parts that are the same everywhere are looked at
IN_THE_LIST = ("conversations to be deleted", "a new folder", "locked")
SEEN = 24  # pixels that have to change, each by 3 to 1


@pytest.fixture(autouse=True)
def dressed_again(qapp: QApplication) -> Iterator[None]:
    yield
    style.apply(qapp, dark=False)


def all_stops(window: Window, root: QWidget) -> list[QWidget]:
    if root is not window:
        return stops(root, has_side=False)
    page = window.beside if window.page is window.chat else window.page
    return [*stops(window.rail), *page.stops()]


def changed(before: QImage, after: QImage) -> int:
    """How many pixels differ by 3 to 1 or more."""
    pairs: Counter[tuple[int, int]] = Counter()
    width = before.bytesPerLine()
    ones, others = bytes(before.constBits()), bytes(after.constBits())
    for y in range(before.height()):
        if ones[y * width : (y + 1) * width] != others[y * width : (y + 1) * width]:
            pairs.update((before.pixel(x, y), after.pixel(x, y)) for x in range(before.width()))
    return sum(
        count
        for (one, other), count in pairs.items()
        if one != other and contrast(QColor(one).name(), QColor(other).name()) >= 3
    )


def picture(root: QWidget, stop: QWidget) -> QImage:
    """The control and a little around it; of a large one, its upper end."""
    place = QRect(stop.mapTo(root, QPoint(0, 0)), stop.size()).adjusted(-16, -16, 16, 48)
    place.setHeight(min(place.height(), 120))
    return root.grab(place).toImage()


def unseen(window: Window, root: QWidget, found: list[QWidget], elsewhere: QWidget) -> Iterator[str]:
    """What does not show that it has the keyboard."""
    for stop in found:
        if root is window and window.page.isAncestorOf(stop):
            window.page.bring_into_sight(stop)
        if not stop.isVisible():
            continue  # the way to the end is not offered once one is there
        elsewhere.setFocus()
        QApplication.processEvents()
        before = picture(root, stop)
        stop.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        assert stop.hasFocus(), stop
        if changed(before, picture(root, stop)) < SEEN:
            yield f"{stop} {stop.accessibleName()}"


@pytest.mark.slow
@pytest.mark.parametrize("name", PLACES)
def test_the_control_that_has_the_keyboard_is_seen_in_every_scheme(
    name: str, whole: Whole, qtbot: QtBot, qapp: QApplication
) -> None:
    window = whole(name)
    root = reach(name, window, qtbot)
    root.activateWindow()
    qtbot.waitUntil(root.isActiveWindow)
    seen_elsewhere = [] if name in WHOLE else [window.rail, window.chat.header, window.chat.composer]
    if name not in (*WHOLE, *IN_THE_LIST) and window.listed is not None:
        seen_elsewhere.append(window.listed)
    elsewhere = QWidget(root)  # where the keyboard is while nothing is to be ringed
    elsewhere.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    elsewhere.show()
    for look, (dark, high) in LOOKS.items():
        style.apply(qapp, dark, contrast=high)
        QApplication.processEvents()
        found = [
            stop
            for stop in all_stops(window, root)
            if stop is not elsewhere and not any(part.isAncestorOf(stop) for part in seen_elsewhere)
        ]
        assert found
        assert list(unseen(window, root, found, elsewhere)) == [], look


def test_a_control_that_shows_nothing_would_be_found(whole: Whole, qtbot: QtBot) -> None:
    window = whole()
    dialog = QDialog(window)
    mute = QWidget(dialog)
    mute.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    dialog.resize(200, 100)
    dialog.open()
    before = picture(dialog, mute)
    mute.setFocus(Qt.FocusReason.TabFocusReason)
    assert changed(before, picture(dialog, mute)) == 0
    dialog.close()
