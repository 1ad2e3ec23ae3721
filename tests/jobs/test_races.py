"""Rows come, go and change their places between the look and what is said of it: nobody reads another's customer's words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from branch.branch import Branch
from branch.look import Look
from branch.people import actor
from jobs import scan as job
from rules.saying import DueText
from sheets.schema import Edit
from tests.jobs.world import at, customer, line, outbox, write

NOW = at("2026-11-16 09:00")
HANDS = ("M1", "M2")
SIZE = 8  # customers, two by two of the two managers


def owner(number: int) -> str:
    return HANDS[number // 2 % 2]


def rows_of(number: int, key: str = "") -> list[Edit]:
    """A customer with an opportunity and a credit line that all bear the number, so that a mixed-up row is seen."""
    key = key or f"{number:02d}"
    who = f"K{key}"
    name = {
        "name": f"商机{number:02d}号",
        "customer": who,
        "created_by": owner(number),
        "stage": "created",
        "created_at": at("2026-11-13 10:00"),
    }
    return [
        customer(who, f"客户{number:02d}号", owner(number)),
        Edit("opportunities", f"S{key}", None, name),
        line(f"N{key}", who, f"2026-12-{number + 10:02d}"),
    ]


@pytest.fixture
def branch(branch_of: Callable[..., Branch]) -> Branch:
    made = branch_of("R20", "R21r", "R23", "R30")
    write(made, [edit for number in range(SIZE) for edit in rows_of(number)])
    return made


def delete(branch: Branch, table: str, *rows: str) -> None:
    write(branch, [Edit(table, row, branch.store.row(table, row), None) for row in rows])


def first_goes(branch: Branch) -> None:
    for table, key in (("opportunities", "S00"), ("credit_lines", "N00")):
        delete(branch, table, key)
    delete(branch, "customers", "K00")


def every_other_goes(branch: Branch) -> None:
    for number in range(0, SIZE, 2):
        delete(branch, "opportunities", f"S{number:02d}")
        delete(branch, "credit_lines", f"N{number:02d}")


def one_comes(branch: Branch) -> None:
    write(branch, rows_of(9, "00a"))


def one_goes_and_another_comes(branch: Branch) -> None:
    first_goes(branch)
    one_comes(branch)


def handed_over(branch: Branch) -> None:
    """The customer is another's from now on; what was looked at before is still told to whom it was then."""
    row = branch.store.row("customers", "K02")
    write(branch, [Edit("customers", "K02", row, {"owner": "M1"})])


CHANGES = [first_goes, every_other_goes, one_comes, one_goes_and_another_comes]


def numbers(text: str) -> set[int]:
    return {int(found) for found in re.findall(r"(?:客户|商机)(\d\d)号", text)}


def agree(text: str) -> bool:
    """A line speaks of what is that customer's; one that only lists customers speaks of nothing else."""
    who = {int(found) for found in re.findall(r"客户(\d\d)号", text)}
    whose = {int(found) for found in re.findall(r"商机(\d\d)号", text)}
    whose |= {int(day) - 10 for day in re.findall(r"2026-12-(\d\d)到期|expires 2026-12-(\d\d)", text) for day in day if day}
    return whose in (set(), who)


def told(found: job.Scan) -> dict[str, str]:
    """The mails of a scan, by person."""
    mails = [dict(edit.after or {}) for edit in found.edits if edit.table == "outbox"]
    return {str(mail["staff"]): f"{mail['subject']}\n{mail['text']}" for mail in mails if mail["kind"] != "notice"}


def check_mails(mails: dict[str, str]) -> None:
    assert {*HANDS} <= set(mails)
    for person in HANDS:
        assert numbers(mails[person]), person
        assert {owner(number) for number in numbers(mails[person])} == {person}
    for text in mails.values():
        assert [row for row in text.splitlines() if not agree(row)] == []


