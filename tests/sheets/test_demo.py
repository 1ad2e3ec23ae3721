"""The sample branch as data: believable, complete, the same each time, and of any size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from rules import calendar
from sheets import demo
from sheets.cells import plain, read
from sheets.demo.customers import uscc
from sheets.tables import TABLES

AS_OF = date(2026, 11, 23)
HOUSE = {"alerts", "responses", "outbox", "calendar", "rules", "dictionary"}  # what scans, branches and people write
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def workday() -> Callable[[date], bool]:
    return calendar.make().is_workday


@pytest.fixture(scope="module")
def rows(workday: Callable[[date], bool]) -> Rows:
    return demo.build(AS_OF, workday)


def test_the_branch_is_as_large_as_the_sample_says(rows: Rows) -> None:
    counts = {key: len(ledger) for key, ledger in rows.items()}
    wanted = {
        "staff": 16,
        "teams": 2,
        "customers": 200,
        "contacts": 394,
        "accounts": 620,
        "opportunities": 180,
        "plans": 190,
        "ratings": 69,
        "credit_lines": 62,
        "loans": 118,
        "products": 160,
        "fees": 1400,
        "payments": 90,
    }
    assert {key: counts[key] for key in wanted} == wanted
    assert 6_300 <= counts["visits"] <= 7_000
    assert set(TABLES) - HOUSE == {key for key, ledger in rows.items() if ledger}


def test_customers_are_mixed_as_in_a_branch(rows: Rows) -> None:
    customers = rows["customers"]
    count = {key: Counter(row[key] for row in customers) for key in ("tier", "size", "industry", "basic_account_bank")}
    assert count["tier"] == {"key": 24, "quality": 56, "normal": 110, "prospect": 10}
    assert count["size"] == {"large": 8, "medium": 42, "small": 108, "micro": 30, "na": 12}
    assert count["industry"]["C"] == 62
    assert count["basic_account_bank"]["ours"] == 96
    flags = Counter(flag for row in customers for flag in row["flags"].split(";"))
    assert (flags["deposit"], flags["credit"], flags["investment"]) == (188, 70, 6)
    assert Counter(row["authority"] for row in rows["ratings"]) == {"head": 4, "tier1": 26, "tier2": 39}
    assert all(20 <= n <= 30 for n in Counter(row["owner"] for row in customers).values())
    assert sum(row["amount"] > 10_000 * 1_000_000 for row in rows["loans"]) == 10
    assert len(Counter(row["channel"] for row in rows["opportunities"])) == 7


@pytest.mark.parametrize(("as_of", "customers"), [(AS_OF, 200), (date(2027, 2, 28), 20), (date(2026, 2, 20), 300)])
def test_every_cell_is_one_its_column_takes(workday: Callable[[date], bool], as_of: date, customers: int) -> None:
    rows = demo.build(as_of, workday, customers, 3)
    ids = {key: {row["id"] for row in ledger} for key, ledger in rows.items()}
    told: list[tuple[str, str, str]] = []
    for key, ledger in rows.items():
        assert len(ids[key]) == len(ledger), f"an id of {key} comes twice"
        columns = {column.key: column for column in TABLES[key].columns}
        for row in ledger:
            assert set(row) <= set(columns)
            for column in columns.values():
                value = row.get(column.key)
                if value is None:
                    assert not column.required, f"{key} {row['id']} lacks {column.key}"
                    continue
                found = read(column, plain(column, value)) if column.key != "id" else None
                if found and found.code:
                    told.append((key, column.key, found.code))
                assert found is None or (type(found.value), found.value) == (type(value), value)
                if column.kind in ("ref", "staff", "staffs"):
                    assert set(value.split(";")) <= ids[column.ref or "staff"], f"{key} {row['id']} {column.key} {value}"
    bad = next(one.count for one in demo.expected(as_of, workday, customers) if one.name == "bad_code")
    assert told == [("customers", "uscc", "uscc_check")] * bad


def test_nothing_has_happened_on_the_day_itself_or_later(rows: Rows) -> None:
    for row in rows["visits"]:
        assert row.get("visited_on", AS_OF - timedelta(days=1)) < AS_OF
        assert "recorded_at" not in row or row["visited_on"] <= row["recorded_at"].date() < AS_OF
    for key, column in (("opportunities", "created_at"), ("opportunities", "reported_at"), ("plans", "made_on"), ("letters", "sent_on")):
        for row in rows[key]:
            value = row.get(column)
            assert value is None or (value.date() if hasattr(value, "date") else value) < AS_OF


def test_visits_are_made_on_working_days_by_people_of_all_three_posts(rows: Rows, workday: Callable[[date], bool]) -> None:
    role = {row["id"]: row["role"] for row in rows["staff"]}
    made = [row for row in rows["visits"] if "visited_on" in row]
    assert all(workday(row["visited_on"]) for row in made)
    went = Counter(role[who] for row in made for who in row["participants"].split(";"))
    assert went["customer_manager"] > went["team_leader"] > went["leader"] > 400
    assert sum(row["visited_on"] >= AS_OF - timedelta(days=120) for row in made) > 0.97 * len(made)
    onsite = sum(row["mode"] == "onsite" for row in made) / len(made)
    assert 0.3 < onsite < 0.4
    assert all(row["minutes"] and row["next_step"] for row in made)
    assert all(row["opportunity"] for row in made if row["kind"] == "business")


def test_a_stage_fits_its_dates(rows: Rows) -> None:
    for row in rows["opportunities"]:
        assert row["stage_on"] >= row["created_at"].date()
        assert ("signed_on" in row) == (row["stage"] in ("signed", "landed"))
        assert ("process_no" in row) == (row["stage"] in ("applied", "signed", "landed"))
        assert ("lost_reason" in row) == (row["stage"] in ("lost", "shelved"))


def test_the_same_seed_makes_the_same_branch(workday: Callable[[date], bool]) -> None:
    assert demo.build(AS_OF, workday, 40, 5) == demo.build(AS_OF, workday, 40, 5)
    assert demo.build(AS_OF, workday, 40, 5) != demo.build(AS_OF, workday, 40, 6)


def test_a_larger_branch_has_more_of_everything_by_the_same_hand(workday: Callable[[date], bool]) -> None:
    rows = demo.build(AS_OF, workday, 1_000)
    assert len(rows["customers"]) == 1_000
    assert len({row["name"] for row in rows["customers"]}) == 1_000
    assert len({row["uscc"] for row in rows["customers"]}) == 1_000
    assert 25_000 < len(rows["visits"]) < 34_000


def test_fewer_than_twenty_customers_are_refused(workday: Callable[[date], bool]) -> None:
    with pytest.raises(ValueError, match="at least 20"):
        demo.build(AS_OF, workday, 19)


@pytest.mark.parametrize(("number", "code"), [(0, "91990000DEM000006A"), (1, "91990000DEM0000145"), (2, "91990000DEM0000220")])
def test_made_up_codes_pass_their_checks(number: int, code: str) -> None:
    assert uscc("91", number) == code


# What no rule finds yet is counted in the rows themselves.


def _unrated(rows: Rows) -> int:
    return len({r["id"] for r in rows["customers"] if "credit" in r["flags"]} - {r["customer"] for r in rows["ratings"]})


def _no_plan(rows: Rows) -> int:
    return 200 - len({r["customer"] for r in rows["plans"] if r["year"] == AS_OF.year})


def _fallen(rows: Rows) -> int:
    found = 0
    for customer in {r["customer"] for r in rows["balances"]}:
        last, before = [r["month_avg"] for r in rows["balances"] if r["customer"] == customer][:-3:-1]
        found += 0.5 < last / before < 0.7
    return found


def _large(rows: Rows, kind: str) -> list[dict[str, Any]]:
    return [r for r in rows["payments"] if r["payee_kind"] == kind and "decision" not in r]


COUNTS: dict[str, Callable[[Rows], int]] = {
    "unrated": _unrated,
    "line_expired": lambda rows: sum(r["expires_on"] < AS_OF for r in rows["credit_lines"]),
    "loan_no_receipt": lambda rows: sum("notice_on" in r and "receipt_on" not in r for r in rows["loans"]),
    "interest_short": lambda rows: sum(r["balance"] < r["interest_due"] and "result" not in r for r in rows["interest_checks"]),
    "arrears": lambda rows: sum("arrears" in r for r in rows["loans"]),
    "no_plan": _no_plan,
    "review_missing": lambda rows: 8 - sum(r["period"] == "2026-10" for r in rows["reviews"]),
    "review_undiscussed": lambda rows: sum("discussed_on" not in r for r in rows["reviews"]),
    "reconciliation": lambda rows: sum(r.get("result") == "none" for r in rows["reconciliations"]),
    "payment_person": lambda rows: sum(r["amount"] > 5 * 1_000_000 and not r["evidence"] for r in _large(rows, "person")),
    "payment_self": lambda rows: sum(r["pay_mode"] == "self" and r["amount"] == 1200 * 1_000_000 for r in _large(rows, "company")),
    "drop": _fallen,
}


@pytest.mark.parametrize("one", [p for p in demo.PLANTED if p.name in COUNTS], ids=lambda p: p.name)
def test_the_ledgers_themselves_hold_what_is_planted(rows: Rows, one: demo.Planted) -> None:
    assert COUNTS[one.name](rows) == one.count
