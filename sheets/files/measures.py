"""What stands around a table, brought to its columns: units, the day, and what has to be asked before anything is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sheets.files import around
from sheets.files.around import Around
from sheets.files.books.formats import Format, kept
from sheets.files.grid import cell_at, cell_text
from sheets.files.headings import Header, Heading, Target, address, looks_like_deadline
from sheets.files.tab import Tab
from sheets.schema import Issue, Table


def measured(table: Table, grid: Sequence[Sequence[object]], header: Header, about: Around, rows: list[int]) -> tuple[Header, list[Issue]]:
    """The headings of money with the unit that stands around the table, and what contradicts itself about it."""
    money = [h for h in header.headings if h.column.kind == "money"]
    if not money:
        return header, []
    doubts = [_strange(table.key, f.what, f.raw, address(f.column, f.row)) for f in about.foreign[:1]]
    columns = _column_units(grid, header, rows)
    first = about.units[0] if about.units else None
    others = [(said.what, address(said.column, said.row)) for said in about.units[1:]]
    # 单位：元 above a table whose column says 万元 below its heading
    others += [said for at, said in columns.items() if at in {h.index for h in money} and around.unit(said[0])]
    if first and (other := next((said for said in others if around.unit(said[0]) != first.what), None)):
        values = {"unit": first.what, "other": other[0], "place": other[1]}
        doubts.append(Issue(table.key, "", "", address(first.column, first.row), "around_units", first.raw, values=values))
    kept: list[Heading] = []
    for heading in header.headings:
        stands = columns.get(heading.index) or ((first.what, address(first.column, first.row)) if first else None)
        if heading.column.kind == "money" and stands:
            unit, place = stands
            if not around.unit(unit):
                doubts.append(_strange(heading.target[0], unit, unit, place))
                continue
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


def _strange(table: str, what: str, raw: str, place: str) -> Issue:
    """A foreign currency, or a part of a yuan: amounts that cannot be taken as they stand."""
    if around.small(what):
        return Issue(table, "", "", place, "around_small", raw, values={"unit": what})
    return Issue(table, "", "", place, "around_foreign", raw, values={"currency": what.upper()})


def by_formats(grid: Tab, header: Header, rows: Sequence[int]) -> tuple[Header, list[Issue]]:
    """The headings of money with the unit that the number formats of their cells show, and where that cannot be right."""
    found: list[Heading] = []
    doubts: list[Issue] = []
    for heading in header.headings:
        said = grid.said(heading.index, rows) if heading.column.kind == "money" else {}
        units = {_kept_in(one, heading) if one else "" for one in said}
        for one, row in said.items():
            if one and (doubt := _contradiction(one, heading)):
                code, values = doubt
                raw = cell_text(grid.shown(row)[heading.index])
                doubts.append(Issue(heading.target[0], "", heading.target[1], address(heading.index, row), code, raw, values=values))
                break
        only = units.pop() if len(units) == 1 else ""
        found.append(replace(heading, column=replace(heading.column, unit=only), unit_stated=True) if only else heading)
    return replace(header, headings=tuple(found)), doubts


def _kept_in(said: Format, heading: Heading) -> str:
    """In what the numbers of a format are kept; "" where it says nothing about that."""
    shown = said.unit or (heading.column.unit if heading.unit_stated and said.divisor != 1 else "")
    return (kept(shown, said.divisor) if shown else "") or ""


def _contradiction(said: Format, heading: Heading) -> tuple[str, dict[str, str]] | None:
    """Why a format cannot be believed: a foreign currency, a unit that its scale or its heading contradicts."""
    if said.foreign:
        return "around_foreign", {"currency": said.foreign.upper()}
    if said.strange or ((said.unit or said.divisor != 1) and not _kept_in(said, heading)):
        return "format_scale", {"shown": said.unit or said.after or said.before, "times": f"{said.divisor:,}"}
    if said.unit and heading.unit_stated and heading.column.unit not in (said.unit, said.kept_in):
        return "format_unit", {"unit": heading.column.unit, "shown": said.unit}
    return None


def _column_units(grid: Sequence[Sequence[object]], header: Header, rows: list[int]) -> dict[int, tuple[str, str]]:
    """The units of a row of units just above or below the headings, by column; such a row is no record.

    Below the headings a single unit is enough, under a column of money: above them it may speak of the whole table.
    """
    found: dict[int, tuple[str, str]] = {}
    money = {h.index for h in header.headings if h.column.kind == "money"}
    for row, least in ((header.row - 1, 2), (header.row + 1, 1)):
        said = around.by_column(grid[row], least) if 0 <= row < len(grid) else {}
        if len(said) > 1 or money & said.keys():
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


def dates(tables: Mapping[str, Table], where: Mapping[Target, int], about: Around) -> tuple[dict[str, tuple[str, date]], list[Issue]]:
    """The day that stands around the table, for each ledger whose rows are known by their day and that has no such column here.

    Two different days there are asked about.
    """
    if not about.days:
        return {}, []
    first = about.days[0]
    other = next((said for said in about.days if said.what != first.what), None)
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
            found[key] = column.key, date.fromisoformat(first.what)
    if other is None or not found:
        return found, []
    values = {"day": first.what, "other": other.what, "place": address(other.column, other.row)}
    return {}, [Issue(key, "", "", address(first.column, first.row), "around_days", first.raw, values=values) for key in found]
