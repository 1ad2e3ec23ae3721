"""What ends a due: a date written into its row by one click, or the page where the work is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from branch import access, scope
from branch.branch import Branch
from branch.people import Actor
from rules.rulebook import Rule
from sheets.schema import Edit, Lang
from texts import say, words

# Columns that carry a judgement beside their date: they are filled in the row's own form.
WRITTEN = frozenset({"feedback_at", "upreported_at"})


@dataclass(frozen=True, slots=True)
class Act:
    """Either a page with its query, or a column of a row to be stamped with today (or now)."""

    label: str
    page: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    table: str = ""
    row: str = ""
    column: str = ""


def act(branch: Branch, due: pd.Series, actor: Actor, lang: Lang) -> Act | None:
    """What this person may do about a due; None when it is not his to do."""
    rule = next((one for one in branch.rules()[0] if one.id == str(due["rule"])), None)
    table, row, customer = str(due["table"]), str(due["row"]), str(due["customer"])
    if rule is None:
        return _open(table, row, lang) if access.may(actor, table, "write") else None
    if rule.event:
        return _event(branch, rule, row, customer, actor, lang)
    columns = [name for name in rule.done.split("|") if name and not name.startswith("@")]
    column = next((name for name in columns if access.writable(actor, table, name)), "")
    if not column or not access.may(actor, table, "write") or row not in set(scope.rows(branch.book(), table, actor)["id"]):
        return _open(table, row, lang) if not columns and access.may(actor, table, "write") else None
    if column in WRITTEN:
        return _open(table, row, lang, label=_label(branch, table, column, lang))
    return Act(_label(branch, table, column, lang), table=table, row=row, column=column)


def edit(branch: Branch, wanted: Act, actor: Actor, now: datetime) -> Edit:
    """The stamp as an edit of the row as it stands."""
    there = access.row(branch.book(), wanted.table, wanted.row, actor)
    column = branch.book().tables[wanted.table][wanted.column]
    value: Any = now.date() if column.kind == "date" else now.replace(microsecond=0)
    seen = there.get(wanted.column)
    before = None if seen is None or seen != seen else seen.to_pydatetime() if hasattr(seen, "to_pydatetime") else seen
    if column.kind == "date" and isinstance(before, datetime):
        before = before.date()
    return Edit(wanted.table, wanted.row, {wanted.column: before}, {wanted.column: value})


def _event(branch: Branch, rule: Rule, row: str, customer: str, actor: Actor, lang: Lang) -> Act | None:
    """A row of another ledger ends it: a visit, a marketing plan."""
    if not access.may(actor, rule.event, "create"):
        return None
    if rule.event == "visits":
        if rule.verb == "cadence" and actor.role not in rule.roles:
            return None
        mode = next((c.values[0] for c in rule.event_where if c.path == "mode" and c.op == "=" and c.values), "")
        kind = next((c.values[0] for c in rule.event_where if c.path == "kind" and c.op == "=" and c.values), "")
        query = {"customer": customer, "mode": mode, "kind": kind} | ({rule.link: row} if rule.link != "customer" else {})
        return Act(say("act.visit", lang), page="visits.py", query={key: value for key, value in query.items() if value})
    table = branch.book().tables[rule.event]
    return Act(say("act.new", lang, table=table.label(lang)), page="ledgers.py",
               query={"table": rule.event, rule.link: row, "customer": customer})  # fmt: skip


def _open(table: str, row: str, lang: Lang, label: str = "") -> Act:
    if table == "customers":
        return Act(label or say("act.open", lang), page="customer.py", query={"id": row})
    return Act(label or say("act.open", lang), page="ledgers.py", query={"table": table, "row": row})


def _label(branch: Branch, table: str, column: str, lang: Lang) -> str:
    """A sentence of its own for the common acts, else the name of the date."""
    code = f"act.{table}_{column}"
    if code in words(lang):
        return say(code, lang)
    return say("act.stamp", lang, column=branch.book().tables[table][column].label(lang))
