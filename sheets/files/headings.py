"""Which column a heading means: by key, any label in either language, an alias; with the unit it states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sheets.cells import fold, read
from sheets.cells.simplified import simplified
from sheets.files.around import foreign, renminbi, small, unit
from sheets.schema import SYSTEM, Column, Issue, Table
from texts import LANGS, say

Target = tuple[str, str]  # table, column
REV = Column("rev", "修订号", "Revision", "integer", auto=True)
NOTES = frozenset(fold(say("exchange.reason", lang)) for lang in LANGS)  # the column we add to rows that were not taken
_DAY = Column("day", "", "", "date")
SEARCHED = 10  # rows in which the header must be found
TAIL = 16  # characters of a unit behind a name; whole records stand in the rows that are searched, with long texts in them

_BRACKETED = re.compile(r"\(([^()]*)\)")
_TAIL = re.compile(r"[\s_/:-]*(.+)")  # what stands behind a name without brackets: 余额/元, 余额-人民币万元
_NUMBER = re.compile(r"(?:[①-⑳⑴-⒇⒈-⒛]|[Ⅰ-Ⅻⅰ-ⅻ]{1,3}[、.．)）]?|\(?[0-9]{1,2}[.、)．)]|[一二三四五六七八九十]{1,2}[、.．)])\s*(?=\D)")
# What stands in brackets and makes the column another one than its name says.
_ANOTHER = re.compile(r"旧|原|历史|作废|停用|废|上期|上年|上月|上季|去年|前次|上次|old|former|previous|last|obsolete")
_WHOLE = re.compile(r"\(([^()]*)\)")  # 【评级到期日】
_EITHER = re.compile(r"[/|、]|或")  # 统一社会信用代码/组织机构代码
_PERIOD = re.compile(r"[0-9]{4}年(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日|[末底])?(?:时点)?")  # 贷款余额2026年10月末
_DAYS = ("日期", "时间", "日")  # endings that say no more than each other: 到期日, 到期日期
_PIECES = re.compile(r"[、,;/|\s]+")  # (本金,元)
_EXPIRY = re.compile(r"到期|期限|日期|截止|时限|有效期|届满|期至|日$|expir|due|deadline|matur|date")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that is understood: where it stands, what it means, the unit its cells count in, and whether it is the very word."""

    index: int
    target: Target
    column: Column
    unit_stated: bool = False
    exact: bool = True
    another: bool = False  # its brackets say that it is another column: (旧), (上年)
    renminbi: bool = False  # it says the currency alone: (人民币)


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
    """Every word, as `_plain` makes it, that names a column of the table; keys before labels, labels before aliases.

    Last come those with a name of the table before them: 信用评级 and 有效截止日 are 信用评级有效截止日.
    """
    found: dict[str, Target] = {}
    ranks = (
        [(c.key, c.key) for c in table.columns],
        [(key, key) for key in SYSTEM] + [(REV.zh, "rev")],
        [(label, c.key) for c in table.columns for label in (c.zh, c.en)],
        [(alias, c.key) for c in table.columns for alias in c.aliases],
        [(word, c.key) for c in table.columns for label in (c.zh, *c.aliases) for word in _under(table, label)],
    )
    for rank in ranks:
        for word, key in rank:
            found.setdefault(bare(word), (table.key, key))
    return found


def _under(table: Table, label: str) -> Iterator[str]:
    """A column's label behind each name of its table; where one ends as the other begins, it is said once."""
    for name in (table.zh, *table.aliases):
        yield name + label
        shared = next((n for n in range(min(len(name), len(label)), 0, -1) if name.endswith(label[:n])), 0)
        if shared:
            yield name + label[shared:]


def prefixed(tables: Mapping[str, Table], ledgers: Iterable[str]) -> dict[str, Target]:
    """The headings of other ledgers that say which ledger they mean: 贷款发放日, 授信币种."""
    found: dict[str, Target] = {}
    for table in (tables[key] for key in ledgers if key in tables):
        for column in table.columns:
            for label in (column.zh, *column.aliases):
                for word in _under(table, label):
                    found.setdefault(bare(word), (table.key, column.key))
    return found


