"""What a drafted rule or calendar would bring, before it is saved: what appears, vanishes and moves, and how much it would tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from branch import work
from branch.look import Look
from branch.people import Actor
from branch.sight import Sight
from rules import calendar, due
from rules import days as d
from rules.calendar import Calendar
from rules.rule import Rule
from rules.states import UNMET
from sheets.among import among

Kind = str  # appears, vanishes, moves
KINDS: tuple[Kind, ...] = ("appears", "vanishes", "moves")
WEEKS = 52
TEXTS = ("key", "rule", "table", "row", "customer", "person")


@dataclass(frozen=True)
class Change:
    """What would be different of the unmet dues that a person may see, the next day first.

    `rows`: kind, rule, table, row, customer, person (ids joined by ";"), was, will (days, blank on the side on which there is
    none), key (of the due as it would be, or, of one that vanishes, as it is). `before`, `after`: how many there are.
    """

    rows: pd.DataFrame
    before: int
    after: int

    def count(self, kind: Kind) -> int:
        return int((self.rows["kind"] == kind).sum())

    def by(self, column: str) -> pd.DataFrame:
        """How many of each kind, by "rule" or "person"; those with most first."""
        found = pd.crosstab(self.rows[column].astype("str"), self.rows["kind"]).reindex(columns=list(KINDS), fill_value=0)
        return found.loc[found.sum(axis=1).sort_values(ascending=False, kind="stable").index]


def of_rule(look: Look, actor: Actor, number: str, drafted: Rule | None) -> Change:
    """A rule as drafted instead of the one of that number that is in force, if there is one; None: no rule of that number."""
    return of_rules(look, actor, {number: drafted})


def of_rules(look: Look, actor: Actor, drafted: Mapping[str, Rule | None]) -> Change:
    """Several rules as drafted, by number, instead of those of these numbers that are in force; all other rules stay."""
    rules = tuple(rule for rule in drafted.values() if rule is not None)
    now, then = look.of(actor).dues, replace(look, rules=rules, before=look).of(actor).dues
    return _compared(now.loc[now["rule"].isin(list(drafted))], then.loc[then["rule"].isin(list(drafted))])


def of_calendar(look: Look, actor: Actor, days: Calendar, drafted: Mapping[str, Rule | None] | None = None) -> Change:
    """The calendar as drafted instead of the one of the look; with `drafted` rules (see of_rules), both of them together."""
    new = drafted or {}
    rules = tuple(rule for rule in (*(one for one in look.rules if one.id not in new), *new.values()) if rule is not None)
    then = replace(look, rules=rules, calendar=days, before=look) if new else replace(look, calendar=days, before=look)
    return _compared(look.of(actor).dues, then.of(actor).dues)


def drafted_days(look: Look, add: Sequence[Mapping[str, object]] = (), drop: Sequence[str] = ()) -> Calendar:
    """The working days with some rows of the calendar more and some less. `add`: on, kind, confirmed."""
    rows = look.book.frame("calendar")
    kept = rows.loc[~rows["id"].isin(list(drop)), ["on", "kind", "confirmed"]].astype({"kind": "str"})
    more = pd.DataFrame([{"on": one["on"], "kind": one["kind"], "confirmed": one.get("confirmed", True)} for one in add])
    if len(more):
        more = more.assign(on=pd.to_datetime(more["on"]).astype("datetime64[s]"))
        kept = pd.concat([kept.astype({"on": "datetime64[s]"}), more], ignore_index=True) if len(kept) else more
    return calendar.make(kept, look.settings.policy.shifted_workdays)


def _compared(was: pd.DataFrame, will: pd.DataFrame) -> Change:
    """The same key is the same due: it has moved when its day is another, and where somebody else owes it, it vanishes for
    the one and appears for the other. Of what is left, one of the same rule, record and anchor has moved, else one of the same
    rule and record; whatever finds no other half appears or vanishes."""
    left, right = _plain(was.loc[~among(was["key"], will["key"])]), _plain(will.loc[~among(will["key"], was["key"])])
    parts = _kept(was, will)
    for same in (["rule", "row", "anchor"], ["rule", "row"]):
        left, right = _in_turn(left, same), _in_turn(right, same)
        both = left.merge(right, on=[*same, "turn"], suffixes=("_was", ""))
        parts += _paired(both)
        left, right = left.loc[~among(left["key"], both["key_was"])].copy(), right.loc[~among(right["key"], both["key"])].copy()
    parts.append(left.assign(kind="vanishes", was=left["due"], will=None))
    parts.append(right.assign(kind="appears", was=None, will=right["due"]))
    columns = ["kind", *TEXTS, "was", "will"]
    typed = [part[columns].astype({"was": "datetime64[s]", "will": "datetime64[s]"}) for part in parts]
    rows = pd.concat([part for part in typed if len(part)] or typed[:1], ignore_index=True)
    rows = rows.loc[~((rows["kind"] == "moves") & (rows["was"] == rows["will"]))]
    order = rows[["will", "was"]].bfill(axis=1)["will"].argsort(kind="stable")
    return Change(rows.take(order.to_numpy()).reset_index(drop=True), len(was), len(will))


def _kept(was: pd.DataFrame, will: pd.DataFrame) -> list[pd.DataFrame]:
    """The dues of both sides that have the same key, as far as their day or their people are other ones."""
    both = _plain(was).merge(_plain(will)[["key", "person", "due"]], on="key", suffixes=("_was", ""))
    return _paired(both.loc[(both["due_was"] != both["due"]) | (both["person_was"] != both["person"])])


def _paired(both: pd.DataFrame) -> list[pd.DataFrame]:
    """Two halves of one due: it moves for whoever owes it before and after, and passes from those who owe it no more to those
    who did not owe it yet."""
    pairs = [(_people(old), _people(new)) for old, new in zip(both["person_was"], both["person"], strict=True)]
    parts = []
    for kind, whose in (
        ("moves", [[one for one in new if one in old] for old, new in pairs]),
        ("vanishes", [[one for one in old if one not in new] for old, new in pairs]),
        ("appears", [[one for one in new if one not in old] for old, new in pairs]),
    ):
        some = both.assign(kind=kind, person=[";".join(ids) for ids in whose])
        some = some.assign(was=some["due_was"] if kind != "appears" else None, will=some["due"] if kind != "vanishes" else None)
        parts.append(some.loc[[bool(ids) for ids in whose]])
    return parts


def _people(ids: str) -> list[str]:
    """Where nobody is found, nobody counts as one of them."""
    return ids.split(";")


def _in_turn(side: pd.DataFrame, same: list[str]) -> pd.DataFrame:
    """Of several dues of one obligation, the first, the second and so on."""
    side = side.sort_values([*same, "due"], kind="stable")
    return side.assign(turn=side.groupby(same, sort=False).cumcount())


def _plain(dues: pd.DataFrame) -> pd.DataFrame:
    return dues[[*TEXTS, "anchor", "due"]].astype(dict.fromkeys(TEXTS, "str"))


@dataclass(frozen=True)
class Load:
    """How much a rule would have told in the last twelve months, on the record as it stands today.

    `weeks`: one row for each week and person that would have been told: week (its Monday), person, alerts.
    `since`: the first week that could be asked; `workdays`: how many working days there are from then on.
    """

    weeks: pd.DataFrame
    since: date
    workdays: int

    @property
    def alerts(self) -> int:
        return int(self.weeks["alerts"].sum())

    def by_person(self) -> pd.DataFrame:
        """person, alerts, a_day (on average of a working day), most (in one week); those with most first."""
        groups = self.weeks.groupby("person", sort=True)["alerts"]
        found = pd.DataFrame({"alerts": groups.sum(), "most": groups.max()}).reset_index()
        found["a_day"] = found["alerts"] / max(1, self.workdays)
        return found.sort_values("alerts", ascending=False, kind="stable").reset_index(drop=True)


def replayed_each(look: Look, actor: Actor, rules: Sequence[Rule], step: Callable[[float], None]) -> list[Load]:
    """Several rules, each replayed by itself: how much one tells depends on no other."""
    loads = []
    for place, rule in enumerate(rules):
        loads.append(replayed(look, actor, rule, lambda share, done=place: step((done + share) / len(rules))))  # type: ignore[misc]
    return loads


def replayed(look: Look, actor: Actor, rule: Rule, step: Callable[[float], None]) -> Load:
    """The rule asked at the end of each of the last 52 weeks, and each step that would have been told in that week.

    Where the rule looks for something that has happened, the weeks begin with the first such record: before it, the ledger
    was not kept. What the record cannot show is taken as it stands today: who looks after a customer, what a cell said before
    it was changed, rows that are deleted. A step is left out once the due was met. `step` is told how much is done, 0 to 1.
    """
    monday = look.today - timedelta(days=look.today.weekday())
    seen = look.of(actor)
    first = max(monday - timedelta(weeks=WEEKS), _kept_since(look, rule))
    weeks = [monday - timedelta(weeks=number) for number in range(WEEKS, 0, -1)]
    weeks = [week for week in weeks if week >= first - timedelta(days=6)]
    parts = []
    for number, week in enumerate(weeks, 1):
        parts.append(_week(look, seen, rule, week))
        step(number / len(weeks))
    since = weeks[0] if weeks else monday
    begin, end = (np.array([d.one(day - timedelta(days=1))]) for day in (since, monday))
    none = pd.DataFrame({"person": pd.array([], "str"), "alerts": pd.array([], "int64"), "week": pd.array([], "datetime64[s]")})
    told = [part for part in parts if len(part)] or [none]
    return Load(pd.concat(told, ignore_index=True), since, int(look.calendar.between(begin, end)[0]))


def _kept_since(look: Look, rule: Rule) -> date:
    """The first day on which anything has happened in the ledger that the rule looks into; long ago where it looks into none."""
    table = look.tables.get(rule.event) if rule.event and rule.event != rule.subject else None
    facts = [column.key for column in table.columns if column.fact and column.kind in ("date", "datetime")] if table is not None else []
    days = np.concatenate([look.ledgers.days(rule.event, key) for key in facts]) if facts else np.array([], np.int64)
    known = days[days != d.NONE]
    return d.day(int(known.min())) if len(known) else date.min


def _week(look: Look, seen: Sight, rule: Rule, start: date) -> pd.DataFrame:
    end = start + timedelta(days=6)
    then = replace(look, rules=(rule,), now=datetime.combine(end, time(23, 59)))
    dues = then.dues
    dues = dues.loc[(dues["rule"] == rule.id) & ~dues["state"].isin(("waived", "superseded"))].reset_index(drop=True)
    # What was met in this week or after it was still to be done when the week began.
    open_ = dues["met_on"].isna() | (dues["met_on"] >= pd.Timestamp(start))
    dues = dues.loc[open_ & _theirs(dues, seen)].reset_index(drop=True)
    dues["state"] = pd.Categorical(["overdue"] * len(dues), categories=dues["state"].cat.categories)
    told = due.steps(dues, (rule,), then.calendar, then.now)
    whose = told.merge(dues[["key", "met_on"]].astype({"key": "str"}), on="key", how="left")
    in_time = (told["at"] >= pd.Timestamp(start)).to_numpy() & ~(whose["met_on"] < whose["at"].dt.normalize()).to_numpy()
    told = told.loc[in_time]
    people = work.recipients(dues, told, look.resolve, UNMET)[["pair", "person"]]
    found = told.drop_duplicates(["pair", "step"])[["pair"]].merge(people, on="pair")
    counts = found.loc[found["person"] != "", "person"].value_counts(sort=False)
    return pd.DataFrame({"person": counts.index.astype("str"), "alerts": counts.to_numpy(), "week": pd.Timestamp(start)})


def _theirs(dues: pd.DataFrame, seen: Sight) -> npt.NDArray[np.bool_]:
    """Dues of the customers that the person may see; of a record without one, where they may see its row."""
    customers = among(dues["customer"], seen.rows("customers")["id"])
    other = (dues["customer"].astype("str") == "").to_numpy(bool)
    if not other.any():
        return customers
    tables = [table for table in dues["table"].astype("str").unique() if seen.may(table, "read")]
    rows = {table: frozenset(seen.rows(table)["id"].astype("str")) for table in tables}
    named = [row in rows.get(table, ()) for table, row in zip(dues["table"].astype("str"), dues["row"].astype("str"), strict=True)]
    return np.asarray(customers | (other & np.array(named, bool)))
