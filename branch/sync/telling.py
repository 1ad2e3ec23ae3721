"""Alerts that were told, kept in a hidden tab, so that another machine that takes the sheet over tells nobody a second time."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from branch import status
from branch.sync import growing
from sheets import cells
from sheets.spreadsheet import About, NoSuchTab, Raw, Refused, Spreadsheet, Window
from sheets.sync.state import Note
from sheets.tabs import build, plan, render

if TYPE_CHECKING:
    from branch.sync.between import Between
    from sheets.store import Store

log = logging.getLogger("huce.sync")

LONGEST = 45_000  # characters of keys in one cell: Google's limit is 50,000
MORNING, TAKEN_BACK = "digest|", "-"  # before the day whose digest was written; before a key that was not told after all
SOME = 2_000  # lines of the record that are looked at first
AT = plan.TOLD_COLUMNS[1]
NUMBER = plan.sheet_id(plan.TOLD)
AGAIN, GONE = "google.told_again", "google.told_gone"  # it was deleted and has been made again; and could not be
SHOWN = timedelta(days=7)  # for so long the administrator reads that it was


@dataclass(frozen=True, slots=True)
class Told:
    """What the hidden tab says: when each alert was told, and the last day whose digest was written ("" for none)."""

    alerts: dict[str, datetime] = field(default_factory=dict)
    morning: str = ""


def tell(worker: Between, now: datetime) -> int:
    """Adds what was told since the last time, in one write; how many alerts these were. Raises SheetFault: they follow later.

    A write whose answer is lost is made again: a key that stands there twice says the same.
    """
    agreed, store = worker.agreed, worker.branch.store
    last, upto = agreed.last_change(), int(agreed.meta.get("told_upto", "0"))
    keys = _keys(store, upto) if last > upto else []
    morning = status.value(store.private.marks(), status.done("digest"))
    lines = [*keys, *([MORNING + morning] if morning and morning != agreed.meta.get("told_morning", "") else [])]
    if lines:
        try:
            worker.sheet.build([_append(f"{worker.branch.settings.install}-{last}", worker, {now: lines})])
        except NoSuchTab:
            about = worker.sheet.about()
            if about.sheet(NUMBER) is not None:
                raise
            _rebuild(worker, about, now)
            return len(keys)
    if lines or last > upto:
        agreed.set_meta(told_upto=str(last), told_morning=morning)
        agreed.save()
    return len(keys)


def mend(worker: Between, about: About, now: datetime) -> None:
    """Makes the hidden tab again where somebody has deleted it; the installation that sends the mails does."""
    if about.sheet(NUMBER) is not None:
        old = [one for one in worker.agreed.notes.values() if one.table == plan.TOLD]
        if any(one.code == GONE or (one.since is not None and now - one.since > SHOWN) for one in old):
            worker.agreed.set_notes(plan.TOLD, [], now)
    elif worker.adopts:
        try:
            _rebuild(worker, about, now)
        except Refused as fault:  # the workbook is full: the ledgers are kept in step all the same
            _say(worker, GONE, fault.say(worker.lang), now)


def _rebuild(worker: Between, about: About, now: datetime) -> None:
    """The tab and in it all that the alerts' own ledger says was told, in one write: both or neither. Raises SheetFault."""
    agreed, store = worker.agreed, worker.branch.store
    last, morning = agreed.last_change(), status.value(store.private.marks(), status.done("digest"))
    ledger = store.book().frame("alerts")
    told = ledger.loc[ledger["told_at"].notna(), ["id", "told_at"]].sort_values("told_at", kind="stable")
    lines: dict[datetime, list[str]] = {}
    for key, at in zip(told["id"], told["told_at"], strict=True):
        lines.setdefault(pd.Timestamp(at).to_pydatetime(), []).append(str(key))
    if morning:
        lines.setdefault(now, []).append(MORNING + morning)
    (tab,) = (one for one in plan.planned({}, worker.lang) if one.table == plan.TOLD)
    tab = growing.apart(tab, about)
    requests = build.requests([tab], worker.lang, account=worker.sheet.account)
    if lines:
        requests.append(_append(f"{worker.branch.settings.install}-{last}", worker, lines))
    worker.sheet.build(requests)
    log.warning("the hidden tab of told alerts was deleted; it is made again with %s alerts", len(told))
    agreed.set_meta(told_upto=str(last), told_morning=morning)
    _say(worker, AGAIN, str(len(told)), now, tab.title)
    agreed.save()


