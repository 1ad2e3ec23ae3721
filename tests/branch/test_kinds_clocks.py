"""More of each kind of fault that use has found in clocks and acts: another ledger, another path, another order, other hands."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from branch import exchange, maintenance, opportunities
from branch.branch import Branch
from branch.people import SYSTEM
from branch.sync.arriving import HAND
from sheets import late
from sheets.schema import Edit
from tests.branch.rooms import NOW, TODAY, who
from tests.branch.saves import VISIT, refusal, row, saved
from tests.branch.test_clocks import BORN, OPPORTUNITY, begun, state
from texts import LANGS

ONSITE = VISIT | {"customer": "C4", "mode": "onsite", "place": "厂区"}
REVIEW: dict[str, Any] = {"owner": "CM1", "period": "2026-10", "level": "month", "written_on": TODAY, "summary": "存款稳住"}
PAYMENT: dict[str, Any] = {
    "customer": "C1", "pays_on": TODAY, "amount": 300_000_000, "payee": "甲公司", "payee_kind": "company", "purpose": "货款", "funds": "own",
}  # fmt: skip


def filed(branch: Branch, staff: str, table: str, text: str, **more: Any) -> dict[str, Any]:
    """A csv file that a person brings."""
    path = branch.settings.home.parent / f"{table}.csv"
    path.write_text(text, "utf-8")
    actor = SYSTEM if staff == "system" else who(branch, staff)
    return exchange.import_file(branch, table, path, NOW, actor, **more)


def told(branch: Branch, row_id: str, now: datetime = NOW) -> list[tuple[str, str]]:
    """Column and code of the Issues of a row; each can be said in both languages."""
    return [(i.column, i.code) for i in branch.look(now).issues if i.row == row_id and not i.warning]


# Clocks are not typed (D3)


def test_a_cash_plan_dated_back_counts_from_the_day_it_was_written_down(branch: Branch) -> None:
    plan = {"customer": "C1", "noted_on": date(2026, 11, 1), "expected_on": date(2026, 12, 1), "direction": "in", "amount": 100}
    saved(branch, "CM1", Edit("cash_plans", "N", None, plan))
    assert late.read(row(branch, "cash_plans", "N")["entered_late"]) == {"noted_on": TODAY}
    assert refusal(branch, "CM1", Edit("cash_plans", "M", None, plan | {"noted_on": TODAY + timedelta(9)})).code == "check.future"


def test_an_old_call_moved_into_a_missed_week_counts_from_the_move(branch: Branch) -> None:
    saved(branch, "CM1", Edit("visits", "N", None, VISIT | {"visited_on": date(2026, 10, 30)}), now=datetime(2026, 10, 30, 17))
    assert ("overdue", "") in state(branch, "R12", "C1")  # nobody called in the week of 16 November
    saved(branch, "CM1", Edit("visits", "N", {"visited_on": date(2026, 10, 30)}, {"visited_on": date(2026, 11, 18)}))
    assert (row(branch, "visits", "N")["recorded_at"], row(branch, "visits", "N")["backdated"]) == (NOW, True)
    assert ("met_late", "11-23") in state(branch, "R12", "C1")


def test_a_call_that_becomes_a_visit_eleven_days_later_undoes_no_breach(branch: Branch) -> None:
    saved(branch, "CM1", Edit("visits", "A", None, ONSITE | {"visited_on": date(2026, 10, 30)}), now=datetime(2026, 10, 30, 17))
    call = ONSITE | {"mode": "phone", "visited_on": date(2026, 11, 12)}
    saved(branch, "CM1", Edit("visits", "B", None, call), now=datetime(2026, 11, 12, 17))
    saved(branch, "CM1", Edit("visits", "B", {"mode": "phone"}, {"mode": "onsite"}))
    assert ("met_late", "11-23") in state(branch, "R11", "C4")


def test_a_leader_named_in_an_old_visit_later_was_not_there_in_time(branch: Branch) -> None:
    saved(branch, "CM1", Edit("visits", "N", None, ONSITE | {"visited_on": date(2026, 10, 12)}), now=datetime(2026, 10, 12, 17))
    saved(branch, "CM1", Edit("visits", "N", {"participants": "CM1"}, {"participants": "CM1;TL1"}))
    assert ("met_late", "11-23") in state(branch, "R13", "C4")


def test_a_correction_within_a_day_or_of_the_words_keeps_the_time_of_entry(branch: Branch) -> None:
    first = datetime(2026, 11, 20, 17)
    saved(branch, "CM1", Edit("visits", "N", None, VISIT | {"visited_on": first.date()}), now=first)
    saved(branch, "CM1", Edit("visits", "N", {"mode": "phone"}, {"mode": "online"}), now=first + timedelta(hours=2))
    saved(branch, "CM1", Edit("visits", "N", {"needs": None}, {"needs": "要一份报价"}))
    assert (row(branch, "visits", "N")["recorded_at"], row(branch, "visits", "N")["backdated"]) == (first, True)


def test_a_problem_whose_day_is_cleared_and_typed_again_does_not_begin_anew(branch: Branch) -> None:
    was = row(branch, "problems", "problems-C1")["raised_on"]
    filed(branch, "CM1", "problems", "id,raised_on\nproblems-C1,\n", blanks="clear")
    assert told(branch, "problems-C1") == [("raised_on", "missing")]
    saved(branch, "CM1", Edit("problems", "problems-C1", {"raised_on": None}, {"raised_on": TODAY}))
    assert late.read(row(branch, "problems", "problems-C1")["entered_late"]) == {"raised_on": was}
    assert state(branch, "R39", "problems-C1") == [("overdue", "")]


def test_a_customer_is_not_looked_after_from_a_day_that_has_not_come(branch: Branch) -> None:
    there = {k: v for k, v in row(branch, "customers", "C1").items() if k not in {"id", "rev", "entered_late"}}
    new = there | {"name": "新户有限公司", "uscc": "91990000DEM0000313", "assigned_on": date(2027, 12, 28)}
    assert refusal(branch, "CM1", Edit("customers", "N", None, new)).code == "check.future"
    was = {"assigned_on": row(branch, "customers", "C2")["assigned_on"]}
    branch.write([Edit("customers", "C2", was, {"assigned_on": date(2027, 12, 28)})], HAND, "sheet", NOW)
    assert ("assigned_on", "check.future_found") in told(branch, "C2")


@pytest.mark.parametrize("path", ["file", "sheet"])
def test_a_talk_before_maturity_dated_back_is_met_late_on_every_path(branch: Branch, path: str) -> None:
    if path == "file":
        filed(branch, "CM1", "loans", "id,talked_on\nJ1,2026-11-10\n")
    else:
        branch.write([Edit("loans", "J1", {"talked_on": None}, {"talked_on": date(2026, 11, 10)})], HAND, "sheet", NOW)
    assert state(branch, "R33t", "J1") == [("met_late", "11-23")]


# What makes a record one of its kind (D4)


def test_a_visit_without_minutes_opens_no_stage(branch: Branch) -> None:
    begun(branch, submitted_at=BORN, needs="要贷款")
    bare = {"customer": "C1", "kind": "business", "mode": "onsite", "visited_on": TODAY, "participants": "CM1", "opportunity": "O9"}
    branch.write([Edit("visits", "N", None, bare)], SYSTEM, "import", NOW)
    onward = Edit("opportunities", "O9", {"stage": "created"}, {"stage": "need"})
    assert refusal(branch, "CM1", onward).code == "check.opportunity_gate"
    saved(branch, "CM1", Edit("visits", "N", {"minutes": None, "place": None}, {"minutes": "谈了用款", "place": "厂区"}))
    assert opportunities.lacking(branch.book(), row(branch, "opportunities", "O9"), ("visit",)) == []
    saved(branch, "CM1", onward)


@pytest.mark.parametrize("blank", ["   ", "　　", "\n\t"])
def test_blanks_are_no_minutes(branch: Branch, blank: str) -> None:
    assert refusal(branch, "CM1", Edit("visits", "N", None, VISIT | {"minutes": blank})).code == "check.incomplete_asked"


def test_minutes_wiped_out_by_a_file_stop_counting(branch: Branch) -> None:
    at = datetime(2026, 11, 18, 9)
    saved(branch, "CM1", Edit("visits", "N", None, VISIT | {"visited_on": at.date()}), now=at)
    assert ("met", "11-18") in state(branch, "R12", "C1")
    filed(branch, "CM1", "visits", "id,minutes\nN,\n", blanks="clear")
    assert told(branch, "N") == [("minutes", "check.incomplete")]
    assert ("overdue", "") in state(branch, "R12", "C1")


def test_a_visit_of_a_file_by_somebody_unknown_counts_for_nobody(branch: Branch) -> None:
    filed(branch, "CM1", "visits", "id,customer,kind,mode,visited_on,participants,minutes\nN,C1,常规访问,电话,2026-11-23,查无此人,谈了\n")
    assert told(branch, "N") == [("participants", "staff_unknown")]
    assert ("met", "11-23") not in state(branch, "R12", "C1")


# The act ends the due (D5)


def test_the_decision_about_a_payment_signs_it(branch: Branch) -> None:
    saved(branch, "CM1", Edit("payments", "N", None, PAYMENT))
    saved(branch, "CM1", Edit("payments", "N", {"decision": None, "opinion": None}, {"decision": "agree", "opinion": "已核合同"}))
    assert (row(branch, "payments", "N")["signed_by"], row(branch, "payments", "N")["signed_at"]) == ("CM1", NOW)
    assert state(branch, "R37", "N") == [("met", "11-23")]


@pytest.mark.parametrize("decision", ["more", "up"])
def test_a_payment_sent_up_or_back_is_not_signed(branch: Branch, decision: str) -> None:
    saved(branch, "CM1", Edit("payments", "N", None, PAYMENT | {"amount": 2_000_000_000}))
    saved(branch, "CM1", Edit("payments", "N", {"decision": None}, {"decision": decision}))
    assert state(branch, "R37", "N") == [("due_today", "")]


def test_a_task_is_not_done_without_its_report(branch: Branch) -> None:
    done = Edit("tasks", "tasks-C1", {"status": None}, {"status": "done"})
    assert refusal(branch, "TL1", done).code == "check.act_blank"
    saved(branch, "CM1", Edit("tasks", "tasks-C1", {"report": None}, {"report": "已办结"}))
    assert (row(branch, "tasks", "tasks-C1")["done_on"], row(branch, "tasks", "tasks-C1")["status"]) == (TODAY, "done")


@pytest.mark.parametrize("table", ["measures", "plan_actions", "marketing_steps"])
def test_what_is_put_down_as_done_says_when(branch: Branch, table: str) -> None:
    saved(branch, "CM1", Edit(table, f"{table}-C1", {"status": None}, {"status": "done"}))
    assert row(branch, table, f"{table}-C1")["done_on"] == TODAY


def test_blanks_are_no_feedback(branch: Branch) -> None:
    begun(branch, submitted_at=BORN)
    saved(branch, "TL1", Edit("opportunities", "O9", {"feedback": None}, {"feedback": "　 "}))
    assert row(branch, "opportunities", "O9")["feedback_at"] is None
    assert state(branch, "R21f", "O9") == [("overdue", "")]


def test_feedback_of_a_file_is_the_act_and_is_not_taken_back_beside_its_time(branch: Branch) -> None:
    begun(branch, submitted_at=BORN)
    filed(branch, "TL1", "opportunities", "id,feedback\nO9,推进\n")
    assert state(branch, "R21f", "O9") == [("met_late", "11-23")]
    assert refusal(branch, "TL1", Edit("opportunities", "O9", {"feedback": "推进"}, {"feedback": None})).code == "check.act_blank"


def test_an_opportunity_that_a_file_ends_or_lands_too_early_is_listed(branch: Branch) -> None:
    """Its dues end with it, so it is said why they did."""
    for key in ("O8", "O9"):
        branch.store.write([Edit("opportunities", key, None, OPPORTUNITY)], "CM1", "portal", BORN)
    filed(branch, "CM1", "opportunities", "id,stage\nO8,签约\nO9,失败\n")
    assert told(branch, "O8") == [("stage", "check.stage_lacks")]
    assert told(branch, "O9") == [("lost_reason", "missing")]
    process = {"process_no": "L-1", "signed_on": TODAY}
    saved(branch, "CM1", Edit("opportunities", "O8", dict.fromkeys(process), process))
    saved(branch, "CM1", Edit("opportunities", "O9", {"lost_reason": None}, {"lost_reason": "price"}))
    assert (told(branch, "O8"), told(branch, "O9")) == ([], [])


# Steps have an order, and hands are separate (D6)


def test_a_new_opportunity_does_not_begin_as_signed(branch: Branch) -> None:
    new = {key: value for key, value in OPPORTUNITY.items() if key not in {"created_at", "created_by"}}
    assert refusal(branch, "CM1", Edit("opportunities", "N", None, new | {"stage": "signed"})).code == "check.opportunity_gate"
    assert refusal(branch, "CM1", Edit("opportunities", "N", None, new | {"stage": "lost"})).code == "check.opportunity_reason"
    saved(branch, "CM1", Edit("opportunities", "N", None, new))


def test_a_receipt_follows_its_notice_and_holds_it_fast(branch: Branch) -> None:
    receipt = Edit("loans", "J1", {"receipt_on": None}, {"receipt_on": TODAY})
    assert refusal(branch, "CM1", receipt).code == "check.step_first"
    assert filed(branch, "CM1", "loans", "id,receipt_on\nJ1,2026-11-23\n")["refused"] == 1
    saved(branch, "CM1", Edit("loans", "J1", {"notice_on": None}, {"notice_on": TODAY}))
    saved(branch, "CM1", receipt)
    assert refusal(branch, "CM1", Edit("loans", "J1", {"notice_on": TODAY}, {"notice_on": None})).code == "check.step_first"


def test_a_receipt_typed_into_the_sheet_before_its_notice_is_listed(branch: Branch) -> None:
    branch.write([Edit("loans", "J1", {"receipt_on": None}, {"receipt_on": TODAY})], HAND, "sheet", NOW)
    assert told(branch, "J1") == [("receipt_on", "check.step_first")]


@pytest.mark.parametrize("whom", [None, "CM2", "CR1"])
def test_a_review_is_discussed_with_somebody_who_leads(branch: Branch, whom: str | None) -> None:
    saved(branch, "CM1", Edit("reviews", "N", None, REVIEW))
    talk = {"conclusion": "谈过", "discussed_with": whom}
    refused = refusal(branch, "CM1", Edit("reviews", "N", dict.fromkeys(talk), talk))
    assert refused.code == "check.no_leader"
    saved(branch, "BL1", Edit("reviews", "N", {"conclusion": None}, {"conclusion": "加大走访"}))  # the leader's own word says with whom
    assert (row(branch, "reviews", "N")["discussed_with"], row(branch, "reviews", "N")["discussed_on"]) == ("BL1", TODAY)
    assert state(branch, "R08", "N") == [("met", "11-23")]


def test_a_signature_does_not_grow_with_the_amount(branch: Branch) -> None:
    saved(branch, "CM1", Edit("payments", "N", None, PAYMENT | {"signed_by": "CM1"}))
    more = Edit("payments", "N", {"amount": 300_000_000}, {"amount": 2_000_000_000})
    assert refusal(branch, "CM1", more).code == "check.payment_above"
    branch.write([more], HAND, "sheet", NOW)
    assert told(branch, "N") == [("signed_by", "check.signed_above")]


def test_nobody_reviews_a_plan_of_their_own(branch: Branch) -> None:
    plan = {"customer": "C3", "year": 2026, "version": 1, "status": "submitted", "owner": "TL1", "made_on": TODAY}
    branch.store.write([Edit("plans", "N", None, plan)], "system", "terminal", NOW)
    assert refusal(branch, "TL1", Edit("plans", "N", {"status": "submitted"}, {"status": "tl_reviewed"})).code == "check.plan_own"
    saved(branch, "BL1", Edit("plans", "N", {"status": "submitted"}, {"status": "bl_reviewed"}))


def test_who_reconciled_an_account_and_then_got_its_customer_is_named(branch: Branch) -> None:
    saved(branch, "CM1", Edit("reconciliations", "reconciliations-C1", {"checked_by": None}, {"checked_by": "CM2"}))
    assert told(branch, "reconciliations-C1") == []
    saved(branch, "TL1", Edit("customers", "C1", {"owner": "CM1"}, {"owner": "CM2"}))
    assert told(branch, "reconciliations-C1") == [("checked_by", "check.apart")]


# An amendment goes back to review (D7)

REASON = Edit("amendments", "A", None, {"plan": "P2", "reason": "market", "explanation": "行业下行"})
TAKEN_OUT = {
    "deleted": Edit("plan_targets", "PT2", {}, None),
    "moved to another plan": Edit("plan_targets", "PT2", {"plan": "P2"}, {"plan": "P1"}),
}


@pytest.mark.parametrize("how", TAKEN_OUT)
def test_a_goal_is_not_taken_out_of_a_reviewed_plan_without_a_reason(branch: Branch, how: str) -> None:
    assert refusal(branch, "CM1", TAKEN_OUT[how]).code == "check.plan_reason"
    saved(branch, "CM1", TAKEN_OUT[how], REASON)
    assert (row(branch, "plans", "P2")["status"], row(branch, "plans", "P2")["version"]) == ("amended", 2)


def test_a_goal_changed_by_a_file_or_the_sheet_sends_the_plan_back_to_review(branch: Branch) -> None:
    assert filed(branch, "CM1", "plan_targets", "id,goal\nPT2,900\n")["refused"] == 1  # a person is asked for the reason
    assert filed(branch, "system", "plan_targets", "id,goal\nPT2,900\n")["changed"] == 1
    assert (row(branch, "plans", "P2")["status"], row(branch, "plans", "P2")["version"]) == ("amended", 2)
    assert row(branch, "plans", "P2")["bl_reviewed_on"] is None
    filed(branch, "system", "plan_targets", "id,goal\nPT2,950\n")  # it waits for its reviewers already
    assert row(branch, "plans", "P2")["version"] == 2


def test_a_goal_added_in_the_sheet_and_a_strategy_in_a_file_do_so_too_and_progress_does_not(branch: Branch) -> None:
    branch.write([Edit("plan_targets", "PT2", {"actual": 420_000_000}, {"actual": 430_000_000})], HAND, "sheet", NOW)
    assert row(branch, "plans", "P2")["status"] == "bl_reviewed"
    new = [Edit("plan_targets", key, None, {"plan": "P2", "target": key, "goal": 1}) for key in ("fee", "line")]
    branch.write(new, HAND, "sheet", NOW)
    assert (row(branch, "plans", "P2")["status"], row(branch, "plans", "P2")["version"]) == ("amended", 2)
    branch.store.write([Edit("plans", "P2", row(branch, "plans", "P2"), {"status": "tl_reviewed"})], "system", "terminal", NOW)
    filed(branch, "system", "plans", "id,strategy\nP2,以票据带存款\n")
    assert (row(branch, "plans", "P2")["status"], row(branch, "plans", "P2")["version"]) == ("amended", 3)


# Nothing is owed of the time before the branch began (D9)


def test_after_the_first_day_a_handed_over_customer_is_owed_only_from_then_on(branch: Branch) -> None:
    maintenance.set_live_since(branch, who(branch, "ADM"), TODAY, NOW)
    then = NOW + timedelta(days=10)
    saved(branch, "TL1", Edit("customers", "C3", {"owner": "CM2"}, {"owner": "CM1"}), now=then)
    dues = branch.look(then).dues
    mine = dues[(dues["row"] == "C3") & dues["rule"].isin(["R12", "R13", "R14", "R15", "R16"])]
    assert not len(mine[mine["state"] == "overdue"])
    assert mine["due"].min().date() >= then.date()


def test_before_its_first_day_a_branch_owes_no_rhythm_and_no_answer(branch: Branch) -> None:
    begun(branch)
    maintenance.set_live_since(branch, who(branch, "ADM"), TODAY + timedelta(days=7), NOW)
    dues = branch.look(NOW).dues
    told_now = set(dues.loc[dues["state"].isin(["overdue", "due_today", "due_soon"]), "rule"].astype(str))
    assert told_now.isdisjoint({"R02", "R05", "R11", "R12", "R13", "R14", "R15", "R16", "R20", "R21f", "R22", "R23", "R39", "R43"})
    assert {"R27", "R28", "R32"} <= told_now  # a day that runs out runs out, whoever looked after it before


# Rows that contradict each other (D11)

LINE = {
    "customer": "C2",
    "kind": "general",
    "amount": 100,
    "effective_on": date(2026, 6, 1),
    "expires_on": date(2027, 5, 31),
    "authority": "tier2",
}
TWICE: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("credit_lines", LINE, {"expires_on": date(2027, 3, 31)}, "effective_on"),
    ("credit_lines", LINE, {"amount": 200}, "effective_on"),
    ("assignments", {"customer": "C2", "staff": "CM1", "part": "owner", "from_on": date(2026, 11, 2)}, {"staff": "CM2"}, "from_on"),
    ("reconciliations", {"customer": "C1", "account": "accounts-C1", "period": "2026Q3", "result": "match"}, {"result": "differs"}, "period"),
    ("statements", {"customer": "C2", "period": "2026Q3", "revenue": 100}, {"revenue": 200}, "period"),
    ("plan_targets", {"plan": "P2", "target": "fee", "goal": 100}, {"goal": 200}, "target"),
    ("interest_checks", {"loan": "J1", "interest_on": date(2026, 11, 20), "checked_on": date(2026, 11, 17), "balance": 1, "interest_due": 2},
     {"balance": 5}, "checked_on"),
    ("targets", {"year": 2026, "figure": "deposit_now", "level": "branch", "staff": "BL1", "goal": 1}, {"goal": 2}, "figure"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "cells", "other", "column"), TWICE, ids=[f"{t}-{next(iter(o))}" for t, _, o, _ in TWICE])
def test_two_rows_about_one_thing_are_both_named_until_one_is_gone(
    branch: Branch, table: str, cells: dict[str, Any], other: dict[str, Any], column: str
) -> None:
    def named() -> list[tuple[str, str]]:
        found = [i for i in branch.look(NOW).issues if i.code == "check.key_contradicts" and i.table == table]
        return [(i.row, i.column) for i in found]

    branch.store.write([Edit(table, "X1", None, cells), Edit(table, "X2", None, cells)], "system", "import", NOW)
    assert named() == []
    branch.store.write([Edit(table, "X2", branch.store.row(table, "X2"), other)], "system", "sheet", NOW)
    assert named() == [("X1", column), ("X2", column)]
    branch.store.write([Edit(table, "X2", branch.store.row(table, "X2"), None)], "system", "sheet", NOW)
    assert named() == []


def test_two_lines_and_two_days_in_one_file_are_named(branch: Branch) -> None:
    filed(branch, "ADM", "calendar", "日期,类型\n2027-02-06,休息日\n2027-02-06,工作日\n")
    filed(branch, "CR1", "credit_lines",
          "客户,授信类型,额度(万元),生效日,到期日,审批权限\nC1,综合额度,500,2026-06-01,2027-05-31,二级分行\nC1,综合额度,600,2026-06-01,2027-03-31,二级分行\n")  # fmt: skip
    look = branch.look(NOW)
    found = [i.table for i in look.issues if i.code == "check.key_contradicts"]
    assert sorted(found) == ["calendar", "calendar", "credit_lines", "credit_lines"]
    assert look.calendar.is_provisional(date(2027, 2, 6))


# A blank date (D13)


def test_a_ledger_of_the_branchs_own_may_leave_its_date_blank(branch: Branch) -> None:
    said: list[dict[str, Any]] = [
        {"act": "ledger", "table": "x_pledges", "value_zh": "押品台账", "value_en": "Pledges"},
        {"act": "add", "table": "x_pledges", "column": "x_customer", "value_zh": "客户", "kind": "ref", "ref": "customers"},
        {"act": "add", "table": "x_pledges", "column": "x_ends_on", "value_zh": "保险到期日", "kind": "date"},
    ]
    branch.store.write([Edit("dictionary", f"D9{n}", None, one) for n, one in enumerate(said)], "system", "terminal", NOW)
    branch.book()
    rule = {key: value for key, value in row(branch, "rules", "R10").items() if key not in {"id", "rev"}}
    rule |= {
        "subject": "x_pledges",
        "where": None,
        "date": "x_ends_on",
        "done": None,
        "roles": "customer_manager",
        "text_zh": None,
        "text_en": None,
    }
    rows = [Edit("x_pledges", "X1", None, {"x_customer": "C1"}), Edit("x_pledges", "X2", None, {"x_customer": "C1", "x_ends_on": TODAY})]
    branch.store.write([Edit("rules", "B1", None, rule), *rows], "system", "terminal", NOW)
    look = branch.look(NOW)
    assert [i.code for i in look.issues if i.table == "rules"] == []
    dues = look.dues
    assert dues.loc[dues["rule"] == "B1", "row"].tolist() == ["X2"]
    assert dues.loc[(dues["rule"] == "DATA") & (dues["table"] == "x_pledges"), "row"].tolist() == []


@pytest.mark.parametrize("code", ["no_leader", "signed_above", "stage_lacks", "plan_own"])
def test_each_new_refusal_is_said_in_every_language(code: str) -> None:
    from texts import say

    for lang in LANGS:
        assert len(say(f"check.{code}", lang, raw="x", other_zh="y", other_en="y", other="y")) > 10


# A record without its content, a day without its act (D4, D5)


def test_a_day_without_a_word_is_no_review(branch: Branch) -> None:
    branch.store.write([Edit("reviews", "N", None, REVIEW | {"summary": None})], "system", "import", NOW)
    assert ("summary", "check.incomplete") in told(branch, "N")
    assert all(met == "" for _, met in state(branch, "R05", "CM1"))
    saved(branch, "CM1", Edit("reviews", "N", {"summary": None}, {"summary": "存款稳住"}))
    assert any(met == "11-23" for _, met in state(branch, "R05", "CM1"))


def test_a_draft_of_a_review_owes_no_word_yet(branch: Branch) -> None:
    saved(branch, "CM1", Edit("reviews", "N", None, {"owner": "CM1", "period": "2026-10", "level": "month", "status": "draft"}))
    assert told(branch, "N") == []


def test_a_problem_is_solved_by_its_result(branch: Branch) -> None:
    raised = {"customer": "C1", "area": "fee", "content": "手续费", "owner": "CM1", "raised_on": date(2026, 11, 10)}
    branch.store.write([Edit("problems", "N", None, raised | {"solved_on": TODAY})], "system", "import", NOW)
    assert told(branch, "N") == [("solved_on", "check.act_blank")]
    assert state(branch, "R39", "N") == [("overdue", "")]
    assert refusal(branch, "CM1", Edit("problems", "M", None, raised | {"solved_on": TODAY})).code == "check.act_blank"
    saved(branch, "CM1", Edit("problems", "M", None, raised), Edit("problems", "N", {"result": None}, {"result": "已退费"}))
    saved(branch, "CM1", Edit("problems", "M", {"result": None}, {"result": "已说明"}))
    assert row(branch, "problems", "M")["solved_on"] == TODAY
    assert [state(branch, "R39", one) for one in ("N", "M")] == [[("met_late", "11-23")]] * 2


@pytest.mark.parametrize(("result", "code"), [(None, "check.act_blank"), ("none", "check.act_other")])
def test_a_statement_that_came_back_says_whether_it_matches(branch: Branch, result: str | None, code: str) -> None:
    sent = {"customer": "C1", "account": "accounts-C1", "period": "2026Q3", "reminded_on": date(2026, 10, 10)}
    back = sent | {"returned_on": date(2026, 10, 20), "result": result}
    assert refusal(branch, "CM1", Edit("reconciliations", "N", None, back)).code == code
    branch.store.write([Edit("reconciliations", "N", None, back)], "system", "import", NOW)
    assert told(branch, "N") == [("returned_on", code)]
    owed = branch.look(NOW).dues
    owed = owed[(owed["row"] == "accounts-C1") & owed["rule"].isin(["R35qr", "R35mr"])]
    assert not owed["met_on"].notna().any()
    saved(branch, "CM1", Edit("reconciliations", "N", {"result": result}, {"result": "differs", "explanation": "在途"}))
    assert told(branch, "N") == []


def test_a_statement_said_to_match_is_back_today_and_one_said_to_be_out_is_not(branch: Branch) -> None:
    sent = {"customer": "C1", "account": "accounts-C1", "period": "2026Q3"}
    saved(branch, "CM1", Edit("reconciliations", "N", None, sent | {"result": "none"}))
    assert row(branch, "reconciliations", "N")["returned_on"] is None
    saved(branch, "CM1", Edit("reconciliations", "N", {"result": "none"}, {"result": "match"}))
    assert row(branch, "reconciliations", "N")["returned_on"] == TODAY


def test_a_hand_over_does_not_forgive_the_leader_their_visits(branch: Branch) -> None:
    """The manager is a new one; the supervising leader is not, and has had the whole quarter."""
    before = state(branch, "R15", "C1")
    assert before
    saved(branch, "TL1", Edit("customers", "C1", {"owner": "CM1"}, {"owner": "CM2"}))
    assert row(branch, "customers", "C1")["assigned_on"] == TODAY
    assert state(branch, "R15", "C1") == before
