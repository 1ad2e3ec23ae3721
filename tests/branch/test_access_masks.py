"""No masked value leaves by any way out: rows, history, audit, issues, conflicts, why, files (AU120, AU124)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from branch import access, audit, exchange, exports, told_issues
from branch.branch import Branch
from sheets.schema import Edit, Issue, Unread
from sheets.sentences import sentence
from sheets.store import Conflict
from tests.branch.rooms import NOW, on_record, who
from texts import LANGS, Fault

MOBILE, SECRET = "13800000001", "王示例"


def test_contacts_and_account_numbers_are_masked_wherever_rows_are_read(read_only: Branch) -> None:
    book = read_only.book()
    for staff in ("CM1", "TL1", "BL1", "CR1", "VW1", "ADM"):
        for table in book.tables.values():
            rows = access.rows(book, table.key, who(read_only, staff))
            leaves = access.taken_out(book, table.key, who(read_only, staff))
            for column in (c for c in table.columns if c.sensitive):
                true = set(book.frame(table.key)[column.key]) - {""}
                keeps = staff == "CM1" and column.kind not in {"phone", "email", "account"}
                assert keeps or true.isdisjoint(rows[column.key]), f"{staff} {table.key}.{column.key}"
                assert true.isdisjoint(leaves[column.key]), f"{staff} {table.key}.{column.key}"


def test_whoever_keeps_the_file_reads_the_names_in_it_and_opens_a_number_without_a_reason(branch: Branch) -> None:
    book = branch.book()
    mine = access.rows(book, "contacts", who(branch, "CM1")).set_index("id").loc["K1"]
    assert (mine["name"], mine["mobile"]) == (SECRET, "138****0001")
    assert access.rows(book, "contacts", who(branch, "TL1")).set_index("id").loc["K1", "name"] != SECRET
    full = audit.unmask(branch.store, book, who(branch, "CM1"), "contacts", "K1", reason="", now=NOW)
    assert full["mobile"] == MOBILE
    assert ("CM1", "contacts/K1: ") in on_record(branch, "unmask")
    with pytest.raises(Fault) as refused:
        audit.unmask(branch.store, book, who(branch, "TL1"), "contacts", "K1", reason="", now=NOW)
    assert refused.value.code == "access.reason"


def test_an_administrator_is_not_told_by_the_file_that_there_is_an_account(branch: Branch) -> None:
    branch.store.write(
        [Edit("customers", "C1", branch.store.row("customers", "C1"), {"basic_account_bank": "other"})], "system", "sheet", NOW
    )
    account = {"customer": "C1", "nature": "basic", "number": "99000000000000001234", "status": "normal"}
    branch.store.write([Edit("accounts", "AX", None, account)], "system", "sheet", NOW)
    codes = {staff: {i.code for i in branch.look(NOW).of(who(branch, staff)).issues if i.row == "C1"} for staff in ("CM1", "ADM", "CR1")}
    assert {staff for staff, found in codes.items() if "check.basic_disagrees" in found} == {"CM1"}


def test_history_and_audit_tell_that_a_number_changed_and_not_which(branch: Branch) -> None:
    cm1 = who(branch, "CM1")
    branch.write([Edit("contacts", "K1", {"mobile": "138****0001"}, {"mobile": "13911112222"})], cm1, "portal", NOW)
    assert branch.store.row("contacts", "K1") | {"rev": 0} == branch.store.row("contacts", "K1") | {"mobile": "13911112222", "rev": 0}  # type: ignore[operator]
    for lines in (
        audit.history(branch.store, branch.book(), cm1, "contacts", "K1"),
        audit.audit(branch.store, branch.book(), who(branch, "BL1")),
        audit.audit(branch.store, branch.book(), who(branch, "ADM")),
    ):
        text = " ".join(map(str, lines[["old", "new"]].to_numpy().ravel()))
        assert "13911112222" not in text
        assert MOBILE not in text
    assert audit.history(branch.store, branch.book(), cm1, "contacts", "K1")["new"].iloc[0] == "139****2222"


def test_the_audit_of_an_administrator_has_no_values_of_ledgers_closed_to_him(branch: Branch) -> None:
    branch.write([Edit("visits", "V1", {"minutes": "了解资金安排"}, {"minutes": "拟并购同业"})], who(branch, "CM1"), "portal", NOW)
    seen, closed = (
        audit.audit(branch.store, branch.book(), who(branch, "BL1")),
        audit.audit(branch.store, branch.book(), who(branch, "ADM")),
    )
    assert list(seen.loc[seen["column"] == "minutes", "new"]) == ["拟并购同业"]
    assert list(closed.loc[closed["column"] == "minutes", "new"]) == ["****"]


def test_audit_shows_a_manager_his_own_acts_and_a_team_leader_his_teams(branch: Branch) -> None:
    for staff, row in (("CM1", "V1"), ("CM2", "V3"), ("CM3", "visits-C5")):
        branch.write([Edit("visits", row, {}, {"cash": "厂区"})], who(branch, staff), "portal", NOW)
    assert set(audit.audit(branch.store, branch.book(), who(branch, "CM1"))["actor"]) == {"CM1"}
    assert set(audit.audit(branch.store, branch.book(), who(branch, "TL1"))["actor"]) == {"CM1", "CM2"}
    assert {"CM1", "CM2", "CM3", "system"} <= set(audit.audit(branch.store, branch.book(), who(branch, "BL1"))["actor"])
    assert set(audit.audit(branch.store, branch.book(), who(branch, "CR1"))["actor"]) == set()


def test_ones_own_act_is_found_in_the_audit_however_far_back(branch: Branch) -> None:
    branch.write([Edit("visits", "V1", {}, {"cash": "厂区"})], who(branch, "CM1"), "portal", NOW)
    branch.store.write([Edit("calendar", f"c{n}", None, {"name": "x"}) for n in range(60)], "system", "terminal", NOW)
    assert set(audit.audit(branch.store, branch.book(), who(branch, "CM1"), limit=5)["actor"]) == {"CM1"}


def test_an_unreadable_number_is_not_told_by_its_issue(branch: Branch) -> None:
    bad = Unread("1380000ABCD", "phone_unreadable")
    branch.store.write([Edit("contacts", "K1", {"mobile": MOBILE}, {"mobile": bad})], "system", "sheet", NOW)
    [issue] = [i for i in branch.look(NOW).of(who(branch, "CM1")).issues if i.table == "contacts"]
    assert (issue.raw, issue.good) == ("1****", "138****0001")
    assert "ABCD" not in sentence(issue, branch.book().tables, "zh")


def test_issues_are_those_of_the_rows_in_scope(branch: Branch) -> None:
    for key in ("V1", "V3", "visits-C5"):
        seen = branch.store.row("visits", key)
        branch.store.write([Edit("visits", key, seen, {"visited_on": Unread("2月30日", "date_no_year")})], "system", "sheet", NOW)
    branch.store.write(
        [Edit("rules", "R10", branch.store.row("rules", "R10"), {"verb": Unread("x", "choice_unknown")})], "system", "sheet", NOW
    )
    rows = {staff: {i.row for i in branch.look(NOW).of(who(branch, staff)).issues if i.code == "date_no_year"}
            for staff in ("CM1", "TL1", "TL2", "BL1", "CR1", "VW1", "ADM")}  # fmt: skip
    both = {"V1", "V3"}
    every = {*both, "visits-C5"}
    assert rows == {"CM1": {"V1"}, "TL1": both, "TL2": {"visits-C5"}, "BL1": both, "CR1": both, "VW1": every, "ADM": set()}
    assert "R10" in {i.row for i in branch.look(NOW).of(who(branch, "ADM")).issues}


@pytest.mark.parametrize(
    ("staff", "told", "hidden"), [("CM1", "不在您的范围内", True), ("TL1", "不在您的范围内", True), ("VW1", "C5", False)]
)
@pytest.mark.parametrize("column", ["name", "uscc"])
def test_a_sentence_about_a_double_names_no_row_outside_the_readers_scope(
    branch: Branch, staff: str, column: str, told: str, hidden: bool
) -> None:
    """C5 is another team's customer; C1 has been filed with the same name, or with the same code."""
    theirs = branch.store.row("customers", "C5")
    branch.store.write([Edit("customers", "C1", branch.store.row("customers", "C1"), {column: theirs[column]})], "system", "sheet", NOW)
    found = [i for i in branch.look(NOW).of(who(branch, staff)).issues if (i.row, i.column) == ("C1", column)]
    assert [i.code for i in found] == [f"check.{column}_same"]
    assert f"（{told}）" in sentence(found[0], branch.book().tables, "zh")
    assert ("C5" not in found[0].values["other"]) is hidden


