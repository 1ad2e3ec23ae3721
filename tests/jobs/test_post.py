"""Mail over a real SMTP server: taken, refused, put off, cut off, silent, locked; nothing lost, nothing doubled."""

from __future__ import annotations

import ipaddress
import json
import ssl
from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jobs import outbox as box
from jobs.letters import put_notice
from jobs.outbox import Mail
from jobs.post import post
from jobs.scan import scan
from tests.jobs.mailserver import Desk, free_port, serving, silent
from tests.jobs.world import at, customer, line, outbox, set_, with_settings, write

NOW = at("2026-11-10 09:00")


def letter(branch, key, email, *, kind="digest", staff="M1", now=NOW):
    mail = Mail(
        key,
        kind,
        staff,
        "customer_manager",
        email,
        "zh",
        "【户策】今天1项",
        "正文\n.点开头\n",
        "<p>正文</p>",
        now.date(),
    )
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
        for key, email, staff in (
            ("a", "m1@bank.example", "M1"),
            ("b", "m2@bank.example", "M2"),
            ("c", "l1@bank.example", "L1"),
        ):
            letter(branch, key, email, staff=staff)
        assert post(branch, NOW) == {"sent": 1, "retry": 1, "failed": 1, "waiting": 1}, (
            "the notice of the dead letter waits"
        )
        assert {k: v for k, v in states(branch).items() if len(k) == 1} == {"a": "sent", "b": "failed", "c": "retry"}
        assert post(branch, NOW + timedelta(minutes=1))["sent"] == 2
    assert [to for to, _ in desk.got] == [("m1@bank.example",), ("a1@bank.example",), ("l1@bank.example",)] or len(
        desk.got
    ) == 3
    assert row(branch, "b")["error"] == "550 no such user"
    issues = [issue for issue in scan(branch, NOW, dry_run=True).issues if issue.code == "mail.refused"]
    assert [(issue.table, issue.row, issue.column, issue.raw) for issue in issues] == [
        ("staff", "M2", "email", "m2@bank.example")
    ]


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
            post(branch, NOW + timedelta(minutes=minute))
    assert len(desk.got) == 2
    assert states(branch) == {"a": "possibly"}
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
    branch = with_settings(
        branch, {"smtp": {"host": "127.0.0.1", "port": port, "security": "none", "sender": "h@bank.example"}}
    )
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


def test_a_refused_password_is_not_tried_every_minute_and_a_new_one_at_once(branch):
    desk = Desk()
    with serving(desk, password="right") as smtp:
        branch = with_settings(branch, {"smtp": {**smtp, "user": "huce@bank.example", "password": "wrong"}})
        letter(branch, "a", "m1@bank.example")
        for minute in range(60):
            assert post(branch, NOW + timedelta(minutes=minute))["waiting"] == 1
        pause = json.loads(branch.store.private.marks()["mail:paused"][0])
        assert pause["code"] == "mail.no_entry"
        assert pause["detail"].startswith("535")
        assert desk.connections <= 4, "two tries in an hour, each with two greetings at most"
        assert "wrong" not in branch.store.private.marks()["mail:paused"][0]
        branch = with_settings(branch, {"smtp": {"password": "right"}})
        assert post(branch, NOW + timedelta(minutes=60))["sent"] == 1


def test_a_sender_that_the_server_does_not_take_pauses_and_blames_no_mail(branch):
    class Strict(Desk):
        async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
            return "553 sender rejected"

    with serving(Strict()) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        assert post(branch, NOW)["waiting"] == 1
    assert "mail.sender_refused" in branch.store.private.marks()["mail:paused"][0]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate of this machine's own, and a client that trusts it (SSL_CERT_FILE)."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]),
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1))
        .not_valid_after(datetime(2120, 1, 1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return server, folder / "cert.pem"


def test_starttls_is_spoken_where_it_is_asked_for(branch, certificate, monkeypatch):
    context, trusted = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    desk = Desk()
    with serving(desk, tls=context, require_starttls=True) as smtp:
        branch = with_settings(branch, {"smtp": {**smtp, "security": "starttls"}})
        letter(branch, "a", "m1@bank.example")
        assert post(branch, NOW)["sent"] == 1


def test_a_server_that_demands_tls_pauses_the_channel(branch, certificate):
    context, _ = certificate
    with serving(Desk(), tls=context, require_starttls=True) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        assert post(branch, NOW)["waiting"] == 1
    assert "530" in branch.store.private.marks()["mail:paused"][0]


def test_tls_is_never_given_up_for_a_server_that_has_none(branch):
    desk = Desk()
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": {**smtp, "security": "starttls"}})
        letter(branch, "a", "m1@bank.example")
        assert post(branch, NOW)["waiting"] == 1
    assert desk.got == []
    assert "mail.no_tls" in branch.store.private.marks()["mail:paused"][0]


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(branch, certificate):
    context, _ = certificate
    desk = Desk()
    with serving(desk, tls=context) as smtp:
        branch = with_settings(branch, {"smtp": {**smtp, "security": "starttls"}})
        letter(branch, "a", "m1@bank.example")
        post(branch, NOW)
    assert desk.got == []
    assert "certificate" in branch.store.private.marks()["mail:paused"][0].lower()


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


def test_a_person_without_an_address_is_a_visible_failure(branch):
    desk = Desk()
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "none", "")
        letter(branch, "bad", "not an address")
        letter(branch, "good", "m1@bank.example")
        found = post(branch, NOW)
    assert (found["sent"], found["failed"]) == (1, 2)
    assert "邮箱" in row(branch, "none")["error"]


def test_a_letter_stays_inside_the_allowed_domains(branch):
    desk = Desk()
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": {**smtp, "allowed_domains": ["bank.example"]}})
        letter(branch, "in", "m1@bank.example")
        letter(branch, "out", "m1@elsewhere.example")
        post(branch, NOW)
    assert {k: v for k, v in states(branch).items() if k in ("in", "out")} == {"in": "sent", "out": "failed"}
    assert all("elsewhere" not in " ".join(to) for to, _ in desk.got)


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


def test_without_a_server_mails_are_files_that_any_reader_opens(branch):
    write(branch, [customer("K1", "云澜启岚机械(示例)"), line("N1", "K1", "2026-12-10")])
    scan(branch, NOW)
    assert post(branch, NOW)["sent"] == 1
    (file,) = (branch.settings.home / "outbox").iterdir()
    assert file.name.startswith("2026-11-10-digest-M1-")
    assert file.suffix == ".eml"
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["To"] == "m1@bank.example"
    assert "云澜启岚机械(示例)" in mail.get_body(("html",)).get_content()
    assert row(branch, "digest|M1|2026-11-10")["error"] == "eml"


def test_an_outbox_folder_that_cannot_be_written_pauses_and_loses_nothing(branch):
    (branch.settings.home / "outbox").write_text("in the way")
    letter(branch, "a", "m1@bank.example")
    assert post(branch, NOW) == {"sent": 0, "retry": 0, "failed": 0, "waiting": 1}
    assert "mail.no_folder" in branch.store.private.marks()["mail:paused"][0]
    (branch.settings.home / "outbox").unlink()
    assert post(branch, NOW + timedelta(minutes=5))["sent"] == 1


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
