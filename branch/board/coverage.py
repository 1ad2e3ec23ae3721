"""访问覆盖: of each customer and each cadence of visits how many are done of how many, until when, and which visits counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from branch.board import owed
from branch.board.owed import NOBODY, Filter, named, teams_of
from branch.look import Look
from branch.people import Actor
from rules import conditions, obligations
from rules import days as d
from rules.days import NONE
from rules.figure import FULL
from rules.obligations import SOON
from rules.rule import Rule
from rules.states import UNMET
from sheets.among import among

EVENT = "visits"
OVER, OPEN, MET = "over", "open", "met"  # past its day and not done; still to be done; done
STANDINGS = (OVER, OPEN, MET)
SHOWN = ("all", OVER, "soon", MET)  # which customers of the matrix are looked at
Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cadence:
    """A column of the matrix: the roles (";" joined) whose visits of a mode ("" for any) are asked for, and the rules that ask."""

    roles: str
    mode: str
    rules: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.roles.replace(';', '+')}.{self.mode}"


def cadences(look: Look) -> tuple[Cadence, ...]:
    """Every cadence of visits that the branch's rules ask for, in their order."""
    return look.once("visit cadences", lambda: _cadences(look))


def _cadences(look: Look) -> tuple[Cadence, ...]:
    found: dict[tuple[str, str], list[str]] = {}
    for rule in _rules(look):
        found.setdefault((";".join(rule.roles), _mode(rule)), []).append(rule.id)
    return tuple(Cadence(roles, mode, tuple(ids)) for (roles, mode), ids in found.items())


def _rules(look: Look) -> list[Rule]:
    """Those that want so many visits in a window: they count the visits and ask nothing that is written in one (`done`)."""
    return [rule for rule in look.rules if rule.event == EVENT and rule.window is not None and not rule.done]


def _mode(rule: Rule) -> str:
    wanted = [one.wanted for one in rule.event_where if one.path == "mode" and one.op in ("=", "in")]
    return "+".join(map(str, wanted[0])) if wanted else ""


def windows(look: Look, actor: Actor, wish: Filter = Filter()) -> pd.DataFrame:  # noqa: B008 – frozen
    """One row a window of a cadence that is judged today, in this person's scope: what is overdue, and what runs, done or not.

    Columns: key, rule and row (of the due), customer, cadence, roles, mode, whose (the customer's manager), team, tier (the customer's),
    by (who owes it; "" for nobody), person (whose turn it is, ids joined by ";"), since and until (its days), days (left; negative:
    over), done, wanted, standing (one of STANDINGS), rolling (so many days from the last visit, and not a week, month or quarter).
    Shared: never change it in place."""
    return wish.of(look.of(actor).once("visit windows", lambda: _windows(look, actor)))


def _windows(look: Look, actor: Actor) -> pd.DataFrame:
    column = {rule: one for one in cadences(look) for rule in one.rules}
    found, today = owed.owed(look, actor), np.datetime64(look.today, "D")
    judged = among(found["rule"], list(column)) & (found["customer"] != "").to_numpy(bool)
    judged &= found["state"].isin(UNMET).to_numpy() | (found["due"].to_numpy("datetime64[D]") >= today)
    found = found[judged].reset_index(drop=True)
    until, rolling = found["due"].to_numpy("datetime64[D]"), found["opens"].isna().to_numpy()
    unmet, done = found["state"].isin(UNMET).to_numpy(), found["done"].to_numpy(np.int64)
    visited = rolling & (done > 0) & (until >= today)  # the next one is not owed yet
    first = found["anchor"].to_numpy("datetime64[D]") + (rolling & ~visited).astype("timedelta64[D]")
    rule = found["rule"].astype("str")
    whose = found["customer"].astype("str").map(named(look.book, "customers", "owner")).fillna(NOBODY).astype("str")
    team = found["customer"].astype("str").map(named(look.book, "customers", "team")).fillna("")
    return pd.DataFrame(
        {
            "key": found["key"],
            "rule": rule,
            "row": found["row"].astype("str"),
            "customer": found["customer"].astype("str"),
            "cadence": rule.map({key: one.key for key, one in column.items()}).astype("str"),
            "roles": rule.map({key: one.roles for key, one in column.items()}).astype("str"),
            "mode": rule.map({key: one.mode for key, one in column.items()}).astype("str"),
            "whose": whose,
            "team": team.where(team != "", whose.map(teams_of(look.book)).fillna("")).astype("str"),
            "tier": found["tier"],
            "by": found["whose"],
            "person": found["person"],
            "since": np.where(rolling, first, found["opens"].to_numpy("datetime64[D]")).astype("datetime64[s]"),
            "until": until.astype("datetime64[s]"),
            "days": (until - today).astype(np.int64),
            "done": np.where(rolling & ~visited, 0, done),
            "wanted": found["wanted"],
            "standing": np.select([unmet & (until < today), ~unmet | visited], [OVER, MET], OPEN).astype(object),
            "rolling": rolling,
        }
    )