def bare(text: str) -> str:
    """How headings are compared: as names are, in simplified characters, without numbering, marks and spaces."""
    text = _NUMBER.sub("", str(text).strip("*★※ \n\t"), count=1) if str(text) else ""
    return "".join(simplified(fold(text)).strip("*★※:。. ").split())


def find(names: Mapping[str, Target], tables: Mapping[str, Table], main: str, grid: Sequence[Sequence[object]]) -> Header | None:
    """The row among the first ten that says most; None when no row says enough to be a header."""
    best: tuple[int, int, list[Heading | str | None]] | None = None
    for row, cells in enumerate(grid[:SEARCHED]):
        groups = _groups(grid[row - 1], len(cells)) if row else [""] * len(cells)
        meant = [_heading(names, tables, i, cell, groups[i]) for i, cell in enumerate(cells)]
        score = len({h.target for h in meant if isinstance(h, Heading)})
        filled = sum(bool(fold(str(cell or ""))) for cell in cells)
        if (score > 1 or (score == 1 and filled <= 3)) and (best is None or score > best[0]):
            best = score, row, meant
    if best is None:
        return None
    _, row, meant = best
    return _checked(main, row, grid[row], meant)


def runs_down(names: Mapping[str, Target], grid: Sequence[Sequence[object]], header: Header | None) -> bool:
    """Whether the headings stand below each other in one of the first two columns: more of them than any row holds."""
    across = len(header.headings) if header else 0
    for column in range(2):
        cells = [str(cells[column] or "") for cells in grid[: SEARCHED * 4] if column < len(cells)]
        down = len({names[word] for cell in cells if (word := bare(cell)) in names})
        if down > max(across, 1):
            return True
    return False


def _groups(above: Sequence[object], width: int) -> list[str]:
    """What stands over each column in the row above, a merged cell over all of its columns."""
    found, last = [], ""
    for index in range(width):
        last = str((above[index] if index < len(above) else None) or "") or last
        found.append(last)
    return found


def _checked(main: str, row: int, cells: Sequence[object], meant: list[Heading | str | None]) -> Header:
    """Of two columns under one heading the one that says it to the letter is taken; where none or several do, none.

    Those and the columns nobody knows stay untouched in the file, and are told.
    """
    seen: dict[Target, list[Heading]] = {}
    for heading in meant:
        if isinstance(heading, Heading):
            seen.setdefault(heading.target, []).append(heading)
    issues, kept = [], []
    for index, heading in enumerate(meant):
        at, raw = address(index, row), str(cells[index] or "")
        if isinstance(heading, Heading):
            rivals = seen[heading.target]
            exact = [one for one in rivals if one.exact]
            if heading.another and not exact:
                issues.append(Issue(main, "", "", at, "column_unknown", raw, warning=True))
            elif [heading] == exact or [heading] == [one for one in rivals if not one.another]:
                kept.append(heading)
            elif len(exact) == 1:
                other = str(cells[exact[0].index] or "")
                issues.append(Issue(main, "", heading.target[1], at, "header_aside", raw, warning=True, values={"other": other}))
            else:
                issues.append(Issue(main, "", heading.target[1], at, "duplicate_header", raw))
        elif heading:
            issues.append(Issue(main, "", "", at, heading, raw, warning=heading == "column_unknown"))
    return Header(row, tuple(kept), tuple(issues))


def looks_like_deadline(heading: str, cells: Iterable[object]) -> bool:
    """Whether a column that nobody knows may hold a deadline: its heading says so, or most of what stands in it are days."""
    filled = [cell for cell in cells if fold(str(cell or ""))]
    if not filled:
        return False
    if _EXPIRY.search(bare(heading)):
        return True
    days = sum(not isinstance(cell, int | float) and read(_DAY, cell).value is not None for cell in filled[:200])
    return days * 2 > min(len(filled), 200)


