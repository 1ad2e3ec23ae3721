"""Days on which something is wrong: a rule is edited, somebody has left, two bear one name, nobody is left, mail is down.

Each of them costs a sentence: nothing is lost, nothing is told twice, and the other mails go out.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from branch import undo
from branch.exchange import take_grid
from branch.people import SYSTEM
from jobs.post import post
from jobs.scan import run as scan
from sheets.files import csvfile
from sheets.schema import Edit
from tests.jobs.mailserver import Desk, free_port, serving
from tests.jobs.test_post import letter
from tests.jobs.world import alerts, at, customer, line, outbox, set_, with_settings, write

DUE = "R30|N1|2026-11-10"
MORNING = at("2026-11-10 09:00")


@pytest.fixture
def two(branch):
    """Two managers with a line each, both due on Tuesday 2026-11-10."""
    write(branch, [
        customer("K1", "云澜启岚机械(示例)"), line("N1", "K1", "2026-12-10"),
        customer("K2", "北岭食品(示例)", "M2"), line("N2", "K2", "2026-12-10"),
    ])  # fmt: skip
    return branch


def digests(branch):
    return sorted(mail["id"] for mail in outbox(branch) if mail["kind"] in ("digest", "immediate") and not mail["id"].startswith("clear|"))


def texts(branch):
    return {mail["id"]: mail["text"] for mail in outbox(branch)}


def row(branch, key):
    return branch.book().frame("alerts").set_index("id").loc[key]


def test_a_rule_edited_while_its_alerts_stand_closes_them_and_the_new_ones_come_once(two):
    scan(two, MORNING)
    assert {state for key, state in alerts(two).items() if "|due|" in key} == {"told"}
    set_(two, "rules", "R30", "2026-11-10 10:00", lead="1m+10d")
    found = scan(two, at("2026-11-10 10:01"))
    assert found.closed == 2
    assert {state for key, state in alerts(two).items() if key.startswith((DUE, "R30|N2|2026-11-10"))} <= {"closed", "skipped"}
    assert found.new == 6, "overdue to the manager, and one step up to the team leader and the leader, of either line"
    again = scan(two, at("2026-11-10 10:06"))
    assert (again.new, again.closed, again.mails) == (0, 0, 0)


def test_a_rule_switched_off_closes_its_alerts_and_switched_on_again_tells_nothing_twice(two):
    scan(two, MORNING)
    told = digests(two)
    set_(two, "rules", "R30", "2026-11-10 10:00", enabled=False)
    assert scan(two, at("2026-11-10 10:01")).closed == 2
    set_(two, "rules", "R30", "2026-11-10 11:00", enabled=True)
    back = scan(two, at("2026-11-10 11:01"))
    assert (back.new, back.mails) == (0, 0)
    assert digests(two) == told


def test_what_an_owner_who_left_owes_goes_one_level_up_flagged_and_the_other_mails_go_out(two):
    set_(two, "staff", "M1", "2026-11-09 18:00", status="left")
    scan(two, MORNING)
    assert digests(two) == ["digest|L1|2026-11-10", "digest|M2|2026-11-10"]
    told = row(two, f"{DUE}|due|customer_manager|digest")
    assert (told["staff"], bool(told["unresolved"]), str(told["state"])) == ("L1", True, "told")
    assert "云澜启岚" in texts(two)["digest|L1|2026-11-10"]
    assert "北岭" not in texts(two)["digest|L1|2026-11-10"]


def test_two_of_the_same_name_each_get_their_own_mail_at_their_own_address(two):
    desk = Desk()
    with serving(desk) as smtp:
        two = with_settings(two, {"smtp": smtp})
        set_(two, "staff", "M2", "2026-11-09 18:00", name="白川", lang="zh")
        scan(two, MORNING)
        assert post(two, MORNING)["sent"] == 2
    said = {to: mail.get_body(("plain",)).get_content() for (to,), mail in zip((got[0] for got in desk.got), desk.mails(), strict=True)}
    assert "云澜" in said["m1@bank.example"]
    assert "北岭" not in said["m1@bank.example"]
    assert "北岭" in said["m2@bank.example"]
    assert "云澜" not in said["m2@bank.example"]


def test_where_two_bear_one_name_a_mail_about_them_says_which_by_their_number(two):
    set_(two, "staff", "M2", "2026-11-09 18:00", name="白川", lang="zh")
    scan(two, MORNING)
    scan(two, at("2026-11-11 09:00"))
    climbed = texts(two)["digest|L1|2026-11-11"]
    assert "客户经理 白川 M1" in climbed
    assert "客户经理 白川 M2" in climbed


def test_a_deputy_who_is_away_too_is_stood_in_for_in_turn(two):
    def leave(key, who, deputy):
        return Edit("leave", key, None, {"staff": who, "from_on": date(2026, 11, 9), "to_on": date(2026, 11, 13), "deputy": deputy})

    write(two, [leave("V1", "M1", "M2"), leave("V2", "M2", "L1")])
    scan(two, MORNING)
    assert digests(two) == ["digest|L1|2026-11-10"]
    both = texts(two)["digest|L1|2026-11-10"]
    assert "云澜启岚" in both
    assert "北岭食品" in both
    told = row(two, f"{DUE}|due|customer_manager|digest")
    assert (told["staff"], bool(told["unresolved"])) == ("L1", False)


def test_with_nobody_left_everything_is_on_record_unresolved_and_the_administrator_is_told_once(two):
    for person in ("B1", "L1", "M1", "M2", "C1"):
        set_(two, "staff", person, "2026-11-09 18:00", status="left")
    scan(two, MORNING)
    scan(two, at("2026-11-10 09:05"))
    known = two.book().frame("alerts")
    assert len(known[known["step"] == "due"]) == 2
    assert known.loc[known["step"] == "due", "unresolved"].all()
    assert {mail["staff"] for mail in outbox(two)} == {"A1"}
    assert len(outbox(two)) == 1
    set_(two, "staff", "M1", "2026-11-10 10:00", status="active")
    scan(two, at("2026-11-11 09:00"))
    assert "云澜启岚" in texts(two)["digest|M1|2026-11-11"], "back in post: what is owed is theirs to hear of"


def test_a_clock_put_back_a_day_tells_nothing_again(two):
    scan(two, MORNING)
    scan(two, at("2026-11-11 09:00"))
    before, sent = alerts(two), digests(two)
    for moment in ("2026-11-10 09:05", "2026-11-10 15:00", "2026-11-11 09:05"):
        back = scan(two, at(moment))
        assert (back.new, back.mails, back.held) == (0, 0, "")
    assert (alerts(two), digests(two)) == (before, sent)


def test_mail_down_for_three_hours_delays_what_was_due_and_loses_none_of_it(two):
    port = free_port()
    two = with_settings(two, {"smtp": {"host": "127.0.0.1", "port": port, "security": "none", "sender": "h@bank.example"}})
    scan(two, MORNING)
    for half in range(6):
        assert post(two, MORNING + timedelta(minutes=30 * half))["sent"] == 0
    desk = Desk()
    with serving(desk) as smtp:
        two = with_settings(two, {"smtp": smtp})
        later = MORNING + timedelta(hours=3)
        scan(two, later)
        assert post(two, later)["sent"] == 2
        assert post(two, later + timedelta(minutes=1))["sent"] == 0
    assert sorted(to for (to,), _ in desk.got) == ["m1@bank.example", "m2@bank.example"]


def test_twenty_refusals_leave_the_obligations_as_they_are(two):
    """A mailbox that is refused for good twenty times: what is owed stays owed, is told again, and others get theirs."""
    desk = Desk(rcpt={"m1@bank.example": ["550 no such user"]})
    with serving(desk) as smtp:
        two = with_settings(two, {"smtp": smtp})
        scan(two, MORNING)
        for number in range(19):
            letter(two, f"more{number}", "m1@bank.example", now=MORNING)
        post(two, MORNING)
        scan(two, at("2026-11-11 09:00"))
        post(two, at("2026-11-11 09:00"))
    assert desk.asked.count("m1@bank.example") >= 20
    look = two.look(at("2026-11-11 09:30"))
    assert dict(zip(look.dues["row"], look.dues["state"].astype(str), strict=True)) == {"N1": "overdue", "N2": "overdue"}
    assert "closed" not in alerts(two).values()
    assert "云澜启岚" in texts(two)["digest|M1|2026-11-11"]
    assert [to for to, _ in desk.got if to == ("m2@bank.example",)] == [("m2@bank.example",)] * 2


def test_addresses_that_contain_one_another_are_two_people(two):
    desk = Desk()
    with serving(desk) as smtp:
        two = with_settings(two, {"smtp": smtp})
        set_(two, "staff", "M1", "2026-11-09 18:00", email="an@bank.example")
        set_(two, "staff", "M2", "2026-11-09 18:00", email="han@bank.example")
        scan(two, MORNING)
        post(two, MORNING)
    assert sorted(to for (to,), _ in desk.got) == ["an@bank.example", "han@bank.example"]


def test_rows_whose_numbers_contain_one_another_are_told_each_for_itself(branch):
    write(branch, [customer("K1", "云澜(示例)"), line("N1", "K1", "2026-12-10")])
    scan(branch, MORNING)
    write(branch, [customer("K11", "北岭(示例)"), line("N11", "K11", "2026-12-10")], "2026-11-10 10:00")
    assert scan(branch, at("2026-11-10 10:01")).new == 1
    assert alerts(branch)["R30|N11|2026-11-10|due|customer_manager|digest"] in ("told", "open")


def test_what_an_import_brings_is_told_by_the_next_scan_and_not_muted(branch):
    scan(branch, at("2026-11-09 09:00"))
    rows = "客户编号,客户名称,客户简称,客户层级,状态,管户客户经理,所属团队\nK9,云澜启岚机械(示例),启岚机械,重点,正常,M1,T1\n"
    take_grid(branch, "customers", csvfile.grid(rows.encode()), "customers.csv", at("2026-11-10 08:00"), SYSTEM, token=undo.token("a"))
    write(branch, [line("N9", "K9", "2026-12-10")], "2026-11-10 08:05")
    assert scan(branch, MORNING).new == 1
    assert digests(branch) == ["digest|M1|2026-11-10"]
