"""The test of the mail channel over a real SMTP server: a verdict at the right step, and mails that leave once it works."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller

from branch import mailtest, settings
from branch.access import Denied
from branch.people import Actor
from jobs import mail_trial
from jobs.outbox import Mail, put
from jobs.post import post
from jobs.scan import run as scan
from tests.jobs.mailserver import Desk, Play, free_port, playing, serving, silent
from tests.jobs.test_entry import certificate
from tests.jobs.world import at, customer, line, outbox, write
from texts import LANGS, Fault, say

__all__ = ["certificate"]
NOW = at("2026-11-10 09:00")
ADMIN = Actor("A1", "安简", "admin", "", "zh")
TO = "a1@bank.example"


def typed(smtp, **more):
    return {key: str(value) for key, value in smtp.items() if key != "timeout_seconds"} | more


def verdict(branch, smtp, to=TO, now=NOW, **more):
    return mailtest.run(branch, ADMIN, typed(smtp, **more), to, mail_trial, now)


def failed(found, step, code, *words):
    """It ended at this step, for this reason, with these words in what a person reads; the steps before went well."""
    assert (found.failed, found.fault.code) == (step, code), found.fault
    for lang in LANGS:
        for word in words:
            assert word in found.fault.say(lang)
    states = [found.state(one) for one in mailtest.STEPS]
    reached = mailtest.STEPS.index(step)
    assert set(states[:reached]) <= {"good", "skipped"}
    assert states[reached:] == ["bad"] + ["open"] * (len(states) - reached - 1)


def not_kept(branch):
    assert settings.load(branch.settings.home).smtp.host == ""
    assert branch.settings.smtp.host == ""


def test_a_test_that_goes_through_keeps_the_settings_and_the_mail_arrives(branch):
    desk = Desk()
    with serving(desk, password="right") as smtp:
        found = verdict(branch, smtp, user="huce@bank.example", password="right", to="someone@else.example")
    assert found.failed is None
    assert [found.state(step) for step in mailtest.STEPS] == ["good", "skipped", "good", "good", "good", "good"]
    assert settings.load(branch.settings.home).smtp.host == "127.0.0.1"
    (mail,) = desk.mails()
    assert mail["To"] == "someone@else.example"
    assert "测试邮件" in mail["Subject"]


def test_the_wrong_password_first_and_then_the_right_one(branch):
    desk = Desk()
    with serving(desk, password="right") as smtp:
        first = verdict(branch, smtp, user="huce@bank.example", password="wrong")
        failed(first, "sign_in", "mail.no_entry", "535")
        not_kept(branch)
        assert verdict(branch, smtp, user="huce@bank.example", password="right").failed is None
    assert len(desk.got) == 1


def test_the_password_is_in_no_verdict_and_no_record(branch, caplog):
    with serving(Desk(), password="right") as smtp:
        found = verdict(branch, smtp, user="huce@bank.example", password="very-secret-wrong")
        good = verdict(branch, smtp, user="huce@bank.example", password="right")
    noted = str(branch.store.history().to_dict("records"))
    for place in (repr(found), repr(good), found.fault.say("zh"), caplog.text, noted):
        assert "very-secret" not in place
    assert "mail_test" in noted


@pytest.mark.parametrize(
    ("host", "code"), [("mail.nowhere.invalid", "mail.no_host"), ("127.0.0.1", "mail.closed"), ("邮件。" * 40, "mail.no_host")]
)
def test_a_server_that_is_not_there_fails_at_the_first_step(branch, host, code):
    found = verdict(branch, {"host": host, "port": free_port(), "security": "none", "sender": "huce@bank.example"})
    failed(found, "reach", code)
    not_kept(branch)


def test_a_server_that_says_nothing_is_told_within_seconds(branch, monkeypatch):
    monkeypatch.setattr(mail_trial, "PATIENCE", 1)
    with silent() as smtp:
        failed(verdict(branch, smtp, sender="huce@bank.example"), "reach", "mail.silent", "465", "587")
        failed(verdict(branch, smtp, sender="huce@bank.example", security="starttls"), "tls", "mail.silent", "465")


def test_tls_asked_of_a_server_without_it_fails_at_the_encryption(branch):
    with serving(Desk()) as smtp:
        failed(verdict(branch, smtp, security="tls"), "tls", "mail.no_handshake", "465")
        failed(verdict(branch, smtp, security="starttls"), "tls", "mail.no_tls")
    not_kept(branch)


def test_a_server_that_demands_tls_fails_at_the_encryption(branch, certificate):
    with serving(Desk(), tls=certificate[0], require_starttls=True) as smtp:
        failed(verdict(branch, smtp), "tls", "mail.wants_tls", "530")


def test_starttls_chosen_for_a_port_that_speaks_tls_from_the_first_byte(branch, certificate, monkeypatch):
    monkeypatch.setattr(mail_trial, "PATIENCE", 1)
    port = free_port()
    controller = Controller(Desk(), hostname="127.0.0.1", port=port, ssl_context=certificate[0])
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    controller.start()
    try:
        smtp = {"host": "127.0.0.1", "port": port, "sender": "huce@bank.example"}
        failed(verdict(branch, smtp, security="starttls"), "tls", "mail.silent", "465")
        found = verdict(branch, smtp, security="tls")
        assert found.failed is None
        assert found.state("tls") == "good"
    finally:
        controller.stop()


def test_a_certificate_that_nobody_vouches_for_is_named(branch, certificate):
    with serving(Desk(), tls=certificate[0]) as smtp:
        failed(verdict(branch, smtp, security="starttls"), "tls", "mail.certificate")


@pytest.mark.parametrize(
    ("script", "step", "code"),
    [
        ({"greet": ["554 go away"]}, "reach", "mail.distrusted"),
        ({"mail": ["553 sender must be the same as the user"]}, "sender", "mail.sender_refused"),
        ({"mail": ["530 authentication required"]}, "sign_in", "mail.no_entry"),
        ({"rcpt": ["550 no such user"]}, "recipient", "mail.refused"),
        ({"rcpt": ["450 greylisted"]}, "recipient", "mail.later"),
        ({"rcpt": [None]}, "recipient", "mail.cut"),
        ({"data": ["554 no"]}, "accepted", "mail.not_taken"),
        ({"text": ["550 sending limit exceeded"]}, "accepted", "mail.limited"),
        ({"text": [None]}, "accepted", "mail.cut"),
    ],
)
def test_each_refusal_is_told_at_its_step(branch, script, step, code):
    with playing(Play(), **script) as smtp:
        failed(verdict(branch, smtp), step, code)
    not_kept(branch)


def test_an_address_that_is_none_is_refused_before_anything_is_tried(branch):
    desk = Desk()
    with serving(desk) as smtp:
        for to, code in (("nobody", "mail.note.no_address"), ("", "check.mail_to"), ("x@other.example", "mail.note.outside")):
            with pytest.raises(Fault) as fault:
                verdict(branch, smtp, to=to, allowed_domains="bank.example")
            assert fault.value.code == code
        with pytest.raises(Fault, match="端口"):
            verdict(branch, smtp, port="x")
        with pytest.raises(Denied):
            mailtest.run(branch, Actor("M1", "白川", "customer_manager", "T1", "zh"), typed(smtp), TO, mail_trial, NOW)
    assert desk.connections == 0


def test_when_mail_begins_to_work_the_digests_of_today_leave_each_once_and_no_older_ones(branch):
    """Yesterday's and today's digests were only written into files; the administrator sets mail up this morning."""
    write(branch, [customer("K1", "青禾纺织"), line("X1", "K1", "2026-12-11"), line("X2", "K1", "2026-12-12")])
    yesterday = NOW - timedelta(days=1)
    for now in (yesterday, NOW):
        scan(branch, now, yes=True)
        assert post(branch, now)["waiting"] == 0
    filed = {mail["id"]: mail for mail in outbox(branch) if mail["kind"] == "digest"}
    assert {str(mail["as_of"])[:10] for mail in filed.values()} == {"2026-11-09", "2026-11-10"}
    assert all((mail["state"], mail["error"]) == ("sent", "eml") for mail in filed.values())
    today = {mail["message_id"] for mail in filed.values() if str(mail["as_of"])[:10] == "2026-11-10"}
    desk = Desk()
    with serving(desk) as smtp:
        found = verdict(branch, smtp, now=NOW + timedelta(minutes=5))
        assert (found.failed, found.released) == (None, len(today))
        assert verdict(branch, smtp, now=NOW + timedelta(minutes=6)).released == 0
        assert post(branch, NOW + timedelta(minutes=7))["sent"] == 0
    tests = [mail for mail in desk.mails() if "测试邮件" in mail["Subject"]]
    assert len(tests) == 2
    assert sorted(set(desk.ids()) - {str(mail["Message-ID"]) for mail in tests}) == sorted(today)
    assert len(desk.got) == len(today) + 2


def test_a_channel_that_rested_rests_no_longer_and_what_waited_leaves(branch):
    write(branch, [customer("K1", "青禾纺织"), line("X1", "K1", "2026-12-11")])
    mail = Mail("a", "digest", "M1", "customer_manager", "m1@bank.example", "zh", "今天1项", "正文", "<p>正文</p>", NOW.date())
    branch.store.write([put(mail, branch.settings.install, NOW)], "system", "job", NOW)
    desk = Desk()
    with serving(desk, password="right") as smtp:
        branch.settings = settings.save(branch.settings.home, {"smtp": {**smtp, "user": "huce@bank.example", "password": "wrong"}})
        assert post(branch, NOW)["waiting"] == 1
        assert json.loads(branch.store.private.marks()["mail:paused"][0])["code"] == "mail.no_entry"
        found = verdict(branch, smtp, user="huce@bank.example", password="right", now=NOW + timedelta(minutes=1))
        assert found.released == 1
        assert branch.store.private.marks()["mail:paused"][0] == ""
    assert [to for to, _ in desk.got] == [(TO,), ("m1@bank.example",)]


def test_each_step_and_provider_has_its_words():
    from branch.mail_providers import PROVIDERS

    for lang in LANGS:
        for step in mailtest.STEPS:
            assert say(f"screen.setup.mail.step.{step}", lang)
        for one in PROVIDERS:
            assert say(f"screen.setup.mail.of.{one.key}", lang)
            assert say(f"screen.setup.mail.secret_of.{one.key}", lang)
