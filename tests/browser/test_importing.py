"""A csv file and an Excel book go in through the browser: mended, counted, taken, taken back."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from playwright.sync_api import Page, expect

from branch.opening import open_branch
from tests.browser.conftest import enter, settled
from tests.serving import Served

pytestmark = pytest.mark.browser
HEADS = ["客户名称", "客户等级", "主办客户经理"]
ROWS = [["明湖科技有限公司", "重点客户", "CM1"], ["镜湖科技有限公司", "甲类", "CM1"]]


def as_csv() -> bytes:
    return "\n".join(",".join(cells) for cells in [HEADS, *ROWS]).encode("utf-8-sig")


def as_book() -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    book.add_worksheet("说明").write(0, 0, "请填第二张表")
    sheet = book.add_worksheet("客户")
    for row, cells in enumerate([["客户登记表"], HEADS, *ROWS]):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell.replace("湖", "泽"))
    book.close()
    return made.getvalue()


def names(served: Served) -> set[str]:
    return set(open_branch(served.home).book().frame("customers")["name"])


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).last.click()
    settled(page)


def count(page: Page, label: str) -> str:
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue").inner_text()


def bring(page: Page, served: Served, name: str, data: bytes) -> None:
    page.goto(f"{served.url}/customers")
    settled(page)
    press(page, "导入")
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})
    expect(page.get_by_text(f"文件：{name}")).to_be_visible()
    settled(page)


def mend_and_take(page: Page) -> None:
    press(page, "下一步：预览")
    assert (count(page, "新增"), count(page, "导不进")) == ("2", "0")
    press(page, "去修正")
    page.get_by_role("combobox", name="甲类").click()
    page.get_by_role("option", name="优质", exact=True).click()
    settled(page)
    press(page, "下一步：导入")
    press(page, "导入 2 行")
    expect(page.get_by_text("已导入：新增 2 行，更新 0 行")).to_be_visible()
    settled(page)


def test_a_csv_file_is_mended_taken_and_taken_back(served: Served, page: Page) -> None:
    enter(page, served, "CM1")
    bring(page, served, "名单.csv", as_csv())
    page.reload()
    settled(page)
    expect(page.get_by_text("文件：名单.csv")).to_be_visible()
    mend_and_take(page)
    assert {"明湖科技有限公司", "镜湖科技有限公司"} <= names(served)
    press(page, "撤销")
    press(page, "确认撤销这次导入")
    expect(page.get_by_text("已撤销：删除", exact=False)).to_be_visible()
    assert not {"明湖科技有限公司", "镜湖科技有限公司"} & names(served)


def test_a_book_opens_at_the_sheet_that_holds_the_ledger(served: Served, page: Page) -> None:
    enter(page, served, "CM1")
    bring(page, served, "名单.xlsx", as_book())
    expect(page.get_by_role("combobox", name="用哪一张工作表")).to_have_value("客户")
    mend_and_take(page)
    assert {"明泽科技有限公司", "镜泽科技有限公司"} <= names(served)
