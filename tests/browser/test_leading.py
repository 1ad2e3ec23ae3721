"""A day of those who lead, in a browser: the leader finds who is behind and assigns it, the team leader sees it done, the president looks
on. The board draws itself anew while somebody types, and a number opens its list on a phone too."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from branch import clock
from branch.opening import open_branch
from branch.people import SYSTEM
from sheets.schema import Edit
from tests.browser.conftest import enter, settled
from tests.serving import Served

pytestmark = pytest.mark.browser
LINE, HEAD = 35, 36  # pixels of a line and of the heading of a table


def click_name(page: Page, number: int) -> None:
    """The name at the head of a row of the first table."""
    grid = page.get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 30, box["y"] + HEAD + LINE * (number - 0.5))


def count(page: Page, label: str) -> int:
    card = page.get_by_test_id("stMetric").filter(has=page.get_by_text(label, exact=True)).first
    return int(re.sub(r"\D", "", card.get_by_test_id("stMetricValue").inner_text()))


def late(served: Served, row: str, what: str) -> None:
    """Somebody else files a task that is overdue already."""
    branch = open_branch(served.home)
    values = {"what": what, "owner": "CM1", "due_on": clock.now().date() - timedelta(days=9), "customer": "C1"}
    branch.write([Edit("tasks", row, None, values)], SYSTEM, "job", clock.now())
    branch.store.close()


def test_a_leader_finds_who_is_behind_and_assigns_it(page: Page, served: Served) -> None:
    late(served, "B91", "核对抵押物清单")
    enter(page, served, "BL1")
    expect(page.get_by_role("heading", name="全行到期情况")).to_be_visible()
    page.get_by_role("link", name="看板", exact=True).first.click()
    settled(page)
    overdue = count(page, "逾期")
    click_name(page, 1)  # the worst first
    heading = page.get_by_role("heading", name=re.compile("· 逾期"))
    expect(heading).to_be_visible()
    assert int(re.findall(r"（(\d+) 项）", heading.inner_text())[0]) <= overdue
    expect(page).to_have_url(re.compile("cell="))
    page.get_by_test_id("stMain").get_by_role("link", name="交办", exact=True).first.click()
    settled(page)
    expect(page.get_by_role("heading", name="交办")).to_be_visible()
    expect(page.get_by_label("交办内容", exact=False).first).not_to_have_value("")
    page.get_by_role("button", name="保存").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("交办内容")
    branch = open_branch(served.home)
    assert "BL1" in set(branch.book().frame("tasks")["assigned_by"].astype("str"))
    branch.store.close()


def test_the_list_of_everybody_is_as_long_as_the_card_says(page: Page, served: Served) -> None:
    enter(page, served, "TL1")
    page.goto(f"{served.url}/dashboard?cell=*~*")
    settled(page)
    heading = page.get_by_role("heading", name=re.compile("合计 · 逾期"))
    assert int(re.findall(r"（(\d+) 项）", heading.inner_text())[0]) == count(page, "逾期")


def test_a_number_moves_by_itself_and_what_is_being_typed_stays(page: Page, served: Served) -> None:
    enter(page, served, "BL1")
    page.goto(f"{served.url}/dashboard")
    settled(page)
    before = count(page, "逾期")
    page.get_by_role("button", name="导出").first.click()
    reason = page.get_by_label("导出理由")
    reason.press_sequentially("季度例")
    late(served, "B92", "补签收条")
    card = page.get_by_test_id("stMetric").filter(has=page.get_by_text("逾期", exact=True)).first
    expect(card.get_by_test_id("stMetricValue")).to_have_text(str(before + 1), timeout=60_000)
    expect(reason).to_have_value("季度例")


def test_a_bar_of_a_week_opens_what_it_counts(page: Page, served: Served) -> None:
    """The last week's bar says how much is overdue now."""
    enter(page, served, "BL1")
    page.set_viewport_size({"width": 1440, "height": 1500})
    page.goto(f"{served.url}/dashboard")
    settled(page)
    overdue = count(page, "逾期")
    charts = page.get_by_test_id("stVegaLiteChart")
    expect(charts).to_have_count(3)  # until all three stand, the first on the page may be another
    chart = charts.first
    bars = chart.locator("g.mark-rect path")
    expect(bars).to_have_count(12)
    bars.last.click()
    heading = page.get_by_role("heading", name=re.compile("周末仍逾期"))
    expect(heading).to_contain_text(f"（{overdue} 项）")


def test_a_president_looks_on_and_takes_nothing_out(page: Page, served: Served) -> None:
    enter(page, served, "VW1")
    expect(page.get_by_role("heading", name="全行到期情况")).to_be_visible()
    for part in ("duties", "ahead", "goals", "business", "deals", "missing"):
        page.goto(f"{served.url}/dashboard?part={part}")
        settled(page)
        expect(page.get_by_text(re.compile("截至")).first).to_be_visible()
        expect(page.get_by_role("button", name="导出")).to_have_count(0)
        expect(page.get_by_test_id("stException")).to_have_count(0)
    yesterday = (clock.now().date() - timedelta(days=1)).isoformat()
    page.goto(f"{served.url}/dashboard?day={yesterday}")
    settled(page)
    expect(page.get_by_text(f"{yesterday} 当天结束时的情况", exact=False)).to_be_visible()


def test_on_a_phone_a_list_of_the_board_opens_its_customer_and_nothing_scrolls_sideways(browser: Browser, served: Served) -> None:
    phone = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    page = phone.new_page()
    page.set_default_timeout(30_000)
    enter(page, served, "BL1")
    page.goto(f"{served.url}/dashboard?part=missing&cell=*~*")
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.wait_for_function("() => window.huceLine")
    page.locator('[class*="st-key-narrow_"] a').first.click()
    expect(page).to_have_url(re.compile(r"/customer\?id="))
    page.goto(f"{served.url}/customers")
    settled(page)
    page.locator('[class*="st-key-narrow_"] a').first.click()
    expect(page).to_have_url(re.compile(r"/customer\?id="))
    phone.close()
