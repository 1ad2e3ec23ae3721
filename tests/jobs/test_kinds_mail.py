"""More of each kind of fault that mails had: other servers, other moments, other addresses than those it was found with."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from branch import mails, reach, settings
from branch.branch import Branch
from branch.settings import Portal, SettingsFault
from jobs import sending
from jobs.doctor import doctor
from jobs.post import post
from jobs.scan import run as scan
from tests.jobs.mailserver import Desk, Play, playing, serving
from tests.jobs.test_digest import two_lines
from tests.jobs.test_headers import mail_with
from tests.jobs.test_html import Seen
from tests.jobs.test_post import NOW, letter, row, states
from tests.jobs.test_scripts import MAYBE, RETRY, SENT, USER
from tests.jobs.test_whose import pause
from tests.jobs.world import at, outbox, set_, with_settings
from texts import clean

# B3 B4: a reply about us is not booked against the person


def three(branch: Branch) -> None:
    for n, person in enumerate(("M1", "M2", "L1")):
        letter(branch, f"m{n}", f"p{n}@bank.example", staff=person)


def test_one_mailbox_that_takes_nothing_from_us_does_not_keep_the_others_from_their_mail(branch: Branch) -> None:
    """Only p0's server says that our sender may not write to it. First the channel rests; then the others go out before it."""
    desk = Desk(rcpt={"p0@bank.example": ["550 5.7.1 sender not allowed to send to this group"]})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        three(branch)
        assert post(branch, NOW)["sent"] == 0
        assert pause(branch)["code"] == "mail.sender_refused"
        assert post(branch, NOW + timedelta(minutes=5))["sent"] == 2
    assert [states(branch)[f"m{n}"] for n in range(3)] == [RETRY, SENT, SENT]
    assert pause(branch) == {}


def test_a_sender_that_is_refused_for_everybody_is_held_against_nobody(branch: Branch) -> None:
    desk = Desk(rcpt={f"p{n}@bank.example": ["553 Sender address rejected: not owned by user"] for n in range(3)})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        three(branch)
        for minutes in (0, 5, 65, 305):
            assert post(branch, NOW + timedelta(minutes=minutes))["waiting"] == 3
    assert {int(mail["attempts"]) for mail in outbox(branch)} == {0}


# B5 B6: the step decides

SIGN_IN: list[tuple[str, dict[str, Any], str]] = [
    ("asks in words nobody can read", {"auth": ["334 bad!"]}, "mail.unreachable"),
    ("asks for a login name in plain words", {"ehlo": ["250-here\r\n250 AUTH LOGIN"], "auth": ["334 ok"]}, "mail.unreachable"),
    ("knows no way we know", {"ehlo": ["250-here\r\n250 AUTH XOAUTH2 NTLM"]}, "mail.no_entry"),
    ("asks for an app password", {"auth": ["534 5.7.9 Application-specific password required"]}, "mail.no_entry"),
    ("says rate, and means the door", {"auth": ["550 Connection frequency limited"]}, "mail.no_entry"),
    ("has had enough for now", {"auth": ["454 4.7.0 too many login attempts"]}, "mail.limited"),
]


@pytest.mark.parametrize(("server", "script", "code"), SIGN_IN, ids=[one[0].replace(" ", "_") for one in SIGN_IN])
def test_whatever_a_server_says_to_the_sign_in_all_mails_wait(branch: Branch, server: str, script: dict[str, Any], code: str) -> None:
    with playing(Play(), **script) as smtp:
        branch = with_settings(branch, {"smtp": {**smtp, **USER}})
        three(branch)
        assert post(branch, NOW)["waiting"] == 3, server
    assert pause(branch)["code"] == code
    assert (int(pause(branch)["until"][14:16]) >= 5) is (code == "mail.limited" or bool(script.get("auth", [""])[0].startswith("5")))


# B15: subjects

ODD = [
    "🏦  两个  空格 " * 20, "👨‍👩‍👧‍👦" * 40, " 前后有空格 ", "\t制表\t符 and  spaces\t" * 6, "字" * 11 + "  " + "🧧" * 11 + " 完",
    "e\u0301" * 60, "مرحبا 支行 " * 9, "逾期 3 项 — “张三” <zs@bank.example>; 今天 2 项",
]  # fmt: skip


@pytest.mark.parametrize("subject", ODD)
def test_odd_subjects_come_out_as_they_went_in(subject: str) -> None:
    read = message_from_bytes(mail_with(subject), policy=policy.default)
    assert read["Subject"] == clean.header(subject)
    assert read.defects == []


# B21: what Outlook ignores, in every kind of mail


def htmls(branch: Branch) -> dict[str, str]:
    two_lines(branch)
    scan(branch, at("2026-11-10 08:30"))
    scan(branch, at("2026-11-11 08:30"))
    sending.put_notice(branch, "undelivered", {"count": 1}, ["m1@bank.example: 550 <b>no</b>"], NOW)
    return {str(mail["id"]): str(mail["html"]) for mail in outbox(branch)}


def test_notices_escalations_and_english_mails_are_built_for_outlook_too(branch: Branch) -> None:
    found = htmls(branch)
    assert {key.split("|")[0] for key in found} >= {"digest", "notice"}
    assert "digest|M2|2026-11-10" in found, "M2 reads English"
    for key, html in found.items():
        seen = Seen()
        seen.feed(html)
        tables = [attrs for tag, attrs in seen.elements if tag == "table"]
        assert [attrs.get("width") for attrs in tables[:2]] == ["100%", "100%"], key
        assert not [tag for tag, attrs in seen.elements if tag in ("a", "span", "table", "div") and "padding" in attrs.get("style", "")], (
            key
        )
        assert not {"div", "p", "style", "img"} & {tag for tag, _ in seen.elements}, key
        assert "max-width" not in html, key
        assert '<!--[if mso]><table role="presentation" width="640"' in html, key


