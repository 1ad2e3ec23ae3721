"""A server, a spreadsheet with one tab of customers, and an account that may write in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sheets_api.asking import Asking
from tests.sheets_api.book import Book
from tests.sheets_api.server import SheetsApi


@pytest.fixture
def api() -> Iterator[SheetsApi]:
    with SheetsApi() as server:
        yield server


@pytest.fixture
def book(api: SheetsApi) -> Book:
    """编号 名称 余额 / c1 甲 3 / c2 乙 1 / c3 丙 2, all in the tab 客户 with the id 0."""
    found = api.book(api.create("支行台账", share=[api.account_email]))
    found.rename_tab("工作表1", "客户")
    found.paste("客户", "A1", [["编号", "名称", "余额"], ["c1", "甲", "3"], ["c2", "乙", "1"], ["c3", "丙", "2"]])
    return found


@pytest.fixture
def ask(api: SheetsApi, book: Book) -> Asking:
    return Asking(api, book)
