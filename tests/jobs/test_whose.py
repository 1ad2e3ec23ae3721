"""Whose trouble a refusal is: about us the channel rests and the mails wait; only a true bounce is a dead letter, and what
it told is told again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from branch import mails
from branch.access import Denied
from branch.branch import Branch
from branch.people import actor
from jobs import replies
from jobs.doctor import doctor
from jobs.outbox import message_id
from jobs.post import post
from jobs.scan import run as scan
from tests.jobs.mailserver import Desk, serving
from tests.jobs.test_digest import two_lines
from tests.jobs.test_post import NOW, letter, row, states
from tests.jobs.world import at, outbox, set_, with_settings
from texts import Fault

KNOWN = [
    ("rcpt", 550, "Connection frequency limited", "limit"),
    ("text", 550, "Sender frequency limited. http://service.mail.qq.com/cgi-bin/help?no=1000725", "limit"),
    ("text", 550, "Ip frequency limited", "limit"),
    ("text", 550, "5.4.5 Daily user sending quota exceeded.", "limit"),
    ("text", 554, "MI:SFQ 163 smtp11,D8CowAB", "limit"),
    ("text", 554, "发件人当天内累计邮件数量超过限制", "limit"),
    ("rcpt", 451, "4.7.1 Too many messages from your host, slow down", "limit"),
    ("rcpt", 550, "发送过于频繁，请稍后再试", "limit"),
    ("rcpt", 553, "5.7.1 <huce@bank.example>: Sender address rejected: not owned by user m1", "sender"),
    ("rcpt", 550, "5.1.8 Access denied, bad outbound sender", "sender"),
    ("mail", 501, "mail from address must be same as authorization user", "sender"),
    ("mail", 553, "发件人必须与登录用户一致", "sender"),
    ("data", 554, "5.2.252 SendAsDenied; huce@bank.example not allowed to send as m1@bank.example", "sender"),
    ("data", 554, "5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException", "sender"),
    ("rcpt", 550, "5.1.0 sender rejected", "sender"),
    ("rcpt", 530, "5.7.1 Authentication required", "sign_in"),
    ("mail", 550, "请先登录", "sign_in"),
    ("mail", 530, "5.7.0 Must issue a STARTTLS command first", "tls"),
    ("rcpt", 554, "5.7.1 <a@b.cn>: Relay access denied", "standing"),
    ("text", 554, "DT:SPM 163 smtp5,D9GowEB", "standing"),
    ("text", 550, "5.7.1 Service unavailable; Client host [1.2.3.4] blocked using Spamhaus", "standing"),
    ("rcpt", 550, "5.7.1 Message rejected under policy", "standing"),
    ("rcpt", 554, "IP in blacklist", "standing"),
    ("rcpt", 450, "4.2.0 Greylisted, see http://postgrey.example/help", "later"),
    ("rcpt", 550, "Greylisting in action, try again", "later"),
    ("rcpt", 450, "4.7.1 Please try again later", "later"),
    ("rcpt", 550, "5.1.1 <spam@bank.example>: Recipient address rejected: User unknown in virtual mailbox table", "person"),
    ("rcpt", 550, "5.1.1 The email account that you tried to reach does not exist", "person"),
    ("rcpt", 550, "Mailbox not found. http://service.mail.qq.com", "person"),
    ("text", 550, "Mailbox unavailable or access denied", "person"),
    ("rcpt", 550, "User not found: rate@bank.example", "person"),
    ("rcpt", 550, "No such user here", "person"),
    ("rcpt", 550, "5.4.1 Recipient address rejected: Access denied", "person"),
    ("rcpt", 550, "收件人不存在", "person"),
    ("rcpt", 550, "无此用户", "person"),
    ("rcpt", 552, "5.2.2 The mailbox is over quota", "full"),
    ("rcpt", 552, "Mailbox full", "full"),
    ("rcpt", 550, "收件人邮箱已满", "full"),
    ("rcpt", 450, "4.2.1 The user is receiving mail at a rate that is too high", "full"),
    ("text", 552, "5.3.4 Message size exceeds fixed limit", "mail"),
    ("text", 554, "Transaction failed", "unclear"),
    ("rcpt", 550, "您的帐号发信功能已被停用", "sender"),
    ("rcpt", 550, "Your account has been disabled for sending mail", "sender"),
    ("rcpt", 554, "Outgoing messages from this account suspended", "sender"),
    ("text", 550, "Domain bank.example has exceeded the max emails per hour (200/200 (100%)) allowed", "limit"),
    ("rcpt", 550, "同一IP连接数过多", "limit"),
    ("text", 550, "5.7.26 Unauthenticated email from bank.example is not accepted due to domain's DMARC policy", "standing"),
    ("text", 550, "5.7.26 blocked because the sender is unauthenticated. Gmail requires either SPF or DKIM", "standing"),
    ("rcpt", 550, "5.1.1 该帐号已停用", "person"),
    ("rcpt", 550, "5.2.1 The user you are trying to contact is receiving mail too quickly", "full"),
    ("text", 552, "5.3.4 邮件大小超过限制", "mail"),
    ("rcpt", 550, "no", "unclear"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "code", "words", "about"), KNOWN)
def test_the_words_say_whom_a_refusal_is_about(step: replies.Step, code: int, words: str, about: str) -> None:
    """Replies as servers really give them; the addresses and links in them say nothing."""
    assert replies.about(step, code, replies.line(code, words.encode())) == about
    assert replies.about(step, code, replies.line(code, words.encode("gb18030"))) == about


def many(branch: Branch, count: int) -> list[str]:
    keys = [f"d{n:02d}" for n in range(count)]
    for n, key in enumerate(keys):
        letter(branch, key, f"p{n}@bank.example")
    return keys


def pause(branch: Branch) -> Mapping[str, Any]:
    text, _ = branch.store.private.marks().get("mail:paused", ("", NOW))
    found: Mapping[str, Any] = json.loads(text) if text else {}
    return found


@pytest.mark.parametrize("step", ["rcpt", "data"])
@pytest.mark.parametrize(
    ("reply", "code"),
    [("550 Connection frequency limited", "mail.limited"), ("554 5.7.1 blocked: poor reputation", "mail.distrusted"), ("530 5.7.0 Authentication required", "mail.no_entry")],
)  # fmt: skip
def test_a_reply_about_us_rests_the_channel_and_no_mail_dies(branch: Branch, step: str, reply: str, code: str) -> None:
    """The first of sixteen digests is taken, then the server has had enough: fifteen wait, nobody's address is to blame."""
    desk = Desk(data=["250 OK", *[reply] * 40]) if step == "data" else Desk(rcpt={f"p{n}@bank.example": [reply] for n in range(1, 16)})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        many(branch, 16)
        assert post(branch, NOW) == {"sent": 1, "retry": 0, "failed": 0, "waiting": 15}
        assert len(desk.asked) == 2, "not one more is tried"
        assert (pause(branch)["code"], pause(branch)["detail"]) == (code, reply)
        assert all(int(mail["attempts"]) == 0 for mail in outbox(branch) if mail["state"] == "waiting")
        assert scan(branch, NOW, dry_run=True).issues == []
        assert post(branch, NOW + timedelta(minutes=4))["waiting"] == 15, "it rests"
        desk.data.clear()
        desk.rcpt.clear()
        assert post(branch, NOW + timedelta(minutes=5))["sent"] == 15
    assert len(set(desk.ids())) == len(desk.ids()) == 16
    assert pause(branch) == {}


