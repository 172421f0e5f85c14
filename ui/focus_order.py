"""Where Tab goes: in reading order, also among widgets that were made in another order."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

_SIDE_FROM = 400  # pixels; what begins right of this within a row stands beside it and comes after it


def stops(container: QWidget | None, *, has_side: bool = True) -> list[QWidget]:
    """What Tab stops at within `container`, in reading order. Of a group where one excludes the others,
    the chosen one (the arrow keys go on from there). With `has_side`, what stands beside comes last."""
    if container is None:
        return []
    found = [child for child in container.findChildren(QWidget) if _is_stop(child, container)]
    return sorted(found, key=lambda child: _place(child, container, has_side))


def other_part(parts: Sequence[Sequence[QWidget]], *, forward: bool = True) -> QWidget | None:
    """Where the keyboard goes from the part of the window that it is in to the next one; empty ones are left out.

    Each of `parts` is where Tab stops in it; the first of them is entered. None if there is nowhere to go.
    """
    filled = [part for part in parts if part]
    if not filled:
        return None
    here = next((i for i, part in enumerate(filled) if any(stop.hasFocus() for stop in part)), -1)
    step = 1 if forward else -1
    return filled[(here + step) % len(filled) if here >= 0 else 0][0]


def _is_stop(child: QWidget, container: QWidget) -> bool:
    if not child.isVisibleTo(container) or not child.isEnabled() or child.focusProxy() is not None:
        return False
    if isinstance(child, QAbstractButton) and child.group() is not None and not child.isChecked():
        return False
    return bool(child.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _place(child: QWidget, container: QWidget, has_side: bool) -> tuple[bool, int, int]:
    at = child.mapTo(container, QPoint(0, 0))
    return (has_side and at.x() > _SIDE_FROM, at.y(), at.x())
