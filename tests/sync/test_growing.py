"""What the branch adds by its dictionary stands in the sheet too, without anything being moved there."""

from __future__ import annotations

from typing import Any

from branch.people import SYSTEM
from sheets.schema import Edit
from tests.sync.conftest import Office


def say(bank: Office, row: str, **values: Any) -> None:
    bank.branch.write([Edit("dictionary", row, None, values)], SYSTEM, "portal", bank.clock[0])


def test_a_column_that_the_dictionary_adds_stands_at_the_end_and_is_filled(bank: Office) -> None:
    title = bank.title("customers")
    before = bank.book.cells(title)
    say(bank, "D1", table="customers", column="x_park", act="add", value_zh="所在园区", value_en="Park", kind="text")
    bank.branch.book()
    bank.save("customers", "C1", x_park="高新园")
    bank.sync()
    assert bank.shown("customers", "C1", "x_park") == "高新园"
    assert bank.book.cells(title)[0][: len(before[0])] == before[0]
    bank.type("customers", "C2", "x_park", "软件园")
    bank.sync()
    assert bank.value("customers", "C2", "x_park") == "软件园"


def test_a_ledger_that_the_dictionary_adds_gets_its_tab(bank: Office) -> None:
    say(bank, "D1", table="x_gifts", act="ledger", value_zh="礼品登记", value_en="Gifts")
    say(bank, "D2", table="x_gifts", column="x_what", act="add", value_zh="物品", value_en="What", kind="text")
    bank.branch.book()
    bank.sync()
    assert "礼品登记" in bank.book.tabs
    bank.save("x_gifts", "G1", x_what="台历")
    bank.sync()
    assert bank.shown("x_gifts", "G1", "x_what") == "台历"


def test_a_tab_of_the_branchs_own_with_the_same_name_is_left_alone(bank: Office) -> None:
    bank.book.add_tab("礼品登记")
    bank.book.type("礼品登记", "A1", "自己的")
    say(bank, "D1", table="x_gifts", act="ledger", value_zh="礼品登记", value_en="Gifts")
    bank.branch.book()
    bank.sync()
    assert bank.title("x_gifts") == "礼品登记 2"
    assert bank.book.cells("礼品登记") == [["自己的"]]