def test_the_same_refusal_of_two_people_running_is_about_us(branch: Branch) -> None:
    desk = Desk(rcpt={f"p{n}@bank.example": ["550 no"] for n in range(1, 5)})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        many(branch, 5)
        assert post(branch, NOW) == {"sent": 1, "retry": 0, "failed": 0, "waiting": 4}, "the first of the two is taken back"
        assert pause(branch)["code"] == "mail.refused_alike"
        desk.rcpt.clear()
        assert post(branch, NOW + timedelta(minutes=5))["sent"] == 4


def test_mails_refused_alike_for_their_own_sake_do_not_hold_up_the_others_for_ever(branch: Branch) -> None:
    """Two mailboxes that refuse without a word why; then the next morning's mails prove that we are welcome."""
    desk = Desk(rcpt={f"p{n}@bank.example": ["550 no"] for n in range(2)})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        many(branch, 4)
        assert post(branch, NOW)["sent"] == 0
        assert post(branch, NOW + timedelta(minutes=5)) == {"sent": 2, "retry": 0, "failed": 2, "waiting": 1}
    assert [key for key, state in states(branch).items() if state == "failed"] == ["d00", "d01"]
    assert pause(branch) == {}


def test_two_leavers_running_are_two_bounces(branch: Branch) -> None:
    desk = Desk(rcpt={f"p{n}@bank.example": ["550 5.1.1 user unknown"] for n in range(2)})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        many(branch, 3)
        assert post(branch, NOW) == {"sent": 1, "retry": 0, "failed": 2, "waiting": 1}
    assert pause(branch) == {}


