"""Takes out of a text who sits at this PC: their folder, their name, the computer's name.

What is handed to somebody who helps goes through here first. A name that is also a word of ours goes, too: rather a
report that reads oddly than one that tells who wrote it. Used by `diagnostics`.
"""

from __future__ import annotations

import getpass
import platform
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a text must not tell of: `home` is their folder, `name` their account, `computer` this PC's name."""

    home: str
    name: str
    computer: str

    @staticmethod
    def here() -> Person:
        """Whoever runs this process."""
        try:
            home = str(Path.home())
        except RuntimeError:  # an account without a folder
            home = ""
        try:
            name = getpass.getuser()
        except (OSError, KeyError):  # an account without a name
            name = ""
        return Person(home, name, platform.node())

    def hidden_in(self, text: str) -> str:
        """`text` without this person."""
        if len(self.home) > 1:  # a service may live in /
            parts = re.split(r"[/\\]", self.home.rstrip("/\\"))
            text = re.sub(r"[/\\]".join(map(re.escape, parts)) + r"(?!\w)", "~", text, flags=re.I)
        for word, instead in (
            (self.computer, "computer"),
            (self.name, "user"),
        ):  # often called by its owner's name
            if word:
                text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", instead, text, flags=re.I)
        return text
