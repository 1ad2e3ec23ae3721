"""Before a rule or a day of the calendar is saved: what would appear, vanish or move, and how much it would have told."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from branch import drafting, whatif
from branch.branch import Branch
from branch.look import Look
from branch.people import SYSTEM, Actor
from rules.rule import Rule
from sheets.schema import Edit
from tests.jobs import world

NOW = world.at("2026-11-04 09:00")
M2 = Actor("M2", "Mia Reed", "customer_manager", "T1", "en")


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Look:
    """R30 wants each line submitted a month before it expires; the lines expire on 2026-12-10 and 2026-12-31."""
    made: Branch = world.make(Path(tmp_path_factory.mktemp("whatif") / "home"), rules=("R30", "R12"))
    world.write(made, [
        world.customer("K1", "云澜启岚机械(示例)", assigned_on=date(2025, 1, 1)), world.customer("K2", "云澜禾川(示例)", "M2"),
        world.line("N1", "K1", "2026-12-10"), world.line("N2", "K2", "2026-12-31"),
        Edit("visits", "V1", None, {"customer": "K1", "kind": "routine", "mode": "onsite", "visited_on": date(2026, 6, 3), "participants": "M1"}),
    ])  # fmt: skip
    return made.look(NOW)


def drafted(look: Look, number: str, **cells: str) -> Rule:
    row = look.book.frame("rules").set_index("id", drop=False).loc[number].to_dict()
    rule = drafting.rule(look, drafting.as_text(look.tables["rules"], {str(key): value for key, value in row.items()}) | cells)
    assert rule is not None
    return rule


def listed(change: whatif.Change) -> list[tuple[str, str, str, str, str]]:
    days = {name: change.rows[name].dt.strftime("%Y-%m-%d").fillna("") for name in ("was", "will")}
    rows = change.rows.assign(**days)
    return list(rows[["kind", "row", "person", "was", "will"]].itertuples(index=False, name=None))


def test_a_rule_as_it_is_changes_nothing(look: Look) -> None:
    found = whatif.of_rule(look, SYSTEM, "R30", drafted(look, "R30"))
    assert (listed(found), found.before, found.after) == ([], 2, 2)


def test_more_time_moves_each_due_and_names_whose_it_is(look: Look) -> None:
    found = whatif.of_rule(look, SYSTEM, "R30", drafted(look, "R30", lead="2m"))
    assert listed(found) == [("moves", "N1", "M1", "2026-11-10", "2026-10-10"), ("moves", "N2", "M2", "2026-11-30", "2026-10-30")]
    assert found.by("person").loc["M2"].to_dict() == {"appears": 0, "vanishes": 0, "moves": 1}


def test_a_condition_more_takes_dues_away_and_one_less_brings_them(look: Look) -> None:
    narrow = whatif.of_rule(look, SYSTEM, "R30", drafted(look, "R30", where="customer=K1"))
    assert listed(narrow) == [("vanishes", "N2", "M2", "2026-11-30", "")]
    other = whatif.of_rule(look, SYSTEM, "B01", drafted(look, "R30", id="B01"))
    assert [other.count(kind) for kind in whatif.KINDS] == [2, 0, 0]
    assert whatif.of_rule(look, SYSTEM, "R30", None).count("vanishes") == 2


def test_a_manager_sees_what_changes_for_their_own_customers_only(look: Look) -> None:
    found = whatif.of_rule(look, M2, "R30", drafted(look, "R30", lead="2m"))
    assert [row[1] for row in listed(found)] == ["N2"]


def test_a_day_closed_moves_what_was_due_on_it(look: Look) -> None:
    days = whatif.drafted_days(look, [{"on": date(2026, 11, 10), "kind": "closure"}])
    assert listed(whatif.of_calendar(look, SYSTEM, days)) == [("moves", "N1", "M1", "2026-11-10", "2026-11-09")]
    assert listed(whatif.of_calendar(look, SYSTEM, whatif.drafted_days(look))) == []


def test_a_rule_and_the_calendar_are_tried_together(look: Look) -> None:
    """Two months ahead the lines are due on the 10th and 30th of October: a closure in November moves neither any more."""
    days = whatif.drafted_days(look, [{"on": date(2026, 11, 10), "kind": "closure"}, {"on": date(2026, 10, 30), "kind": "closure"}])
    found = whatif.of_calendar(look, SYSTEM, days, {"R30": drafted(look, "R30", lead="2m")})
    assert listed(found) == [("moves", "N1", "M1", "2026-11-10", "2026-10-10"), ("moves", "N2", "M2", "2026-11-30", "2026-10-29")]
    gone = whatif.of_calendar(look, SYSTEM, days, {"R30": None})
    assert [row[0] for row in listed(gone)] == ["vanishes", "vanishes"]


def test_nothing_of_a_draft_is_left_in_the_look(look: Look) -> None:
    before = look.dues.copy()
    whatif.of_rule(look, SYSTEM, "R30", drafted(look, "R30", lead="2m"))
    assert look.dues.equals(before)


def test_the_weeks_again_count_each_step_in_the_week_it_would_have_been_told(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the line that expires on 2026-12-10, fourteen days before the due is the only step before this week."""
    monkeypatch.setattr(whatif, "WEEKS", 8)  # a year takes seconds
    rule = drafted(look, "R30")
    done: list[float] = []
    found = whatif.replayed(look, SYSTEM, rule, done.append)
    assert (done[-1], len(done)) == (1.0, 8)
    assert found.weeks.assign(week=found.weeks["week"].dt.date)[["week", "person", "alerts"]].to_numpy().tolist() == [
        [date(2026, 10, 26), "M1", 1]
    ]
    assert found.by_person().loc[0, "most"] == 1


def test_the_weeks_begin_where_the_record_begins(look: Look) -> None:
    """The first visit was on 2026-06-03: what was missed before is not counted as if nobody had visited."""
    found = whatif.replayed(look, SYSTEM, drafted(look, "R12"), lambda _: None)
    assert found.since == date(2026, 6, 1)
    assert found.weeks["week"].min() >= datetime(2026, 6, 1)
    assert found.workdays < whatif.WEEKS * 5 - timedelta(weeks=26).days * 5 // 7
