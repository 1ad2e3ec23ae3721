"""Text files of rows as Excel saves them: decoded, split into cells, guards against formulas taken off."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from sheets.cells.words import mojibake
from sheets.files.reading import Unreadable

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_STARTS = r"[=+\-@\t\r\n＝＋－＠]"
_GUARD = re.compile(rf"'*{_STARTS}")
_GUARDED = re.compile(rf"'+{_STARTS}")
_DELIMITERS = (",", "\t", ";", "|")


def decode(data: bytes) -> str:
    """UTF-8, UTF-16 or GB18030, found out by trying; text that is already broken is refused, never stored."""
    if data[:4] == b"PK\x03\x04" or data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Unreadable("exchange.workbook")
    text = _decoded(data)
    if text is None:
        raise Unreadable("exchange.encoding")
    head = "\n".join(text.splitlines()[:10])
    chinese = [cell for cell in re.split(r"[,;\t\n\"]", head) if not cell.isascii()]
    broken = sum(mojibake(cell) is not None for cell in chinese)
    if broken > 1 and broken * 2 >= len(chinese):  # one broken cell is that cell's own trouble
        raise Unreadable("exchange.mojibake", sample=head.strip()[:40])
    return text


def _decoded(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _try(data, encoding)
    even, odd = data[::2].count(0), data[1::2].count(0)
    if (even + odd) * 20 > len(data):  # UTF-16 without its mark: the high bytes of commas and line ends are zero
        return _try(data, "utf-16-le" if odd > even else "utf-16-be")
    text = _try(data, "utf-8")
    if text is not None:
        return text
    text = _try(data, "gb18030")
    # Any bytes make some GB18030; Chinese as people write it stays within the common set.
    if text is None or not _common(text):
        return None
    return text


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _common(text: str) -> bool:
    strange = wide = 0
    for character in text:
        if not character.isascii():
            wide += 1
            try:
                character.encode("gb2312")
            except UnicodeEncodeError:
                strange += 1
    return strange * 4 <= wide


def parse(text: str) -> list[list[str]]:
    """Rows of cells, by the delimiter the file uses; guards taken off. Every line counts, as in a spreadsheet."""
    first, _, rest = text.partition("\n")
    stated = re.fullmatch(r"\"?sep=(.)\"?\r?", first)
    delimiter = stated[1] if stated else _delimiter(text)
    return _rows(rest if stated else text, delimiter)


def _rows(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [[unguard(cell) for cell in row] for row in reader]
    except csv.Error as error:
        raise Unreadable("exchange.broken", line=reader.line_num) from error


def _delimiter(text: str) -> str:
    """The one that stands most often, outside quotes, in the fullest of the first lines."""
    head = [re.sub(r"\"[^\"]*\"", "", line) for line in text.splitlines()[:10]]
    return max(_DELIMITERS, key=lambda mark: max((line.count(mark) for line in head), default=0))


def guard(text: str) -> str:
    """Text that a spreadsheet would run as a formula gets an apostrophe; so does what already looks guarded."""
    return f"'{text}" if _GUARD.match(text) else text


def unguard(text: str) -> str:
    """The inverse of `guard`."""
    return text[1:] if _GUARDED.match(text) else text


def grid(data: bytes) -> Sequence[Sequence[str]]:
    """The cells of a file."""
    return parse(decode(data))
