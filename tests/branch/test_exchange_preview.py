"""A preview is the import without its last step: same counts, same issues, same rows refused; refused rows are kept as rows."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from branch.branch import Branch
from branch.exchange import refused
from branch.people import SYSTEM
from sheets.files import out
from tests.branch.exchanging import Small, codes, counts, previewed, taker
from tests.branch.rooms import NOW, on_record, who
from texts import LANGS


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return Small(tmp_path)


@pytest.fixture
def take(small: Small, tmp_path: Path) -> Any:
    return taker(small, tmp_path)


def file(folder: Path, text: str) -> Path:
    path = folder / "台账.csv"
    path.write_text(text, "utf-8")
    return path


VISITS = """id,customer,kind,mode,visited_on,participants,minutes
N1,C1,routine,phone,2026-11-20,CM1,谈结算
N2,C1,business,phone,2026-11-20,CM1,谈授信
N3,C5,routine,phone,2026-11-20,CM1,别人的客户
N4,C1,routine,onsite,2026-02-30,CM1,日期写错
N5,C1,routine,onsite,2026-11-21,CM1,上门
N5,C1,routine,phone,2026-11-21,CM1,同号
"""


def test_a_file_with_every_kind_of_fault_is_previewed_as_it_is_taken(branch: Branch, tmp_path: Path) -> None:
    """A business visit by phone, somebody else's customer, a day that is none, an id that stands twice."""
    done = previewed(branch, "visits", file(tmp_path, VISITS), NOW, who(branch, "CM1"))
    assert counts(done) == (6, 2, 0, 0, 0, 4)
    assert done["ledgers"] == {"visits": {"added": 2, "changed": 0}}  # the diary rows of the visits are not the file's
    assert [one["row"] for one in done["rejected"]] == [3, 4, 6, 7]
    assert refused(done)
    assert len(branch.book().frame("diary")) > 0


@pytest.mark.parametrize("staff", ["CM1", "CM2", "TL1", "BL1", "CR1", "ADM", "VW1"])
@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("customers", "id,name,审批权限,评级到期日,授信到期日,存款余额(万元)\nC1,启岚,总行,2027-12-31,2027-01-31,12.5\nC5,别家,省行,2027-02-30,,\nN9,新户,,,,3\n"),
        ("loans", "id,customer,matures_on,notice_on\nJ1,C1,2027-01-31,2026-11-20\nJX,C5,2027-01-31,\n"),
        ("staff", "id,name,role,status,leader\nS1,甲,客户经理,在岗,S2\nS2,乙,团队负责人,在岗,\nS3,丙,客户经理,在岗,无此人\n"),
        ("visits", VISITS),
    ],
)  # fmt: skip
def test_whoever_brings_it_and_whatever_it_is(branch: Branch, tmp_path: Path, staff: str, table: str, text: str) -> None:
    previewed(branch, table, file(tmp_path, text), NOW, who(branch, staff))


def test_an_attempt_on_rows_of_others_is_on_record_whether_tried_or_only_previewed(branch: Branch, tmp_path: Path) -> None:
    previewed(branch, "visits", file(tmp_path, VISITS), NOW, who(branch, "CM1"))
    assert {actor for actor, _ in on_record(branch, "denied")} == {"CM1"}
    assert len(on_record(branch, "denied")) == 2


def test_rows_of_each_ledger_are_counted(take: Any) -> None:
    wide = "客户编号,客户名称,评级到期日,授信到期日,贷款到期日,存款余额(万元)\nKH1,甲公司,2026-12-31,2027-01-31,2026-11-30,1234.5\nKH2,乙公司,2026-12-30,,,8\n"
    new = {"added": 1, "changed": 0}
    first = take("customers", wide)
    assert first["ledgers"] == {"customers": {"added": 2, "changed": 0}, "ratings": {"added": 2, "changed": 0}, "credit_lines": new,
                                "loans": new, "balances": {"added": 2, "changed": 0}}  # fmt: skip
    second = take("customers", wide.replace("2026-12-31", "2027-12-31"))
    assert (second["added"], second["changed"]) == (0, 1)
    assert second["ledgers"] == {"customers": {"added": 0, "changed": 0}, "ratings": {"added": 0, "changed": 1}}


def test_one_loan_number_under_two_customers_is_given_to_neither(small: Small, take: Any) -> None:
    result = take("customers", "id,name,借据号,贷款到期日\nKH1,甲,J1,2027-06-30\nKH2,乙,J1,2027-07-31\n")
    assert counts(result) == (2, 2, 0, 0, 0, 0)
    assert [c for c in codes(result) if c[1] == "wide_unclear"] == [("C2", "wide_unclear"), ("C3", "wide_unclear")]
    assert len(small.book().frame("loans")) == 0


