"""No mail server: every mail is a file in the outbox folder, whole, once, and any mail program opens it."""

from __future__ import annotations

import errno
import os
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from branch import status
from jobs.post import post
from jobs.scan import run as scan
from tests.jobs.test_post import NOW, letter, row
from tests.jobs.world import customer, line, write
from texts import say


def test_without_a_server_mails_are_files_that_any_reader_opens(branch):
    write(branch, [customer("K1", "云澜启岚机械(示例)"), line("N1", "K1", "2026-12-10")])
    scan(branch, NOW)
    assert post(branch, NOW)["sent"] == 1
    (file,) = (branch.settings.home / "outbox").iterdir()
    assert file.name.startswith("2026-11-10-digest-M1-")
    assert file.suffix == ".eml"
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["To"] == "m1@bank.example"
    assert "云澜启岚机械(示例)" in mail.get_body(("html",)).get_content()
    assert row(branch, "digest|M1|2026-11-10")["error"] == "eml"


def test_an_outbox_folder_that_cannot_be_written_pauses_and_loses_nothing(branch):
    (branch.settings.home / "outbox").write_text("in the way")
    letter(branch, "a", "m1@bank.example")
    assert post(branch, NOW) == {"sent": 0, "retry": 0, "failed": 0, "waiting": 1}
    assert "mail.no_folder" in branch.store.private.marks()["mail:paused"][0]
    (branch.settings.home / "outbox").unlink()
    assert post(branch, NOW + timedelta(minutes=5))["sent"] == 1


def test_a_full_disk_is_told_as_one_and_loses_nothing(branch, monkeypatch):
    letter(branch, "a", "m1@bank.example")

    def no_room(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as ill:
        ill.setattr("jobs.eml.os.fsync", no_room)
        assert post(branch, NOW) == {"sent": 0, "retry": 0, "failed": 0, "waiting": 1}
    found = status.paused(branch.store.private.marks())
    assert found["code"] == "mail.disk_full"
    assert "磁盘已满" in say(found["code"], "zh", detail=found["detail"])
    assert post(branch, NOW + timedelta(minutes=5))["sent"] == 1


def test_run_again_no_file_is_written_twice(branch):
    for key in ("a", "b"):
        letter(branch, key, "m1@bank.example")
    assert post(branch, NOW)["sent"] == 2
    folder = branch.settings.home / "outbox"
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert len(before) == 2
    assert post(branch, NOW + timedelta(minutes=1))["sent"] == 0
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_a_name_that_is_no_file_name_makes_one_all_the_same(branch):
    letter(branch, "digest|../../etc/passwd|2026-11-10", "m1@bank.example", staff="../../经办\n人:*?")
    assert post(branch, NOW)["sent"] == 1
    (file,) = (branch.settings.home / "outbox").iterdir()
    assert file.name.startswith("2026-11-10-digest-")
    assert not set(file.name) & set('/\\:*?"<>|\n')


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise")
def test_a_mail_in_a_file_is_for_the_owner_of_the_branch_alone(branch):
    letter(branch, "a", "m1@bank.example")
    post(branch, NOW)
    folder = branch.settings.home / "outbox"
    assert folder.stat().st_mode & 0o077 == 0
    assert [path.stat().st_mode & 0o077 for path in folder.iterdir()] == [0]
