"""Which tabs a spreadsheet has, and which columns each: everything that is known before Google is asked for anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args
from zlib import crc32

from sheets.schema import Column, Group, Kind, Table
from texts import Lang, say

Protection = Literal["", "warn", "hard"]  # a warning stops nobody's sort; what is hard only Huce writes
Pair = tuple[str, str]  # table, column

GUIDE, TOLD = "_guide", "_told"  # the tab that explains, and the hidden one of alerts that were told
MARK, ISSUE = "_mark", "_issue"

LONGEST_TITLE, LONGEST_NOTE = 100, 2000  # characters: Google's limit for a tab's name; a note that can still be read


def _own(key: str, words: str, kind: Kind = "text", *, auto: bool = True) -> Column:
    return Column(key, say(words, "zh"), say(words, "en"), kind, auto=auto)


# Columns that every tab has behind its own. What is deleted says so: its row stays.
SYSTEM = (_own(ISSUE, "sheet.issue", "long"), _own("deleted", "sheet.deleted", "yesno", auto=False), _own(MARK, "sheet.mark"))
# A row of the tab of told alerts: the scan that told them, when, which installation, their keys.
TOLD_COLUMNS = (
    _own("id", "sheet.told.id"),
    _own("at", "sheet.told.at", "datetime"),
    _own("by", "sheet.told.by"),
    _own("keys", "sheet.told.keys", "long"),
)
RESPONSES = "responses"

# A colour for each group of ledgers, in the order of the groups.
PALETTE = ("#5F6B7A", "#1F5FAE", "#2E7D6B", "#7A4FA3", "#C2571A", "#2F8F46", "#B0313A", "#A67C00", "#8A8F98", "#3D4752", "#0F7C8A")
COLORS: Mapping[Group, str] = dict(zip(get_args(Group), PALETTE, strict=True))


@dataclass(frozen=True, slots=True)
class TabColumn:
    """A column of a tab. `words` are what its dropdown offers; one that is `filled` is written by Huce, and only by Huce."""

    key: str
    heading: str
    kind: Kind
    note: str = ""
    words: tuple[str, ...] = ()
    filled: bool = False
    hidden: bool = False
    masked: bool = False  # only the last four digits are shown, and nothing is taken from it


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: its ledger's key (or "_guide", "_told"), its name, the number Google knows it by, its columns from A on."""

    table: str
    title: str
    sheet_id: int
    columns: tuple[TabColumn, ...]
    color: str = ""
    hidden: bool = False
    protection: Protection = "warn"

    def at(self, key: str) -> int:
        """Where a column stands when the tab is new, counted from 0. KeyError: the tab has no such column."""
        for index, column in enumerate(self.columns):
            if column.key == key:
                return index
        raise KeyError(f"tab {self.table} has no column {key}")


def planned(
    tables: Mapping[str, Table], lang: Lang, *, hidden_columns: Collection[Pair] = frozenset(), masked: Collection[Pair] = frozenset()
) -> list[Tab]:
    """The tabs of a branch in its language: how to edit, each ledger, and the hidden one of told alerts.

    `hidden_columns` are there and not shown. `masked` ones are left out, save that of an account number the last four
    digits are written.
    """
    titles, ids = set[str](), set[int]()
    found = [_named(Tab(GUIDE, say("sheet.guide.title", lang), 0, (), COLORS["branch"]), titles, ids)]
    for table in tables.values():
        if not table.inside:
            columns = tuple(_columns(table, lang, hidden_columns, masked))
            tab = Tab(table.key, table.label(lang), 0, columns, COLORS[table.group], protection=_protection(table.key))
            found.append(_named(tab, titles, ids))
    told = tuple(replace(_column(column, lang), filled=True) for column in TOLD_COLUMNS)
    found.append(_named(Tab(TOLD, say("sheet.told.title", lang), 0, told, COLORS["work"], hidden=True, protection="hard"), titles, ids))
    return found


def held(table: Table, column: Column) -> bool:
    """Whether a value typed into the sheet waits until somebody whose act it is confirms it in the portal.

    So it is with the moment of an act, with the act itself, and with what a table says of itself or its columns.
    """
    acts = {act for one, act, _ in table.dated if one.stamp}
    return table.held or column.held or column.stamp or column.key in acts


def filled(column: Column) -> bool:
    """Whether Huce writes the column: a person is warned before they type into it."""
    return (column.auto and column.key != "id") or column.stamp


