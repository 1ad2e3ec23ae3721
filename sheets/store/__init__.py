"""Where the ledgers are kept: SQLite by default, PostgreSQL by address, behind one small port."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from sheets.book import Book
from sheets.merge import Cell
from sheets.schema import Edit, Table, Value
from sheets.store import copies, earlier, engine, facts, numbering, place, proof, reading, record, saves, schema, values, writing
from sheets.store.agreed import Agreed
from sheets.store.earlier import Earlier
from sheets.store.faults import Clashed, Conflict, StoreFault
from sheets.store.layout import Layout, layout
from sheets.store.reading import Reads
from sheets.store.record import Damage
from sheets.store.vault import Vault
from sheets.store.writing import Source, Written

__all__ = ["Clashed", "Conflict", "Damage", "Reads", "Source", "Store", "StoreFault", "Written", "open_store"]

# Files this process may hold open. Closing any other handle on such a file would drop SQLite's locks on it
# (POSIX gives locks to the process, not the handle), so its head is only ever looked at before the first opening.
_SEEN: set[Path] = set()
MANY = 1_000  # edits of one save
UNKNOWN = datetime(1970, 1, 1)  # since when something odd stands in a cell


def open_store(url: str, tables: Mapping[str, Table], *, create: bool = False, letter: str = "") -> Store:
    """Opens a store (`create`: or makes its file). Raises a StoreFault that names the place and the mend.

    `letter` stands in the numbers that are given through this store (KH-B000201); "" for the first installation.
    """
    door = engine.door(url)
    if door.embedded and not (door.path.resolve() in _SEEN and door.path.is_file()):
        place.look(door.path, create=create)
        _SEEN.add(door.path.resolve())
    store = Store(door, layout(tables), letter)
    if not create and not door.read(lambda c: schema.check(c, door)):
        raise StoreFault(door.place, "store.no_tables")
    return store


class Store:
    """The port: setup, version, read, write; beside it history, verify, copies, and the private vault."""

    def __init__(self, door: engine.Door, laid: Layout, letter: str = "") -> None:
        self._door, self._layout, self._letter = door, laid, letter
        self.private = Vault(door, laid)

    @property
    def place(self) -> str:
        """The path or address, without a password."""
        return self._door.place

    @property
    def tables(self) -> dict[str, Table]:
        return self._layout.tables

    def with_tables(self, tables: Mapping[str, Table]) -> Store:
        """The same store seen through a dictionary's tables (added columns and ledgers need no DDL)."""
        return Store(self._door, layout(tables), self._letter)

    def setup(self, now: datetime) -> None:
        """Makes the tables, or moves an older store forward (a copy is taken first). Idempotent."""
        schema.setup(self._door, self._layout, now)

    def put_by_hand(self, now: datetime) -> bool:
        """Whether a copy was put in the place of the store past `restore`; it is the store from now on, and mails wait."""
        return copies.put_by_hand(self._door, self._layout, now)

    def behind(self) -> bool:
        """Whether the store was made by an older program and waits for `setup` to move it forward."""
        return self._door.read(lambda c: schema.behind(c, self._layout))

    def version(self) -> int:
        """A cheap token that moves with every save."""
        return self._door.read(lambda c: reading.version(c, self._layout))

    def read(self, tables: Sequence[str] | None = None, since: int | None = None) -> Reads:
        """Typed frames and Issues, deleted rows included; `since`: only rows of later versions."""
        with engine.unhurried():
            return self._door.read(lambda c: reading.frames(c, self._layout, tables or list(self.tables), since))

    def book(self, previous: Book | None = None) -> Book:
        """Everything as of one version; on top of a previous book only what changed is read."""
        return self._door.read(lambda c: self._book(c, previous))

    def _book(self, connection: sa.Connection, previous: Book | None) -> Book:
        now, epoch = reading.version(connection, self._layout), reading.epoch(connection, self._layout)
        # after a restore the rows are of earlier versions than the book: it is read anew
        same_tables = previous is not None and previous.tables == self.tables and previous.once("epoch", str) == epoch
        if previous is not None and same_tables and previous.version == now:
            return previous
        with engine.unhurried():
            since = previous.version if previous is not None and same_tables and now > previous.version else None
            tables = list(self.tables) if since is None else reading.moved(connection, self._layout, list(self.tables), since)
            frames, issues = reading.frames(connection, self._layout, tables, since)
        if previous is not None and since is not None:
            book = reading.patch(previous, frames, issues, now)
        else:
            book = Book(frames, issues, now, dict(self.tables))
        book.once("epoch", lambda: epoch)
        return book

    def book_at(self, end: datetime, previous: Book | None = None) -> Earlier:
        """The book as it stood at an earlier moment, by the record of changes; `previous`: as for `book`."""
        with engine.unhurried():
            return self._door.read(lambda c: earlier.earlier(c, self._layout, self._book(c, previous), end))

    def row(self, table: str, row_id: str) -> dict[str, Cell] | None:
        """One live row as typed values, Unread where a cell cannot be read, with its rev."""
        ledger = self._layout.ledgers[table]
        here = ledger.sql.c.id == row_id
        found = self._door.read(lambda c: reading.rows_of(c, ledger, here, UNKNOWN))
        return None if not found or found[0]["deleted"] else reading.row(ledger, found[0])

    def row_at(self, table: str, row_id: str, rev: int) -> dict[str, Cell] | None:
        """A row as it stood at a revision, from the record of changes, with the revision it had then; None if it was not there yet."""
        row = self.row(table, row_id)
        changes, ledger = self._layout["changes"], self._layout.ledgers[table]
        query = (
            sa.select(changes).where(changes.c.table == table, changes.c.row == row_id, changes.c.rev > rev).order_by(changes.c.seq.desc())
        )
        for change in self._door.read(lambda c: list(c.execute(query).mappings())):
            if row is None or change["column"] == "*":
                return None
            column = ledger.table.column(change["column"])
            if column is not None:
                codes = dict(part.partition("=")[::2] for part in (change["unread"] or "").split(";"))
                row[column.key] = values.back(column, change["old"], codes.get("old", ""))
        if row is None:
            return None
        had = sa.select(sa.func.max(changes.c.rev)).where(changes.c.table == table, changes.c.row == row_id, changes.c.rev <= rev)
        return row | {"rev": self._door.read(lambda c: c.execute(had).scalar()) or min(rev, int(str(row["rev"])))}

    def write(self, edits: Sequence[Edit], actor: str, source: Source, now: datetime, token: str = "") -> Written:
        """All edits or none, merged field by field with what stands there. Raises Conflict, EditRefused, StoreFault.

        An insert of a row that is there already with the same content is no change; a token that was used before
        makes the whole save a no-op (`repeated`), so a retry after a lost answer never doubles. Rows with a placeholder
        for an id are numbered (`ids` says how); the same placeholder is the same row for ever.
        """
        with engine.unhurried() if len(edits) > MANY else nullcontext(), self._door.write() as connection:
            return writing.write(connection, self.place, self._layout, edits, actor, source, now, token, letter=self._letter)

    def rehearse(self, edits: Sequence[Edit], actor: str, source: Source, now: datetime) -> None:
        """Raises what `write` of the same edits would raise now; only reads."""
        self._door.read(lambda c: writing.rehearse(c, self.place, self._layout, edits, actor, source, now))

    def numbered(self, table: str, placeholders: Sequence[str]) -> dict[str, str]:
        """Those of the placeholders whose rows have a number already, and which."""
        return self._door.read(lambda c: numbering.known(c, self._layout, placeholders, table))

    def saved_under(self, prefix: str) -> dict[str, saves.Save]:
        """The saves that were made under tokens with this beginning."""
        return self._door.read(lambda c: saves.under(c, self._layout, prefix))

    def traces(self, versions: Sequence[int]) -> list[saves.Trace]:
        """What some saves did to each row, who has been at it since, and how it stands now: as of one moment."""
        with engine.unhurried():
            return self._door.read(lambda c: saves.traces(c, self._layout, versions))

    def taken_back(self, table: str, ids: Sequence[str] | None = None) -> set[str]:
        """The deleted rows of a ledger (of these, or all) that an undo took back: they may be brought again as new ones."""
        return self._door.read(lambda c: saves.taken_back(c, self._layout, table, ids))

    def forget_numbers(self, rows: Sequence[tuple[str, str]]) -> None:
        """What was numbered for rows that are taken back is numbered anew when it is brought again."""
        with self._door.write() as connection:
            numbering.forget(connection, self._layout, rows)

    def fill(self, table: str, rows: Sequence[Mapping[str, Value]], actor: str, source: Source, now: datetime) -> Written:
        """Many new rows (with their ids) into an empty ledger, quickly; on record as `write` puts them. EditRefused."""
        with engine.unhurried(), self._door.write() as connection:
            return writing.fill(connection, self.place, self._layout, table, rows, actor=actor, source=source, now=now)

    def tell(self) -> dict[str, Any]:
        """What csv files of the ledgers do not carry (sheets.store.facts); `version` says of which state."""
        return self._door.read(lambda c: facts.tell(c, self._layout))

    def used(self, spared: Mapping[str, frozenset[str]]) -> str:
        """The first ledger that somebody has written into, or ""; `spared` rows count for nothing."""
        return self._door.read(lambda c: facts.used(c, self._layout, spared))

    def take(
        self,
        found: Mapping[str, Sequence[facts.Fact]],
        numbers: Sequence[Sequence[str]],
        actor: str,
        now: datetime,
        spared: Mapping[str, frozenset[str]],
    ) -> int:
        """All rows of a workbook as they were, into a store that nobody has written into; how many. Raises EditRefused."""
        with engine.unhurried(), self._door.write() as connection:
            return facts.take(connection, self.place, self._layout, found, numbers, actor=actor, now=now, spared=spared)

    def history(self, table: str | None = None, row: str | None = None, limit: int = 500, *, event: str | None = None) -> pd.DataFrame:
        """The record of changes, newest first; `event`: what was noted beside them, of one kind ("*access")."""
        changes = self._layout["changes"]
        query = sa.select(changes).order_by(changes.c.seq.desc()).limit(limit)
        for column, wanted in ((changes.c.table, table), (changes.c.row, row), (changes.c.column, event)):
            if wanted is not None:
                query = query.where(column == wanted)
        rows: list[dict[str, Any]] = self._door.read(lambda c: [dict(r) for r in c.execute(query).mappings()])
        return pd.DataFrame(rows, columns=[c.name for c in changes.columns])

    def changed(self, rows: Collection[tuple[str, str]], since: datetime, version: int) -> list[dict[str, Any]]:
        """What the record says of some rows (ledger, id) after a moment, up to a version of the book: table, row, column,
        actor and at of each line. One read however many rows there are."""
        return self._door.read(lambda c: record.of_rows(c, self._layout, rows, since, version)) if rows else []

    def verify(self) -> list[Damage]:
        """Every damaged place of the file, the record and the tables: [] when all is whole. Reads everything."""
        return self._door.read(lambda c: proof.verify(c, self._layout))

    def head(self) -> str:
        """The hash at the end of the record."""
        return self._door.read(lambda c: str(c.execute(sa.select(self._layout["huce_meta"].c.head)).scalar_one()))

    def backup(self, target: Path) -> None:
        """One consistent file, whatever the dialect, proved before it gets its name."""
        copies.backup(self._door, self._layout, target)

    def restore(self, source: Path, now: datetime) -> Path | None:
        """Puts a backup in place of everything; returns the copy made of what was there. Raises BackupRefused."""
        return copies.restore(self._door, self._layout, source, now)

    def agreed(self) -> Agreed:
        """What is remembered about the spreadsheet, read from here."""
        return Agreed(self._door, self._layout)

    def close(self) -> None:
        self._door.engine.dispose()
