"""A small real branch: six people, a few customers, real store, real rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from branch import opening as rooms
from branch import settings
from branch.branch import Branch
from sheets.schema import Edit

PEOPLE = {
    "M1": ("白川", "customer_manager", "L1", "zh", "m1@bank.example"),
    "M2": ("Mia Reed", "customer_manager", "L1", "en", "m2@bank.example"),
    "L1": ("陆岑", "team_leader", "B1", "zh", "l1@bank.example"),
    "B1": ("柏舟", "leader", "", "zh", "b1@bank.example"),
    "C1": ("纪禾", "credit_officer", "B1", "zh", "c1@bank.example"),
    "A1": ("安简", "admin", "", "zh", "a1@bank.example"),
}
ALONE = ("R30",)  # one rule is easier to read than all


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def make(home: Path, *, rules: tuple[str, ...] = ALONE, now: str = "2026-11-02 07:00", **chosen: Any) -> Branch:
    """A branch with people and no customers, in which only some rules are switched on."""
    made = rooms.create(home, at(now), **chosen)
    edits = [
        Edit("rules", str(row["id"]), {"enabled": True}, {"enabled": False})
        for row in made.book().frame("rules").to_dict("records")
        if row["id"] not in rules and row["enabled"]
    ]
    edits.append(Edit("teams", "T1", None, {"name": "一队", "team_leader": "L1", "leader": "B1"}))
    for person, (name, role, leader, lang, email) in PEOPLE.items():
        team = "T1" if role in ("customer_manager", "team_leader") else None
        row = {"name": name, "role": role, "leader": leader or None, "team": team, "lang": lang, "email": email, "status": "active"}
        edits.append(Edit("staff", person, None, row))
    write(made, edits, now)
    return made


def write(branch: Branch, edits: list[Edit], now: str = "2026-11-02 07:00") -> None:
    branch.store.write(edits, "system", "terminal", at(now))


def customer(key: str, name: str, owner: str = "M1", **more: Any) -> Edit:
    row = {"name": name, "short_name": name[:40], "owner": owner, "team": "T1", "credit_officer": "C1", "tier": "key", "status": "active"}
    return Edit("customers", key, None, row | more)


def line(key: str, who: str, expires: str, **more: Any) -> Edit:
    """A credit line: with authority tier2, rule R30 wants it submitted a month before it expires."""
    row = {"customer": who, "kind": "comprehensive", "authority": "tier2", "amount": 500_000_000, "expires_on": date.fromisoformat(expires)}
    return Edit("credit_lines", key, None, row | more)


def set_(branch: Branch, table: str, key: str, now: str, **values: Any) -> None:
    """Somebody edits a row, having seen it as it stands."""
    row = branch.store.row(table, key)
    write(branch, [Edit(table, key, row, values)], now)


def with_settings(branch: Branch, changes: Mapping[str, Any]) -> Branch:
    home = branch.settings.home
    branch.store.close()
    settings.save(home, changes)
    return rooms.open_branch(home)


def outbox(branch: Branch) -> list[dict[str, Any]]:
    frame = branch.book().frame("outbox")
    return [{**row, "state": str(row["state"]), "kind": str(row["kind"])} for row in frame.to_dict("records")]


def alerts(branch: Branch) -> dict[str, str]:
    frame = branch.book().frame("alerts")
    return dict(zip(frame["id"], frame["state"].astype(str), strict=True))
