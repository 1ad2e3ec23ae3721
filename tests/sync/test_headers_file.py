"""headers.json, every case of it, against a spreadsheet: as written against the preview of a sheet that the branch has kept by
itself, and translated against the tabs of the ledgers, whose row of headings a person has changed into the case's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from branch.sync import connecting
from pages.parts import sheetsteps
from sheets.files.headings import column_letters
from sheets.spreadsheet import SheetFault
from tests.sheets_api.server import SheetsApi
from tests.sync.conftest import NOW, Kept, Office, keep, office, set_back
from tests.sync.headers import CASES, COLUMNS, LEDGERS, START, WAYS, below, columns, customer, heads, laid, sheet_of
from tests.sync.test_bad_bank import letters, line
from texts import say

# --- the cases as data ------------------------------------------------------------------------------------------------------

READ = ["HD001", "HD002", "HD003", "HD004", "HD009", "HD010", "HD014", "HD016", "HD034", "HD061"]  # every column is found
# What the case would have asked about, and why nobody is asked on a ledger's tab.
NOT_ASKED = dict.fromkeys(["HD014", "HD016"], "the column is known by its metadata, whatever stands above it: nothing is in doubt")
# What the case wants told, and what is told on a ledger's tab: the ledger, the sentence, words of it, and why that is as good.
TOLD = {
    "HD029": (
        "ratings",
        "google.no_column",
        "「有效截止日」",
        "the case rests R25–R28; here they go on by the last values, which are kept",
    ),
    "HD030": (
        "ratings",
        "google.heading_twice",
        "评级!B1、评级!C1",
        "the case reads neither column; here the one with the metadata goes on",
    ),
    "HD050": ("ratings", "google.no_title", "客户", "nothing is inherited: the row is told as one that names nobody, at its cell"),
    "HD056": ("customers", "google.brake_empty", "4 行", "the tab rests, and the sentence says how many rows are safe here"),
}
ROWS = ["HD040", "HD046"]  # what stands below the headings
NOT_ON_TABS: dict[str, str] = {}  # id → why it cannot happen on the tab of a ledger; there is none so far
NOT_IN_PREVIEW = {"HD056": "a sheet that holds nothing is no sheet of the branch's own: nothing to show, Huce moves in"}
PREVIEWED = [one for one in CASES if one not in NOT_IN_PREVIEW]
SHORT = {"HD003", "HD016", "HD029", "HD030", "HD040"}  # on the tabs, one of each kind; the others have the mark `long`


def some(ids: list[str]) -> list[Any]:
    """For parametrised tests."""
    return [pytest.param(CASES[one], id=one, marks=[] if one in SHORT else [pytest.mark.long]) for one in ids]


def test_every_case_of_the_file_is_run_or_listed_with_its_reason() -> None:
    assert {*READ, *TOLD, *ROWS, *NOT_ON_TABS} == CASES.keys()
    assert {*PREVIEWED, *NOT_IN_PREVIEW} == CASES.keys()
    assert NOT_ASKED.keys() == {one for one, case in CASES.items() if case["expect"]["outcome"] == "ok_or_confirm"}
    assert all([*NOT_ON_TABS.values(), *NOT_IN_PREVIEW.values(), *NOT_ASKED.values(), *(reason for *_, reason in TOLD.values())])


# --- as written: the preview of a sheet that the branch has kept by itself --------------------------------------------------


class Adopted:
    """What was said before, what was taken, and what the branch holds then."""

    def __init__(self, own: Office) -> None:
        self.was = {one: own.book.tab(one).rows for one in CASES}
        self.ratings = own.branch.book().frame("ratings")
        with pytest.raises(SheetFault) as refused:
            own.connect()
        self.said = refused.value.say("zh")
        sheet = connecting.open_sheet(own.branch, own.link, own.key)
        self.shown = {title: (table, words) for title, table, words in sheetsteps.preview(own.branch, sheet, sheet.about())}
        self.taken = own.connect(adopt=True)["taken"]
        self.now = {one: own.book.tab(one).rows for one in CASES}
        self.book = own.branch.book()

    def codes(self, case: str) -> list[tuple[str, str]]:
        return [(issue["cell"], issue["code"]) for issue in self.taken[case]["issues"]]

    def of(self, table: str, number: str) -> list[dict[str, Any]]:
        """The rows of a ledger that are a customer's."""
        frame = self.book.frame(table)
        found: list[dict[str, Any]] = frame[frame["id" if table == "customers" else "customer"] == number].to_dict("records")
        return found


@pytest.fixture(scope="module")
def adopted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Adopted]:
    """A spreadsheet with one tab for each case: shown, then adopted."""
    with SheetsApi() as api:
        own = office(tmp_path_factory.mktemp("own") / "home", api, api.create("我们的表", share=[api.account_email]))
        for case in CASES.values():
            own.book.add_tab(case["id"])
            own.book.paste(case["id"], "A1", sheet_of(case))
        for row in CASES["HD061"]["hidden_rows"]:
            with own.book.acting("HD061") as (_, tab):
                tab.sizes["ROWS"][row - 1] = {"hiddenByFilter": True}
        yield Adopted(own)
        own.branch.store.close()


