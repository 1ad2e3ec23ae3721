"""The acts of a branch that a stop may cut off, and what must be true of the branch afterwards.

`python -m tests.branch.stops` carries them out in processes that are killed (tests.jobs.crash).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from branch import exchange, maintenance, people
from branch import opening as room
from branch.branch import Branch
from branch.opening import open_branch
from branch.people import SYSTEM
from jobs import nightly
from jobs.post import post
from jobs.scan import run as scan
from sheets.numbers import placeholder_for
from sheets.schema import Edit
from sheets.store.copies import prove
from sheets.store.engine import copy_door
from sheets.store.layout import layout
from sheets.tables import TABLES
from tests.jobs import crash, world

NOW = datetime(2026, 11, 10, 9, 0)
AGAIN = NOW + timedelta(minutes=11)  # a claim on a mail lapses after ten
COPY = "huce-20261109-020000.backup"
OWN = {"rev", "updated_at", "updated_by"}  # of the store, not of the row
IDLE = {"say", "settle", "unlink", "copy"}  # since the step before nothing has changed that outlives a process
Facts = dict[str, dict[str, dict[str, str]]]  # ledger → row → cell


class Stopped(BaseException):
    """The computer is switched off here."""


@contextmanager
def stopped_at(step: int) -> Iterator[list[str]]:
    """At the step-th step everything ends, and nothing that comes after it is done either, no tidying up. The list says
    which steps there were; 0 stops nowhere."""
    seen: list[str] = []

    def point(name: str) -> None:
        if name not in IDLE or (step and len(seen) >= step):
            seen.append(name)
        if step and len(seen) >= step:
            raise Stopped(name)

    with pytest.MonkeyPatch.context() as patch:
        crash.around(point, patch)
        yield seen


WIDE = """客户编号,客户名称,审批权限,评级到期日,授信到期日,贷款到期日,存款余额(万元)
K3,丙公司(示例),总行,2027-12-31,2027-01-31,2027-11-30,1234.5
K4,丁公司(示例),省行,2026-02-30,2027-06-30,,8
,戊公司(示例),省行,2027-12-30,,,7
K1,云澜启岚机械(示例),省行,2027-12-30,,,9
"""
FILES = {
    "customers": "id,name,owner\nK5,己公司(示例),M1\n,庚公司(示例),M2\n",
    "loans": "id,customer,matures_on\nJ5,K5,2027-11-30\nJ6,庚公司(示例),2027-10-31\n",
    "visits": "customer,kind,mode,visited_on,participants,place,minutes\n"
    "K5,routine,phone,2026-11-09,M1,,谈结算\n庚公司(示例),routine,onsite,2026-11-09,M2,公司会议室,上门\n",
}
CONTACTS = "id,customer,name\nP1,丙公司(示例),林一\nP2,云澜启岚机械(示例),林二\n"
VISIT: dict[str, Any] = {
    "customer": "K1", "kind": "routine", "mode": "phone", "visited_on": date(2026, 11, 10), "participants": "M1", "minutes": "谈了资金",
}  # fmt: skip


def _two_customers(branch: Branch) -> None:
    world.write(branch, [
        world.customer("K1", "云澜启岚机械(示例)"), world.customer("K2", "Harbour Metal (sample)", "M2"),
        world.line("N1", "K1", "2026-12-10"), world.line("N2", "K2", "2026-12-16"),
    ])  # fmt: skip


def _wide(branch: Branch) -> None:
    """A contact waits for a customer that only the wide sheet brings."""
    _two_customers(branch)
    _file(branch, "wide", "contacts", CONTACTS)
    exchange.import_file(branch, "contacts", branch.settings.home / "wide" / "contacts.csv", NOW, SYSTEM)
    _file(branch, "wide", "customers", WIDE)


def _folder(branch: Branch) -> None:
    _two_customers(branch)
    for table, text in FILES.items():
        _file(branch, "files", table, text)


def _file(branch: Branch, folder: str, table: str, text: str) -> None:
    place = branch.settings.home / folder / f"{table}.csv"
    place.parent.mkdir(exist_ok=True)
    place.write_text(text, "utf-8")


def _mails(branch: Branch) -> None:
    _two_customers(branch)
    scan(branch, NOW)


def _earlier_copy(branch: Branch) -> None:
    """What the copy holds, and what came after it."""
    _two_customers(branch)
    (branch.settings.home / "backups").mkdir()
    branch.store.backup(branch.settings.home / "backups" / COPY)
    world.write(branch, [world.customer("K9", "壬公司(示例)"), world.line("N9", "K9", "2026-12-10")])


def _do_import(branch: Branch, now: datetime) -> None:
    exchange.import_file(branch, "customers", branch.settings.home / "wide" / "customers.csv", now, SYSTEM)


def _do_folder(branch: Branch, now: datetime) -> None:
    exchange.import_folder(branch, branch.settings.home / "files", now, SYSTEM)


def _do_save(branch: Branch, now: datetime) -> None:
    """A form that was not answered is sent once more as it was."""
    who = people.actor(branch.book(), "M1", now.date())
    assert who is not None
    branch.write([Edit("visits", placeholder_for("visits", "one form"), None, VISIT)], who, "portal", now, token="one form")


def _do_restore(branch: Branch, now: datetime) -> None:
    branch.store.restore(branch.settings.home / "backups" / COPY, now)


@dataclass(frozen=True)
class Act:
    """`ready` makes what must be there before; `together`: ledgers that stand or fall as one."""

    ready: Callable[[Branch], None]
    do: Callable[[Branch, datetime], object]
    together: Sequence[Sequence[str]] = ()
    settings: dict[str, Any] | None = None


ACTS: dict[str, Act] = {
    "import": Act(_wide, _do_import, [("customers", "ratings", "credit_lines", "loans", "balances"), ("contacts",)]),
    "folder": Act(_folder, _do_folder, [("customers",), ("loans",), ("visits", "diary")]),
    "save": Act(_two_customers, _do_save, [("visits", "diary")]),
    "scan": Act(_two_customers, scan, [("alerts", "outbox")]),
    "post": Act(_mails, post),
    "backup": Act(_earlier_copy, nightly.backup, settings={"jobs": {"backups_kept": 1}}),
    "restore": Act(_earlier_copy, _do_restore, [("customers", "credit_lines")]),
}


def facts(branch: Branch) -> Facts:
    """Every ledger, row by row, as it reads; with what could not be read."""
    book = branch.book()
    found: Facts = {}
    for key, frame in book.frames.items():
        rows = frame[[column for column in frame.columns if column not in OWN]].to_dict("records")
        found[key] = {str(row["id"]): {str(name): _text(cell) for name, cell in row.items()} for row in rows}
        assert len(found[key]) == len(rows), f"{key}: no row stands twice"
    for issue in book.issues:
        if issue.row in found.get(issue.table, {}):
            found[issue.table][issue.row][f"{issue.column} !"] = f"{issue.code} {issue.raw}"
    return found


def _text(cell: object) -> str:
    """The second try writes its own moment; all else must be the same."""
    return "" if cell is None or pd.isna(cell) else str(cell).replace(str(AGAIN), str(NOW))  # type: ignore[call-overload]


def prepare(home: Path, act: Act, smtp: dict[str, Any]) -> Facts:
    """Makes a branch of people ready for the act."""
    branch = world.with_settings(open_branch(home), {"smtp": smtp} | (act.settings or {}))
    act.ready(branch)
    found = facts(branch)
    branch.store.close()
    return found


@contextmanager
def opened(home: Path) -> Iterator[Branch]:
    branch = open_branch(home)
    try:
        yield branch
    finally:
        branch.store.close()


def all_or_none(act: Act, before: Facts, after: Facts, now: Facts) -> None:
    for group in act.together:
        stands = {key: now[key] for key in group}
        assert stands in ({key: before[key] for key in group}, {key: after[key] for key in group}), group
    for visit in now["visits"]:
        assert [line["origin_row"] for line in now["diary"].values()].count(visit) == 1, "a visit, and its line in the diary"
    told = {one["outbox"] for one in now["alerts"].values() if one["state"] == "told"}
    assert told <= set(now["outbox"]) | {""}, "an alert that was told, and its mail"


def copies(home: Path) -> list[Path]:
    """Whatever carries the name of a copy: each is proved whole."""
    found = [*(home / "backups").glob("*.backup"), *home.glob("huce-before-*.db")]
    for one in found:
        door = copy_door(one)
        with door.engine.connect() as copy:
            prove(copy, one, layout(TABLES))
        door.engine.dispose()
    return found


def left_over(home: Path) -> list[str]:
    return sorted(path.name for path in home.rglob("*.part*"))


def mails_are_held(branch: Branch, now: datetime) -> bool:
    """After a restore nothing leaves before somebody says until when people have been told."""
    scan(branch, now)
    return maintenance.since_restore(branch) is not None and post(branch, now)["sent"] == 0


def carry_out(asked: dict[str, Any], begin: Callable[[], object]) -> None:
    home, now = Path(asked["home"]), datetime.fromisoformat(asked["now"])
    if asked["act"] == "first start":
        begin()
        room.create(home, now).store.close()
        return
    with opened(home) as branch:
        branch.book()
        begin()
        ACTS[asked["act"]].do(branch, now)


if __name__ == "__main__":
    crash.main(carry_out)
