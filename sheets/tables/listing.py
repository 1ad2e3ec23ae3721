"""The ledgers as scripts and people ask for them: keys, labels, kinds, choices, units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sheets.schema import Table


def document(tables: Iterable[Table]) -> list[dict[str, Any]]:
    """Everything about each table, as JSON."""
    return [
        {"key": t.key, "zh": t.zh, "en": t.en, "group": t.group, "columns": [
            {"key": c.key, "zh": c.zh, "en": c.en, "kind": c.kind, "required": c.required, "unit": c.unit, "ref": c.ref,
             "choices": [{"code": x.code, "zh": x.zh, "en": x.en} for x in c.choices]} for c in t.columns]}
        for t in tables
    ]  # fmt: skip


def lines(tables: Iterable[Table]) -> Iterator[str]:
    """A line a table and a line a column; a star marks what must be filled in."""
    for table in tables:
        yield f"{table.key}  {table.zh}  {table.en}"
        for one in table.columns:
            words = " | ".join(f"{choice.code} {choice.zh}" for choice in one.choices)
            kind = one.kind + " *" * one.required + f" {one.unit}" * bool(one.unit)
            yield f"    {one.key}  {one.zh}  {one.en}  {kind}  {words}".rstrip()
