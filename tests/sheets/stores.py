"""What the suites of the store share: a moment, a customer, a save."""

from __future__ import annotations

from datetime import date, datetime

from sheets.schema import Edit
from sheets.store import Store

NOW = datetime(2026, 11, 23, 9, 0)
KH1 = {"name": "云澜启岚机械有限公司", "tier": "key", "revenue": 123_456, "assigned_on": date(2025, 1, 2), "flags": "deposit;credit"}


def save(store: Store, *edits: Edit, actor: str = "1001", token: str = "") -> int:
    return store.write(edits, actor, "portal", NOW, token).version
