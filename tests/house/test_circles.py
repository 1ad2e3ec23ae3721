"""No file needs a file that needs it, anywhere in the house; and only the verbs know which verb a rule is."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.house.test_house import ROOT, SOURCES

FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in [*SOURCES, ROOT / "terminal.py"]
}


def imported(source: str, known: Mapping[str, object]) -> set[str]:
    """The files that one imports: at its head, inside a function, or for the type checker only."""
    return {name for node in ast.walk(ast.parse(source)) for name in _names(node, known)} & set(known)


def _names(node: ast.AST, known: Mapping[str, object]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            inside = f"{node.module}.{alias.name}"
            yield inside if inside in known else node.module


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """One circle, from a file back to itself; none: an empty list."""
    try:
        TopologicalSorter({name: needs - {name} for name, needs in graph.items()}).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def test_no_file_needs_a_file_that_needs_it() -> None:
    graph = {name: imported(path.read_text("utf-8"), FILES) for name, path in FILES.items()}
    assert len(graph["branch.look"]) > 5, "imports are found"
    assert not (found := circle(graph)), " → ".join(found)


@pytest.mark.parametrize(
    "way",
    [
        "from a import b", "import a.b", "from a.b import c", "def f():\n    from a.b import c",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import b",
    ],
)  # fmt: skip
def test_a_circle_is_found_however_it_is_closed(way: str) -> None:
    files = {"a": "", "a.b": "from a.c import x", "a.c": way}
    found = circle({name: imported(source, files) for name, source in files.items()})
    assert set(found) == {"a.b", "a.c"}
    assert found[0] == found[-1]


def asks_for_a_verb(source: str) -> list[int]:
    """Lines that compare a verb with anything, or match it."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        asked = [node.left, *node.comparators] if isinstance(node, ast.Compare) else [node.subject] if isinstance(node, ast.Match) else []
        if any(_is_verb(one) for one in asked):
            lines.append(asked[0].lineno)
    return lines


def _is_verb(node: ast.AST) -> bool:
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant) and node.slice.value == "verb"
    return isinstance(node, ast.Attribute) and node.attr == "verb"


def test_only_the_verbs_know_which_verb_a_rule_is() -> None:
    """Adding a verb is adding a file to rules/verbs."""
    at_home = ("rules.verbs", "rules.rulebook")
    found = {name: asks_for_a_verb(path.read_text("utf-8")) for name, path in FILES.items() if not name.startswith(at_home)}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source", ["rule.verb == 'cadence'", "'cadence' != one.verb", "rule.verb in {'cadence'}", "row['verb'] == 'x'", "match rule.verb:\n    case _: ..."]
)  # fmt: skip
def test_asking_for_a_verb_is_found_however_it_is_asked(source: str) -> None:
    assert asks_for_a_verb(source) == [1]
