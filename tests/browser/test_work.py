"""A day's work in the browser: a visit recorded, a plan edited and amended, the language switched."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, TimeoutError, expect  # noqa: A004 – it is theirs that is raised

from branch import clock
from branch.opening import open_branch
from sheets.book import Book
from sheets.schema import Edit
from tests.browser.conftest import enter, settled
from tests.serving import Served

pytestmark = pytest.mark.browser
LINE = 35  # pixels of a line of the grid
PATIENCE = 20  # tries


def fill_visit(page: Page, served: Served, customer: str, minutes: str) -> None:
    page.goto(f"{served.url}/visits?customer={customer}&mode=onsite")
    settled(page)
    page.get_by_label("访问地点").fill("客户厂区")
    page.get_by_label("访问地点").blur()
    settled(page)
    page.get_by_label("会谈内容纪要").fill(minutes)
    page.get_by_label("会谈内容纪要").blur()
    settled(page)


def saved_visits(served: Served) -> int:
    return len(open_branch(served.home).book().frame("visits"))


def test_a_recorded_visit_leaves_the_list_of_dues(served: Served, page: Page) -> None:
    enter(page, served, "CM1")
    page.goto(f"{served.url}/visits")
    settled(page)
    due = page.get_by_test_id("stMain").get_by_text("启岚机械 · 客户经理上门访问")
    expect(due).to_be_visible()
    before = saved_visits(served)
    fill_visit(page, served, "C1", "客户拟明年扩产，需要流动资金。")
    page.get_by_role("button", name="保存").click()
    settled(page)
    expect(page.get_by_text("应访客户", exact=False).first).to_be_visible()
    expect(due).to_have_count(0)
    assert saved_visits(served) == before + 1


def test_two_quick_clicks_on_save_write_once(served: Served, page: Page) -> None:
    enter(page, served, "CM1")
    before = saved_visits(served)
    fill_visit(page, served, "C2", "两次点击")
    page.get_by_role("button", name="保存").dblclick(delay=30)
    settled(page)
    stored(page, served, lambda book: len(book.frame("visits")) > before)
    settled(page)
    assert saved_visits(served) == before + 1


def test_a_business_visit_by_phone_is_refused(served: Served, page: Page) -> None:
    enter(page, served, "CM1")
    page.goto(f"{served.url}/visits?customer=C1&mode=phone&kind=business")
    settled(page)
    before = saved_visits(served)
    page.get_by_role("button", name="保存").click()
    settled(page)
    expect(page.get_by_text("业务访问必须", exact=False).first).to_be_visible()
    assert saved_visits(served) == before


def test_what_was_typed_survives_a_reload(served: Served, page: Page) -> None:
    enter(page, served, "CM1")
    fill_visit(page, served, "C4", "写到一半")
    page.reload()
    settled(page)
    expect(page.get_by_label("会谈内容纪要")).to_have_value("写到一半")


def type_goal(page: Page, text: str) -> None:
    """The cell 存款日均余额 × 本年目标: the second line, the fourth column of the grid."""
    grid = page.get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    editor = page.locator("#portal .gdg-input")
    for _ in range(PATIENCE):  # until the canvas is ready to take the click
        box = grid.bounding_box()
        assert box is not None
        # A canvas has no cells to click: the place is counted from the height of a line.
        page.mouse.dblclick(box["x"] + box["width"] * 0.45, box["y"] + LINE * 2.5)
        try:
            editor.wait_for(timeout=1_000)
        except TimeoutError:
            continue
        break
    editor.fill(text)
    editor.press("Enter")
    editor.wait_for(state="detached")
    settled(page)


def stored(page: Page, served: Served, holds: Callable[[Book], bool]) -> None:
    """Waits until the store holds what was saved."""
    for _ in range(PATIENCE * 4):
        branch = open_branch(served.home)
        there = holds(branch.book())
        branch.store.close()
        if there:
            return
        page.wait_for_timeout(250)
    pytest.fail("it was not saved")


def test_a_target_is_edited_in_the_grid(served: Served, page: Page) -> None:
    enter(page, served, "CM1")
    page.goto(f"{served.url}/plans?customer=C1")
    settled(page)
    type_goal(page, "650")
    page.get_by_role("button", name="保存").click()
    stored(page, served, lambda book: bool(book.frame("plan_targets").set_index("id").loc["PT1", "goal"] == 650_000_000))


def test_a_cell_typed_into_the_plan_survives_another_tab_and_a_reload(served: Served, page: Page) -> None:
    enter(page, served, "CM1")
    page.goto(f"{served.url}/plans?customer=C4")
    settled(page)
    type_goal(page, "655")
    goal = page.get_by_test_id("glide-cell-3-1")
    unsaved = page.get_by_text("1 行改动未保存")
    expect(unsaved).to_be_visible()
    page.get_by_role("radio", name="行动计划").click()
    expect(unsaved).to_have_count(0)
    page.get_by_role("radio", name="目标").click()
    expect(page.get_by_text("写到一半、没有保存的内容", exact=False)).to_be_visible()
    expect(unsaved).to_be_visible()
    expect(goal).to_have_text("655")
    page.reload()
    expect(page.get_by_text("写到一半、没有保存的内容", exact=False)).to_be_visible()
    expect(unsaved).to_be_visible()
    expect(goal).to_have_text("655")
    page.get_by_role("button", name="放弃这些内容").click()
    expect(unsaved).to_have_count(0)


def test_a_reviewed_plan_is_amended_with_a_reason(served: Served, page: Page) -> None:
    enter(page, served, "CM1")
    page.goto(f"{served.url}/plans?customer=C2")
    settled(page)
    type_goal(page, "700")
    page.get_by_role("button", name="保存修正").click()
    expect(page.get_by_text("请选择修正原因并写明说明", exact=False)).to_be_visible()
    page.get_by_label("修正原因").click()
    page.get_by_role("option", name="市场变化").click()
    page.get_by_label("说明", exact=True).fill("客户新增产线")
    page.get_by_label("说明", exact=True).blur()
    settled(page)
    page.get_by_role("button", name="保存修正").click()
    stored(page, served, lambda book: len(book.frame("amendments")) == 1)
    book = open_branch(served.home).book()
    assert book.frame("plans").set_index("id").loc["P2", "version"] == 2
    trail = book.frame("amendments").iloc[0]
    assert (trail["reason"], trail["explanation"]) == ("market", "客户新增产线")
    assert "500.00 → 700" in trail["after"]


def test_the_language_is_switched_and_stays(served: Served, page: Page) -> None:
    enter(page, served, "CM2")
    page.get_by_test_id("stSidebar").get_by_text("English").click()
    settled(page)
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
    page.goto(f"{served.url}/customers")
    settled(page)
    expect(page.get_by_role("heading", name="Customers")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/login"))


def test_the_evidence_is_one_click_away(served: Served, page: Page) -> None:
    """Why a due is there: the values, the arithmetic, the clause, and what ends it."""
    enter(page, served, "CM1")
    page.get_by_role("button", name="为什么", exact=True).first.click()
    card = page.get_by_role("dialog")
    expect(card).to_be_visible()
    for heading in ("用到的数据", "怎么算的", "工作日历", "怎样办结", "规则与依据"):
        expect(card.get_by_text(heading, exact=True)).to_be_visible()


def test_an_act_of_one_click_ends_its_due(served: Served, page: Page) -> None:
    enter(page, served, "CM1")
    page.goto(f"{served.url}/customer?id=C2&part=credit")
    settled(page)
    button = page.get_by_role("button", name="到期通知书已发出").first
    expect(button).to_be_visible()
    count = page.get_by_role("button", name="到期通知书已发出").count()
    button.click()
    settled(page)
    expect(page.get_by_role("button", name="到期通知书已发出")).to_have_count(count - 1)
    assert open_branch(served.home).book().frame("loans")["notice_on"].notna().sum() == 1


def test_nothing_typed_is_lost_when_somebody_else_saves_meanwhile(served: Served, page: Page) -> None:
    """Another window writes; this one goes on with what stands in its fields."""
    enter(page, served, "CM1")
    fill_visit(page, served, "C4", "甲方会谈一半")
    branch = open_branch(served.home)
    row = branch.store.row("customers", "C4")
    branch.store.write([Edit("customers", "C4", row, {"size": "small"})], "CM1", "portal", clock.now())
    branch.store.close()
    page.get_by_test_id("stExpander").locator("summary", has_text="会谈内容").click()
    page.get_by_label("资金安排").fill("十二月回款")
    page.get_by_label("资金安排").blur()
    settled(page)
    expect(page.get_by_label("会谈内容纪要")).to_have_value("甲方会谈一半")
    expect(page.get_by_label("资金安排")).to_have_value("十二月回款")


NARROW = ["", "customers", "customer?id=C1", "visits", "plans?customer=C1"]
SELDOM = [pytest.param(one, marks=pytest.mark.long) for one in ("alerts", "issues", "outbox", "ledgers?table=loans")]


@pytest.mark.parametrize("path", [*NARROW, *SELDOM])
def test_no_page_scrolls_sideways_on_a_phone(served: Served, page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, served, "CM1")
    page.goto(f"{served.url}/{path}")
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert "虚构" in page.get_by_test_id("stMain").inner_text()
