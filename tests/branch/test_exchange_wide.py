"""One wide customer sheet fans out into the ledgers of ratings, lines, loans and balances (headers of design §7)."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.branch.exchanging import Small, codes, counts, taker


@pytest.fixture
def branch(tmp_path: Path) -> Small:
    return Small(tmp_path)


@pytest.fixture
def take(branch: Small, tmp_path: Path) -> Any:
    return taker(branch, tmp_path)


WIDE = """客户编号,客户名称,统一社会信用代码,审批权限,评级到期日,授信到期日,贷款到期日,存款余额(万元)
KH1,甲公司,91990000DEM000006A,总行,2026-12-31,2027-01-31,2026-11-30,1234.5
KH2,乙公司,91990000DEM0000145,省行,2026-02-30,,,
合计,,,,,,,1234.5
"""


def test_a_wide_customer_sheet_goes_to_its_ledgers(branch: Small, take: Any) -> None:
    result = take("customers", WIDE)
    assert counts(result) == (2, 2, 0, 0, 0, 0)
    assert ("E3", "date_no_such_day") in codes(result)
    book = branch.book()
    ratings = book.frame("ratings").set_index("customer")
    assert str(ratings.loc["KH1", "expires_on"])[:10] == "2026-12-31"
    assert list(ratings["authority"]) == ["head", "tier1"]
    assert [i.raw for i in book.issues if i.table == "ratings"] == ["2026-02-30"]
    lines = book.frame("credit_lines")
    assert (list(lines["customer"]), list(lines["authority"]), str(lines["expires_on"][0])[:10]) == (["KH1"], ["head"], "2027-01-31")
    assert str(book.frame("loans")["matures_on"][0])[:10] == "2026-11-30"
    balances = book.frame("balances")
    assert (int(balances["balance"][0]), str(balances["as_of"][0])[:10]) == (1_234_500_000, "2026-11-23")


def test_a_wide_sheet_twice_changes_nothing_even_on_another_day(take: Any) -> None:
    take("customers", WIDE)
    assert counts(take("customers", WIDE, now=datetime(2026, 11, 25))) == (2, 0, 0, 2, 0, 0)


def test_a_wide_sheet_changes_the_row_it_made_and_adopts_what_is_there(branch: Small, take: Any) -> None:
    take("customers", "id,name\nKH1,甲公司\n")
    take("ratings", "id,customer,expires_on\nR1,KH1,2025-12-31\nR2,KH1,2026-12-31\n")
    take("customers", WIDE)
    assert len(branch.book().frame("ratings")) == 3
    moved = WIDE.replace("2026-12-31", "2027-12-31").replace("1234.5\nKH2", "1300\nKH2")
    assert counts(take("customers", moved, now=datetime(2026, 11, 25))) == (2, 0, 1, 1, 0, 0)
    kept = branch.store.row("ratings", "R2")
    assert kept is not None
    assert (kept["expires_on"], kept["authority"]) == (date(2027, 12, 31), "head")
    assert len(branch.book().frame("balances")) == 2


def test_a_wide_sheet_does_not_guess_among_several_loans(branch: Small, take: Any) -> None:
    take("customers", "id,name\nKH1,甲\n")
    take("loans", "id,customer,matures_on\nJ1,KH1,2026-11-30\nJ2,KH1,2027-05-31\n")
    same = take("customers", "id,name,贷款到期日\nKH1,甲,2026-11-30\n")
    assert "wide_unclear" not in dict(codes(same)).values()
    result = take("customers", "id,name,贷款到期日\nKH1,甲,2026-12-15\n")
    assert codes(result) == [("C2", "wide_unclear")]
    assert "J1、J2" in result["issues"][0]["message"]
    named = take("customers", "id,借据号,贷款到期日\nKH1,J2,2027-06-30\n")
    assert counts(named) == (1, 0, 1, 0, 0, 0)
    kept = branch.store.row("loans", "J2")
    assert kept is not None
    assert kept["matures_on"] == date(2027, 6, 30)


def test_a_loan_number_of_another_customer_is_not_taken_over(branch: Small, take: Any) -> None:
    take("customers", "id,name\nKH9,乙\n")
    take("loans", "id,customer,matures_on\nJ1,KH9,2026-11-30\n")
    result = take("customers", "id,name,借据号,贷款到期日\nKH1,甲,J1,2027-06-30\n")
    assert ("C2", "wide_unclear") in codes(result)
    kept = branch.store.row("loans", "J1")
    assert kept is not None
    assert (kept["customer"], kept["matures_on"]) == ("KH9", date(2026, 11, 30))


def test_the_authority_alone_makes_no_rating(branch: Small, take: Any) -> None:
    take("customers", "id,name,审批权限\nKH1,甲,总行\n")
    assert len(branch.book().frame("ratings")) == 0
