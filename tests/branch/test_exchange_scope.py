"""A file opens no row of somebody else, and takes none out: neither by id, nor by name, nor in a sentence (AC091, AU124)."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from branch.exchange import NotTaken
from branch.exports import export_csv
from branch.people import Actor
from sheets.book import Book
from sheets.schema import Edit, Unread
from tests.branch.exchanging import NOW, TWO, Small, Someone, codes, counts, taker


@pytest.fixture
def branch(tmp_path: Path) -> Small:
    return Small(tmp_path)


@pytest.fixture
def take(branch: Small, tmp_path: Path) -> Any:
    return taker(branch, tmp_path)


def own(book: Book, table: str, _: Any) -> pd.DataFrame:
    """A manager sees KH1 only, and no balances of others."""
    frame = book.frame(table)
    return frame[frame["id"] == "KH1"].drop(columns=["revenue"]) if table == "customers" else frame.iloc[:0][["rev"]]


def test_a_file_opens_no_row_of_somebody_else(branch: Small, take: Any) -> None:
    """AC091: foreign ids, names and codes in an import file are refused, and their values are not told."""
    take("customers", TWO)
    text = "id,name,uscc,主办行\nKH2,望川禾砚商贸有限公司,91990000DEM0000145,甲行\nKH1,云澜,91990000DEM000006A,乙行\n"
    result = take("customers", text, view=own)
    assert counts(result) == (2, 0, 1, 0, 0, 1)
    assert codes(result) == [("A2", "row_hidden")]
    by_name = take("customers", "客户名称,统一社会信用代码\n望川禾砚商贸有限公司,91990000DEM0000220\n", view=own)
    assert [c for _, c in codes(by_name)] == ["row_hidden"]
    taken = take("customers", "id,name,uscc\nKH3,新,91990000DEM0000145\n", view=own)
    assert [c for _, c in codes(taken)] == ["uscc_taken"]
    assert "KH2" not in taken["issues"][0]["message"]


def test_what_a_person_may_not_see_is_not_told_in_a_conflict(branch: Small, take: Any) -> None:
    take("customers", "id,name,revenue\nKH1,云澜,100\n")
    branch.store.write([Edit("customers", "KH1", {"revenue": 100_000_000}, {"revenue": 777_000_000})], "1001", "portal", NOW)
    result = take("customers", "id,revenue,rev\nKH1,300,1\n", view=own)
    assert [c for _, c in codes(result)] == ["conflict"]
    assert "777" not in result["issues"][0]["message"]


def test_an_export_is_scoped_whole_and_on_record(branch: Small, take: Any, tmp_path: Path) -> None:
    take("customers", TWO)
    notes: list[tuple[str, ...]] = []

    class Vault:
        def note(self, event: str, actor: str, detail: str, _: datetime) -> None:
            notes.append((event, actor, detail))

    branch.store.private = Vault()  # type: ignore[assignment]
    result = export_csv(branch, tmp_path / "out", NOW, Someone(), view=own)
    assert result["tables"] == {"customers": 1}
    [file, note] = sorted((tmp_path / "out").iterdir())
    assert note.name == "huce-export.json"
    head, *lines = csv.reader(file.read_text("utf-8-sig").splitlines())
    assert ("revenue" in head, [line[0] for line in lines]) == (False, ["KH1"])
    assert notes[0][:2] == ("export", "system")
    everything_ = export_csv(branch, tmp_path / "all", NOW, Someone(), ["客户档案", "staff"])
    assert everything_["tables"] == {"customers": 2, "staff": 0}
    assert (tmp_path / "all" / "staff.csv").read_text("utf-8-sig").startswith('"id","name"')


ALL = """id,customer,name,position,mobile,note
P1,KH1,张三,经理,13800000001,=1
P2,KH2,李四,经理,13900000002,
"""


def lines(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))


@pytest.fixture
def peopled(branch: Small, take: Any) -> Small:
    """王云 keeps KH1, 李川 keeps KH2; one mobile of KH1 cannot be read."""
    take("staff", "id,name,role,status\n1001,王云,客户经理,在岗\n1002,李川,客户经理,在岗\n9001,朱红,系统管理员,在岗\n")
    take("customers", TWO)
    take("customers", "id,owner\nKH1,1001\nKH2,1002\n")
    take("contacts", ALL)
    branch.store.write(
        [Edit("contacts", "P3", None, {"customer": "KH1", "name": "王五", "mobile": Unread("1380000ABCD", "phone_unreadable")})],
        "s",
        "portal",
        NOW,
    )
    return branch


def test_a_manager_takes_out_his_own_customers_masked(peopled: Small, tmp_path: Path) -> None:
    king = Actor("1001", "王云", "customer_manager", "", "zh")
    result = export_csv(peopled, tmp_path / "out", NOW, king)
    assert result["tables"]["customers"] == 1
    found = lines(tmp_path / "out" / "contacts.csv")
    assert [(row["id"], row["mobile"]) for row in found] == [("P1", "138****0001"), ("P3", "")]
    text = "".join(file.read_text("utf-8-sig") for file in (tmp_path / "out").iterdir())
    assert "13800000001" not in text
    assert "1380000ABCD" not in text
    assert "KH2" not in text


def test_his_masked_file_brought_back_changes_nothing(peopled: Small, take: Any, tmp_path: Path) -> None:
    export_csv(peopled, tmp_path / "out", NOW, Actor("1001", "王云", "customer_manager", "", "zh"), ["contacts"])
    result = take("contacts", (tmp_path / "out" / "contacts.csv").read_bytes())
    assert counts(result)[:3] == (2, 0, 0)
    kept = peopled.store.row("contacts", "P1")
    assert kept is not None
    assert (kept["mobile"], kept["name"]) == ("13800000001", "张三")


def test_the_house_takes_out_everything_as_it_is(peopled: Small, tmp_path: Path) -> None:
    export_csv(peopled, tmp_path / "out", NOW, Someone(), ["contacts"])
    found = lines(tmp_path / "out" / "contacts.csv")
    assert [row["mobile"] for row in found] == ["13800000001", "13900000002", "1380000ABCD"]


def test_a_president_takes_out_nothing_and_an_administrator_only_the_setup(peopled: Small, tmp_path: Path) -> None:
    with pytest.raises(NotTaken):
        export_csv(peopled, tmp_path / "out", NOW, Actor("1", "行长", "president", "", "zh"))
    result = export_csv(peopled, tmp_path / "out", NOW, Actor("9001", "朱红", "admin", "", "zh"))
    assert set(result["tables"]) == {"staff", "teams", "leave", "assignments", "calendar", "rules", "dictionary"}


def test_a_manager_brings_no_row_of_another(peopled: Small, take: Any) -> None:
    king = Actor("1001", "王云", "customer_manager", "", "zh")
    result = take("contacts", "id,customer,mobile\nP2,KH2,13700000009\nP1,KH1,13700000008\n", actor=king)
    assert codes(result) == [("B2", "ref_unknown"), ("A2", "row_hidden")]  # their customer is as good as unknown
    assert counts(result) == (2, 0, 1, 0, 0, 1)
