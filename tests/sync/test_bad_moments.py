"""A person acts in the second between our look and our write, or a write is carried out long after it was given up."""

from __future__ import annotations

import pytest

from sheets.spreadsheet import Away, SheetFault
from tests.sync import test_bad_bank as kept
from tests.sync import world
from tests.sync.conftest import Office
from tests.sync.test_bad_bank import PROBLEMS, codes, letters, line, person
from tests.sync.world import Killed

pytestmark = pytest.mark.long  # the short suite has the product and the chaos of tests/sync


bank = kept.bank


def contents(bank: Office) -> dict[str, str]:
    """What a person sees: number → 内容."""
    return {row: found[0]["内容"] for row, found in person(bank).items() if row}


def in_step(bank: Office) -> None:
    """Both sides hold the same, nothing waits, nothing stands twice."""
    frame = bank.branch.book().frame(PROBLEMS)
    assert contents(bank) == dict(zip(frame["id"], frame["content"], strict=True))
    assert all(len(found) == 1 for row, found in person(bank).items() if row)
    assert bank.worker().waiting() == 0


def turned(bank: Office) -> None:
    """The whole table is sorted the other way round."""
    title = bank.title(PROBLEMS)
    first = bank.book.cell(title, "A2")
    bank.book.sort(title, "A", descending=first == "P01")


def steadily(bank: Office, rounds: int = 4) -> None:
    """The worker's next turns; a fault of one is mended by the next."""
    for _ in range(rounds):
        try:
            bank.sync()
        except (SheetFault, Killed):
            continue


# --- §10, row 5: columns ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["a column is moved", "a column is added on the left"])
@pytest.mark.parametrize("fresh", [False, True], ids=["an edit", "a new row"])
def test_columns_that_move_before_the_write_get_no_wrong_value(bank: Office, what: str, fresh: bool) -> None:
    was = contents(bank)
    if fresh:
        bank.save(PROBLEMS, "N1", customer="C1", content="新", raised_on=bank.clock[0].date(), owner="CM1", area="other")
    else:
        bank.save(PROBLEMS, "P03", content="新")
    bank.api.before(1, lambda: world.ACTS[what](bank), kind="write")
    steadily(bank)
    assert contents(bank) == was | ({"N1": "新"} if fresh else {"P03": "新"})
    in_step(bank)


def test_a_column_that_is_deleted_before_the_write_leaves_the_others_alone(bank: Office) -> None:
    was = contents(bank)
    at = letters(bank, "raised_by")
    bank.save(PROBLEMS, "P03", content="新")
    bank.api.before(1, lambda: bank.book.delete_column(bank.title(PROBLEMS), at), kind="write")
    steadily(bank)
    assert contents(bank) == was | {"P03": "新"}
    assert codes(bank) == ["google.no_column"]
    assert bank.value(PROBLEMS, "P03", "raised_by") == "客户3"
    in_step(bank)


# --- rows 7 and 8: adoption, and the heal itself ----------------------------------------------------------------------------


def test_a_sort_while_a_number_is_given_takes_nobodys_number(bank: Office) -> None:
    was = contents(bank)
    kept.add(bank, PROBLEMS, customer="启岚机械", content="表格里的新行", raised_on="2026-11-20", owner="陈静", area="其他")
    bank.sync()
    bank.wait()
    bank.worker().pull()
    bank.api.before(1, lambda: turned(bank), kind="write")
    steadily(bank)
    now = contents(bank)
    (new,) = set(now) - set(was)
    assert now == was | {new: "表格里的新行"}
    in_step(bank)


@pytest.mark.parametrize("how", ["503 before", "503 after", "cut before", "cut after", "truncated", "429"])
def test_a_heal_that_fails_is_done_by_the_next_turn(bank: Office, how: str) -> None:
    was = contents(bank)
    bank.save(PROBLEMS, "P03", content="新")
    bank.api.before(1, lambda: turned(bank), kind="write")
    bank.api.fail(2, kind="write", how=how)
    steadily(bank)
    assert contents(bank) == was | {"P03": "新"}
    in_step(bank)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_process_that_is_killed_while_it_heals_is_healed_by_the_next(bank: Office, after: bool) -> None:
    was = contents(bank)
    bank.save(PROBLEMS, "P03", content="新")
    bank.api.before(1, lambda: turned(bank), kind="write")
    worker = bank.worker()
    write, count = worker.sheet.write, iter(range(10))

    def killed(*given: object, **more: object) -> object:
        if next(count) == 0:
            return write(*given, **more)
        if after:
            write(*given, **more)
        raise Killed

    worker.sheet.write = killed
    with pytest.raises(Killed):
        worker.flush()
    steadily(bank)
    assert contents(bank) == was | {"P03": "新"}
    in_step(bank)


