"""A file with damaged lines: they are refused and kept, the others are saved, and the import ends as one with refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from branch.exchange import import_file, refused
from sheets.files import out
from tests.branch.exchanging import NOW, Small, Someone, codes, counts, taker

HEAD = "客户编号,客户名称,客户等级,成立日期\n"
DAMAGED = 'KH1,云澜,机械,重点,2026-03-05\nKH2,望川,重点,2026-03-05\nKH3,"朗禾"商贸,重点,2026-03-05\nKH4,启岚\n'


@pytest.fixture
def branch(tmp_path: Path) -> Small:
    return Small(tmp_path)


@pytest.fixture
def take(branch: Small, tmp_path: Path) -> Any:
    return taker(branch, tmp_path)


@pytest.mark.parametrize("dry_run", [True, False])
def test_damaged_lines_are_refused_and_the_others_taken(branch: Small, take: Any, dry_run: bool) -> None:
    result = take("customers", HEAD + DAMAGED, dry_run=dry_run)
    assert counts(result) == (4, 1, 0, 0, 0, 3)
    assert refused(result)
    assert [code for code in codes(result) if code[1].startswith("line_")] == [
        ("A2", "line_longer"),
        ("A4", "line_quotes"),
        ("A5", "line_shorter"),
    ]
    assert result["rejected"][0]["cells"] == {"整行原文": "KH1,云澜,机械,重点,2026-03-05"}
    assert "文件第 2 行有 5 格，表头只有 4 格" in result["rejected"][0]["reasons"][0]
    assert branch.store.version() == (0 if dry_run else 1)


def test_damaged_lines_brought_again_as_they_were_handed_back_are_refused_again(branch: Small, tmp_path: Path, take: Any) -> None:
    bad_row = "KH5,,重点,2026-03-05\n,无名,重点,2026-03-05\n"
    result = take("customers", HEAD + bad_row + DAMAGED)
    before = branch.store.version()
    path = tmp_path / "退回.csv"
    path.write_bytes(out.rejected([*result["rejected"], {"cells": dict.fromkeys(HEAD.strip().split(","), ""), "reasons": []}], "zh"))
    again = import_file(branch, "customers", path, NOW, Someone())
    assert counts(again) == (4, 0, 0, 0, 0, 4)
    assert {code for _, code in codes(again)} >= {"line_unheaded", "record_nameless"}
    assert branch.store.version() == before


def test_a_broken_character_keeps_its_row_out_and_the_others_come_in(branch: Small, tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    text = "客户编号,客户名称,客户简称\r\nKH1,云澜三号有限公司,云澜三\r\nKH2,云澜四号有限公司,云澜四\r\n".encode()
    path.write_bytes(text.replace("云澜三\r".encode(), "云澜三".encode()[:-1] + b"\r"))
    result = import_file(branch, "customers", path, NOW, Someone())
    assert counts(result) == (2, 1, 0, 0, 0, 1)
    assert ("C2", "line_bytes") in codes(result)
    assert branch.store.row("customers", "KH1") is None
    kept = branch.store.row("customers", "KH2")
    assert kept is not None
    assert kept["short_name"] == "云澜四"


def test_ids_wrapped_as_formulas_are_stored_as_their_digits(branch: Small, take: Any) -> None:
    take("customers", '客户编号,客户名称,成立日期\n="00123",煦禾测试有限公司,="2026-01-05"\n"=""00124""",望川,\n')
    assert branch.store.row("customers", "00123") is not None
    assert branch.store.row("customers", "00124") is not None
