"""What stands around a table, brought to its columns: units, the day, and what has to be asked before anything is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sheets.files import around
from sheets.files.around import Around
from sheets.files.grid import cell_at, cell_text
from sheets.files.headings import Header, Heading, Target, address, looks_like_deadline
from sheets.schema import Issue, Table


def measured(table: Table, grid: Sequence[Sequence[object]], header: Header, about: Around, rows: list[int]) -> tuple[Header, list[Issue]]:
    """The headings of money with the unit that stands around the table, and what contradicts itself about it."""
    money = [h for h in header.headings if h.column.kind == "money"]
    if not money:
        return header, []
    doubts = [Issue(table.key, "", "", address(f.column, f.row), "around_foreign", f.raw, values={"currency": f.what.upper()})
              for f in about.foreign[:1]]  # fmt: skip
    columns = _column_units(grid, header, rows)
    first = about.units[0] if about.units else None
    for other in about.units[1:]:
        if first and other.what != first.what:
            values = {"unit": first.what, "other": other.what, "place": address(other.column, other.row)}
            doubts.append(Issue(table.key, "", "", address(first.column, first.row), "around_units", first.raw, values=values))
            break
    kept: list[Heading] = []
    for heading in header.headings:
        stands = columns.get(heading.index) or ((first.what, address(first.column, first.row)) if first else None)
        if heading.column.kind == "money" and stands:
            unit, place = stands
            if heading.unit_stated and heading.column.unit != unit:
                values = {"unit": heading.column.unit, "other": unit, "place": place}
                raw = cell_text(grid[header.row][heading.index])
                doubts.append(
                    Issue(
                        *heading.target[:1], "", heading.target[1], address(heading.index, header.row), "around_units", raw, values=values
                    )
                )
            kept.append(replace(heading, column=replace(heading.column, unit=unit), unit_stated=True))
        else:
            kept.append(heading)
    return replace(header, headings=tuple(kept)), doubts


def _column_units(grid: Sequence[Sequence[object]], header: Header, rows: list[int]) -> dict[int, tuple[str, str]]:
    """The units of a row of units just above or below the headings, by column; such a row is no record."""
    found: dict[int, tuple[str, str]] = {}
    for row in (header.row - 1, header.row + 1):
        if 0 <= row < len(grid) and (said := around.by_column(grid[row])):
            found.update({at: (unit, address(at, row)) for at, unit in said.items() if unit != "%"})
            if row in rows:
                rows.remove(row)
    return found


def asked_about(grid: Sequence[Sequence[object]], header: Header, rows: Sequence[int]) -> tuple[Header, list[Issue]]:
    """Of the columns nobody knows, those that may hold a deadline are asked about."""
    asked, others = [], []
    for issue in header.issues:
        index = _index(issue.cell)
        if issue.code == "column_unknown" and looks_like_deadline(issue.raw, [cell_at(grid[row], index) for row in rows]):
            asked.append(replace(issue, code="header_asked", warning=False))
        else:
            others.append(issue)
    return replace(header, issues=tuple(others)), asked


def _index(cell: str) -> int:
    """The column of an address, counted from 0."""
    index = 0
    for letter in cell.rstrip("0123456789"):
        index = index * 26 + ord(letter) - 64
    return index - 1


def dates(tables: Mapping[str, Table], where: Mapping[Target, int], about: Around) -> dict[str, tuple[str, date]]:
    """The day that stands around the table, for each ledger whose rows are known by their day and that has no such column here."""
    days = {said.what for said in about.days}
    if len(days) != 1:
        return {}
    found: dict[str, tuple[str, date]] = {}
    for key in {key for key, _ in where}:
        table = tables[key]
        named = {name for way in table.natural for name in way}
        column = table.column(table.title)
        if (
            column
            and column.kind == "date"
            and column.required
            and len(named) > 1
            and column.key in named
            and (key, column.key) not in where
        ):
            found[key] = column.key, date.fromisoformat(next(iter(days)))
    return found
