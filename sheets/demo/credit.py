"""Ratings, credit lines, their papers and the notices sent for them (forms 4.11, 4.12, letters)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sheets.demo import days as d
from sheets.demo.days import NONE, Days
from sheets.demo.world import Ledgers, Places, Row, Words, World, only, pick, rows, wan

MONTHS = {"head": 3, "tier1": 2, "tier2": 1}
SAFE = 3  # whatever falls due within so many days is done already
MATERIALS = ("licence", "articles", "audited", "recent", "use", "diligence", "resolution")
MODEL = {"large": "large", "medium": "medium", "small": "small", "micro": "micro", "na": "institution"}


@dataclass(frozen=True, slots=True)
class Papers:
    """Ratings or lines by position: whose, of which authority, until when, and what each is planted for."""

    who: Places
    authority: Words
    until: Days
    planted: Words

    def due(self, world: World) -> Days:
        """When the notice must leave."""
        months = np.array([MONTHS[a] for a in self.authority.tolist()])
        return world.days.earlier(d.months_before(self.until, months))


def falling(world: World, months: int, target: int) -> int:
    """A date whose notice, so many months before it, is due on the target day; the next possible one where month ends
    leave none."""
    ends = np.arange(target + 20, target + 31 * months + 25)
    due = world.days.earlier(d.months_before(ends, months))
    exact = ends[due == target]
    return int(exact[0]) if len(exact) else int(ends[due > target][0])


def fallen(world: World, months: int, target: int) -> int:
    """The last date whose notice was due on the target day or before."""
    ends = np.arange(target + 1, target + 31 * months + 25)
    due = world.days.earlier(d.months_before(ends, months))
    return int(ends[due <= target][-1])


def letter_day(world: World) -> int:
    """The day itself; on a day off, the next on which a letter can leave."""
    return int(world.days.later(np.array([world.today]))[0])


def sent(world: World, rng: np.random.Generator, due: Days) -> Days:
    """When what falls due was done: up to two working days early; not yet what falls due later."""
    early = world.days.add(due, -rng.integers(0, 3, len(due)))
    return np.where(due <= world.today + SAFE, np.minimum(early, world.last), NONE)


def ratings(world: World) -> Papers:
    """One for each borrower but the one without."""
    rng, today = world.rng("ratings"), world.today
    who = np.flatnonzero(world.credit)
    who = rng.permutation(who[~np.isin(who, world.picked["unrated"])])
    at = letter_day(world)
    planted = [("letter", level, falling(world, MONTHS[level], at)) for level in ("head", "tier1", "tier2")][: world.count(3)]
    planted += [("window", "tier1", today + 40), ("window", "tier1", today + 34)][: world.count(2)]
    planted += [
        ("late", "tier2", _first(world, today + 9, today + 13, 14)), ("expired", "tier2", today - 12),
        ("early", "tier2", _first(world, today + 66, today + 74, 75)),
    ]  # fmt: skip
    size = len(who)
    planted = planted[:size]
    ordinary = size - len(planted)
    near = rng.random(ordinary) < 0.14
    until = today + np.where(near, rng.integers(9, 48, ordinary), rng.integers(66, 360, ordinary))
    return Papers(
        who, np.array([level for _, level, _ in planted] + _levels(planted, size, 4, 26), object),
        np.array([day for *_, day in planted] + until.tolist(), np.int64),
        np.array([name for name, *_ in planted] + [""] * ordinary, object),
    )  # fmt: skip


def _first(world: World, start: int, end: int, before: int) -> int:
    """The first day of a stretch that lies so many days after a working day; the first of all if none does."""
    return next((day for day in range(start, end + 1) if world.days.work(day - before)), start)


def _levels(planted: list[tuple[str, str, int]], size: int, head: int, tier1: int) -> list[str]:
    """The authority of those not planted, so that of 69 four go to head office and 26 to the tier-1 branch."""
    have = [level for _, level, _ in planted]
    most = {"head": round(size * head / 69), "tier1": round(size * tier1 / 69)}
    found = [level for level in most for _ in range(max(0, most[level] - have.count(level)))]
    return (found + ["tier2"] * size)[: size - len(planted)]


def lines(world: World) -> Papers:
    """62 of 70 borrowers have one."""
    rng, today = world.rng("lines"), world.today
    who = rng.permutation(np.flatnonzero(world.credit))
    who = who[: round(len(who) * 62 / 70)]
    ends = falling(world, 1, letter_day(world))
    due = [("due", "tier2", ends), ("due", "tier1", ends)][: world.count(2)]
    planted = [*due, ("expired", "tier2", today - 9)][: len(who)]
    ordinary = len(who) - len(planted)
    return Papers(
        who, np.array([level for _, level, _ in planted] + _levels(planted, len(who), 3, 24), object),
        np.array([day for *_, day in planted] + (today + rng.integers(9, 360, ordinary)).tolist(), np.int64),
        np.array([name for name, *_ in planted] + [""] * ordinary, object),
    )  # fmt: skip


def build(world: World, sizes: list[str], used: dict[str, int]) -> Ledgers:
    """`sizes`: of each customer; `used`: balances in fen under each customer's line."""
    rated, granted = _ratings(world, ratings(world), sizes), _lines(world, lines(world), used)
    return {
        "ratings": rated,
        "credit_lines": granted,
        "materials": _materials(granted),
        "letters": _letters("rating_notice", "ratings", rated) + _letters("line_notice", "credit_lines", granted),
    }


