"""A plan is reviewed as it stands: what is changed afterwards makes its next version, which goes back to its reviewers (S10)."""

from __future__ import annotations

from collections.abc import Mapping

from branch.change import Change, standing
from branch.checks import Save
from branch.matrix import REVIEWED_ON
from sheets.book import Book
from sheets.merge import Cell
from sheets.schema import Edit

Values = dict[str, Cell]


def plan(save: Save, change: Change) -> Values:
    if change.there is None:
        return {"version": 1} if change.after.get("version") is None else {}
    if save.actor.role == "system" and change.there.get("status") in REVIEWED_ON and change.reviewed() and not change.moved("status"):
        return _again(change.there)  # nobody was asked for the reason
    day = REVIEWED_ON.get(str(change.after.get("status"))) if change.moved("status") else None
    return {day: save.today} if day else {}


def amendment(save: Save, change: Change) -> Values:
    if change.there is not None or save.actor.role == "system":
        return {}
    key = str(change.after.get("plan") or "")
    seen = standing(save.book, "plans", [key]).get(key, {})
    return {"staff": save.actor.staff, "version": _number(seen) + 1, "amended_on": change.after.get("amended_on") or save.today}


def next_version(save: Save, change: Change) -> list[Edit]:
    """An amended plan is the next version, and goes back to those who had reviewed it (S10)."""
    if change.there is not None or save.actor.role == "system":
        return []
    return _reopened(save, str(change.after.get("plan") or ""))


def _reopened(save: Save, key: str) -> list[Edit]:
    """The plan as the next version, to be reviewed again where it was."""
    seen = standing(save.book, "plans", [key]).get(key)
    if not seen:
        return []
    after = _again(seen)
    return [Edit("plans", key, {name: seen.get(name) for name in after}, after)]


def _again(seen: Mapping[str, Cell]) -> Values:
    """The next version of a plan; of one that was reviewed, to be reviewed anew."""
    after: Values = {"version": _number(seen) + 1}
    return after | {"status": "amended"} | dict.fromkeys(REVIEWED_ON.values()) if seen.get("status") in REVIEWED_ON else after


def _number(seen: Mapping[str, Cell]) -> int:
    version = seen.get("version")
    return version if isinstance(version, int) else 1


def changed_unasked(save: Save, change: Change) -> list[Edit]:
    """A person who changes a reviewed plan is asked for the reason, and that reopens it. A spreadsheet, or a file that Huce takes
    in, asks nobody: the plan goes back to its reviewers all the same. New rows of a file are those of a plan that is only coming in."""
    if save.actor.role != "system" or (change.there is None and save.source != "sheet"):
        return []
    key = str((change.there or change.whole).get("plan") or "")  # the one it is taken from, where it is moved
    reviewed = save.book.once("reviewed plans", lambda: _reviewed(save.book))
    return _reopened(save, key) if key in reviewed and change.reviewed() else []


def _reviewed(book: Book) -> frozenset[str]:
    plans = book.frame("plans")
    return frozenset(plans.loc[plans["status"].astype("str").isin(REVIEWED_ON), "id"].astype("str"))
