"""Who there is before anything happens: staff, teams, and which customer is of which tier and in whose care."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from sheets.demo import days as d
from sheets.demo.days import Workdays

Row = dict[str, Any]
Ledgers = dict[str, list[Row]]
Places = npt.NDArray[np.int64]
Words = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]

NOMINAL = 200  # the customers for which the planted exceptions are counted
HISTORY = 120  # days of visits


@dataclass(frozen=True, slots=True)
class People:
    """Staff numbers by post; manager n belongs to team `team_of[n]`."""

    president: str
    leaders: tuple[str, ...]
    team_leaders: tuple[str, ...]
    managers: tuple[str, ...]
    officers: tuple[str, ...]
    product: str
    admin: str
    team_of: tuple[int, ...]
    leader_of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class World:
    """Customers by position: arrays of one length. `picked` holds the positions set aside for each planted exception."""

    as_of: date
    today: int
    days: Workdays
    seed: int
    people: People
    ids: Words
    tier: Words
    status: Words
    owner: Words
    team: Words
    team_leader: Words
    leader: Words
    officer: Words
    industry: Words
    credit: Flags
    picked: dict[str, Places]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def owing(self) -> Flags:
        """Customers who are owed visits."""
        found: Flags = (self.status != "lost") & (self.status != "exited")
        return found

    @property
    def important(self) -> Flags:
        """Those whom team leaders and leaders visit under the practical preset (A9)."""
        found: Flags = np.isin(self.tier, ("key", "quality")) & self.owing
        return found

    @property
    def live(self) -> int:
        """The day from which the branch works with this."""
        return live(self.today)

    @property
    def last(self) -> int:
        """The last working day before the day itself: nothing of the day itself is on record yet."""
        return self.days.before(self.today, 1)

    def rng(self, room: str) -> np.random.Generator:
        """Chance for one room, so that a change in one never moves another."""
        return np.random.default_rng([self.seed, zlib.crc32(room.encode())])

    def count(self, nominal: int) -> int:
        """How many of something planted: the nominal number, fewer in a branch of fewer than 200 customers."""
        return share(nominal, min(len(self), NOMINAL))

    def some(self, nominal: int) -> int:
        """How many of something ordinary, by the size of the branch."""
        return share(nominal, len(self))


def live(today: int) -> int:
    """The day before the last whole quarter: before any of the data (上线日期)."""
    quarter = d.around("quarter", today)
    return d.around("quarter", quarter.start - 1).start - 1


def share(nominal: int, customers: int) -> int:
    return max(1, round(nominal * customers / NOMINAL)) if nominal else 0


def make(as_of: date, workday: Callable[[date], bool], customers: int, seed: int) -> World:
    rng = np.random.default_rng([seed, 0])
    tier, status = _tiers(rng, customers)
    important = int(np.isin(tier, ("key", "quality")).sum())
    people = _people(customers, important)
    manager = np.arange(customers) % len(people.managers)
    moved = rng.random(customers) < 0.04
    manager[moved] = rng.integers(0, len(people.managers), int(moved.sum()))
    team = np.array(people.team_of)[manager]
    industry = _industries(rng, customers)
    credit, picked = _picked(rng, tier, status, industry)
    return World(
        as_of, d.number(as_of), d.make(as_of, workday), seed, people,
        np.array([f"KH{n:06d}" for n in range(1, customers + 1)], object), tier, status,
        np.array(people.managers, object)[manager],
        np.array([f"T{n + 1}" for n in range(len(people.team_leaders))], object)[team],
        np.array(people.team_leaders, object)[team],
        np.array(people.leaders, object)[np.array(people.leader_of)[team]],
        np.array(people.officers, object)[manager % len(people.officers)], industry, credit, picked,
    )  # fmt: skip


def _people(customers: int, important: int) -> People:
    managers = max(2, round(customers / 25))
    teams, leaders = -(-managers // 4), max(1, round(important / 100))
    officers = max(1, managers // 4)

    def posts(kind: int, count: int) -> tuple[str, ...]:
        return tuple(f"8{kind}{n:03d}" for n in range(1, count + 1))

    return People(
        "80001", posts(1, leaders), posts(2, teams), posts(3, managers), posts(4, officers), "85001", "89001",
        tuple(n * teams // managers for n in range(managers)), tuple(n * leaders // teams for n in range(teams)),
    )  # fmt: skip


def _tiers(rng: np.random.Generator, customers: int) -> tuple[Words, Words]:
    """The larger the branch, the longer its tail: tiers that leaders visit grow more slowly than customers."""
    grown = customers / NOMINAL if customers <= NOMINAL else (customers / NOMINAL) ** 0.6
    key, quality, prospect = round(24 * grown), round(56 * grown), share(10, customers)
    normal = customers - key - quality - prospect
    tier = np.repeat(np.array(["key", "quality", "normal", "prospect"], object), [key, quality, normal, prospect])
    status = np.where(tier == "prospect", "prospect", "active").astype(object)
    tail = np.arange(customers)[tier == "normal"][::-1]
    lost, exited, dormant = share(2, customers), share(2, customers), share(4, customers)
    for name, start, count in (("lost", 0, lost), ("exited", lost, exited), ("dormant", lost + exited, dormant)):
        status[tail[start : start + count]] = name
    order = rng.permutation(customers)
    return tier[order], status[order]


def _industries(rng: np.random.Generator, customers: int) -> Words:
    from sheets.demo.words import INDUSTRY

    counts = {key: share(count, customers) for key, (count, *_) in INDUSTRY.items()}
    every = [key for key, count in counts.items() for _ in range(count)]
    found = np.array((every + ["C"] * customers)[:customers], object)
    return found[rng.permutation(customers)]


def _picked(rng: np.random.Generator, tier: Words, status: Words, industry: Words) -> tuple[Flags, dict[str, Places]]:
    """Who borrows, and who is set aside for what; those whom the rules watch closest are ordinary customers."""
    size = len(tier)
    few = min(size, NOMINAL)
    order = rng.permutation(size)
    plain = [int(n) for n in order if tier[n] == "normal" and status[n] == "active"]
    found: dict[str, Places] = {}

    def take(name: str, nominal: int, pool: list[int]) -> None:
        chosen = [pool.pop() for _ in range(min(share(nominal, few), len(pool)))]
        found[name] = np.array(chosen, np.int64)

    take("door", 6, plain)
    take("phone", 5, plain)
    quiet = {int(n) for chosen in found.values() for n in chosen}
    may = [int(n) for n in order if status[n] == "active" and tier[n] != "prospect" and int(n) not in quiet]
    borrowers = [n for n in may if industry[n] not in ("Q", "P")][: share(70, size)]
    credit = np.zeros(size, bool)
    credit[borrowers] = True
    known = [int(n) for n in order if tier[n] in ("key", "quality") and status[n] == "active"]
    take("quarter", 1, known)
    others = [n for n in may if not credit[n]]
    take("no_plan", 12, list(others))
    take("two_basic", 1, others)
    take("drop", 1, others)
    take("bad_code", 3, others)
    take("twin", 1, others)
    twins = [n for n in others if industry[n] not in ("Q", "P", "N")]
    found["original"] = np.array(twins[-1:], np.int64)
    take("unrated", 1, list(reversed(borrowers)))
    take("thin", 3, others)
    lagging = [n for n in others if n not in set(found["no_plan"].tolist())]
    take("behind", 3, lagging)
    return credit, found


def rows(**columns: Sequence[Any]) -> list[Row]:
    """Columns of one length as rows, without what is blank."""
    keys = list(columns)
    return [
        {key: value for key, value in zip(keys, values, strict=True) if value is not None and value != ""}
        for values in zip(*columns.values(), strict=True)
    ]  # fmt: skip


def only(where: Any, words: Any) -> list[Any]:
    """The words (or the one word) where the mask holds, nothing elsewhere."""
    every = [words] * len(where) if isinstance(words, str) else list(words)
    return [word if there else None for there, word in zip(np.asarray(where).tolist(), every, strict=True)]


def wan(amount: Any) -> list[int]:
    """Amounts in 万元, rounded to 100 yuan, as fen."""
    found: list[int] = (np.round(np.asarray(amount, float) * 100).astype(np.int64) * 10_000).tolist()
    return found


def draw(rng: np.random.Generator, size: int, median: float, spread: float, cap: float) -> npt.NDArray[np.float64]:
    """Log-normal amounts in 万元."""
    found: npt.NDArray[np.float64] = np.minimum(rng.lognormal(float(np.log(median)), spread, size), cap)
    return found.round(2)


def pick(rng: np.random.Generator, words: Sequence[Any], size: int, weights: Sequence[float] | None = None) -> list[Any]:
    """One of the words for each row."""
    chances = None if weights is None else np.array(weights) / sum(weights)
    return [words[n] for n in rng.choice(len(words), size, p=chances).tolist()]
