"""Settings: each explained in both languages, secrets nowhere, a bad value told with its line and its mend; homes half made."""

from __future__ import annotations

import errno
import logging
import os
import re
import stat
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from branch import files, settings
from branch import opening as room
from branch.settings import Settings, SettingsFault
from branch.settings_file import END, GOOD
from jobs import doctor, scan
from tests.branch.rooms import NOW
from texts import LANGS, Fault, words

SECRET = "s3cret-Passw0rt"


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    settings.fresh(tmp_path, {})
    return tmp_path


def fields(model: type[BaseModel], part: str = "") -> list[str]:
    """Every setting by its dotted name; `home` is where the file lies, not a setting."""
    found = []
    for key, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found += fields(inner, f"{key}.")
        elif f"{part}{key}" != "home":
            found.append(f"{part}{key}")
    return found


@pytest.mark.parametrize("key", fields(Settings))
def test_every_setting_is_explained_in_both_languages_and_in_the_file(empty: Path, key: str) -> None:
    said = [words(lang)[f"setting.{key}"] for lang in LANGS]
    assert all(len(one) >= 4 for one in said)
    assert said[0] != said[1]
    lines = (empty / settings.FILE).read_text("utf-8").splitlines()
    assert f"# {said[0]}" in lines
    line = lines[lines.index(f"# {said[0]}") + 1]
    assert line.startswith(f"{key.rpartition('.')[2]} = ")


def test_no_explanation_is_left_of_a_setting_that_is_gone() -> None:
    for lang in LANGS:
        assert {k.removeprefix("setting.") for k in words(lang) if k.startswith("setting.")} == {*fields(Settings), "file", "end"}


def test_the_file_in_english_is_explained_in_english(tmp_path: Path) -> None:
    settings.fresh(tmp_path, {"lang": "en"})
    assert f"# {words('en')['setting.smtp.host']}" in (tmp_path / settings.FILE).read_text("utf-8")


def test_what_is_written_is_what_is_read_back(tmp_path: Path) -> None:
    strange = 'a"b\\c\n汉\t\x01'
    made = settings.fresh(
        tmp_path, {"smtp": {"host": "mail.bank.cn", "password": strange, "allowed_domains": ["a.cn", "b.cn"]}, "name_zh": strange}
    )
    again = settings.load(tmp_path)
    assert again == made
    assert (again.name_zh, again.smtp.password.get_secret_value(), again.smtp.allowed_domains) == (strange, strange, ("a.cn", "b.cn"))
    changed = settings.save(tmp_path, {"smtp": {"port": 465}})
    assert (changed.smtp.port, changed.smtp.host, changed.install) == (465, "mail.bank.cn", made.install)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_the_file_is_for_its_owner_only_and_is_closed_again_when_it_stood_open(empty: Path) -> None:
    path = empty / settings.FILE

    def mode() -> int:
        return stat.S_IMODE(path.stat().st_mode)

    assert mode() == 0o600
    path.chmod(0o644)
    settings.load(empty)
    assert mode() == 0o600
    settings.save(empty, {"lang": "en"})
    assert mode() == 0o600
    assert {p.name for p in empty.iterdir()} == {settings.FILE, GOOD}


