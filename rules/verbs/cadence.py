"""At least n events in each window, by role and mode: rolling days or calendar periods (R11–R16, reading A7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules import conditions, drawn, obligations, periods, rule, spans, wording
from rules import days as d
from rules.calendar import Calendar
from rules.days import NONE, Days
from rules.drawn import Drawn
from rules.ledgers import Ledgers, Positions, owner_column
from rules.obligations import Mask, Owed
from rules.periods import Period, Unit
from rules.rule import OWNER, BadRule, Row, Rule, Tables
from rules.spans import Span
from rules.verb import Case, Verb
from texts import Lang, say

WAIVED_WEEK = 2  # a calendar week with no more working days than this is waived (A7b)
MOST = 31


@dataclass(frozen=True, slots=True)
class Log:
    """Qualifying days: one entry for each row and day, however many copies of the event (DL067). Sorted by both.

    `counts`: the day on which it counts, which is a later one where it was recorded too late (A10).
    """

    row: Positions
    day: Days
    counts: Days


def read(row: Row, tables: Tables) -> Rule:
    window = row["window"] if row["window"] in get_args(Unit) else None
    common = rule.base(row, tables, opens=window is not None)
    subject = common["subject"]
    if common["bands"].column or (len(common["roles"]) > 1 and OWNER in common["roles"]):
        raise BadRule("roles", "rule.one_role", row["roles"])
    rule.needed(row, "date", "window")
    count = int(row["count"]) if row["count"].isdecimal() and len(row["count"]) < 4 else 0
    rolling = rule.span(row, "window", spans.read) if window is None else Span()
    if window is None and rolling == Span():
        raise BadRule("window", "rule.bad_span", row["window"])
    if not 1 <= count <= (1 if window is None else MOST):
        raise BadRule("count", "rule.bad_count", row["count"])
    events = rule.events(row, subject, tables)
    since = rule.columns(row, "due", subject, tables) or tables[subject].since
    if not since:
        raise BadRule("due", "rule.no_start", row["due"])
    return Rule(
        **common,
        **events,
        count=count,
        window=cast(Unit, window) if window else rolling,
        since=since,
        date=rule.columns(row, "date", events["event"], tables),
        by_role=common["roles"] != (OWNER,),
    )


def dues(ledgers: Ledgers, rule: Rule, calendar: Calendar) -> Owed:
    kept = conditions.mask(ledgers, rule.subject, rule.where) & obligations.in_tiers(ledgers, rule)
    log = _log(ledgers, rule, calendar)
    if isinstance(rule.window, Span):
        return _rolling(ledgers, rule, kept, log, rule.window, calendar)
    unit = cast(Unit, rule.window)
    now = periods.around(unit, d.day(ledgers.today))
    return _periods(ledgers, rule, kept, log, (periods.previous(now), now), calendar)


def _log(ledgers: Ledgers, rule: Rule, calendar: Calendar) -> Log:
    row, day, counts, place = _events(ledgers, rule, calendar)
    here = (counts <= ledgers.today) & _credited(ledgers, rule)[place]
    row, day, counts = row[here], day[here], counts[here]
    once = np.ones(len(row), bool)
    once[1:] = (row[1:] != row[:-1]) | (day[1:] != day[:-1])
    return Log(row[once], day[once], counts[once])


def _events(ledgers: Ledgers, rule: Rule, calendar: Calendar) -> tuple[Positions, Days, Days, Positions]:
    """The subject, the day, the day on which it counts and the position of every event of a kind, sorted by the first
    three; all roles share them."""
    key = ("events", rule.event, rule.link, rule.date, tuple(one.text for one in rule.event_where), int(ledgers.today))
    return ledgers.once(key, lambda: _sorted(ledgers, rule, calendar))


def _sorted(ledgers: Ledgers, rule: Rule, calendar: Calendar) -> tuple[Positions, Days, Days, Positions]:
    day, row = ledgers.days(rule.event, rule.date), ledgers.through(rule.event, rule.link)
    counts = obligations.counted(ledgers, rule.event, rule.date, calendar, ledgers.terms.record_workdays)
    mask = conditions.mask(ledgers, rule.event, rule.event_where) & (counts != NONE) & (row >= 0) & ledgers.complete(rule.event)
    place = np.flatnonzero(mask)
    place = place[np.argsort(counts[place], kind="stable")] if (counts != day).any() else place
    place = place[np.argsort(row[place] * np.int64(1_000_000) + day[place], kind="stable")]
    return row[place], day[place], counts[place], place


def _credited(ledgers: Ledgers, rule: Rule) -> Mask:
    """Events at which somebody of the role took part: everybody is credited in their own role (A8b); of several roles that
    owe it together, one is enough.

    Where a ledger names no participants, whoever wrote the row counts; where it names nobody, every row does.
    """
    roles = rule.roles if rule.by_role else ()
    return ledgers.once(("credited", rule.event, roles), lambda: _by_role(ledgers, rule.event, roles))


def _by_role(ledgers: Ledgers, event: str, roles: tuple[str, ...]) -> Mask:
    table = ledgers.table(event)
    people = next((c.key for c in table.columns if c.kind == "staffs"), "") or owner_column(table)
    if not roles or not people:
        return np.ones(ledgers.size(event), bool)
    codes, lists = pd.factorize(ledgers.text(event, people))
    has = set(ledgers.ids("staff")[ledgers.says("staff", "role", roles)])
    there = np.array([not has.isdisjoint(str(who).split(";")) for who in lists], bool)
    found: Mask = there[codes] if len(there) else np.zeros(len(codes), bool)
    return found


def _rolling(ledgers: Ledgers, rule: Rule, kept: Mask, log: Log, window: Span, calendar: Calendar) -> Owed:
    """Next due = last event + n days, later if that is a day off. Never one: counted from the start of the duty."""
    last = np.full(len(kept), NONE)
    ends = np.append(np.flatnonzero(log.row[1:] != log.row[:-1]), len(log.row) - 1) if len(log.row) else np.array([], np.intp)
    last[log.row[ends]] = log.day[ends]  # sorted: the last entry of a row is its latest day
    since = _since(ledgers, rule)
    anchor = ledgers.terms.not_before(np.where(last == NONE, since, last))
    place = np.flatnonzero(kept & (anchor <= ledgers.today))
    missed = ends[kept[log.row[ends]] & (log.counts[ends] > log.day[ends])]  # the last one was recorded late
    before = np.where((missed > 0) & (log.row[missed] == log.row[missed - 1]), log.day[missed - 1], since[log.row[missed]])
    was_due = calendar.roll(window.after(before, calendar), rule.roll)
    stood = (before >= ledgers.terms.live_since) & (log.day[missed] <= was_due) & (was_due < log.counts[missed])
    missed, before, was_due = missed[stood], before[stood], was_due[stood]
    none = np.full(len(place), NONE)
    never = anchor[place] == NONE
    due = np.where(never, ledgers.today, calendar.roll(window.after(anchor[place], calendar), rule.roll))
    return obligations.make(
        ledgers,
        rule,
        np.concatenate([place, log.row[missed]]),
        np.concatenate([due, was_due]),
        np.concatenate([anchor[place], before]),
        np.concatenate([none, log.counts[missed]]),  # a breach that stood when it was recorded is met late
        occurrence=drawn.dated(np.concatenate([np.where(never, NONE, due), was_due]), none="never"),
        done=np.concatenate([(last[place] == anchor[place]) & ~never, np.zeros(len(missed))]).astype(np.int64),
    )


def _since(ledgers: Ledgers, rule: Rule) -> Days:
    """From when each row owes: the start of the duty, and never before the branch began to work with this (上线日期)."""
    return ledgers.terms.not_before(ledgers.days(rule.subject, rule.since))


def _periods(ledgers: Ledgers, rule: Rule, kept: Mask, log: Log, of: tuple[Period, ...], calendar: Calendar) -> Owed:
    """n different days in a calendar period. A shortfall stays overdue until later events make it up (met late)."""
    since = _since(ledgers, rule)
    parts = [_period(rule, kept & (since <= d.one(period.start)), log, period) for period in of]
    place, met, done = (np.concatenate([part[n] for part in parts]) for n in range(3))
    sizes = [len(part[0]) for part in parts]

    def each(days: list[Any]) -> npt.NDArray[Any]:
        return np.repeat(days, sizes)

    starts, ends = ([d.one(getattr(period, end)) for period in of] for end in ("start", "end"))
    short = [_short(period, calendar) for period in of]
    start = each(starts).astype(np.int64)
    return obligations.make(
        ledgers,
        rule,
        place,
        each(ends).astype(np.int64),
        start,
        met,
        opens=start,
        occurrence=Drawn(pd.array([period.name for period in of], dtype="str"), each(list(range(len(of))))),
        done=done,
        instead=(each(short).astype(bool), "waived"),
    )


def _period(rule: Rule, kept: Mask, log: Log, period: Period) -> tuple[Positions, Days, npt.NDArray[np.int64]]:
    """Who owes the period, when each of them had done enough, and how much of it lies in the period itself."""
    inside = log.day >= d.one(period.start)
    row, day, counts = log.row[inside], log.day[inside], log.counts[inside]
    if (counts != day).any():
        order = np.lexsort((counts, row))
        row, day, counts = row[order], day[order], counts[order]
    nth = np.arange(len(row)) - np.searchsorted(row, row)  # sorted by row: rank within its days
    met = np.full(len(kept), NONE)
    reached = nth == rule.count - 1
    met[row[reached]] = counts[reached]
    place = np.flatnonzero(kept)
    return place, met[place], np.bincount(row[day <= d.one(period.end)], minlength=len(kept))[place]


def _short(period: Period, calendar: Calendar) -> bool:
    days = np.arange(d.one(period.start), d.one(period.end) + 1)
    return period.unit == "week" and int(calendar.works(days).sum()) <= WAIVED_WEEK


def watched(rule: Rule) -> frozenset[tuple[str, str]]:
    return frozenset((rule.event, key) for key in rule.date.split("|"))


def when(rule: Rule, lang: Lang, tables: Tables) -> str:
    event = tables[rule.event].label(lang)
    kinds = say("rule.comma", lang).join(wording.condition(c, rule.event, lang, tables) for c in rule.event_where)
    if isinstance(rule.window, Span):
        said = say("rule.every", lang, length=wording.length(rule.window, lang), event=event)
    else:
        said = say("rule.each", lang, unit=say(f"rule.{rule.window}", lang), count=rule.count, event=event)
    return said + say("rule.of_kind", lang, kinds=kinds) if kinds else said


def values(_rule: Rule) -> tuple[str, ...]:
    return ()


def why_not(ledgers: Ledgers, rule: Rule, row: str, lang: Lang) -> list[str]:
    [place] = ledgers.place(rule.subject, [row])
    return wording.not_begun(ledgers.days(rule.subject, rule.since)[place], ledgers.today, lang, starts=True)


def ends(rule: Rule, lang: Lang, tables: Tables) -> str:
    return say("why.end_counted", lang, event=tables[rule.event].label(lang))


def arithmetic(_ledgers: Ledgers, rule: Rule, calendar: Calendar, case: Case, lang: Lang) -> str:
    if not isinstance(rule.window, Span):
        name, due = wording.period(case.occurrence, lang), d.day(case.due).isoformat()
        return say("why.period_sum", lang, name=name, start=d.day(case.anchor).isoformat(), due=due, count=rule.count)
    raw = rule.window.after(np.array([case.anchor]), calendar)[0]
    return wording.calculated(case.anchor, "+", rule.window, raw, case.due, rule.roll, lang)


ASKS = {
    "subject": "ledger", "event": "events", "date": "day_of_event", "event_where": "comparisons_of_event", "count": "count",
    "window": "period", "due": "day", "roll": "choice", "where": "comparisons", "roles": "roles", "tiers": "tiers",
    "remind": "steps", "ladder": "rungs", "repeat": "again", "immediate": "yesno",
}  # fmt: skip
VERB = Verb("cadence", read, dues, watched, when, values, why_not, ends, arithmetic, asks=ASKS, also=("link",))
