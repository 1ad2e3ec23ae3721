"""Rows that people take out, put back, copy, paste over others, and numbers that they type over."""

from __future__ import annotations

from tests.sync import test_bad_bank as kept
from tests.sync.conftest import Office
from tests.sync.test_bad_bank import PROBLEMS, codes, line, note, person, said, writes

bank = kept.bank


def values(bank: Office) -> dict[str, str]:
    """What the ledger says of each problem."""
    frame = bank.branch.book().frame(PROBLEMS)
    return dict(zip(frame["id"], frame["content"], strict=True))


def taken_out(bank: Office, row: str, table: str = PROBLEMS) -> None:
    bank.book.delete_rows(bank.title(table), line(bank, row, table))
    bank.sync()
    bank.sync()


# --- taken out ------------------------------------------------------------------------------------------------------------


def test_a_row_missing_at_one_look_is_not_gone_yet(bank: Office) -> None:
    bank.book.delete_rows(bank.title(PROBLEMS), line(bank, "P03"))
    bank.worker().pull()
    assert codes(bank) == []
    bank.worker().pull()
    assert codes(bank) == ["google.removed"]
    assert "P03" in said(bank, "google.removed")


def test_the_deadlines_of_a_row_that_was_taken_out_live_on(bank: Office) -> None:
    before = {(due.rule, due.row) for due in _dues(bank) if due.row == "J1"}
    assert before
    taken_out(bank, "J1", "loans")
    assert codes(bank, "loans") == ["google.removed"]
    assert {(due.rule, due.row) for due in _dues(bank) if due.row == "J1"} == before


def _dues(bank: Office) -> list:
    return list(bank.branch.look(bank.clock[0]).dues.itertuples())


def test_an_edit_of_a_row_that_was_taken_out_is_held_and_the_row_is_not_made_again(bank: Office) -> None:
    taken_out(bank, "P03")
    bank.save(PROBLEMS, "P03", content="门户里的修改")
    bank.sync()
    bank.sync()
    held = [one for one in bank.branch.store.agreed().intents.values() if one.id == "P03"]
    assert [(one.state, one.code) for one in held] == [("held", "google.removed")]
    assert codes(bank) == ["google.removed"]
    assert "P03" not in person(bank)
    assert values(bank)["P03"] == "门户里的修改"


def test_a_row_that_was_edited_first_and_taken_out_before_the_write_is_held(bank: Office) -> None:
    bank.save(PROBLEMS, "P03", content="门户里的修改")
    at = line(bank, "P03")
    bank.api.before(1, lambda: bank.book.delete_rows(bank.title(PROBLEMS), at), kind="write")
    for _ in range(3):
        bank.sync()
    assert codes(bank) == ["google.removed"]
    assert values(bank)["P03"] == "门户里的修改"
    now = person(bank)
    assert {row: now[row][0]["内容"] for row in ("P02", "P04", "P05")} == {"P02": "问题2", "P04": "问题4", "P05": "问题5"}


def test_a_row_put_back_is_fine_again_and_gets_what_waited(bank: Office) -> None:
    title, at = bank.title(PROBLEMS), line(bank, "P03")
    row = [bank.book.formula(title, f"{chr(65 + n)}{at}") for n in range(17)]
    taken_out(bank, "P03")
    bank.save(PROBLEMS, "P03", content="门户里的修改")
    bank.sync()
    bank.book.paste(title, f"A{len(bank.book.cells(title)) + 1}", [row])
    bank.sync()
    bank.sync()
    assert codes(bank) == []
    assert bank.shown(PROBLEMS, "P03", "content") == "门户里的修改"
    assert bank.worker().waiting() == 0


def test_a_row_that_both_sides_have_let_go_is_not_told_any_more(bank: Office) -> None:
    from branch.people import SYSTEM
    from sheets.schema import Edit

    taken_out(bank, "P03")
    bank.branch.write([Edit(PROBLEMS, "P03", {}, None)], SYSTEM, "portal", bank.clock[0])
    bank.sync()
    bank.sync()
    assert codes(bank) == []
    assert bank.worker().waiting() == 0


# --- copied and pasted ----------------------------------------------------------------------------------------------------