def test_a_sentence_names_what_is_in_scope_and_leaves_the_rest_of_a_list_unnamed(branch: Branch) -> None:
    """C1 and C3 are of one team, C5 of another; the team leader reads of C3 and not of C5, and days stay days."""
    values = {"other": "C3、C5…", "theirs": str((branch.store.row("customers", "C5") or {})["name"]), "days": "C5"}
    issue = Issue("customers", "C1", "name", "C1.name", "check.name_same", "x", values=values)
    seen = {staff: told_issues.issues(branch.book(), [issue], who(branch, staff))[0].values for staff in ("CM1", "TL1", "VW1")}
    assert seen["CM1"] == {"other": "不在您的范围内…", "theirs": "不在您的范围内", "days": "C5"}
    assert seen["TL1"]["other"] == "C3、不在您的范围内…"
    assert seen["VW1"]["other"] == "C3、C5…"
    assert {one["days"] for one in seen.values()} == {"C5"}


def test_unmasking_asks_for_a_reason_and_goes_on_record_and_so_does_the_attempt(branch: Branch) -> None:
    with pytest.raises(Exception, match="理由"):
        audit.unmask(branch.store, branch.book(), who(branch, "TL1"), "contacts", "K1", reason="  ", now=NOW)
    assert audit.unmask(branch.store, branch.book(), who(branch, "TL1"), "contacts", "K1", reason="约访", now=NOW)["mobile"] == MOBILE
    assert on_record(branch, "unmask") == [("TL1", "contacts/K1: 约访")]
    for staff, row, kind in (("CR1", "K1", access.Denied), ("VW1", "K1", access.Denied), ("CM1", "contacts-C3", access.Unknown)):
        with pytest.raises(kind):
            audit.unmask(branch.store, branch.book(), who(branch, staff), "contacts", row, reason="好奇", now=NOW)
    assert {actor for actor, _ in on_record(branch, "denied")} == {"CR1", "VW1", "CM1"}


