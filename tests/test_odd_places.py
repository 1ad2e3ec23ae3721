"""Something else than a file or a folder stands where one belongs: every door says what, where, and what to do, and ends with 1."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

import terminal
from branch import files, settings
from branch.opening import DATABASE, create, open_branch
from branch.settings_file import GOOD, LARGEST
from jobs import nightly
from jobs.timetable import Timetable
from tests.small import small
from tests.terminal import refused, run, told
from texts import Fault

NOW = datetime(2026, 11, 23, 9)
DOORS = (("init",), ("serve",), ("scan",), ("post",), ("backup", "x.backup"), ("verify",), ("restore", "x.backup"), ("doctor",))
Spoil = Callable[[Path], None]
linked = pytest.mark.skipif(os.name == "nt", reason="links and pipes need rights that a Windows user lacks")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A branch is made once; every test gets a copy of it."""
    home = tmp_path_factory.mktemp("made") / "branch"
    small(home, NOW).store.close()
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "branch"))


def gone(place: Path) -> Path:
    """The place, with nothing in it."""
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
    return place


def folder(name: str) -> Spoil:
    return lambda home: gone(home / name).mkdir()


def link(name: str, target: str) -> Spoil:
    return lambda home: gone(home / name).symlink_to(target)


def pipe(name: str) -> Spoil:
    return lambda home: os.mkfifo(gone(home / name))


def text(name: str, data: bytes) -> Spoil:
    def spoil(home: Path) -> None:
        (home / name).write_bytes(data)

    return spoil


def a_file(home: Path) -> None:
    gone(home).write_text("x")


def a_link(home: Path) -> None:
    gone(home).symlink_to("/nowhere/x")


def a_circle(home: Path) -> None:
    gone(home).symlink_to(home.name)


ODD = [
    pytest.param(folder(settings.FILE), "settings_folder", settings.FILE, id="settings: a folder"),
    pytest.param(link(settings.FILE, "/nowhere/x"), "settings_link", "/nowhere/x", id="settings: a broken link", marks=linked),
    pytest.param(link(settings.FILE, settings.FILE), "settings_link", settings.FILE, id="settings: a link to itself", marks=linked),
    pytest.param(link(settings.FILE, "/dev/full"), "settings_device", settings.FILE, id="settings: a device without end", marks=linked),
    pytest.param(pipe(settings.FILE), "settings_device", settings.FILE, id="settings: a pipe", marks=linked),
    pytest.param(text(settings.FILE, "lang = '中'".encode("gbk")), "settings_encoding", "UTF-8", id="settings: GBK"),
    pytest.param(text(settings.FILE, "lang = 'zh'".encode("utf-16")), "settings_encoding", "UTF-8", id="settings: UTF-16"),
    pytest.param(text(settings.FILE, b"#" * (LARGEST + 1)), "settings_large", "1024", id="settings: beyond all measure"),
    pytest.param(a_file, "not_a_folder", "branch", id="home: a file"),
    pytest.param(a_link, "home_link", "/nowhere/x", id="home: a broken link", marks=linked),
    pytest.param(a_circle, "home_link", "branch", id="home: a link to itself", marks=linked),
    pytest.param(folder(DATABASE), "folder", DATABASE, id="ledgers: a folder"),
    pytest.param(link(DATABASE, "/nowhere/x"), "link", "/nowhere/x", id="ledgers: a broken link", marks=linked),
    pytest.param(link(DATABASE, "/dev/null"), "device", "/dev/null", id="ledgers: a device", marks=linked),
    pytest.param(pipe(DATABASE), "device", DATABASE, id="ledgers: a pipe", marks=linked),
    pytest.param(folder(DATABASE + "-wal"), "log_folder", DATABASE + "-wal", id="the ledgers' log: a folder"),
]


@pytest.mark.parametrize(("spoil", "code", "named"), ODD)
def test_every_command_says_what_stands_there_and_what_to_do_and_nothing_in_the_system_s_words(
    home: Path, spoil: Spoil, code: str, named: str
) -> None:
    spoil(home)
    with pytest.raises(Fault) as raised:
        open_branch(home)
    assert raised.value.code.partition(".")[2] == code
    for door in DOORS:
        done = run(*door, home=home)
        said = done.stdout if door == ("doctor",) else done.stderr  # what doctor finds is its result
        assert done.returncode == 1, (door, done.stderr)
        assert raised.value.say("zh") in said, door
        assert named in said
        assert not any(word in done.stderr + done.stdout for word in ("Traceback", "Errno", "Is a directory", "No such file", "huce.log"))
        if door != ("doctor",):
            assert raised.value.say("en") in said, door


def test_settings_that_are_no_file_are_had_from_the_last_good_copy_or_else_from_a_backup(home: Path) -> None:
    before = (home / DATABASE).read_bytes()
    folder(settings.FILE)(home)
    refused(run("scan", home=home), 1, f"把上次可用的副本 {home / GOOD} 复制成 {home / settings.FILE}")
    (home / GOOD).unlink()
    refused(run("scan", home=home), 1, "从备份取回这个文件")
    assert (home / DATABASE).read_bytes() == before


