"""Signing in: passwords, one-time keys and sessions. Only hashes and digests are kept; every sign-in is on record."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from branch import access, first_scan, passwords, tries
from branch.branch import Branch
from branch.people import SYSTEM, Actor, actor
from sheets import names
from sheets.cells import fold, read
from sheets.schema import Edit
from sheets.tables import TABLES
from sheets.tables.words import ROLES
from texts import LANGS, Fault, Lang

SHORTEST, LONGEST = 8, 256


class SignInRefused(Fault):
    """One sentence for an unknown name, a wrong password and somebody who has left."""


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

    `known`: what the browser was given after an earlier sign-in of this person (`branch.tries.remember`). Wrong tries are
    counted for one person in one place, and apart from them for a known browser: so nobody can keep anybody else out.
    """
    vault = branch.store.private
    device = tries.remembered(branch, staff, known, now)
    counted = f"device:{device}" if device else f"place:{staff[:64]}:{source}"
    count = tries.reserve(branch, counted, now)
    stored = vault.password(staff)
    right = _hasher().verify(_normal(password), stored or _nobody())
    person = actor(branch.book(), staff)  # asked for an unknown name too
    if not right or stored is None or person is None:
        for who in tries.crowds(staff, source):
            vault.failed(who, now)
        vault.note("failed", staff[:64] if stored else "?", f"source={source}", now)
        if count == tries.FREE:
            vault.note("slowed", staff[:64] if stored else "?", f"source={source}", now)
        raise SignInRefused("account.refused")
    vault.clear_failures(counted)
    return _begin(branch, staff, "login", now, source)


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
    access.only_admin(by, terminal=True)
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


def set_up(branch: Branch, key: str, staff: str, name: str, password: str, now: datetime, email: str = "") -> str:
    """Makes the first administrator and signs them in. Nothing is written unless all of it is good."""
    vault = branch.store.private
    digest = _digest(_typed(key))
    if not needs_setup(branch) or vault.key("setup", digest, now) is None:
        raise KeyRefused("account.key")
    if not staff or not name:
        raise Fault("account.who")
    address = read(TABLES["staff"]["email"], email)
    if address.code:
        raise Fault(f"issue.{address.code}", raw=address.raw)
    hashed = _hashed(branch, password, staff, name, now)
    if vault.take_key("setup", digest, now) is None:
        raise KeyRefused("account.key")
    there = branch.store.row("staff", staff)
    after = {"name": name, "role": "admin", "status": "active"} | ({"email": address.value} if address.value else {})
    branch.write([Edit("staff", staff, there, after)], SYSTEM, "portal", now)
    vault.set_password(staff, hashed, now)
    vault.mark(first_scan.MARK, first_scan.WAITS, now)
    return _begin(branch, staff, "setup", now)


def invite(branch: Branch, by: Actor, staff: str, now: datetime) -> str:
    """A one-time key with which a person sets a password; their earlier key no longer works."""
    access.only_admin(by, terminal=True)
    staff = meant(branch, staff)
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


def invited(branch: Branch, now: datetime) -> dict[str, datetime]:
    """Whose invitation is open, and until when."""
    return branch.store.private.keys("invite", now)


def meant(branch: Branch, said: str) -> str:
    """The staff number of somebody who is called by it or by name. Raises Fault when nobody or more than one is."""
    frame = branch.book().frame("staff")
    here = frame[frame["status"].astype("str") != "left"]
    known = names.of_frame(TABLES["staff"], here)
    found = known.get(fold(said), "")
    if found:
        return found
    if found is None:
        same = [str(row) for row, name in zip(here["id"], here["name"], strict=True) if fold(str(name)) == fold(said)]
        raise Fault("account.several", staff=said, numbers=" · ".join(same))
    raise Fault("account.nobody", staff=said)


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


def _hashed(branch: Branch, password: str, staff: str, name: str, now: datetime) -> str:
    plain = _normal(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise WeakPassword("account.length", shortest=SHORTEST, longest=LONGEST)
    settings = branch.settings
    own = (staff, name, *(settings.name(lang) for lang in LANGS), *_known_of(branch, staff))
    why = passwords.weakness(plain, own, now.year)
    if why:
        raise WeakPassword(f"account.{why}")
    return _hasher().hash(plain)


def _known_of(branch: Branch, staff: str) -> list[str]:
    """What colleagues know of a person besides their name: telephone, the name in their address, the name of their team."""
    row = branch.store.row("staff", staff) or {}
    team = branch.store.row("teams", str(row.get("team") or "")) or {}
    found = [row.get("phone"), str(row.get("email") or "").partition("@")[0], team.get("name")]
    return [str(one) for one in found if one]


def _normal(password: str) -> str:
    """The same characters however a keyboard composes them."""
    return unicodedata.normalize("NFKC", password)[: LONGEST + 1]


def _key() -> str:
    """123 bits in five groups that can be read out and typed."""
    text = "".join(secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(25))
    return "-".join(text[i : i + 5] for i in range(0, 25, 5))


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
