"""The State Council's notice of a year's days off, pasted as text: its days, or the places that were not understood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise, zip_longest
from typing import Literal

Kind = Literal["holiday", "shifted"]

FESTIVALS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
WEEKDAYS = "一二三四五六日"
TITLE = re.compile(r"关于(\d{4})年(?:部分)?节假日安排")
NUMBER = re.compile(r"国办发明电[〔\[](\d{4})[〕\]]第?(\d+)号")
HEADING = re.compile(r"(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|\d{1,2}[.、])(?P<name>[^:。,;()\d]{1,20}):")
BARE = re.compile(r"(?P<name>(?:元旦|春节|清明节?|劳动节?|端午节?|中秋节?|国庆节?)(?:、(?:中秋节?|国庆节?))?):")
# Behind the last festival: good advice, and who signed when.
TAIL = re.compile(r"节假日期间.*|国务院办公厅\d{4}年\d{1,2}月\d{1,2}日.*")
DAY = r"(?:(?:\d{4})年)?(?:\d{1,2}月)?\d{1,2}日(?:\([^()]*\))?"
SPAN = rf"{DAY}(?:至{DAY})?"
OFF = r"(?:放假调休|放假公休|放假|调休|休息|补休|公休)"
CLAUSE = re.compile(rf"(?P<days>{SPAN}(?:[、和及]{SPAN})*)(?:(?P<off>{OFF})(?:(?P<count>\d+)天)?|(?:照常|正常)?(?P<on>上班))")
ONE = re.compile(r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日(?:\((?P<said>[^()]*)\))?")
COUNT = re.compile(r"(?:共|放假)(?:放假)?(\d+)天")
WEEKEND = re.compile(r"与周(?:末|六|日|六、周日)(?:公休日)?连休")


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day of the notice, with the festival it belongs to."""

    on: date
    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """What was not understood or contradicts itself: a code of texts (`notice.…`) and what its sentence names."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """`source`: its number, else its title. Days are good only where nothing is unclear."""

    year: int
    source: str
    days: tuple[NamedDay, ...]
    unclear: tuple[Unclear, ...]


def read(text: str) -> Notice:
    """The notice in a pasted text. Spaces, line breaks, full-width digits and brackets make no difference."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("星期天", "星期日").replace("周天", "周日")
    found = TITLE.search(plain) or re.search(r"(\d{4})年", plain)
    if found is None:
        return Notice(0, "", (), (Unclear("no_year"),))
    year, number = int(found[1]), NUMBER.search(plain)
    source = f"国办发明电〔{number[1]}〕{number[2]}号" if number else f"国务院办公厅关于{year}年部分节假日安排的通知"
    parts = list(_parts(plain))
    days: list[NamedDay] = []
    unclear: list[Unclear] = []
    for name, body in parts:
        taken, faults = _part(year, name, body)
        days += taken
        unclear += [Unclear("nothing", {"line": name})] if not taken and not faults else faults
    unclear += _whole(year, [name for name, _ in parts], days)
    return Notice(year, source, tuple(sorted(days, key=lambda one: one.on)), tuple(unclear))


def _parts(plain: str) -> Iterator[tuple[str, str]]:
    """Each festival with what is said of it."""
    heads = list(HEADING.finditer(plain)) or list(BARE.finditer(plain))
    for head, following in zip_longest(heads, heads[1:]):
        yield head["name"], TAIL.sub("", plain[head.end() : following.start() if following else len(plain)])


def _part(year: int, name: str, body: str) -> tuple[list[NamedDay], list[Unclear]]:
    days: list[NamedDay] = []
    unclear: list[Unclear] = []
    for sentence in filter(None, re.split(r"[。;]", body)):
        if sentence.startswith("鼓励"):  # advice to employers: no day off by itself
            continue
        off: list[NamedDay] = []
        for clause in filter(None, sentence.split(",")):
            match = CLAUSE.fullmatch(clause)
            if match is not None:
                taken, faults = _days(year, name, match)
                off += [one for one in taken if one.kind == "holiday"]
                days += taken
                unclear += faults + (_counted(taken, match["count"], clause) if match["count"] else [])
            elif counted := COUNT.fullmatch(clause):
                with_weekend = bool(WEEKEND.search(sentence))
                unclear += _counted(off, counted[1], sentence, with_weekend=with_weekend)
            elif not WEEKEND.fullmatch(clause) and clause not in ("不调休", "调休"):
                unclear.append(Unclear("line", {"line": f"{name}：{clause}"}))
    return days, unclear


def _days(year: int, name: str, match: re.Match[str]) -> tuple[list[NamedDay], list[Unclear]]:
    kind: Kind = "shifted" if match["on"] else "holiday"
    days: list[NamedDay] = []
    unclear: list[Unclear] = []
    month = 0
    for span in re.findall(SPAN, match["days"]):
        ends: list[date] = []
        for one in ONE.finditer(span):
            month = int(one["month"] or month)
            # A festival that begins in December of the year before says so by its name alone.
            in_year = int(one["year"]) if one["year"] else year - (month == 12 and name.startswith("元旦"))
            try:
                day = date(in_year, month, int(one["day"]))
            except ValueError:
                unclear.append(Unclear("no_day", {"line": span}))
                continue
            ends.append(day)
            unclear += _weekday(day, one["said"] or "")
        if len(ends) == 2 and not timedelta(0) < ends[1] - ends[0] < timedelta(15):
            unclear.append(Unclear("span", {"line": span}))
        elif ends and len(ends) == span.count("日") - len(re.findall(r"[周期]日", span)):
            days += [NamedDay(ends[0] + timedelta(n), kind, name) for n in range((ends[-1] - ends[0]).days + 1)]
    return days, unclear


def _weekday(day: date, said: str) -> list[Unclear]:
    """The weekday in brackets is the check digit of the date before it."""
    found = re.search(r"(?:周|星期)([一二三四五六日])", said)
    if found is None or WEEKDAYS.index(found[1]) == day.weekday():
        return []
    return [Unclear("weekday", {"day": day.isoformat(), "said": found[1], "is_": WEEKDAYS[day.weekday()]})]


def _counted(off: list[NamedDay], count: str, line: str, *, with_weekend: bool = False) -> list[Unclear]:
    found = {one.on for one in off}
    if with_weekend:
        for step in (-1, 1):
            edge = (min(found) if step < 0 else max(found)) + timedelta(step)
            while edge.weekday() > 4:
                found.add(edge)
                edge += timedelta(step)
    return [] if len(found) == int(count) else [Unclear("count", {"line": line, "said": int(count), "found": len(found)})]


def _whole(year: int, names: list[str], days: list[NamedDay]) -> list[Unclear]:
    """What only the whole text can show: a festival left out, a day said twice, a shifted day that is no weekend."""
    said = "".join(names)
    missing = [one for one in FESTIVALS if one not in said]
    unclear = [Unclear("missing", {"year": year, "names": "、".join(missing)})] if missing else []
    in_order = sorted(days, key=lambda one: one.on)
    unclear += [Unclear("twice", {"day": second.on.isoformat()}) for first, second in pairwise(in_order) if first.on == second.on]
    unclear += [Unclear("no_weekend", {"day": one.on.isoformat()}) for one in days if one.kind == "shifted" and one.on.weekday() < 5]
    far = [one for one in days if one.on.year not in (year - 1, year, year + 1) or abs((one.on - date(year, 7, 1)).days) > 200]
    return unclear + [Unclear("other_year", {"day": one.on.isoformat(), "year": year}) for one in far]
