"""A row in the dictionary and the running branch follows: forms, rules, import and export see the new ledger (design §3)."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from branch import access, audit, exchange, exports
from branch.branch import Branch
from branch.opening import open_branch
from branch.people import SYSTEM
from branch.saving import Refused
from rules import rulebook
from sheets.cells import read
from sheets.schema import Edit
from sheets.sentences import with_place
from sheets.tables import TABLES
from tests.branch.rooms import NOW, TODAY, who
from texts import LANGS


def say(branch: Branch, *rows: dict[str, Any]) -> None:
    """The administrator writes rows of the dictionary."""
    number = len(branch.book().frames["dictionary"])
    branch.write([Edit("dictionary", f"D{number + n}", None, row) for n, row in enumerate(rows)], who(branch, "ADM"), "portal", NOW)


def column(table: str, key: str, zh: str, **more: Any) -> dict[str, Any]:
    return {"act": "add", "table": table, "column": key, "value_zh": zh, **more}


GIFTS = (
    {"act": "ledger", "table": "x_gifts", "value_zh": "礼品台账", "value_en": "Gifts"},
    column("x_gifts", "x_customer", "客户", kind="ref", ref="customers"),
    column("x_gifts", "x_by", "经办", kind="staff"),
    column("x_gifts", "x_on", "日期", kind="date"),
    column("x_gifts", "x_worth", "价值", kind="money", unit="元"),
    {"act": "require", "table": "x_gifts", "column": "x_customer"},
)


def test_the_running_branch_follows_at_once_and_so_does_one_that_was_open_beside_it(branch: Branch, home: Path) -> None:
    other = open_branch(home)
    assert "x_park" not in {c.key for c in other.book().tables["customers"].columns}
    say(
        branch, column("customers", "x_park", "所在园区"),
        {"act": "relabel", "table": "customers", "column": "name", "value_zh": "企业全称"},
        {"act": "require", "table": "customers", "column": "house_bank"}, {"act": "hide", "table": "customers", "column": "adverse"},
        {"act": "order", "table": "customers", "column": "tier", "position": 2},
        {"act": "choice", "table": "customers", "column": "tier", "choices": "vip=至尊=Top"},
    )  # fmt: skip
    for one in (branch, other):
        table = one.book().tables["customers"]
        assert table["x_park"].zh == "所在园区"
        assert table["name"].zh == "企业全称"
        assert table["house_bank"].required
        assert [c.key for c in table.columns][1] == "tier"
        assert table["tier"].choice("vip")
        assert ("customers", "adverse") in one.look(NOW).hidden
        assert one.book().tables == one.book().tables
        assert "x_park" in one.book().frame("customers")
    other.store.close()


def test_the_same_book_is_kept_while_the_dictionary_stands_still(branch: Branch) -> None:
    say(branch, column("customers", "x_park", "所在园区"))
    assert branch.book() is branch.book()
    store = branch.store
    branch.write([Edit("customers", "C1", {"note": None}, {"note": "x"})], who(branch, "CM1"), "portal", NOW)
    assert branch.book().frame("customers")["x_park"].tolist()[0] == ""
    assert branch.store is store


def test_a_new_choice_can_be_chosen_and_an_unknown_one_still_cannot(branch: Branch) -> None:
    def tier(code: str) -> Edit:
        return Edit("customers", "C1", {"tier": "key"}, {"tier": code})

    with pytest.raises(Refused):
        branch.write([tier("vip")], who(branch, "CM1"), "portal", NOW)
    say(branch, {"act": "choice", "table": "customers", "column": "tier", "choices": "vip=至尊=Top"})
    branch.write([tier("vip")], who(branch, "CM1"), "portal", NOW)
    assert branch.book().frame("customers").set_index("id").loc["C1", "tier"] == "vip"


def test_an_added_column_is_saved_read_back_recorded_and_merged_like_any_other(branch: Branch) -> None:
    say(branch, column("customers", "x_area", "厂房面积", kind="integer"), column("customers", "x_lease", "租约到期", kind="date"))
    cm1 = who(branch, "CM1")
    branch.write([Edit("customers", "C1", {}, {"x_area": 1200, "x_lease": date(2027, 3, 1)})], cm1, "portal", NOW)
    frame = branch.book().frame("customers").set_index("id")
    assert (int(frame.loc["C1", "x_area"]), frame.loc["C1", "x_lease"].date()) == (1200, date(2027, 3, 1))
    assert branch.book().frame("customers")["x_area"].isna().sum() == len(frame) - 1
    assert {"x_area", "x_lease"} <= set(audit.history(branch.store, branch.book(), cm1, "customers", "C1")["column"])
    with pytest.raises(access.Denied):
        branch.write([Edit("customers", "C1", {"x_area": 1200}, {"x_area": 1})], who(branch, "TL1"), "portal", NOW)
    with pytest.raises(access.Unknown):
        branch.write([Edit("customers", "C3", {}, {"x_area": 1})], cm1, "portal", NOW)


def test_a_required_column_of_its_own_is_asked_for(branch: Branch) -> None:
    say(branch, column("problems", "x_level", "紧急程度"), {"act": "require", "table": "problems", "column": "x_level"})
    whole = {"customer": "C1", "raised_on": TODAY, "area": "ebank", "content": "U盾", "owner": "CM1"}
    with pytest.raises(Refused) as refused:
        branch.write([Edit("problems", "p", None, whole)], who(branch, "CM1"), "portal", NOW)
    assert "紧急程度" in refused.value.say("zh")
    branch.write([Edit("problems", "p", None, whole | {"x_level": "高"})], who(branch, "CM1"), "portal", NOW)


def test_a_ledger_of_ones_own_keeps_rows_by_customer_and_owner(branch: Branch) -> None:
    say(branch, *GIFTS)
    assert branch.look(NOW).issues == []
    for staff, customer in (("CM1", "C1"), ("CM2", "C3"), ("CM3", "C5")):
        gift = {"x_customer": customer, "x_by": staff, "x_on": TODAY, "x_worth": 19_900}
        branch.write([Edit("x_gifts", f"G-{customer}", None, gift)], who(branch, staff), "portal", NOW)
    rows = {
        staff: set(access.rows(branch.book(), "x_gifts", who(branch, staff))["id"]) for staff in ("CM1", "TL1", "BL1", "CR1", "VW1", "ADM")
    }
    both = {"G-C1", "G-C3"}
    assert rows == {"CM1": {"G-C1"}, "TL1": both, "BL1": both, "CR1": both, "VW1": {*both, "G-C5"}, "ADM": set()}
    frame = branch.book().frame("x_gifts").set_index("id")
    assert (frame.loc["G-C1", "x_customer"], int(frame.loc["G-C1", "x_worth"]), frame.loc["G-C1", "x_on"].date()) == ("C1", 19_900, TODAY)
    branch.write([Edit("x_gifts", "G-C1", {"x_worth": 19_900}, {"x_worth": 20_000})], who(branch, "TL1"), "portal", NOW)
    for staff, row in (("CM1", "G-C3"), ("BL1", "G-C1"), ("VW1", "G-C1"), ("ADM", "G-C1"), ("CR1", "G-C1")):
        with pytest.raises((access.Denied, access.Unknown)):
            branch.write([Edit("x_gifts", row, {"x_worth": 19_900}, {"x_worth": 1})], who(branch, staff), "portal", NOW)
    with pytest.raises(access.Unknown):
        branch.write([Edit("x_gifts", "new", None, {"x_customer": "C3", "x_by": "CM1"})], who(branch, "CM1"), "portal", NOW)


def test_a_ledger_of_ones_own_goes_out_and_comes_in_as_a_file(branch: Branch, tmp_path: Path) -> None:
    say(branch, *GIFTS)
    file = tmp_path / "gifts.csv"
    file.write_text("编号,客户,经办,日期,价值(元)\nG1,C1,CM1,2026-11-02,199\nG2,C3,CM2,31/31,88\n", "utf-8")
    done = exchange.import_file(branch, "礼品台账", file, NOW, SYSTEM)
    assert (done["table"], done["added"], [i["cell"] for i in done["issues"]]) == ("x_gifts", 2, ["D3"])
    exports.export_csv(branch, tmp_path / "out", NOW, SYSTEM, ["x_gifts"])
    rows = list(csv.DictReader((tmp_path / "out" / "x_gifts.csv").read_text("utf-8-sig").splitlines()))
    assert [(r["id"], r["x_customer"], r["x_by"], r["x_on"]) for r in rows] == [
        ("G1", "C1", "CM1", "2026-11-02"),
        ("G2", "C3", "CM2", "31/31"),
    ]


def rule(table: str, day: str, **more: str) -> Edit:
    cells = dict.fromkeys(rulebook.shipped()[0], "") | {
        "name_zh": "租约到期", "enabled": "yes", "verb": "deadline", "subject": table, "date": day, "lead": "30d", "roll": "earlier",
        "roles": "customer_manager", "done": "@moved", "remind": "7d", "ladder": "+1wd team_leader", "clause": "自定",
        "text_zh": "厂房租约将于 {anchor} 到期，请核实是否续租", "text_en": "lease ends {anchor}",
    } | more  # fmt: skip
    after = {key: read(TABLES["rules"][key], text).value for key, text in cells.items() if key != "id" and text}
    return Edit("rules", "X01", None, after)


def test_a_rule_on_a_column_of_ones_own_falls_due_on_its_day(branch: Branch) -> None:
    say(branch, column("customers", "x_lease", "租约到期", kind="date"), column("customers", "x_renewed", "已续租", kind="date"))
    branch.write([Edit("customers", "C1", {}, {"x_lease": TODAY + timedelta(days=30)})], who(branch, "CM1"), "portal", NOW)
    branch.write([rule("customers", "x_lease", done="x_renewed")], who(branch, "BL1"), "portal", NOW)
    assert list(branch.look(NOW).config_issues) == []
    dues = branch.look(NOW).dues
    [mine] = dues[(dues["rule"] == "X01") & (dues["row"] == "C1")].to_dict("records")
    assert (mine["due"].date(), mine["state"], mine["customer"]) == (TODAY, "due_today", "C1")
    branch.write([Edit("customers", "C1", {"x_renewed": None}, {"x_renewed": TODAY})], who(branch, "CM1"), "portal", NOW)
    dues = branch.look(NOW).dues
    assert set(dues.loc[(dues["rule"] == "X01") & (dues["row"] == "C1"), "state"]) == {"met"}


def test_a_rule_on_a_ledger_of_ones_own_finds_its_customer(branch: Branch) -> None:
    say(branch, *GIFTS)
    branch.write([Edit("x_gifts", "G1", None, {"x_customer": "C1", "x_by": "CM1", "x_on": TODAY})], who(branch, "CM1"), "portal", NOW)
    branch.write([rule("x_gifts", "x_on", lead="0d", done="")], who(branch, "BL1"), "portal", NOW)
    assert list(branch.look(NOW).config_issues) == []
    dues = branch.look(NOW).dues
    [mine] = dues[dues["rule"] == "X01"].to_dict("records")
    assert (mine["row"], mine["customer"], mine["state"]) == ("G1", "C1", "due_today")
    assert list(branch.look(NOW).of(who(branch, "CM1")).dues.set_index("rule").loc[["X01"], "person"]) == ["CM1"]


BAD = [
    column("customers", "park", "园区"), column("customers", "x_a", "甲", kind="colour"), {"act": "hide", "table": "customers", "column": "name"},
    {"act": "relabel", "table": "nowhere", "column": "name", "value_zh": "名"}, {"act": "order", "table": "customers", "column": "tier"},
]  # fmt: skip


def test_each_bad_row_costs_one_issue_and_the_good_ones_take_effect(branch: Branch) -> None:
    say(branch, *BAD, column("customers", "x_good", "好"))
    mine = [issue for issue in branch.look(NOW).issues if issue.table == "dictionary"]
    assert len(mine) == len(BAD)
    assert len({issue.row for issue in mine}) == len(BAD)
    for issue in mine:
        assert all(with_place(issue, branch.book().tables, lang) for lang in LANGS)
    assert branch.book().tables["customers"].column("x_good")
    assert {i.row for i in branch.look(NOW).of(who(branch, "ADM")).issues if i.table == "dictionary"} == {i.row for i in mine}


def test_a_row_taken_back_takes_its_column_away_and_keeps_what_was_typed(branch: Branch) -> None:
    say(branch, column("customers", "x_park", "园区"))
    row = branch.book().frame("dictionary").iloc[-1]["id"]
    branch.write([Edit("customers", "C1", {}, {"x_park": "东区"})], who(branch, "CM1"), "portal", NOW)
    branch.write([Edit("dictionary", str(row), {}, None)], who(branch, "ADM"), "portal", NOW)
    assert branch.book().tables["customers"].column("x_park") is None
    assert "x_park" not in branch.book().frame("customers")
    branch.write([Edit("customers", "C1", {"note": None}, {"note": "x"})], who(branch, "CM1"), "portal", NOW)
    say(branch, column("customers", "x_park", "园区"))
    assert branch.book().frame("customers").set_index("id").loc["C1", "x_park"] == "东区"


SAMPLES = (
    {"act": "ledger", "table": "x_samples", "value_zh": "样品台账"},
    column("x_samples", "x_visit", "来源访问", kind="ref", ref="visits"),
    column("x_samples", "x_maker", "制作人", kind="staff"),
    column("x_samples", "x_by", "送样人", kind="staff"),
    column("x_samples", "x_made", "制作日", kind="date"),
    column("x_samples", "x_sent", "送出日", kind="date"),
    column("x_samples", "x_state", "状态", kind="choice", choices="open=在途=On its way;lost=遗失=Lost"),
    column("x_samples", "x_why", "遗失原因"),
    {"act": "parent", "table": "x_samples", "column": "x_visit"},
    {"act": "owner", "table": "x_samples", "column": "x_by"},
    {"act": "fact", "table": "x_samples", "column": "x_sent"},
    {"act": "after", "table": "x_samples", "column": "x_sent", "value": "x_made"},
    {"act": "required_when", "table": "x_samples", "column": "x_why", "value": "x_state=lost"},
)


def test_what_the_dictionary_says_of_a_ledger_holds_at_a_save_and_in_the_list_of_issues(branch: Branch) -> None:
    say(branch, *SAMPLES)
    assert branch.look(NOW).issues == []
    table, cm1 = branch.book().tables["x_samples"], who(branch, "CM1")
    assert (table.parent, table.owners) == ("x_visit", ("x_by",))
    good = {"x_visit": "visits-C1", "x_by": "CM1", "x_made": TODAY - timedelta(2), "x_sent": TODAY, "x_state": "open"}
    wrong = (
        ("check.future", {"x_sent": TODAY + timedelta(1)}), ("check.order", {"x_made": TODAY, "x_sent": TODAY - timedelta(1)}),
        ("check.required", {"x_state": "lost"}), ("staff_unknown", {"x_by": "XX"}),
    )  # fmt: skip
    for code, cells in wrong:
        with pytest.raises(Refused) as refused:
            branch.write([Edit("x_samples", "S1", None, good | cells)], cm1, "portal", NOW)
        assert refused.value.code == code
        assert all(refused.value.say(lang) for lang in LANGS)
    branch.write([Edit("x_samples", "S1", None, good)], cm1, "portal", NOW)
    with pytest.raises(Refused):  # the reason belongs to the state: neither is changed without the other
        branch.write([Edit("x_samples", "S1", {"x_state": "open"}, {"x_state": "lost"})], cm1, "portal", NOW)
    branch.write(
        [Edit("x_samples", "S1", {"x_state": "open", "x_why": None}, {"x_state": "lost", "x_why": "快递丢失"})], cm1, "portal", NOW
    )
    with pytest.raises(access.Unknown):  # a row belongs to its visit: another team's is not theirs to write under
        branch.write([Edit("x_samples", "S5", None, good | {"x_visit": "visits-C5"})], cm1, "portal", NOW)
    seen = {staff: set(access.rows(branch.book(), "x_samples", who(branch, staff))["id"]) for staff in ("CM1", "CM2", "CM3", "TL1", "VW1")}
    assert seen == {"CM1": {"S1"}, "CM2": set(), "CM3": set(), "TL1": {"S1"}, "VW1": {"S1"}}
    came = [Edit("x_samples", f"T{n}", None, good | cells) for n, (_, cells) in enumerate(wrong)]
    branch.write(came, SYSTEM, "import", NOW)
    found = {(issue.row, issue.column, issue.code) for issue in branch.look(NOW).issues if issue.table == "x_samples"}
    assert found == {
        ("T0", "x_sent", "check.future_found"), ("T1", "x_sent", "check.order_found"), ("T2", "x_why", "missing"), ("T3", "x_by", "staff_unknown"),
    }  # fmt: skip
    for issue in branch.look(NOW).issues:
        assert all("{" not in with_place(issue, branch.book().tables, lang) for lang in LANGS)
