"""A title for a conversation, made by the model while nobody asks anything.

It is asked at the conversation's end, and its answer begins in the final voice, so that it thinks about nothing: what
is in the KV cache is used, costs a line, and stays for the next question. Small models that only repeat what they
learned are not asked; the list then shows how the first question begins.
"""

from __future__ import annotations

import re

from runtime.conversation import Channel, Message, Role

ASK = "Give this conversation a title of two to six words, in its own language. Write the title alone."
MOST_TOKENS = 24
_LONGEST = 60  # characters
_SHORTEST = 2
_MARKS = re.compile(r"[*_`#>\[\]]+")
_LABEL = re.compile(r"(?:title|titel|titre|título)\s*[:-]\s*", re.IGNORECASE)
_QUOTES = "\"'“”„‘’‚«»‹›「」『』"


def asking(prompt: tuple[Message, ...]) -> tuple[Message, ...]:
    """The open conversation that the title is the end of."""
    return (*prompt, Message(Role.USER, ASK), Message(Role.ASSISTANT, "", Channel.FINAL))


def cleaned(text: str) -> str:
    """One short line without quotes, marks and a full stop; empty if that leaves nothing that can be a title."""
    lines = [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]
    if not lines or "\ufffd" in lines[0]:
        return ""
    line = _MARKS.sub("", lines[0]).strip()
    line = _LABEL.sub("", line, count=1) if _LABEL.match(line) else line
    line = line.strip(_QUOTES + " ").rstrip(".。:;,").strip(_QUOTES + " ")
    if len(line) > _LONGEST:
        line = line[: _LONGEST - 1]
        line = (line.rsplit(" ", 1)[0] if " " in line else line).rstrip(" ,;:-") + "…"
    return line if len(line) >= _SHORTEST else ""
