"""Staff, teams, leave, and who looks after whom (form 4.0)."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from sheets.demo import days as d
from sheets.demo import words
from sheets.demo.world import Ledgers, Row, World, rows

TEAM_NAMES = ("公司业务一部", "公司业务二部")


def build(world: World) -> Ledgers:
    return {"staff": _staff(world), "teams": _teams(world), "leave": _leave(world), "assignments": _assignments(world)}


def _staff(world: World) -> list[Row]:
    people = world.people
    teams = [f"T{n + 1}" for n in range(len(people.team_leaders))]
    boss = people.leaders[0]
    found: list[tuple[str, str, str, str, str]] = [(people.president, "president", "", "", "行长，只读")]
    found += [(who, "leader", "", people.president, "") for who in people.leaders]
    found += [(who, "team_leader", teams[n], people.leaders[people.leader_of[n]], "") for n, who in enumerate(people.team_leaders)]
    found += [
        (who, "customer_manager", teams[people.team_of[n]], people.team_leaders[people.team_of[n]], "")
        for n, who in enumerate(people.managers)
    ]
    found += [(who, "credit_officer", "", boss, "") for who in people.officers]
    found += [(people.product, "customer_manager", "", boss, "产品经理，不管户"), (people.admin, "admin", "", boss, "综合岗")]
    return [
        {
            "id": who, "name": words.person(n), "role": role, "email": f"{who}@demo.invalid", "lang": "zh", "status": "active",
            "phone": f"0000-8{n:06d}", "joined_on": world.as_of - timedelta(days=900 + 37 * n % 2000),
        } | {key: text for key, text in (("team", team), ("leader", leader), ("note", note)) if text}
        for n, (who, role, team, leader, note) in enumerate(found)
    ]  # fmt: skip


def _teams(world: World) -> list[Row]:
    people = world.people
    return [
        {
            "id": f"T{n + 1}", "name": TEAM_NAMES[n] if n < len(TEAM_NAMES) else f"公司业务{n + 1}部", "team_leader": who,
            "leader": people.leaders[people.leader_of[n]],
        }
        for n, who in enumerate(people.team_leaders)
    ]  # fmt: skip


def _leave(world: World) -> list[Row]:
    """One leave that is over and one that is still to come: nobody is away today."""
    first, second = world.people.managers[:2]
    past, future = world.days.before(world.today, 18), world.today + 35
    return [
        {"id": "QJ0001", "staff": first, "from_on": d.day(past - 2), "to_on": d.day(past), "deputy": second, "reason": "年休假"},
        {"id": "QJ0002", "staff": second, "from_on": d.day(future), "to_on": d.day(future + 4), "deputy": first, "reason": "培训"},
    ]


def assigned(world: World) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The day from which each manager answers for the customer: long ago."""
    return world.today - 420 - world.rng("assigned").integers(0, 560, len(world))


def _assignments(world: World) -> list[Row]:
    size = len(world)
    return rows(
        id=[f"GH{n:06d}" for n in range(1, size + 1)], customer=world.ids.tolist(), staff=world.owner.tolist(),
        part=["owner"] * size, from_on=d.dates(assigned(world)), reason=["首次分配"] * size,
    )  # fmt: skip
