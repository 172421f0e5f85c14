"""Spreadsheets (XLSX, XLSM, XLSB, XLS, ODS): the values that the program showed last, not the formulas."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import python_calamine
from python_calamine import SheetTypeEnum, SheetVisibleEnum

from runtime.documents.guarded_zip import open_zip
from runtime.documents.readers.table import pages_of_rows
from runtime.documents.source import Items, Opened, Source, Trouble, damaged, encrypted, too_large
from runtime.documents.text import one_line

_KIND = "a spreadsheet"


def read(source: Source) -> Items:
    """Sheets in order, hidden ones too; a page is a block of rows."""
    _check_parts(source)
    try:
        with source.open() as file:
            book = python_calamine.CalamineWorkbook.from_filelike(file)
    except python_calamine.PasswordError as error:
        raise encrypted(source) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise damaged(source, _KIND, type(error).__name__) from error
    yield Opened("spreadsheet")
    for number, sheet in enumerate(book.sheets_metadata):
        name = one_line(sheet.name)
        if sheet.typ is not SheetTypeEnum.WorkSheet:
            yield Trouble(
                f"The sheet {name} of {source.name} holds a chart or macros, no values; it was not read."
            )
            continue
        try:
            rows = book.get_sheet_by_index(number)
        except python_calamine.CalamineError:
            yield Trouble(f"The sheet {name} of {source.name} is damaged and was not read.")
            continue
        hidden = "" if sheet.visible is SheetVisibleEnum.Visible else " (hidden)"
        yield from pages_of_rows(name + hidden, _texts(rows))


def _check_parts(source: Source) -> None:
    """Refuse bombs before the library unpacks them: parts are unpacked here once, and counted."""
    if not source.head(4).startswith(b"PK"):
        return
    with open_zip(source, _KIND) as archive:
        total = 0
        for name in archive.names:
            if name.startswith(("xl/media/", "Pictures/")):
                continue
            for chunk in archive.chunks(name):
                total += len(chunk)
                if total > 2 * source.limits.unpacked_bytes:
                    raise too_large(source, f"it unpacks to more than {total >> 20} MB")


def _texts(sheet: python_calamine.CalamineSheet) -> Iterator[list[str]]:
    top, left = sheet.start or (0, 0)
    for _ in range(top):
        yield []  # so that rows have the numbers that the program shows
    for row in sheet.iter_rows():
        yield [""] * left + [_text(value) for value in row]


def _text(value: Any) -> str:
    """A cell as the program would show it without a format of its own."""
    match value:
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
        case datetime.datetime():
            midnight = value.time() == datetime.time()
            return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
        case datetime.date() | datetime.time():
            return value.isoformat()
    return str(value)
