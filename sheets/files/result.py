"""What came of a file, as the one document that the terminal prints and a page shows: the same for preview and import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sheets import sentences
from sheets.files.comparison import Preview, Rejected, Wanted
from sheets.files.reading import Sheet
from sheets.numbers import is_placeholder
from sheets.schema import Issue, Table
from texts import Lang, say


def document(
    preview: Preview, taken: Sequence[Wanted], sheet: Sheet, tables: Mapping[str, Table], *, name: str, lang: Lang, dry_run: bool
) -> dict[str, Any]:
    """Counts are rows of the file, `ledgers` rows of each ledger; `rejected` are the rows not taken, as they were typed."""
    return {
        "table": sheet.table,
        "read": preview.read,
        "added": sum(wanted.new for wanted in taken),
        "changed": sum(not wanted.new for wanted in taken),
        "unchanged": preview.unchanged,
        "conflicts": preview.conflicts,
        "refused": preview.refused,
        "dry_run": dry_run,
        "ledgers": _ledgers(sheet.table, taken),
        "issues": [_told(issue, tables, name, lang) for issue in sorted(preview.issues, key=lambda issue: issue.warning)],
        "rejected": [_rejected(one, sheet, tables, name, lang) for one in sorted(preview.rejected, key=lambda one: one.line.row)],
    }


def refused(result: Mapping[str, Any]) -> bool:
    """Whether some row was not taken: the terminal ends with 1."""
    return bool(result["refused"] or result["conflicts"])


def _ledgers(main: str, taken: Sequence[Wanted]) -> dict[str, dict[str, int]]:
    found = {main: {"added": 0, "changed": 0}}
    for edit in (edit for wanted in taken for edit in wanted.edits):
        found.setdefault(edit.table, {"added": 0, "changed": 0})["added" if edit.before is None else "changed"] += 1
    return found


def _told(issue: Issue, tables: Mapping[str, Table], name: str, lang: Lang) -> dict[str, Any]:
    return {
        "sheet": name,
        "cell": issue.cell,
        "table": issue.table,
        "row": "" if is_placeholder(issue.row) else issue.row,
        "column": issue.column,
        "value": issue.raw,
        "code": issue.code,
        "warning": issue.warning,
        "message": sentences.with_place(issue, tables, lang, name),
    }


def _rejected(one: Rejected, sheet: Sheet, tables: Mapping[str, Table], name: str, lang: Lang) -> dict[str, Any]:
    reasons = [sentences.sentence(issue, tables, lang) for issue in one.reasons]
    # Cells that cannot be told apart stand under no heading: brought again unmended, they are refused again.
    torn = sheet.torn(one.line)
    cells = {say("exchange.whole_line", lang): torn} if torn else sheet.typed(one.line)
    return {"sheet": name, "row": one.line.row + 1, "cells": cells, "reasons": reasons}
