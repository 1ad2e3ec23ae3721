"""Import and export of csv files: told before it is done, nothing overwritten blindly, nothing twice (HU034, HU047, BK134)."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from branch import exchange
from branch.exchange import NotTaken, import_file, refused
from sheets.files import out
from sheets.files.reading import Unreadable
from sheets.schema import Edit, Unread
from sheets.store import StoreFault
from sheets.tables import TABLES
from tests.branch.exchanging import NOW, TWO, Small, Someone, codes, counts, taker
from tests.sheets.cases import plain_rows


@pytest.fixture
def branch(tmp_path: Path) -> Small:
    return Small(tmp_path)


@pytest.fixture
def take(branch: Small, tmp_path: Path) -> Any:
    return taker(branch, tmp_path)


def test_a_first_import_adds_a_second_does_nothing(branch: Small, take: Any) -> None:
    """HU047."""
    assert counts(take("customers", TWO)) == (2, 2, 0, 0, 0, 0)
    kept = branch.store.row("customers", "KH2")
    assert kept is not None
    assert (kept["tier"], kept["founded_on"], kept["registered_capital"]) == ("normal", date(2021, 4, 6), 200_000_000)
    version = branch.store.version()
    again = take("customers", TWO, name="同一份")
    assert counts(again) == (2, 0, 0, 2, 0, 0)
    assert codes(again) == []
    assert branch.store.version() == version


def test_the_document_has_the_shape_of_the_contract(take: Any) -> None:
    result = take("customers", TWO.replace("2020-03-05", "2026-02-30"), name="客户台账")
    assert {"read", "added", "changed", "unchanged", "conflicts", "issues"} <= set(result)
    [issue] = [i for i in result["issues"] if not i["warning"]]
    assert {"sheet", "cell", "column", "value", "code", "message"} <= set(issue)
    assert (issue["sheet"], issue["cell"], issue["column"], issue["value"]) == ("客户台账", "E2", "founded_on", "2026-02-30")
    assert issue["message"] == "客户台账!E2 「2026-02-30」不是有效日期：2026年2月没有30日。请改为 2026-02-28 之类。"
    assert not refused(result)


def test_a_dry_run_tells_all_and_writes_nothing(branch: Small, take: Any) -> None:
    assert counts(take("customers", TWO, dry_run=True)) == (2, 2, 0, 0, 0, 0)
    assert branch.store.version() == 0


def test_tables_are_known_by_label_too_and_others_are_named(branch: Small, take: Any) -> None:
    assert take("客户台账", TWO)["table"] == "customers"
    with pytest.raises(NotTaken, match="ratings"):
        take("customer_list", TWO)


def test_one_bad_date_among_500_rows_costs_only_itself(branch: Small, take: Any) -> None:
    """HU034."""
    text = "客户编号,客户名称,成立日期\n" + "".join(f"KH{n},名{n},2026-0{2 if n == 250 else 3}-30\n" for n in range(500))
    result = take("customers", text)
    assert counts(result)[:2] == (500, 500)
    assert codes(result) == [("C252", "date_no_such_day")]
    frame = branch.book().frame("customers")
    assert frame["founded_on"].notna().sum() == 499
    kept = branch.store.row("customers", "KH250")
    assert kept is not None
    assert kept["founded_on"] == Unread("2026-02-30", "date_no_such_day")


def test_an_unreadable_cell_keeps_the_last_good_value_and_mends_itself(branch: Small, take: Any) -> None:
    take("customers", "id,name,founded_on\nKH1,云澜,2026-02-27\n")
    bad = take("customers", "id,founded_on\nKH1,2026-02-30\n")
    assert counts(bad) == (1, 0, 1, 0, 0, 0)
    [issue] = branch.book().issues
    assert (issue.raw, issue.good) == ("2026-02-30", date(2026, 2, 27))
    assert counts(take("customers", "id,founded_on\nKH1,2026-02-30\n")) == (1, 0, 0, 1, 0, 0)
    assert counts(take("customers", "id,founded_on\nKH1,2026-02-28\n")) == (1, 0, 1, 0, 0, 0)
    assert branch.book().issues == []


def test_blank_cells_and_absent_columns_leave_things_as_they_are(branch: Small, take: Any) -> None:
    take("customers", TWO)
    assert counts(take("customers", "id,name,tier,house_bank\nKH1,云澜新名,,望川银行\n")) == (1, 0, 1, 0, 0, 0)
    kept = branch.store.row("customers", "KH1")
    assert kept is not None
    assert (kept["name"], kept["tier"], kept["house_bank"], kept["founded_on"]) == ("云澜新名", "key", "望川银行", date(2020, 3, 5))


def test_blanks_clear_when_asked(branch: Small, take: Any) -> None:
    take("customers", TWO)
    assert counts(take("customers", "id,name,tier,house_bank\nKH1,云澜新名,,\n", blanks="clear")) == (1, 0, 1, 0, 0, 0)
    kept = branch.store.row("customers", "KH1")
    assert kept is not None
    assert (kept["tier"], kept["founded_on"]) == (None, date(2020, 3, 5))
    with pytest.raises(NotTaken):
        take("customers", TWO, blanks="maybe")


def test_what_must_be_there_and_is_not_is_told(take: Any) -> None:
    """An empty cell of a required date: a row is taken, never in silence (DT114)."""
    result = take("ratings", "评级编号,客户,评级到期日,信用等级\nR1,KH1,,AA\n")
    assert ("C2", "missing") in codes(result)
    assert {i["column"] for i in result["issues"] if i["code"] == "column_missing"} == {"model", "effective_on", "authority"}
    assert result["added"] == 1


def test_an_id_that_stands_twice_is_refused_in_both_places(branch: Small, take: Any) -> None:
    """ID071, GS030."""
    result = take("customers", "客户编号,客户名称\nKH7,甲\nKH8,丙\nKH7,乙\n")
    assert counts(result) == (3, 1, 0, 0, 0, 2)
    assert codes(result) == [("A2", "duplicate_id"), ("A4", "duplicate_id")]
    assert "A2、A4" in result["issues"][0]["message"]
    assert refused(result)
    assert branch.store.row("customers", "KH7") is None


def test_customers_without_id_are_known_by_code_or_name(branch: Small, take: Any) -> None:
    take("customers", TWO)
    result = take(
        "customers",
        "统一社会信用代码,客户名称,主办行\n91990000dem000006a,改了名的云澜,甲行\n,望川禾砚商贸有限公司,乙行\n,新来的公司,丙行\n",
    )
    assert counts(result) == (3, 1, 2, 0, 0, 0)
    names = {str(r["id"]): str(r["name"]) for r in branch.book().frame("customers").to_dict("records")}
    assert names["KH1"] == "改了名的云澜"
    assert len(names) == 3
    again = take(
        "customers",
        "统一社会信用代码,客户名称,主办行\n91990000dem000006a,改了名的云澜,甲行\n,望川禾砚商贸有限公司,乙行\n,新来的公司,丙行\n",
    )
    assert counts(again) == (3, 0, 0, 3, 0, 0)


def test_a_code_under_another_id_is_asked_about_and_overwrites_nothing(branch: Small, take: Any) -> None:
    """AppSheet overwrites; we do not."""
    take("customers", TWO)
    result = take("customers", "id,name,uscc\nKH9,另一家,91990000DEM000006A\nKH8,好的,91990000DEM0000220\n")
    assert counts(result) == (2, 1, 0, 0, 0, 1)
    assert codes(result) == [("C2", "uscc_taken")]
    assert "KH1" in result["issues"][0]["message"]
    twice = take("customers", "id,name,uscc\nK1,一,52990000DEM0000221\nK2,二,52990000DEM0000221\n")
    assert [c for _, c in codes(twice) if c == "uscc_twice"] == ["uscc_twice", "uscc_twice"]
    assert counts(twice)[-1] == 2


def test_two_customers_may_swap_their_codes_in_one_file(branch: Small, take: Any) -> None:
    take("customers", TWO)
    swapped = "id,uscc\nKH1,91990000DEM0000145\nKH2,91990000DEM000006A\n"
    assert counts(take("customers", swapped)) == (2, 0, 2, 0, 0, 0)


def test_a_name_with_another_code_is_not_merged(take: Any) -> None:
    take("customers", TWO)
    result = take("customers", "客户名称,统一社会信用代码\n云澜启岚机械有限公司,91990000DEM0000220\n")
    assert counts(result) == (1, 0, 0, 0, 0, 1)
    assert codes(result) == [("B2", "name_uscc_differs")]


def test_two_customers_of_one_name_are_never_guessed(take: Any) -> None:
    first = take("customers", "id,name\nKH1,云澜机械（集团）\nKH2,云澜机械(集团)\n")
    assert codes(first, warnings=True)[0] == ("B3", "name_taken")
    result = take("customers", "客户名称,主办行\n云澜机械　(集团),甲行\n")
    assert codes(result) == [("A2", "name_ambiguous")]
    assert counts(result)[-1] == 1


def test_other_rows_without_id_are_found_again_by_what_they_say(branch: Small, take: Any) -> None:
    """Even when the customer they name arrives only later."""
    text = "客户,访问类型,访问方式,访问日期,我方参加人员\n云澜,常规,上门,2026-11-20,王云\n云澜,常规,电话,2026-11-21,王云\n云澜,常规,电话,2026-11-21,王云\n"
    first = take("visits", text)
    assert counts(first) == (3, 2, 0, 1, 0, 0)
    assert ("A2", "ref_unknown") in codes(first)
    assert ("A4", "row_repeated") in codes(first, warnings=True)
    take("customers", "id,name\nKH1,云澜\n")
    take("staff", "id,name,role,status\n1001,王云,客户经理,在岗\n")
    healed = branch.book().frame("visits")
    assert set(healed["customer"]) == {"KH1"}
    assert set(healed["participants"]) == {"1001"}
    assert branch.book().issues == []
    again = take("visits", text)
    assert counts(again) == (3, 0, 0, 3, 0, 0)


def test_a_cell_merged_with_the_one_above_inherits_nothing(take: Any) -> None:
    result = take("customers", "客户编号,客户名称,成立日期\nKH1,甲,2026-06-30\n,,2026-09-30\n")
    assert counts(result) == (2, 1, 0, 0, 0, 1)
    assert codes(result) == [("B3", "merged_cells")]  # the name
    ratings = take("ratings", "客户,评级到期日\nKH1,2026-06-30\n,2026-09-30\n")
    assert [c for c in codes(ratings) if c[1] == "merged_cells"] == [("A3", "merged_cells")]


def test_broken_text_is_not_kept_the_rest_of_the_file_is(branch: Small, take: Any) -> None:
    """TX107 in one row."""
    result = take("customers", "id,name\nKH1,ÔÆÀ½»úÐµ\nKH2,望川\nKH3,禾砚\n")
    assert counts(result) == (3, 2, 0, 0, 0, 1)
    assert ("B2", "row_mojibake") in codes(result)
    assert branch.store.row("customers", "KH1") is None


def test_a_deleted_row_does_not_rise_by_itself(branch: Small, take: Any) -> None:
    take("customers", TWO)
    branch.store.write([Edit("customers", "KH1", {}, None)], "1001", "portal", NOW)
    result = take("customers", TWO)
    assert counts(result) == (2, 0, 0, 1, 0, 1)
    assert codes(result) == [("A2", "row_deleted")]


def test_with_a_rev_only_what_the_file_changed_is_taken(branch: Small, take: Any) -> None:
    take("customers", TWO)
    data = out.of_frame(TABLES["customers"], branch.book().frame("customers"), branch.book())
    branch.store.write([Edit("customers", "KH1", {"name": "云澜启岚机械有限公司"}, {"name": "门户里改的名"})], "1001", "portal", NOW)
    mine = data.replace(b'"key"', b'"quality"')
    result = take("customers", mine)
    assert counts(result) == (2, 0, 1, 1, 0, 0)
    kept = branch.store.row("customers", "KH1")
    assert kept is not None
    assert (kept["name"], kept["tier"]) == ("门户里改的名", "quality")
    assert counts(take("customers", mine)) == (2, 0, 0, 2, 0, 0)


def test_with_a_rev_the_same_field_changed_twice_is_a_conflict(branch: Small, take: Any) -> None:
    take("customers", TWO)
    data = out.of_frame(TABLES["customers"], branch.book().frame("customers"), branch.book())
    branch.store.write([Edit("customers", "KH1", {"tier": "key"}, {"tier": "normal", "note": "改"})], "1001", "portal", NOW)
    result = take("customers", data.replace(b'"key"', b'"quality"'))
    assert counts(result) == (2, 0, 0, 1, 1, 0)
    [issue] = result["issues"]
    assert issue["code"] == "conflict"
    assert all(word in issue["message"] for word in ("quality", "normal", "key", "客户等级"))
    assert refused(result)
    kept = branch.store.row("customers", "KH1")
    assert kept is not None
    assert kept["tier"] == "normal"


def test_without_a_rev_the_file_wins_cell_by_cell(branch: Small, take: Any) -> None:
    take("customers", TWO)
    branch.store.write([Edit("customers", "KH1", {"tier": "key"}, {"tier": "normal"})], "1001", "portal", NOW)
    assert counts(take("customers", TWO)) == (2, 0, 1, 1, 0, 0)


def test_a_rev_of_another_house_is_never_merged_on(branch: Small, take: Any) -> None:
    """An export taken elsewhere: new rows come in, rows that differ are asked about, equal ones are left."""
    text = "id,name,tier,rev\nKH1,云澜启岚机械有限公司,一般,0\nKH2,望川禾砚商贸有限公司,一般,0\nKH3,新,重点,999\n"
    take("customers", TWO)
    result = take("customers", text)
    assert counts(result) == (3, 1, 0, 1, 1, 0)
    assert codes(result) == [("C2", "conflict_unseen")]


@pytest.mark.parametrize("rev", ["abc", "99999999", "-1", "0", "1.5", "", "2026-11-23", "99999999999999999999", "2"])
def test_a_revision_that_says_nothing_of_what_its_writer_saw_never_overwrites(branch: Small, take: Any, rev: str) -> None:
    """Blank, not readable, ahead, or never one of this row: in a file that has revisions it is asked about, and nothing is written.

    The second version of the store was a save of KH2: KH1 never had it.
    """
    take("customers", TWO)
    branch.store.write([Edit("customers", "KH2", {}, {"note": "改"})], "1001", "portal", NOW)
    branch.store.write([Edit("customers", "KH1", {"tier": "key"}, {"tier": "quality", "note": "改"})], "1001", "portal", NOW)
    text = f"id,name,tier,address,rev\nKH1,云澜启岚机械有限公司,一般,新路1号,{rev}\nKH2,望川禾砚商贸有限公司,,,2\n"
    result = take("customers", text)
    assert counts(result) == (2, 0, 0, 1, 1, 0)
    assert [told for told in codes(result) if told[1] == "conflict_unseen"] == [("C2", "conflict_unseen"), ("D2", "conflict_unseen")]
    assert "没有覆盖" in result["rejected"][0]["reasons"][0]
    kept = branch.store.row("customers", "KH1")
    assert kept is not None
    assert (kept["tier"], kept["address"]) == ("quality", None)


@pytest.mark.parametrize("rev", ["１", " 1 ", "1.0"])
def test_a_revision_in_other_digits_is_the_same_revision(branch: Small, take: Any, rev: str) -> None:
    take("customers", TWO)
    branch.store.write([Edit("customers", "KH1", {}, {"note": "改"})], "1001", "portal", NOW)
    result = take("customers", f"id,tier,rev\nKH1,一般,{rev}\n")
    assert counts(result) == (1, 0, 1, 0, 0, 0)
    assert (branch.store.row("customers", "KH1") or {})["tier"] == "normal"


def test_a_column_of_revisions_that_is_blank_throughout_is_none(branch: Small, take: Any) -> None:
    take("customers", TWO)
    branch.store.write([Edit("customers", "KH1", {"tier": "key"}, {"tier": "quality"})], "1001", "portal", NOW)
    assert counts(take("customers", "id,tier,rev\nKH1,一般,\nKH2,一般,\n")) == (2, 0, 1, 1, 0, 0)


def test_a_mask_does_not_overwrite_what_it_hides(branch: Small, take: Any) -> None:
    head = "id,customer,name,position,mobile\n"
    take("contacts", head + "P1,KH1,张三,经理,13800000001\n")
    assert counts(take("contacts", head + "P1,KH1,张*,总经理,138****0001\n")) == (1, 0, 1, 0, 0, 0)
    kept = branch.store.row("contacts", "P1")
    assert kept is not None
    assert (kept["name"], kept["position"], kept["mobile"]) == ("张三", "总经理", "13800000001")


def test_a_row_that_the_house_refuses_stops_no_other(branch: Small, take: Any) -> None:
    """DL068: a business visit by phone among good ones."""
    lines = "".join(f"V{n},KH1,{'业务,电话' if n in (3, 7) else '常规,电话'},2026-11-2{n % 3},1001\n" for n in range(10))
    result = take("visits", "id,customer,kind,mode,visited_on,participants\n" + lines)
    assert counts(result) == (10, 8, 0, 0, 0, 2)
    assert [c for c in codes(result) if c[1] == "row_refused"] == [("A5", "row_refused"), ("A9", "row_refused")]
    assert len(branch.book().frame("visits")) == 8


def test_a_fault_of_the_store_is_no_fault_of_a_row(branch: Small, take: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise StoreFault("huce.db", "store.full")

    monkeypatch.setattr(branch, "write", full)
    with pytest.raises(StoreFault):
        take("customers", TWO)


@pytest.mark.parametrize("data", [b"", "甲,乙\n1,2\n".encode(), b"PK\x03\x04", TWO.encode("gbk").decode("latin-1").encode()])
def test_a_file_that_cannot_be_read_changes_nothing(branch: Small, take: Any, data: bytes) -> None:
    with pytest.raises(Unreadable):
        take("customers", data)
    assert branch.store.version() == 0


def test_a_file_that_is_not_there_is_named(branch: Small, tmp_path: Path) -> None:
    for path in (tmp_path / "无.csv", tmp_path):
        with pytest.raises(NotTaken) as caught:
            import_file(branch, "customers", path, NOW, Someone())
        assert str(path) in str(caught.value)
        assert str(path) in caught.value.say("en")


def test_a_file_too_large_is_refused_before_it_is_read(branch: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "LARGEST", 0)
    (tmp_path / "a.csv").write_text(TWO, "utf-8")
    with pytest.raises(NotTaken, match="拆成"):
        import_file(branch, "customers", tmp_path / "a.csv", NOW, Someone())


def test_messages_are_in_the_readers_language(take: Any) -> None:
    result = take("customers", "id,name\nKH7,a\nKH7,b\n", lang="en")
    assert result["issues"][0]["message"].startswith("台账!A2 The id “KH7” stands at A2、A3")


def test_totals_are_told_and_not_counted(branch: Small, take: Any) -> None:
    result = take("customers", "客户编号,客户名称,注册资本\nKH1,合计管理咨询有限公司,100\n合计,,100\n")
    assert counts(result) == (1, 1, 0, 0, 0, 0)
    assert codes(result, warnings=True)[0] == ("A3", "row_totals")


def test_what_is_exported_comes_back_without_a_change(branch: Small, take: Any, tmp_path: Path) -> None:
    """BK134, SE110: naughty text, ids with leading zeros, decimals, dates, unread cells."""
    naughty = [row["value"] for row in plain_rows("text") if row["id"] != "TX107"]
    edits = [Edit("customers", f"00{n}", None, {"name": text.strip().replace("\r\n", "\n").strip("\x1f"), "note": f"={n}", "registered_capital": -n - 1,
                  "share_loan": 3_501, "founded_on": date(2026, 1, 2) if n else Unread("=长期?", "date_unreadable")})
             for n, text in enumerate(naughty)]  # fmt: skip
    branch.store.write(edits, "1001", "portal", NOW)
    before = branch.book()
    data = out.of_frame(TABLES["customers"], before.frame("customers"), before)
    head, *lines = csv.reader(data.decode("utf-8-sig").splitlines(keepends=True))
    assert head[:2] == ["id", "name"]
    assert {line[0] for line in lines} == {f"00{n}" for n in range(len(naughty))}
    assert counts(take("customers", data)) == (len(naughty), 0, 0, len(naughty), 0, 0)
    (tmp_path / "other").mkdir()
    empty = Small(tmp_path / "other")
    (tmp_path / "customers.csv").write_bytes(data)
    fresh = import_file(empty, "customers", tmp_path / "customers.csv", NOW, Someone())
    assert counts(fresh)[:2] == (len(naughty), len(naughty))
    for row in before.frame("customers")["id"]:
        old, new = branch.store.row("customers", row), empty.store.row("customers", row)
        assert old is not None
        assert new is not None
        assert {k: v for k, v in old.items() if k != "rev"} == {k: v for k, v in new.items() if k != "rev"}
