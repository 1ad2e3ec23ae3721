"""What people answer where the sheet and the ledgers disagree: either value can win, neither is lost, nobody is asked twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from branch import access, people
from branch.people import Actor
from branch.sync import answers, connecting
from sheets.schema import Unread
from sheets.spreadsheet import SheetFault
from tests.sync.conftest import NOW, Office

CELL = ("customers", "C1", "main_business")


def who(bank: Office, staff: str) -> Actor:
    found = people.actor(bank.branch.book(), staff)
    assert found is not None
    return found


def disagree(bank: Office, ours: str = "化工", typed: str = "纺织") -> None:
    bank.save("customers", "C1", main_business=ours)
    bank.type("customers", "C1", "main_business", typed)
    bank.sync()


def codes(bank: Office) -> list[str]:
    return [note.code for note in bank.notes()]


def test_a_conflict_tells_all_three_values_and_whose_ours_is(bank: Office) -> None:
    was = bank.value(*CELL)
    disagree(bank)
    [one] = answers.conflicts(bank.branch)
    assert (one.table, one.row, one.column) == CELL
    assert (one.original, one.mine, one.theirs) == (was, "化工", "纺织")
    assert (one.who, one.when) == ("system", NOW)
    assert one.place == f"{bank.title('customers')}!{bank.place(*CELL)}"


def test_ours_is_written_over_the_value_that_was_seen(bank: Office) -> None:
    disagree(bank)
    answers.decide(bank.branch, who(bank, "CM1"), *CELL, "mine", NOW)
    assert answers.conflicts(bank.branch) == []
    assert codes(bank) == []
    bank.sync()
    assert (bank.shown(*CELL), bank.value(*CELL)) == ("化工", "化工")
    assert bank.worker().waiting() == 0


def test_the_value_that_is_given_up_stays_on_record(bank: Office) -> None:
    disagree(bank)
    answers.decide(bank.branch, who(bank, "CM1"), *CELL, "mine", NOW)
    [line] = bank.branch.store.history("*access", "CM1").to_dict("records")
    assert (line["column"], line["new"]) == ("kept", "customers/C1/main_business: 纺织")


def test_theirs_becomes_a_save_of_the_person_who_took_it(bank: Office) -> None:
    disagree(bank)
    answers.decide(bank.branch, who(bank, "CM1"), *CELL, "theirs", NOW)
    assert bank.value(*CELL) == "纺织"
    last = bank.branch.store.history("customers", "C1").iloc[0]
    assert (last["actor"], last["source"], last["new"]) == ("CM1", "portal", "纺织")
    worker = bank.sync()
    assert worker.sheet.requests["write"] == 0
    assert answers.conflicts(bank.branch) == []
    assert bank.shown(*CELL) == "纺织"


def test_a_newer_value_typed_after_the_question_is_asked_again_and_not_overwritten(bank: Office) -> None:
    disagree(bank)
    bank.type("customers", "C1", "main_business", "印染")
    answers.decide(bank.branch, who(bank, "CM1"), *CELL, "mine", NOW)
    bank.sync()
    assert bank.shown(*CELL) == "印染"
    [one] = answers.conflicts(bank.branch)
    assert (one.mine, one.theirs) == ("化工", "印染")


def test_a_question_answered_twice_is_answered_once(bank: Office) -> None:
    disagree(bank)
    for _ in range(2):
        answers.decide(bank.branch, who(bank, "CM1"), *CELL, "theirs", NOW)
    assert len(bank.branch.store.history("customers", "C1").query("actor == 'CM1'")) == 1


def test_whoever_does_not_see_the_row_is_not_asked_and_cannot_answer(bank: Office) -> None:
    disagree(bank)
    other = who(bank, "CM2")
    assert answers.conflicts(bank.branch, other) == []
    for take in ("mine", "theirs"):
        with pytest.raises(access.NotAllowed):
            answers.decide(bank.branch, other, *CELL, take, NOW)
    assert bank.value(*CELL) == "化工"
    assert len(answers.conflicts(bank.branch)) == 1


def test_the_administrator_may_put_ours_back_but_not_write_the_ledgers(bank: Office) -> None:
    disagree(bank)
    [one] = answers.conflicts(bank.branch, who(bank, "ADM"))
    assert one.may == ("mine",)
    with pytest.raises(access.Denied):
        answers.decide(bank.branch, who(bank, "ADM"), *CELL, "theirs", NOW)
    answers.decide(bank.branch, who(bank, "ADM"), *CELL, "mine", NOW)
    bank.sync()
    assert bank.shown(*CELL) == "化工"


def test_a_president_reads_the_question_and_has_no_answer(bank: Office) -> None:
    disagree(bank)
    assert [one.may for one in answers.conflicts(bank.branch, who(bank, "VW1"))] == [()]


def test_a_value_that_cannot_be_read_is_shown_as_it_was_typed_and_not_taken(bank: Office) -> None:
    bank.save("customers", "C1", revenue=100_000_00)
    bank.type("customers", "C1", "revenue", "约一千万吧")
    bank.sync()
    found = [one for one in answers.conflicts(bank.branch) if one.column == "revenue"]
    assert [isinstance(one.theirs, Unread) for one in found] == [True]


def test_a_sensitive_value_is_shown_in_full_only_to_whoever_keeps_the_file(bank: Office) -> None:
    bank.save("contacts", "K1", name="王新")
    bank.type("contacts", "K1", "name", "李旧事")
    bank.sync()
    shown = {staff: answers.conflicts(bank.branch, who(bank, staff))[0] for staff in ("CM1", "TL1")}
    assert {staff: (one.mine, one.theirs) for staff, one in shown.items()} == {"CM1": ("王新", "李旧事"), "TL1": ("王*", "李**")}


def test_while_the_worker_is_at_it_nothing_is_decided(bank: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    disagree(bank)
    monkeypatch.setattr(answers, "TRIES", 2)
    with connecting.at_work(bank.branch, "jobs"), pytest.raises(SheetFault):
        answers.decide(bank.branch, who(bank, "CM1"), *CELL, "mine", NOW)
    assert len(answers.conflicts(bank.branch)) == 1


def test_a_held_value_is_taken_over_by_whoever_may_say_it(bank: Office) -> None:
    bank.type("staff", "CM1", "role", "团队长")
    bank.sync()
    assert answers.typed(bank.branch, who(bank, "CM1")) == []
    [one] = answers.typed(bank.branch, who(bank, "ADM"))
    assert (one.row, one.column, one.mine, one.theirs) == ("CM1", "role", "customer_manager", "team_leader")
    with pytest.raises(access.Denied):
        answers.take_over(bank.branch, who(bank, "CM1"), "staff", "CM1", "role", NOW)
    answers.take_over(bank.branch, who(bank, "ADM"), "staff", "CM1", "role", NOW)
    assert bank.value("staff", "CM1", "role") == "team_leader"
    assert answers.typed(bank.branch, who(bank, "ADM")) == []
    worker = bank.sync()
    assert (worker.sheet.requests["write"], codes(bank), worker.waiting()) == (0, [], 0)


def remove(bank: Office, row: str) -> None:
    line = int("".join(filter(str.isdigit, bank.place("customers", row, "id"))))
    bank.book.delete_rows(bank.title("customers"), line, 1)
    for _ in range(2):
        bank.wait()
        bank.sync()


def test_a_row_that_is_gone_from_the_sheet_goes_back_into_it(bank: Office) -> None:
    remove(bank, "C1")
    [one] = answers.conflicts(bank.branch, who(bank, "CM1"))
    assert (one.row, one.column, one.code, one.may) == ("C1", "*", "google.removed", ("mine",))
    answers.decide(bank.branch, who(bank, "CM1"), "customers", "C1", "*", "mine", NOW)
    bank.sync()
    assert bank.shown("customers", "C1", "name") == bank.value("customers", "C1", "name")
    assert codes(bank) == []


def test_a_row_that_is_meant_to_go_is_deleted_here_by_whoever_may(bank: Office) -> None:
    title = bank.title("opportunities")
    line = int("".join(filter(str.isdigit, bank.place("opportunities", "O1", "id"))))
    bank.book.delete_rows(title, line, 1)
    for _ in range(2):
        bank.wait()
        bank.sync()
    answers.decide(bank.branch, who(bank, "CM1"), "opportunities", "O1", "*", "theirs", NOW)
    assert bank.branch.store.row("opportunities", "O1") is None
    bank.sync()
    assert (codes(bank), bank.worker().waiting()) == ([], 0)


def test_rows_that_are_meant_to_go_no_longer_stop_their_tab(bank: Office) -> None:
    bank.book.delete_rows(bank.title("staff"), 2, 4)
    bank.sync()
    assert (bank.branch.store.agreed().tabs["staff"].paused, codes(bank)) == ("google.brake_rows", ["google.brake_rows"])
    answers.allow(bank.branch, who(bank, "ADM"), "staff", NOW)
    for _ in range(2):
        bank.sync()
    assert (bank.branch.store.agreed().tabs["staff"].paused, set(codes(bank))) == ("", {"google.removed"})
    assert len(bank.branch.book().frame("staff")) == 7


def test_what_the_sheet_refused_is_tried_again_once_somebody_says_so(bank: Office) -> None:
    bank.save("customers", "C1", note="长" * 50_001)
    bank.sync()
    assert answers.refused(bank.branch) == 1
    bank.wait(60)
    bank.save("customers", "C1", note="短")
    answers.again(bank.branch, NOW + timedelta(minutes=1))
    bank.sync()
    assert (answers.refused(bank.branch), bank.shown("customers", "C1", "note")) == (0, "短")


def test_without_a_sheet_there_is_nothing_to_ask(bank: Office) -> None:
    disagree(bank)
    connecting.disconnect(bank.branch)
    assert (answers.conflicts(bank.branch), answers.typed(bank.branch, who(bank, "ADM")), answers.refused(bank.branch)) == ([], [], 0)
