"""A home without rows becomes the mirror of a spreadsheet: what stands there is taken as it is, stamps and told alerts too."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from branch import alerts, change, clock, matrix, status
from branch.branch import Branch
from branch.look import Look
from branch.sync import telling
from sheets import cells
from sheets.files import plainly
from sheets.merge import Cell, same
from sheets.names import by_name, called
from sheets.schema import Column, Edit, Table, Unread, Value
from sheets.spreadsheet import Raw, Rows
from sheets.sync.placing import id_of
from sheets.sync.state import DELETED, MARK, Base, Tab, cell

if TYPE_CHECKING:
    from branch.sync.worker import Worker

ALERT_PARTS = 4  # due, step, role, channel
CHANNELS = ("digest", "immediate")
DELETED_COLUMN = Column(DELETED, "", "", "yesno")
BATCH = 5_000


def is_fresh(branch: Branch) -> bool:
    """Whether nobody has written into this home but its first administrator."""
    staff = branch.book().frames["staff"]
    own = frozenset(map(str, staff.loc[staff["role"].astype("str") == matrix.ADM, "id"])) if len(staff) <= 1 else frozenset()
    return not branch.store.used({"staff": own})


def rebuild(worker: Worker, rows: Mapping[str, Rows]) -> None:
    """Every row of the sheet into the empty ledgers, as it stands there. Nothing is stamped anew and nothing follows."""
    branch, agreed = worker.branch, worker.agreed
    tables = branch.book().tables
    names = {key: _names(tables[key], agreed.tabs[key], found) for key, found in rows.items() if key in tables}
    lookup = {key: names.get(key, {}) for key in tables}
    for key, found in rows.items():
        if key in tables:
            _ledger(worker, tables[key], agreed.tabs[key], found, lookup)
    _told(worker)
    agreed.set_meta(seq=str(agreed.last_change()))
    agreed.save()


def _names(table: Table, tab: Tab, rows: Rows) -> dict[str, str | None]:
    words = [key for key in called(table) if tab.place(key) is not None]
    found = ((id_of(tab, row), [str(cell(row, tab.place(key)) or "") for key in words]) for row in rows[1:] if id_of(tab, row))
    return by_name(found)


def _ledger(worker: Worker, table: Table, tab: Tab, rows: Rows, lookup: Any) -> None:
    now, store = clock.now(), worker.branch.store
    places: dict[str, int] = {}
    for number, row in enumerate(rows[1:], 1):
        if (row_id := id_of(tab, row)) and row_id not in places:
            places[row_id] = number
    read = {column.key: _column(column, tab, rows, list(places.values()), lookup) for column in table.columns if column.key != "id"}
    fresh = {
        row_id: {key: value for key, column in read.items() if not same(value := column[at], None)} for at, row_id in enumerate(places)
    }
    gone = [row_id for row_id, number in places.items() if cells.read(DELETED_COLUMN, cell(rows[number], tab.place(DELETED))).value is True]
    for row_id, number in places.items():
        mark = str(cell(rows[number], tab.place(MARK)) or "")
        worker.agreed.set_base(table.key, row_id, Base(_padded(rows[number], tab), number, mark))
    there = change.standing(worker.branch.book(), table.key, fresh)
    edits = [
        Edit(table.key, row_id, {key: there[row_id].get(key) for key in after} if row_id in there else None, after)
        for row_id, after in fresh.items()
    ]
    for start in range(0, len(edits), BATCH):
        store.write(edits[start : start + BATCH], "sheet", "sheet", now)
    if gone:
        store.write([Edit(table.key, row_id, {}, None) for row_id in gone], "sheet", "sheet", now)


def _column(column: Column, tab: Tab, rows: Rows, numbers: list[int], lookup: Any) -> list[Cell]:
    """What a column says in these rows; of a cell that cannot be read, as it was typed."""
    at = tab.place(column.key)
    values, told = plainly.column_of(replace(column, required=False), [cell(rows[number], at) for number in numbers], lookup)
    found: list[Cell] = list(values)
    for place, reading in told.items():
        if not reading.warning:
            found[place] = Unread(reading.raw, reading.code)
    return found


def _padded(row: list[Raw], tab: Tab) -> tuple[Raw, ...]:
    return tuple(cell(row, at) for at in range(len(tab.layout)))


def take_over(worker: Worker) -> None:
    """This installation sends the mails from now on: what the other one has told is told."""
    _told(worker)
    worker.agreed.save()


def _told(worker: Worker) -> None:
    """Alerts that were told from another machine are not told again, and no digest goes out twice on one day."""
    branch, now = worker.branch, clock.now()
    told = telling.read(worker.sheet, now)
    left, look = dict(told.alerts), branch.look(now)
    edits = _known(look, left)
    edits += [*_reached(look, left, now), *(_former(look, key, at) for key, at in left.items())]
    for start in range(0, len(edits), BATCH):
        branch.store.write(edits[start : start + BATCH], "sheet", "job", now)
    if told.morning:
        branch.store.private.mark(status.done("digest"), told.morning, now)
    worker.agreed.set_meta(told_upto=str(worker.agreed.last_change()), told_morning=told.morning)


def _known(look: Look, told: dict[str, datetime]) -> list[Edit]:
    """Alerts that stand in the ledger already: those not told yet are told from now on. They are taken out of `told`."""
    ledger = look.book.frame("alerts")
    here = ledger.loc[ledger["id"].isin(told), ["id", "state"]]
    ends = [(str(row), str(is_), told.pop(str(row))) for row, is_ in zip(here["id"], here["state"], strict=True)]
    return [Edit("alerts", row, {"state": is_}, {"state": "told", "told_at": at}) for row, is_, at in ends if is_ == "open"]


def _reached(look: Look, told: dict[str, datetime], now: datetime) -> list[Edit]:
    """Alerts whose steps stand reached today, whole, as the scan would write them; they are taken out of `told`."""
    found = look.alerts().new
    new = found.loc[found["id"].isin(told)]
    edits = []
    for made in alerts.inserts(new, _texts(look, set(new["key"])), {}, now):
        at = told.pop(made.id)
        edits.append(replace(made, after={**(made.after or {}), "state": "told", "told_at": at, "created_at": at}))
    return edits


def _texts(look: Look, keys: Collection[str]) -> dict[str, str]:
    found, lang = look.dues.loc[look.dues["key"].isin(keys)], look.settings.lang
    return {key: text.sentence(lang) for key, text in zip(found["key"], look.say(found, lang, "mail"), strict=True)}


def _former(look: Look, key: str, at: datetime) -> Edit:
    """An alert of which nothing is due now: what its key says (due key, step, role, channel; the due key: rule, row, occurrence)."""
    due, step, role, channel = ([""] * ALERT_PARTS + key.rsplit("|", ALERT_PARTS - 1))[-ALERT_PARTS:]
    rule, _, rest = due.partition("|")
    row, _, occurrence = rest.rpartition("|")
    named = look.rule(rule)
    after: dict[str, Value] = {
        "due_key": due, "rule": rule, "subject": named.subject if named is not None else None, "row": row, "occurrence": occurrence,
        "step": step, "role": role, "channel": channel if channel in CHANNELS else None,
        "state": "told", "reached_at": at, "created_at": at, "told_at": at,
    }  # fmt: skip
    return Edit("alerts", key, None, after)
