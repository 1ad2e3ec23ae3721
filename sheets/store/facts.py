"""A workbook moved from one store to another as it is: what its csv files do not carry, and all of its rows taken as facts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sheets.merge import Cell
from sheets.schema import Edit, Table, Unread
from sheets.store import reading, record, values
from sheets.store.copies import RESTORED
from sheets.store.faults import EditRefused
from sheets.store.layout import Layout, Mapped
from sheets.store.writing import Row, Work, lock

SHIPPED = ("rules",)  # what a new store holds from the first day
TOLD = ("alerts", "outbox")  # what people have been told


@dataclass(frozen=True, slots=True)
class Fact:
    """A row as it stood: its cells, and what the store says of it beside them. `boxes` are its cells that cannot be read."""

    cells: Mapping[str, Cell]
    rev: int
    at: datetime
    by: str
    deleted: bool = False
    boxes: Mapping[str, Any] = field(default_factory=dict)


def tell(connection: sa.Connection, layout: Layout) -> dict[str, Any]:
    """What a csv file of the live rows does not say, by ledger and in their order: id, revision, when and by whom it was
    last changed; then the cells that cannot be read with their last good values, and of a deleted row all its cells."""
    rows: dict[str, list[list[Any]]] = {}
    for key, ledger in layout.ledgers.items():
        found = connection.execute(sa.select(ledger.sql).where(ledger.mine()).order_by(ledger.sql.c.row_no)).mappings()
        rows[key] = [_told(ledger, one) for one in found]
    numbers = connection.execute(sa.select(layout["huce_numbers"])).mappings()
    given = [[one["placeholder"], one["table"], one["id"], one["at"].isoformat()] for one in numbers]
    return {"version": reading.version(connection, layout), "rows": rows, "numbers": given}


def _told(ledger: Mapped, found: Any) -> list[Any]:
    told: list[Any] = [found["id"], found["rev"], found["updated_at"].isoformat(), found["updated_by"]]
    boxes = values.loose(found["unread"])
    if found["deleted"]:
        cells = reading.row(ledger, found)
        return [*told, boxes, {c.key: text for c in ledger.columns if (text := values.text(c, cells[c.key])) is not None}]
    return [*told, boxes] if boxes else told


def used(connection: sa.Connection, layout: Layout, spared: Mapping[str, frozenset[str]]) -> str:
    """The first ledger that somebody has written into, or "": the rules as they were shipped count for nothing, nor do
    `spared` rows."""
    changes = layout["changes"]
    for key, ledger in layout.ledgers.items():
        if key in SHIPPED:
            own = sa.or_(changes.c.column != "*", changes.c.source != "terminal")
            touched = sa.select(sa.cast(changes.c.seq, sa.Text)).where(changes.c.table == key, own)
        else:
            touched = sa.select(ledger.sql.c.id).where(ledger.mine(), ledger.sql.c.id.not_in(spared.get(key, frozenset())))
        if connection.execute(touched.limit(1)).first() is not None:
            return key
    return ""


def take(
    connection: sa.Connection,
    place: str,
    layout: Layout,
    facts: Mapping[str, Sequence[Fact]],
    numbers: Sequence[Sequence[str]],
    *,
    actor: str,
    now: datetime,
    spared: Mapping[str, frozenset[str]],
) -> int:
    """All the rows or none, with the revisions, moments and names they had; how many. Raises EditRefused when somebody has
    written into the store meanwhile.

    The record says of each that it came by import. Mails wait, as after a restore: what has been told since the export
    stands in no ledger.
    """
    meta = lock(connection, layout)
    if key := used(connection, layout, spared):
        raise EditRefused(place, "store.bad_row", table=key, id="")
    job = _Move(connection, place, layout, facts, actor, now, meta["version"] + 1)
    edits = job.edits()
    job.meet(edits)
    for edit in edits:
        if (edit.table, edit.id) in job.refused:
            raise job.refused[edit.table, edit.id]
        job.apply(edit)
    job.settle()
    for line in job.lines:
        line["rev"] = job.known[line["table"]][line["row"]].rev
    count = job.store(meta["place"])
    seq, head = record.append(connection, layout, meta["seq"], meta["head"], job.lines)
    newest = max((one.rev for rows in facts.values() for one in rows), default=0)
    # the rows are of other versions than this store has counted: whoever has read it reads it anew
    life = f"{meta['epoch'].partition('/')[0]}/{secrets.token_hex(4)}"
    changed = {"version": max(meta["version"], newest) + 1, "place": meta["place"] + job.added, "seq": seq, "head": head, "epoch": life}
    connection.execute(sa.update(layout["huce_meta"]).values(**changed))
    keys = ("placeholder", "table", "id")
    if given := [dict(zip(keys, one, strict=False)) | {"token": "", "at": datetime.fromisoformat(one[3])} for one in numbers]:
        connection.execute(sa.insert(layout["huce_numbers"]), given)
    if any(facts.get(key) for key in TOLD):
        marks = layout["huce_marks"]
        connection.execute(sa.delete(marks).where(marks.c.name == RESTORED))
        connection.execute(sa.insert(marks).values(name=RESTORED, value=now.isoformat(timespec="seconds"), at=now))
    return count


class _Move(Work):
    """The rows on their way: what the store says of each is what it said where they come from."""

    def __init__(
        self,
        connection: sa.Connection,
        place: str,
        layout: Layout,
        facts: Mapping[str, Sequence[Fact]],
        actor: str,
        now: datetime,
        version: int,
    ) -> None:
        super().__init__(connection, place, layout, actor, "import", now, version)
        self.known = {key: {str(one.cells["id"]): one for one in rows} for key, rows in facts.items()}

    def edits(self) -> list[Edit]:
        """Each row as a new one, or over the one that stands there."""
        self.fetch([Edit(key, row, None, {}) for key, rows in self.known.items() for row in rows])
        found: list[Edit] = []
        for key, rows in self.known.items():
            columns = self.ledger(key).columns
            for row, one in rows.items():
                there = self.rows[key].get(row)
                whole = {column.key: one.cells.get(column.key) for column in columns}
                found.append(Edit(key, row, dict(there.cells) if there else None, whole))
        return found

    def settle(self) -> None:
        """What cannot be read keeps its last good value and the day since when; what was deleted stays so."""
        for key, rows in self.known.items():
            for row, one in rows.items():
                there = self.rows[key][row]
                there.boxes = dict(one.boxes)
                there.touched.add("deleted")
                if one.deleted and not there.deleted:
                    there.deleted = True
                    self._line(Edit(key, row, None, None), "deleted", "no", "yes", None)

    def _own(self, table: str, row: Row) -> dict[str, Any]:
        one = self.known[table][str(row.cells["id"])]
        return {"rev": one.rev, "updated_at": one.at, "updated_by": one.by}


def facts(table: Table, live: Mapping[str, Mapping[str, str]], told: Sequence[Sequence[Any]]) -> list[Fact]:
    """The rows of a ledger out of the texts of its live rows, by id, and what `tell` said of all of them. Raises KeyError,
    ValueError or TypeError where the two do not fit."""
    found: list[Fact] = []
    known: dict[tuple[str, str], Cell] = {}
    for row, rev, at, by, *more in told:
        boxes: dict[str, Any] = more[0] if more else {}
        cells: dict[str, Cell] = {"id": row}
        for key, text in (more[1] if len(more) > 1 else live[row]).items():
            if key != "id" and key not in boxes:
                if (key, text) not in known:
                    known[key, text] = values.exact(table[key], text)
                cells[key] = known[key, text]
        cells |= {key: Unread(box["raw"], box["code"]) for key, box in boxes.items()}
        found.append(Fact(cells, int(rev), datetime.fromisoformat(at), str(by), deleted=len(more) > 1, boxes=boxes))
    if len(live) != sum(not one.deleted for one in found):
        raise ValueError(table.key)
    return found
