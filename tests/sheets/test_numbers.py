"""Numbers are people's: the next one in the form that the ledger says, never one that is known already."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets import numbers
from sheets.tables import TABLES

DAY = date(2026, 11, 26)


@pytest.mark.parametrize(("pattern", "letter", "first"), [
    ("KH{:06d}", "", "KH000001"), ("KH{:06d}", "B", "KH-B000001"),
    ("FW-{day}-{:03d}", "", "FW-20261126-001"), ("FW-{day}-{:03d}", "B", "FW-B-20261126-001"),
    ("SJ{year}-{:04d}", "", "SJ2026-0001"), ("SJ{year}-{:04d}", "B", "SJ-B2026-0001"),
    ("T{:d}", "", "T1"), ("T{:d}", "C", "T-C1"), ("礼品{:02d}", "B", "礼品-B01"),
])  # fmt: skip
def test_the_first_number_of_a_ledger_on_a_day(pattern: str, letter: str, first: str) -> None:
    assert numbers.following(pattern, DAY, [], letter) == first


@pytest.mark.parametrize(("known", "after"), [
    (["KH000001", "KH000007"], "KH000008"),  # gaps stay gaps: a number that was given once is never given again
    (["KH000200", "KH-B000900"], "KH000201"),  # another installation counts for itself
    (["KH000200", "KH2O1", "KH201", "KH-000300", "kh000400", "KH000500A", "KH０００６００"], "KH000201"),  # other forms do not count
    (["KH000200", "KH91350211000013"], "KH000201"),  # nor does a long number of the bank's
    (["KH999999"], "KH1000000"), (["KH999999", "KH1000000"], "KH1000001"), (["KH999999", "KH9999999"], "KH10000000"),
])  # fmt: skip
def test_the_next_number_after_those_that_are_known(known: list[str], after: str) -> None:
    assert numbers.following("KH{:06d}", DAY, known) == after


def test_each_day_and_each_year_begins_anew() -> None:
    known = ["FW-20261125-009", "FW-20261126-002", "SJ2025-0044"]
    assert numbers.following("FW-{day}-{:03d}", DAY, known) == "FW-20261126-003"
    assert numbers.following("SJ{year}-{:04d}", DAY, known) == "SJ2026-0001"


def test_teams_are_numbered_without_noughts() -> None:
    assert numbers.following("T{:d}", DAY, ["T1", "T2"]) == "T3"
    assert numbers.following("T{:d}", DAY, [f"T{n}" for n in range(1, 13)]) == "T13"


PATTERNS = sorted({table.number for table in TABLES.values() if table.number})


@given(pattern=st.sampled_from(PATTERNS), letter=st.sampled_from(["", "B"]), typed=st.lists(st.integers(0, 10**8)), wide=st.integers(1, 9))
def test_a_number_is_never_one_that_is_known_and_always_of_its_series(pattern: str, letter: str, typed: list[int], wide: int) -> None:
    own = numbers.series(pattern, DAY, letter)
    known = [f"{own.prefix}{number:0{wide}d}" for number in typed]
    for _ in range(3):
        after = numbers.following(pattern, DAY, known, letter)
        assert after not in known
        assert own.says(after)
        known.append(after)


def test_a_placeholder_is_known_by_its_form_and_never_comes_twice() -> None:
    one, other = numbers.placeholder(), numbers.placeholder()
    assert one != other
    assert numbers.is_placeholder(one)
    assert not any(map(numbers.is_placeholder, ("KH000201", "new:", "new: 2 loans", "", None)))


def test_a_placeholder_made_from_what_a_row_is_stays_the_same() -> None:
    assert numbers.placeholder_for("FW-20261126-001", "diary") == numbers.placeholder_for("FW-20261126-001", "diary")
    assert numbers.placeholder_for("FW-20261126-001", "diary") != numbers.placeholder_for("FW-20261126-002", "diary")
    assert numbers.is_placeholder(numbers.placeholder_for("a", "b"))
