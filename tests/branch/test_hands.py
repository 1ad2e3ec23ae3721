"""Plans, payments, letters, rules: what goes from hand to hand is signed by the hand whose turn it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from branch.branch import Branch
from branch.saving import Refused
from sheets.schema import Edit
from tests.branch.rooms import NOW, TODAY
from tests.branch.saves import refusal, row, saved

AMEND = {"plan": "P2", "amended_on": TODAY, "reason": "market", "explanation": "同业降价"}


def test_a_reviewed_plan_is_changed_with_its_reason_or_not_at_all(branch: Branch) -> None:
    goal = Edit("plan_targets", "PT2", {"goal": 500_000_000}, {"goal": 900_000_000})
    for more in (
        (),
        (Edit("amendments", "A", None, AMEND | {"plan": "P1"}),),
        (Edit("amendments", "A", None, AMEND | {"explanation": " "}),),
    ):
        refusal(branch, "CM1", goal, *more)
    saved(branch, "CM1", goal, Edit("amendments", "A", None, AMEND))
    assert row(branch, "plan_targets", "PT2")["goal"] == 900_000_000
    assert (row(branch, "plans", "P2")["version"], row(branch, "amendments", "A")["version"], row(branch, "amendments", "A")["staff"]) == (
        2,
        2,
        "CM1",
    )


def test_how_far_a_plan_is_and_what_it_says_as_a_draft_needs_no_reason(branch: Branch) -> None:
    saved(branch, "CM1", Edit("plan_targets", "PT2", {"actual": 420_000_000}, {"actual": 430_000_000}))
    saved(branch, "CM1", Edit("plan_targets", "PT1", {"goal": 500_000_000}, {"goal": 900_000_000}))
    refusal(branch, "CM1", Edit("plans", "P2", {"strategy": "以结算带存款"}, {"strategy": "新"}))
    refusal(branch, "CM1", Edit("plan_actions", "n", None, {"plan": "P2", "action": "走访"}))


def test_a_plan_goes_from_hand_to_hand(branch: Branch) -> None:
    def step(staff: str, old: str, new: str) -> Edit:
        return Edit("plans", "P1", {"status": old}, {"status": new})

    for staff, new in (("CM1", "bl_reviewed"), ("CM1", "tl_reviewed"), ("TL1", "tl_reviewed"), ("BL1", "bl_reviewed")):
        assert refusal(branch, staff, step(staff, "draft", new)).code == "check.plan_status"
    saved(branch, "CM1", step("CM1", "draft", "submitted"))
    refusal(branch, "TL1", step("TL1", "submitted", "bl_reviewed"))
    saved(branch, "TL1", step("TL1", "submitted", "tl_reviewed"))
    refusal(branch, "CM1", step("CM1", "tl_reviewed", "draft"))
    saved(branch, "BL1", step("BL1", "tl_reviewed", "bl_reviewed"))


@pytest.mark.parametrize(("wan", "signs"), [(499, {"CM1", "TL1", "BL1"}), (500, {"TL1", "BL1"}), (1000, {"TL1", "BL1"}), (1001, {"BL1"})])
def test_a_payment_is_signed_by_whoever_may_sign_its_amount(branch: Branch, wan: int, signs: set[str]) -> None:
    done = set()
    for staff in ("CM1", "TL1", "BL1"):
        born = {
            "customer": "C1",
            "pays_on": TODAY,
            "amount": wan * 1_000_000,
            "payee": "甲",
            "payee_kind": "company",
            "purpose": "货款",
            "funds": "own",
        }
        saved(branch, "CM1", Edit("payments", staff, None, born))
        assert row(branch, "payments", staff)["loan_customer"] is True
        try:
            saved(branch, staff, Edit("payments", staff, {"signed_by": None, "signed_at": None}, {"signed_by": staff, "signed_at": NOW}))
            done.add(staff)
        except Refused:
            pass
    assert done == signs


def test_nobody_signs_for_another(branch: Branch) -> None:
    refusal(branch, "BL1", Edit("payments", "payments-C1", {"signed_by": None}, {"signed_by": "TL1", "signed_at": NOW}))


def test_a_manager_sends_the_customers_letter_and_not_the_internal_notice(branch: Branch) -> None:
    refusal(branch, "CM1", Edit("letters", "letters-C1", {"sent_on": None}, {"sent_on": TODAY}))
    branch.store.write([Edit("letters", "letters-C1", {"sent_on": None}, {"sent_on": TODAY})], "CR1", "portal", NOW)
    saved(branch, "CM1", Edit("letters", "letters-C1", {"receipt_on": None}, {"receipt_on": TODAY}))
    branch.store.write([Edit("letters", "letters-C1", {"kind": "rating_notice"}, {"kind": "loan_notice"})], "system", "terminal", NOW)
    saved(branch, "CM1", Edit("letters", "letters-C1", {"sent_on": TODAY}, {"sent_on": TODAY - timedelta(1)}))


def test_a_diary_entry_with_a_comment_under_it_is_closed(branch: Branch) -> None:
    saved(branch, "TL1", Edit("diary", "diary-C1", {"comment": None}, {"comment": "阅"}))
    assert row(branch, "diary", "diary-C1")["comment_at"] == NOW
    refusal(branch, "CM1", Edit("diary", "diary-C1", {"result": None}, {"result": "改"}))


def test_an_administrator_drafts_a_rule_and_a_leader_puts_it_into_force(branch: Branch) -> None:
    refusal(branch, "ADM", Edit("rules", "R10", {"enabled": True}, {"enabled": False}))
    refusal(branch, "ADM", Edit("rules", "R10", row(branch, "rules", "R10"), {"remind": "1d"}))
    draft = {k: v for k, v in row(branch, "rules", "R10").items() if k not in {"id", "rev"}} | {"enabled": False}
    saved(branch, "ADM", Edit("rules", "X10", None, draft))
    refusal(branch, "ADM", Edit("rules", "X10", {"enabled": False}, {"enabled": True}))
    saved(branch, "BL1", Edit("rules", "X10", {"enabled": False}, {"enabled": True}))
    assert "X10" in {rule.id for rule in branch.look(NOW).rules}
