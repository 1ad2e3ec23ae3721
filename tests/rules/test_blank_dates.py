"""A date that is not there is no date that cannot be read; and where it may be left blank, nobody owes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pandas as pd
import pytest

from rules import due, rulebook
from rules.ledgers import Ledgers
from rules.rule import Rule
from rules.saying import DueText, Speaker, rows
from sheets.book import Book
from sheets.schema import Issue
from sheets.tables import TABLES
from tests.rules.tables import CALENDAR, at, branch, scheme

DAY = "2026-11-23"
RATINGS = "id | customer | grade | effective_on | expires_on | authority\nP1 | KH1 | AA | 2025-12-01 |  | tier2"


def own(table: str, date: str) -> list[Rule]:
    """A rule of the branch's own over a date of a ledger."""
    row = next(row for row in rulebook.shipped() if row["id"] == "R10")
    rules, issues = rulebook.read(
        pd.DataFrame(
            [
                row
                | {
                    "id": "B1",
                    "subject": table,
                    "date": date,
                    "done": "",
                    "where": "",
                    "roles": "customer_manager",
                    "text_zh": "",
                    "text_en": "",
                }
            ]
        ),
        TABLES,
    )
    assert issues == []
    return rules


def data(book: Book, rules: list[Rule], day: str = DAY) -> list[tuple[str, str, DueText]]:
    """Records that are themselves due: key, state, words."""
    ledgers = Ledgers(book, at(day))
    found = due.evaluate(ledgers, rules, CALENDAR).dues
    speaker = Speaker(ledgers, rules, "zh", "mail")
    return [(row["key"], row["state"], speaker.say(row)) for row in rows(found) if row["rule"] == "DATA"]


OPTIONAL = [(key, column.key) for key, table in TABLES.items() for column in table.columns
            if column.kind == "date" and not column.required and not column.required_when and table.column("customer")]  # fmt: skip


@pytest.mark.parametrize(("table", "column"), OPTIONAL, ids=lambda word: word)
def test_a_date_that_may_be_left_blank_is_owed_by_nobody(table: str, column: str) -> None:
    assert data(branch(**{table: "id | customer\nX1 | KH1"}), own(table, column)) == []


def test_a_date_that_its_ledger_requires_is_told_as_not_filled_in() -> None:
    [(key, state, text)] = data(branch(ratings=RATINGS), scheme("R28", "R27"))
    assert (key, state) == ("DATA|P1|expires_on", "planned")
    assert (text.task, text.when) == ("数据待补", "")
    assert "「有效截止日」未填" in text.text
    assert "无法读取" not in text.text


def test_a_date_that_cannot_be_read_is_told_as_such_every_day() -> None:
    issue = Issue("ratings", "P1", "expires_on", "P1.expires_on", "date.no_such_day", "2026-02-30", since=datetime(2026, 11, 20, 9, 0))
    [(key, state, text)] = data(branch([issue], ratings=RATINGS), scheme("R28"))
    assert (key, state) == ("DATA|P1|expires_on", "overdue")
    assert text.task == "数据待更正"
    assert "无法读取" in text.text
    assert "未填" not in text.text


def test_a_blank_date_is_never_late_and_climbs_to_nobody() -> None:
    book, rules = branch(ratings=RATINGS), scheme("R28")
    for day in ("2026-11-23", "2026-12-23"):
        found = due.dues(book, rules, CALENDAR, at(day))
        steps = due.steps(found, rules, CALENDAR, at(day))
        assert list(zip(steps["step"], steps["role"], steps["immediate"], strict=True)) == [("due", "customer_manager", False)]


def test_a_date_required_of_some_rows_is_owed_by_those_rows_only() -> None:
    tables = dict(TABLES)
    ratings = TABLES["ratings"]
    columns = tuple(
        replace(c, required=False, required_when="authority=tier1,head") if c.key == "expires_on" else c for c in ratings.columns
    )
    tables["ratings"] = replace(ratings, columns=columns)
    plain = branch(ratings=RATINGS + "\nP2 | KH1 | AA | 2025-12-01 |  | tier1\nP3 | KH1 | AA | 2025-12-01 |  | ")
    book = Book(plain.frames, [], 0, tables)
    assert [key for key, _, _ in data(book, own("ratings", "expires_on"))] == ["DATA|P2|expires_on"]
