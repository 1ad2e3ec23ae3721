"""Whatever stands in a row of the rules sheet: an Issue at that row, or dues; and never a change to any other rule's dues."""

from __future__ import annotations

from datetime import date
from functools import cache

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rules import due, rulebook, sentence, why
from rules.figures import FIGURES
from rules.ledgers import Ledgers
from rules.rule import DATA, ROLE_CODES, SPOKEN, Rule
from rules.saying import Speaker, rows
from rules.verbs import VERBS
from sheets import sentences
from sheets.schema import Issue
from sheets.tables import TABLES
from tests.rules.tables import CALENDAR, at, filled, scheme

NOW = at("2026-11-26T10:00:00")
SHIPPED = rulebook.shipped()
CELLS = tuple(SHIPPED[0])
KEYS = sorted({column.key for table in TABLES.values() for column in table.columns} - {"id"})
CODES = sorted({choice.code for table in TABLES.values() for column in table.columns for choice in column.choices})
ODD = (
    *("", " ", "什么", "nothing", "{", "}", "{}", "{customer.__class__}", "{x:>300000000}", "{0}", "{name!r}", "[{grade}", "]", "%s", "\0"),
    *("'; drop table rules --", "=1+1", "1", "0", "-1", "2147483648", "yes", "1e9", "none", "NaN", "a|b", "|", ";", ",", ":", "@due"),
)
# Words people put into a column although another one wants them, or although no rule can use them.
MISFITS = {
    "verb": ("period", "threshold", "deadline", "cadence", "response", "Deadline"),
    "subject": tuple(TABLES),
    "event": tuple(TABLES),
    "pick": ("latest by", "latest by id", "latest by participants", "latest by customer,customer", "latest by nothing"),
    "where": (
        *("risk_class>=normal", "status>=active", "created_at>=2026-01-01", "created_at=2026-01-01 10:30", "expires_on<=2026-12-31"),
        *("due_on!=2026-02-30", "customer.status in active, lost", "owner=staff-1", "owner.role=leader", "owner.name!=", "tier in"),
        *("participants=staff-1", "customer.owner=staff-1", "amount>=500", "amount<=", "balance!=0", "rate>=3.5%", "id=1", "parts=cfo"),
        *("completeness<100", "completeness<many", "customer.completeness>=50%", "plan_pace=", "day_amount in 1,2", "outflow_3d!=50"),
        *("portfolio>=1", "owner.portfolio<30", "days_in_stage>", "prepared_items<3"),
    ),
    "lead": (
        "level: head=3m",
        "level: head=3m tier1=2m",
        "level:",
        "level: head",
        "level: nobody=3m",
        "120m",
        "121m",
        "9999d",
        "99999d",
        "0d",
        "2w",
    ),
    "due": (
        *("0d", "1m+10wd", "120m", "3660d", "750wd", "751wd", "assigned_on", "made_on|created_at", "filed_on"),
        *("end", "end+5wd", "end-3wd", "end+", "end+99999d", "start+10wd", "since", "since+30d", "mmdd 02-29", "mmdd 02-30", "next 04-30"),
        *("mmdd 01-31|since+30d", "end|end", "soon"),
    ),
    "window": ("week", "month", "quarter", "year", "workday", "interest", "once", "0d", "D-60d", "D-", "D-open", "30d", "14wd", "Week"),
    "roles": ("owner", "owner,owner", "owner,team_leader", "customer_manager,team_leader", *ROLE_CODES, "boss"),
    "tiers": ("key", "key;quality", "gold", "key,"),
    "done": ("done_on", "@due", "submitted_on|@due", "visited_on", "@due|@due"),
    "remind": ("60%", "open", "0%; 99%", "D-30d; D+45d", "999m", "OPEN@23:59", "16:30", "@25:00", "monday", "period_end", "last2wd", "due"),
    "ladder": ("60% leader", "open leader,admin", "+999m leader", "overdue leader", "due leader", "+1d owner", "@08:30 leader"),
    "repeat": ("1d", "1wd", "2d"),
    "bands": (
        *(
            "amount: <500 customer_manager; <=1000 team_leader; leader",
            "amount: leader",
            "amount: <1 owner; leader",
            "amount:",
            "balance: x",
        ),
        *("rate: <=3% customer_manager; leader", "count: <3 customer_manager; leader", "amount: <1000 leader; <500 admin; leader"),
    ),
    "letter": ("rating_notice", "love_letter"),
    "roll": ("earlier", "later", "none", "sideways"),
    "count": ("0", "1", "2", "31", "32", "999", "²", "一", "1.0"),
    "immediate": ("yes", "no"),
}
SHIPPED_CELLS = {cell: tuple(sorted({row[cell] for row in SHIPPED})) for cell in CELLS}


