"""Every page as every role: it opens or says what it says of a page that is not there, and shows only their own rows."""

from __future__ import annotations

import pytest
from streamlit import get_option
from streamlit.testing.v1 import AppTest

from branch import access, accounts, clock
from branch.branch import Branch
from branch.people import actor
from pages.parts.screens import ALL, SCREENS, written_elsewhere
from sheets.tables import TABLES
from tests.branch import rooms
from tests.pages.conftest import PERSON, Open, said

NOT_FOUND = "没有找到。它可能不存在，也可能不在您的权限范围内。"
roles = pytest.mark.parametrize("role", ALL)
WIDE = [pytest.param(one, marks=() if one in ("customer_manager", "admin") else pytest.mark.long) for one in ALL]
walked = pytest.mark.parametrize("role", WIDE)  # the long walks: the other roles in the long suite


@roles
@pytest.mark.parametrize("screen", SCREENS)
def test_a_page_opens_for_its_roles_and_is_not_there_for_others(opened: Open, role: str, screen: str) -> None:
    at = opened(PERSON[role], screen, **({"id": "C1"} if screen == "customer" else {}))
    assert not at.exception
    assert not at.error
    if role in SCREENS[screen].roles:
        assert at.title
        assert NOT_FOUND not in said(at)
    else:
        assert not at.title
        assert [one.value.replace("\\", "") for one in at.info] == [NOT_FOUND]


@pytest.mark.parametrize("role", ["customer_manager", "admin", *(pytest.param(one, marks=pytest.mark.long) for one in ALL[1:5])])
@pytest.mark.parametrize("screen", SCREENS)
def test_a_page_in_english_has_no_chinese_words_of_ours(opened: Open, role: str, screen: str) -> None:
    """Names of people and customers stay as they are; a heading, a hint, a button does not."""
    at = opened(PERSON[role], screen, lang="en", **({"id": "C1"} if screen == "customer" else {}))
    ours = [*at.title, *at.caption, *at.header, *at.subheader, *at.button, *at.toggle, *at.selectbox, *at.text_input, *at.metric]
    words = [str(getattr(one, "label", "") or one.value) for one in ours]
    chinese = [word for word in words if any("\u4e00" <= c <= "\u9fff" for c in word)]
    known = ("启岚机械", "宏远纺织", "瑞丰化工", "点我", "测试支行", "陈静", "李强", "冯雪", "蒋琳", "韩梅", "杨帆", "朱红")
    assert [word for word in chinese if not any(name in word for name in known)] == []


@pytest.mark.parametrize("screen", SCREENS)
def test_a_stranger_gets_nothing_from_any_page(opened: Open, screen: str) -> None:
    at = opened("", screen, id="C1", table="contacts")
    assert not at.exception
    assert said(at).strip() == ""


@pytest.mark.parametrize(("role", "mine"), [("customer_manager", {"C1", "C2", "C4"}), ("team_leader", {"C1", "C2", "C3", "C4"}),
                                            ("president", {"C1", "C2", "C3", "C4", "C5"})])  # fmt: skip
def test_the_list_of_customers_holds_his_own(opened: Open, role: str, mine: set[str]) -> None:
    at = opened(PERSON[role], "customers")
    assert set(at.dataframe[0].value["id"]) == mine


@roles
def test_somebody_elses_customer_is_answered_like_one_that_never_was(opened: Open, here: Branch, role: str) -> None:
    there = {key: said(opened(PERSON[role], "customer", id=key)) for key in ("C1", "C5", "C999")}
    assert "启岚机械" in there["C1"]
    assert NOT_FOUND in there["C999"]
    if role in {"customer_manager", "team_leader", "leader", "credit_officer"}:
        assert there["C5"] == there["C999"]
        assert (PERSON[role], "customers/C5") in rooms.on_record(here, "denied")
    else:
        assert there["C5"] != there["C999"]


@walked
def test_every_ledger_shows_his_rows_and_no_others(opened: Open, here: Branch, role: str) -> None:
    """46 ledgers: what may be read is listed, what may not is not offered; a row of another team is not found."""
    desk = Reader(here, PERSON[role])
    at = opened(PERSON[role], "ledgers")
    for key in TABLES:
        turn(at, table=key)
        assert not at.exception, key
        assert not at.error, key
        if not desk.may(key):
            assert TABLES[key].zh not in [one.value for one in at.header], key
            continue
        rows = desk.rows(key)
        if rows and at.dataframe:
            assert len(at.dataframe[0].value) == min(len(rows), 100), key
        others = desk.others(key)
        for row in sorted(others)[:1]:
            assert said(turn(at, table=key, row=row)) == said(turn(at, table=key, row="nobody-has-this")), key