BROKEN = """我的客户,,,
客户编号,客户名称,成立日期,
KH7,=甲,2026年3月5日,额外
KH8,丙,2026-02-30,
KH7,乙,昨天,
"""


def test_a_refused_row_is_kept_as_it_was_typed_with_the_reasons(take: Any) -> None:
    result = take("customers", BROKEN)
    assert counts(result) == (3, 1, 0, 0, 0, 2)
    first, second = result["rejected"]
    assert (first["sheet"], first["row"]) == ("台账", 3)
    assert first["cells"] == {"客户编号": "KH7", "客户名称": "=甲", "成立日期": "2026年3月5日", "(D)": "额外"}
    assert second["cells"] == {"客户编号": "KH7", "客户名称": "乙", "成立日期": "昨天"}
    [reason] = first["reasons"]
    assert "KH7" in reason
    assert "A3、A5" in reason


@pytest.mark.parametrize("rev", ["9", "很久以前", "0"])
def test_a_row_in_conflict_is_kept_too(take: Any, rev: str) -> None:
    """A revision that lies ahead, or cannot be read, says nothing about what its writer saw: nothing is overwritten."""
    take("customers", "id,name,tier\nKH1,甲,重点\n")
    result = take("customers", f"id,name,tier,rev\nKH1,甲,一般,{rev}\n")
    assert counts(result) == (1, 0, 0, 0, 1, 0)
    assert result["rejected"][0]["cells"] == {"id": "KH1", "name": "甲", "tier": "一般", "rev": rev}
    assert "客户等级" in result["rejected"][0]["reasons"][0]


@pytest.mark.parametrize("lang", LANGS)
def test_refused_rows_go_back_as_a_file_and_come_in_again_when_mended(take: Any, lang: Any) -> None:
    """Their own headings, the reason last, no formula; the column of reasons is not read as one of ours."""
    result = take("customers", BROKEN, lang=lang)
    data = out.rejected(result["rejected"], lang)
    head, *rows = csv.reader(data.decode("utf-8-sig").splitlines())
    assert head == ["客户编号", "客户名称", "成立日期", "(D)", {"zh": "原因（未导入）", "en": "Reason (not imported)"}[lang]]
    assert [row[:4] for row in rows] == [["KH7", "'=甲", "2026年3月5日", "额外"], ["KH7", "乙", "昨天", ""]]
    assert all("KH7" in row[4] for row in rows)
    again = take("customers", data, lang=lang)
    assert counts(again) == (2, 0, 0, 0, 0, 2)
    assert out.rejected(again["rejected"], lang).decode("utf-8-sig").splitlines()[0] == data.decode("utf-8-sig").splitlines()[0]
    mended = take("customers", data.decode("utf-8-sig").replace('"KH7","乙","昨天"', '"KH9","乙","2026-03-06"'), lang=lang)
    assert counts(mended) == (2, 2, 0, 0, 0, 0)
    assert {c for _, c in codes(mended, warnings=True) if c == "column_unknown"} <= {"column_unknown"}


def test_no_reason_column_is_taken_for_a_column_of_the_ledger(branch: Branch, tmp_path: Path) -> None:
    """上报 has a column Reason of its own."""
    text = "id,customer,Reason,Reason (not imported)\nOX,C1,大额,坏\n"
    done = previewed(branch, "opportunities", file(tmp_path, text), NOW, SYSTEM)
    assert not [issue for issue in done["issues"] if issue["code"] == "duplicate_header"]
    kept = branch.store.row("opportunities", "OX")
    assert kept is not None
    assert kept["upreport_reason"] == "大额"


@pytest.mark.parametrize("labels", LANGS)
def test_a_file_with_labels_as_headings_comes_back_unchanged(branch: Branch, tmp_path: Path, labels: Any) -> None:
    book = branch.book()
    for key in ("customers", "visits", "loans", "opportunities", "fees", "balances", "payments", "staff", "rules"):
        table = book.tables[key]
        data = out.of_frame(table, book.frame(key), book, labels=labels)
        assert next(csv.reader(data.decode("utf-8-sig").splitlines()))[0] == table.columns[0].label(labels)
        path = tmp_path / f"{key}.csv"
        path.write_bytes(data)
        done = previewed(branch, key, path, NOW, SYSTEM)
        assert (counts(done)[3], refused(done)) == (len(book.frame(key)), False), key
