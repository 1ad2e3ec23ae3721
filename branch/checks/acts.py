"""What is asked of the act and not of the row: who may take a step, what must be said beside it, what the form offered."""

from __future__ import annotations

from collections.abc import Callable

from branch import matrix, opportunities, scope
from branch.change import Change
from branch.checks.save import CellRefused, Refused, Save
from branch.settings import Policy
from sheets import cells
from sheets.book import Book
from sheets.cells import fold
from sheets.merge import Cell
from sheets.schema import Column, Issue, Unread
from texts import say

WAN = 1_000_000  # fen in 万元
TYPED = frozenset({"text", "long", "phone", "email", "uscc", "account", "file", "monthday"})


def typed_in(save: Save, change: Change) -> None:
    """Each value is one its column can hold, and each reference names a row this person can see."""
    for key, value in change.after.items():
        column = change.table.column(key)
        if column is None or value is None or isinstance(value, Unread) or not change.moved(key):
            continue
        code = _fault(save, column, value, change)
        if code:
            at = f"{change.edit.id}.{key}"
            raise CellRefused(save.book, Issue(change.table.key, change.edit.id, key, at, code, str(value)))


def numbered(_: Save, change: Change) -> None:
    """The number that a person types for a new row is one that no other row bears."""
    if change.edit.before is None and change.there is not None and change.moved():
        raise Refused("check.number_taken", number=change.edit.id)


def _fault(save: Save, column: Column, value: Cell, change: Change) -> str:
    """The code of what is wrong with a value, "" when nothing is."""
    if column.kind in {"choice", "choices"}:
        words = str(value).split(";") if column.kind == "choices" else [str(value)]
        return "" if all(column.choice(word) for word in words) else f"{column.kind}_unknown"
    if column.kind == "ref":
        return "" if _in_sight(save, column.ref, str(value)) else "ref_unknown"
    if column.kind in TYPED and not (column.sensitive and change.table.key == "accounts" and value == ""):
        reading = cells.read(column, value)
        return "" if reading.warning else reading.code
    return ""


def _in_sight(save: Save, table: str, row: str) -> bool:
    """Whether a reference names a row the person may see, or one that this very save makes."""
    if any(c.table.key == table and c.edit.id == row and c.edit.after is not None for c in save.changes):
        return True
    if table == "customers":
        return row in scope.customers(save.book, save.actor)
    return table in save.book.tables and not scope.rows(save.book, table, save.actor, (row,)).empty


def _plan_of(save: Save, change: Change) -> dict[str, Cell]:
    """The annual plan a change belongs to, as it stands."""
    key = change.edit.id if change.table.key == "plans" else str(change.whole.get("plan") or "")
    frame = save.book.frame("plans")
    found = frame[frame["id"] == key]
    return {} if found.empty else {"id": key, "status": str(found.iloc[0]["status"])}


def _amended(save: Save, change: Change) -> None:
    """S10: a plan that has left the draft is changed with a reason, on record beside the change."""
    plan = _plan_of(save, change)
    if not plan or plan["status"] == "draft" or (change.table.key == "plans" and change.there is None):
        return
    if change.there is not None and not change.reviewed():
        return
    _with_reason(save, str(plan["id"]))


def _taken_from(save: Save, change: Change) -> None:
    """S10: taking a goal or an action out of such a plan, or moving it to another one, changes the plan as well."""
    was = str((change.there or {}).get("plan") or "")
    gone = change.edit.after is None or (change.moved("plan") and change.after.get("plan") != was)
    if not gone or not was or save.actor.role == "system":
        return
    frame = save.book.frame("plans")
    status = frame.loc[frame["id"] == was, "status"].astype("str")
    if len(status) and status.iloc[0] != "draft":
        _with_reason(save, was)


def _with_reason(save: Save, plan: str) -> None:
    reasons = (c for c in save.changes if c.table.key == "amendments" and c.there is None and c.after.get("plan") == plan)
    if not any(one.after.get("reason") and fold(str(one.after.get("explanation") or "")) for one in reasons):
        raise Refused("check.plan_reason")


def _plan_step(save: Save, change: Change) -> None:
    """A plan goes from hand to hand: nobody reviews for another."""
    if not change.moved("status"):
        return
    if change.there is None:
        if change.after.get("status") not in {"draft", "submitted"}:
            raise Refused("check.plan_status")
    elif (change.there.get("status"), change.after["status"]) not in matrix.PLAN_STEPS.get(save.actor.role, frozenset()):
        raise Refused("check.plan_status")
    elif change.after["status"] in matrix.REVIEWED_ON and save.actor.staff == change.whole.get("owner"):
        raise Refused("check.plan_own")


