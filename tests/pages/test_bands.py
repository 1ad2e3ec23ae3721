"""The bands above the pages: mails that are held, and the button by which an administrator lets them go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from branch import clock, maintenance, status
from branch.branch import Branch
from jobs.post import post
from jobs.scan import run as scan
from tests.pages.conftest import Open, said


@pytest.fixture(params=["a leap of the clock", "a restore"])
def held(here: Branch, request: pytest.FixtureRequest) -> Iterator[str]:
    """Mails are held: the clock was last believed two months ago, or a backup was put back."""
    now, marks = clock.now(), here.store.private
    if request.param == "a restore":
        marks.mark(status.RESTORED, (now - timedelta(days=2)).isoformat(timespec="seconds"), now)
    else:
        marks.mark(status.CLOCK, (now - timedelta(days=60)).isoformat(timespec="seconds"), now)
    scan(here, now)
    assert (maintenance.is_held(here) is not None) == (request.param != "a restore")
    yield str(request.param)
    for mark in (status.RESTORED, status.HELD, status.TOLD):
        marks.mark(mark, "", now)
    marks.mark(status.CLOCK, now.isoformat(timespec="seconds"), now)


def test_an_administrator_says_until_when_people_have_been_told_and_mails_go_on(here: Branch, opened: Open, held: str) -> None:
    at = opened("ADM", "today")
    assert "邮件暂不发出" in said(at)
    now = clock.now()
    before = now - timedelta(days=2 if held == "a restore" else 60)
    assert at.date_input(key="band.told_until").value == before.date(), "until then mails went out"
    at.date_input(key="band.told_until").set_value(now.date() - timedelta(days=1)).run()
    at.button(key="band.release").click().run()
    assert not at.exception
    assert status.told_until(here.store.private.marks()) == clock.end_of(now.date() - timedelta(days=1))
    assert post(here, clock.now())["sent"] == 0, "first a scan books it"
    scan(here, clock.now())
    marks = here.store.private.marks()
    assert (status.is_held(marks), status.since_restore(marks), status.told_until(marks)) == (None, None, None)
    scan(here, clock.now())
    assert status.is_held(here.store.private.marks()) is None, "the date is believed from now on"
    assert "邮件暂不发出" not in said(opened("ADM", "today"))


def test_others_are_told_and_have_no_button(here: Branch, opened: Open, held: str) -> None:
    at = opened("CM1", "today")
    assert "邮件暂不发出" in said(at)
    assert "band.release" not in [one.key for one in at.button]
