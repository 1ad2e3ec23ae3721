"""What a verb of the scheme is: one record of functions, made in one file of rules/verbs/ and asked by everybody else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rules.calendar import Calendar
from rules.ledgers import Ledgers
from rules.obligations import Owed, Positions
from rules.rule import Row, Rule, Tables
from texts import Lang


def nothing(_ledgers: Ledgers, _rule: Rule) -> Positions:
    """No rows at all: for a verb whose rows owe nothing by lacking a date."""
    import numpy as np

    return np.array([], np.intp)


@dataclass(frozen=True, slots=True)
class Verb:
    """`read` makes the rule of a row (raises BadRule); `dues` are its obligations; `watched` the (ledger, column) pairs
    without which a due cannot be worked out; `undated` the rows that owe and have no date.

    `asks`: the cells that make up such a rule, in the order in which a person picks them, each with what is picked there
    (pages/parts/rulefields.py); a cell that is not named is asked for as it is written. `also`: cells that such a rule may
    have besides.

    In words: `when` it is due, the `values` it looks at in a row (paths), `why_not` it is silent about a row, what
    `ends` a due, and the `arithmetic` of one (`Case`).
    """

    key: str
    read: Callable[[Row, Tables], Rule]
    dues: Callable[[Ledgers, Rule, Calendar], Owed]
    watched: Callable[[Rule], frozenset[tuple[str, str]]]
    when: Callable[[Rule, Lang, Tables], str]
    values: Callable[[Rule], tuple[str, ...]]
    why_not: Callable[[Ledgers, Rule, str, Lang], list[str]]
    ends: Callable[[Rule, Lang, Tables], str]
    arithmetic: Callable[[Ledgers, Rule, Calendar, Case, Lang], str]
    undated: Callable[[Ledgers, Rule], Positions] = nothing
    asks: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    @property
    def cells(self) -> frozenset[str]:
        return frozenset({*self.asks, *self.also})


@dataclass(frozen=True, slots=True)
class Case:
    """One due of one row, for its arithmetic: days counted from 1970-01-01, and the occurrence it is filed under."""

    row: str
    anchor: int
    due: int
    occurrence: str
