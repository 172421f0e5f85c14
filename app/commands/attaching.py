"""What `ask` and `summarize` share: reading the files of a command line, and counting in a model's tokens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.documents import DocumentShelf
from app.foreground import iterate
from app.house import House
from app.installs import Install
from runtime.documents.chunks import Count
from runtime.documents.values import Document, DocumentRead, ReadProgress


def read_files(names: Sequence[str], house: House) -> list[Document]:
    """Read files in order, showing progress.

    Raises:
        InputError: one of them cannot be read.
        PolicyError: the organisation allows no documents.
        Cancelled: Ctrl+C.
    """
    extractor = house.new_reader()
    documents: list[Document] = []
    for name in names:
        path = Path(name)
        for event in iterate(lambda path=path: extractor.read(path), extractor.cancel):  # type: ignore[misc]
            match event:
                case ReadProgress(_, done, total):
                    of = f" of {total:,}" if total else ""
                    house.terminal.status(f"Reading {path.name}: {done:,}{of} pages")
                case DocumentRead(document):
                    documents.append(document)
    house.terminal.clear_status()
    return documents


def counter_of(install: Install) -> Count:
    """Counts tokens as the model of `install` does. Raises `ModelError`."""
    from runtime.tokenizer import Tokenizer  # numpy comes with it, for which the window need not wait

    tokenizer = Tokenizer.load(install.folder, install.cache)
    return lambda text: len(tokenizer.encode(text))


def shelf_of(documents: Sequence[Document], install: Install, context_length: int) -> DocumentShelf:
    """The documents on a shelf. Raises `InputError` if one holds no text."""
    shelf = DocumentShelf(counter_of(install), context_length)
    for document in documents:
        shelf.add(document)
    return shelf
