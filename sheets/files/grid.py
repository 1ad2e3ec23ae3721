"""Cells of a sheet as they came: one by its place, and as trimmed text."""

from __future__ import annotations

from collections.abc import Sequence

from sheets.cells.reading import typed
from sheets.cells.words import trim


def cell_at(cells: Sequence[object], index: int) -> object:
    return cells[index] if index < len(cells) else None


def cell_text(cell: object) -> str:
    return trim(cell) if isinstance(cell, str) else trim(typed(cell))
