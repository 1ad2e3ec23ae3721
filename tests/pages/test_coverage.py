"""访问覆盖: every part for everybody who visits or leads, each number with its list, nothing for others, nothing lost on the way."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from branch import clock
from branch.branch import Branch
from sheets.schema import Edit
from tests.pages.conftest import Open, said
from tests.pages.test_access import NOT_FOUND

PARTS = ("matrix", "week", "joint")
VISITING = ("CM1", "TL1", "BL1", "VW1")


def links(at: AppTest) -> list[str]:
    """The addresses of the links to the form of a visit."""
    found = [one.proto for one in at.get("page_link")]
    return [str(one.query_string) for one in found if "mode=" in str(one.query_string)]


def matrix(at: AppTest) -> int:
    """How many customers the matrix shows."""
    [found] = [len(one.value) for one in at.dataframe if "_customer" in one.value]
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("staff", VISITING)
def test_every_part_is_drawn(opened: Open, staff: str, part: str, lang: str) -> None:
    for more in ({}, {"cell": "*~*"}, {"row": "C1"}, {"row": "C1~customer_manager.onsite"}):
        at = opened(staff, "coverage", lang=lang, part=part, **more)
        assert not at.exception
        assert not at.error
        assert at.title[0].value == ("访问覆盖" if lang == "zh" else "Visit coverage")


@pytest.mark.parametrize("staff", ["CR1", "ADM"])
def test_who_owes_no_visits_and_leads_nobody_has_no_coverage(opened: Open, staff: str) -> None:
    at = opened(staff, "coverage")
    assert NOT_FOUND in said(at)
    assert not at.dataframe


def test_a_manager_sees_their_own_customers_and_no_choice_of_people(opened: Open) -> None:
    at = opened("CM1", "coverage")
    assert matrix(at) == 3
    assert not [one for one in at.selectbox if one.key in ("coverage.team", "coverage.who")]
    assert "瑞丰化工" not in said(at)
    assert "瑞丰化工" in said(opened("TL1", "coverage"))


@pytest.mark.parametrize("cell", ["*~*", "CM1~*", "CM2~customer_manager.onsite", "*~team_leader.phone"])
def test_a_share_that_is_clicked_lists_the_customers_that_it_counts(opened: Open, cell: str) -> None:
    at = opened("BL1", "coverage", cell=cell)
    assert not at.exception
    [heading] = [str(one.value).replace("\\", "") for one in at.header if "应访" in str(one.value)]
    found = re.search(r"（(\d+) 户）", heading)
    assert found is not None
    assert matrix(at) == int(found[1])


@pytest.mark.parametrize("show", ["all", "over", "soon", "met"])
def test_each_kind_of_customer_is_as_many_as_its_button_says(opened: Open, show: str) -> None:
    at = opened("VW1", "coverage", show=show)
    [buttons] = [one for one in at.get("button_group") if one.key == "coverage.show"]
    chosen = {code: str(option.content) for code, option in zip(("all", "over", "soon", "met"), buttons.proto.options, strict=True)}[show]
    found = re.search(r"\d+", chosen)
    assert found is not None
    if count := int(found[0]):
        assert matrix(at) == count
    else:
        assert "这一类没有客户" in said(at)


def test_a_cell_opens_the_visits_that_counted_with_all_who_took_part(opened: Open, here: Branch) -> None:
    """The manager and the team leader went together today: it is named at either's cell, and among the joint visits."""
    now = clock.now()
    row = {
        "customer": "C2", "kind": "routine", "mode": "onsite", "visited_on": now.date(), "participants": "CM1;TL1", "place": "示例路1号",
        "their_people": "王示例", "purposes": "relation", "minutes": "了解资金安排",
    }  # fmt: skip
    here.store.write([Edit("visits", "JOINT", None, row)], "system", "terminal", now)
    for key in ("customer_manager.onsite", "team_leader.onsite"):
        at = opened("BL1", "coverage", row=f"C2~{key}")
        labels = " ".join(str(one.proto.label) for one in at.get("page_link")).replace("\\", "")
        assert f"{now:%Y-%m-%d} · 陈静、冯雪" in labels
        assert "打开客户档案" in labels
        assert "按岗位各计一次：客户经理·上门、团队长·上门" in said(at)
    at = opened("BL1", "coverage", part="joint")
    assert "客户经理·上门、团队长·上门" in said(at)
    assert [one.value for one in at.header] == ["本期计入的联合访问（1 次）"]
    for staff, may in (("BL1", True), ("VW1", False)):  # its record opens beside the list; a president only reads it
        at = opened(staff, "coverage", part="joint", visit="JOINT")
        assert not at.exception
        assert "了解资金安排" in said(at)
        assert bool([one for one in at.button if "save" in str(one.key)]) is may


def test_what_is_suggested_can_be_recorded_by_whoever_makes_the_visit(opened: Open) -> None:
    own = links(opened("CM1", "coverage", part="week"))
    assert own
    assert all(re.search(r"customer=C\d", one) for one in own)
    assert links(opened("TL1", "coverage", part="week"))
    assert not links(opened("TL1", "coverage", part="week", **{"for": "CM2"}))  # theirs to make, and theirs to record


def test_a_president_is_offered_nothing_to_do(opened: Open) -> None:
    at = opened("VW1", "coverage", part="week")
    assert "请在上面选一位同事" in said(at)
    for query in ({"part": "week", "for": "CM1"}, {"part": "matrix", "row": "C1"}, {"part": "joint"}):
        at = opened("VW1", "coverage", **query)
        assert not at.exception
        assert not links(at)
        assert not [one for one in at.button if str(one.key).startswith(("act.", "open."))]


def test_a_customer_out_of_scope_is_not_found(opened: Open) -> None:
    at = opened("CM1", "coverage", row="C3")
    assert NOT_FOUND in said(at)
    assert "瑞丰化工" not in said(at)


def test_words_of_the_address_that_name_nothing_are_left_out(opened: Open) -> None:
    words = {"team": "x", "who": "x", "tier": "x", "show": "x", "cell": "a~b", "row": "x~y", "for": "x", "page": "9"}
    for part in (*PARTS, "nowhere"):
        at = opened("BL1", "coverage", part=part, **words)
        assert not at.exception
        assert not at.error
    assert matrix(opened("BL1", "coverage", **(words | {"row": ""}))) == 4