@st.composite
def rule_rows(draw: st.DrawFn) -> dict[str, str]:
    """A shipped row in which some cells have been changed, most often into something that cell might well hold."""
    row = dict(draw(st.sampled_from(SHIPPED)))
    for cell in draw(st.lists(st.sampled_from([cell for cell in CELLS if cell not in {"id", "enabled"}]), max_size=4, unique=True)):
        row[cell] = draw(_cell(cell, row))
    return row | {"id": "X1", "enabled": "yes"}


def _cell(cell: str, row: dict[str, str]) -> st.SearchStrategy[str]:
    likely = [st.sampled_from(SHIPPED_CELLS[cell])]
    if cell in MISFITS:
        likely.append(st.sampled_from(MISFITS[cell]))
    mine = [column.key for table in (row["subject"], row["event"]) if table in TABLES for column in TABLES[table].columns]
    mine += [one.key for one in FIGURES if one.ledger in (row["subject"], row["event"])]
    keys = st.sampled_from(mine or KEYS)
    if cell in {"date", "done", "due", "link"}:
        likely += [keys, st.sampled_from(KEYS), st.builds("{}|{}".format, keys, keys)]
    if cell in SPOKEN:
        likely += [
            st.builds("[{{{}}}，]于{{{}}}前".format, keys, keys),
            st.builds("{{{}}}".format, st.sampled_from(KEYS)),
            st.builds("{{{}|别的}}|[{{due={}}}]".format, keys, st.sampled_from(KEYS)),
            st.sampled_from(ODD),
        ]
    if cell in {"where", "event_where"}:
        path = st.one_of(keys, st.builds("{}.{}".format, keys, st.sampled_from(KEYS)))
        word = st.one_of(st.sampled_from(CODES), st.sampled_from(("", "1", "2026-11-26", "staff-1", "customers-0", "是", "500", "3%")))
        likely += [st.builds("{}{}{}".format, path, st.sampled_from(("=", "!=", ">=", "<=", " in ")), word)] * 2
    if cell == "pick":
        likely.append(st.builds("latest by {},{}".format, keys, keys))
    if cell == "bands":
        likely.append(st.builds("{}: <500 customer_manager; <=10000 team_leader; leader".format, keys))
    return st.one_of(*likely, st.sampled_from(ODD), st.sampled_from([text for cell in CELLS for text in SHIPPED_CELLS[cell]]))


@cache
def _house() -> tuple[Ledgers, list[Rule], pd.DataFrame]:
    """A filled book, the shipped rules and what they say of it when they are alone."""
    ledgers, rules = Ledgers(filled(date(2026, 11, 26)), NOW), scheme()
    found = due.evaluate(ledgers, rules, CALENDAR)
    assert found.issues == []
    return ledgers, rules, _facts(found.dues)


def _with(rule: str, **cells: str) -> dict[str, str]:
    return next(row for row in SHIPPED if row["id"] == rule) | cells | {"id": "X1"}


