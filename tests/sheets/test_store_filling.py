"""Filling a ledger is saving, only quicker: the same rows, the same record, on either store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from rules import calendar
from sheets import demo
from sheets.schema import Edit, Unread
from sheets.store import Store, open_store, writing
from sheets.store.faults import EditRefused
from sheets.tables import TABLES
from tests.sheets.stores import KH1, NOW, save


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url, TABLES, create=True)
    opened.setup(NOW)
    yield opened
    opened.close()


def test_what_is_filled_reads_back_and_is_recorded_as_if_it_had_been_saved(store: Store, tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(writing, "CHUNK", 50)  # asks for its ids several times
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}", TABLES, create=True)
    other.setup(NOW)
    rows = demo.build(date(2026, 11, 23), calendar.make().is_workday, 20)
    for key, ledger in rows.items():
        store.fill(key, ledger, "system", "terminal", NOW)
        edits = [Edit(key, row["id"], None, {k: v for k, v in row.items() if k != "id"}) for row in ledger]
        other.write(edits, "system", "terminal", NOW)
    one, two = store.book(), other.book()
    for key, frame in two.frames.items():
        assert one.frames[key].equals(frame), key
    assert one.version == two.version
    assert store.head() == other.head()
    assert store.verify() == []
    visit = rows["visits"][7]["id"]
    assert store.row_at("visits", visit, one.version) == other.row_at("visits", visit, one.version)
    other.close()


def test_a_filled_row_is_edited_like_any_other(store: Store) -> None:
    store.fill("customers", [{"id": "KH1", **KH1}], "system", "terminal", NOW)
    store.write([Edit("customers", "KH1", {"tier": "key"}, {"tier": "quality"})], "1001", "portal", NOW)
    store.write([Edit("customers", "KH2", None, KH1)], "1001", "portal", NOW)
    assert store.book().frame("customers")["tier"].tolist() == ["quality", "key"]
    assert store.verify() == []


def test_blank_text_and_split_seconds_are_kept_as_a_save_keeps_them(store: Store) -> None:
    row = {"id": "V1", "customer": "KH1", "minutes": "", "place": "会\x00议室", "recorded_at": datetime(2026, 11, 20, 9, 0, 0, 500)}
    store.fill("visits", [row], "system", "terminal", NOW)
    kept = store.row("visits", "V1")
    assert kept is not None
    assert (kept["minutes"], kept["place"], kept["recorded_at"]) == (None, "会议室", datetime(2026, 11, 20, 9, 0))


@pytest.mark.parametrize(
    "rows",
    [
        [{"id": "KH1", "revenue": 1.5}],
        [{"id": "KH1", "assigned_on": "2026-01-01"}],
        [{"id": "KH1", "colour": "red"}],
        [{"id": "KH1"}, {"id": "KH1"}],
        [{"name": "没有编号"}],
        [{"id": "KH1", "revenue": 2**63}],
    ],
    ids=["a fraction of a fen", "text for a day", "an unknown column", "an id twice", "no id", "beyond any amount"],
)
def test_one_bad_row_and_nothing_is_filled(store: Store, rows: list[dict[str, Any]]) -> None:
    with pytest.raises(EditRefused):
        store.fill("customers", [{"id": "KH9", **KH1}, *rows], "system", "terminal", NOW)
    assert len(store.book().frame("customers")) == 0
    assert store.version() == 0


def test_a_ledger_that_holds_something_is_not_filled(store: Store) -> None:
    store.write([Edit("customers", "KH1", None, KH1)], "1001", "portal", NOW)
    with pytest.raises(EditRefused):
        store.fill("customers", [{"id": "KH2", **KH1}], "system", "terminal", NOW)
    assert store.book().frame("customers")["id"].tolist() == ["KH1"]


def test_filling_with_nothing_is_no_change(store: Store) -> None:
    assert store.fill("customers", [], "system", "terminal", NOW).version == 0


def test_new_rows_among_other_edits_are_on_record_in_the_order_of_the_edits(store: Store) -> None:
    save(store, Edit("customers", "KH1", None, KH1))
    edits = [
        Edit("customers", "KH3", None, KH1 | {"name": "丙", "revenue": None}),
        Edit("customers", "KH1", {"tier": "key"}, {"tier": "quality"}),
        Edit(
            "customers",
            "KH2",
            None,
            KH1 | {"founded_on": Unread("2026-02-30", "date.not_a_day"), "revenue": Unread("约三亿", "number.text")},
        ),
        Edit("customers", "KH3", {"name": "丙"}, {"name": "丁"}),
    ]
    save(store, *edits)
    lines = store.history().iloc[:4][::-1]
    assert lines[["row", "column"]].to_numpy().tolist() == [["KH3", "*"], ["KH1", "tier"], ["KH2", "*"], ["KH3", "name"]]
    assert '"founded_on": "2026-02-30"' in lines.iloc[2]["new"]
    assert lines.iloc[2]["unread"] == "revenue=number.text;founded_on=date.not_a_day"
    assert store.verify() == []
    book = store.book()
    assert book.frame("customers")[["id", "name"]].to_numpy().tolist() == [["KH1", KH1["name"]], ["KH3", "丁"], ["KH2", KH1["name"]]]
    assert {(issue.row, issue.column) for issue in book.issues} == {("KH2", "founded_on"), ("KH2", "revenue")}


def test_a_new_row_is_on_record_under_the_hash_it_always_had(store: Store) -> None:
    """The record is evidence: the same edits chain to the same hash in every release."""
    visit = {
        "customer": "KH1",
        "visited_on": date(2026, 11, 20),
        "recorded_at": datetime(2026, 11, 20, 9, 0, 0, 500),
        "minutes": '他说"好"\n\t再议',
    }
    edits = [
        Edit("customers", "KH1", None, KH1),
        Edit("visits", "V1", None, visit),
        Edit("visits", "V2", None, {"minutes": Unread("a", "b")}),
    ]
    save(store, *edits, Edit("rules", "R1", None, {"enabled": True}))
    assert store.head() == "af72b86e50a9317d43ab3591bb2aa9d9b15995128c80fbe4830124abfb3509a8"


def test_every_bad_row_among_many_new_ones_is_told(store: Store) -> None:
    rows = [Edit("customers", f"KH{n}", None, KH1 | ({"revenue": 0.5} if n in {3, 7} else {})) for n in range(10)]
    with pytest.raises(EditRefused) as refused:
        save(store, *rows)
    assert list(refused.value.every) == [("customers", "KH3"), ("customers", "KH7")]
    assert store.version() == 0
