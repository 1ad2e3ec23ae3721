"""回顾: a manager starts, writes and submits; the leader discusses; then it is closed, and its measures go on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from branch import clock, review_desk, review_periods
from branch.branch import Branch
from branch.people import Actor, actor
from sheets.schema import Edit
from tests.pages.conftest import Open, said
from tests.pages.test_access import NOT_FOUND
from tests.pages.test_work import press, value
from texts import say

ROLES = ("CM1", "TL1", "BL1", "VW1")


@pytest.fixture
def clean(here: Branch) -> Iterator[None]:
    """Afterwards no review is left that the test has made."""
    yield
    frame = here.book().frame("reviews")
    mine = frame.loc[frame["period"] != "2025-01", "id"].astype("str")
    for table, ids in (
        ("review_lines", _of(here, "review_lines", set(mine))),
        ("measures", _of(here, "measures", set(mine))),
        ("reviews", list(mine)),
    ):
        here.store.write([Edit(table, key, here.store.row(table, key), None) for key in ids], "system", "terminal", clock.now())


def _of(here: Branch, table: str, reviews: set[str]) -> list[str]:
    frame = here.book().frame(table)
    return list(frame.loc[frame["review"].isin(reviews), "id"].astype("str"))


def mine(here: Branch, staff: str = "CM1") -> dict[str, Any]:
    """Their review of the month that is over."""
    now = clock.now()
    found = review_desk.own(here.look(now), person(here, staff), staff, review_periods.usual("month", now.date()))
    assert found is not None
    return found


def begun(opened: Open) -> AppTest:
    at = opened("CM1", "reviews")
    return press(at, "reviews.begin")


def person(here: Branch, staff: str) -> Actor:
    found = actor(here.book(), staff)
    assert found is not None
    return found


def change(here: Branch, staff: str, key: str, **values: object) -> None:
    here.write([Edit("reviews", key, here.store.row("reviews", key), values)], person(here, staff), "portal", clock.now())  # type: ignore[arg-type]


def written(here: Branch) -> str:
    """Started, written and submitted by CM1; its number."""
    now = clock.now()
    period = review_periods.usual("month", now.date())
    here.write(review_desk.begin(here.look(now), person(here, "CM1"), period), person(here, "CM1"), "portal", now)
    key = str(mine(here)["id"])
    change(here, "CM1", key, summary="存款回升", shortcomings="上门偏少", next_plan="每周排访", written_on=now.date(), status="submitted")
    return key


def discussed(here: Branch) -> str:
    """The same, discussed with BL1."""
    key = written(here)
    talk = {"discussed_on": clock.today(), "discussed_with": "BL1", "conclusion": "加大走访", "leader_opinion": "同意"}
    change(here, "BL1", key, status="discussed", **talk)
    return key


@pytest.mark.parametrize(("lang", "level"), [("zh", "month"), ("en", "month"), ("zh", "quarter"), ("en", "year")])
@pytest.mark.parametrize("staff", ROLES)
def test_every_role_opens_it_before_anything_is_written(opened: Open, staff: str, lang: str, level: str) -> None:
    at = opened(staff, "reviews", lang=lang, level=level)
    assert not at.exception
    assert not at.error
    state = say("screen.reviews.state_missing", "zh" if lang == "zh" else "en")
    assert state in said(at)
    assert bool([one for one in at.button if str(one.key).startswith("reviews.begin")]) is (staff == "CM1")


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("staff", ROLES)
def test_every_role_reads_one_that_was_discussed(opened: Open, here: Branch, staff: str, lang: str) -> None:
    key = discussed(here)
    parts = ("words", "lines", "measures", "talk") if staff == "CM1" else ("words",)
    for part in parts:
        at = opened(staff, "reviews", lang=lang, part=part, cell=f"CM1/{key}~owed")
        assert not at.exception
        assert not at.error
        assert {"words": "存款回升", "lines": "启岚机械", "talk": "加大走访"}.get(part, "") in said(at)
    if staff != "CM1":
        assert "加大走访" in said(at)
        assert "启岚机械" in said(at)
    assert bool(at.get("download_button")) is (staff != "VW1")  # a president takes nothing out


@pytest.mark.parametrize("staff", ["CR1", "ADM"])
def test_who_has_no_part_in_reviews_finds_nothing(opened: Open, staff: str) -> None:
    at = opened(staff, "reviews")
    assert NOT_FOUND in said(at)
    assert not at.button or not [one for one in at.button if str(one.key).startswith("reviews.")]


@pytest.mark.usefixtures("clean")
def test_a_manager_starts_writes_and_submits(opened: Open, here: Branch) -> None:
    at = begun(opened)
    whole = mine(here)
    key = str(whole["id"])
    assert (whole["owner"], whole["level"], whole["status"]) == ("CM1", "month", "draft")
    assert set(_of(here, "review_lines", {key})) != set()
    at = press(at, f"reviews.{key}.bar.submit")
    assert "还没有写" in "".join(one.value for one in at.error)
    assert value(here, "reviews", key, "status") == "draft"
    for field, word in (("summary", "存款回升"), ("shortcomings", "上门偏少"), ("next_plan", "每周排访")):
        at.text_area(key=f"reviews.{key}.words.{field}").set_value(word)
    at = press(press(at, f"reviews.{key}.words.save"), f"reviews.{key}.bar.submit")
    assert not at.exception
    assert "已提交，待讨论" in said(at)
    assert value(here, "reviews", key, "written_on") == clock.today()
    assert value(here, "reviews", key, "in_file") is True


@pytest.mark.usefixtures("clean")
def test_a_customer_is_graded_in_the_grid(opened: Open, here: Branch) -> None:
    begun(opened)
    key = str(mine(here)["id"])
    at = opened("CM1", "reviews", part="lines")
    name = f"reviews.{key}.grid"
    line = list(at.dataframe[0].value["customer"]).index("启岚机械")
    row = str(at.dataframe[0].value.iloc[line]["id"])
    cells = {"marketing_grade": "好", "feedback": "放款快"}
    at.session_state[f"{name}.grid.{at.session_state[f'{name}.number']}"] = {
        "edited_rows": {line: cells},
        "added_rows": [],
        "deleted_rows": [],
    }
    at = press(at.run(), f"{name}.save")
    assert not at.error
    assert (value(here, "review_lines", row, "marketing_grade"), value(here, "review_lines", row, "feedback")) == ("good", "放款快")
    assert not [one for one in at.button if str(one.key).startswith(f"{name}.save")]  # nothing is typed any more


@pytest.mark.usefixtures("clean")
def test_the_leader_discusses_it_and_the_manager_changes_nothing_more(opened: Open, here: Branch) -> None:
    stale = begun(opened)  # a window that stays open meanwhile
    key = str(mine(here)["id"])
    for field in review_desk.WORDS:
        stale.text_area(key=f"reviews.{key}.words.{field}").set_value("写好")
    stale = press(press(stale, f"reviews.{key}.words.save"), f"reviews.{key}.bar.submit")
    cookie = opened("BL1", "reviews", cell=f"CM1/{key}~owed")
    assert not [one for one in cookie.text_area if one.key == f"reviews.{key}.words.summary"]
    cookie.text_area(key=f"reviews.roll.talk.{key}.conclusion").set_value("加大走访")
    press(cookie, f"reviews.roll.talk.{key}.save")
    assert (value(here, "reviews", key, "status"), value(here, "reviews", key, "discussed_with")) == ("discussed", "BL1")
    assert value(here, "reviews", key, "discussed_on") == clock.today()
    at = opened("CM1", "reviews", part="words")
    assert "不能再改" in said(at)
    assert not [one for one in at.text_area if str(one.key).startswith(f"reviews.{key}.words")]
    assert not [one for one in at.button if str(one.key).startswith((f"reviews.{key}.bar", f"reviews.{key}.grid"))]
    stale.text_area(key=f"reviews.{key}.words.summary").set_value("改口")
    stale = press(stale, f"reviews.{key}.words.save")
    assert value(here, "reviews", key, "summary") == "写好"
    assert "已经与分管领导讨论" in "".join(one.value for one in stale.error)


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize("staff", ["TL1", "VW1"])
def test_only_the_leader_is_asked_for_the_discussion(opened: Open, here: Branch, staff: str) -> None:
    key = written(here)
    at = opened(staff, "reviews", cell=f"CM1/{key}~owed")
    assert "存款回升" in said(at)
    assert not at.text_area


@pytest.mark.usefixtures("clean")
def test_a_shortcoming_becomes_a_measure_also_after_the_discussion_and_is_finished(opened: Open, here: Branch) -> None:
    key = discussed(here)
    at = opened("CM1", "reviews", part="measures")
    at.text_area(key=f"reviews.{key}.measure.measure").set_value("补访两户")
    at.date_input(key=f"reviews.{key}.measure.due_on").set_value(clock.today() + timedelta(days=2))
    at = press(at, f"reviews.{key}.measure.save")
    assert not at.error
    [row] = _of(here, "measures", {key})
    assert (value(here, "measures", row, "owner"), value(here, "measures", row, "measure")) == ("CM1", "补访两户")
    dues = here.look(clock.now()).dues
    assert set(dues.loc[(dues["rule"] == "R10") & (dues["row"] == row), "state"]) == {"due_soon"}
    press(at, f"reviews.{key}.done.{row}")
    assert (value(here, "measures", row, "done_on"), value(here, "measures", row, "status")) == (clock.today(), "done")


@pytest.mark.usefixtures("clean")
def test_the_roll_up_shows_teams_people_and_all_and_who_has_not_written_first(opened: Open, here: Branch) -> None:
    written(here)
    at = opened("BL1", "reviews")
    names = [str(one).strip() for one in at.dataframe[0].value["_"]]
    assert names[0] == "公司业务一部"
    assert names[-1] == "合计"
    assert [one.split("（")[0] for one in names[1:3]] == ["李强", "陈静"]  # who has not written stands first
    table = at.dataframe[0].value
    assert (table["owed"].iloc[-1], table["missing"].iloc[-1], table["submitted"].iloc[-1]) == (2, 1, 1)
    at = opened("BL1", "reviews", cell="CM2/~owed")
    assert "还没有写" in said(at)


@pytest.mark.usefixtures("clean")
def test_nobody_opens_a_review_of_another_team_by_its_number(opened: Open, here: Branch) -> None:
    key = written(here)
    here.store.write(
        [Edit("reviews", "HG9", None, {"owner": "CM3", "period": mine(here)["period"], "summary": "外队的话"})],
        "system",
        "terminal",
        clock.now(),
    )
    assert "外队的话" not in said(opened("BL1", "reviews", cell="CM3/HG9~owed"))
    assert "外队的话" in said(opened("VW1", "reviews", cell="CM3/HG9~owed"))
    assert key


def test_a_review_of_no_period_is_told_and_the_address_may_say_anything(opened: Open, here: Branch) -> None:
    here.store.write([Edit("reviews", "HG8", None, {"owner": "CM1", "period": "上个月"})], "system", "import", clock.now())
    for staff in ("CM1", "BL1"):
        assert "所属期写得不对" in said(opened(staff, "reviews"))
        assert "上个月" in said(opened(staff, "reviews"))
    for query in (
        {"level": "week"},
        {"period": "去年"},
        {"period": "2026-W40"},
        {"level": "year", "period": "2026-10"},
        {"period": "2999-01"},
    ):
        at = opened("BL1", "reviews", **query)
        assert not at.exception, query


def test_a_manager_without_customers_is_told_why_there_is_nothing(opened: Open, here: Branch) -> None:
    here.store.write(
        [Edit("staff", "CM8", None, {"name": "新人", "role": "customer_manager", "team": "T1", "status": "active"})],
        "system",
        "terminal",
        clock.now(),
    )
    at = opened("CM8", "reviews")
    assert "您名下没有客户" in said(at)
    assert not [one for one in at.button if str(one.key).startswith("reviews.begin")]
