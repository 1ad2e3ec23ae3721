"""The board of the opportunities: a column a stage, days there, what the next gate lacks; a move is made or refused by name and on
record; how long each stage takes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from branch import access, opportunities
from branch.branch import Branch
from branch.opportunities_board import END, MOST, Board, Card, Wish, board, rows, target
from branch.opportunities_move import GateShut, MovedMeanwhile, move
from branch.opportunities_pass import let_through
from branch.opportunities_time import Times, times
from sheets.schema import Edit
from tests.branch.rooms import NOW, TODAY, on_record, who
from tests.branch.saves import row, saved
from tests.branch.test_opportunities import DEAL, VISIT
from texts import LANGS

EVERYBODY = ["CM1", "TL1", "BL1", "CR1", "VW1"]


@pytest.fixture
def deal(branch: Branch) -> Branch:
    return made(branch, "N", since=12)


def made(branch: Branch, key: str, since: int = 0, **more: Any) -> Branch:
    """An opportunity of CM1's customer C1 that has stood at its stage for so many days."""
    born = NOW - timedelta(days=since)
    whole = DEAL | {"created_at": born, "created_by": "CM1", "submitted_at": born, "stage_on": born.date()} | more
    branch.store.write([Edit("opportunities", key, None, whole)], "system", "import", NOW)
    return branch


def seen(branch: Branch, staff: str, now: datetime = NOW, **wish: str) -> Board:
    return board(branch.look(now), who(branch, staff), Wish(**wish))


def card(found: Board, key: str) -> Card:
    return next(one for stage in found.stages for one in stage.cards if one.id == key)


def taken(branch: Branch, staff: str, now: datetime = NOW) -> Times:
    return times(branch.look(now), branch.store, who(branch, staff), Wish())


def test_a_column_for_each_stage_of_the_path_and_the_ended_ones_counted(deal: Branch) -> None:
    made(deal, "LOST", stage="lost", lost_reason="price")
    found = seen(deal, "BL1")
    assert tuple(one.code for one in found.stages) == opportunities.PATH
    assert "LOST" not in {one.id for stage in found.stages for one in stage.cards}
    assert dict(found.ended)["lost"] >= 1


def test_a_card_says_how_long_it_has_stood_and_what_its_next_gate_lacks(deal: Branch) -> None:
    one = card(seen(deal, "CM1"), "N")
    assert (one.stage, one.days, one.late, one.step) == ("created", 12, False, "need")
    assert one.lacks == ("visit", "needs")
    saved(deal, "CM1", Edit("visits", "V", None, VISIT))
    assert card(seen(deal, "CM1"), "N").lacks == ("needs",)


def test_a_card_is_marked_on_the_day_after_its_target_and_not_on_the_day_itself(branch: Branch) -> None:
    """S46–S51: thirty days are allowed."""
    made(branch, "AT", since=target())
    made(branch, "PAST", since=target() + 1)
    found = seen(branch, "CM1")
    assert (card(found, "AT").late, card(found, "PAST").late) == (False, True)
    assert found.late == 1
    assert found.longest == target() + 1


def test_nobody_counts_the_days_of_what_is_signed_or_landed(branch: Branch) -> None:
    made(branch, "S", since=90, stage="signed", signed_on=TODAY)
    assert card(seen(branch, "CM1"), "S").days is None


def test_a_column_shows_the_longest_standing_cards_and_counts_the_others(branch: Branch) -> None:
    for n in range(MOST + 3):
        made(branch, f"D{n:02}", since=n, stage="need")
    column = next(one for one in seen(branch, "CM1").stages if one.code == "need")
    assert len(column.cards) == MOST
    assert column.cards[0].id == f"D{MOST + 2}"
    assert column.count >= MOST + 3


def test_each_sees_the_cards_of_their_scope(deal: Branch) -> None:
    made(deal, "OTHER", customer="C5", created_by="CM3")
    everywhere = {staff: set(rows(deal.look(NOW), who(deal, staff), Wish())["id"]) for staff in EVERYBODY}
    assert {staff for staff, ids in everywhere.items() if "OTHER" in ids} == {"VW1"}
    assert {staff for staff, ids in everywhere.items() if "N" in ids} == set(EVERYBODY)


def test_team_manager_and_channel_narrow_it(deal: Branch) -> None:
    made(deal, "OTHER", customer="C5", created_by="CM3", channel="partner")
    for wish in ({"team": "T2"}, {"manager": "CM3"}, {"channel": "partner"}):
        ids = set(rows(deal.look(NOW), who(deal, "VW1"), Wish(**wish))["id"])
        assert "OTHER" in ids, wish
        assert "N" not in ids, wish


def test_who_may_put_a_card_where(deal: Branch) -> None:
    """A manager anywhere; the team leader on the next stage where something is lacking; nobody else."""
    onto = {staff: card(seen(deal, staff), "N").onto for staff in EVERYBODY}
    assert set(onto["CM1"]) == {*opportunities.PATH, END} - {"created"}
    assert onto["TL1"] == ("need",)
    assert (onto["BL1"], onto["CR1"], onto["VW1"]) == ((), (), ())


