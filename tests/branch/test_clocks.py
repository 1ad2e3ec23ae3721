"""When something counts: what Huce writes down by itself, what people may type, and what writing later cannot undo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from branch import exchange, maintenance
from branch.branch import Branch
from branch.people import SYSTEM
from sheets import late
from sheets.schema import Edit
from tests.branch.rooms import NOW, TODAY, who
from tests.branch.saves import VISIT, refusal, row, saved
from texts import LANGS

BORN = datetime(2026, 11, 17, 10, 0)  # Tuesday of the week before
OPPORTUNITY: dict[str, Any] = {
    "name": "代发工资", "customer": "C1", "channel": "visit", "block": "fee", "product": "代发", "amount": 100_000_000, "stage": "created",
    "created_at": BORN, "created_by": "CM1",
}  # fmt: skip
Save = Callable[[Branch, str, str, dict[str, Any]], None]


def through_the_form(branch: Branch, table: str, key: str, cells: dict[str, Any]) -> None:
    there = branch.store.row(table, key)
    saved(branch, "CM1", Edit(table, key, dict.fromkeys(cells) if there else None, cells))


def through_a_file(branch: Branch, table: str, key: str, cells: dict[str, Any]) -> None:
    said = {name: value.isoformat(" ") if isinstance(value, datetime) else str(value) for name, value in cells.items()}
    path = branch.settings.home.parent / f"{table}.csv"
    path.write_text(f"id,{','.join(said)}\n{key},{','.join(said.values())}\n", "utf-8")
    found = exchange.import_file(branch, table, path, NOW, who(branch, "CM1"))
    assert found["refused"] == 0, found["issues"]


def begun(branch: Branch, **cells: Any) -> str:
    branch.store.write([Edit("opportunities", "O9", None, OPPORTUNITY | cells)], "CM1", "portal", BORN)
    return "O9"


def state(branch: Branch, rule: str, row: str, now: datetime = NOW) -> list[tuple[str, str]]:
    """State and day of doing of the dues of a rule and a row."""
    dues = branch.look(now).dues
    mine = dues[(dues["rule"] == rule) & (dues["row"] == row)]
    return [(str(s), f"{met:%m-%d}" if met is not pd.NaT else "") for s, met in zip(mine["state"], mine["met_on"], strict=True)]


@pytest.mark.parametrize("save", [through_the_form, through_a_file])
def test_an_opportunity_is_submitted_when_it_is_not_when_somebody_says_it_was(branch: Branch, save: Save) -> None:
    begun(branch)
    save(branch, "opportunities", "O9", {"submitted_at": BORN + timedelta(hours=2)})
    assert row(branch, "opportunities", "O9")["submitted_at"] == BORN + timedelta(hours=2)  # as typed, beside …
    assert late.read(row(branch, "opportunities", "O9")["entered_late"]) == {"submitted_at": TODAY}  # … when it came
    assert state(branch, "R20", "O9") == [("met_late", "11-23")]
    card = branch.look(NOW).why("R20", "O9", "zh")
    assert card["values"]["submitted_at"]["value"].endswith("（2026-11-23 登记）")


def test_what_is_done_on_its_day_needs_no_second_date(branch: Branch) -> None:
    saved(branch, "CM1", Edit("opportunities", "O9", None, {k: v for k, v in OPPORTUNITY.items() if k not in {"created_at", "created_by"}}))
    saved(branch, "CM1", Edit("opportunities", "O9", {"submitted_at": None}, {"submitted_at": NOW}))
    stands = row(branch, "opportunities", "O9")
    assert (stands["created_at"], stands["entered_late"]) == (NOW, None)
    assert state(branch, "R20", "O9") == [("met", "11-23")]


def test_a_later_correction_keeps_the_day_of_the_first_entry(branch: Branch) -> None:
    begun(branch)
    saved(branch, "CM1", Edit("opportunities", "O9", {"submitted_at": None}, {"submitted_at": NOW}))
    corrected = BORN + timedelta(hours=1)
    saved(branch, "CM1", Edit("opportunities", "O9", {"submitted_at": NOW}, {"submitted_at": corrected}), now=NOW + timedelta(days=3))
    assert late.read(row(branch, "opportunities", "O9")["entered_late"]) == {"submitted_at": TODAY}
    assert state(branch, "R20", "O9", NOW + timedelta(days=3)) == [("met_late", "11-23")]


def test_a_clock_that_has_begun_is_not_set_back(branch: Branch) -> None:
    begun(branch)
    saved(branch, "CM1", Edit("opportunities", "O9", {"created_at": BORN}, {"created_at": NOW}))
    assert state(branch, "R20", "O9") == [("overdue", "")]
    dues = branch.look(NOW).dues
    assert dues.loc[(dues["rule"] == "R20") & (dues["row"] == "O9"), "due"].iloc[0].date() == BORN.date()


def test_nothing_is_created_tomorrow(branch: Branch) -> None:
    ahead = OPPORTUNITY | {"created_at": NOW + timedelta(hours=2)}
    assert refusal(branch, "CM1", Edit("opportunities", "O9", None, ahead)).code == "check.future"


def test_the_feedback_is_the_act_and_makes_its_own_time(branch: Branch) -> None:
    begun(branch, submitted_at=BORN)
    assert refusal(branch, "TL1", Edit("opportunities", "O9", {"feedback_at": None}, {"feedback_at": NOW})).code == "check.act_blank"
    saved(branch, "TL1", Edit("opportunities", "O9", {"reported_at": None}, {"reported_at": NOW}))
    assert state(branch, "R21f", "O9") == [("overdue", "")]
    saved(branch, "TL1", Edit("opportunities", "O9", {"feedback": None}, {"feedback": "先补材料"}))
    assert row(branch, "opportunities", "O9")["feedback_at"] == NOW
    assert state(branch, "R21f", "O9") == [("met_late", "11-23")]


def test_a_time_of_feedback_without_a_word_from_a_file_is_an_issue_and_no_feedback(branch: Branch) -> None:
    branch.store.write([Edit("opportunities", "O9", None, OPPORTUNITY | {"feedback_at": BORN})], "system", "import", NOW)
    assert state(branch, "R21f", "O9") == [("overdue", "")]
    assert [i.code for i in branch.look(NOW).issues if (i.row, i.column) == ("O9", "feedback_at")] == ["check.act_blank"]


def test_a_step_waits_for_the_one_before_it_and_says_whose_that_is(branch: Branch) -> None:
    begun(branch)  # a leader who has heard of it need not wait for the manager: their own clock runs from its creation
    refused = refusal(branch, "BL1", Edit("opportunities", "O9", {"upreport_to": None}, {"upreport_to": "公司业务部"}))
    assert (refused.code, "团队长" in refused.say("zh"), "上报主管行领导时间" in refused.say("zh")) == ("check.step_first", True, True)
    saved(branch, "TL1", Edit("opportunities", "O9", {"reported_at": None}, {"reported_at": NOW}))
    saved(branch, "BL1", Edit("opportunities", "O9", {"upreport_to": None}, {"upreport_to": "公司业务部"}))
    assert row(branch, "opportunities", "O9")["upreported_at"] == NOW
    rating = {"customer": "C1", "grade": "AA", "expires_on": date(2027, 1, 20), "authority": "tier2", "credit_officer": "CR"}
    branch.store.write([Edit("ratings", "N1", None, rating)], "system", "import", NOW)
    refused = refusal(branch, "CM1", Edit("ratings", "N1", {"notice_received_on": None}, {"notice_received_on": TODAY}))
    assert (refused.code, "信贷经理" in refused.say("zh")) == ("check.step_first", True)
    saved(branch, "CR1", Edit("ratings", "N1", {"notice_on": None}, {"notice_on": TODAY}))
    saved(branch, "CM1", Edit("ratings", "N1", {"notice_received_on": None}, {"notice_received_on": TODAY}))


def test_the_manager_of_a_customer_does_not_reconcile_its_account(branch: Branch) -> None:
    checked = {"checked_by": None}
    refused = refusal(branch, "CM1", Edit("reconciliations", "reconciliations-C1", checked, {"checked_by": "CM1"}))
    assert refused.code == "check.apart"
    assert all(len(refused.say(lang)) > 10 for lang in LANGS)
    saved(branch, "CM1", Edit("reconciliations", "reconciliations-C1", checked, {"checked_by": "CM2"}))


@pytest.mark.parametrize(("staff", "table", "column"), [("BL1", "reviews", "discussed_with"), ("CM1", "fees", "waived_by")])
def test_nobody_discusses_with_or_waives_for_themselves(branch: Branch, staff: str, table: str, column: str) -> None:
    edit = Edit(table, f"{table}-C1", {column: None}, {column: "CM1"})  # whose the review, and the fee, is
    assert refusal(branch, staff, edit).code == "check.apart"
    saved(branch, staff, Edit(table, f"{table}-C1", {column: None}, {column: "BL1"}))


BARE: dict[str, Any] = {"customer": "C1", "kind": "routine", "mode": "phone", "visited_on": TODAY, "participants": "CM1"}
INCOMPLETE = {
    "nothing said": BARE,
    "on-site without minutes": BARE | {"mode": "onsite", "purposes": "relation", "place": "厂区"},
    "on-site nowhere and with nobody": BARE | {"mode": "onsite", "minutes": "谈了资金"},
    "business for no purpose": BARE | {"mode": "onsite", "kind": "business", "minutes": "谈了资金", "place": "厂区"},
    "neither a day nor a plan": {**BARE, "visited_on": None, "minutes": "谈了资金"},
}


@pytest.mark.parametrize("what", INCOMPLETE)
def test_a_visit_that_is_none_is_not_saved(branch: Branch, what: str) -> None:
    assert refusal(branch, "CM1", Edit("visits", "N", None, INCOMPLETE[what])).code == "check.incomplete_asked"


@pytest.mark.parametrize(
    "whole",
    [
        BARE | {"minutes": "谈了资金"},
        BARE | {"purposes": "relation"},
        BARE | {"mode": "onsite", "minutes": "谈了资金", "their_people": "财务经理"},
        BARE | {"mode": "onsite", "kind": "business", "minutes": "谈了资金", "place": "厂区", "purposes": "signing"},
        {**BARE, "visited_on": None, "planned_on": TODAY + timedelta(days=2)},
    ],
)
def test_the_other_fields_are_not_asked_for(branch: Branch, whole: dict[str, Any]) -> None:
    saved(branch, "CM1", Edit("visits", "N", None, whole))


def test_an_incomplete_visit_of_a_file_counts_from_the_day_it_is_complete(branch: Branch) -> None:
    last_week = datetime(2026, 11, 18, 9, 0)
    bare = BARE | {"visited_on": last_week.date()}
    branch.write([Edit("visits", "N", None, bare)], SYSTEM, "import", last_week)
    assert [i.code for i in branch.look(last_week).issues if i.row == "N" and not i.warning] == ["check.incomplete"]
    assert ("met", "11-18") not in state(branch, "R12", "C1")
    assert "N" not in set(branch.book().frame("diary")["origin_row"])  # nor is it in the diary
    saved(branch, "CM1", Edit("visits", "N", {"minutes": None}, {"minutes": "谈了资金"}))
    assert list(branch.book().frame("diary")["origin_row"]).count("N") == 1
    assert row(branch, "visits", "N")["recorded_at"] == NOW
    assert ("met_late", "11-23") in state(branch, "R12", "C1")
    assert [i.code for i in branch.look(NOW).issues if i.row == "N" and not i.warning] == []


@pytest.mark.parametrize(
    ("visited", "week"),
    [(date(2026, 11, 20), ("met", "11-20")), (date(2026, 11, 19), ("met_late", "11-23"))],  # Monday: Friday is in time, Thursday is not
)
def test_a_visit_counts_on_its_day_when_it_is_recorded_in_time(branch: Branch, visited: date, week: tuple[str, str]) -> None:
    saved(branch, "CM1", Edit("visits", "N", None, VISIT | {"visited_on": visited}))
    assert week in state(branch, "R12", "C1")


def test_a_visit_written_down_later_does_not_undo_a_breach_that_stood(branch: Branch) -> None:
    """Every fortnight: the visit before was on 30 October, due again on 13 November; one of the 12th is entered on the 23rd."""
    onsite = VISIT | {"customer": "C4", "mode": "onsite", "place": "厂区"}
    saved(branch, "CM1", Edit("visits", "A", None, onsite | {"visited_on": date(2026, 10, 30)}), now=datetime(2026, 10, 30, 17))
    saved(branch, "CM1", Edit("visits", "B", None, onsite | {"visited_on": date(2026, 11, 12)}))
    assert state(branch, "R11", "C4") == [("due_soon", ""), ("met_late", "11-23")]  # the next window counts from the visit
    dues = branch.look(NOW).dues
    assert sorted(f"{day:%m-%d}" for day in dues.loc[(dues["rule"] == "R11") & (dues["row"] == "C4"), "due"]) == ["11-13", "11-26"]


def test_of_a_past_day_the_ledger_counts_by_its_own_dates(branch: Branch) -> None:
    saved(branch, "CM1", Edit("visits", "N", None, VISIT | {"visited_on": date(2026, 11, 19)}))
    assert ("met", "11-19") in state(branch, "R12", "C1", datetime(2026, 11, 20, 12))


def test_an_amended_plan_is_reviewed_again_by_the_same_two(branch: Branch) -> None:
    def step(old: str, new: str) -> Edit:
        return Edit("plans", "P2", {"status": old}, {"status": new})

    reason = {"plan": "P2", "reason": "market", "explanation": "行业下行"}
    saved(branch, "CM1", Edit("plans", "P2", {"strategy": None}, {"strategy": "以结算带存款"}), Edit("amendments", "A1", None, reason))
    plan = row(branch, "plans", "P2")
    assert (plan["status"], plan["version"], plan["bl_reviewed_on"]) == ("amended", 2, None)
    assert refusal(branch, "CM1", step("amended", "bl_reviewed")).code == "check.plan_status"
    assert refusal(branch, "BL1", step("amended", "bl_reviewed")).code == "check.plan_status"
    saved(branch, "TL1", step("amended", "tl_reviewed"))
    saved(branch, "BL1", step("tl_reviewed", "bl_reviewed"))
    plan = row(branch, "plans", "P2")
    assert (plan["tl_reviewed_on"], plan["bl_reviewed_on"]) == (TODAY, TODAY)


def test_nothing_is_owed_of_the_days_before_the_branch_began(branch: Branch, home: Path) -> None:
    begun(branch)
    owed = {"R11", "R12", "R13", "R14", "R15", "R16", "R20", "R21f", "R21r", "R22", "R23", "R24"}
    before = branch.look(NOW).dues
    assert len(before[(before["state"] == "overdue") & before["rule"].isin(owed)]) > 5
    maintenance.set_live_since(branch, who(branch, "ADM"), TODAY, NOW)
    assert f'live_since = "{TODAY}"' in (home / "settings.toml").read_text("utf-8")
    dues = branch.look(NOW).dues
    dues = dues[dues["rule"].isin(owed)]
    assert dues[dues["state"] == "overdue"].empty
    assert dues.loc[(dues["rule"] == "R11") & (dues["row"] == "C1"), "due"].iloc[0].date() == TODAY + timedelta(days=14)
