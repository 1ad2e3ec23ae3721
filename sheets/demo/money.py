"""Accounts, balances, cash plans, large payments and reconciliation (forms 4.9, 4.10)."""

from __future__ import annotations

import numpy as np

from sheets.demo import days as d
from sheets.demo.customers import at_home, deposits, saves
from sheets.demo.days import NONE
from sheets.demo.world import Ledgers, Places, Row, World, draw, pick, rows, wan

ACCOUNTS = 620
MONTHS = 6
PERSONS = ("何宁昀(示例)", "罗砚澄(示例)")
KINDS = ("current", "agreement", "notice", "time")


def build(world: World, loans: list[Row]) -> Ledgers:
    who, number = _places(world)
    accounts = _accounts(world, who, number)
    return {
        "accounts": accounts,
        "balances": _balances(world),
        "cash_plans": _cash(world),
        "payments": _payments(world, loans),
        "reconciliations": _reconciliations(world, accounts),
    }


def account_id(world: World, customer: int, number: int) -> str:
    return f"ZH{world.ids[customer][2:]}-{number}"


def _places(world: World) -> tuple[Places, Places]:
    """Whose each account is, and which of theirs it is: three each, four of some."""
    savers = np.flatnonzero(saves(world))
    more = world.some(ACCOUNTS) - 3 * len(savers)
    counts = np.full(len(savers), 3)
    counts[world.rng("accounts").permutation(len(savers))[: max(0, more)]] += 1
    who = np.repeat(savers, counts)
    first = np.searchsorted(who, who)
    return who, np.arange(len(who)) - first + 1


def _accounts(world: World, who: Places, number: Places) -> list[Row]:
    rng, size = world.rng("account rows"), len(who)
    twice = np.isin(who, world.picked["two_basic"]) & (number == 2)
    nature = np.where((at_home(world)[who] & (number == 1)) | twice, "basic", np.where(number == 3, "special", "general"))
    part = np.select([number == 1, number == 2, number == 3], [0.55, 0.3, 0.1], 0.05)
    average = deposits(world)[who] * part
    balance = average * rng.uniform(0.95, 1.12, size)
    kind = np.where(number == 1, "current", np.array(pick(rng, KINDS, size, (4, 3, 2, 2)), object))
    term = np.where(kind == "time", world.today + rng.integers(10, 300, size), NONE)
    key = np.isin(world.tier[who], ("key",)) & (number <= 3)
    return rows(
        id=[account_id(world, w, n) for w, n in zip(who.tolist(), number.tolist(), strict=True)], customer=world.ids[who].tolist(),
        number=[f"9900{w * 7919 % 10**8:08d}{w * 10 + n + 1:08d}" for w, n in zip(who.tolist(), number.tolist(), strict=True)],
        nature=nature.tolist(), deposit_kind=kind.tolist(), currency=["CNY"] * size, bank=["云澜银行望川支行"] * size,
        opened_on=d.dates(world.today - rng.integers(430, 2600, size)), status=["normal"] * size, balance=wan(balance),
        balance_on=[d.day(world.today - 1)] * size, month_avg=wan(average), year_avg=wan(average * rng.uniform(0.9, 1.05, size)),
        rate=[{"current": 500, "agreement": 4_000, "notice": 6_500, "time": 11_500}[k] for k in kind.tolist()], expires_on=d.dates(term),
        key_account=key.tolist(), interest_account=(world.credit[who] & (number == 1)).tolist(),
        reconcile_by=pick(rng, ("ebank", "counter", "onsite"), size, (8, 1, 1)),
    )  # fmt: skip


def _balances(world: World) -> list[Row]:
    """Each saver's month ends; of one the daily average falls by 40 % in the last."""
    rng, savers = world.rng("balances"), np.flatnonzero(saves(world))
    ends = [m.end for m in d.periods("month", d.around("month", world.today).start - 170, world.today) if m.end < world.today][-MONTHS:]
    held, found = deposits(world)[savers], []
    dropped = np.isin(savers, world.picked["drop"])
    for n, end in enumerate(ends):
        average = held * rng.uniform(0.94, 1.06, len(savers))
        average = np.where(dropped, held * (0.6 if n == len(ends) - 1 else 1.0), average)
        end_of = average * rng.uniform(0.95, 1.12, len(savers))
        size = len(savers)
        found += rows(
            id=[f"YE-{d.day(end):%Y%m}-{w + 1:06d}" for w in savers.tolist()], customer=world.ids[savers].tolist(),
            as_of=[d.day(end)] * size, balance=wan(end_of), month_avg=wan(average), year_avg=wan(held),
        )  # fmt: skip
    return found


def _cash(world: World) -> list[Row]:
    """Of every important saver and some others within the last weeks; a few have not been asked for long."""
    rng = world.rng("cash")
    important = np.flatnonzero(saves(world) & world.important)
    plain = rng.permutation(np.flatnonzero(saves(world) & world.owing & ~world.important))[: world.some(40)]
    who = np.concatenate([important, plain])
    size = len(who)
    noted = world.days.earlier(world.today - rng.integers(1, 26, size))
    noted[: world.count(3)] = world.days.before(world.today, 40)
    inward = rng.random(size) < 0.5
    return rows(
        id=[f"ZJ{n:06d}" for n in range(1, size + 1)], customer=world.ids[who].tolist(), noted_on=d.dates(noted),
        expected_on=d.dates(world.today + rng.integers(2, 45, size)), direction=np.where(inward, "in", "out").tolist(),
        amount=wan(np.round(draw(rng, size, 180, 0.8, 5000)) + 5), purpose=np.where(inward, "货款到账", "采购付款").tolist(),
        certainty=pick(rng, ("high", "medium", "low"), size, (4, 4, 2)),
        answer=np.where(inward, "到账日转入通知存款", "提前确认付款日，争取分批").tolist(),
    )  # fmt: skip


