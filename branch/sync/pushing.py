"""One write to the sheet: which cells of which rows, under which marks, and what the answer proves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from branch.sync import arriving, pausing
from branch.sync.between import Between, Seen
from branch.sync.giving import Giving
from sheets.spreadsheet import TOO_LONG, Echo, Lost, NoSuchTab, Raw, Refused, RowWrite
from sheets.sync.placing import ALIKE, Heal
from sheets.sync.state import ASKED, DELETED, HELD, INSERT, ISSUE, MARK, NOBODY, OWN, Intent, New, Note, Sent, Tab, cell, marked, same
from sheets.tabs import looks

GIVEN_UP = timedelta(minutes=4)  # a write whose mark never showed can no longer arrive: Google ends a request after three
NUMBERS = frozenset({"date", "datetime", "money", "integer", "monthday"})  # a cell that was a day shows a sum as a day
TOO_MUCH = "google.too_long"


class Push:
    """Gathers what is to be written; `go` writes it in one request and takes what the answer proves."""

    def __init__(self, between: Between, giving: Giving) -> None:
        self.between, self.giving, self.agreed = between, giving, between.agreed
        self.rows: list[tuple[RowWrite, Sent | None]] = []
        self.seen: dict[str, Seen] = {}
        self.whole: set[tuple[str, str]] = set()  # new rows that are in the sheet, under other headings
        self.doubtful: set[tuple[str, str]] = set()  # rows that were refused before: they are tried apart from the others
        self.healed: dict[str, str] = {}  # marks of what is put right, and the name under which it rests when it is refused

    def add(self, seen: Seen) -> None:
        """What a tab is to be given, after what its marks say has been taken in."""
        table = seen.tab.table
        self.seen[table] = seen
        self.between.prove(seen)
        self._given_up(seen)
        self._remember(seen)
        if (repair := seen.placed.repair) and not self.between.rests(table, pausing.HEADINGS):
            self.rows.append((RowWrite(seen.tab.sheet, seen.tab.header, dict(repair)), None))
        for heal in seen.placed.heals:
            if not self.between.rests(table, pausing.heal(heal)):
                self._heal(seen, heal)
        self._numbers(seen)
        self._intents(seen)

    def _given_up(self, seen: Seen) -> None:
        """A mark that never showed, long after: the write was not carried out."""
        now = self.between.now()
        here = {mark for row in seen.rows if isinstance(mark := cell(row, seen.tab.place(MARK)), str)}
        for one in list(self.agreed.sent.values()):
            if one.table == seen.tab.table and not one.proven and one.mark not in here and now - one.at > GIVEN_UP:
                self.agreed.set_sent(replace(one, proven=True))

    def _remember(self, seen: Seen) -> None:
        """What people have typed and nobody has taken yet, as it stands before we write: what our write should hit is put back."""
        table, tab, bases = seen.tab.table, seen.tab, self.agreed.bases[seen.tab.table]
        for row_id, row in seen.placed.rows.items():
            if row_id in seen.placed.unchanged or row_id not in bases:
                continue
            pairs = {
                key: (cell(seen.rows[row], at), cell(bases[row_id].cells, at)) for at, key in enumerate(tab.layout) if key and key != MARK
            }
            self.between.show(table, row_id, {key: now for key, (now, was) in pairs.items() if not same(now, was)})
        known = {new.cells for new in self.agreed.new[table].values()}
        for row in seen.placed.bare:
            cells = tuple(seen.rows[row])
            if cells not in known:
                key = f"{self.agreed.take_letter(1)}{self.between.letter}"
                self.agreed.set_new(table, New(key, cells, row, self.between.now(), 0))

    def _heal(self, seen: Seen, heal: Heal) -> None:
        self.between.counts.healed += 1
        if heal.whole:
            self.whole.add((seen.tab.table, heal.id))
            self._row(seen, heal.id, heal.row, heal.cells, new=True, of=heal.of, rests=pausing.heal(heal))
            return
        if heal.cells.get("id") is not None:  # the mark beside it fits already, and unmasks the number should it fall on another row
            at = seen.tab.place("id")
            if at is not None:
                self.rows.append((RowWrite(seen.tab.sheet, heal.row, {at: heal.cells["id"]}), None))
            return
        self._row(seen, heal.id, heal.row, heal.cells, of=heal.of, rests=pausing.heal(heal))

    def _numbers(self, seen: Seen) -> None:
        """Rows that were typed without a number and have been given one."""
        at = seen.tab.place("id")
        for new in self.agreed.new[seen.tab.table].values():
            if not new.id or new.id in seen.placed.rows or at is None or new.key.startswith("id:"):
                continue
            if self.between.rests(seen.tab.table, pausing.number(new.id)):
                continue
            for row in seen.placed.bare:
                cells = tuple(seen.rows[row])
                if cells == new.cells or (row == new.row and _alike(cells, new.cells)):
                    self.rows.append((RowWrite(seen.tab.sheet, row, {at: new.id}), None))
                    break

    def _intents(self, seen: Seen) -> None:
        table = seen.tab.table
        mine: dict[str, list[Intent]] = {}
        for intent in list(self.agreed.intents.values()):
            if intent.table == table:
                mine.setdefault(intent.id, []).append(intent)
        self.giving.load(table, list(mine))
        for row_id, intents in mine.items():
            if any(intent.code and intent.code not in ASKED for intent in intents):
                self.doubtful.add((table, row_id))
            if any(intent.column == INSERT for intent in intents):
                self._insert(seen, row_id, intents)
            elif row_id in seen.placed.rows and row_id in self.agreed.bases[table]:
                self._edit(seen, row_id, intents)
            elif row_id in self.agreed.bases[table] and self.agreed.bases[table][row_id].missing >= 1:
                for intent in intents:
                    self.agreed.set_intent(replace(intent, state=HELD, code="google.removed"))

    def _insert(self, seen: Seen, row_id: str, intents: list[Intent]) -> None:
        tab = seen.tab
        if row_id in seen.placed.held or row_id in self.agreed.bases[tab.table] or (tab.table, row_id) in self.whole:
            return
        if row_id in seen.placed.rows:  # there already: the pull meets it
            self.between.meet(self.giving, seen, row_id, seen.placed.rows[row_id])
            return
        if self.giving.gone(tab.table, row_id):
            for intent in intents:
                self.agreed.drop_intent(tab.table, row_id, intent.column)
            return
        if any(intent.column == INSERT and intent.state == HELD for intent in intents):  # it was refused, and rests
            return
        cells = {key: self.giving.shown(tab.table, row_id, key) for key in tab.layout if key and key != MARK and not key.startswith(OWN)}
        cells = {key: raw for key, raw in cells.items() if raw is not None}
        long = {key for key, raw in cells.items() if _too_long(raw)}
        for intent in intents:
            if intent.column != INSERT and intent.column not in long:
                self.agreed.drop_intent(tab.table, row_id, intent.column)
        for key in sorted(long):  # the row goes without it
            there = self.agreed.intents.get((tab.table, row_id, key))
            self._hold(seen, there or Intent(tab.table, row_id, key, self.between.now()), len(seen.rows), TOO_MUCH)
        self._row(seen, row_id, None, {key: raw for key, raw in cells.items() if key not in long})

    def _edit(self, seen: Seen, row_id: str, intents: list[Intent]) -> None:
        tab, row = seen.tab, seen.placed.rows[row_id]
        base, now = self.agreed.bases[tab.table][row_id], seen.rows[row]
        cells: dict[str, Raw] = {}
        for intent in intents:
            at = tab.place(intent.column)
            if at is None:
                if intent.column not in tab.lost:  # else it waits for its column
                    self.agreed.drop_intent(tab.table, row_id, intent.column)
                elif intent.state != HELD:
                    self.agreed.set_intent(replace(intent, state=HELD, code="google.no_column"))
                continue
            stands, wanted = cell(now, at), self.giving.shown(tab.table, row_id, intent.column)
            if same(stands, wanted) or self.giving.alike(tab.table, row_id, intent.column, stands):
                self.between.agree(seen, row_id, {intent.column: stands})
                self.agreed.drop_intent(tab.table, row_id, intent.column)
            elif intent.state == HELD and intent.code != "google.removed":
                if not same(stands, intent.theirs):
                    self.agreed.set_intent(replace(intent, theirs=stands))
            elif same(stands, cell(base.cells, at)) or _ours(self.giving, tab, intent.column):
                if _too_long(wanted):
                    self._hold(seen, intent, row, TOO_MUCH)
                else:
                    cells[intent.column] = wanted
            else:
                self._hold(seen, intent, row, "google.conflict", stands)
        if cells:
            self._row(seen, row_id, row, cells)

    def _hold(self, seen: Seen, intent: Intent, row: int, code: str, theirs: Raw = None, **values: str) -> None:
        self.agreed.set_intent(replace(intent, state=HELD, code=code, theirs=theirs))
        base = self.agreed.bases[intent.table].get(intent.id)
        if base is not None and code == "google.conflict":
            self.between.show(intent.table, intent.id, {**base.shown, intent.column: theirs})
        address = arriving.address(seen.tab, row, intent.column)
        column = self.giving.book.tables[intent.table].column(intent.column)
        label = column.label(self.giving.lang) if column is not None else intent.column
        note = Note(intent.table, intent.id, intent.column, address, code, {"typed": str(theirs or "")[:200], "label": label, **values})
        self.between.tell(intent.table, note)

    def _row(
        self, seen: Seen, row_id: str, row: int | None, cells: Mapping[str, Raw], *, new: bool = False, of: str = "", rests: str = ""
    ) -> None:
        """Cells and their mark, in one piece. `new`: of a row that nobody has agreed upon yet. `of`: see `Heal`. `rests`: the
        name of what is put right, when it is refused."""
        tab, agreed = seen.tab, self.agreed
        mark = marked(row_id, agreed.take_letter(1), self.between.letter)
        places = {at: raw for key, raw in cells.items() if (at := tab.place(key)) is not None}
        at = tab.place(MARK)
        if at is None:
            return
        table = self.giving.book.tables[tab.table]
        shaped = {key: column.kind for key in (cells if row is not None else tab.layout) if (column := table.column(key)) is not None}
        formats = {here: looks.number_format(kind) for key, kind in shaped.items() if (here := tab.place(key)) is not None}
        write = RowWrite(tab.sheet, row, places | {at: mark}, formats)
        stood = {key: cell(seen.rows[row], tab.place(key)) if row is not None else None for key in cells}
        if of:
            stood[MARK] = of
        sent = Sent(mark, tab.table, row_id, dict(cells), stood, None if new else row, self.between.now())
        self.rows.append((write, sent))
        if rests:
            self.healed[mark] = rests

    # ------------------------------------------------------------------ writing

    def go(self) -> bool:
        """Writes everything. Whether another look is worth while: not when nothing was to be written, or all is proven."""
        if not self.rows:
            return False
        for _, sent in self.rows:
            if sent is not None:
                self.agreed.set_sent(sent)
        self.agreed.save()
        parts: list[list[tuple[RowWrite, Sent | None]]] = [[], []]
        for write, sent in self.rows:
            parts[sent is not None and (sent.table, sent.id) in self.doubtful].append((write, sent))
        proven = [self._write(some) for some in parts if some]  # each of them, whatever became of the other
        return not all(proven)

    def _write(self, rows: list[tuple[RowWrite, Sent | None]]) -> bool:
        """Whether all of it is proven. What the sheet refuses is found by halves and held; the rest is written."""
        try:
            echo = self.between.sheet.write([write for write, _ in rows], self._echo(rows))
        except Lost:
            return False
        except NoSuchTab:  # one that was renamed is asked for by its old name in the answer, or it is gone
            self.between.named(self.between.sheet.about())
            return False
        except Refused as fault:
            if len(rows) > 1:
                half = len(rows) // 2
                done = [self._write(rows[:half]), self._write(rows[half:])]
                return all(done)
            self._refused(rows[0], fault)
            return True
        self._taken(rows)
        if any(write.sheet not in echo for write, _ in rows):  # another tab bears the name now
            self.between.named(self.between.sheet.about())
        proven = [self._proves(echo, write, sent) for write, sent in rows]  # each of them, whatever the others
        return all(proven)

    def _refused(self, row: tuple[RowWrite, Sent | None], fault: Refused) -> None:
        """Nothing of it was written: the row waits, with the reason, for its cell to be freed."""
        write, sent = row
        seen = next(one for one in self.seen.values() if one.tab.sheet == write.sheet)
        table, words = seen.tab.table, str(fault.values.get("said", ""))
        said = {"said": words}
        pausing.begin(self.agreed, table, self._name(seen.tab, write, sent), fault.code, words, self.between.now())
        at = write.row if write.row is not None else len(seen.rows)
        mine = [] if sent is None else [i for i in self.agreed.intents.values() if (i.table, i.id) == (sent.table, sent.id)]
        if sent is not None:
            self.agreed.set_sent(replace(sent, proven=True))
        for intent in [one for one in mine if one.column in (INSERT, *sent.cells)] if sent is not None else []:
            self._hold(seen, intent, at, fault.code, **said)
        if not mine:  # a number, a heading, or what a write of ours has done to another row
            self.between.tell(table, pausing.note(seen.tab, at, seen.tab.layout[min(write.cells)], fault.code, words))

    def _taken(self, rows: list[tuple[RowWrite, Sent | None]]) -> None:
        """Nothing of these was refused; what else of their rows was still is."""
        held = {(one.table, one.id) for one in self.agreed.intents.values() if one.state == HELD and one.code not in ASKED}
        for write, sent in rows:
            tab = next(seen.tab for seen in self.seen.values() if seen.tab.sheet == write.sheet)
            name = self._name(tab, write, sent)
            if (tab.table, name) not in held:
                pausing.end(self.agreed, tab.table, name)

    def _name(self, tab: Tab, write: RowWrite, sent: Sent | None) -> str:
        """Under which name a write rests when it is refused."""
        if sent is not None:
            return self.healed.get(sent.mark, sent.id)
        return pausing.HEADINGS if write.row == tab.header else pausing.number(str(write.cells.get(tab.place("id") or 0)))

    def _echo(self, rows: list[tuple[RowWrite, Sent | None]]) -> dict[int, list[tuple[str, int, int | None]]]:
        """The rows that the answer is to show: the headings, each row written, and the end where rows are added."""
        found: dict[int, list[tuple[str, int, int | None]]] = {}
        by_sheet = {seen.tab.sheet: seen for seen in self.seen.values()}
        for write, _ in rows:
            seen = by_sheet[write.sheet]
            title = seen.tab.title
            ranges = found.setdefault(write.sheet, [(title, seen.tab.header, seen.tab.header + 1)])
            wanted = (title, write.row, write.row + 1) if write.row is not None else (title, len(seen.rows), None)
            if wanted not in ranges:
                ranges.append(wanted)
        return found

    def _proves(self, echo: Echo, write: RowWrite, sent: Sent | None) -> bool:
        seen = next(one for one in self.seen.values() if one.tab.sheet == write.sheet)
        tab, rows = seen.tab, echo.get(write.sheet, {})
        header = tuple(str(one) if one is not None else "" for one in rows.get(tab.header, ()))
        if sent is None:  # headings or a number: the next look sees them
            return False
        if header != tab.headings[: len(header)] or any(tab.headings[len(header) :]):
            return False
        row = write.row
        if row is None:
            at = tab.place(MARK)
            row = next((n for n, cells in rows.items() if same(cell(cells, at), sent.mark)), None)
        stands = rows.get(row) if row is not None else None
        if row is None or stands is None:
            return False
        if sent.id != NOBODY and not same(cell(stands, tab.place("id")), sent.id):
            return False
        if not all(same(cell(stands, tab.place(key)), raw) for key, raw in sent.cells.items()):
            return False
        if sent.id == NOBODY:
            self.between.settle(sent)
            return True
        self.between.proven(tab, sent, row)
        self.between.counts.pushed += 1
        for key, raw in sent.cells.items():
            if (sent.table, sent.id, key) in self.agreed.intents and same(raw, self.giving.shown(sent.table, sent.id, key)):
                self.agreed.drop_intent(sent.table, sent.id, key)
        return True


def _too_long(raw: Raw) -> bool:
    return isinstance(raw, str) and len(raw) > TOO_LONG


def _ours(giving: Giving, tab: Tab, key: str) -> bool:
    """Columns that nobody types into: whatever stands there, Huce's word counts."""
    return key == ISSUE or (key != DELETED and (column := giving.book.tables[tab.table].column(key)) is not None and column.auto)


def _alike(left: tuple[Raw, ...], right: tuple[Raw, ...]) -> bool:
    size = max(len(left), len(right), 1)
    return sum(same(cell(left, n), cell(right, n)) for n in range(size)) / size >= ALIKE
