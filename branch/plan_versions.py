"""A plan is reviewed as it stands: what is changed afterwards makes its next version, which goes back to its reviewers (S10)."""

from __future__ import annotations

from branch.change import Change, standing
from branch.checks import Save
from sheets.book import Book
from sheets.merge import Cell
from sheets.schema import Edit

Values = dict[str, Cell]

# The steps of a plan that are a review, each with the column that keeps its day.
REVIEWED_ON = {"tl_reviewed": "tl_reviewed_on", "bl_reviewed": "bl_reviewed_on"}


def plan(save: Save, change: Change) -> Values:
    if change.there is None:
        return {"version": 1} if change.after.get("version") is None else {}
    if save.actor.role == "system" and change.there.get("status") in REVIEWED_ON and change.reviewed() and not change.moved("status"):
        version = change.there.get("version")  # nobody was asked for the reason: to be reviewed again (S10)
        again: Values = {"status": "amended", "version": (version if isinstance(version, int) else 1) + 1}
        return again | dict.fromkeys(REVIEWED_ON.values())
    day = REVIEWED_ON.get(str(change.after.get("status"))) if change.moved("status") else None
    return {day: save.today} if day else {}


def amendment(save: Save, change: Change) -> Values:
    if change.there is not None or save.actor.role == "system":
        return {}
    return {"staff": save.actor.staff, "version": _version(save, change) + 1, "amended_on": change.after.get("amended_on") or save.today}


def _version(save: Save, change: Change) -> int:
    key = str(change.after.get("plan") or "")
    version = standing(save.book, "plans", [key]).get(key, {}).get("version")
    return version if isinstance(version, int) else 1


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
    version = seen.get("version")
    after: Values = {"version": (version if isinstance(version, int) else 1) + 1}
    if seen.get("status") in REVIEWED_ON:
        after |= {"status": "amended"} | dict.fromkeys(REVIEWED_ON.values())
    return [Edit("plans", key, {name: seen.get(name) for name in after}, after)]


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
