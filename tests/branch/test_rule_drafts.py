"""Several rules drafted at once: picks in words, what they change together, one save."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from branch import drafting, rule_cells, rule_drafts, whatif
from branch.branch import Branch
from branch.look import Look
from branch.people import SYSTEM
from branch.rule_drafts import Several
from rules import rulebook
from sheets.schema import Edit
from sheets.store.faults import Conflict
from tests.jobs import world

NOW = world.at("2026-11-04 09:00")
NONE = Several({}, {})


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Branch:
    made: Branch = world.make(Path(tmp_path_factory.mktemp("drafts") / "home"), rules=("R30", "R30e", "R32", "R05"))
    world.write(made, [
        world.customer("K1", "云澜启岚机械(示例)", assigned_on=date(2025, 1, 1)), world.customer("K2", "云澜禾川(示例)", "M2"),
        world.line("N1", "K1", "2026-12-10"), world.line("N2", "K2", "2026-12-31"),
    ])  # fmt: skip
    return made


@pytest.fixture(scope="module")
def look(here: Branch) -> Look:
    return here.look(NOW)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_cell_a_grid_may_pick_has_words_that_lead_back_to_it(look: Look, lang: str) -> None:
    """Picking the words that stand in a cell changes nothing, for every shipped rule."""
    rules = list(rule_drafts.standing(look).values())
    for cell in rule_cells.PICKS:
        known = rule_cells.options(look, rules, cell, lang)
        for cells in rules:
            if not rule_cells.picked(cells, cell):
                continue
            said = rule_cells.label(look, cells, cell, lang)
            assert said or not cells[cell], (cells["id"], cell)
            if said:
                assert rule_cells.with_pick(look, cells, cell, known[said], lang) == cells, (cells["id"], cell, said)


def test_the_usual_picks_are_readable_cells(look: Look) -> None:
    for cell, one in rule_cells.PICKS.items():
        options = rule_cells.options(look, [], cell, "zh")
        assert len(options) >= len(one.usual) - 1, cell
        assert "" not in options, cell


def test_the_first_rung_is_picked_and_those_after_it_stay(look: Look) -> None:
    there = rule_drafts.standing(look)["R06"]
    assert there["ladder"] == "+1wd team_leader; +5wd leader"
    assert rule_cells.with_pick(look, there, "ladder", "+2wd leader", "zh")["ladder"] == "+2wd leader; +5wd leader"
    assert rule_cells.with_pick(look, there, "ladder", "", "zh")["ladder"] == ""


def test_bands_and_days_are_left_to_the_builder(look: Look) -> None:
    there = rule_drafts.standing(look)
    banded = next(cells for cells in there.values() if cells["bands"])
    assert not rule_cells.picked(banded, "roles")
    assert not rule_cells.picked(there["R11"], "due")
    assert not rule_cells.picked(there["R11"], "lead")


def test_a_pick_that_would_be_an_issue_is_not_drafted(look: Look) -> None:
    several, found = rule_drafts.pick(look, NONE, "R11", "count", "3", "zh")
    assert (several.typed, [one.column for one in found]) == ({}, ["count"])
    banned, found = rule_drafts.pick(look, NONE, "R30", "tiers", "gold", "zh")
    assert (banned.typed, [one.code for one in found]) == ({}, ["rule.bad_tier"])


def test_a_draft_that_says_what_stands_is_none(look: Look) -> None:
    several, _ = rule_drafts.pick(look, NONE, "R30", "lead", "2m", "zh")
    assert several == Several({"R30": {"lead": "2m"}}, {"R30": {"lead": "1m"}})
    assert rule_drafts.pick(look, several, "R30", "lead", "1m", "zh")[0] == NONE


def test_several_rules_are_compared_together_and_a_rule_switched_off_tells_nothing(look: Look) -> None:
    several = rule_drafts.draft(look, NONE, "R30", {"lead": "2m"})
    several = rule_drafts.draft(look, several, "R30e", {"enabled": "no"})
    drafted = rule_drafts.rules(look, several)
    assert [rule is None for rule in drafted.values()] == [False, True]
    found = whatif.of_rules(look, SYSTEM, drafted)
    alone = {number: whatif.of_rule(look, SYSTEM, number, rule) for number, rule in drafted.items()}
    for kind in whatif.KINDS:
        assert found.count(kind) == sum(one.count(kind) for one in alone.values())
    assert found.by("rule").loc["R30", "moves"] == 2
    assert found.by("rule").loc["R30e", "vanishes"] == 2


def test_another_day_within_the_same_period_is_a_move(look: Look) -> None:
    several = rule_drafts.draft(look, NONE, "R05", {"due": "end+10wd"})
    found = whatif.of_rules(look, SYSTEM, rule_drafts.rules(look, several))
    assert set(found.rows["kind"]) == {"moves"}
    assert found.count("moves") == found.before > 0


def test_another_role_takes_a_due_from_one_and_gives_it_to_the_other(look: Look) -> None:
    several = rule_drafts.draft(look, NONE, "R30", {"roles": "team_leader"})
    found = whatif.of_rules(look, SYSTEM, rule_drafts.rules(look, several))
    assert (found.count("vanishes"), found.count("appears"), found.count("moves")) == (2, 2, 0)
    assert found.by("person").loc["M2"].to_dict() == {"appears": 0, "vanishes": 1, "moves": 0}


def test_all_rows_are_written_or_none(here: Branch) -> None:
    look = here.look(NOW)
    several = rule_drafts.draft(look, rule_drafts.draft(look, NONE, "R30", {"lead": "2m"}), "R32", {"lead": "2m"})
    row = here.store.row("rules", "R32")
    assert row is not None
    world.write(here, [Edit("rules", "R32", {"lead": row["lead"]}, {"lead": "3m"})])
    after = here.look(NOW)
    assert rule_drafts.clashing(after, several) == {"R32": ["lead"]}
    with pytest.raises(Conflict):
        here.write(rule_drafts.edits(after, several), SYSTEM, "portal", NOW)
    assert [rule_drafts.standing(here.look(NOW))[number]["lead"] for number in ("R30", "R32")] == ["1m", "3m"]
    settled = rule_drafts.settle(after, several, "R32", mine=False)
    assert settled.typed == {"R30": {"lead": "2m"}}
    here.write(rule_drafts.edits(after, rule_drafts.settle(after, several, "R32", mine=True)), SYSTEM, "portal", NOW)
    assert [rule_drafts.standing(here.look(NOW))[number]["lead"] for number in ("R30", "R32")] == ["2m", "2m"]


def test_a_colleagues_drafts_come_beside_ones_own(here: Branch, look: Look) -> None:
    mine = rule_drafts.draft(look, NONE, "R32", {"roles": "team_leader"})
    other = rule_drafts.draft(look, rule_drafts.draft(look, NONE, "R32", {"roles": "leader", "lead": "15d"}), "R05", {"due": "end+3wd"})
    both = rule_drafts.taken(mine, other)
    assert both.typed == {"R32": {"lead": "15d", "roles": "team_leader"}, "R05": {"due": "end+3wd"}}
    rule_drafts.keep(here, "M1", both, NOW)
    assert rule_drafts.load(here, look, "M1").typed == both.typed


def test_the_shipped_row_can_be_drafted(look: Look) -> None:
    there = rule_drafts.standing(look)["R30"]
    assert drafting.shipped(look, there) == {}
    assert drafting.shipped(look, {**there, "lead": "2m"}) == {"lead": "1m"}
    assert {one["id"] for one in rulebook.shipped()} >= set(rule_drafts.standing(look))
