"""Searches and filters of a list that a person keeps under a name: theirs alone, beside drafts, in no ledger or spreadsheet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from branch.branch import Branch
from sheets.cells import fold
from texts import Fault

MOST = 20  # views of one list
LONGEST = 30  # characters of a name


class ViewRefused(Fault):
    """A view that cannot be kept so: no name, one that is taken, or too many."""


@dataclass(frozen=True, slots=True)
class View:
    """`chosen`: what the search and each filter hold, by the words of the address."""

    name: str
    chosen: Mapping[str, str]


def views(branch: Branch, staff: str, of: str) -> list[View]:
    """Those of one list, in the order of their names."""
    there = branch.store.private.marked(_mark(staff, of))
    return [View(name, chosen) for name, chosen in json.loads(there[0]).items()] if there else []


def keep(branch: Branch, staff: str, of: str, view: View, now: datetime) -> str:
    """Adds a view; answers its name as it is kept. Raises ViewRefused."""
    found = views(branch, staff, of)
    if len(found) >= MOST:
        raise ViewRefused("view.many", most=MOST)
    name = _free(found, view.name)
    _write(branch, staff, of, [*found, View(name, view.chosen)], now)
    return name


def rename(branch: Branch, staff: str, of: str, name: str, new: str, now: datetime) -> str:
    """Answers the name as it is kept. One that is gone by now stays gone. Raises ViewRefused."""
    found = views(branch, staff, of)
    new = _free([one for one in found if one.name != name], new)
    _write(branch, staff, of, [View(new, one.chosen) if one.name == name else one for one in found], now)
    return new


def remove(branch: Branch, staff: str, of: str, name: str, now: datetime) -> None:
    _write(branch, staff, of, [one for one in views(branch, staff, of) if one.name != name], now)


def _free(found: list[View], name: str) -> str:
    """A name that is one, and that no other view of the list bears."""
    name = " ".join(name.split())
    if not name:
        raise ViewRefused("view.no_name")
    if len(name) > LONGEST:
        raise ViewRefused("view.long", most=LONGEST)
    if fold(name) in {fold(one.name) for one in found}:
        raise ViewRefused("view.taken", name=name)
    return name


def _write(branch: Branch, staff: str, of: str, found: list[View], now: datetime) -> None:
    kept = {name: dict(chosen) for name, chosen in sorted({one.name: one.chosen for one in found}.items(), key=lambda one: one[0])}
    if kept:
        branch.store.private.mark(_mark(staff, of), json.dumps(kept, ensure_ascii=False), now)
    else:
        branch.store.private.unmark(_mark(staff, of))


def _mark(staff: str, of: str) -> str:
    return f"views:{staff}:{of}"
