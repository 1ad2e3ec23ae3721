"""A review prefilled from the ledgers: what a manager's customers brought in a month, quarter or year, and what was done for them
(S11–S16). Column by column; each figure is the one that the board shows wherever the board shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

import numpy as np
import numpy.typing as npt
import pandas as pd

from branch import scope
from branch.board import owed, sums
from branch.board.owed import Filter
from branch.look import Look
from branch.people import Actor
from branch.review_periods import named
from rules import conditions, obligations, periods
from rules import days as d
from rules.days import NONE, Days
from rules.figure import FULL, TENTH, Array
from rules.figures.deals import WON
from rules.figures.grouping import into, per_customer
from rules.figures.staff import GONE
from rules.ledgers import Ledgers, Mask
from rules.periods import Period
from rules.rule import OWNER, Rule
from rules.spans import Span
from rules.standing import JUDGED
from rules.until import NO_UNTIL

MANAGER = "customer_manager"
MONEY = ("deposit_end", "deposit_avg", "deposit_change", "loan_balance", "fee")
COUNTS = ("visits", "opportunities_new", "opportunities_landed")
KEPT = (*MONEY, "progress", *COUNTS)  # what a line keeps; the others are counted whenever they are asked for
LIVE = ("wanted", "met", "met_late", "overdue", "problems")


@dataclass(frozen=True, slots=True)
class Prefill:
    """`lines`: one row a customer in the manager's care, by number: customer, KEPT and LIVE, NaN where nothing is known; money
    in fen, progress as a percent column keeps it. `modes`: way of visiting → (visits paid, visits that the cadences want).
    `duties`: what fell due in the period, of customers and of the manager themselves: met, met_late, overdue. `pace`: how far
    the plans are, of all customers together."""

    lines: pd.DataFrame
    modes: Mapping[str, tuple[int, int]]
    duties: Mapping[str, int]
    pace: float

    @property
    def sums(self) -> dict[str, float]:
        """The customers together; NaN of what is known of none."""
        found = {key: float(self.lines[key].sum(min_count=1)) for key in (*MONEY, *COUNTS, "wanted", "problems")}
        return found | {"progress": self.pace, "customers": float(len(self.lines))}


def prefill(look: Look, actor: Actor, staff: str, period: Period) -> Prefill:
    """What the ledgers say of the customers that a manager keeps now, as far as this person sees them. Of a period that is over
    the plans are held against its last day; balances are the ones last written down."""
    then = as_it_ended(look, period)
    ledgers, mine = look.ledgers, _kept(look, actor, staff)
    since, until = d.one(period.start), min(d.one(period.end), ledgers.today)
    found = pd.DataFrame({"customer": mine})
    figures = sums.figures(then, actor, "customers", ("deposit_now", "deposit_average", "loan_now"))
    known = sums.rows(then, actor, "customers", figures, Filter(person=staff)).set_index("id")
    places = ledgers.place("customers", mine)
    for column, key in zip(("deposit_end", "deposit_avg", "loan_balance"), ("deposit_now", "deposit_average", "loan_now"), strict=True):
        found[column] = known[f"{key}.top"].reindex(mine).to_numpy(float) if f"{key}.top" in known else np.nan
    found["deposit_change"] = found["deposit_end"] - _before(ledgers, period)[places]
    fees = ledgers.days("fees", "on")
    found["fee"] = per_customer(ledgers, "fees", "received", _in(fees, since, until))[places]
    plans = _paces(then, actor, staff)
    found["progress"] = _percent(plans["top"], plans["bottom"]).reindex(mine).to_numpy(float)
    visits = _visits(ledgers, since, until)
    found["visits"] = _count(ledgers, "visits", visits)[places]
    new, won = (ledgers.days("opportunities", key) for key in ("created_at", "signed_on|stage_on"))
    found["opportunities_new"] = _count(ledgers, "opportunities", _in(new, since, until))[places]
    landed = _in(won, since, until) & ledgers.says("opportunities", "stage", WON)
    found["opportunities_landed"] = _count(ledgers, "opportunities", landed)[places]
    modes, wanted = _cadences(look, period, until, visits, places)
    found["wanted"] = wanted
    duties, each = _duties(look, actor, staff, since, until, mine)
    for state in JUDGED:
        found[state] = each[state].to_numpy(float)
    raised, solved = (ledgers.days("problems", key) for key in ("raised_on", "solved_on"))
    found["problems"] = _count(ledgers, "problems", (solved == NONE) & (raised != NONE) & (raised <= until))[places]
    kept = plans[plans.index.isin(mine)]
    pace = _percent(pd.Series([kept["top"].sum()]), pd.Series([kept["bottom"].sum()]))
    return Prefill(found, modes, duties, float(pace.iloc[0]))


def as_it_ended(look: Look, period: Period) -> Look:
    """The same ledgers asked on the last day of a period that is over: of a December that is reviewed in January, the plan of
    the old year counts."""
    if period.end >= look.today:
        return look
    return look.once(("ended", period), lambda: replace(look, now=datetime.combine(period.end, time(23, 59))))


def _kept(look: Look, actor: Actor, staff: str) -> npt.NDArray[np.object_]:
    """The customers in a manager's care today, those who have left us not among them: whoever took over in the middle of a
    period speaks of the customer from then on."""
    frame = look.of(actor).rows("customers")
    if frame.empty or not staff:
        return np.array([], object)
    here = (frame["owner"].astype("str") == staff) & ~frame["status"].astype("str").isin(GONE)
    return frame.loc[here, "id"].astype("str").to_numpy(object)


def _in(days: Days, since: np.int64, until: np.int64) -> Mask:
    return np.asarray((days != NONE) & (days >= since) & (days <= until), bool)


def _count(ledgers: Ledgers, table: str, where: Mask) -> Array:
    return into(ledgers.customer_places(table), np.ones(ledgers.size(table)), ledgers.size("customers"), where)


def _before(ledgers: Ledgers, period: Period) -> Array:
    """By customer, the deposits that the review of the period before says, whoever wrote it; NaN where none does."""
    wanted = periods.previous(period)
    of_it = np.array([named(str(one)) == wanted for one in ledgers.text("reviews", "period").to_numpy(object)], bool)
    lines = np.append(of_it, False)[ledgers.through("review_lines", "review")]
    said, customer = ledgers.numbers("review_lines", "deposit_end"), ledgers.customer_places("review_lines")
    lines &= (customer >= 0) & ~np.isnan(said)
    found = np.full(ledgers.size("customers"), np.nan)
    found[customer[lines]] = said[lines]
    return found


def _paces(look: Look, actor: Actor, staff: str) -> pd.DataFrame:
    """Top and bottom of the plans' pace by customer."""
    wanted = sums.figures(look, actor, "plans", ("plan_pace",))
    if not wanted:
        return pd.DataFrame({"top": [], "bottom": []}, dtype="float64")
    rows = sums.rows(look, actor, "plans", wanted, Filter(person=staff))
    found = rows.groupby("customer")[["plan_pace.top", "plan_pace.bottom"]].sum(min_count=1)
    return found.set_axis(["top", "bottom"], axis=1).dropna()