@pytest.mark.parametrize("change", CHANGES)
def test_mails_written_from_a_look_speak_of_that_look(branch: Branch, change: Callable[[Branch], None]) -> None:
    look = branch.look(NOW)
    change(branch)
    check_mails(told(job.scan(look, branch.store.private.marks())))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("asked", ["dues", "recipients", "steps", "work"])
def test_a_look_that_has_answered_something_answers_the_rest_of_the_same_day(
    branch: Branch, change: Callable[[Branch], None], asked: str
) -> None:
    look = branch.look(NOW)
    answer = getattr(look, asked)
    _ = answer() if callable(answer) else answer
    change(branch)
    branch.look(NOW)  # and somebody else has looked anew
    check_mails(told(job.scan(look, branch.store.private.marks())))


@pytest.mark.parametrize("change", CHANGES)
def test_the_next_look_takes_over_no_words_of_the_last(branch: Branch, change: Callable[[Branch], None]) -> None:
    job.scan(branch.look(NOW), branch.store.private.marks())
    change(branch)
    found = job.scan(branch.look(NOW), branch.store.private.marks())
    check_mails(told(found))
    fresh = replace(found.look)  # the same without anything taken over
    assert [str(one) for one in fresh.say(fresh.dues, "zh", "mail")] == [str(one) for one in found.look.say(found.dues, "zh", "mail")]


@pytest.mark.parametrize("change", CHANGES)
def test_what_the_ledger_of_alerts_keeps_is_of_its_own_customer(branch: Branch, change: Callable[[Branch], None]) -> None:
    look = branch.look(NOW)
    change(branch)
    found = job.scan(look, branch.store.private.marks())
    alerts = [dict(edit.after or {}) for edit in found.edits if edit.table == "alerts"]
    kept = [(str(row["customer"]), str(row["text"])) for row in alerts if row.get("text")]
    assert kept
    for who, text in kept:
        assert numbers(text) == {int(who.removeprefix("K"))}
        assert agree(text)


def mine(look: Look, person: str) -> list[DueText]:
    person_ = actor(look.book, person, look.today)
    assert person_ is not None
    return look.say(look.of(person_).work, "zh", "screen")


@pytest.mark.parametrize("change", CHANGES)
def test_today_drawn_from_a_look_shows_that_look(branch: Branch, change: Callable[[Branch], None]) -> None:
    """The list is asked for, the store changes, and only then are the lines put into words."""
    look = branch.look(NOW)
    seen = {person: look.of(actor(look.book, person, look.today)).work for person in HANDS}  # type: ignore[arg-type]
    change(branch)
    branch.look(NOW)
    for person in HANDS:
        lines = look.say(seen[person], "zh", "screen")
        assert lines
        for one in lines:
            assert {owner(number) for number in numbers(one.sentence("zh"))} == {person}
            assert agree(one.sentence("zh"))
        for (_, due), one in zip(seen[person].iterrows(), lines, strict=True):
            assert numbers(one.who) == {int(str(due["customer"]).removeprefix("K"))}


@pytest.mark.parametrize("change", [*CHANGES, handed_over])
def test_a_change_while_the_scan_writes_puts_nobody_elses_row_into_a_mail(
    branch: Branch, change: Callable[[Branch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole scan: the store changes between the look and the write, the write happens or is done again."""
    write_, changed = branch.write, []

    def slow(*args: object, **more: object) -> object:
        if not changed:
            changed.append(True)
            change(branch)
        return write_(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(branch, "write", slow)
    job.run(branch, NOW)
    assert changed
    check_mails({mail["staff"]: f"{mail['subject']}\n{mail['text']}" for mail in outbox(branch) if mail["kind"] == "digest"})


def test_a_deleted_row_is_in_the_mails_of_the_next_look_no_more(branch: Branch) -> None:
    first_goes(branch)
    found = job.scan(branch.look(NOW), branch.store.private.marks())
    assert not any(0 in numbers(text) for text in told(found).values())
    assert date(2026, 11, 16) == found.today
