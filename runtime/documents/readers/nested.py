"""Files within files: what is attached to a mail is read like a file of its own, its pages after the letter's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from runtime.documents.source import Items, Opened, Source, Trouble, UnreadableError
from runtime.documents.text import Block, one_line, pages_of


def letter_pages(source: Source, blocks: Iterable[Block]) -> Items:
    """The pages of a message's own text."""
    for number, page in enumerate(pages_of(blocks), 1):
        yield replace(page, label=f"message, part {number}" if number > 1 else "message")


def read_attachment(source: Source, name: str, data: bytes) -> Items:
    """The pages of an attachment; what cannot be read becomes a sentence."""
    from runtime.documents.extract import read_items

    name = one_line(name)
    if source.depth >= source.limits.depth:
        yield Trouble(f"{name}, attached {source.depth + 1} messages deep, was not read: that is too deep.")
        return
    unit = "part"
    try:
        for number, item in enumerate(read_items(source.inside(name, data))):
            if isinstance(item, Opened):
                unit = item.unit
            elif isinstance(item, Trouble):
                yield item
            else:
                yield replace(item, label=f"{name}: {item.label or f'{unit} {number}'}")
    except UnreadableError as error:
        yield Trouble(error.user_text)
