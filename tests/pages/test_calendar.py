"""The working calendar on the page of rules: read by all, changed by two, and shown what it moves before it is saved."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from branch import clock, drafts
from branch.branch import Branch
from tests.pages.conftest import Open, said

NOTICE = (
    "国务院办公厅关于2027年部分节假日安排的通知\n国办发明电〔2026〕9号\n一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n"
    "二、春节：2月5日（周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月20日（周六）上班。\n"
    "三、清明节：4月3日（周六）至5日（周一）放假，共3天。\n四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）、5月8日（周六）上班。\n"
    "五、端午节：6月9日（周三）放假1天，不调休。\n六、中秋节：9月15日（周三）放假1天，不调休。\n"
    "七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。\n"
)


def shown(opened: Open, person: str, **query: str) -> AppTest:
    at = opened(person, "rules", view="calendar", **query)
    assert not at.exception
    return at


def click(at: AppTest, name: str) -> AppTest:
    next(one for one in at.button if str(one.key).startswith(name)).click().run()
    assert not at.exception
    return at


def test_everybody_reads_the_calendar_and_only_two_may_change_it(opened: Open) -> None:
    for person in ("CM1", "VW1", "BL1", "ADM"):
        at = shown(opened, person, year="2026")
        assert "国务院公布" in said(at)
        assert bool([one for one in at.text_area if one.key == "calendar.notice.text"]) == (person in {"BL1", "ADM"})


def test_a_damaged_notice_is_told_and_cannot_be_saved(opened: Open, here: Branch) -> None:
    at = shown(opened, "BL1", year="2027")
    at.text_area(key="calendar.notice.text").set_value(NOTICE.replace("5月8日（周六）", "5月8日（周五）")).run()
    assert "2027-05-08 是周六，通知中写的是周五" in said(at)
    assert not [one for one in at.button if str(one.key).startswith("calendar.notice.save")]
    assert here.look(clock.now()).calendar.is_provisional(date(2027, 3, 1))


def test_a_notice_is_shown_with_what_it_moves_then_saved_with_its_source(opened: Open, here: Branch) -> None:
    at = shown(opened, "BL1", year="2027")
    assert "2027年的放假安排还没有公布" in said(at)
    at.text_area(key="calendar.notice.text").set_value(NOTICE).run()
    assert "放假 27 天，调休上班 6 天" in said(at)
    assert "与现在相比" in said(at)
    [there] = here.book().frame("calendar")["on"].dt.date  # a day written down before, and not confirmed
    assert there == date(2027, 1, 1)
    at = click(at, "calendar.notice.save")
    days = here.look(clock.now()).calendar
    assert not days.is_provisional(date(2027, 3, 1))
    assert (days.is_workday(date(2027, 1, 31)), days.is_workday(date(2027, 2, 9))) == (True, False)
    rows = here.book().frame("calendar")
    assert (len(rows), set(rows["source"]), bool(rows["confirmed"].all())) == (33, {"国办发明电〔2026〕9号"}, True)
    assert "2027年的放假安排已公布" in said(at)
    assert at.text_area(key="calendar.notice.text").value in (None, "")
    at.text_area(key="calendar.notice.text").set_value(NOTICE).run()
    assert "日历里都有了" in said(at)


def test_the_branch_closed_is_off_until_the_row_is_taken_out_again(opened: Open, here: Branch) -> None:
    look = here.look(clock.now())
    day = next(one for n in range(30, 60) if look.calendar.is_workday(one := look.today + timedelta(n)))
    at = shown(opened, "ADM")
    at.text_input(key="calendar.closure.name").set_value("系统切换").run()
    at.date_input(key="calendar.closure.first").set_value(day).run()
    at = click(at, "calendar.closure.save")
    assert not here.look(clock.now()).calendar.is_workday(day)
    frame = here.book().frame("calendar")
    [row] = frame.loc[frame["kind"].astype("str") == "closure", "id"]
    at.multiselect(key="calendar.removal.rows").set_value([row]).run()
    click(at, "calendar.removal.save")
    assert here.look(clock.now()).calendar.is_workday(day)


def test_a_notice_that_was_pasted_is_back_after_a_reload_until_it_is_saved(opened: Open, here: Branch) -> None:
    at = shown(opened, "ADM")
    at.text_area(key="calendar.notice.text").set_value("放假通知的前一半").run()
    at.text_input(key="calendar.closure.name").set_value("搬迁").run()
    at = shown(opened, "ADM")
    assert at.text_area(key="calendar.notice.text").value == "放假通知的前一半"
    assert at.text_input(key="calendar.closure.name").value == "搬迁"
    at.text_area(key="calendar.notice.text").set_value("").run()
    at.text_input(key="calendar.closure.name").set_value("").run()
    assert shown(opened, "ADM").text_area(key="calendar.notice.text").value in (None, "")


def test_of_a_closure_and_a_removal_that_come_back_only_what_is_still_there_is_offered(opened: Open, here: Branch) -> None:
    now = clock.now()
    drafts.keep(here, "ADM", "calendar.closure.fields", {"name": "搬迁", "first": now.date() - timedelta(days=1)}, {}, now)
    drafts.keep(here, "ADM", "calendar.removal.fields", {"rows": ["gone"]}, {}, now)
    at = shown(opened, "ADM")
    assert (at.text_input(key="calendar.closure.name").value, at.date_input(key="calendar.closure.first").value) == ("搬迁", None)
    assert [one.value for one in at.multiselect if one.key == "calendar.removal.rows"] in ([], [[]])
    at.text_input(key="calendar.closure.name").set_value("").run()
    assert drafts.load(here, "ADM", "calendar.closure.fields").typed == {}


def test_a_weekend_need_not_be_closed(opened: Open, here: Branch) -> None:
    look = here.look(clock.now())
    day = next(one for n in range(30, 60) if not look.calendar.is_workday(one := look.today + timedelta(n)))
    at = shown(opened, "BL1")
    at.text_input(key="calendar.closure.name").set_value("搬迁").run()
    at.date_input(key="calendar.closure.first").set_value(day).run()
    assert "本来就休息" in said(at)


def test_a_rule_shows_what_a_change_would_bring_and_goes_back_to_what_was_shipped(opened: Open, here: Branch) -> None:
    at = opened("BL1", "rules", row="R30")
    assert "恢复" not in [one.label for one in at.button]
    at.number_input(key="rule.R30.lead.number").set_value(2).run()
    assert not at.exception
    assert "改期 4 项" in said(at)
    click(at, "rule.R30.save")
    assert _lead(here) == "2m"
    at = opened("BL1", "rules", row="R30")
    assert "与出厂内容不同的有 1 处" in said(at)
    next(one for one in at.button if one.label == "恢复").click().run()
    assert not at.exception
    assert _lead(here) == "1m"


def _lead(here: Branch) -> str:
    return str(here.book().frame("rules").set_index("id").loc["R30", "lead"])


def test_the_last_year_of_a_draft_is_counted_when_it_is_asked_for(opened: Open) -> None:
    at = opened("BL1", "rules", row="R30")
    at.number_input(key="rule.R30.lead.number").set_value(3).run()
    assert "逐周回放" not in said(at)
    click(at, "rule.R30.replay")
    assert "逐周回放" in said(at)


@pytest.mark.parametrize("person", ["CM1", "BL1"])
def test_the_calendar_in_english_has_no_chinese_words_of_ours(opened: Open, person: str) -> None:
    at = shown(opened, person, lang="en", year="2026")
    ours = [*at.title, *at.caption, *at.header, *at.button, *at.text_input, *at.text_area, *at.warning]
    words = [str(getattr(one, "label", "") or one.value) for one in ours]
    assert [word for word in words if "历" in word or "假" in word] == []
