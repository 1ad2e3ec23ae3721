"""How the branch stands, team by team: what is overdue, due today and due within seven days."""

from __future__ import annotations

import pandas as pd

from sheets.book import Book

STATES = ("overdue", "due_today", "due_soon")


def by_team(book: Book, dues: pd.DataFrame) -> pd.DataFrame:
    """One row a team that owes something, in the order of the teams, "" last: team and the number of dues in each state.
    A due is the team's of the customer's manager."""
    staff = book.frame("staff")
    team_of = dict(zip(staff["id"].astype("str"), staff["team"].astype(object).where(staff["team"].notna(), ""), strict=True))
    open_ = dues[dues["state"].isin(STATES)]
    teams = open_["owner"].astype("str").map(team_of).fillna("").astype("str")
    found = pd.crosstab(teams.to_numpy(object), open_["state"].astype("str").to_numpy(object)).reindex(columns=list(STATES), fill_value=0)
    order = [team for team in (*book.frame("teams")["id"].astype("str"), "") if team in found.index]
    return found.loc[order].rename_axis("team").reset_index().rename_axis(columns=None)
