"""Killed (SIGKILL) at any step of scan and post: no alert is lost, and at most one mail goes out once more, as itself."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from branch.opening import open_branch
from tests.jobs.crash import Doomed
from tests.jobs.mailserver import Desk, serving
from tests.jobs.test_digest import two_lines
from tests.jobs.world import ALONE, alerts, outbox, with_settings

NOW, LATER, LAST = "2026-11-10T09:00", "2026-11-10T09:11", "2026-11-10T10:00"  # a claim lapses after ten minutes
MAILS = {"digest|M1|2026-11-10", "digest|M2|2026-11-10"}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor SIGKILL")


@pytest.fixture(scope="module")
def doomed() -> Iterator[Doomed]:
    runner = Doomed()
    yield runner
    runner.close()


@dataclass
class After:
    """What stands in the branch and on the server once everything has been run again."""

    killed: bool
    alerts: dict[str, str]
    states: dict[str, str]
    notes: dict[str, str]
    got: Counter[str]
    different: int  # of mails received more than once, how many were not the same bytes


@pytest.fixture
def die(branch_of: Callable[..., Any], doomed: Doomed, tmp_path: Path) -> Iterator[Callable[..., After]]:
    """die(at, later…) → a fresh branch, killed at that step, run again later, looked at."""
    desk = Desk()
    with serving(desk) as smtp:
        branch = with_settings(branch_of(*ALONE), {"smtp": smtp})
        two_lines(branch)
        branch.store.close()
        template = branch.settings.home

        def die(at: int | str, *later: str) -> After:
            desk.got.clear()
            home = tmp_path / f"at-{at}"
            shutil.copytree(template, home)
            killed = doomed.run(home, NOW, at) == "SIGKILL"
            for now in later:
                assert doomed.run(home, now) == ""
            left = open_branch(home)
            assert left.store.verify() == []
            mails, known = outbox(left), alerts(left)
            left.store.close()
            shutil.rmtree(home)
            keys = {mail["message_id"]: mail["id"] for mail in mails}
            copies: dict[str, set[bytes]] = {}
            for sent, (_, content) in zip(desk.ids(), desk.got, strict=True):
                copies.setdefault(sent, set()).add(content)
            return After(
                killed, known, {mail["id"]: mail["state"] for mail in mails},
                {mail["id"]: str(mail["error"] or "") for mail in mails}, Counter(keys[sent] for sent in desk.ids()),
                sum(len(texts) > 1 for texts in copies.values()),
            )  # fmt: skip

        yield die


def check(one: After, clean: After) -> None:
    assert one.alerts == clean.alerts
    assert one.states == dict.fromkeys(MAILS, "sent")
    assert set(one.got) == MAILS, "every mail has arrived"
    assert one.got.total() <= len(MAILS) + 1, "one crash, at most one mail once more"
    assert one.different == 0
    for key, times in one.got.items():
        assert times == 1 or "可能已送达" in one.notes[key]


def test_killed_after_the_server_took_it_and_before_that_is_written_down(die: Callable[..., After]) -> None:
    """EM071: one resend with the same Message-ID, and the record says so."""
    clean, one = die(0, LATER, LAST), die("taken", LATER, LAST)
    assert not clean.killed
    assert clean.got == Counter(MAILS)
    assert set(clean.alerts.values()) == {"told", "skipped"}
    assert one.killed
    assert one.got.total() == 3
    check(one, clean)


@pytest.mark.parametrize("at", [3, 9, 15, 33])
def test_killed_at_some_steps(die: Callable[..., After], at: int) -> None:
    one = die(at, LATER)
    assert one.killed
    check(one, AS_IT_SHOULD_BE)


AS_IT_SHOULD_BE = After(
    killed=False, states={}, notes={}, got=Counter(), different=0,
    alerts={
        f"R30|{row}|{due}|{step}|customer_manager|digest": state
        for row, due, steps in (
            ("N1", "2026-11-10", {"14d": "skipped", "7d": "skipped", "3d": "skipped", "due": "told"}),
            ("N2", "2026-11-16", {"14d": "skipped", "7d": "told"}),
        )
        for step, state in steps.items()
    },
)  # fmt: skip


@pytest.mark.long
def test_killed_at_every_step_until_there_is_none_left(die: Callable[..., After]) -> None:
    for at in range(1, 500):
        one = die(at, LATER)
        check(one, AS_IT_SHOULD_BE)
        if not one.killed:
            break
    assert not one.killed
    assert at > 30


def test_killed_while_writing_files_each_mail_is_one_file(branch_of: Callable[..., Any], doomed: Doomed) -> None:
    """No mail server: before and after the file gets its name, and between two mails."""
    for at in ("file", "filed"):
        branch = branch_of()
        two_lines(branch)
        home = branch.settings.home
        assert doomed.run(home, NOW, at) == "SIGKILL"
        assert doomed.run(home, LATER) == ""
        files = sorted(path.name for path in (home / "outbox").iterdir())
        assert len(files) == 2
        assert all(name.endswith(".eml") for name in files)
        assert {mail["state"] for mail in outbox(branch)} == {"sent"}
