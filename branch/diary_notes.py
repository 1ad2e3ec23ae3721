"""What was done for customers stands in the diary by the same save: a visit, and a review of each customer that it speaks of."""

from __future__ import annotations

from collections.abc import Mapping

from branch.change import Change, standing
from branch.checks import Save
from branch.checks.save import MANY
from sheets.book import Book
from sheets.merge import Cell
from sheets.numbers import placeholder_for
from sheets.schema import Edit, Table, lacks

Values = dict[str, Cell]


def diary(_: Save, change: Change) -> Values:
    return {"origin": "person"} if change.there is None and change.after.get("origin") is None else {}


def lines_of(save: Save, review: str) -> list[Mapping[str, Cell]]:
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


def of_visit(save: Save, change: Change) -> list[Edit]:
    """A visit is noted in the diary by the same transaction, once it is one: without its minutes it is none yet."""
    row, there = change.whole, change.there or {}
    if not _took_place(change.table, row) or _took_place(change.table, there):
        return []
    kind = change.table["kind"].choice(str(row.get("kind") or ""))
    note: Values = {
        "on": row["visited_on"],
        "staff": writer(save, row) or None,
        "customer": row.get("customer"),
        "work": "call" if row.get("mode") == "phone" else "visit",
        "content": row.get("minutes") or (kind.zh if kind else None),
        "result": row.get("needs"),
        "todo": row.get("next_step"),
        "todo_on": row.get("next_due"),
    }
    return _noted(save, change.edit.id, note)


def _took_place(table: Table, row: Mapping[str, Cell]) -> bool:
    return row.get("visited_on") is not None and not lacking(table, row)


def of_review(save: Save, change: Change) -> list[Edit]:
    """One line for each customer it speaks of; one of its own where it speaks of all together."""
    row, there = change.whole, change.there or {}
    if row.get("written_on") is None or (there.get("written_on") is not None and there.get("in_diary")):
        return []
    lines = lines_of(save, change.edit.id)
    if lines:
        return [edit for line in lines for edit in _noted(save, str(line["id"]), _note(save, row, line))]
    return _noted(save, change.edit.id, _note(save, row, {}))


def of_line(save: Save, change: Change) -> list[Edit]:
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


def writer(save: Save, row: Mapping[str, Cell]) -> str:
    """Whoever records the visit; of a file taken in by Huce, the first who took part, "" where nobody is named."""
    return str(row.get("participants") or "").split(";")[0] if save.actor.role == "system" else save.actor.staff


def lacking(table: Table, row: Mapping[str, Cell]) -> bool:
    """Whether a row does not yet hold what makes it one of its kind (`Table.complete`)."""

    def blank(column: str) -> bool:
        return row.get(column) in (None, "")

    return any(lacks(clause, blank, lambda key, codes: row.get(key) in codes) for clause in table.complete)
