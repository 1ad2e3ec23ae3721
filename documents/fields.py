"""What a letter says: every value of the three kinds, from the rows it is about; what is missing is listed, never left blank."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from documents import interest, words
from sheets.schema import Table
from texts import FIRST, Lang, say

Row = Mapping[str, Any]
# What a line of a letter cannot hold: ends of lines, and what XML knows no sign for.
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]+")

RATING, LINE, LOAN = "rating_notice", "line_notice", "loan_notice"
TABLE = {RATING: "ratings", LINE: "credit_lines", LOAN: "loans"}  # whose row each kind is about
LAST = 4  # digits of an account that may stand in a letter


@dataclass(frozen=True)
class Paper:
    """All that one letter is made from. The dates were worked out by the rules; None where none of them says such a day.

    `record` is the row of TABLE[kind]; `manager`, `officer` and `maker` are rows of staff, `account` one of accounts, each
    empty where there is none. `tables` are the ledgers as the branch calls them.
    """

    kind: str
    tables: Mapping[str, Table]
    record: Row
    customer: Row
    manager: Row
    officer: Row
    maker: Row
    branch: str
    today: date
    account: Row = field(default_factory=dict)
    materials: Sequence[str] = ()
    opens_on: date | None = None  # from when a rating may be initiated
    submit_by: date | None = None  # by when it is to be with the approving branch
    renew_by: date | None = None  # by when a customer speaks up who wants to go on

    @property
    def ends_on(self) -> date | None:
        return day_of(self.record.get("matures_on" if self.kind == LOAN else "expires_on"))


@dataclass(frozen=True, slots=True)
class Lack:
    """A value without which the letter is not made: a cell of a ledger, or (without a ledger) a day that no rule gives."""

    table: str
    column: str

    def label(self, tables: Mapping[str, Table], lang: Lang) -> str:
        if not self.table:
            return say(f"letter.field.{self.column}", lang)
        table = tables[self.table]
        return say("letter.cell", lang, table=table.label(lang), column=table[self.column].label(lang))


@dataclass(frozen=True, slots=True)
class Field:
    """One value: its name, how it is got, and the cell that must be filled in where a letter cannot do without it."""

    name: str
    value: Callable[[Paper], str]
    need: tuple[str, str] | None = None
    when: Callable[[Paper], bool] = lambda _: True  # in which letters it is asked for


def values(paper: Paper) -> dict[str, str | list[str]]:
    """Every field by its name, in English and as a Chinese letter calls it; "" for what has nothing to say."""
    found: dict[str, str | list[str]] = {one.name: clean(one.value(paper)) for one in FIELDS[paper.kind]}
    if paper.kind == LINE:
        found["materials"] = [clean(one) for one in paper.materials]
    return found


def named(found: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    """The same, each also under the name by which a template calls it in Chinese."""
    return {**found, **{say(f"letter.field.{name}", FIRST): value for name, value in found.items()}}


def lacking(paper: Paper) -> list[Lack]:
    """What must be filled in before this letter can be made."""
    found = [Lack(*one.need) for one in FIELDS[paper.kind] if one.need and one.when(paper) and not clean(one.value(paper))]
    return list(dict.fromkeys(found))


def clean(text: str) -> str:
    """On one line, and nothing that a document cannot hold."""
    return _SPACE.sub(" ", text).strip()


def day_of(cell: Any) -> date | None:
    return cell if isinstance(cell, date) else None


def _text(row: str, column: str) -> Callable[[Paper], str]:
    def value(paper: Paper) -> str:
        cell = getattr(paper, row).get(column)
        return cell if isinstance(cell, str) else ""

    return value


def _choice(row: str, column: str) -> Callable[[Paper], str]:
    def value(paper: Paper) -> str:
        code = _text(row, column)(paper)
        table = paper.tables["customers" if row == "customer" else TABLE[paper.kind]]
        found = table[column].choice(code) if code else None
        return found.label(FIRST) if found else code

    return value


def _day(column: str) -> Callable[[Paper], str]:
    return lambda paper: _said(day_of(paper.record.get(column)))


def _said(on: date | None) -> str:
    return words.day(on) if on else ""


def _money(column: str, how: Callable[[int], str]) -> Callable[[Paper], str]:
    def value(paper: Paper) -> str:
        fen = paper.record.get(column)
        return how(fen) if isinstance(fen, int) and 0 <= fen < words.MOST else ""

    return value


def _left(paper: Paper) -> str:
    return str((paper.ends_on - paper.today).days) if paper.ends_on else ""


def _approver(paper: Paper) -> str:
    """The branch that approves, by name where one is written down, else by its level."""
    return _text("record", "approver")(paper) or _choice("record", "authority")(paper)


def _currency(paper: Paper) -> str:
    """A ledger that keeps no currency keeps 人民币."""
    column = paper.tables[TABLE[paper.kind]].column("currency")
    return (_choice("record", "currency")(paper) if column else "") or "人民币"


def _account(paper: Paper) -> str:
    """Its last four digits: a letter may go astray."""
    digits = _text("account", "number")(paper)
    return digits[-LAST:] if len(digits) > LAST else ""


def _interest(how: Callable[[interest.Accrued], str]) -> Callable[[Paper], str]:
    def value(paper: Paper) -> str:
        found = interest.accrued(paper.record)
        return how(found) if found else ""

    return value


def _submitted(paper: Paper) -> bool:
    """A line that is to end is not submitted anew."""
    return paper.record.get("intention") != "exit"


def _settles(paper: Paper) -> bool:
    """Interest that the contract settles in its own way is not worked out here, and the letter refers to the contract; where
    something else is not there, that is what is lacking."""
    asked = ("drawn_on", "matures_on", "balance", "rate", "interest_cycle")
    return paper.record.get("interest_cycle") != "custom" and all(paper.record.get(one) is not None for one in asked)


def _about(table: str) -> tuple[Field, ...]:
    """What every letter says."""
    return (
        Field("branch", lambda paper: paper.branch),
        Field("today", lambda paper: words.day(paper.today)),
        Field("customer_name", _text("customer", "name"), ("customers", "name")),
        Field("uscc", _text("customer", "uscc"), ("customers", "uscc")),
        Field("manager", _text("manager", "name"), ("customers", "owner")),
        Field("manager_phone", _text("manager", "phone"), ("staff", "phone"), lambda paper: paper.kind == LOAN),
        Field("officer", _text("officer", "name"), (table, "credit_officer") if table != "loans" else None),
        Field("officer_phone", _text("officer", "phone")),
        Field("made_by", _text("maker", "name"), ("staff", "name")),
        Field("days_left", _left),
    )


def _approval(table: str) -> tuple[Field, ...]:
    """What the two notices inside the bank say."""
    return (
        Field("effective_on", _day("effective_on"), (table, "effective_on")),
        Field("expires_on", _day("expires_on"), (table, "expires_on")),
        Field("authority", _choice("record", "authority"), (table, "authority")),
        Field("approver", _approver),
        Field("submit_by", lambda paper: _said(paper.submit_by), ("", "submit_by"), _submitted),
    )


FIELDS: dict[str, tuple[Field, ...]] = {
    RATING: (
        *_about("ratings"),
        *_approval("ratings"),
        Field("grade", _choice("record", "grade"), ("ratings", "grade")),
        Field("model", _choice("record", "model"), ("ratings", "model")),
        Field("statement_period", _text("record", "statement_period")),
        Field("industry", _choice("customer", "industry")),
        Field("size", _choice("customer", "size")),
        Field("opens_on", lambda paper: _said(paper.opens_on), ("", "opens_on")),
    ),
    LINE: (
        *_about("credit_lines"),
        *_approval("credit_lines"),
        Field("line_no", _text("record", "id")),
        Field("line_kind", _choice("record", "kind")),
        Field("currency", _currency),
        Field("amount", _money("amount", words.wan), ("credit_lines", "amount")),
        Field("amount_words", _money("amount", words.capital), ("credit_lines", "amount")),
        Field("used", _money("used", words.wan), ("credit_lines", "used")),
        Field("items", _text("record", "items")),
        Field("security", _choice("record", "security")),
    ),
    LOAN: (
        *_about("loans"),
        Field("contract_no", _text("record", "contract_no"), ("loans", "contract_no")),
        Field("loan_no", _text("record", "id")),
        Field("product", _choice("record", "product"), ("loans", "product")),
        Field("drawn_on", _day("drawn_on"), ("loans", "drawn_on")),
        Field("matures_on", _day("matures_on"), ("loans", "matures_on")),
        Field("amount", _money("amount", words.yuan), ("loans", "amount")),
        Field("balance", _money("balance", words.yuan), ("loans", "balance")),
        Field("balance_words", _money("balance", words.capital)),
        Field("rate", lambda paper: _rate(paper.record.get("rate")), ("loans", "rate")),
        Field("interest_cycle", _choice("record", "interest_cycle"), ("loans", "interest_cycle")),
        Field("interest_days", _interest(lambda one: str(one.days)), ("loans", "drawn_on"), _settles),
        Field("interest_from", _interest(lambda one: words.day(one.since))),
        Field("interest_basis", _interest(lambda _: f"实际天数/{interest.YEAR}")),
        Field("interest", _interest(lambda one: words.yuan(one.fen))),
        Field("account", _account, ("loans", "account")),
        Field("guarantor", _text("record", "guarantor")),
        Field("renew_by", lambda paper: _said(paper.renew_by)),
    ),
}


def _rate(cell: Any) -> str:
    return words.percent(cell) if isinstance(cell, int) and cell >= 0 else ""
