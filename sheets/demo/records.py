"""What is written down about each visit, and the manager's diary (forms 4.3 and 4.4)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from sheets.demo import days as d
from sheets.demo import words
from sheets.demo.customers import contact_names
from sheets.demo.days import Days
from sheets.demo.deals import Deals
from sheets.demo.visits import Calls
from sheets.demo.world import Ledgers, Places, Row, Words, World, rows

FINDINGS = ("operations", "cash", "investment", "competitors", "needs", "problems")
DIARY_DAYS = 10


@dataclass(frozen=True, slots=True)
class Log:
    """Every visit made, in the order of days, as later rooms refer to it."""

    who: Places
    day: Days
    door: np.ndarray[Any, np.dtype[np.bool_]]
    ids: list[str]


def build(world: World, calls: list[Calls], deals: Deals) -> tuple[Ledgers, Log]:
    kept = [c for c in calls if len(c)]
    who, day = np.concatenate([c.who for c in kept]), np.concatenate([c.day for c in kept])
    order = np.argsort(day, kind="stable")
    door = np.concatenate([np.full(len(c), c.mode == "onsite") for c in kept])[order]
    deal = np.concatenate([c.deal for c in kept])[order]
    there = [np.concatenate([getattr(c, part) for c in kept])[order] for part in ("cm", "tl", "bl")]
    talk = np.concatenate([np.full(len(c), c.talk, object) for c in kept])[order]
    who, day = who[order], day[order]
    log = Log(who, day, door, _numbers(day))
    made = _columns(world, log, there, talk, deal, deals=deals)
    found = rows(**made) + _ahead(world) + _refused(world, log, deals) + _missed(world, log)
    return {"visits": found, "diary": _diary(world, log, made)}, log


def _numbers(day: Days) -> list[str]:
    """FW-20261120-001: counted from one each day."""
    first = np.searchsorted(day, day)
    text = np.datetime_as_string(day.astype("datetime64[D]")).tolist()
    return [f"FW-{t.replace('-', '')}-{n:03d}" for t, n in zip(text, (np.arange(len(day)) - first + 1).tolist(), strict=True)]


def _columns(world: World, log: Log, there: list[Any], talk: Words, deal: Places, *, deals: Deals) -> dict[str, list[Any]]:
    rng, size = world.rng("records"), len(log.ids)
    topics = words.topics()
    chosen = _topics(world, rng, log, talk)
    door = log.door.tolist()
    start = np.where(log.door, rng.integers(54, 100, size), rng.integers(54, 105, size)) * 10
    start = np.where((start >= 700) & (start < 840), start - 120, start)  # nobody is called over lunch
    long = np.where(log.door, rng.integers(4, 10, size) * 10, rng.integers(1, 4, size) * 5)
    numbers = [
        {"p": p, "d": q, "a": a * 20, "b": b * 10, "e": e * 10, "i": i}
        for p, q, a, b, e, i in zip(*(rng.integers(low, high, size).tolist() for low, high in (
            (4, 19), (30, 91), (5, 60), (4, 50), (3, 40), (3, 60))), strict=True)
    ]  # fmt: skip
    names = contact_names(world)
    post = [words.POSITIONS[n % len(words.POSITIONS)][0] for n in range(len(names))]
    met = (2 * log.who + rng.integers(0, 2, size)).tolist()
    whom = [f"{names[n]}（{post[n]}）" for n in met]
    site = [words.SITES[n] if at_door else None for n, at_door in zip(rng.integers(0, len(words.SITES), size).tolist(), door, strict=True)]
    told = [topics[n] for n in chosen]
    deal_of = deal.tolist()
    said = [
        (f"在{place}与{person}会谈。" if place else f"与{person}通话。")
        + topic["minutes"].format(**n, o=deals.names[o] if o >= 0 else "")
        for topic, n, place, person, o in zip(told, numbers, site, whom, deal_of, strict=True)
    ]  # fmt: skip
    finding = [topic["found"].format(**n) for topic, n in zip(told, numbers, strict=True)]
    field = [topic["field"] for topic in told]
    following = world.days.add(log.day, 1)
    later = (rng.random(size) < 0.35) & (following < world.today)
    written = np.where(later, following, log.day)
    clock = np.where(later, rng.integers(510, 620, size), np.minimum(start + long + rng.integers(15, 200, size), 1130))
    owner, tl, bl = world.owner[log.who], world.team_leader[log.who], world.leader[log.who]
    return {
        "id": log.ids, "customer": world.ids[log.who].tolist(), "kind": ["business" if o >= 0 else "routine" for o in deal_of],
        "mode": ["onsite" if at_door else "phone" for at_door in door], "planned_on": d.dates(log.day), "visited_on": d.dates(log.day),
        "time": [_time(s, n) for s, n in zip(start.tolist(), long.tolist(), strict=True)], "place": site,
        "participants": _participants(owner, tl, bl, there), "their_people": whom, "purposes": [t["purposes"] for t in told],
        "opportunity": [deals.ids[o] if o >= 0 else None for o in deal_of],
        "preparation": [t["preparation"] for t in told], "minutes": said,
        **{key: [text if key == f else None for f, text in zip(field, finding, strict=True)] for key in FINDINGS},
        "next_step": [t["next_step"] for t in told],
        "next_owner": owner.tolist(), "next_due": d.dates(world.days.later(log.day + rng.integers(5, 15, size))),
        "recorded_by": np.where(there[0], owner, np.where(there[1], tl, bl)).tolist(),
        "recorded_at": d.instants(written, clock), "backdated": [False] * size,
    }  # fmt: skip


def _time(start: int, length: int) -> str:
    end = start + length
    return f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"


def _participants(owner: Words, tl: Words, bl: Words, there: list[Any]) -> list[str]:
    names = zip(owner.tolist(), tl.tolist(), bl.tolist(), strict=True)
    came = zip(*(post.tolist() for post in there), strict=True)
    return [";".join(n for n, is_there in zip(*one, strict=True) if is_there) for one in zip(names, came, strict=True)]


def _topics(world: World, rng: np.random.Generator, log: Log, talk: Words) -> list[int]:
    """A topic that fits: of a borrower's visit in three the loan is spoken of."""
    topics = words.topics()
    kinds = {(t["who"], t["mode"]) for t in topics}
    pools = {k: np.array([n for n, t in enumerate(topics) if (t["who"], t["mode"]) == k]) for k in kinds}
    loan = world.credit[log.who] & (rng.random(len(talk)) < 0.35)
    wanted = np.where((talk == "any") & loan, "credit", talk)
    found = np.zeros(len(talk), np.int64)
    for (who, mode), pool in sorted(pools.items()):
        mine = (wanted == who) & (log.door == (mode == "onsite"))
        found[mine] = pool[rng.integers(0, len(pool), int(mine.sum()))]
    first = np.flatnonzero([t["who"] == "business" for t in topics])
    seen = np.flatnonzero(talk == "business later")
    found[seen] = first[-1]
    opening = np.flatnonzero(talk == "business")
    found[opening] = first[0]
    return [int(n) for n in found]


