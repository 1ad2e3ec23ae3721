"""Takes a picture of every page at 1440 and 390 px, in both languages, light and dark, for people to look at.

python tests/browser/look.py http://127.0.0.1:8501 FOLDER [--person S001 | --all-roles] [--only today,customers] [--quick]

FOLDER/index.html shows all of them beside each other. What scrolls sideways is said.
"""

from __future__ import annotations

import argparse
import html
import sys
from itertools import product
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[2]))

from pages.parts.screens import SCREENS

STILL = """() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
  && document.querySelector('[data-testid=stSidebarUserContent]') && !document.querySelector('[data-testid=stAppSkeleton]')"""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
# One of each role of the sample branch.
ROLES = ("83001", "82001", "81001", "84001", "80001", "89001")
# Parts of a page that its plain address does not show.
PARTS = {
    "customer": ("customer", "id={customer}"),
    "opportunity": ("opportunities", "customer={customer}"),
    "visit": ("visits", "customer={customer}&mode=onsite"),
    "plan": ("plans", "customer={customer}"),
    "loans": ("ledgers", "table=loans"),
    "people": ("settings", "part=people"),
    "mail": ("settings", "part=mail"),
    "health": ("settings", "part=health"),
    "audit": ("settings", "part=audit"),
}
SIZES = {"1440": (1440, 900), "390": (390, 844)}


def places(role: str, customer: str) -> dict[str, str]:
    """Name → address, of every page that this role may open."""
    named = {key: (key, "") for key in SCREENS if key != "customer"} | PARTS
    return {
        name: ("/" if key == "today" else f"/{key}") + (f"?{query.format(customer=quote(customer))}" if query else "")
        for name, (key, query) in named.items()
        if key in SCREENS and role in SCREENS[key].roles and (customer or "{customer}" not in query)
    }


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("url")
    asked.add_argument("folder", type=Path)
    asked.add_argument("--person", default="", help="the number of a person of the picker; otherwise the first one")
    asked.add_argument("--all-roles", action="store_true", help="one person of each role of the sample branch")
    asked.add_argument("--customer", default="KH000001")
    asked.add_argument("--only", default="")
    asked.add_argument("--quick", action="store_true", help="Chinese at 1440 px in the light only")
    args = asked.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for person in ROLES if args.all_roles else (args.person,):
            if args.quick:
                look(browser, args, person, "zh", "1440", "light")
                continue
            for lang, size, shade in product(("zh", "en"), SIZES, ("light", "dark")):
                look(browser, args, person, lang, size, shade)
        browser.close()
    contact_sheet(args.folder)


def look(browser: Browser, args: argparse.Namespace, person: str, lang: str, size: str, shade: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN" if lang == "zh" else "en-GB",
        color_scheme="dark" if shade == "dark" else "light",
    )  # fmt: skip
    page = context.new_page()
    only = set(filter(None, args.only.split(",")))
    name = f"{size}-{lang}-{shade}" + (f"-{person}" if person else "")
    page.goto(f"{args.url}/login?lang={lang}")
    if not only or "login" in only:
        page.screenshot(path=args.folder / f"login-{name}.png", full_page=True)
    picked = page.locator(f"button[name=person][value='{person}']" if person else "button[name=person]").first
    if not picked.count():
        print(f"{person}: nobody of this number is offered", flush=True)
        context.close()
        return
    picked.click()
    settled(page)
    speak(page, lang, size)
    for key, path in places(role_of(page), args.customer).items():
        if only and key not in only:
            continue
        page.goto(args.url + path)
        settled(page)
        grow(page, width)
        page.screenshot(path=args.folder / f"{key}-{name}.png", full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        print(f"{key}-{name}" + (f"  scrolls sideways by {wide} px" if wide > 0 else ""), flush=True)
        page.set_viewport_size({"width": width, "height": height})
    context.close()


def role_of(page: Page) -> str:
    """The role with just the pages that the menu offers; of roles with the same pages any one."""
    links = page.locator("[data-testid=stSidebarNavLink]").evaluate_all("all => all.map(one => new URL(one.href).pathname.slice(1))")
    offered = {link or "today" for link in links}
    roles = {role for screen in SCREENS.values() for role in screen.roles}
    menus = {role: {key for key, screen in SCREENS.items() if role in screen.roles and not screen.hidden} for role in sorted(roles)}
    return min(menus, key=lambda role: len(menus[role] ^ offered))


def speak(page: Page, lang: str, size: str) -> None:
    """The person's own language wins over the browser's; the switch in the side bar wins over both."""
    side = page.get_by_test_id("stSidebar")
    if size == "390":
        page.get_by_test_id("stExpandSidebarButton").click()
    side.get_by_role("radio", name="中文" if lang == "zh" else "English").click()
    settled(page)
    if size == "390":
        side.hover()
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()


def contact_sheet(folder: Path) -> None:
    """All the pictures of the folder on one page: a line for each place, a click for the whole of it."""
    found: dict[str, list[Path]] = {}
    for picture in sorted(folder.glob("*.png")):
        found.setdefault(picture.stem.partition("-")[0], []).append(picture)
    shown = "".join(
        f"<h2>{html.escape(place)}</h2><div>"
        + "".join(
            f'<a href="{quote(p.name)}"><img loading="lazy" src="{quote(p.name)}"><span>{html.escape(p.stem)}</span></a>' for p in pictures
        )
        + "</div>"
        for place, pictures in found.items()
    )
    style = "body{font:13px system-ui;margin:1rem}div{display:flex;flex-wrap:wrap;gap:.6rem}a{width:15rem}img{width:100%;height:11rem;object-fit:cover;object-position:top;border:1px solid #ccc}span{display:block}"
    (folder / "index.html").write_text(f'<!DOCTYPE html><meta charset="utf-8"><title>Pages</title><style>{style}</style>{shown}', "utf-8")


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
