"""Opportunities over the seven channels, from the first word to the signed business (form 4.7, S37–S52)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sheets.demo import days as d
from sheets.demo import words
from sheets.demo.days import Days
from sheets.demo.visits import Calls, made
from sheets.demo.world import HISTORY, Places, Words, World, share

CHANNELS = ("visit", "policy", "parent", "partner", "competitor", "upper", "other")
CHANNEL_WEIGHTS = (60, 25, 22, 20, 15, 24, 14)
# Stage: how many of 180, and how many working days ago they were created.
STAGES = {
    "landed": (58, 40, 200), "lost": (14, 30, 120), "shelved": (8, 30, 120), "signed": (8, 35, 64),
    "applied": (18, 25, 64), "agreed": (23, 15, 55), "need": (26, 6, 30), "created": (13, 1, 12), "collected": (6, 2, 10),
}  # fmt: skip
PLANTED = {"unsubmitted": (2, 1, "collected"), "unreported": (2, 3, "created"), "unvisited": (1, 6, "created")}
LIVE = ("collected", "created", "need", "agreed", "applied")
FRESH = 26  # days: nothing alive has stood longer than this at its stage


@dataclass(frozen=True, slots=True)
class Deals:
    """Opportunities by position. `planted`: which exception each is made for, "" for none; `age`: working days."""

    who: Places
    stage: Words
    age: Days
    created: Days
    stage_on: Days
    planted: Words
    block: list[str]
    product: list[str]
    ids: list[str]
    names: list[str]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def live(self) -> Any:
        return np.isin(self.stage, LIVE)


def plan(world: World, short: list[str]) -> Deals:
    rng = world.rng("deals")
    stage, age, planted = _stages(world, rng)
    size = len(stage)
    created = world.days.add(np.full(size, world.today), -age)
    for _ in range(2):  # a shifted weekend belongs to the one made for it
        created = np.where((created + 3) % 7 >= 5, world.days.add(created, -1), created)
    saturday = last_shifted_saturday(world)
    if saturday is not None:
        created[planted == "saturday"] = saturday
    planted = np.where((planted == "saturday") & (saturday is None), "", planted)
    order = np.argsort(created, kind="stable")
    stage, age, created, planted = stage[order], age[order], created[order], planted[order]
    quiet = np.concatenate([world.picked["door"], world.picked["phone"]])
    may = np.flatnonzero(world.owing & ~np.isin(np.arange(len(world)), quiet))
    borrowers = may[world.credit[may]]
    block = [("deposit", "asset", "fee")[n] for n in rng.choice(3, size, p=(0.33, 0.42, 0.25)).tolist()]
    who = np.where(np.array(block) == "asset", borrowers[rng.integers(0, len(borrowers), size)], may[rng.integers(0, len(may), size)])
    product = [words.PRODUCTS[b][n] for b, n in zip(block, rng.integers(0, 6, size).tolist(), strict=True)]
    names = [f"{short[w][2:].removesuffix(words.MARK)}{p}" for w, p in zip(who.tolist(), product, strict=True)]
    ids = [f"SJ{d.day(day).year}-{n:04d}" for n, day in enumerate(created.tolist(), 1)]
    return Deals(who, stage, age, created, _stage_days(world, rng, stage, age, created), planted, block, product, ids, names)


def last_shifted_saturday(world: World) -> int | None:
    """The last 调休 Saturday long enough ago for all that follows it to be over; None when there was none of late."""
    worked = world.days.between(world.today - HISTORY + 15, world.today - 10)
    found = worked[(worked + 3) % 7 == 5]
    return int(found[-1]) if len(found) else None


def _stages(world: World, rng: np.random.Generator) -> tuple[Words, Days, Words]:
    stage: list[str] = []
    age: list[int] = []
    planted: list[str] = []
    for name, (count, ago, at) in PLANTED.items():
        for _ in range(world.count(count)):
            stage.append(at)
            age.append(ago)
            planted.append(name)
    stage.append("agreed")
    age.append(30)
    planted.append("saturday")
    for at, (count, low, high) in STAGES.items():
        many = share(count, len(world))
        stage += [at] * many
        age += rng.integers(low, high + 1, many).tolist()
        planted += [""] * many
    return np.array(stage, object), np.array(age, np.int64), np.array(planted, object)


def _stage_days(world: World, rng: np.random.Generator, stage: Words, age: Days, created: Days) -> Days:
    """Since when it stands where it stands; of what is alive, not long."""
    size = len(stage)
    recent = world.days.later(world.today - rng.integers(2, FRESH, size))
    moved = np.clip(recent, np.minimum(world.days.add(created, 1), world.last), world.last)
    over = world.days.add(created, np.maximum(1, (age * rng.uniform(0.4, 0.85, size)).astype(np.int64)))
    found = np.where(np.isin(stage, ("collected", "created")), created, np.where(np.isin(stage, LIVE), moved, over))
    return np.minimum(found, world.last)


def calls(world: World, deals: Deals) -> list[Calls]:
    """Business visits: on the working day after its creation, and again when it moved on."""
    first = world.days.add(deals.created, 1)
    kept = (first < world.today) & (first >= world.today - HISTORY) & (deals.planted != "unvisited")
    again = kept & (deals.stage_on > first) & ~np.isin(deals.stage, ("lost", "shelved"))
    found = []
    for mask, day, talk in ((kept, first, "business"), (again, deals.stage_on, "business later")):
        place = np.flatnonzero(mask)
        block = made(deals.who[place], day[place], "onsite", talk, cm=True)
        found.append(Calls(block.who, block.day, block.mode, block.talk, block.tl, block.bl, block.cm, place))
    return found
