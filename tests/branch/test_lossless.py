"""A workbook that goes out and comes in again is the same workbook, in every table and every field."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from branch import exchange, exports, maintenance, sample, workbook
from branch.branch import Branch
from branch.opening import create, open_branch
from branch.people import SYSTEM
from sheets.schema import Edit, Unread

THEN, NOW = datetime(2026, 11, 23, 9, 0), datetime(2026, 12, 7, 10, 30)
TEXTS = (
    "=1+1",
    "+86",
    "-3",
    "@x",
    "'=1",
    "''",
    '他说"好"',
    "一行\n二行\r\n三行",
    "🏦😀",
    "00012",
    " 前后有空格 ",
    "a,b;c",
    "\t制表",
    "　全角",
)
DICTIONARY = (
    {"id": "D1", "table": "x_gifts", "act": "ledger", "value_zh": "礼品台账", "value_en": "Gifts"},
    {"id": "D2", "table": "x_gifts", "column": "x_when", "act": "add", "kind": "date", "value_zh": "赠送日期"},
    {"id": "D3", "table": "x_gifts", "column": "x_worth", "act": "add", "kind": "money", "value_zh": "价值", "unit": "元"},
    {"id": "D4", "table": "customers", "column": "x_hobby", "act": "add", "kind": "text", "value_zh": "爱好"},
)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    """A sample branch with a cell of every awkward kind, and the folder it was exported to, beside its home."""
    branch = sample.make(tmp_path_factory.mktemp("full") / "home", THEN, 20, THEN.date())
    store = branch.store
    store.write([Edit("dictionary", row["id"], None, row) for row in DICTIONARY], "1001", "portal", THEN)
    branch.book()
    customers = list(branch.book().frame("customers")["id"])

    def over(table: str, row: str, **after: Any) -> Edit:
        return Edit(table, row, branch.store.row(table, row), after)

    edits = [over("customers", row, note=text, x_hobby=text) for row, text in zip(customers, TEXTS, strict=False)]
    visit = str(branch.book().frame("visits")["id"].iloc[0])
    rating = str(branch.book().frame("ratings")["id"].iloc[0])
    edits += [
        Edit("x_gifts", "1", None, {"x_when": date(2026, 11, 1), "x_worth": 123_456}),
        Edit("x_gifts", "2", None, {"x_when": Unread("=下周", "date_unreadable")}),
        over("ratings", rating, expires_on=Unread("二月三十日", "date_unreadable"), entered_late="submitted_on=2026-11-20"),
        over("visits", visit, backdated=True, opportunity="SJ-nobody"),
        Edit("alerts", "R10|1|2026-11-30|0|customer_manager", None, {"state": "told", "told_at": THEN, "text": "到期"}),
        Edit("outbox", "digest|1", None, {"state": "sent", "sent_at": THEN, "subject": "=汇总", "attempts": 1}),
    ]
    branch.store.write(edits, "1002", "portal", datetime(2026, 11, 24, 8, 5, 9))
    contact = str(branch.book().frame("contacts")["id"].iloc[-1])
    branch.store.write(
        [Edit("contacts", contact, branch.store.row("contacts", contact), None)], "1003", "portal", datetime(2026, 11, 25, 8)
    )
    exports.export_csv(open_branch(branch.settings.home), branch.settings.home.parent / "out", NOW, SYSTEM)
    yield branch
    branch.store.close()


@pytest.fixture
def out(full: Branch, tmp_path: Path) -> Path:
    return Path(shutil.copytree(full.settings.home.parent / "out", tmp_path / "out"))


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Branch]:
    made = create(tmp_path / "new", NOW)
    yield made
    made.store.close()


def differing(left: Branch, right: Branch) -> list[tuple[str, Any]]:
    """What two branches do not have in common, by table: every row, deleted ones too, every field, every unread cell."""
    mine, theirs = left.book(), right.book()
    assert mine.tables == theirs.tables
    found: list[tuple[str, Any]] = []
    for key, frame in mine.frames.items():
        ours, others = (one.astype("object").where(one.notna(), None) for one in (frame, theirs.frames[key]))
        if not ours.equals(others):
            found.append((key, pd.concat([ours, others]).drop_duplicates(keep=False).to_dict("records")[:4]))
    cells = [sorted((i.table, i.row, i.column, i.code, i.raw, str(i.good), str(i.since)) for i in one.issues) for one in (mine, theirs)]
    return [*found, *([("issues", cells)] if cells[0] != cells[1] else [])]


def test_every_table_comes_into_an_empty_branch_equal_in_every_field(full: Branch, out: Path, empty: Branch) -> None:
    empty.look(NOW)
    version = empty.store.version()
    told = exchange.import_folder(empty, out, NOW, SYSTEM, dry_run=True)
    assert (told["as"], empty.store.version()) == ("facts", version)
    done = exchange.import_folder(empty, out, NOW, SYSTEM)
    assert {**told, "dry_run": False} == done
    assert differing(full, empty) == []
    assert len(full.book().frames["visits"]) > 50
    assert empty.store.verify() == []
    assert maintenance.since_restore(empty) == NOW, "mails wait: what was told since the export stands nowhere"


def test_a_second_time_nothing_changes_and_nothing_is_in_conflict(full: Branch, out: Path, empty: Branch) -> None:
    exchange.import_folder(empty, out, NOW, SYSTEM)
    version = empty.store.version()
    for branch in (empty, full):
        again = exchange.import_folder(branch, out, NOW, SYSTEM)
        odd = {key: one["rejected"] or one for key, one in again["tables"].items() if one["read"] != one["unchanged"]}
        assert (again["as"], odd) == ("files", {})
    assert empty.store.version() == version
    assert differing(full, empty) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_workbook_comes_back_unchanged_in_every_table(full: Branch, tmp_path: Path, lang: Any) -> None:
    file = tmp_path / "台账.xlsx"
    done = exports.export_book(full, file, NOW, SYSTEM, labels=lang)
    version = full.store.version()
    odd = {}
    for key, rows in done["tables"].items():
        if key not in exchange.TOLD:
            back = exchange.import_file(full, key, file, NOW, SYSTEM)
            if (back["read"], back["unchanged"]) != (rows, rows):
                odd[key] = back["rejected"][:3] or back["issues"][:3] or (rows, back["read"], back["unchanged"], back["changed"])
    assert odd == {}
    assert full.store.version() == version
    assert len(done["tables"]) > 40


def test_it_goes_out_again_as_the_same_files(out: Path, empty: Branch, tmp_path: Path) -> None:
    exchange.import_folder(empty, out, NOW, SYSTEM)
    exports.export_csv(empty, tmp_path / "again", NOW, SYSTEM)
    for file in sorted(out.glob("*.csv")):
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes(), file.name


def test_a_changed_file_is_not_taken_into_an_empty_branch(out: Path, empty: Branch) -> None:
    file = out / "visits.csv"
    file.write_bytes(file.read_bytes() + b"\r\n")
    version = empty.store.version()
    with pytest.raises(workbook.NotWhole) as caught:
        exchange.import_folder(empty, out, NOW, SYSTEM)
    assert caught.value.code == "exchange.note_differs"
    assert "visits.csv" in caught.value.say("zh")
    assert empty.store.version() == version


def test_the_first_administrator_stays_and_gives_nobody_else_their_password(full: Branch, out: Path, empty: Branch) -> None:
    manager = full.book().frame("staff").query("role == 'customer_manager'")["id"].iloc[0]
    for staff in ("A9", str(manager)):
        home = empty.settings.home.parent / staff
        branch = create(home, NOW)
        branch.store.write([Edit("staff", staff, None, {"name": "朱红", "role": "admin", "status": "active"})], "system", "portal", NOW)
        if staff == "A9":
            assert exchange.import_folder(branch, out, NOW, SYSTEM)["as"] == "facts"
            assert len(branch.book().frame("staff")) == len(full.book().frame("staff")) + 1
        else:
            with pytest.raises(exchange.NotTaken) as caught:
                exchange.import_folder(branch, out, NOW, SYSTEM)
            assert caught.value.code == "exchange.other_person"
        branch.store.close()


def test_a_later_edit_of_a_file_from_the_old_place_is_merged_by_its_revision(out: Path, empty: Branch) -> None:
    exchange.import_folder(empty, out, NOW, SYSTEM)
    row = str(empty.book().frame("customers")["id"].iloc[0])
    file = out / "customers.csv"
    was = (empty.store.row("customers", row) or {})["short_name"]
    file.write_text(file.read_text("utf-8").replace(f'"{was}"', '"新简称"', 1), "utf-8")
    empty.store.write([Edit("customers", row, empty.store.row("customers", row), {"address": "新路2号"})], "1001", "portal", NOW)
    done = exchange.import_file(empty, "customers", file, NOW, SYSTEM)
    assert (done["changed"], done["conflicts"]) == (1, 0)
    kept = empty.store.row("customers", row) or {}
    assert (kept["short_name"], kept["address"]) == ("新简称", "新路2号")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_headings_in_words_come_in_as_facts_too(full: Branch, empty: Branch, tmp_path: Path, lang: Any) -> None:
    exports.export_csv(open_branch(full.settings.home), tmp_path / lang, NOW, SYSTEM, labels=lang)
    assert exchange.import_folder(empty, tmp_path / lang, NOW, SYSTEM)["as"] == "facts"
    assert differing(full, empty) == []