def _ratings(world: World, papers: Papers, sizes: list[str]) -> list[Row]:
    rng, size, until = world.rng("rating rows"), len(papers.who), papers.until
    grade = pick(rng, ("AA", "AA-", "A+", "A", "A-", "BBB+", "BBB", "BB"), size, (3, 5, 9, 14, 14, 11, 9, 4))
    notice = np.where(papers.planted == "letter", NONE, sent(world, rng, papers.due(world)))
    started = np.minimum(world.days.later(until - 58), np.maximum(world.last, until - 60))
    started = np.where((until - 60 <= world.today) & (papers.planted != "window"), started, NONE)
    started = np.where(papers.planted == "early", until - 75, started)
    submitted = world.days.earlier(until - 30)
    submitted = np.where((submitted <= world.last) & ~np.isin(papers.planted, ("letter", "window", "early")), submitted, NONE)
    submitted = np.where(papers.planted == "late", until - 14, submitted)
    approved = np.where(submitted == NONE, NONE, world.days.add(np.where(submitted == NONE, world.today, submitted), 8))
    approved = np.where((approved >= world.today) | (papers.planted == "expired"), NONE, approved)
    begun = started != NONE
    checked = only(begun, [True] * size)
    return rows(
        id=[f"PJ{n:06d}" for n in range(1, size + 1)], customer=world.ids[papers.who].tolist(), grade=grade, kind=["yearly"] * size,
        model=[MODEL[sizes[n]] for n in papers.who.tolist()], statement_period=[f"{d.day(u - 365).year - 1}" for u in until.tolist()],
        audited=[True] * size, effective_on=d.dates(d.months_before(until + 1, 12)), expires_on=d.dates(until),
        authority=papers.authority.tolist(), approver=[_approver(a) for a in papers.authority.tolist()],
        credit_officer=world.officer[papers.who].tolist(), **_notice(notice, "PJTS"),
        industry_checked=checked, size_checked=checked, finance_checked=checked, entered_on=d.dates(started), initiated_on=d.dates(started),
        initiated_by=only(begun, world.owner[papers.who]), submitted_on=d.dates(submitted),
        process_no=[f"CLPM-PJ-{n:06d}" if day != NONE else None for n, day in enumerate(submitted.tolist(), 1)],
        approved_on=d.dates(approved), result=only(approved != NONE, "approved"),
    )  # fmt: skip


def _approver(authority: str) -> str:
    return {"head": "总行", "tier1": "区分行", "tier2": "二级分行"}[authority] + "授信审批部"


def _notice(notice: Days, prefix: str) -> dict[str, list[Any]]:
    return {
        "notice_on": d.dates(notice),
        "notice_received_on": d.dates(notice),  # signed for on the spot, in the branch
        "notice_no": [f"{prefix}-{d.day(day).year}-{n:04d}" if day != NONE else None for n, day in enumerate(notice.tolist(), 1)],
    }


