"""What stays protected costs no write at every look: it waits longer each time, is told once, and goes when somebody asks."""

from __future__ import annotations

from datetime import timedelta

from branch.sync import answers, connecting
from jobs.sheet import SheetJob
from tests.sync import test_bad_bank as kept
from tests.sync.conftest import Office
from tests.sync.test_bad_bank import PROBLEMS, codes, line, note, said, writes

bank = kept.bank
LOOK = 15  # seconds


def jobs(bank: Office) -> SheetJob:
    """The jobs beside the portal, by the clock of this office."""
    return SheetJob(lambda: bank.clock[0])


def tried(bank: Office, job: SheetJob, seconds: int = LOOK) -> int:
    """So much later they look again; how many writes that took."""
    bank.wait(seconds)
    before = writes(bank)
    job.run(bank.branch)
    return writes(bank) - before


def protected(bank: Office) -> str:
    """The owner protects a cell, and its row is saved in the portal."""
    at = bank.place(PROBLEMS, "P03", "content")
    bank.book.protect(bank.title(PROBLEMS), at)
    bank.save(PROBLEMS, "P03", content="新")
    return f"{bank.title(PROBLEMS)}!{at}"


def test_a_refused_write_is_tried_after_1_5_15_60_minutes_and_then_every_60(bank: Office) -> None:
    protected(bank)
    job = jobs(bank)
    job.run(bank.branch)
    for minutes in (1, 5, 15, 60, 60):
        assert [tried(bank, job), tried(bank, job, minutes * 60 - 2 * LOOK)] == [0, 0], f"before the {minutes} minutes are over"
        assert tried(bank, job) == 1


def test_it_is_told_once_with_its_place_and_its_mend_and_goes_on_being_told_while_it_waits(bank: Office) -> None:
    cell = protected(bank)
    job = jobs(bank)
    job.run(bank.branch)
    first = note(bank, "google.protected")
    assert (first.row, first.column, first.cell) == ("P03", "content", cell)
    assert "请解除对它的保护" in said(bank, "google.protected")
    for _ in range(5):
        tried(bank, job)
    assert note(bank, "google.protected") == first, "one note, since the same moment"


def test_the_button_has_it_tried_at_once(bank: Office) -> None:
    protected(bank)
    job = jobs(bank)
    job.run(bank.branch)
    tried(bank, job)
    bank.book.unprotect(bank.title(PROBLEMS))
    assert tried(bank, job) == 0
    with connecting.at_work(bank.branch, "screen-1") as worker:  # what the button does
        worker.flush()
        worker.pull()
        worker.flush()
    assert bank.shown(PROBLEMS, "P03", "content") == "新"
    tried(bank, job)
    assert (codes(bank), bank.worker().waiting()) == ([], 0)


def test_so_does_the_command(bank: Office) -> None:
    protected(bank)
    jobs(bank).run(bank.branch)
    bank.book.unprotect(bank.title(PROBLEMS))
    bank.wait(LOOK)
    jobs(bank).run(bank.branch, pull=True)
    assert bank.shown(PROBLEMS, "P03", "content") == "新"


def test_a_scan_does_not(bank: Office) -> None:
    protected(bank)
    job = jobs(bank)
    job.run(bank.branch)
    bank.wait(LOOK)
    before = writes(bank)
    assert job.fetch(bank.branch) is None
    assert writes(bank) == before


def test_who_says_that_it_is_mended_begins_the_pauses_anew(bank: Office) -> None:
    protected(bank)
    job = jobs(bank)
    job.run(bank.branch)
    tried(bank, job, 60 + LOOK)
    answers.again(bank.branch, bank.clock[0])
    assert tried(bank, job) == 1
    assert [tried(bank, job), tried(bank, job, 60)] == [0, 1], "a minute again"


def test_what_else_is_saved_in_the_row_does_not_wait_with_it(bank: Office) -> None:
    protected(bank)
    job = jobs(bank)
    job.run(bank.branch)
    bank.save(PROBLEMS, "P03", result="别的列")
    assert tried(bank, job) == 1
    assert bank.shown(PROBLEMS, "P03", "result") == "别的列"
    assert codes(bank) == ["google.protected"]


def test_a_new_row_waits_in_a_protected_tab_and_is_not_sent_with_what_others_save(bank: Office) -> None:
    bank.book.protect(bank.title(PROBLEMS), f"A{len(bank.book.cells(bank.title(PROBLEMS))) + 1}:Z99")
    bank.save(PROBLEMS, "N1", customer="C1", content="新问题", raised_on=bank.clock[0].date(), owner="CM1", area="other")
    job = jobs(bank)
    job.run(bank.branch)
    bank.save(PROBLEMS, "P01", content="新")
    assert tried(bank, job) == 1
    assert bank.shown(PROBLEMS, "P01", "content") == "新"
    assert codes(bank) == ["google.protected"]
    bank.book.unprotect(bank.title(PROBLEMS))
    assert tried(bank, job, 60) == 1
    assert bank.shown(PROBLEMS, "N1", "content") == "新问题"


def test_a_number_that_cannot_be_given_back_waits_too_and_is_told_all_the_while(bank: Office) -> None:
    at = line(bank, "P03")
    bank.book.clear(bank.title(PROBLEMS), f"A{at}")
    bank.book.protect(bank.title(PROBLEMS), f"A{at}")
    job = jobs(bank)
    job.run(bank.branch)
    first = note(bank, "google.protected")
    assert first.cell == f"{bank.title(PROBLEMS)}!A{at}"
    assert [tried(bank, job) for _ in range(3)] == [0, 0, 0]
    assert note(bank, "google.protected") == first
    assert tried(bank, job, 60) == 1
    bank.book.unprotect(bank.title(PROBLEMS))
    assert tried(bank, job, 60) == 0
    assert tried(bank, job, 300) == 1
    assert line(bank, "P03") == at
    tried(bank, job)
    assert codes(bank) == []


def test_a_clock_that_was_set_back_makes_nothing_wait(bank: Office) -> None:
    protected(bank)
    job = jobs(bank)
    job.run(bank.branch)
    bank.clock[0] -= timedelta(days=30)
    assert tried(bank, job) == 1
