"""Values written back: exactly for machines and files, kindly for people."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from sheets.cells.numbers import unit_of
from sheets.schema import Column, Value
from texts import Lang, say


def plain(column: Column, value: Value) -> str:
    """Canonical text, the inverse of reading: ISO dates, codes, exact decimals in the column's unit."""
    if value is None:
        return ""
    match column.kind:
        case "money":
            return _exact(Decimal(int(value)) / (100 * unit_of(column)))  # type: ignore[arg-type]
        case "percent":
            return _exact(Decimal(int(value)) / 10_000) + "%"  # type: ignore[arg-type]
        case "yesno":
            return "yes" if value else "no"
    if isinstance(value, datetime) and column.kind == "datetime":
        return f"{value:%Y-%m-%dT%H:%M:%S}+08:00"
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)


def show(column: Column, value: Value, lang: Lang) -> str:
    """Text for a person: labels, thousands separators, two decimals for money."""
    if value is None:
        return ""
    match column.kind:
        case "money":
            return f"{_rounded(Decimal(int(value)) / (100 * unit_of(column))):,}"  # type: ignore[arg-type]
        case "integer":
            return f"{value:,}"
        case "percent":
            return plain(column, value)
        case "monthday":
            return say("cells.monthday", lang, day=value)
        case "yesno":
            return say("cells.yes" if value else "cells.no", lang)
        case "choice":
            return _label(column, str(value), lang)
        case "choices":
            return say("cells.join", lang).join(_label(column, code, lang) for code in str(value).split(";"))
    if isinstance(value, datetime) and column.kind == "datetime":
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)


def _label(column: Column, code: str, lang: Lang) -> str:
    choice = column.choice(code)
    return choice.label(lang) if choice else code


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _exact(amount: Decimal) -> str:
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
