"""Mail servers as they are: three mails to three people, what each server says, and what became of every mail."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from branch import mails
from branch.branch import Branch
from jobs import outbox as box
from jobs.post import post
from tests.jobs.mailserver import Play, Reply, playing
from tests.jobs.test_post import NOW, letter, states
from tests.jobs.world import outbox, with_settings

WAIT, SENT, RETRY, DEAD, MAYBE = "waiting", "sent", "retry", "failed", "possibly"


@dataclass(frozen=True)
class Row:
    """A server, the three mails after the first round, why the channel rests, and after how many minutes all is well once
    the server is. `after`: the mails once the server has become a good one."""

    server: str
    script: Mapping[str, list[Reply]]
    mails: tuple[str, str, str]
    rests: str = ""
    until: int = 0
    smtp: Mapping[str, Any] = field(default_factory=dict)
    after: tuple[str, str, str] = (SENT, SENT, SENT)
    detail: str = ""


USER = {"user": "huce@bank.example", "password": "secret"}
OK = "250 OK"
TABLE = [
    Row("refuses at the greeting", {"greet": ["554 no service for you"]}, (WAIT,) * 3, "mail.distrusted", 5),
    Row("is busy at the greeting", {"greet": ["421 too many connections from your IP"]}, (WAIT,) * 3, "mail.limited", 5),
    Row("hangs up at the greeting", {"greet": [None]}, (WAIT,) * 3, "mail.unreachable", 1),
    Row("refuses EHLO and HELO", {"ehlo": ["550 who are you"]}, (WAIT,) * 3, "mail.distrusted", 5),
    Row("offers no STARTTLS where it is asked for", {}, (WAIT,) * 3, "mail.no_tls", 1, {"security": "starttls"}),
    Row(
        "refuses STARTTLS", {"ehlo": ["250-here\r\n250 STARTTLS"], "starttls": ["454 TLS not available"]}, (WAIT,) * 3, "mail.no_tls", 1,
        {"security": "starttls"}, detail="454 TLS not available",
    ),
    Row("demands TLS at MAIL", {"mail": ["530 5.7.0 Must issue a STARTTLS command first"]}, (WAIT,) * 3, "mail.wants_tls", 5),
    Row("refuses the sign-in with 535", {"auth": ["535 5.7.8 bad"]}, (WAIT,) * 3, "mail.no_entry", 5, USER),
    Row("refuses the sign-in with 550", {"auth": ["550 User has no permission"]}, (WAIT,) * 3, "mail.no_entry", 5, USER),
    Row("refuses the sign-in with 503", {"auth": ["503 Too many failed login"]}, (WAIT,) * 3, "mail.no_entry", 5, USER),
    Row(
        "refuses the sign-in in GBK", {"auth": ["526 用户名或授权码错误".encode("gbk")]}, (WAIT,) * 3, "mail.no_entry", 5, USER,
        detail="526 用户名或授权码错误",
    ),
    Row("puts the sign-in off with 454", {"auth": ["454 4.7.0 temporary"]}, (WAIT,) * 3, "mail.unreachable", 1, USER),
    Row("closes at the sign-in with 421", {"auth": ["421 4.7.0 try later"]}, (WAIT,) * 3, "mail.unreachable", 1, USER),
    Row("asks for the sign-in in words nobody can read", {"auth": ["334 bad!"]}, (WAIT,) * 3, "mail.unreachable", 1, USER),
    Row("rejects our sender", {"mail": ["553 mail from must equal authorized user"]}, (WAIT,) * 3, "mail.sender_refused", 5),
    Row("puts our sender off", {"mail": ["451 4.3.0 not now"]}, (WAIT,) * 3, "mail.limited", 5),
    Row("limits the rate at RCPT", {"rcpt": [OK, "550 Connection frequency limited"]}, (SENT, WAIT, WAIT), "mail.limited", 5),
    Row("limits the rate after the text", {"text": [OK, "550 Sender frequency limited"]}, (SENT, WAIT, WAIT), "mail.limited", 5),
    Row(
        "has a daily quota, in GBK", {"text": ["554 当天发送数量超过限制".encode("gbk")]}, (WAIT,) * 3, "mail.limited", 5,
        detail="554 当天发送数量超过限制",
    ),
    Row("says 452 quota at RCPT", {"rcpt": ["452 4.5.3 too many recipients this hour"]}, (WAIT,) * 3, "mail.limited", 5),
    Row("blocks our computer at RCPT", {"rcpt": ["554 5.7.1 Client host blocked using a blacklist"]}, (WAIT,) * 3, "mail.distrusted", 5),
    Row(
        "has barred our account from sending, in GBK", {"rcpt": ["550 您的帐号发信功能已被停用".encode("gbk")]}, (WAIT,) * 3,
        "mail.sender_refused", 5, detail="550 您的帐号发信功能已被停用",
    ),
    Row("allows so many an hour", {"text": [OK, "550 exceeded the max emails per hour (200/200)"]}, (SENT, WAIT, WAIT), "mail.limited", 5),
    Row("misses a DKIM signature", {"text": ["550 5.7.26 Unauthenticated email: DKIM, SPF"]}, (WAIT,) * 3, "mail.distrusted", 5),
    Row("takes our mail for spam", {"text": ["550 5.7.1 spam", OK]}, (WAIT, WAIT, WAIT), "mail.distrusted", 5),
    Row("asks for a sign-in at RCPT", {"rcpt": ["550 5.7.1 Authentication required"]}, (WAIT,) * 3, "mail.no_entry", 5),
    Row("knows one person not", {"rcpt": [OK, "550 5.1.1 User unknown", OK]}, (SENT, DEAD, SENT), after=(SENT, DEAD, SENT)),
    Row(
        "knows one person not, in GBK", {"rcpt": [OK, "550 收件人不存在".encode("gbk"), OK]}, (SENT, DEAD, SENT), after=(SENT, DEAD, SENT),
    ),
    Row("has a full mailbox", {"rcpt": [OK, "552 5.2.2 mailbox full", OK]}, (SENT, RETRY, SENT)),
    Row("greylists with 450", {"rcpt": ["450 4.2.0 greylisted", "450 4.2.0 greylisted", "450 4.2.0 greylisted", OK]}, (RETRY,) * 3),
    Row("greylists with 451", {"rcpt": ["451 4.7.1 please try again later"] * 3 + [OK]}, (RETRY,) * 3),
    Row("refuses two running without a reason", {"text": ["554 Transaction failed"]}, (WAIT, WAIT, WAIT), "mail.refused_alike", 5),
    Row("refuses one without a reason", {"text": [OK, "554 Transaction failed", OK]}, (SENT, RETRY, SENT)),
    Row("refuses DATA once", {"data": ["354 go on", "451 local error", "354 go on"]}, (SENT, RETRY, SENT)),
    Row("finds one mail too large", {"text": ["552 5.3.4 message too large", OK]}, (DEAD, SENT, SENT), after=(DEAD, SENT, SENT)),
    Row("closes with 421 in the middle", {"rcpt": [OK, "421 closing", OK]}, (SENT, RETRY, SENT)),
    Row("takes one mail a line", {"mail": [OK, "421 one mail a line", OK, "421 one mail a line", OK]}, (SENT,) * 3),
    Row("closes at every MAIL", {"mail": ["421 4.3.2 shutting down"]}, (WAIT,) * 3, "mail.unreachable", 1),
    Row("cuts its answer short at MAIL", {"mail": ["25\\"]}, (WAIT,) * 3, "mail.unreachable", 1),
    Row("cuts the line at RCPT each time", {"rcpt": [None]}, (WAIT, WAIT, WAIT), "mail.refused_alike", 5),
    Row("cuts the line after the text once", {"text": [None, OK]}, (MAYBE, SENT, SENT)),
    Row("cuts its answer short after the text", {"text": ["2\\", OK]}, (MAYBE, SENT, SENT)),
    Row("talks nonsense after the text", {"text": ["what?", OK]}, (MAYBE, SENT, SENT)),
    Row("speaks in several lines", {"mail": ["250-well\r\n250 OK"], "text": ["250-taken\r\n250-and\r\n250 queued"]}, (SENT,) * 3),
    Row(
        "refuses in several lines", {"rcpt": ["550-5.1.1 The account\r\n550 5.1.1 does not exist", OK]}, (DEAD, SENT, SENT),
        after=(DEAD, SENT, SENT),
    ),
    Row("has no SMTPUTF8, no 8BITMIME, no SIZE", {"ehlo": ["502 no", "250 here"]}, (SENT,) * 3),
]  # fmt: skip


def three(branch: Branch) -> None:
    for n, person in enumerate(("M1", "M2", "L1")):
        letter(branch, f"m{n}", f"p{n}@bank.example", staff=person)


def found(branch: Branch) -> tuple[str, ...]:
    return tuple(states(branch)[f"m{n}"] for n in range(3))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.server.replace(" ", "_"))
def test_what_becomes_of_three_mails(branch: Branch, row: Row) -> None:
    play = Play()
    with playing(play, **row.script) as smtp:
        branch = with_settings(branch, {"smtp": {**smtp, **row.smtp}})
        three(branch)
        post(branch, NOW)
        text, _ = branch.store.private.marks().get("mail:paused", ("", NOW))
        pause = json.loads(text) if text else {"code": "", "until": NOW.isoformat(), "detail": ""}
        assert (found(branch), pause["code"]) == (row.mails, row.rests)
        assert pause["until"] == (NOW + timedelta(minutes=row.until)).isoformat()
        assert row.detail in pause["detail"]
        counted = {mail["id"]: int(mail["attempts"]) for mail in outbox(branch) if mail["state"] == WAIT and mail["kind"] == "digest"}
        assert set(counted.values()) <= {0}, "what is about us is not counted against a mail"
        told = {key.split("|")[1] for key in states(branch) if key.startswith("notice|")}
        assert told == ({"undelivered"} if DEAD in row.mails else set()), "a dead letter is told to the administrator, in the same round"
        branch.store.close()
    with playing(play) as smtp:
        branch = with_settings(branch, {"smtp": {**smtp, "security": "none"}})
        for minute in range(3):
            post(branch, NOW + timedelta(minutes=2 * minute))
    assert found(branch) == row.after
    copies = Counter(play.took)
    again = {box.message_id(f"m{n}", branch.settings.install) for n in range(3) if row.mails[n] == MAYBE}
    assert {key for key, times in copies.items() if times > 1} == again, "only what may have arrived goes out once more"
    assert max(copies.values()) <= 2


NEXT = {
    "waiting": "tried", "sending": "tried", "retry": "tried", "possibly": "tried", "unsure": "told", "failed": "told", "sent": "done",
}  # fmt: skip


@pytest.mark.parametrize(("state", "then"), NEXT.items())
def test_every_state_of_a_mail_has_a_next_step_or_a_person_who_is_told(branch: Branch, state: str, then: str) -> None:
    """Every state there is, in a row of its own: it is tried when its time comes, or the administrator hears of it."""
    choices = {choice.code for choice in branch.book().tables["outbox"]["state"].choices}
    assert choices | {"unsure"} == set(NEXT)
    with playing(Play()) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        stored = branch.store.row("outbox", "a")
        assert stored is not None
        timed = {"next_at": NOW + timedelta(minutes=1)} if state in ("retry", "possibly") else {}
        claimed = {} if state == "waiting" else {"claimed_by": "gone:1", "claimed_at": NOW, "attempts": 1}
        after = {"state": "possibly" if state == "unsure" else state, **timed, **claimed}
        branch.store.write([box.Edit("outbox", "a", stored, after)], "system", "job", NOW)
        later = branch.store.row("outbox", "a")
        assert later is not None
        assert (box.takeable(later, NOW + timedelta(minutes=11)), bool(mails.choices(later))) == (then == "tried", then == "told")
        for minute in (11, 12, 13):
            post(branch, NOW + timedelta(minutes=minute))
    told = [key for key in states(branch) if key.startswith("notice|")]
    assert states(branch)["a"] == ("sent" if then != "told" else after["state"])
    assert bool(told) is (then == "told")
