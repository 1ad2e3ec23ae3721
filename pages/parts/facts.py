"""What the look knows about the person's work: their dues in sections, whose turn it is, how full the files are."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from branch.figures_shown import Shown, of_row
from branch.look import DueText
from branch.work import SECTIONS
from pages.parts.desk import Desk

__all__ = [
    "SECTIONS", "DueText", "completeness", "dues", "dues_of", "figures", "missing_blocks", "open_dues", "say_dues", "sentences", "work",
]  # fmt: skip
OPEN = ("overdue", "due_today", "due_soon")


def work(desk: Desk) -> pd.DataFrame:
    """What this person owes and what has climbed to them, each due in the section in which their mail has it too."""
    return desk.sight.work


def dues(desk: Desk) -> pd.DataFrame:
    """Every unmet due this person may see, most urgent first, with whose turn it is."""
    return desk.sight.dues


def open_dues(desk: Desk) -> pd.DataFrame:
    found = dues(desk)
    return found[found["state"].isin(OPEN)]


def dues_of(desk: Desk, customer: str) -> pd.DataFrame:
    """The unmet dues of one customer, whoever owes them."""
    found = dues(desk)
    return found[found["customer"] == customer]


def say_dues(desk: Desk, found: pd.DataFrame) -> list[DueText]:
    """The dues of a frame in words, in its order."""
    return desk.look.say(found, desk.lang, "screen")


def sentences(desk: Desk, alerts: pd.DataFrame) -> pd.Series:
    """What each alert says now, in the reader's language; one whose due is over keeps the words it was told in."""
    found = dues(desk)
    mine = found[found["key"].isin(alerts["due_key"])]
    said = {
        key: desk.plainly("alerts.line", rule=line.task, text=line.text)
        for key, line in zip(mine["key"], say_dues(desk, mine), strict=True)
    }
    return alerts["due_key"].astype(object).map(said).fillna(alerts["text"]).astype("str")


def figures(desk: Desk, table: str, row: str) -> dict[str, Shown]:
    """The figures of a row that this person may see, by key."""
    return {one.key: one for one in of_row(desk.look.ledgers, desk.sight, table, row, desk.lang)}


def completeness(desk: Desk) -> Mapping[str, float]:
    """Customer → how full the file is, in percent."""
    return desk.look.completeness.share


def missing_blocks(desk: Desk, customer: str) -> list[str]:
    """The blocks of a customer's file that are not whole, by name."""
    return [desk.plainly(f"customer.block.{one}") for one in desk.look.completeness.missing.get(customer, ())]
