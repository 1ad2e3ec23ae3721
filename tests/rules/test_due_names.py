"""What a due is called and says follows its state and its row, and is never false on the day it is read."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from rules import due, placeholders, rulebook
from rules.ledgers import Ledgers
from rules.rule import SPOKEN, Rule
from rules.saying import DueText, Speaker, rows
from sheets.book import Book
from sheets.schema import Issue
from sheets.sentences import sentence
from sheets.tables import TABLES
from tests.rules.tables import CALENDAR, at, branch, explain, scheme, told
from texts import Lang

RATING = "id | customer | grade | effective_on | expires_on | authority\nP1 | KH1 | AA | 2025-12-01 | 2026-11-30 | tier2"
LINE = "id | customer | amount | effective_on | expires_on | authority\nL1 | KH1 | 500 | 2026-06-01 | 2027-05-31 | "
LOAN = "id | customer | product | amount | balance | drawn_on | matures_on | maturity_plan\nJ1 | KH1 | working_capital | 8 | 8 | 2025-11-04 | 2026-11-03 | "
DEAL = "id | name | customer | stage | created_at | stage_on\nO1 | 代发 | KH1 | need | 2026-09-30 10:00 | 2026-10-01"


def said(book: Book, rules: list[Rule], rule: str, day: str, lang: Lang = "zh") -> DueText:
    """The one due of a rule as it is told on a day."""
    ledgers = Ledgers(book, at(day))
    every = due.evaluate(ledgers, rules, CALENDAR).dues
    [row] = rows(every[every["rule"] == rule])
    return Speaker(ledgers, rules, lang, "mail", every).say(row)


def states(book: Book, rules: list[Rule], day: str) -> list[str]:
    return due.dues(book, rules, CALENDAR, at(day))["state"].astype(str).tolist()


@pytest.mark.parametrize(
    ("day", "zh", "en"),
    [
        ("2026-11-25", "评级即将到期", "Rating about to expire"),
        ("2026-11-30", "评级即将到期", "Rating about to expire"),
        ("2026-12-01", "评级逾期", "Rating expired"),
    ],
)
def test_a_rating_is_about_to_expire_until_its_day_is_over(day: str, zh: str, en: str) -> None:
    book = branch(ratings=RATING)
    assert [said(book, scheme("R28"), "R28", day, lang).task for lang in ("zh", "en")] == [zh, en]


def test_the_evidence_card_calls_a_due_what_the_mail_calls_it() -> None:
    book, rules = branch(ratings=RATING), scheme("R28")
    for day, name in (("2026-11-28", "评级即将到期"), ("2026-12-02", "评级逾期")):
        card = explain(book, rules, "R28", "P1", day)
        assert card["name"] == name
        assert f"【{name}】" in card["sentence"]


def test_an_opportunity_stands_still_only_when_its_time_is_over() -> None:
    """The thirtieth day is 10-31, a Saturday: 11-02 is the last day."""
    book = branch(opportunities=DEAL)
    before, after = (said(book, scheme("R24"), "R24", day) for day in ("2026-11-02", "2026-11-03"))
    assert (before.task, after.task) == ("商机阶段即将停滞", "商机阶段停滞")
    assert "停在" not in before.text
    assert "停在" in after.text


@pytest.mark.parametrize(
    ("plan", "name"),
    [
        ("", "收回再贷"),
        ("relend", "收回再贷"),
        ("renew", "无还本续贷"),
        ("extend", "展期"),
        ("replace", "借新还旧"),
        ("reschedule", "调整还款计划"),
    ],
)
def test_a_loan_that_goes_on_is_called_by_its_own_plan(plan: str, name: str) -> None:
    book = branch(loans=LOAN + plan)
    for day, words in (("2026-10-15", f"{name}应于2026-10-19前申报"), ("2026-10-25", f"{name}原应于2026-10-19前申报")):
        text = said(book, scheme("R33r"), "R33r", day)
        assert text.task == f"{name}申报"
        assert words in text.text


def test_a_window_is_open_only_while_it_is_open() -> None:
    """R26: open from the sixtieth day before expiry, 2026-10-01, to 2026-11-13, the last working day before the fifteenth."""
    book = branch(ratings=RATING)
    names = [said(book, scheme("R26"), "R26", day).task for day in ("2026-09-30", "2026-10-01", "2026-11-13", "2026-11-14")]
    assert names == ["评级发起窗口即将打开", "评级发起窗口已打开", "评级发起窗口已打开", "评级发起逾期"]
    assert "发起窗口将于2026-10-01打开" in said(book, scheme("R26"), "R26", "2026-09-30").text


@pytest.mark.parametrize(
    ("rule", "cells", "letter"), [("R25a", {"ratings": RATING}, "2026-10-30"), ("R29a", {"credit_lines": LINE + "tier2"}, "2027-04-30")]
)
def test_a_pre_alert_ends_the_day_before_the_letter(rule: str, cells: dict[str, str], letter: str) -> None:
    book, rules = branch(**cells), scheme(rule)
    eve = (date.fromisoformat(letter) - timedelta(days=1)).isoformat()
    assert told(book, rules, eve) == ["open customer_manager"]
    assert "请提前准备" in said(book, rules, rule, eve).text
    assert states(book, rules, letter) == ["met"]
    assert told(book, rules, letter) == []
    assert "请提前准备" not in said(book, rules, rule, letter).text
    assert "前一天" in explain(book, rules, rule, rows(due.dues(book, rules, CALENDAR, at(eve)))[0]["row"], eve)["ends"]


TOGETHER = "提示书日与上报日重合"


def test_a_pre_alert_says_when_the_letter_and_the_submission_fall_on_one_day() -> None:
    rules = scheme("R29a", "R30")
    assert TOGETHER in said(branch(credit_lines=LINE + "tier2"), rules, "R29a", "2027-04-10").text
    for authority in ("tier1", "head"):
        assert TOGETHER not in said(branch(credit_lines=LINE + authority), rules, "R29a", "2027-02-10").text
    assert TOGETHER not in said(branch(credit_lines=LINE + "tier2"), scheme("R29a"), "R29a", "2027-04-10").text, "no such rule in force"


def test_a_rating_is_submitted_later_than_its_letter_unless_the_branch_says_otherwise() -> None:
    rules = scheme("R25a", "R27")
    assert TOGETHER not in said(branch(ratings=RATING), rules, "R25a", "2026-10-20").text
    [soft, _] = rules
    [_, moved] = scheme("R25a", "R27", lead="1m")
    assert TOGETHER in said(branch(ratings=RATING), [soft, moved], "R25a", "2026-10-20").text


ENDED = ("R25a", "R29a")  # over before their day


@pytest.mark.parametrize("rule", [rule for rule in scheme() if rule.id not in ENDED], ids=lambda rule: rule.id)
def test_no_shipped_rule_says_after_its_day_what_was_true_before(rule: Rule) -> None:
    for cell in ("text_zh", "text_en"):
        words = placeholders.sentences(rule.row[cell])
        assert words[-1] not in words[:-1], cell
        assert len(words) > 1, cell


def rule_of(**cells: str) -> tuple[list[Rule], list[Issue]]:
    row = next(row for row in rulebook.shipped() if row["id"] == cells.get("id", "R28"))
    return rulebook.read(pd.DataFrame([row | cells]), TABLES)


@pytest.mark.parametrize("cell", SPOKEN)
@pytest.mark.parametrize(
    ("words", "code", "raw"),
    [
        ("评级{nobody}到期|逾期", "rule.bad_blank", "{nobody}"),
        ("{nobody|评级}到期", "rule.bad_blank", "{nobody|评级}"),
        ("到期{due=R30}", "rule.bad_blank", "{due=R30}"),
        ("[同日{due=}]到期", "rule.bad_blank", "{due=}"),
        ("评级{|逾期", "rule.bad_blank", "{|逾期"),
        ("一|二|三", "rule.bad_parts", "一|二|三"),
        ("即将到期|", "rule.bad_parts", "即将到期|"),
    ],
)
def test_words_that_cannot_be_said_are_told_at_their_cell_and_the_rule_speaks_in_plain_words(
    cell: str, words: str, code: str, raw: str
) -> None:
    rules, issues = rule_of(**{cell: words})
    assert [(issue.code, issue.column, issue.raw, issue.warning) for issue in issues] == [(code, cell, raw, True)]
    for lang in ("zh", "en"):
        assert raw in sentence(issues[0], TABLES, lang)
        text = said(branch(ratings=RATING), rules, "R28", "2026-11-28", lang)
        assert text.task
        assert not set("{}|") & set(text.task + text.text)
    lang = "zh" if cell.endswith("zh") else "en"
    text = said(branch(ratings=RATING), rules, "R28", "2026-11-28", lang)
    assert {"name_zh": "R28 提醒", "name_en": "Reminder R28", "text_zh": "应于2026-11-30前完成", "text_en": "due by 2026-11-30"}[cell] in (
        text.task,
        text.text,
    )


def test_a_name_may_hold_what_the_row_says_and_words_for_a_blank() -> None:
    rules, issues = rule_of(name_zh="{grade}评级[（{approver}）]快到期|{approver|我行}评级过期")
    assert issues == []
    book = branch(ratings=RATING)
    assert said(book, rules, "R28", "2026-11-28").task == "AA评级快到期"
    assert said(book, rules, "R28", "2026-12-02").task == "我行评级过期"


def test_an_amount_in_a_name_stays_in_the_portal() -> None:
    rules, _ = rule_of(id="R30", name_zh="授信{amount}上报")
    assert said(branch(credit_lines=LINE + "tier2"), rules, "R30", "2027-04-20").task == "授信（见系统）上报"


def test_a_rule_itself_is_called_by_all_its_names() -> None:
    [rule] = scheme("R28")
    assert rule.name("zh") == "评级即将到期／评级逾期"
    [plan] = scheme("R33r")
    assert plan.name("zh") == "收回再贷申报"


def test_what_still_has_to_be_done_is_not_said_of_what_is_done() -> None:
    visits = "id | customer | kind | mode | visited_on | participants\n" + "\n".join(
        f"V{n} | KH1 | routine | onsite | 2026-10-{n} | 3001" for n in (12, 13)
    )
    book, rules = branch(visits=visits), scheme("R15")
    ledgers = Ledgers(book, at("2026-11-26"))
    found = due.evaluate(ledgers, rules, CALENDAR).dues
    [row] = rows(found[found["occurrence"] == "2026Q4"])
    assert row["state"] == "met"
    assert "还需" not in Speaker(ledgers, rules, "zh", "mail").say(row).text


@pytest.mark.parametrize(("asked", "told"), [("R30", []), ("R99", [("R29a", "text_zh", "rule.bad_blank", "{due=R99}")])])
def test_a_text_that_asks_about_a_rule_that_is_not_there_is_told_at_its_cell(asked: str, told: list[tuple[str, ...]]) -> None:
    text = f"授信 {{anchor}}到期[，提示书日与上报日重合{{due={asked}}}]"
    rows = [row | ({"text_zh": text} if row["id"] == "R29a" else {}) for row in rulebook.shipped()]
    found, issues = rulebook.read(pd.DataFrame(rows), TABLES)
    assert len(found) == len(rows)
    assert [(i.row, i.column, i.code, i.raw) for i in issues] == told
