"""The shared cases, as (id, row) for parametrised tests, and small tables of cells → outcome."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "cases"


def plain_rows(name: str) -> list[dict[str, Any]]:
    """The rows of a case file."""
    found: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["rows"]
    return found


def rows(name: str) -> list[Any]:
    """The same for parametrised tests, each named by its id."""
    return [pytest.param(row, id=row["id"]) for row in plain_rows(name)]


def table(text: str) -> list[Any]:
    """Lines of `cell | outcome`, each named by its cell; `\\n`, `\\t` and `\\uXXXX` are understood, spaces as ␣."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        cell, _, outcome = line.rpartition("|")
        told = cell.strip()
        found.append(pytest.param(told.replace("␣", " ").replace("\\n", "\n").replace("\\t", "\t"), outcome.strip(), id=told))
    return found
