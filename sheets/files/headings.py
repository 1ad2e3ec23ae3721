"""Which column a heading means: by key, any label in either language, an alias; with the unit it states."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sheets.cells import fold
from sheets.schema import SYSTEM, Column, Issue, Table
from texts import LANGS, say

Target = tuple[str, str]  # table, column
REV = Column("rev", "修订号", "Revision", "integer", auto=True)
NOTES = frozenset(fold(say("exchange.reason", lang)) for lang in LANGS)  # the column we add to rows that were not taken
SEARCHED = 10  # rows in which the header must be found

_UNITS = {
    **dict.fromkeys(("元", "yuan"), "元"),
    **dict.fromkeys(("万元", "万", "10k", "10kyuan", "10,000yuan", "wan", "wanyuan"), "万元"),
    **dict.fromkeys(("千元", "千"), "千元"),
    **dict.fromkeys(("百万元", "百万"), "百万元"),
    **dict.fromkeys(("亿元", "亿"), "亿元"),
    **dict.fromkeys(("%", "percent"), "%"),
    "‰": "‰",
}
_FOREIGN = re.compile(r"美元|美金|usd|us\$|欧元|eur|港[元币]|hkd|日元|jpy|英镑|gbp|万(?:股|户|人|吨)|[$€£]")
_BRACKETS = re.compile(r"(.+?)[(\[【]([^()\[\]【】]*)[)\]】]")
_TAIL = re.compile(r"(.+?)[\s_/:-]*(亿元|百万元|万元|千元|元|%)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that is understood: where it stands, what it means, the unit its cells count in."""

    index: int
    target: Target
    column: Column
    unit_stated: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """The row of headings (counted from 0) and what became of each."""

    row: int
    headings: tuple[Heading, ...]
    issues: tuple[Issue, ...]


def address(index: int, row: int) -> str:
    """The name of a cell as spreadsheets show it: column 5, row 26 (counted from 0) is F27."""
    return f"{column_letters(index)}{row + 1}"


def column_letters(index: int) -> str:
    """The letters of a column counted from 0: 0 is A, 26 is AA."""
    letters, index = "", index + 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def words(table: Table) -> dict[str, Target]:
    """Every folded word that names a column of the table; keys before labels, labels before aliases."""
    found: dict[str, Target] = {}
    ranks = (
        [(c.key, c.key) for c in table.columns],
        [(key, key) for key in SYSTEM] + [(REV.zh, "rev")],
        [(label, c.key) for c in table.columns for label in (c.zh, c.en)],
        [(alias, c.key) for c in table.columns for alias in c.aliases],
    )
    for rank in ranks:
        for word, key in rank:
            found.setdefault(fold(word), (table.key, key))
    return found


def find(names: Mapping[str, Target], tables: Mapping[str, Table], main: str, grid: Sequence[Sequence[object]]) -> Header | None:
    """The row among the first ten that says most; None when no row says enough to be a header."""
    best: tuple[int, int, list[Heading | str | None]] | None = None
    for row, cells in enumerate(grid[:SEARCHED]):
        meant = [_heading(names, tables, i, cell) for i, cell in enumerate(cells)]
        score = len({h.target for h in meant if isinstance(h, Heading)})
        filled = sum(bool(fold(str(cell or ""))) for cell in cells)
        if (score > 1 or (score == 1 and filled <= 3)) and (best is None or score > best[0]):
            best = score, row, meant
    if best is None:
        return None
    _, row, meant = best
    return _checked(main, row, grid[row], meant)


def _checked(main: str, row: int, cells: Sequence[object], meant: list[Heading | str | None]) -> Header:
    """Two columns under one heading are both left alone; so are columns nobody knows, untouched and told."""
    seen: dict[Target, list[int]] = {}
    for heading in meant:
        if isinstance(heading, Heading):
            seen.setdefault(heading.target, []).append(heading.index)
    issues, kept = [], []
    for index, heading in enumerate(meant):
        at, raw = address(index, row), str(cells[index] or "")
        if isinstance(heading, Heading) and len(seen[heading.target]) > 1:
            issues.append(Issue(main, "", heading.target[1], at, "duplicate_header", raw))
        elif isinstance(heading, Heading):
            kept.append(heading)
        elif heading:
            issues.append(Issue(main, "", "", at, heading, raw, warning=heading == "column_unknown"))
    return Header(row, tuple(kept), tuple(issues))


def _heading(names: Mapping[str, Target], tables: Mapping[str, Table], index: int, cell: object) -> Heading | str | None:
    """What a heading means; the code of an Issue when that is unclear; None when there is nothing to say."""
    text = fold(str(cell or "")).strip("*★:： ")
    if not text or text in NOTES:
        return None
    if text in names:
        return _plain(tables, index, names[text])
    found = _BRACKETS.fullmatch(text) or _TAIL.fullmatch(text)
    if found is None or found[1].strip() not in names:
        return "column_unknown"
    heading = _plain(tables, index, names[found[1].strip()])
    if not isinstance(heading, Heading) or heading.column.kind not in ("money", "percent"):
        return heading
    note = found[2].replace(" ", "").removeprefix("单位:").removeprefix("人民币").removeprefix("rmb")
    unit = _UNITS.get(note)
    if unit is None:
        return "header_unit" if _FOREIGN.search(note) else heading
    if (unit in ("%", "‰")) != (heading.column.kind == "percent") or unit == "‰":
        return "header_unit"
    return Heading(index, heading.target, replace(heading.column, unit=unit), unit_stated=True)


def _plain(tables: Mapping[str, Table], index: int, target: Target) -> Heading | None:
    table, key = target
    column = REV if key == "rev" else tables[table].column(key)
    return Heading(index, target, column) if column else None
