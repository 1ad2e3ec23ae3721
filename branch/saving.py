"""A save by a person: may he, does it make sense, what the house adds, and then one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np

from branch import access
from branch.branch import Branch
from branch.masks import mask
from branch.people import Actor
from rules import days
from sheets.book import Book
from sheets.schema import Edit
from sheets.store.writing import Source, Written
from texts import Fault

Values = dict[str, Any]


class Refused(Fault):
    """A save that contradicts the scheme."""


def save(branch: Branch, edits: Sequence[Edit], actor: Actor, now: datetime, token: str = "", source: Source = "portal") -> Written:
    """All edits or none. Raises Denied, Unknown, Refused, Conflict, StoreFault; a denial goes on record."""
    book = branch.book()
    try:
        for edit in edits:
            access.check_edit(book, edit, actor)
    except (access.Denied, access.Unknown):
        branch.store.private.note("denied", actor.staff, ", ".join(f"{e.table}/{e.id}" for e in edits)[:400], now)
        raise
    wanted: list[Edit] = []
    for edit in edits:
        mine = _unmasked(book, edit)
        _check(mine, now)
        stamped = STAMPS.get(mine.table, _as_it_is)(branch, mine, actor, now)
        wanted += [stamped, *FOLLOWERS.get(mine.table, _nothing)(stamped, actor)]
    return branch.store.write(wanted, actor.staff, source, now, token)


def _unmasked(book: Book, edit: Edit) -> Edit:
    """He saw a sensitive cell masked: what he saw is compared as the mask, what is merged is the cell itself."""
    if edit.before is None or not edit.after:
        return edit
    hidden = [c for c in book.tables[edit.table].columns if c.sensitive and c.key in edit.before]
    if not hidden:
        return edit
    frame = book.frame(edit.table)
    found = frame[frame["id"] == edit.id]
    before, after = dict(edit.before), dict(edit.after)
    for column in hidden:
        if found.empty:
            break
        true, seen = found.iloc[0][column.key], before[column.key] or ""
        if seen == mask(column, true or ""):
            before[column.key] = true or None
        if column.key in after and after[column.key] == seen and seen:
            del after[column.key]  # the mask, sent back as it was shown
    return replace(edit, before=before, after=after)


def _check(edit: Edit, now: datetime) -> None:
    if edit.table != "visits" or edit.after is None:
        return
    whole = {**(edit.before or {}), **edit.after}
    if whole.get("kind") == "business" and whole.get("mode") != "onsite":
        raise Refused("check.business_onsite")
    visited = edit.after.get("visited_on")
    if isinstance(visited, date) and visited > now.date():
        raise Refused("check.visit_future", day=visited)


def _as_it_is(_: Branch, edit: Edit, __: Actor, ___: datetime) -> Edit:
    return edit


def _visit(branch: Branch, edit: Edit, actor: Actor, now: datetime) -> Edit:
    if edit.before is not None or edit.after is None:
        return edit
    visited, at = edit.after.get("visited_on"), now.replace(microsecond=0)
    more: Values = {"recorded_by": actor.staff, "recorded_at": at}
    if isinstance(visited, date):
        last = branch.calendar().add_workdays(np.array([days.one(visited)]), branch.settings.policy.visit_record_workdays)[0]
        more["backdated"] = days.day(last) < now.date()
    return replace(edit, after={**edit.after, **more})


def _opportunity(_: Branch, edit: Edit, actor: Actor, now: datetime) -> Edit:
    if edit.after is None:
        return edit
    more: Values = {"stage_on": now.date()} if "stage" in edit.after else {}
    if edit.before is None:
        more |= {"created_by": actor.staff, "stage_on": now.date()}
        if edit.after.get("created_at") is None:
            more["created_at"] = now.replace(microsecond=0)
    return replace(edit, after={**edit.after, **more})


def _plan(_: Branch, edit: Edit, __: Actor, ___: datetime) -> Edit:
    if edit.before is not None or edit.after is None:
        return edit
    return replace(edit, after={"version": 1, **edit.after})


def _diary(_: Branch, edit: Edit, __: Actor, ___: datetime) -> Edit:
    if edit.before is not None or edit.after is None:
        return edit
    return replace(edit, after={"origin": "person", **edit.after})


def _diary_of_visit(edit: Edit, actor: Actor) -> list[Edit]:
    """A visit is noted in the diary by the same transaction: neither stands without the other."""
    after = edit.after
    if edit.before is not None or after is None or after.get("visited_on") is None:
        return []
    note: Values = {
        "on": after["visited_on"], "staff": actor.staff, "customer": after.get("customer"), "work": "visit",
        "content": after.get("minutes") or after.get("kind"), "result": after.get("needs"), "todo": after.get("next_step"),
        "todo_on": after.get("next_due"), "origin": "house", "origin_row": edit.id,
    }  # fmt: skip
    return [Edit("diary", f"{edit.id}-diary", None, {key: value for key, value in note.items() if value is not None})]


def _nothing(_: Edit, __: Actor) -> list[Edit]:
    return []


Stamp = Callable[[Branch, Edit, Actor, datetime], Edit]
STAMPS: Mapping[str, Stamp] = {"visits": _visit, "opportunities": _opportunity, "plans": _plan, "diary": _diary}
FOLLOWERS: Mapping[str, Callable[[Edit, Actor], list[Edit]]] = {"visits": _diary_of_visit}
