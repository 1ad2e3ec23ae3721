"""The form of a ledger asks for the number of a new row, refuses one that is taken, and tells the one that was given."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from branch import access, clock
from branch.branch import Branch
from sheets.schema import Table
from sheets.tables import TABLES
from tests.branch.rooms import who
from tests.pages.conftest import Open, said
from tests.pages.test_work import press

NAME = "ledgers.teams.new"


def form(opened: Open, table: str, lang: str = "zh") -> AppTest:
    at = opened("ADM", "ledgers", lang=lang, table=table)
    at.session_state[f"ledgers.{table}.adding"] = True
    return at.run()


def typed(at: AppTest, **values: str) -> AppTest:
    for key, text in values.items():
        next(one for one in at.text_input if one.key == f"{NAME}.{key}").set_value(text)
    return press(at, f"{NAME}.save")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_number_left_blank_is_the_next_one_and_the_person_is_told(opened: Open, here: Branch, lang: str) -> None:
    known = set(here.book().frame("teams")["id"])
    at = typed(form(opened, "teams", lang), name=f"新团队{lang}")
    (given,) = set(here.book().frame("teams")["id"]) - known
    assert given in {"T3", "T4"}
    assert given in at.toast[0].value


def test_a_number_that_is_typed_is_kept_and_one_that_is_taken_is_refused_beside_the_field(opened: Open, here: Branch) -> None:
    assert not typed(form(opened, "teams"), id="GS-07", name="七部").error
    assert here.store.row("teams", "GS-07")
    at = typed(form(opened, "teams"), id="GS-07", name="又一个")
    assert "GS-07" in said(at)
    assert (here.store.row("teams", "GS-07") or {})["name"] == "七部"


def test_staff_are_not_numbered_by_huce(opened: Open, here: Branch) -> None:
    """They sign in by the bank's number."""
    before = len(here.look(clock.now()).book.frame("staff"))
    at = press(form(opened, "staff"), "ledgers.staff.new.save")
    assert any(one.key == "ledgers.staff.new.id" for one in at.text_input)
    assert len(here.book().frame("staff")) == before


@pytest.mark.parametrize("table", [table for table in TABLES.values() if not table.numbered], ids=lambda table: table.key)
def test_a_ledger_whose_numbers_nobody_sees_shows_none(opened: Open, here: Branch, table: Table) -> None:
    person = next(one for one in ("CM1", "CR1", "ADM") if access.may(who(here, one), table.key, "read"))
    at = opened(person, "ledgers", table=table.key)
    assert not any("id" in frame.value.columns for frame in at.dataframe)
