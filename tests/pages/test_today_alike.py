"""Many dues of one rule that do not press yet stand on one line of Today, which opens them; the count is the mail's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from branch import clock
from branch.branch import Branch
from branch.people import actor
from sheets.schema import Edit
from tests.pages.conftest import Open, said


@pytest.fixture(scope="module")
def many(here: Branch) -> str:
    """Fourteen loans of CM1's customer that fall due within a few days of each other: their notices are to be sent this week."""
    today = clock.today()
    loan = {"customer": "C1", "product": "working_capital", "drawn_on": today - timedelta(days=300), "amount": 1_000_000_000,
            "balance": 800_000_000, "risk_class": "normal"}  # fmt: skip
    rows = [Edit("loans", f"E{n:02}", None, loan | {"matures_on": today + timedelta(days=34 + n % 3)}) for n in range(14)]
    here.store.write(rows, "system", "import", clock.now())
    return "CM1"


def sections(here: Branch, staff: str) -> dict[tuple[str, str], list[str]]:
    person = actor(here.book(), staff)
    assert person is not None
    work = here.look(clock.now()).of(person).work
    found: dict[tuple[str, str], list[str]] = {}
    for section, rule, key in zip(work["section"], work["rule"].astype(str), work["key"], strict=True):
        found.setdefault((section, rule), []).append(str(key))
    return found


def cards(at: AppTest, section: str) -> list[str]:
    """The dues that stand with a card of their own, by the button that asks why."""
    start = f"why.today.{section}."
    return [str(one.key).removeprefix(start) for one in at.button if str(one.key).startswith(start)]


def test_more_than_five_of_one_rule_are_one_line_that_opens_them_all(opened: Open, here: Branch, many: str) -> None:
    found = {place: keys for place, keys in sections(here, many).items() if place[0] in ("soon", "ahead") and len(keys) > 5}
    assert found, "nothing to put together"
    (section, rule), keys = max(found.items(), key=lambda one: len(one[1]))
    at = opened(many, "today")
    assert not set(cards(at, section)) & set(keys)
    assert f"共 {len(keys)} 项，最早" in said(at)
    at = next(one for one in at.button if one.key == f"today.{section}.opened.{rule}.button").click().run()
    assert not at.exception
    seen = set(cards(at, section))
    pages = -(-len(keys) // 12)
    for number in range(2, pages + 1):
        at.session_state[f"dues.today.{section}.{rule}.{pages}"] = number
        seen |= set(cards(at.run(), section))
    assert set(keys) <= seen
    at = next(one for one in at.button if one.key == f"today.{section}.opened.{rule}.button").click().run()
    assert not set(cards(at, section)) & set(keys)


def test_the_section_still_says_how_many_there_are(opened: Open, here: Branch, many: str) -> None:
    every = sections(here, many)
    at = opened(many, "today")
    heads = [str(one.value) for one in at.header]
    for section, label in (("soon", "七日内到期"), ("ahead", "提前提醒")):
        count = sum(len(keys) for (where, _), keys in every.items() if where == section)
        assert not count or f"{label} ({count})" in heads


def test_what_presses_stands_one_by_one(opened: Open, here: Branch, many: str) -> None:
    at = opened(many, "today")
    assert not [one.key for one in at.button if str(one.key).startswith(("today.overdue.opened", "today.today.opened"))]
