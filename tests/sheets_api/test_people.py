"""What people do to a spreadsheet, and where columns, rows, marks and looks go when they do it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sheets_api import Refused, SheetsApi
from tests.sheets_api.asking import Asking
from tests.sheets_api.book import Book
from tests.sheets_api.test_requests import marks, note, span


def column(book: Book, letter: str = "A") -> list[Any]:
    """The values of a column below the heading, down to the last row."""
    return [book.cell("客户", f"{letter}{row}") for row in range(2, len(book.cells("客户")) + 1)]


def test_sorting_moves_whole_rows_with_their_looks(book: Book) -> None:
    book.annotate("客户", "C2", "三")
    book.paste("客户", "A5", [["c4", "丁", ""], ["c5", "戊", "文"], ["c6", "己", "TRUE"]])
    book.sort("客户", "C")
    assert column(book) == ["c2", "c3", "c1", "c5", "c6", "c4"]  # numbers, texts, yes and no, empty ones last
    assert (book.note("客户", "C4"), book.cells("客户")[0]) == ("三", ["编号", "名称", "余额"])
    book.sort("客户", "C", descending=True)
    assert column(book) == ["c6", "c5", "c1", "c3", "c2", "c4"]


def test_what_cells_have_beside_their_values(book: Book) -> None:
    book.annotate("客户", "B2", "记")
    book.style("客户", "A1:B1", textFormat={"bold": True})
    book.validate("客户", "C3", {"condition": {"type": "NOT_BLANK"}})
    assert (book.notes("客户"), book.formats("客户")) == ({"B2": "记"}, {one: {"textFormat": {"bold": True}} for one in ("A1", "B1")})
    assert book.validations("客户") == {"C3": {"condition": {"type": "NOT_BLANK"}}}


def test_sorting_some_columns_tears_rows_apart(book: Book) -> None:
    book.sort("客户", "C", columns="B:C")
    assert book.cells("客户")[1:] == [["c1", "乙", 1], ["c2", "丙", 2], ["c3", "甲", 3]]


def test_sorting_from_the_first_row_takes_the_heading_along(book: Book) -> None:
    book.sort("客户", "C", from_row=1)
    assert book.cells("客户")[3] == ["编号", "名称", "余额"]


def test_rows_are_inserted_deleted_copied_cut_and_moved(book: Book) -> None:
    book.insert_rows("客户", 2, 2)
    assert column(book) == ["", "", "c1", "c2", "c3"]
    book.delete_rows("客户", 2, 2)
    book.copy_row("客户", 2, above=2)
    assert column(book) == ["c1", "c1", "c2", "c3"]
    book.copy_row("客户", 4, below=2)
    assert column(book) == ["c1", "c2", "c1", "c2", "c3"]
    book.cut_paste_row("客户", 2)
    assert column(book) == ["", "c2", "c1", "c2", "c3", "c1"]
    book.move_row("客户", 7, before=2)
    assert column(book) == ["c1", "", "c2", "c1", "c2", "c3"]


def test_marks_of_columns_go_where_their_columns_go(book: Book, ask: Asking) -> None:
    marks(ask, 0, 1, 2)
    book.insert_column("客户", "B", "备注")
    assert book.columns_marked("客户", "huce.col") == {"c0": "A", "c1": "C", "c2": "D"}
    book.move_column("客户", "D", before="A")
    assert book.columns_marked("客户", "huce.col") == {"c2": "A", "c0": "B", "c1": "D"}
    book.rename_header("客户", "A", "结余")
    book.sort("客户", "B")
    book.rename_tab("客户", "对公客户")
    assert book.columns_marked("对公客户", "huce.col") == {"c2": "A", "c0": "B", "c1": "D"}
    book.delete_column("对公客户", "B")
    assert book.columns_marked("对公客户", "huce.col") == {"c2": "A", "c1": "C"}
    assert book.cells("对公客户")[0] == ["结余", "备注", "名称"]


@pytest.mark.parametrize("follows", [False, True])
def test_marks_of_rows_follow_inserts_and_stay_at_a_sort(api: SheetsApi, book: Book, ask: Asking, follows: bool) -> None:
    api.row_metadata_follows_sort = follows
    ask.batch(note("huce.row", "c1", dimensionRange=span(1, 2, "ROWS")))

    def row() -> int:
        found: int = book.metadata("客户")[0]["location"]["dimensionRange"]["startIndex"]
        return found

    book.insert_rows("客户", 1)
    assert row() == 2
    book.sort("客户", "C", from_row=3)
    assert row() == (4 if follows else 2)
    book.cut_paste_row("客户", row() + 1)
    assert row() == (4 if follows else 2)
    book.delete_rows("客户", row() + 1)
    assert book.metadata() == []


@pytest.mark.parametrize("copies", [False, True])
def test_a_copied_tab_has_the_cells_and_perhaps_the_marks(api: SheetsApi, book: Book, ask: Asking, copies: bool) -> None:
    api.copies_metadata = copies
    marks(ask, 0)
    book.protect("客户", "A1:C1", warning=True)
    assert book.copy_tab("客户") == "客户的副本"
    assert book.tabs == ["客户", "客户的副本"]
    assert book.cells("客户的副本") == book.cells("客户")
    assert book.columns_marked("客户的副本", "huce.col") == ({"c0": "A"} if copies else {})
    assert book.protections("客户的副本")[0].area.sheet == book.sheet_id("客户的副本") != 0
    book.rename_tab("客户", "旧")
    book.rename_tab("客户的副本", "客户")
    book.delete_tab("旧")
    assert book.tabs == ["客户"]


ACTS: list[tuple[str, Callable[[Book], object]]] = [
    ("type", lambda book: book.type("客户", "A1", "x")),
    ("clear", lambda book: book.clear("客户", "A1:B2")),
    ("paste", lambda book: book.paste("客户", "A1", [["x"]])),
    ("sort", lambda book: book.sort("客户", "C", from_row=1)),
    ("delete row", lambda book: book.delete_rows("客户", 1)),
    ("insert column", lambda book: book.insert_column("客户", "B")),
    ("move column", lambda book: book.move_column("客户", "B", "A")),
    ("delete column", lambda book: book.delete_column("客户", "B")),
    ("rename header", lambda book: book.rename_header("客户", "B", "x")),
    ("cut row", lambda book: book.cut_paste_row("客户", 1)),
    ("delete tab", lambda book: book.delete_tab("客户")),
]


@pytest.mark.parametrize("act", [pytest.param(act, id=name) for name, act in ACTS])
@pytest.mark.parametrize("warning", [False, True])
def test_a_protected_heading_keeps_people_out_and_a_warning_does_not(book: Book, act: Callable[[Book], object], warning: bool) -> None:
    book.add_tab("另一")
    book.protect("客户", "A1:C1", warning=warning)
    before = (book.cells("客户"), book.tabs, book.version)
    if warning:
        act(book)
        assert book.version == before[2] + 1
        return
    with pytest.raises(Refused, match="protected cell or object"):
        act(book)
    assert (book.cells("客户"), book.tabs, book.version) == before
    book.sort("客户", "C")
    book.insert_rows("客户", 2)
    assert column(book) == ["", "c2", "c3", "c1"]


def test_what_is_pasted_is_typed_and_the_grid_grows(book: Book) -> None:
    book.paste("客户", "Z999", [["0012", "3%"], [None, "'1"], ["=A1", "TRUE"]])
    assert book.size("客户") == (1001, 27)
    assert [row[25:] for row in book.cells("客户")[998:]] == [[12, 0.03], ["", "1"], ["", True]]
    book.clear("客户", "Z999:AA1001")
    assert len(book.cells("客户")) == 4


def test_tabs_are_hidden_moved_and_added(book: Book) -> None:
    book.add_tab("回访", rows=10, columns=3)
    book.move_tab("回访", 0)
    book.hide_tab("客户")
    assert (book.tabs, book.hidden, book.size("回访")) == (["回访", "客户"], ["客户"], (10, 3))
    with pytest.raises(Refused, match="visible sheets"):
        book.delete_tab("回访")
    with pytest.raises(KeyError):
        book.cells("无")
