"""A file of rows opened: its sheets as cells, whether it is a workbook of Excel, WPS or LibreOffice, or a text file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from sheets.files import csvfile
from sheets.files.books.kinds import kind_of
from sheets.files.books.package import Package
from sheets.files.reading import Unreadable
from sheets.schema import Issue

LARGEST = 64 * 1_048_576  # bytes of a file that is read in one piece


@dataclass(frozen=True, slots=True)
class SheetOf:
    """One sheet of a book: its title, whether people see it, its cells from A1 on, and what is to be said of some of them."""

    title: str
    visible: bool
    grid: Sequence[Sequence[object]]
    notes: Sequence[Issue] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """A book as it was opened. Charts and macros are no sheets; a text file is a book of one sheet."""

    kind: Literal["csv", "xlsx", "xls", "ods"]
    sheets: tuple[SheetOf, ...]


def open_book(data: bytes, name: str) -> Workbook:
    """The book that some bytes are; `name` is what the one sheet of a text file is called.

    Raises Unreadable with a sentence for a book that is locked, damaged, too large or none.
    """
    if len(data) > LARGEST:
        raise Unreadable("book.too_large", size=len(data) // 1_048_576, most=LARGEST // 1_048_576)
    kind = kind_of(data)
    if kind == "csv":
        return Workbook("csv", (SheetOf(name, True, csvfile.grid(data)),))
    if kind != "xls":
        Package(data).check()
    sheets = tuple(_sheets(data))
    if not sheets:
        raise Unreadable("exchange.empty")
    return Workbook("xlsx" if kind == "xlsb" else kind, sheets)


def _sheets(data: bytes) -> list[SheetOf]:
    try:
        with CalamineWorkbook.from_object(io.BytesIO(data)) as book:
            return [
                SheetOf(about.name, about.visible == SheetVisibleEnum.Visible, _cells(book, about.name))
                for about in book.sheets_metadata
                if about.typ == SheetTypeEnum.WorkSheet
            ]
    except PasswordError as error:
        raise Unreadable("book.locked") from error
    except (CalamineError, ValueError) as error:
        raise Unreadable("book.damaged") from error


def _cells(book: CalamineWorkbook, title: str) -> list[list[object]]:
    found: list[list[object]] = book.get_sheet_by_name(title).to_python(skip_empty_area=False)  # type: ignore[assignment]
    return found