def _payments(world: World, loans: list[Row]) -> list[Row]:
    """Those past are signed by whom the amount asks for; three to come stand out."""
    rng = world.rng("payments")
    savers = np.flatnonzero(saves(world) & world.owing)
    size = max(1, world.some(90) - world.count(2) - 1)
    who = savers[rng.integers(0, len(savers), size)]
    amount = np.round(draw(rng, size, 260, 0.7, 4000), -1) + 50
    pays = world.days.earlier(world.today - rng.integers(1, 60, size))
    signs = np.select([amount < 500, amount <= 1000], [world.owner[who], world.team_leader[who]], world.leader[who])
    before = world.days.add(pays, -1)
    found = rows(
        id=[f"DE{n:06d}" for n in range(1, size + 1)], customer=world.ids[who].tolist(),
        account=[account_id(world, w, 1) for w in who.tolist()], loan_customer=world.credit[who].tolist(), pays_on=d.dates(pays),
        amount=wan(amount),
        payee=pick(rng, ("岚江机械配件厂(示例)", "青砚建材经营部(示例)", "沧梧物流有限公司(示例)", "望川电力公司(示例)"), size),
        payee_bank=pick(rng, ("本行", "沧源商业银行(示例)", "岚江银行(示例)"), size), payee_kind=["company"] * size,
        purpose=pick(rng, ("采购货款", "工程进度款", "设备款", "运费"), size, (6, 2, 2, 1)), funds=["own"] * size,
        pay_mode=["transfer"] * size, related=[False] * size, evidence=[True] * size,
        decision=pick(rng, ("agree", "retain"), size, (9, 1)), signed_by=signs.tolist(),
        signed_at=d.instants(before, rng.integers(540, 1020, size)),
        outcome=["paid"] * size,
    )  # fmt: skip
    coming = d.day(int(world.days.add(np.array([world.today]), 1)[0]))
    base: Row = {"pays_on": coming, "related": False, "loan_customer": False}
    rich = savers[np.argsort(-deposits(world)[savers], kind="stable")]
    for n, w in enumerate(rich[: world.count(2)].tolist()):
        found.append(base | {
            "id": f"DE{len(found) + 1:06d}",
            "customer": world.ids[w], "account": account_id(world, w, 1), "amount": (80 + 60 * n) * 1_000_000,
            "payee": PERSONS[n % 2], "payee_kind": "person", "purpose": "往来款", "funds": "own", "pay_mode": "transfer", "evidence": False,
        })  # fmt: skip
    loan = next(row for row in loans if row["product"] == "working_capital" and row["balance"])
    return [*found, base | {
        "id": f"DE{len(found) + 1:06d}",
        "customer": loan["customer"], "account": loan["account"], "loan_customer": True, "amount": 1200 * 1_000_000,
        "payee": "岚江机械配件厂(示例)", "payee_kind": "company", "purpose": "采购原材料", "funds": "loan", "loan": loan["id"],
        "pay_mode": "self", "evidence": True,
    }]  # fmt: skip


def _reconciliations(world: World, accounts: list[Row]) -> list[Row]:
    """Every period since the branch went live, months of key accounts and quarters of the others; the customer is
    reminded the second working day, and of the last month that is over a few have not answered."""
    rng = world.rng("reconciliations")

    def begun(unit: str) -> list[d.Period]:
        every = d.periods(unit, world.live - 95, world.today)
        return [p for p in every if p.end >= world.live and int(world.days.add(np.array([p.end]), 2)[0]) < world.today]

    asked = [(p, a) for unit in ("quarter", "month") for p in begun(unit) for a in accounts if a["key_account"] == (unit == "month")]
    ends = np.array([p.end for p, _ in asked], np.int64)
    issued = world.days.add(ends, 1)
    back = world.days.add(issued, rng.integers(2, 14, len(asked)))
    over = np.flatnonzero((world.days.add(ends, 15) < world.today) & np.array([p.end - p.start < 40 for p, _ in asked], bool))
    silent = over[len(over) - world.count(3) :]
    back[silent] = NONE
    back = np.where(back >= world.today, NONE, back)
    result = [None if day == NONE else "match" for day in back.tolist()]
    for place in silent.tolist():
        result[place] = "none"
    return rows(
        id=[f"DZ-{p.name}-{a['id'][2:]}" for p, a in asked], customer=[a["customer"] for _, a in asked],
        account=[a["id"] for _, a in asked],
        period=[p.name for p, _ in asked], must_return=[True] * len(asked), issued_on=d.dates(issued),
        mode=[a["reconcile_by"] for _, a in asked], reminded_on=d.dates(world.days.add(issued, 1)), reminded_by=["电话"] * len(asked),
        reminded_whom=["财务经理"] * len(asked), returned_on=d.dates(back), result=result,
        checked_by=[world.people.admin if a["reconcile_by"] == "onsite" else None for _, a in asked],
    )  # fmt: skip
