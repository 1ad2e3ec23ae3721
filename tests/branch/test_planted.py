"""The sample branch at work: what was planted is found, each so often, and nothing else is late or due."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branch import sample
from branch.branch import Branch
from branch.files import HomeFault
from branch.opening import open_branch
from jobs.scan import run as scan
from rules import calendar, days, due, rulebook
from rules.ledgers import Ledgers, Terms
from sheets import book, demo
from sheets.cells import read
from sheets.tables import TABLES

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0)
WATCHED = ("overdue", "due_today", "met_late")
TOLD = (*WATCHED, "window_open", "coming")
CALENDAR = calendar.make()


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    made = sample.make(tmp_path_factory.mktemp("demo") / "home", NOW)
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def dues(branch: Branch) -> pd.DataFrame:
    return branch.look(NOW).dues


def counted(dues: pd.DataFrame, today: date) -> Counter[tuple[str, str]]:
    """Dues by rule and state; window_open: a window has opened with nothing begun."""
    found = Counter(zip(dues["rule"], dues["state"], strict=True))
    open_ = (dues["rule"] == "R26") & dues["state"].isin(("planned", "due_soon", "due_today")) & (dues["opens"] <= pd.Timestamp(today))
    found["R26", "window_open"] = int(open_.sum())
    coming = dues.loc[dues["state"].isin(("planned", "due_soon")), "rule"].value_counts()
    found.update({(str(rule), "coming"): int(count) for rule, count in coming.items()})
    return found


@pytest.mark.parametrize("one", [p for p in demo.PLANTED if p.state in TOLD], ids=lambda p: p.name)
def test_each_planted_exception_is_found_as_often_as_it_was_planted(dues: pd.DataFrame, one: demo.Planted) -> None:
    assert counted(dues, AS_OF)[one.rule, one.state] == one.count


def test_nothing_else_is_late_or_due_today(dues: pd.DataFrame) -> None:
    planted = {(p.rule, p.state) for p in demo.PLANTED}
    found = counted(dues, AS_OF)
    assert [key for key in found if key[1] in WATCHED and key not in planted] == []


def test_no_exception_stands_on_two_customers_at_once_or_on_one_record_twice(dues: pd.DataFrame) -> None:
    watched = dues[dues["state"].isin(WATCHED)]
    assert not watched.duplicated(["rule", "row", "occurrence"]).any()
    for rule, count in (("R11", 6), ("R12", 5), ("R30", 2), ("R32", 4)):
        assert watched.loc[watched["rule"] == rule, "customer"].nunique() == count


def test_the_notices_of_the_day_are_one_for_each_level_of_authority(branch: Branch, dues: pd.DataFrame) -> None:
    rows = dues.loc[(dues["rule"] == "R25s") & (dues["state"] == "due_today"), "row"]
    ratings = branch.book().frame("ratings").set_index("id")
    assert sorted(ratings.loc[rows, "authority"]) == ["head", "tier1", "tier2"]


def test_the_line_of_a_tier_two_branch_has_its_notice_and_its_submission_on_the_same_day(dues: pd.DataFrame) -> None:
    today = dues[(dues["state"] == "due_today")]
    assert set(today.loc[today["rule"] == "R29s", "row"]) < set(today.loc[today["rule"] == "R30", "row"])


def test_the_opportunity_of_the_shifted_saturday_was_reported_on_monday(branch: Branch) -> None:
    deals = branch.book().frame("opportunities")
    saturday = deals[deals["created_at"].dt.day_of_week == 5]
    assert [day.date() for day in saturday["created_at"]] == [date(2026, 10, 10)]
    assert saturday["reported_at"].iloc[0].date() == date(2026, 10, 12)


def test_cells_that_contradict_one_another_are_told_as_issues(branch: Branch) -> None:
    found = Counter((issue.table, issue.code) for issue in branch.look(NOW).issues)
    assert found == {(p.table, p.rule): p.count for p in demo.PLANTED if p.state == "issue"}


def test_the_scan_tells_every_overdue_to_somebody(branch: Branch) -> None:
    found = scan(branch, NOW, dry_run=True)
    late = found.dues.loc[found.dues["state"] == "overdue", "key"]
    assert set(late) <= set(found.look.steps["key"])
    assert found.new > len(late)


def test_leaders_visit_important_customers_only_and_the_rules_say_so(branch: Branch) -> None:
    rules = branch.book().frame("rules").set_index("id")
    assert [rules.loc[rule, "tiers"] for rule in ("R13", "R14", "R15", "R16")] == ["key;quality"] * 4
    assert "practical" in rules.loc["R15", "note"]
    assert set(rules.loc[["R11", "R12"], "tiers"]) == {""}


def test_the_home_says_that_it_is_a_demo_and_its_record_is_whole(branch: Branch) -> None:
    assert branch.settings.picker
    assert branch.settings.name("zh") == "云澜银行 望川支行（演示）"
    assert branch.store.verify() == []


def looked(today: date, customers: int, seed: int) -> tuple[Counter[tuple[str, str]], dict[tuple[str, str], int]]:
    """What is found on a day, and what the list of planted exceptions expects of it."""
    rows = demo.build(today, CALENDAR.is_workday, customers, seed)
    rules = [{key: read(TABLES["rules"][key], text).value for key, text in row.items()} | {"id": row["id"]} for row in rulebook.shipped()]
    for row in rules:
        row["tiers"] = sample.TIERS if row["id"] in sample.LEADERS else row["tiers"]
    made = book.of(TABLES, rows | {"rules": rules})
    terms = Terms(days.one(demo.live_since(today)))
    ledgers = Ledgers(made, datetime.combine(today, NOW.time()), terms=terms)
    dues = due.evaluate(ledgers, rulebook.read(made.frame("rules"), TABLES)[0], CALENDAR).dues
    wanted = {(p.rule, p.state): p.count for p in demo.expected(today, CALENDAR.is_workday, customers, seed) if p.state in TOLD}
    found = counted(dues, today)
    return Counter({key: n for key, n in found.items() if key[1] in WATCHED or key in wanted}), wanted


@pytest.mark.parametrize(
    ("today", "customers"),
    [
        ("2026-10-08", 200), ("2026-11-22", 200), ("2026-11-30", 60), ("2026-12-31", 200), ("2027-01-01", 20), ("2027-02-28", 200),
        ("2026-02-14", 200), ("2026-02-20", 200), ("2026-02-24", 200), ("2026-03-31", 200), ("2026-09-20", 60),
    ],
)  # fmt: skip
def test_on_any_other_day_the_same_is_found_as_far_as_the_calendar_allows(today: str, customers: int) -> None:
    """A month end without a date that falls due, a day off on which no letter leaves, the week after Spring Festival."""
    found, wanted = looked(date.fromisoformat(today), customers, 2)
    assert {key: n for key, n in found.items() if n} == {key: n for key, n in wanted.items() if n}


@settings(max_examples=6, deadline=None, derandomize=True)
@given(st.integers(0, 800), st.sampled_from((20, 45, 200)), st.integers(1, 99))
def test_on_a_day_drawn_at_random_nothing_unplanned_is_late(after: int, customers: int, seed: int) -> None:
    found, wanted = looked(date(2026, 1, 1) + timedelta(days=after), customers, seed)
    assert {key: n for key, n in found.items() if n} == {key: n for key, n in wanted.items() if n}


def test_what_does_not_depend_on_the_calendar_is_expected_every_day() -> None:
    always = {
        "rating_expired",
        "rating_late",
        "rating_window",
        "deal_unsubmitted",
        "deal_unvisited",
        "door",
        "quarter",
        "loan_renewal",
        "no_plan",
    }
    nominal = {p.name: p.count for p in demo.PLANTED}
    for today in ("2026-02-20", "2027-02-28", "2026-10-08", "2026-11-22"):
        counts = {p.name: p.count for p in demo.expected(date.fromisoformat(today), CALENDAR.is_workday)}
        assert {name: counts[name] for name in always} == {name: nominal[name] for name in always}
        assert counts["loan_notice"] == (3 if today == "2026-10-08" else 0)  # the others are days off


def test_the_list_counts_as_of_the_day_it_names() -> None:
    assert demo.expected(AS_OF, CALENDAR.is_workday) == demo.PLANTED


def test_a_home_whose_making_was_cut_off_is_not_there_and_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    with monkeypatch.context() as cut:
        cut.setattr(sample, "_move", _stopped)
        with pytest.raises(KeyboardInterrupt):
            sample.make(home, NOW, 20)
    assert not home.exists()
    with pytest.raises(HomeFault):
        open_branch(home)
    made = sample.make(home, NOW, 20)
    assert len(made.book().frame("customers")) == 20
    assert [entry.name for entry in tmp_path.iterdir()] == ["home"]
    made.store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_a_kill_in_the_middle_of_filling_leaves_nothing_that_could_be_served(tmp_path: Path) -> None:
    home, draft = tmp_path / "home", tmp_path / ".home.filling" / "huce.db"
    root = Path(__file__).parents[2]
    line = [sys.executable, "-m", "tests.branch.killed", str(home)]
    with subprocess.Popen(line, cwd=root) as making:
        while making.poll() is None and not (draft.exists() and _filled(draft)):
            time.sleep(0.02)
        making.kill()
    assert making.returncode == -9, "it was through before it could be killed"
    assert not home.exists()
    made = sample.make(home, NOW, 20)
    assert len(made.book().frame("customers")) == 20
    assert [entry.name for entry in tmp_path.iterdir()] == ["home"]
    made.store.close()


def _filled(draft: Path) -> bool:
    """The first rows are in, the last are not."""
    with closing(sqlite3.connect(f"file:{draft}?mode=ro", uri=True)) as store:
        try:
            return bool(store.execute("SELECT count(*) FROM contacts").fetchone()[0])
        except sqlite3.OperationalError:  # not made yet
            return False


def _stopped(*_: Path) -> None:
    raise KeyboardInterrupt


def test_a_folder_with_other_files_gets_its_settings_last(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "huce.log").write_text("x", "utf-8")
    sample.make(home, NOW, 20).store.close()
    assert (home / "huce.log").read_text("utf-8") == "x"
    (home / "settings.toml").unlink()  # as if stopped before it was moved
    with pytest.raises(HomeFault):
        open_branch(home)


def test_a_branch_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    home = tmp_path / "home"
    sample.make(home, NOW, 20).store.close()
    size = (home / "huce.db").stat().st_size
    with pytest.raises(HomeFault):
        sample.make(home, NOW, 20)
    assert (home / "huce.db").stat().st_size == size
    shutil.rmtree(home)


def test_a_sample_too_small_for_its_exceptions_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(sample.TooFew) as told:
        sample.make(tmp_path / "home", NOW, 10)
    assert "20" in told.value.say("en")
    assert list(tmp_path.iterdir()) == []


def test_a_sample_may_be_made_as_of_another_day_and_in_english(tmp_path: Path) -> None:
    made = sample.make(tmp_path / "home", NOW, 20, date(2026, 3, 2), 4, lang="en")
    visits = made.book().frame("visits")
    assert visits["visited_on"].max() < pd.Timestamp(2026, 3, 2)
    assert made.settings.lang == "en"
    made.store.close()


def test_a_sample_on_a_server_of_its_own_is_not_made_in_a_store_that_is_used(tmp_path: Path, database: str) -> None:
    made = sample.make(tmp_path / "one", NOW, 20, store_url=database)
    assert len(made.book().frame("customers")) == 20
    with pytest.raises(HomeFault) as told:
        sample.make(tmp_path / "two", NOW, 20, store_url=database)
    assert told.value.code == "demo.store_in_use"
    assert not (tmp_path / "two").exists()
    made.store.close()
