"""What people have answered to alerts, as far as it still holds, and whether they did what they promised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
import pandas as pd

from rules.ledgers import customer_way, owner_column
from rules.rule import OWNER, Rule
from rules.verbs import VERBS
from sheets.book import Book
from sheets.schema import Table, doing

QUIETS = ("acknowledge", "snooze")
WHOLE = ("*", "deleted")  # what the record calls a row that was written down, taken away or brought back
Promise = Literal["kept", "late", "broken", "open"]
Place = tuple[str, str]  # a ledger and a column of it
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
    such a record. A note changed, or a column of which the rule asks nothing, overtakes nothing. Without `record`, any change
    of such a row counts."""
    said = book.frame("responses")
    quiets = np.flatnonzero(said["act"].isin(QUIETS))
    if not len(quiets):
        return said
    named = said["due_key"].take(quiets).astype(object).str.partition("|")
    told = pd.DataFrame(
        {
            "place": quiets, "rule": named[0].to_numpy(object), "of": named[2].str.rpartition("|")[0].to_numpy(object),
            "at": said["at"].take(quiets).to_numpy(), "staff": said["staff"].take(quiets).to_numpy(object),
        }
    )  # fmt: skip
    answered = set(told["rule"])
    asked = [rule for rule in rules if rule.id in answered]
    mine = [_touched(book, *way, told[told["rule"].isin(ids)]) for way, ids in _ways(asked).items()]
    touched = pd.concat([one for one in mine if len(one)]) if any(map(len, mine)) else pd.DataFrame()
    if len(touched) and record is not None:
        touched = _by_cell(touched, {rule.id: reads(rule, book.tables) for rule in asked}, record, book.version)
    if not len(touched):
        return said
    later = (touched["updated_at"] > touched["at"]) & (touched["updated_by"].astype(object) != touched["staff"])
    return said.drop(said.index[touched.loc[later, "place"].unique()])


def _ways(rules: Sequence[Rule]) -> dict[tuple[str, str], list[str]]:
    """By ledger, and column by which its rows name the row that owes: the rules that go by them."""
    found = defaultdict[tuple[str, str], list[str]](list)
    for rule in rules:
        found[rule.subject, "id"].append(rule.id)
        if rule.event:
            found[rule.event, rule.link].append(rule.id)
    return found


def _touched(book: Book, table: str, link: str, told: pd.DataFrame) -> pd.DataFrame:
    """The answers beside each row of a ledger that names their record and was touched later, by whom and when last; a row that
    was taken away counts too. `link`: the column by which it names it."""
    every = book.frames[table]
    rows = every.loc[every["updated_at"] > told["at"].min(), list(dict.fromkeys(["id", link, "updated_at", "updated_by"]))]
    rows = rows.assign(of=rows[link].astype(object), row=rows["id"].astype(object), table=table)
    both = told.merge(rows[["of", "row", "table", "updated_at", "updated_by"]], on="of")
    return both[both["updated_at"] > both["at"]]


def _by_cell(touched: pd.DataFrame, columns: Mapping[str, Collection[Place]], record: Record, version: int) -> pd.DataFrame:
    """The same by what the record says of those rows, line by line: only lines of the columns by which the answer's rule goes."""
    lines = record(set(zip(touched["table"], touched["row"], strict=True)), touched["at"].min().to_pydatetime(), version)
    if not lines:
        return touched.iloc[:0]
    said = pd.DataFrame(lines).rename(columns={"at": "updated_at", "actor": "updated_by"})
    found = touched.drop(columns=["updated_at", "updated_by"]).merge(said, on=["table", "row"])
    cells = zip(found["rule"], found["table"], found["column"], strict=True)
    return found[[column in WHOLE or (table, column) in columns[rule] for rule, table, column in cells]]


def reads(rule: Rule, tables: Mapping[str, Table]) -> frozenset[Place]:
    """The columns by which a rule goes: of the row that owes, whichever ledger ends its dues, and of the records that end them."""
    verb, subject = VERBS[rule.verb], tables[rule.subject]
    asked = (*verb.values(rule), *(one.path for one in rule.where), rule.bands.column, rule.since, *rule.pick)
    whom = {"tier"} if subject.key == "customers" and rule.tiers else {customer_way(tables, subject.key)}
    found = {(subject.key, name) for name in _names(*asked) | whom | _whose(rule, subject)}
    found |= {(rule.event, name) for name in (rule.link, *_names(*(one.path for one in rule.event_where)))}
    days = verb.watched(rule) | {(rule.event or rule.subject, name) for name in _names(rule.done)}
    dated = ((table, tables[table].column(name)) for table, name in days)
    acts = {(table, doing(column.act)[0]) for table, column in dated if column is not None}  # a day without its act counts for nothing
    return frozenset((table, name) for table, name in found | days | acts if table and name)


def _names(*paths: str) -> set[str]:
    """The columns of the row itself at which paths begin: "created_at|filed_on", "customer.status"."""
    return {path.partition(".")[0] for several in paths for path in several.split("|")} - {""}


def _whose(rule: Rule, subject: Table) -> set[str]:
    """The columns that say who is told of a due: see rules.ladder."""
    roles = {*rule.roles, *(rule.bands.roles() if rule.bands.column else ()), *(role for step in rule.steps for role in step.roles)}
    names = {owner_column(subject)} if OWNER in roles else set()
    names |= {"credit_officer"} if "credit_officer" in roles else set()
    names |= {"owner", "team"} if subject.key == "customers" and roles - {"credit_officer"} else set()
    return {name for name in names if subject.column(name) is not None}


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
