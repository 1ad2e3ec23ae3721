"""What doctor prints is in words, in the language of the branch; scripts keep their keys."""

from __future__ import annotations

import re
from pathlib import Path

from branch import status
from jobs.doctor import doctor, lines
from tests.jobs.world import at, with_settings

NOW = at("2026-11-10 09:00")
ROOMS = Path(__file__).parents[2] / "jobs"


def test_every_line_begins_with_a_word_and_never_with_a_key(branch):
    branch.store.private.mark(status.job("backup"), "disk", NOW)
    found = doctor(branch.settings.home, NOW)
    said = lines(found)
    assert len(said) == len(found["checks"])
    assert any(line.startswith("! 自动任务：任务 每晚备份") for line in said), said
    assert not [line for line in said if re.match(r". [a-z_]+[:：]", line)]
    english = with_settings(branch, {"lang": "en"})
    assert any(line.startswith("! Jobs: ") and "nightly backup" in line for line in lines(doctor(english.settings.home, NOW)))
    english.store.close()


def test_every_check_and_job_of_the_code_has_a_word():
    from texts import LANGS, say

    code = "".join(path.read_text("utf-8") for path in ROOMS.glob("*.py"))
    checks = {*re.findall(r'Finding\("([a-z_]+)"', code), *re.findall(r'^CHECK = "([a-z_]+)"', code, re.MULTILINE)}
    jobs = {*re.findall(r'_attempt\("([a-z_]+)"', code), *re.findall(r'status\.job\("([a-z_]+)"', code)}
    assert {"store", "google"} <= checks
    assert {"scan", "sheet"} <= jobs
    for lang in LANGS:
        assert all(say(f"doctor.check.{one}", lang) for one in checks)
        assert all(say(f"doctor.run.{one}", lang) for one in jobs)


def test_a_home_that_cannot_be_opened_is_told_in_words_too(tmp_path):
    found = doctor(tmp_path / "none", NOW)
    assert not found["ok"]
    assert lines(found)[0].startswith("✗ 数据：")
