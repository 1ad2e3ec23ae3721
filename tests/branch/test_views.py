"""A list's search and filters kept under a name: one person's own, at most twenty a list, in no ledger."""

from __future__ import annotations

import pytest

from branch import views
from branch.branch import Branch
from branch.views import View, ViewRefused
from tests.branch.rooms import NOW

KEY = {"tier": "key", "q": "启岚"}


def kept(branch: Branch, name: str, staff: str = "CM1", of: str = "customers") -> str:
    return views.keep(branch, staff, of, View(name, KEY), NOW)


def test_a_view_comes_back_to_whoever_kept_it_and_to_its_list(branch: Branch) -> None:
    before = branch.store.version()
    assert kept(branch, "  重点  客户 ") == "重点 客户"
    assert views.views(branch, "CM1", "customers") == [View("重点 客户", KEY)]
    assert views.views(branch, "CM2", "customers") == []
    assert views.views(branch, "CM1", "visits") == []
    assert branch.store.version() == before  # no ledger, and so no spreadsheet, holds it


@pytest.mark.parametrize("name", ["", "   ", "长" * 31, "重点客户", "重点 客户 "])
def test_a_view_has_a_name_of_its_own(branch: Branch, name: str) -> None:
    kept(branch, "重点客户")
    kept(branch, "储备客户")
    with pytest.raises(ViewRefused):
        kept(branch, name)
    with pytest.raises(ViewRefused):
        views.rename(branch, "CM1", "customers", "储备客户", name, NOW)


def test_at_most_twenty_a_list(branch: Branch) -> None:
    for n in range(views.MOST):
        kept(branch, f"筛选{n}")
    with pytest.raises(ViewRefused) as refused:
        kept(branch, "再来一个")
    assert "20" in refused.value.say("zh")
    assert "20" in refused.value.say("en")
    kept(branch, "另一张列表", of="visits")


def test_a_view_is_renamed_and_removed(branch: Branch) -> None:
    kept(branch, "甲")
    kept(branch, "乙")
    assert views.rename(branch, "CM1", "customers", "甲", "丙", NOW) == "丙"
    assert views.rename(branch, "CM1", "customers", "丙", "丙", NOW) == "丙"  # its own name is free to it
    assert {one.name for one in views.views(branch, "CM1", "customers")} == {"乙", "丙"}
    views.remove(branch, "CM1", "customers", "乙", NOW)
    views.remove(branch, "CM1", "customers", "丙", NOW)
    views.remove(branch, "CM1", "customers", "丙", NOW)  # a second window
    assert views.views(branch, "CM1", "customers") == []
    assert not [name for name in branch.store.private.marks() if name.startswith("views:")]
