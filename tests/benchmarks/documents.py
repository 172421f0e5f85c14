"""How fast documents are read and found: `python -m tests.benchmarks.documents [--pages N]`.

Prints, as a table: reading a 500-page PDF (plain, and with two columns written line by line, which is the
slowest kind), a sheet of 100,000 rows, making an index of 5,000 pages, and its answers (median and worst of
200 queries). Everything is made anew in a temporary folder. No test: timings are of this PC, at this moment.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from runtime.documents.extractor import Extractor
from runtime.documents.index import PageIndex
from runtime.documents.values import DocumentRead, Page
from tests.support.documents.office_files import xlsx
from tests.support.documents.pdf_file import PdfFile

_QUERIES = 200
_WORDS_A_PAGE = 450


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=500, help="of the PDFs (default 500)")
    pages = parser.parse_args().pages
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (
            (f"PDF, {pages} pages", _pdf(pages, columns=False)),
            (f"PDF, {pages} pages, two columns across", _pdf(pages, columns=True)),
            ("sheet, 100,000 rows", _sheet()),
        ):
            path = Path(folder) / ("a.xlsx" if name.startswith("sheet") else "a.pdf")
            path.write_bytes(data)
            began = time.perf_counter()
            *_, last = Extractor().read(path)
            seconds = time.perf_counter() - began
            assert isinstance(last, DocumentRead)
            _row(name, f"{seconds:.2f} s", f"{len(last.document.pages):,} pages read")
    _index()
    return 0


def _pdf(pages: int, *, columns: bool) -> bytes:
    chance = random.Random(1)
    made = PdfFile()
    for _ in range(pages):
        texts = []
        for row in range(48):
            y = 740.0 - 14 * row
            if columns:
                texts += [(60.0, y, _words(chance, 7)[:44]), (330.0, y, _words(chance, 7)[:44])]
            else:
                texts.append((60.0, y, _words(chance, 14)[:90]))
        made.page(texts)
    return made.file()


def _sheet() -> bytes:
    chance = random.Random(2)
    return xlsx({"Data": [[f"row {n}", n, n * 1.5, _words(chance, 3)] for n in range(100_000)]})


def _index() -> None:
    chance = random.Random(3)
    pages = [Page(n, _words(chance, _WORDS_A_PAGE)) for n in range(1, 5001)]
    index = PageIndex()
    began = time.perf_counter()
    index.add("D1", pages)
    _row("index of 5,000 pages: making", f"{time.perf_counter() - began:.2f} s", "")
    taken = []
    for _ in range(_QUERIES):
        query = _words(chance, 4)
        began = time.perf_counter()
        index.search(query)
        taken.append(1000 * (time.perf_counter() - began))
    _row("index of 5,000 pages: answers", f"{statistics.median(taken):.1f} ms", f"worst {max(taken):.1f} ms")


def _words(chance: random.Random, count: int) -> str:
    """Words as rare and as frequent as in a language (Zipf's law, about)."""
    return " ".join(f"w{int(1.2 ** (chance.random() * 57))}" for _ in range(count))


def _row(what: str, value: str, remark: str) -> None:
    sys.stdout.write(f"{what:<42}{value:>10}  {remark}\n")


if __name__ == "__main__":
    sys.exit(main())
