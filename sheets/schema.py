"""The nouns of a workbook: a table, its columns, and what is said about a cell that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from operator import and_
from typing import Any, Literal, TypeVar, cast

from texts import Lang

Answer = TypeVar("Answer")  # yes or no: of one row a bool, of a column a mask

Kind = Literal[
    "text",
    "long",
    "date",
    "datetime",
    "monthday",
    "integer",
    "money",
    "percent",
    "yesno",
    "choice",
    "choices",
    "ref",
    "staff",
    "staffs",
    "phone",
    "email",
    "uscc",
    "account",
    "file",
]
Group = Literal["people", "customers", "visits", "plans", "opportunities", "deposits", "credit", "fees", "work", "branch", "own"]

# What a readable cell becomes. Money is integer fen; percent is integer ten-thousandths of a percent
# (3.45 % is 34_500); many choices and many staff are codes joined by ";"; instants are naive Asia/Shanghai.
Value = str | int | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a list: stored as its code, shown and accepted in Chinese and English and by its aliases. Whoever reads
    another language is shown the English one; the same holds of columns and ledgers."""

    code: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()

    def label(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key never changes, its labels may."""

    key: str
    zh: str
    en: str
    kind: Kind = "text"
    choices: tuple[Choice, ...] = ()
    required: bool = False
    unit: str = ""  # what a bare number means: "万元", "元", "%", "人", "天" …
    ref: str = ""  # the table that a reference names
    sensitive: bool = False  # masked in lists, exports and mails until somebody unmasks it on record
    auto: bool = False  # filled in by Huce, never asked of a person
    fact: bool = False  # says that something has happened: a day after the one it is written down on is no fact yet
    after: str = ""  # the column of the same row that it may not lie before
    stamp: bool = False  # the moment of an act: Huce writes it down, a form does not ask for it
    act: str = ""  # the column of the same row whose filling is the act of which this is the day or moment: "result=match,differs"
    follows: str = ""  # the step of the same row that must have been taken before this one
    apart: str = ""  # somebody else than who is named there: "owner", "customer.owner"
    entered: str = ""  # the column of the same row that keeps when this was written down
    required_when: str = ""  # asked for only while another column says so: "kind=business", "stage=signed,landed"
    progress: bool = False  # how far a reviewed plan is: changes without a reason
    held: bool = False  # one role's act: typed into a spreadsheet it waits for somebody to confirm it in the portal
    aliases: tuple[str, ...] = ()
    help_zh: str = ""
    help_en: str = ""
    usual: int = 100_000  # 万元 (of money): half the rows of a file lie below it; more is asked about where no unit is said

    def label(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en

    def help(self, lang: Lang) -> str:
        return self.help_zh if lang == "zh" else self.help_en

    def choice(self, code: str) -> Choice | None:
        return next((c for c in self.choices if c.code == code), None)


@dataclass(frozen=True, slots=True)
class Table:
    """A ledger, and everything that is to be said about it; no other file lists tables by name.

    `title` names the column by which a person knows a row. `parent` names the reference whose row this one belongs to:
    who sees that row sees this one. `owners` say whose a row is, the first of them foremost; `customer`, whom it is
    about, where there is such a column. A person may call a row by what stands in `called`. Where no id is given, each
    way of `natural` (columns that together name one row) is tried in turn. `number` is how rows are numbered:
    "KH{:06d}", "FW-{day}-{:03d}"; "" where nobody ever sees the id. `since` is from when a row is owed its first visit or
    check: a date column, or "a|b" for b where a is blank. `one` names rows that speak of one thing, and in what they
    must agree then: "customer, effective_on: grade, expires_on". `complete` is what a row of its kind holds; one that does not
    is none yet: "a|b" for either of two columns, "kind=business: a|b" where it is asked of some rows only. What is `wished`
    for besides is asked about, and counts nothing out. One that is `inside` is Huce's own: it has no tab in a spreadsheet.
    What is typed there into one that is `held` waits, whole, for somebody to confirm it in the portal. `dated`: the columns
    that date an act, each with the column and the choices by which it is done (see `doing`).
    """

    key: str
    zh: str
    en: str
    group: Group
    columns: tuple[Column, ...]
    title: str = "id"
    aliases: tuple[str, ...] = ()
    parent: str = ""
    owners: tuple[str, ...] = ()
    customer: str = "customer"
    called: tuple[str, ...] = ()
    natural: tuple[tuple[str, ...], ...] = ()
    number: str = ""
    since: str = ""
    one: str = ""
    complete: tuple[str, ...] = ()
    wished: tuple[str, ...] = ()
    inside: bool = False
    held: bool = False
    dated: tuple[tuple[Column, str, tuple[str, ...]], ...] = field(init=False, repr=False, compare=False)
    _by_key: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dated", tuple((column, *doing(column.act)) for column in self.columns if column.act))
        object.__setattr__(self, "_by_key", {column.key: column for column in reversed(self.columns)})

    def label(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en

    @property
    def numbered(self) -> bool:
        """Whether people know its rows by their ids: each has a number, given or typed."""
        return bool(self.number) or any(column.key == "id" and column.required for column in self.columns)

    def column(self, key: str) -> Column | None:
        return self._by_key.get(key)

    def __getitem__(self, key: str) -> Column:
        found = self.column(key)
        if found is None:
            raise KeyError(f"table {self.key} has no column {key}")
        return found


def condition(text: str) -> tuple[str, tuple[str, ...]]:
    """ "kind=business,other" → ("kind", ("business", "other")); ("", ()) when it is none."""
    key, equals, words = text.partition("=")
    codes = tuple(word.strip() for word in words.split(",") if word.strip())
    return (key.strip(), codes) if equals and key.strip() and codes else ("", ())


def doing(act: str) -> tuple[str, tuple[str, ...]]:
    """ "feedback" → ("feedback", ()): anything written there is the act; "result=match" → ("result", ("match",))."""
    key, codes = condition(act)
    return key or act, codes


def alike(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """ "customer, as_of: balance" → (("customer", "as_of"), ("balance",)): what names one thing, and what is said of it."""
    key, _, says = text.partition(":")
    first, second = (tuple(word.strip() for word in part.split(",")) for part in (key, says))
    return first, second


def needs(clause: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """ "kind=business: a|b" → ("kind", ("business",), ("a", "b")); the first two are blank where it is asked of every row.

    "written_on: a|b" asks it of rows in which the first holds anything.
    """
    when, _, either = clause.rpartition(":")
    return (*doing(when.strip()), tuple(word.strip() for word in either.split("|")))


def lacks(clause: str, blank: Callable[[str], Answer], says: Callable[[str, tuple[str, ...]], Answer]) -> Answer:
    """Where a clause of `Table.complete` is asked and not met: of one row, or of a whole column, as the two answers are.

    `blank`: a column holds nothing; `says`: a column says one of the codes.
    """
    key, codes, either = needs(clause)
    found: Any = reduce(and_, (blank(column) for column in either))
    if codes:
        found = found & says(key, codes)
    elif key:
        found = found > blank(key)  # of two truths the first is the greater where only it holds
    return cast(Answer, found)


@dataclass(frozen=True, slots=True)
class Issue:
    """A cell (or row) that cannot be taken as it stands. The raw text is kept; `code` names the sentence in texts/.

    `cell` is an address a person can find: "F27" in a file or sheet, "row-id.column" in the portal.
    `good` is the last good value, which keeps a deadline alive. A warning is taken and shown all the same.
    """

    table: str
    row: str
    column: str
    cell: str
    code: str
    raw: str = ""
    good: Value = None
    warning: bool = False
    since: datetime | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unread:
    """Stands in an edit for a cell that could not be read: the text exactly as typed, and why."""

    raw: str
    code: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Somebody changed a row. `before` is the row as they last saw it (None: a new row), `after` the fields they want.

    Fields absent from `after` are left alone. `after=None` is a soft deletion.
    """

    table: str
    id: str
    before: Mapping[str, Value | Unread] | None
    after: Mapping[str, Value | Unread] | None


# Columns that every ledger has beside its own; people never type them.
SYSTEM = ("rev", "updated_at", "updated_by", "deleted")