def test_a_full_mailbox_is_tried_for_a_day_before_it_is_a_dead_letter(branch: Branch) -> None:
    desk = Desk(rcpt={"p0@bank.example": ["552 5.2.2 mailbox over quota"]})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        many(branch, 1)
        assert post(branch, NOW)["retry"] == 1
        now = NOW
        while states(branch)["d00"] == "retry":
            now = row(branch, "d00")["next_at"].to_pydatetime()
            post(branch, now)
    assert now - NOW > timedelta(hours=23)
    assert "5.2.2" in row(branch, "d00")["error"]


def told(branch: Branch) -> dict[str, tuple[str, str]]:
    frame = branch.book().frame("alerts")
    found = frame.loc[frame["state"].astype(str).isin(("told", "open"))]
    return {str(one["id"]): (str(one["state"]), str(one["outbox"] or "")) for one in found.to_dict("records")}


def test_what_a_dead_letter_told_returns_in_the_next_digest(branch: Branch) -> None:
    two_lines(branch)
    desk = Desk(rcpt={"m1@bank.example": ["550 5.1.1 user unknown"]})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        scan(branch, at("2026-11-10 08:30"))
        mine = {key for key, (_, mail) in told(branch).items() if mail == "digest|M1|2026-11-10"}
        assert mine
        post(branch, at("2026-11-10 08:31"))
        assert states(branch)["digest|M1|2026-11-10"] == "failed"
        scan(branch, at("2026-11-10 09:00"))
        assert {told(branch)[key][0] for key in mine} == {"open"}, "not told, whatever was written"
        assert {state for key, (state, _) in told(branch).items() if key not in mine} == {"told"}
        desk.rcpt.clear()
        scan(branch, at("2026-11-11 08:30"))
        again = [state for key, state in told(branch).items() if key in mine]
        assert all(mail == "digest|M1|2026-11-11" for _, mail in again)
        post(branch, at("2026-11-11 08:31"))
    assert states(branch)["digest|M1|2026-11-11"] == "sent"


def test_an_address_got_the_same_day_gets_the_mail_under_its_own_id(branch: Branch) -> None:
    desk = Desk()
    set_(branch, "staff", "M1", "2026-11-10 08:00", email=None)
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "")
        post(branch, NOW)
        assert states(branch)["a"] == "failed"
        set_(branch, "staff", "M1", "2026-11-10 10:00", email="new@bank.example")
        post(branch, NOW + timedelta(hours=1))
    assert ("new@bank.example",) in [to for to, _ in desk.got]
    assert states(branch)["a"] == "sent"
    assert row(branch, "a")["message_id"] == message_id("a", branch.settings.install)


def test_the_administrator_sends_a_dead_letter_again(branch: Branch) -> None:
    desk = Desk(rcpt={"m1@bank.example": ["550 5.1.1 user unknown", "250 OK"]})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        post(branch, NOW)
        by = actor(branch.book(), "A1", NOW.date())
        other = actor(branch.book(), "M1", NOW.date())
        assert by is not None
        assert other is not None
        with pytest.raises(Denied):
            mails.resend(branch, other, "a", NOW)
        before = row(branch, "a")["message_id"]
        mails.resend(branch, by, "a", NOW)
        assert (states(branch)["a"], int(row(branch, "a")["attempts"])) == ("waiting", 0)
        with pytest.raises(Fault) as refused:
            mails.resend(branch, by, "a", NOW)
        assert refused.value.code == "mail.moved_on"
        post(branch, NOW + timedelta(minutes=1))
    assert states(branch)["a"] == "sent"
    assert row(branch, "a")["message_id"] == before
    assert before in desk.ids()


