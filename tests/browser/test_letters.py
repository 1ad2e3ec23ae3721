"""One click at a due: the letter is made, numbered, recorded as sent today, and lies among the downloads."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from branch import clock, letters
from branch.opening import open_branch
from tests.browser.conftest import Served, enter, settled


def test_one_click_makes_a_notice_records_it_as_sent_and_hands_it_over(page: Page, served: Served) -> None:
    enter(page, served, "CR1")
    button = page.get_by_test_id("stDownloadButton").filter(has_text="制作提示书并登记发出").first
    expect(button).to_be_visible()
    with page.expect_download() as coming:
        button.get_by_role("button").click()
    data = Path(coming.value.path()).read_bytes()
    assert coming.value.suggested_filename.startswith("信用评级有效期到期提示书")
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(data)).namelist()
    expect(page.get_by_text("已登记今日发出 1 份")).to_be_visible()
    settled(page)
    branch = open_branch(served.home)
    try:
        look = branch.look(clock.now())
        sent = look.book.frame("letters")
        assert sent["sent_on"].dt.date.tolist() == [clock.now().date()]
        found = letters.latest(look, "rating_notice", str(sent["row"].iloc[0]))
        assert found is not None
        assert branch.store.private.document(str(sent["document"].iloc[0])) == data
    finally:
        branch.store.close()
