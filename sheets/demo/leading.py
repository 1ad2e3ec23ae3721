"""Goals from above, broken down to teams and people, and tasks that leaders followed up (forms of S17)."""

from __future__ import annotations

from datetime import datetime, time

import numpy as np

from sheets.demo import days as d
from sheets.demo.world import Ledgers, Row, World

GOALS = {"deposit_now": "deposit_end", "deposit_average": "deposit_avg", "loan_now": "loan_balance", "fee_year": "fee"}
STRETCH = (1.06, 1.03, 1.0)  # what is asked of the branch and a team, over what their people have taken on
STEADY = 0.9  # of a year's deposits, what stood there when it began; the rest comes month by month, as income does from nothing
WAN = 1_000_000
WORK = (
    ("逐户核对本季对账回执，缺的当面收回", "已全部收回"),
    ("大额流出客户上门了解资金去向", "已上门，资金月底回流"),
    ("补齐续授信材料，约定上报时间", "材料已齐，已上报"),
    ("份额下降客户制定挽回措施", "已与客户商定结算归集"),
    ("梳理在途商机，更新阶段和预计落地日", ""),
    ("约见新开户客户财务负责人", ""),
)


def build(world: World, plans: Ledgers) -> Ledgers:
    """`plans`: with their targets, which the goals are made of."""
    return {"targets": _targets(world, plans), "tasks": _tasks(world)}


def _targets(world: World, plans: Ledgers) -> list[Row]:
    """Of this year: what the plans of each manager want together, a little more of the team, and more again of the branch."""
    year, people = world.as_of.year, world.people
    owner = {row["id"]: row["owner"] for row in plans["plans"] if row["year"] == year}
    sums: dict[tuple[str, str], int] = {}
    for row in plans["plan_targets"]:
        if row["plan"] in owner and row.get("goal"):
            key = (str(row["target"]), owner[row["plan"]])
            sums[key] = sums.get(key, 0) + int(row["goal"])
    found: list[Row] = []
    for figure, target in GOALS.items():
        own = [sums.get((target, manager), 0) for manager in people.managers]
        teams = [sum(goal for goal, its in zip(own, people.team_of, strict=True) if its == n) for n in range(len(people.team_leaders))]
        lines: list[tuple[str, str, str, float]] = [("branch", "", people.leaders[0], sum(teams) * STRETCH[0])]
        lines += [("team", f"T{n + 1}", leader, teams[n] * STRETCH[1]) for n, leader in enumerate(people.team_leaders)]
        lines += [("person", "", manager, goal * STRETCH[2]) for manager, goal in zip(people.managers, own, strict=True)]
        found += [
            {"year": year, "figure": figure, "level": level, "staff": staff, "goal": round(goal * share / WAN) * WAN}
            | ({"team": team} if team else {}) | ({"period": period, "source": "序时进度"} if period else {"source": "年度经营计划"})
            for period, share in (("", 1.0), *_on_the_way(world, figure))
            for level, team, staff, goal in lines
        ]  # fmt: skip
    return [{"id": f"ZB{n:06d}", **row} for n, row in enumerate(found, 1)]


def _on_the_way(world: World, figure: str) -> list[tuple[str, float]]:
    """The running quarter and month, with what part of a year's goal is to be there at their end."""
    year, month = world.as_of.year, world.as_of.month
    began = {"deposit_now": STEADY, "fee_year": 0.0}
    if figure not in began:
        return []
    quarter = (month + 2) // 3
    ends = ((f"{year}Q{quarter}", quarter / 4), (f"{year}-{month:02d}", month / 12))
    return [(period, began[figure] + (1 - began[figure]) * past) for period, past in ends]


def _tasks(world: World) -> list[Row]:
    """Some that were reported in time, and some that are still to come."""
    found: list[Row] = []
    for n, (what, report) in enumerate(WORK):
        manager = n % len(world.people.managers)
        assigned = world.days.before(world.today, 6 + 5 * n)
        leader = world.people.team_leaders[world.people.team_of[manager]]
        row: Row = {
            "id": f"DB{n + 1:06d}", "what": what, "owner": world.people.managers[manager],
            "assigned_by": leader, "assigned_at": datetime.combine(d.day(assigned), time(9, 30)),
        }  # fmt: skip
        if report:
            found.append(row | {"due_on": d.day(assigned + 10), "done_on": d.day(assigned + 1), "report": report, "status": "done"})
        else:
            found.append(row | {"due_on": d.day(int(world.days.later(np.array([world.today + 9 + n]))[0])), "status": "doing"})
    return found
