"""The board of branches that are not as they should be: one person, a team without a leader, somebody moved, nothing at all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from branch.as_of import as_of
from branch.board import goals, papers, sums
from branch.board.owed import Filter
from branch.board.view import Board, span
from branch.branch import Branch
from jobs import scan
from rules.standing import STANDINGS
from sheets.schema import Edit
from tests.branch.rooms import NOW, TODAY, who
from tests.branch.test_board import MISSING, MONEY, board, of, write
from tests.jobs import world
from tests.jobs.world import at, customer, line
from tests.jobs.world import write as put


def everything(found: Board) -> int:
    """Every figure of every part; how many dues there are."""
    for figure in STANDINGS.values():
        found.count(figure)
        found.heat(figure)
        found.heat(figure, row="team")
    found.weekly()
    found.monthly()
    papers.papers(found)
    papers.classes(found)
    wanted = of(found, (*MONEY, *MISSING))
    sums.whole(found.rows("customers", wanted), wanted)
    goals.lines(found, "deposit_now")
    return len(found.dues)


def test_a_branch_without_anything(tmp_path: Path) -> None:
    empty = world.make(tmp_path / "empty", now="2026-11-20 07:00")
    look = empty.look(at("2026-11-23 08:30"))
    for staff in ("B1", "L1", "M1"):
        assert everything(Board(look, look, who(empty, staff), Filter(), span("year", look.today))) == 0


def test_one_person_who_is_leader_and_manager_at_once(tmp_path: Path) -> None:
    """B1 keeps a customer themselves and leads; there is nobody else."""
    alone = world.make(tmp_path / "alone", now="2026-11-02 07:00")
    put(alone, [customer("K1", "云澜启岚机械(示例)", "B1"), line("N1", "K1", "2026-12-10")], "2026-11-02 08:00")
    gone = [Edit("staff", key, alone.store.row("staff", key), {"status": "left"}) for key in ("M1", "M2", "L1", "C1")]
    put(alone, gone, "2026-11-02 08:10")
    look = alone.look(at("2026-11-23 08:30"))
    found = Board(look, look, who(alone, "B1"), Filter(), span("year", look.today))
    assert everything(found) > 0
    assert "B1" in found.heat(STANDINGS["overdue"]).people


def test_a_team_without_a_leader_keeps_its_numbers(branch: Branch) -> None:
    before = {key: board(branch).count(figure).counted for key, figure in STANDINGS.items()}
    write(branch, ("teams", "T1", {"team_leader": None}))
    found = board(branch)
    assert everything(found) > 0
    assert found.count(STANDINGS["late"]).counted == before["late"]


def test_who_moved_to_another_team_is_counted_where_they_are_and_then_where_they_were(branch: Branch) -> None:
    scan.run(branch, NOW)
    later = NOW + timedelta(days=1)
    branch.store.write([Edit("staff", "CM2", branch.store.row("staff", "CM2"), {"team": "T2"})], "system", "terminal", later)
    now = branch.look(later + timedelta(hours=1))
    today = Board(now, now, who(branch, "VW1"), Filter(), span("year", now.today))
    mine = today.dues[today.dues["whose"] == "CM2"]
    assert set(mine["team"]) == {"T2"}
    past = as_of(branch, now, TODAY).look
    then = Board(past, now, who(branch, "VW1"), Filter(), span("year", past.today))
    assert set(then.dues.loc[then.dues["whose"] == "CM2", "team"]) == {"T1"}


def test_a_leader_who_keeps_customers_is_a_row_among_the_managers(branch: Branch) -> None:
    write(branch, ("customers", "C1", {"owner": "BL1"}))
    people = sums.by(board(branch).rows("customers", []), [], ["whose"])
    assert set(people["whose"]) >= {"BL1", "CM1", "CM2"}
