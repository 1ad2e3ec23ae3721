"""A day with the sheet: what is typed there is taken, what is saved here is given, and neither hurts the other."""

from __future__ import annotations

from tests.sync.conftest import Office


def test_a_value_typed_in_the_sheet_is_taken_and_said_to_come_from_there(bank: Office) -> None:
    bank.type("customers", "C1", "main_business", "纺织")
    bank.worker().pull()
    assert bank.value("customers", "C1", "main_business") == "纺织"
    last = bank.branch.store.history("customers", "C1").iloc[0]
    assert (last["source"], last["actor"], last["new"]) == ("sheet", "sheet", "纺织")


def test_what_a_person_typed_is_not_written_back(bank: Office) -> None:
    bank.type("customers", "C1", "main_business", "纺织")
    worker = bank.sync()
    assert worker.sheet.requests["write"] == 0


def test_a_save_reaches_the_sheet_in_two_requests(bank: Office) -> None:
    bank.save("customers", "C1", main_business="化工")
    worker = bank.worker()
    worker.flush()
    assert bank.shown("customers", "C1", "main_business") == "化工"
    assert dict(worker.sheet.requests) == {"read": 1, "write": 1, "drive": 0}
    assert worker.waiting() == 0


def test_a_new_row_reaches_the_sheet_in_two_requests(bank: Office) -> None:
    bank.save("contacts", "K9", customer="C1", name="王芳")
    worker = bank.worker()
    worker.flush()
    assert bank.shown("contacts", "K9", "name") == "王芳"
    assert dict(worker.sheet.requests) == {"read": 1, "write": 1, "drive": 0}


def test_nothing_new_costs_one_read_and_no_write(bank: Office) -> None:
    worker = bank.worker()
    worker.pull()
    worker.flush()
    assert dict(worker.sheet.requests) == {"read": 1, "write": 0, "drive": 0}


def test_both_hands_on_one_row_keep_both_values(bank: Office) -> None:
    bank.save("customers", "C1", main_business="化工")
    bank.type("customers", "C1", "short_name", "启岚")
    bank.sync()
    assert bank.value("customers", "C1", "short_name") == "启岚"
    assert bank.shown("customers", "C1", "main_business") == "化工"


def test_both_hands_on_one_cell_are_a_conflict_and_neither_value_is_lost(bank: Office) -> None:
    bank.save("customers", "C1", main_business="化工")
    bank.type("customers", "C1", "main_business", "纺织")
    bank.sync()
    assert bank.value("customers", "C1", "main_business") == "化工"
    assert bank.shown("customers", "C1", "main_business") == "纺织"
    assert [(note.row, note.column, note.code) for note in bank.notes()] == [("C1", "main_business", "google.conflict")]


def test_a_cell_that_cannot_be_read_is_told_beside_it_and_goes_away_when_mended(bank: Office) -> None:
    bank.type("loans", "J1", "matures_on", "2026-02-30")
    bank.sync()
    assert "2026-02-30" in str(bank.shown("loans", "J1", "_issue"))
    bank.type("loans", "J1", "matures_on", "2026-12-28")
    bank.sync()
    assert bank.shown("loans", "J1", "_issue") in (None, "")


def test_a_row_typed_without_a_number_gets_one_once_it_rests(bank: Office) -> None:
    title = bank.title("customers")
    cells = bank.book.cells(title)
    line = len(cells) + 1
    bank.book.type(title, f"B{line}", "新星电子有限公司")
    bank.sync()
    assert len(bank.branch.book().frame("customers")) == len(cells) - 1
    bank.wait()
    bank.sync()
    found = bank.branch.book().frame("customers")
    row = found[found["name"] == "新星电子有限公司"].iloc[0]
    assert bank.book.cell(title, f"A{line}") == row["id"]
    bank.wait()
    bank.sync()
    assert len(bank.branch.book().frame("customers")) == len(cells)
    assert bank.worker().waiting() == 0


def test_what_only_one_role_may_say_is_held(bank: Office) -> None:
    bank.type("staff", "CM1", "role", "主管行领导")
    bank.sync()
    assert bank.value("staff", "CM1", "role") == "customer_manager"
    assert [(note.row, note.column, note.code) for note in bank.notes()] == [("CM1", "role", "google.held")]


def test_a_sort_between_look_and_write_puts_no_value_into_a_neighbours_row(bank: Office) -> None:
    bank.save("customers", "C1", main_business="化工")
    before = {row: bank.shown("customers", row, "main_business") for row in ("C2", "C3", "C4")}
    title = bank.title("customers")
    bank.api.before(1, lambda: bank.book.sort(title, "A", descending=True), kind="write")
    worker = bank.worker()
    worker.flush()
    assert bank.shown("customers", "C1", "main_business") == "化工"
    assert {row: bank.shown("customers", row, "main_business") for row in before} == before
    assert worker.counts.healed == 1


def test_a_reviewed_plan_changed_in_the_sheet_waits_for_its_reason(bank: Office) -> None:
    bank.type("plan_targets", "PT2", "goal", "900")
    bank.type("plan_targets", "PT1", "goal", "700")
    bank.sync()
    assert bank.value("plan_targets", "PT2", "goal") == 500_000_000
    assert bank.value("plan_targets", "PT1", "goal") == 700_000_000, "a draft is changed as naturally as in the portal"
    assert [(note.row, note.code) for note in bank.notes()] == [("PT2", "google.plan_reason")]


def test_a_customer_is_not_handed_over_in_the_sheet(bank: Office) -> None:
    bank.type("customers", "C1", "owner", "CM2")
    bank.sync()
    assert bank.value("customers", "C1", "owner") == "CM1"
    assert [(note.column, note.code) for note in bank.notes()] == [("owner", "google.held")]


def test_a_held_value_goes_away_when_it_is_done_in_the_portal(bank: Office) -> None:
    bank.type("customers", "C1", "owner", "CM2")
    bank.sync()
    bank.save("customers", "C1", owner="CM2")
    bank.sync()
    assert bank.notes() == []
    assert bank.worker().waiting() == 0


def test_what_huce_fills_in_is_put_back(bank: Office) -> None:
    was = bank.shown("opportunities", "O1", "created_by")
    bank.type("opportunities", "O1", "created_by", "CM2")
    bank.sync()
    assert bank.shown("opportunities", "O1", "created_by") == was == "CM1"