@pytest.mark.parametrize("one", PREVIEWED)
def test_the_preview_says_which_ledger_a_tab_is_and_how_many_columns_are_taken(adopted: Adopted, one: str) -> None:
    case = CASES[one]
    doubled = [heading for heading in columns(case).values() if heads(case).count(heading) > 1]
    rows = len(sheet_of(case)) - case["expect"].get("header_row", 1)
    assert f"「{one}」→ 客户档案，认出 {len(columns(case)) - len(doubled)} 列，约 {rows} 行" in adopted.said
    assert adopted.now[one] == adopted.was[one], "no cell of theirs is rewritten"


@pytest.mark.parametrize("one", PREVIEWED)
def test_the_preview_on_the_page_shows_the_headings_of_a_tab(adopted: Adopted, one: str) -> None:
    assert adopted.shown[one] == ("customers", "、".join(heads(CASES[one])))


@pytest.mark.parametrize("one", READ)
def test_taken_every_column_comes_into_its_ledger(adopted: Adopted, one: str) -> None:
    wanted = customer(CASES[one])
    number = wanted["客户编号"]
    (file,) = adopted.of("customers", number)
    assert (file["name"], file["uscc"], file["owner"]) == (wanted["客户名称"], wanted["统一社会信用代码"], "CM1")
    (rating,), (credit,), (loan,), (balance,) = (adopted.of(table, number) for table in LEDGERS[1:])
    assert (rating["authority"], str(rating["expires_on"])[:10]) == ("head", "2027-03-01")
    assert (str(credit["expires_on"])[:10], str(loan["matures_on"])[:10]) == ("2027-04-01", "2027-05-01")
    assert balance["balance"] == 12_5000_00
    assert adopted.taken[one]["refused"] == 0
    assert [cell for cell, code in adopted.codes(one) if code == "column_unknown"] == (["E1"] if one == "HD003" else [])


def test_hd029_a_date_column_that_is_not_there_stops_no_deadline_that_is_here(adopted: Adopted) -> None:
    """Better than the case: an adopted sheet adds and changes, and takes nothing away."""
    assert adopted.of("ratings", customer(CASES["HD029"])["客户编号"]) == []
    before = adopted.ratings[adopted.ratings["customer"] == "C1"]
    assert [one["expires_on"] for one in adopted.of("ratings", "C1")] == list(before["expires_on"])


def test_hd030_two_columns_under_one_heading_are_both_told_and_the_others_are_read(adopted: Adopted) -> None:
    number = customer(CASES["HD030"])["客户编号"]
    assert [cell for cell, code in adopted.codes("HD030") if code == "duplicate_header"] == ["F1", "J1"]
    assert adopted.of("ratings", number) == []
    assert [str(one["matures_on"])[:10] for one in adopted.of("loans", number)] == ["2027-05-01"]


def test_hd040_a_row_of_totals_is_no_customer(adopted: Adopted) -> None:
    assert adopted.taken["HD040"]["added"] == 0
    assert ("A2", "row_totals") in adopted.codes("HD040")


def test_hd046_a_blank_row_is_not_the_end(adopted: Adopted) -> None:
    assert adopted.taken["HD046"]["read"] == CASES["HD046"]["expect"]["customers"]
    assert [adopted.of("customers", one)[0]["name"] for one in ("KH000001", "KH000002")] == ["甲", "乙"]


def test_hd050_a_day_below_a_merged_name_is_nobodys_and_is_told_at_its_cell(adopted: Adopted) -> None:
    assert [str(one["expires_on"])[:10] for one in adopted.of("ratings", "KH000001")] == ["2026-06-30"]
    assert [code for cell, code in adopted.codes("HD050") if cell.endswith(str(CASES["HD050"]["expect"]["row"]))], "told at its row"


def test_hd050_and_it_is_told_as_a_fault_of_the_data(adopted: Adopted) -> None:
    wanted = CASES["HD050"]["expect"]
    assert [code for cell, code in adopted.codes("HD050") if cell.endswith(str(wanted["row"]))] == [wanted["code"]]


def test_hd056_an_empty_tab_is_not_shown_and_takes_no_customer_away(adopted: Adopted) -> None:
    assert "HD056" not in {*adopted.shown, *adopted.taken}
    assert len(adopted.of("customers", "C1") + adopted.of("customers", "C4")) == 2


# --- translated: the tabs of the ledgers ------------------------------------------------------------------------------------


def balances(bank: Office) -> None:
    for number in range(1, 5):
        bank.save("balances", f"B{number}", customer=f"C{number}", as_of=NOW.date(), balance=12_5000_00)
    bank.sync()


