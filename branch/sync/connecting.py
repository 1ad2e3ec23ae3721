"""A branch moves into a spreadsheet, takes one over, becomes the mirror of one, and leaves it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from zlib import crc32

from branch import clock, settings, status
from branch.branch import Branch
from branch.sync import credentials, foreign, growing, reading, rebuilding
from branch.sync.between import ADOPTER
from branch.sync.giving import Giving
from branch.sync.worker import Worker
from sheets import google
from sheets.spreadsheet import About, Rows, SheetFault, Spreadsheet
from sheets.sync import state
from sheets.sync.state import ISSUE, MARK, OWN, Base, Intent, marked
from sheets.tabs import build, plan, render

LEASE, LEASE_SECONDS = "spreadsheet", 300
BUSY = "google.at_work"  # another process is at work on the sheet, and will soon have done
FILLING = "filling"  # the rows are on their way for the first time


def open_sheet(branch: Branch, link: str = "", key_file: Path | None = None) -> google.GoogleSheet:
    """The spreadsheet of a link, or the one that is set. Raises SheetFault."""
    chosen = branch.settings.google
    key = credentials.find(branch.settings, key_file)
    return google.connect(
        link or chosen.spreadsheet,
        key.info,
        ticks=clock.ticks,
        api_url=chosen.api_url,
        drive_url=chosen.drive_url,
        token_url=chosen.token_url,
    )


@contextmanager
def alone(branch: Branch, holder: str) -> Iterator[None]:
    """No other process is at work on the sheet meanwhile. Raises SheetFault: one is already."""
    if not branch.store.private.lease(LEASE, holder, clock.now(), LEASE_SECONDS):
        raise SheetFault(BUSY, wait=True)
    try:
        yield
    finally:
        branch.store.private.release(LEASE, holder)


@contextmanager
def at_work(branch: Branch, holder: str, sheet: Spreadsheet | None = None, worker: Worker | None = None) -> Iterator[Worker]:
    """The worker, alone; one that was kept sees what other processes have saved since. Raises SheetFault."""
    with alone(branch, holder):
        if worker is None:
            worker = Worker(branch, sheet or open_sheet(branch), branch.store.agreed(), clock.now)
        else:
            worker.agreed.fresh()
        yield worker


def connect(branch: Branch, sheet: google.GoogleSheet, *, adopt: bool = False, key_file: Path | None = None) -> dict[str, Any]:
    """From now on the ledgers are held in this spreadsheet. Raises SheetFault; one that holds something is taken only when
    `adopt` says so: a workbook of Huce is joined, a home without rows becomes its mirror, tabs of the branch's own stay as
    they are beside the ledgers. Said again of the sheet that is connected, `adopt` makes this installation the one that
    gives numbers, in place of another machine that is gone."""
    about = sheet.about()
    ours = bool(about.tables)
    agreed = branch.store.agreed()
    again = agreed.meta.get("spreadsheet") == sheet.key and agreed.meta.get("state") != FILLING
    found = foreign.find(branch, sheet, about) if not ours else []
    if found and not adopt:
        said = "；".join(one.say(branch.book().tables, branch.settings.lang) for one in found)
        raise SheetFault("google.content", title=about.title, tabs=said)
    taken = foreign.take(branch, found, clock.now())
    fresh = ours and rebuilding.is_fresh(branch)
    cut_off = agreed.meta.get("state") == FILLING and agreed.meta.get("spreadsheet") == sheet.key
    if ours and not fresh and not again and not cut_off and not adopt:
        raise SheetFault("google.workbook", title=about.title)
    if not again:
        agreed.forget()
    first = agreed.meta.get("letter") or _letter(branch.settings.install)
    settled = again and branch.settings.google.spreadsheet == sheet.key  # what waits to be written is remembered
    known = adopter = about.notes.get(ADOPTER, "") or branch.settings.install
    if settled and adopt and adopter != branch.settings.install:
        adopter = branch.settings.install
        sheet.build([_named_anew(adopter)])
    agreed.set_meta(spreadsheet=sheet.key, title=about.title, letter=first, adopter=adopter, masked=",".join(_masked(branch)))
    agreed.set_meta(asked=clock.now().isoformat(timespec="seconds"))
    agreed.save()
    worker = Worker(branch, sheet, agreed, clock.now)
    tabs = plan.planned(branch.book().tables, branch.settings.lang, masked=_masks(branch))
    _build(branch, sheet, about, tabs, adopter, empty=not ours and not found)
    if not ours:
        _fill(worker, tabs)
    elif not settled:
        _meet(worker, sheet, fresh=fresh)
    elif adopter != known:
        rebuilding.take_over(worker)
    worker.pull()
    worker.flush()
    agreed.save()
    chosen = {"spreadsheet": sheet.key}
    if key_file is not None:
        chosen["credentials"] = str(key_file.resolve())
    branch.settings = settings.save(branch.settings.home, {"google": chosen})
    branch.store.private.note("connect", "system", sheet.key, clock.now())
    rows = sum(len(bases) for bases in agreed.bases.values())
    titles = {tab.table: tab.title for tab in agreed.tabs.values()}
    done: dict[str, Any] = {"spreadsheet": sheet.key, "tabs": titles, "rows": rows, "requests": dict(sheet.requests)}
    return done | ({"taken": taken} if taken else {})


def disconnect(branch: Branch) -> str:
    """Back to the local store alone; the sheet stays as it is. Returns the key of the spreadsheet that was left."""
    left = branch.settings.google.spreadsheet
    branch.settings = settings.save(branch.settings.home, {"google": {"spreadsheet": ""}})
    branch.store.agreed().forget()
    status.leave(branch.store, status.job("sheet"), "", clock.now())
    branch.store.private.note("disconnect", "system", left, clock.now())
    return left


def _letter(install: str) -> str:
    """A word of this installation alone, for its marks."""
    number = crc32(install.encode())
    return "".join(chr(97 + (number // 26**n) % 26) for n in range(5))


def _masks(branch: Branch) -> frozenset[tuple[str, str]]:
    """The columns that do not go to the sheet, or only with their last signs."""
    chosen = branch.settings.google
    found: set[tuple[str, str]] = set()
    for table in branch.book().tables.values():
        for column in table.columns:
            contact = table.key == "contacts" and column.sensitive and column.key != table.title
            account = column.kind == "account"
            balance = column.kind == "money" and table.group == "deposits"
            if (chosen.mask_contacts and contact) or (chosen.mask_accounts and account) or (chosen.mask_balances and balance):
                found.add((table.key, column.key))
    return frozenset(found)


def masks(branch: Branch) -> dict[str, bool]:
    """The masks by the name of their setting, and which are on."""
    chosen = branch.settings.google
    return {name: getattr(chosen, name) for name in ("mask_contacts", "mask_accounts", "mask_balances")}


def _masked(branch: Branch) -> list[str]:
    return sorted(f"{table}.{column}" for table, column in _masks(branch))


def _build(branch: Branch, sheet: Spreadsheet, about: About, tabs: Sequence[plan.Tab], adopter: str, *, empty: bool) -> None:
    """The tabs that are not there yet, in one request: all or none."""
    there = set(about.tables.values())
    wanted = [tab for tab in tabs if tab.table not in there]
    if not wanted:
        return
    wanted = [growing.apart(tab, about) for tab in wanted]
    first = about.sheets[0].number if empty and len(about.sheets) == 1 else None
    book = branch.book()
    rows = {tab.table: len(book.frame(tab.table)) for tab in wanted if tab.table in book.frames}
    requests = build.requests(wanted, branch.settings.lang, account=sheet.account, rows=rows, first_sheet=first)
    if ADOPTER not in about.notes:
        note = {"metadataKey": ADOPTER, "metadataValue": adopter, "location": {"spreadsheet": True}, "visibility": "DOCUMENT"}
        requests.append({"createDeveloperMetadata": {"developerMetadata": note}})
    sheet.build(requests)


def _named_anew(adopter: str) -> dict[str, Any]:
    """The request by which another installation gives the numbers from now on."""
    where = {"developerMetadataLookup": {"metadataKey": ADOPTER}}
    return {"updateDeveloperMetadata": {"dataFilters": [where], "developerMetadata": {"metadataValue": adopter}, "fields": "metadataValue"}}


def ledgers(tabs: Sequence[plan.Tab]) -> list[plan.Tab]:
    return [tab for tab in tabs if not tab.table.startswith("_")]


def _fill(worker: Worker, tabs: Sequence[plan.Tab]) -> None:
    """Every row into tabs that are empty; what was sent is agreed once it has been read back."""
    giving, agreed = worker.giving(), worker.agreed
    pieces: list[tuple[int, int, Rows]] = []
    for tab in ledgers(tabs):
        rows = _rows(worker, giving, tab)
        heavy = reading.weight(rows)
        agreed.set_tab(replace(growing.new_tab(tab, len(rows)), weight=heavy))
        step = max(reading.BYTES // (heavy or reading.USUAL), 1)
        pieces += [(tab.sheet_id, 1 + start, rows[start : start + step]) for start in range(0, len(rows), step)]
        keys = [one.key for one in tab.columns]
        for number, row in enumerate(rows, 1):
            agreed.set_base(tab.table, str(row[keys.index("id")]), Base(tuple(row), number, str(row[keys.index(MARK)])))
        for intent in [one for one in agreed.intents.values() if one.table == tab.table]:
            agreed.drop_intent(intent.table, intent.id, intent.column)
    agreed.set_meta(state=FILLING)
    agreed.save()
    some: list[tuple[int, int, Rows]] = []
    size = 0
    for piece in pieces:
        more = len(piece[2]) * reading.weight(piece[2])
        if some and size + more > reading.BYTES:
            worker.sheet.fill(some)
            some, size = [], 0
        some.append(piece)
        size += more
    if some:
        worker.sheet.fill(some)
    agreed.set_meta(seq=str(agreed.last_change()), state="")


def _rows(worker: Worker, giving: Giving, tab: plan.Tab) -> Rows:
    frame, lang = giving.book.frame(tab.table), worker.lang
    table = giving.book.tables[tab.table]
    ids = [str(one) for one in frame["id"]]
    first = worker.agreed.take_letter(len(ids)) if ids else 0
    places = {one: n for n, one in enumerate(ids)}
    columns: list[list[Any]] = []
    for one in tab.columns:
        column = table.column(one.key)
        if one.key == MARK:
            columns.append([marked(row, first + n, worker.letter) for n, row in enumerate(ids)])
        elif one.key == ISSUE or column is None:
            columns.append([giving.shown(tab.table, row, one.key) if one.key == ISSUE else None for row in ids])
        elif one.masked:
            columns.append([render.last_digits(cell) for cell in frame[one.key].tolist()])
        else:
            columns.append(render.render_column(column, frame[one.key].tolist(), lang))
            for issue in giving.book.issues:
                if issue.table == tab.table and issue.column == one.key and not issue.warning and issue.row in places:
                    columns[-1][places[issue.row]] = issue.raw
    return [list(row) for row in zip(*columns, strict=True)]


def _meet(worker: Worker, sheet: Spreadsheet, *, fresh: bool) -> None:
    """A workbook of Huce that is there already: its tabs by what their metadata says."""
    about = sheet.about()
    found = []
    for number, table in about.tables.items():
        one = about.sheet(number)
        if one is None or table.startswith("_"):
            continue
        columns = {at: key for (on, at), key in about.columns.items() if on == number}
        layout = tuple(columns.get(at, "") for at in range(max(columns, default=-1) + 1))
        found.append(state.Tab(table, number, one.title, 0, layout, ("",) * len(layout), "", one.rows))
    rows = reading.read(sheet, found)
    for tab in found:
        header = [str(cell) if cell is not None else "" for cell in (rows[tab.table] or [[]])[0]]
        layout = tuple(key or f"{OWN}{heading}" for key, heading in zip(tab.layout, header, strict=False))
        worker.agreed.set_tab(state.Tab(tab.table, tab.sheet, tab.title, 0, layout, tuple(header[: len(layout)]), "", len(rows[tab.table])))
    if fresh:
        rebuilding.rebuild(worker, rows)
        return
    worker.agreed.set_meta(seq=str(worker.agreed.last_change()))
    giving = worker.giving()
    for tab in worker.agreed.tabs.values():
        there = {str(row[tab.place("id") or 0]) for row in rows[tab.table][1:] if row}
        for row_id in giving.book.frame(tab.table)["id"].astype(str):
            if row_id not in there:
                worker.agreed.set_intent(Intent(tab.table, row_id, state.INSERT, clock.now()))
