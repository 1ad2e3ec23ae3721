"""The access matrix as data: which role may read, write, make and answer what. Every cell of it is a test."""

from __future__ import annotations

from types import MappingProxyType

CM, TL, BL, CR, ADM, VW = "customer_manager", "team_leader", "leader", "credit_officer", "admin", "president"
BUSINESS = (CM, TL, BL, CR, VW)
LEADING = (TL, BL, VW)

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
    | dict.fromkeys(("contacts", *VISITS, *OPPORTUNITIES, *CREDIT, *CLPM, "problems", "letters"), BUSINESS)
    | dict.fromkeys((*DEPOSITS, *FEES, *PLANS), (CM, TL, BL, VW))
    | dict.fromkeys((*PEOPLE, *CONFIG, "alerts", "responses", "outbox"), (*BUSINESS, ADM))
    | {"payments": BUSINESS, "targets": (CM, TL, BL, VW), "tasks": BUSINESS}
)

# Who may write it: all its columns, or only those named. What is not here is read only.
ALL: frozenset[str] = frozenset({"*"})
# What a manager does about ratings, lines and loans; their dates and amounts are the credit officer's.
PROGRESS = MappingProxyType({
    "ratings": frozenset({
        "model", "statement_period", "audited", "notice_received_on", "industry_checked", "size_checked", "finance_checked",
        "entered_on", "initiated_on", "initiated_by", "submitted_on", "process_no", "note"}),
    "credit_lines": frozenset({
        "items", "notice_received_on", "diligence_on", "diligence_file", "materials_on", "submitted_on", "process_no",
        "intention", "note"}),
    "loans": frozenset({
        "notice_on", "notice_by", "notice_signed_by", "receipt_on", "talked_on", "maturity_plan", "renewal_on",
        "renewal_no", "renewal_state", "new_loan", "purpose", "note"}),
})  # fmt: skip
_SIGNED = frozenset({"decision", "opinion", "signed_by", "signed_at"})
_SENT_UP = frozenset({"upreport", "upreport_to", "upreported_at", "upreport_reason"})  # S43: team leader or leader
_OWN_TASK = frozenset({"done_on", "status", "result"})
WRITE = MappingProxyType(
    {
        (CM, table): ALL
        for table in (*FILES, "contacts", *DEPOSITS, *FEES, *CREDIT, *CLPM, *VISITS, *PLANS, *OPPORTUNITIES, "problems")
        if table not in PROGRESS
    }
    | {(CM, table): columns for table, columns in PROGRESS.items()}
    | {(CR, table): ALL for table in (*CREDIT, *CLPM, "letters")}
    | {(ADM, table): ALL for table in (*PEOPLE, *CONFIG)}
    | {(BL, table): ALL for table in ("rules", "calendar")}
    | {(role, table): ALL for role in (TL, BL) for table in VISITS}
    | {(TL, table): ALL for table in ("assignments", "problems", "resources")}
    | {(role, "payments"): _SIGNED for role in (TL, BL)}
    | {(CR, "payments"): frozenset({"pay_mode"})}  # S102: whoever releases loan money puts its way of payment right
    | {(role, "measures"): _OWN_TASK for role in (TL, BL)}
    | {(role, "tasks"): ALL for role in (TL, BL)}
    | {(role, "tasks"): frozenset({"done_on", "report"}) for role in (CM, CR)}
    | {(BL, "targets"): ALL, (TL, "targets"): ALL}
    | {
        (CM, "letters"): frozenset({"sent_on", "delivered", "receipt_on"}),
        (TL, "customers"): frozenset({"owner", "team", "assistants", "assigned_on"}),
        (TL, "plans"): frozenset({"tl_opinion", "tl_reviewed_on", "status"}),
        (BL, "plans"): frozenset({"bl_opinion", "bl_reviewed_on", "status"}),
        (BL, "reviews"): frozenset({"discussed_on", "discussed_with", "discussion_mode", "conclusion", "leader_opinion", "status"}),
        (TL, "opportunities"): frozenset({"feedback", "guidance", "feedback_at", "reported_at", "reported_to", *_SENT_UP}),
        (BL, "opportunities"): frozenset({"decision", *_SENT_UP}),
        (TL, "marketing_plans"): frozenset({"tl_opinion"}),
        (BL, "marketing_plans"): frozenset({"bl_opinion"}),
    }
)  # fmt: skip