def test_a_second_sort_before_the_heal_costs_one_more_round(bank: Office) -> None:
    was = contents(bank)
    bank.save(PROBLEMS, "P03", content="新")
    bank.api.before(1, lambda: turned(bank), kind="write")
    bank.api.before(2, lambda: turned(bank), kind="write")
    steadily(bank)
    assert contents(bank) == was | {"P03": "新"}
    in_step(bank)


# --- rows 9 to 14 -----------------------------------------------------------------------------------------------------------


def test_a_pull_before_the_heal_does_not_take_the_value_in(bank: Office) -> None:
    was = contents(bank)
    bank.save(PROBLEMS, "P03", content="新")
    bank.api.before(1, lambda: turned(bank), kind="write")
    bank.api.fail(1, kind="write", how="cut after")
    bank.api.fail(2, kind="read", how="503 before")
    with pytest.raises(Away):
        bank.worker().flush()
    bank.worker().pull()
    frame = bank.branch.book().frame(PROBLEMS)
    assert dict(zip(frame["id"], frame["content"], strict=True)) == was | {"P03": "新"}
    steadily(bank)
    in_step(bank)


def test_a_person_who_mends_the_hit_cell_before_we_do_is_believed(bank: Office) -> None:
    was = contents(bank)
    bank.save(PROBLEMS, "P03", content="新")
    bank.api.before(1, lambda: turned(bank), kind="write")

    def mends() -> None:
        row = next(row for row, content in contents(bank).items() if content == "新" and row != "P03")
        was[row] = "人改的"
        bank.type(PROBLEMS, row, "content", "人改的")

    bank.api.before(2, mends, kind="read")
    steadily(bank)
    assert contents(bank) == was | {"P03": "新"}
    in_step(bank)


def test_the_hit_row_has_an_edit_of_its_own_and_both_are_saved(bank: Office) -> None:
    was = contents(bank)
    bank.save(PROBLEMS, "P03", content="新三")
    bank.save(PROBLEMS, "P10", content="新十")
    bank.api.before(1, lambda: turned(bank), kind="write")
    steadily(bank)
    assert contents(bank) == was | {"P03": "新三", "P10": "新十"}
    assert codes(bank) == []
    in_step(bank)


def test_a_sort_while_the_rows_number_is_deleted_by_hand_loses_neither(bank: Office) -> None:
    was = contents(bank)
    bank.save(PROBLEMS, "P03", content="新")

    def acts() -> None:
        bank.book.clear(bank.title(PROBLEMS), f"A{line(bank, 'P03')}")
        bank.book.sort(bank.title(PROBLEMS), letters(bank, "content"), descending=True)

    bank.api.before(1, acts, kind="write")
    steadily(bank)
    assert contents(bank) == was | {"P03": "新"}
    in_step(bank)


def test_a_cell_typed_before_the_look_is_a_conflict(bank: Office) -> None:
    bank.save(PROBLEMS, "P03", content="新")
    bank.api.before(1, lambda: bank.type(PROBLEMS, "P03", "content", "人写的"), kind="read")
    steadily(bank)
    assert codes(bank) == ["google.conflict"]
    assert bank.shown(PROBLEMS, "P03", "content") == "人写的"
    assert bank.value(PROBLEMS, "P03", "content") == "新"


def test_a_cell_typed_between_look_and_write_is_the_known_loss(bank: Office) -> None:
    """Irreducible: only the sheet's own history keeps what nobody had read."""
    bank.save(PROBLEMS, "P03", content="新")
    bank.api.before(1, lambda: bank.type(PROBLEMS, "P03", "content", "人写的"), kind="write")
    steadily(bank)
    assert contents(bank)["P03"] == "新"
    in_step(bank)


# --- a write that is carried out after it was given up ----------------------------------------------------------------------


