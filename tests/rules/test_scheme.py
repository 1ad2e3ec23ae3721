"""Every rule of the scheme fires on its day, not the day before, and stops when it is done."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from rules import rulebook, sentence
from sheets.tables import TABLES
from tests.rules.tables import branch, dues, scheme, told

HEAD = "id | customer | grade | effective_on | expires_on | authority"
LINE = "id | customer | amount | effective_on | expires_on | authority"
LOAN = "id | customer | product | amount | balance | drawn_on | matures_on"
OPP = "id | name | customer | stage | created_at | stage_on"
VISIT = "id | customer | kind | mode | visited_on | participants"


@dataclass(frozen=True)
class Story:
    """`told` on the day, and not the day before; `done`: the same cells once somebody did it."""

    rule: str
    day: str
    told: str
    table: str
    cells: str
    done: tuple[str, str, str] | None  # ledger, header, row
    eve: str = ""


R = f"{HEAD}\nP1 | KH1 | AA | 2026-02-01 | 2027-01-31 | "
L = f"{LINE}\nL1 | KH1 | 500 | 2026-06-01 | 2027-05-31 | "
W = f"{LOAN}\nJ1 | KH1 | working_capital | 800 | 800 | 2025-11-04 | 2026-11-03"
O = f"{OPP}\nO1 | 代发 | KH1 | created | 2026-09-30 10:00 | 2026-09-30"  # noqa: E741 - an opportunity
V = f"{VISIT}\nV0 | KH1 | routine | "
STORIES = [
    Story("R10", "2026-11-25", "due owner", "measures", "id|measure|owner|due_on\nM1|补签协议|1002|2026-11-25",
          ("measures", "id|measure|owner|due_on|done_on", "M1|补签协议|1002|2026-11-25|2026-11-24"), eve="2026-11-24"),
    Story("R11", "2026-05-06", "due customer_manager", "visits", V + "onsite | 2026-04-22 | 1001",
          ("visits", VISIT, "V1|KH1|routine|onsite|2026-05-05|1001")),
    Story("R12", "2026-11-26", "last2wd customer_manager", "visits", V + "phone | 2026-11-20 | 1001",
          ("visits", VISIT, "V1|KH1|routine|phone|2026-11-24|1001")),
    Story("R13", "2026-11-19", "60% team_leader", "visits", V + "onsite | 2026-10-20 | 2001",
          ("visits", VISIT, "V1|KH1|routine|onsite|2026-11-03|1001;2001")),
    Story("R14", "2026-11-20", "D+11d team_leader", "visits", V + "phone | 2026-11-09 | 2001",
          ("visits", VISIT, "V1|KH1|routine|phone|2026-11-18|2001")),
    Story("R15", "2026-11-15", "D+45d leader", "visits", V + "onsite | 2026-10-08 | 3001\nV9|KH1|routine|onsite|2026-08-01|3001\nV8|KH1|routine|onsite|2026-07-01|3001",
          ("visits", VISIT, "V1|KH1|routine|onsite|2026-11-09|3001")),
    Story("R16", "2026-11-19", "60% leader", "visits", V + "phone | 2026-10-20 | 3001",
          ("visits", VISIT, "V1|KH1|routine|phone|2026-11-18|3001")),
    Story("R20", "2026-09-30T16:30:00", "16:30 customer_manager", "opportunities", O,
          ("opportunities", OPP + "|submitted_at", "O1|代发|KH1|created|2026-09-30 10:00|2026-09-30|2026-09-30 11:00"), eve="2026-09-30T16:29:00"),
    Story("R21f", "2026-10-08", "due team_leader", "opportunities", O,
          ("opportunities", OPP + "|feedback_at", "O1|代发|KH1|created|2026-09-30 10:00|2026-09-30|2026-09-30 11:00")),
    Story("R21r", "2026-10-08", "due team_leader", "opportunities", O,
          ("opportunities", OPP + "|reported_at", "O1|代发|KH1|created|2026-09-30 10:00|2026-09-30|2026-09-30 11:00")),
    Story("R22", "2026-10-10", "due customer_manager", "opportunities", O,
          ("visits", VISIT + "|opportunity", "V1|KH1|business|onsite|2026-10-08|1001|O1")),
    Story("R23", "2026-10-13", "due customer_manager", "opportunities", O,
          ("marketing_plans", "id|customer|opportunity|made_on|goals", "Y1|KH1|O1|2026-10-09|存款")),
    Story("R24", "2026-10-30", "due customer_manager", "opportunities", O,
          ("opportunities", OPP, "O1|代发|KH1|need|2026-09-30 10:00|2026-10-20")),
    Story("R25s", "2026-10-30", "due credit_officer", "ratings", R + "head",
          ("ratings", HEAD + "|notice_on", "P1|KH1|AA|2026-02-01|2027-01-31|head|2026-10-30")),
    Story("R25r", "2026-11-30", "due customer_manager", "ratings", R + "tier1",
          ("ratings", HEAD + "|notice_received_on", "P1|KH1|AA|2026-02-01|2027-01-31|tier1|2026-11-27")),
    Story("R25a", "2026-12-01", "open customer_manager", "ratings", R + "tier2",
          ("ratings", HEAD + "|notice_on", "P1|KH1|AA|2026-02-01|2027-01-31|tier2|2026-12-01")),
    Story("R26", "2026-12-02", "open customer_manager", "ratings", R + "tier2",
          ("ratings", HEAD + "|initiated_on", "P1|KH1|AA|2026-02-01|2027-01-31|tier2|2026-12-02")),
    Story("R27", "2027-01-01", "D-30d customer_manager", "ratings", R + "tier2",
          ("ratings", HEAD + "|submitted_on", "P1|KH1|AA|2026-02-01|2027-01-31|tier2|2027-01-01")),
    Story("R28", "2027-01-31", "due customer_manager", "ratings", R + "tier2",
          ("ratings", HEAD, "P2|KH1|AA|2027-01-20|2028-01-19|tier2")),
    Story("R29s", "2027-02-26", "due credit_officer", "credit_lines", L + "head",
          ("credit_lines", LINE + "|notice_on", "L1|KH1|500|2026-06-01|2027-05-31|head|2027-02-26")),
    Story("R29r", "2027-03-31", "due customer_manager", "credit_lines", L + "tier1",
          ("credit_lines", LINE + "|notice_received_on", "L1|KH1|500|2026-06-01|2027-05-31|tier1|2027-03-31")),
    Story("R29a", "2027-03-31", "open customer_manager", "credit_lines", L + "tier2",
          ("credit_lines", LINE + "|notice_on", "L1|KH1|500|2026-06-01|2027-05-31|tier2|2027-03-31")),
    Story("R30", "2027-04-30", "due customer_manager", "credit_lines", L + "tier2",
          ("credit_lines", LINE + "|submitted_on", "L1|KH1|500|2026-06-01|2027-05-31|tier2|2027-04-30")),
    Story("R31", "2027-04-16", "due customer_manager", "credit_lines", L + "tier2",
          ("credit_lines", LINE + "|diligence_on", "L1|KH1|500|2026-06-01|2027-05-31|tier2|2027-04-15")),
    Story("R32", "2026-09-30", "due customer_manager", "loans", W,
          ("loans", LOAN + "|notice_on", "J1|KH1|working_capital|800|800|2025-11-04|2026-11-03|2026-09-30")),
    Story("R33t", "2026-09-30", "due customer_manager", "loans", W,
          ("loans", LOAN + "|talked_on", "J1|KH1|working_capital|800|800|2025-11-04|2026-11-03|2026-09-30")),
    Story("R33r", "2026-10-19", "due customer_manager", "loans", W,
          ("loans", LOAN + "|renewal_on", "J1|KH1|working_capital|800|800|2025-11-04|2026-11-03|2026-10-16")),
]  # fmt: skip


def before(day: str) -> str:
    from datetime import date, timedelta

    return str(date.fromisoformat(day) - timedelta(days=1))


def test_every_row_of_the_scheme_has_its_story() -> None:
    assert {story.rule for story in STORIES} == {row["id"] for row in rulebook.shipped()}


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s.rule)
def test_a_rule_fires_on_its_day_and_not_the_day_before(story: Story) -> None:
    book, rules = branch(**{story.table: story.cells}), scheme(story.rule)
    assert story.told in told(book, rules, story.day)
    assert story.told not in told(book, rules, story.eve or before(story.day))


@pytest.mark.parametrize("story", [s for s in STORIES if s.done], ids=lambda s: s.rule)
def test_a_rule_stops_when_it_is_done(story: Story) -> None:
    table, header, row = story.done
    cells = {story.table: story.cells} | {table: f"{header}\n{row}"}
    if table == story.table == "visits" or story.rule == "R28":
        cells[table] = f"{story.cells}\n{row}"
    assert told(branch(**cells), scheme(story.rule), story.day) == []


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
