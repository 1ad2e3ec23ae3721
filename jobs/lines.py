"""What a mail says of one due: the task, whom it is about, by when; never an amount, a balance or a phone."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter
from typing import Any

import pandas as pd

from jobs import clean
from rules import wording
from rules.due import DATA
from rules.ledgers import Ledgers
from rules.rulebook import OWNER, Rule
from sheets.book import Book
from sheets.schema import Lang
from texts import say

TEXT = 200
log = logging.getLogger("huce.jobs")
PRIVATE = ("money", "phone", "email", "account")


@dataclass(frozen=True)
class Line:
    """One item of a mail, every part of it clean."""

    task: str
    who: str
    text: str
    owner: str
    due: date
    when: str  # 剩3天, 今天, 已逾期2天
    tags: tuple[str, ...] = ()  # 补发, 代张三, 责任人空缺

    def sentence(self, lang: Lang) -> str:
        tags = "".join(say("mail.tag", lang, tag=tag) for tag in (self.when, *self.tags))
        return say("mail.sentence", lang, task=self.task, who=self.who, text=self.text, owner=self.owner, tags=tags)


class Speaker:
    """Puts dues into words in one language; looks names up once."""

    def __init__(self, book: Book, rules: list[Rule], lang: Lang) -> None:
        customers = book.last_good("customers")
        short = customers["short_name"].where(customers["short_name"] != "", customers["name"])
        self.names = dict(zip(customers["id"], short, strict=True))
        self.staff = dict(zip(book.frame("staff")["id"], book.frame("staff")["name"], strict=True))
        self.rules = {rule.id: rule for rule in rules}
        self.book, self.lang = book, lang

    def line(self, row: Mapping[str, Any], today: date) -> Line:
        """`row`: a due with `left`, and of its alert: late, deputy_for, unresolved, owed_by (all may be missing).

        A row that cannot be put into words is still told, by its rule and number.
        """
        due = row["due"].date()
        try:
            return Line(
                clean.line(self._task(row)),
                clean.line(self._who(row), 40),
                clean.line(self._text(row), TEXT),
                clean.line(self._owner(row), 60),
                due,
                self._when(row, due, today),
                tuple(self._tags(row)),
            )
        except Exception:
            log.exception("%s cannot be put into words", row["key"])
            text = say("mail.plain_text", self.lang, due=due)
            return Line(clean.line(row["rule"]), clean.line(row["row"]), text, "", due, self._when(row, due, today))

    def _task(self, row: Mapping[str, Any]) -> str:
        rule = self.rules.get(row["rule"])
        return say("mail.data_task", self.lang) if rule is None else rule.name(self.lang)

    def _who(self, row: Mapping[str, Any]) -> str:
        """The customer's short name; for a record about no customer, what people call that record."""
        if row["customer"]:
            return str(self.names.get(row["customer"], row["customer"]))
        table = self.book.tables[row["table"]]
        title = table.column(table.title)
        if title is None or title.kind not in ("text", "date") or title.sensitive:
            return str(row["row"])
        shown = wording.shown(title, self.book.last_good(table.key)[title.key].iloc[row["place"]], self.lang)
        return shown or str(row["row"])

    def _text(self, row: Mapping[str, Any]) -> str:
        rule = self.rules.get(row["rule"])
        if rule is None:
            return self._unreadable(row)
        text = rule.text_en or rule.text_zh if self.lang == "en" else rule.text_zh
        try:
            return text.format_map(self._values(text, row))
        except (ValueError, LookupError, AttributeError, TypeError):  # a brace in the branch's own words; the due counts
            return say("mail.plain_text", self.lang, due=f"{row['due']:%Y-%m-%d}")

    def _values(self, text: str, row: Mapping[str, Any]) -> wording.Values:
        """Words for the placeholders; a mail leaves the house, so figures and contacts stay behind (domain §8)."""
        values = wording.Values(dict(row), self.book, self.lang)
        for _, name, _, _ in Formatter().parse(text):
            column = self.book.tables[row["table"]].column(name or "")
            if column is not None and (column.sensitive or column.kind in PRIVATE):
                values[column.key] = say("mail.private", self.lang)
        return values

    def _unreadable(self, row: Mapping[str, Any]) -> str:
        table = self.book.tables[row["table"]]
        column = table.column(str(row["occurrence"]))
        label = column.label(self.lang) if column else str(row["occurrence"])
        return say("mail.data_text", self.lang, table=table.label(self.lang), row=row["row"], column=label)

    def _owner(self, row: Mapping[str, Any]) -> str:
        roles = say("rule.and", self.lang).join(wording.role_name(role, self.lang) for role in str(row["roles"]).split(";"))
        name = self.staff.get(row.get("owed_by"), "")
        if name and row["roles"] == OWNER:  # whoever the record names: his name says it
            return str(name)
        return say("mail.owner", self.lang, roles=roles, name=name) if name else roles

    def _when(self, row: Mapping[str, Any], due: date, today: date) -> str:
        if row["rule"] == DATA:
            return say("mail.today", self.lang)
        days = (due - today).days
        if days == 0:
            return say("mail.today", self.lang)
        one = "_one" if abs(days) == 1 else ""
        return say(f"mail.overdue{one}" if days < 0 else f"mail.left{one}", self.lang, days=abs(days))

    def _tags(self, row: Mapping[str, Any]) -> list[str]:
        tags = []
        if row.get("late") is True:
            tags.append(say("mail.late", self.lang))
        if row.get("deputy_for"):
            name = self.staff.get(row["deputy_for"], row["deputy_for"])
            tags.append(say("mail.deputy", self.lang, name=clean.line(name, 20)))
        if row.get("unresolved") is True:
            tags.append(say("mail.unresolved", self.lang))
        if row["provisional"]:
            tags.append(say("mail.provisional", self.lang, year=row["due"].year))
        return tags


def sentences(found: pd.DataFrame, book: Book, rules: list[Rule], ledgers: Ledgers, lang: Lang) -> list[str]:
    """The alert sentence of each due, for the ledger and the terminal."""
    speaker, today = Speaker(book, rules, lang), ledgers.now.date()
    rows = wording.with_left(found, ledgers).to_dict("records")
    return [speaker.line({str(k): v for k, v in row.items()}, today).sentence(lang) for row in rows]
