"""A save that contradicts the scheme is refused with a sentence, or merged, or shown side by side; never half done."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from branch import access, exchange
from branch.branch import Branch
from branch.people import SYSTEM
from branch.saving import CellRefused, Refused
from sheets.schema import Edit, Unread, doing
from sheets.store import Conflict
from sheets.tables import TABLES
from tests.branch.rooms import NOW, TODAY, on_record, who
from tests.branch.saves import TOMORROW, VISIT, refusal, row, saved
from texts import Fault

ONSITE = {"kind": "business", "mode": "onsite", "place": "厂区", "purposes": "signing"}


@pytest.mark.parametrize("mode", ["phone", "sms", "online", "visitor", "other"])
def test_a_business_visit_that_was_not_on_site_is_refused_from_a_form_and_from_a_file(branch: Branch, mode: str) -> None:
    edit = Edit("visits", "B", None, VISIT | {"kind": "business", "mode": mode})
    assert "业务访问必须实行上门访问方式" in refusal(branch, "CM1", edit).say("zh")
    assert refusal(branch, "CM1", edit, source="import").code == "check.business_onsite"
    with pytest.raises(Refused):
        branch.write([edit], SYSTEM, "import", NOW)
    saved(branch, "CM1", Edit("visits", "B", None, VISIT | ONSITE))


def test_a_routine_visit_by_phone_is_not_turned_into_business_by_either_field(branch: Branch) -> None:
    saved(branch, "CM1", Edit("visits", "B", None, VISIT))
    refusal(branch, "CM1", Edit("visits", "B", {"kind": "routine"}, {"kind": "business"}))
    saved(branch, "CM1", Edit("visits", "B", {"kind": "routine", "mode": "phone"}, ONSITE))
    refusal(branch, "CM1", Edit("visits", "B", {"mode": "onsite"}, {"mode": "phone"}))


@pytest.mark.parametrize(
    ("staff", "table", "key", "column"),
    [("CM1", "visits", "V1", "visited_on"), ("CM1", "ratings", "R1", "submitted_on"), ("CM1", "credit_lines", "L1", "diligence_on"),
     ("CM1", "loans", "J1", "notice_on"), ("CR1", "ratings", "R1", "notice_on"), ("CM1", "problems", "problems-C1", "solved_on")],
)  # fmt: skip
def test_nothing_is_done_tomorrow(branch: Branch, staff: str, table: str, key: str, column: str) -> None:
    """A date in the future would end a duty today for something that has not happened."""
    seen = row(branch, table, key)
    assert refusal(branch, staff, Edit(table, key, seen, {column: TOMORROW})).values["day"] == TOMORROW
    act = doing(TABLES[table][column].act)[0]
    saved(branch, staff, Edit(table, key, seen, {column: TODAY} | ({act: "已办妥"} if act else {})))


@pytest.mark.parametrize(
    ("staff", "table", "key", "values"),
    [
        ("CM1", "opportunities", "O1", {"submitted_at": datetime(2026, 11, 21, 9)}),
        ("CM1", "opportunities", "O1", {"signed_on": date(2026, 11, 20)}),
        ("CR1", "ratings", "R1", {"expires_on": date(2020, 1, 1)}),
        ("CR1", "loans", "J1", {"matures_on": date(2020, 1, 1)}),
        ("ADM", "leave", "leave-C1", {"to_on": date(2020, 1, 1)}),
    ],
)
def test_the_later_day_is_not_before_the_earlier_one(branch: Branch, staff: str, table: str, key: str, values: dict[str, Any]) -> None:
    assert refusal(branch, staff, Edit(table, key, row(branch, table, key), values)).code == "check.order"


def test_an_old_contradiction_does_not_stand_in_the_way_of_another_change(branch: Branch) -> None:
    bad = Edit("loans", "J1", row(branch, "loans", "J1"), {"matures_on": date(2020, 1, 1)})
    branch.store.write([bad], "system", "sheet", NOW)
    saved(branch, "CM1", Edit("loans", "J1", {"note": None}, {"note": "待核对"}))


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [("name", "甲" * 32_768, "32767"), ("name", "甲\u202e乙", "倒着"), ("uscc", "911100006000373", "18 位"), ("tier", "vip", "可选"),
     ("flags", "credit;gold", "可选"), ("team", "T9", "T9"), ("parent", "C5", "C5"), ("assistants", "CM1;XX", "XX"), ("short_name", "#REF!", "公式")],
)  # fmt: skip
def test_a_value_that_its_column_cannot_take_is_refused_with_its_own_sentence(branch: Branch, column: str, value: str, words: str) -> None:
    staff = "TL1" if column in {"team", "assistants"} else "CM1"
    seen = row(branch, "customers", "C1")
    try:
        told = refusal(branch, staff, Edit("customers", "C1", seen, {column: value})).say("zh")
    except access.Unknown:
        assert column == "team"  # a team that is not theirs
    else:
        assert words in told
        assert branch.book().tables["customers"][column].zh in told


def test_emoji_rare_characters_and_long_notes_are_kept_to_the_letter(branch: Branch) -> None:
    text = "🏦 𠮷野家 é " + "备注" * 9_000
    saved(branch, "CM1", Edit("customers", "C1", {"note": None}, {"note": text}))
    assert row(branch, "customers", "C1")["note"] == text


def test_what_a_ledger_asks_for_is_not_left_out_or_taken_out(branch: Branch) -> None:
    assert refusal(branch, "CM1", Edit("problems", "p", None, {"customer": "C1"})).code == "check.required"
    assert refusal(branch, "CM1", Edit("customers", "C1", {"address": "示例路1号"}, {"address": None})).code == "check.required"


def test_a_code_or_a_basic_account_is_not_given_twice(branch: Branch) -> None:
    taken = row(branch, "customers", "C3")["uscc"]
    fault = refusal(branch, "CM1", Edit("customers", "C1", row(branch, "customers", "C1"), {"uscc": taken}))
    assert "C3" not in fault.say("zh")
    account = {"customer": "C1", "number": "99000000000000000099", "nature": "basic", "currency": "CNY", "bank": "本行", "status": "normal"}
    assert refusal(branch, "CM1", Edit("accounts", "A9", None, account)).code == "check.basic_second"
    saved(branch, "CM1", Edit("accounts", "A9", None, account | {"nature": "general"}))


def test_a_file_is_taken_with_its_faults_which_are_then_listed(branch: Branch) -> None:
    edit = Edit("loans", "J1", row(branch, "loans", "J1"), {"repaid_on": date(2020, 1, 1)})
    branch.write([edit], SYSTEM, "import", NOW)
    assert ("J1", "repaid_on", "check.order_found") in {(i.row, i.column, i.code) for i in branch.look(NOW).issues}


def test_the_same_field_changed_by_two_is_shown_with_both_values_and_nothing_is_written(branch: Branch) -> None:
    """ST002."""
    seen = row(branch, "customers", "C1")
    branch.store.write([Edit("customers", "C1", {"assistants": None}, {"assistants": "CM2"})], "system", "terminal", NOW)
    saved(branch, "CM1", Edit("customers", "C1", seen, {"house_bank": "甲行"}))
    with pytest.raises(Conflict) as conflict:
        saved(branch, "CM2", Edit("customers", "C1", seen, {"house_bank": "乙行", "note": "并行"}))
    [one] = conflict.value.clashes
    assert (one.who, one.clash.base, one.clash.theirs, one.clash.mine) == ("CM1", None, "甲行", "乙行")
    assert "陈静" not in conflict.value.say("zh")
    assert row(branch, "customers", "C1")["note"] is None
    saved(branch, "CM2", Edit("customers", "C1", seen, {"note": "并行"}))
    assert (row(branch, "customers", "C1")["house_bank"], row(branch, "customers", "C1")["note"]) == ("甲行", "并行")


def test_the_same_save_twice_is_one_save(branch: Branch) -> None:
    edit = Edit("visits", "N", None, VISIT)
    first = saved(branch, "CM1", edit, token="t1")
    again = saved(branch, "CM1", edit, token="t1")
    assert (first.rows, again.rows, again.repeated) == (2, 0, True)
    assert saved(branch, "CM1", edit).rows == 0  # without a token: the same content is no change


def test_a_row_as_a_form_saw_it_is_compared_as_the_ledger_keeps_it(branch: Branch) -> None:
    """Frames hold days as instants and blanks as NaN; neither is a change of somebody else's."""
    frame = branch.book().frame("loans")
    shown = {str(k): v for k, v in frame[frame["id"] == "J1"].iloc[0].items()}
    saved(branch, "CR1", Edit("loans", "J1", shown, {"matures_on": date(2026, 12, 31), "notice_on": TODAY, "rate": 34_500}))
    assert row(branch, "loans", "J1")["matures_on"] == date(2026, 12, 31)


