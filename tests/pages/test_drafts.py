"""What is typed into a form without a row of a ledger is there again in the next session, until it is saved; a secret never is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from branch import channels, clock, settings, views
from branch.branch import Branch
from jobs import mail_trial
from pages.parts import errand, house
from tests.jobs.mailserver import Desk, serving
from tests.pages.conftest import Open, said

RESTORED = "写到一半、没有保存的内容"


def kept(here: Branch) -> dict[str, str]:
    """Every draft of everybody, as it is stored."""
    return {name: text for name, (text, _) in here.store.private.marks().items() if name.startswith("draft:") and text}


def nowhere(here: Branch, secret: str) -> bool:
    """Whether no file of the branch holds it."""
    return not any(secret.encode() in one.read_bytes() for one in here.settings.home.rglob("*") if one.is_file())


@pytest.fixture(autouse=True)
def nothing_typed(here: Branch) -> None:
    for name in kept(here):
        here.store.private.unmark(name)


@pytest.fixture
def part(opened: Open) -> Callable[[str], AppTest]:
    """A part of the settings in a new session."""

    def shown(name: str) -> AppTest:
        at = opened("ADM", "settings", part=name)
        assert not at.exception
        return at

    return shown


# ------------------------------------------------------------------ the branch itself


def test_the_name_of_the_branch_is_back_until_it_is_saved(part: Callable[[str], AppTest], here: Branch) -> None:
    day = clock.today()
    at = part("branch")
    assert RESTORED not in said(at)
    at.text_input(key="setup.branch.name_zh").set_value("望川支行").run()
    at.date_input(key="setup.branch.live_since").set_value(day).run()
    at.selectbox(key="setup.branch.lang").set_value("en").run()
    assert here.settings.name_zh != "望川支行"

    at = part("branch")
    assert RESTORED in said(at)
    assert at.text_input(key="setup.branch.name_zh").value == "望川支行"
    assert at.date_input(key="setup.branch.live_since").value == day
    assert at.selectbox(key="setup.branch.lang").value == "en"
    at.text_input(key="setup.branch.name_en").set_value("")
    at.button(key="setup.branch.save").click().run()
    assert not at.exception
    assert (here.settings.name_zh, here.settings.lang, here.settings.policy.live_since) == ("望川支行", "en", day)
    assert kept(here) == {}
    assert at.text_input(key="setup.branch.name_en").value == "望川支行", "a blank one is the Chinese one, and stands in its field"
    assert RESTORED not in said(at)
    assert RESTORED not in said(part("branch"))


def test_a_refused_name_is_kept_and_can_be_thrown_away(part: Callable[[str], AppTest], here: Branch) -> None:
    before = here.settings.name_zh
    at = part("branch")
    at.text_input(key="setup.branch.name_zh").set_value("")
    at.button(key="setup.branch.save").click().run()
    assert "请填写本行名称" in said(at)
    at = part("branch")
    assert at.text_input(key="setup.branch.name_zh").value == ""
    at.button(key="setup.branch.discard").click().run()
    assert at.text_input(key="setup.branch.name_zh").value == before
    assert kept(here) == {}


def test_a_day_that_was_cleared_stays_cleared(part: Callable[[str], AppTest], here: Branch) -> None:
    here.settings = settings.save(here.settings.home, {"policy": {"live_since": clock.today()}})
    at = part("branch")
    assert at.date_input(key="setup.branch.live_since").value == clock.today()
    at.date_input(key="setup.branch.live_since").set_value(None).run()
    at = part("branch")
    assert at.date_input(key="setup.branch.live_since").value is None
    at.button(key="setup.branch.save").click().run()
    assert here.settings.policy.live_since is None


def test_another_part_of_the_page_keeps_what_was_typed_in_this_one(part: Callable[[str], AppTest]) -> None:
    at = part("branch")
    at.text_input(key="setup.branch.name_zh").set_value("半个名").run()
    for other in ("network", "branch"):
        at.query_params["part"] = other
        at.run()
    assert at.text_input(key="setup.branch.name_zh").value == "半个名"


def test_a_field_in_which_nobody_typed_follows_what_was_set_elsewhere(part: Callable[[str], AppTest], here: Branch) -> None:
    at = part("branch")
    at.text_input(key="setup.branch.name_en").set_value("Half a name").run()
    settings.save(here.settings.home, {"name_zh": "别处改的名"})
    at.run()
    assert at.text_input(key="setup.branch.name_zh").value == "别处改的名"
    assert "别处改的名" not in str([text.partition('"base"')[0] for text in kept(here).values()])
    assert at.text_input(key="setup.branch.name_en").value == "Half a name"


# ------------------------------------------------------------------ mail


def typed_mail(at: AppTest, smtp: dict[str, Any]) -> AppTest:
    at.selectbox(key="setup.mail.provider").set_value("microsoft").run()
    at.selectbox(key="setup.mail.security").set_value("none").run()
    for key, text in (("host", smtp["host"]), ("port", smtp["port"]), ("user", "huce@bank.example"), ("to", "somebody@bank.example")):
        at.text_input(key=f"setup.mail.{key}").set_value(str(text)).run()
    return at


def test_the_mail_server_is_back_and_its_password_nowhere(part: Callable[[str], AppTest], here: Branch) -> None:
    at = typed_mail(part("mail"), {"host": "mail.bank.example", "port": 2525})
    at.text_input(key="setup.mail.password").set_value("first-secret-code").run()
    assert at.text_input(key="setup.mail.password").value == "first-secret-code"
    assert nowhere(here, "first-secret-code")
    at = part("mail")
    assert RESTORED in said(at)
    held = {key: at.text_input(key=f"setup.mail.{key}").value for key in ("host", "port", "user", "to", "password")}
    assert held == {
        "host": "mail.bank.example", "port": "2525", "user": "huce@bank.example", "to": "somebody@bank.example", "password": "",
    }  # fmt: skip
    assert at.selectbox(key="setup.mail.provider").value == "microsoft"
    assert at.selectbox(key="setup.mail.security").value == "none"
    at.selectbox(key="setup.mail.provider").set_value("qq").run()
    assert part("mail").text_input(key="setup.mail.host").value == "smtp.qq.com"
    at.button(key="setup.mail.discard").click().run()
    assert at.text_input(key="setup.mail.host").value == here.settings.smtp.host
    assert kept(here) == {}


def test_what_is_saved_without_a_test_is_no_draft_any_more_and_the_address_of_the_test_is(
    part: Callable[[str], AppTest], here: Branch
) -> None:
    at = typed_mail(part("mail"), {"host": "mail.bank.example", "port": "02525"})
    at.text_input(key="setup.mail.host").set_value("mail2.bank.example")  # on its way with the click
    at.text_input(key="setup.mail.password").set_value("second-secret-code")
    at.button(key="setup.mail.save").click().run()
    assert not at.exception
    assert (here.settings.smtp.host, here.settings.smtp.port) == ("mail2.bank.example", 2525)
    [draft] = kept(here).values()
    assert "somebody@bank.example" in draft
    assert "host" not in draft
    assert "second-secret-code" not in draft
    at = part("mail")
    assert [at.text_input(key=f"setup.mail.{key}").value for key in ("port", "to", "password")] == ["2525", "somebody@bank.example", ""]


def test_a_good_test_ends_the_draft_and_a_bad_one_keeps_it(
    part: Callable[[str], AppTest], here: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "_mail", [mail_trial])

    def verdict(at: AppTest, password: str) -> AppTest:
        at.text_input(key="setup.mail.password").set_value(password)
        at.button(key="setup.mail.test").click().run()
        found = errand.newest(here.settings.home)
        assert found is not None
        assert found.ended.wait(30)
        return at.run()

    with serving(Desk(), password="right") as smtp:
        at = verdict(typed_mail(part("mail"), smtp), "third-secret-code")
        assert "没有保存" in said(at)
        assert at.text_input(key="setup.mail.user").value == "huce@bank.example"
        assert nowhere(here, "third-secret-code")
        at = part("mail")
        assert at.text_input(key="setup.mail.user").value == "huce@bank.example"
        at = verdict(at, "right")
    assert "邮件已开通" in said(at)
    assert RESTORED not in said(at)
    assert kept(here) == {}
    assert at.text_input(key="setup.mail.user").value == "huce@bank.example"
    assert at.text_input(key="setup.mail.password").value == ""
    errand.forget(here.settings.home)


# ------------------------------------------------------------------ the spreadsheet, robots


def test_the_link_of_the_spreadsheet_is_back(part: Callable[[str], AppTest], here: Branch) -> None:
    link = "https://docs.google.com/spreadsheets/d/abc/edit"
    part("google").text_input(key="google.link").set_value(link).run()
    at = part("google")
    assert at.text_input(key="google.link").value == link
    at.text_input(key="google.link").set_value("").run()
    assert kept(here) == {}


def test_the_address_of_a_robot_is_in_no_draft(opened: Open, here: Branch) -> None:
    key, signs = "9f8e7d6c-1111-2222-3333-444455556666", "SEC1f2e3d4c5b6a79881f2e3d4c5b6a7988"
    at = opened("CM1", "receiving")
    at.text_input(key="receiving.robots.address").set_value(f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}").run()
    at.text_input(key="receiving.robots.secret").set_value(signs).run()
    assert kept(here) == {}
    assert nowhere(here, key)
    assert nowhere(here, signs)
    assert opened("CM1", "receiving").text_input(key="receiving.robots.address").value == ""
    assert channels.of(here, "CM1") == {}


# ------------------------------------------------------------------ reasons


@pytest.mark.parametrize(("screen", "name"), [("customers", "customers.export"), ("dashboard", "board.take")])
def test_the_reason_of_an_export_is_back_until_the_file_is_made(
    opened: Open, here: Branch, monkeypatch: pytest.MonkeyPatch, screen: str, name: str
) -> None:
    made: dict[str, Callable[[], bytes]] = {}
    monkeypatch.setattr(st, "download_button", lambda *_, key, data, **__: made.update({key: data}))
    opened("BL1", screen).text_input(key=f"{name}.why").set_value("报分行检查").run()
    at = opened("BL1", screen)
    assert at.text_input(key=f"{name}.why").value == "报分行检查"
    assert made[name]()
    at.run()
    assert kept(here) == {}
    assert at.text_input(key=f"{name}.why").value == "报分行检查", "the window that took it out may take it out again"
    assert opened("BL1", screen).text_input(key=f"{name}.why").value == ""
    at.text_input(key=f"{name}.why").set_value("另一个原因").run()
    assert opened("BL1", screen).text_input(key=f"{name}.why").value == "另一个原因"


def test_the_reason_for_a_number_in_full_is_back_until_it_was_shown(opened: Open, here: Branch) -> None:
    def shown() -> AppTest:
        return opened("TL1", "customer", id="C1", part="contacts", contact="K1")

    shown().text_input(key="contacts.why.K1.reason").set_value("约见客户").run()
    at = shown()
    assert at.text_input(key="contacts.why.K1.reason").value == "约见客户"
    at.button(key="contacts.show.K1").click().run()
    assert not at.exception
    assert "13800000001" in said(at)
    assert kept(here) == {}
    assert shown().text_input(key="contacts.why.K1.reason").value in (None, "")


# ------------------------------------------------------------------ the name of a view


def test_the_name_of_a_view_is_back_until_it_is_kept_or_renamed(opened: Open, here: Branch) -> None:
    def shown() -> AppTest:
        return opened("CM1", "customers", q="启岚")

    shown().text_input(key="customers.view.new").set_value("启岚的").run()
    at = shown()
    assert at.text_input(key="customers.view.new").value == "启岚的"
    at.button(key="customers.view.keep").click().run()
    assert not at.exception
    assert [one.name for one in views.views(here, "CM1", "customers")] == ["启岚的"]
    assert kept(here) == {}

    field = "customers.view.name.启岚的.new"
    shown().text_input(key=field).set_value("启岚集团").run()
    at = shown()
    assert at.text_input(key=field).value == "启岚集团"
    at.button(key="customers.view.name.启岚的.rename").click().run()
    assert not at.exception
    assert [one.name for one in views.views(here, "CM1", "customers")] == ["启岚集团"]
    assert kept(here) == {}
    at.text_input(key="customers.view.name.启岚集团.new").set_value("不用了").run()
    at.button(key="customers.view.name.启岚集团.remove").click().run()
    assert not at.exception
    assert kept(here) == {}
