"""One rule ready to be asked, and how the cells are read that rules of every verb have."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast, get_args

from rules import conditions, placeholders, spans, steps, until
from rules.bands import NO_BANDS, BadBands, Bands
from rules.bands import read as read_bands
from rules.calendar import Roll
from rules.conditions import Condition
from rules.ledgers import customer_way, owner_column
from rules.periods import Every
from rules.spans import NO_LEAD, NO_SPAN, Lead, Span
from rules.steps import Step
from rules.until import NO_UNTIL, Until
from sheets.schema import Issue, Table
from sheets.tables.words import ROLES
from texts import say

ROLE_CODES = tuple(choice.code for choice in ROLES)
DATA = "DATA"  # stands for a rule where an unreadable or missing date is itself due
OWNER = "owner"  # whoever the row itself names
WHO = (*ROLE_CODES, OWNER)  # everybody a due can mean
DATES = ("date", "datetime")
SPOKEN = ("name_zh", "name_en", "text_zh", "text_en")  # cells of a rule that a due says
Row = Mapping[str, str]
Tables = Mapping[str, Table]
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule ready to be asked. `done` holds columns of the subject (or of the event); `soft` ends by itself when due.

    `since`: columns of the subject from which it owes. `until`: the day within a period by which it is owed. `handed`: a
    colleague's act set its clock going. `by_role`: only what somebody of the owing role did counts.
    """

    id: str
    name_zh: str
    name_en: str
    verb: str
    subject: str
    clause: str
    roles: tuple[str, ...]
    text_zh: str
    text_en: str
    row: Row
    bands: Bands = NO_BANDS
    pick: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    date: str = ""
    event: str = ""
    link: str = ""
    event_where: tuple[Condition, ...] = ()
    lead: Lead = NO_LEAD
    limit: Span = NO_SPAN
    until: Until = NO_UNTIL
    roll: Roll = "none"
    count: int = 1
    window: Every | Span | None = None
    window_from: Literal["due", "anchor"] = "due"  # the window is counted back from the due date, or from the date itself
    since: str = ""
    tiers: tuple[str, ...] = ()
    done: str = ""
    soft: bool = False
    steps: tuple[Step, ...] = ()
    immediate: bool = False
    letter: str = ""
    handed: bool = False
    by_role: bool = False

    def title(self, lang: str) -> str:
        """The cell from which each of its dues takes its name (see rules.placeholders)."""
        return self.name_zh if lang == "zh" or not self.name_en else self.name_en

    def name(self, lang: str) -> str:
        """What the rule itself is called, of no due in particular: 评级即将到期／评级逾期."""
        some = say("rule.some", lang)
        named = (placeholders.fill(one, lambda _: "", some, lambda _: False) for one in placeholders.sentences(self.title(lang)))
        return say("rule.either", lang).join(dict.fromkeys(named))

    def text(self, lang: str) -> str:
        return self.text_zh if lang == "zh" else self.text_en or self.text_zh


class BadRule(ValueError):
    """One cell of a rules row cannot be used: the column, and the code of the sentence."""

    def __init__(self, column: str, code: str, raw: str) -> None:
        super().__init__(code)
        self.column, self.code, self.raw = column, code, raw

    def issue(self, rule: str, *, warning: bool = False) -> Issue:
        cell = f"{rule}.{self.column}"
        return Issue("rules", rule, self.column, cell, self.code, self.raw, warning=warning, values={"rule": rule})


def base(row: Row, tables: Tables, *, opens: bool, soft: bool = False) -> dict[str, Any]:
    """The fields that rules of every verb have. `opens`: its dues have a first day, for steps that count from it. `soft`: its
    dues end by themselves on the due day, which is then not told of.

    Raises BadRule.
    """
    subject = row["subject"]
    if subject not in tables:
        raise BadRule("subject", "rule.no_table", subject)
    roles = tuple(dict.fromkeys(_words(row["roles"])))
    if not roles or any(role not in {*ROLE_CODES, OWNER} for role in roles):
        raise BadRule("roles", "rule.bad_role", row["roles"])
    if OWNER in roles and not owner_column(tables[subject]):
        raise BadRule("roles", "rule.no_owner", row["roles"])
    return {
        "id": row["id"],
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
        "verb": row["verb"],
        "subject": subject,
        "clause": row["clause"],
        "roles": roles,
        "text_zh": row["text_zh"],
        "text_en": row["text_en"],
        "row": dict(row),
        "bands": _cell(row, "bands", lambda text: read_bands(text, tables[subject], (*ROLE_CODES,)), BadBands, "rule.bad_bands"),
        "where": comparisons(row, "where", subject, tables),
        "tiers": _tiers(row, subject, tables),
        "steps": _steps(row, opens=opens, soft=soft),
        "roll": _roll(row),
        "immediate": row["immediate"] == "yes",
        "letter": _letter(row, tables),
    }


