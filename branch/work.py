"""Who owes what and who is told what: every due resolved to people, each in one section of their day.

The screen's Today, the morning's mail and the scan's list are all read from here, so that they never disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules.due import pairs
from rules.rule import WHO, Rule
from rules.states import OPEN, UNMET

Section = Literal["today", "overdue", "soon", "ahead", "escalated", "waiting"]
SECTIONS: tuple[Section, ...] = ("today", "overdue", "soon", "ahead", "escalated", "waiting")
PRESSING = {"overdue": 0, "today": 1, "escalated": 2, "waiting": 3, "soon": 4, "ahead": 5}
Resolve = Callable[[pd.DataFrame], pd.DataFrame]
Tardy = Callable[[pd.Series, pd.Series], npt.NDArray[np.bool_]]
WHOSE = ["key", "customer", "owner", "officer"]


def recipients(dues: pd.DataFrame, steps: pd.DataFrame, resolve: Resolve, states: Sequence[str] = UNMET) -> pd.DataFrame:
    """The one resolution of roles to people: key, role, pair, person ("" when nobody can be found), unresolved, deputy_for,
    owes; for every due in one of the states, the roles that owe it and those that one of its steps tells."""
    rows, whose = dues["state"].isin(states).to_numpy(), dues["roles"]
    owed = [
        pairs(np.flatnonzero(rows & (whose.cat.codes.to_numpy() == number)), role)
        for number, roles in enumerate(whose.cat.categories)
        for role in str(roles).split(";")
    ]
    owes = np.concatenate([*owed, np.array([], np.int64)])
    told = np.zeros(len(dues) * len(WHO), bool)  # by pair: sorted and each once, without sorting
    climbs = steps["pair"].to_numpy()
    told[climbs[rows[climbs // len(WHO)]]] = True
    told[owes] = False
    pair = np.concatenate([owes, np.flatnonzero(told)])
    found = dues[WHOSE].take(pair // len(WHO)).assign(role=pd.array(WHO, dtype="str").take(pair % len(WHO)), pair=pair)
    found = found.assign(owes=np.arange(len(pair)) < len(owes))
    return resolve(found)[["key", "role", "pair", "person", "unresolved", "deputy_for", "owes"]]


@dataclass(frozen=True, eq=False)
class Turns:
    """Of each due, in their order: whose turn it is, for which absent people (ids joined by ";"), and whether nobody holds the
    office that owes it, so that it went one level up."""

    person: Any  # an array of text, as the next one
    deputy_for: Any
    unresolved: npt.NDArray[np.bool_]
    _places: Mapping[str, npt.NDArray[np.intp]]

    def of(self, person: str) -> npt.NDArray[np.bool_]:
        """The dues whose turn is this person's, alone or among others."""
        found = np.zeros(len(self.person), bool)
        found[self._places.get(person, np.array([], np.intp))] = True
        return found


