"""The home of a sample branch: built anew it gives up what the sample made, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from branch import opening, settings, status
from branch.files import HomeFault
from jobs import demo
from tests.jobs.world import at

NOW = at("2026-11-23 09:00")
MINE = ("notes.txt", "客户.csv", "huce-before-restore-20261101-080000.db", "outbox/回复.eml", "outbox/kept/one.txt", "backups/own.backup")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("demos") / "demo"
    opened = demo.prepare(home, NOW, customers=20)
    demo.look(opened, NOW)
    opened.store.close()
    return home


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    """A demo somebody has worked in, and kept things of their own in."""
    there = Path(shutil.copytree(built, tmp_path / "demo"))
    for name in MINE:
        (there / name).parent.mkdir(parents=True, exist_ok=True)
        (there / name).write_text(f"mine: {name}", "utf-8")
    return there


def mine(home: Path) -> dict[str, str]:
    return {name: (home / name).read_text("utf-8") for name in MINE if (home / name).exists()}


def fresh(home: Path) -> str:
    """Builds it anew; the installation id of what stands there now."""
    opened = demo.prepare(home, NOW, fresh=True, customers=20)
    opened.store.close()
    return opened.settings.install


def test_a_demo_built_anew_keeps_every_file_it_did_not_make(home: Path) -> None:
    before, mails = settings.load(home).install, {path.name for path in (home / "outbox").glob("20*.eml")}
    assert mails
    assert fresh(home) != before
    assert mine(home) == {name: f"mine: {name}" for name in MINE}
    assert not {path.name for path in (home / "outbox").glob("20*.eml")}, "the old sample's own mails went with it"
    assert [path.name for path in home.parent.iterdir() if path.is_dir()] == ["demo"]


def test_a_demo_behind_a_link_is_built_anew_where_it_stands(home: Path) -> None:
    link = home.with_name("link")
    link.symlink_to(home)
    fresh(link)
    assert link.is_symlink()
    assert mine(home) == {name: f"mine: {name}" for name in MINE}


@pytest.mark.parametrize("step", ["the old one is set aside", "the new one has arrived", "half of the old one is gone"])
def test_a_change_of_homes_that_was_cut_off_loses_nothing(home: Path, step: str) -> None:
    old = home.with_name(".demo.old")
    home.rename(old)
    if step != "the old one is set aside":
        demo.build(home, NOW, customers=20).store.close()
    if step == "half of the old one is gone":
        (old / opening.DATABASE).unlink()
        (old / "notes.txt").rename(home / "notes.txt")
    demo.prepare(home, NOW).store.close()
    assert mine(home) == {name: f"mine: {name}" for name in MINE}
    assert not old.exists()


def test_what_is_carried_over_replaces_nothing(home: Path) -> None:
    old = home.with_name(".demo.old")
    home.rename(old)
    demo.build(home, NOW, customers=20).store.close()
    (home / "notes.txt").write_text("newer", "utf-8")
    demo.prepare(home, NOW).store.close()
    assert (home / "notes.txt").read_text("utf-8") == "newer"
    assert (home / "notes-2.txt").read_text("utf-8") == "mine: notes.txt"


@pytest.mark.parametrize("kind", ["other files", "a branch at work", "a branch at work that was switched to a demo", "a damaged store"])
def test_what_is_no_demo_is_refused_and_left_as_it_is(home: Path, tmp_path: Path, kind: str) -> None:
    there = tmp_path / "other"
    if kind == "other files":
        there.mkdir()
        (there / "notes.txt").write_text("mine", "utf-8")
    elif kind == "a damaged store":
        home.rename(there)
        (there / opening.DATABASE).write_bytes(b"no store at all" * 100)
    else:
        opening.create(there, NOW).store.close()
        if "switched" in kind:
            settings.save(there, {"demo": True})
    before = {path: path.read_bytes() for path in there.rglob("*") if path.is_file() and not path.name.endswith(("-shm", "-wal"))}
    with pytest.raises(demo.NotADemo) as told:
        fresh(there)
    assert told.value.code == "demo.other"
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("end", ["old", "building"])
def test_a_folder_of_somebody_at_the_place_of_a_draft_is_not_removed(home: Path, end: str) -> None:
    other = home.with_name(f".demo.{end}")
    opening.create(other, NOW).store.close()
    with pytest.raises(demo.NotADemo) as told:
        fresh(home)
    assert told.value.code == "demo.other"
    assert (other / opening.DATABASE).exists()
    assert (home / opening.DATABASE).exists()


def test_a_sample_says_in_its_store_which_day_it_was_built_for(built: Path) -> None:
    opened = opening.open_branch(built)
    assert status.value(opened.store.private.marks(), status.SAMPLE) == "2026-11-23"
    opened.store.close()


def test_a_home_that_cannot_be_exchanged_is_told_in_a_sentence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the home is a disk of its own, which cannot be renamed."""
    rename = Path.rename

    def busy(self: Path, target: Path) -> Path:
        if self == home:
            raise OSError(16, "Device or resource busy")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", busy)
    with pytest.raises(HomeFault) as told:
        fresh(home)
    assert told.value.code == "branch.disk"
    assert mine(home) == {name: f"mine: {name}" for name in MINE}
