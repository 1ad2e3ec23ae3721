"""A workbook of Excel 97 looked at a second time: what its number formats say, and its errors, which reading its cells hides."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping

import xlrd

from sheets.files.books import formats
from sheets.files.books.xlsx import Marks
from sheets.files.reading import Unreadable

_BROKEN = (xlrd.XLRDError, AssertionError, struct.error, LookupError, ValueError, TypeError)  # how xlrd says that it cannot read on
_NUMBER, _ERROR = xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_ERROR


def look(data: bytes) -> tuple[Mapping[str, Marks], bool]:
    """The marks of each sheet by its title, and whether days are counted from 1904.

    Raises Unreadable where the formats cannot be seen: an amount might count in another unit than it seems to.
    """
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    except _BROKEN as error:
        raise Unreadable("book.formats") from error
    said = {number: formats.read(_code(book, style)) for number, style in enumerate(book.xf_list)}
    return {sheet.name: _marks(sheet, said) for sheet in book.sheets()}, book.datemode == 1


def _code(book: xlrd.book.Book, style: xlrd.formatting.XF) -> str:
    """The format code of a style; "" where the file names one that it does not hold."""
    found = book.format_map.get(style.format_key)
    return found.format_str if found else ""


def _marks(sheet: xlrd.sheet.Sheet, said: Mapping[int, formats.Format | None]) -> Marks:
    marks = Marks()
    for row in range(sheet.nrows):
        for column, (kind, style) in enumerate(zip(sheet.row_types(row), _styles(sheet, row), strict=False)):
            if kind == _NUMBER and (more := said.get(style)):
                marks.formats.setdefault(column, {})[row] = more
            elif kind == _ERROR:
                marks.errors[row, column] = xlrd.error_text_from_code.get(sheet.cell_value(row, column), "#N/A")
    return marks


def _styles(sheet: xlrd.sheet.Sheet, row: int) -> list[int]:
    return [sheet.cell_xf_index(row, column) for column in range(sheet.row_len(row))]
