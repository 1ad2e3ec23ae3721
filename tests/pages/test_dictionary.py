"""Ledgers are shaped by answers, keys are never typed; what cannot be is refused under its question."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from branch import access, clock, drafts
from branch.branch import Branch
from branch.people import actor
from pages.parts import shapes
from tests.pages.conftest import Open, said


@pytest.fixture(autouse=True)
def nothing_typed(here: Branch) -> None:
    """Each test begins with empty forms: what another one was refused is kept for its administrator."""
    for part in shapes.PARTS:
        drafts.drop(here, "ADM", f"{shapes.NAME}.{part}")


def answer(at: AppTest, part: str, **fields: object) -> AppTest:
    """Turns to a part, answers its questions in order ("k0__label" is the first column's label), and saves."""
    if part != "column":
        at.session_state["dictionary.part"] = part
        at.run()
    for field, value in fields.items():
        key = (
            f"shape.{part}." + field.removeprefix("k").replace("__", ".") if field[0] == "k" and "__" in field else f"shape.{part}.{field}"
        )
        widgets = (*at.selectbox, *at.text_input, *at.text_area, *at.checkbox, *at.toggle)
        found = [one for one in widgets if one.key == key]
        assert found, (key, [one.key for one in widgets])
        found[0].set_value(value).run()
        assert not at.exception, field
    next(one for one in at.button if str(one.key).startswith(f"shape.{part}.save.")).click().run()
    assert not at.exception
    return at


def faults(at: AppTest) -> str:
    return "\n".join(str(one.value) for one in at.caption if ":red[" in str(one.value)).replace("\\", "")


def test_what_was_typed_is_back_in_the_next_session_until_it_is_saved_or_thrown_away(opened: Open, here: Branch) -> None:
    at = opened("ADM", "dictionary", part="ledger")
    at.session_state["dictionary.part"] = "ledger"
    at.run()
    next(one for one in at.text_input if one.key == "shape.ledger.name").set_value("押品重估").run()
    next(one for one in at.toggle if one.key == "shape.ledger.customers").set_value(False).run()
    next(one for one in at.text_input if one.key == "shape.ledger.1.label").set_value("下次重估日").run()

    def again() -> AppTest:
        found = opened("ADM", "dictionary")
        found.session_state["dictionary.part"] = "ledger"
        return found.run()

    at = again()
    held = {one.key: one.value for one in (*at.text_input, *at.toggle)}
    assert (held["shape.ledger.name"], held["shape.ledger.1.label"], held["shape.ledger.customers"]) == ("押品重估", "下次重估日", False)
    discard = next(one for one in at.button if one.key == "shape.ledger.discard")
    discard.click().run()
    assert not at.exception
    at = again()
    assert next(one for one in at.text_input if one.key == "shape.ledger.name").value == ""
    assert "shape.ledger.discard" not in [one.key for one in at.button]
    at = answer(opened("ADM", "dictionary"), "column", table="customers", label="所在片区")
    assert drafts.load(here, "ADM", "shape.column").typed == {}


def test_only_the_administrator_shapes_ledgers(opened: Open) -> None:
    for person in ("CM1", "TL1", "BL1", "CR1", "VW1"):
        assert "没有找到" in said(opened(person, "dictionary"))


def test_a_column_is_there_at_once_in_list_and_form(opened: Open, here: Branch) -> None:
    at = answer(opened("ADM", "dictionary"), "column", table="customers", label="所在园区", kind="choice", choices="东区\n西区")
    assert faults(at) == ""
    [made] = [c for c in here.book().tables["customers"].columns if c.zh == "所在园区"]
    assert made.key.startswith("x_")
    assert [c.zh for c in made.choices] == ["东区", "西区"]
    answer(opened("ADM", "dictionary"), "choice", table="customers", column=made.key, choices="南区")
    assert [c.zh for c in here.book().tables["customers"][made.key].choices] == ["东区", "西区", "南区"]
    answer(opened("ADM", "dictionary"), "rename", table="customers", column=made.key, label="园区")
    assert here.book().tables["customers"][made.key].zh == "园区"
    answer(opened("ADM", "dictionary"), "hide", table="customers", column=made.key)
    assert ("customers", made.key) in here.look(clock.now()).hidden


def test_a_ledger_is_seen_by_its_maker_and_its_rows_by_those_whose_they_are(opened: Open, here: Branch) -> None:
    at = answer(
        opened("ADM", "dictionary"), "ledger", name="押品重估", prefix="yp", k0__label="押品", k1__label="下次重估日", k1__kind="date",
        k2__label="评估值", k2__kind="money",
    )  # fmt: skip
    assert faults(at) == ""
    [table] = [t for t in here.book().tables.values() if t.zh == "押品重估"]
    assert [(c.zh, c.kind) for c in table.columns][1:5] == [("客户", "ref"), ("押品", "text"), ("下次重估日", "date"), ("评估值", "money")]
    assert (table.customer, table.number, table.group) == (table.columns[1].key, "YP{:04d}", "own")
    assert "押品重估" in said(opened("ADM", "ledgers", table=table.key))
    assert "栏目：客户、押品、下次重估日、评估值" in said(opened("ADM", "ledgers", table=table.key))
    admin = actor(here.book(), "ADM")
    assert admin is not None
    assert access.may(admin, table.key, "read")
    assert not access.may(admin, table.key, "write")


@pytest.mark.parametrize(
    ("part", "fields", "field", "told"),
    [
        ("column", {"label": "甲"}, "table", "请选择"),
        ("column", {"table": "customers"}, "label", "请填写名称"),
        ("column", {"table": "customers", "label": "客户名称"}, "label", "已经有"),
        ("column", {"table": "customers", "label": "甲", "kind": "choice"}, "choices", "一行一个"),
        ("column", {"table": "customers", "label": "甲", "kind": "choice", "choices": "a=b"}, "choices", "等号"),
        ("column", {"table": "customers", "label": "甲", "kind": "choice", "choices": "东\n东"}, "choices", "已经有了"),
        ("column", {"table": "customers", "label": "甲", "required": True, "hidden": True}, "hidden", "不能隐藏"),
        ("choice", {"table": "customers"}, "column", "从选项"),
        ("choice", {"table": "customers", "column": "tier", "choices": "重点"}, "choices", "已经有了"),
        ("rename", {"table": "customers", "column": "tier", "label": "客户名称"}, "label", "已经有"),
        ("hide", {"table": "customers", "column": "name"}, "column", "不能隐藏"),
        ("ledger", {"name": "贷款"}, "name", "已经有一本"),
        ("ledger", {"name": "乙"}, "columns", "至少"),
        ("ledger", {"name": "乙", "prefix": "九"}, "prefix", "字母"),
        ("ledger", {"name": "乙", "k0__label": "甲", "k1__label": "甲"}, "1.label", "已经有"),
        ("ledger", {"name": "乙", "k0__label": "甲", "k0__kind": "choice"}, "0.choices", "一行一个"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_under_its_question(
    opened: Open, here: Branch, part: str, fields: dict[str, object], field: str, told: str
) -> None:
    before = len(here.book().frame("dictionary"))
    at = answer(opened("ADM", "dictionary"), part, **fields)
    assert list(at.session_state[f"shape.{part}.errors"]) == [field]
    assert told in faults(at)
    assert len(here.book().frame("dictionary")) == before
