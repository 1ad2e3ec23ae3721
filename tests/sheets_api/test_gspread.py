"""gspread as it is works against the server; only the host is another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gspread
import pytest
from gspread.http_client import HTTPClient
from gspread.utils import InsertDataOption

from tests.sheets_api import SheetsApi
from tests.sheets_api.asking import credentials
from tests.sheets_api.book import Book


def at(url: str) -> type[HTTPClient]:
    """A client that asks here instead of Google."""

    class Here(HTTPClient):
        def request(self, method: str, endpoint: str, *given: Any, **more: Any) -> Any:
            for host in ("https://sheets.googleapis.com", "https://www.googleapis.com"):
                endpoint = endpoint.replace(host, url)
            return super().request(method, endpoint, *given, **more)

    return Here


@pytest.fixture
def client(api: SheetsApi, tmp_path: Path) -> gspread.Client:
    return gspread.authorize(credentials(api, tmp_path), http_client=at(api.url))


def test_gspread_opens_reads_and_writes(client: gspread.Client, book: Book) -> None:
    sheet = client.open_by_key(book.id)
    assert [(tab.title, tab.id, tab.row_count) for tab in sheet.worksheets()] == [("客户", 0, 1000)]
    tab = sheet.worksheet("客户")
    assert tab.batch_get(["A1:B2", "C2:C3"]) == [[["编号", "名称"], ["c1", "甲"]], [["3"], ["1"]]]
    tab.batch_update([{"range": "C2", "values": [[8]]}, {"range": "B3:C3", "values": [["乙乙", 9]]}])
    tab.append_rows([["0012", "丁", 5]], table_range="A1", insert_data_option=InsertDataOption.insert_rows)
    assert book.cells("客户")[1:] == [["c1", "甲", 8], ["c2", "乙乙", 9], ["c3", "丙", 2], ["0012", "丁", 5]]
    added = sheet.add_worksheet("回访", rows=10, cols=3)
    added.update([["编号"]], "A1")
    added.resize(rows=20)
    sheet.del_worksheet(tab)
    assert (book.tabs, book.size("回访"), book.cells("回访")) == (["回访"], (20, 3), [["编号"]])


def test_gspread_tells_a_link_that_is_wrong_from_one_that_is_not_shared(client: gspread.Client, book: Book, api: SheetsApi) -> None:
    with pytest.raises(gspread.SpreadsheetNotFound):
        client.open_by_key("none")
    book.unshare(api.account_email)
    with pytest.raises(PermissionError):
        client.open_by_url(book.link)


def test_a_token_that_ran_out_is_renewed_unseen(client: gspread.Client, book: Book, api: SheetsApi) -> None:
    sheet = client.open_by_key(book.id)
    api.expire_tokens()
    assert sheet.sheet1.acell("A2").value == "c1"
    assert [entry.status for entry in api.log if entry.kind == "token"] == [200, 200]


def test_gspread_reads_a_refusal(client: gspread.Client, book: Book) -> None:
    tab = client.open_by_key(book.id).sheet1
    act: list[Callable[[], Any]] = [lambda: tab.update([[1]], "A1001"), lambda: tab.get("无!A1")]
    for one, said in zip(act, ("exceeds grid limits", "Unable to parse range"), strict=True):
        with pytest.raises(gspread.exceptions.APIError, match=said) as told:
            one()
        assert told.value.code == 400
