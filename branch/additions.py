"""What Huce adds to a save: who and when, what follows in another ledger. All of it in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from branch import diary_notes, letter_follow, matrix, opportunities, plan_versions
from branch.change import Change
from branch.checks import Save
from rules import days
from rules.ladder import People
from sheets import late
from sheets.book import Book
from sheets.merge import Cell
from sheets.numbers import placeholder_for
from sheets.schema import Edit

Values = dict[str, Cell]


OF_WHOM = ("customer", "kind", "mode")  # what a visit counts for, beside its day and who took part
SIGNING = frozenset({"agree", "retain"})  # a decision that lets a payment go or keeps it; any other asks for more or hands it on


def added(save: Save, change: Change) -> Change:
    """The change with what Huce fills in."""
    if change.edit.after is None:
        return change
    make = ADDITIONS.get(change.table.key)
    change = change.plus(_finished(save, change))
    change = change.plus(_stamped(save, change))
    change = change if make is None else change.plus(make(save, change))
    return change.plus(_entered(save, change))


def followers(save: Save, change: Change) -> list[Edit]:
    """What a change brings with it in other ledgers."""
    make = FOLLOWERS.get(change.table.key)
    return [] if make is None or change.edit.after is None else make(save, change)


def _at(save: Save) -> Any:
    return save.now.replace(microsecond=0)


def _stamped(save: Save, change: Change) -> Values:
    """The moment of each act that this change makes: who writes the feedback need not, and cannot, say when."""
    whole, more = change.whole, Values()
    for column, act, codes in change.table.dated:
        said = whole.get(act) if change.moved(act) else None
        if said is not None and (not codes or said in codes) and whole.get(column.key) is None:
            more[column.key] = _at(save) if column.kind == "datetime" else save.today
    return more


def _finished(save: Save, change: Change) -> Values:
    """The day of what is put down as done: no due is over without the day on which it was. Of a new row of a file nobody knows it."""
    if change.table.column("done_on") is None or not change.moved("status") or change.after.get("status") != "done":
        return {}
    known = change.whole.get("done_on") is not None or (change.there is None and not save.by_hand)
    return {} if known else {"done_on": save.today}


def _entered(save: Save, change: Change) -> Values:
    """When each fact was written down, where that was not on its day. A later correction keeps the first entry, and so does
    one that is taken out where it must stand: written again, it does not begin anew."""
    if change.table.column(late.COLUMN.key) is None:
        return {}
    there, noted = change.there or {}, late.read(str((change.there or {}).get(late.COLUMN.key) or ""))
    known = dict(noted)
    for column in late.kept(change.table.columns):
        if column.key not in change.after or not change.moved(column.key):
            continue
        day, was = _day(change.after[column.key]), _day(there.get(column.key))
        entered = noted.get(column.key) or was or save.today
        known.pop(column.key, None)
        if day != entered and (day is not None or (was is not None and column.required)):
            known[column.key] = entered
    return {late.COLUMN.key: late.write(known)} if known != noted else {}


def _day(value: Cell) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _visit(save: Save, change: Change) -> Values:
    """When it was written down: of a visit that came without its minutes, when those came."""
    policy, visited = save.policy, change.whole.get("visited_on")
    if change.there is None or (diary_notes.lacking(change.table, change.there) and not diary_notes.lacking(change.table, change.whole)):
        more: Values = {"recorded_by": diary_notes.writer(save, change.whole) or None, "recorded_at": _at(save)}
        if isinstance(visited, date):
            last = save.calendar.add_workdays(np.array([days.one(visited)]), policy.visit_record_workdays)[0]
            more["backdated"] = days.day(last) < save.today
        return more
    written = change.there.get("recorded_at")
    if not isinstance(written, datetime):
        return {}
    old = save.now - written > timedelta(hours=policy.visit_edit_hours)
    content = [key for key in change.after if key not in {"tl_comment", "bl_comment"}]
    after: Values = {"backdated": True} if old and content and change.moved(*content) else {}
    return after | ({"recorded_at": _at(save)} if _another(change, written, old=old) else {})


def _another(change: Change, written: datetime, *, old: bool) -> bool:
    """Whether a record now tells of another visit than it told when it was written: of a day that had not come by then, or,
    once the time for corrections is over, of another customer, another way of visiting or somebody more who took part.
    That was written down now; else an old record would undo a breach that stood."""
    visited = change.whole.get("visited_on")
    if change.moved("visited_on") and isinstance(visited, date) and visited > written.date():
        return True
    was, now = (set(str(row.get("participants") or "").split(";")) for row in (change.there or {}, change.whole))
    return old and (change.moved(*OF_WHOM) or not now <= was)


def _opportunity(save: Save, change: Change) -> Values:
    more: Values = _handed_up(save, change) if save.by_hand else {}
    if change.there is None:
        more |= {"created_by": save.actor.staff, "stage_on": save.today}
        if not change.after.get("created_at"):  # made and submitted by one click: not submitted before it was made
            submitted = change.after.get("submitted_at") if save.by_hand else None
            more["created_at"] = min(_at(save), submitted) if isinstance(submitted, datetime) else _at(save)
    elif change.moved("stage") or "stage" in more:
        more["stage_on"] = save.today
    return more


def _handed_up(save: Save, change: Change) -> Values:
    """To whom it was submitted or reported, where nobody named them; a lead that is submitted is an opportunity (S38, S39, S42)."""
    whole, more = change.whole, Values()
    for moment, whom, role in (("submitted_at", "submitted_to", "team_leader"), ("reported_at", "reported_to", "leader")):
        if change.moved(moment) and whole.get(moment) is not None and not whole.get(whom):
            people = save.book.once(("people", save.today), lambda: People(save.book.last_good, save.today))
            row = whole if change.there is not None else {**whole, "created_by": save.actor.staff}
            more[whom] = opportunities.receiver(people, role, row) or None
    if change.moved("submitted_at") and whole.get("submitted_at") is not None and whole.get("stage") == opportunities.PATH[0]:
        more["stage"] = opportunities.onward(opportunities.PATH[0])
    return more


def _customer(save: Save, change: Change) -> Values:
    """A new file is its maker's own; a hand-over counts from today."""
    if change.there is not None:
        return {"assigned_on": save.today} if change.moved("owner") and "assigned_on" not in change.after else {}
    born = {"owner": save.actor.staff, "team": save.actor.team or None, "assigned_on": save.today, "filed_on": save.today}
    if save.actor.role != "customer_manager":
        return {}
    return {key: value for key, value in born.items() if change.after.get(key) is None}


