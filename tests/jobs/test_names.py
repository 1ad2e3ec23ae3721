"""Names as people type them cannot add a header, a recipient, a tag or a line to a mail; every alert still leaves."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from jobs import message
from jobs.post import post
from jobs.scan import run as scan
from sheets.schema import Edit
from tests.jobs.mailserver import Desk, serving
from tests.jobs.world import at, customer, line, outbox, set_, with_settings, write

MORNING = at("2026-11-10 09:00")
TRICKS = {
    "LF": "云澜\nBcc: thief@evil.example", "CRLF": "云澜\r\nBcc: thief@evil.example\r\n\r\n<b>x</b>", "NEL": "云\x85澜",
    "line separator": "云\u2028澜", "paragraph separator": "云\u2029澜", "VT": "云\x0b澜", "FF": "云\x0c澜", "FS": "云\x1c澜",
    "NUL": "云\x00澜", "encoded word": "=?utf-8?q?x=0D=0ABcc:_thief@evil.example?=",
    "encoded word in base64": "=?utf-8?b?QmNjOiB0aGllZkBldmlsLmV4YW1wbGU=?=", "right to left": "\u202e澜云",
    "HTML": '<img src=x onerror="alert(1)">&<script>', "template": "{{ 7*7 }}{0.__class__}", "format": "{due} %s %(x)s",
    "a dot alone": ".", "four hundred": "长" * 400, "emoji": "🏦云澜🏭", "lone surrogate": "云\ud800澜",
}  # fmt: skip


@pytest.fixture
def tricks(branch):
    """A customer of every such name, and a manager of one, all due today."""
    edits = []
    for n, name in enumerate(TRICKS.values()):
        stored = name.encode("utf-8", "replace").decode()  # no store can keep half a character
        edits += [customer(f"K{n}", stored, "M1" if n % 2 else "M2"), line(f"N{n}", f"K{n}", "2026-12-10")]
    write(branch, edits)
    set_(branch, "staff", "M1", "2026-11-02 08:00", name="白川\r\nBcc: thief@evil.example")
    return branch


def test_every_alert_leaves_and_no_name_adds_a_header_or_a_recipient(tricks):
    desk = Desk()
    with serving(desk) as smtp:
        branch = with_settings(tricks, {"smtp": smtp, "name_zh": "分行\nBcc: thief@evil.example"})
        found = scan(branch, MORNING)
        assert found.new == len(TRICKS)
        assert post(branch, MORNING) == {"sent": 2, "retry": 0, "failed": 0, "waiting": 0}
    assert sorted(to for to, _ in desk.got) == [("m1@bank.example",), ("m2@bank.example",)]
    for mail in desk.mails():
        assert [mail.get_all(name, []) for name in ("Bcc", "Cc")] == [[], []]
        assert len(mail.get_all("To")) == len(mail.get_all("Subject")) == len(mail.get_all("From")) == 1
        assert not mail.defects
        assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert set(branch.book().frame("alerts")["state"].astype(str)) == {"told", "skipped"}


def test_what_a_name_says_is_shown_and_never_obeyed(tricks):
    scan(tricks, MORNING)
    for mail in outbox(tricks):
        assert "<img" not in mail["html"]
        assert "<script" not in mail["html"]
        assert not set(mail["text"] + mail["html"]) & set("\x00\x0b\x0c\x1c\x85\u2028\u2029\u202e\r")
    html, text = ("".join(mail[part] for mail in outbox(tricks)) for part in ("html", "text"))
    assert "&lt;img src=x onerror=" in html
    assert "<img src=x onerror=" in text
    assert "{{ 7*7 }}" in text
    assert "云 澜" in text
    assert "云澜 Bcc: thief@evil.example" in text
    assert "🏦云澜🏭" in text


@pytest.mark.parametrize("name", list(TRICKS.values()), ids=list(TRICKS))
def test_a_subject_of_any_name_decodes_to_one_clean_line(name):
    row = {
        "id": f"k{name}", "message_id": "<a@b>", "created_at": MORNING, "email": "m1@bank.example", "lang": "zh",
        "subject": f"【户策】请即办理：{name}", "text": name, "html": "<p>x</p>",
    }  # fmt: skip
    sent = message.build(row, "huce@bank.example", name, name)
    assert all(len(one) <= 998 for one in sent.split(b"\r\n"))
    assert sent.isascii()
    mail = message_from_bytes(sent, policy=policy.default)
    assert mail["Subject"].startswith("【户策】请即办理：")
    assert len(mail["Subject"]) <= 120
    assert mail["Bcc"] is None
    assert mail["To"] == "m1@bank.example"
    assert mail["Reply-To"] is None
    assert [one.addr_spec for one in mail["From"].addresses] == ["huce@bank.example"]
    assert not set(str(mail["Subject"]) + str(mail["From"])) & set("\r\n\x00\x0b\x0c\x1c\x85\u2028\u2029\u202e")


def test_an_address_with_more_than_an_address_in_it_is_no_recipient(branch):
    """A comma adds a person only where it stands between two whole addresses; a line break never does."""
    for typed, to in (
        ("a@x.example;b@x.example", ["a@x.example", "b@x.example"]), ("a@x.example\r\nRCPT TO:<b@x.example>", []),
        ("<a@x.example>", []), ("a b@x.example", []), ("a@x.example\n", ["a@x.example"]), ("a@x.example> SIZE=1", []),
        ('"a\\"@x.example', []), ("a@", []), ("@x.example", []), ("白@x.example", []),
    ):  # fmt: skip
        assert message.addresses({"email": typed}) == to, typed


def test_a_rule_renamed_with_a_trick_leaves_as_well(branch):
    write(branch, [customer("K1", "云澜"), line("N1", "K1", "2026-12-10")])
    rule = branch.store.row("rules", "R30")
    write(branch, [Edit("rules", "R30", rule, {"name_zh": "上报\r\nBcc: x@evil.example", "text_zh": "<b>{due}</b>"})])
    scan(branch, MORNING)
    assert post(branch, MORNING)["sent"] == 1
    (file,) = (branch.settings.home / "outbox").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["Bcc"] is None
    assert "&lt;b&gt;2026-11-10&lt;/b&gt;" in mail.get_body(("html",)).get_content()
