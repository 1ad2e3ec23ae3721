"""What the rules read besides visits, credit and opportunities, in the proportions of a branch (domain §9, per 200 customers:
620 accounts, 160 contracts, 1,400 fees, 90 large payments, four reconciliation periods …). Same seed, same rows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from rules import periods
from sheets.schema import Edit

WAN = 1_000_000  # ten thousand yuan in fen
KINDS = ("settlement", "agency", "guarantee", "trade", "advisory", "custody", "card", "other")
MONEY = ("deposit_end", "deposit_avg", "loan_new", "loan_balance", "line", "fee", "contribution")  # targets in money


class Ledgers:
    """The day, the dice, and how a row is written."""

    def __init__(self, today: date, seed: int) -> None:
        self.today, self.dice = today, random.Random(seed)
        self.quarters = periods.back("quarter", today, 6)
        self.months, self.years = periods.back("month", today, 13), periods.back("year", today, 2)

    def of_manager(self, owner: str) -> Iterator[Edit]:
        """A diary of the last working days, the reviews of a year, some leave."""
        for back in range(60):
            if self.some(0.8):
                yield self.new("diary", f"D{owner}-{back:02}", staff=owner, on=self.ago(back), work="visit", content="走访与跟进")
        for period in (*self.months, *self.quarters, *self.years):
            if self.some(0.8):
                written = period.end + timedelta(days=self.dice.randint(0, 15))
                row = {"owner": owner, "level": period.unit, "period": period.name, "written_on": written}
                row |= {"summary": "本期小结" if written.day % 9 else None}
                if self.some(0.7):
                    row |= {
                        "discussed_on": written + timedelta(days=self.dice.randint(0, 12)),
                        "conclusion": self.pick("同意", "同意", None),
                    }
                yield self.new("reviews", f"V{owner}-{period.name}", **row)
        start = self.ago(self.dice.randint(0, 30))
        yield self.new("leave", f"L{owner}", staff=owner, from_on=start, to_on=start + timedelta(days=self.dice.randint(0, 5)))

    def of_customer(self, key: str, owner: str, borrows: bool) -> Iterator[Edit]:
        """What everybody has: accounts, persons, products, fees, shares, payments, cash plans, problems."""
        number = key[1:]
        yield from self._accounts(key, number)
        for n in range(2 if self.some(0.95) else 0):
            yield self.new("contacts", f"K{number}-{n}", customer=key, name=f"联系人{n}", parts="handler", in_post="yes")
        if self.some(0.8):
            row: dict[str, Any] = {"kind": self.pick(*KINDS), "product": "结算套餐", "status": self.pick("signed", "in_use", "potential")}
            yield self.new("products", f"W{number}", customer=key, **row, expires_on=self.pick(self.ago(-90, 60), None))
        for n in range(7):
            money = self.dice.randint(1, 40) * WAN // 10
            yield self.new(
                "fees", f"F{number}-{n}", customer=key, on=self.ago(0, 400), kind=self.pick(*KINDS), charged=money, received=money
            )
        for n in range(self.dice.randrange(5)):
            share = {"as_of": self.quarters[n].end, "block": self.pick("deposit", "deposit", "deposit", "loan")}
            ours = self.dice.randint(0, 400) * WAN
            yield self.new("shares", f"S{number}-{n}", customer=key, **share, ours=ours, others=self.dice.randint(0, 400) * WAN)
        if self.some(0.3):
            yield from self._payments(key, number, borrows)
        if self.some(0.5):
            cash = {"noted_on": self.ago(0, 60), "expected_on": self.ago(-60, 0), "direction": self.pick("in", "out"), "amount": 90 * WAN}
            yield self.new("cash_plans", f"N{number}", customer=key, **cash)
        if self.some(0.25):
            row = {"raised_on": self.ago(-3, 90), "area": "service", "content": "网银开通慢", "owner": owner}
            row |= self.done("taken_on") | self.done("solved_on") | {"result": "已办妥" if row["raised_on"].day % 4 else None}
            yield self.new("problems", f"Q{number}", customer=key, **row)

    def _accounts(self, key: str, number: str) -> Iterator[Edit]:
        for n in range(self.pick(3, 3, 3, 3, 4, 3, 3, 3, 3, 2)):
            account, vital = f"A{number}-{n}", n == 0 and self.some(0.5)
            row: dict[str, Any] = {"number": f"9900{number.zfill(10)}{n:06}", "nature": "basic" if n == 0 else "general", "currency": "CNY"}
            row |= {"bank": "ours", "status": self.pick(*["normal"] * 9, "dormant"), "opened_on": self.pick(self.ago(10, 2_000), None)}
            row |= {"balance": self.dice.randint(0, 900) * WAN, "year_avg": self.dice.randint(0, 900) * WAN}
            yield self.new("accounts", account, customer=key, **row, key_account=vital or None, exempt=self.pick(*[None] * 15, "久悬"))
            for period in self.months[-5:-1] if vital else self.quarters[-5:-1]:
                if self.some(0.85):
                    row = {"customer": key, "account": account, "period": period.name, "mode": "ebank"}
                    row |= {"reminded_on": period.end + timedelta(days=self.dice.randint(0, 9))} if self.some(0.7) else {}
                    row |= {"returned_on": period.end + timedelta(days=self.dice.randint(1, 40))} if self.some(0.8) else {}
                    if back := row.get("returned_on"):
                        row["result"] = ("match", "differs", None, "none")[max(0, back.day % 10 - 6)]
                    yield self.new("reconciliations", f"E{account}-{period.name}", **row)

    def _payments(self, key: str, number: str, borrows: bool) -> Iterator[Edit]:
        day = self.ago(-5, 380)
        for n in range(self.pick(1, 1, 2)):
            row: dict[str, Any] = {
                "pays_on": day + timedelta(days=n * self.pick(0, 1, 2)),
                "amount": self.pick(4, 90, 150, 400, 700, 1_200) * WAN,
            }
            row |= {"payee": "收款单位", "payee_kind": self.pick("company", "company", "company", "person", "inside", "same")}
            row |= {"funds": "loan" if borrows and self.some(0.5) else "own", "evidence": self.pick(True, None)}
            row |= {"pay_mode": self.pick("entrusted", "self", "transfer", None)}
            row |= {"loan": f"J{number}-{n}"} if borrows and self.some(0.8) else {}
            row |= {"signed_at": self.moment(row["pays_on"]), "signed_by": self.pick("BL", "BL", None)} if self.some(0.7) else {}
            yield self.new("payments", f"Y{number}-{n}", customer=key, **row)

    def of_borrower(self, key: str) -> Iterator[Edit]:
        """Statements of five quarters and two years."""
        for period in (*self.quarters[:-1], *self.years):
            if self.some(0.85):
                entered = period.end + timedelta(days=self.dice.randint(5, 130))
                audited = period.unit == "year" and self.some(0.8)
                row = {"customer": key, "period": period.name, "audited": audited or None, "entered_on": entered}
                yield self.new("statements", f"B{key}-{period.name}", **row)

    def of_loan(self, loan: str, drawn: date) -> Iterator[Edit]:
        """Looks before the interest days, and checks of what the money is used for."""
        for month in self.months[-4:]:
            if self.some(0.7):
                on = month.start + timedelta(days=19)
                row: dict[str, Any] = {"loan": loan, "interest_on": on, "checked_on": on - timedelta(days=self.dice.randint(1, 9))}
                row |= {
                    "interest_due": 3 * WAN,
                    "balance": self.pick(0, 2, 3, 50, 80) * WAN,
                    "result": self.pick("full", "full", "part", None),
                }
                row |= {"reminded_on": on - timedelta(days=2)} if self.some(0.5) else {}
                row |= {"rechecked_on": on - timedelta(days=self.dice.randint(0, 2))} if self.some(0.5) else {}
                row |= {"arrears": WAN} if row["result"] == "part" else {}
                yield self.new("interest_checks", f"I{loan}-{month.name}", **row)
        for n in range(3):
            on = drawn + timedelta(days=self.dice.randint(0, 25) if n == 0 else self.dice.randint(20, 200))
            row = {"loan": loan, "kind": self.pick("first", "use") if n == 0 else "regular", "checked_on": min(on, self.today)}
            row |= {"staff": self.pick("CR", "CR", "BL", None), "conforms": True}
            row |= ({"mend_by": self.ago(-30, 60)} | self.done("mended_on")) if self.some(0.1) else {}
            yield self.new("fund_checks", f"G{loan}-{n}", **row)

    def of_plan(self, plan: str, owner: str) -> Iterator[Edit]:
        """Targets and actions of a year; now and then it was amended."""
        for target in self.dice.sample(MONEY, 3):
            last = self.dice.randint(0, 900) * WAN
            yield self.new("plan_targets", f"{plan}-{target}", plan=plan, target=target, last_actual=last,
                           goal=last + self.dice.randint(0, 300) * WAN, actual=self.dice.randint(0, 900) * WAN)  # fmt: skip
        share = {"last_share": 300_000, "goal_share": self.dice.randint(200_000, 700_000)}
        yield self.new("plan_targets", f"{plan}-share", plan=plan, target="deposit_share", **share)
        for n in range(2):
            row = {
                "action": "上门对接",
                "owner": owner,
                "due_on": self.pick(self.ago(-90, 90), None),
                "status": self.pick("todo", "doing", "done"),
            }
            yield self.new("plan_actions", f"{plan}-{n}", plan=plan, **row, **self.done("done_on"))
        if self.some(0.2):
            yield self.new("amendments", f"{plan}-a", plan=plan, amended_on=self.ago(-5, 120), reason="market", explanation="市场变化")

    def of_opportunity(self, key: str, owner: str, made: date) -> Iterator[Edit]:
        if self.some(0.4):
            since = made + timedelta(days=self.dice.randint(-2, 25))
            yield self.new("channels", f"H{key}", opportunity=key, ours=owner, theirs="财务", since=since)
        if self.some(0.3):
            row = {"need": "授信额度", "department": "授信部", "owner": owner, "due_on": self.ago(-60, 60)}
            yield self.new("resources", f"Z{key}", opportunity=key, **row, **self.done("done_on"))

    def of_marketing_plan(self, key: str, owner: str) -> Iterator[Edit]:
        for n in range(2):
            row = {"work": "方案", "owner": owner, "due_on": self.ago(-60, 60), "status": self.pick("todo", "doing", "done", "dropped")}
            yield self.new("marketing_steps", f"{key}-{n}", marketing_plan=key, **row, **self.done("done_on"))

    def new(self, table: str, key: str, **values: Any) -> Edit:
        return Edit(table, key, None, values)

    def some(self, share: float) -> bool:
        return self.dice.random() < share

    def pick(self, *values: Any) -> Any:
        return self.dice.choice(values)

    def ago(self, first: int, last: int | None = None) -> date:
        """So many days ago; negative: still to come."""
        return self.today - timedelta(days=first if last is None else self.dice.randint(first, last))

    def done(self, column: str) -> dict[str, date]:
        return {column: self.ago(-10, 60)} if self.some(0.4) else {}

    def moment(self, day: date) -> datetime:
        return datetime.combine(day + timedelta(days=self.dice.randint(-1, 2)), time(self.dice.randint(8, 17)))
