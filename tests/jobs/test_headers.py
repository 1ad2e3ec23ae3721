"""What a header says is what any mail program reads, spaces and all; no line is longer than the standards allow."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest

from jobs.message import build
from tests.jobs.test_post import NOW
from texts import clean

SUBJECTS = [
    "【户策】11月10日待办：逾期3项，今天2项",
    "短",
    "plain words only",
    "a" * 120,
    "long ASCII words " * 7,
    "【户策】mixed 中文 and English words  with  two spaces 与 空格 at every fold place 再来一次 and again 结尾",
    "空 格 " * 30,
    "🏦💰👨‍👩‍👧‍👦 emoji 组合 " * 5,
    "x" * 66 + " " + "y" * 40,
    "looks like =?utf-8?b?5L2g?= one",
    "中" * 120,
    'quotes " and \\ and <angle> (brackets)',
    *(("字" * n + " " + "字" * 40) for n in range(12, 24)),
    *(("w" * n + " 字 " + "w" * 40) for n in range(38, 60)),
]


def mail_with(subject: str, name: str = "示例支行 户策提醒") -> bytes:
    row = {
        "id": "k", "message_id": "<k@huce>", "created_at": NOW, "email": "m1@bank.example;m2@bank.example", "subject": subject,
        "lang": "zh", "text": "正文\n.点", "html": "<p>正文</p>",
    }  # fmt: skip
    return build(row, "huce@bank.example", name, "reply@bank.example")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_survives_its_folding(subject: str) -> None:
    wanted = clean.header(subject)
    assert len(wanted) >= min(len(subject.split()), 100), "the sample is not cleaned away"
    raw = mail_with(subject)
    read = message_from_bytes(raw, policy=policy.default)
    old = message_from_bytes(raw, policy=policy.compat32)
    got = read["Subject"]
    assert got == str(make_header(decode_header(old["Subject"]))), "the strict and the old reader agree"
    assert got == wanted
    assert read.defects == []
    assert read["Subject"].defects == ()
    for line in raw.split(b"\r\n\r\n", 1)[0].split(b"\r\n"):
        assert len(line) <= 78
        for word in line.split():
            assert not word.startswith(b"=?") or len(word) <= 75


@pytest.mark.parametrize("name", ["示例支行 户策提醒", "Sample Branch Huce", 'Branch, "A" <b@c>', "很长的支行名字" * 12, "🏦 Bank"])
def test_the_senders_name_and_the_recipients_are_read_as_they_are(name: str) -> None:
    read = message_from_bytes(mail_with("s", name), policy=policy.default)
    shown, address = parseaddr(message_from_bytes(mail_with("s", name), policy=policy.compat32)["From"])
    assert (str(make_header(decode_header(shown))), address) == (clean.header(name), "huce@bank.example")
    assert [one.addr_spec for one in read["From"].addresses] == ["huce@bank.example"]
    assert [one.addr_spec for one in read["To"].addresses] == ["m1@bank.example", "m2@bank.example"]
    assert read["Reply-To"] == "reply@bank.example"
    assert read.get_body(("plain",)).get_content().splitlines() == ["正文", ".点"]
    assert "正文" in read.get_body(("html",)).get_content()
