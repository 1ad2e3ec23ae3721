"""Amounts and days as a Chinese letter writes them: 人民币大写, 元, 万元, 2026年12月31日."""

from __future__ import annotations

from datetime import date

DIGITS = "零壹贰叁肆伍陆柒捌玖"
WITHIN = ("", "拾", "佰", "仟")  # inside four digits
GROUPS = ("", "万", "亿")  # of four digits each
FEN = 100
WAN = 1_000_000  # fen
MOST = 10**12 * FEN  # what the groups can say


def capital(fen: int) -> str:
    """An amount in capital numerals, without the name of the currency: 10 050.03 元 is 壹万零伍拾元零叁分.

    One 零 for any run of zeros inside; 整 after 元 or 角, never after 分. Raises ValueError for what a letter cannot owe.
    """
    if not 0 <= fen < MOST:
        raise ValueError(f"{fen} fen cannot be written in words")
    yuan, rest = divmod(fen, FEN)
    jiao, cent = divmod(rest, 10)
    said = f"{_whole(yuan)}元" if yuan or not rest else ""
    if not rest:
        return said + "整"
    if jiao:
        said += f"{DIGITS[jiao]}角"
    elif yuan:
        said += "零"
    return said + (f"{DIGITS[cent]}分" if cent else "整")


def _whole(yuan: int) -> str:
    if not yuan:
        return DIGITS[0]
    said, gap = "", False
    for place in reversed(range(len(GROUPS))):
        four = yuan // 10_000**place % 10_000
        if not four:
            gap = bool(said)
            continue
        if said and (gap or four < 1_000):
            said += DIGITS[0]
        said += _four(four) + GROUPS[place]
        gap = False
    return said


def _four(number: int) -> str:
    said, gap = "", False
    for place in reversed(range(len(WITHIN))):
        digit = number // 10**place % 10
        if not digit:
            gap = bool(said)
            continue
        said += (DIGITS[0] if gap else "") + DIGITS[digit] + WITHIN[place]
        gap = False
    return said


def yuan(fen: int) -> str:
    """8000000.5 元 as 8,000,000.50."""
    sign, rest = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{rest // FEN:,}.{rest % FEN:02d}"


def wan(fen: int) -> str:
    """The same in 万元, to the hundredth: 800.00; a smaller part is rounded half up, away from nothing."""
    sign, hundredths = ("-" if fen < 0 else ""), (abs(fen) + WAN // 200) // (WAN // 100)
    return f"{sign}{hundredths // 100}.{hundredths % 100:02d}"


def percent(millionths: int) -> str:
    """3.45%: at least two digits after the point, more only where they say something."""
    whole, rest = divmod(millionths, 10_000)
    digits = f"{rest:04d}"
    return f"{whole}.{digits[:2]}{digits[2:].rstrip('0')}%"


def day(on: date) -> str:
    """2026年12月31日."""
    return f"{on.year}年{on.month}月{on.day}日"
