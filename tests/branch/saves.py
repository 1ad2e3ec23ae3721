"""Short hands for saving, and for what a refused save leaves behind."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from branch.branch import Branch
from branch.saving import Refused
from sheets.schema import Edit
from tests.branch.rooms import NOW, TODAY, who
from texts import LANGS, Fault

VISIT: dict[str, Any] = {
    "customer": "C1",
    "kind": "routine",
    "mode": "phone",
    "visited_on": TODAY,
    "participants": "CM1",
    "minutes": "谈了资金",
}
TOMORROW = TODAY + timedelta(days=1)


def saved(branch: Branch, staff: str, *edits: Edit, now: datetime = NOW, **more: Any) -> Any:
    return branch.write(list(edits), who(branch, staff), more.pop("source", "portal"), now, **more)


def row(branch: Branch, table: str, key: str) -> dict[str, Any]:
    found = branch.store.row(table, key)
    assert found is not None
    return dict(found)


def refusal(branch: Branch, staff: str, *edits: Edit, **more: Any) -> Fault:
    """The fault, which can be said in both languages and left nothing behind."""
    before = branch.store.version()
    with pytest.raises(Refused) as refused:
        saved(branch, staff, *edits, **more)
    assert branch.store.version() == before
    for lang in LANGS:
        assert len(refused.value.say(lang)) > 5
    return refused.value