def late(bank: Office) -> None:
    """A write that Google holds back: we get no answer, and it is done when the test says so."""
    bank.api.fail(1, kind="write", how="late")


def test_a_late_write_leaves_what_a_person_typed_since(bank: Office) -> None:
    bank.save(PROBLEMS, "P03", content="新")
    late(bank)
    bank.worker().flush()  # given up, and written again at once
    bank.type(PROBLEMS, "P03", "content", "人写的")
    bank.sync()
    assert bank.value(PROBLEMS, "P03", "content") == "人写的"
    bank.wait(100)
    bank.api.release_late()
    steadily(bank)
    assert bank.shown(PROBLEMS, "P03", "content") == "人写的"
    assert bank.value(PROBLEMS, "P03", "content") == "人写的"
    in_step(bank)


def test_a_late_write_leaves_the_old_value_that_a_person_typed_back(bank: Office) -> None:
    bank.save(PROBLEMS, "P03", content="新")
    late(bank)
    bank.worker().flush()
    bank.type(PROBLEMS, "P03", "content", "问题3")
    bank.sync()
    assert bank.value(PROBLEMS, "P03", "content") == "问题3"
    bank.api.release_late()
    steadily(bank)
    assert contents(bank)["P03"] == "问题3"
    in_step(bank)


def test_a_late_write_leaves_a_newer_save(bank: Office) -> None:
    bank.save(PROBLEMS, "P03", content="新")
    late(bank)
    bank.worker().flush()
    bank.save(PROBLEMS, "P03", content="更新")
    bank.sync()
    bank.api.release_late()
    steadily(bank)
    assert contents(bank)["P03"] == "更新"
    in_step(bank)


def test_a_late_write_over_a_conflict_leaves_both_values(bank: Office) -> None:
    bank.save(PROBLEMS, "P03", content="新")
    late(bank)
    bank.api.before(2, lambda: bank.type(PROBLEMS, "P03", "content", "人写的"), kind="read")
    bank.worker().flush()
    assert codes(bank) == ["google.conflict"]
    bank.api.release_late()
    steadily(bank)
    assert codes(bank) == ["google.conflict"]
    assert bank.shown(PROBLEMS, "P03", "content") == "人写的"
    assert bank.value(PROBLEMS, "P03", "content") == "新"


def test_a_late_write_into_a_table_that_was_sorted_hurts_no_neighbour(bank: Office) -> None:
    was = contents(bank)
    bank.save(PROBLEMS, "P03", content="新")
    late(bank)
    bank.worker().flush()
    turned(bank)
    bank.sync()
    bank.api.release_late()
    steadily(bank)
    assert contents(bank) == was | {"P03": "新"}
    in_step(bank)


def test_a_new_row_that_is_added_late_stands_there_once(bank: Office) -> None:
    bank.save(PROBLEMS, "N1", customer="C1", content="新", raised_on=bank.clock[0].date(), owner="CM1", area="other")
    late(bank)
    bank.worker().flush()
    bank.type(PROBLEMS, "N1", "content", "人改的")
    bank.sync()
    bank.api.release_late()
    steadily(bank)
    assert [row["内容"] for row in person(bank)["N1"]] == ["人改的"]
    assert codes(bank) == []
    in_step(bank)


def test_a_late_write_does_not_keep_the_worker_reading_for_ever(bank: Office) -> None:
    bank.save(PROBLEMS, "P03", content="新")
    late(bank)
    bank.worker().flush()
    bank.wait(700)
    bank.worker().flush()
    worker = bank.worker()
    worker.flush()
    assert dict(worker.sheet.requests) == {"read": 0, "write": 0, "drive": 0}


# --- two saves of one cell ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["cut before", "cut after"])
def test_two_saves_of_one_cell_of_which_the_first_had_no_answer(bank: Office, how: str) -> None:
    bank.save(PROBLEMS, "P03", content="一")
    bank.api.fail(1, kind="write", how=how)
    bank.api.fail(2, kind="read", how="503 before")
    with pytest.raises(Away):
        bank.worker().flush()
    bank.save(PROBLEMS, "P03", content="二")
    steadily(bank)
    assert contents(bank)["P03"] == "二"
    assert codes(bank) == []
    in_step(bank)
