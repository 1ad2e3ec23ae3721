"""What a due says: the task, whom it is about, what is to be done, by when. The screen, the mails and the letters ask here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from rules import figure, placeholders, wording
from rules.ledgers import Ledgers
from rules.rule import DATA, OWNER, Rule
from sheets.cells.units import measured
from sheets.names import of_people
from sheets.schema import Column
from texts import Lang, say
from texts.clean import line

Voice = Literal["screen", "mail", "letter"]
LONGEST = 200  # characters of the text
PRIVATE = ("money", "phone", "email", "account")  # stay in the portal: a mail leaves the branch (domain §8)


@dataclass(frozen=True, slots=True)
class DueText:
    """One due in words, each part on one line, fit for a screen, a mail and a ledger."""

    task: str
    who: str
    text: str
    owner: str
    due: date
    when: str  # 剩3天, 今天, 已逾期2天
    tags: tuple[str, ...] = ()  # 补发, 代张三, 责任人空缺
    why: str = ""  # 为什么提醒: see rules.evidence

    def sentence(self, lang: Lang, *, owner: bool = True) -> str:
        """【授信上报截止】甲公司 …（剩3天） —— 责任人 客户经理 白川."""
        tags = "".join(say("mail.tag", lang, tag=tag) for tag in (self.when, *self.tags) if tag)
        code = "mail.sentence" if owner and self.owner else "mail.own_sentence"
        return say(code, lang, task=self.task, who=self.who, text=self.text, owner=self.owner, tags=tags)


class Speaker:
    """Puts the dues of one look into words, in one language and with one voice; looks every name up once."""

    def __init__(self, ledgers: Ledgers, rules: Sequence[Rule], lang: Lang, voice: Voice, every: pd.DataFrame | None = None) -> None:
        """`every`: the dues of this look, for words about two of them falling on one day."""
        self.ledgers, self.lang, self.voice, self.every = ledgers, lang, voice, every
        self.rules = {rule.id: rule for rule in rules}
        self.today = ledgers.now.date()
        customers = ledgers.frame("customers")
        short = customers["short_name"].where(customers["short_name"] != "", customers["name"])
        self.names = dict(zip(customers["id"], short, strict=True))
        self.staff = of_people(ledgers.frame("staff"))
        self._texts: dict[str, tuple[str, str, str]] = {}
        self._days: dict[str, frozenset[tuple[str, pd.Timestamp]]] = {}
        self._sound: dict[tuple[str, str], bool] = {}  # cells of rules that can be filled in
        self._owners: dict[tuple[str, str, str], str] = {}
        self._nothing = say("rule.not_filled", lang)
        self._whens: dict[int, str] = {}  # by how many days are left
        self._unread = {(issue.table, issue.row, issue.column) for issue in ledgers.book.issues if not issue.warning}

    def say(self, due: Mapping[str, Any]) -> DueText:
        """`due`: a row of the dues; beside its columns it may have late, deputy_for, unresolved and owed_by (a staff id)."""
        key = str(due["key"])
        if key not in self._texts:
            self._texts[key] = (line(self._task(due)), line(self._who(due), 40), line(self._text(due), LONGEST))
        day = due["due"].date()
        whose = (str(due["roles"]), str(due["owner"]), str(due.get("owed_by") or ""))
        if whose not in self._owners:
            self._owners[whose] = line(self._owner(due), 60)
        return DueText(*self._texts[key], self._owners[whose], day, self._when(due, day), tuple(self._tags(due)))

    def _task(self, due: Mapping[str, Any]) -> str:
        rule = self.rules.get(due["rule"])
        if rule is None:
            return say("mail.blank_task" if self._not_filled(due) else "mail.data_task", self.lang)
        return self._filled(due, rule, rule.title(self.lang)) or say("mail.plain_task", self.lang, rule=rule.id)

    def _who(self, due: Mapping[str, Any]) -> str:
        """The customer's short name; for a record about no customer, what people call that record."""
        if due["customer"]:
            return str(self.names.get(due["customer"]) or due["customer"])
        table = self.ledgers.table(due["table"])
        title = table.column(table.title)
        if title is None or title.sensitive or title.kind not in {"text", "long", "date"}:
            return str(due["row"])
        return self._shown(title, self._cell(due, title.key)) or str(due["row"])

    def _text(self, due: Mapping[str, Any]) -> str:
        rule = self.rules.get(due["rule"])
        if rule is None:
            return self._unreadable(due)
        return self._filled(due, rule, rule.text(self.lang)) or say("mail.plain_text", self.lang, due=self._day(due["due"]))

    def _filled(self, due: Mapping[str, Any], rule: Rule, cell: str) -> str:
        """What a cell of the rule says of this due; "" where it cannot be read: an Issue says so at the rule's row, and
        the due counts."""
        if (rule.id, cell) not in self._sound:
            table, window = self.ledgers.table(rule.subject), bool(rule.window)
            self._sound[rule.id, cell] = not (placeholders.unknown(cell, table) or placeholders.ill_parted(cell, window=window))
        if not self._sound[rule.id, cell]:
            return ""
        words = placeholders.at(cell, self._stage(due, rule))
        return placeholders.fill(words, lambda name: self._value(due, name), self._nothing, lambda name: self._private(due, name))

    def _stage(self, due: Mapping[str, Any], rule: Rule) -> placeholders.Stage:
        """Which of the rule's words are true of this due: by the day it was done on, or else today."""
        day, met, opens = due["due"], due["met_on"], due["opens"]
        until = pd.Timestamp(self.today) if pd.isna(met) else met
        if until > day or (rule.soft and (not pd.isna(met) or until >= day)):
            return 2
        return 0 if not pd.isna(opens) and until < opens else 1

    def _private(self, due: Mapping[str, Any], name: str) -> bool:
        column = figure.column(self.ledgers.table(due["table"]), name)
        return self.voice == "mail" and not placeholders.own(name) and (column is None or column.sensitive or column.kind in PRIVATE)

    def _value(self, due: Mapping[str, Any], name: str) -> str:
        """What a blank of the rule's text says; "" when there is nothing to say."""
        match name:
            case "due" | "anchor" | "opens":
                return self._day(due[name])
            case "occurrence":
                return wording.period(str(due["occurrence"]), self.lang)
            case "last":  # the day of the last time, where there was one
                return self._day(due["anchor"]) if due["done"] else ""
            case "left":
                return self._left(due["anchor"])
            case "id":
                return str(due["row"])
            case "done" | "wanted":
                return str(due[name])
            case "lacking":
                return str(max(0, due["wanted"] - due["done"]))
        if name.startswith(placeholders.SAME_DAY):
            return "=" if self._falls_together(due, name.removeprefix(placeholders.SAME_DAY)) else ""
        if self._private(due, name):
            return say("mail.private", self.lang)
        column = figure.column(self.ledgers.table(due["table"]), name)
        return "" if column is None else self._shown(column, self._cell(due, name))

    def _falls_together(self, due: Mapping[str, Any], rule: str) -> bool:
        """Whether another rule wants something of the same row on the same day."""
        if rule not in self._days:
            found = self.every if self.every is not None and rule in self.rules else None
            found = found if found is None else found.loc[(found["rule"] == rule) & ~found["state"].isin(("waived", "superseded"))]
            self._days[rule] = frozenset() if found is None else frozenset(zip(found["row"], found["due"], strict=True))
        other = self.rules.get(rule)
        same = other is not None and other.subject == due["table"]
        return same and (due["row"], due["due"]) in self._days[rule]

    def _cell(self, due: Mapping[str, Any], column: str) -> Any:
        """The row is found by its id: positions belong to one book only."""
        return self.ledgers.cell(due["table"], due["row"], column)

    def _shown(self, column: Column, value: Any) -> str:
        if isinstance(value, pd.Timestamp) and column.kind == "date":
            return self._day(value)
        if column.kind in {"ref", "staff", "staffs"} and isinstance(value, str):
            names = self.names if column.ref == "customers" else self.staff
            return say("rule.and", self.lang).join(str(names.get(one) or one) for one in value.split(";") if one)
        shown = wording.show(column, value, self.lang)
        return measured(shown, column.unit, self.lang) if column.kind == "money" else shown

    def _day(self, value: Any) -> str:
        if self.voice != "letter" or not isinstance(value, pd.Timestamp) or value is pd.NaT:
            return wording.day(value)
        return say("rule.letter_day", self.lang, year=value.year, month=say(f"mail.month.{value.month}", self.lang), day=value.day)

    def _left(self, anchor: Any) -> str:
        if anchor is pd.NaT:
            return ""
        days = (anchor.date() - self.today).days
        return say("rule.late" if days < 0 else "rule.left", self.lang, days=abs(days))

    def _unreadable(self, due: Mapping[str, Any]) -> str:
        table = self.ledgers.table(due["table"])
        column = table.column(str(due["occurrence"]))
        label = column.label(self.lang) if column else str(due["occurrence"])
        code = "mail.blank_text" if self._not_filled(due) else "mail.data_text"
        return say(code, self.lang, table=table.label(self.lang), row=due["row"], column=label)

    def _not_filled(self, due: Mapping[str, Any]) -> bool:
        """Of a record that is due itself: its date is not there at all, rather than there and not to be read."""
        return (str(due["table"]), str(due["row"]), str(due["occurrence"])) not in self._unread

    def _owner(self, due: Mapping[str, Any]) -> str:
        """Roles, and the person's name where it is known; whoever the record names is called by name alone."""
        roles, name = str(due["roles"]).split(";"), str(self.staff.get(due.get("owed_by") or "", ""))
        if OWNER not in roles:
            said = self._listed(wording.role_name(role, self.lang) for role in roles)
            return say("mail.owner", self.lang, roles=said, name=name) if name else said
        if roles != [OWNER] or not name:
            name = str(self.staff.get(due["owner"], due["owner"]))
        return self._listed(name if role == OWNER else wording.role_name(role, self.lang) for role in roles)

    def _listed(self, words: Iterable[str]) -> str:
        return say("rule.and", self.lang).join(word for word in words if word)

    def _when(self, due: Mapping[str, Any], day: date) -> str:
        days = (day - self.today).days
        if due["rule"] == DATA and self._not_filled(due):
            return ""
        if due["rule"] == DATA:
            return say("mail.today", self.lang)
        if days not in self._whens:
            code = "mail.overdue" if days < 0 else "mail.left" if days else "mail.today"
            self._whens[days] = say(code, self.lang, days=abs(days))
        return self._whens[days]

    def _tags(self, due: Mapping[str, Any]) -> Iterable[str]:
        if due.get("late") is True:
            yield say("mail.late", self.lang)
        if due.get("deputy_for"):
            yield say("mail.deputy", self.lang, name=line(self.staff.get(due["deputy_for"], due["deputy_for"]), 20))
        if due.get("unresolved") is True:
            yield say("mail.unresolved", self.lang)
        if due["provisional"]:
            yield say("mail.provisional", self.lang, year=due["due"].year)


def rows(found: pd.DataFrame) -> list[dict[str, Any]]:
    """The dues of a frame as plain rows, in its order."""
    names = [str(name) for name in found.columns]
    plain = [_plain(found[name]) for name in found.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*plain, strict=True)]


def _plain(column: pd.Series) -> Sequence[Any]:
    if column.dtype.kind == "M":  # of many rows but few moments, each is made a single time
        codes, moments = pd.factorize(column)
        return list(np.array([*moments, pd.NaT], object)[codes])
    return column.tolist() if column.dtype.kind in "biuf" else list(column.to_numpy(object))
