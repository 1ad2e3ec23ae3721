"""The opportunities as a board: a column a stage, how long each card has stood there, what its next gate lacks, whither it may go."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from branch import access, opportunities, opportunities_pass
from branch.board import sums
from branch.board.owed import Filter
from branch.look import Look
from branch.people import Actor
from rules import figure
from rules.figures.deals import OVER
from sheets.book import Book

LEDGER = "opportunities"
MOST = 12  # cards of one column; the rest is counted and stands in the list
FIGURE = "days_in_stage"
END = "ended"  # where a card is dropped that has come to nothing


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wished to be seen; "" is everything. `manager`: who keeps the customer."""

    team: str = ""
    manager: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """`manager`: who keeps the customer, "" where nobody does. `amount` in fen. `days` at its stage, None where nobody counts them
    any more (signed, landed); `late`: more of them than the figure's target. `lacks`: what stands between it and its next stage,
    `step`. `onto`: the stages this person may try to move it to."""

    id: str
    stage: str
    customer: str
    manager: str
    amount: int
    days: int | None
    late: bool
    step: str
    lacks: tuple[str, ...]
    onto: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """The first cards of a column, those that have stood there longest first; `count` and `amount` (in fen) are of all of them."""

    code: str
    cards: tuple[Card, ...]
    count: int
    amount: int
    late: int


@dataclass(frozen=True, slots=True)
class Board:
    """`ended`: how many have left the path, by how. `alive` are those neither signed nor landed nor ended; `amount` is theirs in fen,
    `longest` the days that one of them has stood at its stage, None where there is none."""

    stages: tuple[Stage, ...]
    ended: tuple[tuple[str, int], ...]
    alive: int
    amount: int
    longest: int | None

    @property
    def late(self) -> int:
        """How many have stood at their stage for too long."""
        return sum(one.late for one in self.stages)


def target() -> int:
    """The days after which an opportunity has stood at its stage too long: what its figure is held against."""
    found = figure.find(LEDGER, FIGURE)
    return int(found.target) if found is not None and found.target.isdecimal() else 0


def rows(look: Look, actor: Actor, wish: Wish) -> pd.DataFrame:
    """The opportunities of this person's scope that are wished for: id, customer, whose, team, stage, channel, amount (fen) and
    days, NaN where nobody counts them. Shared: never change it in place."""
    return look.of(actor).once(("deals board", wish), lambda: _rows(look, actor, wish))


def _rows(look: Look, actor: Actor, wish: Wish) -> pd.DataFrame:
    found = sums.rows(look, actor, LEDGER, sums.figures(look, actor, LEDGER, (FIGURE,)), Filter(wish.team, wish.manager))
    places = look.ledgers.place(LEDGER, found["id"].to_numpy(object))
    found = found.assign(
        stage=look.ledgers.text(LEDGER, "stage").take(places),
        channel=look.ledgers.text(LEDGER, "channel").take(places),
        amount=look.ledgers.numbers(LEDGER, "amount")[places],
        days=found[f"{FIGURE}.top"],
    )
    return found[found["channel"] == wish.channel].reset_index(drop=True) if wish.channel else found


def board(look: Look, actor: Actor, wish: Wish) -> Board:
    """The columns of the path, each with its first cards."""
    found, most = rows(look, actor, wish), target()
    seen = look.of(actor).rows(LEDGER)
    stages = []
    for code in opportunities.PATH:
        there = found[found["stage"] == code].sort_values(["days", "amount"], ascending=False, kind="stable", na_position="last")
        first = there.head(MOST)
        lines = seen[seen["id"].isin(set(first["id"]))].set_index("id", drop=False)
        cards = tuple(_card(look.book, actor, lines.loc[one["id"]], one, most) for one in first.to_dict("records"))
        stages.append(Stage(code, cards, len(there), int(np.nansum(there["amount"])), int((there["days"] > most).sum())))
    counts = found["stage"].value_counts()
    ended = tuple((code, int(counts.get(code, 0))) for code in opportunities.ENDED)
    alive = found[~found["stage"].isin(OVER)]
    days = alive["days"].dropna()
    return Board(tuple(stages), ended, len(alive), int(np.nansum(alive["amount"])), int(days.max()) if len(days) else None)


def _card(book: Book, actor: Actor, line: pd.Series, told: Mapping[Hashable, Any], most: int) -> Card:
    row = {str(key): value for key, value in line.items()}
    stage = str(row["stage"])
    step = opportunities.onward(stage)
    lacks = tuple(opportunities.lacking(book, row, opportunities.asked(row, step)))
    days = None if np.isnan(told["days"]) else int(told["days"])
    amount = 0 if np.isnan(told["amount"]) else int(told["amount"])
    late = days is not None and days > most
    places = onto(actor, stage, step, lacks)
    return Card(str(row["id"]), stage, str(told["customer"]), str(told["whose"]), amount, days, late, step, lacks, places)


def onto(actor: Actor, stage: str, step: str, lacks: tuple[str, ...]) -> tuple[str, ...]:
    """Whither this person may try to move a card: whoever writes the stage to any other one, whoever lets gates through to the
    next one where something is lacking, anybody else nowhere."""
    if access.writable(actor, LEDGER, "stage"):
        return (*(one for one in opportunities.PATH if one != stage), *((END,) if step else ()))
    return (step,) if lacks and step in opportunities_pass.PASSABLE and opportunities_pass.may(actor) else ()
