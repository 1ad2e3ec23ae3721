"""Words that rules and dues share: a role, a step, a length of time, a period, a value, a calculation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from rules import days as d
from rules.calendar import Calendar
from rules.conditions import Condition, blank, resolve
from rules.spans import Span
from rules.steps import WORD
from rules.until import Point, Until, day_of
from rules.until import one as day_until
from sheets import cells
from sheets.cells.units import measured
from sheets.schema import Column, Table
from sheets.tables.words import ROLES
from texts import Lang, say

_WEEK, _MONTH, _QUARTER = re.compile(r"(\d{4})-W(\d\d)"), re.compile(r"(\d{4})-(\d\d)"), re.compile(r"(\d{4})Q(\d)")


def role_name(role: str, lang: Lang) -> str:
    """客户经理, Relationship manager; whoever the row itself names is 责任人."""
    found = next((choice for choice in ROLES if choice.code == role), None)
    return found.label(lang) if found else say("rule.owner", lang)


def step(code: str, lang: Lang) -> str:
    """A step of a reminder as the alert ledger keeps it: 提前3天, 逾期第2个工作日, 当天 16:30."""
    if code.startswith("again:"):
        return say("rule.step.again", lang, day=code.removeprefix("again:"))
    if code == "overdue":
        return say("rule.step.overdue", lang)
    found = WORD.fullmatch(code)
    if found is None:  # of a version that knew more
        return code
    if found["n"] == "0":
        said = say("rule.step.due", lang)
    elif found["share"]:
        said = say("rule.step.share", lang, n=found["share"])
    elif found["sign"]:
        side, unit = "since" if found["sign"] == "+" else "until", "" if found["du"].lower() == "d" else "_wd"
        said = say(f"rule.step.{side}{unit}", lang, n=found["dn"])
    elif found["n"]:
        said = say(f"rule.step.{'after' if found['plus'] else 'before'}_{found['unit'].lower()}", lang, n=found["n"])
    else:
        said = say(f"rule.step.{(found['name'] or 'due').lower()}", lang)
    return f"{said} {found['clock']}" if found["clock"] else said


def length(span: Span, lang: Lang) -> str:
    """3个月, 15天, 1个月+10个工作日; nothing at all is "当天"."""
    parts = [say(f"rule.{unit}", lang, n=n) for unit, n in (("months", span.months), ("days", span.days), ("workdays", span.workdays)) if n]
    return " + ".join(parts) or say("rule.same_day", lang)


def period(name: str, lang: Lang) -> str:
    """2026-W48 → 2026年第48周（11月23–29日）; 2026-11, 2026Q4 and 2026 likewise; anything else as it stands."""
    if found := _WEEK.fullmatch(name):
        start = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        end = start + timedelta(days=6)
        months = [say(f"mail.month.{day.month}", lang) for day in (start, end)]
        code = "rule.period.week" if start.month == end.month else "rule.period.week_across"
        words = {"year": found[1], "week": int(found[2]), "from_month": months[0], "to_month": months[1]}
        return say(code, lang, **words, start=start.day, end=end.day)
    if found := _MONTH.fullmatch(name):
        return say("rule.period.month", lang, year=found[1], month=say(f"mail.month.{int(found[2])}", lang))
    if found := _QUARTER.fullmatch(name):
        return say("rule.period.quarter", lang, year=found[1], quarter=found[2])
    return say("rule.period.year", lang, year=name) if re.fullmatch(r"\d{4}", name) else name


def show(column: Column, value: Any, lang: Lang) -> str:
    """A value out of a frame, for people."""
    if blank(value):
        return ""
    plain = value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
    if column.kind == "date" and isinstance(plain, datetime):  # a frame keeps days as instants
        plain = plain.date()
    return cells.show(column, plain, lang)


def day(value: Any) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) and value is not pd.NaT else ""


def columns(names: str, table: Table, lang: Lang) -> str:
    """ "a|b" by its labels: 提示书发出日期或上报日期."""
    return say("rule.or", lang).join(table[name].label(lang) for name in names.split("|") if name)


def day_word(label: str, lang: Lang) -> str:
    """The label of a date as the day itself is called: 创建 of 创建时间, for 创建当日."""
    ends = say("rule.day_ends", lang).split("/")
    return next((label.removesuffix(end) for end in ends if end and label.endswith(end) and label != end), label)


def clause(cell: str, lang: Lang) -> str:
    """The scheme's own clauses as a banker cites them: 方案第30条, 方案第75–77条; what the branch typed itself as it stands."""
    numbers = cell.replace(" ", "").replace("，", ",").replace("、", ",")
    if not re.fullmatch(r"S\d+([,–-]S\d+)*", numbers):
        return cell
    several = "s" if len(numbers.split("S")) > 2 else ""
    return say(f"why.clause{several}", lang, numbers=numbers.replace("S", "").replace(",", say("rule.comma_short", lang)))


