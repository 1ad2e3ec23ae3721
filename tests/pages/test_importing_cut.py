"""The server was stopped in the very import: on return the page says whether the rows are in, and takes them back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest
from streamlit.testing.v1 import AppTest

from branch import clock, importing, importing_cut, incoming
from branch.branch import Branch
from branch.incoming import Incoming
from branch.people import actor
from tests.pages.conftest import Open, said
from tests.pages.test_importing import finished, live, upload
from tests.pages.test_work import press

CUSTOMERS = "客户名称,客户等级,主办客户经理\n{name},重点客户,CM1\n"
numbers = count()


@pytest.fixture
def name() -> str:
    """A customer that no other test has filed."""
    return f"断水{next(numbers)}号科技有限公司"


@pytest.fixture
def brought(here: Branch, opened: Open, name: str) -> Iterator[Incoming]:
    """CM1's file, at the step of being taken; the server stops with the click."""
    press(press(upload(opened("CM1", "importing"), CUSTOMERS.format(name=name)), "importing.next"), "importing.take")
    found = incoming.found(here, "CM1", clock.now())
    assert found is not None
    importing_cut.begun(here, "CM1", found, clock.now())
    yield found
    importing_cut.over(here, "CM1")
    incoming.drop(here, "CM1")


def take(here: Branch, brought: Incoming) -> None:
    """What ran beside the page, up to where the process died: the rows are in, nobody was told."""
    person = actor(here.book(), "CM1")
    assert person is not None
    lay = importing.laid(here, brought, importing.opened(here, person, brought))
    importing.take(here, brought, lay, person, clock.now(), lambda _: None)


def offered(at: AppTest, key: str) -> bool:
    return any(str(one.key).startswith(key) for one in at.button)


def test_rows_that_are_in_are_told_and_taken_back(here: Branch, opened: Open, brought: Incoming, name: str) -> None:
    take(here, brought)
    at = opened("CM1", "importing")
    assert "导入「客户.csv」时服务重启过。已经写入的内容在下面" in said(at)
    assert "新增 1" in said(at)
    assert not offered(at, "importing.go.")  # not to be taken twice
    press(at, "importing.undo.")
    assert "已撤销：删除" in said(at)
    assert live(here, "customers", "name", name) == 0
    assert "服务重启过" not in said(opened("CM1", "importing"))


def test_the_rest_of_the_file_is_looked_over_again(here: Branch, opened: Open, brought: Incoming) -> None:
    take(here, brought)
    at = press(opened("CM1", "importing"), "importing.cut_again")
    assert [metric.value for metric in at.metric][:3] == ["0", "0", "1"]  # unchanged
    assert "服务重启过" not in said(at)


def test_another_file_puts_the_told_one_away(here: Branch, opened: Open, brought: Incoming) -> None:
    take(here, brought)
    at = press(opened("CM1", "importing"), "importing.another")
    assert incoming.found(here, "CM1", clock.now()) is None
    assert "服务重启过" not in said(at)
    assert at.file_uploader


def test_it_is_said_that_nothing_was_written_and_the_import_is_there_to_be_repeated(
    here: Branch, opened: Open, brought: Incoming, name: str
) -> None:
    at = opened("CM1", "importing")
    assert "什么都没有写入" in said(at)
    at = finished(press(at, "importing.go."))
    assert "客户.csv 已导入：新增 1 行" in said(at)
    assert live(here, "customers", "name", name) == 1
    press(at, "importing.another")
    assert "服务重启过" not in said(opened("CM1", "importing"))


def test_a_file_that_was_dropped_since_is_spoken_of_no_more(here: Branch, opened: Open, brought: Incoming) -> None:
    incoming.drop(here, "CM1")
    assert "服务重启过" not in said(opened("CM1", "importing"))


def test_an_import_that_told_its_end_leaves_nothing_to_tell(here: Branch, opened: Open, brought: Incoming) -> None:
    at = finished(press(opened("CM1", "importing"), "importing.go."))
    person = actor(here.book(), "CM1")
    assert person is not None
    assert importing_cut.cut(here, person, clock.now()) is None
    press(at, "importing.another")


def test_an_earlier_import_is_not_taken_for_this_one(here: Branch, brought: Incoming) -> None:
    """Of the same file into the same ledger, a minute before: the record of this one is asked for."""
    person = actor(here.book(), "CM1")
    assert person is not None
    take(here, brought)
    later = clock.now() + timedelta(minutes=1)
    importing_cut.begun(here, "CM1", brought, later)
    cut = importing_cut.cut(here, person, later)
    assert cut is not None
    assert cut.past is None
