"""Tables as somebody saw them, as one workbook that also prints well: A4 across, headings on every page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xlsxwriter

from sheets.files.excel_out import SAFE, sheet_title

WIDEST, NARROWEST = 46, 8  # characters of a column
A4 = 9


@dataclass(frozen=True)
class Sheet:
    """A table as it was seen: its title, and the cells under their headings. `percent`: headings whose numbers are percent."""

    title: str
    cells: pd.DataFrame
    percent: frozenset[str] = frozenset()


def book(sheets: Sequence[Sheet], about: str, by: str) -> bytes:
    """A sheet each, below what they show (`about`) and who took them out (`by`). Every text stands as text: what looks like a formula
    is none."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, SAFE) as file:
        bold, money, share = (
            file.add_format(kind) for kind in ({"bold": True, "bottom": 1}, {"num_format": "#,##0.00"}, {"num_format": '0.0"%"'})
        )
        plain, small = file.add_format(), file.add_format({"font_color": "#5a6672"})
        named: set[str] = set()
        for one in sheets:
            page = file.add_worksheet(sheet_title(one.title, named))
            page.set_landscape()
            page.set_paper(A4)
            page.fit_to_pages(1, 0)
            page.repeat_rows(2)
            page.set_footer(f"&L{by.replace('&', '&&')}&R&P / &N")
            page.write_string(0, 0, f"{one.title} · {about}", small)
            page.write_string(1, 0, by, small)
            for column, head in enumerate(one.cells.columns):
                cells = one.cells[head]
                page.write_string(2, column, str(head), bold)
                whole = cells.dtype.kind == "f" and bool((cells.dropna() % 1 == 0).all())
                form = share if head in one.percent else money if cells.dtype.kind == "f" and not whole else plain
                for row, value in enumerate(cells, 3):
                    _cell(page, row, column, value, form)
                page.set_column(column, column, _width(head, cells))
            page.freeze_panes(3, 1)
    return out.getvalue()


def _cell(page: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: object, form: xlsxwriter.format.Format) -> None:
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        page.write_number(row, column, float(value), form)
    else:
        page.write_string(row, column, f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value), form)


def _width(head: object, cells: pd.Series) -> int:
    texts = [str(head), *(str(one) for one in cells.head(200))]
    wide = max(sum(2 if ord(one) > 0x2E7F else 1 for one in text) for text in texts)
    return int(min(WIDEST, max(NARROWEST, wide + 2)))