def test_a_copied_row_is_held_with_its_original_and_both_addresses_are_told(bank: Office) -> None:
    title, at = bank.title(PROBLEMS), line(bank, "P03")
    bank.book.copy_row(title, at, below=at)
    bank.book.type(title, f"{kept.letters(bank, 'content')}{at + 1}", "抄来的")
    bank.save(PROBLEMS, "P03", content="门户里的修改")
    before = writes(bank)
    bank.sync()
    assert codes(bank) == ["google.copied"]
    assert note(bank, "google.copied").cell == f"{title}!A{at}、{title}!A{at + 1}"
    assert writes(bank) == before, "neither row is touched"
    assert values(bank)["P03"] == "门户里的修改", "and nothing of either is taken"


def test_a_copy_whose_number_is_cleared_becomes_a_row_of_its_own(bank: Office) -> None:
    title, at = bank.title(PROBLEMS), line(bank, "P03")
    bank.book.copy_row(title, at, below=at)
    bank.sync()
    bank.book.clear(title, f"A{at + 1}")
    bank.book.type(title, f"{kept.letters(bank, 'content')}{at + 1}", "抄来的")
    for _ in range(3):
        bank.sync()
        bank.wait()
    assert codes(bank) == []
    now = values(bank)
    assert len(now) == 13
    assert now["P03"] == "问题3"
    new = next(row for row, content in now.items() if content == "抄来的")
    assert person(bank)[new][0]["内容"] == "抄来的"


def test_a_block_pasted_over_others_loses_no_row(bank: Office) -> None:
    was = values(bank)
    title, before = bank.title(PROBLEMS), bank.book.state
    block = [[bank.book.formula(title, f"{chr(65 + n)}{at}") for n in range(18)] for at in (2, 3, 4)]
    bank.book.paste(title, "A6", block)
    bank.sync()
    bank.sync()
    assert codes(bank) == ["google.copied"] * 3 + ["google.removed"] * 3
    assert values(bank) == was
    bank.book.commit(before)
    bank.sync()
    bank.sync()
    assert codes(bank) == []
    assert values(bank) == was


# --- numbers --------------------------------------------------------------------------------------------------------------


def test_a_number_that_was_cleared_is_given_back(bank: Office) -> None:
    at = line(bank, "P03")
    bank.book.clear(bank.title(PROBLEMS), f"A{at}")
    bank.sync()
    assert bank.book.cell(bank.title(PROBLEMS), f"A{at}") == "P03"
    assert len(values(bank)) == 12


def test_a_number_that_was_typed_over_is_put_back(bank: Office) -> None:
    at = line(bank, "P03")
    bank.book.type(bank.title(PROBLEMS), f"A{at}", "P99")
    bank.sync()
    assert bank.book.cell(bank.title(PROBLEMS), f"A{at}") == "P03"
    assert "P99" not in values(bank)


def test_a_number_typed_over_with_another_rows_is_put_back_and_neither_takes_the_others_values(bank: Office) -> None:
    was, at = values(bank), line(bank, "P03")
    bank.book.type(bank.title(PROBLEMS), f"A{at}", "P05")
    bank.sync()
    bank.sync()
    assert bank.book.cell(bank.title(PROBLEMS), f"A{at}") == "P03"
    assert values(bank) == was
    assert codes(bank) == []


def test_two_numbers_that_were_exchanged_are_put_back(bank: Office) -> None:
    was, title = values(bank), bank.title(PROBLEMS)
    three, five = line(bank, "P03"), line(bank, "P05")
    bank.book.type(title, f"A{three}", "P05")
    bank.book.type(title, f"A{five}", "P03")
    bank.sync()
    bank.sync()
    assert (bank.book.cell(title, f"A{three}"), bank.book.cell(title, f"A{five}")) == ("P03", "P05")
    assert values(bank) == was


def test_a_row_whose_number_and_mark_were_cleared_is_known_again(bank: Office) -> None:
    title, at = bank.title(PROBLEMS), line(bank, "P03")
    bank.book.clear(title, f"A{at}")
    bank.book.clear(title, f"{kept.letters(bank, '_mark')}{at}")
    bank.sync()
    assert bank.book.cell(title, f"A{at}") == "P03"
    assert len(values(bank)) == 12
