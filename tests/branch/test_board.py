"""What leaders see of the branch: each number counted by hand, equal to its list, and the branch the sum of its people."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from branch.as_of import as_of
from branch.board import papers, sums, written
from branch.board.owed import Filter
from branch.board.view import ALL, SPANS, Board, span
from branch.branch import Branch
from jobs import scan
from rules import figure
from rules.figure import FULL
from rules.standing import STANDINGS
from sheets.schema import Edit
from tests.branch.rooms import NOW, TODAY, who

WAN = 1_000_000
LEADING = ("BL1", "VW1", "TL1", "CM1")
MONEY = ("deposit_now", "deposit_reach", "deposit_average", "loan_now", "fee_year", "fee_reach")
MISSING = ("file_missing", "plan_missing", "rating_missing", "visit_missing", "review_missing")


def board(branch: Branch, staff: str = "BL1", wish: Filter = Filter(), period: str = "year") -> Board:  # noqa: B008 – frozen
    look = branch.look(NOW)
    return Board(look, look, who(branch, staff), wish, span(period, look.today))


def write(branch: Branch, *edits: tuple[str, str, dict[str, Any]]) -> None:
    rows = [Edit(table, key, branch.store.row(table, key), values) for table, key, values in edits]
    branch.store.write(rows, "system", "terminal", NOW)


def money(branch: Branch) -> None:
    """C1 has 150 in two accounts and wants 200; C3 has 50 and wants 100; C2 has 40 and wants nothing."""
    account = {"number": "1", "nature": "basic", "currency": "CNY", "bank": "ours", "status": "normal"}
    write(
        branch,
        ("accounts", "A1", account | {"customer": "C1", "number": "11", "balance": 120 * WAN, "year_avg": 100 * WAN}),
        ("accounts", "A2", account | {"customer": "C1", "number": "12", "balance": 30 * WAN}),
        ("accounts", "A3", account | {"customer": "C3", "number": "13", "balance": 50 * WAN}),
        ("accounts", "A4", account | {"customer": "C2", "number": "14", "balance": 40 * WAN}),
        ("plan_targets", "X1", {"plan": "P1", "target": "deposit_end", "goal": 200 * WAN}),
        ("plan_targets", "X3", {"plan": "P3", "target": "deposit_end", "goal": 100 * WAN}),
    )


def lines(found: Board, keys: tuple[str, ...], columns: list[str]) -> dict[Any, dict[str, float]]:
    wanted = sums.figures(found.look, found.actor, "customers", keys)
    table = sums.by(found.rows("customers", wanted), wanted, columns)
    return {(row[columns[0]] if len(columns) == 1 else tuple(row[c] for c in columns)): dict(row) for _, row in table.iterrows()}


@pytest.mark.parametrize("staff", LEADING)
@pytest.mark.parametrize("key", sorted(STANDINGS))
def test_every_number_of_the_heat_map_is_as_long_as_its_list_and_the_branch_is_the_sum_of_its_people(
    branch: Branch, staff: str, key: str
) -> None:
    scan.run(branch, NOW)
    found, standing = board(branch, staff), STANDINGS[key]
    heat, count = found.heat(standing), found.count(standing)
    assert heat.counted.sum() == count.counted == len(found.behind(standing))
    for row, person in enumerate(heat.people):
        for column, kind in enumerate(heat.kinds):
            rows = found.behind(standing, person, "area", kind)
            assert len(rows) == heat.counted[row, column]
            by_rule = found.heat(standing, "rule", kind)
            place = by_rule.people.index(person) if person in by_rule.people else None
            assert (by_rule.counted[place].sum() if place is not None else 0) == len(rows)
        assert len(found.behind(standing, person)) == heat.counted[row].sum()
    assert found.dues["key"].is_unique
    assert heat.table.shape == (len(heat.people) + 1, len(heat.kinds) + 1)


def test_nobody_sees_more_than_they_answer_for(branch: Branch) -> None:
    scan.run(branch, NOW)
    seen = {staff: set(board(branch, staff).dues["customer"]) - {""} for staff in ("CM1", "TL1", "BL1", "BL2", "VW1")}
    assert seen["CM1"] <= {"C1", "C2", "C4"}
    assert "C3" in seen["TL1"]
    assert "C5" not in seen["TL1"]
    assert seen["BL2"] <= {"C5"}
    assert seen["VW1"] >= seen["BL1"] | seen["BL2"]


def test_a_due_whose_owner_has_left_stays_in_their_row(branch: Branch) -> None:
    """What they owed about their customers is still owed; the reviews they wrote for themselves are nobody's any more."""

    def of_customers() -> set[str]:
        rows = board(branch).behind(STANDINGS["overdue"])
        return set(rows.loc[rows["customer"] == "C3", "key"])

    before = of_customers()
    write(branch, ("staff", "CM2", {"status": "left"}))
    found = board(branch)
    heat = found.heat(STANDINGS["overdue"])
    assert "CM2" in heat.people
    assert all("TL1" in one for one in found.behind(STANDINGS["overdue"], "CM2")["person"])  # to whom it has gone up
    assert of_customers() == before


