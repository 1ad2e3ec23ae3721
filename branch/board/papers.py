"""Ratings, credit lines and loans by the month in which they run out, and loans by their class of risk."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pandas as pd

from branch.board.view import MONTHS, Board
from branch.runway import EXPIRES
from rules.states import UNMET

AMOUNT = MappingProxyType({"credit_lines": "amount", "loans": "balance"})  # what of each is at stake
OVER, LATER = "over", "later"


def papers(board: Board) -> pd.DataFrame:
    """One row a paper in force: table, row, expires, amount (in fen, 0 for a rating) and bucket: the month it runs out (2026-12),
    OVER for one that has run out, LATER beyond a year. In force is what a rule still counts from: not what a newer one replaced,
    nor a loan that is repaid."""
    dates = {rule.id: EXPIRES[rule.subject] == rule.date for rule in board.look.rules if rule.subject in EXPIRES}
    dues = board.dues
    found = dues[dues["rule"].astype("str").map(dates).eq(True) & dues["state"].isin(UNMET)]
    found = found[["table", "row", "anchor"]].drop_duplicates(["table", "row"]).rename(columns={"anchor": "expires"})
    today, ledgers = board.look.today, board.look.ledgers
    month = found["expires"].dt.strftime("%Y-%m")
    last = (pd.Timestamp(today) + pd.DateOffset(months=MONTHS - 1)).strftime("%Y-%m")
    bucket = np.select([found["expires"] < pd.Timestamp(today), month > last], [OVER, LATER], month)
    amount = pd.Series(0.0, index=found.index)
    for table, column in AMOUNT.items():
        mine = (found["table"].astype("str") == table).to_numpy()
        places = ledgers.place(table, found.loc[mine, "row"].to_numpy(object))
        amount[mine] = np.nan_to_num(np.append(ledgers.numbers(table, column), np.nan)[places])
    return found.assign(table=found["table"].astype("str"), amount=amount, bucket=bucket).reset_index(drop=True)


def classes(board: Board) -> pd.DataFrame:
    """One row a loan that is not repaid: id, class (its code, "" for none), balance, overdue (in days), arrears."""
    seen, ledgers = board.rows("loans", []), board.look.ledgers
    places = ledgers.place("loans", seen["id"].to_numpy(object))
    numbers = {key: np.nan_to_num(ledgers.numbers("loans", key)[places]) for key in ("balance", "days_overdue", "arrears")}
    repaid = ~ledgers.blank("loans", "repaid_on")[places]
    found = pd.DataFrame({"id": seen["id"], "class": ledgers.text("loans", "risk_class").take(places), **numbers})
    return found[~repaid & (found["balance"] > 0)].reset_index(drop=True)
