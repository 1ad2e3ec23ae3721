"""What makes a row a record: what its ledger is known by. Footers, page numbers and signatures have nothing of that."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sheets import names
from sheets.cells import fold
from sheets.schema import Column, Table, Unread, Value

Cell = Value | Unread

# A label and a colon: 打印人：…, 共计：…; nothing but signs: -----.
_LABELLED = re.compile(r"[^:]{1,10}:(?!//).*", re.DOTALL)
_FIGURES = ("money", "integer", "percent", "monthday")
_COUNT = re.compile(r"[0-9][0-9,.:/\-年月日时分秒户个笔条家]*")  # what stands beside 户数合计, 记录数, 填表日期
_NUMBER = re.compile(r"(?=.*[0-9])[0-9a-z][0-9a-z./_-]*")


def makers(table: Table) -> tuple[str, ...]:
    """The columns of which a new row needs at least one: its natural names, else its title and what it must refer to or date."""
    natural = [key for way in table.natural for key in way]
    if natural:
        return tuple(dict.fromkeys(natural))
    asked = [c.key for c in table.columns if c.required and not c.auto and c.kind in ("ref", "staff", "staffs", "date", "datetime", "text")]
    title = [table.title] if table.column(table.title) else []
    return tuple(key for key in dict.fromkeys([*names.called(table), *title, *asked]) if key != "id")


def naming(table: Table) -> tuple[str, ...]:
    """The columns that say who or what a row is about; a sheet without any of them says nothing about anybody."""
    refs = [c.key for c in table.columns if c.required and c.kind in ("ref", "staff", "date", "datetime")]
    return tuple(dict.fromkeys(["id", *names.called(table), *makers(table), *refs]))


def no_name(text: str) -> bool:
    """What is nobody's name: a label with its colon, or nothing but signs."""
    word = fold(text)
    return bool(_LABELLED.fullmatch(word)) or not any(character.isalnum() for character in word)


def missing(table: Table, number: Cell, cells: Mapping[str, Cell], elsewhere: int, counts: tuple[int, int]) -> str:
    """Why a line that no row answers to is no record: the code of a note, of a refusal if it looks like data, or "".

    `cells` are its readable and unreadable cells without the id, `elsewhere` counts what it says of other ledgers, `counts` are
    its filled cells and the headings.
    """
    filled, width = counts
    columns = {key: column for key in cells if (column := table.column(key))}
    asked = [key for key in makers(table) if key in columns]
    said = [key for key in asked if _says(columns[key], cells[key])]
    if isinstance(number, str) and not _like_number(number):
        said = [key for key in said if not (columns[key].kind == "text" and _COUNT.fullmatch("".join(fold(str(cells[key])).split())))]
    readable = [key for key, column in columns.items() if _says(column, cells[key])]
    if filled == 1 and width > 2 and not elsewhere and all(key in asked for key in readable):
        return "row_note"
    unknown = [key for key in asked if isinstance(cells[key], Unread) and columns[key].kind in ("ref", "staff", "staffs")]
    if said or (unknown and any(key not in unknown for key in readable)):
        return ""
    if unknown and _like_number(number) and any(key not in unknown and _figures(cell) for key, cell in cells.items()):
        return ""  # R1, a customer nobody knows yet, 2027-02-30: a record of which nothing can be read so far
    like_data = len(readable) + elsewhere
    if any(no_name(str(cell)) for cell in (number or "0", *(cells[key] for key in asked)) if isinstance(cell, str)):
        return "record_nameless" if like_data > 1 else "row_note"
    if number:
        return "record_nameless" if like_data > 1 or (like_data and _like_number(number)) else "row_note"
    return "record_nameless" if like_data else "row_note"


def says(table: Table, key: str, cell: Cell) -> bool:
    """Whether a cell says who or what the row is about."""
    column = table.column(key)
    return cell is not None and column is not None and _says(column, cell)


def _says(column: Column, cell: Cell) -> bool:
    return not isinstance(cell, Unread) and not (column.kind in ("text", "long") and no_name(str(cell)))


def _like_number(number: Cell) -> bool:
    """A number as banks write them: KH000012, 83001; not 共2户."""
    return isinstance(number, str) and _NUMBER.fullmatch(fold(number)) is not None


def _figures(cell: Cell) -> bool:
    """Something unreadable that was meant for a day or an amount; not a word such as 制表."""
    return isinstance(cell, Unread) and any(character.isdigit() for character in cell.raw)


def is_total(word: str, kinds: list[str]) -> bool:
    """团队一合计 with nothing beside it but figures."""
    return bool(re.fullmatch(r".{0,16}(?:合计|小计|总计|共计|累计)(?:数|额)?", word)) and bool(kinds) and all(k in _FIGURES for k in kinds)
