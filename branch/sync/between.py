"""What lies between a branch and its spreadsheet: who each row is, what both sides agreed upon, and what they have proved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zlib import crc32

from branch.branch import Branch
from branch.sync import arriving, growing, pausing, reading
from branch.sync.giving import Giving, masked
from sheets.schema import Table
from sheets.spreadsheet import About, NoSuchTab, Raw, Rows, Spreadsheet
from sheets.store.agreed import Agreed
from sheets.sync import brakes, headings
from sheets.sync.placing import Placed, place
from sheets.sync.state import DELETED, HELD, INSERT, ISSUE, MARK, OWN, Base, Intent, Note, Sent, Tab, cell, same

NO_TAB = "google.no_tab"
ADOPTER = "huce.adopter"  # the installation that gives numbers and sends mails, named in the sheet itself
LOOKED_UP = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


@dataclass
class Counts:
    """What a run did, in rows."""

    pulled: int = 0
    pushed: int = 0
    healed: int = 0


@dataclass(slots=True)
class Seen:
    """A tab as it was read, with every row placed."""

    tab: Tab
    rows: Rows
    placed: Placed
    notes: list[Note] = field(default_factory=list)


class Between:
    """One branch and one spreadsheet, and all that is remembered of them. The caller holds the lease."""

    def __init__(self, branch: Branch, sheet: Spreadsheet, agreed: Agreed, now: Callable[[], datetime]) -> None:
        self.branch, self.sheet, self.agreed, self.now = branch, sheet, agreed, now
        self.lang = branch.settings.lang
        self.counts = Counts()
        self._tables: Mapping[str, Table] | None = None  # those that the sheet was last seen to have tabs for
        self.unwell: set[str] = set()  # tables in which something must be put right by the next flush
        self.patient = False  # whether what was refused rests for its time: so in the rounds of the jobs, when nobody asks

    @property
    def letter(self) -> str:
        return self.agreed.meta.get("letter", "a")

    @property
    def adopts(self) -> bool:
        """Whether this installation is the one that gives numbers to rows typed in the sheet."""
        return self.agreed.meta.get("adopter") == self.branch.settings.install

    def tabs(self) -> list[Tab]:
        return [tab for tab in self.agreed.tabs.values() if tab.paused != NO_TAB]

    def ask(self, about: list[About]) -> None:
        """Now and then, what people have named the tabs, which installation gives numbers and sends mails, and whether a tab
        that was gone is there again: every five minutes, every minute while one is gone."""
        gone = [tab for tab in self.agreed.tabs.values() if tab.paused == NO_TAB]
        asked = self.agreed.meta.get("asked", "")
        if asked and abs(self.now() - datetime.fromisoformat(asked)) < (MINUTE if gone else LOOKED_UP):
            return
        about.append(self.sheet.about())
        self.named(about[0])
        for tab in gone:
            if (there := about[0].sheet(tab.sheet)) is not None:
                self.agreed.set_tab(replace(tab, paused="", title=there.title))
        adopter = about[0].notes.get(ADOPTER, "") or self.agreed.meta.get("adopter", "")
        self.agreed.set_meta(asked=self.now().isoformat(timespec="seconds"), adopter=adopter)

    def giving(self) -> Giving:
        """The ledgers as they stand, after everything on record has become an intent."""
        self.agreed.fresh()
        book = self.branch.book()
        if book.tables is not self._tables and self.agreed.tabs:
            growing.grow(self.branch, self.sheet, self.agreed, self.masked, self.now())
            self._tables = book.tables
        found = Giving(book, self.lang, self.masked)
        known = len(self.agreed.intents)
        self.agreed.gather(self.agreed.tabs, self.now(), lambda table, row, column: self._wants(found, table, row, column))
        if len(self.agreed.intents) > known:
            self.agreed.save()  # so that everybody sees that it waits, should Google not be reached
        return Giving(self.branch.book(), self.lang, self.masked)

    @property
    def masked(self) -> frozenset[tuple[str, str]]:
        """Columns that are not in the sheet, or only with their last signs."""
        return masked(self.agreed.meta)

    def _wants(self, giving: Giving, table: str, row: str, column: str) -> bool:
        """Whether the sheet lacks a cell that has changed here: what was typed there itself it does not."""
        tab, base = self.agreed.tabs[table], self.agreed.bases[table].get(row)
        if base is None:
            return (column == INSERT or (table, row, INSERT) in self.agreed.intents) and row not in self.adopted(table)
        if column == INSERT:
            return False
        at = tab.place(column)
        if at is None:  # of a column that is gone it is kept until the column is there again
            return column in tab.lost and not giving.alike(table, row, column, base.lost.get(column))
        return not giving.alike(table, row, column, cell(base.cells, at))

    def adopted(self, table: str) -> frozenset[str]:
        """Rows that were typed in the sheet and have been given a number here, which does not stand there yet."""
        news = [new for new in self.agreed.new[table].values() if not new.key.startswith("id:")]
        waiting = [arriving.number_for(self.agreed.meta.get("spreadsheet", ""), table, new.key) for new in news if not new.id]
        given = self.branch.store.numbered(table, waiting) if waiting else {}
        return frozenset(given.values()) | frozenset(new.id for new in news if new.id)

    def read(self, tabs: Collection[Tab], *, formulas: bool = False) -> dict[str, Rows]:
        """Rows of the tabs; a tab that is gone is paused and the others are read."""
        try:
            return reading.read(self.sheet, list(tabs), formulas=formulas)
        except NoSuchTab:
            about = self.sheet.about()
            self.named(about)
            there = {one.number for one in about.sheets}
            left = [tab for tab in tabs if tab.sheet in there]
            for tab in tabs:
                if tab.sheet not in there:
                    self.pause(tab, NO_TAB)
            if len(left) == len(tabs):
                raise
            return reading.read(self.sheet, left, formulas=formulas) if left else {}

    def read_columns(self, tabs: Collection[Tab], columns: Mapping[str, Collection[str]]) -> dict[str, Rows]:
        """What a write must know of these tabs."""
        try:
            return reading.read_columns(self.sheet, list(tabs), columns, self.agreed.bases)
        except NoSuchTab:
            return self.read(tabs, formulas=True)

    def look(self, table: str, rows: Rows, about: list[About]) -> Seen | None:
        """The rows of a tab, each for whom it is. None when the tab cannot be understood now: nothing is done with it."""
        tab = self.agreed.tabs[table]
        found = headings.header_row(tab, rows)
        if found is None:
            code = "google.brake_header" if any(rows) else "google.brake_empty"
            self.pause(tab, code, len(self.agreed.bases[table]))
            return None
        header = rows[found]
        repair = headings.hit(tab, header)
        if not repair and not headings.unmoved(tab, header):
            relaid = self._relaid(tab, found, header, about)
            if relaid is None:
                return None
            tab = relaid
        tab = replace(tab, header=found, rows=len(rows), weight=reading.about(tab.weight, rows))
        placed = place(tab, rows, self.agreed.bases[table], self.agreed.sent, self.agreed.new[table], self.letter)
        if repair:
            self.unwell.add(table)
            placed.repair = repair
        allowed = int(self.agreed.meta.get(f"allowed:{table}", "0"))
        code = brakes.brake(tab, rows, placed, self.agreed.bases[table], allowed)
        if code:
            self.pause(tab, code, brakes.vanished(placed, self.agreed.bases[table]))
            return None
        if tab.paused:
            tab = replace(tab, paused="")
        if tab != self.agreed.tabs[table]:
            self.agreed.set_tab(tab)
        return Seen(tab, rows, placed)

    def _relaid(self, tab: Tab, found: int, header: list[Raw], about: list[About]) -> Tab | None:
        if not about:
            about.append(self.sheet.about())
        columns = {at: key for (sheet, at), key in about[0].columns.items() if sheet == tab.sheet}
        title = about[0].sheet(tab.sheet)
        looked = str(crc32(repr((header, sorted(columns.items()))).encode()))  # as it was when it was doubted, in short
        certain = self.agreed.meta.get(f"doubt:{tab.table}") == looked
        relaid = headings.relaid(replace(tab, title=title.title if title else tab.title), found, header, columns, certain=certain)
        if relaid is None:
            self.agreed.set_meta(**{f"doubt:{tab.table}": looked})
            return None
        for row_id, base in list(self.agreed.bases[tab.table].items()):
            self.agreed.set_base(tab.table, row_id, headings.moved(base, tab, relaid))
        self.agreed.set_tab(relaid)
        return relaid

    def named(self, about: About) -> None:
        """Tabs that people have renamed keep their numbers, and are called as they are called now."""
        for tab in list(self.agreed.tabs.values()):
            one = about.sheet(tab.sheet)
            if one is not None and one.title != tab.title:
                self.agreed.set_tab(replace(tab, title=one.title))

    def pause(self, tab: Tab, code: str, count: int = 0) -> None:
        self.agreed.set_tab(replace(tab, paused=code))
        note = Note(tab.table, "", "", tab.title, code, {"tab": tab.title, "count": str(count)})
        self.agreed.set_notes(tab.table, [*self.standing(tab.table), note], self.now())

    def tell(self, table: str, note: Note) -> None:
        """One more note about a ledger."""
        others = [one for one in self.agreed.notes.values() if one.table == table]
        self.agreed.set_notes(table, [*others, note], self.now())

    def standing(self, table: str) -> list[Note]:
        """The notes about what waits to be written, which no look at the sheet finds anew."""
        intents = self.agreed.intents
        every = [note for note in self.agreed.notes.values() if note.table == table]
        return [note for note in every if (one := intents.get((table, note.row, note.column))) is not None and one.code == note.code]

    def agree(self, seen: Seen, row_id: str, cells: Mapping[str, Raw], typed: Rows | None = None) -> None:
        """Both sides hold these cells now."""
        tab, table = seen.tab, seen.tab.table
        row, base = seen.placed.rows[row_id], self.agreed.bases[table][row_id]
        values = list(base.cells) + [None] * (len(tab.layout) - len(base.cells))
        formulas = dict(base.typed)
        for key, raw in cells.items():
            at = tab.place(key)
            if at is None:
                continue
            values[at] = raw
            was = cell(typed[row], at) if typed is not None and row < len(typed) else None
            if isinstance(was, str) and was.startswith("=") and not same(was, raw):
                formulas[key] = was
            else:
                formulas.pop(key, None)
        mark = str(cell(seen.rows[row], tab.place(MARK)) or "")
        shown = {key: raw for key, raw in base.shown.items() if key not in cells}
        agreed = replace(base, cells=tuple(values), row=row, mark=mark, missing=0, typed=formulas, shown=shown)
        self.agreed.set_base(table, row_id, agreed)

    def show(self, table: str, row_id: str, cells: Mapping[str, Raw]) -> None:
        """The sheet was seen to hold these, and they are not agreed upon."""
        base = self.agreed.bases[table].get(row_id)
        if base is not None and dict(base.shown) != dict(cells):
            self.agreed.set_base(table, row_id, replace(base, shown=dict(cells)))

    def meet(self, giving: Giving, seen: Seen, row_id: str, row: int) -> None:
        """A row that both sides have and never agreed upon: what differs is a conflict, all else is agreed."""
        tab, table = seen.tab, seen.tab.table
        now = seen.rows[row]
        cells = {key: cell(now, at) for at, key in enumerate(tab.layout) if key}
        self.agreed.set_base(table, row_id, Base((None,) * len(tab.layout), row))
        self.agree(seen, row_id, cells)
        self.agreed.drop_intent(table, row_id, INSERT)
        for key, raw in cells.items():
            if key.startswith(OWN) or key in ("id", MARK) or giving.alike(table, row_id, key, raw):
                continue
            column = giving.book.tables[table].column(key)
            ours = key in (ISSUE, DELETED) or column is None or arriving.is_held(giving.book.tables[table], key)
            blank = raw is None or (giving.shown(table, row_id, key) is None and not ours)
            if ours or raw is None:
                self.agreed.set_intent(Intent(table, row_id, key, self.now()))
            elif not blank:
                self.conflict(seen, row_id, row, key, raw)
            else:
                self.agreed.set_base(table, row_id, without(self.agreed.bases[table][row_id], tab, key))

    def conflict(self, seen: Seen, row_id: str, row: int, key: str, raw: Raw) -> None:
        now = self.now()
        self.agreed.set_intent(Intent(seen.tab.table, row_id, key, now, HELD, "google.conflict", raw))
        self.show(seen.tab.table, row_id, {**self.agreed.bases[seen.tab.table][row_id].shown, key: raw})
        note = Note(seen.tab.table, row_id, key, arriving.address(seen.tab, row, key), "google.conflict", {"typed": str(raw)[:200]})
        seen.notes.append(note)

    def prove(self, seen: Seen) -> None:
        """Writes whose marks stand where they belong."""
        for one in seen.placed.proven:
            row = seen.placed.rows.get(one.id)
            if row is not None:
                self.proven(seen.tab, one, row)

    def proven(self, tab: Tab, one: Sent, row: int) -> None:
        """A write is in the sheet: from now on both sides hold what was sent, and a later value is somebody's edit."""
        self.settle(one)
        if one.id not in self.agreed.bases[tab.table]:
            if one.row is not None:
                return
            self.agreed.set_base(tab.table, one.id, Base((None,) * len(tab.layout), row, one.mark))
        base = self.agreed.bases[tab.table][one.id]
        values = list(base.cells) + [None] * (len(tab.layout) - len(base.cells))
        formulas = dict(base.typed)
        for key, raw in [*one.cells.items(), (MARK, one.mark)]:
            at = tab.place(key)
            if at is not None:
                values[at] = raw
                formulas.pop(key, None)
        if one.row is None:
            self.agreed.drop_intent(tab.table, one.id, INSERT)
        shown = {key: raw for key, raw in base.shown.items() if key not in one.cells}
        agreed = replace(base, cells=tuple(values), row=row, mark=one.mark, missing=0, typed=formulas, shown=shown)
        self.agreed.set_base(tab.table, one.id, agreed)

    def rests(self, table: str, name: str) -> bool:
        """Whether a write that was refused is not to be tried now."""
        return self.patient and pausing.rests(self.agreed, table, name, self.now())

    def settle(self, one: Sent) -> None:
        """A write is where it belongs; and what it was to put right is right."""
        self.agreed.set_sent(replace(one, proven=True))
        wrong = self.agreed.sent.get(str(one.seen.get(MARK)))
        if wrong is not None and not wrong.proven:
            self.agreed.set_sent(replace(wrong, proven=True))


def without(base: Base, tab: Tab, key: str) -> Base:
    """The base with a cell that the sheet has and the ledgers do not: the next look takes it as typed."""
    cells = list(base.cells)
    at = tab.place(key)
    if at is not None and at < len(cells):
        cells[at] = None
    return replace(base, cells=tuple(cells))
