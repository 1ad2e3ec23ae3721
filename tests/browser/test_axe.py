"""Every page can be used by people who do not see it, or not well: no serious finding of axe that is ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from pages.parts.screens import SCREENS
from tests.browser.conftest import settled
from tests.serving import Served

GRAVE = {"serious", "critical"}
PEOPLE = {"CM1": "customer_manager", "BL1": "leader", "VW1": "president", "ADM": "admin"}
# Streamlit's own, each with its reason; a rule that is not listed is ours to mend.
THEIRS: dict[tuple[str, str], str] = {}
MORE = {
    "customer": ("?id=C1",),
    "visits": ("", "?mode=onsite"),
    "plans": ("?customer=C2",),
    "settings": ("", "?part=people", "?part=mail", "?part=audit"),
}


def addresses(role: str) -> Iterator[str]:
    for key, screen in SCREENS.items():
        if role in screen.roles:
            yield from (f"/{'' if key == 'today' else key}{more}" for more in MORE.get(key, ("",)))


def found(page: Page) -> list[str]:
    """What is seriously wrong and ours, one line each with the place and the reason."""
    lines = []
    for one in Axe().run(page).response["violations"]:
        if one["impact"] not in GRAVE:
            continue
        for node in one["nodes"]:
            place = str(node["html"])
            if not any(one["id"] == rule and mark in place for rule, mark in THEIRS):
                why = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
                lines.append(f"{one['id']}: {place[:160]} ({'; '.join(why)[:200]})")
    return lines


@pytest.mark.parametrize(("lang", "shade"), [("zh", "light"), ("en", "dark")])
def test_the_sign_in_pages(browser: Browser, served: Served, lang: str, shade: str) -> None:
    context = browser.new_context(locale="zh-CN", color_scheme=shade)  # type: ignore[arg-type]
    page = context.new_page()
    for path in ("/login", "/invite"):
        page.goto(f"{served.url}{path}?lang={lang}")
        assert found(page) == [], path
    context.close()


@pytest.mark.parametrize(("person", "lang", "shade"), [
    ("ADM", "zh", "light"),
    *(pytest.param(*who, marks=pytest.mark.long) for who in (
        ("CM1", "zh", "light"), ("CM1", "en", "dark"), ("BL1", "zh", "dark"), ("BL1", "en", "light"), ("VW1", "zh", "light"), ("ADM", "en", "light"))),
])  # fmt: skip
def test_every_page_of_a_person(browser: Browser, served: Served, person: str, lang: str, shade: str) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 1000}, color_scheme=shade)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(30_000)
    sign_in(page, served, person, lang)
    for path in addresses(PEOPLE[person]):
        page.goto(served.url + path)
        settled(page)
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN" if lang == "zh" else "en")
        expect(page.get_by_test_id("stSidebarNavItems")).to_have_attribute("role", "presentation")  # words.js has been at work
        assert found(page) == [], path
        assert jumps(page) == [], path
    context.close()


def test_the_built_in_words_of_streamlit_are_said_in_chinese_and_again_in_english(page: Page, served: Served) -> None:
    sign_in(page, served, "CM1", "zh")
    page.goto(f"{served.url}/visits?mode=onsite")
    settled(page)
    must = page.get_by_role("combobox", name="客户（必填）", exact=True)
    expect(must).to_be_visible()
    side = page.get_by_test_id("stSidebar")
    expect(side).to_have_attribute("aria-label", "侧栏")
    expect(page.get_by_test_id("stSkipToContent")).to_have_text("跳到正文")
    assert [said for said in labels(page) if "\\" in said or "[" in said] == []
    side.get_by_role("radio", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(side).to_have_attribute("aria-label", "Sidebar")
    expect(page.get_by_test_id("stSkipToContent")).to_have_text("Skip to main content")
    side.get_by_role("radio", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(side).to_have_attribute("aria-label", "侧栏")


def test_on_a_phone_the_menu_goes_when_a_page_was_chosen(browser: Browser, served: Served) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{served.url}/login")
    page.locator("button[value='CM1']").click()
    settled(page)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_test_id("stSidebarNavLink").filter(has_text="提醒").click()
    expect(page.get_by_role("heading", level=1, name="提醒")).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")
    context.close()


def sign_in(page: Page, served: Served, person: str, lang: str) -> None:
    page.goto(f"{served.url}/login?lang={lang}")
    page.locator(f"button[value='{person}']").click()
    settled(page)
    page.get_by_test_id("stSidebar").get_by_role("radio", name="中文" if lang == "zh" else "English").click()
    settled(page)


def labels(page: Page) -> list[str]:
    said: list[str] = page.evaluate("[...document.querySelectorAll('[aria-label]')].map(one => one.getAttribute('aria-label'))")
    return said


def jumps(page: Page) -> list[str]:
    """Headings that leave out a level."""
    levels: list[int] = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(one => Number(one.tagName[1]))")
    return [f"h{before} → h{after}" for before, after in zip([0, *levels], levels, strict=False) if after > before + 1]
