"""A sentence in the languages that Chorale speaks, where it belongs to a value rather than to a widget.

Titles of settings and policies stand beside what they describe, so that the settings page, the templates for
administrators and the docs cannot say different things. Words of widgets go through `ui.words.tr`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The same in English and in German."""

    en: str
    de: str

    def said(self, language: str) -> str:
        """In `language`, `en` or `de`; any other is English."""
        return self.de if language == "de" else self.en


NO_WORDS = Words("", "")
