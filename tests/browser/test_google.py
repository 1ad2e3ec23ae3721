"""The Google sheet in the browser: a conflict decided by a click, and a save that waits for Google where everybody sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from branch import clock, settings
from branch.branch import Branch
from branch.opening import open_branch
from branch.people import SYSTEM
from branch.sync import connecting, credentials
from branch.sync.worker import Worker
from sheets.schema import Edit
from sheets.spreadsheet import Away
from tests.browser.conftest import enter, settled
from tests.serving import Served, serve, stop
from tests.sheets_api.server import SheetsApi
from tests.small import small

pytestmark = pytest.mark.browser


@dataclass
class Joined:
    """A portal on a branch that is held in a sheet, and the branch itself as the jobs have it open."""

    served: Served
    branch: Branch
    api: SheetsApi
    link: str

    def sync(self) -> None:
        worker = Worker(self.branch, connecting.open_sheet(self.branch), self.branch.store.agreed(), clock.now)
        worker.flush()
        worker.pull()
        worker.flush()

    def type(self, table: str, row: str, column: str, text: str) -> None:
        found = self.branch.remembered()
        assert found is not None
        self.api.book(self.link).type(found.tabs[table].title, found.place(table, row, column).rpartition("!")[2], text)

    def value(self, table: str, row: str, column: str) -> object:
        return (self.branch.store.row(table, row) or {}).get(column)


@pytest.fixture(scope="module")
def joined(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Joined]:
    home = tmp_path_factory.mktemp("joined") / "home"
    with SheetsApi() as api:
        small(home, clock.now()).store.close()
        settings.save(home, {"google": {"api_url": api.url, "drive_url": api.url}})
        api.key_file(home / credentials.KEY)
        branch, link = open_branch(home), api.create("支行台账", share=[api.account_email])
        connecting.connect(branch, connecting.open_sheet(branch, link))
        running = serve(home)
        yield Joined(running, branch, api, link)
        stop(running)
        branch.store.close()


def test_a_conflict_is_decided_by_a_click(joined: Joined, page: Page) -> None:
    joined.branch.write([Edit("visits", "V1", {"minutes": "了解资金安排"}, {"minutes": "谈了扩产"})], SYSTEM, "portal", clock.now())
    joined.type("visits", "V1", "minutes", "谈了续贷")
    joined.sync()
    enter(page, joined.served, "CM1")
    page.goto(f"{joined.served.url}/issues")
    settled(page)
    expect(page.get_by_text("两边不一致，请选择")).to_be_visible()
    for value in ("谈了扩产", "谈了续贷", "了解资金安排"):
        expect(page.get_by_text(value, exact=True)).to_be_visible()
    page.get_by_role("button", name="用表格里的").click()
    expect(page.get_by_text("两边不一致，请选择")).to_have_count(0)
    assert joined.value("visits", "V1", "minutes") == "谈了续贷"


def test_a_save_waits_for_google_on_every_page_until_the_sheet_has_it(joined: Joined, page: Page) -> None:
    enter(page, joined.served, "CM1")
    page.goto(f"{joined.served.url}/ledgers?table=visits&row=V2")
    settled(page)
    page.get_by_role("tab", name="修改").click()
    page.get_by_label("会谈内容纪要").fill("谷歌不在时写下的")
    page.get_by_label("会谈内容纪要").blur()
    settled(page)
    page.get_by_role("button", name="保存").click()
    mark = page.locator(".st-key-google_state")
    expect(mark).to_have_text("已保存，待核对")
    assert joined.value("visits", "V2", "minutes") == "谷歌不在时写下的"
    joined.api.fail(how="cut before", times=9)
    with pytest.raises(Away):
        joined.sync()
    joined.api.faults.clear()
    expect(mark).to_contain_text("等待谷歌", timeout=20_000)
    page.keyboard.press("Escape")  # the drawer lies over the menu
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_test_id("stSidebar").get_by_role("link", name="客户").click()
    settled(page)
    expect(mark).to_contain_text("等待谷歌")
    joined.sync()
    expect(mark).to_have_text("已保存（表格已核对）", timeout=20_000)
    expect(mark).to_have_count(0, timeout=20_000)
