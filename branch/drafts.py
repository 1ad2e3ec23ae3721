"""Half-written forms, kept in the store beside sessions: they survive a reload, a sign-out and a restart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from branch.branch import Branch

KIND = "draft"


def keep(branch: Branch, staff: str, form: str, values: Mapping[str, Any], now: datetime) -> None:
    """What a person has typed so far; nothing is written while nothing changed."""
    typed = {key: _plain(value) for key, value in values.items() if value not in (None, "", [])}
    text = json.dumps(typed, ensure_ascii=False) if typed else ""
    if branch.store.private.marks().get(_name(staff, form), ("", now))[0] != text:
        branch.store.private.mark(_name(staff, form), text, now)


def load_draft(branch: Branch, staff: str, form: str) -> dict[str, Any]:
    text, _ = branch.store.private.marks().get(_name(staff, form), ("", None))
    return {key: _back(value) for key, value in json.loads(text).items()} if text else {}


def drop(branch: Branch, staff: str, form: str, now: datetime) -> None:
    if _name(staff, form) in branch.store.private.marks():
        branch.store.private.mark(_name(staff, form), "", now)


def _name(staff: str, form: str) -> str:
    return f"{KIND}:{staff}:{form}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    return ";".join(map(str, value)) if isinstance(value, list | tuple) else value


def _back(value: Any) -> Any:
    if isinstance(value, dict):
        return datetime.fromisoformat(value["at"]) if "at" in value else date.fromisoformat(value["on"])
    return value