@pytest.mark.parametrize("choice", ["again", "arrived"])
def test_a_mail_lost_twice_is_told_counted_warned_of_and_decided(branch: Branch, choice: str) -> None:
    desk = Desk(data=["drop", "drop"])
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        post(branch, NOW)
        assert "possibly" not in post(branch, NOW), "its next step is its resend"
        found = post(branch, NOW + timedelta(minutes=1))
        assert (found["possibly"], found["retry"]) == (1, 0)
        assert [key for key in states(branch) if key.startswith("notice|unsure|A1|")]
        checks = doctor(branch.settings.home, NOW)["checks"]
        assert [one["state"] for one in checks if "1 封邮件不知是否送达" in one["message"]] == ["warn"]
        by = actor(branch.book(), "A1", NOW.date())
        assert by is not None
        stored = branch.store.row("outbox", "a")
        assert stored is not None
        assert mails.choices(stored) == ("again", "arrived")
        (mails.resend if choice == "again" else mails.arrived)(branch, by, "a", NOW + timedelta(minutes=2))
        assert "possibly" not in post(branch, NOW + timedelta(minutes=3))
    assert states(branch)["a"] == "sent"
    assert len([one for one in desk.ids() if one == row(branch, "a")["message_id"]]) == (3 if choice == "again" else 2)


def test_digests_written_to_files_leave_once_when_mail_begins_to_work(branch: Branch) -> None:
    """Also for somebody who had no address in the morning; what only a file told on the days before is told again."""
    two_lines(branch)
    set_(branch, "staff", "M2", "2026-11-09 08:00", email=None)
    scan(branch, at("2026-11-10 08:30"))
    assert post(branch, at("2026-11-10 08:31"))["sent"] == 2, "two files"
    desk = Desk()
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        set_(branch, "staff", "M2", "2026-11-10 10:00", email="late@bank.example")
        for minute in range(3):
            post(branch, at(f"2026-11-10 10:0{minute}"))
        scan(branch, at("2026-11-10 10:30"))
        assert {state for state, _ in told(branch).values()} == {"told"}, "today's have left; nothing is given back"
    assert sorted(to for to, _ in desk.got) == [("late@bank.example",), ("m1@bank.example",)]
    assert set(desk.ids()) == {row(branch, f"digest|{who}|2026-11-10")["message_id"] for who in ("M1", "M2")}


def test_what_only_files_told_on_the_days_before_is_told_by_the_first_digest(branch: Branch) -> None:
    two_lines(branch)
    scan(branch, at("2026-11-10 08:30"))
    post(branch, at("2026-11-10 08:31"))
    desk = Desk()
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        scan(branch, at("2026-11-11 08:30"))
        assert {mail[-10:] for state, mail in told(branch).values() if state == "told"} == {"2026-11-11"}


@pytest.mark.parametrize(
    ("portal", "served", "link", "warned"),
    [
        ({}, "", "http://127.0.0.1:8501/today", "warn"),
        ({}, "http://127.0.0.1:8503", "http://127.0.0.1:8503/today", "warn"),
        ({"address": "10.1.2.3"}, "http://10.1.2.3:8504", "http://10.1.2.3:8504/today", "ok"),
        ({"url": "https://huce.bank.example/"}, "http://127.0.0.1:8503", "https://huce.bank.example/today", "ok"),
    ],
)
def test_links_carry_the_address_people_use(branch: Branch, portal: dict[str, str], served: str, link: str, warned: str) -> None:
    two_lines(branch)
    branch = with_settings(branch, {"portal": portal, "smtp": {"host": "mail.bank.example"}})
    if served:
        (branch.settings.home / "serving.url").write_text(served, "utf-8")
    scan(branch, at("2026-11-10 08:30"))
    assert link in row(branch, "digest|M1|2026-11-10")["text"]
    (check,) = [one for one in doctor(branch.settings.home, NOW)["checks"] if one["check"] == "links"]
    assert check["state"] == warned
    assert link.removesuffix("/today") in check["message"]
