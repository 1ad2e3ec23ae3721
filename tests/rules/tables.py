"""Small branches written as tables of cells, the way a banker would jot them down."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import pandas as pd

from rules import calendar, due, rulebook, why
from rules.ledgers import Ledgers
from rules.rule import ROLE_CODES, Rule
from sheets import book, cells
from sheets.book import Book
from sheets.schema import Column, Issue, Table, Value
from sheets.tables import TABLES
from texts import Lang

CALENDAR = calendar.make()
STAFF = """
id   | name | role             | team | leader | status | email
1001 | 王云 | customer_manager | T1   | 2001   | active | a@demo.invalid
1002 | 李川 | customer_manager | T1   | 2001   | active | b@demo.invalid
2001 | 张岫 | team_leader      | T1   | 3001   | active | c@demo.invalid
3001 | 刘砚 | leader           |      |        | active | d@demo.invalid
4001 | 陈禾 | credit_officer   |      |        | active | e@demo.invalid
"""
CUSTOMERS = """
id  | name | short_name | tier | status | owner | team | credit_officer | assigned_on
KH1 | 云澜启岚机械有限公司 | 启岚机械 | key | active | 1001 | T1 | 4001 | 2025-01-02
"""


# What a row holds beside the cells that a test is about: a visit is a complete one unless the test says otherwise.
WHOLE: dict[str, dict[str, Any]] = {
    "visits": {"kind": "routine", "participants": "1001", "minutes": "了解资金安排", "their_people": "财务经理", "purposes": "relation"},
    "opportunities": {"feedback": "同意推进"},
    "reviews": {"summary": "存款稳住"},
    "problems": {"result": "已解决"},
    "reconciliations": {"result": "match"},
}


def rows(table: str, text: str) -> list[dict[str, Any]]:
    """Cells under a header line, read by the columns' kinds."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    head = [w.strip() for w in lines[0].split("|")]
    found = []
    for line in lines[1:]:
        texts = [w.strip() for w in line.split("|")]
        found.append({k: cells.read(TABLES[table][k], t).value for k, t in zip(head, texts, strict=True)})
    return found


def branch(issues: list[Issue] | None = None, **ledgers: str) -> Book:
    """A book with one team and one customer, and the ledgers given as tables."""
    texts = {"staff": STAFF, "customers": CUSTOMERS, "teams": "id | name\nT1 | 一部"} | ledgers
    return Book({key: _ledger(key, texts.get(key, "")) for key in TABLES}, list(issues or ()), 0, dict(TABLES))


@cache
def _ledger(key: str, text: str) -> pd.DataFrame:
    """Most ledgers of most small branches are the same; frames are shared and never changed in place."""
    return book.typed(TABLES[key], [WHOLE.get(key, {}) | row for row in rows(key, text)] if text else [])


def scheme(*ids: str, **cells_: str) -> list[Rule]:
    """The shipped rules (all, or some by id), with cells changed."""
    wanted = {row["id"] for row in rulebook.shipped() if not ids or row["id"] in ids}
    shipped = [row | (cells_ if row["id"] in wanted else {}) for row in rulebook.shipped()]
    found, issues = rulebook.read(pd.DataFrame(shipped), TABLES)
    assert not issues, issues
    return [rule for rule in found if rule.id in wanted]


def at(day: str) -> datetime:
    """The whole of a day seen, or a moment of it."""
    return datetime.fromisoformat(day if "T" in day else f"{day}T23:59:59")


def dues(what: Book, rules: list[Rule], day: str) -> pd.DataFrame:
    return due.dues(what, rules, CALENDAR, at(day))


def told(what: Book, rules: list[Rule], day: str) -> list[str]:
    """ "step role" of the steps that are told by a moment, highest for each role."""
    found = due.dues(what, rules, CALENDAR, at(day))
    steps = due.steps(found, rules, CALENDAR, at(day))
    return sorted(f"{s} {r}" for s, r, top in zip(steps["step"], steps["role"], steps["top"], strict=True) if top)


def state(what: Book, rules: list[Rule], day: str) -> list[str]:
    """ "due state" of each obligation."""
    found = dues(what, rules, day)
    return [f"{d:%m-%d} {s}" for d, s in zip(found["due"], found["state"], strict=True)]


def explain(what: Book, rules: list[Rule], rule: str, row: str, day: str, lang: Lang = "zh") -> dict[str, Any]:
    """The evidence card of a rule and a record."""
    ledgers = Ledgers(what, at(day))
    every = due.evaluate(ledgers, rules, CALENDAR).dues
    return why.why(ledgers, rules, CALENDAR, every, rule_id=rule, row=row, lang=lang)


def filled(day: date) -> Book:
    """Every ledger with four rows: two with every cell filled, one with its required cells only, one quite blank.

    Row n of a ledger refers to row n of every other one; days lie before, on and after `day`.
    """
    return book.of(TABLES, {key: [_row(table, n, day) for n in range(4)] for key, table in TABLES.items() if key not in OWN})


OWN = frozenset({"rules", "dictionary"})  # what is said about ledgers, not a ledger of the trade


def _row(table: Table, number: int, day: date) -> dict[str, Any]:
    filled_in = {0: True, 1: True}.get(number, False)
    cells_ = {c.key: _cell(c, number, day) for c in table.columns if filled_in or (c.required and number == 2)}
    return cells_ | {"id": f"{table.key}-{number}"} | ({"role": ROLE_CODES[number % 6], "status": "active"} if table.key == "staff" else {})


def _cell(column: Column, number: int, day: date) -> Value:
    """A plausible value; days spread over the months around `day`, each column's on a day of its own."""
    apart = sum(map(ord, column.key)) % 9 * 11 - 44
    match column.kind:
        case "ref":
            return f"{column.ref}-{number}"
        case "staff" | "staffs":
            return f"staff-{number}"
        case "choice" | "choices":
            return column.choices[number % len(column.choices)].code
        case "date":
            return day + timedelta(days=apart - 3 * number)
        case "datetime":
            return datetime.combine(day, time(10, 30)) + timedelta(days=apart - 3 * number)
        case "integer" | "money" | "percent" | "monthday":
            return 40 + number * 1_000_000
        case "yesno":
            return number == 0
        case _:
            return f"{{{column.key}}} [{number}] {column.zh}"
