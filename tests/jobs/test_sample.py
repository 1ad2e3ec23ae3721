"""The mails of the whole sample branch, read as its people read them."""

from __future__ import annotations

import re
from datetime import date

import pytest

from branch import people, sample, scope
from jobs.post import post
from jobs.scan import run as scan
from tests.jobs.world import at, outbox, with_settings

DAY = "2026-11-23"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    home = tmp_path_factory.mktemp("sample") / "demo"
    made = sample.make(home, at(f"{DAY} 08:00"), as_of=date(2026, 11, 23))
    scan(made, at(f"{DAY} 08:30"))
    yield made
    made.store.close()


def digests(branch):
    return [mail for mail in outbox(branch) if mail["kind"] == "digest" and mail["id"].startswith("digest|")]


def test_the_first_scan_of_a_whole_branch_is_one_digest_a_person(demo):
    mails = outbox(demo)
    staff = demo.book().frame("staff")
    assert len({mail["staff"] for mail in mails}) == len(mails) <= (staff["status"].astype(str) != "left").sum()
    assert len(digests(demo)) >= 8
    assert set(demo.book().frame("alerts")["state"].astype(str)) == {"told", "skipped"}


def test_nobody_reads_of_a_customer_outside_his_scope(demo):
    book = demo.book()
    names = dict(zip(book.frame("customers")["id"], book.frame("customers")["short_name"], strict=True))
    read = 0
    for mail in digests(demo):
        reader = people.actor(book, mail["staff"], date(2026, 11, 23))
        mine = {names[one] for one in scope.customers(book, reader)}
        others = set(names.values()) - mine
        words = mail["text"] + mail["html"] + mail["subject"]
        assert not [name for name in others if name in words], mail["id"]
        read += sum(name in words for name in mine)
    assert read > 50


def test_no_amount_and_no_phone_leaves_the_house(demo):
    contacts = demo.book().frame("contacts")
    known = [str(one) for key in ("mobile", "office_phone") for one in contacts[key] if one]
    assert known
    for mail in outbox(demo):
        words = mail["text"] + mail["html"] + mail["subject"]
        assert not re.search(r"\d+(\.\d+)?\s*(亿元|万元|元)", words)
        assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", words)
        assert not [one for one in known if one in words]


def test_each_mail_is_short_and_begins_with_what_is_most_urgent(demo):
    for mail in digests(demo):
        assert len(mail["html"]) < 40_000
        headings = re.findall(r"== (\S+?)（", mail["text"])
        order = ["今天到期", "已逾期", "七日内到期", "提前提醒", "新增督办", "等您处理"]
        assert headings == [one for one in order if one in headings]
        for part in mail["text"].split("== ")[1:]:
            left = [int(days) for days in re.findall(r"剩(\d+)天）?(?:（补发）)?(?:$|：)", part, re.MULTILINE)]
            assert left == sorted(left), mail["id"]


def test_the_next_morning_escalates_and_the_second_look_says_nothing(demo):
    before = {mail["id"] for mail in outbox(demo)}
    branch = with_settings(demo, {"lang": "zh"})
    assert scan(branch, at("2026-11-23 08:31")).mails == 0
    found = scan(branch, at("2026-11-24 08:30"))
    assert found.new > 0
    again = scan(branch, at("2026-11-24 08:35"))
    assert (again.new, again.mails, again.closed) == (0, 0, 0)
    fresh = [mail for mail in outbox(branch) if mail["id"] not in before]
    assert {mail["id"].split("|")[2] for mail in fresh} == {"2026-11-24"}
    sent = post(branch, at("2026-11-24 08:36"))
    assert sent["sent"] == len(outbox(branch)) == len(list((branch.settings.home / "outbox").glob("*.eml")))
    branch.store.close()
