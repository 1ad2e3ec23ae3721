"""Ten people who come at once are drawn one after another; whoever asks for something large holds nobody up."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pages.parts.in_turn import Turns

PATIENCE = 30


def test_pages_are_drawn_one_after_another_in_the_order_in_which_they_were_asked_for() -> None:
    turns, drawn, at_once, most = Turns(long=PATIENCE), list[int](), 0, 0
    asked = [threading.Event() for _ in range(10)]

    def page(number: int) -> None:
        nonlocal at_once, most
        with turns.turn():
            at_once += 1
            most = max(most, at_once)
            assert all(one.wait(PATIENCE) for one in asked[1:])  # all others have come meanwhile
            drawn.append(number)
            at_once -= 1

    with ThreadPoolExecutor(10) as people:
        done = []
        for number, event in enumerate(asked):
            done.append(people.submit(page, number))
            while len(turns._waiting) + len(turns._drawn) <= number:
                assert not done[-1].done()
            event.set()
        for one in done:
            one.result(PATIENCE)
    assert drawn == list(range(10))
    assert most == 1


def test_a_page_that_takes_long_holds_nobody_up() -> None:
    turns, seen = Turns(long=0.02), threading.Event()
    with ThreadPoolExecutor(1) as people, turns.turn():  # a large file is being made

        def page() -> None:
            with turns.turn():
                seen.set()

        done = people.submit(page)
        assert seen.wait(PATIENCE)
        done.result(PATIENCE)


def test_a_page_that_breaks_lets_the_next_one_in() -> None:
    turns = Turns(long=PATIENCE)
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    with turns.turn():
        assert len(turns._drawn) == 1
