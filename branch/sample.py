"""The sample branch: made-up customers with known exceptions, in a home that is whole or not there at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from branch import files, opening, settings, status
from branch.branch import Branch
from branch.opening import WHOLE
from rules import calendar
from sheets import demo
from sheets.schema import Edit
from sheets.store import Store, StoreFault, open_store
from sheets.tables import TABLES
from texts import Fault, say

NAMES = {"name_zh": "云澜银行 望川支行（演示）", "name_en": "Yunlan Bank Wangchuan Branch (Demo)"}
LEADERS = ("R13", "R14", "R15", "R16")  # whom team leaders and leaders visit: the practical preset (reading A9)
TIERS = "key;quality"


class TooFew(Fault):
    """A sample of fewer customers than there are exceptions to plant."""


def make(home: Path, now: datetime, customers: int = 200, as_of: date | None = None, seed: int = 1, **chosen: Any) -> Branch:
    """Makes the home of a sample branch as of a day (today, unless another is named); `chosen` are its settings.

    It is filled beside its place and moved there whole, so what a cut-off build leaves is never served. Refuses to
    overwrite (HomeFault), a store elsewhere that is not empty (HomeFault), and fewer than 20 customers (TooFew).
    """
    if customers < demo.LEAST:
        raise TooFew("demo.too_few", least=demo.LEAST)
    draft = home.with_name(f".{home.name}.filling")
    if (draft / WHOLE).exists():  # it was whole, and its move was cut off
        _move(draft, home)
        return opening.open_branch(home)
    if opening.there(home):
        raise files.HomeFault("branch.exists", path=home)
    _empty(chosen.get("store_url", ""))
    day = as_of or now.date()
    then = datetime.combine(day, now.time())
    files.folder(home.parent)
    files.probe(home.parent)
    _clear(draft)
    policy = {"live_since": demo.live_since(day)} | chosen.pop("policy", {})
    made = opening.create(draft, then, demo=True, person_picker=True, policy=policy, **NAMES | chosen)
    try:
        fill(made.store, day, customers, seed, then)
        made.store.private.mark(status.SAMPLE, day.isoformat(), then)
    finally:
        made.store.close()
    (draft / WHOLE).touch()
    _move(draft, home)
    return opening.open_branch(home)


def fill(store: Store, as_of: date, customers: int, seed: int, now: datetime) -> None:
    """Writes the rows of a sample into an empty store, and who is visited by whom into its rules."""
    rows = demo.build(as_of, calendar.make().is_workday, customers, seed)
    store.write(list(_preset()), "system", "terminal", now)
    for table, ledger in rows.items():
        store.fill(table, ledger, "system", "terminal", now)


def _preset() -> Iterator[Edit]:
    note = f"{say('demo.preset', 'zh')} {say('demo.preset', 'en')}"
    for rule in LEADERS:
        yield Edit("rules", rule, {"tiers": None, "note": None}, {"tiers": TIERS, "note": note})


def _empty(url: str) -> None:
    """A store at an address of its own is filled only if nothing is in it: it cannot be moved into place."""
    if not url or url.startswith("sqlite"):
        return
    try:
        store = open_store(url, TABLES)
    except StoreFault as fault:
        if fault.code == "store.no_tables":
            return
        raise
    try:
        if store.version():
            raise files.HomeFault("demo.store_in_use", place=store.place)
    finally:
        store.close()


def _clear(draft: Path) -> None:
    """Takes away what a cut-off build has left."""
    try:
        if draft.exists():
            shutil.rmtree(draft)
    except OSError as error:
        raise files.fault(error, draft) from error


def _move(draft: Path, home: Path) -> None:
    """Into its place: in one step, or, where a folder with other files stands, the settings last of all."""
    try:
        if home.exists() and not any(home.iterdir()):
            home.rmdir()
        if not home.exists():
            draft.rename(home)
            (home / WHOLE).unlink()
            return
        made = [entry for entry in draft.iterdir() if entry.name != WHOLE]
        for entry in sorted(made, key=lambda path: path.name == settings.FILE):
            entry.rename(home / entry.name)
        (draft / WHOLE).unlink()
        draft.rmdir()
    except OSError as error:
        raise files.fault(error, home) from error