@example(_with("R30", where="expires_on>=2020-01-01"))
@example(_with("R20", where="created_at>=2026-01-01 10:30; created_at!=2026-02-01"))
@example(_with("R32", roles="owner"))
@example(_with("R32", lead="level: head=3m"))
@example(_with("R32", where="risk_class>=normal"))
@example(_with("R11", event="accounts", date="opened_on", event_where=""))
@example(_with("R11", event="ratings", date="expires_on", event_where="effective_on<=2026-12-31"))
@example(_with("R22", done=""))
@example(_with("R27", text_zh="{customer.__class__}", text_en="{x:>300000000}"))
@example(_with("R10", roles="owner,team_leader"))
@example(_with("R05", due="soon"))
@example(_with("R05", due="end+99999d"))
@example(_with("R05", due=""))
@example(_with("R05", window="interest"))
@example(_with("R05", window="fortnight"))
@example(_with("R05", event=""))
@example(_with("R05", done=""))
@example(_with("R05", date=""))
@example(_with("R05", date="summary"))
@example(_with("R05", date="owner"))
@example(_with("R05", date="period|written_on"))
@example(_with("R35m", date="id|id"))
@example(_with("R05", date="written_on", window="workday"))
@example(_with("R03", window="interest"))
@example(_with("R34", date="interest_due"))
@example(_with("R34", due="since+30d|end"))
@example(_with("R01", where="", event="", done=""))
@example(_with("R01", event="contacts", link="customer", done=""))
@example(_with("R37", where="completeness<100"))
@example(_with("R37", where="day_amount>=much"))
@example(_with("R37", where="day_amount in 200,300"))
@example(_with("R37", where="day_amount="))
@example(_with("R37", where=""))
@example(_with("R37", date=""))
@example(_with("R37", lead="99999d"))
@example(_with("R37", due="end+5wd"))
@example(_with("R37", bands="outflow_3d: <50% customer_manager; leader"))
@example(_with("R37", bands="completeness: <50 customer_manager; leader"))
@example(_with("R37", ladder="+1d leader; +1d leader"))
@example(_with("R37", ladder="+1d owner; +2d customer_manager"))
@example(_with("R04", done=""))
@example(_with("R04", event="nothing"))
@example(_with("R04", link="customer"))
@example(_with("R04", window="workday"))
@example(_with("R04", due="10wd"))
@example(_with("R40o", where="customer.deposit_share<50"))
@settings(max_examples=300, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule_rows())
def test_a_row_of_rules_gives_an_issue_or_dues_and_leaves_the_other_rules_alone(row: dict[str, str]) -> None:
    _ask(row)


@pytest.mark.long
@settings(max_examples=10_000, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule_rows())
def test_ten_thousand_rows_of_rules(row: dict[str, str]) -> None:
    _ask(row)


