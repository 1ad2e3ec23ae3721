"""What a letter is made from: the rows it is about as they stand, and the days that the rules have worked out for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from branch.change import standing
from branch.look import Look
from branch.people import Actor
from documents.fields import LINE, LOAN, TABLE, Paper
from sheets.merge import Cell
from texts import FIRST

# Which step a rule of the same record waits for, and what the letter says of it.
SUBMITTED, INITIATED, RENEWED = "submitted_on", "initiated_on", "renewal_on"


def paper(look: Look, kind: str, row: str, by: Actor) -> Paper | None:
    """None where there is no such record."""
    found = standing(look.book, TABLE[kind], [row]).get(row)
    if found is None:
        return None
    customer = _one(look, "customers", found.get("customer"))
    return Paper(
        kind=kind,
        tables=look.tables,
        record=found,
        customer=customer,
        manager=_one(look, "staff", customer.get("owner")),
        officer=_one(look, "staff", found.get("credit_officer") or customer.get("credit_officer")),
        maker=_one(look, "staff", by.staff),
        branch=look.settings.name(FIRST),
        today=look.today,
        account=_one(look, "accounts", found.get("account")) if kind == LOAN else {},
        materials=_materials(look, row) if kind == LINE else (),
        opens_on=_day(look, TABLE[kind], row, INITIATED, "opens"),
        submit_by=_day(look, TABLE[kind], row, SUBMITTED, "due"),
        renew_by=_day(look, TABLE[kind], row, RENEWED, "due"),
    )


def _one(look: Look, table: str, key: Cell) -> dict[str, Any]:
    """A row by its id; nothing where there is none."""
    return standing(look.book, table, [key]).get(key, {}) if isinstance(key, str) and key else {}


def _materials(look: Look, line: str) -> list[str]:
    """The papers listed for this line; where nobody has listed any, all that the scheme knows."""
    column = look.tables["materials"]["item"]
    frame = look.book.frame("materials")
    codes = [str(code) for code in frame.loc[frame["line"].astype("str") == line, "item"].dropna()]
    named = {choice.code: choice.label(FIRST) for choice in column.choices}
    return [named.get(code, code) for code in dict.fromkeys(codes)] or list(named.values())


def _day(look: Look, table: str, row: str, step: str, column: str) -> date | None:
    """The day of the due of this record that ends with a step, whatever the branch calls its rule."""
    rules = [rule.id for rule in look.rules if rule.subject == table and not rule.event and rule.done.split("|")[0] == step]
    dues = look.dues
    found = dues.loc[dues["rule"].isin(rules) & (dues["row"] == row) & (dues["table"] == table), column].dropna()
    return None if found.empty else found.max().date()
