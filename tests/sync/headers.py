"""headers.json in the terms of a spreadsheet: what each heading means, the tab of a case, and a person who makes the tabs of the
ledgers look like it.

The case's one wide sheet is five ledgers here; a heading goes with its column to the tab of its ledger.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from sheets.cells.codes import check_character
from sheets.files.headings import bare, column_letters
from tests.sheets_api.ranges import column_number
from tests.sync.conftest import Office
from tests.sync.test_bad_bank import letters

CASES: dict[str, dict[str, Any]] = {
    one["id"]: one for one in json.loads((Path(__file__).parents[1] / "cases" / "headers.json").read_text("utf-8"))["rows"]
}

# Where each heading of the cases has its column, and what stands below it in the sheets that are adopted.
COLUMNS: dict[str, tuple[str, str, str]] = {
    "客户编号": ("customers", "id", ""), "客户名称": ("customers", "name", ""), "统一社会信用代码": ("customers", "uscc", ""),
    "客户经理": ("customers", "owner", "陈静"), "审批权限": ("ratings", "authority", "总行"),
    "评级到期日": ("ratings", "expires_on", "2027-03-01"), "授信到期日": ("credit_lines", "expires_on", "2027-04-01"),
    "贷款到期日": ("loans", "matures_on", "2027-05-01"), "存款余额(万元)": ("balances", "balance", "12.5"),
    "备注": ("customers", "note", "老客户"),
}  # fmt: skip
LEDGERS = ("customers", "ratings", "credit_lines", "loans", "balances")
START = 6  # the first line below the four rows that each of them has
MEANT = {bare(heading): heading for heading in COLUMNS}


def heads(case: dict[str, Any]) -> list[str]:
    """The row of headings."""
    found: list[str] = case["top_rows"][case["expect"].get("header_row", 1) - 1]
    return found


def meaning(case: dict[str, Any], heading: str) -> str:
    """The heading of COLUMNS that it stands for; "" for a column of their own."""
    return case["expect"]["column"] if heading == case["expect"].get("suggest") else MEANT.get(bare(heading), "")


def columns(case: dict[str, Any]) -> dict[str, str]:
    """What the case has columns for, each once: the heading of COLUMNS, and as it is written."""
    found: dict[str, str] = {}
    for heading in heads(case):
        found.setdefault(meaning(case, heading), heading)
    return {one: written for one, written in found.items() if one}


# --- the sheet of the branch's own ------------------------------------------------------------------------------------------


def customer(case: dict[str, Any]) -> dict[str, str]:
    """What a person has written below the headings of a case that has no rows of its own."""
    code = f"91990000HDR{case['id'][2:]:0>6}"
    return {one: cell for one, (*_, cell) in COLUMNS.items()} | {
        "客户编号": f"KH9{case['id'][2:]:0>5}", "客户名称": f"{case['name']}有限公司", "统一社会信用代码": code + check_character(code),
    }  # fmt: skip


def sheet_of(case: dict[str, Any]) -> list[list[str]]:
    """The tab of a case."""
    rows = [*case["top_rows"]]
    if len(rows) == case["expect"].get("header_row", 1):
        rows += [[customer(case).get(meaning(case, one), "草稿") for one in heads(case)]] * bool(rows[0])
    if case["id"] == "HD029":
        rows.append(["C1", "启岚机械有限公司"])  # is there already, with a rating
    return rows


# --- the tabs of the ledgers ------------------------------------------------------------------------------------------------

# What a person types below a heading and what the ledger holds then; what is saved in the portal and what the tab shows then.
WAYS: dict[str, tuple[tuple[str, str, Any], tuple[str, Any, Any]]] = {
    "客户名称": (("C1", "启岚重工有限公司", "启岚重工有限公司"), ("C2", "宏远纺织集团", "宏远纺织集团")),
    "审批权限": (("R1", "二级分行", "tier2"), ("R2", "tier1", "区分行")),
    "评级到期日": (("R1", "2027-08-01", date(2027, 8, 1)), ("R2", date(2027, 9, 1), "2027-09-01")),
    "授信到期日": (("L1", "2027-08-02", date(2027, 8, 2)), ("L2", date(2027, 9, 2), "2027-09-02")),
    "贷款到期日": (("J1", "2027-08-03", date(2027, 8, 3)), ("J2", date(2027, 9, 3), "2027-09-03")),
    "存款余额(万元)": (("B1", "34.5", 34_5000_00), ("B2", 56_5000_00, "56.5")),
}


def laid(bank: Office, case: dict[str, Any]) -> None:
    """A person makes the row of headings of every ledger's tab into the case's: deletes, drags, renames and adds columns."""
    order: dict[str, list[tuple[str, str]]] = {table: [] for table in LEDGERS}
    for heading in heads(case):
        table, column, _ = COLUMNS.get(meaning(case, heading), ("customers", "", ""))
        seen = column in [one for _, one in order[table]]
        order[table].append((heading, "" if seen else column))
    for heading in COLUMNS.keys() - columns(case).keys() - {"备注"}:
        table, column, _ = COLUMNS[heading]
        bank.book.delete_column(bank.title(table), letters(bank, column, table))
    for table, wanted in order.items():
        title, last = bank.title(table), 0
        for _, column in reversed([one for one in wanted if one[1]]):
            if (at := letters(bank, column, table)) != "A":
                bank.book.move_column(title, at, "A")
        for heading, column in wanted:
            if column:
                last = column_number(letters(bank, column, table)) + 1
                bank.book.rename_header(title, column_letters(last - 1), heading)
            else:
                bank.book.insert_column(title, column_letters(last), heading)
                bank.book.type(title, f"{column_letters(last)}2", "草稿")
        for above in reversed(case["top_rows"][: case["expect"].get("header_row", 1) - 1]):
            bank.book.insert_rows(title, 1)
            bank.book.type(title, "A1", above[0])
        for hidden in case.get("hidden_rows", ()):
            with bank.book.acting(title) as (_, tab):
                tab.sizes["ROWS"][hidden - 1] = {"hiddenByFilter": True}


def below(bank: Office, case: dict[str, Any]) -> None:
    """The rows of the case below the last one of each tab, each cell on the tab of its column; the customer named on each."""
    for number, row in enumerate(case["top_rows"][1:]):
        for table in LEDGERS:
            title = bank.title(table)
            at = START + number
            cells = {COLUMNS[one][1]: cell for one, cell in zip(heads(case), row, strict=True) if cell and COLUMNS[one][0] == table}
            if cells and table != "customers" and row[0]:
                cells["id" if row[0] in case["expect"].get("not_customers", ()) else "customer"] = row[0]
            for column, cell in cells.items():
                bank.book.type(title, f"{letters(bank, column, table)}{at}", cell)
