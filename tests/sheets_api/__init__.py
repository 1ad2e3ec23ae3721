"""A Google of our own for tests: Sheets v4 and Drive v3 as far as a portal uses them, over real HTTP, with people and faults.

with SheetsApi() as api:
    link = api.create("支行台账", share=[api.account_email])
    book = api.book(link)                                      # a person: book.type("工作表1", "A1", "编号")
    api.fail(nth=2, kind="write", how="503 after")             # the second write from now on
    api.before(1, lambda: book.sort("工作表1", "C"), "write")  # between our read and our write
"""

from tests.sheets_api.book import Book
from tests.sheets_api.errors import Refused
from tests.sheets_api.server import SheetsApi

__all__ = ["Book", "Refused", "SheetsApi"]
