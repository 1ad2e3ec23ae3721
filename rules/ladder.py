"""Who is told: roles resolved to people through customer → manager → team leader → leader, deputies included."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from rules.rule import OWNER

Frame = Callable[[str], pd.DataFrame]

# Whom a role falls to when nobody holds it: one level up, and flagged (design §4).
UP = {
    "owner": "team_leader",
    "customer_manager": "team_leader",
    "team_leader": "leader",
    "credit_officer": "leader",
    "leader": "president",
    "president": "admin",
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """The person a role means for one due; `unresolved` when it had to go up, `deputy_for` the absent person."""

    person: str = ""
    unresolved: bool = False
    deputy_for: str = ""


class People:
    """Staff and teams as the ladder needs them, on one day. `frame`: the live rows of a ledger by its key."""

    def __init__(self, frame: Frame, today: date) -> None:
        self.staff: dict[str, dict[str, object]] = {str(r["id"]): r for r in _records(frame, "staff", STAFF)}
        self.teams: dict[str, dict[str, object]] = {str(r["id"]): r for r in _records(frame, "teams", TEAM)}
        self.customers: dict[str, dict[str, object]] = {str(r["id"]): r for r in _records(frame, "customers", CUSTOMER)}
        self.away = away(frame, self.staff, today)
        self._kept: dict[tuple[str, str, str, str], Recipient] = {}

    def recipient(self, role: str, customer: str, owner: str = "", officer: str = "") -> Recipient:
        """Who is told for a role. Never raises; a role that nobody holds all the way up gives an empty person."""
        key = (role, customer, owner, officer)
        if key not in self._kept:
            self._kept[key] = self._recipient(*key)
        return self._kept[key]

    def _recipient(self, role: str, customer: str, owner: str, officer: str) -> Recipient:
        unresolved, at = False, role
        while at:
            person = self._holder(at, customer, owner, officer)
            here, deputy_for = self._present(person)
            if here:
                return Recipient(here, unresolved, deputy_for)
            unresolved, at = True, UP.get(at, "")
        return Recipient("", unresolved=True)

    def _holder(self, role: str, customer: str, owner: str, officer: str) -> str:
        file = self.customers.get(customer, {})
        manager = owner or str(file.get("owner") or "")
        if role == OWNER:
            return owner
        if role == "customer_manager":
            return str(file.get("owner") or owner)
        if role == "credit_officer":
            return officer or str(file.get("credit_officer") or "")
        if role == "team_leader":
            return self._above(manager, role, str(file.get("team") or self.staff.get(manager, {}).get("team") or ""))
        if role == "leader":
            team = str(file.get("team") or self.staff.get(manager, {}).get("team") or "")
            return self._leader(manager, team)
        return self._only(role)

    def _above(self, person: str, role: str, team: str) -> str:
        """The one of a role whom a person reports to: their line leader, their team's leader, or the team's one holder."""
        line = str(self.staff.get(person, {}).get("leader") or "")
        if self._role(line) == role:
            return line
        named = str(self.teams.get(team, {}).get(role) or "")
        return named or next((i for i, s in self.staff.items() if s["role"] == role and s["team"] == team and team), "")

    def _leader(self, person: str, team: str) -> str:
        direct = self._above(person, "leader", team)
        if direct and self._role(direct) == "leader":
            return direct
        line = str(self.staff.get(self._above(person, "team_leader", team), {}).get("leader") or "")
        return line if self._role(line) == "leader" else self._only("leader")

    def _only(self, role: str) -> str:
        """The first of a role who is in post: a small branch has one leader and one president."""
        return next((i for i, s in self.staff.items() if s["role"] == role and s["status"] != "left"), "")

    def _role(self, person: str) -> str:
        return str(self.staff.get(person, {}).get("role") or "")

    def _present(self, person: str) -> tuple[str, str]:
        """The person, or whoever stands in for them: (who is told, whom they stand in for)."""
        seen: set[str] = set()
        here = person
        while here in self.away and here not in seen:
            seen.add(here)
            here = self.away[here]
        if here not in self.staff or self.staff[here]["status"] == "left" or here in seen:
            return "", ""
        return here, person if here != person else ""


STAFF, TEAM = ("id", "name", "role", "team", "leader", "status", "deputy", "deputy_from", "deputy_to"), ("id", "team_leader", "leader")
CUSTOMER = ("id", "owner", "team", "credit_officer")


def _records(read: Frame, table: str, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    frame = read(table)
    plain = {c: frame[c].astype(object).where(frame[c].notna(), None) for c in columns}
    rows = zip(*(plain[c] for c in columns), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def away(frame: Frame, staff: Mapping[str, Mapping[str, Any]], today: date) -> dict[str, str]:
    """Absent people and their deputies ("" for none) on a day, from the leave ledger and from the staff row itself."""
    found: dict[str, str] = {}
    for row in _records(frame, "leave", ("staff", "from_on", "to_on", "deputy")):
        if _covers(row["from_on"], row["to_on"], today) and row["staff"]:
            found[str(row["staff"])] = str(row["deputy"] or staff.get(str(row["staff"]), {}).get("deputy") or "")
    for person, known in staff.items():
        dated = known["deputy_from"] is not None or known["deputy_to"] is not None
        inside = dated and _covers(known["deputy_from"], known["deputy_to"], today)
        if (known["status"] == "leave" and not dated) or (inside and known["deputy"]):
            found.setdefault(person, str(known["deputy"] or ""))
    return found


def _covers(start: object, end: object, today: date) -> bool:
    first = pd.Timestamp(start).date() if start is not None else date.min  # type: ignore[arg-type]
    last = pd.Timestamp(end).date() if end is not None else date.max  # type: ignore[arg-type]
    return first <= today <= last


def resolve(pairs: pd.DataFrame, people: People) -> pd.DataFrame:
    """Adds person (staff id or ""), unresolved and deputy_for to rows of (key, customer, owner, officer, role)."""
    keys = ["role", "customer", "owner", "officer"]
    pairs = pairs.assign(role=pairs["role"].astype("str")).reset_index(drop=True)
    codes = np.zeros(len(pairs), np.int64)
    for key in keys:  # four texts in one whole number; each combination is asked once
        numbers, words = pd.factorize(pairs[key])
        codes = codes * len(words) + numbers
    codes, _ = pd.factorize(codes)
    first = np.flatnonzero(~pd.Series(codes).duplicated().to_numpy())
    found = [people.recipient(*row) for row in zip(*(pairs[key].iloc[first].tolist() for key in keys), strict=True)]
    return pairs.assign(
        person=pd.array([one.person for one in found], dtype="str").take(codes),
        unresolved=np.array([one.unresolved for one in found], bool)[codes] if found else np.zeros(0, bool),
        deputy_for=pd.array([one.deputy_for for one in found], dtype="str").take(codes),
    )
