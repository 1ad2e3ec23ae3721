"""Takes a picture of every page at 1440 and 390 px, in both languages, and one in the dark, for people to look at.

python tests/browser/look.py http://127.0.0.1:8501 FOLDER [--person S001] [--only today,customers] [--quick]
"""

from __future__ import annotations

import argparse
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

STILL = """() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
  && document.querySelector('[data-testid=stSidebarUserContent]') && !document.querySelector('[data-testid=stAppSkeleton]')"""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
PAGES = {
    "today": "/", "customers": "/customers", "customer": "/customer?id={customer}",
    "opportunities": "/opportunities", "opportunity": "/opportunities?row={opportunity}", "deal": "/opportunities?customer={customer}",
    "visits": "/visits", "visit": "/visits?customer={customer}&mode=onsite", "plans": "/plans?customer={customer}",
    "alerts": "/alerts", "issues": "/issues", "outbox": "/outbox", "ledgers": "/ledgers?table=loans", "settings": "/settings",
}  # fmt: skip
SIZES = {"1440": (1440, 900), "390": (390, 844)}


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("url")
    asked.add_argument("folder", type=Path)
    asked.add_argument("--person", default="")
    asked.add_argument("--customer", default="")
    asked.add_argument("--opportunity", default="")
    asked.add_argument("--only", default="")
    asked.add_argument("--quick", action="store_true", help="Chinese at 1440 px only")
    args = asked.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for lang in ("zh",) if args.quick else ("zh", "en"):
            for size in ("1440",) if args.quick else SIZES:
                look(browser, args, lang, size, "light")
        if not args.quick:
            look(browser, args, "zh", "1440", "dark")
        browser.close()


def look(browser: Browser, args: argparse.Namespace, lang: str, size: str, shade: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN" if lang == "zh" else "en-GB",
        color_scheme="dark" if shade == "dark" else "light",
    )  # fmt: skip
    page = context.new_page()
    name = f"{size}-{lang}" + ("-dark" if shade == "dark" else "")
    page.goto(f"{args.url}/login?lang={lang}")
    if not args.only or "login" in args.only.split(","):
        page.screenshot(path=args.folder / f"login-{name}.png", full_page=True)
    people = page.locator("button[name=person]")
    (page.locator(f"button[value='{args.person}']") if args.person else people.first).click()
    settled(page)
    # The person's own language wins over the browser's; the switch in the side bar wins over both.
    if size == "390":
        page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_test_id("stSidebar").get_by_role("radio", name="中文" if lang == "zh" else "English").click()
    settled(page)
    if size == "390":
        page.get_by_test_id("stSidebar").hover()
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    for key, path in PAGES.items():
        if args.only and key not in args.only.split(","):
            continue
        page.goto(args.url + path.format(customer=quote(args.customer), opportunity=quote(args.opportunity)))
        settled(page)
        grow(page, width)
        page.screenshot(path=args.folder / f"{key}-{name}.png", full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        print(f"{key}-{name}" + (f"  scrolls sideways by {wide} px" if wide > 0 else ""), flush=True)
        page.set_viewport_size({"width": width, "height": height})
    context.close()


def settled(page: Page) -> None:
    """Wait until the script has run and nothing moves any more."""
    page.get_by_test_id("stMain").wait_for()
    page.wait_for_timeout(700)
    page.wait_for_function(STILL, timeout=30_000)
    page.wait_for_timeout(500)


def grow(page: Page, width: int) -> None:
    """As tall as the page, so that the picture holds all of it."""
    tall = page.evaluate("Math.max(...[...document.querySelectorAll('[data-testid=stMain], body')].map(e => e.scrollHeight))")
    page.set_viewport_size({"width": width, "height": min(max(tall + 20, 700), 6000)})
    page.wait_for_timeout(500)


if __name__ == "__main__":
    main()
