"""A rule on its way: its number, what stands against its cells, what it would say today, and the edit that saves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from branch import access, matrix
from branch.look import Look
from branch.people import Actor
from rules import rulebook
from rules.rule import BadRule, Rule, faults_of_words
from rules.sentence import sentence
from rules.states import UNMET
from rules.verbs import VERBS
from sheets import cells
from sheets.book import Book
from sheets.cells.reading import native
from sheets.merge import Cell
from sheets.schema import Edit, Issue, Table
from texts import Lang

__all__ = ["Rule"]

LEDGER = "rules"
START = "B"  # numbers of the branch's own rules: no shipped one begins so
PASSED_ON = frozenset({"id", "rev", "updated_at", "updated_by", "deleted"})


def number(book: Book) -> str:
    """The next number of a rule of the branch's own; a number is good once."""
    taken = set(book.frames[LEDGER]["id"].astype(str))
    return next(one for n in range(1, len(taken) + 2) if (one := f"{START}{n:02d}") not in taken)


def blank(table: Table) -> dict[str, str]:
    """A new rule: a draft of the first kind, that says nothing yet."""
    verb = next(choice.code for choice in table["verb"].choices if choice.code in VERBS)
    return dict.fromkeys((column.key for column in table.columns), "") | {"enabled": "no", "verb": verb}


def as_text(table: Table, row: Mapping[str, Any]) -> dict[str, str]:
    """The cells of a rule that is there."""
    return rulebook.as_text({column.key: native(row.get(column.key)) for column in table.columns})


def copied(table: Table, row: Mapping[str, Any]) -> dict[str, str]:
    """The cells of a rule as the pattern of a new one: a draft without a number."""
    return as_text(table, row) | {"id": "", "enabled": "no"}


def shipped(look: Look, asked: Mapping[str, str]) -> dict[str, str]:
    """The cells of a rule in which it differs from the one that Huce ships under its number, as they are shipped; empty where
    none differs, or none is shipped. Whether it is in force is the branch's, and no part of it; so are its notes."""
    table = look.tables[LEDGER]
    row = next((one for one in rulebook.shipped() if one["id"] == asked["id"]), {})
    there = {key: text for key, text in row.items() if key not in {*PASSED_ON, "enabled", "note"} and table.column(key) is not None}
    return {key: text for key, text in there.items() if _read(table, key, text) != _read(table, key, asked.get(key, ""))}


def _read(table: Table, key: str, text: str) -> Cell:
    return cells.read(table[key], text).value


def activates(look: Look, actor: Actor) -> bool:
    """Whether this person puts rules into force and out of it: an administrator only drafts, where the branch wants it so."""
    return access.may(actor, LEDGER, "write") and (actor.role != matrix.ADM or not look.settings.policy.approve_rules)


def locked(look: Look, actor: Actor, enabled: str) -> bool:
    """Whether a rule is in force and so not this person's to change: an administrator drafts (branch.checks.acts)."""
    return enabled == "yes" and not activates(look, actor)


def faults(look: Look, asked: Mapping[str, str]) -> dict[str, Issue]:
    """What stands against the cells, by cell: the same readers as those of the rules sheet."""
    found: dict[str, Issue] = {}
    for column in look.tables[LEDGER].columns:
        reading = cells.read(column, asked.get(column.key, ""))
        if reading.code and not reading.warning:
            found[column.key] = Issue(LEDGER, asked["id"], column.key, "", reading.code, asked.get(column.key, ""))
    ids = frozenset(look.book.frame(LEDGER)["id"].astype(str)) | {asked["id"]}
    try:
        rulebook.read_row(asked, look.tables)
        spoken = faults_of_words(asked, look.tables, ids)
    except BadRule as bad:
        found.setdefault(bad.column, bad.issue(asked["id"]))
    else:
        for fault in spoken:
            found.setdefault(fault.column, fault.issue(asked["id"]))
    return found


def rule(look: Look, asked: Mapping[str, str]) -> Rule | None:
    """The rule that these cells make, in force or not; None where they make none yet."""
    try:
        return rulebook.read_row(asked, look.tables)
    except BadRule:
        return None


def read_back(look: Look, one: Rule, lang: Lang) -> str:
    """What a rule means, in force or not, as it says it itself."""
    return sentence(one, lang, look.tables)


def foreseen(look: Look, one: Rule) -> pd.DataFrame:
    """The unmet dues that a rule has, or would have if it were in force, as of the look."""
    dues = look.dues if look.rule(one.id) == one else replace(look, rules=(one,)).dues
    return dues[(dues["rule"] == one.id) & dues["state"].isin(UNMET)]


def edit(look: Look, row: str, before: Mapping[str, str] | None, asked: Mapping[str, str]) -> Edit:
    """The cells that differ from those a person began with. Ask `faults` first: what cannot be read has no value."""
    table = look.tables[LEDGER]
    moved = [key for key in asked if key not in PASSED_ON and asked[key] != (before or {}).get(key, "")]
    there = None if before is None else _values(table, {key: before.get(key, "") for key in moved})
    return Edit(LEDGER, row, there, _values(table, {key: asked[key] for key in moved}))


def _values(table: Table, texts: Mapping[str, str]) -> dict[str, Cell]:
    return {key: cells.read(table[key], text).value for key, text in texts.items()}
