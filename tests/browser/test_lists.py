"""A click on a list opens the row that was clicked; the address keeps what is shown; on a phone the list is cards."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from branch import clock
from branch.opening import open_branch
from branch.people import SYSTEM
from sheets.numbers import placeholder
from sheets.schema import Edit
from tests.browser.conftest import enter, settled
from tests.serving import Served

pytestmark = pytest.mark.browser
LINE, HEAD = 35, 36  # pixels of a line and of the heading of a list


def raise_problem(served: Served, content: str) -> str:
    branch = open_branch(served.home)
    new = placeholder()
    values = {"customer": "C1", "raised_on": clock.now().date(), "area": "service", "content": content, "owner": "CM1"}
    given = branch.write([Edit("problems", new, None, values)], SYSTEM, "job", clock.now()).ids[new]
    branch.store.close()
    return given


def take_out(served: Served, row: str) -> None:
    """Somebody else takes a row out meanwhile: from the next drawing on the rows below it stand one line higher."""
    branch = open_branch(served.home)
    branch.write([Edit("problems", row, branch.store.row("problems", row), None)], SYSTEM, "job", clock.now())
    branch.store.close()


def click_line(page: Page, number: int) -> None:
    grid = page.get_by_test_id("stDataFrame").first
    grid.wait_for()
    box = grid.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 60, box["y"] + HEAD + LINE * (number - 0.5))
    page.get_by_role("dialog").wait_for()
    settled(page)


def open_list(page: Page, served: Served, wanted: str) -> None:
    page.goto(f"{served.url}/ledgers?table=problems&q={wanted}")
    settled(page)


@pytest.fixture
def problems(served: Served, page: Page, request: pytest.FixtureRequest) -> tuple[str, str, str]:
    """Three problems of this test alone, listed in their order."""
    word = f"第{len(request.node.name)}批"
    rows = raise_problem(served, f"甲{word}"), raise_problem(served, f"乙{word}"), raise_problem(served, f"丙{word}")
    enter(page, served, "CM1")
    open_list(page, served, word)
    return rows


def test_the_row_that_was_clicked_is_opened_though_the_list_has_changed_since(
    served: Served, page: Page, problems: tuple[str, str, str]
) -> None:
    """The person sees 甲, 乙, 丙 and clicks 乙; before they do, 甲 was taken out, and 丙 stands where 乙 stood."""
    take_out(served, problems[0])
    click_line(page, 2)
    expect(page.get_by_role("dialog")).to_contain_text("乙第")
    expect(page).to_have_url(re.compile(f"row={problems[1]}"))


def test_an_open_row_stays_the_same_when_the_list_moves(served: Served, page: Page, problems: tuple[str, str, str]) -> None:
    click_line(page, 2)
    expect(page.get_by_role("dialog")).to_contain_text("乙第")
    take_out(served, problems[0])
    page.get_by_role("dialog").get_by_role("tab", name="修改").click()
    page.get_by_role("dialog").get_by_label("处理结果").fill("已换打印机")
    page.get_by_role("dialog").get_by_role("button", name="保存").click()
    settled(page)
    expect(page.get_by_role("dialog")).to_contain_text("已换打印机")
    branch = open_branch(served.home)
    row = branch.store.row("problems", problems[1])
    branch.store.close()
    assert row is not None
    assert row["result"] == "已换打印机"


def test_a_drawer_that_was_closed_stays_closed_whatever_is_clicked_next(page: Page, problems: tuple[str, str, str]) -> None:
    click_line(page, 1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("row="))
    page.get_by_label("搜索").fill(f"丙 {problems[2]}")
    expect(page).to_have_url(re.compile(problems[2]))
    settled(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    click_line(page, 1)
    expect(page.get_by_role("dialog")).to_contain_text("丙第")


def test_search_and_open_row_survive_a_reload_and_the_way_back(served: Served, page: Page, problems: tuple[str, str, str]) -> None:
    page.get_by_label("搜索").fill(problems[1])
    expect(page).to_have_url(re.compile(f"q={problems[1]}"))
    settled(page)
    click_line(page, 1)
    page.reload()
    settled(page)
    expect(page.get_by_role("dialog")).to_contain_text("乙第")
    expect(page.get_by_label("搜索")).to_have_value(problems[1])
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_label("搜索")).to_have_value(problems[1])
    expect(page).to_have_title(re.compile("全部台账"))
    page.goto(f"{served.url}/today")
    settled(page)
    expect(page).to_have_title(re.compile("今日"))


def test_the_search_for_customers_is_there_again_after_one_was_looked_at(served: Served, page: Page) -> None:
    enter(page, served, "CM1")
    page.goto(f"{served.url}/customers")
    settled(page)
    page.get_by_label("搜索").fill("启岚")
    expect(page).to_have_url(re.compile("q="))
    settled(page)
    box = page.get_by_test_id("stDataFrame").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 60, box["y"] + HEAD + LINE / 2)
    expect(page).to_have_title(re.compile("启岚机械"))
    page.go_back()
    expect(page.get_by_label("搜索")).to_have_value("启岚")
    page.get_by_test_id("stSidebar").get_by_role("link", name="今日").click()
    settled(page)
    page.get_by_test_id("stSidebar").get_by_role("link", name="客户", exact=True).click()
    settled(page)
    expect(page.get_by_label("搜索")).to_have_value("启岚")


def test_on_a_phone_a_list_is_cards_and_a_card_opens_its_row(browser: Browser, served: Served) -> None:
    raise_problem(served, "柜台排队久")
    phone = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    page = phone.new_page()
    page.set_default_timeout(30_000)
    enter(page, served, "CM1")
    open_list(page, served, "柜台")
    expect(page.get_by_test_id("stDataFrame").first).to_be_hidden()
    page.wait_for_function("() => window.huceLine")  # the script that opens a card in this page
    page.locator('[class*="st-key-narrow_"] p').first.get_by_role("link").click()
    expect(page.get_by_role("dialog")).to_contain_text("柜台排队久")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    phone.close()