def test_settings_that_may_not_be_read_are_told_by_whose_they_should_be(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Path.open

    def closed(self: Path, *words: object, **more: object) -> object:
        if self.name == settings.FILE:
            raise PermissionError(13, "Permission denied")
        return plain(self, *words, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(settings.SettingsFault) as raised:
        settings.load(home)
    assert raised.value.code == "branch.settings_closed"
    assert all("sudo" in raised.value.say(lang) and str(home / settings.FILE) in raised.value.say(lang) for lang in ("zh", "en"))


def test_a_home_that_may_not_be_opened_says_so_and_not_that_there_is_no_branch(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files.os, "access", lambda *_: False)
    with pytest.raises(files.HomeFault) as raised:
        open_branch(home)
    assert raised.value.code == "branch.home_closed"


@pytest.mark.parametrize("spoil", [folder(GOOD), pytest.param(pipe(GOOD), marks=linked)])
def test_an_odd_last_good_copy_hinders_nothing(home: Path, spoil: Spoil) -> None:
    spoil(home)
    assert run("verify", home=home).returncode == 0
    assert not (home / GOOD).is_file()


def test_the_jobs_start_with_a_sentence_in_their_log_and_try_again_later(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder(settings.FILE)(home)
    table = Timetable(home, threading.Event(), lambda: NOW)
    with caplog.at_level("WARNING"):
        table.hour()
    assert "should be a file and is a folder" in caplog.text
    assert "Traceback" not in caplog.text
    gone(home / settings.FILE)
    shutil.copy(home / GOOD, home / settings.FILE)
    assert table.branch().settings.demo
    table.release()


@linked
def test_the_portal_is_refused_where_its_lock_cannot_stand(home: Path) -> None:
    for name in ("serving.lock", "serving.url"):
        (home / name).mkdir()
        refused(run("serve", home=home), 1, f"{home / name} 应当是文件，却是一个文件夹", "should be a file and is a folder")
        (home / name).rmdir()


def test_mails_that_have_no_folder_to_lie_in_are_told_by_the_file_that_stands_there(home: Path) -> None:
    assert run("scan", "--today", "2026-11-23", home=home).returncode == 0
    (home / "outbox").write_text("x")
    refused(run("post", home=home), 1, f"{home / 'outbox'} 应当是文件夹，却是一个文件", "should be a folder and is a file")
    found = told("doctor", home=home, code=1)
    assert any(one["state"] == "fail" and str(home / "outbox") in one["message"] for one in found["checks"])
    (home / "outbox").unlink()
    assert told("post", home=home)["failed"] == 0


def test_copies_that_have_no_folder_to_lie_in_are_refused_by_the_nightly_job_and_told_by_doctor(home: Path) -> None:
    (home / files.BACKUPS).write_text("x")
    branch = open_branch(home)
    with pytest.raises(files.HomeFault) as raised:
        nightly.backup(branch, NOW)
    branch.store.close()
    assert (raised.value.code, raised.value.values["path"]) == ("branch.not_a_folder", home / files.BACKUPS)
    assert any(str(home / files.BACKUPS) in one["message"] for one in told("doctor", home=home, code=1)["checks"])


def test_a_backup_onto_a_folder_or_below_a_file_is_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "file").write_text("x")
    refused(run("backup", str(tmp_path / "there"), home=home), 1, "是文件夹", "huce.backup")
    refused(run("backup", str(tmp_path / "file" / "x.backup"), home=home), 1, str(tmp_path / "file"))
    refused(run("restore", str(tmp_path / "there"), home=home), 1, str(tmp_path / "there"))
    refused(run("export", str(tmp_path / "file"), home=home), 1, f"{tmp_path / 'file'} 应当是文件夹")


def test_a_branch_is_not_made_where_a_file_stands_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "branch").mkdir()
    (tmp_path / "branch" / ".making").write_text("somebody's")
    with pytest.raises(files.HomeFault) as raised:
        create(tmp_path / "branch", NOW)
    assert (raised.value.code, raised.value.values["path"]) == ("branch.not_a_folder", tmp_path / "branch" / ".making")
    assert (tmp_path / "branch" / ".making").read_text() == "somebody's"
    with pytest.raises(files.HomeFault) as raised:
        create(tmp_path / "branch" / ".making" / "below", NOW)
    assert raised.value.code == "branch.not_a_folder"


def test_what_nobody_foresaw_is_written_down_elsewhere_where_a_folder_stands_in_the_place_of_the_log(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Path) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("cli.here", broken)
    (home / "huce.log").mkdir()
    done = run("verify", home=home)
    refused(done, 1, "ZeroDivisionError")
    log = Path(done.stderr.split(" 交给")[0].rpartition(" ")[2])
    assert log.parent != home
    assert "ZeroDivisionError" in log.read_text("utf-8")


def test_without_a_window_and_with_a_folder_for_a_log_the_words_go_nowhere_and_the_start_goes_on(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "portal.log").mkdir()
    monkeypatch.setattr("sys.stdout", None)
    monkeypatch.setattr("sys.stderr", None)
    terminal._speak(home)
    assert sys.stderr.name == os.devnull
