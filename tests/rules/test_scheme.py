"""Every rule of the scheme fires on its day, not the day before, and stops when it is done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rules import rulebook, sentence
from sheets.tables import TABLES
from tests.rules.stories import STORIES
from tests.rules.stories.story import R, Story
from tests.rules.tables import branch, dues, scheme, told


def before(day: str) -> str:
    return str(date.fromisoformat(day) - timedelta(days=1))


def test_every_row_of_the_scheme_has_its_story() -> None:
    assert sorted(story.rule for story in STORIES) == sorted(row["id"] for row in rulebook.shipped())


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s.rule)
def test_a_rule_fires_on_its_day_and_not_the_day_before(story: Story) -> None:
    book, rules = branch(**story.ledgers), scheme(story.rule)
    assert story.told in told(book, rules, story.day)
    assert story.told not in told(book, rules, story.eve or before(story.day))


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s.rule)
def test_a_rule_stops_when_it_is_done(story: Story) -> None:
    assert told(branch(**story.ended), scheme(story.rule), story.day) == []


def test_each_rule_reads_itself_back_in_both_languages() -> None:
    for rule in scheme():
        zh, en = sentence.sentence(rule, "zh", TABLES), sentence.sentence(rule, "en", TABLES)
        assert "负责" in zh
        assert "owed by" in en
        assert rule.clause


def test_lost_and_exited_customers_are_owed_nothing() -> None:
    gone = "id|name|short_name|tier|status|owner|team|assigned_on\nKH1|甲|甲|key|exited|1001|T1|2025-01-02"
    found = dues(branch(customers=gone, ratings=R + "head"), scheme(), "2027-01-20")
    assert found.empty
