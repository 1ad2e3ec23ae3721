"""Cells and what was found about them, put together: an error is one, a formula without a result is told, a picture is none."""

from __future__ import annotations

from collections.abc import Sequence

from sheets.cells.reading import Reading
from sheets.files.books.xlsx import Marks
from sheets.files.headings import address
from sheets.files.tab import Merged, Tab
from sheets.schema import Issue


def marked(cells: list[list[object]], marks: Marks, merged: Sequence[Merged], *, since_1904: bool) -> Tab:
    """The sheet as it is read: every cell that says something else than it shows stands there as what it is."""
    for place, word in marks.errors.items():
        _put(cells, place, word)
    for place, formula in marks.unworked.items():
        _put(cells, place, Reading(None, "formula_unworked", formula))
    for place, formula in marks.pictures.items():
        _put(cells, place, Reading(None, "cell_picture", formula))
    notes = []
    if marks.floating:
        row, column = min(marks.floating)
        values = {"count": str(len(marks.floating))}
        notes.append(Issue("", "", "", address(column, row), "sheet_pictures", warning=True, values=values))
    worked = {column: frozenset(rows) for column, rows in marks.worked.items()}
    return Tab(cells, marks.formats, worked, tuple(merged), tuple(notes), epoch=1904 if since_1904 else 1900)


def _put(cells: list[list[object]], place: tuple[int, int], said: object) -> None:
    """A cell at its place; the sheet grows where it was thought to end before."""
    row, column = place
    while len(cells) <= row:
        cells.append([])
    cells[row] += [""] * (column + 1 - len(cells[row]))
    cells[row][column] = said
