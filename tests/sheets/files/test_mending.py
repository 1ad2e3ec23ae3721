"""What a person decides about a sheet is worked into its cells, and each cell keeps its address."""

from __future__ import annotations

import pytest

from sheets.files import csvfile, mending, reading
from sheets.files.mending import IGNORED, Decisions
from sheets.tables import TABLES

LOANS = TABLES["loans"]


def read(text: str, made: Decisions, table: str = "loans") -> reading.Sheet:
    lay = mending.lay(TABLES[table], csvfile.grid(text.encode()), TABLES, made.header)
    return reading.read(
        TABLES[table], mending.worked_in(lay, TABLES[table], TABLES, made), TABLES, None, extra=mending.names(TABLES[table], TABLES)
    )


@pytest.mark.parametrize("table", ["customers", "loans", "visits", "balances", "opportunities"])
def test_every_column_that_can_be_chosen_is_understood_under_the_word_that_is_put_there(table: str) -> None:
    targets = [target for target in mending.columns(TABLES[table], TABLES) if target[1] != "rev"]
    for target in targets:
        lay = mending.lay(TABLES[table], [["id", "甲乙丙"], ["X1", "y"]], TABLES, 0)
        grid = mending.worked_in(lay, TABLES[table], TABLES, Decisions(columns={1: target}))
        again = mending.lay(TABLES[table], grid, TABLES, 0)
        assert again.header is not None
        found = [h.target for h in again.header.headings]
        assert target in found or target == (table, "id"), target


def test_a_column_that_is_not_to_be_read_takes_nothing_with_it() -> None:
    sheet = read("借据号,放款余额,复核期限\nJ1,80,2027-01-01\n", Decisions(columns={1: ("loans", "balance"), 2: IGNORED}))
    assert sheet.doubts == ()
    assert [dict(line.cells) for line in sheet.lines] == [{("loans", "id"): "J1", ("loans", "balance"): 8_000_000 * 10}]


def test_a_line_with_a_cell_too_few_stays_damaged_when_its_last_column_is_left_out() -> None:
    sheet = read("借据编号,余额,复核期限\nJ1,80\nJ2,90,2027-01-01\n", Decisions(columns={2: IGNORED}))
    assert [issue.code for _, issue in sheet.damaged] == ["line_shorter"]
    assert [line.row for line in sheet.lines] == [2]


def test_a_unit_that_is_confirmed_holds_against_what_stands_around() -> None:
    text = "单位：万元,,\n借据编号,余额(元)\nJ1,800000\n"
    assert [doubt.code for doubt in read(text, Decisions()).doubts] == ["around_units"]
    sheet = read(text, Decisions(units={1: "元"}, silent=frozenset({"A1"})))
    assert sheet.doubts == ()
    assert sheet.lines[0].cells["loans", "balance"] == 80_000_000


def test_a_foreign_unit_in_a_heading_is_not_lost_when_its_column_is_chosen() -> None:
    sheet = read("借据编号,欠款(万美元)\nJ1,800\n", Decisions(columns={1: ("loans", "balance")}))
    assert ("loans", "balance") not in sheet.where
    assert [issue.code for issue in sheet.issues if not issue.warning] == ["header_unit"]


def test_words_get_their_meaning_in_their_own_column_only() -> None:
    made = Decisions(values={(1, "好"): "normal"}, rows=frozenset({3}))
    sheet = read("借据编号,五级分类,备注\nJ1,好,好\nJ2,坏,好\nJ3,好,x\n", made)
    assert sheet.lines[0].cells["loans", "risk_class"] == "normal"
    assert sheet.lines[0].cells["loans", "note"] == "好"
    assert [line.row for line in sheet.lines] == [1, 2]
