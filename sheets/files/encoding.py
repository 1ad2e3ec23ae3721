"""The bytes of a text file become text, line by line: UTF-8, UTF-16 or GB18030; what cannot be read is marked where it stands."""

from __future__ import annotations

import re
import unicodedata

from sheets.cells.words import mojibake
from sheets.files.lines import BROKEN
from sheets.files.reading import Unreadable

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# Codes that Python's codec still gives to private use, and the characters that GB18030-2022 (and A3A0: every browser) gives them.
_SINCE_2022 = {
    0xE5E5: 0x3000,
    **dict(zip(range(0xE78D, 0xE797), (0xFE10, 0xFE12, 0xFE11, *range(0xFE13, 0xFE1A)), strict=True)),
    0xE816: 0x20087,
    0xE817: 0x20089,
    0xE818: 0x200CC,
    0xE831: 0x215D7,
    0xE83B: 0x2298F,
    0xE855: 0x241FE,
    0xE7C7: 0x1E3F,
    0xE81E: 0x9FB4,
    0xE826: 0x9FB5,
    0xE82B: 0x9FB6,
    0xE82C: 0x9FB7,
    0xE832: 0x9FB8,
    0xE843: 0x9FB9,
    0xE854: 0x9FBA,
    0xE864: 0x9FBB,
}
_FEW = 4  # Chinese characters that must agree before one line is read otherwise than the rest of its file
_WITHIN_WORD = re.compile(r"(?<=[A-Za-z])[\u4e00-\u9fff](?=[a-z])")  # M\xfcller in a file of western Europe
_BIG5_COMMON = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xc6][\x40-\x7e\xa1-\xfe])+")


def decode(data: bytes) -> str:
    """The text of a file. What is no text at all, or broken throughout, is refused; single broken places are BROKEN."""
    if data[:4] == b"PK\x03\x04" or data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Unreadable("exchange.workbook")
    text = _decoded(data)
    if _mostly_broken(text):
        raise Unreadable("exchange.encoding")
    head = "\n".join(text.splitlines()[:10])
    chinese = [cell for cell in re.split(r"[,;\t\n\"]", head) if not cell.isascii() and BROKEN not in cell]
    wrong = sum(mojibake(cell) is not None for cell in chinese)
    if wrong > 1 and wrong * 2 >= len(chinese):  # one wrong cell is that cell's own trouble
        raise Unreadable("exchange.mojibake", sample=head.strip()[:40])
    return text


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _lines(data[3:]) if encoding == "utf-8-sig" else data.decode(encoding, "replace")
    even, odd = data[::2].count(0), data[1::2].count(0)
    if (even + odd) * 20 > len(data):  # UTF-16 without its mark: the high bytes of commas and line ends are zero
        return data.decode("utf-16-le" if odd > even else "utf-16-be", "replace")
    return _lines(data)


def _lines(data: bytes) -> str:
    """Every line by the encoding of most lines; a line of the other one is read by that, if there is no doubt."""
    whole = _try(data, "utf-8")
    if whole is not None:
        return whole
    lines = data.splitlines(keepends=True)
    telling = [line for line in lines if not line.isascii()]
    by_utf8 = sum(_utf8(line) for line in telling) * 2 >= len(telling)
    if by_utf8:
        return "".join(_in_utf8(line) for line in lines)
    if _big5(telling):
        raise Unreadable("exchange.big5")
    return "".join(_in_gb(line) for line in lines)


def _utf8(line: bytes) -> bool:
    """Whether most of a line is UTF-8, though a character of it may be cut."""
    text = line.decode("utf-8", "replace")
    return _chinese(text) > text.count(BROKEN)


def _in_utf8(line: bytes) -> str:
    text = line.decode("utf-8", "replace")
    if BROKEN not in text or _chinese(text):
        return text
    other = _gb(line)
    return other if _common(other) >= _FEW and BROKEN not in other else text


def _in_gb(line: bytes) -> str:
    if line.isascii():
        return line.decode("ascii")
    other = _try(line, "utf-8")
    return other if other is not None and _chinese(other) >= _FEW else _gb(line)


def _gb(line: bytes) -> str:
    """GB18030 with the characters of 2022; what is private or unassigned was no GB18030, and is broken."""
    text = line.decode("gb18030", "replace").translate(_SINCE_2022)
    if text.isascii():
        return text
    text = _WITHIN_WORD.sub(lambda found: found[0] if _common(found[0]) else BROKEN, text)
    return "".join(BROKEN if _nobodys(c) else c for c in text)


def _nobodys(character: str) -> bool:
    if character < "\u0250" or "\u4e00" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff":
        return "\x80" <= character < "\xa0"
    return unicodedata.category(character) in ("Co", "Cn", "Cs")


def _big5(telling: list[bytes]) -> bool:
    """Whether this is Big5: every character is a common one there, while GB18030 makes rare or no characters of it."""
    data = b"".join(telling)
    if _BIG5_COMMON.fullmatch(data) is None or _try(data, "cp950") is None:
        return False
    text = _gb(data)
    wide = sum(not c.isascii() for c in text)
    return _common(text) * 4 < wide * 3


def _mostly_broken(text: str) -> bool:
    """Whether most lines are broken: then the encoding is another one, and no line may be trusted."""
    if text.count(BROKEN) < _FEW:
        return False
    telling = [line for line in text.splitlines() if not line.isascii()]
    return sum(BROKEN in line for line in telling) * 2 > len(telling)


def _chinese(text: str) -> int:
    return sum("\u2e80" <= c <= "\uffef" or c >= "\U00020000" for c in text)


def _common(text: str) -> int:
    """How many characters of a text are among the most common Chinese ones."""
    return len(text.encode("gb2312", "ignore").decode("gb2312")) - sum(c.isascii() for c in text)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
