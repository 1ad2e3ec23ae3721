"""A server on a small branch of its own, and a browser; without a browser the tests are skipped and say so."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from branch import clock
from tests.small import small

ROOT = Path(__file__).parents[2]
STILL = """() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
  && document.querySelector('[data-testid=stSidebarUserContent]') && !document.querySelector('[data-testid=stAppSkeleton]')"""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), "")


@dataclass
class Served:
    """A running portal: where it answers and where it lives."""

    url: str
    home: Path
    process: subprocess.Popen[bytes]


def serve(home: Path) -> Served:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)], cwd=ROOT,
        env={**os.environ, "HUCE_HOME": str(home), "HUCE_SCREEN_ONLY": "1"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return Served(url, home, process)
        except OSError:
            assert process.poll() is None, "the portal ended before it answered"
            time.sleep(0.1)
    raise AssertionError("the portal did not answer within 30 seconds")


def stop(served: Served) -> None:
    served.process.terminate()
    served.process.wait(20)


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


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A fresh process on a fresh branch: nothing has been asked of it yet."""
    home = tmp_path / "home"
    small(home, clock.now())
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
    opened.set_default_timeout(15_000)
    return opened


def enter(page: Page, served: Served, person: str) -> None:
    """Sign in by the picker of the demo."""
    page.goto(f"{served.url}/login")
    page.locator(f"button[value='{person}']").click()
    settled(page)


def settled(page: Page) -> None:
    """The script has run and what it drew stands still."""
    page.get_by_test_id("stMain").wait_for()
    page.wait_for_timeout(600)
    page.wait_for_function(STILL)
    page.wait_for_timeout(300)
