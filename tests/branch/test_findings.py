"""What came through a sheet or a file and contradicts the scheme is listed: once, with place, reason and mend."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from branch.branch import Branch
from rules.rule import DATA
from sheets.schema import Edit, Unread
from sheets.sentences import with_place
from tests.branch.rooms import NOW, TODAY
from texts import LANGS

ACCOUNT = {"customer": "C2", "number": "99000000000000000001", "nature": "basic", "currency": "CNY", "bank": "本行", "status": "normal"}


def came(branch: Branch, *edits: Edit) -> None:
    """Written the way a spreadsheet writes: no form in between."""
    branch.store.write([
        Edit(e.table, e.id, branch.store.row(e.table, e.id), e.after) if e.before is not None else e for e in edits
    ], "system", "sheet", NOW)  # fmt: skip


def found(branch: Branch, code: str) -> list[tuple[str, str, str]]:
    """Where the code is told; each time with a sentence in both languages that leaves no blank."""
    here = [issue for issue in branch.look(NOW).issues if issue.code == code]
    for issue in here:
        for lang in LANGS:
            text = with_place(issue, branch.book().tables, lang)
            assert issue.cell in text
            assert "{" not in text
            assert len(text) > len(issue.cell) + 10
    return [(issue.table, issue.row, issue.column) for issue in here]


def test_a_branch_in_order_has_nothing_listed(read_only: Branch) -> None:
    assert [issue for issue in read_only.look(NOW).issues if issue.row in {"C1", "C2", "V1", "R1", "L1", "J1", "P1", "O1", "K1"}] == []


def test_a_business_visit_by_phone_is_listed_and_counts_in_no_column(branch: Branch) -> None:
    """DL068."""
    came(branch, Edit("visits", "V1", {}, {"kind": "business", "mode": "phone", "visited_on": TODAY}))
    assert found(branch, "check.business_onsite") == [("visits", "V1", "mode")]
    calls = branch.look(NOW).dues
    assert set(calls.loc[(calls["rule"] == "R12") & (calls["customer"] == "C1") & (calls["occurrence"] == "2026-W48"), "state"]) <= {
        "due_soon",
        "overdue",
        "planned",
        "due_today",
    }


CASES: list[tuple[str, Edit, set[tuple[str, str, str]]]] = [
    ("check.future_found", Edit("ratings", "R1", {}, {"submitted_on": TODAY + timedelta(9)}), {("ratings", "R1", "submitted_on")}),
    ("check.future_found", Edit("visits", "V1", {}, {"visited_on": TODAY + timedelta(1)}), {("visits", "V1", "visited_on")}),
    ("check.order_found", Edit("credit_lines", "L1", {}, {"expires_on": date(2020, 1, 1)}), {("credit_lines", "L1", "expires_on")}),
    ("check.order_found", Edit("reviews", "reviews-C1", {}, {"written_on": TODAY, "discussed_on": TODAY - timedelta(3)}),
     {("reviews", "reviews-C1", "discussed_on")}),
    ("check.not_noted", Edit("reviews", "reviews-C1", {}, {"written_on": TODAY}),
     {("reviews", "reviews-C1", "in_diary")}),
    ("check.not_in_file", Edit("reviews", "reviews-C1", {}, {"written_on": TODAY}), {("reviews", "reviews-C1", "in_file")}),
    ("check.too_early", Edit("ratings", "R1", {}, {"initiated_on": TODAY}), {("ratings", "R1", "initiated_on")}),  # expires in 70 days
    ("check.unchecked", Edit("ratings", "R1", {}, {"initiated_on": TODAY, "expires_on": TODAY + timedelta(50), "size_checked": True}),
     {("ratings", "R1", "initiated_on")}),
    ("check.no_materials", Edit("credit_lines", "L1", {}, {"submitted_on": TODAY}), {("credit_lines", "L1", "submitted_on")}),
    ("check.uscc_same", Edit("customers", "C2", {}, {"uscc": "91110000600037341L"}), {("customers", "C1", "uscc"), ("customers", "C2", "uscc")}),
    ("check.name_same", Edit("customers", "C2", {}, {"name": "启岚机械 有限公司"}), {("customers", "C1", "name"), ("customers", "C2", "name")}),
    ("check.basic_disagrees", Edit("customers", "C1", {}, {"basic_account_bank": "other"}), {("customers", "C1", "basic_account_bank")}),
    ("uscc_check", Edit("customers", "C2", {}, {"uscc": "91350100M0001TGQXM"}), {("customers", "C2", "uscc")}),
    ("ref_unknown", Edit("visits", "V1", {}, {"opportunity": "gone"}), {("visits", "V1", "opportunity")}),
    ("staff_unknown", Edit("customers", "C1", {}, {"credit_officer": "nobody"}), {("customers", "C1", "credit_officer")}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "edit", "where"), CASES, ids=[f"{c}-{e.table}" for c, e, _ in CASES])
def test_each_contradiction_is_listed_where_it_stands_and_goes_when_it_is_mended(
    branch: Branch, code: str, edit: Edit, where: set[tuple[str, str, str]]
) -> None:
    before = branch.store.row(edit.table, edit.id)
    earlier = set(found(branch, code))
    came(branch, edit)
    now = found(branch, code)
    assert set(now) - earlier == where
    assert len(now) == len(set(now))
    assert before is not None
    came(branch, Edit(edit.table, edit.id, {}, {key: before[key] for key in edit.after or {}}))
    assert set(found(branch, code)) == earlier


def test_two_basic_accounts_are_both_named(branch: Branch) -> None:
    came(branch, Edit("accounts", "B1", None, ACCOUNT), Edit("accounts", "B2", None, ACCOUNT | {"number": "99000000000000000002"}))
    assert found(branch, "check.basic_twice") == [("accounts", "B1", "nature"), ("accounts", "B2", "nature")]
    [first] = [i for i in branch.look(NOW).issues if i.row == "B1"]
    assert first.values["other"] == "B2"
    came(branch, Edit("accounts", "B2", {}, {"status": "closed"}))
    assert found(branch, "check.basic_twice") == []


TWICE: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("calendar", {"on": date(2027, 2, 6), "kind": "holiday", "confirmed": True}, {"kind": "shifted"}, "on"),
    ("calendar", {"on": date(2027, 2, 20), "kind": "workday", "confirmed": True}, {"kind": "closure"}, "on"),
    ("ratings", {"customer": "C2", "effective_on": date(2026, 1, 5), "expires_on": date(2027, 1, 5), "grade": "AA", "model": "large",
                 "authority": "head"}, {"grade": "A"}, "effective_on"),
    ("balances", {"customer": "C2", "account": None, "as_of": date(2026, 10, 31), "balance": 5_000_000}, {"balance": 6_000_000}, "as_of"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "row", "other", "column"), TWICE, ids=[f"{t}-{next(iter(o.values()))}" for t, _, o, _ in TWICE])
def test_two_rows_that_contradict_each_other_about_one_key_are_both_named(
    branch: Branch, table: str, row: dict[str, Any], other: dict[str, Any], column: str
) -> None:
    came(branch, Edit(table, "X1", None, row), Edit(table, "X2", None, row))
    assert found(branch, "check.key_contradicts") == []  # twice the same contradicts nothing
    came(branch, Edit(table, "X2", {}, other))
    assert found(branch, "check.key_contradicts") == [(table, "X1", column), (table, "X2", column)]
    assert {i.row: i.values["other"] for i in branch.look(NOW).issues if i.code == "check.key_contradicts"} == {"X1": "X2", "X2": "X1"}
    came(branch, Edit(table, "X2", {}, None))
    assert found(branch, "check.key_contradicts") == []


@pytest.mark.parametrize(("days", "told_"), [(59, False), (60, False), (61, True), (75, True)])
def test_a_rating_is_initiated_within_sixty_days_of_its_expiry(branch: Branch, days: int, told_: bool) -> None:
    """S73, R26: the sixtieth day is in time."""
    came(branch, Edit("ratings", "R1", {}, {"expires_on": TODAY + timedelta(days=days - 5), "initiated_on": TODAY - timedelta(days=5)}))
    assert bool(found(branch, "check.too_early")) is told_


def test_a_wrong_check_digit_is_a_warning_and_a_doubled_code_is_not(branch: Branch) -> None:
    came(branch, Edit("customers", "C2", {}, {"uscc": "91350100M0001TGQXM"}), Edit("customers", "C3", {}, {"uscc": "91110000600037341L"}))
    kinds = {(i.row, i.code): i.warning for i in branch.look(NOW).issues if i.column == "uscc"}
    assert kinds == {("C2", "uscc_check"): True, ("C1", "check.uscc_same"): False, ("C3", "check.uscc_same"): False}


def test_all_kinds_of_issues_come_in_one_list_without_doubles(branch: Branch) -> None:
    came(
        branch,
        Edit("ratings", "R1", {}, {"expires_on": Unread("2026-02-30", "date_no_such_day")}),
        Edit("rules", "R11", {}, {"window": "manchmal"}),
        Edit("dictionary", "D9", None, {"table": "customers", "act": "add", "column": "park", "value_zh": "园区"}),
        Edit("visits", "V1", {}, {"kind": "business", "mode": "sms"}),
    )
    places = [(i.table, i.row, i.column, i.code) for i in branch.look(NOW).issues]
    assert {("ratings", "R1", "expires_on", "date_no_such_day"), ("dictionary", "D9", "column", "dictionary_key"),
            ("visits", "V1", "mode", "check.business_onsite")} <= set(places)  # fmt: skip
    assert [p for p in places if p[:2] == ("rules", "R11")]
    assert len(places) == len(set(places))
    for issue in branch.look(NOW).issues:
        assert all(with_place(issue, branch.book().tables, lang) for lang in LANGS)
    # the unreadable date is due to its owner the same day; the others are not dates
    dues = branch.look(NOW).dues
    assert list(dues.loc[dues["rule"] == DATA, "row"]).count("R1") == 1


def test_a_deleted_row_is_not_listed(branch: Branch) -> None:
    came(branch, Edit("visits", "V1", {}, {"kind": "business", "mode": "phone"}))
    came(branch, Edit("visits", "V1", {}, None))
    assert found(branch, "check.business_onsite") == []


def test_an_issue_list_costs_nothing_while_nothing_changed(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    from branch import findings

    first = branch.look(NOW).issues
    calls: list[Any] = []
    monkeypatch.setattr(findings, "findings", lambda *a: calls.append(a) or [])
    assert branch.look(NOW).issues == first
    assert calls == []
