"""Nobody reaches a row that is not theirs, by any way in (AC091)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from branch import access, responses
from branch.branch import Branch
from branch.people import Actor
from branch.saving import Refused
from sheets.schema import Edit
from tests.branch.rooms import NOW, TODAY, on_record, who
from texts import LANGS


@pytest.mark.parametrize("before", [{}, None], ids=["an edit", "an insert under its id"])
def test_the_row_of_a_colleague_cannot_be_written_whatever_the_edit_says_it_is(branch: Branch, before: dict[str, Any] | None) -> None:
    with pytest.raises(access.Unknown):
        branch.write([Edit("customers", "C3", before, {"note": "我的", "owner": "CM1"})], who(branch, "CM1"), "portal", NOW)
    row = branch.store.row("customers", "C3")
    assert row is not None
    assert row["note"] is None
    assert on_record(branch, "denied") == [("CM1", "customers/C3")]


def test_a_row_cannot_be_moved_to_or_hung_under_somebody_elses(branch: Branch) -> None:
    cm1 = who(branch, "CM1")
    for edit in (
        Edit("contacts", "contacts-C1", {"customer": "C1"}, {"customer": "C3"}),
        Edit("plan_targets", "plan_targets-C1", {"plan": "plans-C1"}, {"plan": "plans-C3"}),
        Edit("plan_targets", "new", None, {"plan": "plans-C3", "target": "fee"}),
        Edit("marketing_steps", "new", None, {"marketing_plan": "marketing_plans-C5", "work": "x"}),
        Edit("visits", "new", None, {"kind": "routine", "mode": "phone", "participants": "CM1"}),
    ):
        with pytest.raises(access.Unknown):
            branch.write([edit], cm1, "portal", NOW)
    assert len(on_record(branch, "denied")) == 5


def test_a_reference_to_a_row_of_somebody_else_is_answered_like_one_to_nothing(branch: Branch) -> None:
    cm1 = who(branch, "CM1")
    said = []
    for opportunity in ("opportunities-C3", "no-such"):
        edit = Edit("visits", "new", None, {"customer": "C1", "kind": "business", "mode": "onsite", "participants": "CM1",
                                            "visited_on": TODAY, "opportunity": opportunity})  # fmt: skip
        with pytest.raises(Refused) as refused:
            branch.write([edit], cm1, "portal", NOW)
        said.append(refused.value.say("zh").replace(opportunity, "…"))
    assert said[0] == said[1]
    assert "找不到「…」" in said[0]


def test_deleted_rows_cannot_be_revived_or_taken_over_by_their_id(branch: Branch) -> None:
    branch.store.write([Edit("contacts", "contacts-C3", {}, None)], "system", "terminal", NOW)
    with pytest.raises(access.Unknown):
        branch.write([Edit("contacts", "contacts-C3", None, {"customer": "C1", "deleted": False})], who(branch, "CM1"), "portal", NOW)


def test_many_rows_of_one_save_are_judged_like_each_of_them_alone(branch: Branch) -> None:
    branch.store.write([Edit("visits", "visits-C3", {}, None)], "system", "terminal", NOW)
    rows = [(table, f"{table}-{customer}") for table in ("visits", "contacts", "diary") for customer in ("C1", "C3", "C5")]
    rows += [("customers", customer) for customer in ("C1", "C3", "C5", "N1")] + [("visits", "N1"), ("staff", "CM1"), ("nothing", "N1")]
    says: list[dict[str, Any]] = [{"note": "改"}, {"owner": "CM2"}, {"staff": "CM2"}, {"tl_comment": "阅"}, {"customer": "C5"}, {}]
    book = branch.book()
    for actor in [who(branch, staff) for staff in ("CM1", "TL1", "BL1", "CR1")]:
        for before in ({}, None):
            for after in (*says, None):
                edits = [Edit(table, row, before, after) for table, row in rows]
                with pytest.raises(access.NotAllowed) as together:
                    access.check_edits(book, edits, actor)
                coming = frozenset(rows) if before is None and after is not None else frozenset[tuple[str, str]]()
                alone: dict[tuple[str, str], str] = {}
                for edit in edits:
                    try:
                        access.check_edit(book, edit, actor, coming)
                    except access.NotAllowed as fault:
                        alone[edit.table, edit.id] = fault.say("zh")
                assert {place: fault.say("zh") for place, fault in together.value.every.items()} == alone


def test_a_manager_signs_for_nobody_else_in_diary_and_review(branch: Branch) -> None:
    cm1 = who(branch, "CM1")
    for edit in (
        Edit("diary", "d", None, {"on": TODAY, "staff": "CM2", "work": "other", "content": "x"}),
        Edit("reviews", "r", None, {"owner": "CM2", "period": "2026-11"}),
    ):
        with pytest.raises(access.Denied):
            branch.write([edit], cm1, "portal", NOW)


def test_one_who_wrote_neither_the_visit_nor_took_part_leaves_it_as_it_is(branch: Branch) -> None:
    branch.store.write([Edit("visits", "V1", {"participants": "CM1"}, {"participants": "TL1"})], "system", "terminal", NOW)
    with pytest.raises(access.Denied):
        branch.write([Edit("visits", "V1", {}, {"minutes": "改"})], who(branch, "CM1"), "portal", NOW)
    branch.write([Edit("visits", "V1", {"minutes": "了解资金安排"}, {"minutes": "改"})], who(branch, "TL1"), "portal", NOW)


def alerted(branch: Branch, staff: str, customer: str = "C1", due: date = TODAY + timedelta(days=9)) -> str:
    key = f"R30|L1|{due}|due|{staff}"
    after = {"due_key": f"R30|L1|{due}", "rule": "R30", "subject": "credit_lines", "row": "L1", "customer": customer, "due": due,
             "role": "customer_manager", "staff": staff, "state": "told"}  # fmt: skip
    branch.store.write([Edit("alerts", key, None, after)], "system", "job", NOW)
    return key


def test_one_answers_only_the_alerts_that_tell_himself(branch: Branch) -> None:
    key = alerted(branch, "CM1")
    for staff in ("TL1", "CR1", "CM2", "ADM", "VW1", "BL1"):
        with pytest.raises((access.Denied, access.Unknown)):
            responses.answer(branch, who(branch, staff), key, "acknowledge", {}, NOW)
    assert len(on_record(branch, "denied")) == 6
    responses.answer(branch, who(branch, "CM1"), key, "acknowledge", {"promised_on": TODAY}, NOW)
    responses.answer(branch, who(branch, "BL1"), key, "waive", {"reason": "客户停产"}, NOW)
    with pytest.raises(access.Unknown):
        responses.answer(branch, who(branch, "BL2"), key, "waive", {"reason": "客户停产"}, NOW)
    said = branch.book().frame("responses")
    assert list(said.loc[said["alert"] == key, "act"].astype(str)) == ["acknowledge", "waive"]


@pytest.mark.parametrize(
    ("act", "values", "days"),
    [("snooze", {}, 9), ("snooze", {"reason": "等资料"}, 9), ("snooze", {"reason": "等资料", "until": TODAY + timedelta(9)}, 9),
     ("snooze", {"reason": "等资料", "until": TODAY + timedelta(2)}, -1), ("acknowledge", {"promised_on": TODAY - timedelta(1)}, 9)],
)  # fmt: skip
def test_no_answer_without_a_reason_past_the_due_date_or_for_what_is_overdue(
    branch: Branch, act: str, values: dict[str, Any], days: int
) -> None:
    key = alerted(branch, "CM1", due=TODAY + timedelta(days=days))
    with pytest.raises(responses.AnswerRefused) as refused:
        responses.answer(branch, who(branch, "CM1"), key, act, values, NOW)
    assert all(refused.value.say(lang) for lang in LANGS)


def test_a_stranger_has_no_scope_at_all(read_only: Branch) -> None:
    nobody = Actor("X", "X", "visitor", "", "zh")
    for table in read_only.book().tables:
        assert access.rows(read_only.book(), table, nobody).empty
