"""What the scheme says about one row whatever hand wrote it: refused at a save, an Issue when it came another way."""

from __future__ import annotations

from types import MappingProxyType

# (ledger, later, earlier): the first may not lie before the second.
ORDER: tuple[tuple[str, str, str], ...] = (
    ("customers", "term_to", "founded_on"),
    ("opportunities", "submitted_at", "created_at"),
    ("opportunities", "feedback_at", "created_at"),
    ("opportunities", "reported_at", "created_at"),
    ("opportunities", "upreported_at", "created_at"),
    ("opportunities", "signed_on", "created_at"),
    ("proposals", "agreed_on", "made_on"),
    ("ratings", "expires_on", "effective_on"),
    ("ratings", "notice_received_on", "notice_on"),
    ("ratings", "submitted_on", "initiated_on"),
    ("ratings", "approved_on", "submitted_on"),
    ("credit_lines", "expires_on", "effective_on"),
    ("credit_lines", "notice_received_on", "notice_on"),
    ("credit_lines", "approved_on", "submitted_on"),
    ("applications", "started_on", "received_on"),
    ("loans", "matures_on", "drawn_on"),
    ("loans", "repaid_on", "drawn_on"),
    ("loans", "receipt_on", "notice_on"),
    ("fund_checks", "mended_on", "checked_on"),
    ("interest_checks", "rechecked_on", "checked_on"),
    ("accounts", "expires_on", "opened_on"),
    ("reconciliations", "returned_on", "issued_on"),
    ("products", "expires_on", "signed_on"),
    ("problems", "solved_on", "raised_on"),
    ("reviews", "discussed_on", "written_on"),
    ("letters", "receipt_on", "sent_on"),
    ("leave", "to_on", "from_on"),
    ("staff", "deputy_to", "deputy_from"),
    ("assignments", "to_on", "from_on"),
)

# What has happened: a day after the one on which it is written down is no fact yet, and would end a duty for nothing.
FACTS = MappingProxyType({
    "visits": ("visited_on",),
    "diary": ("on",),
    "problems": ("raised_on", "solved_on"),
    "opportunities": ("created_at", "submitted_at", "feedback_at", "reported_at", "upreported_at", "signed_on", "process_on"),
    "channels": ("since",),
    "proposals": ("made_on", "agreed_on"),
    "resources": ("done_on",),
    "marketing_plans": ("made_on",),
    "marketing_steps": ("done_on",),
    "plans": ("made_on", "tl_reviewed_on", "bl_reviewed_on"),
    "plan_actions": ("done_on",),
    "amendments": ("amended_on",),
    "reviews": ("written_on", "discussed_on", "submitted_at"),
    "measures": ("done_on",),
    "ratings": ("notice_on", "notice_received_on", "entered_on", "initiated_on", "submitted_on", "approved_on"),
    "credit_lines": ("notice_on", "notice_received_on", "diligence_on", "materials_on", "submitted_on", "approved_on"),
    "materials": ("complete_on",),
    "applications": ("received_on", "started_on"),
    "loans": ("drawn_on", "notice_on", "receipt_on", "talked_on", "renewal_on", "repaid_on"),
    "interest_checks": ("checked_on", "reminded_on", "rechecked_on"),
    "fund_checks": ("checked_on", "mended_on"),
    "statements": ("received_on", "entered_on"),
    "payments": ("signed_at",),
    "reconciliations": ("issued_on", "reminded_on", "returned_on"),
    "letters": ("made_on", "sent_on", "receipt_on"),
})  # fmt: skip

# What may be changed in a plan that has left the draft without saying why: how far it is, and what its leaders say.
PROGRESS = MappingProxyType({
    "plans": frozenset({"status", "tl_opinion", "bl_opinion", "tl_reviewed_on", "bl_reviewed_on"}),
    "plan_targets": frozenset({"actual", "actual_number", "note"}),
    "plan_actions": frozenset({"status", "done_on", "note"}),
})  # fmt: skip
# Role → from which state of a plan to which. Whoever reviews it may hand it back.
PLAN_STEPS = MappingProxyType({
    "customer_manager": frozenset({("draft", "submitted"), ("submitted", "draft")}),
    "team_leader": frozenset({("submitted", "tl_reviewed"), ("submitted", "draft")}),
    "leader": frozenset({("tl_reviewed", "bl_reviewed"), ("submitted", "bl_reviewed"), ("tl_reviewed", "draft")}),
})  # fmt: skip