def test_a_mask_sent_back_as_it_was_shown_changes_nothing(branch: Branch) -> None:
    cm1 = who(branch, "CM1")
    shown = access.rows(branch.book(), "contacts", cm1).set_index("id").loc["K1"]
    seen = {"mobile": shown["mobile"], "name": shown["name"], "position": "财务总监"}
    branch.write([Edit("contacts", "K1", seen, {**seen, "position": "总会计师"})], cm1, "portal", NOW)
    row = branch.store.row("contacts", "K1")
    assert row is not None
    assert (row["mobile"], row["name"], row["position"]) == (MOBILE, SECRET, "总会计师")


def test_a_conflict_does_not_tell_the_number_somebody_else_typed(branch: Branch) -> None:
    branch.store.write([Edit("contacts", "K1", {"mobile": MOBILE}, {"mobile": "13900009999"})], "TL1", "sheet", NOW)
    with pytest.raises(Conflict) as conflict:
        branch.write([Edit("contacts", "K1", {"mobile": "138****0001"}, {"mobile": "13700007777"})], who(branch, "CM1"), "portal", NOW)
    [one] = conflict.value.clashes
    assert (one.who, one.clash.column, one.clash.theirs, one.clash.mine) == ("TL1", "mobile", "139****9999", "13700007777")
    assert all("13900009999" not in conflict.value.say(lang) for lang in LANGS)


