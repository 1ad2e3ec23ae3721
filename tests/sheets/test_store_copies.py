"""Copies of a store: where they may be written, from where they may come back, and what stays as it was."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from sheets.schema import Edit
from sheets.store import Store, open_store, place
from sheets.store.faults import BackupRefused, StoreFault, StoreFull, StoreMissing, TargetRefused
from sheets.tables import TABLES
from tests.sheets.stores import KH1, NOW, save


def made(path: Path) -> Store:
    store = open_store(f"sqlite:///{path}", TABLES, create=True)
    store.setup(NOW)
    save(store, Edit("customers", "KH1", None, KH1))
    return store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    (tmp_path / "home").mkdir()
    return made(tmp_path / "home" / "huce.db")


def ids(store: Store) -> list[str]:
    return list(store.book().frame("customers")["id"])


@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal"])
def test_the_store_itself_and_its_log_are_never_a_place_for_a_copy(store: Store, tmp_path: Path, end: str) -> None:
    with pytest.raises(TargetRefused) as told:
        store.backup(tmp_path / "home" / f"huce.db{end}")
    assert told.value.code == "store.target_own"
    assert ids(store) == ["KH1"]
    assert store.verify() == []


@pytest.mark.skipif(os.name == "nt", reason="links")
@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_nor_are_they_under_another_name(store: Store, tmp_path: Path, link) -> None:
    link(tmp_path / "home" / "huce.db", tmp_path / "other.backup")
    with pytest.raises(TargetRefused) as told:
        store.backup(tmp_path / "other.backup")
    assert told.value.code == "store.target_own"
    assert ids(store) == ["KH1"]


def test_what_stands_there_and_is_no_copy_of_this_store_stays(store: Store, tmp_path: Path) -> None:
    text, empty = tmp_path / "settings.toml", tmp_path / "empty.db"
    text.write_text("[smtp]\n", "utf-8")
    empty.touch()
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE t (a)").connection.commit()
    (tmp_path / "second").mkdir()
    made(tmp_path / "second" / "huce.db").backup(tmp_path / "theirs.backup")
    for file in (text, empty, tmp_path / "other.db", tmp_path / "theirs.backup"):
        before = file.read_bytes()
        with pytest.raises(TargetRefused) as told:
            store.backup(file)
        assert told.value.code == "store.target_taken"
        assert file.read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


def test_a_file_that_a_person_called_like_an_unfinished_copy_stays(store: Store, tmp_path: Path) -> None:
    (tmp_path / "copy.backup.part").write_text("mine", "utf-8")
    store.backup(tmp_path / "copy.backup")
    assert (tmp_path / "copy.backup.part").read_text("utf-8") == "mine"


@pytest.mark.skipif(os.name == "nt", reason="devices and pipes with a path")
def test_folders_devices_and_pipes_are_no_place_for_a_copy(store: Store, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/full")
    for place_, code in (
        (tmp_path, "store.target_folder"), (tmp_path / "pipe", "store.target_taken"),
        (tmp_path / "link", "store.target_taken"), (Path("/dev/full"), "store.target_taken"),
    ):  # fmt: skip
        with pytest.raises(TargetRefused) as told:
            store.backup(place_)
        assert told.value.code == code
    assert not Path("/dev/full").is_file()
    with pytest.raises(StoreMissing) as missing:
        store.backup(tmp_path / "no" / "where.backup")
    assert missing.value.code == "store.target_no_folder"


def test_an_earlier_copy_of_the_same_store_is_replaced_and_a_later_one_is_not(store: Store, tmp_path: Path) -> None:
    early, late = tmp_path / "early.backup", tmp_path / "late.backup"
    store.backup(early)
    save(store, Edit("customers", "KH2", None, KH1))
    store.backup(late)
    store.restore(early, NOW)
    save(store, Edit("customers", "KH3", None, KH1))
    store.backup(early)
    with pytest.raises(TargetRefused):  # it holds what this store no longer knows
        store.backup(late)
    store.restore(early, NOW)
    assert ids(store) == ["KH1", "KH3"]


def test_a_store_at_work_is_not_replaced_though_it_was_copied_from_this_one(store: Store, tmp_path: Path) -> None:
    """A second home that grew out of a backup of the first; closed, open, and with its settings beside it."""
    other = tmp_path / "second.db"
    store.backup(tmp_path / "copy.backup")
    shutil.copy(tmp_path / "copy.backup", other)
    second = open_store(f"sqlite:///{other}", TABLES)
    second.version()
    with pytest.raises(TargetRefused) as told:
        store.backup(other)
    assert told.value.code == "store.target_in_use"
    second.close()
    shutil.copy(tmp_path / "copy.backup", tmp_path / "home" / "moved.db")
    (tmp_path / "home" / "settings.toml").touch()
    for file, code in ((other, "store.target_taken"), (tmp_path / "home" / "moved.db", "store.target_taken")):
        with pytest.raises(TargetRefused) as told:
            store.backup(file)
        assert told.value.code == code


def test_a_share_holds_a_copy_and_gives_it_back(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share = tmp_path / "share"
    share.mkdir()
    monkeypatch.setattr(place, "remote", lambda folder: folder.resolve().is_relative_to(share))
    with pytest.raises(StoreFault) as told:
        open_store(f"sqlite:///{share / 'huce.db'}", TABLES, create=True)
    assert told.value.code == "store.network"
    store.backup(share / "copy.backup")
    store.backup(share / "copy.backup")
    save(store, Edit("customers", "KH1", {}, None))
    store.restore(share / "copy.backup", NOW)
    assert ids(store) == ["KH1"]
    assert [one.name for one in share.iterdir()] == ["copy.backup"]
    assert not list((tmp_path / "home").glob("*.part"))


def test_a_copy_on_a_medium_that_is_only_read_comes_back_and_is_left_as_it_was(store: Store, tmp_path: Path) -> None:
    disc = tmp_path / "disc"
    disc.mkdir()
    store.backup(disc / "copy.backup")
    (disc / "copy.backup").chmod(0o400)
    disc.chmod(0o500)
    before = (disc / "copy.backup").read_bytes()
    save(store, Edit("customers", "KH1", {}, None))
    try:
        store.restore(disc / "copy.backup", NOW)
    finally:
        disc.chmod(0o700)
    assert ids(store) == ["KH1"]
    assert [one.name for one in disc.iterdir()] == ["copy.backup"]
    assert (disc / "copy.backup").read_bytes() == before


def test_a_copy_that_was_taken_with_its_log_comes_back_with_what_is_in_the_log(store: Store, tmp_path: Path) -> None:
    save(store, Edit("customers", "KH2", None, KH1))
    for end in ("", "-wal"):
        shutil.copy(tmp_path / "home" / f"huce.db{end}", tmp_path / f"copied.db{end}")
    save(store, Edit("customers", "KH2", {}, None))
    store.restore(tmp_path / "copied.db", NOW)
    assert ids(store) == ["KH1", "KH2"]


def test_the_store_in_use_is_no_backup_of_itself(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused) as told:
        store.restore(tmp_path / "home" / "huce.db", NOW)
    assert told.value.code == "store.restore_own"
    for file, fault, code in ((tmp_path / "none", StoreMissing, "store.no_backup"), (tmp_path, BackupRefused, "store.backup_damaged")):
        with pytest.raises(fault) as told:
            store.restore(file, NOW)
        assert told.value.code == code


def test_two_restores_in_one_second_keep_both_what_was_there_before(store: Store, tmp_path: Path) -> None:
    store.backup(tmp_path / "copy.backup")
    save(store, Edit("customers", "KH2", None, KH1))
    first = store.restore(tmp_path / "copy.backup", NOW)
    second = store.restore(tmp_path / "copy.backup", NOW)
    assert first is not None
    assert second is not None
    assert first != second
    assert first.exists()
    assert second.exists()
    store.restore(first, NOW)
    assert ids(store) == ["KH1", "KH2"]


def test_a_full_disk_is_told_as_one_even_where_the_driver_says_disk_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    from sheets.store import faults

    def no_room(**_: object) -> object:
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = 4874  # type: ignore[misc]  # SQLITE_IOERR_SHMSIZE
    assert faults._from_sqlite(str(tmp_path / "huce.db"), error).code == "store.disk_error"
    monkeypatch.setattr(faults.tempfile, "TemporaryFile", no_room)
    full = faults._from_sqlite(str(tmp_path / "huce.db"), error)
    assert isinstance(full, StoreFull)
    assert full.code == "store.full"


MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:40 / /mnt/c rw,noatime - 9p drvfs rw,aname=drvfs
24 22 0:41 / /srv/our\040share rw - cifs //nas/branch rw
25 22 0:42 / /home/li/cloud rw - fuse.rclone cloud: rw
26 22 0:43 / /home/li/dav rw - fuse https://dav.example.cn rw
27 22 0:44 / /media/sf_d rw - vboxsf d rw
28 22 8:17 / /mnt/usb rw - fuseblk /dev/sdb1 rw
29 22 0:45 / /srv/nfs rw - nfs4 nas:/x rw
30 29 8:33 / /srv/nfs/local rw - xfs /dev/sdc1 rw
31 22 8:34 / /over rw - ext4 /dev/sdd1 rw
32 31 0:46 / /over rw - smb3 //nas/y rw
33 22 0:47 / /srv/odd rw - newfs //nas/z rw
"""
MAC = """
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)
//li@nas._smb._tcp.local/branch on /Volumes/branch files (smbfs, nodev, nosuid, mounted by li)
nas:/x on /Volumes/x (nfs, asynchronous)
afp_0abc on /Volumes/old (afpfs, nodev, mounted by li)
https://dav.example.cn/ on /Volumes/dav (webdav, nodev, mounted by li)
/dev/disk4s1 on /Volumes/stick (exfat, local, nodev)
"""


