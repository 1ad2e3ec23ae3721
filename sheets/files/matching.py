"""Which row of the book each line of a sheet speaks of, and the lines that cannot be given to one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sheets import names, numbers
from sheets.cells import fold
from sheets.files import records, row_ids
from sheets.files.columns import SheetRow
from sheets.files.comparison import Comparison
from sheets.files.standing import Cell
from sheets.schema import Unread


def identified(comparison: Comparison) -> Iterable[tuple[SheetRow, str]]:
    """Every line with the id it speaks of; lines that speak of nobody, or of several, are refused."""
    nameless = any((comparison.table.key, "id") not in line.cells for line in comparison.sheet.lines)
    index = row_ids.index(comparison.table, comparison.known.some(row_ids.columns(comparison.table))) if nameless else {}
    makers = records.makers(comparison.table)
    for line in comparison.sheet.lines:
        given = comparison.says(line, "id")
        if _plain(comparison, line, given):
            yield from _open(comparison, line, str(given))
            continue
        cells = comparison.own(line)
        cells.pop("id", None)
        broken = next((c for c, cell in cells.items() if isinstance(cell, Unread) and cell.code == "text_mojibake"), "")
        if broken:
            comparison.refuse(line, str(given or ""), broken, "row_mojibake")
        elif isinstance(given, Unread) or (given and "|" in str(given) and comparison.table.group not in ("work", "own")):
            comparison.refuse(line, "", "id", "id_unusable")
        elif (code := _no_record(comparison, line, given, cells, index, makers)) == "row_note":
            comparison.set_aside(line, code)
        elif code and (given or not _unanchored(comparison, line)):
            comparison.refuse(line, "", _first(comparison, line), code, naming=_naming(comparison))
        elif given in comparison.known.dead:
            comparison.refuse(line, str(given), "id", "row_deleted")
        elif given:
            yield from _open(comparison, line, str(given))
        elif unanchored := _unanchored(comparison, line):
            comparison.refuse(line, "", unanchored, "merged_cells")
        else:
            row = _adopted(comparison, line, cells, index)
            if row:
                yield from _open(comparison, line, row)


def _plain(comparison: Comparison, line: SheetRow, given: Cell) -> bool:
    """The usual line: it names a row that is there, and all of it can be read."""
    there = isinstance(given, str) and given in comparison.known and line.row not in comparison.sheet.unread
    return there and ("|" not in str(given) or comparison.table.group in ("work", "own"))


def _no_record(
    comparison: Comparison,
    line: SheetRow,
    given: Cell,
    cells: Mapping[str, Cell],
    index: Mapping[row_ids.Name, list[str]],
    makers: Sequence[str],
) -> str:
    """The code that says why a line which speaks of no row there is cannot be a new one either; or ""."""
    if line.rev is not None or (given and (str(given) in comparison.known or given in comparison.known.dead)):
        return ""
    if not given and any(index.get(name) for name in row_ids.naturals(comparison.table, cells)):
        return ""
    if len(cells) > 1 and any(records.says(comparison.table, key, cells.get(key)) for key in makers):
        return ""
    filled = sum(bool(fold(str(cell or ""))) for cell in comparison.sheet.grid[line.row])
    elsewhere = sum(table != comparison.table.key and not isinstance(cell, Unread) for (table, _), cell in line.cells.items())
    return records.missing(comparison.table, given, cells, elsewhere, (filled, comparison.sheet.width))


def _first(comparison: Comparison, line: SheetRow) -> str:
    """The column of the line's first cell."""
    said = {comparison.sheet.where[target]: target[1] for target in line.cells if target in comparison.sheet.where}
    return said[min(said)] if said else "id"


def _naming(comparison: Comparison) -> str:
    return "、".join(column.zh for key in records.makers(comparison.table)[:4] if (column := comparison.table.column(key)))


def _open(comparison: Comparison, line: SheetRow, row: str) -> Iterable[tuple[SheetRow, str]]:
    """The line and its row, unless the row belongs to somebody else."""
    if comparison.hidden(row):
        comparison.refuse(line, "", "id", "row_hidden")
    else:
        yield line, row


def _unanchored(comparison: Comparison, line: SheetRow) -> str:
    """The blank cell that should tell the row from the one above, of whose merged cell it may be a part; or ""."""
    second = comparison.table.columns[1] if len(comparison.table.columns) > 1 else comparison.table.columns[0]
    anchors = [second.key] if second.kind == "ref" and second.required else list(names.called(comparison.table))
    there = [key for key in anchors if (comparison.table.key, key) in comparison.sheet.where]
    return there[0] if there and not any((comparison.table.key, key) in line.cells for key in there) else ""


