"""The scheme as shipped, and the branch's own rules sheet read into rules and Issues."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from importlib import resources
from typing import Any

import pandas as pd

import rules.figures  # noqa: F401 – what conditions may compare
from rules.conditions import blank
from rules.rule import DATA, BadRule, Rule, Tables, faults_of_words
from rules.verbs import VERBS
from sheets.schema import Issue


def shipped() -> list[dict[str, str]]:
    """The scheme's rows as text, by column: what a new branch finds on its rules sheet."""
    text = resources.files("rules").joinpath("scheme.csv").read_text("utf-8-sig")
    return [dict(row) for row in csv.DictReader(text.splitlines())]


def read(frame: pd.DataFrame, tables: Tables) -> tuple[list[Rule], list[Issue]]:
    """The enabled rules of a rules sheet. A bad row costs one Issue and that rule, never the others."""
    rules: list[Rule] = []
    issues: list[Issue] = []
    rows = [as_text({str(key): value for key, value in row.items()}) for row in frame.to_dict("records")]
    ids = frozenset(texts["id"] for texts in rows)
    for texts in rows:
        if texts["enabled"] != "yes":
            continue
        try:
            rules.append(read_row(texts, tables))
        except BadRule as bad:
            issues.append(bad.issue(texts["id"]))
        else:
            faults = [*faults_of_words(texts, tables, ids), *_idle(texts)]
            issues += [fault.issue(texts["id"], warning=True) for fault in faults]
    return rules, issues


def read_row(row: Mapping[str, str], tables: Tables) -> Rule:
    """One row, every cell as text. Raises BadRule."""
    if row["id"] == DATA or "|" in row["id"]:  # a due is called rule|row|occurrence
        raise BadRule("id", "rule.bad_id", row["id"])
    verb = VERBS.get(row["verb"])
    if verb is None:
        raise BadRule("verb", "rule.bad_verb", row["verb"])
    return verb.read(row, tables)


def _idle(row: Mapping[str, str]) -> list[BadRule]:
    """Cells that other verbs have and this one does not ask: whoever filled them believes that they say something."""
    others = frozenset[str]().union(*(verb.cells for verb in VERBS.values())) - VERBS[row["verb"]].cells
    return [BadRule(column, "rule.idle", row[column]) for column in sorted(others) if row.get(column)]


def as_text(row: Mapping[str, Any]) -> dict[str, str]:
    """The cells of a row as a person would have typed them."""
    return {key: _text(value) for key, value in row.items()}


def _text(value: Any) -> str:
    if blank(value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip()
