"""Signing in: passwords, one-time keys and sessions. Only hashes and digests are kept; every sign-in is on record."""

from __future__ import annotations

import hashlib
import secrets
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from branch import passwords
from branch.branch import Branch
from branch.people import SYSTEM, Actor, actor
from sheets.schema import Edit
from sheets.tables.words import ROLES
from texts import LANGS, Fault, Lang

SHORTEST, LONGEST = 8, 256
WINDOW = timedelta(minutes=15)  # wrong passwords are counted as long as this
FREE = 5  # wrong passwords for one name from one place before the first wait
WAITS = (5, 10, 20, 40, 60)  # seconds until the next try, growing; never more than the last
CROWD = 20  # wrong passwords from one place, for one name or in all, from which every further try there takes a little longer
DELAY = 3.0  # seconds, at most: a crowd delays, and locks nobody out
KNOWN_DAYS = 180  # a browser is remembered so long after a sign-in
_reserving = threading.Lock()
ENTRIES = frozenset({"login", "password", "setup", "picked"})  # how a session can begin, as it stands on record


class SignInRefused(Fault):
    """One sentence for an unknown name, a wrong password and somebody who has left."""


class Slowed(Fault):
    """Too many wrong passwords; it passes by itself."""


class KeyRefused(Fault):
    """A one-time key that is unknown, used up or too old."""


class WeakPassword(Fault):
    """A password that would not protect."""


@dataclass(frozen=True, slots=True)
class Pickable:
    """A person who may be picked in a demo."""

    id: str
    name: str
    team: str


def sign_in(branch: Branch, staff: str, password: str, source: str, now: datetime, known: str = "") -> str:
    """The token of a new session. An unknown name takes as long as a wrong password and is answered alike.

    `known`: what the browser was given after an earlier sign-in of this person (`remember`). Wrong tries are counted for one
    person in one place, and apart from them for a known browser: so nobody can keep anybody else out.
    """
    vault = branch.store.private
    device = _remembered(branch, staff, known, now)
    counted = f"device:{device}" if device else f"place:{staff[:64]}:{source}"
    tries = _reserve(branch, counted, now)
    stored = vault.password(staff)
    right = _hasher().verify(_normal(password), stored or _nobody())
    person = actor(branch.book(), staff)  # asked for an unknown name too
    if not right or stored is None or person is None:
        for who in _crowds(staff, source):
            vault.failed(who, now)
        vault.note("failed", staff[:64] if stored else "?", f"source={source}", now)
        if tries == FREE:
            vault.note("slowed", staff[:64] if stored else "?", f"source={source}", now)
        raise SignInRefused("account.refused")
    vault.clear_failures(counted)
    return _begin(branch, staff, "login", now, source)


def _reserve(branch: Branch, counted: str, now: datetime) -> int:
    """Counts a try as wrong before its password is looked at: many at once are no more than one after another. Raises Slowed."""
    vault = branch.store.private
    with _reserving:
        tries = vault.failures(counted, now - WINDOW)
        wait = WAITS[min(tries - FREE, len(WAITS) - 1)] if tries >= FREE else 0
        if wait and vault.failures(counted, now - timedelta(seconds=wait) + timedelta(microseconds=1)):
            raise Slowed("account.slowed", seconds=wait)
        vault.failed(counted, now)
    return tries + 1


def delay(branch: Branch, staff: str, source: str, known: str, now: datetime) -> float:
    """Seconds to let pass before a try is looked at, while wrong ones come in crowds: from one place, for one name, or in all."""
    if _remembered(branch, staff, known, now):
        return 0.0
    most = max(branch.store.private.failures(who, now - WINDOW) for who in _crowds(staff, source))
    return min(DELAY, max(0, most - CROWD) / CROWD)


def _crowds(staff: str, source: str) -> tuple[str, ...]:
    return f"source:{source}", f"staff:{staff[:64]}", "all"


