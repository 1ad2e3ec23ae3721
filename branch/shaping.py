"""What an administrator adds to the ledgers, as rows of the dictionary: the keys are Huce's, never typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from branch.look import Look
from sheets import dictionary
from sheets.cells import fold
from sheets.numbers import placeholder
from sheets.schema import Edit, Issue, Table
from sheets.tables import TABLES
from sheets.tables.words import CUSTOMER
from texts import Fault

LEDGER = "dictionary"
KINDS = (
    "text", "long", "date", "datetime", "integer", "money", "percent", "yesno", "choice", "choices", "customer", "staff", "staffs",
    "phone", "email", "account",
)  # fmt: skip
CHOOSING, DAYS = ("choice", "choices"), ("date", "datetime")
VEILED = ("text", "long", "phone", "email", "account")  # kinds that can be masked
_ASCII = re.compile(r"[a-z][a-z0-9_]{1,30}")
_MARKS = re.compile(r"[=;；|\n]")
_NOT_CODE = re.compile(r"[^\w+.-]+")
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9]{0,7}")
Said = dict[str, Any]


class Unshaped(Fault):
    """What was asked for cannot be; `field` is the question under which to say so."""

    def __init__(self, field: str, code: str, **values: object) -> None:
        super().__init__(code, **values)
        self.field = field


@dataclass(frozen=True, slots=True)
class Wish:
    """A column as a person asks for it. `choices`: their labels. `fact`: its day has happened when it is written down."""

    label: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    required: bool = False
    hidden: bool = False
    sensitive: bool = False
    fact: bool = False


def key(label: str, taken: Iterable[str]) -> str:
    """The key of a label: always the same for the same label, so that a column which comes back finds what was typed in it."""
    plain = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_") if label.isascii() else ""
    stem = plain if _ASCII.fullmatch(plain) else blake2b(fold(label).encode(), digest_size=4).hexdigest()
    known = set(taken)
    return next(one for n in range(1, len(known) + 2) if (one := f"x_{stem}" + (f"_{n}" if n > 1 else "")) not in known)


def column(look: Look, table: str, wish: Wish) -> list[Edit]:
    """A column more. Raises Unshaped."""
    ledger = _ledger(look, table)
    return _edits(look, _column(table, wish, _labels(ledger), {c.key for c in ledger.columns}))


def ledger(look: Look, name: str, wishes: Sequence[Wish], *, customers: bool, owner: str, prefix: str) -> list[Edit]:
    """A ledger more: its name, whether its rows are about customers, the label of whose they are ("" for the customer's
    manager), what its numbers begin with, and its first columns. Raises Unshaped."""
    label = name.strip()
    if not label:
        raise Unshaped("name", "shaping.name")
    if fold(label) in {fold(one) for t in look.tables.values() for one in (t.zh, t.en, *t.aliases)}:
        raise Unshaped("name", "shaping.ledger_taken", name=label)
    if prefix and not _PREFIX.fullmatch(prefix):
        raise Unshaped("prefix", "shaping.prefix")
    table = key(label, look.tables)
    said: list[Said] = [{"act": "ledger", "table": table, "value_zh": label}]
    first = [Wish(CUSTOMER.zh, "customer", required=True)] if customers else []
    owned = [Wish(owner, "staff", required=True)] if owner else []
    if not [one for one in wishes if one.label.strip()]:
        raise Unshaped("columns", "shaping.no_columns")
    labels, keys = set[str](), {"id"}
    for n, wish in enumerate((*first, *owned, *wishes)):
        if not wish.label.strip():
            continue
        try:
            rows = _column(table, wish, labels, keys)
        except Unshaped as fault:
            raise Unshaped(f"{n - len(first) - len(owned)}.{fault.field}", fault.code, **fault.values) from fault
        labels.add(fold(wish.label))
        keys.add(rows[0]["column"])
        said += rows
        if wish in owned:
            said.append({"act": "owner", "table": table, "column": rows[0]["column"]})
    if prefix:
        said.append({"act": "number", "table": table, "value": prefix.upper() + "{:04d}"})
    return _edits(look, said)


def choice(look: Look, table: str, column_: str, label: str) -> list[Edit]:
    """A choice more. Raises Unshaped."""
    known = _ledger(look, table).column(column_)
    if known is None or known.kind not in CHOOSING:
        raise Unshaped("column", "shaping.no_choice")
    [code] = _codes((label,), {c.code: (c.zh, c.en) for c in known.choices})
    return _edits(look, [{"act": "choice", "table": table, "column": column_, "choices": code}])


def rename(look: Look, table: str, column_: str, label: str) -> list[Edit]:
    """Another label for a column, or for the ledger where none is named; the old one is still understood. Raises Unshaped."""
    if not label.strip():
        raise Unshaped("label", "shaping.name")
    ledger_ = _ledger(look, table)
    if column_ and fold(label) in _labels(ledger_, but=column_):
        raise Unshaped("label", "shaping.taken", label=label.strip())
    return _edits(look, [{"act": "relabel", "table": table, "column": column_ or None, "value_zh": label.strip()}])


def hide(look: Look, table: str, column_: str) -> list[Edit]:
    """Out of lists and forms. Raises Unshaped."""
    if _ledger(look, table).column(column_) is None:
        raise Unshaped("column", "shaping.pick")
    return _edits(look, [{"act": "hide", "table": table, "column": column_}])


def _ledger(look: Look, table: str) -> Table:
    if table not in look.tables:
        raise Unshaped("table", "shaping.pick")
    return look.tables[table]


def _labels(table: Table, but: str = "") -> set[str]:
    return {fold(label) for c in table.columns if c.key != but for label in (c.key, c.zh, c.en)}


def _column(table: str, wish: Wish, labels: Iterable[str], keys: Iterable[str]) -> list[Said]:
    label = wish.label.strip()
    if not label:
        raise Unshaped("label", "shaping.name")
    if fold(label) in set(labels):
        raise Unshaped("label", "shaping.taken", label=label)
    if wish.kind not in KINDS:
        raise Unshaped("kind", "shaping.pick")
    if wish.hidden and wish.required:
        raise Unshaped("hidden", "shaping.hidden_required")
    if wish.sensitive and wish.kind not in VEILED:
        raise Unshaped("sensitive", "shaping.sensitive")
    if wish.fact and wish.kind not in DAYS:
        raise Unshaped("fact", "shaping.fact")
    made = key(label, keys)
    kind = "ref" if wish.kind == "customer" else wish.kind
    said: Said = {"act": "add", "table": table, "column": made, "value_zh": label, "kind": kind}
    if kind == "ref":
        said["ref"] = "customers"
    if kind in CHOOSING:
        said["choices"] = ";".join(_codes(wish.choices, {}))
    acts = {"require": wish.required, "hide": wish.hidden, "sensitive": wish.sensitive, "fact": wish.fact}
    return [said, *({"act": act, "table": table, "column": made} for act, wanted in acts.items() if wanted)]


def _codes(labels: Sequence[str], known: Mapping[str, tuple[str, ...]]) -> list[str]:
    """ "code=label" of each choice; the code is made of the label."""
    found: list[str] = []
    taken = {fold(word) for code, words in known.items() for word in (code, *words)}
    for label in filter(None, (one.strip() for one in labels)):
        if _MARKS.search(label):
            raise Unshaped("choices", "shaping.choice_marks", label=label)
        code = _NOT_CODE.sub("_", label).strip("_")[:48]
        if not code or fold(label) in taken or fold(code) in taken:
            raise Unshaped("choices", "shaping.choice_taken", label=label)
        taken |= {fold(label), fold(code)}
        found.append(f"{code}={label}")
    if not found:
        raise Unshaped("choices", "shaping.choices")
    return found


def _edits(look: Look, said: Sequence[Said]) -> list[Edit]:
    """The rows as edits, after the dictionary has read them as it will. Raises Unshaped for what it cannot follow."""
    rows = [{"id": placeholder()} | {name: value for name, value in one.items() if value is not None} for one in said]
    there = [{str(name): cell for name, cell in row.items()} for row in look.book.frame(LEDGER).to_dict("records")]
    _, issues = dictionary.overlay(TABLES, [*there, *rows])
    new = {row["id"] for row in rows}
    refused = next((issue for issue in issues if issue.row in new), None)
    if refused is not None:
        raise Refusal(refused)
    return [Edit(LEDGER, row["id"], None, {name: value for name, value in row.items() if name != "id"}) for row in rows]


class Refusal(Unshaped):
    """The dictionary cannot follow: its Issue says why."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(FIELD.get(issue.column, "label"), issue.code)
        self.issue = issue


FIELD = {"value_zh": "label", "column": "column", "choices": "choices", "kind": "kind", "table": "table", "value": "prefix"}