@pytest.mark.parametrize(
    ("text", "folder", "far"),
    [
        (MOUNTS, "/home/li/huce", False), (MOUNTS, "/mnt/c/huce", True), (MOUNTS, "/srv/our share/huce", True),
        (MOUNTS, "/srv/our", False), (MOUNTS, "/home/li/cloud/a", True), (MOUNTS, "/home/li/dav", True),
        (MOUNTS, "/media/sf_d/a", True), (MOUNTS, "/mnt/usb", False), (MOUNTS, "/srv/nfs/a", True),
        (MOUNTS, "/srv/nfs/local/a", False), (MOUNTS, "/over/a", True), (MOUNTS, "/srv/odd/a", True),
        (MAC, "/Users/li", False), (MAC, "/Volumes/branch files/huce", True), (MAC, "/Volumes/x", True),
        (MAC, "/Volumes/old/a", True), (MAC, "/Volumes/dav", True), (MAC, "/Volumes/stick/a", False),
    ],
)  # fmt: skip
def test_a_folder_lies_on_another_machine_when_its_longest_mount_does(text: str, folder: str, far: bool) -> None:
    table = place.mac(text) if text is MAC else place.linux(text)
    assert place.any_remote(*place.under(Path(folder), table)) is far


def test_a_store_whose_file_system_cannot_hold_the_log_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver answers `delete` when asked for the log, as it does where memory cannot be shared."""
    from sheets.store import engine

    class Unshared(sqlite3.Connection):
        def execute(self, sql: str, *more: object) -> sqlite3.Cursor:
            return super().execute(sql.replace("=WAL", "=DELETE"), *more)  # type: ignore[arg-type]

    create = engine.sa.create_engine
    monkeypatch.setattr(
        engine.sa, "create_engine", lambda *a, connect_args, **k: create(*a, connect_args={**connect_args, "factory": Unshared}, **k)
    )
    with pytest.raises(StoreFault) as told:
        open_store(f"sqlite:///{tmp_path / 'huce.db'}", TABLES, create=True).setup(NOW)
    assert told.value.code == "store.no_log"


@pytest.mark.parametrize("name", ["50% of", "a%20b", "what?", "n#1", "分行 数据", "a&b=c;d", "@e:f"])
def test_a_path_is_taken_as_it_is_written(tmp_path: Path, name: str) -> None:
    from sheets.store import engine

    folder = tmp_path / name
    folder.mkdir()
    door = engine.file_door(folder / "huce.db")
    store = open_store(door.engine.url.render_as_string(hide_password=False), TABLES, create=True)
    store.setup(NOW)
    save(store, Edit("customers", "KH1", None, KH1))
    store.backup(folder / "copy.backup")
    store.restore(folder / "copy.backup", NOW)
    assert ids(store) == ["KH1"]
    assert {"huce.db", "copy.backup"} <= {one.name for one in folder.iterdir()}
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_an_address_with_a_question_mark_in_its_path_is_refused_rather_than_cut(tmp_path: Path) -> None:
    with pytest.raises(StoreFault) as told:
        open_store(f"sqlite:///{tmp_path}/what?/huce.db", TABLES, create=True)
    assert told.value.code == "store.address"
    assert list(tmp_path.iterdir()) == []


def test_a_book_that_was_read_before_a_restore_is_not_patched_but_read_anew(store: Store, tmp_path: Path) -> None:
    store.backup(tmp_path / "copy.backup")
    save(store, Edit("customers", "KH2", None, KH1))
    before = store.book()
    other = open_store(f"sqlite:///{tmp_path / 'home' / 'huce.db'}", TABLES)
    other.restore(tmp_path / "copy.backup", NOW)
    assert list(store.book(before).frame("customers")["id"]) == ["KH1"]
