"""The access matrix of the scheme, cell by cell: every role, every ledger, own, the team's and others' rows (AC092)."""

from __future__ import annotations

from typing import Any

import pytest

from branch import access
from branch.branch import Branch
from branch.change import native
from branch.people import Actor
from branch.saving import Refused
from sheets.schema import Edit
from sheets.tables import TABLES
from tests.branch.rooms import NOW, WHOSE, row_id, who

# R reads · W writes what the row holds · C makes new rows · w writes only the columns named below · – has no part in it.
MATRIX = """
customers                                                          | RWC | Rw  | R   | R   | R   | R
shares other_banks                                                 | RWC | R   | R   | R   | R   | R
contacts                                                           | RWC | R   | R   | R   | –   | R
accounts balances cash_plans reconciliations products fees         | RWC | R   | R   | –   | –   | R
payments                                                           | RWC | Rw  | Rw  | Rw  | –   | R
ratings credit_lines loans                                         | Rw  | R   | R   | RWC | –   | R
interest_checks applications materials statements fund_checks      | RWC | R   | R   | RWC | –   | R
visits diary                                                       | RWC | RWC | RWC | R   | –   | R
plans                                                              | RWC | Rw  | Rw  | –   | –   | R
plan_targets plan_actions amendments review_lines                  | RWC | R   | R   | –   | –   | R
reviews                                                            | RWC | R   | Rw  | –   | –   | R
measures                                                           | RWC | Rw  | Rw  | –   | –   | R
targets                                                            | R   | RWC | RWC | –   | –   | R
tasks                                                              | Rw  | RWC | RWC | Rw  | –   | R
opportunities marketing_plans                                      | RWC | Rw  | Rw  | R   | –   | R
channels proposals marketing_steps                                 | RWC | R   | R   | R   | –   | R
resources                                                          | RWC | RWC | R   | R   | –   | R
problems                                                           | RWC | RWC | R   | R   | –   | R
letters                                                            | Rw  | R   | R   | RWC | –   | R
staff teams leave                                                  | R   | R   | R   | R   | RWC | R
assignments                                                        | R   | RWC | R   | R   | RWC | R
calendar rules                                                     | R   | R   | RWC | R   | RWC | R
dictionary                                                         | R   | R   | R   | R   | RWC | R
alerts responses outbox                                            | R   | R   | R   | R   | R   | R
"""
PEOPLE = ("CM1", "TL1", "BL1", "CR1", "ADM", "VW1")
SHARED = {"staff", "teams", "leave", "calendar", "rules", "dictionary"}  # everybody who reads them reads every row
OWN_MAIL = {"responses", "outbox"}  # what one answered, and what one was sent
# Whose rows each of them sees.
SEES = {"CM1": {"own"}, "TL1": {"own", "team"}, "BL1": {"own", "team"}, "CR1": {"own", "team"}, "ADM": set(WHOSE), "VW1": set(WHOSE)}
# Some columns only: progress for a manager, the decision of whoever leads, the sending of a letter.
COLUMNS = {
    ("TL1", "customers"): {"owner", "team", "assistants", "assigned_on"},
    ("TL1", "payments"): {"decision", "opinion", "signed_by", "signed_at"},
    ("BL1", "payments"): {"decision", "opinion", "signed_by", "signed_at"},
    ("CR1", "payments"): {"pay_mode"},
    ("TL1", "plans"): {"tl_opinion", "tl_reviewed_on", "status"},
    ("BL1", "plans"): {"bl_opinion", "bl_reviewed_on", "status"},
    ("BL1", "reviews"): {"discussed_on", "discussed_with", "discussion_mode", "conclusion", "leader_opinion", "status"},
    ("TL1", "opportunities"): {"feedback", "guidance", "feedback_at", "reported_at", "reported_to",
                             "upreport", "upreport_to", "upreported_at", "upreport_reason"},
    ("BL1", "opportunities"): {"decision", "upreport", "upreport_to", "upreported_at", "upreport_reason"},
    ("TL1", "marketing_plans"): {"tl_opinion"},
    ("BL1", "marketing_plans"): {"bl_opinion"},
    ("TL1", "measures"): set(), ("BL1", "measures"): set(),  # only those that are theirs to do
    ("CM1", "tasks"): {"done_on", "report"}, ("CR1", "tasks"): set(),  # what was assigned to them they report
    ("CM1", "letters"): {"sent_on", "delivered", "receipt_on"},
    ("CM1", "ratings"): {"model", "statement_period", "audited", "notice_received_on", "industry_checked", "size_checked",
                         "finance_checked", "entered_on", "initiated_on", "initiated_by", "submitted_on", "process_no", "note"},
    ("CM1", "credit_lines"): {"items", "notice_received_on", "diligence_on", "diligence_file", "materials_on", "submitted_on",
                              "process_no", "intention", "note"},
    ("CM1", "loans"): {"notice_on", "notice_by", "notice_signed_by", "receipt_on", "talked_on", "maturity_plan", "renewal_on",
                       "renewal_no", "renewal_state", "new_loan", "purpose", "note"},
    # A visit or a diary entry is its writer's; the others only comment on it.
    ("TL1", "visits"): {"tl_comment"}, ("BL1", "visits"): {"bl_comment"},
    ("TL1", "diary"): {"comment", "comment_at"}, ("BL1", "diary"): {"comment", "comment_at"},
}  # fmt: skip
# What belongs to the leaders in a row that is otherwise the manager's, and what they may not hand over themselves.
LEADERS_ONLY = {
    "customers": {"owner", "team", "assigned_on"},
    "plans": {"tl_opinion", "bl_opinion", "tl_reviewed_on", "bl_reviewed_on"},
    "opportunities": {
        "feedback",
        "guidance",
        "feedback_at",
        "decision",
        "upreport",
        "upreport_to",
        "upreported_at",
        "upreport_reason",
        "reported_at",
        "reported_to",
    },
    "visits": {"tl_comment", "bl_comment"},
    "diary": {"comment", "comment_at", "staff"},
    "reviews": {"leader_opinion", "owner"},
    "marketing_plans": {"tl_opinion", "bl_opinion"},
}


