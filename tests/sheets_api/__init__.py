"""A Google of our own for tests: Sheets v4 and Drive v3 as far as a portal uses them, over real HTTP, with people and faults."""

from tests.sheets_api.book import Book
from tests.sheets_api.errors import Refused
from tests.sheets_api.server import SheetsApi

__all__ = ["Book", "Refused", "SheetsApi"]
