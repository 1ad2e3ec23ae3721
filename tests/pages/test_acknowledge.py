"""The link of a mail: opening it writes nothing, one button says "seen", and a forwarded link opens nothing of anybody else."""

from __future__ import annotations

from datetime import timedelta

from branch import clock, confirming, people
from branch.branch import Branch
from tests.pages.conftest import Open, said
from tests.pages.test_access import NOT_FOUND


def link(here: Branch, staff: str) -> str:
    """How the link of this person's first digest names it."""
    mails = here.book().frame("outbox")
    mine = mails[(mails["staff"] == staff) & (mails["kind"].astype(str) == "digest") & mails["id"].str.startswith("digest|")]
    return confirming.mark(here.settings.install, str(mine.iloc[0]["id"]))


def asked(here: Branch, staff: str) -> list[str]:
    person = people.actor(here.book(), staff, clock.now().date())
    assert person is not None
    found = confirming.asked(here.look(clock.now()), person, link(here, staff))
    assert found is not None
    return [str(one) for one in found.alerts["id"]]


def answers(here: Branch) -> int:
    return len(here.book().frame("responses"))


def test_opening_the_link_lists_what_the_mail_told_and_writes_nothing(opened: Open, here: Branch) -> None:
    before = (answers(here), here.store.version())
    at = opened("CM1", "acknowledge", mail=link(here, "CM1"))
    assert not at.exception
    assert len(at.checkbox) == len(asked(here, "CM1")) > 1
    assert (answers(here), here.store.version()) == before


def test_a_forwarded_link_and_one_made_up_are_not_found(opened: Open, here: Branch) -> None:
    for name in (link(here, "CM1"), "0" * 32, "'; drop table"):
        at = opened("CM2", "acknowledge", mail=name)
        assert NOT_FOUND in said(at)
        assert not at.checkbox
        assert not [one for one in at.button if one.key == "acknowledge.all"]


def test_one_button_says_seen_to_all_that_are_ticked_with_the_promised_day(opened: Open, here: Branch) -> None:
    todo, before = asked(here, "CM1"), answers(here)
    promised = clock.now().date() + timedelta(days=2)
    at = opened("CM1", "acknowledge", mail=link(here, "CM1"))
    at.checkbox[0].uncheck()
    at.date_input[0].set_value(promised)
    at.button(key="acknowledge.all").click().run()
    assert not at.exception
    assert f"已确认 {len(todo) - 1} 项" in said(at)
    rows = here.book().frame("responses").iloc[before:]
    assert sorted(rows["alert"]) == sorted(todo[1:])
    assert set(rows["staff"]) == {"CM1"}
    assert {day.date() for day in rows["promised_on"]} == {promised}
    assert asked(here, "CM1") == todo[:1]


def test_a_second_click_answers_nothing_twice(here: Branch) -> None:
    person = people.actor(here.book(), "TL1", clock.now().date())
    assert person is not None
    todo, name = asked(here, "TL1"), link(here, "TL1")
    assert todo
    assert confirming.acknowledge(here, person, name, todo, None, clock.now()) == len(todo)
    count = answers(here)
    assert confirming.acknowledge(here, person, name, todo, None, clock.now()) == 0
    assert answers(here) == count