def test_most_of_the_rows_that_are_drawn_are_rules_and_many_are_not() -> None:
    """Otherwise the test above would look at one side only."""
    read: list[bool] = []

    @settings(max_examples=200, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(rule_rows())
    def draw(row: dict[str, str]) -> None:
        read.append(bool(rulebook.read(pd.DataFrame([row]), TABLES)[0]))

    draw()
    assert 0.2 < sum(read) / len(read) < 0.8


def _ask(row: dict[str, str]) -> None:
    before, shipped, alone = _house()
    rules, issues = rulebook.read(pd.DataFrame([row]), TABLES)
    for issue in issues:
        _stands_at_its_cell(issue, row)
    assert rules or any(not issue.warning for issue in issues)
    if not rules:
        return
    ledgers, every = Ledgers(before.book, NOW, before), [*shipped, *rules]
    found = due.evaluate(ledgers, every, CALENDAR)
    assert found.issues == [], "what evaluation needs is checked when the row is read"
    assert _facts(found.dues).equals(alone)
    mine = found.dues[found.dues["rule"] == "X1"]
    due.steps(mine, every, CALENDAR, NOW)
    for lang in ("zh", "en"):
        assert sentence.sentence(rules[0], lang, TABLES).strip()
        for voice in ("screen", "mail", "letter"):
            speaker = Speaker(ledgers, every, lang, voice)
            for one in rows(mine.head(8)):
                _is_plain(speaker.say(one).sentence(lang))
        for key in ledgers.ids(rules[0].subject):
            card = why.why(ledgers, every, CALENDAR, found.dues, rule_id="X1", row=key, lang=lang)
            assert card["because"]


def _stands_at_its_cell(issue: Issue, row: dict[str, str]) -> None:
    assert (issue.table, issue.row) == ("rules", "X1")
    assert issue.column in row
    zh, en = (sentences.sentence(issue, TABLES, lang) for lang in ("zh", "en"))
    assert "X1" in zh
    assert "X1" in en
    assert zh != en


def _facts(dues: pd.DataFrame) -> pd.DataFrame:
    """All there is to say of the dues of the shipped rules; that a date of the drawn one's is missing is its own affair."""
    kept = dues[~dues["rule"].isin(["X1", DATA])].reset_index(drop=True)
    return kept.astype(dict.fromkeys(("rule", "table", "state", "roles"), "str"))


def _is_plain(text: str) -> None:
    assert "\n" not in text
    assert "<class" not in text
    assert " object at 0x" not in text
    assert len(text) < 500


@pytest.mark.parametrize(
    ("rule", "cell", "text", "code"),
    [
        ("R05", "due", "soon", "rule.bad_until"), ("R05", "due", "", "rule.blank"), ("R05", "due", "end+99999d", "rule.bad_until"),
        ("R05", "window", "interest", "rule.no_interest"), ("R05", "window", "fortnight", "rule.bad_period"),
        ("R05", "event", "", "rule.no_table"), ("R05", "link", "id", "rule.no_column"), ("R05", "done", "", "rule.blank"),
        ("R05", "date", "", "rule.blank"), ("R05", "date", "summary", "rule.no_column"), ("R28m", "where", "", "rule.blank"),
        ("R28m", "remind", "open", "rule.no_window"), ("R05", "roles", "boss", "rule.bad_role"),
        ("R37", "where", "", "rule.blank"), ("R37", "where", "completeness<100", "rule.bad_condition"),
        ("R37", "where", "day_amount>=much", "rule.bad_condition"), ("R37", "date", "", "rule.blank"), ("R37", "lead", "99999d", "rule.bad_span"),
        ("R37", "due", "end+5wd", "rule.bad_span"), ("R37", "bands", "completeness: <50 customer_manager; leader", "rule.bad_bands"),
        ("R37", "ladder", "+1d leader; +1d leader", "rule.bad_step"), ("R04", "done", "", "rule.blank"), ("R04", "event", "nothing", "rule.no_table"),
        ("R04", "window", "workday", "rule.bad_period"), ("R04", "due", "10wd", "rule.bad_until"), ("R04", "due", "", "rule.blank"),
        *((each, "done", text, "rule.no_column") for each in ("R04", "R05", "R21f", "R37") for text in ("@due", "|", "done_on")),
    ],
)  # fmt: skip
def test_a_row_of_a_period_or_a_line_that_cannot_be_is_told_at_its_cell(rule: str, cell: str, text: str, code: str) -> None:
    rules, issues = rulebook.read(pd.DataFrame([_with(rule, **{cell: text})]), TABLES)
    assert rules == []
    assert [(issue.row, issue.column, issue.code) for issue in issues] == [("X1", cell, code)]
    _stands_at_its_cell(issues[0], {cell: text})


@pytest.mark.parametrize("done", ["@due", "submitted_on|@due", " submitted_on | @due ", "|@due"])
def test_a_deadline_that_goes_away_by_itself_tells_no_due_day_however_it_is_spaced(done: str) -> None:
    [rule], _issues = rulebook.read(pd.DataFrame([_with("R29a", done=done)]), TABLES)
    assert rule.soft
    assert not {"due", "overdue"} & {step.at for step in rule.steps}


def test_what_a_verb_does_not_ask_for_takes_no_due_day_away() -> None:
    [rule], _idle = rulebook.read(pd.DataFrame([_with("R11", done="@due")]), TABLES)
    assert {"due", "overdue"} <= {step.at for step in rule.steps}


@pytest.mark.parametrize(
    ("rule", "cell", "text"),
    [
        ("R11", "done", "visited_on"),
        ("R30", "event", "visits"),
        ("R05", "lead", "5d"),
        ("R37", "count", "3"),
        ("R08", "pick", "latest by customer"),
    ],
)
def test_a_cell_that_the_kind_of_rule_does_not_use_is_told_and_costs_nothing(rule: str, cell: str, text: str) -> None:
    rules, [issue] = rulebook.read(pd.DataFrame([_with(rule, **{cell: text})]), TABLES)
    assert [one.id for one in rules] == ["X1"]
    assert (issue.column, issue.code, issue.warning, issue.raw) == (cell, "rule.idle", True, text)
    _stands_at_its_cell(issue, {cell: text})


@pytest.mark.parametrize("rule", ["R30", "R20", "R01"])
def test_who_owes_by_amount_may_be_said_of_every_kind_of_rule_that_takes_it(rule: str) -> None:
    row = _with(rule, bands="", roles="customer_manager")
    column = next(c.key for c in TABLES[row["subject"]].columns if c.kind == "money")
    rules, issues = rulebook.read(pd.DataFrame([{**row, "bands": f"{column}: <500 customer_manager; leader"}]), TABLES)
    assert [one.id for one in rules] == ["X1"]
    assert "rule.idle" not in {issue.code for issue in issues}


def test_the_verbs_that_no_file_holds_are_an_issue_each() -> None:
    for word in ("", "whenever"):
        assert word not in VERBS
        rules, [issue] = rulebook.read(pd.DataFrame([SHIPPED[0] | {"id": "X1", "verb": word}]), TABLES)
        assert (rules, issue.column, issue.code) == ([], "verb", "rule.bad_verb")
