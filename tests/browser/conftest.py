"""A server on a small branch of its own, and a browser; without a browser the tests are skipped and say so."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from branch import clock
from tests.serving import Served, serve, stop
from tests.small import small

STILL = """() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
  && document.querySelector('[data-testid=stSidebarUserContent]') && !document.querySelector('[data-testid=stAppSkeleton]')"""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
expect.set_options(timeout=20_000)  # a busy machine is no fault of the page
CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), "")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        if os.environ.get("HUCE_REQUIRE_BROWSER") == "1":
            pytest.fail("No Chromium was found, and this run requires one. Install chromium.")
        pytest.skip("No Chromium was found: the tests in a browser were not run. Install chromium to run them.")
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A process on a fresh branch for the tests of a module; each of them works on a customer of its own."""
    home = tmp_path_factory.mktemp("served") / "home"
    small(home, clock.now()).store.close()
    running = serve(home)
    yield running
    stop(running)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 1000})
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    return opened


def enter(page: Page, served: Served, person: str) -> None:
    """Sign in by the picker of the demo."""
    page.goto(f"{served.url}/login")
    page.locator(f"button[value='{person}']").click()
    settled(page)


def settled(page: Page) -> None:
    """The script has run and what it drew stands still."""
    page.get_by_test_id("stMain").wait_for()
    page.wait_for_timeout(400)
    page.wait_for_function(STILL)
    page.wait_for_timeout(250)