def _measure(save: Save, change: Change) -> Values:
    return {"noted_on": save.today} if change.there is None and change.after.get("noted_on") is None else {}


def _task(save: Save, change: Change) -> Values:
    """Who assigned it, and when; what was reported is done."""
    if change.there is None and save.actor.role != "system":
        return {"assigned_by": save.actor.staff, "assigned_at": _at(save), "status": change.after.get("status") or "open"}
    return {"status": "done"} if change.moved("done_on") and change.whole.get("done_on") and "status" not in change.after else {}


def _review(save: Save, change: Change) -> Values:
    """R09: what was reviewed is noted in the diary by the same save, and in the file of every customer it speaks of."""
    if not change.whole.get("written_on"):
        return {}
    noted: Values = {"in_diary": True} | _discussed_with(save, change)
    return {**noted, "in_file": True} if diary_notes.lines_of(save, change.edit.id) else noted


def _discussed_with(save: Save, change: Change) -> Values:
    """A leader who writes down the talk need not say that it was with them."""
    theirs = save.actor.role in matrix.LEADING and change.moved("discussed_on") and not change.whole.get("discussed_with")
    return {"discussed_with": save.actor.staff} if theirs and change.whole.get("discussed_on") else {}


def _marketing_plan(save: Save, change: Change) -> Values:
    return {"made_by": save.actor.staff} if change.there is None else {}


def _payment(save: Save, change: Change) -> Values:
    frame = save.book.frame("customers")
    mine = frame.loc[frame["id"] == change.whole.get("customer"), "flags"]
    signed = _signed_by_deciding(save, change)
    return signed | {"loan_customer": bool(len(mine)) and "credit" in str(mine.iloc[0]).split(";")}


def _signed_by_deciding(save: Save, change: Change) -> Values:
    """Who decides about a payment at its form has signed it: the decision is the act, and makes name and time."""
    row = change.whole
    decided = save.by_hand and change.moved("decision") and row.get("decision") in SIGNING
    return {"signed_by": save.actor.staff, "signed_at": _at(save)} if decided and not row.get("signed_by") else {}


def _reconciliation(_: Save, change: Change) -> Values:
    return {"must_return": change.whole.get("exempt") is None}


def _handed_over(save: Save, change: Change) -> list[Edit]:
    """Who looked after whom, from when to when: the old assignment ends, the new one begins."""
    if save.actor.role == "system" or not change.moved("owner") or not change.after.get("owner"):
        return []
    open_ = save.book.once("assignments that stand", lambda: _looked_after(save.book))
    ended = [Edit("assignments", row, {"to_on": None}, {"to_on": save.today}) for row in open_.get(change.edit.id, ())]
    new: Values = {"customer": change.edit.id, "staff": change.after["owner"], "part": "owner", "from_on": save.today}
    key = placeholder_for("assignments", change.edit.id, f"{save.now:%Y%m%d%H%M%S}")
    return [*ended, Edit("assignments", key, None, new)]


def _looked_after(book: Book) -> dict[str, list[str]]:
    """Customer → the assignments of those who look after them, and do not only help."""
    frame = book.frame("assignments")
    frame = frame[~frame["part"].astype("str").isin(("assistant", "product", "credit")) & frame["to_on"].isna()]
    found: dict[str, list[str]] = {}
    for customer, row in zip(frame["customer"].astype("str"), frame["id"], strict=True):
        found.setdefault(customer, []).append(str(row))
    return found


ADDITIONS: dict[str, Callable[[Save, Change], Values]] = {
    "visits": _visit,
    "opportunities": _opportunity,
    "customers": _customer,
    "plans": plan_versions.plan,
    "amendments": plan_versions.amendment,
    "measures": _measure,
    "tasks": _task,
    "diary": diary_notes.diary,
    "reviews": _review,
    "marketing_plans": _marketing_plan,
    "payments": _payment,
    "reconciliations": _reconciliation,
}
FOLLOWERS: dict[str, Callable[[Save, Change], list[Edit]]] = {
    "visits": diary_notes.of_visit,
    "reviews": diary_notes.of_review,
    "review_lines": diary_notes.of_line,
    "amendments": plan_versions.next_version,
    "plan_targets": plan_versions.changed_unasked,
    "plan_actions": plan_versions.changed_unasked,
    "customers": _handed_over,
    "letters": letter_follow.record_of,
    "ratings": letter_follow.letter_of,
    "credit_lines": letter_follow.letter_of,
    "loans": letter_follow.letter_of,
}