def _ahead(world: World) -> list[Row]:
    """Visits agreed for the coming days: planned, prepared, not made."""
    rng = world.rng("ahead")
    who = rng.permutation(np.flatnonzero(world.owing))[: world.some(40)]
    when = world.days.add(np.full(len(who), world.today), rng.integers(1, 7, len(who)))
    first = {int(day): 0 for day in when}
    found: list[Row] = []
    for n, day in zip(who.tolist(), when.tolist(), strict=True):
        first[day] += 1
        found.append({
            "id": f"FW-{d.day(day):%Y%m%d}-{first[day]:03d}", "customer": world.ids[n], "kind": "routine", "mode": "onsite",
            "planned_on": d.day(day), "participants": world.owner[n], "recorded_by": world.owner[n],
            "purposes": "relation;information",
            "preparation": "资金情况：下月收支计划" if len(found) < world.count(2)
            else "财务信息：近期回款与应收\n资金情况：下月收支计划\n投资计划：是否有新增投入",
        })  # fmt: skip
    return found


def _refused(world: World, log: Log, deals: Deals) -> list[Row]:
    """The business visit that came in from a file as made by phone: it counts as neither until it is mended."""
    n = int(deals.who[-1])
    day = world.days.before(world.today, 4)
    number = int((log.day == day).sum()) + 1
    return [{
        "id": f"FW-{d.day(day):%Y%m%d}-{number:03d}", "customer": world.ids[n], "kind": "business", "mode": "phone",
        "visited_on": d.day(day), "participants": world.owner[n], "their_people": f"{contact_names(world)[2 * n]}（财务）",
        "purposes": "opportunity", "opportunity": deals.ids[-1], "preparation": "资金情况：本季融资安排",
        "minutes": "电话沟通商机进展，客户希望尽快拿到方案。", "next_step": "改为上门面谈方案", "next_owner": world.owner[n],
    }]  # fmt: skip


