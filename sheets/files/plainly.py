"""Cells written in the plainest way, a whole column at once; whatever is written in any other way is read one by one.

Nothing is decided here that `sheets.cells` would decide otherwise: a cell that is not exactly of the one form named
below is left to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

import numpy as np

from sheets.cells import Lookup, Reading, read, read_column
from sheets.cells.codes import USCC_ALPHABET
from sheets.cells.dates import NEVER, Epoch
from sheets.cells.numbers import LARGEST, unit_of
from sheets.schema import Column, Kind, Value

RECENT = 1990  # the last year in which a day may be one that nobody meant (sheets.cells.dates.doubt)
DIGITS = 12  # of a count, or before the point
PERCENT = 10_000  # how 1 % is kept
LENGTH = 18  # signs of a credit code
APART = frozenset({str, type(None), float, date, datetime})  # kinds of cells of which no two of different kinds are equal
LOST = "锟斤拷"  # stands where characters were lost

# Han, ASCII and the marks of Chinese text: none of them is unseen, changed by NFC, or an accent; no blank at either end.
_SIGNS = r"!-~\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e"
_TEXT = re.compile(rf"(?![#Ll正加])[{_SIGNS}](?:[ {_SIGNS}]{{0,30000}}[{_SIGNS}])?")
_ID = re.compile(r"(?![#Ll]|new:)[!-:<-~]{1,200}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
# A line of GB bytes that may be UTF-8 read in the wrong encoding: it holds three Han characters of that.
_WRONG = re.compile(rb"(?m)^(?:[^\n]*?[\xe4-\xe9][\x80-\xbf]{2}){3}[^\n]*$")

_PLACES = np.full(128, -1, np.int64)
_PLACES[[ord(sign) for sign in USCC_ALPHABET]] = np.arange(len(USCC_ALPHABET))
_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)])

Found = Mapping[str, Value]


def column_of(
    column: Column, cells: Sequence[object], lookup: Lookup | None = None, epoch: Epoch = 1900
) -> tuple[Sequence[Value], dict[int, Reading]]:
    """What `read_column` says of the cells: the values, and the readings that carry a code, by position."""
    kinds = set(map(type, cells))
    if not kinds <= APART:
        return read_column(column, cells, lookup, epoch)
    every = dict.fromkeys(cells)
    every.pop(None, None)
    known: dict[object, Value] = {}
    if str in kinds and (take := _PLAIN.get(column.kind)) is not None:
        known |= take(column, [cell for cell in every if isinstance(cell, str)])  # type: ignore[arg-type]  # texts are cells
    if float in kinds and column.kind in ("money", "percent", "integer"):
        known |= _numbers(column, [cell for cell in every if isinstance(cell, float)])  # type: ignore[arg-type]  # so are numbers
    odd: dict[object, Reading] = {}
    for cell in cells if len(known) < len(every) else ():
        if cell not in known and cell is not None:
            reading = read(column, cell, lookup, epoch)
            known[cell] = reading.value
            if reading.code:
                odd[cell] = reading
    if None in cells:
        reading = read(column, None, lookup, epoch)
        known[None] = reading.value
        if reading.code:
            odd[None] = reading
    return list(map(known.__getitem__, cells)), {n: odd[cell] for n, cell in enumerate(cells) if cell in odd} if odd else {}


def _numbers(column: Column, cells: Sequence[float]) -> Mapping[float, Value]:
    """Numbers as a workbook keeps them, in the fifteen digits that count; a percentage of one or less may be a fraction."""
    texts = {cell: f"{cell:.15g}" for cell in cells}
    said = _PLAIN[column.kind](column, texts.values())
    least = PERCENT if column.kind == "percent" else -1
    return {cell: value for cell, text in texts.items() if isinstance(value := said.get(text), int) and value > least}


def _days(_: Column, texts: Iterable[str]) -> Found:
    """2026-03-05. Every day that a computer or a person puts where there is none, and that is asked about, is earlier or far ahead."""
    found = {}
    for text in texts:
        if len(text) == 10 and text[4] == "-" == text[7] and text.isascii():
            try:
                day = date.fromisoformat(text)
            except ValueError:
                continue
            if RECENT < day.year < NEVER.year:
                found[text] = day
    return found


def _money(column: Column, texts: Iterable[str]) -> Found:
    """1234.56, exact to the fen, in the unit of the column."""
    return _decimals(texts, unit_of(column) * 100)


def _percents(_: Column, texts: Iterable[str]) -> Found:
    """23.5; what lies below one may be a fraction, and is not judged here."""
    return {text: value for text, value in _decimals(texts, PERCENT).items() if value >= PERCENT}


def _decimals(texts: Iterable[str], one: int) -> dict[str, int]:
    """Figures without sign, groups or unit; `one`: what 1 is kept as, a power of ten. Others than exact ones are left out."""
    worth = {0: one}
    while (last := worth[len(worth) - 1]) % 10 == 0:
        worth[len(worth)] = last // 10
    found = {}
    for text in texts:
        whole, point, part = text.partition(".")
        digits = whole + part
        if digits.isdigit() and digits.isascii() and 0 < len(whole) <= DIGITS and bool(part) == bool(point) and len(part) < len(worth):
            found[text] = int(digits) * worth[len(part)]
    return {text: value for text, value in found.items() if value <= LARGEST}


def _counts(_: Column, texts: Iterable[str]) -> Found:
    return {text: int(text) for text in texts if text.isdigit() and text.isascii() and len(text) <= DIGITS}


def _texts(column: Column, texts: Iterable[str]) -> Found:
    """What is kept to the letter: signs as people type them, and none of the traces of a wrong encoding."""
    if column.key == "id":
        return {text: text for text in texts if _ID.fullmatch(text)}
    sound = [text for text in texts if _TEXT.fullmatch(text)]
    whole = "\n".join(sound)
    if LOST in whole:
        return {}
    wrong = {line.decode("gb18030") for line in _WRONG.findall(whole.encode("gb18030"))}
    return {text: text for text in sound if text not in wrong}


def _codes(_: Column, texts: Iterable[str]) -> Found:
    """Credit codes without a blank in them, with the check character that they must have."""
    codes = [text for text in texts if len(text) == LENGTH and text.isascii()]
    if not codes:
        return {}
    places = _PLACES[np.frombuffer("".join(codes).encode(), np.uint8).reshape(-1, LENGTH)]
    region, body = places[:, 2:8], places[:, 8:17]
    good = (places >= 0).all(1) & (region < 10).all(1) & (body != body[:, :1]).any(1) & ((np.diff(body, axis=1) % 10) != 1).any(1)
    good &= places[:, 17] == -(places[:, :17] @ _WEIGHTS) % len(USCC_ALPHABET)
    return {code: code for code, fits in zip(codes, good.tolist(), strict=True) if fits}


def _mobiles(_: Column, texts: Iterable[str]) -> Found:
    return {text: text for text in texts if _MOBILE.fullmatch(text)}


_PLAIN: Mapping[Kind, Callable[[Column, Iterable[str]], Found]] = {
    "date": _days,
    "money": _money,
    "percent": _percents,
    "integer": _counts,
    "text": _texts,
    "long": _texts,
    "uscc": _codes,
    "phone": _mobiles,
}
