"""The board as a workbook: what was seen, who took it and why, nothing that runs, nothing for whoever may not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from branch.board import export
from branch.board.export import Sheet
from branch.branch import Branch
from branch.exchange import NotTaken
from tests.branch.rooms import NOW, on_record, who

SEEN = [
    Sheet("履职 [本季]", pd.DataFrame({"客户经理": ["陈静", "合计"], "按期完成": [87.5, np.nan], "逾期": [3.0, 12.0]}), frozenset({"按期完成"})),
    Sheet("=cmd|' /C calc'!A0", pd.DataFrame({"=1+1": ['=HYPERLINK("http://evil.example")', "+86 138"], "日期": pd.to_datetime(["2026-11-26", None])})),
    Sheet("履职 [本季]", pd.DataFrame({"空": pd.Series([], dtype="str")})),
]  # fmt: skip


def book(branch: Branch, staff: str = "TL1", reason: str = "", sheets: Sequence[Sheet] = SEEN) -> bytes:
    return export.workbook(branch, sheets, "截至 2026-11-23 09:00", who(branch, staff), reason, NOW)


def test_each_table_is_a_sheet_with_its_numbers_its_basis_and_who_took_it(branch: Branch) -> None:
    read = CalamineWorkbook.from_filelike(io.BytesIO(book(branch)))
    first, second, third = (read.get_sheet_by_name(name).to_python() for name in read.sheet_names)
    assert first[2:] == [["客户经理", "按期完成", "逾期"], ["陈静", 87.5, 3.0], ["合计", "", 12.0]]
    assert "截至 2026-11-23 09:00" in str(first[0][0])
    assert "冯雪（TL1）" in str(first[1][0])
    assert second[3][0] == '=HYPERLINK("http://evil.example")'
    assert third[2] == ["空"]


def test_what_looks_like_a_formula_or_a_link_is_text(branch: Branch) -> None:
    with zipfile.ZipFile(io.BytesIO(book(branch))) as parts:
        pages = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        names = parts.namelist()
    assert not [page for page in pages if "<f>" in page or "<hyperlink" in page]
    assert not [name for name in names if "externalLink" in name]


def test_a_leader_says_why_and_it_goes_on_record(branch: Branch) -> None:
    with pytest.raises(NotTaken) as refused:
        book(branch, "BL1")
    assert refused.value.code == "access.export_reason"
    assert book(branch, "BL1", "季度例会")
    assert [(who, "季度例会" in told) for who, told in on_record(branch, "export")] == [("BL1", True)]


def test_a_president_takes_nothing_and_the_attempt_is_on_record(branch: Branch) -> None:
    with pytest.raises(NotTaken) as refused:
        book(branch, "VW1", "看看")
    assert refused.value.code == "exchange.no_export"
    assert ("VW1", "export board") in on_record(branch, "denied")
