"""A sheet of LibreOffice looked at before it is read: what only its formats say, and cells repeated without end."""

from __future__ import annotations

import re

from sheets.files.books.package import Package
from sheets.files.reading import Unreadable

_NUMBER = re.compile(rb"<number:(?:number|currency)-style\b.*?</number:(?:number|currency)-style>", re.DOTALL)
_SAYS = re.compile(
    rb'<number:text>[^<]*(?:\xe4\xb8\x87|\xe4\xba\xbf|\xe5\x8d\x83|\xe7\x99\xbe|\xe5\x85\x83)|display-factor="1|min-integer-digits="(?:[2-9]|1[0-9])'
)
_REPEATED = re.compile(rb'number-(columns|rows)-repeated="([0-9]+)"')
_ERRORS = re.compile(rb'calcext:value-type="error"[^>]*>(?:\s*<text:p>([^<]*)</text:p>)?')  # a reader of the cells sees them blank
_CELLS = 8_000_000


def check(package: Package) -> None:
    """Raises Unreadable where reading the cells alone would take them wrongly, or never end."""
    content = package.part("content.xml")
    for xml in (content, package.part("styles.xml")):
        if any(_SAYS.search(style) for style in _NUMBER.findall(xml)):
            raise Unreadable("book.formats")
    if found := _ERRORS.search(content):
        raise Unreadable("book.errors", error=(found[1] or b"#N/A").decode("utf-8", "replace"))
    for row in re.finditer(rb"<table:table-row\b([^>]*)>(.*?)</table:table-row>", content, re.DOTALL):
        if b"office:value" not in row[2] and b"<text:p" not in row[2]:
            continue
        times = _repeated(row[1], b"rows")
        wide = max((_repeated(tag, b"columns") for tag in re.findall(rb"<table:table-cell\b[^>]*office:value[^>]*>", row[2])), default=1)
        if times * wide > _CELLS or (times > 10_000):
            raise Unreadable("book.spread", sheet="ods", rows=times, columns=wide)


def _repeated(tag: bytes, what: bytes) -> int:
    return next((int(count) for name, count in _REPEATED.findall(tag) if name == what), 1)
