"""Rows as a csv file: a ledger that comes back unchanged, and the rows of a file that were not taken, with the reasons."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import pandas as pd

from sheets.book import Book
from sheets.cells import plain
from sheets.cells.reading import native
from sheets.files.csvfile import guard
from sheets.files.headings import REV
from sheets.schema import Column, Table, Unread, Value
from texts import Lang, say

NUMERIC = ("integer", "money", "percent", "monthday", "yesno", "date", "datetime")


def of_frame(table: Table, frame: pd.DataFrame, book: Book, *, masked: bool = False, labels: Lang | None = None) -> bytes:
    """The file of some rows of a table; columns the person may not see are left out, unread cells go as typed."""
    seen = [column for column in table.columns if column.key in frame.columns]
    return write(seen, rows_of(table, frame, book, masked=masked), labels=labels)


def rows_of(table: Table, frame: pd.DataFrame, book: Book, *, masked: bool = False) -> list[dict[str, object]]:
    """The rows of a frame with their revision; a cell that could not be read is there as it was typed."""
    hidden = {column.key for column in table.columns if column.sensitive} if masked else frozenset()
    unread = {
        (i.row, i.column): Unread(i.raw, i.code) for i in book.issues if i.table == table.key and not i.warning and i.column not in hidden
    }
    keys = [*(column.key for column in table.columns if column.key in frame.columns), "rev"]
    columns = [frame[key].tolist() for key in keys]
    rows: list[dict[str, object]] = [dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=True)]
    if unread:
        for row in rows:
            row.update({key: bad for key in keys if (bad := unread.get((row["id"], key)))})
    return rows


def write(columns: Sequence[Column], rows: Iterable[Mapping[str, object]], *, labels: Lang | None = None) -> bytes:
    """UTF-8 with BOM, every cell in quotes, codes, rev at the end; headings are keys, or labels in one language.

    Unread cells go out as they were typed.
    """
    columns = (*columns, REV)
    memo: dict[tuple[str, type, object], str] = {}
    cells = ([_cell(column, row.get(column.key), memo) for column in columns] for row in rows)
    return _file([heading(column, labels) for column in columns], cells)


def rejected(rows: Sequence[Mapping[str, Any]], lang: Lang) -> bytes:
    """Rows of a file that were not taken, under their own headings, to be mended and brought again; the reasons last.

    `rows` are the `rejected` of an import's document: `cells` by heading as typed, `reasons` as sentences.
    """
    heads = list(dict.fromkeys(head for row in rows for head in row["cells"]))
    lines = ([*(guard(row["cells"].get(head, "")) for head in heads), guard(" ".join(row["reasons"]))] for row in rows)
    return _file([*map(guard, heads), say("exchange.reason", lang)], lines)


def heading(column: Column, labels: Lang | None = None) -> str:
    """The key or label; money that is not counted in 万元 says its unit."""
    name = column.label(labels) if labels else column.key
    return f"{name}({column.unit})" if column.kind == "money" and column.unit not in ("", "万元") else name


def _file(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(heads)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(column: Column, value: object, memo: dict[tuple[str, type, object], str]) -> str:
    if isinstance(value, Unread):
        return guard(value.raw)
    key = (column.key, value.__class__, value)
    text = memo.get(key)
    if text is None:
        text = plain(column, cast("Value", native(value)))
        text = memo[key] = text if column.kind in NUMERIC else guard(text)
    return text
