"""Setup · mail as an administrator meets it: a provider fills in the server, a test says which step fails, the next one works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from branch import drafts, settings
from branch.branch import Branch
from jobs import mail_trial
from pages.parts import errand, house
from tests.jobs.mailserver import Desk, serving
from tests.pages.conftest import Open, said


@pytest.fixture(autouse=True)
def tried(here: Branch, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(house, "_mail", [mail_trial])
    drafts.drop(here, "ADM", "setup.mail")
    yield
    errand.forget(here.settings.home)


def page(opened: Open, lang: str = "zh") -> AppTest:
    at = opened("ADM", "settings", lang=lang)
    at.session_state["setup.part"] = "mail"
    return at.run()


def press(at: AppTest) -> AppTest:
    return next(one for one in at.button if one.label in ("测试并保存", "Test and save")).click().run()


def verdict(at: AppTest, here: Branch) -> AppTest:
    """Presses the button, and looks again once the verdict is there."""
    press(at)
    found = errand.newest(here.settings.home)
    assert found is not None
    assert found.ended.wait(30)
    return at.run()


def test_a_provider_fills_in_server_port_and_encryption_and_says_which_password_is_meant(opened: Open) -> None:
    at = page(opened)
    assert not at.exception
    assert at.text_input(key="setup.mail.host").value == ""
    at.selectbox(key="setup.mail.provider").set_value("netease163").run()
    assert [at.text_input(key=f"setup.mail.{key}").value for key in ("host", "port")] == ["smtp.163.com", "465"]
    assert at.selectbox(key="setup.mail.security").value == "tls"
    assert "授权码，不是登录密码" in said(at)
    at.selectbox(key="setup.mail.provider").set_value("microsoft").run()
    assert "应用密码" in said(at)
    assert at.text_input(key="setup.mail.port").value == "587"


def test_the_wrong_password_is_told_at_its_step_and_the_right_one_turns_mail_on(opened: Open, here: Branch) -> None:
    with serving(Desk(), password="right") as smtp:
        at = page(opened)
        for key in ("host", "port"):
            at.text_input(key=f"setup.mail.{key}").set_value(str(smtp[key]))
        at.selectbox(key="setup.mail.security").set_value("none")
        at.text_input(key="setup.mail.user").set_value("huce@bank.example")
        at.text_input(key="setup.mail.password").set_value("wrong-secret")
        at.text_input(key="setup.mail.to").set_value("admin@bank.example")
        verdict(at, here)
        assert not at.exception
        assert "✗] 登录" in said(at)
        assert "拒绝登录" in said(at)
        assert "没有保存" in said(at)
        assert "wrong-secret" not in said(at)
        assert settings.load(here.settings.home).smtp.host == ""
        assert at.text_input(key="setup.mail.user").value == "huce@bank.example", "nothing typed is lost"

        at.text_input(key="setup.mail.password").set_value("right")
        verdict(at, here)
        assert "邮件已开通：测试邮件已寄到 admin@bank.example" in said(at)
        assert "✗" not in said(at)
        assert settings.load(here.settings.home).smtp.user == "huce@bank.example"


def test_an_empty_form_says_what_is_missing(opened: Open, here: Branch) -> None:
    settings.save(here.settings.home, {"smtp": {"host": "", "user": "", "password": ""}})
    errand.forget(here.settings.home)
    at = verdict(page(opened), here)
    assert "请先选择邮箱服务商" in said(at)


def test_without_whoever_sends_mail_the_page_says_so(opened: Open, here: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "_mail", [])
    errand.forget(here.settings.home)
    at = press(page(opened, "en"))
    assert "Mail cannot be tested here" in said(at)
