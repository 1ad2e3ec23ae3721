"""A year of the working calendar, day by day: what each day is, what it is called, and which layer says so."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Literal

import pandas as pd
from chinese_calendar import constants

from rules.calendar import Calendar

Kind = Literal["workday", "weekend", "holiday", "shifted", "closure"]
Layer = Literal["branch", "published", "statutory", "weekday"]
# What the layers below the branch's own call a day, as a code of texts (calendar.festival.…).
FESTIVALS = {
    "New Year's Day": "new_year", "Spring Festival": "spring", "Chinese New Year (Spring Festival)": "spring",
    "Chinese New Year's Eve": "eve", "Tomb-sweeping Day": "qingming", "Tomb-Sweeping Day": "qingming", "Labour Day": "labour",
    "Labor Day": "labour", "Dragon Boat Festival": "dragon_boat", "Mid-autumn Festival": "mid_autumn",
    "Mid-Autumn Festival": "mid_autumn", "National Day": "national", "Anti-Fascist 70th Day": "victory",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One day. `name`: as the branch wrote it; `festival`: a code, where a lower layer names the day; `row`: the row of the
    branch's calendar that says so; `source`: where that row is from."""

    on: date
    kind: Kind
    works: bool
    layer: Layer
    provisional: bool = False
    name: str = ""
    festival: str = ""
    row: str = ""
    source: str = ""


def days(first: date, last: date, calendar: Calendar, own: pd.DataFrame) -> list[Told]:
    """The days from first to last. `own`: the live rows of the branch's calendar. A day that two of its rows dispute is as
    the layers below have it (rules.calendar)."""
    rows: dict[date, list[Mapping[str, object]]] = {}
    for row in own.to_dict("records"):
        if isinstance(row["on"], pd.Timestamp):
            rows.setdefault(row["on"].date(), []).append({str(key): value for key, value in row.items()})
    count = (last - first).days + 1
    return [_told(first + timedelta(n), calendar, rows.get(first + timedelta(n), [])) for n in range(count)]


def _told(on: date, calendar: Calendar, rows: list[Mapping[str, object]]) -> Told:
    works, provisional = calendar.is_workday(on), calendar.is_provisional(on)
    said = [row for row in rows if (str(row["kind"]) in ("workday", "shifted")) == works]
    disputed = len(said) < len(rows) and provisional
    if said and not disputed:
        row = max(said, key=lambda one: str(one["kind"]) == "closure")
        kind: Kind = {"holiday": "holiday", "shifted": "shifted", "closure": "closure"}.get(str(row["kind"]), "workday")  # type: ignore[assignment]
        return Told(on, kind, works, "branch", provisional, _text(row.get("name")), "", str(row["id"]), _text(row.get("source")))
    published = constants.holidays.get(on) if not works else constants.workdays.get(on)
    if published:
        return Told(on, "shifted" if works else "holiday", works, "published", provisional, festival=FESTIVALS.get(published, ""))
    if not works and provisional and on in _statutory():
        return Told(on, "holiday", works, "statutory", provisional, festival=FESTIVALS.get(_statutory()[on], ""))
    layer: Layer = "weekday" if provisional else "published"
    return Told(on, "workday" if works else "weekend", works, layer, provisional)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


@cache
def _statutory() -> Mapping[date, str]:
    text = resources.files("rules").joinpath("statutory.csv").read_text("utf-8")
    return {date.fromisoformat(row["on"]): row["name"].partition(";")[0] for row in csv.DictReader(text.splitlines())}
