"""What a save must make sense of, on the server, whatever a form allowed: each refusal is one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from branch import limits, matrix, scope
from branch.change import Change
from branch.people import Actor
from branch.settings import Policy
from rules.calendar import Calendar
from sheets import cells, sentences
from sheets.book import Book
from sheets.cells import fold
from sheets.merge import Cell
from sheets.schema import Column, Issue, Lang, Unread
from sheets.store.writing import Source
from texts import Fault, say

WAN = 1_000_000  # fen in 万元
MANY = 20  # changes in one save from which an index pays
TYPED = frozenset({"text", "long", "phone", "email", "uscc", "account", "file", "monthday"})


Place = tuple[str, str]  # ledger and row


class Refused(Fault):
    """A save that contradicts the scheme; `every` row of it that does, so that a file is judged in one pass."""

    every: Mapping[Place, Fault] = MappingProxyType({})


class CellRefused(Refused):
    """A value that its column cannot take: the sentence of the cell, with the name of the column before it."""

    def __init__(self, book: Book, issue: Issue) -> None:
        super().__init__(issue.code)
        self.issue, self._tables = issue, book.tables

    def say(self, lang: Lang) -> str:
        column = self._tables[self.issue.table][self.issue.column]
        told = sentences.sentence(self.issue, self._tables, lang)
        return say("check.cell", lang, column=column.label(lang), told=told)


@dataclass(frozen=True, slots=True)
class Save:
    """All of one save: its changes belong together, and a reason for one of them may stand in another."""

    policy: Policy
    book: Book
    changes: Sequence[Change]
    actor: Actor
    now: datetime
    source: Source
    calendar: Calendar

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def lang(self) -> Lang:
        return "en" if self.actor.lang == "en" else "zh"

    def there(self, table: str, row: str) -> bool:
        """Whether a row exists, deleted or not; a whole file asks so often that its ledger is indexed once."""
        ids = self.book.frames[table]["id"]
        return (
            bool((ids == row).any())
            if len(self.changes) < MANY
            else row in self.book.once(("ids", table), lambda: frozenset(self.book.frames[table]["id"]))
        )

    @property
    def by_hand(self) -> bool:
        """Somebody sits at a form; what comes in a file is taken with its faults, and listed."""
        return self.source == "portal" and self.actor.role != "system"


def check(save: Save) -> None:
    """Raises Refused for the first change that cannot stand; it knows all the others that cannot either."""
    found: dict[Place, Refused] = {}
    for change in save.changes:
        if change.edit.after is None:
            continue
        rules = (*ALWAYS, *(BY_HAND if save.by_hand else ()))
        rules += BY_TABLE.get(change.table.key, ()) if save.actor.role != "system" else ()
        try:
            for one in rules:
                one(save, change)
        except Refused as refused:
            found.setdefault((change.table.key, change.edit.id), refused)
    if found:
        first = next(iter(found.values()))
        first.every = found
        raise first


def _business(_: Save, change: Change) -> None:
    """R17: a business visit is on-site."""
    if change.table.key == "visits" and change.moved("kind", "mode"):
        whole = change.whole
        if whole.get("kind") == "business" and whole.get("mode") != "onsite":
            raise Refused("check.business_onsite")


def _values(save: Save, change: Change) -> None:
    """Each value is one its column can hold, and each reference names a row this person can see."""
    for key, value in change.after.items():
        column = change.table.column(key)
        if column is None or value is None or isinstance(value, Unread) or not change.moved(key):
            continue
        code = _fault(save, column, value, change)
        if code:
            at = f"{change.edit.id}.{key}"
            raise CellRefused(save.book, Issue(change.table.key, change.edit.id, key, at, code, str(value)))


def _fault(save: Save, column: Column, value: Cell, change: Change) -> str:
    """The code of what is wrong with a value, "" when nothing is."""
    words = str(value).split(";") if column.kind in {"choices", "staffs"} else [str(value)]
    if column.kind in {"choice", "choices"}:
        return "" if all(column.choice(word) for word in words) else f"{column.kind}_unknown"
    if column.kind in {"staff", "staffs"}:
        return "" if set(words) <= set(save.book.frame("staff")["id"]) else "staff_unknown"
    if column.kind == "ref":
        return "" if _named(save, column.ref, str(value)) else "ref_unknown"
    if column.kind in TYPED and not (column.sensitive and change.table.key == "accounts" and value == ""):
        reading = cells.read(column, value)
        return "" if reading.warning else reading.code
    return ""


def _named(save: Save, table: str, row: str) -> bool:
    """Whether a reference names a row he may see, or one that this very save makes."""
    if any(c.table.key == table and c.edit.id == row and c.edit.after is not None for c in save.changes):
        return True
    if table not in save.book.tables:
        return False
    seen = save.book.frame(table) if table == "teams" else scope.rows(save.book, table, save.actor)
    return bool((seen["id"] == row).any())


def _required(save: Save, change: Change) -> None:
    """What the ledger asks for is there: all of it in a new row, and never taken out of an old one."""
    for column in change.table.columns:
        if not column.required or column.auto or column.key == "id":
            continue
        if (change.there is None or column.key in change.after) and change.whole.get(column.key) is None:
            if change.there is not None and change.there.get(column.key) is None:
                continue
            raise Refused("check.required", column=column.label(save.lang))


def _facts(save: Save, change: Change) -> None:
    """What is said to have happened has happened by now."""
    for key in limits.FACTS.get(change.table.key, ()):
        value = change.after.get(key)
        if value is not None and change.moved(key) and (day := as_day(value)) is not None and day > save.today:
            code = "check.visit_future" if key == "visited_on" else "check.future"
            raise Refused(code, day=day, column=change.table[key].label(save.lang))


def _order(save: Save, change: Change) -> None:
    """Of two days, the later one is not before the earlier one."""
    for table, later, earlier in limits.ORDER:
        if table == change.table.key and change.moved(later, earlier):
            whole = change.whole
            first, last = whole.get(earlier), whole.get(later)
            if before(last, first):
                names = change.table[later].label(save.lang), change.table[earlier].label(save.lang)
                raise Refused("check.order", column=names[0], other=names[1], day=last, base=first)


def as_day(value: Cell) -> date | None:
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None


def before(last: Cell, first: Cell) -> bool:
    """Whether the later one lies before the earlier one; an instant and a day are compared by their days."""
    if isinstance(last, datetime) and isinstance(first, datetime):
        return last < first
    one, two = as_day(last), as_day(first)
    return one is not None and two is not None and one < two


def _taken(save: Save, change: Change) -> None:
    """One code, one customer: whose the other is, is not told."""
    code = change.after.get("uscc")
    if code and not isinstance(code, Unread) and change.moved("uscc"):
        frame = save.book.frame("customers")
        if ((frame["uscc"] == code) & (frame["id"] != change.edit.id)).any():
            raise Refused("check.uscc_taken", uscc=code)


def _basic(save: Save, change: Change) -> None:
    """A customer has one basic account."""
    whole = change.whole
    if whole.get("nature") == "basic" and whole.get("status") != "closed" and change.moved("nature", "status", "customer"):
        frame = save.book.frame("accounts")
        others = frame[(frame["customer"].astype("str") == whole.get("customer")) & (frame["id"] != change.edit.id)]
        if ((others["nature"].astype("str") == "basic") & (others["status"].astype("str") != "closed")).any():
            raise Refused("check.basic_second")


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
    asked = [key for key in change.after if key not in limits.PROGRESS[change.table.key]]
    if change.there is not None and not (asked and change.moved(*asked)):
        return
    reasons = (c for c in save.changes if c.table.key == "amendments" and c.there is None and c.after.get("plan") == plan["id"])
    if not any(one.after.get("reason") and fold(str(one.after.get("explanation") or "")) for one in reasons):
        raise Refused("check.plan_reason")


def _plan_step(save: Save, change: Change) -> None:
    """A plan goes from hand to hand: nobody reviews for another."""
    if not change.moved("status"):
        return
    if change.there is None:
        if change.after.get("status") not in {"draft", "submitted"}:
            raise Refused("check.plan_status")
    elif (change.there.get("status"), change.after["status"]) not in limits.PLAN_STEPS.get(save.actor.role, frozenset()):
        raise Refused("check.plan_status")


def _signed(save: Save, change: Change) -> None:
    """A large payment is signed by whoever may sign its amount, in his own name."""
    if not change.moved("signed_by", "signed_at"):
        return
    policy = save.policy
    most = {matrix.CM: policy.payment_own_wan * WAN, matrix.TL: policy.payment_team_wan * WAN}.get(save.actor.role)
    amount = change.whole.get("amount")
    over = most is not None and (not isinstance(amount, int) or (amount >= most if save.actor.role == matrix.CM else amount > most))
    if over:
        raise Refused("check.payment_above")
    if change.whole.get("signed_by") not in {None, save.actor.staff}:
        raise Refused("check.sign_self")


def _commented(save: Save, change: Change) -> None:
    """A diary entry stands as it was once the team leader has written under it."""
    if change.there is not None and change.there.get("comment") and save.actor.role == matrix.CM and change.moved():
        raise Refused("check.diary_closed")


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


Check = Callable[[Save, Change], None]
ALWAYS: tuple[Check, ...] = (_business,)
BY_HAND: tuple[Check, ...] = (_values, _required, _facts, _order)
BY_TABLE: dict[str, tuple[Check, ...]] = {
    "customers": (_taken,),
    "accounts": (_basic,),
    "plans": (_plan_step, _amended),
    "plan_targets": (_amended,),
    "plan_actions": (_amended,),
    "payments": (_signed,),
    "diary": (_commented,),
    "letters": (_internal,),
    "rules": (_draft_rule,),
}
