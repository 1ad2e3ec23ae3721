"""Numbers that are names: credit codes, accounts, phones, addresses of mail and files."""

from __future__ import annotations

import re

from sheets.cells.reading import Reading, bad, typed, warned
from sheets.cells.words import narrow, trim

# GB 32100-2015: no I, O, S, V, Z; weights are powers of three modulo 31.
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_COUNTED = "01234567890123456789"  # 123456789012345678
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_SCIENTIFIC = re.compile(r"[0-9]+(?:\.[0-9]+)?E\+?[0-9]+")
_ACCOUNT = re.compile(r"[0-9A-Z*](?:[0-9A-Z*-]{2,38})[0-9A-Z*]")
_PHONE = re.compile(r"\+?[0-9*() .-]{3,30}(?:(?:转|ext\.?|x|#)\s*[0-9]{1,6})?", re.IGNORECASE)
_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9*]{9})")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}")
_LINK = re.compile(r"https?://[^\s\"<>\\^`{|}\x00-\x20]{3,2000}", re.IGNORECASE)
_PATH = re.compile(r"(?![A-Za-z][A-Za-z0-9+.-]*:)[^\x00-\x1f<>\"|?*]{1,500}")


def check_character(code: str) -> str:
    """The eighteenth character of a unified social credit code, from the first seventeen."""
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(code[:17], _WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]


def bare(text: str) -> str:
    """A code without the spaces and hyphens by which people group it."""
    return "".join(narrow(text).translate(_DASHES).replace("-", "").split()).upper()


def read_uscc(cell: object) -> Reading:
    """A unified social credit code. A wrong check character is told but taken: early pilot codes fail it lawfully."""
    if not isinstance(cell, str):
        return bad("digits_lost", cell)
    code = bare(cell)
    if _SCIENTIFIC.fullmatch(code):
        return bad("digits_lost", cell)
    if len(code) != 18:
        return bad("uscc_length", cell)
    if any(c not in USCC_ALPHABET for c in code):
        return bad("uscc_letters", cell)
    if not code[2:8].isdigit():
        return bad("uscc_region", cell)
    if len(set(code[8:17])) == 1 or code[8:17] in _COUNTED:  # no organisation: a form filled to be done with
        return bad("uscc_filler", cell)
    return Reading(code) if code[17] == check_character(code) else warned(code, "uscc_check", cell)


def read_account(cell: object) -> Reading:
    """An account number, kept as text. A number cell has lost its leading zeros, beyond 15 digits much more."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return bad("account_odd", cell)
    if not isinstance(cell, str):
        if abs(cell) >= 1e15 or cell != int(cell) or cell <= 0:
            return bad("digits_lost", cell)
        return warned(typed(cell), "account_number_cell", cell)
    code = "".join(narrow(cell).translate(_DASHES).split()).upper()
    if _SCIENTIFIC.fullmatch(code):
        return bad("digits_lost", cell)
    if not _ACCOUNT.fullmatch(code):
        return bad("account_odd", cell)
    if code.isdigit() and len(code) > 16 and not code[15:].strip("0"):
        return warned(code, "account_zeros", cell)
    return Reading(code)


def read_phone(cell: object) -> Reading:
    """A phone number, or several separated by `;` or `/`: mobiles as eleven digits, others as typed."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        text = typed(cell)
        sound = re.fullmatch(r"1[3-9][0-9]{9}|[48]00[0-9]{7}|9[0-9]{4}", text)
        return Reading(text) if sound else bad("digits_lost", cell)
    if not isinstance(cell, str):
        return bad("phone_unreadable", cell)
    text = narrow(cell).translate(_DASHES)
    if _SCIENTIFIC.fullmatch(text.upper()):
        return bad("digits_lost", cell)
    parts = [_phone(part.strip()) for part in re.split(r"[;/、；，,\n]", text) if part.strip()]
    if not parts or any(part is None for part in parts):
        return bad("phone_unreadable", cell)
    joined = ";".join(part for part in parts if part)
    odd = any(re.fullmatch(r"1[3-9][0-9]{8}|1[3-9][0-9]{10}", part) for part in parts if part)
    return warned(joined, "phone_odd", cell) if odd else Reading(joined)


def _phone(text: str) -> str | None:
    digits = "".join(c for c in text if c.isascii() and (c.isdigit() or c in "+*"))
    mobile = _MOBILE.fullmatch(digits)
    if mobile and _PHONE.fullmatch(text):
        return mobile[1]
    if not _PHONE.fullmatch(text) or not 3 <= len(digits) <= 22:
        return None
    return digits if digits.isdigit() and digits == text.replace(" ", "") else " ".join(text.split())


def read_email(cell: object) -> Reading:
    """One mail address; the domain in small letters. Two addresses in a cell, or a line break, are refused."""
    if not isinstance(cell, str):
        return bad("email_unreadable", cell)
    text = narrow(cell).removeprefix("mailto:")
    if len(text) > 254 or not _EMAIL.fullmatch(text) or ".." in text or text.partition("@")[0].strip(".") != text.partition("@")[0]:
        return bad("email_unreadable", cell)
    name, _, domain = text.partition("@")
    return Reading(f"{name}@{domain.lower()}")


def read_file(cell: object) -> Reading:
    """A link on the web or the path of a file; nothing that a browser would run."""
    text = trim(cell) if isinstance(cell, str) else ""
    if text and (_LINK.fullmatch(text) or _PATH.fullmatch(text)):
        return Reading(text)
    return bad("file_unreadable", cell)