def faults_of_words(row: Row, tables: Tables, ids: Collection[str]) -> list[BadRule]:
    """Names and texts with a blank that nothing can fill, or with bars that part nothing: the rule works all the same
    and speaks in plain words. `ids`: the numbers of all rules of the sheet."""
    found: list[BadRule] = []
    for column in SPOKEN:
        lost = [f"{{due={other}}}" for other in placeholders.rules_of(row[column]) if other not in ids]
        blank = placeholders.unknown(row[column], tables[row["subject"]]) or next(iter(lost), "")
        parts = placeholders.ill_parted(row[column], window=bool(row["window"]))
        found += [BadRule(column, "rule.bad_blank", blank)] if blank else []
        found += [BadRule(column, "rule.bad_parts", parts)] if parts else []
    return found


def columns(row: Row, column: str, table: str, tables: Tables, kinds: tuple[str, ...] = DATES) -> str:
    """ "a|b" where each names a column of a kind. Raises BadRule."""
    names = [w for w in row[column].replace(" ", "").split("|") if w]
    if row[column] and not names:
        raise BadRule(column, "rule.no_column", row[column])
    for name in names:
        found = tables[table].column(name)
        if found is None or found.kind not in kinds:
            raise BadRule(column, "rule.no_column", name)
    return "|".join(names)


def needed(row: Row, *names: str) -> None:
    """Raises BadRule for the first of the cells that is blank."""
    for column in names:
        if not row[column]:
            raise BadRule(column, "rule.blank", "")


def span(row: Row, column: str, read: Callable[[str], Answer]) -> Answer:
    """A length of time out of a cell. Raises BadRule."""
    return _cell(row, column, read, spans.BadSpan, "rule.bad_span", whole=True)


def until_of(row: Row) -> Until:
    """Until when within a period. Raises BadRule."""
    return _cell(row, "due", until.read, spans.BadSpan, "rule.bad_until", whole=True)


def comparisons(row: Row, column: str, table: str, tables: Tables) -> tuple[Condition, ...]:
    """Raises BadRule."""
    return _cell(row, column, lambda text: conditions.read(text, table, tables), conditions.BadCondition, "rule.bad_condition")


def events(row: Row, subject: str, tables: Tables) -> dict[str, Any]:
    """The rows of another ledger that count, and the reference by which they belong to the subject. Raises BadRule."""
    if row["event"] not in tables:
        raise BadRule("event", "rule.no_table", row["event"])
    link = tables[row["event"]].column(row["link"])
    target = "" if link is None else link.ref if link.kind == "ref" else "staff" if link.kind == "staff" else ""
    if target != subject:
        raise BadRule("link", "rule.no_column", row["link"])
    return {"event": row["event"], "link": row["link"], "event_where": comparisons(row, "event_where", row["event"], tables)}


def _cell(row: Row, column: str, read: Callable[[str], Answer], bad: type[ValueError], code: str, *, whole: bool = False) -> Answer:
    try:
        return read(row[column])
    except bad as error:
        raise BadRule(column, code, row[column] if whole else str(error)) from error


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.replace(";", ",").split(",") if word.strip()]


def _tiers(row: Row, subject: str, tables: Tables) -> tuple[str, ...]:
    tiers, known = tuple(_words(row["tiers"])), tables["customers"]["tier"]
    if any(known.choice(tier) is None for tier in tiers):
        raise BadRule("tiers", "rule.bad_tier", row["tiers"])
    if tiers and subject != "customers" and not customer_way(tables, subject):
        raise BadRule("tiers", "rule.no_customer", row["tiers"])
    return tiers


def _roll(row: Row) -> Roll:
    roll = row["roll"] or "none"
    if roll not in get_args(Roll):
        raise BadRule("roll", "rule.bad_roll", row["roll"])
    return cast(Roll, roll)


def _letter(row: Row, tables: Tables) -> str:
    if row["letter"] and tables["letters"]["kind"].choice(row["letter"]) is None:
        raise BadRule("letter", "rule.bad_letter", row["letter"])
    return row["letter"]


def _steps(row: Row, *, opens: bool, soft: bool) -> tuple[Step, ...]:
    reminders = _cell(row, "remind", steps.read_remind, steps.BadStep, "rule.bad_step")
    ladder = _cell(row, "ladder", lambda text: steps.read_ladder(text, ROLE_CODES), steps.BadStep, "rule.bad_step")
    for column, found in (("remind", reminders), ("ladder", ladder)):
        lost = next((step for step in found if step.from_opening and not opens), None)
        if lost is not None:
            raise BadRule(column, "rule.no_window", lost.at)
    if row["repeat"] not in {"", "1d", "1wd"}:
        raise BadRule("repeat", "rule.bad_repeat", row["repeat"])
    own = () if soft else (Step("due"), Step("overdue"))
    again = (Step(f"again:{row['repeat']}"),) if row["repeat"] else ()
    return (*reminders, *own, *ladder, *again)
