"""A clock that runs ahead and is put right again: nothing stays held, hidden, claimed or told in error."""

from __future__ import annotations

from datetime import timedelta

import pytest

from branch import maintenance
from branch.people import SYSTEM
from jobs import outbox as box
from jobs.post import post
from jobs.scan import run as scan
from tests.jobs.mailserver import Desk, serving
from tests.jobs.test_post import letter, states
from tests.jobs.world import alerts, at, customer, line, outbox, with_settings, write

NOW = at("2026-11-09 09:00")
AHEAD = NOW + timedelta(days=60)
DUE = "R30|N1|2026-11-10"


@pytest.fixture
def two(branch):
    """N1 is due tomorrow; N2 comes up while the clock is ahead."""
    write(branch, [
        customer("K1", "云澜启岚机械(示例)"), line("N1", "K1", "2026-12-10"),
        customer("K2", "北岭食品(示例)"), line("N2", "K2", "2027-01-20"),
    ])  # fmt: skip
    return branch


def test_a_clock_put_right_again_lets_go_of_what_was_held(two):
    scan(two, NOW)
    before, mails = alerts(two), [mail["id"] for mail in outbox(two)]
    ahead = scan(two, AHEAD)
    assert ahead.held
    assert ahead.new
    back = scan(two, NOW + timedelta(hours=1))
    assert not back.held
    assert (back.new, back.mails) == (0, 0)
    assert two.store.private.marks()["held"][0] == ""
    assert [mail["id"] for mail in outbox(two)] == mails
    now = alerts(two)
    assert {key: now[key] for key in before} == before
    assert "open" not in now.values(), "what the wrong clock wrote does not stand there as if it were to be told"


def test_what_a_wrong_clock_wrote_is_told_in_its_own_time_and_in_the_words_of_that_day(two):
    scan(two, NOW)
    scan(two, AHEAD)
    scan(two, NOW + timedelta(hours=1))
    for day in ("10", "11", "12"):
        scan(two, at(f"2026-11-{day} 09:00"))
    frame = two.book().frame("alerts").set_index("id")
    told = {key for key, state in alerts(two).items() if state == "told" and "|N1|" in key}
    assert told == {
        f"{DUE}|3d|customer_manager|digest", f"{DUE}|due|customer_manager|digest",
        f"{DUE}|overdue|customer_manager|immediate", f"{DUE}|+1d|team_leader|immediate", f"{DUE}|+1d|leader|immediate",
    }  # fmt: skip
    assert frame.loc[f"{DUE}|+1d|leader|immediate", "told_at"] == at("2026-11-11 09:00")
    assert "已逾期1天" in frame.loc[f"{DUE}|+1d|leader|immediate", "text"]
    assert [mail["id"] for mail in outbox(two) if not mail["id"].startswith("clear|")] == [
        "digest|M1|2026-11-09", "digest|M1|2026-11-10", "digest|B1|2026-11-11", "digest|L1|2026-11-11",
        "digest|M1|2026-11-11", "digest|M1|2026-11-12",
    ]  # fmt: skip


def test_after_a_leap_what_was_told_by_then_is_not_told_again_and_the_rest_is(two):
    """The computer was off for two months; people were told by other means up to the day before yesterday."""
    scan(two, NOW)
    post(two, NOW)
    assert scan(two, AHEAD).held
    assert post(two, AHEAD)["sent"] == 0
    until = AHEAD - timedelta(days=30)
    maintenance.tell_until(two, SYSTEM, until, AHEAD)
    booked = scan(two, AHEAD)
    assert (booked.held, booked.mails, booked.until) == ("", 0, until)
    frame = two.book().frame("alerts")
    assert set(frame.loc[frame["reached_at"] <= until, "state"].astype(str)) <= {"told", "skipped"}
    assert "withdrawn" not in set(frame["state"].astype(str)), "the clock was right: nothing is taken back"
    later = AHEAD + timedelta(minutes=1)
    assert not scan(two, later).held
    assert post(two, later)["sent"]
    assert maintenance.is_held(two) is None


def test_a_week_with_an_hour_of_wrong_clock_tells_the_same_as_one_without(branch_of):
    """The mornings around the due day, with and without an hour at +60 days on it."""
    told = []
    for leap in (False, True):
        branch = branch_of()
        write(branch, [
            customer("K1", "云澜(示例)"), line("N1", "K1", "2026-12-10"),
            customer("K2", "北岭(示例)"), line("N2", "K2", "2027-01-04"),
        ])  # fmt: skip
        for day in ("03", "09", "10", "11", "12"):
            scan(branch, at(f"2026-11-{day} 09:00"))
            if leap and day == "10":
                scan(branch, at("2026-11-10 10:00") + timedelta(days=60))
        frame = branch.book().frame("alerts")
        known = frame.loc[frame["reached_at"] <= at("2026-11-12 09:00")]
        told.append((
            sorted(mail["id"] for mail in outbox(branch)),
            sorted(zip(known["id"], known["state"].astype(str), known["told_at"].astype(str), strict=True)),
        ))  # fmt: skip
    assert told[0] == told[1]


def test_a_sender_that_died_under_a_wrong_clock_holds_no_mail_back(branch):
    desk = Desk()
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        claim, _ = box.claim(branch.store.row("outbox", "a"), "gone", AHEAD)
        branch.store.write([claim], "system", "job", AHEAD)
        assert post(branch, NOW)["sent"] == 1
    assert len(desk.got) == 1


def test_a_wait_set_under_a_wrong_clock_is_over_when_it_is_put_right(branch):
    desk = Desk(rcpt={"m1@bank.example": ["450 later", "250 OK"]})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        assert post(branch, AHEAD)["retry"] == 1
        assert post(branch, NOW)["sent"] == 1
    assert states(branch) == {"a": "sent"}


def test_a_lease_taken_under_a_wrong_clock_does_not_lock_the_jobs_out(branch):
    private = branch.store.private
    assert private.lease("jobs", "one", AHEAD, 180)
    assert private.lease("jobs", "two", NOW, 180)
    assert not private.lease("jobs", "three", NOW + timedelta(seconds=30), 180)
    assert not private.lease("jobs", "four", NOW - timedelta(minutes=5), 180), "a machine whose clock is a little behind"


def test_a_dead_letter_is_told_although_a_notice_bears_a_later_date(branch):
    desk = Desk(rcpt={"m1@bank.example": ["550 no"], "m2@bank.example": ["550 no"]})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        post(branch, AHEAD)
        letter(branch, "b", "m2@bank.example", staff="M2")
        post(branch, NOW)
    notices = [mail["text"] for mail in outbox(branch) if mail["kind"] == "notice"]
    assert any("m2@bank.example: 550 no" in text for text in notices)
