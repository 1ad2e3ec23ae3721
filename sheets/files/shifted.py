"""Lines of a text file with as many cells as headings by accident: a comma cut one cell in two, and a blank one was left out at the end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from sheets.cells import Lookup, read
from sheets.files.headings import Header, Heading
from sheets.files.lines import Lines, Record

COMMAS = (",", "，")
MOST = 3  # commas of one text that are looked for
_HEAD_OF_AMOUNT = re.compile(r"\(?[-+¥￥]?[1-9][0-9]{0,2}")  # 1 of 1,010.00
_GROUP = re.compile(r"[0-9]{3}(?:\.[0-9]+)?\)?(?:元|万元?|亿元?)?")
_NOUGHT_FIRST = re.compile(r"0[0-9]")
_FIGURES, _NO_FIGURE = ("money", "percent", "integer"), ("date", "datetime", "choice", "yesno")
_WORDS = frozenset({"text", "long", "file"})
_NAMES = frozenset({"ref", "staff", "staffs"})
_COUNTED = ("money", "integer")

Cut = tuple[str, str]  # the cell before the comma and the one behind it


class Fit:
    """What each cell of a file would be under each of its headings; every distinct cell is asked about once."""

    def __init__(self, header: Header, lookup: Lookup | None) -> None:
        self.headings = {h.index: replace(h, column=replace(h.column, required=False)) for h in header.headings}
        self.required = frozenset(h.index for h in header.headings if h.column.required)
        self._lookup, self._known = lookup, dict[tuple[int, str], bool]()

    def fits(self, index: int, cell: str) -> bool:
        """Whether a cell may stand there by its form. A name that nobody bears has the form of one."""
        heading = self.headings.get(index)
        if heading is None or heading.column.kind in _WORDS | _NAMES or not cell.strip():
            return True
        if (index, cell) not in self._known:
            self._known[index, cell] = self._reads(heading, cell)
        return self._known[index, cell]

    def names(self, index: int, cell: str) -> bool:
        """Whether a cell names somebody or something that is known."""
        heading = self.headings.get(index)
        return heading is not None and heading.column.kind in _NAMES and bool(cell.strip()) and self._reads(heading, cell)

    def misfits(self, cells: Sequence[str]) -> list[int]:
        return [index for index in self.headings if index < len(cells) and not self.fits(index, cells[index])]

    def _reads(self, heading: Heading, cell: str) -> bool:
        if heading.column.kind in _FIGURES and _NOUGHT_FIRST.match(cell.strip()):
            return False
        reading = read(heading.column, cell, self._lookup)
        return not reading.code or reading.warning


def cut_amounts(grid: Lines, header: Header, rows: Sequence[int], lookup: Lookup | None) -> Mapping[int, Cut]:
    """The rows in which the comma of an amount may have cut it in two, by what can be seen of the row and of its file.

    It has where the rest of the amount cannot stand as a cell, or has a nought in front or decimals that only a group has;
    where cells that cannot be read can be with the amount whole; where the line has so many blank cells more than others;
    and where the rest would be somebody's remark. Where the row is good either way, it is asked about if other lines of the
    file leave cells out, or write amounts with bare commas.
    """
    if grid.delimiter not in COMMAS:
        return {}
    fit = Fit(header, lookup)
    after = [h.index + 1 for h in header.headings if h.column.kind in _COUNTED]
    usual = _usual(grid, header.row)
    found: dict[int, Cut] = {}
    unsure: dict[int, Cut] = {}
    for row in rows:
        record = grid.records[row]
        for index in after if record.damage is None else ():
            if (cut := _cut(grid, row, index)) is None:
                continue
            if _is_cut(fit, index, record.cells, over=len(record.cells) - usual):
                found.setdefault(row, cut)
            elif _may_be_cut(fit, index, record.cells):
                unsure.setdefault(row, cut)
    if unsure and _is_loose(grid, fit, after, header.row):
        found = {**unsure, **found}
    return found


def cut_texts(grid: Lines, header: Header, rows: Sequence[int]) -> Mapping[int, Cut]:
    """Of rows with cells that cannot be read, those in which every cell can be once a text is put together again.

    A single such cell may be a slip of its own: it counts where other lines of the file leave cells out at their end.
    """
    fit = Fit(header, None)
    leaves_out = any(_leaves_out(record) for record in grid.records[header.row + 1 :])
    found: dict[int, Cut] = {}
    for row in rows:
        cells = grid.records[row].cells
        wrong = fit.misfits(cells)
        if len(wrong) < (1 if leaves_out else 2):
            continue
        words = [i for i, h in fit.headings.items() if h.column.kind in _WORDS and h.column.key != "id"]
        texts = [i for i in sorted(words, reverse=True) if i < min(wrong)]  # the nearest is the likeliest
        for index, commas in ((i, n) for i in texts for n in range(1, MOST + 1)):
            if _mends(fit, cells, index, commas, grid.delimiter):
                found[row] = cells[index].strip(), cells[index + 1].strip()
                break
    return found


def _mends(fit: Fit, cells: Sequence[str], index: int, commas: int, delimiter: str) -> bool:
    """Whether every cell can be read once so many behind this one belong to it, and that is more than blanks and words."""
    if index + commas >= len(cells) or not all(cell.strip() for cell in cells[index : index + commas + 1]):
        return False
    whole = _joined(cells, index, commas, delimiter)
    told = any(h.column.kind not in _WORDS | _NAMES for i, h in fit.headings.items() if index < i < len(whole) and whole[i].strip())
    return told and not fit.misfits(whole)


def _joined(cells: Sequence[str], index: int, commas: int, delimiter: str) -> list[str]:
    """The line with one cell put together from so many more behind it."""
    return [*cells[:index], delimiter.join(cells[index : index + commas + 1]), *cells[index + commas + 1 :]]


def _cut(grid: Lines, row: int, index: int) -> Cut | None:
    """What stands before and behind a comma as in an amount; quoted, they are two cells whatever they look like."""
    cells = grid.records[row].cells
    if index >= len(cells) or not _GROUP.fullmatch(right := cells[index].strip()):
        return None
    if not _HEAD_OF_AMOUNT.fullmatch(left := cells[index - 1].strip()):
        return None
    return (left, right) if f"{cells[index - 1]}{grid.delimiter}{cells[index]}" in grid.raw(row) else None


def _groups(cells: Sequence[str], index: int) -> list[str]:
    return [*takewhile(lambda cell: _GROUP.fullmatch(cell.strip()), cells[index:])]


def _whole(cells: Sequence[str], index: int) -> Iterator[list[str]]:
    """The line with the amount put together again, from one of its groups up to all of them."""
    for n in range(1, len(_groups(cells, index)) + 1):
        yield _joined([cell.strip() for cell in cells], index - 1, n, ",")


def _is_cut(fit: Fit, index: int, cells: Sequence[str], over: int) -> bool:
    """Whether the cells of a line are none as they stand."""
    heading = fit.headings.get(index)
    kind, right, groups = heading.column.kind if heading else "text", cells[index].strip(), _groups(cells, index)
    if kind in _NO_FIGURE or (right[0] == "0" if kind in _FIGURES else any("." in group for group in groups)):
        return True
    now = fit.misfits(cells)
    for count, whole in enumerate(_whole(cells, index), 1):
        if fit.misfits(whole):
            continue
        under = [h for i in range(index, index + count) if (h := fit.headings.get(i))]
        if now or count == over or any(h.column.kind == "long" for h in under):
            return True
        if any(not fit.names(h.index, cells[h.index]) and fit.names(h.index, _at(whole, h.index)) for h in under):
            return True
    return False


def _usual(grid: Lines, header: int) -> int:
    """How many cells most lines have; where no number is that of most, as many as the headings."""
    counted = Counter(len(record.cells) for record in grid.records[header + 1 :] if record.damage is None and any(record.cells))
    number, lines = counted.most_common(1)[0] if counted else (0, 0)
    return number if lines * 2 > counted.total() and lines > 1 else len(grid.records[header].cells)


def _may_be_cut(fit: Fit, index: int, cells: Sequence[str]) -> bool:
    """Whether a line is as good with the amount whole: nothing that must be there would be missing then."""
    return any(
        not fit.misfits(whole) and not any(_at(cells, i).strip() and not _at(whole, i).strip() for i in fit.required)
        for whole in _whole(cells, index)
    )


def _is_loose(grid: Lines, fit: Fit, after: Sequence[int], header: int) -> bool:
    """Whether other lines leave cells out, or have too many because their amounts have bare commas."""
    for row in range(header + 1, len(grid.records)):
        record = grid.records[row]
        if _leaves_out(record):
            return True
        if record.damage is not None and record.damage.code == "line_longer":
            cut = (i for i in after if _cut(grid, row, i) is not None)
            if any(not fit.misfits(whole) for i in cut for whole in _whole(record.cells, i)):
                return True
    return False


def _leaves_out(record: Record) -> bool:
    """Whether a line has too few cells, and more than the one of a note below the table."""
    few = record.damage is not None and record.damage.code == "line_shorter"
    return few and sum(bool(cell.strip()) for cell in record.cells) > 1


def _at(cells: Sequence[str], index: int) -> str:
    return cells[index] if index < len(cells) else ""
