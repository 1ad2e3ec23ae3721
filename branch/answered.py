"""What people have answered to alerts, as far as it still holds, and whether they did what they promised."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
import pandas as pd

from rules.rule import Rule
from rules.verbs import VERBS
from sheets.book import Book

QUIETS = ("acknowledge", "snooze")
WHOLE = ("*", "deleted")  # what the record calls a row that was written down, taken away or brought back
Promise = Literal["kept", "late", "broken", "open"]
# Asks the record of changes what became of rows (ledger, id) after a moment, up to a version of the book: sheets.store.Store.changed.
Record = Callable[[Collection[tuple[str, str]], datetime, int], list[dict[str, Any]]]


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


def standing(book: Book, rules: Sequence[Rule], record: Record | None = None) -> pd.DataFrame:
    """The answers without those that new facts have overtaken: somebody else has since changed a column by which the rule goes, in
    the record itself or, where a due ends by records of another ledger (visits), in one that names it, or has written down
    such a record. A note changed, or the customer's file where visits end it, overtakes nothing. Without `record`, any change
    of such a row counts."""
    said = book.frame("responses")
    quiets = np.flatnonzero(said["act"].isin(QUIETS))
    if not len(quiets):
        return said
    by = {rule.id: (rule.event, rule.link) if rule.event else (rule.subject, "id") for rule in rules}
    named = said["due_key"].take(quiets).astype(object).str.partition("|")
    about, row = named[0].map(by), named[2].str.rpartition("|")[0]
    told = pd.DataFrame(
        {
            "place": quiets, "rule": named[0].to_numpy(object), "of": row.to_numpy(object),
            "at": said["at"].take(quiets).to_numpy(), "staff": said["staff"].take(quiets).to_numpy(object),
        }
    )  # fmt: skip
    mine = [_touched(book, table, link, told[(about == (table, link)).to_numpy()]) for table, link in about.dropna().unique()]
    touched = pd.concat([one for one in mine if len(one)]) if any(map(len, mine)) else pd.DataFrame()
    if len(touched) and record is not None:
        touched = _by_cell(touched, {rule.id: reads(rule) for rule in rules}, record, book.version)
    if not len(touched):
        return said
    later = (touched["updated_at"] > touched["at"]) & (touched["updated_by"].astype(object) != touched["staff"])
    return said.drop(said.index[touched.loc[later, "place"].unique()])


def _touched(book: Book, table: str, link: str, told: pd.DataFrame) -> pd.DataFrame:
    """The answers beside each row of a ledger that names their record and was touched later, by whom and when last; a row that
    was taken away counts too. `link`: the column by which it names it."""
    every = book.frames[table]
    rows = every.loc[every["updated_at"] > told["at"].min(), list(dict.fromkeys(["id", link, "updated_at", "updated_by"]))]
    rows = rows.assign(of=rows[link].astype(object), row=rows["id"].astype(object), table=table)
    both = told.merge(rows[["of", "row", "table", "updated_at", "updated_by"]], on="of")
    return both[both["updated_at"] > both["at"]]


def _by_cell(touched: pd.DataFrame, columns: Mapping[str, frozenset[str]], record: Record, version: int) -> pd.DataFrame:
    """The same by what the record says of those rows, line by line: only lines of the columns by which the answer's rule goes."""
    lines = record(set(zip(touched["table"], touched["row"], strict=True)), touched["at"].min().to_pydatetime(), version)
    if not lines:
        return touched.iloc[:0]
    said = pd.DataFrame(lines).rename(columns={"at": "updated_at", "actor": "updated_by"})
    found = touched.drop(columns=["updated_at", "updated_by"]).merge(said, on=["table", "row"])
    by_rule = zip(found["rule"], found["column"], strict=True)
    return found[[column in WHOLE or column in columns[rule] for rule, column in by_rule]]


def reads(rule: Rule) -> frozenset[str]:
    """The columns by which a rule goes, of the ledger whose records end its dues, or else of the rows that owe."""
    watched = {column for table, column in VERBS[rule.verb].watched(rule) if table == (rule.event or rule.subject)}
    done = rule.done.split("|")
    if rule.event:
        return frozenset({*watched, *rule.date.split("|"), *done, rule.link, *(_own(one.path) for one in rule.event_where)} - {""})
    paths = (*VERBS[rule.verb].values(rule), *(one.path for one in rule.where), rule.bands.column, rule.since)
    return frozenset({*watched, *done, *map(_own, "|".join(paths).split("|"))} - {""})


def _own(path: str) -> str:
    return path.partition(".")[0]


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