@walked
def test_every_form_and_every_row_can_be_opened(opened: Open, here: Branch, role: str) -> None:
    desk = Reader(here, PERSON[role])
    at = opened(PERSON[role], "ledgers")
    for key in TABLES:
        if not desk.may(key):
            continue
        if desk.may(key, "create") and not written_elsewhere(key):
            at.session_state[f"ledgers.{key}.adding"] = True
            turn(at, table=key)
            assert not at.exception, key
            assert any(str(one.key).startswith(f"ledgers.{key}.new.save") for one in at.button), key
        for row in sorted(desk.rows(key))[:1]:
            turn(at, table=key, row=row)
            assert not at.exception, (key, row)
            assert not at.error, (key, row)


@roles
def test_no_page_shows_a_private_number(opened: Open, role: str) -> None:
    for screen, query in (("customer", {"id": "C1"}), ("ledgers", {"table": "contacts"}), ("ledgers", {"table": "contacts", "row": "K1"})):
        at = opened(PERSON[role], screen, **query)
        if screen == "customer":
            at.session_state["customer.part"] = "contacts"
            at.run()
        assert "13800000001" not in said(at)


def test_a_session_that_was_ended_shows_nothing_on_the_very_next_click(opened: Open, here: Branch, token: list[str]) -> None:
    at = opened("CM1", "customers")
    assert "启岚机械" in said(at)
    admin = accounts.person(here, accounts.pick(here, "ADM", clock.now()), clock.now())
    assert admin is not None
    accounts.end_all(here, admin, "CM1", clock.now())
    at.run()
    assert said(at).strip() == ""
    assert token[0]


def turn(at: AppTest, **query: str) -> AppTest:
    """The same window, another address."""
    at.query_params.clear()
    at.query_params.update(query)
    return at.run()


class Reader:
    """What the rooms themselves say a person may see: the measure for the pages."""

    def __init__(self, here: Branch, staff: str) -> None:
        self.book = here.book()
        found = actor(self.book, staff)
        assert found is not None
        self.person = found

    def may(self, table: str, act: str = "read") -> bool:
        return access.may(self.person, table, act)

    def rows(self, table: str) -> set[str]:
        return set(access.rows(self.book, table, self.person)["id"].astype(str))

    def others(self, table: str) -> set[str]:
        return set(self.book.frame(table)["id"].astype(str)) - self.rows(table)


@pytest.mark.parametrize(
    ("person", "screen", "query", "recorded"),
    [
        ("CM1", "customer", {"id": "C5"}, "customers/C5"),
        ("CM1", "plans", {"customer": "C5"}, "customers/C5"),
        ("CM1", "visits", {"customer": "C5"}, "customers/C5"),
        ("CM1", "visits", {"customer": "C1", "opportunity": "opportunities-C5"}, "opportunities/opportunities-C5"),
        ("CM1", "ledgers", {"table": "loans", "row": "loans-C5"}, "loans/loans-C5"),
        ("CM1", "ledgers", {"table": "problems", "customer": "C5"}, "customers/C5"),
        ("CR1", "ledgers", {"table": "plans", "row": "plans-C1"}, "plans/plans-C1"),
        ("ADM", "ledgers", {"table": "contacts"}, "contacts"),
        ("VW1", "settings", {}, "screen=settings"),
    ],
)
def test_an_address_that_names_what_is_not_theirs_is_on_record_whichever_page_it_is(
    opened: Open, here: Branch, person: str, screen: str, query: dict[str, str], recorded: str
) -> None:
    before = rooms.on_record(here, "denied").count((person, recorded))
    at = opened(person, screen, **query)
    assert not at.exception
    at.run()  # drawing the page again is no new attempt
    assert rooms.on_record(here, "denied").count((person, recorded)) == before + 1


@pytest.mark.parametrize(
    ("person", "screen", "offered"),
    [("CM1", "customers", True), ("TL1", "customers", True), ("BL1", "customers", True), ("CR1", "customers", True),
     ("VW1", "customers", False), ("ADM", "customers", False), ("CM1", "alerts", True), ("VW1", "alerts", False)],
)  # fmt: skip
def test_a_list_offers_its_file_to_whom_the_matrix_lets(opened: Open, person: str, screen: str, offered: bool) -> None:
    at = opened(person, screen)
    assert not at.exception
    assert bool(at.get("download_button")) is offered
    asks = any(box.label == "导出理由" for box in at.text_input)
    assert asks is (person in {"BL1", "CR1"})


def test_no_table_offers_its_data_past_the_export() -> None:
    """Streamlit's own toolbar would write key headings, ask for no reason and leave no record."""
    assert get_option("client.disableDataExport") is True


def test_one_who_may_not_see_plans_is_told_so_and_not_that_there_is_none(opened: Open) -> None:
    told = said(opened(PERSON["credit_officer"], "plans", customer="C1"))
    assert "您的岗位看不到一户一策" in told
    assert "还没有" not in told
