"""What is remembered about a spreadsheet lies in the store, the same on every backend, and is read anew when another has saved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sheets.schema import Edit
from sheets.store import Store, open_store
from sheets.sync.state import HELD, Base, Intent, New, Note, Sent, Tab
from sheets.tables import TABLES
from tests.sheets.stores import KH1, NOW, save

TAB = Tab("customers", 7, "客户档案", 1, ("id", "name", "x:自己的"), ("编号", "客户名称", "自己的"), "", 3, 80)
BASE = Base(("KH1", "启岚", None), 2, "KH1#3ab", 0, {"name": "=A1"}, {"name": "启岚公司"})
INTENT = Intent("customers", "KH1", "name", NOW, HELD, "google.conflict", 12.5)
SENT = Sent("KH1#4ab", "customers", "KH1", {"name": "启岚", "deleted": None}, {"name": True}, None, NOW)
NEW = New("5ab", ("", "新星", None), 4, NOW, 2, "KH2")
NOTE = Note("customers", "KH1", "name", "客户档案!B3", "google.conflict", {"typed": "启岚公司"})


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url, TABLES, create=True)
    opened.setup(NOW)
    yield opened
    opened.close()


def test_everything_comes_back_as_it_was(store: Store) -> None:
    agreed = store.agreed()
    agreed.set_meta(letter="ab", counter="5")
    agreed.set_tab(TAB)
    agreed.set_base("customers", "KH1", BASE)
    agreed.set_intent(INTENT)
    agreed.set_sent(SENT)
    agreed.set_new("customers", NEW)
    agreed.set_notes("customers", [NOTE], NOW)
    agreed.save()
    found = store.agreed()
    assert (found.meta["letter"], found.tabs["customers"]) == ("ab", TAB)
    assert found.base("customers", "KH1") == found.bases["customers"]["KH1"] == BASE
    assert found.intents["customers", "KH1", "name"] == INTENT
    assert (found.sent[SENT.mark], found.new["customers"]["5ab"]) == (SENT, NEW)
    (note,) = found.notes.values()
    assert (note.cell, note.since) == (NOTE.cell, NOW)


def test_what_is_taken_away_is_gone_and_what_is_not_saved_is_nobodys(store: Store) -> None:
    agreed, other = store.agreed(), store.agreed()
    agreed.set_base("customers", "KH1", BASE)
    agreed.set_intent(INTENT)
    other.fresh()
    assert (other.base("customers", "KH1"), other.intents) == (None, {})
    agreed.save()
    other.fresh()
    assert other.base("customers", "KH1") == BASE
    agreed.set_base("customers", "KH1", None)
    agreed.drop_intent("customers", "KH1", "name")
    agreed.save()
    other.fresh()
    assert (dict(other.bases["customers"]), other.intents) == ({}, {})


def test_the_record_of_changes_becomes_what_the_sheet_is_to_be_given(store: Store) -> None:
    agreed = store.agreed()
    save(store, Edit("customers", "KH1", None, KH1))
    save(store, Edit("customers", "KH1", {"tier": "key"}, {"tier": "quality"}))
    assert agreed.gather(["customers"], NOW, lambda _table, _row, column: column != "revenue") == 2
    assert [key[1:] for key in agreed.intents] == [("KH1", "*"), ("KH1", "tier")]
    assert agreed.gather(["customers"], NOW, lambda *_: True) == 0, "each line is looked at once"
