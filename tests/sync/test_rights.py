"""Whoever can open the sheet can type anything: no right comes of it, and nothing that is masked gets into it."""

from __future__ import annotations

from typing import Any

from sheets.schema import Edit, Unread
from tests.sync.conftest import Office


def every(bank: Office) -> str:
    """All that stands in the spreadsheet."""
    return " ".join(str(cell) for tab in bank.book.tabs for row in bank.book.cells(tab) for cell in row)


def added(bank: Office, ledger: str, /, **typed: str) -> None:
    """Somebody types a new row and it rests."""
    title, tab = bank.title(ledger), bank.branch.store.agreed().tabs[ledger]
    cells = bank.book.cells(title)
    row: list[Any] = [""] * len(tab.layout)
    for key, text in typed.items():
        row[tab.layout.index(key)] = text
    bank.book.paste(title, f"A{len(cells) + 1}", [row])
    for _ in range(3):
        bank.wait()
        bank.sync()


def test_a_number_that_cannot_be_read_is_not_shown_by_the_sentence_about_it(bank: Office) -> None:
    wrong = {"mobile": Unread("1380000000x", "phone")}
    bank.branch.store.write([Edit("contacts", "K1", {"mobile": "13800000001"}, wrong)], "CM1", "portal", bank.clock[0])
    bank.sync()
    assert bank.branch.book().issues
    assert "1380000000x" not in every(bank)


def test_an_amount_that_is_masked_is_not_told_either(bank: Office) -> None:
    agreed = bank.branch.store.agreed()
    agreed.set_meta(masked="balances.balance")
    agreed.save()
    new = Edit("balances", "B1", None, {"customer": "C1", "balance": Unread("约9876", "money")})
    bank.branch.store.write([new], "CM1", "portal", bank.clock[0])
    bank.sync()
    assert "约9876" not in bank.shown("balances", "B1", "_issue")


def test_a_rule_that_is_added_in_the_sheet_is_none(bank: Office) -> None:
    before = len(bank.branch.book().frame("rules"))
    added(bank, "rules", id="R99", name_zh="自定", enabled="是", verb="到期", subject="loans", date="matures_on")
    assert len(bank.branch.book().frame("rules")) == before
    assert [note.code for note in bank.notes()] == ["google.held_row"]


def test_a_column_or_a_day_that_is_added_in_the_sheet_is_none(bank: Office) -> None:
    added(bank, "dictionary", table="customers", act="隐藏", column="owner")
    added(bank, "calendar", on="2026-12-01", kind="休息日")
    assert len(bank.branch.book().frame("dictionary")) == len(bank.branch.book().frame("calendar")) == 0
    assert {note.code for note in bank.notes()} == {"google.held_row"}


def test_a_person_who_is_added_in_the_sheet_may_nothing(bank: Office) -> None:
    added(bank, "staff", id="X9", name="新人", role="系统管理员", status="在岗", email="x9@example.com")
    row = bank.branch.store.row("staff", "X9") or {}
    assert (row.get("role"), row.get("status"), row.get("email")) == (None, None, None)