def ordered(table: Table) -> list[Column]:
    """The ledger's columns as they stand in its tab: the id, then people's, then those that Huce fills; the system's last."""
    return [*sorted(table.columns, key=lambda column: (column.key != "id", filled(column))), *SYSTEM]


def heading(column: Column, lang: Lang) -> str:
    """The label, and in brackets what a number in the column counts: 授信金额（万元）."""
    if column.kind not in ("money", "percent", "integer") or not column.unit:
        return column.label(lang)
    unit = say(UNITS[column.unit], lang) if column.unit in UNITS else column.unit
    return say("sheet.heading", lang, label=column.label(lang), unit=unit)


UNITS = {
    "万元": "sheet.unit.wan", "元": "sheet.unit.yuan", "亿元": "sheet.unit.yi", "千元": "sheet.unit.qian",
    "人": "sheet.unit.people", "天": "sheet.unit.days",
}  # fmt: skip


def sheet_id(key: str) -> int:
    """The number of a tab, made from its ledger's key: the same in every spreadsheet. 0 is Google's own first tab."""
    return (crc32(key.encode()) & 0x7FFFFFFF) or 1


def _named(tab: Tab, titles: set[str], ids: set[int]) -> Tab:
    """The tab with a name and a number that no tab before it has: Google refuses a name twice, however it is written."""
    base = tab.title[: LONGEST_TITLE - 4]
    title = next(name for name in _numbered(base) if name.casefold() not in titles)
    number = next(number for number in map(sheet_id, _numbered(tab.table)) if number not in ids)
    titles.add(title.casefold())
    ids.add(number)
    return replace(tab, title=title, sheet_id=number)


def _numbered(word: str) -> Iterator[str]:
    yield word
    yield from (f"{word} {n}" for n in range(2, 1000))


def _protection(table: str) -> Protection:
    return "hard" if table == RESPONSES else "warn"


def _columns(table: Table, lang: Lang, hidden: Collection[Pair], masked: Collection[Pair]) -> Iterator[TabColumn]:
    taken = set[str]()
    for column in ordered(table):
        pair = (table.key, column.key)
        if pair in masked and column.kind != "account":
            continue
        made = _column(column, lang)
        name = made.heading if made.heading.casefold() not in taken else f"{made.heading} {column.key}"
        taken.add(name.casefold())
        made = replace(made, heading=name, hidden=column.key == MARK or pair in hidden, note=_note(table, column, lang))
        if pair in masked:
            made = replace(made, filled=True, masked=True, note=say("sheet.note.masked", lang))
        yield made


def _column(column: Column, lang: Lang) -> TabColumn:
    return TabColumn(column.key, heading(column, lang), column.kind, column.help(lang), tuple(_words(column, lang)), filled(column))


def _words(column: Column, lang: Lang) -> Iterable[str]:
    """What a dropdown offers. There is none for many choices: a sheet would flag each cell that holds two of them."""
    if column.kind == "yesno":
        return say("cells.yes", lang), say("cells.no", lang)
    return dict.fromkeys(choice.label(lang) for choice in column.choices) if column.kind == "choice" else ()


def _note(table: Table, column: Column, lang: Lang) -> str:
    """What is told about a column to whoever points at its heading."""
    told = [column.help(lang)]
    if column.key in SAID:
        told.append(say(SAID[column.key], lang))
    elif filled(column):
        told.append(say("sheet.note.filled", lang))
    elif held(table, column):
        told.append(say("sheet.note.held", lang))
    if column.required and column.key != "id":
        told.append(say("sheet.note.required", lang))
    if column.kind in KINDS_SAID:
        words = say("sheet.join", lang).join(choice.label(lang) for choice in column.choices)
        told.append(say(KINDS_SAID[column.kind], lang, words=words))
    return "\n".join(filter(None, told))[:LONGEST_NOTE]


SAID = {"id": "sheet.note.id", ISSUE: "sheet.note.issue", "deleted": "sheet.note.deleted", MARK: "sheet.note.mark"}
KINDS_SAID: Mapping[Kind, str] = {
    "date": "sheet.note.date", "datetime": "sheet.note.datetime", "percent": "sheet.note.percent", "choices": "sheet.note.choices",
    "staff": "sheet.note.staff", "staffs": "sheet.note.staffs", "ref": "sheet.note.ref",
}  # fmt: skip
