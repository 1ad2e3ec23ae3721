"""A gate is let through by the team leader for a reason, on record: who, when, why; by nobody else, and not silently (§4.7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from branch import access, audit, opportunities
from branch.branch import Branch
from branch.opportunities_pass import Passed, PassRefused, let_through, passes
from branch.people import SYSTEM
from sheets.schema import Edit
from tests.branch.rooms import NOW, who
from tests.branch.saves import refusal, row, saved
from tests.branch.test_opportunities import DEAL, step
from texts import LANGS

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def deal(branch: Branch) -> Branch:
    whole = DEAL | {"created_at": NOW, "created_by": "CM1", "submitted_at": NOW}
    branch.store.write([Edit("opportunities", "N", None, whole)], "system", "import", NOW)
    return branch


def told(branch: Branch) -> list[Passed]:
    return passes(audit.history(branch.store, branch.book(), who(branch, "VW1"), "opportunities", "N"))


def test_the_team_leader_lets_it_through_with_a_reason(deal: Branch) -> None:
    """②→③ without a visit and without the need: it moves on, and what was lacking stays out of the way."""
    assert let_through(deal, who(deal, "TL1"), "N", " 董事长当面谈定 ", LATER) == "need"
    found = row(deal, "opportunities", "N")
    assert (found["stage"], found["stage_on"]) == ("need", LATER.date())
    assert (found["passed"], found["passed_by"], found["passed_at"]) == ("need", "TL1", LATER)
    assert found["passed_reason"] == "董事长当面谈定"
    assert told(deal) == [Passed("need", "TL1", LATER, "董事长当面谈定")]


@pytest.mark.parametrize("reason", ["", "   ", "急"])
def test_without_a_reason_it_is_refused_in_words(deal: Branch, reason: str) -> None:
    before = deal.store.version()
    with pytest.raises(PassRefused) as refused:
        let_through(deal, who(deal, "TL1"), "N", reason, LATER)
    assert "理由" in refused.value.say("zh")
    assert "reason" in refused.value.say("en")
    assert deal.store.version() == before


@pytest.mark.parametrize("staff", ["CM1", "BL1", "CR1", "ADM", "VW1"])
def test_nobody_but_the_team_leader_lets_it_through(deal: Branch, staff: str) -> None:
    """And who tries is on record."""
    with pytest.raises(access.Denied) as denied:
        let_through(deal, who(deal, staff), "N", "客户很急", LATER)
    assert all("{" not in denied.value.say(lang) for lang in LANGS)
    assert row(deal, "opportunities", "N")["stage"] == "created"
    assert "pass opportunities/N" in set(deal.store.history("*access", event="denied")["new"])


def test_a_leader_lets_through_only_what_their_team_has(deal: Branch) -> None:
    with pytest.raises(access.Unknown):
        let_through(deal, who(deal, "TL2"), "N", "客户很急", LATER)


@pytest.mark.parametrize("source", ["portal", "import", "sheet"])
@pytest.mark.parametrize("staff", ["CM1", "TL1"])
def test_the_columns_of_a_pass_are_written_by_no_form_file_or_spreadsheet(deal: Branch, source: str, staff: str) -> None:
    typed: dict[str, Any] = {"passed": "need", "passed_by": "TL1", "passed_at": NOW, "passed_reason": "自己写的"}
    saved(deal, staff, Edit("opportunities", "N", dict.fromkeys(typed), typed), source=source)
    assert not any(row(deal, "opportunities", "N")[column] for column in typed)


def test_each_gate_is_let_through_by_itself_and_every_pass_stays_on_record(deal: Branch) -> None:
    let_through(deal, who(deal, "TL1"), "N", "客户很急", LATER)
    assert "客户营销计划" in refusal(deal, "CM1", step("need", "agreed")).say("zh")
    let_through(deal, who(deal, "TL1"), "N", "客户很急", LATER + timedelta(days=1))
    assert row(deal, "opportunities", "N")["passed"] == "need;agreed"
    assert [(one.stage, one.at, one.reason) for one in told(deal)] == [
        ("need", LATER, "客户很急"),
        ("agreed", LATER + timedelta(days=1), "客户很急"),
    ]


def test_nothing_is_let_through_where_nothing_is_lacking(deal: Branch) -> None:
    saved(deal, "CM1", step("created", "collected"))
    with pytest.raises(PassRefused, match="不需要放行"):  # to hand it in is the manager's own act
        let_through(deal, who(deal, "TL1"), "N", "客户很急", LATER)


def test_a_gate_that_was_let_through_stays_open_on_the_way_back_and_after_a_rest(deal: Branch) -> None:
    let_through(deal, who(deal, "TL1"), "N", "客户很急", LATER)
    saved(deal, "CM1", step("need", "created"), now=LATER)
    saved(deal, "CM1", step("created", "need"), now=LATER)
    saved(deal, "CM1", step("need", "shelved", lost_reason="other"), now=LATER)
    assert opportunities.reached(deal.book(), row(deal, "opportunities", "N")) == "need"


@pytest.mark.parametrize(("staff", "taken"), [("ADM", False), ("system", True)])
def test_a_file_that_an_administrator_fills_the_branch_with_lets_no_opportunity_through(branch: Branch, staff: str, taken: bool) -> None:
    """While a branch is set up its administrator's files are taken as the terminal's are, but they are a person's files."""
    hand = replace(SYSTEM, staff=staff)
    after = {"name": "x", "customer": "C1", "channel": "visit", "block": "asset", "product": "y", "amount": 100, "stage": "created"}
    passed = {"passed": "need", "passed_by": "TL1", "passed_at": NOW, "passed_reason": "z"}
    branch.write([Edit("opportunities", "P9", None, after | passed)], hand, "import", NOW)
    there = branch.store.row("opportunities", "P9") or {}
    assert (there.get("passed") == "need") is taken
