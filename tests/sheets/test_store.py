"""One contract for every store: what is saved stays, what two people change is merged, nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from sheets import cells
from sheets.schema import Column, Edit, Table, Unread
from sheets.store import Conflict, Store, open_store
from sheets.store.faults import BackupRefused, EditRefused, StoreNewer
from sheets.tables import TABLES
from tests.sheets.stores import KH1, NOW, save


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url, TABLES, create=True)
    opened.setup(NOW)
    yield opened
    opened.close()


def test_what_is_saved_is_read_back_typed(store: Store) -> None:
    save(store, Edit("customers", "KH1", None, KH1))
    save(
        store,
        Edit(
            "visits",
            "V1",
            None,
            {"customer": "KH1", "mode": "phone", "visited_on": date(2026, 11, 20), "recorded_at": NOW, "found": True, "place": "望川"},
        ),
    )
    row = store.row("customers", "KH1")
    assert row is not None
    assert {k: row[k] for k in KH1} == KH1
    visit = store.book().frame("visits").iloc[0]
    assert (visit["customer"], visit["mode"], visit["place"], bool(visit["found"])) == ("KH1", "phone", "望川", True)
    assert str(visit["visited_on"].date()) == "2026-11-20"
    assert visit["recorded_at"].to_pydatetime() == NOW


def test_every_ledger_reads_empty_with_the_types_it_has_when_full(store: Store) -> None:
    empty = {key: dict(frame.dtypes.astype(str)) for key, frame in store.book().frames.items()}
    edits = [Edit(key, "X1", None, {c.key: sample(c) for c in t.columns if c.key != "id"}) for key, t in TABLES.items()]
    store.write(edits, "system", "import", NOW)
    assert {key: dict(frame.dtypes.astype(str)) for key, frame in store.book().frames.items()} == empty


def sample(column: Column) -> object:
    known = {"date": date(2026, 1, 2), "datetime": NOW, "money": 5, "integer": 5, "percent": 5, "monthday": 5, "yesno": True}
    return column.choices[0].code if column.choices else known.get(column.kind, "字")


def test_a_tenth_of_a_wan_ten_times_is_exactly_one(store: Store) -> None:
    amount = cells.read(TABLES["fees"]["received"], "0.1").value
    store.write([Edit("fees", f"F{n}", None, {"received": amount}) for n in range(10)], "1001", "portal", NOW)
    assert Decimal(int(store.book().frame("fees")["received"].sum())) / 1_000_000 == Decimal("1.00")


def test_the_version_moves_with_a_save_and_only_with_a_save(store: Store) -> None:
    first = save(store, Edit("customers", "KH1", None, KH1))
    assert store.version() == first
    assert save(store, Edit("customers", "KH1", None, KH1)) == first  # the answer was lost, the save is repeated
    assert len(store.book().frame("customers")) == 1
    assert len(store.history("customers", "KH1")) == 1


def test_a_one_time_token_is_good_once(store: Store) -> None:
    save(store, Edit("visits", "V1", None, {"customer": "KH1"}), token="t1")
    again = store.write([Edit("visits", "V2", None, {"customer": "KH1"})], "1001", "portal", NOW, "t1")
    assert again.repeated
    assert list(store.book().frame("visits")["id"]) == ["V1"]


def test_two_people_change_two_fields_and_both_stay(store: Store) -> None:
    save(store, Edit("customers", "KH1", None, KH1))
    seen = store.row("customers", "KH1")
    save(store, Edit("customers", "KH1", seen, {"name": "甲"}), actor="1001")
    save(store, Edit("customers", "KH1", seen, {"tier": "quality"}), actor="1002")
    row = store.row("customers", "KH1")
    assert row is not None
    assert (row["name"], row["tier"]) == ("甲", "quality")


def test_two_people_change_one_field_and_the_second_is_shown_both(store: Store) -> None:
    save(store, Edit("customers", "KH1", None, KH1))
    seen = store.row("customers", "KH1")
    save(store, Edit("customers", "KH1", seen, {"name": "甲"}), actor="1001")
    with pytest.raises(Conflict) as caught:
        save(store, Edit("visits", "V1", None, {"customer": "KH1"}), Edit("customers", "KH1", seen, {"name": "乙"}), actor="1002")
    one = caught.value.clashes[0]
    assert (one.clash.base, one.clash.theirs, one.clash.mine, one.who) == (KH1["name"], "甲", "乙", "1001")
    assert "客户名称" in caught.value.say("zh")
    assert store.book().frame("visits").empty  # all or nothing


def test_a_deleted_row_is_gone_from_view_and_kept_on_record(store: Store) -> None:
    save(store, Edit("customers", "KH1", None, KH1))
    before = store.book()
    save(store, Edit("customers", "KH1", {}, None))
    after = store.book(before)
    assert after.frame("customers").empty
    assert len(after.frames["customers"]) == 1
    assert store.row("customers", "KH1") is None
    with pytest.raises(Conflict):
        save(store, Edit("customers", "KH1", KH1, {"name": "丙"}))


def test_an_unreadable_cell_keeps_what_was_typed_and_the_last_good_value(store: Store) -> None:
    save(store, Edit("ratings", "P1", None, {"customer": "KH1", "expires_on": date(2027, 1, 31)}))
    seen = store.row("ratings", "P1")
    save(store, Edit("ratings", "P1", seen, {"expires_on": Unread("2026-02-30", "date_impossible")}))
    book = store.book()
    issue = book.issues[0]
    assert (issue.raw, issue.good, issue.cell) == ("2026-02-30", date(2027, 1, 31), "P1.expires_on")
    assert book.frame("ratings")["expires_on"].isna().all()
    assert str(book.last_good("ratings")["expires_on"].iloc[0].date()) == "2027-01-31"
    save(store, Edit("ratings", "P1", store.row("ratings", "P1"), {"expires_on": date(2027, 2, 28)}))
    assert store.book(book).issues == []


def test_a_book_brought_up_to_date_equals_a_book_read_afresh(store: Store) -> None:
    store.write([Edit("customers", f"KH{n}", None, KH1 | {"owner": f"10{n % 3}"}) for n in range(30)], "s", "import", NOW)
    book = store.book()
    save(store, Edit("customers", "KH7", {}, {"note": "新"}), Edit("customers", "KH99", None, KH1 | {"owner": "2001"}))
    save(store, Edit("customers", "KH3", {}, None))
    patched, fresh = store.book(book), store.book()
    assert patched.version == fresh.version
    for name in fresh.frames["customers"].columns:
        assert list(patched.frames["customers"][name].astype(str)) == list(fresh.frames["customers"][name].astype(str)), name


def test_a_book_brought_up_to_date_shares_what_has_not_changed_and_leaves_the_earlier_one_alone(store: Store) -> None:
    owners = [{"owner": f"10{n % 3}", "headcount": n, "founded_on": date(2000, 1, 1 + n)} for n in range(9)]
    store.write([Edit("customers", f"KH{n}", None, KH1 | more) for n, more in enumerate(owners)], "s", "import", NOW)
    first = store.book()
    kept = first.frames["customers"].copy(deep=True)
    changes: dict[str, Any] = {"name": "新名", "owner": "2001", "headcount": None, "founded_on": None}
    save(store, Edit("customers", "KH5", store.row("customers", "KH5"), changes))
    second = store.book(first)
    pd.testing.assert_frame_equal(first.frames["customers"], kept)
    assert_alike(second.frames["customers"], store.book().frames["customers"])
    shared = {name for name in kept if np.shares_memory(first.frames["customers"][name], second.frames["customers"][name])}
    assert {"headcount", "founded_on", "rev"}.isdisjoint(shared)
    assert {"revenue", "assigned_on", "deleted"} <= shared
    save(store, Edit("customers", "KH8", None, None), Edit("customers", "KH10", None, KH1 | {"owner": "3001"}))
    for n in range(20):  # each adds a piece to every column
        save(store, Edit("customers", f"KH{20 + n}", None, KH1 | {"owner": f"10{n}", "name": f"第{n}家"}))
        second = store.book(second)
    assert_alike(second.frames["customers"], store.book().frames["customers"])


def assert_alike(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """The same rows and types; categories may stand in another order."""
    for name in other.columns:
        if isinstance(other[name].dtype, pd.CategoricalDtype):
            assert isinstance(one[name].dtype, pd.CategoricalDtype)
            assert one[name].cat.categories.dtype == other[name].cat.categories.dtype
            assert one[name].astype("str").tolist() == other[name].astype("str").tolist()
        else:
            pd.testing.assert_series_equal(one[name], other[name])


def test_a_row_as_it_stood_at_any_revision(store: Store) -> None:
    first = save(store, Edit("customers", "KH1", None, KH1))
    second = save(store, Edit("customers", "KH1", store.row("customers", "KH1"), {"revenue": 5}))
    save(store, Edit("customers", "KH1", store.row("customers", "KH1"), {"revenue": None, "name": "丁"}))
    revenues = [(store.row_at("customers", "KH1", rev) or {}).get("revenue") for rev in (first, second, second + 1)]
    assert revenues == [KH1["revenue"], 5, None]
    assert store.row_at("customers", "KH1", 0) is None


def test_columns_and_ledgers_of_the_dictionary_need_no_ddl(store: Store) -> None:
    ledger = Table("x_gifts", "礼品", "Gifts", "branch", (Column("id", "编号", "No."), Column("x_on", "日期", "Date", "date")))
    more = TABLES | {"x_gifts": ledger, "customers": Table(
        "customers", "客户", "Customers", "customers", (*TABLES["customers"].columns, Column("x_esg", "评分", "Score", "integer")))}  # fmt: skip
    wide = store.with_tables(more)
    save(wide, Edit("customers", "KH1", None, KH1 | {"x_esg": 7}), Edit("x_gifts", "G1", None, {"x_on": date(2026, 1, 2)}))
    book = wide.book()
    assert book.frame("customers")["x_esg"].iloc[0] == 7
    assert str(book.frame("x_gifts")["x_on"].iloc[0].date()) == "2026-01-02"
    save(wide, Edit("customers", "KH1", {"x_esg": 7}, {"x_esg": 8}))
    assert wide.book(book).frame("customers")["x_esg"].iloc[0] == 8


@pytest.mark.parametrize("edit", [
    Edit("nothing", "A", None, {}), Edit("customers", "A", None, {"nothing": 1}), Edit("customers", "A", None, {"revenue": "5"}),
    Edit("customers", "A", None, {"assigned_on": NOW}), Edit("customers", "A", {}, {"name": "x"}), Edit("customers", "", None, {}),
    Edit("customers", "A", None, {"revenue": 2**63}),
])  # fmt: skip
def test_an_edit_that_cannot_be_taken_is_refused_with_a_sentence(store: Store, edit: Edit) -> None:
    with pytest.raises(EditRefused) as caught:
        save(store, edit)
    assert "未保存" in str(caught.value)
    assert store.version() == 0


def test_naughty_text_comes_back_as_typed(store: Store) -> None:
    words = [
        "=1+1",
        "Robert'); DROP TABLE customers;--",
        "nan",
        "𠮷田商事",
        "100%",
        "a:b %s ?",
        "　（集团）",
        "\u200b",
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    ]
    store.write([Edit("customers", f"K{n}", None, {"name": word}) for n, word in enumerate(words)], "s", "import", NOW)
    assert list(store.book().frame("customers")["name"]) == words
    save(store, Edit("customers", "N", None, {"name": "a\x00b\ud800"}))
    row = store.row("customers", "N")
    assert row is not None
    assert row["name"] == "ab"


def test_the_record_names_who_when_and_from_what_to_what(store: Store) -> None:
    save(store, Edit("customers", "KH1", None, KH1))
    save(store, Edit("customers", "KH1", store.row("customers", "KH1"), {"revenue": 20_000}), actor="2001")
    newest = store.history("customers", "KH1").iloc[0]
    assert (newest["actor"], newest["column"], newest["old"], newest["new"], newest["source"]) == (
        "2001",
        "revenue",
        "0.123456",
        "0.02",
        "portal",
    )


@pytest.mark.parametrize("change", [
    "UPDATE changes SET new = 'x' WHERE seq = 2", "DELETE FROM changes WHERE seq = 2", "DELETE FROM changes WHERE seq = 3",
])  # fmt: skip
def test_a_record_that_was_tampered_with_is_told(store: Store, change: str) -> None:
    for n in range(3):
        save(store, Edit("customers", f"KH{n}", None, KH1))
    with store._door.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError):
        connection.exec_driver_sql(change)
    with store._door.write() as connection:
        sqlite = connection.dialect.name == "sqlite"
        for name in ("changes_keep_update", "changes_keep_delete"):
            connection.exec_driver_sql(f"DROP TRIGGER {name}" + ("" if sqlite else " ON changes"))
        connection.exec_driver_sql(change)
    line, row = store.verify()  # the line of the record, and the row that it no longer bears out
    assert (line.seq, row.seq, row.table) == (3 if "seq = 3" in change else 2, 0, "customers")


def test_a_backup_taken_while_others_save_comes_back_whole(store: Store, tmp_path: Path) -> None:
    save(store, Edit("customers", "KH1", None, KH1))
    store.backup(tmp_path / "copy.huce")
    save(store, Edit("customers", "KH1", {}, None))
    store.restore(tmp_path / "copy.huce", NOW)
    assert list(store.book().frame("customers")["id"]) == ["KH1"]
    assert store.verify() == []
    save(store, Edit("customers", "KH2", None, KH1))
    assert store.verify() == []


@pytest.mark.parametrize("content", [b"", b"no store", b"SQLite format 3\x00" + b"\x00" * 84, None])
def test_a_backup_that_is_not_whole_is_refused_before_anything_is_touched(store: Store, tmp_path: Path, content: bytes | None) -> None:
    save(store, Edit("customers", "KH1", None, KH1))
    file = tmp_path / "copy.huce"
    store.backup(file)
    file.write_bytes(file.read_bytes()[:-5000] if content is None else content)
    with pytest.raises(BackupRefused):
        store.restore(file, NOW)
    assert list(store.book().frame("customers")["id"]) == ["KH1"]


def test_a_store_of_a_newer_program_is_refused_and_left_alone(url: str, store: Store) -> None:
    with store._door.write() as connection:
        connection.exec_driver_sql("UPDATE huce_schema SET number = 99")
    with pytest.raises(StoreNewer):
        open_store(url, TABLES)
    with pytest.raises(StoreNewer):
        store.setup(NOW)


def test_an_older_store_gains_the_new_columns_and_keeps_its_rows(url: str) -> None:
    few = {"customers": Table("customers", "客户", "Customers", "customers", TABLES["customers"].columns[:3])}
    old = open_store(url, few, create=True)
    old.setup(NOW)
    save(old, Edit("customers", "KH1", None, {"name": "甲"}))
    new = open_store(url, TABLES)
    new.setup(NOW)
    new.setup(NOW)
    save(new, Edit("customers", "KH1", {}, {"tier": "key"}))
    row = new.row("customers", "KH1")
    assert row is not None
    assert (row["name"], row["tier"]) == ("甲", "key")
    old.close()
    new.close()


def test_private_things(store: Store) -> None:
    vault, later = store.private, NOW + timedelta(minutes=31)
    assert vault.lease("jobs", "a", NOW, 60)
    assert not vault.lease("jobs", "b", NOW, 60)
    assert vault.lease("jobs", "b", NOW + timedelta(seconds=61), 60)
    vault.make_key("setup", "admin", "d1", NOW + timedelta(hours=1))
    assert vault.take_key("setup", "d1", NOW) == "admin"
    assert vault.take_key("setup", "d1", NOW) is None
    vault.start_session("s1", "1001", NOW, idle=1800, life=43200)
    assert vault.session("s1", NOW) == "1001"
    assert vault.session("s1", later) is None
    vault.end_sessions("1001")
    assert vault.session("s1", NOW) is None
    vault.failed("1001", NOW)
    assert vault.failures("1001", NOW) == 1
    vault.note("login", "1001", "127.0.0.1", NOW)
    assert store.verify() == []


def test_a_rehearsal_raises_what_a_save_would_and_writes_nothing(store: Store) -> None:
    """Every row at fault is named, so that a file is judged in one pass."""
    save(store, Edit("customers", "KH1", None, KH1))
    good = Edit("customers", "KH9", None, {"name": "新"})
    bad = [Edit("customers", f"K{n}", None, {"founded_on": 7}) for n in range(2)]
    clash = Edit("customers", "KH1", {"name": "从前"}, {"name": "后来"})
    version = store.version()
    store.rehearse([good], "1001", "import", NOW)
    for edits, kind, rows in (([good, *bad], EditRefused, {"K0", "K1"}), ([good, clash], Conflict, {"KH1"})):
        for act in (store.rehearse, store.write):
            with pytest.raises(kind) as caught:
                act(edits, "1001", "import", NOW)
            assert {row for _, row in caught.value.every} == rows
    assert store.version() == version
