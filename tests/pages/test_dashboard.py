"""看板: every part for everybody who leads, each number with its list, nothing for others, nothing lost on the way."""

from __future__ import annotations

import pytest

from rules.standing import STANDINGS
from tests.pages.conftest import Open, said
from tests.pages.test_access import NOT_FOUND

PARTS = ("duties", "ahead", "goals", "business", "deals", "missing")
LEADING = ("CM1", "TL1", "BL1", "VW1")
CELLS = {"duties": "*~*", "goals": "branch::*~*", "ahead": "*~*", "business": "*~*", "deals": "*~*", "missing": "*~*"}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    ("staff", "lang"),
    [*((one, "zh") for one in LEADING), ("BL1", "en"), *(pytest.param(one, "en", marks=pytest.mark.long) for one in ("CM1", "TL1", "VW1"))],
)
def test_every_part_is_drawn_with_and_without_its_list(opened: Open, staff: str, part: str, lang: str) -> None:
    for more in ({}, {"cell": CELLS[part]}):
        at = opened(staff, "dashboard", lang=lang, part=part, span="year", **more)
        assert not at.exception
        assert not at.error
        assert len(at.dataframe) + len(at.header) > 0


@pytest.mark.parametrize("staff", ["CR1", "ADM"])
def test_who_does_not_lead_has_no_dashboard(opened: Open, staff: str) -> None:
    at = opened(staff, "dashboard")
    assert NOT_FOUND in said(at)
    assert not at.metric


@pytest.mark.parametrize("figure", sorted(STANDINGS))
def test_a_card_says_how_many_its_list_holds(opened: Open, figure: str) -> None:
    at = opened("VW1", "dashboard", figure=figure, cell="*~*", span="year")
    card = dict(zip(STANDINGS, (one.value for one in at.metric), strict=True))[figure]
    [heading] = [str(one.value) for one in at.header if "项" in str(one.value)]
    count = int(heading.replace("\\", "").partition("（")[2].partition(" 项")[0])
    if STANDINGS[figure].top is None:
        assert int(card.replace(",", "")) == count
    else:
        assert card.endswith("%")


def test_a_president_is_offered_nothing_to_do(opened: Open) -> None:
    at = opened("VW1", "dashboard", cell="*~*")
    assert not [one for one in at.button if str(one.key).startswith(("act.", "open."))]


def test_a_manager_sees_their_own_customers_and_no_choice_of_people(opened: Open) -> None:
    at = opened("CM1", "dashboard", part="business", cell="*~*")
    assert not [one for one in at.selectbox if one.key in ("board.team", "board.who")]
    assert "瑞丰化工" not in said(at)


def test_words_of_the_address_that_name_nothing_are_left_out(opened: Open) -> None:
    at = opened(
        "BL1", "dashboard", part="nowhere", team="x", who="x", tier="x", span="never", day="soon", figure="none", cell="a~b", area="x"
    )
    assert not at.exception
    assert len(at.metric) == len(STANDINGS)


def test_a_past_day_is_for_those_who_may_look_back(opened: Open) -> None:
    for staff, may in (("BL1", True), ("TL1", False)):
        at = opened(staff, "dashboard", day="2026-01-05")
        assert not at.exception
        assert bool([one for one in at.date_input if one.key == "board.day"]) is may
        assert ("2026-01-05" in said(at)) is may