def remember(branch: Branch, staff: str, now: datetime) -> str:
    """A token for the browser from which somebody has just signed in; it opens nothing."""
    token = secrets.token_urlsafe(32)
    digest = _digest(token)
    branch.store.private.make_key("known", f"{staff}|{digest[:16]}", digest, now + timedelta(days=KNOWN_DAYS))
    return token


def _remembered(branch: Branch, staff: str, known: str, now: datetime) -> str:
    """The browser's digest, if it is one of this person's; "" for any other."""
    digest = _digest(known)
    subject = branch.store.private.key("known", digest, now) if known else None
    return digest[:32] if subject is not None and subject.rpartition("|")[0] == staff else ""


@dataclass(frozen=True, slots=True)
class WrongTries:
    """Wrong passwords under a person's name between their last two sign-ins, and where they came from."""

    count: int
    sources: tuple[str, ...]


def wrong_tries(branch: Branch, staff: str) -> WrongTries | None:
    """What somebody who has signed in should know; None when there was nothing."""
    lines = branch.store.history("*access", staff)
    events = list(zip(lines["column"], lines["new"], strict=True))  # newest first
    entries = [place for place, (event, _) in enumerate(events) if event in ENTRIES]
    between = events[entries[0] : entries[1] if len(entries) > 1 else None] if entries else []
    failed = [str(told).removeprefix("source=") for event, told in between if event == "failed"]
    return WrongTries(len(failed), tuple(dict.fromkeys(failed))) if failed else None


def pick(branch: Branch, staff: str, now: datetime) -> str:
    """A session without a password, in a demo that says so and nowhere else."""
    if not branch.settings.picker or actor(branch.book(), staff) is None:
        raise SignInRefused("account.refused")
    return _begin(branch, staff, "picked", now)


def person(branch: Branch, token: str, now: datetime) -> Actor | None:
    """Who holds a session now; None once it ended, ran out, or the person left."""
    staff = branch.store.private.session(_digest(token), now) if token else None
    whole = branch.settings.policy.leader_sees == "all"
    return actor(branch.book(), staff, now.date(), leaders_see_all=whole) if staff else None


def sign_out(branch: Branch, token: str, now: datetime) -> None:
    vault = branch.store.private
    staff = vault.session(_digest(token), now) if token else None
    if staff:
        vault.end_session(_digest(token))
        vault.note("logout", staff, "", now)


def end_all(branch: Branch, by: Actor, staff: str, now: datetime) -> None:
    """Every window of a person, at once."""
    _only_admin(by)
    branch.store.private.end_sessions(staff)
    branch.store.private.note("ended", by.staff, staff, now)


def needs_setup(branch: Branch) -> bool:
    """Whether nobody can sign in yet."""
    return not branch.settings.picker and not branch.store.private.passwords()


def setup_key(branch: Branch, now: datetime) -> str:
    """The key that makes the first administrator: printed in the terminal, works once, runs out."""
    key = _key()
    branch.store.private.make_key("setup", "admin", _digest(key), now + timedelta(hours=branch.settings.session.setup_hours))
    return key


def set_up(branch: Branch, key: str, staff: str, name: str, password: str, now: datetime) -> str:
    """Makes the first administrator and signs them in. Nothing is written unless all of it is good."""
    vault = branch.store.private
    digest = _digest(_typed(key))
    if not needs_setup(branch) or vault.key("setup", digest, now) is None:
        raise KeyRefused("account.key")
    if not staff or not name:
        raise Fault("account.who")
    hashed = _hashed(branch, password, staff, name, now)
    if vault.take_key("setup", digest, now) is None:
        raise KeyRefused("account.key")
    there = branch.store.row("staff", staff)
    after = {"name": name, "role": "admin", "status": "active"}
    branch.write([Edit("staff", staff, there, after)], SYSTEM, "portal", now)
    vault.set_password(staff, hashed, now)
    return _begin(branch, staff, "setup", now)


