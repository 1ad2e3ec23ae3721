"""Which days off have moved a due: its day along the calendar beside its day if every day were worked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np

from rules import calendar_year
from rules import days as d
from rules.calendar import Calendar
from rules.calendar_year import Told
from rules.ledgers import Ledgers
from rules.rule import Rule
from rules.verb import Case
from rules.verbs import VERBS
from texts import Lang, say


def days(ledgers: Ledgers, rule: Rule, calendar: Calendar, case: Case, lang: Lang) -> list[str]:
    """The stretches of days off for which the due lies where it lies, in words; empty where it would lie there anyway."""
    raw = _if_every_day_were_worked(ledgers, rule, calendar, case)
    if raw in (None, case.due):
        return []
    first, last = sorted((int(raw), case.due))
    between = np.arange(first, last + 1)
    if calendar.works(between[between != case.due]).any():  # working days were counted: those off lie all the way to the anchor
        first, last = sorted((case.anchor, case.due))
    found = calendar_year.days(d.day(first), d.day(last), calendar, ledgers.frame("calendar"))
    return [_said(stretch, lang) for stretch in _stretches([one for one in found if not one.works])]


def _if_every_day_were_worked(ledgers: Ledgers, rule: Rule, calendar: Calendar, case: Case) -> int | None:
    every = replace(calendar, work=np.ones_like(calendar.work), version=f"{calendar.version}:every day")
    owed = VERBS[rule.verb].dues(ledgers, rule, every)
    mine = np.asarray(owed.row.words() == case.row) & (owed.anchor == case.anchor)
    found = owed.due[mine]
    return int(found[np.abs(found - case.due).argmin()]) if len(found) else None


def _stretches(off: list[Told]) -> list[list[Told]]:
    """Days of one name beside each other."""
    found: list[list[Told]] = [off[:1]] if off else []
    for before, one in pairwise(off):
        same = (one.kind, one.name, one.festival) == (before.kind, before.name, before.festival)
        if same and (one.on - before.on).days == 1:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _said(stretch: list[Told], lang: Lang) -> str:
    first, last, one = stretch[0].on, stretch[-1].on, stretch[0]
    name = one.name or (say(f"calendar.festival.{one.festival}", lang) if one.festival else "")
    kind = say(f"screen.calendar.kind.{one.kind}", lang)
    return say("why.off_named" if name else "why.off", lang, days=_span(first, last), kind=kind, name=name)


def _span(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()} – {last.isoformat()}"
