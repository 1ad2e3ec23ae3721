"""Where a store of the suite lives: once embedded, once in a real PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'huce.db'}" if request.param == "sqlite" else request.getfixturevalue("database")
