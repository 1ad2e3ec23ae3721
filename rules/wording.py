"""What a due says for itself: one line, action first, with the row's own words in it (domain §11)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from rules import conditions
from rules.due import DATA
from rules.ledgers import Ledgers
from rules.rulebook import Rule
from rules.spans import Span
from rules.steps import WORD
from sheets import cells
from sheets.book import Book
from sheets.schema import Lang
from sheets.tables.words import ROLES
from texts import say


def role_name(role: str, lang: Lang) -> str:
    """客户经理, Relationship manager; the row's own owner is 责任人."""
    found = next((choice for choice in ROLES if choice.code == role), None)
    return found.label(lang) if found else say("rule.owner", lang)


def step(code: str, lang: Lang) -> str:
    """A step of a reminder as the alert ledger keeps it: 提前3天, 逾期第2个工作日, 当天 16:30."""
    if code.startswith("again:"):
        return say("rule.step.again", lang, day=code.removeprefix("again:"))
    if code == "overdue":
        return say("rule.step.overdue", lang)
    found = WORD.fullmatch(code)
    if found is None:  # of a version that knew more
        return code
    if found["share"]:
        said = say("rule.step.share", lang, n=found["share"])
    elif found["sign"]:
        said = say("rule.step.since" if found["sign"] == "+" else "rule.step.until", lang, n=found["dn"])
    elif found["n"]:
        said = say(f"rule.step.{'after' if found['plus'] else 'before'}_{found['unit'].lower()}", lang, n=found["n"])
    else:
        said = say(f"rule.step.{(found['name'] or 'due').lower()}", lang)
    return f"{said} {found['clock']}" if found["clock"] else said


def sentences(found: pd.DataFrame, book: Book, rules: list[Rule], lang: Lang) -> list[str]:
    """One line for each due of a frame, in its order."""
    by_id = {rule.id: rule for rule in rules}
    names = _names(book)
    return [_sentence(row, book, by_id, names, lang) for row in found.to_dict("records")]


def _names(book: Book) -> dict[str, str]:
    frame = book.last_good("customers")
    short = frame["short_name"].where(frame["short_name"] != "", frame["name"])
    return dict(zip(frame["id"], short, strict=True))


def _sentence(row: dict[Any, Any], book: Book, by_id: dict[str, Rule], names: dict[str, str], lang: Lang) -> str:
    customer = names.get(row["customer"], row["customer"])
    if row["rule"] == DATA:
        column = book.tables[row["table"]][row["occurrence"]].label(lang)
        table = book.tables[row["table"]].label(lang)
        return say("rule.unreadable", lang, customer=customer, table=table, row=row["row"], column=column)
    rule = by_id[row["rule"]]
    text = rule.text_zh if lang == "zh" else rule.text_en or rule.text_zh
    values = Values(row, book, lang)
    return say(
        "rule.line",
        lang,
        name=rule.name(lang),
        customer=customer,
        text=text.format_map(values),
        roles=say("rule.and", lang).join(role_name(role, lang) for role in rule.roles),
    )


class Values(dict[str, str]):
    """Words for the placeholders of a rule's text: the due's own dates, and any column of its row. Unknown: blank."""

    def __init__(self, row: dict[str, Any], book: Book, lang: Lang) -> None:
        super().__init__(
            due=_day(row["due"]),
            anchor=_day(row["anchor"]),
            opens=_day(row["opens"]),
            occurrence=str(row["occurrence"]),
            left=_left(row, lang),
            id=str(row["row"]),
        )
        self._row, self._book, self._lang = row, book, lang

    def __missing__(self, key: str) -> str:
        column = self._book.tables[self._row["table"]].column(key)
        if column is None:
            return ""
        value = self._book.last_good(self._row["table"])[key].iloc[self._row["place"]]
        return shown(column, value, self._lang)


def shown(column: Any, value: Any, lang: Lang) -> str:
    """A value out of a frame, for people."""
    if conditions.blank(value):
        return ""
    plain = value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
    if column.kind == "date":
        plain = plain.date()
    return cells.show(column, plain, lang)


def _day(value: Any) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) and value is not pd.NaT else "—"


def _left(row: dict[str, Any], lang: Lang) -> str:
    return say("rule.late" if row["left"] < 0 else "rule.left", lang, days=abs(row["left"])) if "left" in row else ""


def with_left(found: pd.DataFrame, ledgers: Ledgers) -> pd.DataFrame:
    """Adds the days left until the date a due was counted from (negative: gone by)."""
    today = pd.Timestamp(ledgers.now.date())
    left = (found["anchor"] - today).dt.days
    return found.assign(left=left.fillna(0).astype("int64"))


def length(span: Span, lang: Lang) -> str:
    """3个月, 15天, 1个月+10个工作日; nothing at all is "当天"."""
    parts = [say(f"rule.{unit}", lang, n=n) for unit, n in (("months", span.months), ("days", span.days), ("workdays", span.workdays)) if n]
    return " + ".join(parts) or say("rule.same_day", lang)