def test_customers_of_nobody_are_a_row_of_their_own_and_are_counted(branch: Branch) -> None:
    money(branch)
    whole = sums.whole(board(branch, "VW1").rows("customers", of(board(branch, "VW1"), MONEY)), of(board(branch, "VW1"), MONEY))
    branch.store.write([Edit("customers", "C3", branch.store.row("customers", "C3"), {"owner": None})], "system", "terminal", NOW)
    found = lines(board(branch, "VW1"), MONEY, ["whose"])
    assert found[""]["deposit_now"] == 50 * WAN
    assert sum(one["deposit_now"] for one in found.values()) == whole["deposit_now"] == 240 * WAN
    assert "" in set(board(branch, "VW1").rows("customers", [])["whose"])


def of(found: Board, keys: tuple[str, ...]) -> list[figure.Figure]:
    return sums.figures(found.look, found.actor, "customers", keys)


def test_deposits_against_the_plan_by_manager_team_and_branch(branch: Branch) -> None:
    money(branch)
    found = board(branch)
    people, teams = lines(found, MONEY, ["whose"]), lines(found, MONEY, ["team", "whose"])
    assert (people["CM1"]["deposit_now"], people["CM1"]["deposit_reach"]) == (190 * WAN, 150 / 200 * FULL)
    assert (people["CM2"]["deposit_now"], people["CM2"]["deposit_reach"]) == (50 * WAN, 50 / 100 * FULL)
    assert teams["T1", "CM1"]["deposit_now"] == 190 * WAN
    every = sums.whole(found.rows("customers", of(found, MONEY)), of(found, MONEY))
    assert (every["deposit_now"], every["deposit_reach"], every["deposit_reach.counted"]) == (240 * WAN, 200 / 300 * FULL, 2)
    assert np.isnan(people["CM1"]["fee_reach"])  # no plan speaks of fees


@pytest.mark.parametrize("key", [*MONEY, *MISSING, "deposit_share", "loan_share", "settlement_share", "penetration", "completeness"])
def test_a_sum_is_the_figure_of_its_rows(branch: Branch, key: str) -> None:
    """The same number that a rule compares and a customer's page shows, whichever way the rows are put together."""
    money(branch)
    found, one = board(branch, "VW1"), of(board(branch, "VW1"), (key,))
    rows = found.rows("customers", one)
    for _, line in sums.by(rows, one, ["whose"]).iterrows():
        mine = rows.loc[rows["whose"] == line["whose"], "id"]
        total = figure.total(found.look.ledgers, one[0], list(mine))
        assert line[f"{key}.counted"] == total.counted
        np.testing.assert_allclose(line[key], total.value, equal_nan=True)


def test_what_customers_lack_is_listed_one_by_one(branch: Branch) -> None:
    """C2 loses its plan and its rating; everybody was visited a month ago, and nobody is in a review."""
    branch.store.write([Edit("plans", "P2", branch.store.row("plans", "P2"), None)], "system", "terminal", NOW)
    branch.store.write([Edit("ratings", "R2", branch.store.row("ratings", "R2"), None)], "system", "terminal", NOW)
    found = board(branch)
    rows = found.rows("customers", of(found, MISSING))
    lists = {one.key: set(sums.behind(rows, one)["id"]) for one in of(found, MISSING)}
    assert lists["plan_missing"] == {"C2"}
    assert lists["rating_missing"] == {"C2"}
    assert lists["visit_missing"] == set()
    assert lists["review_missing"] == {"C1", "C2", "C3", "C4"}


def test_a_credit_officer_is_shown_no_deposits(branch: Branch) -> None:
    look, officer = branch.look(NOW), who(branch, "CR1")
    assert [one.key for one in sums.figures(look, officer, "customers", MONEY)] == ["loan_now"]


