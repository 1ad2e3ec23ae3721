"""What a customer still lacks, each 1 or 0: the file, the year's plan, a rating, a visit, a review (S4, S9, S11, S23, S74)."""

from __future__ import annotations

import numpy as np

from rules import completeness, periods
from rules import days as d
from rules.days import NONE
from rules.figure import Array, Figure, Work, register
from rules.figures.grouping import into
from rules.figures.portfolio import DRILL, planned
from rules.figures.staff import GONE
from rules.ledgers import Ledgers, Mask


def _of(ledgers: Ledgers, missing: Mask, asked: Mask | None = None) -> Array:
    """1 where it is missing, NaN of customers it is not asked of: those who have left, and where `asked` says no."""
    here = ~ledgers.says("customers", "status", GONE)
    return np.where(here if asked is None else here & asked, missing.astype(float), np.nan)


def _some(ledgers: Ledgers, table: str, where: Mask) -> Mask:
    """Customers of whom a ledger has such a row."""
    found = into(ledgers.customer_places(table), np.ones(ledgers.size(table)), ledgers.size("customers"), where)
    return np.asarray(found > 0, bool)


def _file(ledgers: Ledgers) -> Array:
    return _of(ledgers, completeness.share(ledgers) < 1)


def _plan(ledgers: Ledgers) -> Array:
    return _of(ledgers, ~_some(ledgers, "plans", planned(ledgers)))


def _rating(ledgers: Ledgers) -> Array:
    return _of(ledgers, ledgers.figure("customers", "ratings_held") == 0, completeness.flagged(ledgers, completeness.CREDIT))


def _visit(ledgers: Ledgers) -> Array:
    """Whether somebody came or called in this quarter."""
    day = ledgers.days("visits", "visited_on")
    first = d.one(periods.around("quarter", d.day(ledgers.today)).start)
    return _of(ledgers, ~_some(ledgers, "visits", ledgers.complete("visits") & (day >= first) & (day <= ledgers.today)))


def _review(ledgers: Ledgers) -> Array:
    """Whether the review of the last whole month speaks of them."""
    month = periods.previous(periods.around("month", d.day(ledgers.today)))
    names = ledgers.text("reviews", "period").to_numpy(object)
    of_month = np.array([periods.named(str(name)) == month for name in names], bool) & (ledgers.days("reviews", "written_on") != NONE)
    spoken = np.append(of_month, False)[ledgers.through("review_lines", "review")]
    return _of(ledgers, ~_some(ledgers, "review_lines", spoken))


def _figure(key: str, zh: str, en: str, top: Work, reads: tuple[str, ...], clause: str, help_zh: str, help_en: str) -> Figure:
    return Figure(
        key, "customers", zh, en, top, kind="integer", unit="户", good="down", target="0", drill=DRILL, reads=reads, of_many=True,
        clause=clause, help_zh=help_zh, help_en=help_en,
    )  # fmt: skip


register(
    _figure(
        "file_missing", "档案不全", "File not whole", _file, ("accounts", "loans", "credit_lines", "ratings", "contacts"), "S4,S8",
        "档案四个板块（涉及的）有一个没有填齐。", "One of the four blocks of the file that concern them is not whole."),
    _figure(
        "plan_missing", "无本年计划", "No plan this year", _plan, ("plans",), "S9", "本年没有一户一策。", "No plan for this year."),
    _figure(
        "rating_missing", "漏评", "No rating", _rating, ("ratings",), "S74",
        "信贷客户没有任何有效评级记录。", "A credit customer without any rating on file."),
    _figure(
        "visit_missing", "本季未访", "Not visited this quarter", _visit, ("visits",), "S23",
        "本季度没有任何完整的访问记录（各岗位、各方式）。", "No whole visit record in this quarter, of any role or mode."),
    _figure(
        "review_missing", "上月未回顾", "Not in last month's review", _review, ("reviews", "review_lines"), "S11",
        "上月的回顾总结没有写到该客户。", "Last month's review does not speak of them."),
)  # fmt: skip
