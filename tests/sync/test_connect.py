"""A spreadsheet that the branch has kept by itself: shown by its headings first, then read like a file, and left as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheets.spreadsheet import SheetFault
from tests.sheets_api.server import SheetsApi
from tests.sync.conftest import Office, office

ROWS = [
    ["某支行客户台账"],
    ["客户名称", "客户简称", "统一社会信用代码", "管户客户经理", "备用栏"],
    ["江海电机股份有限公司", "江海电机", "91310000MA1FL0000K", "陈静", "甲"],
    ["远山食品有限公司", "远山食品", "", "李强", "乙"],
]


@pytest.fixture
def own(tmp_path: Path, api: SheetsApi) -> Office:
    """A branch, and a sheet in which it has kept its customers and a list of its own."""
    found = office(tmp_path / "home", api, api.create("我们的表", share=[api.account_email]))
    found.book.rename_tab(found.book.tabs[0], "客户名单")
    found.book.paste("客户名单", "A1", ROWS)
    found.book.add_tab("值班表")
    found.book.paste("值班表", "A1", [["周一", "周二"], ["陈静", "李强"]])
    return found


def test_what_stands_there_is_shown_and_nothing_is_written(own: Office) -> None:
    with pytest.raises(SheetFault) as refused:
        own.connect()
    assert refused.value.code == "google.content"
    assert "「客户名单」→ 客户档案" in refused.value.say("zh")
    assert "「值班表」认不出是哪本台账" in refused.value.say("zh")
    assert own.book.tabs == ["客户名单", "值班表"]
    assert len(own.branch.book().frame("customers")) == 4


def test_taken_it_is_read_like_a_file_and_its_tabs_stay_as_they_are(own: Office) -> None:
    before = own.book.cells("客户名单"), own.book.cells("值班表")
    done = own.connect(adopt=True)
    assert done["taken"]["客户名单"]["added"] == 2
    names = set(own.branch.book().frame("customers")["name"])
    assert {"江海电机股份有限公司", "远山食品有限公司"} <= names
    assert (own.book.cells("客户名单"), own.book.cells("值班表")) == before
    ledger = own.book.cells(own.title("customers"))
    assert len(ledger) == 1 + 6
    own.branch.store.close()


def test_taken_once_more_it_adds_nothing(own: Office) -> None:
    own.connect(adopt=True)
    own.connect(adopt=True)
    assert len(own.branch.book().frame("customers")) == 6
    own.branch.store.close()
