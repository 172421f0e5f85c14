"""Says words to a screen reader, if one is listening. Read next: `ui.speaker`, which reads answers as they come."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, words: str, *, at_once: bool = False) -> None:
    """Let a screen reader say `words`, which are about `widget`: after what it says now, or `at_once` instead."""
    if not words or not is_listening():
        return
    event = QAccessibleAnnouncementEvent(widget, words)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if at_once else politeness.Polite)
    QAccessible.updateAccessibility(event)


def is_listening() -> bool:
    """Whether a screen reader, or something like it, is there."""
    return bool(QAccessible.isActive())
