"""The one worker that keeps the spreadsheet and the store in step: take what people typed, give what was saved here, prove it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from branch.sync import pausing
from branch.sync.between import Between, Counts
from branch.sync.pulling import Pull
from branch.sync.pushing import Push
from sheets.spreadsheet import About, Raw
from sheets.sync.placing import id_of
from sheets.sync.state import HELD, Base, Tab, cell, same

ROUNDS = 6  # looks and writes of one flush; what is not proven then waits for the next one


class Worker(Between):
    """One at a time: the caller holds the lease."""

    def pull(self, tables: Collection[str] | None = None) -> Counts:
        """Takes what people have typed; one request, and one more where something changed. Raises SheetFault."""
        Pull(self).go(tables)
        return self.counts

    def flush(self) -> Counts:
        """Gives the sheet what was saved here: a look and a write, more only where something came between. Raises SheetFault."""
        for _ in range(ROUNDS):
            giving = self.giving()
            tables = self._waiting()
            if not tables:
                break
            about: list[About] = []
            push = Push(self, giving)
            columns = self._columns(tables)
            for table, rows in self.read_columns([tab for tab in self.tabs() if tab.table in tables], columns).items():
                bases = self.agreed.bases[table]
                seen = self.look(table, [_values(self.agreed.tabs[table], row, bases) for row in rows], about)
                if seen is not None:
                    self.unwell.discard(table)
                    push.add(seen)
            self.agreed.save()
            if not push.go():
                break
        self.agreed.save()
        return self.counts

    def _columns(self, tables: Collection[str]) -> dict[str, set[str]]:
        """The columns into which something is to be written, or of which nobody knows whether it was."""
        found: dict[str, set[str]] = {table: set() for table in tables}
        for intent in self.agreed.intents.values():
            if intent.table in found:
                found[intent.table].add(intent.column)
        for one in self.agreed.sent.values():
            if one.table in found and not one.proven:
                found[one.table] |= one.cells.keys()
        return found

    def _waiting(self) -> set[str]:
        """Tables with something to write, or with a write that nobody has seen arrive."""
        found = {intent.table for intent in self.agreed.intents.values() if intent.state != HELD}
        found |= {one.table for one in self.agreed.sent.values() if not one.proven}
        found |= {
            table
            for table, news in self.agreed.new.items()
            if any(new.id and not self.rests(table, pausing.number(new.id)) for new in news.values())
        }
        return (found | self.unwell) & {tab.table for tab in self.tabs()}

    def waiting(self) -> int:
        """Rows that the sheet does not have yet as they were saved here."""
        rows = {(i.table, i.id) for i in self.agreed.intents.values()}
        return len(rows)


def _values(tab: Tab, row: list[Raw], bases: Mapping[str, Base]) -> list[Raw]:
    """A row read with its formulas, with the agreed value where the same formula stands."""
    base = bases.get(id_of(tab, row)) if row else None
    if base is None or not base.typed:
        return row
    found = list(row)
    for key, typed in base.typed.items():
        at = tab.place(key)
        if at is not None and at < len(found) and same(found[at], typed):
            found[at] = cell(base.cells, at)
    return found
