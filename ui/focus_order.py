"""Where Tab goes: in reading order, also among widgets that were made in another order."""

from __future__ import annotations

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


def _is_stop(child: QWidget, container: QWidget) -> bool:
    if not child.isVisibleTo(container) or not child.isEnabled() or child.focusProxy() is not None:
        return False
    if isinstance(child, QAbstractButton) and child.group() is not None and not child.isChecked():
        return False
    return bool(child.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _place(child: QWidget, container: QWidget, has_side: bool) -> tuple[bool, int, int]:
    at = child.mapTo(container, QPoint(0, 0))
    return (has_side and at.x() > _SIDE_FROM, at.y(), at.x())