def cells() -> list[tuple[str, str, str]]:
    found = []
    for line in MATRIX.strip().splitlines():
        ledgers, *rights = (part.strip() for part in line.split("|"))
        found += [(staff, table, right) for table in ledgers.split() for staff, right in zip(PEOPLE, rights, strict=True)]
    return found


def test_the_matrix_names_every_ledger_once() -> None:
    named = [table for staff, table, _ in cells() if staff == "CM1"]
    assert sorted(named) == sorted(TABLES)


@pytest.mark.parametrize(("staff", "table", "right"), cells())
def test_each_role_reads_its_rows_and_no_others(read_only: Branch, staff: str, table: str, right: str) -> None:
    actor, book = who(read_only, staff), read_only.book()
    seen = set(access.rows(book, table, actor)["id"])
    assert access.may(actor, table, "read") == ("R" in right)
    if "R" not in right:
        assert seen == set()
    elif table in SHARED:
        assert seen == set(book.frame(table)["id"])
    for whose, (customer, owner, _) in WHOSE.items():
        row = row_id(table, customer)
        if table in SHARED - {"leave"} or "R" not in right:
            continue
        open_ = whose in SEES[staff] or table in SHARED
        if table in OWN_MAIL:
            open_ = staff in {owner, "ADM"} or (staff == "VW1" and table == "responses")
        assert (row in seen) == open_, f"{staff} {table} {whose}"
        if open_:
            assert access.row(book, table, row, actor)["id"] == row
        else:  # the same answer for a row of somebody else and for one that does not exist
            with pytest.raises(access.Unknown) as hidden:
                access.row(book, table, row, actor)
            with pytest.raises(access.Unknown) as nothing:
                access.row(book, table, "no-such-row", actor)
            assert hidden.value.say("zh") == nothing.value.say("zh")


