"""Changes of the working calendar on their way: the rows that a notice or a closed stretch would write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import pandas as pd

from branch import whatif
from branch.look import Look
from rules import calendar_year, notice
from rules.calendar import Calendar
from rules.calendar_year import Told
from rules.notice import Notice
from sheets.merge import Cell
from sheets.numbers import placeholder_for
from sheets.schema import Edit

__all__ = ["Notice", "Told"]

LEDGER = "calendar"
LONGEST = 31  # days of one closure


def year(look: Look, number: int) -> list[Told]:
    """Each day of a year: what it is, and which layer says so."""
    own = look.book.frame(LEDGER)
    return look.once(("calendar of", number), lambda: calendar_year.days(date(number, 1, 1), date(number, 12, 31), look.calendar, own))


def read(text: str) -> Notice:
    """The State Council's notice in a pasted text: see rules.notice."""
    return notice.read(text)


def of_notice(look: Look, notice: Notice) -> list[Edit]:
    """The rows that the notice adds, and those of the same day that it puts right. A day on which the branch is closed by
    itself stays so; a row that says what the notice says stays as it is."""
    there = _by_day(look)
    found = []
    for one in notice.days:
        says: dict[str, Cell] = {"kind": one.kind, "name": one.name, "source": notice.source, "confirmed": True}
        rows = [row for row in there.get(one.on, ()) if row["kind"] != "closure"]
        if not rows and one.on not in there:
            found.append(Edit(LEDGER, placeholder_for(LEDGER, one.on.isoformat(), one.kind), None, {"on": one.on, **says}))
        for row in rows:
            differs = row["kind"] != one.kind or row["confirmed"] is not True
            found += [Edit(LEDGER, str(row["id"]), {key: row[key] for key in says}, says)] if differs else []
    return found


def closure(look: Look, name: str, first: date, last: date) -> list[Edit]:
    """The branch closed from first to last: a row for each of these days on which it would work."""
    count = min((last - first).days + 1, LONGEST)
    every = [first + timedelta(n) for n in range(count)]
    return [
        Edit(LEDGER, placeholder_for(LEDGER, day.isoformat(), "closure"), None,
             {"on": day, "kind": "closure", "name": name, "confirmed": True})
        for day in every if look.calendar.is_workday(day)
    ]  # fmt: skip


def removal(look: Look, rows: Sequence[str]) -> list[Edit]:
    """These rows taken out of the calendar."""
    return [Edit(LEDGER, str(row["id"]), row, None) for every in _by_day(look).values() for row in every if row["id"] in rows]


def days(look: Look, edits: Sequence[Edit]) -> Calendar:
    """The working days as they would be with these edits."""
    added = [{**_row(look, edit), **edit.after} for edit in edits if edit.after is not None]
    return whatif.drafted_days(look, added, [edit.id for edit in edits])


def _row(look: Look, edit: Edit) -> dict[str, Cell]:
    if edit.before is None:
        return {}
    return next(row for rows in _by_day(look).values() for row in rows if row["id"] == edit.id)


def _by_day(look: Look) -> dict[date, list[dict[str, Cell]]]:
    return look.once("calendar by day", lambda: _gathered(look))


def _gathered(look: Look) -> dict[date, list[dict[str, Cell]]]:
    found: dict[date, list[dict[str, Cell]]] = {}
    for on, row in _cells(look.book.frame(LEDGER)):
        found.setdefault(on, []).append(row)
    return found


def _cells(frame: pd.DataFrame) -> Iterator[tuple[date, dict[str, Cell]]]:
    for row in frame.to_dict("records"):
        if isinstance(row["on"], pd.Timestamp):
            on = row["on"].date()
            texts = {key: None if pd.isna(row[key]) or row[key] == "" else str(row[key]) for key in ("id", "kind", "name", "source")}
            yield on, {**texts, "on": on, "confirmed": None if pd.isna(row["confirmed"]) else bool(row["confirmed"])}
