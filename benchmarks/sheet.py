"""What a Google sheet costs: requests of every act, and reading a whole workbook of it into typed frames.

python -m benchmarks.sheet --customers 10000 --visits 100000

The sheet is our own server behind real HTTP on this machine; what Google itself takes is not in it. The same tab is read
twice in one run: by the library's `get_all_records` into a DataFrame, which turns 0012 into 12, and as the ledgers read it,
with every cell that cannot be read told.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import gspread
import orjson
import pandas as pd
from google.oauth2.service_account import Credentials

from benchmarks.house import machine
from branch import clock, settings
from branch.branch import Branch
from branch.opening import create, open_branch
from branch.people import SYSTEM
from branch.sync import connecting, reading
from branch.sync.worker import Worker
from jobs.sheet import SheetJob
from sheets import book, google
from sheets.files import plainly
from sheets.names import Names
from sheets.schema import Edit
from sheets.spreadsheet import Window
from tests.sheets_api.server import SheetsApi

VIEWERS, VIEWED, STEP = 50, 300, 5  # people, seconds, seconds between two looks
QUEUED = 84  # saves that wait when Google comes back
BATCH = 5_000
START = date(2026, 1, 1)


def customers(count: int) -> list[dict[str, Any]]:
    """Thirty columns each."""
    alike = {
        "kind": "company", "ownership": "private", "industry": "C", "industry_code": "C3311", "size": "medium", "scope": "通用设备制造",
        "main_business": "制造", "legal_representative": "张示例", "controller": "李示例", "group_name": "示例集团", "tier": "key",
        "status": "active", "flags": "credit;deposit", "basic_account_bank": "ours", "house_bank": "本行", "share_deposit": 350_000,
        "share_loan": 200_000, "share_target": 400_000, "registered_capital": 500_000_000, "assigned_on": START, "filed_on": START,
    }  # fmt: skip
    own = [
        {"id": f"KH{n:06d}", "name": f"客户{n}有限公司", "short_name": f"客户{n}", "address": f"示例路{n}号", "headcount": n % 500}
        | {"registered_address": f"示例路{n}号", "founded_on": date(2010, 1, 1) + timedelta(days=n % 3000)}
        | {"revenue": 123_456_700 + n * 100, "assets": 9_999_900 + n * 100}
        for n in range(count)
    ]
    return [alike | one for one in own]


def visits(count: int, known: int) -> list[dict[str, Any]]:
    alike = {
        "kind": "routine", "mode": "onsite", "place": "厂区", "purposes": "relation", "minutes": "了解资金安排", "next_step": "跟进",
        "their_people": "王示例",
    }  # fmt: skip
    own = [{"id": f"FW-{n:07d}", "customer": f"KH{n % known:06d}", "visited_on": START + timedelta(days=n % 300)} for n in range(count)]
    return [alike | one for one in own]


def build(home: Path, api: SheetsApi, many: int, more: int) -> Branch:
    branch = create(home, clock.now())
    for table, rows in (("customers", customers(many)), ("visits", visits(more, many))):
        for start in range(0, len(rows), BATCH):
            some = [Edit(table, str(row["id"]), None, {k: v for k, v in row.items() if k != "id"}) for row in rows[start : start + BATCH]]
            branch.store.write(some, "system", "terminal", clock.now())
    branch.store.close()
    settings.save(home, {"google": {"api_url": api.url, "drive_url": api.url}})
    return open_branch(home)


def spent(worker: Worker, act: Callable[[], object]) -> str:
    """Requests and seconds of an act."""
    before, start = dict(worker.sheet.requests), time.perf_counter()
    act()
    took, now = time.perf_counter() - start, worker.sheet.requests
    return f"{now['read'] - before['read']:3d} reads {now['write'] - before['write']:3d} writes {took:7.2f} s"


def save(branch: Branch, table: str, row: str, **after: Any) -> None:
    there = branch.store.row(table, row)
    branch.write(
        [Edit(table, row, None if there is None else {key: there.get(key) for key in after}, after)], SYSTEM, "portal", clock.now()
    )


def requests(branch: Branch, sheet: google.GoogleSheet, key: Path, most: int) -> Worker:
    start = time.perf_counter()
    done = connecting.connect(branch, sheet, key_file=key)
    print(f"connect: {done['requests']} for {done['rows']} rows, {time.perf_counter() - start:.1f} s")
    worker = Worker(branch, sheet, branch.store.agreed(), clock.now)
    print(f"{'look, nothing new':28s}", spent(worker, worker.pull))
    save(branch, "customers", "KH000001", main_business="改动")
    print(f"{'save of an edit':28s}", spent(worker, worker.flush))
    save(branch, "problems", "P1", customer="KH000001", content="新的", raised_on=START, area="other")
    print(f"{'save of a new row':28s}", spent(worker, worker.flush))
    save(branch, "customers", "KH000002", main_business="改动")
    save(branch, "problems", "P2", customer="KH000001", content="又一个", raised_on=START, area="other")
    print(f"{'save of both':28s}", spent(worker, worker.flush))
    for n in range(QUEUED):
        table, row = (("customers", f"KH{n % most:06d}"), ("visits", f"FW-{n:07d}"), ("problems", f"P{n % 2 + 1}"))[n % 3]
        save(branch, table, row, **{{"customers": "scope", "visits": "next_step", "problems": "content"}[table]: f"第{n}次"})
    print(f"{f'{QUEUED} saves that waited':28s}", spent(worker, worker.flush))
    return worker


def viewers(branch: Branch) -> None:
    """Fifty people look at the branch for five minutes in which nothing changes; the jobs do what they do meanwhile."""
    wall = [clock.now()]
    job = SheetJob(lambda: wall[0])
    job.run(branch)
    before = dict(job.requests)
    for _ in range(VIEWED // STEP):
        wall[0] += timedelta(seconds=STEP)
        if job.is_due(branch):
            job.run(branch)
        for _ in range(VIEWERS):
            branch.look(wall[0])
    reads, writes = (job.requests[kind] - before[kind] for kind in ("read", "write"))
    print(f"{VIEWERS} viewers, {VIEWED // 60} minutes: {reads} reads, {reads * 60 / VIEWED:.1f} a minute; {writes} writes")


def frames(worker: Worker, api: SheetsApi, key: Path) -> None:
    """The customers' tab into a frame, three ways."""
    tab = worker.agreed.tabs["customers"]
    ledger, names = worker.branch.book().tables["customers"], Names(worker.branch.book().tables, worker.branch.book().frame)
    raw = orjson.dumps(worker.sheet.read([Window(tab.sheet)])[0])

    def bare() -> object:
        rows = orjson.loads(raw)
        return [[row[at] if at < len(row) else None for row in rows[1:]] for at in range(len(tab.layout))]

    def ours() -> pd.DataFrame:
        rows, made = orjson.loads(raw), {}
        for at, name in enumerate(tab.layout):
            column = ledger.column(name)
            if column is not None:
                made[name] = book.series(
                    column, plainly.column_of(column, [row[at] if at < len(row) else None for row in rows[1:]], names)[0]
                )
        return pd.DataFrame(made)

    credentials = Credentials.from_service_account_file(str(key), scopes=google.SCOPES)  # type: ignore[no-untyped-call]
    client = gspread.Client(auth=credentials, http_client=type("Calls", (google.Calls,), {"hosts": {google.SHEETS: api.url}}))
    sheet = client.open_by_key(worker.agreed.meta["spreadsheet"]).get_worksheet_by_id(tab.sheet)
    fetched = time.perf_counter()
    sheet.get_all_values()
    fetched = time.perf_counter() - fetched

    def theirs() -> pd.DataFrame:
        return pd.DataFrame(sheet.get_all_records())

    acts: dict[str, Callable[[], object]] = {"orjson, by column": bare, "ours, typed": ours, "get_all_records": theirs}
    best = {name: min(_timed(act) for _ in range(3)) for name, act in acts.items()}
    best["get_all_records"] -= fetched  # without the wire, which the other two do not have either
    for name, took in best.items():
        print(f"customers {name:20s} {took:6.3f} s  {took / best['orjson, by column']:5.1f} × orjson")
    print(f"customers get_all_records / ours: {best['get_all_records'] / best['ours, typed']:.1f} ×")
    for name, act in list(acts.items())[1:]:
        tracemalloc.start()
        act()
        print(f"memory {name:18s} {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB at most")
        tracemalloc.stop()


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--customers", type=int, default=2_000)
    given.add_argument("--visits", type=int, default=20_000)
    chosen = given.parse_args()
    logging.disable(logging.CRITICAL)
    print(machine())
    with tempfile.TemporaryDirectory() as folder, SheetsApi() as api:
        link = api.create("台账", share=[api.account_email])
        key = api.key_file(Path(folder) / "key.json")
        branch = build(Path(folder) / "home", api, chosen.customers, chosen.visits)
        worker = requests(branch, connecting.open_sheet(branch, link, key), key, chosen.customers)
        print(f"a look at everything is {len(reading.batches(worker.tabs()))} requests")
        viewers(branch)
        frames(worker, api, key)
        branch.store.close()


if __name__ == "__main__":
    main()
