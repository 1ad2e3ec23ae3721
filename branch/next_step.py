"""What ends a due: a date written into its row by one click, a form of a few fields, or the page where the work is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from branch import access, new_rows, scope
from branch.act_fields import RENEWED, ROWS
from branch.change import native
from branch.checks.acts import above_limit
from branch.look import Look
from branch.masks import blank
from branch.people import Actor
from rules.rule import Rule
from rules.states import UNMET
from sheets.numbers import placeholder
from sheets.schema import Edit
from texts import Lang, say, words

# Columns that carry a judgement beside their date and have a place of their own on the opportunity's page.
WRITTEN = frozenset({"feedback_at", "upreported_at"})
PLANS = frozenset({"plans", "amendments"})  # written on the plans page, with their grids


@dataclass(frozen=True, slots=True)
class Act:
    """A page with its query; a column of a row to be stamped with today (or now); or a form: a new row (`row` is "") or one
    that is there. Of a form: `asks` its first fields, `must` those it cannot do without, `said` what is written unasked with
    a new row, `start` what its fields begin with, `signed` the column in which saving writes the person's name."""

    label: str
    page: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    table: str = ""
    row: str = ""
    column: str = ""
    asks: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    said: Mapping[str, Any] = field(default_factory=dict)
    start: Mapping[str, Any] = field(default_factory=dict)
    signed: str = ""


def is_over(due: pd.Series) -> bool:
    """Whether nothing is left to be done about it: it was met, waived, or another took its place."""
    return str(due["state"]) not in UNMET


def act(look: Look, due: pd.Series, actor: Actor, lang: Lang) -> Act | None:
    """What this person may do about a due; None when it is not theirs to do."""
    rule = look.rule(str(due["rule"]))
    table, row = str(due["table"]), str(due["row"])
    if rule is None:
        return _open(table, row, lang) if access.may(actor, table, "write") else None
    if rule.event:
        return _event(look, rule, due, actor, lang)
    about = _about(rule)
    if (made := RENEWED.get((table, about))) and access.may(actor, made, "create"):
        return _newer(look, rule, due, made, actor, lang)
    if not access.may(actor, table, "write") or scope.rows(look.book, table, actor, (row,)).empty:
        return None
    # The first date is the act itself; the others only make it needless: a notice is not sent by submitting early.
    if _stamped(rule) or about in ROWS.get(table, {}):
        return _on_row(look, due, table, row, about, actor, lang)
    return _open(table, row, lang, label=_named(table, about, lang))


def record(due: pd.Series, lang: Lang) -> Act:
    """The row of a due, to be opened: for a date so far off that it is not ticked off by one click."""
    return _open(str(due["table"]), str(due["row"]), lang)


def waits(look: Look, due: pd.Series, actor: Actor, lang: Lang) -> str:
    """The step that somebody else takes first, before this person can take theirs; "" where they wait for nobody."""
    rule, table, row = look.rule(str(due["rule"])), str(due["table"]), str(due["row"])
    column = "" if rule is None or rule.event else _stamped(rule)
    if not column or not access.writable(actor, table, column) or not _waits(look, table, row, column):
        return ""
    return look.tables[table][look.tables[table][column].follows].label(lang)


def edit(look: Look, wanted: Act, actor: Actor, now: datetime) -> Edit:
    """The stamp as an edit of the row as it stands."""
    there = access.row(look.book, wanted.table, wanted.row, actor)
    column = look.tables[wanted.table][wanted.column]
    value: Any = now.date() if column.kind == "date" else now.replace(microsecond=0)
    seen = there.get(wanted.column)
    return Edit(wanted.table, wanted.row, {wanted.column: native(column, seen)}, {wanted.column: value})


def _stamped(rule: Rule) -> str:
    """The date of its own row that ends it."""
    return next((name for name in rule.done.split("|")[:1] if name and not name.startswith("@")), "")


def _about(rule: Rule) -> str:
    """What a due asks for in its own row: the date that ends it, else the last thing its condition looks at that a form asks
    for or a newer row settles, else the date it counts from."""
    if column := _stamped(rule):
        return column
    known = {*ROWS.get(rule.subject, {}), *(column for table, column in RENEWED if table == rule.subject)}
    named = [one.path for one in reversed(rule.where) if one.path in known]
    return (named or [rule.date.split("|")[0] or (rule.where[-1].path if rule.where else "")])[0]