BAD = [
    ('lang = "zh"', 'lang = "fr"', "lang"), ("port = 587", "port = 70000", "smtp.port"), ("port = 587", 'port = "viele"', "smtp.port"),
    ('digest_at = "08:30"', 'digest_at = "25:00"', "jobs.digest_at"), ("idle_minutes = 30", "idle_minutes = 0", "session.idle_minutes"),
    ('security = "starttls"', 'security = "ssl"', "smtp.security"), ("backups_kept = 14", "backups_kept = -1", "jobs.backups_kept"),
    ('leader_sees = "in_charge"', 'leader_sees = "none"', "policy.leader_sees"), ("demo = false", "demo = 7", "demo"),
    ("demo = false", "demo = false\nwhatever = 1", "whatever"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key"), BAD, ids=[k for _, _, k in BAD])
def test_a_value_that_cannot_be_taken_is_told_with_its_line(empty: Path, old: str, new: str, key: str) -> None:
    path = empty / settings.FILE
    text = path.read_text("utf-8").replace(old, new, 1)
    path.write_text(text, "utf-8")
    line = text[: text.index(new.rpartition("\n")[2])].count("\n") + 1
    with pytest.raises(SettingsFault) as fault:
        settings.load(empty)
    for lang in LANGS:
        told = fault.value.say(lang)
        assert key in told
        assert str(line) in told
        assert str(path) in told
    before = path.read_bytes()
    with pytest.raises(SettingsFault):
        settings.save(empty, {"name_en": "X"})
    assert path.read_bytes() == before


# For each kind of setting, values that are too small, too large or of another kind, as they stand in the file.
LONG = "x" * 20_000
WRONG: dict[object, tuple[str, ...]] = {
    int: ("-1", "-1000000000000000000000000000000", "1000000000", "1000000000000000000000000000000", "true", '"viele"', "1.5"),
    bool: ("7", '"vielleicht"', '"2026-11-23"'), str: (f'"{LONG}"', "17"), SecretStr: (f'"{LONG}"', "17"),
    time: ('"24:01"', '"-1:00"', '"08:30Z"', "830", "-1", "1000000000"), date: ("0001-01-01", "9999-12-31", "0", "20261123", '"soon"'),
    tuple: (f'"{LONG}"', "[" + ", ".join(['"a.cn"'] * 1_000) + "]", "7"),
}  # fmt: skip


def kind(key: str) -> object:
    model: type[BaseModel] = Settings
    *parts, name = key.split(".")
    for part in parts:
        inner = model.model_fields[part].annotation
        assert isinstance(inner, type)
        model = inner
    found = str(model.model_fields[name].annotation)
    named = {"Literal": str, "tuple": tuple, "date": date, "time": time, "SecretStr": SecretStr, "bool": bool, "int": int, "str": str}
    return next(kind for word, kind in named.items() if word in found)


@pytest.mark.parametrize("key", fields(Settings))
def test_every_setting_refuses_what_is_too_small_too_large_or_of_another_kind(empty: Path, key: str) -> None:
    path, (part, _, name) = empty / settings.FILE, key.rpartition(".")
    text = path.read_text("utf-8")
    head, tail = (text[: text.index(f"\n[{part}]")], text[text.index(f"\n[{part}]") :]) if part else ("", text)
    for wrong in WRONG[kind(key)]:
        path.write_text(head + re.sub(rf"(?m)^{name} = .*$", f"{name} = {wrong}", tail, count=1), "utf-8")
        with pytest.raises(SettingsFault) as fault:
            settings.load(empty)
        assert (fault.value.code, fault.value.values["key"]) == ("branch.settings_value", key), wrong[:40]
        assert "form" not in fault.value.say("en")


BOUNDS = [
    ("smtp.timeout_seconds", 1, 600), ("smtp.cap_per_hour", 1, 100_000), ("jobs.scan_minutes", 1, 1_440), ("session.idle_minutes", 1, 1_440),
    ("portal.port", 1, 65_535), ("policy.live_since", "2000-01-01", "2100-12-31"), ("policy.visit_edit_hours", 0, 8_760),
]  # fmt: skip


@pytest.mark.parametrize(("key", "least", "most"), BOUNDS, ids=[k for k, _, _ in BOUNDS])
def test_the_least_and_the_most_of_a_setting_are_taken_and_named_when_it_is_beyond(empty: Path, key: str, least: Any, most: Any) -> None:
    part, _, name = key.partition(".")
    for value in (least, most):
        assert str(getattr(getattr(settings.save(empty, {part: {name: value}}), part), name)) == str(value)
    with pytest.raises(SettingsFault) as fault:
        settings.save(empty, {part: {name: "9999-12-31" if name == "live_since" else 10**9}})
    told(fault.value, least, most, key)


@pytest.mark.parametrize(
    ("changes", "key", "other"),
    [
        ({"jobs": {"digest_at": "18:01"}}, "jobs.digest_at", "work_to"), ({"jobs": {"work_from": "19:00"}}, "jobs.work_from", "work_to"),
        ({"jobs": {"nudge_at": "03:00"}}, "jobs.work_from", "nudge_at"),
        ({"policy": {"payment_own_wan": 2000}}, "policy.payment_own_wan", "payment_team_wan"),
    ],
)  # fmt: skip
def test_two_settings_that_contradict_each_other_are_refused_by_both_names(empty: Path, changes: Any, key: str, other: str) -> None:
    before = (empty / settings.FILE).read_bytes()
    with pytest.raises(SettingsFault) as fault:
        settings.save(empty, changes)
    assert fault.value.values["key"] == key
    told(fault.value, key, other)
    assert (empty / settings.FILE).read_bytes() == before


@pytest.mark.parametrize("typed", ["8:30", "08:30", "08:30:00"])
def test_an_hour_may_be_typed_with_one_digit(empty: Path, typed: str) -> None:
    assert settings.save(empty, {"jobs": {"digest_at": typed}}).jobs.digest_at == time(8, 30)


def test_a_section_that_is_no_section_is_told_at_its_name(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty / settings.FILE).write_text(f'install = "huce-000001"\nsmtp = 3\n{END}\n', "utf-8")
    monkeypatch.setenv("HUCE_SMTP_HOST", "mail.env")
    with pytest.raises(SettingsFault) as fault:
        settings.load(empty)
    assert fault.value.values["key"] == "smtp"


# A file that was cut


@pytest.fixture
def set_up(tmp_path: Path) -> Path:
    settings.fresh(tmp_path, {"smtp": {"host": "mail.bank.cn", "password": SECRET}, "policy": {"export_reason": False}})
    return tmp_path


def taken(home: Path) -> Settings | SettingsFault:
    try:
        return settings.load(home)
    except SettingsFault as fault:
        return fault


CUT = {"branch.settings_cut", "branch.settings_cut_one", "branch.settings_broken_good"}
CUT_ALONE = {"branch.settings_cut_alone", "branch.settings_broken", "branch.settings_value"}


@pytest.mark.parametrize("copy", [True, pytest.param(False, marks=pytest.mark.long)])
def test_a_file_cut_anywhere_is_refused_unless_every_setting_is_there(set_up: Path, *, copy: bool) -> None:
    """With the last good copy beside it, and without one. What is taken is what was set, never a default."""
    path, good = set_up / settings.FILE, set_up / GOOD
    whole, text = settings.load(set_up), path.read_bytes()
    mark = text.rindex(END.encode())
    for size in range(0, len(text), 1 if copy else 7):
        path.write_bytes(text[:size])
        if not copy:
            good.unlink(missing_ok=True)
        found = taken(set_up)
        if isinstance(found, SettingsFault):
            assert found.code in (CUT if copy else CUT_ALONE), size
            assert str(path) in found.say("zh")
            assert SECRET not in found.say("zh")
        else:
            assert found == whole
            assert size >= mark - 2


def test_the_sentence_of_a_cut_file_names_what_is_missing_and_putting_the_copy_back_mends_it(set_up: Path) -> None:
    path, whole = set_up / settings.FILE, settings.load(set_up)
    for size in (0, 150, 700):
        path.write_bytes(path.read_bytes()[:size])
        with pytest.raises(SettingsFault) as fault:
            settings.load(set_up)
        assert fault.value.code in CUT
        told(fault.value, path, set_up / GOOD)
        with pytest.raises(SettingsFault):
            settings.save(set_up, {"name_en": "X"})
        path.write_bytes((set_up / GOOD).read_bytes())
        assert settings.load(set_up) == whole


def test_a_person_may_edit_the_file_and_leave_out_what_they_like(set_up: Path) -> None:
    path = set_up / settings.FILE
    install = settings.load(set_up).install
    path.write_text(f'\ufeffinstall = "{install}"\r\n[smtp]\r\nport = 465\r\n{END}\r\n\r\n', "utf-8")
    assert (settings.load(set_up).smtp.port, settings.load(set_up).smtp.host) == (465, "")
    assert "465" in (set_up / GOOD).read_text("utf-8")


def test_a_person_who_took_away_only_the_mark_or_wrote_below_it_is_believed(set_up: Path) -> None:
    path = set_up / settings.FILE
    text = path.read_text("utf-8")
    below = text.replace("shifted_workdays = true\n", "") + "shifted_workdays = false\n"  # the last section is [policy]
    for edited in ("".join(line for line in text.splitlines(keepends=True) if not line.startswith(END)), below):
        path.write_text(edited, "utf-8")
        assert settings.load(set_up).smtp.host == "mail.bank.cn"
    assert not settings.load(set_up).policy.shifted_workdays
    settings.save(set_up, {"lang": "en"})
    assert path.read_text("utf-8").splitlines()[-1].startswith(END)


def test_a_file_written_by_hand_from_its_first_line_needs_no_mark(tmp_path: Path) -> None:
    (tmp_path / settings.FILE).write_text('install = "huce-000001"\n', "utf-8")
    assert settings.load(tmp_path).install == "huce-000001"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_the_last_good_copy_is_for_its_owner_only(set_up: Path) -> None:
    copy = set_up / GOOD
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    copy.chmod(0o644)
    settings.load(set_up)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_line_that_is_no_setting_is_shown_and_a_password_in_it_is_not(empty: Path) -> None:
    path = empty / settings.FILE
    path.write_text(path.read_text("utf-8").replace('password = ""', f"password = {SECRET}"), "utf-8")
    with pytest.raises(SettingsFault) as fault:
        settings.load(empty)
    assert fault.value.code == "branch.settings_broken_good"
    assert str(empty / GOOD) in fault.value.say("zh")
    assert SECRET not in fault.value.say("zh") + repr(fault.value) + str(fault.value.values)
    path.write_bytes('lang = "zh" # 支行'.encode("gb18030"))
    with pytest.raises(SettingsFault) as fault:
        settings.load(empty)
    assert fault.value.code == "branch.settings_encoding"


def test_the_environment_wins_and_is_not_written_down(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUCE_SMTP_HOST", "mail.env")
    monkeypatch.setenv("HUCE_SMTP_PASSWORD", SECRET)
    monkeypatch.setenv("HUCE_SMTP_ALLOWED_DOMAINS", "a.cn, b.cn")
    monkeypatch.setenv("HUCE_SESSION_IDLE_MINUTES", "7")
    monkeypatch.setenv("HUCE_LANG", "en")
    found = settings.load(empty)
    assert (found.smtp.host, found.smtp.port, found.session.idle_minutes, found.lang) == ("mail.env", 587, 7, "en")
    assert found.smtp.allowed_domains == ("a.cn", "b.cn")
    settings.save(empty, {"name_zh": "某支行"})
    text = (empty / settings.FILE).read_text("utf-8")
    assert SECRET not in text
    assert "mail.env" not in text
    monkeypatch.setenv("HUCE_SMTP_PORT", "viele")
    with pytest.raises(SettingsFault) as fault:
        settings.load(empty)
    assert "HUCE_SMTP_PORT" in fault.value.say("zh")


def test_a_secret_shows_in_no_repr_no_fault_and_no_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    url = f"postgresql+psycopg://huce:{SECRET}@127.0.0.1:1/huce"
    found = settings.fresh(tmp_path, {"smtp": {"password": SECRET}, "store_url": url})
    assert SECRET not in repr(found) + str(found) + str(found.model_dump())
    assert found.store == url
    with pytest.raises(Fault) as fault:
        room.open_branch(tmp_path)
    assert SECRET not in fault.value.say("zh") + repr(fault.value) + str(fault.value.values) + caplog.text
    path = tmp_path / settings.FILE
    path.write_text(path.read_text("utf-8").replace(f'"{SECRET}"', "17"), "utf-8")
    path.write_text(path.read_text("utf-8").replace("port = 587", f'port = "{SECRET}"'), "utf-8")
    with pytest.raises(SettingsFault) as wrong:
        settings.load(tmp_path)
    assert SECRET not in str(wrong.value) + str(wrong.value.values)


@pytest.mark.parametrize(("secret", "shown"), [("", ""), ("kurz", "••••"), ("abcdefghijkl", "••••ijkl")])
def test_a_screen_shows_the_last_four_characters_of_a_long_secret(secret: str, shown: str) -> None:
    assert settings.tail(SecretStr(secret)) == shown


def test_a_picker_without_a_demo_picks_nobody(tmp_path: Path) -> None:
    assert not settings.fresh(tmp_path, {"person_picker": True}).picker
    assert settings.save(tmp_path, {"demo": True}).picker


# Homes


def told(fault: Fault, *parts: object) -> None:
    for lang in LANGS:
        assert all(str(part) in fault.say(lang) for part in parts), fault.say(lang)


def test_a_folder_without_a_branch_says_how_to_make_one(tmp_path: Path) -> None:
    for home in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(files.HomeFault) as fault:
            room.open_branch(home)
        told(fault.value, home, "init")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", [settings.FILE, room.DATABASE])
def test_a_half_made_home_names_what_is_missing_and_is_not_overwritten(home: Path, missing: str) -> None:
    (home / missing).unlink()
    kept = {p.name: p.read_bytes() for p in home.iterdir() if p.is_file()}
    with pytest.raises(files.HomeFault) as fault:
        room.open_branch(home)
    told(fault.value, home, missing)
    with pytest.raises(files.HomeFault) as fault:
        room.create(home, NOW)
    assert fault.value.code in ("branch.half_home", "branch.half_home_good")
    assert {p.name: p.read_bytes() for p in home.iterdir() if p.is_file()} == kept


def test_an_empty_or_cut_database_is_refused_with_its_mend(home: Path) -> None:
    path = home / room.DATABASE
    path.write_bytes(b"")
    with pytest.raises(Fault) as fault:
        room.open_branch(home)
    told(fault.value, path, "restore")


@pytest.mark.parametrize("name", ["50% off", "why?", "a#b", "a%20b", "a b", "户 策", "a+b&c=d@e", "%41", "a?mode=ro", "日本;x"])
def test_a_branch_lives_in_its_very_folder_whatever_the_folder_is_called(tmp_path: Path, name: str) -> None:
    """The address of the store is put together by the library: % ? and # in it are no part of a query."""
    home = tmp_path / name
    room.create(home, NOW).store.close()
    branch = room.open_branch(home)
    scan.run(branch, NOW)
    branch.store.close()
    assert (home / room.DATABASE).stat().st_size > 0
    assert [one.name for one in tmp_path.iterdir()] == [name]
    assert not list(tmp_path.rglob("*.db-journal"))


def test_a_file_in_the_place_of_the_home_is_told(tmp_path: Path) -> None:
    path = tmp_path / "home"
    path.write_text("im Weg")
    with pytest.raises(files.HomeFault) as fault:
        room.create(path, NOW)
    told(fault.value, path)


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.EROFS, "branch.readonly"), (errno.EACCES, "branch.readonly"), (errno.ENOSPC, "branch.full"), (errno.EIO, "branch.disk")],
)
def test_a_folder_that_cannot_be_written_is_found_out_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    """ST005: one sentence that names the path and the mend."""

    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(files.HomeFault) as fault:
        room.create(tmp_path / "home", NOW)
    assert fault.value.code == code
    told(fault.value, tmp_path / "home")
    assert list((tmp_path / "home").iterdir()) == []


