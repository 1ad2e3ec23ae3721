"""The map of the scheme is made from the data, names only what is there, and leaves no time limit of the scheme unanswered."""

from __future__ import annotations

from pathlib import Path

import pytest

from branch import scheme_doc
from branch.checks.ledgers import CHECKS
from pages.parts.screens import SCREENS
from rules import rulebook
from rules.clauses import Clause, clauses, numbers
from rules.figure import find
from sheets.tables import TABLES

ROOT = Path(__file__).parents[2]
CLAUSES = clauses()


@pytest.mark.parametrize("name", scheme_doc.PAGES)
def test_a_page_of_docs_is_as_the_data_make_it(name: str) -> None:
    """Otherwise: python -m branch.scheme_doc."""
    assert (ROOT / "docs" / name).read_text("utf-8") == scheme_doc.PAGES[name]()


def test_all_the_clauses_of_the_scheme_are_there() -> None:
    assert [one.number for one in CLAUSES] == list(range(1, 105))


@pytest.mark.parametrize("one", [one for one in CLAUSES if one.timed], ids=lambda one: f"S{one.number}")
def test_a_clause_with_a_time_a_cadence_or_a_threshold_is_answered(one: Clause) -> None:
    """By a rule that fires, or by a check at the save."""
    assert {"rule", "check", "figure"} & {kind for kind, _ in one.by} or not {"DD", "CAD", "SLA", "TH"} & set(one.kinds)
    assert one.by


@pytest.mark.parametrize("one", CLAUSES, ids=lambda one: f"S{one.number}")
def test_what_answers_a_clause_exists(one: Clause) -> None:
    rules, checks = {row["id"] for row in rulebook.shipped()}, {check.code for check in CHECKS}
    for kind, name in one.by:
        table, _, key = name.partition(".")
        there = {
            "rule": name in rules,
            "check": name in checks,
            "page": name in SCREENS,
            "ledger": name in TABLES,
            "column": table in TABLES and TABLES[table].column(key) is not None,
            "figure": find(table, key) is not None,
            "letter": TABLES["letters"]["kind"].choice(name) is not None,
        }
        assert there[kind], (kind, name)


def test_every_rule_cites_a_clause_or_says_whence_it_comes() -> None:
    for row in rulebook.shipped():
        assert numbers(row["clause"]) or row["clause"] == "§0.4", row["id"]


@pytest.mark.parametrize(("cell", "wanted"), [("S4,S6", [4, 6]), ("S75–S77", [75, 76, 77]), ("S46–S51", list(range(46, 52))), ("§0.4", [])])
def test_a_clause_cell_names_its_numbers(cell: str, wanted: list[int]) -> None:
    assert numbers(cell) == wanted
