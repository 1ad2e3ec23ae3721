"""A sentence never has a hole: whatever cell is blank, the part falls away or says that nothing is filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import product

import pandas as pd
import pytest

from rules import placeholders, rulebook
from rules.due import evaluate
from rules.ledgers import Ledgers
from rules.rule import SPOKEN, Rule
from rules.saying import DueText, Speaker, Voice, rows
from sheets.book import Book
from sheets.tables import TABLES
from tests.rules.stories import STORIES
from tests.rules.tables import CALENDAR, at, branch, filled, scheme
from texts import Lang

DAY = date(2026, 11, 26)
LANGS: tuple[Lang, ...] = ("zh", "en")
VOICES: tuple[Voice, ...] = ("screen", "mail", "letter")
# Marks that have lost their neighbour: two blanks or commas together, empty or unclosed brackets, a comma at an end …
HOLE = re.compile(
    r"  |\s[,，。；、）」]|[，、；][，、；。）]|, *[,.;)]|（\s*）|\(\s*\)|「\s*」|“\s*”|\[|\]|\{|\}|（[，、]|\( *,|^[，、,；\s]|[，、,；\s]$"
    r"|(nan|NaT|None|null)(?![a-z])|<NA>|责任人 责任人|负责人 负责人|owner owner"
)


@pytest.mark.parametrize(
    "text",
    [
        "评级 到期，，应", "授信  到期", "授信（）到期", "评级{grade}到期", "评级[ ]到期", "商机「」应于", "，应于", "应于2026-01-01前完成：,",
        "Rating expires , authority", "nan到期", "（，剩3天）", "R10 NaT", "—— 责任人 责任人",
    ],
)  # fmt: skip
def test_a_hole_is_seen(text: str) -> None:
    assert HOLE.search(text)


def whole(text: str) -> str:
    """The holes of a sentence, where it has any."""
    found = HOLE.search(text)
    return "" if found is None else f"{found[0]!r} in {text!r}"


def bare(text: DueText, lang: Lang) -> str:
    """The sentence without the brackets in which it names the task."""
    return re.sub(r"^[\[【]([^\]】]+)[\]】] ?", r"\1: ", text.sentence(lang))


def blanked(book: Book, table: str, column: str) -> Book:
    """The same book with nothing in one column."""
    frames = dict(book.frames)
    frame = frames[table].copy()
    frame[column] = "" if isinstance(frame[column].dtype, pd.StringDtype) else pd.Series([None] * len(frame), dtype=frame[column].dtype)
    frames[table] = frame
    return Book(frames, [], 0, book.tables)


@cache
def plain() -> Book:
    """Every ledger filled, and every word one that has no bracket in it."""
    book = filled(DAY)
    for key, table in book.tables.items():
        for column in table.columns:
            if column.kind in {"text", "long"} and column.key != "id":
                book.frames[key][column.key] = book.frames[key][column.key].str.replace(r"[{}\[\]]", "", regex=True)
    return book


@cache
def spoken(rule: str) -> tuple[Book, str]:
    """A book, and a moment, of which a rule has something to say: the filled one, or that of its story."""
    moment = f"{DAY}T10:00:00"
    if len(evaluate(Ledgers(plain(), at(moment)), scheme(rule), CALENDAR).dues):
        return plain(), moment
    [story] = [story for story in STORIES if story.rule == rule]
    return branch(**story.ledgers), story.day


def said(book: Book, rules: list[Rule], moment: str = f"{DAY}T10:00:00") -> Iterator[tuple[DueText, Lang]]:
    """Every due of the rules in both languages and all voices."""
    ledgers = Ledgers(book, at(moment))
    found = rows(evaluate(ledgers, rules, CALENDAR).dues)
    for lang, voice in product(LANGS, VOICES):
        speaker = Speaker(ledgers, rules, lang, voice)
        yield from ((speaker.say(row), lang) for row in found)


def blanks(rule: Rule) -> set[str]:
    """Columns that a rule's words name, and those that may be blank in its rows beside them. A figure is no column: nobody
    fills it in, and a rule that compares one says nothing where it is not known."""
    named = set(re.findall(r"\{(\w+)(?:\|[^{}]*)?\}", "".join(rule.row[cell] for cell in SPOKEN))) - set(placeholders.OWN)
    return (named | {"credit_officer", "owner", "authority", "title", "name"}) & {column.key for column in TABLES[rule.subject].columns}


CASES = [(rule.id, column) for rule in scheme() for column in ("", *sorted(blanks(rule)))]


@pytest.mark.parametrize(("rule", "column"), CASES, ids=["-".join(case) for case in CASES])
def test_no_sentence_of_a_shipped_rule_has_a_hole(rule: str, column: str) -> None:
    [one] = scheme(rule)
    book, moment = spoken(rule)
    book = blanked(book, one.subject, column) if column else book
    texts = list(said(book, [one], moment))
    assert texts or column
    assert [hole for text, lang in texts if (hole := whole(bare(text, lang)) or whole(text.text))] == []


@pytest.mark.parametrize("column", ["name", "short_name", "owner", "team", "tier", "assigned_on"])
def test_a_blank_in_the_customers_file_makes_no_hole_either(column: str) -> None:
    texts = list(said(blanked(plain(), "customers", column), scheme()))
    assert texts
    assert [hole for text, lang in texts if (hole := whole(bare(text, lang)))] == []


def test_every_rule_of_the_scheme_speaks_on_the_day_of_its_story() -> None:
    """In both languages and every voice, and of the record that it is about."""
    for story in STORIES:
        [rule] = scheme(story.rule)
        texts = [text.sentence(lang) for text, lang in said(branch(**story.ledgers), [rule], story.day)]
        assert len(set(texts)) >= len(LANGS), rule.id
        assert [hole for text in texts if (hole := whole(re.sub(r"[\[\]【】]", "", text)))] == [], rule.id


VISITS = "id | customer | kind | mode | visited_on | participants\n"


def quarterly(*days: str) -> DueText:
    visits = VISITS + "\n".join(f"V{n} | KH1 | routine | onsite | {day} | 3001" for n, day in enumerate(days))
    ledgers = Ledgers(branch(visits=visits), at("2026-11-26"))
    found = evaluate(ledgers, rules := scheme("R15"), CALENDAR).dues
    return Speaker(ledgers, rules, "zh", "mail").say(rows(found[found["occurrence"] == "2026Q4"])[0])


def test_a_leaders_quarter_says_how_many_visits_are_still_to_be_made() -> None:
    """One of two is made in the quarter: one is left."""
    assert "还需上门1次（已完成1/2）" in quarterly("2026-10-14").text
    assert "还需上门2次（已完成0/2）" in quarterly().text


def test_a_measure_is_called_by_what_is_to_be_done() -> None:
    measures = "id | customer | measure | owner | due_on | status\nGJ-7 | KH1 | 补齐抵押物权证 | 1001 | 2026-11-26 | open"
    ledgers, rules = Ledgers(branch(measures=measures), at("2026-11-26")), scheme("R10")
    found = evaluate(ledgers, rules, CALENDAR).dues
    for lang in LANGS:
        text = Speaker(ledgers, rules, lang, "mail").say(rows(found)[0]).sentence(lang)
        assert "补齐抵押物权证" in text
        assert "GJ-7" not in text


@pytest.mark.parametrize("roles", ["owner", "owner,team_leader", "team_leader,owner", "owner,owner", "customer_manager,owner"])
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("owed_by", ["", "1001"])
def test_whoever_owes_it_is_named_once(roles: str, lang: Lang, owed_by: str) -> None:
    """A record's own owner is a person, not a role called 责任人."""
    measures = "id | customer | measure | owner | due_on | status\nGJ-7 | KH1 | 补齐权证 | 1001 | 2026-11-26 | open"
    row = next(row for row in rulebook.shipped() if row["id"] == "R10") | {"roles": roles}
    rules, issues = rulebook.read(pd.DataFrame([row]), TABLES)
    assert issues == []
    ledgers = Ledgers(branch(measures=measures), at("2026-11-26"))
    due = rows(evaluate(ledgers, rules, CALENDAR).dues)[0] | {"owed_by": owed_by}
    text = Speaker(ledgers, rules, lang, "mail").say(due).sentence(lang)
    for word in ("责任人", "王云", "wner"):
        assert text.count(word) <= 1, text
    assert "王云" in text


def test_an_amount_that_may_not_leave_the_house_falls_away_with_its_words() -> None:
    ledgers, rules = Ledgers(plain(), at(f"{DAY}T10:00:00")), scheme("R30")
    found = rows(evaluate(ledgers, rules, CALENDAR).dues)
    starts = {(lang, voice): Speaker(ledgers, rules, lang, voice).say(found[0]).text[:16] for lang in LANGS for voice in ("mail", "screen")}
    assert starts["zh", "mail"].startswith("授信 20")
    assert starts["en", "mail"].startswith("Credit line exp")
    assert "元" in starts["zh", "screen"]
    assert starts["en", "screen"].startswith("Credit line of")
