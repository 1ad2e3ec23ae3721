"""The lines of a text file as records of cells, each with its line number; a line that cannot be trusted says why."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import overload

DELIMITERS = (",", "\t", ";", "|", "，", "；", "｜", "^", "、")
LONGEST = 131_072  # characters of one cell: far beyond what Excel holds
BROKEN = "\ufffd"  # stands where bytes are no character; a cell with it is never kept
HEAD = 20  # records among which headings are looked for

# The size of a cell is judged below, with its line; the csv module would only say that something is wrong.
csv.field_size_limit(2**31 - 1)

_STARTS = r"[=+\-@\t\r\n＝＋－＠]"
_GUARD = re.compile(rf"'*{_STARTS}")
_GUARDED = re.compile(rf"'+{_STARTS}")
_MAYBE = frozenset("'= \t")  # what a cell begins with that is more than it says
_WRAPPED = re.compile(r"\s*=\"((?:[^\"]|\"\")*)\"\s*")


@dataclass(frozen=True, slots=True)
class Damage:
    """Why a line cannot be taken: the code of an Issue, and what its sentence says beside the cell."""

    code: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its cells, the lines of the file it stands in (counted from 1, the last one included)."""

    cells: list[str]
    first: int
    last: int
    damage: Damage | None = None

    @property
    def place(self) -> str:
        """The number of its line, or of its first and last one."""
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


@dataclass(frozen=True, slots=True)
class Lines(Sequence[list[str]]):
    """A text file as records. Every record counts, as in a spreadsheet; a sequence of their cells for whoever needs no more."""

    physical: list[str]
    skipped: int
    delimiter: str
    stated: bool
    records: list[Record] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.records)

    @overload
    def __getitem__(self, index: int) -> list[str]: ...
    @overload
    def __getitem__(self, index: slice) -> list[list[str]]: ...
    def __getitem__(self, index: int | slice) -> list[str] | list[list[str]]:
        if isinstance(index, slice):
            return [record.cells for record in self.records[index]]
        return self.records[index].cells

    def broken_head(self) -> int:
        """The line among the first records whose quotes do not match; 0 if there is none."""
        return next((record.first for record in self.records[:HEAD] if record.damage and record.damage.code == "line_quotes"), 0)

    def raw(self, row: int) -> str:
        """A record exactly as it stands in the file."""
        record = self.records[row]
        return "".join(self.physical[record.first - 1 : record.last]).rstrip("\r\n")

    def under(self, says: Callable[[Sequence[Sequence[str]]], int]) -> Lines:
        """The same file, split by the delimiter under which its headings say most; `says` counts the known ones."""
        if self.stated:
            return self
        best, most = self.delimiter, 0
        for mark in DELIMITERS:
            head = [record.cells for record, _ in zip(_records(self.physical, self.skipped, mark), range(HEAD), strict=False)]
            known = says(head)
            if known > most:
                best, most = mark, known
        return self if best == self.delimiter else split(self.physical, self.skipped, best)

    def beneath(self, header: int) -> Lines:
        """The same file, every record beneath the header checked against it: as many cells, and no quote that runs over lines."""
        heads = self.records[header]
        least, most = _filled(heads.cells), len(heads.cells)
        quoted = self.raw(header).count('"') >= 2 * most  # written by a program that quotes every cell: no quote is a stray one
        checked = self.records[: header + 1]
        for record in self.records[header + 1 :]:
            if record.damage is None and record.last > record.first and not quoted and self._ran_over(record, least):
                checked.extend(self._apart(record, least, most))
            else:
                checked.append(_counted(record, least, most))
        return replace(self, records=checked)

    def _ran_over(self, record: Record, least: int) -> bool:
        """Whether a quote swallowed lines that are whole records by themselves."""
        return least > 1 and all(line.count(self.delimiter) >= least - 1 for line in self.physical[record.first - 1 : record.last])

    def _apart(self, record: Record, least: int, most: int) -> Iterator[Record]:
        """Lines that a stray quote ran together: those with the quotes are damaged, those between are records."""
        for number in range(record.first, record.last + 1):
            line = self.physical[number - 1].rstrip("\r\n")
            if '"' in line:
                yield _broken_quotes(line, number)
            else:
                yield _counted(Record(_cells(line.split(self.delimiter)), number, number), least, most)


def split(physical: list[str], skipped: int, delimiter: str, *, stated: bool = False) -> Lines:
    """Every record of a file; the first `skipped` lines are none."""
    return Lines(physical, skipped, delimiter, stated, list(_records(physical, skipped, delimiter)))


def physical(text: str) -> list[str]:
    """The lines of a text, each with its end."""
    return list(io.StringIO(text, newline=""))


def guess(lines: Sequence[str]) -> str:
    """The delimiter that stands most often, outside quotes, in the fullest of the first lines; headings know better (`under`)."""
    head = [re.sub(r"\"[^\"]*\"", "", line) for line in lines[:10]]
    return max(DELIMITERS, key=lambda mark: max((line.count(mark) for line in head), default=0))


def guard(text: str) -> str:
    """Text that a spreadsheet would run as a formula gets an apostrophe; so does what already looks guarded."""
    return f"'{text}" if _GUARD.match(text) else text


def unguard(text: str) -> str:
    """The inverse of `guard`."""
    return text[1:] if _GUARDED.match(text) else text


def _records(lines: list[str], skipped: int, delimiter: str) -> Iterator[Record]:
    """Records one by one; after a line whose quotes do not match, the next line begins a new one."""
    at = skipped
    while at < len(lines):
        reader = csv.reader(_from(lines, at), delimiter=delimiter, strict=True)
        start = begun = at
        try:
            for cells in reader:
                end = begun + reader.line_num
                yield _measured(_cells(cells), start + 1, end)
                start = end
            return
        except csv.Error:
            yield _broken_quotes(lines[start].rstrip("\r\n"), start + 1)
            at = start + 1


def _from(lines: list[str], at: int) -> Iterator[str]:
    return (lines[n] for n in range(at, len(lines)))


def _cells(cells: list[str]) -> list[str]:
    """Without what only kept a spreadsheet from reading the cell as a number (="0012") or as a formula."""
    return [_bare(cell) if cell[:1] in _MAYBE else cell for cell in cells]


def _bare(cell: str) -> str:
    wrapped = _WRAPPED.fullmatch(cell)
    return wrapped[1].replace('""', '"') if wrapped else unguard(cell)


def _measured(cells: list[str], first: int, last: int) -> Record:
    longest = max(map(len, cells), default=0)
    record = Record(cells, first, last)
    if longest <= LONGEST:
        return record
    return replace(record, damage=Damage("line_cell_long", {"line": record.place, "found": str(longest), "most": str(LONGEST)}))


def _broken_quotes(line: str, number: int) -> Record:
    return Record([line], number, number, Damage("line_quotes", {"line": str(number)}))


def _counted(record: Record, least: int, most: int) -> Record:
    """The record, damaged if its cells are more or fewer than the headings; empty ones at the end do not count as more."""
    found, there = _filled(record.cells), len(record.cells)
    if record.damage is not None or not found or (least <= there and found <= most):
        return record
    code, count = ("line_longer", found) if found > most else ("line_shorter", there)
    return replace(record, damage=Damage(code, {"line": record.place, "found": str(count), "expected": str(least)}))


def _filled(cells: Sequence[str]) -> int:
    """How many cells there are up to the last that is not empty."""
    return next((n for n in range(len(cells), 0, -1) if cells[n - 1].strip()), 0)
