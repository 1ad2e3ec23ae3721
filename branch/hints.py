"""A figure that helps to fill in a form, said beside it and never written by Huce."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from branch.look import Look
from branch.masks import blank
from branch.next_step import Act
from sheets.cells import plain
from texts import Lang, say

RATE_ONE = 1_000_000  # a percent is kept in ten-thousandths of a percent
YEAR = 360  # days of the year by which a bank counts interest


def hint(look: Look, due: pd.Series, act: Act, lang: Lang) -> str:
    """About how much interest the loan owes on the day; "" where nothing can be said."""
    if act.table != "interest_checks" or act.row or pd.isna(due["opens"]):
        return ""
    loan, table = str(due["row"]), look.tables["loans"]
    balance, rate = (look.ledgers.cell("loans", loan, key) for key in ("balance", "rate"))
    if blank(balance) or blank(rate):
        return ""
    days = (due["anchor"] - due["opens"]).days + 1
    about = interest(int(balance), int(rate), days)
    return say(
        "act.hint_interest",
        lang,
        amount=plain(table["balance"], round(about, -4)),  # to 100 yuan: it is a hint
        balance=plain(table["balance"], int(balance)),
        rate=plain(table["rate"], int(rate)),
        days=days,
    )


def interest(balance: int, rate: int, days: int) -> int:
    """Simple interest in fen of a balance in fen at a yearly rate: 800万 at 3.45 % for 30 days is 2.3万."""
    exact = Decimal(balance) * rate * days / (RATE_ONE * YEAR)
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))
