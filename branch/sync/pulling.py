"""Taking what people have typed into the sheet: changed cells, new rows, and what must be told about both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from branch.sync import arriving, pausing, telling
from branch.sync.between import Between, Seen
from branch.sync.giving import Giving
from sheets.spreadsheet import About, Raw, Rows
from sheets.sync import headings
from sheets.sync.placing import as_agreed, filled
from sheets.sync.state import ASKED, HELD, ISSUE, QUEUED, Base, Intent, New, Note, cell, same

LOOKS = 2  # looks in which a row must be missing before it counts as removed


class Pull:
    """One look at the sheet for what is new there."""

    def __init__(self, between: Between) -> None:
        self.between, self.agreed = between, between.agreed

    def go(self, tables: Collection[str] | None = None) -> None:
        """Takes what people have typed; one request, and one more where something changed. Raises SheetFault."""
        giving = self.between.giving()
        about: list[About] = []
        self.between.ask(about)
        if about:
            telling.mend(self.between, about[0], self.between.now())
        tabs = [tab for tab in self.between.tabs() if tables is None or tab.table in tables]
        seen = [one for table, rows in self.between.read(tabs).items() if (one := self.between.look(table, rows, about)) is not None]
        changed = [one for one in seen if self._changed(one)]
        typed = self.between.read([one.tab for one in changed], formulas=True) if changed else {}
        for one in seen:
            self._take(giving, one, typed.get(one.tab.table))
        self._sentences()
        self.agreed.set_meta(pulled=self.between.now().isoformat(timespec="seconds"), fault="")
        self.agreed.forget_old(self.between.now())
        self.agreed.save()

    def _changed(self, seen: Seen) -> bool:
        if seen.placed.bare or seen.placed.missing:
            return True
        return any(row_id not in seen.placed.unchanged for row_id in seen.placed.rows)

    def _take(self, giving: Giving, seen: Seen, typed: Rows | None) -> None:
        table = seen.tab.table
        self.between.prove(seen)
        bases = self.agreed.bases[table]
        looked = {key: row for key, row in seen.placed.rows.items() if key not in seen.placed.unchanged}
        changed = {key: row for key, row in looked.items() if key in bases and not as_agreed(seen.rows[row], bases[key])}
        giving.load(table, [*changed, *(key for key in looked if key not in bases)])
        wanted: list[arriving.Wanted] = []
        for row_id, row in changed.items():
            found = self._differing(giving, seen, row_id, row, typed)
            if found is not None:
                wanted.append(found)
        wanted += self._arrived(giving, seen)
        wanted += self._bare(giving, seen)
        self._store(seen, wanted)
        self._missing(giving, seen)
        self._held(seen)
        self._columns(seen)
        self._again(seen)
        self._refused(seen)
        due = [heal for heal in seen.placed.heals if not self.between.rests(table, pausing.heal(heal))]
        if due or seen.placed.astray or seen.placed.late:
            self.between.unwell.add(table)
        self.agreed.set_notes(table, [*seen.notes, *self.between.standing(table)], self.between.now())

    def _again(self, seen: Seen) -> None:
        """What was refused is tried by the next flush when its pause is over; and a row that is back where it was is written on."""
        for intent in list(self.agreed.intents.values()):
            if intent.table != seen.tab.table or intent.state != HELD or intent.code == "google.conflict":
                continue
            back = intent.id in seen.placed.rows and intent.code == "google.removed"
            rests = self.between.rests(intent.table, intent.id)
            if back or (intent.code not in ASKED and intent.column not in seen.tab.lost and not rests):
                self.agreed.set_intent(replace(intent, state=QUEUED, code="" if back else intent.code))

    def _refused(self, seen: Seen) -> None:
        """What must be put right and was refused is told as long as it is so; what was saved is told by its intent."""
        tab, wanted = seen.tab, [(pausing.heal(one), one.row, pausing.first(seen.tab, one)) for one in seen.placed.heals]
        wanted += [(pausing.number(new.id), new.row, "id") for new in self.agreed.new[tab.table].values() if new.id]
        wanted += [(pausing.HEADINGS, tab.header, tab.layout[min(seen.placed.repair)])] if seen.placed.repair else []
        seen.notes += [note for name, row, key in wanted if (note := pausing.told(self.agreed, tab, name, row, key)) is not None]

    def _columns(self, seen: Seen) -> None:
        """Columns that somebody has taken out of the tab, and headings that stand there twice."""
        tab = seen.tab
        for key, heading in tab.lost.items():
            seen.notes.append(Note(tab.table, "", key, tab.title, "google.no_column", {"label": heading, "tab": tab.title}))
        for heading, places in headings.twice(tab).items():
            cells = _join(arriving.address(tab, tab.header, tab.layout[place]) for place in places)
            seen.notes.append(Note(tab.table, cells, "", cells, "google.heading_twice", {"label": heading, "cells": cells}))

    def _differing(self, giving: Giving, seen: Seen, row_id: str, row: int, typed: Rows | None) -> arriving.Wanted | None:
        """What a person changed in a row; cells that wait to be written are left for the flush, which knows both sides."""
        tab, table = seen.tab, seen.tab.table
        base = self.agreed.bases[table][row_id]
        now = seen.rows[row]
        differ = {key: cell(now, at) for at, key in enumerate(tab.layout) if key and not same(cell(now, at), cell(base.cells, at))}
        every = dict(differ)
        differ = {key: raw for key, raw in differ.items() if (table, row_id, key) not in self.agreed.intents}
        found = arriving.typed_into(giving, tab, row_id, row, differ)
        seen.notes += found.notes
        self.between.agree(seen, row_id, {key: differ[key] for key in found.agreed}, typed)
        self.between.show(table, row_id, {key: raw for key, raw in every.items() if key not in found.agreed})
        for key in found.restored:
            self.agreed.set_intent(Intent(table, row_id, key, self.between.now()))
        return found.wanted

    def _arrived(self, giving: Giving, seen: Seen) -> list[arriving.Wanted]:
        """Rows with a number that nobody has agreed upon: typed there, or ours while we were away."""
        tab, table = seen.tab, seen.tab.table
        found: list[arriving.Wanted] = []
        adopted = {new.id: new for new in self.agreed.new[table].values() if new.id}
        for row_id, row in seen.placed.rows.items():
            if row_id in self.agreed.bases[table]:
                continue
            now = seen.rows[row]
            if row_id in giving.known(table):
                self.between.meet(giving, seen, row_id, row)
                if row_id in adopted:
                    self.agreed.drop_new(table, adopted[row_id].key)
            elif self._aside(giving, seen, row) or self._half(giving, seen, row, filled(tab, now)):
                continue
            elif self._rested(seen, f"id:{row_id}", row):
                found.append(arriving.whole(giving, tab, row, filled(tab, now), row_id))
        return found

    def _bare(self, giving: Giving, seen: Seen) -> list[arriving.Wanted]:
        """Rows that were typed without a number."""
        tab, table = seen.tab, seen.tab.table
        found: list[arriving.Wanted] = []
        here: set[str] = set()
        for row in seen.placed.bare:
            cells = filled(tab, seen.rows[row])
            if self._aside(giving, seen, row):
                continue
            new = self._new(seen, row, here)
            here.add(new.key)
            if self._half(giving, seen, row, cells):  # remembered all the same: what falls upon it is put right by that
                continue
            if new.id:
                if not self.between.rests(table, pausing.number(new.id)):
                    self.between.unwell.add(table)
            elif self.between.adopts and arriving.rested(new, self.between.now()):
                spreadsheet = self.agreed.meta.get("spreadsheet", "")
                found.append(arriving.whole(giving, tab, row, cells, arriving.number_for(spreadsheet, table, new.key)))
        hit = {*seen.placed.strange, *(heal.row for heal in seen.placed.heals)}  # what stood there is needed to put it right
        for key in [
            key for key, new in self.agreed.new[table].items() if key not in here and not key.startswith("id:") and new.row not in hit
        ]:
            if self.agreed.new[table][key].id in seen.placed.rows or not self.agreed.new[table][key].id:
                self.agreed.drop_new(table, key)
        return found

    def _aside(self, giving: Giving, seen: Seen, row: int) -> bool:
        """Whether a row is no record and none to be: one that adds the others up, or the headings once more."""
        now, ledger = seen.rows[row], giving.book.tables[seen.tab.table]
        return headings.repeated(seen.tab, now) or arriving.is_total(ledger, filled(seen.tab, now))

    def _half(self, giving: Giving, seen: Seen, row: int, cells: Mapping[str, Raw]) -> bool:
        """Whether a row is none yet: it lacks what makes it one, or is only somebody's to add; told with the reason."""
        tab, ledger = seen.tab, giving.book.tables[seen.tab.table]
        if ledger.held:  # what the branch says of its rules, days and columns is said by whoever may, in the portal
            at = arriving.address(tab, row, "id")
            seen.notes.append(Note(tab.table, at, "", at, "google.held_row", {"table": ledger.label(giving.lang)}))
            return True
        lacking = arriving.lacking(ledger, cells)
        if not lacking:
            return False
        labels = _join(_title(giving, key, tab.table) for key in lacking)
        at = arriving.address(tab, row, lacking[0])
        seen.notes.append(Note(tab.table, at, "", at, "google.no_title", {"label": labels}))
        return True

    def _new(self, seen: Seen, row: int, taken: Collection[str]) -> New:
        """The row as it was remembered: by its cells, or by its place while somebody is still typing into it."""
        table, cells = seen.tab.table, tuple(seen.rows[row])
        known = [one for key, one in self.agreed.new[table].items() if key not in taken and not key.startswith("id:")]
        same_cells = next((one for one in known if one.cells == cells), None)
        if same_cells is not None:
            found = replace(same_cells, looks=same_cells.looks + 1, row=row)
        else:
            near = next((one for one in known if one.row == row), None)
            key = near.key if near is not None else f"{self.agreed.take_letter(1)}{self.between.letter}"
            found = New(key, cells, row, self.between.now(), 1, near.id if near is not None else "")
        self.agreed.set_new(table, found)
        return found

    def _rested(self, seen: Seen, key: str, row: int) -> bool:
        table, cells = seen.tab.table, tuple(seen.rows[row])
        there = self.agreed.new[table].get(key)
        if there is None or there.cells != cells:
            self.agreed.set_new(table, New(key, cells, row, self.between.now()))
            return self.agreed.meta.get("state") == "rebuild"
        new = replace(there, looks=there.looks + 1)
        self.agreed.set_new(table, new)
        return arriving.rested(new, self.between.now())

    def _store(self, seen: Seen, rows: list[arriving.Wanted]) -> None:
        """Into the ledgers. What was refused is told and asked again only when the row has changed."""
        tab, table = seen.tab, seen.tab.table
        refused = {note.row: note for note in self.agreed.notes.values() if note.table == table and note.code == "google.refused_row"}
        fresh = []
        for row in rows:
            there = refused.get(row.id)
            if there is not None and there.values.get("cells") == repr(sorted(row.cells.items(), key=str)):
                seen.notes.append(replace(there, cell=arriving.address(tab, row.row, "id")))
            else:
                fresh.append(row)
        if not fresh:
            return
        taken, ids, aside = arriving.save(self.between.branch, fresh, self.between.now())
        for row in taken:
            self._taken(seen, row, ids)
        for row, fault in aside:
            cells = repr(sorted(row.cells.items(), key=str))
            values = {"reason": fault.say(self.between.lang), "cells": cells}
            seen.notes.append(Note(table, row.id, "", arriving.address(tab, row.row, "id"), "google.refused_row", values))

    def _taken(self, seen: Seen, row: arriving.Wanted, ids: Mapping[str, str]) -> None:
        table = seen.tab.table
        self.between.counts.pulled += 1
        if row.id in self.agreed.bases[table]:
            self.between.agree(seen, row.id, row.cells)
        elif row.id in seen.placed.rows:  # typed with its number
            self.agreed.set_base(table, row.id, Base((None,) * len(seen.tab.layout), row.row))
            self.between.agree(seen, row.id, {key: cell(seen.rows[row.row], at) for at, key in enumerate(seen.tab.layout) if key})
            self.agreed.drop_new(table, f"id:{row.id}")
            self._follow(seen, row.id)
        else:
            given = ids[row.id]
            new = next(one for one in self.agreed.new[table].values() if one.row == row.row and not one.key.startswith("id:"))
            self.agreed.set_new(table, replace(new, id=given))
            self.between.unwell.add(table)

    def _follow(self, seen: Seen, row_id: str) -> None:
        """What Huce has added to a row that was typed in the sheet goes there too."""
        giving = Giving(self.between.branch.book(), self.between.lang, self.between.masked)
        table = seen.tab.table
        for key in seen.tab.layout:
            column = giving.book.tables[table].column(key)
            if column is None or key == "id" or not arriving.is_held(giving.book.tables[table], key):
                continue
            base = self.agreed.bases[table][row_id]
            if not giving.alike(table, row_id, key, cell(base.cells, seen.tab.place(key))):
                self.agreed.set_intent(Intent(table, row_id, key, self.between.now()))

    def _missing(self, giving: Giving, seen: Seen) -> None:
        """Rows that are no longer in the sheet: they live on here until somebody says what is meant."""
        table, bases = seen.tab.table, self.agreed.bases[seen.tab.table]
        if seen.placed.missing and self.agreed.meta.get(f"allowed:{table}", "0") != "0":
            self.agreed.set_meta(**{f"allowed:{table}": "0"})  # it was said of these rows alone
        for row_id in seen.placed.missing:
            base = bases[row_id]
            if giving.gone(table, row_id):  # both sides have let it go
                for key in [key for key in self.agreed.intents if key[:2] == (table, row_id)]:
                    self.agreed.drop_intent(*key)
                self.agreed.set_base(table, row_id, replace(base, missing=LOOKS))
                continue
            if base.missing < LOOKS:
                self.agreed.set_base(table, row_id, replace(base, missing=base.missing + 1))
            if base.missing + 1 >= LOOKS:
                seen.notes.append(Note(table, row_id, "", seen.tab.title, "google.removed", {"number": row_id}))
        for row_id in seen.placed.rows:
            if row_id in bases and bases[row_id].missing:
                self.agreed.set_base(table, row_id, replace(bases[row_id], missing=0))

    def _held(self, seen: Seen) -> None:
        for row_id, (code, rows) in seen.placed.held.items():
            cells = _join(arriving.address(seen.tab, row, "id") for row in rows)
            seen.notes.append(Note(seen.tab.table, row_id, "id", cells, code, {"number": row_id, "cells": cells}))
        for row in seen.placed.strange:
            at = arriving.address(seen.tab, row, "id")
            seen.notes.append(Note(seen.tab.table, at, "", at, "google.foreign_row"))

    def _sentences(self) -> None:
        """What is wrong in a row is told beside it, and goes away by itself."""
        giving = Giving(self.between.branch.book(), self.between.lang, self.between.masked)
        rows = set(giving.troubled)
        for table, bases in list(self.agreed.bases.items()):
            at = self.agreed.tabs[table].place(ISSUE) if table in self.agreed.tabs else None
            if at is not None:
                rows |= {(table, row_id) for row_id, base in bases.items() if cell(base.cells, at) is not None}
        for table, row_id in rows:
            tab, base = self.agreed.tabs.get(table), self.agreed.bases[table].get(row_id)
            if tab is None or base is None or (table, row_id, ISSUE) in self.agreed.intents:
                continue
            if not same(giving.shown(table, row_id, ISSUE), cell(base.cells, tab.place(ISSUE))):
                self.agreed.set_intent(Intent(table, row_id, ISSUE, self.between.now()))


def _join(words: Iterable[str]) -> str:
    return "、".join(words)


def _title(giving: Giving, key: str, table: str) -> str:
    column = giving.book.tables[table].column(key)
    return column.label(giving.lang) if column is not None else key
