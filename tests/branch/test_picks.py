"""What a person picks for a rule says all that its cell says: every rule of the scheme, read into picks, writes itself again."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from branch import picks
from rules import rulebook
from sheets.schema import Table
from sheets.tables import TABLES
from texts import LANGS, Lang

SHIPPED = {row["id"]: row for row in rulebook.shipped() if row["verb"] in picks.verbs()}

# Says more than a number with its unit, or tells at another moment than so long after the due date: kept as it is written.
RAW = {("R12", "ladder"), ("R13", "ladder"), ("R14", "ladder"), ("R20", "ladder"), ("R31", "lead")}
RAW |= {("R02", "ladder"), ("R04", "ladder"), ("R40o", "ladder"), ("R40e", "ladder"), ("R41", "ladder"), ("R26d", "lead"), ("R31m", "lead")}
RAW |= {(rule, "lead") for rule in ("R25s", "R25r", "R25a", "R29s", "R29r", "R29a")}


def again(kind: str, text: str, row: Mapping[str, str], tables: Mapping[str, Table]) -> str | None:
    """A cell as it is picked, written back: None where picks cannot say it. One of a list, or several, is its own spelling."""
    of = row["event"] if kind.endswith("_of_event") else row["subject"]
    match kind.removesuffix("_of_event"):
        case "length":
            length = picks.length(text)
            return text and (None if length is None else str(length))
        case "comparisons":
            wanted = picks.wanted(text, of, tables)
            assert wanted is not None, text
            return picks.compared(wanted)
        case "rungs":
            rungs = picks.rungs(text)
            return None if rungs is None else picks.laddered(rungs)
    return text


@pytest.mark.parametrize("row", SHIPPED.values(), ids=SHIPPED)
def test_a_rule_read_into_picks_and_written_back_is_the_same_row(row: dict[str, str]) -> None:
    picked = {cell: again(kind, row[cell], row, TABLES) for cell, kind in picks.asks(row["verb"]).items()}
    assert {(row["id"], cell) for cell, text in picked.items() if text is None} == {one for one in RAW if one[0] == row["id"]}
    back = row | {cell: text for cell, text in picked.items() if text is not None}
    assert back == row
    assert rulebook.read_row(back, TABLES) == rulebook.read_row(row, TABLES)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("row", SHIPPED.values(), ids=SHIPPED)
def test_the_words_of_a_rule_name_its_columns_by_their_labels_and_come_back_as_keys(row: dict[str, str], lang: Lang) -> None:
    table = TABLES[row["subject"]]
    for cell in ("text_zh", "text_en"):
        assert picks.keyed(picks.labelled(row[cell], table, lang), table, lang) == row[cell]


def test_every_cell_that_a_verb_asks_for_is_a_column_of_the_rules() -> None:
    for verb in picks.verbs():
        assert set(picks.asks(verb)) <= {column.key for column in TABLES["rules"].columns}


def test_what_says_more_than_picks_can_is_left_as_it_is_written() -> None:
    assert picks.length("normal=60d; low=90d") is None
    assert picks.rungs("D+11d team_leader") is None
    assert picks.wanted("nowhere=1", "loans", TABLES) is None
