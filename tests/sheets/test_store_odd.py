"""Something else wrote into the database: the cell is told, everything else is read, and `verify` names the place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sheets.schema import Edit, Unread
from sheets.sentences import sentence
from sheets.store import Store, open_store
from sheets.store.faults import StoreBroken
from sheets.tables import TABLES
from tests.sheets.stores import KH1, NOW, save

ROWS = 60


@pytest.fixture
def embedded(tmp_path: Path) -> Store:
    store = open_store(f"sqlite:///{tmp_path}/huce.db", TABLES, create=True)
    store.setup(NOW)
    save(store, *(Edit("customers", f"KH{n:03}", None, KH1) for n in range(ROWS)))
    return store


def alter(store: Store, *changes: str) -> None:
    with store._door.write() as connection:
        for change in changes:
            connection.exec_driver_sql(change)


def put(store: Store, assignment: str) -> None:
    alter(store, f"UPDATE customers SET {assignment} WHERE id = 'KH007'")  # noqa: S608 – of the tests' own


def places(store: Store) -> set[tuple[str, str, str, str]]:
    return {(one.code, one.table, one.row, one.column) for one in store.verify()}


ODD = [
    ("name", "x'ff00ff'", "0xff00ff"), ("name", "x'616263'", "0x616263"), ("name", "CAST(x'e4ba' AS TEXT)", "0xe4ba"),
    ("revenue", "'viel'", "viel"), ("revenue", "1.5", "1.5"), ("revenue", "x'00'", "0x00"), ("assigned_on", "'2026-02-30'", "2026-02-30"),
    ("assigned_on", "20260130", "20260130"), ("assigned_on", "x'00'", "0x00"), ("tier", "x'6b6579'", "0x6b6579"), ("flags", "x'01'", "0x01"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value", "raw"), ODD)
def test_an_odd_cell_is_an_issue_at_that_cell_and_everything_else_is_read(embedded: Store, column: str, value: str, raw: str) -> None:
    """A BLOB, a number where text belongs, a day that is none, bytes that are no UTF-8. Its last value on record is kept as good."""
    put(embedded, f"{column} = {value}")
    book = embedded.book()
    [issue] = book.issues
    assert (issue.table, issue.row, issue.column, issue.code) == ("customers", "KH007", column, "cell_odd")
    assert issue.raw.startswith(raw)
    assert issue.good == KH1[column]
    assert raw in sentence(issue, TABLES, "zh")
    assert len(book.frame("customers")) == ROWS
    row = embedded.row("customers", "KH007")
    assert row is not None
    assert isinstance(row[column], Unread)
    assert places(embedded) == {("store.damage_cell", "customers", "KH007", column)}


@pytest.mark.parametrize(("column", "value", "raw"), ODD)
def test_an_odd_cell_is_mended_by_filling_it_in_anew(embedded: Store, column: str, value: str, raw: str) -> None:
    put(embedded, f"{column} = {value}")
    before = embedded.row("customers", "KH007")
    save(embedded, Edit("customers", "KH007", before, {"note": "anderswo", column: KH1[column]}))
    assert embedded.book().issues == []
    assert embedded.verify() == []


@pytest.mark.parametrize(
    "value", ["rev = x'00'", "updated_at = x'00'", "updated_at = 5", "updated_by = x'ff'", "deleted = 'x'", "deleted = 7", "unread = x'01'"]
)
def test_an_odd_cell_of_the_store_itself_is_told_at_its_row(embedded: Store, value: str) -> None:
    put(embedded, value)
    assert [(one.row, one.column, one.code) for one in embedded.book().issues] == [("KH007", value.partition(" ")[0], "cell_odd")]
    assert len(embedded.book().frames["customers"]) == ROWS
    assert embedded.row("customers", "KH007") is not None
    assert places(embedded) == {("store.damage_row", "customers", "KH007", "")}


def test_added_columns_that_are_no_json_are_damage_at_their_row(embedded: Store) -> None:
    put(embedded, "extra = '{'")
    assert places(embedded) == {("store.damage_row", "customers", "KH007", "")}


def test_a_row_whose_id_is_odd_is_left_out_and_told(embedded: Store) -> None:
    alter(embedded, "UPDATE customers SET id = x'ff01' WHERE id = 'KH007'")
    assert [(one.row, one.column) for one in embedded.book().issues] == [("0xff01 (2 bytes)", "id")]
    assert len(embedded.book().frame("customers")) == ROWS - 1


CHANGES = [
    ("UPDATE customers SET name = '别的公司' WHERE id = 'KH007'", ("store.damage_cell", "customers", "KH007", "name")),
    ("UPDATE customers SET revenue = revenue + 1 WHERE id = 'KH007'", ("store.damage_cell", "customers", "KH007", "revenue")),
    ("UPDATE customers SET note = 'x' WHERE id = 'KH007'", ("store.damage_cell", "customers", "KH007", "note")),
    ("UPDATE customers SET name = NULL WHERE id = 'KH007'", ("store.damage_cell", "customers", "KH007", "name")),
    ("UPDATE customers SET deleted = 1 WHERE id = 'KH007'", ("store.damage_row", "customers", "KH007", "")),
    ("UPDATE customers SET rev = 9 WHERE id = 'KH007'", ("store.damage_row", "customers", "KH007", "")),
    ("DELETE FROM customers WHERE id = 'KH007'", ("store.damage_row_gone", "customers", "KH007", "")),
]  # fmt: skip


@pytest.mark.parametrize(("change", "place"), CHANGES)
def test_a_row_that_was_changed_outside_is_named_with_its_table(embedded: Store, change: str, place: Any) -> None:
    assert embedded.verify() == []
    alter(embedded, change)
    assert places(embedded) == {place}


def test_a_row_that_came_from_elsewhere_is_named(embedded: Store) -> None:
    columns = "id, name, tier, rev, updated_at, updated_by, deleted"
    alter(
        embedded,
        f"INSERT INTO customers (row_no, {columns}) SELECT 9999, 'FREMD', name, tier, rev, updated_at, updated_by, deleted "  # noqa: S608
        "FROM customers WHERE id = 'KH007'",
    )
    assert places(embedded) == {("store.damage_row_unknown", "customers", "FREMD", "")}


def test_edits_deletions_revivals_and_unreadable_cells_of_our_own_are_no_damage(embedded: Store) -> None:
    save(embedded, Edit("customers", "KH001", embedded.row("customers", "KH001"), {"name": "新名", "revenue": None}))
    save(embedded, Edit("customers", "KH002", {}, None))
    save(embedded, Edit("customers", "KH003", {}, None))
    save(embedded, Edit("customers", "KH003", {"name": KH1["name"]}, {"deleted": False, "name": "又来了"}))
    save(embedded, Edit("customers", "KH004", {"revenue": KH1["revenue"]}, {"revenue": Unread("viel", "number_unreadable")}))
    assert embedded.verify() == []


def test_garbage_inside_the_file_is_found_and_a_table_is_named(embedded: Store, tmp_path: Path) -> None:
    """50 KB in the middle: whatever opens, `verify` says where; what does not open says that it is damaged."""
    save(embedded, *(Edit("customers", f"KG{n:04}", None, KH1 | {"note": "备注" * 60}) for n in range(900)))
    embedded._door.read(lambda c: c.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all())
    embedded.close()
    path = tmp_path / "huce.db"
    data = bytearray(path.read_bytes())
    assert len(data) > 300_000
    middle = len(data) // 2
    data[middle : middle + 50_000] = bytes(n * 7 % 256 for n in range(50_000))
    path.write_bytes(data)
    damage = open_store(f"sqlite:///{path}", TABLES).verify()
    assert {"store.damage_file"} < {one.code for one in damage}
    assert {one.table for one in damage} & {"customers", "changes"}
    assert all(one.say("zh") != one.say("en") for one in damage)


def test_a_file_that_was_cut_is_refused_when_it_is_opened(embedded: Store, tmp_path: Path) -> None:
    embedded._door.read(lambda c: c.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all())
    embedded.close()
    path = tmp_path / "cut.db"
    data = (tmp_path / "huce.db").read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(StoreBroken) as told:
        open_store(f"sqlite:///{path}", TABLES)
    assert told.value.code == "store.cut_short"


@pytest.mark.parametrize(("column", "value", "raw"), ODD)
def test_a_backup_that_holds_an_odd_cell_is_restored_with_it(embedded: Store, tmp_path: Path, column: str, value: str, raw: str) -> None:
    """The copy is whole, its record unbroken: one cell must not keep a branch from all the others."""
    put(embedded, f"{column} = {value}")
    embedded.backup(tmp_path / "copy.backup")
    other = open_store(f"sqlite:///{tmp_path}/other.db", TABLES, create=True)
    other.setup(NOW)
    other.restore(tmp_path / "copy.backup", NOW)
    book = other.book()
    [issue] = book.issues
    assert (issue.row, issue.column, issue.code) == ("KH007", column, "cell_odd")
    assert issue.raw.startswith(raw)
    assert len(book.frame("customers")) == ROWS
