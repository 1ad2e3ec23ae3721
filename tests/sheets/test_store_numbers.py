"""A new row gets the next number of its ledger from the save itself: once, never one that is or was another's."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest

from sheets.numbers import is_placeholder, placeholder
from sheets.schema import Column, Edit, Table
from sheets.store import Store, open_store
from sheets.store.faults import EditRefused
from sheets.tables import TABLES
from tests.sheets.stores import KH1, NOW, save


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url, TABLES, create=True)
    opened.setup(NOW)
    yield opened
    opened.close()


def new(store: Store, table: str, now: datetime = NOW, **after: object) -> str:
    """Saves a new row and tells the number that it was given."""
    key = placeholder()
    return store.write([Edit(table, key, None, after)], "1001", "portal", now).ids[key]  # type: ignore[arg-type]


def test_each_ledger_counts_in_its_own_form(store: Store) -> None:
    assert [new(store, "customers"), new(store, "customers")] == ["KH000001", "KH000002"]
    assert [new(store, "visits"), new(store, "visits")] == ["FW-20261123-001", "FW-20261123-002"]
    assert new(store, "visits", datetime(2026, 11, 24, 0, 0, 1)) == "FW-20261124-001"
    assert new(store, "opportunities") == "SJ2026-0001"
    assert new(store, "loans") == "JJ000001"


def test_what_people_type_is_kept_and_counted_if_it_has_the_form(store: Store) -> None:
    save(store, *(Edit("customers", row, None, KH1) for row in ("KH000200", "ECIF8800123", "KH-000999", "KH0004O0", "KH91350211000013")))
    assert new(store, "customers") == "KH000201"
    assert len(store.book().frame("customers")) == 6


def test_a_number_typed_in_the_same_save_is_not_given_a_second_time(store: Store) -> None:
    first, second = placeholder(), placeholder()
    edits = [Edit("customers", first, None, KH1), Edit("customers", "KH000001", None, KH1), Edit("customers", second, None, KH1)]
    assert store.write(edits, "1001", "portal", NOW).ids == {first: "KH000002", second: "KH000003"}


def test_the_number_of_a_deleted_row_is_never_given_again(store: Store) -> None:
    gone = new(store, "customers", name="甲")
    save(store, Edit("customers", gone, {}, None))
    assert new(store, "customers") == "KH000002"


def test_numbers_grow_longer_when_the_digits_run_out(store: Store) -> None:
    save(store, Edit("visits", "FW-20261123-999", None, {"place": "望川"}))
    assert [new(store, "visits"), new(store, "visits")] == ["FW-20261123-1000", "FW-20261123-1001"]


def test_a_second_installation_numbers_with_its_letter(store: Store, url: str) -> None:
    other = open_store(url, TABLES, letter="B")
    assert [new(store, "customers"), new(other, "customers"), new(other, "customers")] == ["KH000001", "KH-B000001", "KH-B000002"]
    assert new(other, "visits") == "FW-B-20261123-001"
    assert new(other.with_tables(TABLES), "opportunities") == "SJ-B2026-0001"
    assert new(store, "customers") == "KH000002"
    other.close()


def test_references_of_the_same_save_follow_the_number(store: Store) -> None:
    customer, visit, note = placeholder(), placeholder(), placeholder()
    done = store.write([
        Edit("diary", note, None, {"on": date(2026, 11, 23), "customer": customer, "origin_row": visit, "content": "new: 两笔"}),
        Edit("visits", visit, None, {"customer": customer}),
        Edit("customers", customer, None, KH1),
    ], "1001", "portal", NOW)  # fmt: skip
    assert done.ids == {customer: "KH000001", visit: "FW-20261123-001", note: "RZ-20261123-001"}
    row = store.row("diary", "RZ-20261123-001") or {}
    assert (row["customer"], row["origin_row"], row["content"]) == ("KH000001", "FW-20261123-001", "new: 两笔")
    assert not any(map(is_placeholder, store.history()["row"]))


def test_rows_whose_number_nobody_sees_get_an_id_all_the_same(store: Store) -> None:
    first, second = new(store, "plan_targets", goal=5), new(store, "plan_targets", goal=6)
    assert len({first, second}) == 2
    assert not is_placeholder(first)


def test_a_ledger_of_the_dictionary_counts_too(store: Store) -> None:
    gifts = Table(
        "x_gifts", "礼品", "Gifts", "branch", (Column("id", "编号", "No."), Column("x_on", "日期", "Date", "date")), number="LP{:04d}"
    )
    other = Table("x_cars", "车辆", "Cars", "branch", (Column("id", "编号", "No."),), number="LP{:04d}")
    wide = store.with_tables(TABLES | {"x_gifts": gifts, "x_cars": other})
    assert [new(wide, "x_gifts"), new(wide, "x_gifts"), new(wide, "x_cars")] == ["LP0001", "LP0002", "LP0001"]


def test_a_save_that_is_sent_twice_is_numbered_once(store: Store) -> None:
    """The answer to the first was lost. With the same token nothing is done; without one the row is found again."""
    edit = Edit("customers", placeholder(), None, KH1)
    first = store.write([edit], "1001", "portal", NOW, "t1")
    again = store.write([edit], "1001", "portal", NOW, "t1")
    assert (again.repeated, again.ids) == (True, first.ids)
    once_more = store.write([edit], "1001", "portal", NOW)
    assert (once_more.ids, once_more.rows, once_more.version) == (first.ids, 0, first.version)
    assert list(store.book().frame("customers")["id"]) == ["KH000001"]


def test_which_row_a_placeholder_became_can_be_asked_for(store: Store) -> None:
    here, nowhere = placeholder(), placeholder()
    save(store, Edit("customers", here, None, KH1))
    assert store.numbered("customers", [here, nowhere]) == {here: "KH000001"}
    assert store.numbered("visits", [here]) == {}


def test_a_refused_save_takes_no_number_and_names_its_rows_as_they_were_sent(store: Store) -> None:
    good, bad = placeholder(), placeholder()
    edits = [Edit("customers", good, None, KH1), Edit("customers", bad, None, {"founded_on": 7})]
    for act in (store.write, store.rehearse):
        with pytest.raises(EditRefused) as caught:
            act(edits, "1001", "import", NOW)
        assert set(caught.value.every) == {("customers", bad)}
        assert "new:" not in str(caught.value)
    assert new(store, "customers") == "KH000001"


@pytest.mark.parametrize("edit", [
    Edit("visits", "V1", None, {"customer": placeholder()}), Edit("customers", placeholder(), {"name": "甲"}, {"name": "乙"}),
    Edit("customers", placeholder(), {}, None),
], ids=["a reference to no row", "a change of no row", "a deletion of no row"])  # fmt: skip
def test_a_placeholder_that_stands_for_no_row_is_refused(store: Store, edit: Edit) -> None:
    for act in (store.write, store.rehearse):
        with pytest.raises(EditRefused) as caught:
            act([edit], "1001", "portal", NOW)
        assert "new:" not in str(caught.value)


def test_a_rehearsal_gives_no_number(store: Store) -> None:
    customer = placeholder()
    store.rehearse([Edit("customers", customer, None, KH1), Edit("visits", "V1", None, {"customer": customer})], "1001", "import", NOW)
    assert store.numbered("customers", [customer]) == {}
    assert store.version() == 0


def test_many_hands_at_once_never_get_the_same_number(store: Store, url: str) -> None:
    def work(_: int) -> list[str]:
        mine = open_store(url, TABLES)
        found = [new(mine, "customers", name="甲") for _ in range(6)]
        mine.close()
        return found

    with ThreadPoolExecutor(8) as pool:
        given = [number for some in pool.map(work, range(8)) for number in some]
    assert sorted(given) == [f"KH{n:06d}" for n in range(1, 49)]


def test_an_older_store_is_moved_forward_before_it_gives_numbers(store: Store, url: str) -> None:
    save(store, Edit("customers", "KH000005", None, KH1))
    with store._door.write() as connection:
        connection.exec_driver_sql("DROP TABLE huce_numbers")
        connection.exec_driver_sql("UPDATE huce_schema SET number = 1")
    old = open_store(url, TABLES)
    assert old.behind()
    old.setup(NOW)
    assert not old.behind()
    assert new(old, "customers") == "KH000006"
    old.close()


def test_a_backup_remembers_which_numbers_were_given(store: Store, tmp_path: object) -> None:
    from pathlib import Path

    key, file = placeholder(), Path(str(tmp_path)) / "copy.huce"
    save(store, Edit("customers", key, None, KH1))
    store.backup(file)
    store.restore(file, NOW)
    assert store.numbered("customers", [key]) == {key: "KH000001"}
