"""A branch that was made before a rule came to the scheme is given the rule; what the branch has made of its rules stays."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from branch import opening as room
from branch.opening import create, open_branch
from sheets.schema import Edit

NOW = datetime(2026, 11, 23, 9)


def older(home: Path) -> None:
    """A home that knows neither R05 nor R28m yet, has changed R11, switched off R12 and taken R13 away."""
    made = create(home, NOW)
    edits = [
        Edit("rules", "R11", {"lead": None}, {"note": "本行约定"}),
        Edit("rules", "R12", {"enabled": True}, {"enabled": False}),
        Edit("rules", "R13", {"enabled": True}, None),
    ]
    made.store.write(edits, "BL1", "portal", NOW)
    with made.store._door.write() as connection:
        connection.exec_driver_sql("DELETE FROM rules WHERE id IN ('R05', 'R28m')")
    made.store.private.unmark(room.KNOWN)
    made.store.close()


def test_a_rule_that_is_new_in_the_scheme_comes_to_a_branch_when_it_is_opened(tmp_path: Path) -> None:
    older(tmp_path / "home")
    opened = open_branch(tmp_path / "home")
    rules = opened.book().frame("rules").set_index("id")
    assert bool(rules.loc["R05", "enabled"])
    assert bool(rules.loc["R28m", "enabled"])
    assert rules.loc["R11", "note"] == "本行约定"
    assert not bool(rules.loc["R12", "enabled"])
    assert "R13" not in rules.index
    opened.store.close()


def test_it_comes_once_and_one_that_the_branch_took_away_stays_away(tmp_path: Path) -> None:
    older(tmp_path / "home")
    open_branch(tmp_path / "home").store.close()
    again = open_branch(tmp_path / "home")
    again.store.write([Edit("rules", "R05", {"enabled": True}, None)], "BL1", "portal", NOW)
    version = again.store.version()
    again.store.close()
    last = open_branch(tmp_path / "home")
    assert last.store.version() == version
    assert "R05" not in set(last.book().frame("rules")["id"])
    last.store.close()


def test_two_programs_that_open_it_at_once_give_it_once(tmp_path: Path) -> None:
    older(tmp_path / "home")
    first = open_branch(tmp_path / "home")
    first.store.private.unmark(room.KNOWN)  # as if the other had looked before the first had written
    second = open_branch(tmp_path / "home")
    assert list(second.book().frame("rules")["id"]).count("R05") == 1
    first.store.close()
    second.store.close()
