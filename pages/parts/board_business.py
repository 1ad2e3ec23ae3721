"""业务: deposits, loans and fees against the year's plans, from the branch down to the customer; share of wallet."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from branch.board import sums, written
from branch.board.goals import REACHES
from branch.board.view import ALL, Board
from branch.board.written import Figure
from pages.parts import board, board_matrix, board_rows, listing
from pages.parts.board_duties import BEHIND
from pages.parts.board_matrix import Across
from pages.parts.desk import Desk
from pages.parts.words import literal

NAME = "board.business"
COLUMNS = ("short_name", "tier", "owner", "team", "status", "name", "basic_account_bank")  # of the customers below it
CARDS = ("deposit_now", "deposit_average", "loan_now", "fee_year", "deposit_share")
FIGURES = (
    "deposit_now",
    "deposit_reach",
    "deposit_average",
    "average_reach",
    "loan_now",
    "loan_reach",
    "fee_year",
    "fee_reach",
    "deposit_share",
    "loan_share",
    "settlement_share",
)
NOTED = ("loan_share", "settlement_share")  # many a branch notes deposits only: what nobody has noted takes no column
APART = "›"  # between a team and a person of it: no number holds it
TEAM = "team:"  # before the number of a team, which is a row like a person


def draw(desk: Desk, found: Board) -> None:
    wanted = sums.figures(found.look, found.actor, "customers", FIGURES)
    rows = found.rows("customers", wanted)
    if rows.empty:
        listing.empty(desk, "board.none")
        return
    every = sums.whole(rows, wanted)
    wanted = [one for one in wanted if one.key not in NOTED or np.isfinite(every[one.key])]
    known = {one.key: one for one in wanted}
    with st.grid(len(CARDS), min_column_width=130):
        for key in CARDS:
            if key in known:
                reach = known.get(REACHES.get(key, ""))
                below = desk.words("board.of_plan", share=written.figure(reach, every[reach.key])) if reach else None
                label, value = literal(known[key].label(desk.lang)), written.figure(known[key], every[key])
                helped = literal(known[key].help(desk.lang))
                st.metric(label, value, below, delta_color="off", delta_arrow="off", border=True, height="stretch", help=helped)
    st.caption(desk.words("board.counted", count=len(rows), known=_known(every, wanted)))
    person, _ = _table(desk, rows, wanted)
    if not person:
        st.caption(desk.words("board.click_person"))
        return
    mine = _of(rows, person)
    with st.container(horizontal=True, vertical_alignment="center"):
        board_matrix.heading(desk, NAME, "board.customers_of", name=_named(desk, person), count=len(mine))
    beside = pd.DataFrame({literal(one.label(desk.lang)): written.of_rows(one, mine) for one in wanted}).set_axis(mine["id"])
    order = mine.assign(size=mine[f"{wanted[0].key}.top"].fillna(0) if wanted else 0).sort_values("size", ascending=False, kind="stable")
    board_rows.draw(desk, found, "customers", list(order["id"]), f"{NAME}.rows", COLUMNS, beside)


def _known(every: pd.Series, wanted: list[Figure]) -> int:
    """Of how many customers the plan wants deposits: the others count on neither side of what is reached."""
    return int(max((every[f"{one.key}.counted"] for one in wanted if one.key in REACHES.values()), default=0))


def _table(desk: Desk, rows: pd.DataFrame, wanted: list[Figure]) -> tuple[str, str]:
    """Team by team, each with its people below it; all of it last."""
    teams, people = (sums.by(rows, wanted, columns) for columns in (["team"], ["team", "whose"]))
    down: dict[str, str] = {}
    lines: list[pd.Series] = []
    for _, team in teams.iterrows():
        down[f"{TEAM}{team['team']}"] = board.team(desk, str(team["team"]))
        lines.append(team)
        for _, person in people[people["team"] == team["team"]].iterrows():
            down[f"{team['team']}{APART}{person['whose'] or BEHIND}"] = "　" + board.who(desk, str(person["whose"]))
            lines.append(person)
    down[ALL] = desk.plainly("board.all")
    lines.append(sums.whole(rows, wanted))
    across = {"rows": Across(desk.plainly("board.customer_count"))}
    for one in wanted:
        across[one.key] = Across(
            one.label(desk.lang), "%.1f%%" if one.kind == "percent" else "%,.2f", "up" if one.key in REACHES.values() else "",
            one.help(desk.lang),
        )  # fmt: skip
    table = pd.DataFrame(lines)
    values = np.column_stack([table["rows"].to_numpy(float), *(written.cells(one, table[one.key]) for one in wanted)])
    return board_matrix.draw(NAME, desk.plainly("board.team_who"), down, across, values, desk.plainly("board.parts.business"))


def _of(rows: pd.DataFrame, row: str) -> pd.DataFrame:
    if row == ALL:
        return rows
    if row.startswith(TEAM):
        return rows[rows["team"] == row.removeprefix(TEAM)]
    team, _, person = row.partition(APART)
    return rows[(rows["team"] == team) & (rows["whose"] == ("" if person == BEHIND else person))]


def _named(desk: Desk, row: str) -> str:
    if row == ALL:
        return desk.plainly("board.all")
    if row.startswith(TEAM):
        return board.team(desk, row.removeprefix(TEAM))
    person = row.partition(APART)[2]
    return board.who(desk, "" if person == BEHIND else person)
