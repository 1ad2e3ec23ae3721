"""The calendar feed: a person's own dues as all-day events, behind a link that they make, renew and switch off."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest

from branch import clock, feed_events, feeds, people
from branch.branch import Branch
from branch.people import Actor
from sheets.schema import Edit
from tests.pages.conftest import Open
from tests.pages.test_signin import portal
from tests.small import NAUGHTY, small

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

NOW = datetime(2026, 11, 10, 7, 30)


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    made = small(tmp_path_factory.mktemp("feed") / "home", NOW)
    yield made
    made.store.close()


@pytest.fixture
def client(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    branch.store.private.clear_failures("feed:testclient")
    return TestClient(portal(branch), base_url="http://127.0.0.1", follow_redirects=False)


def person(branch: Branch, staff: str) -> Actor:
    found = people.actor(branch.book(), staff, NOW.date())
    assert found is not None
    return found


def events(content: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(content).events)


def test_an_event_for_each_of_their_own_dues_and_for_nobody_elses(branch: Branch) -> None:
    look = branch.look(NOW)
    for staff in ("CM1", "CM2"):
        dues = look.of(person(branch, staff)).dues
        own = dues[dues["mine"]]
        found = events(feed_events.feed(look, person(branch, staff)).content)
        assert len(found) == len(own) > 0
        assert sorted(one["dtstart"].dt for one in found) == sorted(day.date() for day in own["due"])
        assert all(type(one["dtstart"].dt) is date and one["dtend"].dt - one["dtstart"].dt == timedelta(days=1) for one in found)
    whole = feed_events.feed(look, person(branch, "CM2")).content.decode().replace("\r\n ", "")
    assert "瑞丰化工" in whole
    assert "启岚机械" not in whole


def test_an_event_says_the_task_and_the_short_name_and_neither_amount_nor_phone(branch: Branch) -> None:
    whole = feed_events.feed(branch.look(NOW), person(branch, "CM1")).content.decode().replace("\r\n ", "")
    for secret in ("13800000001", "800000", "8,000", "1000.00", "1,000", "500000"):
        assert secret not in whole
    assert any(NAUGHTY[:6] in str(one["summary"]) for one in events(whole.encode()))
    assert {name for one in events(whole.encode()) for name in one} == {
        "UID", "SUMMARY", "DTSTART", "DTEND", "CLASS", "TRANSP", "DTSTAMP",
    }  # fmt: skip


def test_the_reminder_is_the_instant_of_nine_in_the_morning_before_in_the_branchs_zone(branch: Branch) -> None:
    ahead = [one for one in events(feed_events.feed(branch.look(NOW), person(branch, "CM1")).content) if one.alarms.times]
    assert ahead
    for one in ahead:
        (alarm,) = one.walk("VALARM")
        assert alarm["trigger"].dt == datetime.combine(one["dtstart"].dt - timedelta(days=1), datetime.min.time(), UTC).replace(hour=1)
        assert "TRIGGER;VALUE=DATE-TIME:" in one.to_ical().decode()


def test_the_same_due_keeps_its_name_and_the_mark_stands_until_something_changes(branch: Branch) -> None:
    who = person(branch, "CM1")
    first, later = feed_events.feed(branch.look(NOW), who), feed_events.feed(branch.look(NOW + timedelta(minutes=10)), who)
    assert [one["uid"] for one in events(first.content)] == [one["uid"] for one in events(later.content)]
    assert first.mark == later.mark
    assert first.content != later.content  # DTSTAMP is the moment of the look
    assert not {one["uid"] for one in events(first.content)} & {
        one["uid"] for one in events(feed_events.feed(branch.look(NOW), person(branch, "CM2")).content)
    }


def test_a_link_opens_its_feed_without_a_session_and_is_asked_again_cheaply(branch: Branch, client: TestClient) -> None:
    token = feeds.make(branch, person(branch, "CM1"), NOW)
    answer = client.get(f"/feed/{token}.ics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert events(answer.content)
    again = client.get(f"/feed/{token}.ics", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/feed/{token}.ics", headers={"if-none-match": 'W/"other"'}).status_code == 200


def test_a_link_that_never_was_was_renewed_or_switched_off_or_whose_person_left_is_answered_alike(
    branch: Branch, client: TestClient
) -> None:
    old = feeds.make(branch, person(branch, "CM1"), NOW)
    new = feeds.make(branch, person(branch, "CM1"), NOW)
    assert client.get(f"/feed/{new}.ics").status_code == 200
    off = feeds.make(branch, person(branch, "TL1"), NOW)
    feeds.stop(branch, person(branch, "TL1"), NOW)
    left = feeds.make(branch, person(branch, "CR1"), NOW)
    branch.store.write([Edit("staff", "CR1", branch.store.row("staff", "CR1"), {"status": "left"})], "ADM", "portal", NOW)
    answers = [client.get(f"/feed/{token}.ics") for token in ("made-up", old, off, left)]
    assert {(one.status_code, one.text, tuple(sorted(one.headers.items()))) for one in answers} == {
        (404, "Not found", tuple(sorted(answers[0].headers.items())))
    }


def test_guessing_grows_slow_and_locks_nobody_out(branch: Branch, client: TestClient) -> None:
    token = feeds.make(branch, person(branch, "CM1"), NOW)
    assert feeds.delay(branch, "elsewhere", NOW) == 0
    for _ in range(200):
        feeds.whose(branch, "guess", "elsewhere", NOW)
    assert feeds.delay(branch, "elsewhere", NOW) == 3.0
    assert branch.store.private.failures("feed:elsewhere", NOW - timedelta(minutes=1)) == feeds.RECORDED
    assert feeds.whose(branch, token, "elsewhere", NOW) == person(branch, "CM1")
    assert client.get(f"/feed/{token}.ics").status_code == 200


def test_the_link_is_kept_as_a_digest_alone_and_stands_in_no_record(branch: Branch) -> None:
    token = feeds.make(branch, person(branch, "CM1"), NOW)
    home = branch.settings.home
    assert [str(file) for file in home.rglob("*") if file.is_file() and token.encode() in file.read_bytes()] == []


def test_a_person_makes_the_link_sees_it_once_and_switches_it_off(opened: Open, here: Branch) -> None:
    at = opened("CM1", "receiving")
    assert not at.code
    at.button(key="receiving.feed.make").click().run()
    link = at.code[0].value
    token = link.rpartition("/")[2].removesuffix(".ics")
    assert feeds.whose(here, token, "here", clock.now()) == people.actor(here.book(), "CM1", clock.now().date())
    assert not opened("CM1", "receiving").code  # another visit: it is on, and the link is not shown again
    at.button(key="receiving.feed.stop").click().run()
    assert not at.exception
    assert feeds.whose(here, token, "here", clock.now()) is None