def test_filters_take_a_team_a_person_and_a_tier(branch: Branch) -> None:
    found = board(branch, "VW1", Filter(person="CM2"))
    assert set(found.dues["whose"]) == {"CM2"}
    assert set(found.rows("customers", []).get("id")) == {"C3"}
    assert board(branch, "VW1", Filter(team="T2")).heat(STANDINGS["overdue"]).people <= ("CM3", "TL2")
    assert board(branch, "VW1", Filter(tier="prospect")).dues.empty


def test_papers_stand_in_the_month_they_run_out_and_only_those_in_force(branch: Branch) -> None:
    found = papers.papers(board(branch))
    mine = found[found["row"].isin(("R2", "L2", "J2"))].set_index("table")
    assert dict(mine["bucket"]) == {
        "ratings": f"{TODAY + timedelta(days=70):%Y-%m}", "credit_lines": f"{TODAY + timedelta(days=65):%Y-%m}",
        "loans": f"{TODAY + timedelta(days=20):%Y-%m}",
    }  # fmt: skip
    assert (mine.loc["credit_lines", "amount"], mine.loc["loans", "amount"]) == (5_000_000_000, 800_000_000)
    newer = dict(branch.store.row("ratings", "R2") or {}) | {"effective_on": TODAY, "expires_on": TODAY + timedelta(days=300)}
    branch.store.write([Edit("ratings", "R9", None, {k: v for k, v in newer.items() if k != "id"})], "system", "terminal", NOW)
    assert "R2" not in set(papers.papers(board(branch))["row"])


def test_what_is_ahead_is_counted_by_month_and_listed(branch: Branch) -> None:
    found = board(branch)
    for _, line in found.monthly().iterrows():
        assert len(found.in_month(f"{line['month']:%Y-%m}", line["area"])) == line["count"]
    assert found.monthly()["count"].sum() == len(found.in_month(ALL))
    assert (found.monthly()["month"].dt.date >= TODAY.replace(day=1)).all()


def test_an_escalation_stands_in_the_week_in_which_somebody_above_was_told(branch: Branch) -> None:
    scan.run(branch, NOW)
    weeks = board(branch).weekly()
    assert list(weeks["end"].dt.date)[-1] == TODAY + timedelta(days=6 - TODAY.weekday())
    assert weeks["escalated"].sum() > 0
    assert weeks["overdue"].iloc[-1] == board(branch).count(STANDINGS["overdue"]).counted


def test_a_past_day_is_counted_as_it_stood_within_the_scope_of_today(branch: Branch) -> None:
    money(branch)
    past = as_of(branch, branch.look(NOW + timedelta(days=2)), TODAY)
    write(branch, ("accounts", "A1", {"balance": 999 * WAN}))
    now = branch.look(NOW + timedelta(days=2))
    found = Board(past.look, now, who(branch, "BL1"), Filter(), span("year", past.look.today))
    assert sums.whole(found.rows("customers", of(found, MONEY)), of(found, MONEY))["deposit_now"] == 240 * WAN
    other = Board(past.look, now, who(branch, "BL2"), Filter(), span("year", past.look.today))
    assert not set(other.dues["customer"]) & {"C1", "C2", "C3", "C4"}


def test_periods_end_today() -> None:
    day = date(2026, 11, 26)
    found = {name: (str(span(name, day).since), str(span(name, day).until)) for name in SPANS}
    assert found == {
        "month": ("2026-11-01", "2026-11-26"), "quarter": ("2026-10-01", "2026-11-26"), "year": ("2026-01-01", "2026-11-26"),
        "last_month": ("2026-10-01", "2026-10-31"), "last_quarter": ("2026-07-01", "2026-09-30"),
    }  # fmt: skip


def test_each_number_of_a_week_is_as_long_as_its_list(branch: Branch) -> None:
    scan.run(branch, NOW)
    found = board(branch)
    for _, week in found.weekly().iterrows():
        end = week["end"].date()
        assert len(found.in_week(end, "overdue")) == week["overdue"]
        assert len(found.in_week(end, "escalated")) == week["escalated"]
        assert len(found.in_week(end, "share")) == week["fell"]


@pytest.mark.parametrize(
    ("top", "bottom", "said"), [(2499, 2500, "99.9%"), (996, 1000, "99.6%"), (5, 5, "100.0%"), (0, 3, "0.0%"), (1, 3, "33.3%")]
)
def test_a_share_that_is_not_all_never_reads_as_all(top: int, bottom: int, said: str) -> None:
    assert written.share(top * FULL / bottom) == said
    assert f"{float(written.percent(top * FULL / bottom)):.1f}%" == said
