"""The opportunities of the board: at which stage each stands, where it came from, and which were created in the period."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from branch.board.view import Board
from branch.board.written import WAN
from rules import days as d
from rules.figure import Figure

LEDGER = "opportunities"


def deals(board: Board, wanted: Sequence[Figure]) -> pd.DataFrame:
    """The rows of `Board.rows` with stage, channel, amount (in 万元; NaN where none is said) and born: created in the period."""
    rows, ledgers = board.rows(LEDGER, wanted), board.look.ledgers
    places = ledgers.place(LEDGER, rows["id"].to_numpy(object))
    day = ledgers.days(LEDGER, "created_at")[places]
    return rows.assign(
        stage=ledgers.text(LEDGER, "stage").take(places), channel=ledgers.text(LEDGER, "channel").take(places),
        amount=ledgers.numbers(LEDGER, "amount")[places] / WAN,
        born=np.asarray((day >= d.one(board.span.since)) & (day <= d.one(board.span.until)), bool),
    )  # fmt: skip
