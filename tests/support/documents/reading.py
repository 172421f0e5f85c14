"""Reads bytes as a file of some name, in this process: what the readers' tests share."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.documents.extract import read_items
from runtime.documents.source import Opened, Source, Trouble
from runtime.documents.values import Limits, Page, PageState


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader said of a file."""

    opened: Opened
    pages: list[Page]
    troubles: list[str]

    @property
    def texts(self) -> list[str]:
        return [page.text for page in self.pages]

    @property
    def states(self) -> list[PageState]:
        return [page.state for page in self.pages]

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


def read(name: str, data: bytes, limits: Limits | None = None) -> Reading:
    """Read `data`. Raises `UnreadableError`."""
    items = list(read_items(Source(name, data, limits or Limits())))
    (opened,) = [item for item in items if isinstance(item, Opened)]
    return Reading(
        opened,
        [item for item in items if isinstance(item, Page)],
        [item.sentence for item in items if isinstance(item, Trouble)],
    )