def _heading(names: Mapping[str, Target], tables: Mapping[str, Table], index: int, cell: object, group: str) -> Heading | str | None:
    """What a heading means; the code of an Issue when that is unclear; None when there is nothing to say."""
    text = simplified(fold(_NUMBER.sub("", str(cell or "").strip("*★※ "), count=1))).strip("*★※:。. ")
    if not text or text in NOTES:
        return None
    if group and (target := _grouped(names, group, text)):
        return _with_unit(_plain(tables, index, target), [*_BRACKETED.findall(text)])
    if (word := bare(text)) in names:
        return _plain(tables, index, names[word])
    notes = _BRACKETED.findall(text)
    known = names.get(bare(_BRACKETED.sub("", text))) if notes else None
    for end in range(len(text) - 1, max(0, len(text) - 1 - TAIL), -1) if known is None else ():
        tail = _TAIL.fullmatch(text, end)
        says = tail and (unit(tail[1]) or tail[1] == "%" or renminbi(tail[1]) or foreign(tail[1]))
        if tail and says and (word := bare(text[:end])) in names:
            return _with_unit(_plain(tables, index, names[word]), [tail[1]])
    exact = known is not None
    target = known or _otherwise(names, text)
    if target is None or (heading := _plain(tables, index, target)) is None:
        return "column_unknown" if target is None else None
    if any(_ANOTHER.search(note) for note in notes):
        return replace(heading, exact=False, another=True)
    found = _with_unit(heading, notes)
    return replace(found, exact=exact and found.exact) if isinstance(found, Heading) else found


def _otherwise(names: Mapping[str, Target], text: str) -> Target | None:
    """What a heading means that nobody knows to the letter: in brackets as a whole, with the day it is of, with another word
    for day at its end, or with a second name of the same behind a stroke."""
    whole = _WHOLE.fullmatch(text)
    plain = bare(_PERIOD.sub("", whole[1] if whole else _BRACKETED.sub("", text)))
    end = next((end for end in _DAYS if plain.endswith(end)), "")
    said = [plain, *(plain.removesuffix(end) + other for other in _DAYS if end and other != end)]
    found = next((names[word] for word in said if word in names), None)
    if found:
        return found
    sides = [bare(side) for side in _EITHER.split(text)]
    known = {names[side] for side in sides if side in names}
    return known.pop() if len(sides) > 1 and sides[0] in names and len(known) == 1 and not any(map(unit, sides)) else None


def _grouped(names: Mapping[str, Target], group: str, text: str) -> Target | None:
    """授信 over 到期日 means 授信到期日, when there is such a word."""
    head = bare(group)
    return next(
        (names[head + word] for word in (bare(text), bare(_BRACKETED.sub("", text))) if head and word and head + word in names), None
    )


def _with_unit(heading: Heading | None, notes: Sequence[str]) -> Heading | str | None:
    """The heading with the unit that stands in its brackets or at its end."""
    if heading is None:
        return heading
    if heading.column.kind not in ("money", "percent"):
        return replace(heading, exact=not notes)
    for note in (piece for whole in notes for piece in (whole, *_PIECES.split(whole))):
        word = "%" if note.strip() in ("%", "percent") else unit(re.sub(r"^单位[:\s]*", "", note))
        if word and (word == "%") == (heading.column.kind == "percent"):
            return replace(heading, column=replace(heading.column, unit=word), unit_stated=True)
        if word or foreign(note) or small(note) or re.search(r"‰|万(?:股|户|人|吨)|^[kwmb]$", note.strip()):
            return "header_unit"
    alone = heading.column.kind == "money" and any(renminbi(piece) for note in notes for piece in (note, *_PIECES.split(note)))
    return replace(heading, exact=not notes, renminbi=alone)


def _plain(tables: Mapping[str, Table], index: int, target: Target) -> Heading | None:
    table, key = target
    column = REV if key == "rev" else tables[table].column(key)
    return Heading(index, target, column) if column else None
