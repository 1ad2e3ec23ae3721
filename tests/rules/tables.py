"""Small branches written as tables of cells, the way a banker would jot them down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd

from rules import calendar, due, rulebook, why
from rules.ledgers import Ledgers
from rules.rule import Rule
from sheets import book, cells
from sheets.book import Book
from sheets.schema import Issue, Lang
from sheets.tables import TABLES

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
    return book.of(TABLES, {key: rows(key, text) for key, text in texts.items()}, issues or ())


def scheme(*ids: str, **cells_: str) -> list[Rule]:
    """The shipped rules (all, or some by id), with cells changed."""
    shipped = [row | cells_ for row in rulebook.shipped() if not ids or row["id"] in ids]
    found, issues = rulebook.read(pd.DataFrame(shipped), TABLES)
    assert not issues, issues
    return found


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
