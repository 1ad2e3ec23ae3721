"""What kind of file some bytes are: told by what they hold, never by the name of the file."""

from __future__ import annotations

import re
from typing import Literal

from sheets.files.books.package import Package
from sheets.files.reading import Unreadable

Kind = Literal["csv", "xlsx", "xls", "ods"]

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_STREAMS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BM", b"\x00\x00\x01\x00")
_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|meta|table|body|style|div)\b|\s*MIME-Version:", re.IGNORECASE | re.DOTALL
)
_XML = re.compile(r"\s*<\?(?:xml|mso-)", re.IGNORECASE)
_HEAD = 4096  # bytes that say what a text file is


def kind_of(data: bytes) -> Kind:
    """The kind of a file. Raises Unreadable for one that holds no rows: a locked book, a web page, a picture, nothing at all."""
    if not data:
        raise Unreadable("exchange.empty")
    if data[:2] == b"PK":
        return _zipped(data)
    if data[:8] == OLE:
        if _LOCKED in data:
            raise Unreadable("book.locked")
        if not any(name in data for name in _STREAMS):
            raise Unreadable("book.no_workbook")
        return "xls"
    if data[:2] == b"\x09\x08" or data[:2] in (b"\x09\x00", b"\x09\x02", b"\x09\x04"):  # a sheet of Excel 4 or older, without a container
        raise Unreadable("book.too_old")
    if data.startswith(_OTHERS):
        raise Unreadable("book.no_workbook")
    head = _text(data[:_HEAD])
    if _HTML.match(head):
        raise Unreadable("book.web_page")
    if _XML.match(head):
        raise Unreadable("book.web_page" if "<html" in head.lower() else "book.xml")
    return "csv"


def _zipped(data: bytes) -> Kind:
    names = Package(data).names
    if "xl/workbook.bin" in names:
        raise Unreadable("book.binary")  # its formats and errors cannot be seen, and what it holds would be half read
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "content.xml" in names and "mimetype" in names and b"spreadsheet" in data[:200]:
        return "ods"
    raise Unreadable("book.no_workbook")


def _text(head: bytes) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "replace")
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
