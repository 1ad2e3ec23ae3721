"""Which sheet of a workbook holds a table: the one that says so, else the one with most of its headings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sheets.cells import fold
from sheets.files import headings
from sheets.files.book import SheetOf, Workbook
from sheets.files.grid import cell_text
from sheets.files.headings import Target
from sheets.files.reading import Unreadable
from sheets.files.tab import Tab
from sheets.schema import Table

_ABOUT = re.compile(r"(?:填写|填报|使用|导入|模板)?(?:说明|须知|指南)|目录|封面|readme|instructions?|notes?|cover|contents|help")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The sheet that is taken, and those left aside; `alike` of them have as many of the headings."""

    sheet: SheetOf
    aside: tuple[SheetOf, ...]
    alike: tuple[SheetOf, ...] = ()


def choose(book: Workbook, table: Table, tables: Mapping[str, Table], extra: Mapping[str, Target], wanted: str = "") -> Chosen:
    """Raises Unreadable when there is no sheet of the name asked for, or none that people see."""
    if wanted:
        named = [sheet for sheet in book.sheets if fold(sheet.title) == fold(wanted)]
        if not named:
            raise Unreadable("book.no_sheet", sheet=wanted, sheets="、".join(sheet.title for sheet in book.sheets))
        return _chosen(book, named[0])
    if len(book.sheets) == 1 and book.sheets[0].visible:
        return Chosen(book.sheets[0], ())
    seen = [sheet for sheet in book.sheets if sheet.visible]
    if not seen:
        raise Unreadable("book.all_hidden", sheets="、".join(sheet.title for sheet in book.sheets))
    made = [sheet for sheet in seen if isinstance(sheet.grid, Tab) and sheet.grid.table == table.key]
    if made:
        return _chosen(book, made[0])
    known = {**extra, **headings.words(table)}
    scores = {sheet.title: _score(sheet, known, tables, table.key) for sheet in seen}
    best = max(scores.values())
    names = {fold(word) for word in (table.key, table.zh, table.en, *table.aliases)}
    named = [sheet for sheet in seen if fold(sheet.title) in names and (scores[sheet.title] or not best)]
    if named:
        return _chosen(book, named[0])
    fitting = [sheet for sheet in seen if scores[sheet.title] == best and _holds(sheet)] or seen
    telling = [sheet for sheet in fitting if not _ABOUT.fullmatch(fold(sheet.title))] or fitting
    return _chosen(book, telling[0], telling[1:] if best else ())


def _chosen(book: Workbook, sheet: SheetOf, alike: Sequence[SheetOf] = ()) -> Chosen:
    return Chosen(sheet, tuple(one for one in book.sheets if one is not sheet and _holds(one)), tuple(alike))


def _score(sheet: SheetOf, known: Mapping[str, Target], tables: Mapping[str, Table], main: str) -> int:
    """How many of its headings are known; none for a sheet whose headings stand over nothing."""
    found = headings.find(known, tables, main, sheet.grid[: headings.SEARCHED])
    return len({heading.target for heading in found.headings}) if found and len(sheet.grid) > found.row + 1 else 0


def _holds(sheet: SheetOf) -> bool:
    return any(cell_text(cell) for cells in sheet.grid for cell in cells)
