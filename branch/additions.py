"""What Huce adds to a save: who and when, what follows in another ledger. All of it in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from branch import letter_follow, opportunities
from branch.change import Change, standing
from branch.checks import Save
from branch.checks.save import MANY
from rules import days
from rules.ladder import People
from sheets import late
from sheets.book import Book
from sheets.merge import Cell
from sheets.numbers import placeholder_for
from sheets.schema import Edit, Table, lacks

Values = dict[str, Cell]


# The steps of a plan that are a review, each with the column that keeps its day.
REVIEWED_ON = {"tl_reviewed": "tl_reviewed_on", "bl_reviewed": "bl_reviewed_on"}
LEADING = frozenset({"team_leader", "leader", "president"})
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
    for column in change.table.columns:
        if column.act and change.moved(column.act) and whole.get(column.act) is not None and whole.get(column.key) is None:
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
    if change.there is None or (_lacking(change.table, change.there) and not _lacking(change.table, change.whole)):
        more: Values = {"recorded_by": _who(save, change.whole) or None, "recorded_at": _at(save)}
        if isinstance(visited, date):
            last = save.calendar.add_workdays(np.array([days.one(visited)]), policy.visit_record_workdays)[0]
            more["backdated"] = days.day(last) < save.today
        return more
    written = change.there.get("recorded_at")
    if not isinstance(written, datetime):
        return {}
    old = save.now - written > timedelta(hours=policy.visit_edit_hours)
    content = [key for key in change.after if key not in {"tl_comment", "bl_comment"}]
    late: Values = {"backdated": True} if old and content and change.moved(*content) else {}
    return late | ({"recorded_at": _at(save)} if _another(change, written, old=old) else {})


def _another(change: Change, written: datetime, *, old: bool) -> bool:
    """Whether a record now tells of another visit than it told when it was written: of a day that had not come by then, or,
    once the time for corrections is over, of another customer, another way of visiting or somebody more who took part.
    That was written down now; else an old record would undo a breach that stood."""
    visited = change.whole.get("visited_on")
    if change.moved("visited_on") and isinstance(visited, date) and visited > written.date():
        return True
    was, now = (set(str(row.get("participants") or "").split(";")) for row in (change.there or {}, change.whole))
    return old and (change.moved(*OF_WHOM) or not now <= was)


def _lacking(table: Table, row: Mapping[str, Cell]) -> bool:
    """Whether a row does not yet hold what makes it one of its kind (`Table.complete`)."""

    def blank(column: str) -> bool:
        return row.get(column) in (None, "")

    return any(lacks(clause, blank, lambda key, codes: row.get(key) in codes) for clause in table.complete)


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


def _plan(save: Save, change: Change) -> Values:
    if change.there is None:
        return {"version": 1} if change.after.get("version") is None else {}
    if save.actor.role == "system" and change.there.get("status") in REVIEWED_ON and change.reviewed() and not change.moved("status"):
        version = change.there.get("version")  # nobody was asked for the reason: to be reviewed again (S10)
        again: Values = {"status": "amended", "version": (version if isinstance(version, int) else 1) + 1}
        return again | dict.fromkeys(REVIEWED_ON.values())
    day = REVIEWED_ON.get(str(change.after.get("status"))) if change.moved("status") else None
    return {day: save.today} if day else {}


def _amendment(save: Save, change: Change) -> Values:
    if change.there is not None or save.actor.role == "system":
        return {}
    return {"staff": save.actor.staff, "version": _version(save, change) + 1, "amended_on": change.after.get("amended_on") or save.today}


def _version(save: Save, change: Change) -> int:
    key = str(change.after.get("plan") or "")
    version = standing(save.book, "plans", [key]).get(key, {}).get("version")
    return version if isinstance(version, int) else 1


def _measure(save: Save, change: Change) -> Values:
    return {"noted_on": save.today} if change.there is None and change.after.get("noted_on") is None else {}


def _task(save: Save, change: Change) -> Values:
    """Who assigned it, and when; what was reported is done."""
    if change.there is None and save.actor.role != "system":
        return {"assigned_by": save.actor.staff, "assigned_at": _at(save), "status": change.after.get("status") or "open"}
    return {"status": "done"} if change.moved("done_on") and change.whole.get("done_on") and "status" not in change.after else {}


def _diary(_: Save, change: Change) -> Values:
    return {"origin": "person"} if change.there is None and change.after.get("origin") is None else {}


def _review(save: Save, change: Change) -> Values:
    """R09: what was reviewed is noted in the diary by the same save, and in the file of every customer it speaks of."""
    if not change.whole.get("written_on"):
        return {}
    noted: Values = {"in_diary": True} | _discussed_with(save, change)
    return {**noted, "in_file": True} if _lines_of(save, change.edit.id) else noted


def _discussed_with(save: Save, change: Change) -> Values:
    """A leader who writes down the talk need not say that it was with them."""
    theirs = save.actor.role in LEADING and change.moved("discussed_on") and not change.whole.get("discussed_with")
    return {"discussed_with": save.actor.staff} if theirs and change.whole.get("discussed_on") else {}


def _lines_of(save: Save, review: str) -> list[Mapping[str, Cell]]:
    """What a review says of one customer each: as it stands, and in the same save."""
    found = save.book.once("lines of reviews", lambda: _by_review(save.book))
    there = standing(save.book, "review_lines", found.get(review, ())) if review in found else {}
    if len(save.changes) < MANY:  # of a file: the lines find their review when they come themselves
        coming = (one for one in save.changes if one.table.key == "review_lines" and one.whole.get("review") == review)
        there |= {one.edit.id: one.whole | {"id": one.edit.id} for one in coming}
    return [row for row in there.values() if row.get("customer")]


def _by_review(book: Book) -> dict[str, list[str]]:
    frame = book.frame("review_lines")
    found: dict[str, list[str]] = {}
    for review, row in zip(frame["review"].astype("str"), frame["id"].astype("str"), strict=True):
        found.setdefault(review, []).append(row)
    return found


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


def _diary_of_visit(save: Save, change: Change) -> list[Edit]:
    """A visit is noted in the diary by the same transaction: neither stands without the other."""
    row, was = change.whole, (change.there or {}).get("visited_on")
    if row.get("visited_on") is None or was is not None:
        return []
    kind = change.table["kind"].choice(str(row.get("kind") or ""))
    note: Values = {
        "on": row["visited_on"],
        "staff": _who(save, row) or None,
        "customer": row.get("customer"),
        "work": "call" if row.get("mode") == "phone" else "visit",
        "content": row.get("minutes") or (kind.zh if kind else None),
        "result": row.get("needs"),
        "todo": row.get("next_step"),
        "todo_on": row.get("next_due"),
    }
    return _noted(save, change.edit.id, note)


def _diary_of_review(save: Save, change: Change) -> list[Edit]:
    """One line for each customer it speaks of; one of its own where it speaks of all together."""
    row, there = change.whole, change.there or {}
    if row.get("written_on") is None or (there.get("written_on") is not None and there.get("in_diary")):
        return []
    lines = _lines_of(save, change.edit.id)
    if lines:
        return [edit for line in lines for edit in _noted(save, str(line["id"]), _note(save, row, line))]
    return _noted(save, change.edit.id, _note(save, row, {}))


def _diary_of_line(save: Save, change: Change) -> list[Edit]:
    """A line that is added to a review already written: noted in the diary and in the customer's file like the others."""
    key = str(change.whole.get("review") or "")
    review = standing(save.book, "reviews", [key]).get(key, {})
    if change.there is not None or not change.whole.get("customer") or not review.get("written_on"):
        return []
    noted = _noted(save, change.edit.id, _note(save, review, change.whole))
    same = [one.edit.id for one in save.changes if one.table.key == "review_lines" and one.whole.get("review") == key]
    unfiled = not review.get("in_file") and same[0] == change.edit.id
    return [*noted, *([Edit("reviews", key, {"in_file": review.get("in_file")}, {"in_file": True})] if unfiled else [])]


