"""An Issue as a sentence: what stands in the cell, why it cannot be taken, how to mend it."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from sheets.cells.codes import USCC_ALPHABET, bare, check_character
from sheets.cells.words import mojibake, narrow
from sheets.schema import Column, Issue, Table
from texts import Lang, say, words

_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\u200b-\u200f]+")
_NOTHING = Column("", "", "")
SHOWN = 40  # characters of a cell in a sentence
CHOICES = 12  # choices named in a sentence


def sentence(issue: Issue, tables: Mapping[str, Table], lang: Lang) -> str:
    """What, why and how to mend it. A code that belongs to another room carries its section: `rule.bad_lead`."""
    column = (tables[issue.table].column(issue.column) if issue.table in tables else None) or _NOTHING
    key = f"issue.{issue.code}"
    values = {
        "raw": shorten(issue.raw),
        "column": column.label(lang) or issue.column,
        "cell": issue.cell,
        "row": issue.row,
        "table": _table(issue, tables, lang),
        "unit": column.unit,
        "choices": _choices(column, lang),
    }
    hints = _hints(issue.code, column, issue.raw)
    return say(key if key in words(lang) else issue.code, lang, **{**values, **hints, **issue.values})


def with_place(issue: Issue, tables: Mapping[str, Table], lang: Lang, sheet: str = "") -> str:
    """The sentence with the place before it: 客户台账!F27「2026-02-30」…"""
    place = f"{sheet or _table(issue, tables, lang)}!{issue.cell}" if issue.cell else sheet or _table(issue, tables, lang)
    return f"{place} {sentence(issue, tables, lang)}"


def shorten(raw: str) -> str:
    """What was typed, short, on one line, without signs that turn the text around."""
    text = _UNSHOWN.sub(" ", raw).strip()
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _table(issue: Issue, tables: Mapping[str, Table], lang: Lang) -> str:
    return tables[issue.table].label(lang) if issue.table in tables else issue.table


def _choices(column: Column, lang: Lang) -> str:
    named = say("cells.join", lang).join(choice.label(lang) for choice in column.choices[:CHOICES])
    return named + ("…" if len(column.choices) > CHOICES else "")


def _hints(code: str, column: Column, raw: str) -> dict[str, str]:
    """What can be said beyond the cell itself; every sentence may use `suggest` and `other`."""
    blank = {"suggest": "", "other": ""}
    made = _MADE.get(code)
    return blank | made(column, raw) if made else blank


def _numbers(raw: str) -> list[int]:
    return [int(n) for n in re.findall(r"[0-9]+", narrow(raw))[:6] if len(n) < 9]


def _ymd(raw: str) -> tuple[int, int, int]:
    text = narrow(raw)
    if re.match(r"[0-9]{8}", text):
        return int(text[:4]), int(text[4:6]), int(text[6:8])
    year, month, day, *_ = (*_numbers(text), 0, 0, 0)
    return year, month, day


def _day(_: Column, raw: str) -> dict[str, str]:
    year, month, day = _ymd(raw)
    if not (1 <= month <= 12 and 1 <= year <= 9999):  # written with words: the month is not among the digits
        return {"year": "", "month": "", "day": "", "suggest": "2026-03-05"}
    last = monthrange(year, month)[1]
    return {"year": str(year), "month": str(month), "day": str(day), "suggest": f"{year}-{month:02}-{last}"}


def _month(_: Column, raw: str) -> dict[str, str]:
    year, month, day = _ymd(raw)
    return {"month": str(month), "suggest": f"{year}-{month % 12 or 12:02}-{day:02}"}


def _month_only(_: Column, raw: str) -> dict[str, str]:
    text = narrow(raw)
    year, month = (int(text[:4]), int(text[4:])) if re.fullmatch(r"[0-9]{6}", text) else (*_numbers(text), 1, 1)[:2]
    return {"suggest": f"{year}-{month:02}-{monthrange(year, month)[1]}"} if 1 <= month <= 12 and year else {}


def _order(_: Column, raw: str) -> dict[str, str]:
    first, second, year = (*_numbers(raw), 1, 1, 1)[:3]
    both = [f"{year}-{m:02}-{d:02}" for m, d in ((first, second), (second, first)) if 1 <= m <= 12 and 1 <= d <= 31]
    return {"suggest": " / ".join(dict.fromkeys(both))}


def _serial(_: Column, raw: str) -> dict[str, str]:
    days = (_numbers(raw) or [0])[0]
    return {"suggest": (date(1899, 12, 30) + timedelta(days=days)).isoformat()} if 0 < days < 73_416 else {}


def _weekday(_: Column, raw: str) -> dict[str, str]:
    year, month, day = _ymd(raw)
    return {"suggest": f"{year}-{month:02}-{day:02}"}


def _percent(_: Column, raw: str) -> dict[str, str]:
    try:
        bare = Decimal(narrow(raw))
    except InvalidOperation:
        return {}
    return {"suggest": f"{(bare * 100).normalize():f}%", "other": f"{bare.normalize():f}%"}


def _check(_: Column, raw: str) -> dict[str, str]:
    code = bare(raw)
    return {"suggest": check_character(code), "other": code[-1]} if len(code) == 18 else {}


def _length(_: Column, raw: str) -> dict[str, str]:
    return {"other": str(len(bare(raw)))}


def _letters(_: Column, raw: str) -> dict[str, str]:
    odd = [c for c in bare(raw) if c not in USCC_ALPHABET]
    return {"other": shorten("".join(dict.fromkeys(odd)))}


def _meant(_: Column, raw: str) -> dict[str, str]:
    return {"suggest": shorten(mojibake(raw) or "")}


# Codes whose sentence says more than the cell shows.
_MADE: dict[str, Callable[[Column, str], dict[str, str]]] = {
    "date_no_such_day": _day,
    "date_no_such_month": _month,
    "date_month_only": _month_only,
    "date_order": _order,
    "date_serial_text": _serial,
    "date_weekday": _weekday,
    "percent_ambiguous": _percent,
    "uscc_check": _check,
    "uscc_length": _length,
    "uscc_letters": _letters,
    "text_mojibake": _meant,
    "row_mojibake": _meant,
}
