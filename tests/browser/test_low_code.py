"""A ledger of the branch's own and a rule on it, made in the browser without typing a key, from the first click to the mail."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from branch import access, clock, exchange, exports, people, settings
from branch.branch import Branch
from branch.opening import open_branch
from branch.people import SYSTEM, Actor
from jobs.scan import run as scan
from sheets.schema import Edit
from tests.browser.conftest import enter, settled
from tests.serving import Served

pytestmark = pytest.mark.browser


def typed(page: Page, label: str, text: str, nth: int = 0) -> None:
    field = page.locator("input, textarea").and_(page.get_by_label(label, exact=False)).nth(nth)  # not the heading of that name
    field.fill(text)
    field.press("Tab")
    settled(page)


def day(page: Page, label: str, wanted: date) -> None:
    page.get_by_test_id("stMain").get_by_label(label).get_by_role("spinbutton").first.click()
    page.keyboard.type(f"{wanted:%Y%m%d}")
    page.keyboard.press("Escape")
    settled(page)


def pick(page: Page, label: str, option: str, nth: int = 0) -> None:
    """Opens a list by its label, types the option's words and takes it."""
    box = page.get_by_role("combobox", name=label).nth(nth)
    box.click()
    page.keyboard.type(option)
    page.get_by_role("option", name=option, exact=True).first.click()
    settled(page)
    page.keyboard.press("Tab")  # several may be picked: the list stays open until it is left
    settled(page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    settled(page)


def who(branch: Branch, staff: str) -> Actor:
    found = people.actor(branch.book(), staff)
    assert found is not None
    return found


def somebody(browser: Browser, served: Served, staff: str) -> Page:
    page = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 1000}).new_page()
    page.set_default_timeout(30_000)
    enter(page, served, staff)
    return page


def test_a_ledger_and_its_rule_from_the_first_click_to_the_mail(served: Served, browser: Browser, tmp_path: Path) -> None:
    # the administrator makes the ledger
    page = somebody(browser, served, "ADM")
    page.goto(f"{served.url}/dictionary?part=ledger")
    settled(page)
    typed(page, "台账名称", "押品重估")
    typed(page, "编号以什么开头", "YP")
    for n, (label, kind) in enumerate((("押品", ""), ("下次重估日", "日期"), ("评估值", "金额（万元）"))):
        page.get_by_role("textbox", name="名称").nth(n + 1).fill(label)
        page.keyboard.press("Tab")
        settled(page)
        if kind:
            pick(page, "填什么", kind, n)
    press(page, "保存并生效")
    expect(page.get_by_text("打开「押品重估」")).to_be_visible()
    page.goto(f"{served.url}/ledgers")
    settled(page)
    page.get_by_role("radio", name="本行自建").click()
    settled(page)
    expect(page.get_by_role("heading", name="押品重估")).to_be_visible()

    # and the rule, as a draft
    page.goto(f"{served.url}/rules")
    settled(page)
    page.get_by_text("新建规则", exact=True).click()
    settled(page)
    typed(page, "规则名称", "押品重估到期")
    pick(page, "哪本台账", "押品重估")
    pick(page, "看哪个日期", "下次重估日")
    pick(page, "由谁负责", "客户经理")
    pick(page, "到期前何时提醒负责人", "提前 30 天")
    press(page, "加一级督办")
    typed(page, "逾期后", "1", 0)
    pick(page, "告知", "团队长")
    expect(page.get_by_text("逾期督办：", exact=False).first).to_be_visible()
    press(page, "保存规则")
    expect(page.get_by_text("草稿：等主管行领导启用", exact=False)).to_be_visible()
    page.context.close()

    # the leader puts it into force
    page = somebody(browser, served, "BL1")
    page.goto(f"{served.url}/rules?row=B01")
    settled(page)
    press(page, "启用")
    expect(page.get_by_role("dialog").get_by_text("生效", exact=True)).to_be_visible()
    page.context.close()

    # the manager files a record in the form, and finds it in the list
    branch = open_branch(served.home)
    [table] = [t for t in branch.book().tables.values() if t.zh == "押品重估"]
    keys = {c.zh: c.key for c in table.columns}
    page = somebody(browser, served, "CM1")
    page.goto(f"{served.url}/ledgers?table={table.key}")
    settled(page)
    page.get_by_text("新增", exact=True).click()
    settled(page)
    pick(page, "客户", "启岚机械")
    typed(page, "押品", "厂房一处")
    day(page, "下次重估日", clock.now().date() + timedelta(days=10))
    typed(page, "评估值", "1200")
    press(page, "保存")
    expect(page.get_by_role("dialog").get_by_text("YP0001").first).to_be_visible()  # the new row is shown
    expect(page.get_by_text("共 1 条")).to_be_visible()
    expect(page.locator("[role=gridcell]", has_text="YP0001").first).to_be_attached()  # cells of the list are drawn, not laid out
    page.context.close()

    # csv out and in, access, alert and mail: whatever day and hour this test runs at, on a working day whose digest hour has come
    settings.save(served.home, {"jobs": {"digest_at": "00:00"}})
    branch = open_branch(served.home)
    today = clock.today()
    branch.write(
        [Edit("calendar", f"{today:%Y-%m-%d}", None, {"on": today, "kind": "workday", "name": "测试日"})], SYSTEM, "job", clock.now()
    )
    exports.export_csv(branch, tmp_path / "out", clock.now(), SYSTEM, [table.key])
    file = tmp_path / "out" / f"{table.key}.csv"
    [row] = csv.DictReader(file.read_text("utf-8-sig").splitlines())
    assert (row[keys["押品"]], row[keys["评估值"]]) == ("厂房一处", "1200")
    again = tmp_path / "again.csv"
    again.write_text("编号,客户,押品,下次重估日,评估值(万元)\nYP0007,C3,设备,2099-01-01,80\n", "utf-8")
    assert exchange.import_file(branch, "押品重估", again, clock.now(), SYSTEM)["added"] == 1
    seen = {staff: set(access.rows(branch.book(), table.key, who(branch, staff))["id"]) for staff in ("CM1", "CM2", "TL1", "ADM")}
    assert seen == {"CM1": {"YP0001"}, "CM2": {"YP0007"}, "TL1": {"YP0001", "YP0007"}, "ADM": set()}
    scan(branch, clock.now(), yes=True)
    alerts = branch.book().frame("alerts")
    mine = alerts[alerts["due_key"].astype("str").str.startswith("B01|YP0001|")]
    assert list(mine["step"].astype("str")) == ["30d"]
    assert list(mine["staff"].astype("str")) == ["CM1"]
    mails = branch.book().frame("outbox")
    assert mails.loc[mails["staff"].astype("str") == "CM1", "html"].astype("str").str.contains("押品重估到期").any()
    valued = keys["下次重估日"]
    late_by_now = Edit(table.key, "YP0001", {valued: today + timedelta(days=10)}, {valued: today - timedelta(days=5)})
    branch.store.write([late_by_now], "system", "terminal", clock.now())
    scan(branch, clock.now(), yes=True)
    alerts = branch.book().frame("alerts")
    late = alerts[alerts["due_key"].astype("str").str.startswith("B01|YP0001|") & (alerts["step"].astype("str") == "+1d")]
    assert list(late["role"].astype("str")) == ["team_leader"]
    assert list(late["staff"].astype("str")) == ["TL1"]
