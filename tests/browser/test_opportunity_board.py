"""The board of the opportunities under the policy that a browser is told: cards are dragged, moved by the keyboard and opened."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from branch import clock
from branch.opening import open_branch
from sheets.schema import Edit
from tests.browser.conftest import enter, settled
from tests.serving import Served

pytestmark = pytest.mark.browser


def made(served: Served, key: str, **more: object) -> None:
    """An opportunity of CM1's customer C1, submitted ten days ago."""
    branch, born = open_branch(served.home), clock.now() - timedelta(days=10)
    row = {"name": key, "customer": "C1", "channel": "visit", "block": "asset", "product": "流贷", "amount": 1_000_000,
           "stage": "created", "created_at": born, "created_by": "CM1", "submitted_at": born} | more  # fmt: skip
    branch.store.write([Edit("opportunities", key, None, row)], "system", "import", clock.now())
    branch.store.close()


def visited(served: Served, key: str) -> None:
    branch = open_branch(served.home)
    row = {"customer": "C1", "kind": "business", "mode": "onsite", "visited_on": clock.today(), "participants": "CM1", "place": "示例路1号",
           "opportunity": key, "minutes": "谈需求"}  # fmt: skip
    branch.store.write([Edit("visits", f"V-{key}", None, row)], "system", "import", clock.now())
    branch.store.close()


def column(page: Page, stage: str) -> Locator:
    return page.locator(f".board [data-stage={stage}]")


def card(page: Page, stage: str, name: str) -> Locator:
    return column(page, stage).locator(".card").filter(has_text=name)


def opened(page: Page, served: Served, person: str) -> None:
    enter(page, served, person)
    page.goto(f"{served.url}/opportunities?part=board")
    expect(page.locator(".board .card").first).to_be_visible()
    settled(page)


def test_a_card_is_dragged_and_moved_by_the_keyboard(page: Page, served: Served) -> None:
    """Through an open gate by the mouse; back, and on again, by Alt and an arrow key, and the focus stays on the card."""
    made(served, "拖动甲", needs="扩产")
    visited(served, "拖动甲")
    opened(page, served, "CM1")
    card(page, "created", "拖动甲").drag_to(column(page, "need"), target_position={"x": 60, "y": 20})
    moved = card(page, "need", "拖动甲")
    expect(moved).to_be_visible()
    moved.focus()
    page.keyboard.press("Alt+ArrowLeft")
    expect(card(page, "created", "拖动甲")).to_be_focused()
    settled(page)
    page.keyboard.press("Alt+ArrowRight")
    expect(card(page, "need", "拖动甲")).to_be_visible()
    expect(page).to_have_url(re.compile("/opportunities"))


def test_a_refused_move_says_what_is_lacking_and_the_card_stays(page: Page, served: Served) -> None:
    made(served, "拖动乙")
    opened(page, served, "CM1")
    one = card(page, "created", "拖动乙")
    expect(one).to_contain_text("还差：一次关联本商机的上门业务访问")
    one.drag_to(column(page, "need"), target_position={"x": 60, "y": 20})
    warning = page.get_by_role("alert").filter(has_text="没有推进")
    expect(warning).to_contain_text("一次关联本商机的上门业务访问")
    expect(warning).to_contain_text("已记录在案")
    expect(one).to_be_visible()
    expect(card(page, "need", "拖动乙")).to_have_count(0)


def test_the_team_leader_puts_it_on_the_next_stage_and_is_asked_for_the_reason(page: Page, served: Served) -> None:
    made(served, "拖动丙")
    opened(page, served, "TL1")
    card(page, "created", "拖动丙").focus()
    page.keyboard.press("Alt+ArrowRight")
    drawer = page.get_by_role("dialog")
    reason = drawer.get_by_label("放行理由")
    expect(reason).to_be_visible()
    reason.fill("董事长当面谈定")
    reason.blur()
    settled(page)
    drawer.get_by_role("button", name="放行", exact=True).click()
    expect(drawer.get_by_text("已放行到「需求明确」", exact=False).first).to_be_visible()
    settled(page)
    page.keyboard.press("Escape")
    expect(card(page, "need", "拖动丙")).to_be_visible()


def test_a_reader_opens_a_card_and_drags_none_and_a_name_is_no_markup(page: Page, served: Served) -> None:
    made(served, "<img src=x onerror=alert(1)>")
    opened(page, served, "VW1")
    one = card(page, "created", "<img src=x onerror=alert(1)>")
    expect(one).to_be_visible()
    expect(page.locator(".board img, .board [draggable=true]")).to_have_count(0)
    one.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_the_board_scrolls_in_its_own_box_on_a_phone(page: Page, served: Served) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, served, "CM1")
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= 390
    box = page.locator(".board").evaluate("one => [one.scrollWidth, one.clientWidth]")
    assert box[0] > box[1]
