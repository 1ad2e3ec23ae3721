"""The first hour of a branch: every page on an empty one, and the administrator's way from there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from branch import accounts, clock, first_scan, reach
from branch.branch import Branch
from branch.opening import create
from branch.people import SYSTEM
from pages.parts import guard, house
from pages.parts.screens import ALL, SCREENS
from sheets.schema import Edit
from tests.pages.conftest import PERSON, ROOT, said
from tests.small import rows

PASSWORD = "望川 支行 2026 秋"
FEW = ("customer_manager", "leader", "admin")  # who walks through every page in the short suite
Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    """A branch of one hour: the administrator, and one person of each role that they have entered; nothing else."""
    home = tmp_path_factory.mktemp("first") / "home"
    made = create(home, clock.now())
    accounts.set_up(made, accounts.setup_key(made, clock.now()), "ADM", "朱红", PASSWORD, clock.now(), "adm@bank.example")
    people = [
        Edit("staff", key, None, {"name": f"员工{key}", "role": role, "status": "active"}) for role, key in PERSON.items() if key != "ADM"
    ]
    made.write(people, SYSTEM, "portal", clock.now())
    made.store.close()
    before = os.environ.get("HUCE_HOME")
    os.environ["HUCE_HOME"] = str(home)
    yield house.branch()
    os.environ.pop("HUCE_HOME") if before is None else os.environ.update(HUCE_HOME=before)


@pytest.fixture
def opened(fresh: Branch, monkeypatch: pytest.MonkeyPatch) -> Open:
    token = [""]
    monkeypatch.setattr(guard, "session_token", lambda: token[0])

    def page(person: str, screen: str, *, lang: str = "zh", **query: str) -> AppTest:
        if not fresh.store.private.password(person):
            accounts.accept(fresh, accounts.invite(fresh, SYSTEM, person, clock.now()), PASSWORD, clock.now())
        token[0] = accounts.sign_in(fresh, person, PASSWORD, "here", clock.now())
        at = AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=30)
        at.session_state["language"] = lang
        if screen != "today":
            at.switch_page(f"{screen}.py")
        for key, value in query.items():
            at.query_params[key] = value
        return at.run()

    return page


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.long)])
@pytest.mark.parametrize("role", [one if one in FEW else pytest.param(one, marks=pytest.mark.long) for one in ALL])
@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_opens_on_an_empty_branch(opened: Open, screen: str, role: str, lang: str) -> None:
    at = opened(PERSON[role], screen, lang=lang)
    assert not at.exception
    assert not at.error
    assert said(at)
    if role in SCREENS[screen].roles and not SCREENS[screen].hidden:
        assert at.title


def press(at: AppTest, key: str) -> AppTest:
    """The button whose key begins so: that of a save carries a token besides."""
    next(one for one in at.button if str(one.key or "").startswith(key)).click()
    at.run()
    assert not at.exception
    return at


def test_the_administrator_is_led_from_step_to_step(opened: Open) -> None:
    at = opened("ADM", "today")
    text = said(at)
    assert "开始使用 · 6 步中已完成" in text
    assert "本行名称和上线日期 — 还没有填写".replace(" — ", "** :gray[— ") in text
    press(at, "first.later.branch")
    assert "留到以后" in said(at)
    press(at, "first.later.branch")
    assert "留到以后" not in said(at)


def test_others_are_told_that_the_branch_is_being_filled(opened: Open) -> None:
    text = said(opened("CM1", "today"))
    assert "本行的客户资料还在录入" in text
    assert "开始使用" not in text


def test_the_branch_is_named_and_dated(opened: Open, fresh: Branch) -> None:
    at = opened("ADM", "settings", part="branch")
    at.text_input(key="setup.branch.name_zh").set_value("望川支行")
    at.text_input(key="setup.branch.name_en").set_value("Wangchuan branch")
    at.date_input(key="setup.branch.live_since").set_value(clock.now().date())
    at.button(key="setup.branch.save").click().run()
    assert not at.exception
    assert (fresh.settings.name_zh, fresh.settings.name_en) == ("望川支行", "Wangchuan branch")
    assert fresh.settings.policy.live_since == clock.now().date()
    assert "望川支行" in said(opened("ADM", "today"))
    record = fresh.store.history("*access", "ADM")
    assert "name_zh=望川支行" in str(record.loc[record["column"] == "branch_settings", "new"].iloc[0])


def test_a_branch_without_a_name_is_refused(opened: Open, fresh: Branch) -> None:
    before = fresh.settings.name_zh
    at = opened("ADM", "settings", part="branch")
    at.text_input(key="setup.branch.name_zh").set_value("  ")
    at.button(key="setup.branch.save").click().run()
    assert "请填写本行名称" in said(at)
    assert fresh.settings.name_zh == before


def test_a_team_and_a_person_are_entered_with_their_own_numbers(opened: Open, fresh: Branch) -> None:
    at = opened("ADM", "settings", part="people")
    press(at, "people.add.teams")
    at.text_input(key="people.teams.new.id").set_value("GS1")
    at.text_input(key="people.teams.new.name").set_value("公司业务一部")
    press(at, "people.teams.new.save")
    assert (fresh.store.row("teams", "GS1") or {}).get("name") == "公司业务一部"
    press(at, "people.add.staff")
    at.text_input(key="people.staff.new.id").set_value("83001")
    at.text_input(key="people.staff.new.name").set_value("林晓")
    at.selectbox(key="people.staff.new.role").set_value("customer_manager")
    at.selectbox(key="people.staff.new.team").set_value("GS1")
    at.text_input(key="people.staff.new.email").set_value("lin.xiao@bank.example")
    press(at, "people.staff.new.save")
    row = fresh.store.row("staff", "83001") or {}
    assert (row.get("name"), row.get("team"), row.get("status")) == ("林晓", "GS1", "active")
    at.selectbox(key="people.pick.staff").set_value("83001").run()
    at.text_input(key="people.staff.83001.name").set_value("林晓晓")
    press(at, "people.staff.83001.save")
    assert (fresh.store.row("staff", "83001") or {}).get("name") == "林晓晓"


def invited_as(opened: Open, person: str = "TL1") -> AppTest:
    at = opened("ADM", "settings", part="people")
    at.selectbox(key="setup.person").set_value(person)
    return press(at, "setup.invite")


def test_while_only_this_computer_reaches_the_portal_no_link_is_given_out(opened: Open) -> None:
    at = invited_as(opened)
    assert "只有这台电脑能打开" in said(at)
    assert "127.0.0.1" not in at.code[0].value
    assert "#" not in at.code[0].value


def test_an_invitation_is_a_link_under_the_address_of_colleagues(opened: Open, fresh: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "addresses", lambda: ["192.0.2.7"])
    at = opened("ADM", "settings", part="network")
    assert "现在只有这台电脑能打开" in said(at)
    press(at, "network.let_in")
    assert (fresh.settings.portal.address, fresh.settings.portal.url.rpartition(":")[0]) == ("0.0.0.0", "http://192.0.2.7")  # noqa: S104
    assert "重新启动" in said(at)
    newcomer = Edit("staff", "TL9", None, {"name": "新来的", "role": "team_leader", "status": "active"})
    fresh.write([newcomer], SYSTEM, "portal", clock.now())
    at = invited_as(opened, "TL9")
    place, _, code = at.code[0].value.partition("#")
    assert place == f"{fresh.settings.portal.url}/invite"
    assert "TL9" in accounts.invited(fresh, clock.now())
    assert "已邀请" in said(at)
    assert accounts.accept(fresh, code, PASSWORD, clock.now())
    press(opened("ADM", "settings", part="network"), "network.keep_out")
    assert (fresh.settings.portal.address, fresh.settings.portal.url) == ("127.0.0.1", "")


def test_the_first_mails_are_shown_and_then_let_go(opened: Open, fresh: Branch) -> None:
    at = opened("ADM", "today")
    press(at, "first.go.scan")
    assert "还没有客户" in said(at)
    assert not [one for one in at.button if one.key == "first.scan.start"]
    more = [one for one in rows(clock.now().date()) if not (one.table == "staff" and one.id in PERSON.values())]
    fresh.store.write(more, "system", "terminal", clock.now())
    at = opened("ADM", "today")
    press(at, "first.go.scan")
    assert "员工CM1" in said(at)  # a manager with something overdue, whom nobody has told yet
    press(at, "first.scan.start")
    assert "已确认" in said(at)
    assert first_scan.confirmed(fresh.store.private.marks())