@cache
def built() -> Kept:
    return keep(balances)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Office]:
    """A branch whose ledgers Huce has built in a sheet, in step."""
    yield from set_back(built(), tmp_path)


def duties(bank: Office) -> set[tuple[str, str]]:
    """Every deadline of the branch."""
    return {(one.key, f"{one.due} {one.state}") for one in bank.branch.look(bank.clock[0]).dues.itertuples()}


def told(bank: Office) -> dict[tuple[str, str], str]:
    """What is told about the five ledgers: ledger and sentence, and as a person reads it."""
    found = [one for one in bank.notes() if one.table in LEDGERS]
    return {(one.table, one.code): say(one.code, "zh", **{"cell": one.cell, **one.values}) for one in found}


def top(bank: Office) -> dict[str, list[list[Any]]]:
    """The headings of each tab, their own among them, and what stands above."""
    return {table: bank.book.cells(bank.title(table))[: bank.branch.store.agreed().tabs[table].header + 1] for table in LEDGERS}


@pytest.mark.parametrize("case", some([*READ, "HD029", "HD030"]))
def test_with_the_headings_of_the_case_every_column_of_the_ledgers_goes_on_both_ways(bank: Office, case: dict[str, Any]) -> None:
    due = duties(bank)
    laid(bank, case)
    bank.worker().pull()
    wanted = [TOLD[one] for one in [case["id"]] if one in TOLD]
    assert told(bank).keys() == {one[:2] for one in wanted}, NOT_ASKED.get(case["id"])
    assert all(words in told(bank)[ledger, code] for ledger, code, words, _ in wanted)
    assert duties(bank) == due, "no deadline is dropped"
    alive = {key[:3] for key, _ in due}
    assert {*case["expect"].get("rules_paused", ())} <= alive, "nor any of the rules that the case would rest"
    before = top(bank)
    for one, written in columns(case).items():
        table, column, _ = COLUMNS[one]
        tab = bank.branch.store.agreed().tabs[table]
        assert (tab.layout[tab.headings.index(written)], tab.header + 1) == (column, case["expect"].get("header_row", 1))

    ways = [(*COLUMNS[one][:2], *WAYS[one]) for one in WAYS if one in columns(case)]
    for table, column, (row, typed, _), (other, saved, _) in ways:
        bank.book.type(bank.title(table), f"{letters(bank, column, table)}{line(bank, row, table)}", typed)
        bank.save(table, other, **{column: saved})
    bank.sync()
    for table, column, (row, _, holds), (other, _, shows) in ways:
        assert bank.value(table, row, column) == holds
        assert bank.book.shown(bank.title(table), f"{letters(bank, column, table)}{line(bank, other, table)}").startswith(shows)
    assert top(bank) == before, "and no heading is written back"
    if case["id"] == "HD003":
        own = heads(case).index("我的草稿")
        assert bank.book.cell(bank.title("customers"), f"{column_letters(own)}2") == "草稿"


@pytest.mark.parametrize("case", some(["HD040", "HD046", "HD050"]))
def test_rows_below_the_headings_are_records_where_the_case_has_customers_and_else_are_none(bank: Office, case: dict[str, Any]) -> None:
    below(bank, case)
    for _ in range(3):
        bank.sync()
        bank.wait()
    fresh = {"HD040": 0, "HD046": case["expect"].get("customers"), "HD050": 1}[case["id"]]
    assert len(bank.branch.book().frame("customers")) == 4 + fresh
    assert {table: len(bank.branch.book().frame(table)) for table in LEDGERS[1:]} == dict.fromkeys(LEDGERS[1:], 4)
    if case["id"] == "HD050":
        ledger, code, words, _ = TOLD["HD050"]
        at = f"{bank.title(ledger)}!{letters(bank, 'customer', ledger)}{START + case['expect']['row'] - 2}"
        assert (code, at) in [(one.code, one.cell) for one in bank.notes()]
        assert words in told(bank)[ledger, code]
    else:
        assert told(bank).keys() <= {("customers", "google.no_title")}, "a line that says 合计 alone lacks a name"


def test_hd056_emptied_tabs_rest_and_no_row_and_no_deadline_is_taken_for_gone(bank: Office) -> None:
    due = duties(bank)
    for table in LEDGERS:
        bank.book.clear(bank.title(table), "A1:BZ1000")
    for _ in range(3):
        bank.sync()
        bank.wait()
    _, code, words, _ = TOLD["HD056"]
    assert told(bank).keys() == {(table, code) for table in LEDGERS}
    assert all(words in sentence for sentence in told(bank).values())
    assert all(len(bank.branch.book().frame(table)) == 4 for table in LEDGERS)
    assert duties(bank) == due
    assert all(bank.book.cells(bank.title(table)) == [] for table in LEDGERS), "nothing is written into them"
