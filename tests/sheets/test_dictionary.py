"""The dictionary sheet overlays the tables, and a bad row costs one Issue and nothing else (design §3)."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from sheets import book
from sheets.cells import read, show
from sheets.dictionary import hidden, overlay
from sheets.schema import Issue, Table
from sheets.sentences import sentence
from sheets.tables import TABLES

BLANK = dict.fromkeys(("column", "value_zh", "value_en", "kind", "choices", "ref", "unit", "value", "position", "note"))


def row(act: str, table: str, column: str | None = None, **more: Any) -> dict[str, Any]:
    return {**BLANK, "id": f"D-{act}-{column}", "table": table, "column": column, "act": act, **more}


def made(*rows: dict[str, Any]) -> dict[str, Table]:
    tables, issues = overlay(TABLES, rows)
    assert issues == []
    return tables


def refused(*rows: dict[str, Any]) -> list[Issue]:
    tables, issues = overlay(TABLES, rows)
    assert tables == TABLES
    return issues


def test_no_rows_change_nothing() -> None:
    assert overlay(TABLES, []) == (TABLES, [])
    assert overlay(TABLES, book.typed(TABLES["dictionary"], [])) == (TABLES, [])


def test_a_column_is_relabelled_and_its_old_name_still_understood() -> None:
    name = made(row("relabel", "customers", "name", value_zh="企业全称"))["customers"]["name"]
    assert (name.zh, name.en, name.kind, name.required) == ("企业全称", "Name", "text", True)
    assert "客户名称" in name.aliases


def test_a_table_is_relabelled_when_no_column_is_named() -> None:
    table = made(row("relabel", "customers", value_zh="客户一览", value_en="Clients"))["customers"]
    assert (table.zh, table.en) == ("客户一览", "Clients")
    assert "客户档案" in table.aliases


def test_a_column_is_required_or_made_optional() -> None:
    tables = made(row("require", "customers", "adverse"), row("optional", "customers", "scope"), row("optional", "customers", "uscc"))
    assert tables["customers"]["adverse"].required
    assert not tables["customers"]["uscc"].required
    assert not tables["customers"]["scope"].required


def test_columns_are_hidden_but_kept() -> None:
    rows = [row("hide", "customers", "house_bank"), row("hide", "customers", "name")]
    tables, issues = overlay(TABLES, rows)
    assert tables["customers"].columns == TABLES["customers"].columns
    assert hidden(tables, rows) == {("customers", "house_bank")}
    assert [(i.code, i.raw) for i in issues] == [("dictionary_hide", "name")]


def test_columns_are_ordered_around_the_others() -> None:
    tables = made(row("order", "teams", "note", position=2), row("order", "teams", "leader", position=1))
    assert [c.key for c in tables["teams"].columns] == ["leader", "note", "id", "name", "team_leader"]


def test_choices_are_added_and_reworded_and_old_words_stay() -> None:
    tier = made(row("choice", "customers", "tier", choices="vip=至尊=Top=尊享|私行; key=战略; 观察"))["customers"]["tier"]
    assert [c.code for c in tier.choices] == ["key", "quality", "normal", "prospect", "vip", "观察"]
    assert [read(tier, word).value for word in ("至尊", "私行", "战略", "重点", "VIP", "Key", "观察")] == [
        "vip",
        "vip",
        "key",
        "key",
        "vip",
        "key",
        "观察",
    ]
    assert show(tier, "key", "en") == "Key"


def test_columns_are_added() -> None:
    tables = made(
        row("add", "customers", "x_park", value_zh="所在园区", value_en="Park"),
        row("add", "customers", "x_area", value_zh="厂房面积", kind="integer", unit="平方米", position=3),
        row("add", "customers", "x_tax", value_zh="年纳税额", kind="money"),
        row("add", "customers", "x_mood", value_zh="合作意愿", kind="choice", choices="hot=高=High;cold=低=Low"),
        row("add", "customers", "x_friend", value_zh="介绍人", kind="ref", ref="customers"),
    )  # fmt: skip
    found = tables["customers"]
    assert found.columns[2].key == "x_area"
    assert (found["x_park"].kind, found["x_park"].label("en")) == ("text", "Park")
    assert (found["x_area"].label("en"), found["x_tax"].unit) == ("厂房面积", "万元")
    assert read(found["x_mood"], "高").value == "hot"
    assert found["x_friend"].ref == "customers"


def test_whole_ledgers_are_added_whatever_the_order_of_rows() -> None:
    tables = made(
        row("add", "x_gifts", "x_what", value_zh="礼品"),
        row("add", "x_gifts", "x_customer", value_zh="客户", kind="ref", ref="customers"),
        row("require", "x_gifts", "x_customer"),
        row("ledger", "x_gifts", value_zh="礼品台账", value_en="Gifts"),
    )
    gifts = tables["x_gifts"]
    assert (gifts.zh, gifts.en, gifts.title) == ("礼品台账", "Gifts", "x_what")
    assert [c.key for c in gifts.columns] == ["id", "x_what", "x_customer"]
    assert gifts["x_customer"].required


BAD = [
    (row("remove", "customers", "name"), "act", "dictionary_act"),
    (row("add", "customers", "name", value_zh="名", kind="integer"), "column", "dictionary_core"),
    (row("optional", "customers", "id"), "column", "dictionary_core"),
    (row("add", "customers", "park", value_zh="园区"), "column", "dictionary_key"),
    (row("add", "customers", "x_Park", value_zh="园区"), "column", "dictionary_key"),
    (row("add", "customers", "x_" + "a" * 60, value_zh="园区"), "column", "dictionary_key"),
    (row("add", "customers", "x_park"), "value_zh", "dictionary_label"),
    (row("add", "customers", "x_park", value_zh="园区", kind="colour"), "kind", "dictionary_kind"),
    (row("add", "customers", "x_park", value_zh="园区", kind="choice"), "choices", "dictionary_choices"),
    (row("add", "customers", "x_park", value_zh="园区", choices="a=甲"), "choices", "dictionary_choices"),
    (row("add", "customers", "x_park", value_zh="园区", kind="choice", choices="a=甲;a=乙"), "choices", "dictionary_choices"),
    (row("add", "customers", "x_park", value_zh="园区", kind="ref", ref="parks"), "ref", "dictionary_ref"),
    (row("add", "customers", "x_park", value_zh="园区", kind="money", unit="斤"), "unit", "dictionary_unit"),
    (row("add", "parks", "x_park", value_zh="园区"), "table", "dictionary_table"),
    (row("ledger", "gifts", value_zh="礼品"), "table", "dictionary_key"),
    (row("ledger", "x_gifts"), "value_zh", "dictionary_label"),
    (row("relabel", "customers", "nome", value_zh="名"), "column", "dictionary_column"),
    (row("relabel", "customer", "name", value_zh="名"), "table", "dictionary_table"),
    (row("relabel", "customers", "name"), "value_zh", "dictionary_label"),
    (row("relabel", "customers", "name", value_zh="客户简称"), "value_zh", "dictionary_label_taken"),
    (row("choice", "customers", "name", choices="a=甲"), "column", "dictionary_choices"),
    (row("choice", "customers", "tier", choices="a=b=c=d=e"), "choices", "dictionary_choices"),
    (row("choice", "customers", "tier"), "choices", "dictionary_choices"),
    (row("require", "customers"), "column", "dictionary_column"),
    (row("hide", "customers", "id"), "column", "dictionary_hide"),
    (row("order", "customers", "tier"), "position", "dictionary_position"),
    (row("", "customers", "tier"), "act", "dictionary_act"),
    (row("parent", "customers", "team"), "table", "dictionary_own"),
    (row("owner", "parks", "x_by"), "table", "dictionary_table"),
    (row("number", "visits", value="FW{:04d}"), "table", "dictionary_own"),
    (row("called", "customers", "name"), "table", "dictionary_own"),
    (row("fact", "customers", "founded_on"), "column", "dictionary_own"),
    (row("after", "customers", "x_none", value="founded_on"), "column", "dictionary_column"),
    (row("required_when", "customers", "adverse", value="tier=key"), "column", "dictionary_own"),
]

GIFTS = (
    row("ledger", "x_gifts", value_zh="礼品台账"), row("add", "x_gifts", "x_visit", value_zh="访问", kind="ref", ref="visits"),
    row("add", "x_gifts", "x_customer", value_zh="客户", kind="ref", ref="customers"), row("add", "x_gifts", "x_what", value_zh="礼品"),
    row("add", "x_gifts", "x_asked", value_zh="申请人", kind="staff"), row("add", "x_gifts", "x_by", value_zh="经办", kind="staff"),
    row("add", "x_gifts", "x_on", value_zh="申请日", kind="date"), row("add", "x_gifts", "x_given", value_zh="赠送日", kind="date"),
    row("add", "x_gifts", "x_kind", value_zh="类别", kind="choice", choices="tea=茶;other=其他"),
    row("add", "x_gifts", "x_why", value_zh="理由"), row("add", "x_gifts", "x_big", value_zh="超限", kind="yesno"),
    row("add", "x_gifts", "x_gift", value_zh="前次", kind="ref", ref="x_gifts"),
)  # fmt: skip


def test_a_ledger_of_ones_own_says_everything_about_itself_whatever_the_order_of_rows() -> None:
    said = (
        row("owner", "x_gifts", "x_by"), row("owner", "x_gifts", "x_asked"), row("called", "x_gifts", "x_what"), row("fact", "x_gifts", "x_given"),
        row("parent", "x_gifts", "x_visit"), row("number", "x_gifts", value="LP-{day}-{:03d}"), row("after", "x_gifts", "x_given", value="x_on"),
        row("required_when", "x_gifts", "x_why", value=" x_kind = other, tea "), row("hide", "x_gifts", "x_why"),
    )  # fmt: skip
    tables, issues = overlay(TABLES, [*said, *GIFTS])
    gifts = tables["x_gifts"]
    assert [(i.code, i.raw) for i in issues] == [("dictionary_hide", "x_why")]
    assert (gifts.parent, gifts.owners, gifts.called, gifts.number) == ("x_visit", ("x_by", "x_asked"), ("x_what",), "LP-{day}-{:03d}")
    assert (gifts["x_given"].fact, gifts["x_given"].after, gifts["x_why"].required_when) == (True, "x_on", "x_kind=other,tea")


def test_a_ledger_of_ones_own_that_says_nothing_is_about_its_first_customer_and_of_its_first_person() -> None:
    gifts = made(*GIFTS)["x_gifts"]
    assert (gifts.parent, gifts.owners, gifts.customer, gifts.number) == ("", ("x_asked",), "x_customer", "")


def test_an_added_column_of_a_shipped_table_may_be_a_fact_follow_a_day_and_be_asked_for_when_another_says_so() -> None:
    visits = made(
        row("add", "visits", "x_sent", value_zh="寄送日", kind="date"), row("fact", "visits", "x_sent"),
        row("after", "visits", "x_sent", value="visited_on"), row("required_when", "visits", "x_sent", value="kind=business"),
    )["visits"]  # fmt: skip
    assert (visits["x_sent"].fact, visits["x_sent"].after, visits["x_sent"].required_when) == (True, "visited_on", "kind=business")


WRONG = [
    (row("parent", "x_gifts", "x_by"), "column", "dictionary_parent"),
    (row("parent", "x_gifts", "x_gift"), "column", "dictionary_parent"),
    (row("parent", "x_gifts", "visit"), "column", "dictionary_column"),
    (row("owner", "x_gifts", "x_what"), "column", "dictionary_owner"),
    (row("called", "x_gifts", "x_on"), "column", "dictionary_called"),
    (row("called", "x_gifts", "id"), "column", "dictionary_called"),
    (row("number", "x_gifts", value="LP"), "value", "dictionary_number"),
    (row("number", "x_gifts", value="{:04d}"), "value", "dictionary_number"),
    (row("number", "x_gifts", value="LP{month}{:04d}"), "value", "dictionary_number"),
    (row("number", "x_gifts"), "value", "dictionary_number"),
    (row("fact", "x_gifts", "x_what"), "column", "dictionary_day"),
    (row("after", "x_gifts", "x_what", value="x_on"), "column", "dictionary_day"),
    (row("after", "x_gifts", "x_on", value="x_on"), "value", "dictionary_after"),
    (row("after", "x_gifts", "x_on", value="x_what"), "value", "dictionary_after"),
    (row("after", "x_gifts", "x_on"), "value", "dictionary_after"),
    (row("required_when", "x_gifts", "x_why", value="x_kind"), "value", "dictionary_when"),
    (row("required_when", "x_gifts", "x_why", value="x_kind=coffee"), "value", "dictionary_when"),
    (row("required_when", "x_gifts", "x_why", value="x_what=tea"), "value", "dictionary_when"),
    (row("required_when", "x_gifts", "x_kind", value="x_kind=tea"), "value", "dictionary_when"),
    (row("required_when", "x_gifts", "x_why", value="x_big=true"), "value", "dictionary_when"),
]


@pytest.mark.parametrize(("bad", "column", "code"), WRONG, ids=[f"{r['id']}-{r['value']}" for r, _, _ in WRONG])
def test_what_cannot_be_true_of_a_ledger_is_told_on_its_cell_and_changes_nothing(bad: dict[str, Any], column: str, code: str) -> None:
    tables, [issue] = overlay(TABLES, [*GIFTS, bad])
    assert (issue.column, issue.code, issue.cell) == (column, code, f"{bad['id']}.{column}")
    assert tables == made(*GIFTS)
    assert sentence(issue, TABLES, "zh") != sentence(issue, TABLES, "en")


def test_ledgers_that_would_belong_to_one_another_in_a_circle_are_told_once() -> None:
    tables, issues = overlay(TABLES, [
        *GIFTS, row("ledger", "x_shops", value_zh="商店"), row("add", "x_shops", "x_gift", value_zh="礼品", kind="ref", ref="x_gifts"),
        row("add", "x_gifts", "x_shop", value_zh="商店", kind="ref", ref="x_shops"),
        row("parent", "x_gifts", "x_shop"), row("parent", "x_shops", "x_gift"),
    ])  # fmt: skip
    assert (tables["x_gifts"].parent, tables["x_shops"].parent) == ("x_shop", "")
    assert [(i.column, i.code) for i in issues] == [("column", "dictionary_parent")]


@pytest.mark.parametrize(("bad", "column", "code"), BAD, ids=lambda x: x["id"] if isinstance(x, dict) else str(x))
def test_a_bad_row_costs_one_issue_and_the_good_ones_hold(bad: dict[str, Any], column: str, code: str) -> None:
    [issue] = refused(bad)
    assert (issue.table, issue.row, issue.column, issue.code) == ("dictionary", bad["id"], column, code)
    assert issue.cell == f"{bad['id']}.{column}"
    assert sentence(issue, TABLES, "zh")
    assert sentence(issue, TABLES, "en")
    tables, issues = overlay(TABLES, [bad, row("relabel", "teams", "name", value_zh="队名")])
    assert tables["teams"]["name"].zh == "队名"
    assert len(issues) == 1


def test_the_same_key_twice_is_told_once() -> None:
    tables, issues = overlay(TABLES, [row("add", "teams", "x_a", value_zh="甲"), row("add", "teams", "x_a", value_zh="乙")])
    assert tables["teams"]["x_a"].zh == "甲"
    assert [i.code for i in issues] == ["dictionary_twice"]


def test_the_sheet_itself_may_be_given() -> None:
    """As a frame: blanks are '' and NA, a deleted row does not count."""
    frame = book.typed(TABLES["dictionary"], [
        {"id": "1", "table": "teams", "column": "x_a", "act": "add", "value_zh": "甲", "position": 1},
        {"id": "2", "table": "teams", "column": "x_b", "act": "add", "value_zh": "乙", "deleted": True},
    ])  # fmt: skip
    tables, issues = overlay(TABLES, frame)
    assert issues == []
    assert [c.key for c in tables["teams"].columns][:2] == ["x_a", "id"]
    assert tables["teams"].column("x_b") is None
    assert hidden(tables, frame) == frozenset()
    assert isinstance(frame, pd.DataFrame)
