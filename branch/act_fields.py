"""What an act on a ledger asks for: the few columns that its form shows first, by the column (or figure) the due is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Asked:
    """`fields` in their order. `must`: without which the act says nothing. `stands`: once these are filled only the date is
    left, and one click is enough. `signed`: the column in which the person's own name is written by the same save. `today`: the date
    begins with today."""

    fields: tuple[str, ...]
    must: tuple[str, ...] = ()
    stands: tuple[str, ...] = ()
    signed: str = ""
    today: bool = True


CHECKED = ("industry_checked", "size_checked", "finance_checked")
_RECORD = Asked(("visited_on", "mode", "place", "their_people", "purposes", "opportunity", "minutes"), ("visited_on",), today=False)
_RESULT = Asked(("result", "arrears"), ("result",))

# A row that is there. What is not here is either a bare date, stamped by one click, or has a page of its own.
ROWS: Mapping[str, Mapping[str, Asked]] = MappingProxyType({
    "customers": {"next_update_on": Asked(("next_update_on", "address", "legal_representative", "main_business"), ("next_update_on",))},
    "visits": {
        "prepared_items": Asked(("preparation",), ("preparation",)), "visited_on": _RECORD, "record_whole": _RECORD,
    },
    "reviews": {
        "written_on": Asked(("written_on", "summary", "shortcomings", "next_plan"), ("written_on", "summary")),
        "discussed_on": Asked(("discussed_on", "discussed_with", "discussion_mode", "conclusion", "leader_opinion"),
                              ("discussed_with", "conclusion")),
    },
    "problems": {
        "taken_on": Asked(("taken_on", "promised_on"), ("taken_on", "promised_on")),
        "solved_on": Asked(("solved_on", "satisfied", "result"), ("solved_on", "result")),
    },
    "ratings": {
        "entered_on": Asked((*CHECKED, "entered_on"), CHECKED, CHECKED),
        "initiated_on": Asked((*CHECKED, "model", "initiated_on"), (*CHECKED, "model"), (*CHECKED, "model")),
    },
    "credit_lines": {"submitted_on": Asked(("materials_on", "submitted_on", "process_no"), ("materials_on",), ("materials_on",))},
    "interest_checks": {
        "rechecked_on": Asked(("rechecked_on", "rebalance"), ("rechecked_on", "rebalance")), "result": _RESULT, "arrears": _RESULT,
    },
    "reconciliations": {"returned_on": Asked(("returned_on", "result", "difference", "explanation"), ("returned_on", "result"))},
    "payments": {
        "signed_at": Asked(("decision", "opinion"), ("decision",), signed="signed_by"),
        "evidence": Asked(("evidence", "purpose"), ("evidence",)),
        "pay_mode": Asked(("pay_mode", "loan"), ("pay_mode",)),
    },
    "tasks": {"done_on": Asked(("report", "done_on"), ("report",))},
    "products": {"status": Asked(("status", "expires_on"), ("status",))},
})  # fmt: skip

# A new row: what its form asks for beside what the ledger itself requires, by ledger and by the column that ends the due.
NEW: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "diary": {"": ("customer", "result", "todo", "todo_on")},
    "reviews": {"": ("written_on", "summary", "shortcomings", "next_plan")},
    "channels": {"": ("mode",)},
    "cash_plans": {"": ("purpose", "certainty")},
    "reconciliations": {"reminded_on": ("reminded_on", "reminded_by", "reminded_whom"), "": ("returned_on", "result", "mode")},
    "statements": {"": ("received_on", "entered_on", "entered_by", "total_assets", "total_debts", "revenue", "profit")},
    "fund_checks": {"": ("conforms", "conclusion", "problem", "mend_by", "staff")},
    "ratings": {"": ("kind", "credit_officer")},
    "credit_lines": {"": ("kind", "credit_officer")},
})  # fmt: skip

# What a new row usually says; a condition of the rule says otherwise.
USUALLY: Mapping[str, Mapping[str, str]] = MappingProxyType({"fund_checks": {"kind": "regular"}})

# The column of a ledger that says how long its period is, in the words in which a rule says it.
LENGTH: Mapping[str, str] = MappingProxyType({"reviews": "level"})

# What a due about a row is ended by: a newer row of this ledger, made by whoever may.
RENEWED: Mapping[tuple[str, str], str] = MappingProxyType({
    ("customers", "ratings_held"): "ratings", ("ratings", "expires_on"): "ratings", ("credit_lines", "expires_on"): "credit_lines",
})  # fmt: skip