def _lines(world: World, papers: Papers, used: dict[str, int]) -> list[Row]:
    rng, size, until = world.rng("line rows"), len(papers.who), papers.until
    month = d.months_before(until, 1)
    due, diligence_due = world.days.earlier(month), world.days.add(month, -10)
    unsent = papers.planted == "due"
    notice = np.where(unsent & (papers.authority == "tier2"), NONE, sent(world, rng, papers.due(world)))
    ready = np.minimum(world.days.add(due, -rng.integers(1, 6, size)), world.last)
    submitted = np.where((due <= world.today + 12) & ~unsent, ready, NONE)
    diligence = np.minimum(world.days.add(diligence_due, -rng.integers(0, 5, size)), world.last)
    diligence = np.where(diligence_due <= world.today + 6, diligence, NONE)
    complete_by = world.days.add(month, -5)
    complete = np.minimum(world.days.add(complete_by, -rng.integers(1, 4, size)), world.last)
    complete = np.where(complete_by <= world.today + 6, complete, NONE)
    approved = np.where(submitted == NONE, NONE, world.days.add(np.where(submitted == NONE, world.today, submitted), 12))
    approved = np.where((approved >= world.today) | (papers.planted == "expired"), NONE, approved)
    balance = np.array([used.get(world.ids[n], 0) / 1_000_000 for n in papers.who.tolist()])
    amount = np.ceil(np.maximum(balance * rng.uniform(1.1, 1.5, size), rng.integers(4, 30, size) * 100) / 100) * 100
    return rows(
        id=[f"SX{n:06d}" for n in range(1, size + 1)], customer=world.ids[papers.who].tolist(), kind=["general"] * size, amount=wan(amount),
        used=wan(balance), currency=["CNY"] * size, items=["流动资金贷款、银行承兑汇票、保函"] * size,
        security=pick(rng, ("mortgage", "guarantee", "mixed", "credit", "pledge"), size, (5, 3, 3, 1, 1)),
        effective_on=d.dates(d.months_before(until + 1, 12)), expires_on=d.dates(until), authority=papers.authority.tolist(),
        approver=[_approver(a) for a in papers.authority.tolist()], credit_officer=world.officer[papers.who].tolist(),
        **_notice(notice, "SXTS"), diligence_on=d.dates(diligence),
        materials_on=d.dates(complete),
        submitted_on=d.dates(submitted),
        process_no=[f"CLPM-SX-{n:06d}" if day != NONE else None for n, day in enumerate(submitted.tolist(), 1)],
        approved_on=d.dates(approved), result=only(approved != NONE, "approved"),
        new_amount=[a if day != NONE else None for a, day in zip(wan(amount), approved.tolist(), strict=True)],
        intention=pick(rng, ("renew", "raise", "shrink"), size, (8, 2, 1)),
    )  # fmt: skip


def _materials(lines_: list[Row]) -> list[Row]:
    """The papers of every line whose renewal has begun; complete once it was submitted."""
    begun = [line for line in lines_ if "diligence_on" in line]
    return [
        {"id": f"CL-{line['id']}-{k}", "line": line["id"], "item": item, "complete": "submitted_on" in line or k < 5}
        | ({"complete_on": line["diligence_on"]} if "submitted_on" in line or k < 5 else {})
        for line in begun for k, item in enumerate(MATERIALS, 1)
    ]  # fmt: skip


def _letters(kind: str, table: str, papers: list[Row]) -> list[Row]:
    """What went from the credit officer to the manager."""
    return [
        {
            "id": f"HJ-{row['id']}", "number": row["notice_no"], "kind": kind, "customer": row["customer"], "subject": table,
            "row": row["id"],
            "made_on": row["notice_on"], "sent_on": row["notice_on"], "delivered": "内部签收", "receipt_on": row["notice_received_on"],
            "staff": row["credit_officer"], "version": 1,
        }
        for row in papers if "notice_on" in row
    ]  # fmt: skip
