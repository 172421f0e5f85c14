"""What can be asked of an export: the form, and what goes into it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Format(StrEnum):
    """The forms of a file; the value is what the command line takes."""

    MARKDOWN = "md"
    HTML = "html"
    JSON = "json"
    AUDIT = "audit"

    @property
    def suffix(self) -> str:
        """What such a file's name ends in."""
        return ".audit.jsonl" if self is Format.AUDIT else f".{self.value}"


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What goes into a file besides questions and answers.

    Attributes:
        reasoning: what the model said in `analysis`. An audit always has it.
        tools: calls of tools, what they returned, and what the model said in `commentary`. An audit always has it.
        documents: the text of attached files, and what was read from them by tools. Their names are always there.
        all_branches: in an audit, what was said beside the shown path as well.
    """

    reasoning: bool = False
    tools: bool = False
    documents: bool = False
    all_branches: bool = True


@dataclass(frozen=True, slots=True)
class Exported:
    """A file was written.

    Attributes:
        path: as it was given.
        head: of an audit, the hash to keep elsewhere; else empty.
        records: of an audit, how many; else 0.
    """

    path: str
    head: str = ""
    records: int = 0
