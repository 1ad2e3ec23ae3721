"""What ends a due: a date written into its row by one click, or the page where the work is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from branch import access, scope
from branch.change import native
from branch.look import Look
from branch.people import Actor
from rules.rule import Rule
from sheets.schema import Edit
from texts import Lang, say, words

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


def act(look: Look, due: pd.Series, actor: Actor, lang: Lang) -> Act | None:
    """What this person may do about a due; None when it is not theirs to do."""
    rule = look.rule(str(due["rule"]))
    table, row = str(due["table"]), str(due["row"])
    if rule is None:
        return _open(table, row, lang) if access.may(actor, table, "write") else None
    if rule.event:
        return _event(look, rule, due, actor, lang)
    columns = [name for name in rule.done.split("|") if name and not name.startswith("@")]
    if not access.may(actor, table, "write") or row not in set(scope.rows(look.book, table, actor)["id"]):
        return None
    # The first date is the act itself; the others only make it needless: a notice is not sent by submitting early.
    column = columns[0] if columns and access.writable(actor, table, columns[0]) else ""
    if not column:
        return _open(table, row, lang)
    if column in WRITTEN:
        return _open(table, row, lang, label=_label(look, table, column, lang))
    if not _may_write(look, table, row, column, actor) or _waits(look, table, row, column):
        return None
    return Act(_label(look, table, column, lang), table=table, row=row, column=column)


def record(due: pd.Series, lang: Lang) -> Act:
    """The row of a due, to be opened: for a date so far off that it is not ticked off by one click."""
    return _open(str(due["table"]), str(due["row"]), lang)


def waits(look: Look, due: pd.Series, actor: Actor, lang: Lang) -> str:
    """The step that somebody else takes first, before this person can take theirs; "" where they wait for nobody."""
    rule, table, row = look.rule(str(due["rule"])), str(due["table"]), str(due["row"])
    column = "" if rule is None or rule.event else rule.done.split("|")[0]
    if not column or column.startswith("@") or not access.writable(actor, table, column) or not _waits(look, table, row, column):
        return ""
    return look.tables[table][look.tables[table][column].follows].label(lang)


def _may_write(look: Look, table: str, row: str, column: str, actor: Actor) -> bool:
    """Whether they may write this column of this very row: a colleague's task is not theirs to tick off."""
    try:
        access.check_edit(look.book, Edit(table, row, {}, {column: None}), actor)
    except (access.Denied, access.Unknown):
        return False
    return True


def _waits(look: Look, table: str, row: str, column: str) -> bool:
    """Whether somebody else must take the step before first: a notice that was not sent cannot be signed for."""
    first = look.tables[table][column].follows
    return bool(first) and look.ledgers.cell(table, row, first) in (None, "", pd.NaT)


def edit(look: Look, wanted: Act, actor: Actor, now: datetime) -> Edit:
    """The stamp as an edit of the row as it stands."""
    there = access.row(look.book, wanted.table, wanted.row, actor)
    column = look.tables[wanted.table][wanted.column]
    value: Any = now.date() if column.kind == "date" else now.replace(microsecond=0)
    seen = there.get(wanted.column)
    return Edit(wanted.table, wanted.row, {wanted.column: native(column, seen)}, {wanted.column: value})


def _event(look: Look, rule: Rule, due: pd.Series, actor: Actor, lang: Lang) -> Act | None:
    """A row of another ledger ends it: a visit, a marketing plan."""
    row, customer = str(due["row"]), str(due["customer"])
    if not access.may(actor, rule.event, "create"):
        return None
    if rule.event == "visits":
        if rule.by_role and actor.role not in rule.roles:
            return None
        query = {"customer": customer, "mode": _asked(rule, "mode"), "kind": _asked(rule, "kind")}
        query |= {rule.link: row} if rule.link != "customer" else {}
        return Act(say("act.visit", lang), page="visits.py", query={key: value for key, value in query.items() if value})
    table = look.tables[rule.event]
    if rule.event == "marketing_plans" and rule.link == "opportunity":
        return Act(say("act.new", lang, table=table.label(lang)), page="opportunities.py", query={"row": row, "do": "plan"})
    return Act(
        say("act.new", lang, table=table.label(lang)), page="ledgers.py", query={"table": rule.event, rule.link: row, "customer": customer}
    )


def _asked(rule: Rule, column: str) -> str:
    """What the rule wants of a column of the row that ends it, if it names one value."""
    for condition in rule.event_where:
        wanted = condition.wanted
        if condition.path == column and condition.op == "=" and wanted:
            return str(wanted[0])
    return ""


def _open(table: str, row: str, lang: Lang, label: str = "") -> Act:
    if table == "customers":
        return Act(label or say("act.open", lang), page="customer.py", query={"id": row})
    if table == "opportunities":
        return Act(label or say("act.open", lang), page="opportunities.py", query={"row": row})
    return Act(label or say("act.open", lang), page="ledgers.py", query={"table": table, "row": row})


def _label(look: Look, table: str, column: str, lang: Lang) -> str:
    """A sentence of its own for the common acts, else the name of the date."""
    code = f"act.{table}_{column}"
    if code in words(lang):
        return say(code, lang)
    return say("act.stamp", lang, column=look.tables[table][column].label(lang))
