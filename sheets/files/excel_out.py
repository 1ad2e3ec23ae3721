"""Rows as a workbook that people fill in and that comes back unchanged: exports, templates, rows that were not taken."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import xlsxwriter

from sheets.book import Book
from sheets.files import origin, out, sheet_out
from sheets.files.headings import REV
from sheets.files.origin import Origin
from sheets.files.sheet_out import Pen
from sheets.schema import Column, Table
from texts import Lang, say

SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": False}
_NO_TITLE = re.compile(r"[\[\]:*?/\\']")
LONGEST_TITLE = 31


def book_of(
    frames: Sequence[tuple[Table, pd.DataFrame]],
    book: Book,
    *,
    lang: Lang,
    keys: bool = False,
    about: Mapping[str, str] | None = None,
    masked: bool = False,
) -> bytes:
    """One sheet a table; columns a person may not see are left out, unread cells go as typed. Headings are labels, or keys."""
    sheets = []
    for table, frame in frames:
        columns = [column for column in table.columns if column.key in frame.columns]
        sheets.append((table, [*columns, REV], out.rows_of(table, frame, book, masked=masked)))
    return _written(sheets, book.tables, lang, {"kind": "export", **(about or {})}, keys=keys)


def template(table: Table, tables: Mapping[str, Table], lang: Lang) -> bytes:
    """An empty sheet of a table: what is asked of a person, required columns marked, and one sample row that is not taken back."""
    columns = [column for column in table.columns if not column.auto and not column.stamp]
    return _written([(table, columns, [])], tables, lang, {"kind": "template"})


def rejected(rows: Sequence[Mapping[str, Any]], lang: Lang) -> bytes:
    """The rows of a file that were not taken, under their own headings, with the reasons in the last column."""
    heads = list(dict.fromkeys(head for row in rows for head in row["cells"]))
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, SAFE) as file:
        sheet = file.add_worksheet(sheet_title(str(rows[0]["sheet"]) if rows else "", set()))
        pen = Pen(file, lang)
        for at, head in enumerate((*heads, say("exchange.reason", lang))):
            sheet.write_string(0, at, head, pen.head)
        for line, row in enumerate(rows, 1):
            for at, head in enumerate(heads):
                sheet.write_string(line, at, row["cells"].get(head, ""), pen.text)
            sheet.write_string(line, len(heads), " ".join(row["reasons"]), pen.reason)
        sheet.set_column(0, max(len(heads) - 1, 0), 16, pen.text)
        sheet.set_column(len(heads), len(heads), 60)
        sheet.freeze_panes(1, 0)
    return data.getvalue()


def _written(
    sheets: Iterable[tuple[Table, Sequence[Column], Sequence[Mapping[str, object]]]],
    tables: Mapping[str, Table],
    lang: Lang,
    about: Mapping[str, str],
    *,
    keys: bool = False,
) -> bytes:
    data, taken = io.BytesIO(), {origin.TITLE, origin.CHOICES}
    titles: dict[str, str] = {}
    had: dict[str, Mapping[str, str]] = {}
    with xlsxwriter.Workbook(data, SAFE) as file:
        pen = Pen(file, lang)
        for table, columns, rows in sheets:
            title = sheet_title(table.label(lang), taken)
            heads = _heads(columns, None if keys else lang)
            titles[title] = table.key
            had[title] = {**{column.key: "" for column in table.columns}, **{c.key: head for c, head in zip(columns, heads, strict=True)}}
            sheet = file.add_worksheet(title)
            sheet_out.write(sheet, pen, table, columns, heads, rows, sample=about["kind"] == "template", tables=tables)
        pen.keep_choices(file.add_worksheet(origin.CHOICES))
        hidden = file.add_worksheet(origin.TITLE)
        for line, cells in enumerate(origin.rows(Origin(about, titles, had))):
            for at, cell in enumerate(cells):
                hidden.write_string(line, at, cell)
        hidden.very_hidden()
    return data.getvalue()


def _heads(columns: Sequence[Column], lang: Lang | None) -> list[str]:
    """The headings of columns; where two would be alike, the second is its key."""
    found: list[str] = []
    for column in columns:
        head = out.heading(column, lang)
        found.append(head if head not in found else column.key)
    return found


def sheet_title(label: str, taken: set[str]) -> str:
    """A title as Excel allows it, that no other sheet has."""
    bare = _NO_TITLE.sub(" ", label).strip()[:LONGEST_TITLE] or "Sheet1"
    title, n = bare, 1
    while title.casefold() in taken:
        n += 1
        title = f"{bare[: LONGEST_TITLE - len(str(n)) - 1]} {n}"
    taken.add(title.casefold())
    return title
