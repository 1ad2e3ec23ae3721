"""More of each kind of fault that copies, first starts and settings had: other files, other folders, other ways to cut them."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from branch import autostart, exports, files, maintenance, settings, startup
from branch import opening as room
from branch.branch import Branch
from branch.people import SYSTEM
from jobs import demo, doctor
from jobs.post import post
from jobs.scan import run as scan
from sheets.store import place
from sheets.store.faults import StoreFault, TargetRefused
from tests.branch.rooms import NOW
from tests.jobs import world
from tests.jobs.world import at, customer, line, write
from texts import LANGS, Fault

POSIX = pytest.mark.skipif(os.name == "nt", reason="links and pipes")

# K1: what a command did not make stays


@POSIX
@pytest.mark.parametrize("what", ["link", "hard link", "pipe", "dangling"])
def test_an_export_goes_neither_through_a_link_to_the_store_nor_into_a_pipe(branch: Branch, tmp_path: Path, what: str) -> None:
    target = tmp_path / "台账.xlsx"
    made = {
        "link": lambda: target.symlink_to(branch.settings.home / room.DATABASE), "pipe": lambda: os.mkfifo(target),
        "hard link": lambda: os.link(branch.settings.home / room.DATABASE, target), "dangling": lambda: target.symlink_to(tmp_path / "nowhere"),
    }  # fmt: skip
    made[what]()
    with pytest.raises(files.HomeFault):
        exports.export_book(branch, target, NOW, SYSTEM, ["customers"])
    folder = tmp_path / "out"
    folder.mkdir()
    target.rename(folder / "customers.csv")
    with pytest.raises(files.HomeFault):
        exports.export_csv(branch, folder, NOW, SYSTEM, ["customers"])
    assert [one.name for one in folder.iterdir()] == ["customers.csv"]
    assert not (tmp_path / "nowhere").exists()
    assert branch.store.verify() == []


@POSIX
def test_a_folder_that_is_a_link_into_the_home_is_the_home(branch: Branch, tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(branch.settings.home, target_is_directory=True)
    for write_ in (
        lambda: exports.export_csv(branch, tmp_path / "out", NOW, SYSTEM, ["customers"]),
        lambda: files.outside(branch.settings.home, tmp_path / "out" / "new.backup"),
    ):
        with pytest.raises(files.HomeFault) as told:
            write_()
        assert told.value.code == "branch.in_home"


def test_a_copy_is_not_written_over_the_ledgers_of_another_branch(branch: Branch, tmp_path: Path) -> None:
    other = room.create(tmp_path / "second", NOW)
    for name in (room.DATABASE, settings.FILE, "settings.toml.good"):
        before = (tmp_path / "second" / name).read_bytes()
        with pytest.raises(TargetRefused):
            branch.store.backup(tmp_path / "second" / name)
        assert (tmp_path / "second" / name).read_bytes() == before
    assert other.store.verify() == []


@pytest.mark.parametrize("system", ["linux", "macos"])
def test_a_service_of_the_same_name_that_a_person_wrote_stays_and_an_older_one_of_ours_is_replaced(
    tmp_path: Path, system: autostart.System
) -> None:
    there = startup.Startup(autostart.Start(tmp_path / "python", tmp_path / "home"), system, tmp_path, lambda _: _done())
    there.file.parent.mkdir(parents=True)
    there.file.write_text("[Service]\nExecStart=/usr/bin/mine\n", "utf-8")
    with pytest.raises(files.HomeFault) as told:
        there.switch_on()
    assert str(there.file) in told.value.say("zh")
    assert "mine" in there.file.read_text("utf-8")
    there.file.write_bytes(autostart.text(autostart.Start(tmp_path / "old python", tmp_path / "home"), system))
    there.switch_on()
    assert b"old python" not in there.file.read_bytes()


def _done() -> object:
    import subprocess

    return subprocess.CompletedProcess([], 0, "", "")


def test_a_sample_is_not_built_over_a_folder_of_papers(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "合同.docx").write_bytes(b"mine")
    for fresh in (False, True):
        with pytest.raises(Fault):
            demo.prepare(tmp_path / "papers", NOW, fresh=fresh)
    assert (tmp_path / "papers" / "合同.docx").read_bytes() == b"mine"


# K2: a home is whole, is finished, or says what is missing


@pytest.mark.parametrize("beside", ["", "backups", "outbox", "serving.lock", "huce.db-wal"])
def test_settings_alone_or_beside_traces_of_work_have_lost_their_ledgers_and_are_told(tmp_path: Path, beside: str) -> None:
    settings.fresh(tmp_path, {})
    if beside:
        (tmp_path / beside).touch() if "." in beside else (tmp_path / beside).mkdir()
    for act in (lambda: room.create(tmp_path, NOW), lambda: room.open_branch(tmp_path)):
        with pytest.raises(files.HomeFault) as told:
            act()
        assert told.value.code == "branch.half_home"
        assert room.DATABASE in told.value.say("zh")
    assert not (tmp_path / room.DATABASE).exists()


def test_ledgers_without_settings_are_told_as_half_a_home_by_init_too(home: Path) -> None:
    for name in (settings.FILE, "settings.toml.good"):
        (home / name).unlink(missing_ok=True)
    with pytest.raises(files.HomeFault) as told:
        room.create(home, NOW)
    assert (told.value.code, told.value.values["missing"]) == ("branch.half_home", settings.FILE)


# K3: whichever way an older copy came back


def told_since(tmp_path: Path) -> tuple[Path, Path]:
    """A home whose mails of the 10th and 11th are not in the copy of the 9th."""
    home, copy = tmp_path / "home", tmp_path / "c.backup"
    branch = world.make(home)
    write(branch, [customer("K1", "云澜启岚机械(示例)"), line("N1", "K1", "2026-12-10")])
    scan(branch, at("2026-11-09 09:00"))
    branch.store.backup(copy)
    for day in ("10", "11"):
        scan(branch, at(f"2026-11-{day} 09:00"))
        assert post(branch, at(f"2026-11-{day} 09:00"))["sent"]
    branch.store.close()
    return home, copy


def by_hand(home: Path, copy: Path) -> Branch:
    for end in ("", "-wal", "-shm"):
        (home / f"huce.db{end}").unlink(missing_ok=True)
    shutil.copy(copy, home / "huce.db")
    return room.open_branch(home)


def test_a_copy_put_in_place_with_the_file_manager_holds_the_mails_like_a_restore(tmp_path: Path) -> None:
    home, copy = told_since(tmp_path)
    branch = by_hand(home, copy)
    assert maintenance.since_restore(branch) is not None
    scan(branch, at("2026-11-11 10:05"))
    assert post(branch, at("2026-11-11 10:05"))["sent"] == 0
    maintenance.tell_until(branch, SYSTEM, at("2026-11-11 09:30"), at("2026-11-11 12:00"))
    scan(branch, at("2026-11-11 12:01"))
    assert maintenance.since_restore(branch) is None
    branch.store.close()
    again = room.open_branch(home)
    assert maintenance.since_restore(again) is None, "it is the store now, and no copy any more"
    assert again.store.verify() == []
    again.store.backup(copy)  # it is still an earlier copy of this very store


def test_so_does_the_copy_that_a_restore_itself_has_kept(tmp_path: Path) -> None:
    home, copy = told_since(tmp_path)
    branch = room.open_branch(home)
    kept = branch.store.restore(copy, at("2026-11-11 10:00"))
    assert kept is not None
    branch.store.close()
    assert maintenance.since_restore(by_hand(home, kept)) is not None


def test_two_restores_one_after_the_other_ask_again(tmp_path: Path) -> None:
    home, copy = told_since(tmp_path)
    branch = room.open_branch(home)
    branch.store.restore(copy, at("2026-11-11 10:00"))
    maintenance.tell_until(branch, SYSTEM, at("2026-11-11 09:30"), at("2026-11-11 10:01"))
    branch.store.restore(copy, at("2026-11-11 11:00"))
    assert maintenance.since_restore(branch) == at("2026-11-11 11:00")
    scan(branch, at("2026-11-11 11:05"))
    assert post(branch, at("2026-11-11 11:05"))["sent"] == 0


# K6: a copy lies anywhere


@pytest.mark.parametrize("name", ["光盘 #1", "a%20b?", "50 % & mehr"])
def test_a_copy_comes_back_from_a_read_only_folder_of_any_name(branch: Branch, tmp_path: Path, name: str) -> None:
    disc = tmp_path / name
    disc.mkdir()
    branch.store.backup(disc / "c.backup")
    (disc / "c.backup-wal").touch()  # an empty log beside it is none
    (disc / "c.backup").chmod(0o400)
    disc.chmod(0o500)
    try:
        branch.store.restore(disc / "c.backup", NOW)
    finally:
        disc.chmod(0o700)
    assert {one.name for one in disc.iterdir()} == {"c.backup", "c.backup-wal"}
    assert branch.store.verify() == []


def test_a_home_on_a_share_is_refused_in_words_by_every_command_that_opens_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sheets import store

    monkeypatch.setattr(store, "_SEEN", set())
    monkeypatch.setattr(place, "remote", lambda _: True)
    with pytest.raises(StoreFault) as told:
        room.open_branch(home)
    assert told.value.code == "store.network"
    [found, *_] = doctor.doctor(home, NOW)["checks"]
    assert (found["check"], found["state"]) == ("store", "fail")


# K14: verify reads everything, settings are never believed when they were damaged


def test_a_kept_document_that_was_altered_is_found_and_named(branch: Branch) -> None:
    digest = files.digest(b"letter")
    branch.store.private.keep_document(digest, b"letter", NOW)
    assert branch.store.verify() == []
    with sqlite3.connect(branch.settings.home / room.DATABASE) as bare:
        bare.execute("UPDATE huce_documents SET data = ?", (b"better",))
    [damage] = branch.store.verify()
    assert (damage.code, damage.row) == ("store.damage_document", digest)
    assert all(digest in damage.say(lang) for lang in LANGS)


def test_a_cell_of_another_type_and_a_broken_line_of_the_record_are_named(branch: Branch) -> None:
    with sqlite3.connect(branch.settings.home / room.DATABASE) as bare:
        bare.execute("UPDATE customers SET address = ? WHERE id = 'C1'", (b"\xff\xfe",))
    assert {(one.table, one.row, one.column) for one in branch.store.verify()} == {("customers", "C1", "address")}


@pytest.mark.parametrize("data", [b"\0" * 900, b"\xff\xfel\0a\0n\0g\0", b"", b"# <end>\n", b"[smtp]\nport = 587\n# <end>\n"])
def test_settings_that_are_zeros_empty_or_an_end_without_a_beginning_are_refused(home: Path, data: bytes) -> None:
    (home / settings.FILE).write_bytes(data)
    with pytest.raises(Fault) as told:
        settings.load(home)
    assert "\0" not in told.value.say("zh")
    assert str(home / settings.FILE) in told.value.say("zh")


@pytest.mark.parametrize(("old", "wrong"), [("port = 587", "port = inf"), ("port = 587", "port = -0"), ("port = 587", "port = 587\nport = 25"),
    ("idle_minutes = 30", "idle_minutes = nan"), ("cap_per_hour = 200", "cap_per_hour = 0")])  # fmt: skip
def test_a_whole_file_with_one_impossible_number_changes_nothing(home: Path, old: str, wrong: str) -> None:
    good = settings.load(home)
    text = (home / settings.FILE).read_text("utf-8")
    (home / settings.FILE).write_text(text.replace(old, wrong, 1), "utf-8")
    with pytest.raises(settings.SettingsFault):
        settings.load(home)
    (home / settings.FILE).write_bytes((home / "settings.toml.good").read_bytes())
    assert settings.load(home) == good


# F4, F5: paths and file systems


@pytest.mark.parametrize("name", ["100% #1 & 'x'; 望川?", "a%20b", "q?mode=ro", '“引号”"双', "$HOME", "-x", "尾 ", "e\u0301"])
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_home_of_any_name_holds_its_store_its_copies_and_nothing_beside_it(tmp_path: Path, built: Path, name: str) -> None:
    home = tmp_path / name
    shutil.copytree(built, home)
    branch = room.open_branch(home)
    copy = maintenance.back_up(branch, SYSTEM, NOW)
    branch.store.restore(copy, NOW)
    assert branch.store.place == str((home / room.DATABASE).resolve())
    assert copy.parent == home / "backups"
    branch.store.close()
    assert [one.name for one in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("kind", "far"),
    [("macfuse", True), ("osxfuse", True), ("fakeowner", True), ("fuse.grpcfuse", True), ("fuse.sshfs", True), ("fuse.gvfsd-fuse", True),
     ("fuseblk", False), ("fuse.gocryptfs", False), ("apfs", False), ("zfs", False), ("overlay", False)],
)  # fmt: skip
def test_what_people_mount_on_a_mac_or_into_a_container_is_no_disk_of_this_machine(kind: str, far: bool) -> None:
    assert place.any_remote(kind, "x") is far
