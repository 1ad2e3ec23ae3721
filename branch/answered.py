"""What people have answered to alerts, as far as it still holds, and whether they did what they promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
import pandas as pd

from rules.rule import Rule
from sheets.book import Book

QUIETS = ("acknowledge", "snooze")
Promise = Literal["kept", "late", "broken", "open"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a due. `past_due`: the day promised lies after the day of the due, which stays."""

    staff: str
    act: str
    at: datetime
    until: date | None
    promised: date | None
    reason: str
    past_due: bool


def standing(book: Book, rules: Sequence[Rule]) -> pd.DataFrame:
    """The answers without those that new facts have overtaken: somebody else has since changed the record itself, or, where a due
    ends by records of another ledger (visits), one that names it. An edit of the customer's file does not overtake those."""
    said = book.frame("responses")
    quiets = np.flatnonzero(said["act"].isin(QUIETS))
    if not len(quiets):
        return said
    by = {rule.id: (rule.event, rule.link) if rule.event else (rule.subject, "id") for rule in rules}
    named = said["due_key"].take(quiets).astype(object).str.partition("|")
    about, row = named[0].map(by), named[2].str.rpartition("|")[0]
    over = np.zeros(len(said), bool)
    for table, link in about.dropna().unique():
        here = (about == (table, link)).to_numpy()
        mine = said.take(quiets[here])
        over[quiets[here]] = _overtaken(book, table, link, row[here], mine)
    return said.loc[~over]


def _overtaken(book: Book, table: str, link: str, about: pd.Series, said: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which answers are older than what somebody else did to a row of a ledger that names their record; a row that was taken
    away counts too. `link`: the column by which it names it."""
    every = book.frames[table]
    rows = every.loc[every["updated_at"] > said["at"].min(), [link, "updated_at", "updated_by"]]
    told = pd.DataFrame({"of": about.to_numpy(object), "at": said["at"].to_numpy(), "staff": said["staff"].to_numpy(object)})
    rows = rows.assign(of=rows[link].astype(object)).drop(columns=link)
    both = told.reset_index(names="place").merge(rows, on="of")
    later = (both["updated_at"] > both["at"]) & (both["updated_by"].astype(object) != both["staff"])
    return np.isin(np.arange(len(told)), both.loc[later, "place"])


def answers(book: Book, due_key: str) -> list[Answer]:
    """All that was answered to a due, the newest first. For whoever may see an alert of it (pages ask by an alert)."""
    said = book.frame("responses")
    mine = said[said["due_key"] == due_key].sort_values(["at", "id"], ascending=False, kind="stable")
    alerts = book.frame("alerts")
    due = alerts.loc[alerts["due_key"] == due_key, "due"].max()
    return [
        Answer(
            str(one["staff"]), str(one["act"]), one["at"].to_pydatetime(), _day(one["until"]), _day(one["promised_on"]),
            str(one["reason"] or ""), bool(one["promised_on"] > due),
        )
        for one in mine.to_dict("records")
        if isinstance(one["at"], pd.Timestamp)
    ]  # fmt: skip


def waiver(book: Book, due_key: str, leaders: frozenset[str]) -> Answer | None:
    """The waiver under which a due stands: the last word of a leader, with its reason."""
    said = [one for one in answers(book, due_key) if one.act in ("waive", "wake") and one.staff in leaders]
    return said[0] if said and said[0].act == "waive" and said[0].reason.strip() else None


def put_off(book: Book, due_key: str, staff: str, today: date) -> date | None:
    """Until when this person has put a due off, if they have."""
    last = next((one for one in answers(book, due_key) if one.act in ("snooze", "wake") and one.staff == staff), None)
    return last.until if last is not None and last.act == "snooze" and last.until is not None and last.until > today else None


def promises(book: Book, alerts: pd.DataFrame, dues: pd.DataFrame, today: date) -> pd.DataFrame:
    """For each of these alerts, by its index: the day that whom it tells promised last (NaT: none), and what became of it:
    kept (done by that day), late (done after it), broken (the day has passed), open; "" where there is nothing to judge."""
    said = book.frame("responses")
    said = said[(said["act"] == "acknowledge") & said["promised_on"].notna()].sort_values(["at", "id"], kind="stable")
    last = said.assign(staff=said["staff"].astype("str")).drop_duplicates(["due_key", "staff"], keep="last")
    asked = pd.DataFrame({"due_key": alerts["due_key"].astype("str"), "staff": alerts["staff"].astype("str")}, index=alerts.index)
    found = asked.merge(last[["due_key", "staff", "promised_on"]], on=["due_key", "staff"], how="left").set_axis(alerts.index)
    now = dues.set_index("key")[["state", "met_on"]].reindex(found["due_key"]).set_axis(alerts.index)
    promised, met, state = found["promised_on"], now["met_on"], now["state"].astype("str")
    judged = promised.notna() & ~state.isin(("waived", "superseded", "nan"))
    kept = np.select(
        [~judged, met.notna() & (met <= promised), met.notna(), promised < pd.Timestamp(today)], ["", "kept", "late", "broken"], "open"
    )
    return pd.DataFrame({"promised_on": promised, "promise": kept}, index=alerts.index)


def _day(value: object) -> date | None:
    return value.date() if isinstance(value, pd.Timestamp) else None
