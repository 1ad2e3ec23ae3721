"""The State Council's notice, pasted: the days of 2024 to 2026 as published, and a sentence for every damaged line."""

from __future__ import annotations

from datetime import date

import pytest
from chinese_calendar import constants
from hypothesis import given
from hypothesis import strategies as st

from rules import notice
from texts import LANGS, say

END = "节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作，确保人民群众祥和平安度过节日假期。\n国务院办公厅\n{signed}\n"
HEAD = (
    "国务院办公厅关于{year}年\n部分节假日安排的通知\n国办发明电〔{issued}〕{number}号\n各省、自治区、直辖市人民政府，国务院各部委、各直属机构：\n"
    "经国务院批准，现将{year}年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。\n"
)
Y2024 = HEAD.format(year=2024, issued=2023, number=7) + (
    "一、元旦：1月1日放假，与周末连休。\n"
    "二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。"
    "鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。\n"
    "三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。\n"
    "四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。\n"
    "五、端午节：6月10日放假，与周末连休。\n"
    "六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。\n"
    "七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。\n"
) + END.format(signed="2023年10月25日")  # fmt: skip
Y2025 = HEAD.format(year=2025, issued=2024, number=12) + (
    "一、元旦：1月1日（周三）放假1天，不调休。\n"
    "二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。\n"
    "三、清明节：4月4日（周五）至6日（周日）放假，共3天。\n"
    "四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。\n"
    "五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。\n"
    "六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。\n"
) + END.format(signed="2024年11月12日")  # fmt: skip
Y2026 = HEAD.format(year=2026, issued=2025, number=7) + (
    "一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。\n"
    "二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。\n"
    "三、清明节：4月4日（周六）至6日（周一）放假，共3天。\n"
    "四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。\n"
    "五、端午节：6月19日（周五）至21日（周日）放假，共3天。\n"
    "六、中秋节：9月25日（周五）至27日（周日）放假，共3天。\n"
    "七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。\n"
) + END.format(signed="2025年11月4日")  # fmt: skip


def said(found: notice.Notice) -> list[str]:
    for lang in LANGS:
        for one in found.unclear:
            assert say(f"notice.{one.code}", lang, **one.values)
    return [say(f"notice.{one.code}", "zh", **one.values) for one in found.unclear]


@pytest.mark.parametrize(
    ("year", "text", "source"),
    [(2024, Y2024, "国办发明电〔2023〕7号"), (2025, Y2025, "国办发明电〔2024〕12号"), (2026, Y2026, "国办发明电〔2025〕7号")],
)
def test_a_pasted_notice_is_the_published_calendar(year: int, text: str, source: str) -> None:
    found = notice.read(text)
    assert said(found) == []
    assert (found.year, found.source) == (year, source)
    assert {one.on for one in found.days if one.kind == "holiday"} == {day for day in constants.holidays if day.year == year}
    assert {one.on for one in found.days if one.kind == "shifted"} == {day for day in constants.workdays if day.year == year}


def test_each_day_keeps_its_festival() -> None:
    names = {one.on: one.name for one in notice.read(Y2025).days}
    assert names[date(2025, 10, 6)] == "国庆节、中秋节"
    assert names[date(2025, 1, 26)] == "春节"


@pytest.mark.parametrize(
    "change",
    [
        ("：", ":"), ("（", "("), ("，", ","), ("1", "１"), ("\n", "\r\n\r\n "), ("周日", "星期天"), ("日", "日 "),
        ("一、元旦", "1.元旦"), ("节假日期间", "国务院办公厅2025年11月4日\n节假日期间"),
    ],
)  # fmt: skip
def test_how_it_was_typed_makes_no_difference(change: tuple[str, str]) -> None:
    assert notice.read(Y2026.replace(*change)) == notice.read(Y2026)


def test_days_of_december_belong_to_the_year_before() -> None:
    """2021-12-31 and 2022-12-31 were days off of the following New Year; the notices said it with and without the year."""
    other = "元旦：{first}至{second}放假调休，共3天。1月4日（周日）上班。"
    for first in ("2025年12月31日", "12月31日"):
        text = Y2026.replace(
            "元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。", other.format(first=first, second="1月2日")
        )
        found = notice.read(text)
        assert said(found) == []
        assert found.days[0].on == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("2月14日（周六）", "2月14日（周五）"), "2026-02-14 是周六，通知中写的是周五，请核对日期。"),
        (("2月14日（周六）", "2月13日（周六）"), "2026-02-13 是周五，通知中写的是周六，请核对日期。"),
        (("共9天", "共8天"), "“2月15日(农历腊月二十八、周日)至23日(农历正月初七、周一)放假调休,共8天”：写明 8 天，算得 9 天。"),
        (("2月28日（周六）上班", "2月30日（周六）上班"), "没有这一天：“2月30日(周六)”。"),
        (("5月9日（周六）上班", "5月9曰（周六）上班"), "没有看懂：“劳动节：5月9曰(周六)上班”。"),
        (("5月9日（周六）上班", "5月9日（周六）照旧"), "没有看懂：“劳动节：5月9日(周六)照旧”。"),
        (("6月19日（周五）至21日（周日）放假，共3天", "待定"), "没有看懂：“端午节：待定”。"),
        (("6月19日（周五）至21日（周日）放假，共3天。", ""), "“端午节”之下没有日期。"),
        (("五、端午节：6月19日（周五）至21日（周日）放假，共3天。\n", ""), "2026年的通知里没有找到：端午。请粘贴全文。"),
        (("5月9日（周六）上班", "5月8日上班"), "2026-05-08 不是周六或周日，不会是调休上班日。"),
        (("9月20日（周日）", "9月27日（周日）"), "2026-09-27 出现了两次。"),
        (("10月1日（周四）至7日（周三）", "10月7日（周三）至1日（周四）"), "起止日期不对：“10月7日(周三)至1日(周四)”。"),
    ],
)
def test_a_damaged_line_is_told(change: tuple[str, str], sentence: str) -> None:
    assert change[0] in Y2026
    assert sentence in said(notice.read(Y2026.replace(*change)))


def test_a_text_without_a_year_is_no_notice() -> None:
    assert said(notice.read("元旦：1月1日放假")) == ["没有找到年份，请把通知连同标题一起粘贴。"]
    assert notice.read("").days == ()


@pytest.mark.parametrize("text", ["2026年", "2026年部分节假日安排", "放假通知 2026年1月1日至3日放假。"])
def test_a_text_with_a_year_and_no_festival_says_which_are_missing(text: str) -> None:
    found = notice.read(text)
    assert found.days == ()
    assert [one.code for one in found.unclear] == ["missing"]


@given(
    st.lists(
        st.sampled_from((*"一二三1234年月日至、，。：:（）()0", "元旦", "春节", "2026年", "放假", "上班", "共3天", "与周末连休")),
        max_size=14,
    )
)
def test_whatever_is_pasted_is_a_notice_or_told(words: list[str]) -> None:
    found = notice.read("".join(words))
    assert found.days or found.unclear


def test_one_day_with_the_weekend_may_be_counted_with_it() -> None:
    text = Y2024.replace("6月10日放假，与周末连休。", "6月10日（星期一）放假，与周末连休，共3天。")
    assert said(notice.read(text)) == []
    assert said(notice.read(text.replace("连休，共3天", "连休，共4天"))) != []