# A manager asks; only the leaders' own columns are theirs, whatever else they may write in the row.
LEADERS_ONLY = MappingProxyType({
    (CM, "plans"): frozenset({"tl_opinion", "bl_opinion", "tl_reviewed_on", "bl_reviewed_on"}),
    (CM, "opportunities"): frozenset({"feedback", "guidance", "feedback_at", "decision", "reported_at", "reported_to", *_SENT_UP}),
    (CM, "visits"): frozenset({"tl_comment", "bl_comment"}),
    (TL, "visits"): frozenset({"bl_comment"}),
    (BL, "visits"): frozenset({"tl_comment"}),
    (CM, "diary"): frozenset({"comment", "comment_at"}),
    (CM, "reviews"): frozenset({"leader_opinion"}),
    (CM, "marketing_plans"): frozenset({"tl_opinion", "bl_opinion"}),
})  # fmt: skip

# Where a person writes rows of their own, and in another's only their comment, or nothing.
NOTHING: frozenset[str] = frozenset()
COMMENT = MappingProxyType({
    (CM, "visits"): NOTHING, (CM, "diary"): NOTHING, (CM, "reviews"): NOTHING,
    (TL, "visits"): frozenset({"tl_comment"}), (BL, "visits"): frozenset({"bl_comment"}),
    (TL, "diary"): frozenset({"comment", "comment_at"}), (BL, "diary"): frozenset({"comment", "comment_at"}),
    (TL, "measures"): NOTHING, (BL, "measures"): NOTHING, (CM, "tasks"): NOTHING, (CR, "tasks"): NOTHING,
})  # fmt: skip
# Whose name a person may put there: only their own.
OWN_NAME = frozenset({("diary", "staff"), ("reviews", "owner")})
# What a manager may not change of a customer once it is filed: handing over is the team leader's.
HANDED = frozenset({"owner", "team", "assigned_on"})
# Not deleted by a person: they are ended by their status, so that no duty vanishes with them.
KEPT = frozenset({"customers", "letters", "payments", "staff", "teams"})
# Ledgers of the branch's own (the dictionary made them): rows by their customer or owner column. An administrator, who
# made them, sees each with its columns, and of those that are about customers or somebody's work no row (scope.rows).
CUSTOM_READ, CUSTOM_WRITE = (*BUSINESS, ADM), (CM, TL, CR)
# Whose faults are told only to those who can mend them.
TOLD_TO_WRITERS = frozenset({"rules", "dictionary"})
# Who takes data out only with a reason, and what a credit officer may take out.
REASON = (BL, CR)
CREDIT_EXPORT = frozenset({*FILES[:1], *CREDIT, *CLPM, "letters", "opportunities"})
CONFIG_EXPORT = frozenset({*PEOPLE, *CONFIG})

# Acts on an alert, showing a masked contact in full, and seeing the alerts of a past day.
ACTS = MappingProxyType({
    "acknowledge": (CM, TL, CR), "snooze": (CM, TL, CR), "waive": (BL,), "unmask": (CM, TL, BL),
    "look_back": (BL, ADM, VW),
})  # fmt: skip

# Role → from which state of a plan to which. Whoever reviews it may hand it back.
PLAN_STEPS = MappingProxyType({
    CM: frozenset({("draft", "submitted"), ("submitted", "draft")}),
    TL: frozenset({("submitted", "tl_reviewed"), ("submitted", "draft"), ("amended", "tl_reviewed"), ("amended", "draft")}),
    BL: frozenset({("tl_reviewed", "bl_reviewed"), ("submitted", "bl_reviewed"), ("tl_reviewed", "draft")}),
})  # fmt: skip

# The steps of a plan that are a review, each with the column that keeps its day.
REVIEWED_ON = MappingProxyType({"tl_reviewed": "tl_reviewed_on", "bl_reviewed": "bl_reviewed_on"})

# Ledgers of which everybody who may read them sees every row.
OPEN = frozenset({"staff", "teams", "leave", *CONFIG})