@pytest.mark.parametrize(("staff", "table", "right"), cells())
def test_each_role_writes_its_columns_of_its_rows_and_no_others(read_only: Branch, staff: str, table: str, right: str) -> None:
    actor = who(read_only, staff)
    columns = {c.key for c in TABLES[table].columns if not c.auto and c.key != "id"}
    allowed = COLUMNS.get((staff, table), columns if "W" in right else set())
    if staff == "CM1":
        allowed = allowed - LEADERS_ONLY.get(table, set())
    for whose, (customer, _, _) in WHOSE.items():
        row = row_id(table, customer)
        if table in SHARED and table != "leave":
            row = {"staff": "CM2", "teams": "T1", "calendar": "K1", "rules": "R10", "dictionary": "D0"}[table]
        reaches = whose in SEES[staff] or table in SHARED
        taken = {
            key for key in columns
            if passes(read_only, actor, Edit(table, row, {}, {key: same_or_new(read_only, actor, table, row, key)}))
        }  # fmt: skip
        assert taken == (allowed if reaches else set()), f"{staff} {table} {whose}"


def same_or_new(branch: Branch, actor: Actor, table: str, row: str, key: str) -> Any:
    """References stay where they are; everything else becomes something new."""
    column = TABLES[table][key]
    if (table, key) == ("targets", "staff"):
        return "CM2"  # a goal is somebody's
    if (table, key) == ("customers", "team"):
        return "T2" if actor.role == "customer_manager" else "T1"
    if column.kind == "ref":
        frame = branch.book().frame(table)
        value = frame.loc[frame["id"] == row, key].iloc[0]
        return None if native(column, value) is None else str(value)
    return {"owner": "CM2", "team": "T1", "assistants": "CM2"}.get(key, "新") if column.kind in {"staff", "staffs"} else "新"


def passes(branch: Branch, actor: Actor, edit: Edit) -> bool:
    try:
        access.check_edit(branch.book(), edit, actor)
    except (access.Denied, access.Unknown):
        return False
    return True


@pytest.mark.parametrize(("staff", "table", "right"), cells())
def test_each_role_makes_rows_where_it_may_and_for_its_own_customers_only(read_only: Branch, staff: str, table: str, right: str) -> None:
    actor, book = who(read_only, staff), read_only.book()
    assert access.may(actor, table, "create") == ("C" in right)
    about = {"customer"} if TABLES[table].column("customer") else set()
    for whose, (customer, _, _) in WHOSE.items():
        after: dict[str, Any] = {
            c.key: row_id(c.ref, customer) for c in TABLES[table].columns if c.kind == "ref" and c.required and c.ref != "teams"
        }
        after |= dict.fromkeys(about, customer)
        if staff in {"CM1"} and table in {"reviews", "diary", "customers"}:
            after |= {"owner" if table != "diary" else "staff": "CM1"}
        lies_there = whose in SEES[staff] or not (after.keys() - {"owner", "staff"})
        edit = Edit(table, f"new-{table}", None, after)
        assert passes(read_only, actor, edit) == ("C" in right and lies_there), f"{staff} {table} {whose}"
    assert book is read_only.book()


@pytest.mark.parametrize(
    ("act", "allowed"),
    [("acknowledge", "CM1 TL1 CR1"), ("snooze", "CM1 TL1 CR1"), ("waive", "BL1"), ("unmask", "CM1 TL1 BL1"), ("look_back", "BL1 ADM VW1")],
)
def test_who_may_answer_an_alert_and_unmask_a_contact(read_only: Branch, act: str, allowed: str) -> None:
    table = "contacts" if act == "unmask" else "alerts"
    assert [staff for staff in PEOPLE if access.may(who(read_only, staff), table, act)] == allowed.split()


@pytest.mark.parametrize("staff", PEOPLE)
def test_nobody_deletes_what_a_duty_hangs_on(branch: Branch, staff: str) -> None:
    for table in ("customers", "letters", "payments", "staff", "teams"):
        row = {"staff": "CM2", "teams": "T1"}.get(table, row_id(table, "C1"))
        assert not passes(branch, who(branch, staff), Edit(table, row, {}, None))


def test_a_read_only_president_writes_nothing_at_all(branch: Branch) -> None:
    """AC101: no write path, whatever the ledger."""
    before = branch.store.version()
    for table in TABLES:
        with pytest.raises((access.Denied, access.Unknown, Refused)):
            branch.write([Edit(table, "x", None, {})], who(branch, "VW1"), "portal", NOW)
    assert branch.store.version() == before