def _adopted(comparison: Comparison, line: SheetRow, cells: Mapping[str, Cell], index: Mapping[row_ids.Name, list[str]]) -> str:
    """The id of the row that bears the same natural name, or a placeholder made from the content; "" after a refusal."""
    for name in row_ids.naturals(comparison.table, cells):
        rows = index.get(name, [])
        if len(rows) > 1:
            comparison.refuse(line, "", name[0][0], "name_ambiguous", rows=comparison.public(*rows))
            return ""
        if rows:
            if comparison.hidden(rows[0]):
                return rows[0]
            known, said = comparison.known.row(rows[0]).get("uscc"), cells.get("uscc")
            if isinstance(known, str) and isinstance(said, str) and known != said:
                comparison.refuse(line, rows[0], "uscc", "name_uscc_differs", other=comparison.public(rows[0]), theirs=known)
                return ""
            return rows[0]
    made = row_ids.content_id(comparison.table, cells, line.names)
    if made in comparison.known or made in comparison.known.dead or not comparison.table.numbered:
        return made
    if not comparison.table.number:
        comparison.refuse(line, "", "id", "number_missing")
        return ""
    return numbers.START + made


def recalled(comparison: Comparison, placed: Iterable[tuple[SheetRow, str]]) -> Iterable[tuple[SheetRow, str]]:
    """Lines that were brought before speak of the rows that they were given numbers for."""
    lines = list(placed)
    asked = [row for _, row in lines if numbers.is_placeholder(row)]
    given = comparison.given(comparison.table.key, asked) if asked else {}
    for line, row in lines:
        if row in given:
            yield from _open(comparison, line, given[row])
        else:
            if numbers.is_placeholder(row):
                comparison.places.setdefault(row, comparison.sheet.at(line, (comparison.table.key, "id")))
            yield line, row


def once(comparison: Comparison, placed: list[tuple[SheetRow, str]]) -> list[tuple[SheetRow, str]]:
    """One line a row. An id that stands twice is refused in both places; a repeated line without id is told once."""
    groups: dict[str, list[SheetRow]] = {}
    for line, row in placed:
        groups.setdefault(row, []).append(line)
    kept = []
    for row, lines in groups.items():
        with_id = [line for line in lines if (comparison.table.key, "id") in line.cells]
        if len(lines) == 1:
            kept.append((lines[0], row))
        elif not with_id and all(line.cells == lines[0].cells for line in lines):
            kept.append((lines[0], row))
            for line in lines[1:]:
                comparison.preview.unchanged += 1
                comparison.tell(line, row, "id", "row_repeated", first=lines[0].row + 1)
        else:
            places = "、".join(comparison.sheet.at(line, (comparison.table.key, "id")) for line in lines)
            for line in lines:
                comparison.refuse(line, row, "id", "duplicate_id", id=row, places=places)
    return sorted(kept, key=lambda pair: pair[0].row)


def one_code_each(comparison: Comparison, lines: list[tuple[SheetRow, str]]) -> list[tuple[SheetRow, str]]:
    """No two customers with one credit code: neither in the sheet, nor one of the sheet and another of the book."""
    said = {line.row: (row, code) for line, row in lines if isinstance(code := comparison.says(line, "uscc"), str)}
    if not said:
        return lines
    carriers = comparison.known.holders("uscc")
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
            comparison.refuse(line, row, "uscc", "uscc_twice", rows=comparison.public(*in_sheet[code]))
        elif holders and row not in carriers.get(code, []):
            comparison.refuse(line, row, "uscc", "uscc_taken", other=comparison.public(holders[0]))
        else:
            kept.append((line, row))
    return kept


def namesakes(comparison: Comparison, lines: list[tuple[SheetRow, str]]) -> None:
    """A new customer with the name of another is taken and told: it may be the same company twice."""
    target = (comparison.table.key, "name")
    new = [(line, row, said) for line, row in lines if row not in comparison.known and isinstance(said := line.cells.get(target), str)]
    carriers: dict[str, list[str]] = {}
    for name, rows in comparison.known.holders("name").items() if new else ():
        carriers.setdefault(fold(name), []).extend(rows)
    for line, row, said in new:
        others = carriers.setdefault(fold(said), [])
        if others:
            comparison.tell(line, row, "name", "name_taken", other=comparison.public(others[0]))
        others.append(row)
