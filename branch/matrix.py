"""The access matrix as data: which role may read, write, make and answer what. Every cell of it is a test."""

from __future__ import annotations

from types import MappingProxyType

CM, TL, BL, CR, ADM, VW = "customer_manager", "team_leader", "leader", "credit_officer", "admin", "president"
BUSINESS = (CM, TL, BL, CR, VW)

# Ledgers that stand and fall together.
FILES = ("customers", "shares", "other_banks")
DEPOSITS = ("accounts", "balances", "cash_plans", "payments", "reconciliations")
FEES = ("products", "fees")
CREDIT = ("ratings", "credit_lines", "loans", "interest_checks", "applications", "materials")
CLPM = ("statements", "fund_checks")
VISITS = ("visits", "diary")
PLANS = ("plans", "plan_targets", "plan_actions", "amendments", "reviews", "review_lines", "measures")
OPPORTUNITIES = ("opportunities", "channels", "proposals", "resources", "marketing_plans", "marketing_steps")
PEOPLE = ("staff", "teams", "leave", "assignments")
CONFIG = ("calendar", "rules", "dictionary")

# Who may read a ledger at all; which of its rows is a matter of scope.
READ = MappingProxyType(
    dict.fromkeys(FILES, (*BUSINESS, ADM))
    | dict.fromkeys(("contacts", *VISITS, *PLANS, *OPPORTUNITIES, *CREDIT, *CLPM, "problems"), BUSINESS)
    | dict.fromkeys((*DEPOSITS, *FEES), (CM, TL, BL, VW))
    | dict.fromkeys(("letters", *PEOPLE, *CONFIG, "alerts", "responses", "outbox"), (*BUSINESS, ADM))
    | {"payments": BUSINESS}
)

# Who may write it: all its columns, or only those named. What is not here is read only.
ALL: frozenset[str] = frozenset({"*"})
WRITE = MappingProxyType(
    {(CM, table): ALL for table in (*FILES, "contacts", *DEPOSITS, *FEES, *CREDIT, *CLPM, *VISITS, *PLANS, *OPPORTUNITIES, "problems")}
    | {(CR, table): ALL for table in (*CREDIT, *CLPM, "letters")}
    | {(ADM, table): ALL for table in (*PEOPLE, *CONFIG)}
    | {(BL, table): ALL for table in ("rules", "calendar")}
    | {
        (CM, "letters"): frozenset({"sent_on", "delivered", "receipt_on"}),
        (CM, "measures"): ALL,
        (TL, "customers"): frozenset({"owner", "team", "assistants", "assigned_on"}),
        (TL, "assignments"): ALL,
        (TL, "problems"): ALL,
        (TL, "visits"): ALL,
        (BL, "visits"): ALL,
        (TL, "diary"): ALL,
        (BL, "diary"): ALL,
        (TL, "plans"): frozenset({"tl_opinion", "tl_reviewed_on", "status"}),
        (BL, "plans"): frozenset({"bl_opinion", "bl_reviewed_on", "status"}),
        (BL, "reviews"): frozenset({"discussed_on", "discussed_with", "discussion_mode", "conclusion", "leader_opinion", "status"}),
        (TL, "opportunities"): frozenset({"feedback", "guidance", "feedback_at", "reported_at", "reported_to"}),
        (BL, "opportunities"): frozenset({"decision", "upreport", "upreport_to", "upreported_at", "upreport_reason"}),
        (TL, "payments"): frozenset({"decision", "opinion", "signed_by", "signed_at"}),
        (BL, "payments"): frozenset({"decision", "opinion", "signed_by", "signed_at"}),
        (TL, "marketing_plans"): frozenset({"tl_opinion"}),
        (BL, "marketing_plans"): frozenset({"bl_opinion"}),
    }
)

# A manager asks; only the leaders' own columns are theirs, whatever else he may write in the row.
NOT_HIS = MappingProxyType({
    (CM, "plans"): frozenset({"tl_opinion", "bl_opinion", "tl_reviewed_on", "bl_reviewed_on"}),
    (CM, "opportunities"): frozenset({"feedback", "guidance", "feedback_at", "decision", "upreported_at", "reported_at", "reported_to"}),
    (CM, "payments"): frozenset({"signed_by", "signed_at"}),
    (CM, "visits"): frozenset({"tl_comment", "bl_comment"}),
    (TL, "visits"): frozenset({"bl_comment"}),
    (BL, "visits"): frozenset({"tl_comment"}),
    (CM, "diary"): frozenset({"comment", "comment_at"}),
    (CM, "reviews"): frozenset({"leader_opinion"}),
    (CM, "marketing_plans"): frozenset({"tl_opinion", "bl_opinion"}),
})  # fmt: skip

# Where a leader writes rows of his own, and otherwise only his comment on another's.
COMMENT = MappingProxyType({
    (TL, "visits"): frozenset({"tl_comment"}), (BL, "visits"): frozenset({"bl_comment"}),
    (TL, "diary"): frozenset({"comment", "comment_at"}), (BL, "diary"): frozenset({"comment", "comment_at"}),
})  # fmt: skip

# Acts on an alert, and showing a masked contact in full.
ACTS = MappingProxyType({
    "acknowledge": (CM, TL, CR), "snooze": (CM, TL, CR), "waive": (BL,), "unmask": (CM, TL, BL),
})  # fmt: skip

# A row without a customer of its own belongs to the row it names.
PARENT = MappingProxyType({
    "plan_targets": ("plan", "plans"), "plan_actions": ("plan", "plans"), "amendments": ("plan", "plans"),
    "channels": ("opportunity", "opportunities"), "proposals": ("opportunity", "opportunities"),
    "resources": ("opportunity", "opportunities"), "marketing_steps": ("marketing_plan", "marketing_plans"),
    "interest_checks": ("loan", "loans"), "fund_checks": ("loan", "loans"), "materials": ("line", "credit_lines"),
})  # fmt: skip
# Ledgers of which everybody who may read them sees every row.
OPEN = frozenset({*PEOPLE, *CONFIG})
