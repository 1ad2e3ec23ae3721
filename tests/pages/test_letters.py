"""A letter at its due: made by one click on Today, and then there to be downloaded and sent."""

from __future__ import annotations

from branch import clock, letters
from branch.branch import Branch
from tests.pages.conftest import Open, said


def test_one_click_from_the_due_is_offered_and_the_file_is_called_by_what_it_is(opened: Open) -> None:
    at = opened("CR1", "today")
    offered = [one.proto for one in at.get("download_button") if "|R2|" in str(one.proto.id)]
    assert [one.label for one in offered] == ["制作提示书并登记发出"]
    assert not offered[0].disabled
    assert [str(one.label) for one in at.button if str(one.key).startswith("letter.make.") and "|R2|" in str(one.key)] == ["只制作"]


def test_the_credit_officer_makes_a_notice_and_finds_it_ready(opened: Open, here: Branch) -> None:
    at = opened("CR1", "today")
    make = next(one for one in at.button if str(one.key).startswith("letter.make.") and "|R2|" in str(one.key))
    make.click().run()
    assert not at.exception
    assert not at.error
    found = letters.latest(here.look(clock.now()), "rating_notice", "R2")
    assert found is not None
    assert found.kept
    assert f"{found.number} 第 1 版已制作，尚未登记发出" in said(at)
    offered = [one for one in at.get("download_button") if "|R2|" in str(one.proto.id)]
    assert sorted(one.proto.label for one in offered) == ["下载并登记已发出", "只下载"]
    assert not [one for one in at.button if str(one.key).startswith("act.") and "R25s|R2|" in str(one.key)], "it is sent by its letter"


def test_a_manager_is_told_what_the_letter_to_the_customer_lacks(opened: Open) -> None:
    at = opened("CM1", "customer", id="C2", part="credit")
    wanted = [one for one in at.button if str(one.key).startswith("letter.make.") and "|J2|" in str(one.key)]
    assert [one.disabled for one in wanted] == [True]
    assert "制作函件前请补齐" in said(at)
    assert "贷款「合同号」" in said(at)
