"""Files in and out at the terminal: what a csv would change, what it did, what was refused, and the round trip."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

from branch.opening import open_branch
from tests.small import small
from tests.terminal import refused, run, told

KEYS = {"read", "added", "changed", "unchanged", "conflicts", "issues"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    small(tmp_path / "branch", datetime(2026, 11, 23, 9)).store.close()
    return tmp_path / "branch"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """One customer that changes, one that is new, and a manager that nobody is.

    客户编号 | 客户简称 | 客户等级 | 管户客户经理
    C1 | 启岚 | 优质 | CM1
    C9 | 新禾 | 一般 | CM2
    """
    file = tmp_path / "客户.csv"
    file.write_text(
        "客户编号,客户名称,客户简称,客户等级,客户状态,管户客户经理\n"
        "C1,启岚机械有限公司,启岚,优质,存量,CM1\n"
        "C9,新禾纺织有限公司,新禾,一般,存量,CM2\n", "utf-8-sig",
    )  # fmt: skip
    return file


def test_a_dry_run_tells_and_saves_nothing_and_the_import_does_what_was_told(home: Path, sheet: Path) -> None:
    before = open_branch(home).store.version()
    told_first = told("import", "customers", str(sheet), "--dry-run", home=home)
    assert set(told_first) >= KEYS
    assert (told_first["read"], told_first["added"], told_first["changed"], told_first["dry_run"]) == (2, 1, 1, True)
    assert open_branch(home).store.version() == before

    done = told("import", "客户", str(sheet), home=home)
    assert {**told_first, "dry_run": False} == done
    assert done["ledgers"] == {"customers": {"added": 1, "changed": 1}}
    assert (done["added"], done["changed"], done["issues"]) == (1, 1, told_first["issues"])
    row = open_branch(home).store.row("customers", "C1")
    assert row is not None
    assert (row["short_name"], row["tier"], row["address"]) == ("启岚", "quality", "示例路1号")
    again = told("import", "customers", str(sheet), home=home)
    assert (again["unchanged"], again["added"], again["changed"]) == (2, 0, 0)


def test_a_row_that_is_not_taken_is_named_by_its_cell_and_the_command_ends_with_1(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "visits.csv"
    file.write_text("id,customer,kind,mode,visited_on\nN1,C1,routine,phone,2026-11-20\nN2,C1,business,phone,2026-11-20\n", "utf-8")
    before = told("import", "visits", str(file), "--dry-run", home=home, code=1)
    done = told("import", "visits", str(file), home=home, code=1)
    assert {**before, "dry_run": False} == done
    [kept] = done["rejected"]
    assert (kept["sheet"], kept["row"], kept["cells"]["id"]) == ("visits", 3, "N2")
    assert "上门" in kept["reasons"][0]
    assert (done["read"], done["added"], done["refused"]) == (2, 1, 1)
    issue = next(one for one in done["issues"] if not one["warning"])
    assert {"sheet", "cell", "column", "value", "code", "message"} <= set(issue)
    assert issue["sheet"] == "visits"
    assert "3" in issue["cell"]


def test_what_cannot_be_meant_is_wrong_usage(home: Path, sheet: Path, tmp_path: Path) -> None:
    refused(run("import", "nothing", str(sheet), home=home), 2, "nothing", "customers")
    refused(run("import", "customers", str(sheet), "--blanks", "maybe", home=home), 2, "maybe")
    refused(run("import", "customers", str(tmp_path / "客户.xlsx"), home=home), 1, "客户.xlsx")
    refused(run("export", str(tmp_path / "out"), "--template", "customers", home=home), 2, "--template")
    refused(run("export", str(tmp_path / "out"), "--tables", "customers,nothing", home=home), 2, "nothing")
    refused(run("export", str(tmp_path / "out"), "--labels", "fr", home=home), 2, "fr")
    refused(run("import", "customers", str(tmp_path / "none.csv"), home=home), 1, "none.csv")
    refused(run("import", "customers", home=home), 2)


def test_blank_cells_are_cleared_only_when_that_is_asked_for(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text("id,address\nC1,\n", "utf-8")
    assert told("import", "customers", str(file), home=home)["unchanged"] == 1
    assert told("import", "customers", str(file), "--blanks", "clear", home=home)["changed"] == 1
    row = open_branch(home).store.row("customers", "C1")
    assert row is not None
    assert row["address"] is None


def test_what_goes_out_comes_in_again_unchanged(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = told("export", str(out), "--tables", "customers,visits,loans", home=home)
    assert done["tables"] == {"customers": 4, "visits": 4, "loans": 4}
    assert (out / "customers.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (out / "loans.csv").open(encoding="utf-8-sig", newline="") as file:
        first = next(csv.DictReader(file))
    assert (first["customer"], first["amount"], first["product"]) == ("C1", "1000", "working_capital")
    for table, rows in done["tables"].items():
        back = told("import", table, str(out / f"{table}.csv"), home=home)
        assert (back["read"], back["unchanged"], back["conflicts"]) == (rows, rows, 0)


def test_a_workbook_goes_out_and_comes_in_again_unchanged_and_is_never_written_over(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "台账.xlsx"
    done = told("export", str(file), "--tables", "customers,visits,loans", home=home)
    assert done["tables"] == {"customers": 4, "visits": 4, "loans": 4}
    for table, rows in done["tables"].items():
        back = told("import", table, str(file), home=home)
        assert (back["read"], back["unchanged"], back["issues"], len(back["aside"])) == (rows, rows, [], 2)
    held = file.read_bytes()
    refused(run("export", str(file), home=home), 1, "台账.xlsx")
    assert file.read_bytes() == held


def test_a_template_is_filled_in_and_taken(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "模板.xlsx"
    assert told("export", str(file), "--template", "客户", home=home)["tables"] == {"customers": 0}
    done = told("import", "customers", str(file), home=home)
    assert (done["read"], [issue["code"] for issue in done["issues"]]) == (0, ["row_sample"])
    said = run("import", "customers", str(file), "--sheet", "没有", home=home)
    refused(said, 1, "没有")


def test_a_wide_sheet_says_what_it_did_to_each_ledger(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "wide.csv"
    file.write_text("客户编号,客户名称,评级到期日\nC9,新禾纺织有限公司,2027-12-31\n", "utf-8")
    done = run("import", "customers", str(file), home=home)
    assert done.returncode == 0, done.stderr
    assert [line.strip() for line in done.stdout.splitlines()[-2:]] == ["客户档案：新增 1，变更 0。", "评级：新增 1，变更 0。"]


def test_headings_in_the_language_of_people_come_in_again(home: Path, tmp_path: Path) -> None:
    told("export", str(tmp_path / "out"), "--tables", "customers", "--labels", "zh", home=home)
    file = tmp_path / "out" / "customers.csv"
    assert file.read_text("utf-8-sig").startswith('"客户编号","客户名称"')
    assert told("import", "customers", str(file), home=home)["unchanged"] == 4


def test_everything_is_exported_when_no_table_is_named(home: Path, tmp_path: Path) -> None:
    done = run("export", str(tmp_path / "out"), home=home)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "out").glob("*.csv"))) > 40


def test_a_copy_never_takes_the_place_of_what_the_command_did_not_make(home: Path, tmp_path: Path) -> None:
    (tmp_path / "report.docx").write_bytes(b"a report")
    for file, word in (
        (home / "huce.db", "自己的文件夹"), (home / "huce.db-wal", "自己的文件夹"), (home / "settings.toml", "自己的文件夹"),
        (home / "new.backup", "自己的文件夹"), (tmp_path / "report.docx", "没有覆盖"), (tmp_path, "文件夹"),
    ):  # fmt: skip
        refused(run("backup", str(file), home=home), 1, word)
    assert (tmp_path / "report.docx").read_bytes() == b"a report"
    assert not (home / "new.backup").exists()
    assert told("verify", home=home)["ok"]


def test_an_export_replaces_only_its_own_files_as_it_left_them(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "visits.csv").write_text("mine\n", "utf-8")
    refused(run("export", str(out), "--tables", "customers,visits", home=home), 1, "visits.csv")
    assert [one.name for one in out.iterdir()] == ["visits.csv"], "all or nothing"
    (out / "visits.csv").unlink()
    for _ in range(2):
        told("export", str(out), "--tables", "customers,visits", home=home)
    with (out / "customers.csv").open("a", encoding="utf-8") as file:
        file.write("typed in by a person\n")
    refused(run("export", str(out), home=home), 1, "customers.csv")
    assert (out / "customers.csv").read_text("utf-8").endswith("typed in by a person\n")
    refused(run("export", str(home), home=home), 1, "自己的文件夹")
    small(tmp_path / "second", datetime(2026, 11, 23, 9)).store.close()
    refused(run("export", str(out), "--tables", "loans", home=tmp_path / "second"), 1, "另一个支行")


def test_a_whole_export_comes_into_a_new_branch_by_naming_its_folder(home: Path, tmp_path: Path) -> None:
    out, new = tmp_path / "out", tmp_path / "new"
    told("export", str(out), home=home)
    told("init", home=new)
    done = told("import", str(out), home=new)
    assert (done["as"], done["tables"]["customers"], done["refused"]) == ("facts", 4, 0)
    again = told("import", str(out), home=new)
    assert (again["as"], again["read"], again["added"], again["changed"], again["conflicts"]) == ("files", again["unchanged"], 0, 0, 0)
    refused(run("import", str(tmp_path / "nowhere"), home=new), 2, "import DIR")
    (tmp_path / "bare").mkdir()
    refused(run("import", str(tmp_path / "bare"), home=new), 1, "csv")