def turns(dues: int, recipients: pd.DataFrame) -> Turns:
    """Worked out once for all who look. `dues`: how many there are; `recipients`: see there."""
    owes = recipients.loc[recipients["owes"] & (recipients["person"] != "")]
    place, people = (owes["pair"] // len(WHO)).to_numpy(), owes["person"].to_numpy(object)
    unresolved = np.zeros(dues, bool)
    unresolved[place[owes["unresolved"].to_numpy(bool)]] = True
    absent = owes["deputy_for"].fillna("").to_numpy(object)
    away = absent != ""
    by = {str(person): place[numbers] for person, numbers in pd.Series(people).groupby(people).indices.items()}
    return Turns(_joined(dues, place, people), _joined(dues, place[away], absent[away]), unresolved, by)


def _joined(size: int, place: npt.NDArray[np.int64], people: npt.NDArray[np.object_]) -> Any:
    """By place, the people named for it, joined by ";": most dues are one person's."""
    found = np.full(size, "", object)
    again = pd.Series(place).duplicated().to_numpy()
    found[place[~again]] = people[~again]
    for at, person in zip(place[again], people[again], strict=True):
        if person not in found[at].split(";"):
            found[at] = f"{found[at]};{person}"
    return pd.array(found, dtype="str")


def work(
    dues: pd.DataFrame,
    recipients: pd.DataFrame,
    standing: pd.DataFrame,
    responses: pd.DataFrame,
    rules: Sequence[Rule],
    tardy: Tardy,
    now: datetime,
    of: str | None = None,
) -> pd.DataFrame:
    """One row for each due and person, the most urgent first: what they owe, and what has climbed to them.

    `standing`: the alerts of unmet dues; `tardy`: which of some moments and channels are told late by now; `of`: the one
    person whose rows are wanted, which costs as much as they have.
    Columns of the due, and: person ("" when nobody can be found), role, section, alerts (ids not told yet), fresh
    (there are such, or the step is), recent (told today), at_once (one of them is immediate), late, unresolved,
    deputy_for, owed_by, quiet (the person has acknowledged this step, or put it off).
    """
    every = recipients
    if of is not None:
        recipients = recipients.loc[(recipients["person"] == of).to_numpy(bool)]
        asked = np.zeros(len(dues) * len(WHO), bool)
        asked[recipients["pair"]] = True
        standing = standing.loc[asked[standing["pair"]]]
    alerts = _latest(_late(standing, tardy)).rename(columns={"id": "alert", "late": "tardy"})
    alerts = alerts.assign(fresh=alerts["state"] == "open", recent=alerts["told_at"].dt.normalize() == pd.Timestamp(now.date()))
    rows = recipients.merge(alerts[["pair", "alert", "channel", "tardy", "missed", "fresh", "recent"]], on="pair", how="left")
    for flag in ("tardy", "missed", "fresh", "recent"):
        rows[flag] = rows[flag].eq(True)  # blank where no step was reached
    state = dues["state"].isin(OPEN).to_numpy()[rows["pair"] // len(WHO)]
    rows = rows.loc[(rows["owes"] & state) | rows["fresh"] | rows["recent"]].reset_index(drop=True)
    due = dues.drop(columns="key").take((rows["pair"] // len(WHO)).to_numpy()).reset_index(drop=True)
    rows = pd.concat([rows, due], axis=1)
    rows["owed_by"] = _owed_by(rows, every)
    rows["section"] = _sections(rows, rules)
    rows["quiet"] = _quiet(rows, responses, now.date())
    return _merged(rows)


def telling(work: pd.DataFrame) -> pd.DataFrame:
    """What there is to tell: alerts that nobody has heard of, and what is owed by now."""
    return work.loc[work["fresh"] | (work["owes"] & work["state"].isin(OPEN))]


def _late(alerts: pd.DataFrame, tardy: Tardy) -> pd.DataFrame:
    """`late`: its moment to be told is over. `missed`: it also speaks for a step that nobody told in time."""
    told_ = alerts["told_at"].notna()
    last = alerts["reached_at"].where(told_).groupby(alerts["pair"], sort=False).transform("max")
    silent = ~told_ & ~(alerts["reached_at"] <= last)
    late = silent & tardy(alerts["reached_at"], alerts["channel"])
    return alerts.assign(late=late, missed=late.groupby(alerts["pair"], sort=False).transform("any"))


def _latest(alerts: pd.DataFrame) -> pd.DataFrame:
    """Of each due and role, the alert that says how far it has come: the untold one, else the last told."""
    found = alerts.loc[alerts["state"].isin(("open", "told"))]
    several = found["pair"].duplicated(keep=False).to_numpy()  # most have one, and only where there are more is it asked which
    more = found.loc[several]
    more = more.assign(told=more["state"] == "told").sort_values(["told", "reached_at", "id"], ascending=[True, False, True])
    return pd.concat([found.loc[~several], more.loc[~more["pair"].duplicated()].drop(columns="told")])


def _owed_by(rows: pd.DataFrame, recipients: pd.DataFrame) -> pd.Series:
    """Who owes it, where another's due is told; "" for one's own."""
    due, owes = (rows["pair"] // len(WHO)).to_numpy(), recipients["owes"].to_numpy(bool)
    if not len(due) or not owes.any():
        return pd.Series("", index=rows.index, dtype="str")
    owed, people = (recipients["pair"].to_numpy() // len(WHO))[owes], recipients["person"].array[owes]
    first = np.full(max(due.max(), owed.max()) + 1, -1)  # by due: where its first owner stands
    first[owed[::-1]] = np.arange(len(owed))[::-1]
    named = people.take(np.where(rows["owes"], -1, first[due]), allow_fill=True)
    return pd.Series(named, index=rows.index).fillna("").astype("str")


def _sections(rows: pd.DataFrame, rules: Sequence[Rule]) -> pd.Series:
    """Today and overdue are one's own; another's overdue is an escalation; what a colleague set going is waiting."""
    handed = rows["rule"].isin([rule.id for rule in rules if rule.handed]).to_numpy()
    stranded = rows["unresolved"].to_numpy(bool)
    state = rows["state"].astype("str")
    named = np.select(
        [~rows["owes"], state == "overdue", handed | stranded, state == "due_today", state == "due_soon"],
        ["escalated", "overdue", "waiting", "today", "soon"],
        "ahead",
    )
    return pd.Series(named, index=rows.index, dtype="str")


def _quiet(rows: pd.DataFrame, responses: pd.DataFrame, today: date) -> npt.NDArray[np.bool_]:
    """Acknowledged: this very step, by this person, until a promise passes; a promise that holds also stops the daily repeats
    of its due. Put off: until its day, never past due."""
    if responses.empty:
        return np.zeros(len(rows), bool)
    answers = responses.assign(act=responses["act"].astype(str), staff=responses["staff"].astype(str))
    day = pd.Timestamp(today)
    seen = answers.loc[(answers["act"] == "acknowledge") & ~(answers["promised_on"] < day)]
    steps = pd.MultiIndex.from_arrays([seen["alert"].astype(str), seen["staff"]])
    alert = rows["alert"].fillna("").astype(str)
    acknowledged = pd.MultiIndex.from_arrays([alert, rows["person"]]).isin(steps) & (alert != "").to_numpy()
    promised = seen.loc[seen["promised_on"].notna()]
    repeats = alert.str.contains("|again:", regex=False).to_numpy(bool)
    held = pd.MultiIndex.from_arrays([rows["key"].astype(str), rows["person"]]).isin(
        pd.MultiIndex.from_arrays([promised["due_key"].astype(str), promised["staff"]])
    )
    acknowledged |= repeats & held
    later = answers.loc[answers["act"].isin(("snooze", "wake"))].sort_values("at", kind="stable")
    later = later.drop_duplicates(["due_key", "staff"], keep="last")
    waits = later.loc[(later["act"] == "snooze") & (later["until"] > day)]
    put_off = pd.MultiIndex.from_arrays([rows["key"].astype(str), rows["person"]]).isin(
        pd.MultiIndex.from_arrays([waits["due_key"].astype(str), waits["staff"]])
    )
    return np.asarray(acknowledged | (put_off & (rows["due"] > day).to_numpy()))


def _merged(rows: pd.DataFrame) -> pd.DataFrame:
    """A person who is told of one due in two roles reads it once, in the more pressing section."""
    rows["at_once"] = rows["fresh"] & rows["channel"].eq("immediate")
    rows["late"] = rows["fresh"] & (rows["tardy"] | (rows["missed"] & (rows["state"] == "overdue")))
    pressing = rows["section"].map(PRESSING).to_numpy(np.int64)
    order = np.lexsort((rows["pair"], rows["due"], pressing, rows["quiet"]))  # of one day: in the order of the dues
    rows = rows.take(order).reset_index(drop=True)
    own = rows["person"].where(rows["person"] != "", rows["role"])  # what nobody can be told stays apart by role
    numbers, words = pd.factorize(own)
    group = pd.Series(pd.factorize((rows["pair"] // len(WHO)).to_numpy() * max(1, len(words)) + numbers)[0], index=rows.index)
    first = ~group.duplicated()
    untold: dict[int, tuple[str, ...]] = {}
    speaks = rows["fresh"] & ~rows["quiet"]
    for number, alert in zip(group[speaks].tolist(), rows.loc[speaks, "alert"].tolist(), strict=True):
        untold[number] = (*untold.get(number, ()), str(alert))
    for flag in ("at_once", "late", "fresh", "recent", "owes"):
        some = np.zeros(int(group.max(skipna=True)) + 1 if len(group) else 0, bool)
        some[group[rows[flag].to_numpy(bool)]] = True
        rows[flag] = some[group]
    rows["alerts"] = pd.Series([untold.get(number, ()) for number in group.tolist()], index=rows.index, dtype=object)
    return rows.loc[first].drop(columns=["pair", "tardy", "missed", "alert", "channel"]).reset_index(drop=True)
