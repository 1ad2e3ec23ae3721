"""Text in cells: folding for comparison, hidden characters, formula errors, text read in the wrong encoding."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from sheets.cells.reading import Reading, bad, typed, warned
from sheets.numbers import is_placeholder
from sheets.schema import Column

LONGEST = 32_767  # characters: what one Excel cell holds

# Characters that nobody sees and nobody means: zero-width space, marks of direction at the edges, BOM, word joiner.
UNSEEN = "\u200b\u200e\u200f\u2060\ufeff"
_EDGES = UNSEEN + "".join(c for c in map(chr, range(0x3001)) if c.isspace())
_NARROW = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | {ord(c): " " for c in _EDGES if c not in UNSEEN}
    | dict.fromkeys(map(ord, UNSEEN + "\u200c\u200d"))
    | {0xFFE5: "¥", 0xFE6A: "%"}
)
# What Unicode calls default-ignorable: soft hyphen, variation selectors, invisible operators, fillers, tags. They are shown
# as nothing, so two names that differ only in them are one name. Marks that turn text around are among them.
_IGNORED = (0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0x200B, 0x2010), *range(0x202A, 0x202F),
            *range(0x2060, 0x2070), 0x3164, *range(0xFE00, 0xFE10), 0xFEFF, 0xFFA0, *range(0xFFF0, 0xFFF9), *range(0x1BCA0, 0x1BCA4),
            *range(0x1D173, 0x1D17B), *range(0xE0000, 0xE1000))  # fmt: skip
_OPENING, _CLOSING = "[〔【［﹙﹝｛{〖⟨〈⦅｟", "]〕】］﹚﹞｝}〗⟩〉⦆｠"
_FOLDED = {**_NARROW} | dict.fromkeys(_IGNORED) | dict.fromkeys(map(ord, _OPENING), "(") | dict.fromkeys(map(ord, _CLOSING), ")")
_BRACKETS = re.compile(r"[\[\]{}]")
_CJK = r"\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LOOSE = re.compile(rf"(?<=[{_CJK}()]) | (?=[{_CJK}()])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_OVERRIDE = re.compile(r"[\u202d\u202e]")
_ACCENTED = re.compile(r"[\x80-\xff\u0152-\u0192\u02c6\u02dc\u2018-\u2122]")
_UTF8_HANZI = re.compile(rb"[\xe4-\xe9][\x80-\xbf]{2}")
_FORMULA_ERROR = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|GETTING_DATA|ERROR!|UNKNOWN!"
    r"|BUSY!|EXTERNAL!|PYTHON!)|#{4,}|(?:Loading|正在加载|加载中)(?:\.{3}|…+)",
    re.IGNORECASE,
)


def narrow(text: str) -> str:
    """Full-width letters, digits and spaces made plain, unseen characters dropped, edges trimmed."""
    if text.isascii():
        return text.strip()
    return text.translate(_NARROW).strip()


def trim(text: str) -> str:
    """Outer spaces of every width and unseen marks removed; the inside is left as typed."""
    return text.strip(_EDGES)


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """How names, headers and choices are compared: width, case, unseen characters, which brackets, and spaces beside Chinese
    characters do not count."""
    if text.isascii():
        if _BRACKETS.search(text):
            text = text.translate(_FOLDED)
        return " ".join(text.split()).casefold()
    plain = unicodedata.normalize("NFKC", text.translate(_FOLDED))
    return _LOOSE.sub("", " ".join(plain.split())).casefold()


def formula_error(text: str) -> bool:
    """Whether the cell shows the error of a formula (#N/A, #REF!, Loading…) instead of a value."""
    return text[:1] in "#Ll正加" and _FORMULA_ERROR.fullmatch(trim(text)) is not None


def mojibake(text: str) -> str | None:
    """What the text meant before it was read in the wrong encoding, or None if it looks sound.

    Three accidents are known: GBK read as Latin-1, UTF-8 read as Latin-1, UTF-8 read as GBK. Where the
    characters are lost beyond repair the answer is "".
    """
    if text.isascii():
        return None
    if "\ufffd" in text or "锟斤拷" in text:
        return ""
    if _ACCENTED.search(text):
        return _from_latin(text)
    data = text.encode("gb18030", "ignore")
    hanzi = len(_UTF8_HANZI.findall(data))
    if hanzi < 3 or 3 * hanzi < 0.8 * sum(byte > 127 for byte in data):
        return None
    return data.decode("utf-8", "ignore")


def _from_latin(text: str) -> str | None:
    for wrong in ("latin-1", "cp1252"):
        try:
            data = text.encode(wrong)
        except UnicodeEncodeError:
            continue
        for right in ("utf-8", "gb2312"):
            meant = _decoded(data, right)
            if meant and _hanzi(meant) >= (1 if right == "utf-8" else 2) and _all_hanzi(meant):
                return meant
    return None


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _hanzi(text: str) -> int:
    return sum("\u4e00" <= c <= "\u9fff" for c in text)


def _all_hanzi(text: str) -> bool:
    """Accented Latin text that happens to decode gives stray symbols; a Chinese name gives Chinese."""
    return all(c.isascii() or "\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\u303f" or c > "\uff00" for c in text)


def read_text(column: Column, cell: object) -> Reading:
    """Free text: outer spaces off, NFC, line ends as LF; what cannot be shown or stored is refused or taken off."""
    if not isinstance(cell, str):
        return _written_out(cell)
    text = trim(cell)
    if column.key == "id":
        text = narrow(text)
    if text.isascii() and text.isprintable():
        return bad("text_too_long", cell) if len(text) > LONGEST else _checked(column, text, cell)
    if _SURROGATE.search(text):
        return bad("text_broken", cell)
    if _OVERRIDE.search(text):
        return bad("text_override", cell)
    cleaned = trim(_CONTROL.sub("", text))
    kept = unicodedata.normalize("NFC", cleaned.replace("\r\n", "\n").replace("\r", "\n"))
    if len(kept) > LONGEST:
        return bad("text_too_long", cell)
    if mojibake(text) is not None or (kept != text and mojibake(kept) is not None):
        return bad("text_mojibake", cell)
    return _checked(column, kept, cell, "" if cleaned == text else "text_control")


def _checked(column: Column, text: str, cell: str, code: str = "") -> Reading:
    """What is left may say no more than what was typed: no formula error, no id that lists would tear apart."""
    if formula_error(text):
        return bad("formula_error", cell)
    if column.key == "id" and not usable_id(text):
        return bad("id_unusable", cell)
    return warned(text or None, code, cell) if code else Reading(text or None)


def _written_out(cell: object) -> Reading:
    """A number, date or tick in a text column: written out, unless its digits are already lost."""
    if isinstance(cell, float) and abs(cell) >= 1e15:
        return bad("digits_lost", cell)
    if isinstance(cell, bool):
        return Reading(str(cell).upper())
    return Reading(typed(cell))


def usable_id(text: str) -> bool:
    """An id stands in lists, links and keys: one line, no separator of lists, not longer than a key may be."""
    return len(text) <= 200 and not re.search(r"[;\n\t]", text) and not is_placeholder(text)