# M1: the address that people use


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://huce.bank.example/huce/", "https://huce.bank.example/huce"),
        ("https://huce.bank.example/?lang=zh", "https://huce.bank.example"),
        ("https://huce.bank.example/#top", "https://huce.bank.example"),
        ("HTTPS://huce.bank.example:8443", "HTTPS://huce.bank.example:8443"),
        ("http://[2001:db8::7]:8501/", "http://[2001:db8::7]:8501"),
    ],
)
def test_an_address_copied_from_a_browser_begins_links_that_open(branch: Branch, url: str, link: str) -> None:
    branch = with_settings(branch, {"portal": {"url": url}})
    assert mails.portal(branch.settings) == link


@pytest.mark.parametrize(
    "url", ["http://[bad", "http:///huce", "https://li:secret@huce.bank.example", "http://a:99999", "huce.bank.example"]
)
def test_what_is_no_address_for_colleagues_is_refused_where_it_is_typed(branch: Branch, url: str) -> None:
    with pytest.raises(SettingsFault) as refused:
        settings.save(branch.settings.home, {"portal": {"url": url}})
    assert "portal.url" in refused.value.say("zh")


@pytest.mark.parametrize("url", ["http://127.0.0.2:8501", "http://localhost.:8501", "http://0.0.0.0:8501", "http://[::]:8501"])
def test_doctor_knows_every_way_to_say_this_computer(branch: Branch, url: str) -> None:
    branch = with_settings(branch, {"portal": {"url": url}, "smtp": {"host": "mail.bank.example"}})
    [links] = [one for one in doctor(branch.settings.home, NOW)["checks"] if one["check"] == "links"]
    assert links["state"] == "warn"
    assert reach.base(branch.settings) == ""


def test_the_address_set_wins_over_the_one_served_also_when_the_port_has_moved(branch: Branch) -> None:
    (branch.settings.home / mails.SERVED).write_text("http://10.1.2.3:8507\n", "utf-8")
    assert branch.settings.portal == Portal()
    assert mails.portal(branch.settings) == "http://127.0.0.1:8507"
    branch = with_settings(branch, {"portal": {"url": "https://huce.bank.example/"}})
    assert mails.portal(branch.settings) == "https://huce.bank.example"


# M2: what was written to a file


def files_of(home: Path) -> int:
    return len(list((home / "outbox").glob("*.eml")))


@pytest.mark.parametrize("kind", ["immediate", "notice"])
def test_urgent_mails_and_notices_of_today_leave_too_when_mail_begins_to_work(branch: Branch, kind: str) -> None:
    letter(branch, "a", "m1@bank.example", kind=kind)
    post(branch, NOW)
    assert (states(branch)["a"], files_of(branch.settings.home)) == (SENT, 1)
    desk = Desk()
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        post(branch, NOW + timedelta(hours=1))
        post(branch, NOW + timedelta(hours=2))
    assert desk.ids() == [row(branch, "a")["message_id"]]


def test_what_a_server_took_is_not_sent_again_when_another_server_is_set(branch: Branch) -> None:
    first, second = Desk(), Desk()
    with serving(first) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        post(branch, NOW)
    with serving(second) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        post(branch, NOW + timedelta(hours=1))
    assert (len(first.got), len(second.got)) == (1, 0)


def test_a_person_still_without_an_address_is_a_dead_letter_and_the_administrator_hears_of_it(branch: Branch) -> None:
    set_(branch, "staff", "M1", "2026-11-10 08:00", email=None)
    letter(branch, "a", "")
    post(branch, NOW)
    desk = Desk()
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        for minute in (1, 2, 3):
            post(branch, NOW + timedelta(minutes=minute))
    assert states(branch)["a"] == "failed"
    assert [to for to, _ in desk.got] == [("a1@bank.example",)]


# K4: every mail has a next step or a person who is told


def test_a_dead_letter_of_a_long_round_is_told_once(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each mail takes a minute: the last is claimed long after the round began."""
    ticking = iter(range(0, 100_000, 61))
    monkeypatch.setattr("branch.clock.ticks", lambda: next(ticking))
    desk = Desk(rcpt={"p2@bank.example": ["550 5.1.1 user unknown"]})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        three(branch)
        for minute in (0, 30, 60):
            post(branch, NOW + timedelta(minutes=minute))
    assert states(branch)["m2"] == "failed"
    assert len([key for key in states(branch) if key.startswith("notice|undelivered|")]) == 1


def test_a_note_about_the_channel_that_nobody_can_read_keeps_no_mail_back(branch: Branch) -> None:
    for text in ("{half", "[1]", '{"code": 1}'):
        branch.store.private.mark("mail:paused", text, NOW)
        with playing(Play()) as smtp:
            branch = with_settings(branch, {"smtp": smtp})
            letter(branch, text, "m1@bank.example")
            assert post(branch, NOW)["sent"] == 1
        assert doctor(branch.settings.home, NOW)["checks"]


def test_an_answer_that_is_too_long_to_be_one_may_have_been_a_yes(branch: Branch) -> None:
    """It is tried once more under the same Message-ID, and then a person is asked."""
    play = Play()
    with playing(play, text=["250" + " x" * 5_000]) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        post(branch, NOW)
        assert states(branch)["a"] == MAYBE
        post(branch, NOW + timedelta(minutes=1))
    assert [key for key in states(branch) if key.startswith("notice|unsure|A1|")]
    assert set(play.took) >= {row(branch, "a")["message_id"]}
