"""Rows are taken together; what stands in the way is set aside, and the outcome is the same whether they are saved or only judged."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets.files.taking import Objection, take
from sheets.schema import Edit
from texts import Fault

FAULT = Fault("exchange.empty")


@dataclass(frozen=True)
class Row:
    name: str
    edits: Sequence[Edit]


def row(name: str, needs: str = "") -> Row:
    return Row(name, (Edit("customers", name, None, {"parent": needs} if needs else {}),))


@dataclass
class House:
    """Refuses rows by name, saying which (`named`) or not (`bare`), and rows that refer to one that is not there."""

    named: Collection[str] = ()
    bare: Collection[str] = ()
    kept: list[str] = field(default_factory=list)
    aside: dict[str, Fault] = field(default_factory=dict)
    saves: int = 0

    def judge(self, rows: Sequence[Row]) -> None:
        there = {r.name for r in rows}
        every: Mapping[tuple[str, str], Fault] = {("customers", r.name): FAULT for r in rows if r.name in self.named}
        if every:
            raise Objection(FAULT, every)
        if any(r.name in self.bare for r in rows) or any(after["parent"] not in there for r in rows if (after := r.edits[0].after)):
            raise Objection(FAULT, {})

    def save(self, rows: Sequence[Row]) -> None:
        self.judge(rows)
        self.kept += [r.name for r in rows]
        self.saves += 1

    def take(self, rows: Sequence[Row], *, dry: bool = False) -> list[str]:
        taken = take(rows, self.judge, self.judge if dry else self.save, lambda r, fault: self.aside.update({r.name: fault}))
        return [r.name for r in taken]


def test_all_at_once_when_nothing_stands_in_the_way() -> None:
    house = House()
    assert house.take([row("a"), row("b")]) == ["a", "b"]
    assert (house.kept, house.saves, house.aside) == (["a", "b"], 1, {})


def test_no_rows_ask_nobody() -> None:
    house = House()
    assert house.take([]) == []
    assert house.saves == 0


@given(st.sets(st.integers(0, 11)), st.sets(st.integers(0, 11)))
def test_only_the_rows_at_fault_are_left_out_and_a_preview_says_so_too(named: set[int], bare: set[int]) -> None:
    """Every good row is saved, once and together with the others, wherever the bad ones stand."""
    rows = [row(str(n)) for n in range(12)]
    found = [House({str(n) for n in named}, {str(n) for n in bare}) for _ in range(2)]
    taken = [house.take(rows, dry=dry) for house, dry in zip(found, (False, True), strict=True)]
    good = [str(n) for n in range(12) if n not in named | bare]
    assert sorted(taken[0]) == sorted(good)
    assert taken[0] == taken[1]
    assert set(found[0].aside) == set(found[1].aside) == {str(n) for n in named | bare}
    assert (found[0].kept, found[0].saves) == (taken[0], bool(good))
    assert found[1].kept == []


@pytest.mark.parametrize("dry", [True, False])
def test_a_row_that_refers_to_another_of_the_file_is_judged_beside_it(*, dry: bool) -> None:
    """b needs a, and x stands in the way without being named: b is not lost to the search for x."""
    house = House(bare={"x"})
    assert sorted(house.take([row("a"), row("x"), row("c"), row("b", needs="a")], dry=dry)) == ["a", "b", "c"]
    assert set(house.aside) == {"x"}


def test_what_only_the_last_step_refuses_is_raised_when_no_row_is_at_fault() -> None:
    def never(_: Sequence[Row]) -> None:
        raise Objection(FAULT, {})

    with pytest.raises(Fault, match="没有内容"):
        take([row("a"), row("b")], lambda _: None, never, lambda _row, _fault: None)