def _say(worker: Between, code: str, said: str, now: datetime, title: str = "") -> None:
    """To the administrator, in place of what was said before."""
    name = title or next(one.title for one in plan.planned({}, worker.lang) if one.table == plan.TOLD)
    worker.agreed.set_notes(plan.TOLD, [Note(plan.TOLD, "", "", name, code, {"tab": name, "said": said})], now)


def read(sheet: Spreadsheet, now: datetime) -> Told:
    """What was told from any machine; `now` stands for a time that cannot be read."""
    number = next((number for number, table in sheet.about().tables.items() if table == plan.TOLD), None)
    if number is None:
        return Told()
    alerts, morning = dict[str, datetime](), ""
    for row in sheet.read([Window(number, 1)])[0]:
        at = cells.read(AT, row[1] if len(row) > 1 else None).value
        for line in (line for packed in row[3:] for line in str(packed or "").split("\n") if line):
            if line.startswith(MORNING):
                morning = max(morning, line.removeprefix(MORNING))
            elif line.startswith(TAKEN_BACK):
                alerts.pop(line.removeprefix(TAKEN_BACK), None)
            else:
                alerts[line] = at if isinstance(at, datetime) else now
    return Told(alerts, morning)


def _keys(store: Store, upto: int) -> list[str]:
    """Keys of alerts that were told since a line of the record, and with a sign those that are to be told again."""
    record = _since(store, upto)
    touched = record["row"].astype(str).unique()
    ledger = store.book().frame("alerts")
    ledger = ledger.loc[ledger["id"].isin(touched)]
    told = ledger["told_at"].notna()
    emptied = (record["column"] == "told_at") & record["new"].isna()
    back = ledger.loc[~told & ledger["id"].isin(record.loc[emptied, "row"].astype(str)), "id"]
    return [*map(str, ledger.loc[told, "id"]), *(TAKEN_BACK + str(key) for key in back)]


def _since(store: Store, upto: int) -> pd.DataFrame:
    """The lines about alerts after one: newest first, as many as there are."""
    limit = SOME
    while True:
        found = store.history("alerts", limit=limit)
        if len(found) < limit or int(found["seq"].iloc[-1]) <= upto:
            return found.loc[found["seq"] > upto]
        limit *= 4


def _append(name: str, worker: Between, told: Mapping[datetime, Sequence[str]]) -> dict[str, Any]:
    """Rows below the last one, by when each line was told; the tab is known by its number, whatever its name."""
    by = worker.branch.settings.install
    packed = [(render.render(AT, at, worker.lang), some) for at, lines in told.items() for some in _packed(lines)]
    rows = [[f"{name}.{n}" if n else name, at, by, some] for n, (at, some) in enumerate(packed)]
    made = [{"values": [_cell(one) for one in row]} for row in rows]
    return {"appendCells": {"sheetId": NUMBER, "rows": made, "fields": "userEnteredValue"}}


def _cell(raw: Raw) -> dict[str, Any]:
    return {"userEnteredValue": {"stringValue": raw} if isinstance(raw, str) else {"numberValue": raw}}


def _packed(lines: Sequence[str]) -> Iterator[str]:
    """The lines in texts of which each fits into a cell."""
    some: list[str] = []
    size = 0
    for line in lines:
        if some and size + len(line) + 1 > LONGEST:
            yield "\n".join(some)
            some, size = [], 0
        some.append(line)
        size += len(line) + 1
    if some:
        yield "\n".join(some)
