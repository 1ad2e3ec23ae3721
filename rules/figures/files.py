"""Figures of a customer: how full the file is (S4–S8), what they use of ours (S103), their share of wallet (S2, S3)."""

from __future__ import annotations

from functools import partial

import numpy as np

from rules import completeness, periods
from rules import days as d
from rules.days import NONE
from rules.figure import FULL, Array, Figure, register
from rules.figures.grouping import amounts, into
from rules.ledgers import Ledgers
from sheets.tables.fees import KINDS

USED = ("signed", "in_use")  # states of a product that a customer has
QUARTERS = 2  # over which a share is to grow (R40)


def _ones(ledgers: Ledgers) -> Array:
    return np.ones(ledgers.size("customers"))


def _kinds(ledgers: Ledgers) -> Array:
    """How many kinds of product each customer has of us."""
    used = ledgers.says("products", "status", USED)
    codes = [choice.code for choice in KINDS]
    kind = np.array([codes.index(one) if one in codes else -1 for one in ledgers.text("products", "kind").to_numpy(object)], np.int64)
    places = ledgers.customer_places("products")
    kept = used & (kind >= 0) & (places >= 0)
    held = np.zeros((ledgers.size("customers"), len(codes)), bool)
    held[places[kept], kind[kept]] = True
    found: Array = held.sum(axis=1).astype(float)
    return found


def _ratings(ledgers: Ledgers) -> Array:
    """Ratings on file that are ratings: with a grade, and not refused."""
    graded = ~ledgers.says("ratings", "grade", ("", "none"))
    stands = ~ledgers.says("ratings", "result", ("refused",))
    return into(ledgers.customer_places("ratings"), np.ones(ledgers.size("ratings")), ledgers.size("customers"), graded & stands)


def _latest(ledgers: Ledgers, block: str, until: np.int64) -> tuple[Array, Array]:
    """Of each customer, ours and the whole in their last statement of shares by a day; NaN where there is none."""
    day, places = ledgers.days("shares", "as_of"), ledgers.customer_places("shares")
    kept = np.flatnonzero((ledgers.text("shares", "block") == block) & (day != NONE) & (day <= until) & (places >= 0))
    kept = kept[np.argsort(day[kept], kind="stable")]
    ours, whole = (np.full(ledgers.size("customers"), np.nan) for _ in range(2))
    mine, others = amounts(ledgers, "shares", "ours"), amounts(ledgers, "shares", "others")
    ours[places[kept]], whole[places[kept]] = mine[kept], (mine + others)[kept]  # the later one overwrites
    return ours, whole


def _ours(block: str, ledgers: Ledgers) -> Array:
    """Ours by the ledger of shares; where it says nothing, by the share written in the file."""
    found, _ = _latest(ledgers, block, ledgers.today)
    return np.where(np.isnan(found), _written(ledgers, block), found)


def _whole(block: str, ledgers: Ledgers) -> Array:
    found, whole = _latest(ledgers, block, ledgers.today)
    return np.where(np.isnan(found), np.where(np.isnan(_written(ledgers, block)), np.nan, FULL), whole)


def _written(ledgers: Ledgers, block: str) -> Array:
    """The share that the file names."""
    return ledgers.numbers("customers", f"share_{block}")


def _growth(ledgers: Ledgers) -> Array:
    """Percent points by which our share of deposits grew over two quarters."""
    quarter = periods.around("quarter", d.day(ledgers.today))
    for _ in range(QUARTERS):
        quarter = periods.previous(quarter)
    now, then = (_latest(ledgers, "deposit", day) for day in (ledgers.today, d.one(quarter.end)))
    shares = [np.where(whole > 0, ours / np.where(whole > 0, whole, 1), np.nan) for ours, whole in (now, then)]
    return (shares[0] - shares[1]) * FULL


register(
    Figure(
        "completeness", "customers", "档案完整度", "File completeness", completeness.share, _ones, clause="S4,S6,S8",
        drill=("id", "name", "owner", "filed_on"), target="100",
        help_zh="四个板块（基本信息、存贷款、评级授信、关键人物）应填部分的平均完成比例；不涉及的板块不计。",
        help_en="Mean of the four blocks (basics, deposits and loans, rating and credit, key persons), each as far as its required "
        "parts are filled; a block that does not concern the customer is left out."),
    Figure(
        "products_held", "customers", "在用产品类别数", "Kinds of product held", _kinds, kind="integer", unit="",
        reads=("products",), clause="S103",
        drill=("id", "name", "owner"),
        help_zh="已签约或在用的产品类别数（共八类）。", help_en="Kinds of product signed or in use, of eight."),
    Figure(
        "penetration", "customers", "产品覆盖率", "Product penetration", _kinds, lambda ledgers: _ones(ledgers) * len(KINDS),
        reads=("products",), clause="S3,S103", drill=("id", "name", "owner"),
        help_zh="已签约或在用的产品类别数 ÷ 产品类别总数。", help_en="Kinds of product signed or in use, of all kinds."),
    Figure(
        "ratings_held", "customers", "有效评级记录数", "Ratings on file", _ratings, kind="integer", unit="",
        reads=("ratings",), clause="S74",
        drill=("id", "name", "owner", "credit_officer"),
        help_zh="有信用等级且未被否决的评级笔数；信贷客户为 0 即漏评。", help_en="Ratings with a grade that were not refused."),
    Figure(
        "deposit_share", "customers", "我行存款份额", "Our share of deposits", partial(_ours, "deposit"), partial(_whole, "deposit"),
        reads=("shares",), clause="S2,S54",
        drill=("id", "name", "owner", "basic_account_bank"), target="share_target",
        help_zh="市场份额台账最近一期：我行存款 ÷（我行＋他行）；没有台账时取档案里填写的份额。",
        help_en="The latest entry of the ledger of shares: ours over ours and others; without one, the share written in the file."),
    Figure(
        "loan_share", "customers", "我行贷款份额", "Our share of loans", partial(_ours, "loan"), partial(_whole, "loan"),
        reads=("shares",), clause="S3", drill=("id", "name", "owner", "basic_account_bank"),
        help_zh="市场份额台账最近一期：我行贷款 ÷（我行＋他行）；没有台账时取档案里填写的份额。",
        help_en="The latest entry of the ledger of shares: our loans over ours and others; without one, the share written in the file."),
    Figure(
        "settlement_share", "customers", "我行结算份额", "Our share of settlement", partial(_ours, "settlement"),
        partial(_whole, "settlement"), reads=("shares",), clause="S2,S3", drill=("id", "name", "owner", "basic_account_bank"),
        help_zh="市场份额台账最近一期：我行结算量 ÷（我行＋他行）；没有台账时取档案里填写的份额。",
        help_en="The latest entry of the ledger of shares: settlement with us over ours and others; without one, the share written in the "
        "file."),
    Figure(
        "share_growth", "customers", "存款份额两季变化", "Two-quarter change of share", _growth,
        reads=("shares",), clause="S3,S55",
        drill=("id", "name", "owner", "basic_account_bank"), target="0",
        help_zh="最近一期存款份额减去两个季度前的份额（百分点）；不足两期不计算。",
        help_en="Latest share of deposits less that of two quarters ago, in percent points; not known with fewer than two entries."),
)  # fmt: skip
