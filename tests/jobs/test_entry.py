"""Getting in: passwords, TLS, servers that hang up or fall silent; the channel rests and no mail is to blame."""

from __future__ import annotations

import ipaddress
import json
import ssl
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jobs.post import post
from tests.jobs.mailserver import Desk, scripted, serving
from tests.jobs.test_post import NOW, letter, row, states
from tests.jobs.world import with_settings

HELLO = (b"EHLO", b"250-here\r\n250 AUTH PLAIN LOGIN")


def talking_to(branch, smtp, **more):
    """The branch with this mail server, and what the server is told from now on."""
    calls = smtp["calls"]
    branch = with_settings(branch, {"smtp": {key: value for key, value in smtp.items() if key != "calls"} | more})
    letter(branch, "a", "m1@bank.example")
    return branch, calls


def pause_of(branch):
    return json.loads(branch.store.private.marks()["mail:paused"][0])


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


def test_a_server_that_refuses_and_hangs_up_has_refused(branch):
    """It is not knocked at again in a minute, as one that cannot be reached would be: it would lock the account."""
    no = b"535 5.7.8 authorization code needed"
    with scripted(HELLO, (b"AUTH PLAIN", no), (b"AUTH LOGIN", None)) as smtp:
        branch, calls = talking_to(branch, smtp, user="huce", password="secret")
        for minute in range(60):
            assert post(branch, NOW + timedelta(minutes=minute))["waiting"] == 1
    assert (pause_of(branch)["code"], pause_of(branch)["detail"]) == ("mail.no_entry", no.decode())
    assert sum(call.startswith(b"AUTH PLAIN") for call in calls) == 2
    assert states(branch) == {"a": "waiting"}


def test_a_way_in_that_is_offered_but_not_known_is_passed_over_for_the_next(branch):
    with scripted(
        HELLO, (b"AUTH PLAIN", b"504 unrecognised"), (b"AUTH LOGIN", b"334 UGFzc3dvcmQ6"), (b"C2VJCMV0", b"235 in"),
        (b"DATA", b"354 go on"),
    ) as smtp:  # fmt: skip
        branch, calls = talking_to(branch, smtp, user="huce", password="secret")
        assert post(branch, NOW)["sent"] == 1
    assert b"c2VjcmV0" in calls, "the password, said by LOGIN"
    assert any(call.upper().startswith(b"MAIL FROM:<HUCE@BANK.EXAMPLE>") for call in calls)


def test_a_temporary_no_at_the_door_is_tried_again_soon_and_is_no_refusal(branch):
    with scripted(HELLO, (b"AUTH", b"454 4.7.0 temporary failure")) as smtp:
        branch, _ = talking_to(branch, smtp, user="huce", password="secret")
        post(branch, NOW)
    assert pause_of(branch)["code"] == "mail.unreachable"
    assert pause_of(branch)["until"] == "2026-11-10T09:01:00"


def test_a_server_without_sign_in_says_so_when_a_user_is_set(branch):
    with scripted((b"EHLO", b"250 here")) as smtp:
        branch, calls = talking_to(branch, smtp, user="huce", password="secret")
        assert post(branch, NOW)["waiting"] == 1
    assert pause_of(branch)["code"] == "mail.no_entry"
    assert not any(b"secret" in call or b"AUTH" in call for call in calls)


def test_a_password_that_cannot_be_said_pauses_and_is_not_shown(branch):
    with scripted(HELLO) as smtp:
        branch, calls = talking_to(branch, smtp, user="huce", password="密码密码")
        assert post(branch, NOW)["waiting"] == 1
    assert pause_of(branch)["code"] == "mail.no_entry"
    assert "密码" not in json.dumps(pause_of(branch), ensure_ascii=False)
    assert not any(call.startswith(b"AUTH") for call in calls)


def test_a_server_that_falls_silent_before_the_text_leaves_the_mail_for_later(branch):
    with scripted(HELLO, (b"DATA", b"")) as smtp:
        branch, calls = talking_to(branch, smtp)
        assert post(branch, NOW)["retry"] == 1
    assert calls[-1] == b"DATA"
    assert row(branch, "a")["sent_at"] is None or str(row(branch, "a")["sent_at"]) == "NaT"


def test_a_server_that_falls_silent_after_the_text_may_have_taken_it(branch):
    with scripted(HELLO, (b"DATA", b"354 go on"), (b".\r\n", b"")) as smtp:
        branch, _ = talking_to(branch, smtp)
        post(branch, NOW)
    assert states(branch) == {"a": "possibly"}
    assert "可能已送达" in row(branch, "a")["error"]


def test_only_250_means_taken(branch):
    """Any other answer to the text, also a friendly one, is no acceptance."""
    with scripted(HELLO, (b"DATA", b"354 go on"), (b".\r\n", b"251 will forward")) as smtp:
        branch, _ = talking_to(branch, smtp)
        assert post(branch, NOW) == {"sent": 0, "retry": 1, "failed": 0, "waiting": 0}


def test_a_server_that_closes_for_the_day_in_the_middle_delays_nobody_else_for_good(branch):
    """421 to the first recipient and the line is cut; the second mail is tried on a new line."""
    desk = Desk(rcpt={"m1@bank.example": ["421 closing", "250 OK"]})
    with serving(desk) as smtp:
        branch = with_settings(branch, {"smtp": smtp})
        letter(branch, "a", "m1@bank.example")
        letter(branch, "b", "m2@bank.example", staff="M2")
        assert post(branch, NOW)["sent"] == 1
        assert post(branch, NOW + timedelta(minutes=1))["sent"] == 1
    assert sorted(to for to, _ in desk.got) == [("m1@bank.example",), ("m2@bank.example",)]


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
    key, name = (ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]))
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


def test_the_password_is_said_only_behind_tls(branch, certificate, monkeypatch):
    context, trusted = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    desk = Desk()
    with serving(desk, tls=context, password="right", require_starttls=True) as smtp:
        branch = with_settings(branch, {"smtp": {**smtp, "security": "starttls", "user": "huce@bank.example", "password": "right"}})
        letter(branch, "a", "m1@bank.example")
        assert post(branch, NOW)["sent"] == 1
    assert desk.signed_in == [True]


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