def test_a_full_disk_leaves_the_old_settings_whole(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (empty / settings.FILE).read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(files.HomeFault) as fault:
        settings.save(empty, {"lang": "en"})
    assert fault.value.code == "branch.full"
    assert (empty / settings.FILE).read_bytes() == before
    assert {p.name for p in empty.iterdir()} == {settings.FILE, GOOD}


def test_lost_settings_beside_their_last_good_copy_are_told_with_the_copy_to_put_back(tmp_path: Path) -> None:
    room.create(tmp_path / "home", NOW, name_zh="望川支行").store.close()
    (tmp_path / "home" / settings.FILE).unlink()
    with pytest.raises(files.HomeFault) as told:
        room.open_branch(tmp_path / "home")
    assert told.value.code == "branch.half_home_good"
    assert f"把 {GOOD} 复制为 {settings.FILE}" in told.value.say("zh")
    (tmp_path / "home" / settings.FILE).write_bytes((tmp_path / "home" / GOOD).read_bytes())
    assert room.open_branch(tmp_path / "home").settings.name_zh == "望川支行"


def test_doctor_looks_at_changed_settings_and_keeps_no_copy_of_them(tmp_path: Path) -> None:
    """The last good copy is what somebody in trouble may want back: looking must not replace it."""
    home = tmp_path / "home"
    room.create(home, NOW).store.close()
    path = home / settings.FILE
    path.write_text(path.read_text("utf-8").replace("本行", "改过的"), "utf-8")
    before = {one.name: one.read_bytes() for one in (path, home / GOOD)}
    assert before[settings.FILE] != before[GOOD]
    found = doctor.doctor(home, NOW)
    assert [one["state"] for one in found["checks"] if one["check"] == "store"] == ["ok"]
    assert {one.name: one.read_bytes() for one in (path, home / GOOD)} == before
    room.open_branch(home).store.close()
    assert (home / GOOD).read_bytes() == before[settings.FILE], "opened for work, it is the last good one"