def above_limit(policy: Policy, role: str, amount: object) -> bool:
    """Whether a payment (fen) is larger than a role may sign; of one that cannot be read nobody below the leader knows."""
    most = {matrix.CM: policy.payment_own_wan * WAN, matrix.TL: policy.payment_team_wan * WAN}.get(role)
    return most is not None and (not isinstance(amount, int) or (amount >= most if role == matrix.CM else amount > most))


def _signed(save: Save, change: Change) -> None:
    """A large payment is signed by whoever may sign its amount, in their own name."""
    if not change.moved("signed_by", "signed_at"):
        return
    if above_limit(save.policy, save.actor.role, change.whole.get("amount")):
        raise Refused("check.payment_above")
    if change.whole.get("signed_by") not in {None, save.actor.staff}:
        raise Refused("check.sign_self")


def _commented(save: Save, change: Change) -> None:
    """A diary entry stands as it was once the team leader has written under it."""
    if change.there is not None and change.there.get("comment") and save.actor.role == matrix.CM and change.moved():
        raise Refused("check.diary_closed")


def _discussed(save: Save, change: Change) -> None:
    """S15: a review stands as it was once it has been discussed, and so does what it says of each customer. The leader may still
    put their own words right; a spreadsheet does not say who typed, so nothing is taken from it."""
    asked = save.actor.role == matrix.CM or save.source == "sheet"
    if asked and _touched(change) and not _reviews_of(change).isdisjoint(_closed(save.book)):
        raise Refused("check.review_closed")


def _touched(change: Change) -> bool:
    """Whether a person's own hand is in it: a new row, one that goes, or a cell that Huce does not fill in by itself."""
    if change.there is None or change.edit.after is None:
        return True
    return any(change.moved(key) for key in change.after if (column := change.table.column(key)) and not column.auto)


def _reviews_of(change: Change) -> set[str]:
    """The reviews that a change belongs to: of a line that is moved, both."""
    if change.table.key == "reviews":
        return {change.edit.id}
    return {str(row["review"]) for row in (change.there or {}, change.whole) if row.get("review")}


def _closed(book: Book) -> frozenset[str]:
    """The reviews that have been discussed, as they stand."""
    frame = book.frame("reviews")
    told = frame["discussed_on"].notna() | (frame["status"].astype("str") == "discussed")
    return book.once("closed reviews", lambda: frozenset(frame.loc[told, "id"].astype("str")))


def _internal(save: Save, change: Change) -> None:
    """A manager sends the letter that goes to the customer; the notices are sent by the credit officer."""
    if save.actor.role == matrix.CM and change.whole.get("kind") != "loan_notice" and change.moved("sent_on", "delivered"):
        raise Refused("check.letter_internal")


def _draft_rule(save: Save, change: Change) -> None:
    """What an administrator drafts, a leader puts into force, unless the branch has switched that off."""
    if save.actor.role == matrix.ADM and save.policy.approve_rules and change.moved():
        in_force = change.there is not None and change.there.get("enabled") is True
        if in_force or change.whole.get("enabled") is True:
            raise Refused("check.rule_leader")


def _moved_on(save: Save, change: Change) -> None:
    """S46–S52: an opportunity moves on once what its next stage asks for is there, and ends for a reason."""
    if not save.by_hand or not change.moved("stage"):
        return
    stage, row = str(change.after["stage"] or ""), {**change.whole, "id": change.edit.id}
    was = change.there or {"stage": opportunities.PATH[1]}  # a new one begins as collected or created, whatever its form says
    choice = change.table["stage"].choice(stage)
    named = choice.label(save.lang) if choice else stage
    if stage in opportunities.ENDED and not row.get("lost_reason"):
        raise Refused("check.opportunity_reason", stage=named, column=change.table["lost_reason"].label(save.lang))
    coming = ((one.table.key, one.whole) for one in save.changes if one.edit.after is not None)
    asked = opportunities.gates(was, stage)
    missing = opportunities.lacking(save.book, row, asked, coming)
    if missing:
        told = say("rule.and", save.lang).join(say(f"opportunity.gate.{one}", save.lang) for one in missing)
        raise Refused("check.opportunity_gate", stage=named, missing=told)


BY_TABLE: dict[str, tuple[Callable[[Save, Change], None], ...]] = {
    "plans": (_plan_step, _amended),
    "plan_targets": (_amended,),
    "plan_actions": (_amended,),
    "payments": (_signed,),
    "diary": (_commented,),
    "letters": (_internal,),
    "opportunities": (_moved_on,),
    "rules": (_draft_rule,),
}
# Asked of every path, the spreadsheet among them, and of a row that is taken out too.
CLOSED: dict[str, tuple[Callable[[Save, Change], None], ...]] = {
    "reviews": (_discussed,),
    "review_lines": (_discussed,),
    "plan_targets": (_taken_from,),
    "plan_actions": (_taken_from,),
}