def _percent(top: pd.Series, bottom: pd.Series) -> pd.Series:
    """A share as a percent column keeps it, cut to the tenth; NaN of nothing."""
    share = top.astype("float64") * FULL / bottom.astype("float64").where(bottom > 0)
    return (share / TENTH).round(6) // 1 * TENTH


def _visits(ledgers: Ledgers, since: np.int64, until: np.int64) -> Mask:
    """Whole visit records of the period in which a customer manager took part: each counts in the role of who went (A8b)."""
    return _in(ledgers.days("visits", "visited_on"), since, until) & ledgers.complete("visits") & _by_managers(ledgers)


def _by_managers(ledgers: Ledgers) -> Mask:
    codes, lists = pd.factorize(ledgers.text("visits", "participants"))
    managers = set(ledgers.ids("staff")[ledgers.says("staff", "role", (MANAGER,))])
    there = np.array([not managers.isdisjoint(str(who).split(";")) for who in lists], bool)
    return there[codes] if len(there) else np.zeros(len(codes), bool)


def _cadences(
    look: Look, period: Period, until: np.int64, visits: Mask, places: npt.NDArray[np.intp]
) -> tuple[dict[str, tuple[int, int]], Array]:
    """Visits paid by way of visiting, beside those that the cadences of a manager want; and what they want of each customer."""
    ledgers = look.ledgers
    every, asked = np.zeros(len(places)), dict[str, int]()
    for rule in look.rules:
        if _asks_for_visits(rule) and {MANAGER, OWNER} & set(rule.roles):
            wanted = _wanted(ledgers, rule, period, until)[places]
            every += wanted
            mode = next((str(one.wanted[0]) for one in rule.event_where if one.path == "mode" and one.op == "=" and one.wanted), "")
            asked[mode] = asked.get(mode, 0) + int(wanted.sum())
    mine = np.append(np.isin(np.arange(ledgers.size("customers")), places), False)[ledgers.customer_places("visits")] & visits
    paid = pd.Series(ledgers.text("visits", "mode")[mine]).value_counts()
    order = [*(one.code for one in ledgers.column("visits", "mode").choices), ""]
    found = {mode: (len_ if mode else int(mine.sum()), asked.get(mode, 0)) for mode in order for len_ in [int(paid.get(mode, 0))]}
    return {mode: pair for mode, pair in found.items() if (pair != (0, 0) and mode) or asked.get(mode)}, every


