"""Signing in: one sentence for every refusal, keys that work once, sessions that end (SE105–SE107, ASVS 6 and 7)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from branch import access, accounts, tries
from branch.branch import Branch
from branch.opening import create
from branch.people import SYSTEM
from sheets.schema import Edit
from tests.branch.rooms import NOW, who
from texts import LANGS, Fault

GOOD = "望川河边 有 8 棵柳树"
ADMIN = "修理铺-朱红-1998"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Argon2 with little memory: the strength itself is tested once."""
    accounts._nobody.cache_clear()
    monkeypatch.setattr(accounts, "_hasher", lambda: PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)))
    yield
    accounts._nobody.cache_clear()


@pytest.fixture
def signed(branch: Branch) -> Branch:
    """CM1 has set a password."""
    accounts.accept(branch, accounts.invite(branch, SYSTEM, "CM1", NOW), GOOD, NOW)
    return branch


def refused(branch: Branch, staff: str, password: str, source: str = "10.0.0.9") -> str:
    with pytest.raises(accounts.SignInRefused) as fault:
        accounts.sign_in(branch, staff, password, source, NOW)
    return fault.value.say("zh")


def events(branch: Branch) -> list[tuple[str, str]]:
    lines = branch.store.history("*access")
    return list(zip(lines["column"], lines["actor"], strict=True))


def test_the_right_password_signs_in_however_a_keyboard_composes_it(signed: Branch) -> None:
    token = accounts.sign_in(signed, "CM1", GOOD, "10.0.0.9", NOW)
    person = accounts.person(signed, token, NOW)
    assert person is not None
    assert (person.staff, person.name, person.role, person.team) == ("CM1", "陈静", "customer_manager", "T1")
    assert accounts.sign_in(signed, "CM1", "望川河边 有 ８ 棵柳树", "10.0.0.9", NOW)
    assert len(token) >= 40
    assert ("login", "CM1") in events(signed)


def test_a_wrong_password_an_unknown_name_and_one_who_left_are_told_the_same(signed: Branch) -> None:
    wrong = refused(signed, "CM1", "falsch-falsch")
    assert refused(signed, "CM9", GOOD) == wrong
    assert refused(signed, "CM2", GOOD) == wrong  # no password yet
    signed.store.write([Edit("staff", "CM1", {"status": "active"}, {"status": "left"})], "system", "terminal", NOW)
    assert refused(signed, "CM1", GOOD) == wrong
    assert [one for one in events(signed) if one[0] == "failed"] == [("failed", "CM1"), ("failed", "?"), ("failed", "?"), ("failed", "CM1")]


