"""What goes out as a workbook comes back as it was: text to the letter, figures to the fen, labels as their codes."""

from __future__ import annotations

import pytest

from sheets.files import excel_out, reading
from sheets.files.book import open_book
from sheets.tables import TABLES


@pytest.mark.parametrize("key", [key for key, table in TABLES.items() if not table.inside])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_template_comes_back_with_every_heading_known_and_no_row(key: str, lang: str) -> None:
    book = open_book(excel_out.template(TABLES[key], TABLES, lang), "a.xlsx")
    assert [sheet.title for sheet in book.sheets] == [sheet.title for sheet in book.sheets if sheet.visible]
    found = reading.read(TABLES[key], book.sheets[0].grid, TABLES, None)
    assert found.lines == ()
    assert [(issue.cell, issue.code) for issue in found.issues] == [("A2", "row_sample")]
    assert len(found.header.headings) == len([c for c in TABLES[key].columns if not c.auto and not c.stamp])
