"""What the branch knows about the person's work: his dues, whose turn it is, how full the files are."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from branch import duties
from pages.parts.desk import Desk

OPEN = ("overdue", "due_today", "due_soon")


def dues(desk: Desk) -> pd.DataFrame:
    """Every unmet due this person may see, most urgent first, with whose turn it is."""
    return duties.dues(desk.branch, desk.person, desk.now)


def open_dues(desk: Desk) -> pd.DataFrame:
    found = dues(desk)
    return found[found["state"].isin(OPEN)]


def dues_of(desk: Desk, customer: str) -> pd.DataFrame:
    """The unmet dues of one customer, whoever owes them."""
    found = dues(desk)
    return found[(found["customer"] == customer) & found["state"].isin((*OPEN, "planned"))]


def sentences(desk: Desk, alerts: pd.DataFrame) -> pd.Series:
    """What each alert says now, in the reader's language; one whose due is over keeps the words it was told in."""
    found = dues(desk)
    mine = found[found["key"].isin(alerts["due_key"])]
    lines = duties.lines(desk.branch, mine, desk.lang, desk.now)
    said = {
        key: desk.plainly("alerts.line", rule=rule, text=text) if rule else text
        for key, (rule, text) in zip(mine["key"], lines, strict=True)
    }
    return alerts["due_key"].astype(object).map(said).fillna(alerts["text"]).astype("str")


def completeness(desk: Desk) -> Mapping[str, float]:
    """Customer → share of the required columns that are filled, in percent."""
    return duties.completeness(desk.branch)


def newly_escalated(desk: Desk) -> frozenset[str]:
    """Keys of dues that climbed to this person since the last working day began."""
    return duties.escalated(desk.branch, desk.person, desk.now)