def _on_row(look: Look, due: pd.Series, table: str, row: str, column: str, actor: Actor, lang: Lang) -> Act | None:
    """The act on a row that is there: one click where only the date is left, else the form of its few fields."""
    ledger, asked = look.tables[table], ROWS.get(table, {}).get(column)
    if column in WRITTEN:
        return _open(table, row, lang, label=_label(look, table, column, lang))
    if asked is None or (asked.stands and all(_stands(look, table, row, key) for key in asked.stands)):
        if not access.writable(actor, table, column):
            return _open(table, row, lang)
        if not _may_write(look, table, row, column, actor) or _waits(look, table, row, column):
            return None
        return Act(_label(look, table, column, lang), table=table, row=row, column=column)
    fields = tuple(key for key in asked.fields if access.writable(actor, table, key) and _may_write(look, table, row, key, actor))
    if not fields or (ledger.column(column) is not None and _waits(look, table, row, column)):
        return None
    signed = asked.signed if asked.signed and not _above(look, table, row, actor) else ""
    if asked.signed and not signed:  # above their limit: they say what they think, and whoever may signs
        return _open(table, row, lang)
    start: dict[str, Any] = {column: look.today} if asked.today and column in fields and ledger[column].fact else {}
    start |= {key: actor.staff for key in fields if ledger[key].kind == "staff" and not _apart(look, table, row, key, actor)}
    return Act(
        _named(table, column, lang) or say("act.write", lang, column=ledger[fields[0]].label(lang)),
        page="act.py",
        query={"due": str(due["key"])},
        table=table,
        row=row,
        column=column,
        asks=fields,
        must=tuple(key for key in asked.must if key in fields),
        start={key: value for key, value in start.items() if not _stands(look, table, row, key)},
        signed=signed,
    )


def _stands(look: Look, table: str, row: str, column: str) -> bool:
    """Whether a cell is filled, and does not say no."""
    held = look.ledgers.cell(table, row, column)
    return not blank(held) and held is not False and held != ""


def _apart(look: Look, table: str, row: str, column: str, actor: Actor) -> bool:
    """Whether somebody else than this person must be named there."""
    apart = look.tables[table][column].apart
    return bool(apart) and ("." in apart or look.ledgers.cell(table, row, apart) == actor.staff)


def _above(look: Look, table: str, row: str, actor: Actor) -> bool:
    """Whether an amount is larger than this person may sign alone."""
    amount = look.ledgers.cell(table, row, "amount")
    return above_limit(look.settings.policy, actor.role, None if blank(amount) else int(amount))


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
    return bool(first) and not _stands(look, table, row, first)


def _event(look: Look, rule: Rule, due: pd.Series, actor: Actor, lang: Lang) -> Act | None:
    """A row of another ledger ends it: a visit, a review, a plan, a look at the interest account."""
    row, customer = str(due["row"]), str(due["customer"])
    if not access.may(actor, rule.event, "create"):
        return None
    if rule.event == "visits":
        if rule.by_role and actor.role not in rule.roles:
            return None
        query = {"customer": customer, "mode": _wanted(rule, "mode"), "kind": _wanted(rule, "kind")}
        query |= {rule.link: row} if rule.link != "customer" else {}
        return Act(say("act.visit", lang), page="visits.py", query={key: value for key, value in query.items() if value})
    label = _named(rule.event, new_rows.act_column(rule), lang) or say("act.new", lang, table=look.tables[rule.event].label(lang))
    if rule.event == "marketing_plans" and rule.link == "opportunity":
        return Act(label, page="opportunities.py", query={"row": row, "do": "plan"})
    if rule.event in PLANS:
        year = look.ledgers.cell("plans", row, "year") if rule.link == "plan" else due["occurrence"]
        query = {"customer": customer, "year": str(year)} | ({"do": "amend"} if rule.event == "amendments" else {})
        return Act(label, page="plans.py", query=query)
    if there := new_rows.there(look, rule, due):
        return _on_row(look, due, rule.event, there, new_rows.act_column(rule), actor, lang)
    return _new(look, rule, due, rule.event, new_rows.known(look, rule, due), label, actor)


def _newer(look: Look, rule: Rule, due: pd.Series, table: str, actor: Actor, lang: Lang) -> Act | None:
    """The next rating, the next line: a new row of the same customer, filled in by whoever keeps that ledger."""
    said = {"customer": str(due["customer"])}
    return _new(look, rule, due, table, said, say("act.new", lang, table=look.tables[table].label(lang)), actor)


def _new(look: Look, rule: Rule, due: pd.Series, table: str, said: Mapping[str, Any], label: str, actor: Actor) -> Act | None:
    ledger, column = look.tables[table], new_rows.act_column(rule) if rule.event else ""
    asks = tuple(
        key
        for key in new_rows.asked(ledger, column, said)
        if access.writable(actor, table, key) and not ledger[key].auto and not ledger[key].stamp
    )
    start = new_rows.suggested(rule, ledger, asks, actor, look.today)
    try:
        access.check_edit(look.book, Edit(table, placeholder(), None, {**start, **said}), actor)
    except (access.Denied, access.Unknown):
        return None
    wanted = ROWS.get(table, {}).get(column)
    must = tuple(key for key in asks if key == column or (wanted is not None and key in wanted.must))
    return Act(
        label, page="act.py", query={"due": str(due["key"])}, table=table, column=column, asks=asks, must=must, said=said, start=start
    )


def _wanted(rule: Rule, column: str) -> str:
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


def _named(table: str, column: str, lang: Lang) -> str:
    """The sentence of its own that a common act has; "" for any other."""
    code = f"act.{table}_{column}"
    return say(code, lang) if code in words(lang) else ""


def _label(look: Look, table: str, column: str, lang: Lang) -> str:
    """A sentence of its own for the common acts, else the name of the date."""
    return _named(table, column, lang) or say("act.stamp", lang, column=look.tables[table][column].label(lang))