def cells(found: pd.DataFrame) -> pd.DataFrame:
    """Of `windows`, one row a customer and cadence: what is overdue before what runs, and the earlier of two."""
    rank = found["standing"].map({one: place for place, one in enumerate(STANDINGS)}).to_numpy(np.int64)
    ordered = found.iloc[np.lexsort((found["until"].to_numpy("datetime64[s]"), rank))]
    return ordered.drop_duplicates(["customer", "cadence"]).reset_index(drop=True)


def customers(found: pd.DataFrame) -> pd.DataFrame:
    """Of `cells`, one row a customer, the most pressing first: customer, whose, days (of the most pressing one that is not done),
    over, soon and met (whether one is overdue, one ends within a week, all are done)."""
    open_ = found["standing"] != MET
    table = found.assign(
        days=found["days"].where(open_, np.inf),
        over=found["standing"] == OVER,
        soon=(found["standing"] == OPEN) & (found["days"] <= SOON),
        met=~open_,
    )
    groups = table.groupby("customer", sort=True)
    result = groups.agg(whose=("whose", "first"), days=("days", "min"), over=("over", "any"), soon=("soon", "any"), met=("met", "all"))
    return result.reset_index().sort_values(["days", "customer"], kind="stable", ignore_index=True)


def only(found: pd.DataFrame, shown: str) -> pd.DataFrame:
    """Of `customers`, those that are looked at: one of SHOWN."""
    return found if shown == "all" else found[found[shown].to_numpy(bool)].reset_index(drop=True)


@dataclass(frozen=True)
class Summary:
    """How much is done, by who owes it (the worst first, nobody last) and cadence: counts of `cells`, as arrays people × cadences."""

    people: tuple[str, ...]
    keys: tuple[str, ...]
    met: Counts
    asked: Counts

    @property
    def table(self) -> Numbers:
        """The shares (as a percent column keeps them; NaN of nothing): all kinds first, everybody last."""
        met, asked = (np.vstack([one, one.sum(axis=0)]) for one in (self.met, self.asked))
        met, asked = (np.column_stack([one.sum(axis=1), one]) for one in (met, asked))
        return np.where(asked > 0, met * FULL / np.maximum(asked, 1), np.nan)


def summary(look: Look, found: pd.DataFrame) -> Summary:
    """Of `cells`. Cadences that nobody of them owes are left out."""
    keys = [one.key for one in cadences(look) if (found["cadence"] == one.key).any()]
    people, who = np.unique(found["by"].to_numpy(object).astype(str), return_inverse=True)
    cell = who * max(1, len(keys)) + pd.Categorical(found["cadence"], categories=keys).codes
    done, size = (found["standing"] == MET).to_numpy(bool), (len(people), len(keys))
    asked, met = (np.bincount(one, minlength=len(people) * len(keys)).reshape(size).astype(np.int64) for one in (cell, cell[done]))
    share = met.sum(axis=1) / np.maximum(asked.sum(axis=1), 1)
    order = np.lexsort((people, share, people == NOBODY))
    return Summary(tuple(str(one) for one in people[order]), tuple(keys), met[order], asked[order])


