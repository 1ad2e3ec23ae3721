"""The scheme's own clauses (S1–S104), and what answers each of them: rules by the clause they cite, and what is named besides."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from rules import rulebook

TIMED = frozenset({"DD", "CAD", "SLA", "MR", "TH", "VAL"})  # a day, a cadence, a limit, an absence, a line, a check
KINDS = ("rule", "check", "page", "ledger", "column", "figure", "letter")
_RANGE = re.compile(r"S(\d+)(?:[–-]S?(\d+))?")


@dataclass(frozen=True, slots=True)
class Clause:
    """`kinds`: of domain §1 (DD, CAD, SLA …). `by`: what answers it, each as (kind, name): ("rule", "R11")."""

    number: int
    kinds: tuple[str, ...]
    zh: str
    en: str
    by: tuple[tuple[str, str], ...]

    @property
    def timed(self) -> bool:
        return not TIMED.isdisjoint(self.kinds)


def clauses() -> list[Clause]:
    """All of them, in order."""
    text = resources.files("rules").joinpath("clauses.csv").read_text("utf-8")
    found = []
    cited = [(row["id"], numbers(row["clause"])) for row in rulebook.shipped()]
    for row in csv.DictReader(text.splitlines()):
        number = int(row["clause"].removeprefix("S"))
        rules = [("rule", rule) for rule, its in cited if number in its]
        named = [(kind, name) for kind, _, name in (part.partition(":") for part in row["by"].split())]
        found.append(Clause(number, tuple(row["kind"].split(",")), row["zh"], row["en"], tuple(dict.fromkeys([*rules, *named]))))
    return found


def numbers(cell: str) -> Sequence[int]:
    """The clauses that a rule cites: "S75–S77", "S4,S6", "S46–S51"; none for what is no clause."""
    return [n for first, last in _RANGE.findall(cell) for n in range(int(first), int(last or first) + 1)]
