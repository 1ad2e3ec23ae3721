"""Whatever is cut off, at whatever step: nothing is lost, nothing is half made, and doing it again finishes it, once."""

from __future__ import annotations

import random
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from branch import files, maintenance
from branch import opening as room
from rules import rulebook
from tests.branch.stops import (
    ACTS,
    AGAIN,
    COPY,
    NOW,
    Act,
    Facts,
    Stopped,
    all_or_none,
    copies,
    facts,
    left_over,
    mails_are_held,
    opened,
    prepare,
    stopped_at,
)
from tests.jobs import world
from tests.jobs.crash import Doomed
from tests.jobs.mailserver import Desk, serving

SEED = 20261110
MAILS = {"digest|M1|2026-11-10", "digest|M2|2026-11-10"}
KILLABLE = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor SIGKILL")


@dataclass
class Stage:
    """An act, the branch before it, and the branch after it when nothing stops it."""

    name: str
    home: Path
    before: Facts
    after: Facts
    desk: Desk
    steps: list[str] = field(default_factory=list)

    @property
    def act(self) -> Act:
        return ACTS[self.name]


@pytest.fixture(scope="module")
def desk() -> Iterator[tuple[Desk, dict[str, Any]]]:
    found = Desk()
    with serving(found) as smtp:
        yield found, dict(smtp)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, desk: tuple[Desk, dict[str, Any]]) -> Callable[[str], Stage]:
    made: dict[str, Stage] = {}
    people = tmp_path_factory.mktemp("people") / "home"
    world.make(people).store.close()

    def of(name: str) -> Stage:
        if name not in made:
            home, clean = tmp_path_factory.mktemp("stage") / "home", tmp_path_factory.mktemp("clean") / "home"
            shutil.copytree(people, home)
            before = prepare(home, ACTS[name], desk[1])
            shutil.copytree(home, clean)
            with opened(clean) as branch:
                with stopped_at(0) as steps:
                    ACTS[name].do(branch, NOW)
                after = facts(branch)
            made[name] = Stage(name, home, before, after, desk[0], steps)
        made[name].desk.got.clear()
        return made[name]

    return of


def settled(found: Facts) -> Facts:
    """Without what tells at which try a mail left."""
    mails = {key: {name: row[name] for name in ("message_id", "state", "staff", "text")} for key, row in found["outbox"].items()}
    return found | {"outbox": mails}


def aftermath(stage: Stage, home: Path) -> int:
    """Holds of a branch in which the act was cut off, then again when it was done once more; how many mails went twice."""
    with opened(home) as branch:
        assert branch.store.verify() == []
        now = facts(branch)
        all_or_none(stage.act, stage.before, stage.after, now)
        if stage.name == "restore" and now["customers"] == stage.after["customers"]:
            assert mails_are_held(branch, NOW)
        found = copies(home)
        assert stage.name not in ("backup", "restore") or home / "backups" / COPY in found or len(found) > 0, "there is always a copy"
        if stage.name == "restore" and now["customers"] == stage.after["customers"]:
            assert any(one.name.startswith("huce-before-restore") for one in found), "what was replaced is kept"
        stage.act.do(branch, AGAIN)
        again = facts(branch)
        assert settled(again) == settled(stage.after)
        assert branch.store.verify() == []
        if stage.name == "restore":
            assert maintenance.since_restore(branch) == AGAIN
    copies(home)
    if stage.name == "backup":
        assert len(list((home / "backups").iterdir())) == 1, "one copy is kept, and nothing half made beside it"
    return _twice(stage)


def _twice(stage: Stage) -> int:
    if stage.name != "post":
        return 0
    got = Counter(stage.desk.ids())
    assert len(got) == len(MAILS), "every mail has arrived, under its one Message-ID"
    assert got.total() <= len(MAILS) + 1, "one stop, at most one mail once more"
    assert len({content for _, content in stage.desk.got}) == len(MAILS), "and it is the same mail"
    return got.total() - len(MAILS)


@pytest.mark.parametrize("name", ACTS)
def test_a_stop_at_any_step_leaves_all_of_an_act_or_none_and_doing_it_again_finishes_it_once(
    stage: Callable[[str], Stage], tmp_path: Path, name: str
) -> None:
    """The home is looked at as the stop left it: its files are taken away before anything can be tidied up."""
    one = stage(name)
    assert set(one.steps) & {"save", "copied"}
    for step in range(1, len(one.steps) + 1):
        one.desk.got.clear()
        work, home = tmp_path / f"{step}", tmp_path / f"{step} left"
        shutil.copytree(one.home, work)
        with opened(work) as branch:
            with pytest.raises(Stopped), stopped_at(step):
                one.act.do(branch, NOW)
            shutil.copytree(work, home)
        aftermath(one, home)
        shutil.rmtree(work)
        shutil.rmtree(home)


class Killer:
    """Kills acts at moments of chance, the same ones each time as far as the machine allows."""

    def __init__(self, doomed: Doomed, stage: Callable[[str], Stage], folder: Path) -> None:
        self.doomed, self.stage, self.folder, self.chance = doomed, stage, folder, random.Random(SEED)
        self.took: dict[str, float] = {}
        self.kills: Counter[str] = Counter()
        self.twice = 0

    def once(self, name: str) -> None:
        """One real kill; an act that came to its end before it is done anew."""
        while not self._tried(name):
            self.took[name] *= 0.8
        self.kills[name] += 1

    def _tried(self, name: str) -> bool:
        home, start = self.folder / "home", name == "first start"
        stage = None if start else self.stage(name)
        for wait in (None, self.chance.random()) if name not in self.took else (self.chance.random(),):
            shutil.rmtree(home, ignore_errors=True)
            if stage is not None:
                shutil.copytree(stage.home, home)
                stage.desk.got.clear()
            more = {} if wait is None else {"wait": wait * self.took[name]}
            killed = self.doomed.run(home, NOW.isoformat(), act=name, **more) == "SIGKILL"
            if wait is None:
                self.took[name] = float(self.doomed.ended["took"])
        if killed and stage is not None:
            self.twice += aftermath(stage, home)
        elif killed:
            _started(home)
        return killed


def _started(home: Path) -> None:
    """No branch, or a whole one; the next start succeeds."""
    try:
        room.open_branch(home).store.close()
    except files.HomeFault as fault:
        if fault.code != "branch.no_home":
            raise
        room.create(home, NOW).store.close()
    with opened(home) as branch:
        assert len(branch.look(NOW).rules) == len(rulebook.shipped())
        assert branch.store.verify() == []
    assert not (home / room.MAKING).exists()
    assert left_over(home) == []


@pytest.fixture
def killer(stage: Callable[[str], Stage], tmp_path: Path) -> Iterator[Killer]:
    doomed = Doomed("tests.branch.stops")
    yield Killer(doomed, stage, tmp_path)
    doomed.close()


@KILLABLE
def test_ten_processes_killed_at_some_moment_lost_nothing(killer: Killer) -> None:
    every = ["first start", *ACTS, "post", "restore"]
    for name in every:
        killer.once(name)
    assert killer.kills.total() == 10
    assert killer.twice <= killer.kills["post"]


@KILLABLE
@pytest.mark.long
def test_a_hundred_and_fifty_processes_killed_at_some_moment_lost_nothing(killer: Killer) -> None:
    every = ["first start", *ACTS]
    for n in range(150):
        killer.once(every[n % len(every)])
    print(f"{killer.kills.total()} kills {dict(killer.kills)}, nothing lost, {killer.twice} mails went twice")
    assert killer.kills.total() == 150
    assert killer.twice <= killer.kills["post"]
