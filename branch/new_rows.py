"""The row that would end a due: what is known of it already, what its form asks for, and the one of its period that is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from branch.act_fields import LENGTH, NEW, USUALLY
from branch.look import Look
from branch.people import Actor
from rules import periods
from rules.rule import Rule
from rules.until import NO_UNTIL
from sheets import cells
from sheets.schema import Column, Table

Known = dict[str, Any]


def act_column(rule: Rule) -> str:
    """The column of the event by which the due ends."""
    return (rule.done or rule.date).split("|")[0]


def names_period(rule: Rule) -> str:
    """The column of the event that says which period a record is of; "" where the rule owes none by period."""
    return rule.date.split("|")[0] if rule.event and rule.until != NO_UNTIL else ""


def known(look: Look, rule: Rule, due: pd.Series) -> Known:
    """What the due itself says of the row: whose it is, of which period, of which kind."""
    table, customer = look.tables[rule.event], str(due["customer"])
    found: Known = {}
    if rule.link != "customer" and customer and table.column("customer") is not None:
        found["customer"] = customer
    found[rule.link] = str(due["row"])
    if column := names_period(rule):
        found[column] = _typed(table[column], str(due["occurrence"]))
    if length := LENGTH.get(rule.event):
        found[length] = str(rule.window)
    for one in rule.event_where:
        if one.op == "=" and len(one.wanted) == 1 and table.column(one.path) is not None:
            found[one.path] = one.wanted[0]
    return {key: value for key, value in found.items() if value is not None}


def suggested(rule: Rule, table: Table, asked: tuple[str, ...], actor: Actor, today: date) -> Known:
    """What most likely stands there, to be changed where it does not: today, the person themselves, the usual kind."""
    found: Known = dict(USUALLY.get(table.key, {}))
    found |= {one.path: one.wanted[0] for one in rule.event_where if one.op == "in" and table.column(one.path) is not None}
    for key in asked:
        column = table[key]
        if column.kind == "staff" and not column.apart:
            found[key] = actor.staff
        elif column.kind == "date" and (column.fact or key == act_column(rule)) and (column.required or key == act_column(rule)):
            found[key] = today
    return {key: value for key, value in found.items() if key in asked}


def asked(table: Table, column: str, said: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of its form, in the ledger's order: the required ones and those that the act is about."""
    by_column = NEW.get(table.key, {})
    more = by_column.get(column, by_column.get("", ()))
    return tuple(c.key for c in table.columns if (c.required or c.key in more) and c.key not in said and c.key != "id")


def there(look: Look, rule: Rule, due: pd.Series) -> str:
    """The number of a record of the same row and period that is there and does not end it yet; "" for none."""
    column = names_period(rule)
    if not column:
        return ""
    frame, kind = look.book.frame(rule.event), look.tables[rule.event][column].kind
    mine = frame[frame[rule.link].astype("str") == str(due["row"])]
    wanted = _period(kind, str(due["occurrence"]))
    found = [str(row) for row, held in zip(mine["id"], mine[column], strict=True) if not pd.isna(held) and _period(kind, held) == wanted]
    return found[-1] if found else ""


def _period(kind: str, held: Any) -> object:
    """What a cell names, so that 2026Q4 and 2026年第四季度 are one."""
    if kind in {"date", "datetime"}:
        return pd.Timestamp(held).date()
    text = str(held).removesuffix(".0")
    return periods.named(text) or text


def _typed(column: Column, text: str) -> Any:
    return cells.read(column, text).value
