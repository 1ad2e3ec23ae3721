"""One book is alive, and one look at it, whatever is saved and looked at; beside them only what somebody still reads."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from branch import as_of, reviewing, runway
from branch.board import coverage, sums
from branch.board.owed import Filter
from branch.board.view import Board, span
from branch.board.written import STANDINGS
from branch.branch import Branch
from branch.look import Look
from branch.sight import Sight
from jobs.scan import run
from rules import periods
from rules.ledgers import Ledgers
from sheets.book import Book
from sheets.schema import Edit
from tests.branch.rooms import NOW, who
from tests.branch.saves import VISIT, saved

PEOPLE = ("CM1", "TL1", "BL2")
Count = Callable[[], dict[str, int]]


@pytest.fixture
def alive() -> Iterator[Count]:
    """Counts what has come to life since the test began and is still there, though nobody looks for garbage: their frames are large,
    and the interpreter, which counts objects and not megabytes, would let a dozen of them lie."""
    kinds = (Book, Look, Ledgers, Sight)

    def count() -> dict[str, int]:
        found = Counter(map(type, gc.get_objects()))  # in one go: a list of all objects that is kept in a name holds itself
        return {kind.__name__: found[kind] for kind in kinds}

    gc.collect()
    gc.freeze()  # what other tests have left lying about is set aside: neither searched nor counted
    gc.disable()
    yield count
    gc.enable()
    gc.unfreeze()


def ask(look: Look, branch: Branch) -> None:
    """Everything a page may ask for."""
    for staff in PEOPLE:
        sight = look.of(who(branch, staff))
        look.say(sight.work, "zh", "screen")
        look.say(sight.dues.head(20), "en", "mail")
        assert [len(sight.rows(table)) for table in look.tables if sight.may(table, "read")]
        assert sight.issues is not None
    assert look.completeness is not None
    first = look.dues.iloc[0]
    assert look.why(first["rule"], first["row"], "zh")


def test_after_many_saves_and_looks_one_book_is_alive(branch: Branch, alive: Count) -> None:
    for n in range(6):
        moment = NOW + timedelta(minutes=n)
        saved(branch, "CM1", Edit("visits", f"S{n}", None, VISIT | {"minutes": f"第{n}次"}), now=moment)
        ask(branch.look(moment), branch)
    run(branch, NOW + timedelta(minutes=6))
    ask(branch.look(NOW + timedelta(minutes=7)), branch)
    assert alive() == {"Book": 1, "Look": 1, "Ledgers": 1, "Sight": 0}


def test_time_that_passes_leaves_no_look_behind(branch: Branch, alive: Count) -> None:
    for hours in range(5):
        ask(branch.look(NOW + timedelta(hours=hours)), branch)
    assert alive() == {"Book": 1, "Look": 1, "Ledgers": 1, "Sight": 0}


def test_nothing_that_leaders_ask_keeps_a_look_alive(branch: Branch, alive: Count) -> None:
    """The dashboard, the coverage, a past day, a review begun, the runway of a customer: none of the answers holds the look."""
    for n in range(3):
        moment = NOW + timedelta(minutes=n)
        look, leader, manager = branch.look(moment), who(branch, "BL1"), who(branch, "CM1")
        board = Board(look, look, leader, Filter(), span("month", moment.date()))
        assert len(board.weekly()) + len(board.monthly())
        assert [board.count(figure) for figure in STANDINGS.values()]
        assert [board.heat(figure) for figure in STANDINGS.values()]
        assert len(board.rows("customers", sums.figures(look, leader, "customers", ["deposit_now"])))
        coverage.windows(look, leader)
        as_of.as_of(branch, look, moment.date() - timedelta(days=3)).dues(leader)
        reviewing.prefill(look, manager, "CM1", periods.around("month", moment.date()))
        runway.lanes(look, manager, "C1", "zh")
        saved(branch, "CM1", Edit("visits", f"S{n}", None, VISIT | {"minutes": f"第{n}次"}), now=moment)
        del look, board
    branch.look(NOW + timedelta(minutes=9))
    assert alive() == {"Book": 1, "Look": 1, "Ledgers": 1, "Sight": 0}


def test_what_somebody_reads_stays_until_they_are_done(branch: Branch, alive: Count) -> None:
    held = branch.look(NOW)
    drafted = replace(held, rules=held.rules[:3])
    ask(held, branch)
    assert len(drafted.dues) <= len(held.dues)
    for n in range(4):
        saved(branch, "CM1", Edit("visits", f"S{n}", None, VISIT | {"minutes": f"第{n}次"}), now=NOW + timedelta(minutes=n))
        ask(branch.look(NOW + timedelta(minutes=n)), branch)
    assert (alive()["Book"], alive()["Look"]) == (2, 3)
    del held, drafted
    assert (alive()["Book"], alive()["Look"]) == (1, 1)
