"""A file of rows opened: its sheets as cells, whether it is a workbook of Excel, WPS or LibreOffice, or a text file."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetMetadata, SheetTypeEnum, SheetVisibleEnum

from sheets.files import csvfile, origin
from sheets.files.books import ods, xls, xlsx
from sheets.files.books.kinds import kind_of
from sheets.files.books.marking import marked
from sheets.files.books.package import Package
from sheets.files.books.xlsx import Marks
from sheets.files.headings import address
from sheets.files.origin import Origin
from sheets.files.reading import Unreadable
from sheets.files.tab import Merged, Tab
from sheets.schema import Issue

LARGEST = 64 * 1_048_576  # bytes of a file that is read in one piece
SAMPLED = 10  # rows in which the sample of a template stands
WIDEST = 8_000_000  # cells from A1 to the last one that holds something


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
    made: Origin | None = None  # what Huce wrote down about it, if it was Huce that wrote it


def open_book(data: bytes, name: str) -> Workbook:
    """The book that some bytes are; `name` is what the one sheet of a text file is called.

    Raises Unreadable with a sentence for a book that is locked, damaged, too large or none.
    """
    if len(data) > LARGEST:
        raise Unreadable("book.too_large", size=len(data) // 1_048_576, most=LARGEST // 1_048_576)
    kind = kind_of(data)
    if kind == "csv":
        return Workbook("csv", (SheetOf(name, True, csvfile.grid(data)),))
    sheets = {"xlsx": _of_xlsx, "xls": _of_xls, "ods": _of_ods}[kind](data)
    if not sheets:
        raise Unreadable("exchange.empty")
    hidden = next((sheet for sheet in sheets if sheet.title == origin.TITLE and not sheet.visible), None)
    made = origin.read(hidden.grid) if hidden else None
    if made is None:
        return Workbook(kind, sheets)
    ours = tuple(_ours(sheet, made) for sheet in sheets if sheet.title not in (origin.TITLE, origin.CHOICES))
    return Workbook(kind, ours, made)


def _ours(sheet: SheetOf, made: Origin) -> SheetOf:
    """A sheet of a book that Huce wrote: what it is of is known, and its sample row is none of the rows."""
    tab, table = sheet.grid, made.tables.get(sheet.title, "")
    if not isinstance(tab, Tab) or not table:
        return sheet
    samples = [row for row, cells in enumerate(tab.rows[:SAMPLED]) if any(cell in origin.SAMPLE for cell in cells)]
    notes = [Issue("", "", "", address(0, row), "row_sample", warning=True) for row in samples]
    kept: list[list[object]] = [[] if row in samples else cells for row, cells in enumerate(tab.rows)]
    told = replace(tab, rows=kept, notes=(*tab.notes, *notes), table=table, had=made.columns[sheet.title])
    return _sheet_of(sheet.title, told, visible=sheet.visible)


def _of_xlsx(data: bytes) -> tuple[SheetOf, ...]:
    package = Package(data)
    package.check()
    about = xlsx.open_parts(package)
    found = []
    with _opened(data) as book:
        for meta in _worksheets(book):
            part = about.parts.get(meta.name, "")
            xml = package.part(part)
            rows, columns = xlsx.size(xml)
            if rows * columns > WIDEST:
                raise Unreadable("book.spread", sheet=meta.name, rows=rows, columns=columns)
            cells, merged = _cells(book, meta.name)
            found.append(_sheet(meta, marked(cells, xlsx.look(about, part, xml), merged, since_1904=about.since_1904)))
    return tuple(found)


def _of_xls(data: bytes) -> tuple[SheetOf, ...]:
    with _opened(data) as book:  # first: it knows a locked book
        every = [(meta, *_cells(book, meta.name)) for meta in _worksheets(book)]
    marks, since_1904 = xls.look(data)
    return tuple(_sheet(meta, marked(cells, marks.get(meta.name, Marks()), merged, since_1904=since_1904)) for meta, cells, merged in every)


def _of_ods(data: bytes) -> tuple[SheetOf, ...]:
    package = Package(data)
    package.check()
    ods.check(package)
    with _opened(data) as book:
        every = [(meta, *_cells(book, meta.name)) for meta in _worksheets(book)]
        return tuple(_sheet(meta, Tab(cells, merged=merged, blind=True)) for meta, cells, merged in every)


def _sheet(meta: SheetMetadata, tab: Tab) -> SheetOf:
    return _sheet_of(meta.name, tab, visible=meta.visible == SheetVisibleEnum.Visible)


def _sheet_of(title: str, tab: Tab, *, visible: bool) -> SheetOf:
    return SheetOf(title, visible, tab, tab.notes)


@contextmanager
def _opened(data: bytes) -> Iterator[CalamineWorkbook]:
    try:
        with CalamineWorkbook.from_object(io.BytesIO(data)) as book:
            yield book
    except PasswordError as error:
        raise Unreadable("book.locked") from error
    except (CalamineError, ValueError) as error:
        raise Unreadable("book.damaged") from error


def _worksheets(book: CalamineWorkbook) -> list[SheetMetadata]:
    return [about for about in book.sheets_metadata if about.typ == SheetTypeEnum.WorkSheet]


def _cells(book: CalamineWorkbook, title: str) -> tuple[list[list[object]], tuple[Merged, ...]]:
    sheet = book.get_sheet_by_name(title)
    found: list[list[object]] = sheet.to_python(skip_empty_area=False)  # type: ignore[assignment]
    return found, tuple(sheet.merged_cell_ranges or ())
