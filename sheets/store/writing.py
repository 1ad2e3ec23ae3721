"""Edits into the store: merged field by field against what stands there, all or nothing, each on record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from sheets.merge import Cell, Clash, merge, same
from sheets.schema import Edit, Unread, Value
from sheets.store import filling, numbering, reading, record, saves, values
from sheets.store.faults import Clashed, Conflict, EditRefused
from sheets.store.layout import Layout, Mapped

Source = Literal["portal", "sheet", "import", "undo", "job", "terminal"]
CHUNK = 5_000  # ids asked for at once


@dataclass(frozen=True, slots=True)
class Written:
    """The store's version afterwards, how many rows changed, whether this very save had been made before, and which
    numbers its placeholders were given."""

    version: int
    rows: int
    repeated: bool = False
    ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Row:
    """A row while its edits are worked out."""

    cells: dict[str, Cell]
    boxes: dict[str, Any] = field(default_factory=dict)
    deleted: bool = False
    new: bool = False
    touched: set[str] = field(default_factory=set)
    who: str = ""
    when: datetime | None = None


def lock(connection: sa.Connection, layout: Layout) -> Any:
    """The one row that every writer takes first, so that versions and the record follow one another."""
    return connection.execute(sa.select(layout["huce_meta"]).with_for_update()).mappings().one()


def write(
    connection: sa.Connection,
    place: str,
    layout: Layout,
    edits: Sequence[Edit],
    actor: str,
    source: Source,
    now: datetime,
    token: str,
    *,
    letter: str = "",
) -> Written:
    """Within one transaction. Raises Conflict or EditRefused, and then nothing is written."""
    meta = lock(connection, layout)
    if token and _used(connection, layout, token):
        return Written(meta["version"], 0, repeated=True, ids=numbering.of_token(connection, layout, token))
    found = numbering.number(connection, layout, edits, now, letter)
    with numbering.as_sent(found):
        job = work_out(connection, place, layout, found.edits(place), actor, source, now, meta["version"] + 1)
    count = job.store(meta["place"])
    found.note(connection, layout, token, now)
    if not count:
        version = meta["version"]
    else:
        version = meta["version"] + 1
        seq, head = record.append(connection, layout, meta["seq"], meta["head"], job.lines)
        connection.execute(sa.update(layout["huce_meta"]).values(version=version, place=meta["place"] + job.added, seq=seq, head=head))
    if token:
        connection.execute(sa.insert(layout["huce_tokens"]).values(token=token, version=version, rows=count, at=now))
    return Written(version, count, ids=found.ids)


def rehearse(
    connection: sa.Connection, place: str, layout: Layout, edits: Sequence[Edit], actor: str, source: Source, now: datetime
) -> None:
    """Raises what `write` would raise. Nobody is given a number: rows that are still to get one are told by their placeholders."""
    found = numbering.recall(connection, layout, edits)
    with numbering.as_sent(found):
        work_out(connection, place, layout, found.edits(place), actor, source, now, recorded=False)


def fill(
    connection: sa.Connection,
    place: str,
    layout: Layout,
    table: str,
    rows: Sequence[Mapping[str, Value]],
    *,
    actor: str,
    source: Source,
    now: datetime,
) -> Written:
    """`write` of rows with their ids into a ledger that is empty. Raises EditRefused: an id that comes twice, a ledger that
    is not empty (`write` merges with what stands there), and whatever `write` refuses."""
    if table not in layout.ledgers:
        raise EditRefused(place, "store.bad_table", table=table)
    ledger = layout.ledgers[table]
    lock(connection, layout)
    ids = [str(row.get("id") or "") for row in rows]
    there = connection.execute(sa.select(ledger.sql.c.id).where(ledger.mine()).limit(1)).first()
    if there is not None or len(set(ids)) < len(ids):
        raise EditRefused(place, "store.bad_row", table=table, id=there[0] if there else "")
    edits = [Edit(table, key, None, row) for key, row in zip(ids, rows, strict=True)]
    return write(connection, place, layout, edits, actor, source, now, "")


def work_out(
    connection: sa.Connection,
    place: str,
    layout: Layout,
    edits: Sequence[Edit],
    actor: str,
    source: Source,
    now: datetime,
    version: int = 0,
    *,
    recorded: bool = True,
) -> Work:
    """The edits merged with what stands there, nothing written yet. Raises EditRefused or Conflict for every row at fault.
    `recorded`: whether new rows are put into words for the record of changes."""
    job = Work(connection, place, layout, actor, source, now, version, recorded=recorded)
    job.fetch(edits)
    job.meet(edits)
    refused = job.refused
    for edit in edits:
        try:
            job.apply(edit)
        except EditRefused as fault:
            refused.setdefault((edit.table, edit.id), fault)
    if refused:
        first = next(refused[edit.table, edit.id] for edit in edits if (edit.table, edit.id) in refused)
        first.every = refused
        raise first
    if job.clashes:
        raise Conflict(place, job.clashes, layout.tables)
    return job


def _used(connection: sa.Connection, layout: Layout, token: str) -> bool:
    tokens = layout["huce_tokens"]
    return connection.execute(sa.select(tokens.c.token).where(tokens.c.token == token)).first() is not None


class Work:
    """One save being worked out: the rows it touches, what clashed, what goes on record."""

    def __init__(
        self,
        connection: sa.Connection,
        place: str,
        layout: Layout,
        actor: str,
        source: str,
        now: datetime,
        version: int,
        *,
        recorded: bool = True,
    ) -> None:
        self.recorded = recorded
        self.connection, self.place, self.layout = connection, place, layout
        self.actor, self.source, self.now, self.version = actor, source, now.replace(microsecond=0), version
        self.rows: dict[str, dict[str, Row]] = defaultdict(dict)
        self.clashes: list[Clashed] = []
        self.lines: list[dict[str, Any]] = []
        self.new: dict[tuple[str, str], tuple[Row, str, str | None]] = {}  # rows that are not there yet, as the record tells them
        self.refused: dict[tuple[str, str], EditRefused] = {}
        self.added = 0

    def ledger(self, table: str) -> Mapped:
        if table not in self.layout.ledgers:
            raise EditRefused(self.place, "store.bad_table", table=table)
        return self.layout.ledgers[table]

    def fetch(self, edits: Sequence[Edit]) -> None:
        wanted: dict[str, dict[str, None]] = defaultdict(dict)
        for edit in edits:
            if not edit.id:
                raise EditRefused(self.place, "store.bad_row", table=edit.table, id=edit.id)
            wanted[edit.table][edit.id] = None
        for table, keys in wanted.items():
            ledger, ids = self.ledger(table), list(keys)
            if len(ids) > CHUNK and self._empty(ledger):  # a first scan, a first import
                continue
            for start in range(0, len(ids), CHUNK):
                here = ledger.sql.c.id.in_(ids[start : start + CHUNK])
                for found in reading.rows_of(self.connection, ledger, here, self.now):
                    self.rows[table][found["id"]] = Row(
                        reading.row(ledger, found),
                        found["unread"],
                        bool(found["deleted"]),
                        who=found["updated_by"],
                        when=found["updated_at"],
                    )

    def _empty(self, ledger: Mapped) -> bool:
        return self.connection.execute(sa.select(ledger.sql.c.id).where(ledger.mine()).limit(1)).first() is None

    def meet(self, edits: Sequence[Edit]) -> None:
        """Looks at all new rows of a ledger at once, column by column."""
        new: dict[str, dict[str, Mapping[str, Cell]]] = defaultdict(dict)
        for edit in edits:
            if edit.before is None and edit.after is not None and edit.id not in self.rows[edit.table]:
                new[edit.table].setdefault(edit.id, edit.after)
        for table, rows in new.items():
            try:
                self._meet(self.ledger(table), rows)
            except EditRefused:  # which ones?
                for key, after in rows.items():
                    try:
                        self._meet(self.ledger(table), {key: after})
                    except EditRefused as fault:
                        self.refused[table, key] = fault

    def _meet(self, ledger: Mapped, rows: Mapping[str, Mapping[str, Cell]]) -> None:
        columns = filling.clean(self.place, ledger, list(rows.values()))
        told = filling.record_lines(ledger, columns, len(rows)) if self.recorded else [""] * len(rows)
        odd = set(filling.unread(columns))
        names = ("id", *columns)
        for (key, after), words, cells in zip(rows.items(), told, zip(rows, *columns.values(), strict=True), strict=True):
            row, codes = Row(dict(zip(names, cells, strict=True)), new=True), []
            for name in [name for name in after if name in odd] if odd else ():
                if isinstance(cell := row.cells[name], Unread):
                    row.boxes[name] = self._box(cell, None)
                    codes.append(f"{name}={cell.code}")
            self.new[ledger.table.key, key] = row, words, ";".join(codes) or None

    def apply(self, edit: Edit) -> None:
        ledger, row = self.ledger(edit.table), self.rows[edit.table].get(edit.id)
        if row is None:
            if edit.before is not None or edit.after is None:
                raise EditRefused(self.place, "store.bad_row", table=edit.table, id=edit.id)
            self._insert(edit)
        elif edit.after is None:
            self._delete(edit, row)
        elif edit.before is None and row.deleted and saves.taken_back(self.connection, self.layout, edit.table, [edit.id]):
            self._again(ledger, edit, row, edit.after)
        else:
            self._merge(ledger, edit, row, edit.after)

    def _insert(self, edit: Edit) -> None:
        if (edit.table, edit.id) not in self.refused:
            row, words, codes = self.new[edit.table, edit.id]
            self.rows[edit.table][edit.id] = row
            self._line(edit, "*", None, words, codes)

    def _delete(self, edit: Edit, row: Row) -> None:
        if row.deleted:
            return
        for key, seen in (edit.before or {}).items():
            if key in row.cells and key != "rev" and not same(seen, row.cells[key]):
                self._clash(edit, Clash(key, seen, row.cells[key], None), row)
                return
        row.deleted = True
        row.touched.add("deleted")
        self._line(edit, "deleted", "no", "yes", None)

    def _again(self, ledger: Mapped, edit: Edit, row: Row, after: Mapping[str, Cell]) -> None:
        """A row that an undo took back is brought anew: nothing of what it said then comes with it."""
        mine = self._clean(ledger, after)
        row.deleted = False
        row.touched.add("deleted")
        self._line(edit, "deleted", "yes", "no", None)
        for column in ledger.table.columns:
            if column.key != "id" and not same(row.cells.get(column.key), mine.get(column.key)):
                self._change(ledger, edit, row, column.key, mine.get(column.key))

    def _merge(self, ledger: Mapped, edit: Edit, row: Row, after: Mapping[str, Cell]) -> None:
        wanted = dict(after)
        revive = wanted.pop("deleted", None) is False and row.deleted
        mine = self._clean(ledger, wanted)
        if row.deleted and not revive:
            if not all(same(cell, row.cells.get(key)) for key, cell in mine.items()):
                self._clash(edit, Clash("deleted", False, True, False), row)
            return
        if revive:
            row.deleted = False
            row.touched.add("deleted")
            self._line(edit, "deleted", "yes", "no", None)
        merged = merge(edit.before, row.cells, mine)
        for clash in merged.clashes:
            self._clash(edit, clash, row)
        for key, cell in merged.values.items():
            self._change(ledger, edit, row, key, cell)

    def _change(self, ledger: Mapped, edit: Edit, row: Row, key: str, cell: Cell) -> None:
        column, old = ledger.table[key], row.cells.get(key)
        if isinstance(cell, Unread):
            good = row.boxes[key].get("good") if key in row.boxes else values.text(column, old)
            row.boxes[key] = self._box(cell, good)
        else:
            row.boxes.pop(key, None)
        row.cells[key] = cell
        row.touched.add(key)
        codes = [f"{side}={c.code}" for side, c in (("old", old), ("new", cell)) if isinstance(c, Unread)]
        self._line(edit, key, values.text(column, old), values.text(column, cell), ";".join(codes) or None)

    def _clean(self, ledger: Mapped, after: Mapping[str, Cell]) -> dict[str, Cell]:
        found: dict[str, Cell] = {}
        for key, cell in after.items():
            column = ledger.table.column(key)
            if key in ("id", "rev"):
                continue
            if column is None:
                raise EditRefused(self.place, "store.bad_column", table=ledger.table.key, column=key)
            found[key] = cell if isinstance(cell, Unread) else values.clean(self.place, column, cell)
        return found

    def _box(self, cell: Unread, good: str | None) -> dict[str, Any]:
        return {"raw": cell.raw, "code": cell.code, "good": good, "since": self.now.isoformat()}

    def _clash(self, edit: Edit, clash: Clash, row: Row) -> None:
        self.clashes.append(Clashed(edit.table, edit.id, clash, row.who, row.when))

    def _line(self, edit: Edit, column: str, old: str | None, new: str | None, unread: str | None) -> None:
        self.lines.append(
            {
                "at": self.now,
                "actor": self.actor,
                "source": self.source,
                "table": edit.table,
                "row": edit.id,
                "column": column,
                "old": old,
                "new": new,
                "unread": unread,
                "rev": self.version,
            }
        )

    def store(self, place: int) -> int:
        """Writes the rows that changed; how many."""
        count = 0
        for table, rows in self.rows.items():
            ledger = self.layout.ledgers[table]
            new = [row for row in rows.values() if row.new]
            if new:
                filling.insert(self.connection, ledger, [row.cells for row in new], self._system(table, new, place + self.added + 1))
                self.added += len(new)
            batches: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
            for key, row in rows.items():
                if row.touched and not row.new:
                    changed = self._sql(ledger, row)
                    batches[tuple(sorted(changed))].append(changed | {"row_id": key})
                    count += 1
            for batch in batches.values():
                self.connection.execute(sa.update(ledger.sql).where(ledger.mine(), ledger.sql.c.id == sa.bindparam("row_id")), batch)
            count += len(new)
        return count

    def _system(self, table: str, rows: Sequence[Row], place: int) -> filling.Columns:
        size, own = len(rows), [self._own(table, row) for row in rows]
        return {
            "row_no": list(range(place, place + size)),
            "id": [row.cells["id"] for row in rows],
            **{key: [one[key] for one in own] for key in ("rev", "updated_at", "updated_by")},
            "deleted": [row.deleted for row in rows],
            "unread": [row.boxes or None for row in rows],
        }

    def _sql(self, ledger: Mapped, row: Row) -> dict[str, Any]:
        """What changes in a row that is there."""
        found = {c.key: filling.sql_value(row.cells.get(c.key)) for c in ledger.typed if c.key in row.touched}
        if ledger.loose:
            found["extra"] = filling.added(ledger.loose, row.cells)
        return found | self._own(ledger.table.key, row) | {"deleted": row.deleted, "unread": row.boxes or None}

    def _own(self, _table: str, _row: Row) -> dict[str, Any]:
        """Which revision the row becomes, when, and by whom."""
        return {"rev": self.version, "updated_at": self.now, "updated_by": self.actor}
