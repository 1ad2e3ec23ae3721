"""Two installations, and a row that somebody has typed half of: a write of one that falls into it takes nothing from it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from sheets.spreadsheet import SheetFault
from tests.sync import world
from tests.sync.conftest import Office
from tests.sync.world import OURS, TAB, Killed

WORD = "写了一半"


def half(bank: Office) -> None:
    """Somebody begins a row right above the one that is saved next, and leaves it."""
    line = world._line(bank)
    bank.book.insert_rows(bank.title(TAB), line)
    bank.book.type(bank.title(TAB), f"{letter(bank)}{line}", WORD)


def letter(bank: Office) -> str:
    return bank.book.columns_marked(bank.title(TAB), "huce.col")["content"]


def contents(bank: Office) -> list[object]:
    return [one.get("内容") for rows in world.rows(bank).values() for one in rows]


def falls_into_it(of: Office, how: str) -> None:
    """It saves; a row is inserted above before it writes, so that the write falls into the half-typed row; its end is not known."""
    of.save(TAB, OURS, content="已处理")
    of.api.before(1, lambda: of.book.insert_rows(of.title(TAB), world._header(of) + 1), kind="write")
    world._sabotage(of, how)
    with suppress(Killed, SheetFault):
        of.worker().flush()
    world.restore()
    of.api.acts.clear()
    of.api.faults.clear()


@pytest.mark.parametrize("seen", ["by both", "by the writer alone", "by the other alone"])
@pytest.mark.parametrize("first", ["the other looks first", "the writer looks first"])
@pytest.mark.parametrize("adopter", ["writes", "looks"])
def test_half_a_row_keeps_what_was_typed_when_a_write_of_another_portal_falls_into_it(
    bank: Office, other: Office, seen: str, first: str, adopter: str
) -> None:
    writer, looker = (bank, other) if adopter == "writes" else (other, bank)
    half(bank)
    if seen != "by the other alone":
        writer.sync()
    if seen != "by the writer alone":
        looker.sync()
    falls_into_it(writer, "the process is killed after the write")
    assert WORD not in contents(bank), "our write stands there"
    for _ in range(4):
        for each in (looker, writer) if first == "the other looks first" else (writer, looker):
            each.wait()
            each.sync()
    assert WORD in contents(bank)
    assert contents(bank).count("已处理") == 1
    assert [writer.value(TAB, OURS, "content"), looker.value(TAB, OURS, "content")] == ["已处理", "已处理"]


@pytest.mark.parametrize("first", ["the other looks first", "the writer looks first"])
def test_so_it_does_when_only_the_other_portal_has_read_it(bank: Office, other: Office, first: str) -> None:
    """Typed after the writer's look and before its write: the writer takes its value out again, the other puts back what it read."""

    other.save(TAB, OURS, content="已处理")
    worker = other.worker()
    write = worker.sheet.write

    def falls_upon_it(*given: Any, **more: Any) -> None:
        half(bank)
        bank.worker().pull()
        write(*given, **more)
        raise Killed

    worker.sheet.write = falls_upon_it  # type: ignore[method-assign]
    with pytest.raises(Killed):
        worker.flush()
    assert WORD not in contents(bank), "the write stands there"
    for _ in range(4):
        for each in (bank, other) if first == "the other looks first" else (other, bank):
            each.wait()
            each.sync()
    assert WORD in contents(bank)
    assert contents(bank).count("已处理") == 1


def test_a_row_that_its_writer_does_not_put_right_is_told_and_becomes_no_record(bank: Office, other: Office) -> None:
    half(bank)
    bank.sync()
    falls_into_it(other, "the process is killed after the write")
    line = world._line(bank) - 1
    for _ in range(4):
        bank.wait()
        bank.sync()
    (note,) = [one for one in bank.notes() if one.code == "google.foreign_row"]
    assert note.cell == f"{bank.title(TAB)}!A{line}"
    assert len(bank.branch.book().frame(TAB)) == 5


def test_a_copy_of_a_row_without_its_number_waits_for_nobody_whoever_wrote_the_row(bank: Office, other: Office) -> None:
    other.save(TAB, OURS, content="已处理")
    other.sync()
    bank.sync()
    line = world._line(bank)
    bank.book.copy_row(bank.title(TAB), line, above=line)
    bank.book.clear(bank.title(TAB), f"A{line}")
    for _ in range(4):
        bank.wait()
        bank.sync()
    assert len(bank.branch.book().frame(TAB)) == 6
    assert "google.foreign_row" not in {one.code for one in bank.notes()}