def pace(look: Look, found: pd.DataFrame) -> pd.DataFrame:
    """Of `windows`, those that run now, one row a cadence: customers, done and wanted (visits), expected (what should be done by today
    when it is spread evenly over the window; of a rolling one, all), lacking, until (the last day; NaT of a rolling one), workdays
    (from today to then), gone (the share of the window that is over)."""
    today = np.datetime64(look.today, "D")
    now = found[found["rolling"] | (found["until"] >= pd.Timestamp(look.today))]
    since, until = (now[key].to_numpy("datetime64[D]") for key in ("since", "until"))
    length = np.maximum((until - since).astype(np.int64) + 1, 1)
    gone = np.where(now["rolling"], 1.0, np.clip(((today - since).astype(np.int64) + 1) / length, 0, 1))
    done = np.minimum(now["done"], now["wanted"])
    rows = now.assign(done=done, lacking=now["wanted"] - done, expected=now["wanted"] * gone, until=now["until"].mask(now["rolling"]))
    table = rows.groupby("cadence").agg(
        customers=("customer", "nunique"),
        done=("done", "sum"),
        wanted=("wanted", "sum"),
        expected=("expected", "sum"),
        lacking=("lacking", "sum"),
        until=("until", "min"),
    )
    last = d.of(table["until"])
    yesterday = np.full(len(table), d.one(look.today) - 1)
    table = table.assign(workdays=look.calendar.between(yesterday, last), gone=table["expected"] / table["wanted"])
    return table.reindex([one.key for one in cadences(look) if one.key in table.index])


def counted(look: Look, actor: Actor, found: pd.DataFrame) -> pd.DataFrame:
    """The visits that counted in some `windows`, the latest first, one row a window and day: key (of the due), visit, customer,
    cadence, since and until (of the window), on, joint (it is credited to more than one cadence) and together (the keys of these, ";"
    joined). A visit of several people counts for the role of each (A8b)."""
    every = look.of(actor).once("visits that counted", lambda: _counted(look, actor))
    return every[among(every["key"], found["key"])].reset_index(drop=True)


def _counted(look: Look, actor: Actor) -> pd.DataFrame:
    seen = look.of(actor).rows(EVENT)
    credits_ = pd.concat([_credits(look, rule) for rule in _rules(look)] or [_no_credits()], ignore_index=True)
    credits_ = credits_[among(credits_["visit"], seen.get("id", []))]
    asked = windows(look, actor)[["key", "rule", "row", "customer", "cadence", "since", "until"]]
    found = asked.merge(credits_, on=["rule", "row"])
    each = found.drop_duplicates(["visit", "cadence"])
    found = found[(found["on"] >= found["since"]) & (found["on"] <= found["until"])]
    several = each[each["visit"].duplicated(keep=False) & among(each["visit"], found["visit"])]
    place = several["cadence"].map({one.key: at for at, one in enumerate(cadences(look))})
    together = several.iloc[np.argsort(place.to_numpy(), kind="stable")].groupby("visit")["cadence"].agg(";".join)
    found = found.assign(together=found["visit"].map(together).astype(object).fillna("").astype("str"))
    found = found.assign(joint=found["together"] != "").sort_values(["joint", "counts"], ascending=[False, True], kind="stable")
    found = found.drop_duplicates(["key", "on"])  # several on one day are one
    return found.sort_values(["on", "visit"], ascending=False, kind="stable").drop(columns=["rule", "row", "counts"]).reset_index(drop=True)


def _credits(look: Look, rule: Rule) -> pd.DataFrame:
    """What the rule counts, of whichever window: the row that owes, the visit, its day, and the day on which it counts (A10)."""
    ledgers = look.ledgers
    counts = obligations.counted(ledgers, EVENT, rule.date, look.calendar, ledgers.terms.record_workdays)
    kept = conditions.mask(ledgers, EVENT, rule.event_where) & ledgers.complete(EVENT)
    kept &= (counts != NONE) & (counts <= ledgers.today) & _took_part(look, rule.roles if rule.by_role else ())
    place = np.flatnonzero(kept)
    return pd.DataFrame(
        {
            "rule": pd.array([rule.id] * len(place), dtype="str"),
            "row": ledgers.text(EVENT, rule.link).take(place),
            "visit": ledgers.ids(EVENT).take(place),
            "on": d.dates(ledgers.days(EVENT, rule.date)[place]),
            "counts": counts[place],
        }
    )


def _took_part(look: Look, roles: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Visits at which somebody of one of the roles was."""
    ledgers = look.ledgers
    if not roles:
        return np.ones(ledgers.size(EVENT), bool)
    codes, lists = pd.factorize(ledgers.text(EVENT, "participants"))
    has = set(ledgers.ids("staff")[ledgers.says("staff", "role", tuple(roles))])
    there = np.array([*(not has.isdisjoint(str(who).split(";")) for who in lists), False], bool)
    return np.asarray(there[codes], bool)


def _no_credits() -> pd.DataFrame:
    words = pd.array([], dtype="str")
    days = np.array([], "datetime64[s]")
    return pd.DataFrame({"rule": words, "row": words, "visit": words, "on": days, "counts": np.array([], np.int64)})
