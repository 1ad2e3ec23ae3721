"""Which row of the book each line of a sheet speaks of, and the lines that cannot be given to one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sheets import identity
from sheets import lookup as lookups
from sheets.cells import fold
from sheets.desk import Desk
from sheets.grid import Line
from sheets.ledger import Cell
from sheets.schema import Unread


def identified(desk: Desk) -> Iterable[tuple[Line, str]]:
    """Every line with the id it speaks of; lines that speak of nobody, or of several, are refused."""
    nameless = any((desk.table.key, "id") not in line.cells for line in desk.sheet.lines)
    index = identity.index(desk.table, desk.known.some(identity.columns(desk.table))) if nameless else {}
    for line in desk.sheet.lines:
        cells = desk.own(line)
        given = cells.pop("id", None)
        broken = next((c for c, cell in cells.items() if isinstance(cell, Unread) and cell.code == "text_mojibake"), "")
        if broken:
            desk.refuse(line, str(given or ""), broken, "row_mojibake")
        elif isinstance(given, Unread) or (given and "|" in str(given) and desk.table.group != "work"):
            desk.refuse(line, "", "id", "id_unusable")
        elif given in desk.known.dead:
            desk.refuse(line, str(given), "id", "row_deleted")
        elif given:
            yield from _open(desk, line, str(given))
        elif unanchored := _unanchored(desk, line):
            desk.refuse(line, "", unanchored, "merged_cells")
        else:
            row = _adopted(desk, line, cells, index)
            if row:
                yield from _open(desk, line, row)


def _open(desk: Desk, line: Line, row: str) -> Iterable[tuple[Line, str]]:
    """The line and its row, unless the row belongs to somebody else."""
    if desk.hidden(row):
        desk.refuse(line, "", "id", "row_hidden")
    else:
        yield line, row


def _unanchored(desk: Desk, line: Line) -> str:
    """The blank cell that should tell the row from the one above, of whose merged cell it may be a part; or ""."""
    second = desk.table.columns[1] if len(desk.table.columns) > 1 else desk.table.columns[0]
    anchors = [second.key] if second.kind == "ref" and second.required else list(lookups.called(desk.table))
    there = [key for key in anchors if (desk.table.key, key) in desk.sheet.where]
    return there[0] if there and not any((desk.table.key, key) in line.cells for key in there) else ""


def _adopted(desk: Desk, line: Line, cells: Mapping[str, Cell], index: Mapping[identity.Name, list[str]]) -> str:
    """The id of the row that bears the same natural name, or an id made from the content; "" after a refusal."""
    for name in identity.naturals(desk.table, cells):
        rows = index.get(name, [])
        if len(rows) > 1:
            desk.refuse(line, "", name[0][0], "name_ambiguous", rows=desk.public(*rows))
            return ""
        if rows:
            if desk.hidden(rows[0]):
                return rows[0]
            known, said = desk.known.row(rows[0]).get("uscc"), cells.get("uscc")
            if isinstance(known, str) and isinstance(said, str) and known != said:
                desk.refuse(line, rows[0], "uscc", "name_uscc_differs", other=desk.public(rows[0]), theirs=known)
                return ""
            return rows[0]
    return identity.content_id(desk.table, cells, line.names)


def once(desk: Desk, placed: list[tuple[Line, str]]) -> list[tuple[Line, str]]:
    """One line a row. An id that stands twice is refused in both places; a repeated line without id is told once."""
    groups: dict[str, list[Line]] = {}
    for line, row in placed:
        groups.setdefault(row, []).append(line)
    kept = []
    for row, lines in groups.items():
        with_id = [line for line in lines if (desk.table.key, "id") in line.cells]
        if len(lines) == 1:
            kept.append((lines[0], row))
        elif not with_id and all(line.cells == lines[0].cells for line in lines):
            kept.append((lines[0], row))
            for line in lines[1:]:
                desk.plan.unchanged += 1
                desk.tell(line, row, "id", "row_repeated", first=lines[0].row + 1)
        else:
            places = "、".join(desk.sheet.at(line, (desk.table.key, "id")) for line in lines)
            for line in lines:
                desk.refuse(line, row, "id", "duplicate_id", id=row, places=places)
    return sorted(kept, key=lambda pair: pair[0].row)


def one_code_each(desk: Desk, lines: list[tuple[Line, str]]) -> list[tuple[Line, str]]:
    """No two customers with one credit code: neither in the sheet, nor one of the sheet and another of the book."""
    said = {line.row: (row, cells["uscc"]) for line, row in lines if isinstance((cells := desk.own(line)).get("uscc"), str)}
    if not said:
        return lines
    carriers = desk.known.holders("uscc")
    changed = dict(said.values())
    in_sheet: dict[Cell, list[str]] = {}
    for row, code in said.values():
        in_sheet.setdefault(code, []).append(row)
    kept = []
    for line, row in lines:
        code = said.get(line.row, ("", None))[1]
        if not isinstance(code, str):
            kept.append((line, row))
            continue
        holders = [other for other in carriers.get(code, []) if other != row and changed.get(other, code) == code]
        if len(in_sheet[code]) > 1:
            desk.refuse(line, row, "uscc", "uscc_twice", rows=desk.public(*in_sheet[code]))
        elif holders and row not in carriers.get(code, []):
            desk.refuse(line, row, "uscc", "uscc_taken", other=desk.public(holders[0]))
        else:
            kept.append((line, row))
    return kept


def namesakes(desk: Desk, lines: list[tuple[Line, str]]) -> None:
    """A new customer with the name of another is taken and told: it may be the same company twice."""
    carriers: dict[str, list[str]] = {}
    for name, rows in desk.known.holders("name").items():
        carriers.setdefault(fold(name), []).extend(rows)
    for line, row in lines:
        said = line.cells.get((desk.table.key, "name"))
        if row in desk.known or not isinstance(said, str):
            continue
        others = carriers.setdefault(fold(said), [])
        if others:
            desk.tell(line, row, "name", "name_taken", other=desk.public(others[0]))
        others.append(row)
