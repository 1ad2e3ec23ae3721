"""Loans, interest days, checks after lending and statements (form 4.13, S89–S102)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheets.demo import credit, money
from sheets.demo import days as d
from sheets.demo.days import NONE, Days
from sheets.demo.world import Ledgers, Places, Row, Words, World, draw, only, pick, rows, wan

PRODUCTS = ("working_capital", "fixed_asset", "trade", "bill", "guarantee", "project", "property")
WEIGHTS = (55, 15, 12, 8, 4, 3, 3)
REPAID = 14


def build(world: World) -> Ledgers:
    loans = _loans(world)
    notices = [
        {
            "id": f"HJ-{row['id']}", "number": f"DKTZ-{row['notice_on'].year}-{n:04d}", "kind": "loan_notice", "customer": row["customer"],
            "subject": "loans", "row": row["id"], "made_on": row["notice_on"], "sent_on": row["notice_on"], "delivered": "直接送达",
            "staff": world.owner[int(row["customer"][2:]) - 1], "version": 1,
        } | ({"receipt_on": row["receipt_on"]} if "receipt_on" in row else {})
        for n, row in enumerate((r for r in loans if "notice_on" in r), 1)
    ]  # fmt: skip
    return {
        "loans": loans,
        "letters": notices,
        "interest_checks": _interest(world, loans),
        "fund_checks": _checks(world, loans),
        "statements": _statements(world),
    }


def used(loans: list[Row]) -> dict[str, int]:
    """What each customer owes, in fen."""
    found: dict[str, int] = {}
    for loan in loans:
        found[loan["customer"]] = found.get(loan["customer"], 0) + int(loan["balance"])
    return found


def _planted(world: World) -> list[tuple[str, str, int]]:
    """What each is planted for, its product and its maturity."""
    at, today = credit.letter_day(world), world.today
    found = [("notice", product, credit.falling(world, 1, at)) for product in ("fixed_asset", "trade", "working_capital")][: world.count(3)]
    found.append(("late", "fixed_asset", credit.fallen(world, 1, world.days.before(today, 6))))
    found.append(("no_receipt", "trade", credit.fallen(world, 1, world.days.before(today, 9))))
    return found + [("renewal", "working_capital", _renewing(world, world.days.before(today, n))) for n in (2, 4)][: world.count(2)]


def _renewing(world: World, target: int) -> int:
    """The last maturity whose renewal was due on the target day or before."""
    ends = np.arange(target + 5, target + 30)
    return int(ends[world.days.earlier(ends - 15) <= target][-1])


def _shape(world: World, rng: np.random.Generator) -> tuple[Places, Words, Days, Words]:
    owners = rng.permutation(np.flatnonzero(world.credit))
    planted = _planted(world)
    many, back = world.some(118), world.some(REPAID)
    ordinary = many - len(planted) - back
    who = np.concatenate([owners, rng.choice(owners, many)])[:many]
    product = np.array(pick(rng, PRODUCTS, ordinary + back, WEIGHTS), object)
    long = np.isin(product[:ordinary], ("fixed_asset", "project", "property"))
    until = world.today + np.where(long, rng.integers(60, 800, ordinary), rng.integers(9, 340, ordinary))
    ended = world.today - rng.integers(15, 300, back)
    return (
        who, np.concatenate([np.array([p for _, p, _ in planted], object), product]),
        np.concatenate([np.array([day for *_, day in planted], np.int64), until, ended]),
        np.array([name for name, *_ in planted] + [""] * ordinary + ["repaid"] * back, object),
    )  # fmt: skip


def _dates(world: World, rng: np.random.Generator, product: Words, until: Days, planted: Words) -> dict[str, Any]:
    """Notice, receipt, talk and renewal: in time but for those planted."""
    repaid = planted == "repaid"
    due = world.days.earlier(d.months_before(until, 1))
    notice = np.where(planted == "notice", NONE, credit.sent(world, rng, due))
    notice = np.where(planted == "late", world.days.add(due, 2), notice)
    receipt = np.where(notice == NONE, NONE, np.minimum(world.days.add(np.where(notice == NONE, world.today, notice), 2), world.last))
    receipt = np.where(planted == "no_receipt", NONE, np.maximum(receipt, notice))
    working = (product == "working_capital") & ~repaid
    talked = np.where(working, credit.sent(world, rng, world.days.earlier(until - 30)), NONE)
    talked = np.where(planted == "notice", np.where(working, np.minimum(world.last, world.days.earlier(until - 30)), NONE), talked)
    repay = working & (rng.random(len(until)) < 0.3) & (planted == "")
    renewed = np.where(working & ~repay, credit.sent(world, rng, world.days.earlier(until - 15)), NONE)
    renewed = np.where(np.isin(planted, ("renewal", "notice")), NONE, renewed)
    again = np.where(rng.random(len(until)) < 0.7, "relend", "renew")
    plan = only(working & (talked != NONE), np.where(repay, "repay", again).tolist())
    return {"notice": notice, "receipt": receipt, "talked": talked, "renewed": renewed, "plan": plan}


def _loans(world: World) -> list[Row]:
    rng = world.rng("loans")
    who, product, until, planted = _shape(world, rng)
    size = len(who)
    made = _dates(world, rng, product, until, planted)
    repaid = planted == "repaid"
    amount = np.maximum(np.round(draw(rng, size, 1500, 0.8, 9_900), -1), 50)
    big = rng.permutation(np.flatnonzero(planted == ""))[: world.some(10)]
    amount[big] = rng.integers(101, 260, len(big)) * 100
    long = np.isin(product, ("fixed_asset", "project", "property"))
    bullet = ~long | repaid
    balance = np.where(repaid, 0, np.where(bullet, amount, np.round(amount * rng.uniform(0.45, 0.95, size), -1)))
    drawn = np.minimum(d.months_before(until, np.where(long, 36, 12)), world.last)
    risk = np.where(repaid | (planted != ""), "normal", np.array(pick(rng, ("normal", "watch"), size, (96, 4)), object))
    monthly = rng.random(size) < 0.4
    account = [money.account_id(world, n, 1) for n in who.tolist()]
    behind = np.zeros(size, np.int64)
    old = np.flatnonzero((planted == "") & (drawn < world.live))[:1]  # has been through an interest day
    behind[old] = 86_000_000 // 100
    risk[old] = "watch"
    contract = [f"DEMO-HT-LD-{n:06d}" for n in range(1, size + 1)]
    paid = np.where(product == "working_capital", "self", "entrusted")
    return rows(
        id=[f"JJ{n:06d}" for n in range(1, size + 1)], customer=world.ids[who].tolist(), contract_no=contract, product=product.tolist(),
        drawn_on=d.dates(drawn), matures_on=d.dates(until), amount=wan(amount), balance=wan(balance),
        rate=[round(r * 20) * 500 for r in rng.uniform(2.8, 4.6, size).tolist()],
        repayment=np.where(bullet, "bullet", "instalment").tolist(), interest_cycle=np.where(monthly, "monthly", "quarterly").tolist(),
        interest_day=[20] * size, account=account, risk_class=risk.tolist(),
        risk_class_on=d.dates(np.full(size, d.around("quarter", world.today).start - 1)),
        days_overdue=np.where(behind > 0, 4, 0).tolist(), arrears=[b or None for b in behind.tolist()],
        security=pick(rng, ("mortgage", "guarantee", "pledge", "credit"), size, (6, 4, 1, 1)),
        purpose=np.where(long, "设备购置和厂房建设", "采购原材料等日常经营周转").tolist(), pay_mode=paid.tolist(),
        entrusted_amount=only(paid == "entrusted", wan(amount)),
        notice_on=d.dates(made["notice"]), notice_by=only(made["notice"] != NONE, "hand"),
        receipt_on=d.dates(made["receipt"]), notice_signed_by=only(made["receipt"] != NONE, "客户财务负责人"),
        talked_on=d.dates(made["talked"]), maturity_plan=made["plan"], renewal_on=d.dates(made["renewed"]),
        renewal_no=only(made["renewed"] != NONE, [f"CLPM-ZD-{n:06d}" for n in range(1, size + 1)]),
        renewal_state=only(made["renewed"] != NONE, "approving"),
        repaid_on=d.dates(np.where(repaid, np.minimum(until, world.last), NONE)),
    )  # fmt: skip


def _interest(world: World, loans: list[Row]) -> list[Row]:
    """Every interest day since the branch went live, looked at four working days ahead; of some loans the next one too, with
    a shortfall that is still to be made up."""
    rng = world.rng("interest")
    found: list[Row] = []
    for n, loan in enumerate(loan for loan in loans if loan["balance"]):
        quarterly = loan["interest_cycle"] == "quarterly"
        every = [day for day in interest_days(world) if not quarterly or d.day(day).month % 3 == 0]
        every = [day for day in every if d.number(loan["drawn_on"]) < day <= d.number(loan["matures_on"])]
        interest = int(loan["balance"]) * int(loan["rate"]) // 1_000_000 * (3 if quarterly else 1) // 12 // 10_000 * 10_000
        taken = [day for day in every if world.days.before(day, 4) < world.today]
        for day in taken:
            over = day < world.today
            behind = over and "arrears" in loan and day == max(one for one in taken if one < world.today)
            row: Row = {
                "id": f"KX-{loan['id']}-{d.day(day):%Y%m}", "loan": loan["id"], "interest_on": d.day(day),
                "checked_on": d.day(max(world.days.before(day, 4), d.number(loan["drawn_on"]))),
                "balance": 0 if behind else int(interest * rng.uniform(1.4, 9)) // 10_000 * 10_000, "interest_due": interest,
            }  # fmt: skip
            if over:
                row["result"] = "part" if behind else "full"
            if behind:
                again = d.day(world.days.before(day, 2))
                row |= {"arrears": loan["arrears"], "reminded_on": again, "reminded_by": "电话", "reminded_whom": "财务经理",
                        "rechecked_on": again, "rebalance": 0}  # fmt: skip
            found.append(row)
        coming = next((day for day in every if day not in taken and world.days.before(day, 1) > world.today), None)
        if coming is not None and len([row for row in found if "coming" in row]) < world.count(3) and n < 40:
            short = int(loan["balance"]) // 400 // 10_000 * 10_000
            found.append({
                "id": f"KX-{loan['id']}-{d.day(coming):%Y%m}", "loan": loan["id"], "interest_on": d.day(coming), "coming": True,
                "checked_on": d.day(world.last), "balance": short // 3 // 10_000 * 10_000, "interest_due": short,
                "reminded_on": d.day(world.last), "reminded_by": "电话", "reminded_whom": "财务经理",
            })  # fmt: skip
    return [{key: value for key, value in row.items() if key != "coming"} for row in found]


def interest_days(world: World) -> list[int]:
    """The interest days (20th) since the branch went live, and of the coming months."""
    return [m.start + 19 for m in d.periods("month", world.live - 31, world.today + 130) if m.start + 19 > world.live]


def _checks(world: World, loans: list[Row]) -> list[Row]:
    """A first check within 15 days after drawing, then one a quarter, one a month of those not classed normal."""
    found = []
    for loan in loans:
        if not loan["balance"]:
            continue
        start = d.number(loan["drawn_on"])
        first = int(world.days.earlier(np.array([start + 15]))[0])
        days = [(max(start, min(int(world.days.earlier(np.array([start + 10]))[0]), world.days.before(first, 1))), "first")]
        unit, after = ("quarter", 45) if loan["risk_class"] == "normal" else ("month", 12)
        days += [
            (int(world.days.earlier(np.array([p.start + after]))[0]), "regular")
            for p in d.periods(unit, max(start, world.live), world.today) if p.start >= max(start, world.live)
        ]  # fmt: skip
        for k, (day, kind) in enumerate(days):
            if start <= day < world.today:
                found.append({
                    "id": f"DH-{loan['id']}-{k}", "loan": loan["id"], "kind": kind, "checked_on": d.day(day), "conforms": True,
                    "conclusion": "资金用途合规，经营正常，押品状况良好。" if k else "贷款资金按合同支付，凭证齐全。",
                    "staff": world.owner[int(loan["customer"][2:]) - 1],
                })  # fmt: skip
    return found


def _statements(world: World) -> list[Row]:
    """Quarterly statements entered before their thirtieth day, the audited year before the end of April."""
    rng = world.rng("statements")
    who = np.flatnonzero(world.credit)
    found: list[Row] = []
    wanted = [(q, world.days.earlier(np.array([q.end + 30])), 12, False) for q in d.periods("quarter", world.today - 470, world.today)][-6:]
    wanted += [(y, world.days.earlier(np.array([y.end + 119])), 40, True) for y in d.periods("year", world.today - 800, world.today)]
    for period, due, early, audited in wanted:
        entered = world.days.add(np.repeat(due, len(who)), -rng.integers(1, early, len(who)))
        mine = np.flatnonzero((entered < world.today) & (entered > period.end))
        assets = draw(rng, len(who), 9000, 0.8, 400_000)
        debts, income = assets * rng.uniform(0.35, 0.68, len(who)), assets * rng.uniform(0.3, 1.1, len(who))
        profit, cash = income * rng.uniform(0.01, 0.09, len(who)), income * rng.uniform(-0.03, 0.1, len(who))
        size = len(mine)
        found += rows(
            id=[f"BB-{period.name}-{n + 1:06d}" for n in who[mine].tolist()], customer=world.ids[who[mine]].tolist(),
            period=[period.name] * size, audited=[audited] * size, received_on=d.dates(world.days.earlier(entered[mine] - 4)),
            entered_on=d.dates(entered[mine]), entered_by=world.owner[who[mine]].tolist(), total_assets=wan(assets[mine]),
            total_debts=wan(debts[mine]), equity=_less(assets[mine], debts[mine]), revenue=wan(income[mine]), profit=wan(profit[mine]),
            cash_flow=wan(cash[mine]),
        )  # fmt: skip
    return found


def _less(assets: Any, debts: Any) -> list[int]:
    return [a - b for a, b in zip(wan(assets), wan(debts), strict=True)]
