"""Mail over a real SMTP server: taken, refused, put off, cut off, silent, locked; nothing lost, nothing doubled."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from jobs import outbox as box
from jobs.outbox import Mail
from jobs.post import post
from jobs.scan import run as scan
from jobs.sending import put_notice
from tests.jobs.mailserver import Desk, free_port, serving, silent
from tests.jobs.world import at, outbox, set_, with_settings

NOW = at("2026-11-10 09:00")


def letter(branch, key, email, *, kind="digest", staff="M1", now=NOW):
    mail = Mail(key, kind, staff, "customer_manager", email, "zh", "【户策】今天1项", "正文\n.点开头\n", "<p>正文</p>", now.date())
    branch.store.write([box.put(mail, branch.settings.install, now)], "system", "job", now)


def states(branch):
    return {mail["id"]: mail["state"] for mail in outbox(branch)}


def row(branch, key):
    return next(mail for mail in outbox(branch) if mail["id"] == key)


def test_a_mail_is_taken_once(branch):
    desk = Desk()
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        assert post(branch, NOW) == {"sent": 1, "retry": 0, "failed": 0, "waiting": 0}
        assert post(branch, NOW) == {"sent": 0, "retry": 0, "failed": 0, "waiting": 0}
    (mail,) = desk.mails()
    assert mail["To"] == "m1@bank.example"
    assert mail["Subject"] == "【户策】今天1项"
    assert mail["Message-ID"] == row(branch, "a")["message_id"] == box.message_id("a", branch.settings.install)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime.isoformat() == "2026-11-10T09:00:00+08:00"
    assert mail.get_body(("plain",)).get_content().splitlines() == ["正文", ".点开头"]
    assert "正文" in mail.get_body(("html",)).get_content()
    assert "@" + branch.settings.install in mail["Message-ID"]


def test_many_mails_go_over_one_connection(branch):
    desk = Desk()
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        for n in range(5):
            letter(branch, f"a{n}", f"p{n}@bank.example")
        assert post(branch, NOW)["sent"] == 5
    assert desk.connections == 1


def test_one_of_three_refused_for_good_one_put_off_one_taken(branch):
    """Three people: 250, 550, 450. The taken one is done, the put-off one retried alone, the refused one is an issue."""
    desk = Desk(rcpt={"m2@bank.example": ["550 no such user"], "l1@bank.example": ["450 greylisted", "250 OK"]})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        for key, email, staff in (("a", "m1@bank.example", "M1"), ("b", "m2@bank.example", "M2"), ("c", "l1@bank.example", "L1")):
            letter(branch, key, email, staff=staff)
        assert post(branch, NOW) == {"sent": 1, "retry": 1, "failed": 1, "waiting": 1}, "the notice of the dead letter waits"
        assert {k: v for k, v in states(branch).items() if len(k) == 1} == {"a": "sent", "b": "failed", "c": "retry"}
        assert post(branch, NOW + timedelta(minutes=1))["sent"] == 2
    assert [to for to, _ in desk.got] == [("m1@bank.example",), ("a1@bank.example",), ("l1@bank.example",)] or len(desk.got) == 3
    assert row(branch, "b")["error"] == "550 no such user"
    issues = [issue for issue in scan(branch, NOW, dry_run=True).issues if issue.code == "mail.refused"]
    assert [(issue.table, issue.row, issue.column, issue.raw) for issue in issues] == [("staff", "M2", "email", "m2@bank.example")]


def test_one_mail_to_three_addresses_is_settled_address_by_address(branch):
    desk = Desk(rcpt={"b@bank.example": ["550 no"], "c@bank.example": ["450 later", "250 OK"]})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "k", "a@bank.example;b@bank.example;c@bank.example")
        assert post(branch, NOW)["failed"] == 1
        assert states(branch)["k"] == "retry"
        assert states(branch)["k|b@bank.example"] == "failed"
        assert row(branch, "k")["email"] == "c@bank.example"
        post(branch, NOW + timedelta(minutes=1))
    assert [to for to, _ in desk.got if "a1@bank.example" not in to] == [("a@bank.example",), ("c@bank.example",)]
    assert len(set(desk.ids()[:1])) == 1
    assert states(branch)["k"] == "sent"


def test_greylisting_is_waited_out_with_growing_pauses_and_one_copy(branch):
    desk = Desk(rcpt={"m1@bank.example": ["450 try later"] * 4 + ["250 OK"]})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        tries = []
        for minute in range(90):
            before = len(desk.asked)
            post(branch, NOW + timedelta(minutes=minute))
            if len(desk.asked) > before:
                tries.append(minute)
    assert tries == [0, 1, 6, 21, 81]
    assert len(desk.got) == 1
    assert states(branch) == {"a": "sent"}


def test_a_day_of_trying_ends_as_a_dead_letter_and_a_notice_to_the_administrator(branch):
    desk = Desk(rcpt={"m1@bank.example": ["451 mailbox busy"]})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        now, waits = NOW, []
        while states(branch)["a"] != "failed":
            post(branch, now)
            if states(branch)["a"] == "retry":
                waits.append(row(branch, "a")["next_at"] - now)
                now = row(branch, "a")["next_at"].to_pydatetime()
        assert len(waits) == 8
        assert timedelta(hours=23) < sum(waits, timedelta()) <= timedelta(hours=24)
        assert len(desk.asked) == 9
        post(branch, now)
        post(branch, now + timedelta(minutes=5))
    notices = [mail for mail in outbox(branch) if mail["kind"] == "notice"]
    assert [mail["staff"] for mail in notices] == ["A1"]
    assert "没有送达" in notices[0]["subject"]
    assert "451 mailbox busy" in notices[0]["text"]


def test_a_notice_that_dies_makes_no_further_notices(branch):
    desk = Desk(rcpt={"m1@bank.example": ["550 no"], "a1@bank.example": ["550 no"]})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        for minute in range(5):
            post(branch, NOW + timedelta(minutes=minute))
    assert sorted(states(branch).values()) == ["failed", "failed"]


def test_a_line_that_breaks_after_the_text_means_one_resend_under_the_same_id(branch):
    desk = Desk(data=["drop"])
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        letter(branch, "b", "m2@bank.example", staff="M2")
        post(branch, NOW)
        assert states(branch) == {"a": "possibly", "b": "sent"}
        assert "可能已送达" in row(branch, "a")["error"]
        post(branch, NOW)
        assert states(branch)["a"] == "possibly", "not before its minute"
        assert post(branch, NOW + timedelta(minutes=1))["sent"] == 1
        post(branch, NOW + timedelta(minutes=30))
    ids = desk.ids()
    assert len(ids) == 3
    assert len(set(ids)) == 2
    first, second = (content for _, content in desk.got if row(branch, "a")["message_id"].encode() in content)
    assert first == second, "the very same bytes"
    assert "可能已送达" in row(branch, "a")["error"]


def test_lost_twice_is_not_sent_a_third_time(branch):
    desk = Desk(data=["drop", "drop", "drop"])
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        for minute in range(0, 600, 10):
            found = post(branch, NOW + timedelta(minutes=minute))
    assert [to for to, _ in desk.got].count(("m1@bank.example",)) == 2
    assert states(branch)["a"] == "possibly"
    assert found["possibly"] >= 1, "counted, and told to the administrator"
    assert any(key.startswith("notice|unsure|A1|") for key in states(branch))
    assert "不再重发" in row(branch, "a")["error"]


def test_a_silent_server_pauses_the_channel_and_loses_nothing(branch):
    with silent() as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        assert post(branch, NOW) == {"sent": 0, "retry": 0, "failed": 0, "waiting": 1}
    pause = json.loads(branch.store.private.marks()["mail:paused"][0])
    assert (pause["code"], pause["since"], pause["tries"]) == ("mail.unreachable", "2026-11-10T09:00:00", 1)
    assert states(branch) == {"a": "waiting"}
    assert int(row(branch, "a")["attempts"]) == 0


def test_a_server_down_for_three_days_dead_letters_nothing_and_then_everything_leaves(branch):
    port = free_port()
    branch = with_settings(branch, {"smtp": {"host": "127.0.0.1", "port": port, "security": "none", "sender": "h@bank.example"}})
    letter(branch, "a", "m1@bank.example")
    for hour in range(72):
        post(branch, NOW + timedelta(hours=hour))
    assert states(branch) == {"a": "waiting"}
    assert json.loads(branch.store.private.marks()["mail:paused"][0])["since"] == "2026-11-10T09:00:00"
    desk = Desk()
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        assert post(branch, NOW + timedelta(hours=72))["sent"] == 1
    assert branch.store.private.marks()["mail:paused"][0] == ""


def test_the_hourly_cap_holds_back_visibly_and_drops_nothing(branch):
    desk = Desk()
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": {**smtp, "cap_per_hour": 3}})
        for n in range(7):
            letter(branch, f"d{n}", f"p{n}@bank.example")
        letter(branch, "urgent", "l1@bank.example", kind="immediate")
        assert post(branch, NOW) == {"sent": 3, "retry": 0, "failed": 0, "waiting": 5}
        assert desk.got[0][0] == ("l1@bank.example",), "what cannot wait goes first"
        assert branch.store.private.marks()["mail:backlog"][0] == "5"
        assert post(branch, NOW + timedelta(minutes=59))["sent"] == 0
        assert post(branch, NOW + timedelta(minutes=60))["sent"] == 3
        assert post(branch, NOW + timedelta(minutes=121))["sent"] == 2
    assert branch.store.private.marks()["mail:backlog"][0] == ""
    assert len({to for to, _ in desk.got}) == 8


def test_two_senders_never_send_one_mail_twice(branch):
    """The other sender claims between our reading the queue and our claim."""
    desk = Desk()
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        mine, theirs = (box.claim(branch.store.row("outbox", "a"), "x", NOW)[0] for _ in range(2))
        branch.store.write([theirs], "system", "job", NOW)
        with pytest.raises(Exception, match="a"):
            branch.store.write([mine], "system", "job", NOW)
        assert post(branch, NOW)["sent"] == 0
        assert post(branch, NOW + box.LEASE)["sent"] == 1, "its sender has died"
    assert len(desk.got) == 1


def test_held_mails_do_not_leave(branch):
    desk = Desk()
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        branch.store.private.mark("held", "2026-01-01/2026-11-10", NOW)
        assert post(branch, NOW)["waiting"] == 1
    assert desk.got == []


def test_stopped_between_two_mails_the_rest_waits(branch):
    desk = Desk()
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        for n in range(4):
            letter(branch, f"d{n}", f"p{n}@bank.example")
        asked = iter([False, False, True])
        assert post(branch, NOW, lambda: next(asked)) == {"sent": 2, "retry": 0, "failed": 0, "waiting": 2}
        assert post(branch, NOW)["sent"] == 2


def test_an_address_mended_after_a_refusal_closes_the_issue(branch):
    desk = Desk(rcpt={"m1@bank.example": ["550 no"]})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        post(branch, NOW)
    assert [i.code for i in scan(branch, NOW, dry_run=True).issues] == ["mail.refused"]
    set_(branch, "staff", "M1", "2026-11-10 10:00", email="new@bank.example")
    assert scan(branch, NOW, dry_run=True).issues == []


def test_a_notice_reaches_every_administrator_once(branch):
    for _ in range(2):
        put_notice(branch, "undelivered", {"count": 1}, ["x@y: 550"], NOW)
    assert [mail["staff"] for mail in outbox(branch)] == ["A1"]
