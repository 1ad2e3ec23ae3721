"""How a benchmark saves and looks as a person does: the one place that follows when those calls move."""

from __future__ import annotations

from datetime import datetime

from branch.branch import Branch
from branch.people import Actor, actor
from sheets.merge import Cell
from sheets.schema import Edit

MANAGER, LEADER = "M00000", "BL"  # people of benchmarks.rows
LISTED = ("customers", "visits", "ratings", "credit_lines", "loans", "opportunities", "plans")


def person(branch: Branch, staff: str, now: datetime) -> Actor:
    found = actor(branch.book(), staff, now.date())
    if found is None:
        raise LookupError(staff)
    return found


def look(branch: Branch, staff: str, now: datetime) -> int:
    """What the pages ask for a person: the dues, the rows of the main ledgers, the issues. Returns how many there were."""
    sight = branch.look(now).of(person(branch, staff, now))
    return len(sight.dues) + len(sight.work) + sum(len(sight.rows(table)) for table in LISTED) + len(sight.issues)


def save(branch: Branch, number: int, now: datetime, *, by: int = 0) -> None:
    """A manager records a phone call with a customer of theirs, checked, stamped and on record like any other."""
    staff, call = f"M{by:05}", dict[str, Cell]()
    call |= {"customer": f"C{by:07}", "kind": "routine", "mode": "phone", "visited_on": now.date(), "participants": staff}
    call |= {"minutes": f"了解资金安排 {number}", "needs": "无", "next_step": "跟进"}
    branch.write([Edit("visits", f"call-{by}-{number}", None, call)], person(branch, staff, now), "portal", now)
