"""The short way of an opportunity on a phone: made and submitted by its manager, answered and reported by the team leader."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from branch import clock
from branch.opening import open_branch
from branch.people import actor
from tests.browser.conftest import enter, settled
from tests.serving import Served

pytestmark = pytest.mark.browser
TALL = 844  # pixels of a phone


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": TALL}, has_touch=True)
    yield made
    made.close()


def typed(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(re.compile(label)).first  # the whole row may be below, folded
    field.fill(text)
    field.blur()
    settled(page)


def picked(page: Page, label: str, option: str) -> None:
    page.get_by_label(re.compile(label)).click()
    page.get_by_role("option", name=option, exact=True).click()
    settled(page)


def dues(served: Served, person: str, name: str) -> set[str]:
    branch = open_branch(served.home)
    found = branch.book().frame("opportunities")
    row = found.loc[found["name"] == name, "id"].iloc[0]
    them = actor(branch.book(), person)
    assert them is not None
    mine = branch.look(clock.now()).of(them).dues
    branch.store.close()
    return set(mine.loc[mine["row"] == row, "rule"])


def test_made_submitted_answered_and_reported_on_a_phone(served: Served, phone: BrowserContext) -> None:
    page = phone.new_page()
    enter(page, served, "CM1")
    page.goto(f"{served.url}/opportunities?customer=C1")
    settled(page)
    form = page.get_by_role("button", name="保存并提交团队长")
    expect(form).to_be_in_viewport()  # the button stays in sight while the form is filled
    typed(page, "商机名称", "厂房贷款")
    picked(page, "商机来源", "走访客户发现")
    picked(page, "业务板块", "资产")
    typed(page, "产品", "固定资产贷款")
    typed(page, "预计金额", "3000")
    typed(page, "客户需求", "新建二期厂房")
    form.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text("厂房贷款").first).to_be_visible()
    expect(drawer.get_by_text("进入下一阶段「需求明确」还差", exact=False)).to_be_visible()
    settled(page)
    assert "R20" not in dues(served, "CM1", "厂房贷款")
    assert {"R21f", "R21r"} <= dues(served, "TL1", "厂房贷款")

    page.context.clear_cookies()
    enter(page, served, "TL1")
    page.goto(f"{served.url}/opportunities")
    settled(page)
    card = page.get_by_test_id("stMain").get_by_text("启岚机械 · 厂房贷款")
    expect(card).to_be_visible()
    page.get_by_role("button", name="处理").first.click()
    drawer = page.get_by_role("dialog")
    typed(page, "团队长反馈意见", "同意，先做现场调查")
    drawer.get_by_role("button", name="反馈并上报主管行领导").click()
    expect(drawer.get_by_text("您已反馈并上报", exact=False)).to_be_visible()
    settled(page)
    assert not {"R21f", "R21r"} & dues(served, "TL1", "厂房贷款")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)


def test_a_due_opens_its_opportunity_on_the_same_page(served: Served, page: Page) -> None:
    """The address names it, so that a reload shows it again."""
    enter(page, served, "TL1")
    page.goto(f"{served.url}/opportunities?part=todo")
    settled(page)
    page.get_by_role("button", name="填写反馈意见").first.click()
    expect(page.get_by_role("dialog").get_by_text("供应链融资").first).to_be_visible()
    expect(page).to_have_url(re.compile("row=O1"))
    settled(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
