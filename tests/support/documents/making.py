"""Documents made of words, for tests of what comes after reading."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.documents.values import Document, Heading, Page, PageState


def document(name: str, *texts: str | PageState) -> Document:
    """A document with these pages; a state stands for a page without text."""
    pages = tuple(
        Page(number, "", text) if isinstance(text, PageState) else Page(number, text, label=f"page {number}")
        for number, text in enumerate(texts, 1)
    )
    return Document(name, "PDF document", pages, len(pages), has_real_pages=True)


def with_headings(number: int, *sections: tuple[int, str, str]) -> Page:
    """A page of (level, title, text) sections."""
    text, headings = "", list[Heading]()
    for level, title, body in sections:
        headings.append(Heading(level, len(text), title))
        text += f"{'#' * level} {title}\n{body}\n"
    return Page(number, text.rstrip("\n"), headings=tuple(headings))


def count_words(text: str) -> int:
    """A tokenizer good enough for logic: a token a word."""
    return len(text.split())


def marker_pages(count: int, words: int = 60) -> Sequence[str]:
    """Pages with a marker each that stands nowhere else."""
    return [
        f"marker{number:04d} " + " ".join(f"w{number}x{index}" for index in range(words))
        for number in range(1, count + 1)
    ]
