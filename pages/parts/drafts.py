"""What a person was typing, kept across a reload, an expired session or a restart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from branch import drafts
from pages.parts.desk import Desk


def keep(desk: Desk, form: str, values: Mapping[str, Any]) -> None:
    drafts.keep(desk.branch, desk.person.staff, form, values, desk.now)


def load_draft(desk: Desk, form: str) -> dict[str, Any]:
    return drafts.load_draft(desk.branch, desk.person.staff, form)


def drop(desk: Desk, form: str) -> None:
    drafts.drop(desk.branch, desk.person.staff, form, desk.now)
