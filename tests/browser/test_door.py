"""Nobody sees anything before signing in, and a sign-out acts in every tab at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from pages.parts.screens import SCREENS
from tests.browser.conftest import enter, settled
from tests.serving import Served

pytestmark = pytest.mark.browser
SECRETS = re.compile("启岚机械|宏远纺织|瑞丰化工|供应链融资|王示例|以结算带存款")


FIRST = (
    "today",
    "dashboard",
    "outbox",
    "customer?id=C1",
    "ledgers?table=contacts",
)  # the others in the long suite: one guard answers for all
PATHS = [
    pytest.param(one, marks=() if one in FIRST else pytest.mark.long) for one in (*SCREENS, "customer?id=C1", "ledgers?table=contacts")
]


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_is_shown_only_the_sign_in_form(served: Served, page: Page, path: str) -> None:
    """These come first in this module: nobody has signed in to this process yet."""
    seen: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: seen.append(str(frame))))
    page.on("response", lambda answer: seen.append(answer.text()) if "text/html" in answer.headers.get("content-type", "") else None)
    page.goto(f"{served.url}/{path}")
    expect(page).to_have_url(re.compile("/login"))
    page.wait_for_timeout(500)
    assert not SECRETS.search("\n".join(seen) + page.content())


def on_the_line(page: Page) -> str:
    """What the server sends to a program that connects with the cookies of this browser and asks for a page."""
    frames: list[bytes | str] = []
    # Playwright leaves a mark on the function it is given, which a method of a list cannot carry.
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(frame)))  # noqa: PLW0108
    page.evaluate(
        """() => new Promise(done => {const s = new WebSocket(location.origin.replace('http', 'ws') + '/_stcore/stream', ['streamlit']);
        s.onopen = () => s.send(new Uint8Array([90, 11, 10, 9, 99, 117, 115, 116, 111, 109, 101, 114, 115])); setTimeout(done, 4000)})"""
    )
    return b"".join(f if isinstance(f, bytes) else f.encode() for f in frames).decode("utf-8", "ignore")


def test_a_made_up_cookie_gets_no_further(served: Served, context: BrowserContext, page: Page) -> None:
    """The line is refused before anything is said on it: no path, no version."""
    context.add_cookies([{"name": "huce", "value": "x" * 43, "url": served.url}])
    page.goto(f"{served.url}/login")
    assert on_the_line(page) == ""


def test_the_address_that_a_mail_gives_opens_the_first_page(served: Served, page: Page) -> None:
    enter(page, served, "CM1")
    page.goto(f"{served.url}/today")
    expect(page).to_have_url(f"{served.url}/")
    expect(page.get_by_role("heading", name="今日", exact=True)).to_be_visible()


def test_a_page_that_lost_its_line_after_its_session_ended_goes_to_the_sign_in_form(
    served: Served, context: BrowserContext, page: Page
) -> None:
    """A lid is closed over lunch: the session runs out and the line breaks, and the page is told no more by its server."""
    enter(page, served, "CM1")
    page.goto(f"{served.url}/customers")
    settled(page)
    page.wait_for_function("() => window.huceLine")
    context.clear_cookies()
    page.evaluate("void new WebSocket(location.origin.replace('http', 'ws') + '/_stcore/stream', ['streamlit'])")
    expect(page).to_have_url(re.compile("/login.*customers"))


def test_a_program_with_a_true_cookie_is_answered(served: Served, page: Page) -> None:
    """The same question as above, so that its silence means something."""
    enter(page, served, "CM1")
    page.goto(f"{served.url}/login")
    assert SECRETS.search(on_the_line(page))


def test_signing_out_in_one_tab_ends_the_other(served: Served, context: BrowserContext, page: Page) -> None:
    enter(page, served, "CM1")
    other = context.new_page()
    other.goto(f"{served.url}/customers")
    settled(other)
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(re.compile("/login"))
    other.get_by_text("只看有逾期事项的").click()
    expect(other).to_have_url(re.compile("/login"))


def test_the_demo_says_that_it_is_one(served: Served, page: Page) -> None:
    page.goto(f"{served.url}/login")
    expect(page.get_by_text("这是演示")).to_be_visible()
    enter(page, served, "VW1")
    expect(page.get_by_text("演示数据 · 均为虚构")).to_be_visible()


def test_no_request_leaves_the_machine(served: Served, page: Page) -> None:
    """Names full of links, pictures and scripts are on the page; nothing is fetched from anywhere else."""
    outside: list[str] = []
    page.on("request", lambda asked: outside.append(asked.url) if not asked.url.startswith((served.url, "data:", "blob:")) else None)
    enter(page, served, "CM1")
    for path in ("customers", "customer?id=C4", "visits", "plans", "alerts", "ledgers?table=customers"):
        page.goto(f"{served.url}/{path}")
        settled(page)
    assert outside == []


def test_a_name_full_of_marks_is_shown_as_it_was_typed(served: Served, page: Page) -> None:
    enter(page, served, "CM1")
    page.goto(f"{served.url}/customer?id=C4")
    settled(page)
    heading = page.get_by_role("heading", level=1).inner_text().replace("\u2060", "")
    assert heading == "[点我](http://evil.example) $x$ :red[红] <script>alert(1)</script>"
    assert page.locator("a[href*='evil.example']").count() == 0


def test_somebody_elses_customer_is_not_found_like_one_that_never_was(served: Served, page: Page) -> None:
    enter(page, served, "CM1")
    said = []
    for key in ("C3", "C999"):
        page.goto(f"{served.url}/customer?id={key}")
        settled(page)
        said.append(page.get_by_test_id("stMain").inner_text())
    assert said[0] == said[1]
    assert "没有找到" in said[0]


def test_an_invitation_link_asks_for_the_password_only_and_its_code_reaches_no_address(served: Served, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{served.url}/invite#ABCDE-FGHJK-LMNPQ-RSTUV-WXYZ2-3")
    expect(page.locator("#password")).to_be_focused()
    expect(page.locator("#key")).to_be_hidden()
    expect(page.locator("#key")).to_have_value("ABCDE-FGHJK-LMNPQ-RSTUV-WXYZ2-3")
    page.fill("#password", "一句 只有我 知道")
    page.fill("#again", "一句 只有我 知道")
    page.click("button.main")
    expect(page.get_by_role("alert")).to_contain_text("已用过或已过期")
    expect(page.locator("#key")).to_be_visible()
    assert not [url for url in asked if "ABCDE" in url.partition("#")[0]]