def _missed(world: World, log: Log) -> list[Row]:
    """A visit that was planned, and of which nothing was written down."""
    n, day = int(np.flatnonzero(world.owing)[-1]), world.days.before(world.today, 5)
    number = int((log.day == day).sum()) + 3
    return [{
        "id": f"FW-{d.day(day):%Y%m%d}-{number:03d}", "customer": world.ids[n], "kind": "routine", "mode": "onsite",
        "planned_on": d.day(day), "participants": world.owner[n], "recorded_by": world.owner[n], "purposes": "relation",
        "preparation": "财务信息：近期回款\n资金情况：下月收支\n投资计划：有无新增",
    }]  # fmt: skip


def _diary(world: World, log: Log, made: dict[str, list[Any]]) -> list[Row]:
    """The last ten working days: what visits wrote by themselves, and one line of a manager's own work a day."""
    recent = [n for n in np.flatnonzero(log.day >= world.days.before(world.today, DIARY_DAYS)).tolist()
              if made["recorded_by"][n] == world.owner[log.who[n]]]  # fmt: skip
    notes = rows(
        on=[made["visited_on"][n] for n in recent],
        staff=[made["recorded_by"][n] for n in recent], customer=[made["customer"][n] for n in recent],
        work=["visit" if log.door[n] else "call" for n in recent], content=[made["minutes"][n] for n in recent],
        todo=[made["next_step"][n] for n in recent], todo_on=[made["next_due"][n] for n in recent],
        origin=["house"] * len(recent), origin_row=[log.ids[n] for n in recent],
    )  # fmt: skip
    own = (("internal", "参加晨会，通报存款日均和商机进展。"), ("business", "整理客户开户和代发资料，提交柜面复核。"),
           ("opportunity", "更新在跟商机进度，补充方案材料。"), ("reconciliation", "查看对账回执情况，逐户电话提醒。"),
           ("training", "参加新产品培训。"))  # fmt: skip
    days = [world.days.before(world.today, k) for k in range(1, DIARY_DAYS + 1)]
    typed: list[Row] = [
        {"on": d.day(day), "staff": who, "work": own[(n + k) % 5][0], "content": own[(n + k) % 5][1], "origin": "person"}
        for k, day in enumerate(days) for n, who in enumerate(world.people.managers)
    ]  # fmt: skip
    return _counted(notes + typed)


def _counted(notes: list[Row]) -> list[Row]:
    """RZ-20261120-001: counted from one each day."""
    first: Counter[date] = Counter()
    found: list[Row] = []
    for note in notes:
        first[note["on"]] += 1
        found.append({"id": f"RZ-{note['on']:%Y%m%d}-{first[note['on']]:03d}", **note})
    return found


def doors_before(log: Log, who: Places, day: Days) -> list[str | None]:
    """For each customer and day, its latest on-site visit not after that day: where an opportunity was found."""
    place = np.flatnonzero(log.door)
    order = place[np.lexsort((log.day[place], log.who[place]))]
    keys = log.who[order] * 100_000 + log.day[order]
    at = np.searchsorted(keys, who * 100_000 + day, side="right") - 1
    known = (at >= 0) & (log.who[order[np.maximum(at, 0)]] == who)
    return [log.ids[int(order[n])] if there else None for n, there in zip(at.tolist(), known.tolist(), strict=True)]
