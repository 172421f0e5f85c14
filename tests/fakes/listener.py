"""A screen reader that only writes down what it is told.

listener = Listener()
monkeypatch.setattr("ui.announce.QAccessible", listener)
...
listener.heard          # what was said, in order
listener.at_once        # of that, what was to be said at once
"""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent


class Listener:
    """Stands in for `QAccessible` where announcements are made."""

    AnnouncementPoliteness = QAccessible.AnnouncementPoliteness

    def __init__(self) -> None:
        self.is_there = True
        self.heard: list[str] = []
        self.at_once: list[str] = []

    def isActive(self) -> bool:
        return self.is_there

    def updateAccessibility(self, event: QAccessibleEvent) -> None:
        assert isinstance(event, QAccessibleAnnouncementEvent)
        self.heard.append(event.message())
        if event.politeness() is QAccessible.AnnouncementPoliteness.Assertive:
            self.at_once.append(event.message())
