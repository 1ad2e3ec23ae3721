"""CONTRIBUTING says what a newcomer touches: the places are there, and one file or one line is really enough."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pages.parts.screens import SCREENS
from rules import due, rulebook, sentence, verbs
from rules.ledgers import Ledgers
from sheets import book
from sheets.schema import Column, Table
from sheets.tables import TABLES
from tests.rules.tables import CALENDAR, at, branch, explain, rows
from texts import LANGS, words

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")

WEEKDAY = '''"""Due on the day itself, on working days only: a verb that exists for this test."""

from dataclasses import replace

from rules.verbs import deadline

VERB = replace(deadline.VERB, key="weekday")
'''


def test_every_place_that_is_named_is_there() -> None:
    named = set(re.findall(r"`((?:[a-z_]+/)+[a-z_.]*|[a-z_]+\.(?:py|md|toml|csv|txt))`", TEXT))
    assert len(named) > 20
    assert sorted(place for place in named if not (ROOT / place).exists()) == []


def test_a_verb_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in rules/verbs/ and nothing else: its rules are read, asked, said and explained."""
    (tmp_path / "weekday.py").write_text(WEEKDAY, "utf-8")
    monkeypatch.setattr(verbs, "__path__", [*verbs.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "rules.verbs.weekday", raising=False)
    for key, verb in verbs.found([str(tmp_path)]).items():
        monkeypatch.setitem(verbs.VERBS, key, verb)
    shipped = next(row for row in rulebook.shipped() if row["id"] == "R32")
    rules, issues = rulebook.read(pd.DataFrame([shipped | {"verb": "weekday"}]), TABLES)
    assert issues == []
    loans = "id|customer|product|amount|balance|drawn_on|matures_on\nJ1|KH1|working_capital|800|800|2025-11-04|2026-11-03"
    here = branch(loans=loans)
    assert list(due.dues(here, rules, CALENDAR, at("2026-09-30"))["key"]) == ["R32|J1|2026-09-30"]
    assert sentence.sentence(rules[0], "zh", TABLES)
    assert explain(here, rules, "R32", "J1", "2026-09-30")["arithmetic"]


def test_a_table_is_one_record() -> None:
    """A ledger that only sheets/tables/ would know: rules may name it, its owner is told, its rows have their sentence."""
    keys = Table("keys", "钥匙", "Keys", "work", (
        Column("id", "编号", "No."), Column("name", "名称", "Name"), Column("holder", "保管人", "Holder", "staff"),
        Column("back_on", "归还日", "Back on", "date"), Column("returned_on", "已还", "Returned", "date", fact=True),
    ), title="name", owners=("holder",), number="YS{:04d}")  # fmt: skip
    tables = TABLES | {"keys": keys}
    row = dict.fromkeys(rulebook.shipped()[0], "") | {
        "id": "K1", "name_zh": "归还钥匙", "enabled": "yes", "verb": "deadline", "subject": "keys", "date": "back_on", "done": "returned_on",
        "roles": "owner", "roll": "none", "text_zh": "应于{due}前归还", "clause": "—",
    }  # fmt: skip
    rules, issues = rulebook.read(pd.DataFrame([row]), tables)
    assert issues == []
    staff = rows("staff", "id|name|role|status\n1001|王云|customer_manager|active")
    key = {"id": "YS0001", "name": "金库", "holder": "1001", "back_on": at("2026-11-25").date()}
    here = book.of(tables, {"staff": staff, "keys": [key]})
    ledgers = Ledgers(here, at("2026-11-23"))
    found = due.evaluate(ledgers, rules, CALENDAR).dues
    assert list(found[["key", "owner"]].iloc[0]) == ["K1|YS0001|2026-11-25", "1001"]


def test_a_page_is_one_file_and_one_line() -> None:
    for screen in SCREENS.values():
        text = (ROOT / "pages" / screen.file).read_text("utf-8")
        assert f'require("{screen.key}")' in text, screen.key
    files = {path.name for path in (ROOT / "pages").glob("*.py")} - {"main.py", "__init__.py"}
    assert files == {screen.file for screen in SCREENS.values()}


def test_every_language_has_the_same_sentences() -> None:
    assert {path.stem for path in (ROOT / "texts").glob("*.toml")} == set(LANGS)
    assert all(set(words(lang)) == set(words("zh")) for lang in LANGS)


SPEAKS = """
from pages.parts.side import OWN_NAMES
from sheets.tables import TABLES
from texts import LANGS
from web.language import preferred

assert LANGS == ("zh", "en", "fr"), LANGS
assert OWN_NAMES["fr"] == "Français"
assert preferred("fr-FR,en;q=0.5") == "fr"
assert TABLES["staff"]["lang"].choice("fr").label("zh") == "Français"
assert TABLES["customers"].label("fr") == TABLES["customers"].label("en")
print("bonjour")
"""


def test_a_language_is_one_file(tmp_path: Path) -> None:
    """A file in texts/ and nothing else: people can choose it, on the screen and for their mails."""
    house = tmp_path / "house"
    copy = shutil.ignore_patterns(".*", "var", "tests", "benchmarks", "__pycache__")
    shutil.copytree(ROOT, house, ignore=copy)
    english = (house / "texts" / "en.toml").read_text("utf-8")
    french = english.replace('name = "English"\ntag = "en"', 'name = "Français"\ntag = "fr"', 1)
    (house / "texts" / "fr.toml").write_text(french, "utf-8")
    answer = subprocess.run([sys.executable, "-c", SPEAKS], cwd=house, capture_output=True, text=True, check=False)
    assert answer.stdout == "bonjour\n", answer.stderr
    made = [sys.executable, "cli.py", "init", "--lang", "fr", "--home", str(tmp_path / "home")]
    answer = subprocess.run(made, cwd=house, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert 'lang = "fr"' in (tmp_path / "home" / "settings.toml").read_text("utf-8")


def test_a_due_of_a_rule_is_unchanged_by_another_rule() -> None:
    """The shipped rows stand beside one another: each can be switched off alone."""
    loans = "id|customer|product|amount|balance|drawn_on|matures_on\nJ1|KH1|working_capital|800|800|2025-11-04|2026-11-03"
    rules, _ = rulebook.read(pd.DataFrame(rulebook.shipped()), TABLES)
    every = due.dues(branch(loans=loans), rules, CALENDAR, at("2026-09-30"))
    for rule in rules:
        alone = due.dues(branch(loans=loans), [replace(rule)], CALENDAR, at("2026-09-30"))
        assert set(alone["key"]) == set(every.loc[every["rule"] == rule.id, "key"])