def _note(save: Save, review: Mapping[str, Cell], line: Mapping[str, Cell]) -> Values:
    """What the diary says of a review: of one customer what its line says, else what the review says of all."""
    return {
        "on": review["written_on"],
        "staff": review.get("owner") or save.actor.staff,
        "customer": line.get("customer"),
        "work": "review",
        "content": line.get("feedback") or review.get("summary") or review.get("period"),
        "result": line.get("shortcomings") or review.get("shortcomings"),
        "todo": line.get("next_plan") or review.get("next_plan"),
    }


def _noted(save: Save, origin: str, note: Values) -> list[Edit]:
    """The diary line of a record; once, however often the record is saved."""
    if save.noted(origin):
        return []
    key = placeholder_for("diary", origin)
    whole = note | {"origin": "house", "origin_row": origin}
    return [Edit("diary", key, None, {name: value for name, value in whole.items() if value is not None})]


def _who(save: Save, row: Mapping[str, Cell]) -> str:
    """Whoever records the visit; of a file taken in by Huce, the first who took part, "" where nobody is named."""
    return str(row.get("participants") or "").split(";")[0] if save.actor.role == "system" else save.actor.staff


def _next_version(save: Save, change: Change) -> list[Edit]:
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


def _changed_unasked(save: Save, change: Change) -> list[Edit]:
    """A person who changes a reviewed plan is asked for the reason, and that reopens it. A spreadsheet, or a file that Huce takes
    in, asks nobody: the plan goes back to its reviewers all the same. New rows of a file are those of a plan that is only coming in."""
    if save.actor.role != "system" or (change.there is None and save.source != "sheet"):
        return []
    key = _plan_of(change)
    status = standing(save.book, "plans", [key]).get(key, {}).get("status")
    if status not in REVIEWED_ON or not change.reviewed():
        return []
    first = next(
        one for one in save.changes if (one.table.key == "plans" and one.edit.id == key) or (_plan_of(one) == key and one.reviewed())
    )
    return _reopened(save, key) if first is change else []


def _plan_of(change: Change) -> str:
    """The plan that a row of it belongs to: the one it is taken from, where it is moved."""
    return str((change.there or change.whole).get("plan") or "") if change.table.parent == "plan" else ""


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
    "plans": _plan,
    "amendments": _amendment,
    "measures": _measure,
    "tasks": _task,
    "diary": _diary,
    "reviews": _review,
    "marketing_plans": _marketing_plan,
    "payments": _payment,
    "reconciliations": _reconciliation,
}
FOLLOWERS: dict[str, Callable[[Save, Change], list[Edit]]] = {
    "visits": _diary_of_visit,
    "reviews": _diary_of_review,
    "review_lines": _diary_of_line,
    "amendments": _next_version,
    "plan_targets": _changed_unasked,
    "plan_actions": _changed_unasked,
    "customers": _handed_over,
    "letters": letter_follow.record_of,
    "ratings": letter_follow.letter_of,
    "credit_lines": letter_follow.letter_of,
    "loans": letter_follow.letter_of,
}
