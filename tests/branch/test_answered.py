"""What an answer to an alert does: a promise stops repeats, new facts wake, a waiver is shown with its reason and taken back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from branch import access, answered, responses
from branch.branch import Branch
from branch.opening import open_branch
from jobs import scan
from sheets.schema import Edit
from tests.branch.rooms import NOW, TODAY, who

LATER = NOW + timedelta(hours=1)
LEADERS = frozenset({"BL1", "BL2"})


@pytest.fixture(scope="module")
def scanned(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """After a scan: every step reached is an alert, told at 09:00."""
    home = Path(shutil.copytree(built, tmp_path_factory.mktemp("scanned") / "home"))
    opened = open_branch(home)
    scan.run(opened, NOW, yes=True)
    opened.store.close()
    return home


@pytest.fixture
def told(scanned: Path, tmp_path: Path) -> Iterator[Branch]:
    opened = open_branch(Path(shutil.copytree(scanned, tmp_path / "told")))
    yield opened
    opened.store.close()


def alert_of(branch: Branch, rule: str, staff: str, row: str = "") -> dict[str, Any]:
    alerts = branch.look(LATER).book.frame("alerts")
    mine = alerts[(alerts["rule"] == rule) & (alerts["staff"].astype(str) == staff) & (alerts["state"].astype(str) == "told")]
    mine = mine[mine["row"] == row] if row else mine
    return {str(key): value for key, value in mine.iloc[0].items()}


def quiet(branch: Branch, due_key: str, staff: str, now: datetime) -> bool:
    found = branch.look(now).work()
    mine = found[(found["key"] == due_key) & (found["person"] == staff)]
    return bool(mine["quiet"].all()) and len(mine) > 0


def answer(branch: Branch, staff: str, alert: dict[str, Any], act: str, now: datetime = LATER, **values: Any) -> bool:
    return responses.answer(branch, who(branch, staff), str(alert["id"]), act, values, now)


def test_a_promise_stops_the_daily_repeats_until_it_passes(told: Branch) -> None:
    """R28, a rating that has expired, is told anew every working day."""
    alert = alert_of(told, "R28", "CM1")
    answer(told, "CM1", alert, "acknowledge", promised_on=TODAY + timedelta(days=2))
    for days, silent in ((1, True), (2, True), (3, False)):
        now = NOW + timedelta(days=days)
        assert quiet(told, str(alert["due_key"]), "CM1", now) is silent, days
        assert not quiet(told, str(alert["due_key"]), "TL1", now)  # of another person it stops nothing


def test_seen_without_a_promise_is_told_again_the_next_day(told: Branch) -> None:
    alert = alert_of(told, "R28", "CM1")
    answer(told, "CM1", alert, "acknowledge")
    assert quiet(told, str(alert["due_key"]), "CM1", LATER)
    assert not quiet(told, str(alert["due_key"]), "CM1", NOW + timedelta(days=1))


def test_a_promise_after_the_due_day_is_taken_said_and_moves_nothing(told: Branch) -> None:
    alert = alert_of(told, "R33r", "CM1", "J1")  # due 27 November
    before = told.look(LATER).dues.set_index("key").loc[alert["due_key"], "due"]
    assert not answer(told, "CM1", alert, "acknowledge", promised_on=before.date())
    assert answer(told, "CM1", alert, "acknowledge", promised_on=before.date() + timedelta(days=1))
    assert told.look(LATER).dues.set_index("key").loc[alert["due_key"], "due"] == before
    assert [one.past_due for one in answered.answers(told.look(LATER).book, str(alert["due_key"]))].count(True) == 1


@pytest.mark.parametrize(
    ("until", "code"),
    [(date(2026, 11, 27), "answer.until"), (date(2026, 11, 23), "answer.until"), (None, "answer.until")],
    ids=["the due day itself", "today", "no day"],
)
def test_put_off_ends_before_the_due_day(told: Branch, until: date | None, code: str) -> None:
    alert = alert_of(told, "R33r", "CM1", "J1")
    with pytest.raises(responses.AnswerRefused) as refused:
        answer(told, "CM1", alert, "snooze", until=until, reason="等客户答复")
    assert refused.value.code == code


def test_what_is_overdue_is_not_put_off(told: Branch) -> None:
    with pytest.raises(responses.AnswerRefused) as refused:
        answer(told, "CM1", alert_of(told, "R32", "CM1", "J1"), "snooze", until=date(2026, 12, 1), reason="等客户答复")
    assert refused.value.code == "answer.overdue"


@pytest.mark.parametrize(
    ("staff", "table", "row", "change", "wakes"),
    [
        ("CR1", "loans", "J1", {"balance": (800_000_000, 700_000_000)}, True),
        ("CM1", "loans", "J1", {"note": (None, "已与客户约定")}, False),  # what they wrote themselves is no news to them
        ("CR1", "loans", "J2", {"balance": (800_000_000, 700_000_000)}, False),  # another loan
        ("CR1", "loans", "J1", {"note": (None, "已与信贷经理约定")}, False),  # no rule goes by a note
        ("CR1", "loans", "J1", {"matures_on": (date(2026, 12, 13), date(2026, 12, 12))}, True),  # what it counts from
        ("CR1", "loans", "J1", {"maturity_plan": (None, "renew")}, True),  # what a condition asks for
        ("CR1", "loans", "J1", {"note": (None, "改期"), "matures_on": (date(2026, 12, 13), date(2026, 12, 12))}, True),
    ],
    ids=[
        "somebody else changed the loan",
        "they changed it themselves",
        "another loan was changed",
        "a note",
        "its date",
        "a condition's column",
        "a note and its date in one save",
    ],
)
def test_new_facts_wake_what_was_put_off(
    told: Branch, staff: str, table: str, row: str, change: dict[str, tuple[Any, Any]], wakes: bool
) -> None:
    alert = alert_of(told, "R33r", "CM1", "J1")
    answer(told, "CM1", alert, "snooze", until=date(2026, 11, 26), reason="等客户答复")
    assert quiet(told, str(alert["due_key"]), "CM1", LATER + timedelta(minutes=1))
    edit = Edit(table, row, {key: was for key, (was, _) in change.items()}, {key: now for key, (_, now) in change.items()})
    told.store.write([edit], staff, "portal", LATER + timedelta(minutes=5))
    assert quiet(told, str(alert["due_key"]), "CM1", LATER + timedelta(minutes=10)) is not wakes


@pytest.mark.parametrize(
    ("staff", "table", "values", "wakes"),
    [
        ("TL1", "visits", {"customer": "of the due"}, True),
        ("CM1", "visits", {"customer": "of the due"}, False),
        ("TL1", "visits", {"customer": "C5"}, False),
        ("TL1", "customers", {"note": "改了档案"}, False),
        ("TL1", "diary", {}, False),
    ],
    ids=["a colleague plans a visit", "they plan it themselves", "another customer's visit", "a note in the file", "another ledger"],
)
def test_what_ends_by_a_visit_is_woken_by_a_visit(told: Branch, staff: str, table: str, values: dict[str, Any], wakes: bool) -> None:
    """A cadence: customers are visited; who promised a visit hears of it again when a colleague writes one down."""
    alerts = told.look(LATER).book.frame("alerts")
    cadences = [rule.id for rule in told.look(LATER).rules if rule.event == "visits" and rule.link == "customer"]
    mine = alerts[alerts["rule"].isin(cadences) & (alerts["staff"].astype(str) == "CM1") & (alerts["state"].astype(str) == "told")]
    alert = mine.iloc[0].to_dict()
    answer(told, "CM1", alert, "acknowledge", promised_on=TODAY + timedelta(days=2))
    key = str(alert["due_key"])
    assert quiet(told, key, "CM1", LATER + timedelta(minutes=1))
    customer = str(alert["row"])
    if table == "customers":
        edit = Edit(table, customer, {"note": told.store.row(table, customer)["note"]}, values)  # type: ignore[index]
    else:
        named = {"customer": customer if values.get("customer") == "of the due" else values["customer"]} if values else {}
        edit = Edit(table, "NEW1", None, {**named, **({"planned_on": TODAY} if table == "visits" else {"staff": "CM1", "on": TODAY})})
    told.store.write([edit], staff, "portal", LATER + timedelta(minutes=5))
    assert quiet(told, key, "CM1", LATER + timedelta(minutes=10)) is not wakes


@pytest.mark.parametrize(
    ("rule", "staff", "change", "wakes"),
    [
        ("R11", "TL1", {"status": "dormant"}, True),  # a condition asks for it
        ("R11", "TL1", {"assigned_on": date(2026, 10, 12)}, True),  # from when it is owed
        ("R11", "TL1", {"owner": "CM2"}, True),  # whose it is
        ("R11", "TL1", {"team": "T2"}, True),  # to whom it climbs
        ("R11", "TL1", {"credit_officer": "CR2"}, False),  # who owes nothing of it
        ("R11", "TL1", {"tier": "normal"}, False),  # customers of every tier are visited
        ("R43", "TL1", {"tier": "quality"}, True),  # a plan of cash is owed by two tiers
        ("R11", "TL1", {"address": "新地址"}, False),
        ("R11", "CM1", {"assigned_on": date(2026, 10, 12)}, False),  # what they wrote themselves is no news to them
        ("R36q", "TL1", {"flags": "credit"}, True),
        ("R01y", "TL1", {"next_update_on": date(2026, 12, 1)}, True),  # ended by the file itself
        ("R01y", "TL1", {"tier": "normal"}, False),
    ],
    ids=lambda one: f"{next(iter(one))}" if isinstance(one, dict) else None,
)
def test_the_customers_file_wakes_by_what_the_rule_reads_of_it_whichever_ledger_ends_the_due(
    told: Branch, rule: str, staff: str, change: dict[str, Any], wakes: bool
) -> None:
    """Visits, plans of cash and statements end what the file owes, and still it is the file that owes it."""
    key = f"{rule}|C1|once"
    snooze = {"due_key": key, "act": "snooze", "staff": "CM1", "at": LATER, "until": TODAY + timedelta(days=2), "reason": "等客户答复"}
    told.store.write([Edit("responses", "A1", None, snooze)], "CM1", "portal", LATER)
    was = told.store.row("customers", "C1")
    assert was is not None
    assert all(was[column] != value for column, value in change.items()), "a change"
    edit = Edit("customers", "C1", {column: was[column] for column in change}, change)
    told.store.write([edit], staff, "portal", LATER + timedelta(minutes=5))
    assert (key not in set(told.look(LATER + timedelta(minutes=10)).answers["due_key"])) is wakes


def test_who_put_off_a_visit_hears_of_it_again_when_the_file_says_from_when_it_is_owed(told: Branch) -> None:
    alert = alert_of(told, "R11", "CM1")
    answer(told, "CM1", alert, "acknowledge", promised_on=TODAY + timedelta(days=2))
    key, customer = str(alert["due_key"]), str(alert["row"])
    file = told.store.row("customers", customer)
    assert file is not None
    told.store.write(
        [Edit("customers", customer, {"status": file["status"]}, {"status": "dormant"})], "TL1", "portal", LATER + timedelta(minutes=5)
    )
    assert key in set(told.look(LATER + timedelta(minutes=10)).dues["key"])
    assert not quiet(told, key, "CM1", LATER + timedelta(minutes=10))


def test_a_visit_that_is_taken_away_wakes_too(told: Branch) -> None:
    alerts, visits = (told.look(LATER).book.frame(name) for name in ("alerts", "visits"))
    cadences = [rule.id for rule in told.look(LATER).rules if rule.event == "visits" and rule.link == "customer"]
    mine = alerts[alerts["rule"].isin(cadences) & (alerts["staff"].astype(str) == "CM1") & (alerts["state"].astype(str) == "told")]
    alert = next(one for one in mine.to_dict("records") if one["row"] in set(visits["customer"].astype(str)))
    answer(told, "CM1", alert, "acknowledge", promised_on=TODAY + timedelta(days=2))
    gone = str(visits.loc[visits["customer"].astype(str) == alert["row"], "id"].iloc[0])
    told.store.write([Edit("visits", gone, {}, None)], "TL1", "portal", LATER + timedelta(minutes=5))
    left = told.look(LATER + timedelta(minutes=10)).answers
    assert str(alert["due_key"]) not in set(left["due_key"])


def test_whoever_put_it_off_takes_that_back(told: Branch) -> None:
    alert = alert_of(told, "R33r", "CM1", "J1")
    answer(told, "CM1", alert, "snooze", until=date(2026, 11, 26), reason="等客户答复")
    key = str(alert["due_key"])
    assert answered.put_off(told.look(LATER).book, key, "CM1", TODAY) == date(2026, 11, 26)
    answer(told, "CM1", alert, "wake", LATER + timedelta(minutes=1))
    assert answered.put_off(told.look(LATER + timedelta(minutes=2)).book, key, "CM1", TODAY) is None
    assert not quiet(told, key, "CM1", LATER + timedelta(minutes=2))


def test_a_waiver_needs_a_leader_and_a_reason_is_shown_and_is_taken_back(told: Branch) -> None:
    alert = alert_of(told, "R33r", "CM1", "J1")
    key = str(alert["due_key"])
    with pytest.raises(access.Denied):
        answer(told, "CM1", alert, "waive", reason="客户不续")
    with pytest.raises(responses.AnswerRefused):
        answer(told, "BL1", alert, "waive", reason=" ")
    answer(told, "BL1", alert, "waive", reason="客户不续")
    look = told.look(LATER + timedelta(minutes=1))
    said = answered.waiver(look.book, key, LEADERS)
    assert said is not None
    assert (said.staff, said.reason) == ("BL1", "客户不续")
    assert key in set(look.of(who(told, "CM1")).waived["key"])
    assert key not in set(look.of(who(told, "CM3")).waived["key"])
    answer(told, "BL1", alert, "wake", LATER + timedelta(minutes=2))
    look = told.look(LATER + timedelta(minutes=3))
    assert answered.waiver(look.book, key, LEADERS) is None
    assert key in set(look.of(who(told, "CM1")).dues["key"])


@pytest.mark.parametrize(
    ("promised", "done", "now", "became"),
    [
        ("2026-11-25", "2026-11-25", "2026-11-27", "kept"),
        ("2026-11-25", "2026-11-26", "2026-11-27", "late"),
        ("2026-11-25", None, "2026-11-26", "broken"),
        ("2026-11-25", None, "2026-11-25", "open"),
        (None, "2026-11-25", "2026-11-26", ""),
    ],
)
def test_a_promise_is_kept_by_its_day_or_not(promised: str | None, done: str | None, now: str, became: str) -> None:
    from sheets.book import of
    from sheets.tables import TABLES

    said = {"id": "A", "alert": "a", "due_key": "k", "act": "acknowledge", "staff": "CM1", "at": NOW}
    said["promised_on"] = promised and pd.Timestamp(promised)
    book = of(TABLES, {"responses": [said]})
    dues = pd.DataFrame({"key": ["k"], "state": ["met" if done else "planned"], "met_on": [pd.Timestamp(done) if done else pd.NaT]})
    alerts = pd.DataFrame({"due_key": ["k", "k"], "staff": ["CM1", "CM2"]}, index=[7, 9])
    found = answered.promises(book, alerts, dues, date.fromisoformat(now))
    assert found["promise"].tolist() == [became, ""]


def test_a_deputy_and_an_empty_office_are_flagged_on_the_due(branch: Branch) -> None:
    leave = {"staff": "CM3", "from_on": TODAY, "to_on": TODAY, "deputy": "CM1"}
    branch.store.write([Edit("leave", "L", None, leave)], "system", "terminal", NOW)
    branch.store.write([Edit("staff", "CM2", {"status": "active"}, {"status": "left"})], "system", "terminal", NOW)
    dues = branch.look(NOW).of(who(branch, "VW1")).dues
    theirs = dues[(dues["customer"] == "C5") & (dues["person"] == "CM1")]
    assert set(theirs["deputy_for"]) == {"CM3"}
    assert dues.loc[(dues["customer"] == "C3") & (dues["roles"] == "customer_manager") & (dues["person"] == "TL1"), "unresolved"].all()
    assert not dues.loc[(dues["customer"] == "C1") & (dues["person"] == "CM1"), "unresolved"].any()


@pytest.mark.parametrize(
    ("change", "wakes"),
    [({"analysis": "经营正常"}, False), ({"visited_on": TODAY}, True), ({"mode": "phone"}, True)],
    ids=["what was found", "the day of the visit", "how it was made"],
)
def test_a_visit_written_before_the_answer_wakes_it_only_by_what_the_rule_counts(told: Branch, change: dict[str, Any], wakes: bool) -> None:
    alerts = told.look(LATER).book.frame("alerts")
    mine = alerts[(alerts["rule"] == "R11") & (alerts["staff"].astype(str) == "CM1") & (alerts["state"].astype(str) == "told")]
    alert = mine.iloc[0].to_dict()
    key, first = str(alert["due_key"]), {"customer": str(alert["row"]), "planned_on": TODAY, "mode": "onsite"}
    told.store.write([Edit("visits", "NEW1", None, first)], "TL1", "portal", LATER)
    answer(told, "CM1", alert, "acknowledge", LATER + timedelta(minutes=1), promised_on=TODAY + timedelta(days=2))
    edit = Edit("visits", "NEW1", {column: first.get(column) for column in change}, change)
    told.store.write([edit], "TL1", "portal", LATER + timedelta(minutes=5))
    assert quiet(told, key, "CM1", LATER + timedelta(minutes=10)) is not wakes


def test_what_a_colleague_changed_wakes_though_they_have_edited_the_row_themselves_since(told: Branch) -> None:
    alert = alert_of(told, "R33r", "CM1", "J1")
    answer(told, "CM1", alert, "snooze", until=date(2026, 11, 26), reason="等客户答复")
    told.store.write(
        [Edit("loans", "J1", {"balance": 800_000_000}, {"balance": 700_000_000})], "CR1", "portal", LATER + timedelta(minutes=5)
    )
    told.store.write([Edit("loans", "J1", {"note": None}, {"note": "已知悉"})], "CM1", "portal", LATER + timedelta(minutes=6))
    assert not quiet(told, str(alert["due_key"]), "CM1", LATER + timedelta(minutes=10))


def test_the_record_is_asked_once_a_round_and_only_of_rows_that_were_touched(told: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    told.look(LATER)  # the store it opens with is exchanged once the dictionary is known
    asked: list[set[tuple[str, str]]] = []
    changed = told.store.changed
    monkeypatch.setattr(told.store, "changed", lambda rows, since, version: asked.append(set(rows)) or changed(rows, since, version))
    for rule, row in (("R33r", "J1"), ("R28", "")):
        answer(told, "CM1", alert_of(told, rule, "CM1", row), "acknowledge", promised_on=TODAY + timedelta(days=2))
    told.look(LATER).work()
    assert asked == [], "nothing was touched since"
    told.store.write([Edit("loans", "J1", {"note": None}, {"note": "已知悉"})], "CR1", "portal", LATER + timedelta(minutes=5))
    told.look(LATER + timedelta(minutes=10)).work()
    assert asked == [{("loans", "J1")}]


def test_the_file_and_what_ends_its_dues_are_asked_about_together(told: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    alert = alert_of(told, "R11", "CM1")
    customer = str(alert["row"])
    answer(told, "CM1", alert, "acknowledge", promised_on=TODAY + timedelta(days=2))
    file = told.store.row("customers", customer)
    assert file is not None
    asked: list[set[tuple[str, str]]] = []
    changed = told.store.changed
    monkeypatch.setattr(told.store, "changed", lambda rows, since, version: asked.append(set(rows)) or changed(rows, since, version))
    edits = [
        Edit("customers", customer, {"note": file["note"]}, {"note": "改了档案"}),
        Edit("visits", "NEW1", None, {"customer": customer, "planned_on": TODAY}),
    ]
    told.store.write(edits, "TL1", "portal", LATER + timedelta(minutes=5))
    told.look(LATER + timedelta(minutes=10)).work()
    assert asked == [{("customers", customer), ("visits", "NEW1")}]
