"""The slip of the day: printed on A4 by a browser, their own dues alone, nothing fetched and nothing run."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from playwright.sync_api import Browser, Page, Route

from branch import accounts, clock
from branch.branch import Branch
from tests.jobs import world
from tests.pages.test_signin import portal
from web.cookies import SESSION

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

NOW = datetime(2026, 11, 10, 9, 0)
NAMES = "云澜启岚机械制造(示例)"
EVIL = "<script>document.title='run'</script>"


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    made = world.make(tmp_path_factory.mktemp("slip") / "home", demo=True, person_picker=True)
    dues = [edit for number in range(1, 21) for edit in due(number, "M1")]
    world.write(made, [*dues, *due(99, "M2", EVIL)])
    yield made
    made.store.close()


def due(number: int, owner: str, name: str = "") -> list[object]:
    """A credit line that is overdue, due today or due within a week, with a name as long as a name gets."""
    customer = world.customer(f"K{number}", name or f"{number}号{NAMES}", owner)
    return [customer, world.line(f"N{number}", f"K{number}", date(2026, 12, 8 + number % 8).isoformat())]


@pytest.fixture
def client(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return TestClient(portal(branch), base_url="http://127.0.0.1", follow_redirects=False)


def slip(client: TestClient, branch: Branch, staff: str):  # type: ignore[no-untyped-def]  (httpx's answer)
    return client.get("/slip", headers={"cookie": f"{SESSION}={accounts.pick(branch, staff, NOW)}", "accept": "text/html"})


def printed(browser: Browser, answer) -> tuple[bytes, list[str], str]:  # type: ignore[no-untyped-def]
    """The page as a PDF, the addresses it asked for besides itself, and its title as the browser has it."""
    asked: list[str] = []

    def give(route: Route) -> None:
        if route.request.url.endswith("/slip"):
            route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.text)
        else:
            asked.append(route.request.url)
            route.abort()

    page: Page = browser.new_page()
    page.route("**/*", give)
    page.goto("http://portal.example/slip")
    found = page.pdf(prefer_css_page_size=True), asked, page.title()
    page.close()
    return found


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


@pytest.mark.browser
def test_twenty_dues_stand_on_one_sheet_of_a4(browser: Browser, client: TestClient, branch: Branch) -> None:
    answer = slip(client, branch, "M1")
    assert answer.text.count('<td class="box">') == 20
    pdf, asked, _ = printed(browser, answer)
    assert pages(pdf) == 1
    width, height = (float(one) for one in re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups())  # type: ignore[union-attr]
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
    assert [one for one in asked if not one.endswith("/favicon.ico")] == []


@pytest.mark.browser
def test_a_longer_list_goes_on_on_the_next_sheet_under_the_same_head(browser: Browser, client: TestClient, branch: Branch) -> None:
    world.write(branch, [edit for number in range(200, 240) for edit in due(number, "L1")])
    answer = slip(client, branch, "L1")
    assert answer.text.count('<td class="box">') == 40
    assert pages(printed(browser, answer)[0]) == 2
    assert "thead{display:table-header-group}" in answer.text  # a browser repeats such a head on every sheet


@pytest.mark.browser
def test_a_name_that_is_a_script_is_only_read(browser: Browser, client: TestClient, branch: Branch) -> None:
    answer = slip(client, branch, "M2")
    assert EVIL not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert printed(browser, answer)[2].startswith("Slip of the day")


def test_everybody_prints_their_own_dues_and_nobody_elses(client: TestClient, branch: Branch) -> None:
    mine, theirs = slip(client, branch, "M1").text, slip(client, branch, "M2").text
    assert NAMES in mine
    assert "script&gt;document" not in mine
    assert NAMES not in theirs
    assert "没有到期" in slip(client, branch, "B1").text  # what climbed to a leader is not theirs to do


def test_no_amount_stands_on_it_and_nothing_may_run(client: TestClient, branch: Branch) -> None:
    answer = slip(client, branch, "M1")
    assert not re.search(r"500\s*万|5,?000,?000", answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_stranger_is_sent_to_the_sign_in_form(client: TestClient) -> None:
    answer = client.get("/slip", headers={"accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")
    assert client.get("/slip").status_code == 401
