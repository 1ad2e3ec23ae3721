"""The cells of a rule as a person picks them: a number with its unit, comparisons, rungs, blanks by their labels; and back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rules import conditions, figure, placeholders, spans, wording
from rules.conditions import BadCondition
from rules.rule import DATES, OWNER
from rules.verbs import VERBS
from sheets import cells
from sheets.schema import Column, Table
from sheets.tables.words import ROLES
from texts import Lang, say

UNITS = ("d", "wd", "w", "m")
STEPS = ("1d", "2d", "3d", "5d", "7d", "10d", "15d", "20d", "30d", "45d", "60d", "90d", "1wd", "2wd", "3wd", "5wd", "10wd")
PERIODS = ("week", "month", "quarter", "year", "7d", "14d", "30d", "90d")
AGAIN = ("1d", "1wd")
PERIODS_OF = ("text", "integer", "date", "datetime")  # what may say which period a record is of
EVERY = ("month", "quarter", "year", "week", "workday", "interest", "once")
Comparison = Literal["is", "not", "least", "most", "above", "below", "blank", "filled"]
MEASURES: Mapping[str, Comparison] = {">=": "least", "<=": "most", ">": "above", "<": "below"}
CODED = ("choice", "choices", "yesno")
_RUNG = re.compile(r"\+(\d{1,3})(d|wd|m) +([a-z_]+(?: *, *[a-z_]+)*)")
_NAMED = re.compile(r"\{([^{}|=]+)")


@dataclass(frozen=True, slots=True)
class Length:
    """Three working days: a number and the code of its unit."""

    number: int
    unit: str

    def __str__(self) -> str:
        return f"{self.number}{self.unit}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One comparison: a column (or "reference.column"), how it is compared, with what; codes where the column has choices."""

    path: str
    op: Comparison
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rung:
    """So long after the due date these roles are told."""

    number: int
    unit: str
    roles: tuple[str, ...]


def verbs() -> frozenset[str]:
    """The kinds of rule there are."""
    return frozenset(VERBS)


def asks(verb: str) -> Mapping[str, str]:
    """The cells that a rule of this kind is made of, in order, each with what is picked there; none of a kind unknown."""
    return VERBS[verb].asks if verb in VERBS else {}


def days(table: Table | None) -> list[Column]:
    """The columns of a ledger that a rule may go by."""
    return [column for column in table.columns if column.kind in DATES] if table else []


def periods(table: Table | None) -> list[Column]:
    """The columns of a ledger that may say which period a record is of."""
    return [column for column in table.columns if column.kind in PERIODS_OF and not column.auto] if table else []


def days_label(text: str, table: Table, lang: Lang) -> str:
    """ "x_next|x_done" → 下次重估日或重估日期."""
    return wording.columns(text, table, lang)


def roles(table: Table | None, lang: Lang) -> dict[str, str]:
    """Who may owe what a rule asks: whoever the row names, where its ledger names somebody, and the roles."""
    own = {OWNER: wording.role_name(OWNER, lang)} if table is None or table.owners else {}
    return own | told(lang)


def told(lang: Lang) -> dict[str, str]:
    """Who may be told that something is late."""
    return {role.code: role.label(lang) for role in ROLES}


def step_label(code: str, lang: Lang) -> str:
    return wording.step(code, lang)


def column(path: str, table: Table, tables: Mapping[str, Table]) -> Column:
    """The column that a picked path ends at."""
    return conditions.resolve(tables, table.key, path)


def length(text: str) -> Length | None:
    """None where the cell says more than one number with its unit."""
    found = spans.PART.fullmatch(text.replace(" ", ""))
    if found:
        return Length(int(found[1]), found[2])
    return None if text.strip() else Length(0, "d")


def wanted(text: str, table: str, tables: Mapping[str, Table]) -> tuple[Wanted, ...] | None:
    """None where a comparison cannot be read."""
    try:
        conditions.read(text, table, tables)
    except BadCondition:
        return None
    found: list[Wanted] = []
    for part in filter(str.strip, text.split(";")):
        one = _wanted(part, table, tables)
        if found and one.op == "not" and (found[-1].path, found[-1].op) == (one.path, "not"):
            one = Wanted(one.path, "not", (*found.pop().values, *one.values))
        found.append(one)
    return tuple(found)


