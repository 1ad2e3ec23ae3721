"""A file is imported in the browser: seen before it is written, mended once for all of it, taken, and taken back."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from branch import accounts, clock, first_scan, importing, incoming
from branch.branch import Branch
from branch.opening import create
from branch.people import actor
from tests.pages.conftest import Open, said
from tests.pages.test_work import press

CUSTOMERS = "客户名称,客户等级,主办客户经理\n明湖科技有限公司,重点客户,CM1\n镜湖科技有限公司,甲类,CM1\n"


def upload(at: AppTest, text: str, name: str = "客户.csv", table: str = "customers") -> AppTest:
    at.selectbox("importing.table").set_value(table).run()
    at.file_uploader[0].set_value((name, text.encode("utf-8-sig"), "text/csv")).run()
    assert not at.exception
    return at


def finished(at: AppTest) -> AppTest:
    """The import runs beside the page; this waits for its end."""
    for _ in range(200):
        at.run()
        if any(str(one.key) == "importing.another" for one in at.button):
            return at
        time.sleep(0.1)
    raise AssertionError(said(at))


def live(here: Branch, table: str, column: str, wanted: str) -> int:
    return int((here.book().frame(table)[column] == wanted).sum())


def test_a_file_is_seen_mended_taken_and_taken_back(here: Branch, opened: Open) -> None:
    at = upload(opened("CM1", "importing"), CUSTOMERS)
    assert "表头全部认出，共 3 列" in said(at)
    press(at, "importing.next")
    assert [metric.value for metric in at.metric][:5] == ["2", "0", "0", "0", "0"]
    assert "不认识的选项" in "".join(one.label for one in at.expander)
    assert live(here, "customers", "name", "明湖科技有限公司") == 0, "a preview writes nothing"
    press(at, "importing.mend")
    word = next(one for one in at.selectbox if str(one.key).startswith("importing.word."))
    word.set_value("quality").run()
    press(at, "importing.take")
    press(at, "importing.go")
    at = finished(at)
    assert "客户.csv 已导入：新增 2 行，更新 0 行" in said(at)
    frame = here.book().frame("customers")
    assert list(frame.loc[frame["name"] == "镜湖科技有限公司", "tier"].astype(str)) == ["quality"]
    press(at, "importing.undo.")
    assert "已撤销：删除" in said(at)
    assert live(here, "customers", "name", "镜湖科技有限公司") == 0
    press(at, "importing.another") if any(str(b.key) == "importing.another" for b in at.button) else None


def test_what_was_brought_survives_a_reload(here: Branch, opened: Open) -> None:
    press(upload(opened("CM1", "importing"), CUSTOMERS), "importing.next")
    again = opened("CM1", "importing")
    assert [metric.value for metric in again.metric][:1] == ["2"]
    incoming.drop(here, "CM1")


def test_customers_of_somebody_else_are_refused_row_by_row_with_the_reason(here: Branch, opened: Open) -> None:
    """C2 is CM1's, C3 of a colleague's in the same team, C5 of another team."""
    text = "客户编号,客户简称\nC2,宏远纺\nC3,别人的\nC5,别组的\n"
    at = press(upload(opened("CM1", "importing"), text), "importing.next")
    assert [metric.value for metric in at.metric][:5] == ["0", "1", "0", "0", "2"]
    assert said(at).count("不在你可以修改的范围内") >= 2
    press(at, "importing.take")
    press(at, "importing.go")
    at = finished(at)
    assert "2 行没有导入" in said(at)
    assert here.store.row("customers", "C3")["short_name"] == "瑞丰化工"
    press(at, "importing.another")


def test_a_heading_that_may_be_a_deadline_is_asked_about_and_never_dropped(here: Branch, opened: Open) -> None:
    text = "客户编号,下次见面期限\nC1,2027-03-01\n"
    at = upload(opened("CM1", "importing"), text)
    assert "还没有决定：下次见面期限" in said(at)
    go = next(one for one in at.button if str(one.key) == "importing.next")
    assert go.disabled
    column = next(one for one in at.selectbox if str(one.key).startswith("importing.column."))
    column.set_value(("", "")).run()
    press(at, "importing.next")
    assert [metric.value for metric in at.metric][:5] == ["0", "0", "1", "0", "0"]
    incoming.drop(here, "CM1")


def test_a_heading_is_given_its_meaning_and_remembered_for_the_ledger(here: Branch, opened: Open) -> None:
    text = "客户编号,单位住哪\nC1,望江路{n}号\n"
    at = upload(opened("CM1", "importing"), text.format(n=8))
    next(one for one in at.selectbox if str(one.key).startswith("importing.column.")).set_value(("customers", "address")).run()
    for key in ("importing.next", "importing.take", "importing.go"):
        press(at, key)
    at = finished(at)
    assert here.store.row("customers", "C1")["address"] == "望江路8号"
    press(at, "importing.another")
    at = press(upload(at, text.format(n=9)), "importing.next")
    assert "望江路8号 → 望江路9号" in said(at)
    incoming.drop(here, "CM1")


def test_a_unit_in_doubt_is_asked_and_its_answer_counts(here: Branch, opened: Open) -> None:
    text = "授信编号,客户,额度\nL1,C1,50000000\nL2,C2,50000000\n"
    at = press(upload(opened("CR1", "importing"), text, "授信.csv", "credit_lines"), "importing.next")
    assert [metric.value for metric in at.metric][:5] == ["0", "0", "0", "0", "2"]
    press(at, "importing.mend")
    assert "没有写单位" in said(at)
    next(one for one in at.selectbox if str(one.key).startswith("importing.unit.")).set_value("元").run()
    press(at, next(str(one.key) for one in at.button if str(one.key).endswith(".sure")))
    assert [metric.value for metric in at.metric][:5] == ["0", "0", "2", "0", "0"]
    incoming.drop(here, "CR1")


def test_rows_that_are_not_wanted_are_left_out(here: Branch, opened: Open) -> None:
    at = press(upload(opened("CM1", "importing"), "客户编号,客户简称\nC2,宏远二\nC5,别组的\n"), "importing.next")
    press(at, "importing.mend")
    press(at, "importing.skip_all")
    assert [metric.value for metric in at.metric][:5] == ["0", "1", "0", "0", "0"]
    incoming.drop(here, "CM1")


def test_a_file_that_cannot_be_read_says_why(opened: Open) -> None:
    at = upload(opened("CM1", "importing"), "", "空.csv")
    assert "文件里没有内容" in said(at)


def test_nobody_imports_into_what_their_role_may_not_write(here: Branch, opened: Open) -> None:
    at = opened("CM1", "importing")
    assert "staff" not in at.selectbox("importing.table").options
    assert "没有找到" in said(opened("VW1", "importing"))
    now = clock.now()
    incoming.bring(here, "CM1", "staff", "人员.csv", "工号,姓名\nZZ,新人\n".encode(), now)
    again = opened("CM1", "importing")
    assert not [one for one in again.button if str(one.key) == "importing.next"], "a draft of a closed ledger is not shown"
    incoming.drop(here, "CM1")


def test_every_word_is_there_in_english(here: Branch, opened: Open) -> None:
    at = press(upload(opened("CM1", "importing", lang="en"), CUSTOMERS), "importing.next")
    press(at, "importing.mend")
    assert "Choose once for the whole file" in said(at)
    incoming.drop(here, "CM1")


def test_a_ledger_offers_its_import(opened: Open) -> None:
    at = press(opened("CM1", "ledgers", table="contacts"), "contacts.bring")
    assert at.selectbox("importing.table").value == "contacts"
    assert not [one for one in opened("VW1", "customers").button if str(one.key).endswith(".bring")]


def test_an_administrator_fills_a_new_branch_and_leaves_its_customers_to_the_managers_once_mails_go(here: Branch) -> None:
    """While the first mails wait the branch is being set up; the access matrix holds from the moment they go, by whichever way."""
    admin = actor(here.book(), "ADM")
    assert admin is not None
    now = clock.now()
    here.store.private.mark(first_scan.MARK, first_scan.WAITS, now)
    assert {"customers", "loans", "staff"} <= set(importing.ledgers(here, admin, now))
    later = now + first_scan.PATIENCE + timedelta(days=1)  # nobody has let them go: they have gone by themselves
    assert "customers" not in importing.ledgers(here, admin, later)
    first_scan.let_go(here, admin, now)
    assert "customers" not in importing.ledgers(here, admin, now)
    assert "staff" in importing.ledgers(here, admin, now)


def test_while_a_branch_is_filled_its_rules_are_still_drafted_and_not_put_into_force(fresh_branch: Branch) -> None:
    """The right to fill the ledgers of business is none over people, rules and calendar."""
    here, now = fresh_branch, clock.now()
    admin = actor(here.book(), "ADM")
    assert admin is not None
    assert {"customers", "loans"} <= set(importing.ledgers(here, admin, now))
    before = here.book().frame("rules").set_index("id").loc["R10", "enabled"]
    text = "规则号,启用\nR10,否\n".encode()
    brought = incoming.bring(here, "ADM", "rules", "规则.csv", text, now)
    book = importing.opened(here, admin, brought)
    brought = replace(brought, sheet=importing.suggested(here, brought, book))
    looked = importing.look_over(here, brought, importing.laid(here, brought, book), admin, now, "zh")
    assert [row.verdict for row in looked.rows] == ["refused"]
    assert here.book().frame("rules").set_index("id").loc["R10", "enabled"] == before


@pytest.fixture
def fresh_branch(tmp_path: Path) -> Branch:
    """A branch in its first hour: nobody but the administrator, whose first mails wait."""
    made = create(tmp_path / "home", clock.now())
    accounts.set_up(made, accounts.setup_key(made, clock.now()), "ADM", "朱红", "望川 支行 2026 秋", clock.now())
    return made
