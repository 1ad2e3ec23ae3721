"""A small branch with one person in each role, four customers, and something due for everybody."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from branch.branch import Branch
from branch.opening import create
from sheets.schema import Edit

PEOPLE = {
    "CM1": ("陈静", "customer_manager", "TL1"), "CM2": ("李强", "customer_manager", "TL1"), "TL1": ("冯雪", "team_leader", "BL1"),
    "BL1": ("蒋琳", "leader", ""), "CR1": ("韩梅", "credit_officer", "BL1"), "VW1": ("杨帆", "president", ""),
    "ADM": ("朱红", "admin", ""),
}  # fmt: skip
# A name that must be shown exactly as it stands.
NAUGHTY = "[点我](http://evil.example) $x$ :red[红] <script>alert(1)</script>"
USCC = ("91110000600037341L", "91990000DEM000006A", "91990000DEM0000145", "91990000DEM0000220")


def small(home: Path, now: datetime, *, picker: bool = True, **more: Any) -> Branch:
    branch = create(home, now, demo=picker, person_picker=picker, name_zh="测试支行", name_en="Test branch", **more)
    branch.store.write(rows(now.date()), "system", "terminal", now)
    return branch


def rows(today: date) -> list[Edit]:
    def new(table: str, row: str, **values: Any) -> Edit:
        return Edit(table, row, None, values)

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    edits = [new("teams", "T1", name="公司业务一部", team_leader="TL1", leader="BL1")]
    for key, (name, role, leader) in PEOPLE.items():
        edits.append(new("staff", key, name=name, role=role, team="T1" if role in {"customer_manager", "team_leader"} else None,
                         leader=leader or None, email=f"{key.lower()}@example.com", status="active"))  # fmt: skip
    for number, (short, owner) in enumerate([("启岚机械", "CM1"), ("宏远纺织", "CM1"), ("瑞丰化工", "CM2"), (NAUGHTY, "CM1")], 1):
        key = f"C{number}"
        edits += [
            new("customers", key, name=f"{short}有限公司", short_name=short, uscc=USCC[number - 1], kind="company", ownership="private",
                industry="C", size="medium", address="示例路1号", main_business=NAUGHTY, legal_representative="张示例", tier="key",
                status="active", flags="credit;deposit", basic_account_bank="ours", owner=owner, team="T1", credit_officer="CR1",
                assigned_on=ago(400), filed_on=ago(400)),
            new("contacts", f"K{number}", customer=key, name="王示例", position="财务总监", parts="cfo", mobile="13800000001",
                basis="card", in_post="yes"),
            new("ratings", f"R{number}", customer=key, grade="AA", model="medium", effective_on=ago(300), expires_on=ago(-70),
                authority="head", credit_officer="CR1"),
            new("credit_lines", f"L{number}", customer=key, amount=5_000_000_000, effective_on=ago(300), expires_on=ago(-65),
                authority="tier2", credit_officer="CR1"),
            new("loans", f"J{number}", customer=key, product="working_capital", drawn_on=ago(300), matures_on=ago(-20),
                amount=1_000_000_000, balance=800_000_000, risk_class="normal"),
            new("plans", f"P{number}", customer=key, year=today.year, version=1, status="bl_reviewed" if number == 2 else "draft",
                owner=owner, made_on=ago(200), strategy="以结算带存款"),
            new("plan_targets", f"PT{number}", plan=f"P{number}", target="deposit_avg", unit="wan", last_actual=300_000_000,
                goal=500_000_000, actual=420_000_000),
            new("visits", f"V{number}", customer=key, kind="routine", mode="onsite", visited_on=ago(30), participants=owner,
                place="示例路1号", their_people="王示例", purposes="relation", preparation="资金情况", minutes="了解资金安排",
                next_step="跟进"),
        ]  # fmt: skip
    created = datetime.combine(ago(1), datetime.min.time()).replace(hour=10)
    edits.append(new("opportunities", "O1", name="供应链融资", customer="C1", channel="visit", block="asset", product="流贷",
                     amount=1_000_000_000, stage="created", created_at=created, created_by="CM1"))  # fmt: skip
    return edits
