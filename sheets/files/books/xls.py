"""A workbook of Excel 97 looked at before it is read: which cell has a number format cannot be seen, only that there are some."""

from __future__ import annotations

import re

from sheets.files.reading import Unreadable

_UNITS = b"|".join(re.escape(word.encode("utf-16-le")) for word in ("万", "亿", "元", "千", "百"))
_FORMAT = re.compile(rb"\x1e\x04(?P<size>[\x05-\xff]\x00)..(?P<chars>[\x01-\x7f]\x00)\x01(?:..){0,60}?(?:" + _UNITS + rb")", re.DOTALL)


def check(data: bytes) -> None:
    """Raises Unreadable where a unit stands in a number format: the amounts may count in another unit than they seem to."""
    for found in _FORMAT.finditer(data):
        length = int.from_bytes(found["chars"], "little")
        if int.from_bytes(found["size"], "little") == 5 + 2 * length and found.end() - found.start() <= 9 + 2 * length:
            raise Unreadable("book.formats")