def test_a_cell_that_could_not_be_read_is_mended_through_a_form(branch: Branch) -> None:
    """HU048: its issue closes itself."""
    bad = Unread("2026-02-30", "date_no_such_day")
    branch.store.write([Edit("ratings", "R1", row(branch, "ratings", "R1"), {"expires_on": bad})], "system", "sheet", NOW)
    assert "R1" in {i.row for i in branch.look(NOW).of(who(branch, "CR1")).issues}
    frame = branch.book().frame("ratings")
    shown = {str(k): v for k, v in frame[frame["id"] == "R1"].iloc[0].items()}
    saved(branch, "CR1", Edit("ratings", "R1", shown, {"expires_on": date(2027, 2, 28)}))
    assert "R1" not in {i.row for i in branch.look(NOW).of(who(branch, "CR1")).issues}


def test_an_unknown_ledger_or_column_is_refused(branch: Branch) -> None:
    with pytest.raises(access.Denied):
        saved(branch, "CM1", Edit("huce_meta", "1", None, {"version": 9}))
    with pytest.raises(Fault):
        saved(branch, "CM1", Edit("customers", "C1", {}, {"password": "x"}))


def test_a_refused_cell_is_told_with_the_name_of_its_column(branch: Branch) -> None:
    fault = refusal(branch, "CM1", Edit("customers", "C1", row(branch, "customers", "C1"), {"uscc": "123"}))
    assert isinstance(fault, CellRefused)
    assert fault.say("en").startswith("“USCC”")


def test_of_a_file_every_row_that_cannot_stand_is_told_and_all_others_are_in(branch: Branch, tmp_path: Path) -> None:
    """One pass, however many are bad; on record only whose rows were tried."""
    lines = [f"N{n},C{[1, 3][n % 5 == 0]},{['routine', 'business'][n % 7 == 0]},phone,2026-11-20,CM1,x" for n in range(60)]
    file = tmp_path / "visits.csv"
    file.write_text("id,customer,kind,mode,visited_on,participants,minutes\n" + "\n".join(lines), "utf-8")
    version = branch.store.version()
    done = exchange.import_file(branch, "visits", file, NOW, who(branch, "CM1"))
    others, business = {n for n in range(60) if n % 5 == 0}, {n for n in range(60) if n % 7 == 0}
    assert {issue["row"] for issue in done["issues"]} == {f"N{n}" for n in others | business}
    assert (done["added"], done["refused"]) == (60 - len(others | business), len(others | business))
    assert branch.store.version() == version + 1
    [(actor, rows)] = on_record(branch, "denied")
    assert actor == "CM1"
    assert rows.split(", ") == [f"visits/N{n}" for n in sorted(others)]
