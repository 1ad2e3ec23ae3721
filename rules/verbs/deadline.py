"""A date in a column comes near, or a window opens and closes: ratings, lines, loans, measures (R10, R25–R33)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rules import conditions, obligations, rule, spans, wording
from rules.calendar import Calendar
from rules.conditions import Mask
from rules.days import NONE, Days
from rules.ledgers import Ledgers
from rules.obligations import Owed, Positions
from rules.rule import BadRule, Row, Rule, Tables
from rules.spans import Lead, Span
from rules.verb import Case, Verb
from sheets.schema import condition
from texts import Lang, say

PASSING = "@due"  # among what ends a due: it goes away by itself once its day has come
LEVEL = "authority"  # the column whose word decides which lead of several counts


def read(row: Row, tables: Tables) -> Rule:
    window = row["window"]
    done = row["done"].replace(" ", "").split("|")
    soft = PASSING in done
    common = rule.base(row, tables, opens=bool(window), soft=soft)
    subject = common["subject"]
    rule.needed(row, "date")
    picks = tuple(w for w in row["pick"].removeprefix("latest by").replace(" ", "").split(",") if w)
    for name in picks:
        if tables[subject].column(name) is None:
            raise BadRule("pick", "rule.no_column", name)
    return Rule(
        **common,
        pick=picks,
        lead=_lead(row, subject, tables),
        date=rule.columns(row, "date", subject, tables),
        window=rule.span(row, "window", lambda text: spans.read(text.removeprefix("D-"))) if window else None,
        window_from="anchor" if window.startswith("D-") else "due",
        done=rule.columns({**row, "done": "|".join(name for name in done if name != PASSING)}, "done", subject, tables),
        soft=soft,
    )


def _lead(row: Row, subject: str, tables: Tables) -> Lead:
    lead = rule.span(row, "lead", spans.read_lead)
    level = tables[subject].column(LEVEL)
    if lead.levels and level is None:
        raise BadRule("lead", "rule.no_level", row["lead"])
    if level is not None and any(level.choice(code) is None for code, _ in lead.levels):
        raise BadRule("lead", "rule.bad_span", row["lead"])
    return lead


def dues(ledgers: Ledgers, rule: Rule, calendar: Calendar) -> Owed:
    """One obligation for each row with a date; older rows of a `pick` are superseded by the latest."""
    date = ledgers.days(rule.subject, rule.date)
    kept = _kept(ledgers, rule)
    place = np.flatnonzero(kept & (date != NONE))
    anchor = date[place]
    level = ledgers.text(rule.subject, LEVEL).take(place).to_numpy(object) if rule.lead.levels else None
    due = calendar.roll(rule.lead.before(anchor, level, calendar), rule.roll)
    met = obligations.done_by(ledgers, rule.subject, rule.done, calendar, ledgers.terms.record_workdays)[place]
    if rule.soft:
        met = np.where((met == NONE) & (due <= ledgers.today), due - 1, met)  # it is over before the day itself comes
    opens = _opening(rule, due, anchor, calendar)
    return obligations.make(ledgers, rule, place, due, anchor, met, opens=opens, instead=(_old(ledgers, rule)[place], "superseded"))


def _kept(ledgers: Ledgers, rule: Rule) -> Mask:
    return conditions.mask(ledgers, rule.subject, rule.where) & obligations.in_tiers(ledgers, rule)


def _opening(rule: Rule, due: Days, anchor: Days, calendar: Calendar) -> Days:
    """First day of the window, NONE for a rule without one. A window toward the date itself is exact (R26: D-60)."""
    if not isinstance(rule.window, Span):
        return np.full(len(due), NONE)
    return rule.window.before(anchor if rule.window_from == "anchor" else due, calendar)


def _old(ledgers: Ledgers, rule: Rule) -> Mask:
    """Rows that a later row of the same customer (and kind …) has replaced, so that history is not overdue for ever."""
    key = ("old", rule.subject, rule.pick, rule.date, rule.tiers, tuple(one.text for one in rule.where))
    return ledgers.once(key, lambda: _replaced(ledgers, rule))


def _replaced(ledgers: Ledgers, rule: Rule) -> Mask:
    kept = _kept(ledgers, rule)
    replaced = np.zeros(len(kept), bool)
    if not rule.pick:
        return replaced
    first = ledgers.days(rule.subject, "effective_on" if ledgers.table(rule.subject).column("effective_on") else rule.date)
    last = ledgers.days(rule.subject, rule.date)
    group = pd.DataFrame({name: ledgers.text(rule.subject, name) for name in rule.pick})
    rows = pd.DataFrame(
        {
            "group": group.groupby(list(rule.pick), sort=False).ngroup(),
            "since": np.where(first == NONE, last, first),
            "until": last,
            "id": ledgers.ids(rule.subject),
            "place": np.arange(len(kept)),
        }
    )[kept]
    rows = rows.sort_values(["group", "since", "until", "id"], kind="stable")
    replaced[rows["place"].to_numpy()[rows.duplicated("group", keep="last").to_numpy()]] = True
    return replaced


def undated(ledgers: Ledgers, rule: Rule) -> Positions:
    """Rows that owe and lack a date that their ledger asks of them, without even a last good one: they are due themselves
    (DL146). A date that may be left blank is owed by nobody."""
    if "|" in rule.date:
        return np.array([], np.intp)
    lacks = _asked(ledgers, rule) & (ledgers.days(rule.subject, rule.date) == NONE)
    return np.flatnonzero(lacks & _kept(ledgers, rule) & ~_old(ledgers, rule)) if lacks.any() else np.array([], np.intp)


def _asked(ledgers: Ledgers, rule: Rule) -> Mask:
    """Rows of which the ledger requires the date: all, none, or those whose other column says so."""
    column = ledgers.column(rule.subject, rule.date)
    if column.required or not column.required_when:
        return np.full(ledgers.size(rule.subject), column.required)
    key, codes = condition(column.required_when)
    wanted = conditions.read(f"{key} in {','.join(codes)}", rule.subject, ledgers.book.tables)
    return conditions.mask(ledgers, rule.subject, wanted)


def watched(rule: Rule) -> frozenset[tuple[str, str]]:
    keys = {*rule.date.split("|"), *rule.done.split("|"), LEVEL if rule.lead.levels else ""}
    return frozenset((rule.subject, key) for key in keys - {""})


def when(rule: Rule, lang: Lang, tables: Tables) -> str:
    dates, lead = wording.columns(rule.date, tables[rule.subject], lang), rule.lead
    if lead.levels:
        level, comma = tables[rule.subject][LEVEL], say("rule.comma", lang)
        spans_ = comma.join(f"{wording.show(level, code, lang)} {wording.length(span, lang)}" for code, span in lead.levels)
        said = say("rule.before_level", lang, date=dates, spans=spans_)
    elif lead.span.rough:
        said = say("rule.before", lang, date=dates, length=wording.length(lead.span, lang))
    else:
        said = say("rule.on", lang, date=dates)
    if isinstance(rule.window, Span):
        code = "rule.window_anchor" if rule.window_from == "anchor" else "rule.window_due"
        said += say("rule.comma", lang) + say(code, lang, length=wording.length(rule.window, lang))
    return said


def values(rule: Rule) -> tuple[str, ...]:
    return (*rule.date.split("|"), *rule.done.split("|"), *((LEVEL,) if rule.lead.levels else ()))


def why_not(ledgers: Ledgers, rule: Rule, row: str, lang: Lang) -> list[str]:
    [place] = ledgers.place(rule.subject, [row])
    return wording.not_begun(ledgers.days(rule.subject, rule.date)[place], ledgers.today, lang, starts=False)


def ends(rule: Rule, lang: Lang, tables: Tables) -> str:
    said = wording.ends_by_columns(rule.done, tables[rule.subject], lang) if rule.done or not rule.soft else ""
    return said + say("why.end_soft", lang) if rule.soft else said


def arithmetic(ledgers: Ledgers, rule: Rule, calendar: Calendar, case: Case, lang: Lang) -> str:
    """到期日 2027-01-31 − 3个月 = 2026-10-31；休息日，提前到 2026-10-30."""
    [place] = ledgers.place(rule.subject, [case.row])
    level = str(ledgers.text(rule.subject, LEVEL)[place]) if rule.lead.levels else ""
    span = rule.lead.of(level)
    raw = span.before(np.array([case.anchor]), calendar)[0]
    return wording.calculated(case.anchor, "−", span, raw, case.due, rule.roll, lang)


ASKS = {
    "subject": "ledger", "date": "day", "lead": "length", "roll": "choice", "where": "comparisons", "roles": "roles",
    "tiers": "tiers", "done": "days_or_passing", "remind": "steps", "ladder": "rungs", "repeat": "again", "immediate": "yesno",
}  # fmt: skip
VERB = Verb("deadline", read, dues, watched, when, values, why_not, ends, arithmetic, undated, ASKS, also=("pick", "window", "bands"))
