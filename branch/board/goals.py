"""Goals from above, level by level: what is asked of the branch, its teams and its people, what they have reached, and how much of a
goal has been handed on to those below (S17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from branch.board import sums
from branch.board.view import ALL, Board
from rules import figure, periods, wording
from rules.figure import FULL, Figure
from rules.periods import Period
from texts import Lang

BRANCH, TEAM, PERSON = "branch", "team", "person"


@dataclass(frozen=True)
class Line:
    """One level of one figure. `who`: ALL, a team or a person; `team`: of a person. `goal`: NaN where nobody has said one; `below`:
    the goals of the next level together; `planned`: what the customers' own plans want together. In the figure's unit."""

    level: str
    who: str
    team: str
    goal: float
    actual: float
    below: float
    planned: float

    @property
    def reached(self) -> float:
        """A share, as a percent column keeps it."""
        return self.actual * FULL / self.goal if self.goal > 0 else np.nan

    @property
    def gap(self) -> float:
        """What is still missing; below 0 where there is more."""
        return self.goal - self.actual

    @property
    def open(self) -> float:
        """What of the goal nobody below has taken on."""
        return self.goal - self.below


REACHES = {"deposit_now": "deposit_reach", "deposit_average": "average_reach", "loan_now": "loan_reach", "fee_year": "fee_reach"}


def figures(board: Board) -> list[Figure]:
    """The figures that may bear a goal and that this person may see, in the order of the ledger."""
    choices = board.look.tables["targets"]["figure"].choices
    return sums.figures(board.look, board.actor, "customers", [one.code for one in choices])


def by_period(board: Board, key: str) -> dict[str, pd.DataFrame]:
    """The rows of the ledger about a figure, in this person's scope, by the name of the period they are of: this year first, then
    its quarters and months that are not over yet. A goal of one of these is what stands there at its end: of income, since the
    year began."""
    seen = board.look.of(board.actor).rows("targets")
    year, today = periods.around("year", board.look.today), board.look.today
    if "figure" not in seen:
        return {year.name: seen.head(0)}
    about = seen[(seen["figure"].astype("str") == key).to_numpy()]
    this = (about["year"] == year.start.year).fillna(False).to_numpy(bool)
    of = [_of(name, year if own else None) for name, own in zip(about["period"], this, strict=True)]
    coming = {one for one in of if one is not None and one != year and one.end >= today and one.start.year == today.year}
    every = [year, *sorted(coming, key=lambda one: (one.end, one.start))]
    return {period.name: about[[one == period for one in of]] for period in every}


def _of(name: object, blank: Period | None) -> Period | None:
    """The period that a cell names; where it names none, the year of the row."""
    return blank if pd.isna(name) or not str(name).strip() else periods.named(str(name))  # type: ignore[call-overload]


def end(board: Board, period: str) -> date:
    """The day by which the goals of a period are to be there."""
    return (periods.named(period) or periods.around("year", board.look.today)).end


def said(period: str, lang: Lang) -> str:
    return wording.period(period, lang)


def goals(board: Board, key: str, period: str = "") -> pd.DataFrame:
    """The goals of a period (of `by_period`; blank: this whole year) for a figure: level, team, staff, goal; of two for one place
    the sum."""
    every = by_period(board, key)
    found = every[period or next(iter(every))]
    if "figure" not in found:
        return pd.DataFrame({"level": [], "team": [], "staff": [], "goal": []})
    one = figure.find("customers", key)
    column = "goal" if one is not None and one.kind == "money" else "goal_share"
    table = pd.DataFrame({
        "level": found["level"].astype("str"), "team": found["team"].astype(object).where(found["team"].notna(), "").astype("str"),
        "staff": found["staff"].astype(object).where(found["staff"].notna(), "").astype("str"),
        "goal": found[column].astype("float64"),
    })  # fmt: skip
    return table.dropna(subset=["goal"]).groupby(["level", "team", "staff"])["goal"].sum().reset_index()


def lines(board: Board, key: str, period: str = "") -> list[Line]:
    """The branch, then each team with its people. Whoever has customers or a goal has a line, so that the actuals of a level are
    those of the one above it. The customers' plans are of the year, and stand beside the goals of no other period."""
    one = next((found for found in figures(board) if found.key == key), None)
    if one is None:
        return []
    yearly = period in ("", str(board.look.today.year))
    planned = [REACHES[key]] if key in REACHES and yearly else []
    wanted = [one, *sums.figures(board.look, board.actor, "customers", planned)]
    rows, asked = board.rows("customers", wanted), goals(board, key, period)
    people = sums.by(rows, wanted, ["team", "whose"])
    teams = sums.by(rows, wanted, ["team"])
    every = sums.whole(rows, wanted)
    own = asked[asked["level"] == PERSON].groupby("staff")["goal"].sum().to_dict()
    of_team = asked[asked["level"] == TEAM].groupby("team")["goal"].sum().to_dict()
    above = asked.loc[asked["level"] == BRANCH, "goal"]
    adds = one.kind == "money"  # the goals of shares are no parts of one another

    def line(level: str, who: str, team: str, found: pd.Series, goal: float, below: float) -> Line:
        planned = float(found[f"{wanted[1].key}.bottom"]) if len(wanted) > 1 else np.nan
        return Line(level, who, team, goal, float(found[one.key]), below if adds else np.nan, planned)

    result = [line(BRANCH, ALL, "", every, float(above.sum()) if len(above) else np.nan, float(sum(of_team.values())))]
    for _, group in teams.iterrows():
        team = str(group["team"])
        mine = people[people["team"] == team]
        below = sum(own.get(str(who), 0.0) for who in mine["whose"])
        result.append(line(TEAM, team, team, group, of_team.get(team, np.nan), below))
        for _, person in mine.iterrows():
            who = str(person["whose"])
            plans = float(person[f"{wanted[1].key}.bottom"]) if len(wanted) > 1 else 0.0 if yearly else np.nan
            result.append(line(PERSON, who, team, person, own.get(who, np.nan), plans))
    return result