@pytest.mark.parametrize("staff", ["CM1", "CM2", "nobody", "", "CM1' OR 1=1", "x" * 5_000])
def test_an_unknown_name_costs_as_much_as_a_wrong_password(signed: Branch, staff: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same work for all: a try counted, one hash verified, one person looked for, three crowds counted, one line on record."""
    done: list[str] = []
    real_verify, vault = accounts._hasher().verify, signed.store.private
    hasher = accounts._hasher()
    monkeypatch.setattr(hasher, "verify", lambda p, h: done.append("verify") or real_verify(p, h))
    monkeypatch.setattr(accounts, "_hasher", lambda: hasher)
    monkeypatch.setattr(accounts, "actor", lambda *_: done.append("person"))
    for name in ("failed", "note"):
        real = getattr(vault, name)
        monkeypatch.setattr(vault, name, lambda *a, real=real, name=name: done.append(name) or real(*a))
    refused(signed, staff, "falsch-falsch")
    assert done == ["failed", "verify", "person", "failed", "failed", "failed", "note"]


def test_no_hash_no_password_and_no_token_is_kept_in_the_clear(signed: Branch, home: Path) -> None:
    token = accounts.sign_in(signed, "CM1", GOOD, "10.0.0.9", NOW)
    key = accounts.invite(signed, SYSTEM, "CM2", NOW)
    signed.store.close()
    kept = b"".join(p.read_bytes() for p in home.rglob("*") if p.is_file())
    for secret in (GOOD, token, key, key.replace("-", "")):
        assert secret.encode() not in kept
    assert b"$argon2id$" in kept


def test_passwords_are_hashed_with_argon2id_and_a_salt_of_their_own() -> None:
    hasher = PasswordHash((Argon2Hasher(),))
    first, second = hasher.hash(GOOD), hasher.hash(GOOD)
    assert first != second
    assert first.startswith("$argon2id$")


@pytest.mark.parametrize(
    "weak", ["", "kurz", "1234567", "12345678", "PASSWORD", "88888888", "aaaaaaaabbbb", "x" * 257, "admin123", "ＡＤＭＩＮ１２３"]
)
def test_a_weak_password_is_refused_with_a_sentence_and_the_key_still_works(branch: Branch, weak: str) -> None:
    key = accounts.invite(branch, SYSTEM, "CM1", NOW)
    with pytest.raises(accounts.WeakPassword) as fault:
        accounts.accept(branch, key, weak, NOW)
    assert all(fault.value.say(lang) for lang in LANGS)
    assert accounts.able(branch) == set()
    accounts.accept(branch, key, GOOD, NOW)
    assert accounts.able(branch) == {"CM1"}


@pytest.mark.parametrize("good", ["八个汉字就可以了", "correct horse battery staple", "竹篮 河马 七点 雨伞 " * 16, "kR7$mq2!vZ"])
def test_long_words_chinese_and_spaces_make_a_password(branch: Branch, good: str) -> None:
    accounts.accept(branch, accounts.invite(branch, SYSTEM, "CM1", NOW), good, NOW)
    assert accounts.sign_in(branch, "CM1", good, "s", NOW)


# The twenty most used of the international and of the Chinese lists, keyboard walks, dates, runs, words of the house.
GUESSED = [
    "12345678",
    "123456789",
    "1234567890",
    "password",
    "password1",
    "Passw0rd",
    "P@ssw0rd1",
    "iloveyou",
    "sunshine1",
    "princess1",
    "football1",
    "welcome1",
    "letmein1",
    "monkey123",
    "dragon123",
    "baseball1",
    "superman1",
    "trustno1",
    "admin123",
    "changeme",
    "88888888",
    "66666666",
    "11111111",
    "00000000",
    "123123123",
    "5201314520",
    "1314520520",
    "147258369",
    "987654321",
    "woaini1314",
    "woaini520",
    "wodemima1",
    "woaiwojia520",
    "a1234567",
    "a123456789",
    "aa123456",
    "abc12345",
    "abcd1234",
    "qq123456",
    "asd123456",
    "qwertyui",
    "qwerty123",
    "1qaz2wsx",
    "qazwsxedc",
    "asdfghjkl",
    "1q2w3e4r",
    "zxcvbnm1",
    "zaq12wsx",
    "19900101",
    "1990-01-01",
    "20261123",
    "2026.11.23",
    "abcdefgh",
    "87654321",
    "huce1234",
    "Huce2026",
    "Huce@2026",
    "CM1CM1CM1",
    "陈静201126",
    "陈静陈静陈静陈静",
    "测试支行2026",
    "支行2026！！",
]


@pytest.mark.parametrize("guessed", GUESSED)
def test_what_would_be_guessed_is_refused_and_the_sentence_says_why_and_what_is_better(branch: Branch, guessed: str) -> None:
    with pytest.raises(accounts.WeakPassword) as fault:
        accounts.accept(branch, accounts.invite(branch, SYSTEM, "CM1", NOW), guessed, NOW)
    assert fault.value.code.removeprefix("account.") in {"common", "keyboard", "dates", "repeated", "sequence", "own_words", "short"}
    assert "很快会被猜到" in fault.value.say("zh")
    assert "几个互不相关的词" in fault.value.say("zh")


@pytest.mark.parametrize(
    ("guessed", "why"),
    [("asdfghjkl", "keyboard"), ("19900101", "dates"), ("12121212", "repeated"), ("陈静2026", "own_words"), ("password1", "common")],
)
def test_the_reason_is_the_true_one(branch: Branch, guessed: str, why: str) -> None:
    guessed = guessed if len(guessed) >= accounts.SHORTEST else guessed + "！！"
    with pytest.raises(accounts.WeakPassword) as fault:
        accounts.accept(branch, accounts.invite(branch, SYSTEM, "CM1", NOW), guessed, NOW)
    assert fault.value.code == f"account.{why}"


# Throttle


def wrong(branch: Branch, times: int, staff: str = "CM1", source: str = "10.0.0.9", now: datetime = NOW) -> None:
    for _ in range(times):
        with pytest.raises(accounts.SignInRefused):
            accounts.sign_in(branch, staff, "falsch-falsch", source, now)


def test_sixty_wrong_passwords_at_once_are_no_more_than_one_after_another(signed: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    """The try is counted before the password is looked at: only the free ones reach the hash, however many come together."""
    looked: list[str] = []
    hasher, all_here = accounts._hasher(), threading.Barrier(60)
    real = hasher.verify
    monkeypatch.setattr(hasher, "verify", lambda p, h: looked.append(p) or real(p, h))
    monkeypatch.setattr(accounts, "_hasher", lambda: hasher)

    def once(n: int) -> str:
        all_here.wait(60)
        with pytest.raises(Fault) as fault:
            accounts.sign_in(signed, "CM1", f"falsch-{n}", "10.0.0.66", NOW)
        return fault.value.code

    with ThreadPoolExecutor(60) as pool:
        codes = list(pool.map(once, range(60)))
    assert len(looked) == tries.FREE
    assert sorted(set(codes)) == ["account.refused", "account.slowed"]
    assert codes.count("account.refused") == tries.FREE


def test_the_wait_grows_and_stays_short_and_the_right_password_gets_in_after_it(signed: Branch) -> None:
    wrong(signed, tries.FREE)
    now, waits = NOW, []
    for _ in range(8):
        with pytest.raises(tries.Slowed) as slowed:
            accounts.sign_in(signed, "CM1", GOOD, "10.0.0.9", now)
        waits.append(slowed.value.values["seconds"])
        assert f"{waits[-1]} 秒" in slowed.value.say("zh")
        now += timedelta(seconds=int(waits[-1]))
        wrong(signed, 1, now=now)
    assert waits == [5, 10, 20, 40, 60, 60, 60, 60]
    assert accounts.sign_in(signed, "CM1", GOOD, "10.0.0.9", now + timedelta(seconds=60))


def test_knocking_while_one_waits_makes_the_wait_no_longer(signed: Branch) -> None:
    wrong(signed, tries.FREE)
    for second in range(5):
        with pytest.raises(tries.Slowed):
            accounts.sign_in(signed, "CM1", GOOD, "10.0.0.9", NOW + timedelta(seconds=second))
    assert accounts.sign_in(signed, "CM1", GOOD, "10.0.0.9", NOW + timedelta(seconds=5))


def test_nobody_locks_a_colleague_out_from_elsewhere(signed: Branch) -> None:
    wrong(signed, tries.FREE, source="10.0.0.66")
    with pytest.raises(tries.Slowed):
        accounts.sign_in(signed, "CM1", GOOD, "10.0.0.66", NOW)
    assert accounts.sign_in(signed, "CM1", GOOD, "10.0.0.9", NOW)


def test_nobody_locks_a_colleague_out_of_the_browser_they_have_used_before_even_from_the_same_address(signed: Branch) -> None:
    known = tries.remember(signed, "CM1", NOW)
    wrong(signed, tries.FREE)
    for other in ("", "made-up", tries.remember(signed, "CM2", NOW)):
        with pytest.raises(tries.Slowed):
            accounts.sign_in(signed, "CM1", GOOD, "10.0.0.9", NOW, other)
    assert accounts.sign_in(signed, "CM1", GOOD, "10.0.0.9", NOW, known)
    for _ in range(tries.FREE):
        with pytest.raises(accounts.SignInRefused):
            accounts.sign_in(signed, "CM1", "falsch-falsch", "10.0.0.9", NOW, known)
    with pytest.raises(tries.Slowed):  # one who has the browser does not guess for ever either
        accounts.sign_in(signed, "CM1", GOOD, "10.0.0.9", NOW, known)


def test_forty_wrong_passwords_from_one_address_lock_nobody_behind_it_out(signed: Branch) -> None:
    for n in range(40):
        refused(signed, f"N{n}", "falsch-falsch", "10.0.0.66")
    assert accounts.sign_in(signed, "CM1", GOOD, "10.0.0.66", NOW)


def test_a_crowd_of_wrong_passwords_delays_a_little_and_never_a_known_browser(signed: Branch) -> None:
    known = tries.remember(signed, "CM1", NOW)
    assert tries.delay(signed, "CM1", "10.0.0.66", "", NOW) == 0
    delays = []
    for n in range(120):
        refused(signed, f"N{n}", "falsch-falsch", "10.0.0.66")
        delays.append(tries.delay(signed, "CM1", "10.0.0.66", "", NOW))
    assert delays[tries.CROWD - 1] == 0
    assert 0 < delays[tries.CROWD] < 1
    assert delays[-1] == tries.DELAY == max(delays)
    assert tries.delay(signed, "CM1", "10.0.0.66", known, NOW) == 0
    assert tries.delay(signed, "CM1", "10.0.0.66", "", NOW + tries.WINDOW + timedelta(seconds=1)) == 0


def test_a_name_that_does_not_exist_is_slowed_like_one_that_does(signed: Branch) -> None:
    wrong(signed, tries.FREE, "nobody")
    with pytest.raises(tries.Slowed):
        accounts.sign_in(signed, "nobody", "x", "10.0.0.9", NOW)
    assert [one for one in events(signed) if one[0] == "slowed"] == [("slowed", "?")]


def test_a_good_sign_in_wipes_the_slate_of_the_name_in_that_place(signed: Branch) -> None:
    wrong(signed, tries.FREE - 1)
    accounts.sign_in(signed, "CM1", GOOD, "10.0.0.9", NOW)
    wrong(signed, tries.FREE - 1)
    assert accounts.sign_in(signed, "CM1", GOOD, "10.0.0.9", NOW)


def test_one_who_signs_in_is_told_of_the_wrong_passwords_since_they_last_did(signed: Branch) -> None:
    assert tries.wrong_tries(signed, "CM1") is None
    wrong(signed, 2, source="10.0.0.66")
    wrong(signed, 1, source="10.0.0.7")
    accounts.sign_in(signed, "CM1", GOOD, "10.0.0.9", NOW)
    assert tries.wrong_tries(signed, "CM1") == tries.WrongTries(3, ("10.0.0.7", "10.0.0.66"))
    accounts.sign_in(signed, "CM1", GOOD, "10.0.0.9", NOW)
    assert tries.wrong_tries(signed, "CM1") is None


# Keys


def test_the_setup_key_makes_one_administrator_and_only_once(tmp_path: Path) -> None:
    fresh = create(tmp_path / "home", NOW)
    assert accounts.needs_setup(fresh)
    key = accounts.setup_key(fresh, NOW)
    for wrong in ("", "ABCDE-ABCDE", key[:-1] + ("A" if key[-1] != "A" else "B")):
        with pytest.raises(accounts.KeyRefused):
            accounts.set_up(fresh, wrong, "A1", "朱红", ADMIN, NOW)
    with pytest.raises(accounts.WeakPassword):
        accounts.set_up(fresh, key, "A1", "朱红", "12345678", NOW)
    with pytest.raises(Fault):
        accounts.set_up(fresh, key, "", "朱红", ADMIN, NOW)
    assert fresh.book().frame("staff").empty
    token = accounts.set_up(fresh, key.lower().replace("-", " "), "A1", "朱红", ADMIN, NOW)
    person = accounts.person(fresh, token, NOW)
    assert person is not None
    assert (person.staff, person.role) == ("A1", "admin")
    assert not accounts.needs_setup(fresh)
    with pytest.raises(accounts.KeyRefused):
        accounts.set_up(fresh, key, "A2", "别人", ADMIN, NOW)
    late = accounts.setup_key(fresh, NOW)
    with pytest.raises(accounts.KeyRefused):  # somebody can sign in: there is nothing to set up any more
        accounts.set_up(fresh, late, "A2", "别人", ADMIN, NOW)


def test_a_setup_key_runs_out_and_a_newer_one_replaces_it(tmp_path: Path) -> None:
    fresh = create(tmp_path / "home", NOW)
    old = accounts.setup_key(fresh, NOW)
    new = accounts.setup_key(fresh, NOW)
    with pytest.raises(accounts.KeyRefused):
        accounts.set_up(fresh, old, "A1", "朱红", ADMIN, NOW)
    with pytest.raises(accounts.KeyRefused):
        accounts.set_up(fresh, new, "A1", "朱红", ADMIN, NOW + timedelta(hours=24, seconds=1))
    assert accounts.set_up(fresh, new, "A1", "朱红", ADMIN, NOW + timedelta(hours=23))


def test_an_invitation_works_once_for_72_hours_and_a_newer_one_replaces_it(branch: Branch) -> None:
    first = accounts.invite(branch, who(branch, "ADM"), "CM1", NOW)
    second = accounts.invite(branch, who(branch, "ADM"), "CM1", NOW)
    with pytest.raises(accounts.KeyRefused):
        accounts.accept(branch, first, GOOD, NOW)
    with pytest.raises(accounts.KeyRefused):
        accounts.accept(branch, second, GOOD, NOW + timedelta(hours=72, seconds=1))
    assert accounts.accept(branch, second, GOOD, NOW + timedelta(hours=71))
    with pytest.raises(accounts.KeyRefused):
        accounts.accept(branch, second, "另一个很长的密码", NOW + timedelta(hours=71))
    assert ("invite", "ADM") in events(branch)


def test_only_an_administrator_invites_and_only_somebody_who_is_here(branch: Branch) -> None:
    for staff in ("CM1", "TL1", "BL1", "CR1", "VW1"):
        with pytest.raises(Fault):
            accounts.invite(branch, who(branch, staff), "CM2", NOW)
        with pytest.raises(Fault):
            accounts.end_all(branch, who(branch, staff), "CM2", NOW)
    with pytest.raises(Fault) as nobody:
        accounts.invite(branch, who(branch, "ADM"), "X9", NOW)
    assert "X9" in nobody.value.say("zh")


def test_the_invitation_of_one_who_has_left_meanwhile_is_dead(branch: Branch) -> None:
    key = accounts.invite(branch, SYSTEM, "CM1", NOW)
    branch.store.write([Edit("staff", "CM1", {"status": "active"}, {"status": "left"})], "system", "terminal", NOW)
    with pytest.raises(accounts.KeyRefused):
        accounts.accept(branch, key, GOOD, NOW)


# Sessions


def test_a_session_ends_when_idle_when_old_and_when_signed_out(signed: Branch) -> None:
    def begin() -> str:
        return accounts.sign_in(signed, "CM1", GOOD, "s", NOW)

    idle = begin()
    assert accounts.person(signed, idle, NOW + timedelta(minutes=29))
    assert accounts.person(signed, idle, NOW + timedelta(minutes=29 + 29))
    assert accounts.person(signed, idle, NOW + timedelta(minutes=29 + 29 + 31)) is None
    old, at = begin(), NOW
    while at < NOW + timedelta(hours=11, minutes=40):
        at += timedelta(minutes=20)
        alive = accounts.person(signed, old, at)
    assert alive is not None
    assert accounts.person(signed, old, NOW + timedelta(hours=12, seconds=1)) is None
    out, other = begin(), begin()
    accounts.sign_out(signed, out, NOW)
    assert accounts.person(signed, out, NOW) is None
    assert accounts.person(signed, other, NOW)


def test_every_window_of_one_who_leaves_or_is_ended_dies_at_once(signed: Branch) -> None:
    tokens = [accounts.sign_in(signed, "CM1", GOOD, "s", NOW) for _ in range(2)]
    accounts.end_all(signed, who(signed, "ADM"), "CM1", NOW)
    assert [accounts.person(signed, token, NOW) for token in tokens] == [None, None]
    token = accounts.sign_in(signed, "CM1", GOOD, "s", NOW)
    signed.store.write([Edit("staff", "CM1", {"status": "active"}, {"status": "left"})], "ADM", "portal", NOW)
    assert accounts.person(signed, token, NOW) is None


def test_a_new_password_ends_all_other_sessions(signed: Branch) -> None:
    old = accounts.sign_in(signed, "CM1", GOOD, "s", NOW)
    fresh = accounts.accept(signed, accounts.invite(signed, SYSTEM, "CM1", NOW), "另一个很长的密码", NOW)
    assert accounts.person(signed, old, NOW) is None
    assert accounts.person(signed, fresh, NOW)


def test_a_changed_role_takes_effect_in_the_sessions_that_are_open(signed: Branch) -> None:
    """ASVS 8.3.2."""
    token = accounts.sign_in(signed, "CM1", GOOD, "s", NOW)
    signed.store.write([Edit("staff", "CM1", {"role": "customer_manager"}, {"role": "president"})], "ADM", "portal", NOW)
    person = accounts.person(signed, token, NOW)
    assert person is not None
    with pytest.raises(access.Denied):
        signed.write([Edit("customers", "C1", {"note": None}, {"note": "x"})], person, "portal", NOW)


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "' OR 1=1 --"])
def test_a_token_that_was_never_given_holds_nobody(signed: Branch, token: str) -> None:
    assert accounts.person(signed, token, NOW) is None
    accounts.sign_out(signed, token, NOW)


def test_people_are_picked_in_a_demo_and_nowhere_else(branch: Branch, tmp_path: Path) -> None:
    assert {p.id for _, people in accounts.pickable(branch, "zh") for p in people} >= {"CM1", "TL1", "ADM"}
    person = accounts.person(branch, accounts.pick(branch, "TL1", NOW), NOW)
    assert person is not None
    assert person.role == "team_leader"
    with pytest.raises(accounts.SignInRefused):
        accounts.pick(branch, "nobody", NOW)
    real = create(tmp_path / "real", NOW, person_picker=True)
    real.store.write(
        [Edit("staff", "CM1", None, {"name": "陈静", "role": "customer_manager", "status": "active"})], "system", "terminal", NOW
    )
    assert accounts.pickable(real, "zh") == ()
    with pytest.raises(accounts.SignInRefused):
        accounts.pick(real, "CM1", NOW)


def test_a_language_once_chosen_is_kept_and_written_once(signed: Branch) -> None:
    accounts.speak(signed, "CM1", "en", NOW)
    version = signed.store.version()
    accounts.speak(signed, "CM1", "en", NOW)
    assert signed.store.version() == version
    assert who(signed, "CM1").lang == "en"