def _asks_for_visits(rule: Rule) -> bool:
    """Whether a rule counts visits to customers in each of its windows; not one that wants a record by some day of a period."""
    return rule.event == "visits" and rule.subject == "customers" and rule.window is not None and rule.until == NO_UNTIL


def _wanted(ledgers: Ledgers, rule: Rule, period: Period, until: np.int64) -> Array:
    """How often a cadence wants each customer to be seen by the end of a period: once for each of its windows that ended in it,
    none of which began before the duty did."""
    since = ledgers.terms.not_before(ledgers.days(rule.subject, rule.since))
    first = np.maximum(np.where(since == NONE, d.one(period.start), since), d.one(period.start))
    asked = conditions.mask(ledgers, rule.subject, rule.where) & obligations.in_tiers(ledgers, rule) & (first <= until)
    if isinstance(rule.window, Span):
        times = np.maximum(until + 1 - first, 0) // max(1, rule.window.rough)
        return np.where(asked, times * rule.count, 0).astype(float)
    starts = [d.one(one.start) for one in _windows(str(rule.window), period.start, d.day(until))]
    begun = np.where(since == NONE, np.iinfo(np.int64).min, since)
    times = np.array([begun <= start for start in starts]).sum(axis=0) if starts else np.zeros(len(since))
    return np.where(asked, times * rule.count, 0).astype(float)


def _windows(unit: str, since: date, until: date) -> list[Period]:
    """The weeks, months or quarters that end in a stretch of days."""
    found, one = list[Period](), periods.around(unit, until)  # type: ignore[arg-type]
    while one.end >= since:
        if one.end <= until:
            found.append(one)
        one = periods.previous(one)
    return found


def _duties(
    look: Look, actor: Actor, staff: str, since: np.int64, until: np.int64, mine: npt.NDArray[np.object_]
) -> tuple[dict[str, int], pd.DataFrame]:
    """What fell due in the period and is this manager's: done in time, late, or still overdue, together and by customer."""
    dues = owed.owed(look, actor)
    falls = _in(d.of(dues["due"]), since, until) & (dues["whose"] == staff).to_numpy() & dues["state"].isin(JUDGED).to_numpy()
    fell = pd.DataFrame({"customer": dues["customer"].astype("str")[falls], "state": dues["state"].astype("str")[falls]})
    each = pd.crosstab(fell["customer"], fell["state"]).reindex(index=mine, columns=list(JUDGED), fill_value=0)
    return {state: int((fell["state"] == state).sum()) for state in JUDGED}, each


def managers(look: Look, actor: Actor) -> list[str]:
    """Who owes reviews, of those this person answers for: customer managers still here who have customers in their care."""
    staff, ledgers = look.book.frame("staff"), look.ledgers
    here = (staff["role"].astype("str") == MANAGER) & (staff["status"].astype("str") != "left")
    cared = dict(zip(ledgers.ids("staff"), ledgers.figure("staff", "portfolio"), strict=True))
    team = scope.team(look.book, actor)
    return [str(one) for one in staff.loc[here, "id"] if one in team and cared.get(one, 0) >= 1]
