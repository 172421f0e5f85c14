"""What was measured, one JSON line a sample, in a file that a benchmark adds to and can be resumed from."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sample:
    """One number: of a contender, in a row of the table, in a round. `note` says what else is to be known."""

    row: str
    contender: str
    round: int
    value: float
    unit: str
    note: str = ""


class Samples:
    """The samples of one file, in the order in which they were taken."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._samples: list[Sample] = []
        if path.exists():
            lines = path.read_text(encoding="utf-8").splitlines()
            self._samples = [Sample(**json.loads(line)) for line in lines if line]

    def __iter__(self) -> Iterator[Sample]:
        return iter(self._samples)

    def add(self, sample: Sample) -> None:
        """Keep a sample, on disk too."""
        self._samples.append(sample)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(sample)) + "\n")

    def has(self, row: str, contender: str, number: int) -> bool:
        """Whether this row was measured in this round."""
        return any((s.row, s.contender, s.round) == (row, contender, number) for s in self._samples)

    def rows(self) -> list[str]:
        """Every row measured, in the order of the first sample."""
        return list(dict.fromkeys(s.row for s in self._samples))

    def values(self, row: str, contender: str) -> dict[int, float]:
        """Round → value."""
        return {s.round: s.value for s in self._samples if (s.row, s.contender) == (row, contender)}

    def unit(self, row: str) -> str:
        return next((s.unit for s in self._samples if s.row == row), "")

    def notes(self, row: str, contender: str) -> str:
        """The last note of a row."""
        found = [s.note for s in self._samples if (s.row, s.contender) == (row, contender) and s.note]
        return found[-1] if found else ""


def spread(values: Sequence[float]) -> str:
    """`median (least to most)`, with as many digits as matter; the median alone where there is one value."""
    middle = statistics.median(values)
    digits = 0 if middle >= 100 else 1 if middle >= 10 else 2
    if len(values) == 1:
        return f"{middle:.{digits}f}"
    return f"{middle:.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"
