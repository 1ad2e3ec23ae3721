"""The first mails of a branch that was set up in the browser: they wait to be looked at, and never for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from branch import accounts, first_scan
from branch.branch import Branch
from branch.opening import create
from branch.people import actor
from jobs import scan
from sheets.schema import Edit
from tests.small import rows

NOW = datetime(2026, 11, 24, 9, 0)  # a Tuesday: on Mondays whoever owes nothing is told that as well


@pytest.fixture
def branch(tmp_path: Path) -> Branch:
    made = create(tmp_path / "home", NOW)
    accounts.set_up(made, accounts.setup_key(made, NOW), "ADM0", "朱红", "望川 支行 2026 秋", NOW)
    made.store.write(rows(NOW.date()), "system", "terminal", NOW)
    return made


def digests(branch: Branch) -> set[str]:
    mails = branch.book().frame("outbox")
    return set(mails.loc[mails["kind"].astype(str) == "digest", "staff"].astype(str))


def test_alerts_are_booked_at_once_and_their_mails_wait(branch: Branch) -> None:
    found = scan.run(branch, NOW)
    assert found.new > 0
    assert set(branch.book().frame("alerts")["state"].astype(str)) <= {"open", "skipped"}
    assert digests(branch) == set()


def test_the_preview_names_whom_the_first_digest_then_tells(branch: Branch) -> None:
    scan.run(branch, NOW)
    shown = first_scan.preview(branch.look(NOW), "zh")
    admin = actor(branch.book(), "ADM0")
    assert admin is not None
    first_scan.let_go(branch, admin, NOW)
    scan.run(branch, NOW + timedelta(minutes=5))
    assert digests(branch) == {one.staff for one in shown if one.staff}
    subjects = branch.book().frame("outbox")["subject"].astype(str)
    assert all("初始盘点" in subject for subject in subjects)
    mine = next(one for one in shown if one.staff == "CM1")
    mail = branch.store.row("outbox", f"digest|CM1|{NOW.date()}")
    assert mail is not None
    for line in mine.lines:
        assert line.split("，")[0][:6] in str(mail["text"])


def test_without_a_word_they_go_by_themselves_on_the_third_day(branch: Branch) -> None:
    scan.run(branch, NOW)
    until = first_scan.held_until(branch.look(NOW), branch.store.private.marks())
    assert until == NOW + timedelta(days=3)
    assert not first_scan.is_pressing(branch.look(NOW), until)
    day_later = NOW + timedelta(days=1)
    scan.run(branch, day_later)
    assert first_scan.is_pressing(branch.look(day_later), until)
    assert digests(branch) == set()
    scan.run(branch, until)
    assert "CM1" in digests(branch)


def test_once_they_have_gone_by_themselves_nothing_new_waits_again(branch: Branch) -> None:
    """Nobody has ever pressed the button; a loan that is filed a week later is told at its next digest."""
    scan.run(branch, NOW)
    gone = NOW + timedelta(days=3)
    scan.run(branch, gone)
    later = NOW + timedelta(days=8)
    loan = {"customer": "C1", "product": "working_capital", "drawn_on": NOW.date(), "amount": 100, "balance": 100, "risk_class": "normal",
            "matures_on": (later + timedelta(days=3)).date()}  # fmt: skip
    branch.store.write([Edit("loans", "JNEW", None, loan)], "CM1", "portal", later)
    scan.run(branch, later)
    assert first_scan.held_until(branch.look(later), branch.store.private.marks()) is None
    mail = branch.store.row("outbox", f"digest|CM1|{later.date()}")
    assert mail is not None
    assert "JNEW" in str(mail["text"])


def test_an_empty_branch_waits_however_long_it_takes(tmp_path: Path) -> None:
    """The three days begin with the first alert, not with the first day."""
    made = create(tmp_path / "home", NOW)
    accounts.set_up(made, accounts.setup_key(made, NOW), "ADM0", "朱红", "望川 支行 2026 秋", NOW)
    later = NOW + timedelta(days=7)
    scan.run(made, later)
    made.store.write(rows(later.date()), "system", "terminal", later)
    scan.run(made, later)
    assert digests(made) == set()
