"""From each due of the shipped scheme one click leads to its act: a stamp, a form of a few fields, or the page of the work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from branch import hints, next_step, people, sample
from branch.branch import Branch
from branch.look import Look
from branch.next_step import Act
from branch.people import Actor
from rules import rulebook
from rules.states import UNMET
from sheets.numbers import placeholder
from sheets.schema import Column, Edit

NOW = datetime(2026, 11, 23, 9, 0)
TODAY = NOW.date()
RULES = [row["id"] for row in rulebook.shipped()]
PAGES = {path.name for path in (Path(__file__).parents[2] / "pages").glob("*.py")}
# Dues in which the person waits for a colleague's step first, or which go up to whoever may sign the amount.
WAITS = {"R25r", "R29r"}
# What has a page of its own, with fields and grids that no short form holds.
ON_PAGES = {
    **dict.fromkeys(("R11", "R12", "R13", "R14", "R15", "R16", "R22"), "visits.py"),
    **dict.fromkeys(("R03", "R04", "R41"), "plans.py"),
    **dict.fromkeys(("R21f", "R21u", "R23", "R24"), "opportunities.py"),
    **dict.fromkeys(("R01", "R28m"), "customer.py"),
    **dict.fromkeys(("R25a", "R28", "R29a", "R30e"), "ledgers.py"),  # soft, or ended by a row that the credit officer makes
}
STAMPS = {
    *("R10", "R10p", "R20", "R21r", "R23s", "R24r", "R25s", "R27", "R29s", "R30", "R31", "R31m", "R32", "R32r", "R33t", "R33r"),
    *("R34m", "R38x"),
}  # fmt: skip
NEVER = {"R24r"}  # the sample has none of its rows


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    made = sample.make(tmp_path_factory.mktemp("acts") / "home", NOW, 60)
    made.store.write(planted(made), "system", "terminal", NOW)
    yield made
    made.store.close()


def planted(made: Branch) -> list[Edit]:
    """What the sample has no open due of: a thin record, an interest day without its result, a finding, a fixed asset payment."""
    loans = made.book().frame("loans")
    loan = loans[loans["balance"].fillna(0) > 0].iloc[0]
    owner = made.book().frame("customers").set_index("id").loc[loan["customer"], "owner"]
    mine = {"customer": loan["customer"]}
    check = {"loan": loan["id"], "checked_on": TODAY - timedelta(days=6), "interest_due": 2_000_000}
    pays = {**mine, "pays_on": TODAY + timedelta(days=1), "payee": "示例公司", "payee_kind": "company", "purpose": "货款", "evidence": True}
    payment = {**pays, "amount": 600_000_000, "funds": "loan", "loan": "J-FIXED", "pay_mode": "self"}
    fixed = {**mine, "product": "fixed_asset", "drawn_on": TODAY - timedelta(days=5), "matures_on": TODAY + timedelta(days=900),
             "amount": 900_000_000, "balance": 900_000_000, "rate": 34_500, "risk_class": "normal"}  # fmt: skip
    finding = {"loan": loan["id"], "kind": "regular", "checked_on": TODAY - timedelta(days=9), "problem": "凭证不全",
               "mend_by": TODAY + timedelta(days=3)}  # fmt: skip
    thin = {**mine, "kind": "routine", "mode": "onsite", "visited_on": TODAY - timedelta(days=3), "participants": owner}
    planned = {**thin, "visited_on": None, "planned_on": TODAY + timedelta(days=1), "recorded_by": owner}
    diary = made.book().frame("diary")
    silent = diary.loc[(diary["staff"] == owner) & (diary["on"] == pd.Timestamp(2026, 11, 20)), "id"]
    return [
        *(Edit("diary", str(row), {}, None) for row in silent),
        Edit("visits", "V-THIN", None, {**thin, "recorded_by": owner}),
        Edit("visits", "V-COMING", None, planned),
        Edit("visits", "V-OLD", None, {**planned, "planned_on": TODAY - timedelta(days=4)}),
        Edit("interest_checks", "K-LATE", None, {**check, "interest_on": TODAY - timedelta(days=3), "balance": 9_000_000}),
        Edit("interest_checks", "K-SHORT", None, {**check, "interest_on": TODAY + timedelta(days=3), "balance": 1_000_000}),
        Edit("loans", "J-FIXED", None, fixed),
        Edit("loans", "J-NORMAL", None, {**fixed, "product": "project", "drawn_on": TODAY - timedelta(days=200)}),
        Edit("loans", "J-WATCH", None, {**fixed, "product": "project", "drawn_on": TODAY - timedelta(days=200), "risk_class": "watch"}),
        Edit("payments", "Z-FIXED", None, payment),
        Edit("loans", "J-SHORT", None, {**fixed, "product": "working_capital"}),
        Edit("payments", "Z-SHORT", None, {**payment, "pays_on": TODAY + timedelta(days=3), "amount": 1_500_000_000, "loan": "J-SHORT"}),
        Edit("payments", "Z-MORE", None, {**payment, "pays_on": TODAY + timedelta(days=7)}),
        Edit("payments", "Z-SMALL", None, {**pays, "pays_on": TODAY + timedelta(days=2), "amount": 300_000_000, "funds": "own"}),
        Edit("fund_checks", "D-FOUND", None, finding),
        Edit("problems", "W-NEW", None, {**mine, "raised_on": TODAY, "area": "loan", "content": "放款慢", "owner": owner}),
        Edit("opportunities", "O-UP", None, {**mine, "name": "并购", "channel": "visit", "block": "asset", "product": "并购贷款",
             "amount": 1_000_000_000, "stage": "created", "created_at": NOW - timedelta(days=1), "created_by": owner,
             "submitted_at": NOW - timedelta(hours=20), "upreport": True, "reported_at": NOW - timedelta(hours=2)}),
    ]  # fmt: skip


def who(look: Look, staff: str) -> Actor:
    found = people.actor(look.book, staff, TODAY)
    assert found is not None
    return found


def owing(look: Look, rule: str) -> list[tuple[pd.Series, Actor]]:
    """Each open due of a rule with those who owe it; of one that has none open, those that were met, with whose they were.
    Planned visits of the sample that name nobody are left out."""
    found = look.dues[look.dues["rule"] == rule]
    found = found[~((found["table"] == "visits") & (found["owner"] == ""))]
    if (unmet := found["state"].isin(UNMET)).any():
        to = look.recipients[look.recipients["owes"] & (look.recipients["person"] != "")]
        pairs = found[unmet].merge(to[["key", "person"]], on="key").head(24)
        return [(row, who(look, str(row["person"]))) for _, row in pairs.iterrows()]
    ask = look.people.recipient
    return [
        (row, who(look, ask(str(row["roles"]).split(";")[0], str(row["customer"]), str(row["owner"]), str(row["officer"])).person))
        for _, row in found.head(1).iterrows()
    ]


def first(look: Look, rule: str, used: frozenset[tuple[str, str]] = frozenset()) -> tuple[pd.Series, Actor, Act]:
    """`used`: rows that somebody is changing already."""
    for due, actor in owing(look, rule):
        act = next_step.act(look, due, actor, "zh")
        if act is not None and not (act.page == "ledgers.py" and rule not in ON_PAGES) and (act.table, act.row or "-") not in used:
            return due, actor, act
    pytest.fail(f"no due of {rule} leads anywhere")


@pytest.fixture(scope="module")
def look(branch: Branch) -> Look:
    return branch.look(NOW)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule not in WAITS])
def test_whoever_owes_it_is_led_to_its_act(look: Look, rule: str) -> None:
    if not owing(look, rule):
        assert rule in NEVER
        return
    due, actor, act = first(look, rule)
    if rule in ON_PAGES:
        assert act.page == ON_PAGES[rule]
    elif rule in STAMPS:
        assert (act.page, act.column, act.row) == ("", look.rule(rule).done.split("|")[0], str(due["row"]))  # type: ignore[union-attr]
    else:
        assert act.page == "act.py"
        assert act.query == {"due": due["key"]}
        assert 0 < len(act.asks) <= 8
        assert next_step.access.may(actor, act.table, "write")
    assert act.page in PAGES | {""}
    assert "act." not in act.label


@pytest.mark.parametrize("rule", sorted(WAITS))
def test_whoever_waits_for_a_colleague_is_told_for_what(look: Look, rule: str) -> None:
    due, actor = owing(look, rule)[0]
    assert next_step.act(look, due, actor, "zh") is None
    assert next_step.waits(look, due, actor, "zh") == "提示书实发日"


def test_a_president_and_an_administrator_are_led_nowhere(look: Look) -> None:
    firsts = look.dues[look.dues["state"].isin(UNMET)].drop_duplicates("rule")
    for staff in ("80001", "89001"):
        actor = who(look, staff)
        assert [one["key"] for _, one in firsts.iterrows() if next_step.act(look, one, actor, "zh")] == []


def test_a_review_knows_whose_it_is_and_of_which_period(look: Look) -> None:
    _, actor, act = first(look, "R06")
    assert dict(act.said) == {"owner": actor.staff, "period": "2026Q4", "level": "quarter"}


def test_what_the_due_says_is_not_asked_again(look: Look) -> None:
    said = {rule: first(look, rule)[2].said for rule in ("R34", "R35q", "R36y", "R40o", "R24c")}
    assert set(said["R34"]) == {"loan", "interest_on"}
    assert set(said["R35q"]) == {"account", "customer", "period"}
    assert said["R36y"]["audited"] is True
    assert set(said["R40o"]) == {"customer"}
    assert set(said["R24c"]) == {"opportunity"}


def test_the_first_check_of_a_loan_begins_as_one(look: Look) -> None:
    assert first(look, "R38f")[2].start["kind"] == "first"
    assert first(look, "R38q")[2].start["kind"] == "regular"


def test_the_interest_to_come_is_said_as_a_hint_and_not_written(look: Look) -> None:
    due, _, act = first(look, "R34")
    assert "interest_due" in act.asks
    assert "interest_due" not in act.start
    assert "供参考" in hints.hint(look, due, act, "zh")
    assert hints.interest(800_000_000, 34_500, 30) == 2_300_000  # 800 万 at 3.45 % for 30 days


def test_a_rating_that_was_never_made_is_made_by_the_credit_officer(look: Look) -> None:
    due, actor = owing(look, "R28m")[0]
    act = next_step.act(look, due, who(look, "84001"), "zh")
    assert act is not None
    assert (act.table, act.row, dict(act.said)) == ("ratings", "", {"customer": due["customer"]})
    manager = next_step.act(look, due, actor, "zh")
    assert manager is not None
    assert manager.page == "customer.py"


def test_a_large_payment_is_signed_by_whoever_may_sign_its_amount(look: Look) -> None:
    due = look.dues[(look.dues["rule"] == "R37") & (look.dues["row"] == "Z-SMALL")].iloc[0]
    manager = who(look, str(look.people.recipient("customer_manager", str(due["customer"])).person))
    signed = next_step.act(look, due, manager, "zh")
    assert signed is not None
    assert (signed.asks, signed.signed) == (("decision", "opinion"), "signed_by")
    large = look.dues[(look.dues["rule"] == "R37o") & (look.dues["row"] == "Z-FIXED")]
    assert not large.empty
    opened = next_step.act(look, large.iloc[0], manager, "zh")
    assert opened is not None
    assert (opened.page, opened.signed) == ("ledgers.py", "")


def typed(column: Column, actor: Actor) -> Any:
    """What somebody would type into a field."""
    match column.kind:
        case "date":
            return TODAY + timedelta(days=300) if not column.fact else TODAY
        case "choice":
            return column.choices[-1 if column.key == "status" else 0].code
        case "yesno":
            return True
        case "money":
            return 5_000_000_000
        case "staff":
            return actor.staff if column.key != "discussed_with" else "81001"
        case _:
            return "已办妥"


def done(look: Look, act: Act, actor: Actor) -> Edit:
    """The save of the form with its fields filled in, or the stamp."""
    if not act.page:
        return next_step.edit(look, act, actor, NOW)
    table = look.tables[act.table]
    needed = {key: typed(table[key], actor) for key in act.asks if table[key].required or key in act.must}
    if act.table == "visits":
        needed |= {key: typed(table[key], actor) for key in act.asks if table[key].kind in {"text", "long"}}
        needed |= {"preparation": "财务\n资金\n投资"} if "preparation" in act.asks else {"purposes": "relation"}
    values = {**needed, **act.start, **({act.signed: actor.staff} if act.signed else {})}
    if act.row:
        there = {key: look.ledgers.cell(act.table, act.row, key) for key in values}
        return Edit(act.table, act.row, {k: None if pd.isna(v) else v for k, v in there.items()}, values)
    return Edit(act.table, placeholder(), None, {**values, **act.said})


def test_done_from_its_form_each_of_them_is_gone(branch: Branch) -> None:
    """All of them are saved as their people save them; then one look: none of these dues is open any more."""
    look = branch.look(NOW)
    keys, used = set[str](), set[tuple[str, str]]()
    for rule in RULES:
        if rule in WAITS | set(ON_PAGES) | NEVER or not (look.dues["state"].isin(UNMET) & (look.dues["rule"] == rule)).any():
            continue
        due, actor, act = first(look, rule, frozenset(used))
        branch.write([done(look, act, actor)], actor, "portal", NOW)
        keys.add(str(due["key"]))
        used.add((act.table, act.row))
    left = branch.look(NOW).dues
    assert len(keys) > 35
    assert set(left.loc[left["state"].isin(UNMET), "key"]) & keys == set()


def test_a_return_is_noted_in_the_record_that_its_reminder_made(branch: Branch) -> None:
    """R35: one row an account and period, opened again and not made twice."""
    due, manager, act = first(branch.look(NOW), "R35qr")
    assert act.row == ""
    branch.write([Edit("reconciliations", placeholder(), None, {**act.said, "reminded_on": TODAY})], manager, "portal", NOW)
    rows = branch.book().frame("reconciliations")
    [kept] = rows.loc[(rows["account"] == due["row"]) & (rows["period"] == due["occurrence"]), "id"]
    again = next_step.act(branch.look(NOW), due, manager, "zh")
    assert again is not None
    assert (again.row, again.asks[:2], again.start["returned_on"]) == (kept, ("returned_on", "result"), TODAY)