def test_a_sentence_of_why_names_no_contact(read_only: Branch) -> None:
    for rule in read_only.look(NOW).rules:
        frame = read_only.book().frame(rule.subject)
        if len(frame):
            card = read_only.look(NOW).why(rule.id, str(frame.iloc[0]["id"]), "zh")
            assert MOBILE not in str(card)


def test_leaders_and_credit_officers_give_a_reason_and_take_out_their_part(branch: Branch, tmp_path: Path) -> None:
    for staff in ("BL1", "CR1"):
        with pytest.raises(exchange.NotTaken) as asked:
            exports.export_csv(branch, tmp_path / staff, NOW, who(branch, staff))
        assert "理由" in asked.value.say("zh")
        exports.export_csv(branch, tmp_path / staff, NOW, who(branch, staff), reason="季度检查")
    assert all("季度检查" in told for _, told in on_record(branch, "export"))
    credit = {file.stem for file in (tmp_path / "CR1").iterdir()}
    assert {"ratings", "credit_lines", "loans", "statements", "letters"} <= credit
    assert credit.isdisjoint({"accounts", "fees", "contacts", "diary", "plans", "staff", "cash_plans"})
    text = "".join(file.read_text("utf-8-sig") for file in (tmp_path / "BL1").iterdir())
    assert MOBILE not in text
    rows = csv.DictReader((tmp_path / "BL1" / "customers.csv").read_text("utf-8-sig").splitlines())
    assert {row["id"] for row in rows} == {"C1", "C2", "C3", "C4"}


def test_a_list_leaves_as_one_file_of_the_readers_rows_masked_in_their_language_and_on_record(branch: Branch) -> None:
    """Numbers of another team's rows may be asked for; they do not come."""
    cm1 = who(branch, "CM1")
    lines = list(csv.reader(exports.export_list(branch, "contacts", ["K1", "contacts-C5"], cm1, "", NOW).decode("utf-8-sig").splitlines()))
    assert lines[0][:3] == ["编号", "客户", "姓名"]
    assert [line[0] for line in lines[1:]] == ["K1"]
    assert MOBILE not in str(lines)
    assert on_record(branch, "export")[0] == ("CM1", "contacts: 1 rows")


@pytest.mark.parametrize(
    ("staff", "table", "reason", "code"),
    [
        ("VW1", "customers", "看看", "exchange.no_export"),
        ("ADM", "customers", "看看", "exchange.no_export"),
        ("CR1", "visits", "看看", "exchange.no_export"),
        ("BL1", "customers", " ", "access.export_reason"),
        ("CR1", "loans", "x", "access.export_reason"),
    ],
)
def test_a_list_is_not_taken_out_by_whom_the_matrix_does_not_let_and_the_attempt_is_on_record(
    branch: Branch, staff: str, table: str, reason: str, code: str
) -> None:
    with pytest.raises(exchange.NotTaken) as refused:
        exports.export_list(branch, table, ["C1"], who(branch, staff), reason, NOW)
    assert refused.value.code == code
    assert ((staff, f"export {table}") in on_record(branch, "denied")) is (code == "exchange.no_export")
    assert on_record(branch, "export") == []


def test_a_refused_export_of_whole_ledgers_is_on_record(branch: Branch, tmp_path: Path) -> None:
    with pytest.raises(exchange.NotTaken) as refused:
        exports.export_csv(branch, tmp_path / "out", NOW, who(branch, "VW1"), ["customers"])
    assert refused.value.code == "exchange.no_export"
    exports.export_csv(branch, tmp_path / "out", NOW, who(branch, "ADM"), ["customers", "staff"])
    assert on_record(branch, "denied") == [("ADM", "export customers"), ("VW1", "export customers")]
