"""Half-written forms and grids, kept in the store beside sessions: they survive a reload, a sign-out and a restart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from branch.branch import Branch
from sheets.schema import Unread

KIND = "draft"


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed, by column; `base`: what stood there when it was typed over, so that a save can tell who else was there."""

    typed: Mapping[str, Any] = field(default_factory=dict)
    base: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None


def keep(branch: Branch, staff: str, form: str, typed: Mapping[str, Any], base: Mapping[str, Any], now: datetime) -> None:
    """What a person has typed so far; nothing is written while nothing changed."""
    held = {key: _plain(value) for key, value in typed.items()}
    text = json.dumps({"typed": held, "base": {key: _plain(base.get(key)) for key in held}}, ensure_ascii=False) if held else ""
    there = branch.store.private.marked(_name(staff, form))
    if text and (there is None or there[0] != text):
        branch.store.private.mark(_name(staff, form), text, now)
    elif there is not None and not text:
        branch.store.private.unmark(_name(staff, form))


def load(branch: Branch, staff: str, form: str) -> Draft:
    there = branch.store.private.marked(_name(staff, form))
    if there is None or not there[0]:
        return Draft()
    text, at = there
    found = json.loads(text)
    if not isinstance(found.get("typed"), dict):  # as they were kept before they knew what they were typed over
        found = {"typed": found, "base": {}}
    typed, base = ({key: _back(value) for key, value in found[part].items()} for part in ("typed", "base"))
    return Draft(dict(typed), dict(base), at)


def drop(branch: Branch, staff: str, form: str) -> None:
    branch.store.private.unmark(_name(staff, form))


def _name(staff: str, form: str) -> str:
    return f"{KIND}:{staff}:{form}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    if isinstance(value, Unread):
        return {"raw": value.raw, "code": value.code}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _back(value: Any) -> Any:
    if isinstance(value, list):
        return [_back(one) for one in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"at": str(text)} if len(value) == 1:
            return datetime.fromisoformat(text)
        case {"on": str(text)} if len(value) == 1:
            return date.fromisoformat(text)
        case {"raw": str(raw), "code": str(code)} if len(value) == 2:
            return Unread(raw, code)
    return {key: _back(one) for key, one in value.items()}