def test_a_move_through_an_open_gate_is_made(deal: Branch) -> None:
    saved(deal, "CM1", Edit("visits", "V", None, VISIT), Edit("opportunities", "N", {"needs": None}, {"needs": "扩产"}))
    move(deal, who(deal, "CM1"), "N", "created", "need", NOW)
    assert (row(deal, "opportunities", "N")["stage"], row(deal, "opportunities", "N")["stage_on"]) == ("need", TODAY)
    assert not on_record(deal, "denied")


def test_a_move_through_a_shut_gate_warns_with_what_is_lacking_is_not_made_and_goes_on_record(deal: Branch) -> None:
    """§4.7."""
    with pytest.raises(GateShut) as refused:
        move(deal, who(deal, "CM1"), "N", "created", "need", NOW)
    assert refused.value.lacks == ("visit", "needs")
    for lang in LANGS:
        assert "{" not in refused.value.say(lang)
    assert "上门业务访问" in refused.value.say("zh")
    assert row(deal, "opportunities", "N")["stage"] == "created"
    assert on_record(deal, "denied") == [("CM1", "move opportunities/N created > need: visit;needs")]


def test_the_way_back_is_free(deal: Branch) -> None:
    move(deal, who(deal, "CM1"), "N", "created", "collected", NOW)
    assert row(deal, "opportunities", "N")["stage"] == "collected"


def test_a_card_that_was_moved_meanwhile_stays_where_it_is(deal: Branch) -> None:
    """The board that was looked at is an old one."""
    move(deal, who(deal, "CM1"), "N", "created", "collected", NOW)
    with pytest.raises(MovedMeanwhile):
        move(deal, who(deal, "CM1"), "N", "created", "collected", NOW)


@pytest.mark.parametrize("staff", ["TL1", "BL1", "CR1", "VW1", "ADM"])
def test_nobody_but_the_manager_moves_it_by_hand_and_who_tries_is_on_record(deal: Branch, staff: str) -> None:
    with pytest.raises(access.Denied):
        move(deal, who(deal, staff), "N", "created", "collected", NOW)
    assert row(deal, "opportunities", "N")["stage"] == "created"
    assert on_record(deal, "denied") == [(staff, "move opportunities/N")]


def test_the_opportunity_of_another_is_not_there_to_be_moved(deal: Branch) -> None:
    with pytest.raises(access.Unknown):
        move(deal, who(deal, "CM2"), "N", "created", "collected", NOW)
    assert ("CM2", "move opportunities/N") in on_record(deal, "denied")


@pytest.mark.parametrize("stage", ["lost", "ended", "", "*", "nowhere"])
def test_a_stage_that_is_none_of_the_path_is_refused(deal: Branch, stage: str) -> None:
    """An end asks for its reason: it is not reached by a move."""
    with pytest.raises(access.Denied):
        move(deal, who(deal, "CM1"), "N", "created", stage, NOW)


def test_a_gate_that_was_let_through_asks_for_nothing_any_more(deal: Branch) -> None:
    let_through(deal, who(deal, "TL1"), "N", "董事长当面谈定", NOW)
    assert card(seen(deal, "CM1"), "N").stage == "need"
    move(deal, who(deal, "CM1"), "N", "need", "created", NOW)
    move(deal, who(deal, "CM1"), "N", "created", "need", NOW)


def test_median_and_longest_are_of_those_that_stand_there(branch: Branch) -> None:
    for key, since in (("A", 4), ("B", 10), ("C", 40)):
        made(branch, key, since, stage="applied")
    stay = next(one for one in taken(branch, "CM1").stays if one.stage == "applied")
    assert (stay.count, stay.median, stay.longest, stay.took, stay.gone) == (3, 10, 40, None, 0)


def test_what_a_stage_took_is_known_of_those_that_went_on_by_the_record(branch: Branch) -> None:
    """Came twelve days ago, went on five days from now: seventeen days; a way back is no progress."""
    made(branch, "N", since=12, needs="扩产")
    later = NOW + timedelta(days=5)
    saved(branch, "CM1", Edit("visits", "V", None, VISIT))
    move(branch, who(branch, "CM1"), "N", "created", "need", later)
    move(branch, who(branch, "CM1"), "N", "need", "created", later + timedelta(days=3))
    stays = {one.stage: one for one in taken(branch, "CM1", later).stays}
    assert (stays["created"].took, stays["created"].gone) == (17, 1)
    assert (stays["need"].took, stays["need"].gone) == (None, 0)
    stays = {one.stage: one for one in taken(branch, "CM3", later).stays}
    assert stays["created"].gone == 0  # another's work is not counted as theirs


def test_from_creation_to_the_business_on_average(branch: Branch) -> None:
    assert (taken(branch, "CM1").landed, taken(branch, "CM1").counted) == (None, 0)
    for key, born, landed in (("A", 30, 10), ("B", 50, 10)):
        made(branch, key, born, stage="landed", stage_on=NOW.date() - timedelta(days=landed), result="借据 J1")
    made(branch, "C", 50, stage="landed", stage_on=date(2020, 1, 1), result="借据 J2")  # before its creation: not known
    found = taken(branch, "CM1")
    assert (found.landed, found.counted) == (30, 2)
