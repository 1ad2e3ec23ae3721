"""A review as a .docx: A4, everything that was written, amounts in 万元, and a dash wherever nothing is known."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from branch import access, review_desk, review_papers
from branch.branch import Branch
from branch.exchange import NotTaken
from branch.people import Actor
from branch.review_periods import named
from documents.review import NOTHING, Grid, Paper, Part, review
from sheets.schema import Edit
from tests.branch.rooms import who
from tests.small import NAUGHTY, small
from texts import LANGS, Lang

WAN = 1_000_000
NOW = datetime(2026, 11, 23, 9, 0)
WORDS = {"summary": "存款回升，两户授信上报", "shortcomings": "上门偏少", "next_plan": "每周一排访"}


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    """CM1's review of October: written, discussed, with one measure; and CM2's, of which nothing is written."""
    opened = small(tmp_path_factory.mktemp("review") / "home", NOW)
    october = named("2026-10")
    assert october is not None

    def write(*edits: Edit) -> None:
        opened.store.write(list(edits), "system", "terminal", NOW)

    account = {"nature": "basic", "currency": "CNY", "bank": "ours", "status": "normal", "number": "11"}
    write(Edit("accounts", "A1", None, account | {"customer": "C1", "balance": 123_456_789, "year_avg": 100 * WAN}))
    for staff in ("CM1", "CM2"):
        opened.write(review_desk.begin(opened.look(NOW), who(opened, staff), october), who(opened, staff), "portal", NOW)
    key, first = keys(opened)["CM1"], lines(opened, "CM1")[0]
    talk = {"discussed_on": date(2026, 11, 6), "discussed_with": "BL1", "discussion_mode": "talk", "conclusion": "加大走访",
            "leader_opinion": "同意", "status": "discussed", "written_on": date(2026, 11, 5)}  # fmt: skip
    write(Edit("reviews", key, opened.store.row("reviews", key), WORDS | talk))
    write(Edit("review_lines", first, opened.store.row("review_lines", first), {"feedback": "放款快，满意", "marketing_grade": "good"}))
    write(Edit("measures", "M1", None, {"review": key, "measure": "补访两户", "owner": "CM1", "due_on": date(2026, 11, 20)}))
    yield opened
    opened.store.close()


def keys(branch: Branch) -> dict[str, str]:
    frame = branch.book().frame("reviews")
    return dict(zip(frame["owner"].astype("str"), frame["id"].astype("str"), strict=True))


def lines(branch: Branch, staff: str) -> list[str]:
    frame = branch.book().frame("review_lines")
    return list(frame.loc[frame["review"] == keys(branch)[staff], "id"].astype("str"))


def printed(branch: Branch, staff: str, lang: Lang = "zh", as_: str = "") -> Any:
    actor: Actor = replace(who(branch, as_ or staff), lang=lang)
    return Document(io.BytesIO(review_papers.document(branch, keys(branch)[staff], actor, NOW)))


def cells(document: Any) -> list[str]:
    return [cell.text for table in document.tables for row in table.rows for cell in row.cells]


def text(document: Any) -> str:
    return "\n".join([*(one.text for one in document.paragraphs), *cells(document)])


def pairs(document: Any) -> dict[str, str]:
    """The names of the two tables of pairs at its head, and what stands beside them."""
    found = [cell.text for table in document.tables[:2] for row in table.rows for cell in row.cells]
    return dict(zip(found[::2], found[1::2], strict=True))


def test_it_says_who_what_when_and_every_word_that_was_written(branch: Branch) -> None:
    said = text(printed(branch, "CM1"))
    assert "测试支行 2026年10月营销与服务回顾总结" in said
    for word in (*WORDS.values(), "加大走访", "同意", "放款快，满意", "补访两户", "陈静", "蒋琳", "面谈", "启岚机械", "宏远纺织"):
        assert word in said, word
    for day in ("2026年11月5日", "2026年11月6日", "2026年11月20日"):
        assert day in said, day


def test_amounts_are_in_wan_to_the_hundredth_and_pieces_are_counted(branch: Branch) -> None:
    found = pairs(printed(branch, "CM1"))
    assert found["客户数"] == "3"
    assert (found["存款时点"], found["贷款余额"]) == ("123.46", "2,400.00")
    assert found["较上期"] == NOTHING  # there was no review of September
    assert found["访问次数"] == "3"
    assert "万元" in text(printed(branch, "CM1"))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("staff", ["CM1", "CM2"])
def test_nothing_is_blank_and_nothing_says_none(branch: Branch, staff: str, lang: Lang) -> None:
    document = printed(branch, staff, lang)
    said = text(document)
    for hole in ("None", "nan", "NaT", "<NA>", "{", "screen."):
        assert hole not in said, hole
    assert all(one.strip() for one in cells(document))
    assert all(one.text.strip() for one in document.paragraphs)
    assert NOTHING in said


def test_in_english_days_are_written_as_numbers(branch: Branch) -> None:
    said = text(printed(branch, "CM1", "en"))
    assert "2026-11-06" in said
    assert "Measures" in said
    assert "年" not in said.replace("存款回升，两户授信上报", "")


def test_it_is_a4_and_its_tables_repeat_their_heads(branch: Branch) -> None:
    document = printed(branch, "CM1")
    [section] = document.sections
    assert {round(section.page_width.cm, 1), round(section.page_height.cm, 1)} == {29.7, 21.0}
    assert "w:tblHeader" in document.element.body.xml
    assert "PAGE" in section.footer._element.xml


def test_a_name_full_of_marks_is_printed_as_it_stands(branch: Branch) -> None:
    assert NAUGHTY in text(printed(branch, "CM1"))


def test_the_file_is_called_by_person_and_period(branch: Branch) -> None:
    look = branch.look(NOW)
    found = review_desk.own(look, who(branch, "CM1"), "CM1", named("2026-10") or pytest.fail("none"))
    assert found is not None
    assert review_papers.file_name(look, found, "zh") == "回顾 陈静 2026年10月.docx"
    assert review_papers.file_name(look, found | {"period": "a/b:c"}, "en") == "Review 陈静 abc.docx"


def test_who_sees_the_review_takes_it_out_and_that_is_on_record(branch: Branch) -> None:
    for staff in ("CM1", "TL1", "BL1"):
        assert "补访两户" in text(printed(branch, "CM1", as_=staff))
    history = branch.store.history("*access")
    assert f"reviews/{keys(branch)['CM1']}" in set(history.loc[history["column"] == "export", "new"])
    for staff in ("CM2", "CR1", "ADM"):
        with pytest.raises(access.Unknown):
            printed(branch, "CM1", as_=staff)
    with pytest.raises(NotTaken):  # a president reads, and takes nothing out
        printed(branch, "CM1", as_="VW1")


def test_a_customer_who_was_handed_over_is_counted_and_not_named(branch: Branch, tmp_path: Path) -> None:
    there = branch.store.row("customers", "C1")
    branch.store.write([Edit("customers", "C1", there, {"owner": "CM2"})], "system", "terminal", NOW)
    said = text(printed(branch, "CM1"))
    branch.store.write([Edit("customers", "C1", branch.store.row("customers", "C1"), {"owner": "CM1"})], "system", "terminal", NOW)
    assert "启岚机械" not in said
    assert "另有 1 户已移交他人" in said


def test_blank_words_and_marks_that_no_document_holds_are_a_dash_or_nothing() -> None:
    made = review(
        Paper("回顾\x00", (("客户经理", ""),), (Part("不足", words=" "), Part("表", grid=Grid(("甲", "乙"), (("", "\x07好"),), (1, 1)))))
    )
    document = Document(io.BytesIO(made))
    assert [one.text for one in document.paragraphs if one.text] == ["回顾", "不足", NOTHING, "表"]
    assert cells(document) == ["客户经理", NOTHING, "甲", "乙", NOTHING, "好"]
