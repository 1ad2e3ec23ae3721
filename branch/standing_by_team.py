"""How the branch stands, team by team: what is overdue, due today and due within seven days."""

from __future__ import annotations

import pandas as pd

from sheets.book import Book

STATES = ("overdue", "due_today", "due_soon")


def by_team(book: Book, dues: pd.DataFrame) -> pd.DataFrame:
    """One row a team that owes something, in the order of the teams, "" last: team and the number of dues in each state.
    A due is the team's of the customer's manager."""
    team_of = _named(book.frame("staff"), "team")
    open_ = dues[dues["state"].isin(STATES)]
    named = open_["owner"].astype("str")  # whom the row itself names; most rows leave it to the customer's file
    managers = open_["customer"].astype("str").map(_named(book.frame("customers"), "owner"))
    teams = managers.where(managers.notna() & (managers != ""), named).map(team_of).fillna("").astype("str")
    found = pd.crosstab(teams.to_numpy(object), open_["state"].astype("str").to_numpy(object)).reindex(columns=list(STATES), fill_value=0)
    order = [team for team in (*book.frame("teams")["id"].astype("str"), "") if team in found.index]
    return found.loc[order].rename_axis("team").reset_index().rename_axis(columns=None)


def _named(rows: pd.DataFrame, column: str) -> dict[str, str]:
    """Number → what the row names there, "" for nothing."""
    return dict(zip(rows["id"].astype("str"), rows[column].astype(object).where(rows[column].notna(), "").astype("str"), strict=True))