def invite(branch: Branch, by: Actor, staff: str, now: datetime) -> str:
    """A one-time key with which a person sets a password; their earlier key no longer works."""
    _only_admin(by)
    if actor(branch.book(), staff) is None:
        raise Fault("account.nobody", staff=staff)
    key = _key()
    expires = now + timedelta(hours=branch.settings.session.invite_hours)
    branch.store.private.make_key("invite", staff, _digest(key), expires)
    branch.store.private.note("invite", by.staff, staff, now)
    return key


def accept(branch: Branch, key: str, password: str, now: datetime) -> str:
    """Sets the password of the person invited, ends their other sessions, signs them in."""
    vault = branch.store.private
    digest = _digest(_typed(key))
    staff = vault.key("invite", digest, now)
    invited = actor(branch.book(), staff) if staff is not None else None
    if staff is None or invited is None:
        raise KeyRefused("account.key")
    hashed = _hashed(branch, password, staff, invited.name, now)
    if vault.take_key("invite", digest, now) is None:
        raise KeyRefused("account.key")
    vault.set_password(staff, hashed, now)
    vault.end_sessions(staff)
    return _begin(branch, staff, "password", now)


def able(branch: Branch) -> set[str]:
    """Everybody who has set a password."""
    return branch.store.private.passwords()


def speak(branch: Branch, staff: str, lang: Lang, now: datetime) -> None:
    """The language a person chose, for the screen and for their mails."""
    there = branch.store.row("staff", staff)
    if there is not None and there.get("lang") != lang:
        branch.write([Edit("staff", staff, there, {"lang": lang})], replace(SYSTEM, staff=staff), "portal", now)


def pickable(branch: Branch, lang: Lang) -> Sequence[tuple[str, Sequence[Pickable]]]:
    """The people of a demo by role; empty where nobody may be picked."""
    if not branch.settings.picker:
        return ()
    book = branch.book()
    teams = dict(zip(book.frame("teams")["id"], book.frame("teams")["name"], strict=True))
    staff = book.frame("staff")
    here = staff[staff["status"].astype("str") != "left"]
    found = []
    for role in ROLES:
        rows = here[here["role"].astype("str") == role.code]
        people = [Pickable(str(i), str(n), str(teams.get(t, ""))) for i, n, t in zip(rows["id"], rows["name"], rows["team"], strict=True)]
        if people:
            found.append((role.label(lang), people))
    return found


def _begin(branch: Branch, staff: str, how: str, now: datetime, source: str = "") -> str:
    token, chosen = secrets.token_urlsafe(32), branch.settings.session
    branch.store.private.start_session(_digest(token), staff, now, chosen.idle_minutes * 60, chosen.life_hours * 3600)
    branch.store.private.note(how, staff, f"source={source}" if source else "", now)
    return token


def _only_admin(by: Actor) -> None:
    if by.role not in {"admin", "system"}:
        raise Fault("access.denied", table="")


def _hashed(branch: Branch, password: str, staff: str, name: str, now: datetime) -> str:
    plain = _normal(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise WeakPassword("account.length", shortest=SHORTEST, longest=LONGEST)
    settings = branch.settings
    why = passwords.weakness(plain, (staff, name, *(settings.name(lang) for lang in LANGS)), now.year)
    if why:
        raise WeakPassword(f"account.{why}")
    return _hasher().hash(plain)


def _normal(password: str) -> str:
    """The same characters however a keyboard composes them."""
    return unicodedata.normalize("NFKC", password)[: LONGEST + 1]


def _key() -> str:
    """130 bits in groups that can be read out and typed."""
    text = "".join(secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(26))
    return "-".join(text[i : i + 5] for i in range(0, 26, 5))


def _typed(key: str) -> str:
    """A key as it was given out, however it was typed."""
    text = "".join(c for c in unicodedata.normalize("NFKC", key).upper() if c.isalnum())
    return "-".join(text[i : i + 5] for i in range(0, len(text), 5))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobody() -> str:
    """A hash to verify against when there is none, so that an unknown name takes as long."""
    return _hasher().hash(secrets.token_urlsafe(16))
