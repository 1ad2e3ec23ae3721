"""Somebody saves between the moment Today asks what is owed and the moment it draws the lines."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from branch import clock
from branch.branch import Branch
from branch.look import DueText
from branch.people import actor
from pages.parts import facts
from pages.parts.desk import Desk
from sheets.schema import Edit
from tests.pages.conftest import Open, said


def first_row(here: Branch) -> tuple[str, str]:
    """The ledger and row of the first line of CM1's day."""
    person_ = actor(here.book(), "CM1")
    assert person_ is not None
    due = here.look(clock.now()).of(person_).work.iloc[0]
    return str(due["table"]), str(due["row"])


def goes(here: Branch) -> None:
    table, row = first_row(here)
    here.store.write([Edit(table, row, here.store.row(table, row), None)], "ADM", "portal", clock.now())


def comes(here: Branch) -> None:
    here.store.write(
        [Edit("customers", "A0", None, {"name": "他行客户", "short_name": "他行客户", "owner": "CM3"})], "ADM", "portal", clock.now()
    )


@pytest.mark.parametrize("change", [goes, comes])
def test_today_shows_no_line_of_another_managers_customer(
    opened: Open, here: Branch, monkeypatch: pytest.MonkeyPatch, change: Callable[[Branch], None]
) -> None:
    changed: list[bool] = []
    spoken: list[tuple[str, str]] = []

    def late(desk: Desk, found: pd.DataFrame) -> list[DueText]:
        if not changed:
            changed.append(True)
            change(here)
            here.look(clock.now())  # and another browser has looked since
        lines = facts.say_dues(desk, found)
        spoken.extend(zip(found["customer"].astype(str), (line.who for line in lines), strict=True))
        return lines

    customers = here.book().frame("customers").set_index("id")
    monkeypatch.setattr("pages.parts.dues.say_dues", late)
    at = opened("CM1", "today")
    assert not at.exception
    assert changed
    assert spoken
    for customer, who in spoken:
        if not customer:
            continue  # about a person: their own review
        assert customers.loc[customer, "owner"] == "CM1"
        assert who[:30] == str(customers.loc[customer, "short_name"])[:30]
    others = [name for name, owner in zip(customers["short_name"], customers["owner"], strict=True) if owner == "CM3" and name]
    assert not any(name in said(at) for name in [*others, "他行客户"])
