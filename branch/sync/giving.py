"""What the sheet is to show of a row: asked of the ledgers when it is written, so that the newest save counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from branch import change
from sheets import cells
from sheets.book import Book
from sheets.merge import Cell, same
from sheets.names import Names
from sheets.schema import Column, Unread
from sheets.sentences import sentence
from sheets.spreadsheet import TOO_LONG, Raw
from sheets.sync.state import DELETED, ISSUE
from sheets.tabs import render
from texts import Lang, say

Pair = tuple[str, str]


def masked(meta: Mapping[str, str]) -> frozenset[Pair]:
    """Columns that are not in the sheet, or only with their last signs, as they are remembered."""
    pairs = [pair.partition(".") for pair in meta.get("masked", "").split(",") if pair]
    return frozenset((table, column) for table, _, column in pairs)


@dataclass
class Giving:
    """One state of the ledgers, as a spreadsheet is to show them. `masked`: only the last signs are shown."""

    book: Book
    lang: Lang
    masked: Collection[Pair] = ()
    _rows: dict[str, dict[str, dict[str, Cell]]] = field(default_factory=dict)

    @cached_property
    def names(self) -> Names:
        return Names(self.book.tables, self.book.frame)

    @cached_property
    def _sentences(self) -> Mapping[Pair, str]:
        """What is wrong in a row, by table and id: all its cells that cannot be read. Of a masked column nothing is said: the
        sentence would show in the sheet what was typed into it."""
        found: dict[Pair, list[str]] = {}
        for issue in self.book.issues:
            if not issue.warning and (issue.table, issue.column) not in self.masked:
                found.setdefault((issue.table, issue.row), []).append(sentence(issue, self.book.tables, self.lang))
        return {pair: "\n".join(said)[:TOO_LONG] for pair, said in found.items()}

    @property
    def troubled(self) -> Collection[Pair]:
        return self._sentences.keys()

    @cached_property
    def _gone(self) -> Mapping[str, frozenset[str]]:
        return {key: frozenset(map(str, frame.loc[frame["deleted"], "id"])) for key, frame in self.book.frames.items()}

    def gone(self, table: str, row: str) -> bool:
        return row in self._gone.get(table, ())

    def known(self, table: str) -> frozenset[str]:
        """Every row there is, deleted ones among them."""
        return self.book.once(("ids", table), lambda: frozenset(map(str, self.book.frames[table]["id"])))

    def load(self, table: str, rows: Collection[str]) -> None:
        """Looks the rows up together."""
        there = self._rows.setdefault(table, {})
        if wanted := [row for row in rows if row not in there]:
            there.update(change.standing(self.book, table, wanted))

    def stands(self, table: str, row: str) -> Mapping[str, Cell]:
        """The row as the ledgers have it; {} for one that is deleted or unknown."""
        if row not in self._rows.get(table, {}):
            self.load(table, [row])
        return self._rows[table].get(row, {})

    def value(self, table: str, row: str, key: str) -> Cell:
        return self.stands(table, row).get(key)

    def shown(self, table: str, row: str, key: str) -> Raw:
        """The cell as it is written into the sheet."""
        if key == ISSUE:
            return self._sentences.get((table, row))
        if key == DELETED:
            return say("cells.yes", self.lang) if self.gone(table, row) else None
        if key == "id":
            return row
        column = self.book.tables[table].column(key)
        if column is None:
            return None
        cell = self.value(table, row, key)
        if (table, key) in self.masked:
            return render.last_digits(cell)
        return render.render(column, cell, self.lang)

    def read(self, column: Column, raw: Raw) -> Cell:
        """A cell of the sheet as the ledgers would keep it."""
        reading = cells.read(column, raw, self.names)
        if reading.code and not reading.warning and reading.code != "missing":
            return Unread(reading.raw, reading.code)
        return reading.value

    def alike(self, table: str, row: str, key: str, raw: Raw) -> bool:
        """Whether a cell of the sheet says what the ledgers say, however it is written."""
        if key == DELETED:
            return self._yes(raw) == self.gone(table, row)
        column = self.book.tables[table].column(key)
        if column is None or key in ("id", ISSUE):
            return raw == self.shown(table, row, key)
        if (table, key) in self.masked:
            return raw == self.shown(table, row, key)
        return same(self.read(column, raw), self.value(table, row, key))

    def _yes(self, raw: Raw) -> bool:
        return cells.read(Column(DELETED, "", "", "yesno"), raw).value is True
