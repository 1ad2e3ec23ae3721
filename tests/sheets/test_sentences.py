"""Every code has a sentence in both languages that says what, why and how to mend it (UI145)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from sheets.cells import read
from sheets.schema import Column, Issue, Kind
from sheets.sentences import sentence, shorten, with_place
from sheets.tables import TABLES
from texts import Lang, words

ROOT = Path(__file__).parents[2]
FILES = [
    *(ROOT / "sheets" / "cells").glob("*.py"), *(ROOT / "sheets" / "files").rglob("*.py"),
    *(ROOT / "sheets" / "dictionary").glob("*.py"), ROOT / "branch" / "exchange.py",
    ROOT / "sheets" / "store" / "oddities.py",
]  # fmt: skip
_CODE = re.compile(
    r"(?:text|date|number|monthday|money|percent|integer|yesno|choices?|ref|staff|uscc|account|phone|email|file|row|header|column"
    r"|duplicate|merged|name|wide|dictionary|unit|id|line|digits|formula|missing|conflict|around|record|as_of|cell|format|sheet|template)(?:_[a-z_]+)?"
)
# Words of the code that look like codes: kinds, keys of columns and tables, names of other things.
_OTHER = {"text", "date", "money", "percent", "integer", "choice", "choices", "ref", "staff", "uscc", "account", "phone", "email", "file",
          "row", "name", "id", "column", "number", "monthday", "yesno", "dictionary", "unit", "line", "date_", "number_", "staff_unknown",
          "cell", "sheet", "template"}  # fmt: skip
_VALUES = ("first", "places", "id", "theirs", "base", "rows", "other", "reason", "line", "found", "expected", "most", "median", "usual", "ours", "unit", "place",
           "currency", "day", "naming", "shown", "count", "kept", "over", "formula", "heads", "column", "times", "came", "went", "new", "version", "left", "right")  # fmt: skip


def codes() -> set[str]:
    """Every text in the sources that is written like a code and has, or should have, a sentence."""
    found = {f"{p}_{w}" for p in ("ref", "staff") for w in ("unknown", "ambiguous")}
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CODE.fullmatch(node.value):
                found.add(node.value)
    keys = {c.key for t in TABLES.values() for c in t.columns} | set(TABLES)
    return {code for code in found if code not in _OTHER and code not in keys}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_code_has_a_sentence_and_every_sentence_a_code(lang: Lang) -> None:
    known = {key.removeprefix("issue.") for key in words(lang) if key.startswith("issue.")}
    assert codes() - known == set()
    assert known - codes() - {"staff_unknown"} == set()


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_sentence_can_be_said_of_any_cell(code: str) -> None:
    values = dict.fromkeys(_VALUES, "甲")
    for raw in ("", "2026-02-30", "9999999999", "乱{码}", "\u202e", "0.05"):
        issue = Issue("customers", "KH1", "founded_on", "F27", code, raw, values=values)
        for lang in ("zh", "en"):
            said = with_place(issue, TABLES, lang)
            assert said.startswith("客户档案!F27 " if lang == "zh" else "Customer files!F27 ")
            assert said.strip().endswith(("。", ".", "甲", "）", ")"))
            assert "\u202e" not in said


def say(kind: Kind, cell: str, lang: Lang = "zh") -> str:
    column = Column("founded_on", "评级到期日", "Expires on", kind, unit="%" if kind == "percent" else "")
    found = read(column, cell)
    return sentence(Issue("ratings", "R1", "expires_on", "F27", found.code, found.raw), TABLES, lang)


@pytest.mark.parametrize(
    ("kind", "cell", "part"),
    [
        ("date", "2026-02-30", "「2026-02-30」不是有效日期：2026年2月没有30日。请改为 2026-02-28 之类。"),
        ("date", "2026年4月31日", "2026年4月没有31日。请改为 2026-04-30"),
        ("date", "20260431", "请改为 2026-04-30"),
        ("date", "2026-13-05", "没有13月。请改为 2026-01-05"),
        ("date", "2026年2月", "例如 2026-02-28"),
        ("date", "3/5/2026", "2026-03-05 / 2026-05-03"),
        ("date", "13/5/2026", "2026-05-13）"),
        ("date", "46086", "2026-03-05"),
        ("date", "2026年3月5日星期五", "2026-03-05"),
        ("percent", "0.05", "可能是 5%，也可能是 0.05%"),
        ("uscc", "91990000DEM100015A", "应为 T，这里是 A"),
        ("uscc", "91990000DEM100015", "有 17 位"),
        ("uscc", "91990000DEMO00015T", "「O」"),
        ("text", "ÔÆÀ½»úÐµ", "云澜机械"),
    ],
)
def test_a_sentence_says_what_why_and_how(kind: Kind, cell: str, part: str) -> None:
    assert part in say(kind, cell)
    assert say(kind, cell, "en")


def test_the_place_stands_before_the_sentence() -> None:
    issue = Issue("customers", "KH1", "founded_on", "F27", "date_no_such_day", "2026-02-30")
    assert with_place(issue, TABLES, "zh", "客户台账").startswith("客户台账!F27 「2026-02-30」不是有效日期")


def test_choices_are_named_up_to_a_dozen() -> None:
    few = sentence(Issue("ratings", "R1", "authority", "E2", "choice_unknown", "支行"), TABLES, "zh")
    assert few == "「支行」不在「审批权限」的选项中。可选：总行、区分行、二级分行。"
    assert "…" in sentence(Issue("ratings", "R1", "grade", "E2", "choice_unknown", "好"), TABLES, "zh")


def test_a_code_of_another_room_carries_its_section() -> None:
    assert sentence(Issue("rules", "R25", "lead", "R25.lead", "exchange.empty", ""), TABLES, "zh").startswith("文件里没有内容")


def test_long_and_hidden_signs_are_not_shown() -> None:
    assert shorten("a\u202eb\nc" + "长" * 100) == "a b c" + "长" * 34 + "…"