def condition(one: Condition, table: str, lang: Lang, tables: Mapping[str, Table]) -> str:
    """客户状态 ≠ 流失."""
    column = resolve(tables, table, one.path)
    sign = {"!=": "≠", ">=": "≥", "<=": "≤", "in": "="}.get(one.op, one.op)
    counted = column.unit if column.kind == "money" else ""
    words = say("rule.and", lang).join(measured(show(column, value, lang), counted, lang) for value in one.wanted) or say(
        "rule.blank_value", lang
    )
    return f"{column.label(lang)} {sign} {words}"


def calculated(anchor: int, sign: str, span: Span, raw: np.int64, due: int, roll: str, lang: Lang) -> str:
    """2027-01-31 − 3个月 = 2026-10-31；休息日，提前到 2026-10-30. Days counted from 1970-01-01."""
    start, found, end = (d.day(one).isoformat() for one in (anchor, raw, due))
    text = summed(start, sign, span, found, lang)
    return text + (say(f"why.rolled_{roll}", lang, due=end) if found != end and roll != "none" else "")


def summed(anchor: str, sign: str, span: Span, raw: str, lang: Lang) -> str:
    """2027-01-31 − 3个月 = 2026-10-31; the day itself where nothing is counted."""
    if not span.rough:
        return say("why.sum_same", lang, anchor=anchor)
    return say("why.sum", lang, anchor=anchor, sign=sign, length=length(span, lang), raw=raw)


def not_begun(began: np.int64, today: np.int64, lang: Lang, *, starts: bool) -> list[str]:
    """Why a row owes nothing yet. `starts`: a date ahead is a clock that has not begun."""
    if began == d.NONE:
        return [say("why.no_date", lang)]
    return [say("why.later", lang, date=d.day(began).isoformat())] if starts and began > today else []


def ends_by_columns(done: str, table: Table, lang: Lang) -> str:
    """What ends a due of the row itself."""
    return say("why.end_column", lang, columns=columns(done, table, lang)) if done else say("why.end_moved", lang)


def until(last: Until, table: Table, since: str, lang: Lang) -> str:
    """期末后5个工作日内；当年01-31前或管户日期起30天内（取较晚者）."""
    said = say("rule.or", lang).join(_point(one, table, since, lang) for one in last.points)
    return say("rule.until.latest", lang, points=said) if len(last.points) > 1 else said


def _point(one: Point, table: Table, since: str, lang: Lang) -> str:
    if one.kind in ("mmdd", "next"):
        return say(f"rule.until.{one.kind}", lang, day=day_of(one))
    side = "on" if not one.span.rough else "before" if one.back else "after"
    start = columns(since, table, lang) if since else say("rule.until.live", lang)
    return say(f"rule.until.{one.kind}_{side}", lang, length=length(one.span, lang), since=start)


def until_sums(last: Until, start: int, end: int, since: int, calendar: Calendar, lang: Lang) -> str:
    """期末 2026-11-30 + 5个工作日 = 2026-12-07；of several, each."""
    said = []
    for one in last.points:
        if one.kind == "since" and since == d.NONE:
            continue
        raw = d.day(day_until(Until((one,)), start, end, since, calendar)).isoformat()
        if one.kind in ("mmdd", "next"):
            said.append(say(f"rule.until.{one.kind}", lang, day=day_of(one)) + f" = {raw}")
            continue
        begin = {"start": start, "end": end, "since": since}[one.kind]
        name = say(f"rule.until.{one.kind}", lang)
        sign = "−" if one.back else "+"
        said.append(f"{name} " + summed(d.day(begin).isoformat(), sign, one.span, raw, lang))
    return say("rule.join", lang).join(said)
