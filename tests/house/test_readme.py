"""The manuals name every command of the terminal, and no option that a command does not have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from cli import app

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`([a-z]+)((?: [^`|]*)?)`")
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
OPTIONS = {name: {word for one in command.params for word in one.opts if word.startswith("--")} for name, command in COMMANDS.items()}


def told(manual: str) -> list[tuple[str, set[str]]]:
    """The commands of the table, each with the options that are shown with it."""
    table = [line.split("|")[1] for line in (ROOT / manual).read_text("utf-8").splitlines() if line.startswith("| `")]
    return [(name, set(re.findall(r"--[a-z-]+", rest))) for cell in table for name, rest in NAMED.findall(cell) if name in OPTIONS]


@pytest.mark.parametrize("manual", ["README.md", "README.zh.md"])
def test_every_command_is_in_the_manual_with_options_it_has(manual: str) -> None:
    found = told(manual)
    assert {name for name, _ in found} == set(OPTIONS)
    for name, options in found:
        assert options <= OPTIONS[name], name


@pytest.mark.parametrize("manual", ["README.md", "README.zh.md"])
def test_the_manual_shows_every_option_of_bench(manual: str) -> None:
    shown = next(options for name, options in told(manual) if name == "bench")
    assert shown == OPTIONS["bench"] - {"--json", "--help"}
