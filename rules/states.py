"""The states of a due, the most urgent first, and the sets of them that rules, jobs and pages speak of."""

from __future__ import annotations

URGENCY = ("overdue", "due_today", "due_soon", "planned", "met_late", "met", "waived", "superseded")
OPEN = ("due_soon", "due_today", "overdue")  # a person is shown them
UNMET = (*OPEN, "planned")  # still to be done
RANK = {state: number for number, state in enumerate(URGENCY)}
