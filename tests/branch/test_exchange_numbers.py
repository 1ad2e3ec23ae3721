"""A row of a file without a number gets the next one, and keeps it however often the file is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sheets.numbers import is_placeholder
from sheets.schema import Edit
from tests.branch.exchanging import NOW, Small, taker

VISITS = "客户,访问类型,访问方式,访问日期,会谈内容纪要\n甲公司,常规访问,电话,2026-11-20,谈资金\n甲公司,常规访问,电话,2026-11-20,谈代发\n"


@pytest.fixture
def branch(tmp_path: Path) -> Iterator[Small]:
    made = Small(tmp_path)
    made.store.write([Edit("customers", "KH000200", None, {"name": "甲公司"})], "system", "terminal", NOW)
    yield made
    made.store.close()


@pytest.fixture
def take(branch: Small, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    return taker(branch, tmp_path)


def counts(found: dict[str, Any]) -> tuple[int, int, int, int]:
    return found["read"], found["added"], found["changed"], found["unchanged"]


def test_rows_without_a_number_are_numbered_and_found_again(branch: Small, take: Callable[..., dict[str, Any]]) -> None:
    assert counts(take("visits", VISITS, dry_run=True)) == counts(take("visits", VISITS)) == (2, 2, 0, 0)
    assert list(branch.book().frame("visits")["id"]) == ["FW-20261123-001", "FW-20261123-002"]
    assert counts(take("visits", VISITS, dry_run=True)) == counts(take("visits", VISITS)) == (2, 0, 0, 2)
    assert len(branch.book().frame("visits")) == 2


def test_a_row_is_found_again_after_people_have_changed_it(branch: Small, take: Callable[..., dict[str, Any]]) -> None:
    take("visits", VISITS)
    branch.store.write([Edit("visits", "FW-20261123-001", {}, {"place": "望川"})], "1001", "portal", NOW)
    assert counts(take("visits", VISITS)) == (2, 0, 0, 2)


def test_new_customers_count_on_from_the_banks_own_numbers(branch: Small, take: Callable[..., dict[str, Any]]) -> None:
    take("customers", "客户编号,客户名称\nECIF88001,乙公司\n,丙公司\n,丁公司\n")
    found = branch.book().frame("customers").set_index("name")["id"]
    assert (found["乙公司"], found["丙公司"], found["丁公司"]) == ("ECIF88001", "KH000201", "KH000202")
    take("customers", "客户编号,客户名称,客户简称\n,丙公司,丙\n")  # by its name, whatever else is said of it
    assert len(branch.book().frame("customers")) == 4


def test_a_wide_sheet_numbers_the_rows_of_its_other_ledgers(branch: Small, take: Callable[..., dict[str, Any]]) -> None:
    wide = "客户名称,评级到期日,贷款到期日,贷款余额\n乙公司,2027-03-31,2027-05-31,500\n"
    assert take("customers", wide, dry_run=True)["ledgers"] == take("customers", wide)["ledgers"]
    book = branch.book()
    assert list(book.frame("loans")[["id", "customer"]].iloc[0]) == ["JJ000001", "KH000201"]
    assert list(book.frame("ratings")[["id", "customer"]].iloc[0]) == ["PJ000001", "KH000201"]
    assert counts(take("customers", wide)) == (1, 0, 0, 1)


def test_no_placeholder_is_ever_shown_or_kept(branch: Small, take: Callable[..., dict[str, Any]]) -> None:
    """Two new rows that contradict each other are told by where they stand."""
    found = take("customers", "客户名称,统一社会信用代码\n乙公司,91350211M00013FA13\n丙公司,91350211M00013FA13\n丁公司,1\n丁公司,2\n")
    assert "new:" not in str(found)
    assert not any(is_placeholder(one) for frame in branch.book().frames.values() for one in frame["id"])


def test_a_person_without_a_staff_number_is_not_taken(branch: Small, take: Callable[..., dict[str, Any]]) -> None:
    """They sign in by it: it is the bank's to give."""
    found = take("staff", "姓名,岗位角色,在岗状态\n林一,客户经理,在岗\n")
    assert (found["added"], found["refused"], found["issues"][0]["code"]) == (0, 1, "number_missing")
    assert branch.book().frame("staff").empty