def _wanted(part: str, table: str, tables: Mapping[str, Table]) -> Wanted:
    shape = conditions.SHAPE.fullmatch(part)
    if shape is None:
        raise BadCondition(part)
    path, op, rest = shape[1].lower(), shape[2].strip().lower(), shape[3]
    column = conditions.resolve(tables, table, path)
    words = tuple(_code(column, word.strip()) for word in (rest.split(",") if op == "in" else [rest]) if word.strip())
    if not words:
        return Wanted(path, "blank" if op == "=" else "filled")
    return Wanted(path, "not" if op == "!=" else MEASURES.get(op, "is"), words)


def _code(column: Column, word: str) -> str:
    if column.kind == "yesno":
        return "yes" if cells.read(column, word).value else "no"
    return next((one.code for one in column.choices if cells.read(single(column), word).value == one.code), word)


def single(column: Column) -> Column:
    """The column as one of its values is compared."""
    return conditions.single(column)


def comparisons(column: Column) -> tuple[Comparison, ...]:
    """How a column may be compared."""
    measured = tuple(MEASURES.values()) if column.kind in conditions.MEASURED else ()
    return ("is", "not", *measured, "blank", "filled")


def compared(wishes: tuple[Wanted, ...]) -> str:
    """The cell of these comparisons."""
    return "; ".join(part for one in wishes for part in _parts(one))


def _parts(one: Wanted) -> list[str]:
    match one.op:
        case "blank" | "filled":
            return [one.path + ("=" if one.op == "blank" else "!=")]
        case "not":
            return [f"{one.path}!={value}" for value in one.values]
        case "least" | "most" | "above" | "below":
            sign = next(sign for sign, op in MEASURES.items() if op == one.op)
            return [f"{one.path}{sign}{value}" for value in one.values]
    return [f"{one.path} in {','.join(one.values)}" if len(one.values) > 1 else f"{one.path}={''.join(one.values)}"]


def paths(table: Table, tables: Mapping[str, Table]) -> list[str]:
    """What may be compared in a row: its columns and figures, and the columns of the customer it is about."""
    own = [column.key for column in table.columns if _comparable(column)] + [one.key for one in figure.of(table.key)]
    about = table.column(table.customer)
    if about is None or about.ref not in tables or about.ref == table.key:
        return own
    return own + [f"{about.key}.{column.key}" for column in tables[about.ref].columns if _comparable(column)]


def _comparable(column: Column) -> bool:
    return not (column.auto or column.sensitive) and column.kind not in ("long", "file", "monthday", "phone", "email")


def path_label(path: str, table: Table, tables: Mapping[str, Table], lang: Lang) -> str:
    """客户 · 状态."""
    name, _, beyond = path.partition(".")
    first = conditions.resolve(tables, table.key, name).label(lang)
    return f"{first} · {conditions.resolve(tables, table.key, path).label(lang)}" if beyond else first


def rungs(text: str) -> tuple[Rung, ...] | None:
    """None where a rung is told at another moment than so long after the due date."""
    found = []
    for part in filter(str.strip, text.split(";")):
        shape = _RUNG.fullmatch(part.strip())
        roles = tuple(role.strip() for role in shape[3].split(",")) if shape else ()
        if shape is None or any(role not in {choice.code for choice in ROLES} for role in roles):
            return None
        found.append(Rung(int(shape[1]), shape[2], roles))
    return tuple(found)


def laddered(steps: tuple[Rung, ...]) -> str:
    """The cell of these rungs."""
    return "; ".join(f"+{one.number}{one.unit} {','.join(one.roles)}" for one in steps)


def blanks(table: Table, lang: Lang) -> dict[str, str]:
    """What a text may name, by key: what a due knows of itself, and the columns of its row; each under a label of its own."""
    every = {name: say(f"rule.blank_of.{name}", lang) for name in placeholders.OWN} | {"id": table["id"].label(lang)}
    every |= {column.key: column.label(lang) for column in table.columns if column.key not in every and not column.auto}
    every |= {one.key: one.column.label(lang) for one in figure.of(table.key) if one.key not in every}
    often = Counter(every.values())
    return {key: label if often[label] == 1 else f"{label}·{key}" for key, label in every.items()}


def labelled(text: str, table: Table, lang: Lang) -> str:
    """ "{x_next}到期" → "{下次重估日}到期"."""
    known = blanks(table, lang)
    return _NAMED.sub(lambda found: "{" + known.get(found[1], found[1]), text)


def keyed(text: str, table: Table, lang: Lang) -> str:
    """The labels in a text as keys again; a label that names nothing stays, and is refused as what it is."""
    known = {label: key for key, label in blanks(table, lang).items()}
    return _NAMED.sub(lambda found: "{" + known.get(found[1].strip(), found[1]), text)
