"""A branch of two teams in which every ledger has a row of each: one's own customer, a colleague's, another team's."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from branch import people
from branch.branch import Branch
from branch.people import Actor
from sheets.schema import Column, Edit, Table, needs
from sheets.tables import TABLES
from tests.small import small

NOW = datetime(2026, 11, 23, 9, 0)
TODAY = NOW.date()
MORE = {
    "CM3": ("周宁", "customer_manager", "T2"), "TL2": ("吴澄", "team_leader", "T2"), "BL2": ("徐泽", "leader", ""),
    "CR2": ("孙珩", "credit_officer", ""),
}  # fmt: skip
# Customer → its manager and team: CM1's own, a colleague's of the same team, another team's (no credit customer).
WHOSE = {"own": ("C1", "CM1", "T1"), "team": ("C3", "CM2", "T1"), "other": ("C5", "CM3", "T2")}
HOUSE = frozenset({"customers", "staff", "teams", "calendar", "rules", "dictionary"})  # written by hand below


def make(home: Path) -> Branch:
    branch = small(home, NOW)
    branch.store.write(_people() + [row for whose in WHOSE.values() for row in _rows(*whose)], "system", "terminal", NOW)
    return branch


def who(branch: Branch, staff: str, today: date = TODAY) -> Actor:
    found = people.actor(branch.book(), staff, today)
    assert found is not None
    return found


def on_record(branch: Branch, event: str) -> list[tuple[str, str]]:
    lines = branch.store.history("*access")
    return [(str(a), str(d)) for a, c, d in zip(lines["actor"], lines["column"], lines["new"], strict=True) if c == event]


def row_id(table: str, customer: str) -> str:
    return customer if table == "customers" else f"{table}-{customer}"


def _people() -> list[Edit]:
    edits = [Edit("teams", "T2", None, {"name": "公司业务二部", "team_leader": "TL2", "leader": "BL2"})]
    for key, (name, role, team) in MORE.items():
        leader = {"CM3": "TL2", "TL2": "BL2"}.get(key)
        after = {"name": name, "role": role, "team": team or None, "status": "active", "leader": leader, "phone": "13900000009"}
        edits.append(Edit("staff", key, None, after))
    edits.append(Edit("calendar", "K1", None, {"on": date(2027, 1, 1), "kind": "holiday"}))
    edits.append(Edit("dictionary", "D0", None, {"table": "teams", "act": "relabel", "column": "note", "value_zh": "附注"}))
    return edits


def _rows(customer: str, owner: str, team: str) -> list[Edit]:
    found = []
    if customer == "C5":
        whole = filled(TABLES["customers"], customer, owner, team)
        found.append(Edit("customers", customer, None, whole | {"uscc": "92990000DEM0000142", "flags": "deposit", "credit_officer": None}))
    for key, table in TABLES.items():
        if key not in HOUSE:
            found.append(Edit(key, row_id(key, customer), None, filled(table, customer, owner, team)))
    return found


def filled(table: Table, customer: str, owner: str, team: str) -> dict[str, Any]:
    """Every column that says whose the row is, and every column that is asked for."""
    whose = {"owner", "staff", "recorded_by", "created_by", "made_by", "customer", "participants", "block"}
    whose |= {*table.wished, *(column for clause in table.complete for column in needs(clause)[2])} - {"opportunity"}
    if table.key == "alerts":
        return {"customer": customer, "staff": owner, "due_key": f"old|{customer}", "state": "closed"}
    return {c.key: _value(c, customer, owner, team) for c in table.columns if c.key != "id" and (c.required or c.key in whose)}


def _value(column: Column, customer: str, owner: str, team: str) -> Any:
    if column.key == "block" and column.choice("asset"):
        return "asset"
    if column.key == "period":
        return "2025-01"  # a period that a review can be of, long gone
    match column.kind:
        case "ref":
            return {"customers": customer, "teams": team}.get(column.ref, row_id(column.ref, customer))
        case "staff" | "staffs":
            return owner
        case "choice" | "choices":
            return column.choices[0].code
        case "date":
            return TODAY - timedelta(days=10)
        case "datetime":
            return NOW - timedelta(days=10)
        case "money" | "integer" | "percent" | "monthday":
            return 20
        case "yesno":
            return True
        case "account":
            return f"9900000000000000{customer[1:]:0>4}"
        case _:
            return f"{column.zh}{customer}"
