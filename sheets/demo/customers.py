"""Customer files, key persons, share of wallet and other banks (forms 4.1, 4.2)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sheets import cells
from sheets.demo import days as d
from sheets.demo import words
from sheets.demo.people import assigned
from sheets.demo.world import Flags, Ledgers, Row, Words, World, draw, only, pick, rows, wan

ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SIZES = ("large", "medium", "small", "micro")
# Lower limits of large, medium and small (domain 4.1c): headcount, revenue and assets in 万元; 0: not asked.
LIMITS = {
    "A": ((0, 0, 0), (20000, 500, 50), (0, 0, 0)), "C": ((1000, 300, 20), (40000, 2000, 300), (0, 0, 0)),
    "E": ((0, 0, 0), (80000, 6000, 300), (80000, 5000, 300)), "F": ((200, 20, 5), (40000, 5000, 1000), (0, 0, 0)),
    "G": ((1000, 300, 20), (30000, 3000, 200), (0, 0, 0)), "I": ((300, 100, 10), (10000, 1000, 50), (0, 0, 0)),
    "K": ((0, 0, 0), (200000, 1000, 100), (10000, 5000, 2000)), "L": ((300, 100, 10), (0, 0, 0), (120000, 8000, 100)),
    "M": ((300, 100, 10), (0, 0, 0), (0, 0, 0)), "N": ((300, 100, 10), (0, 0, 0), (0, 0, 0)),
    "Q": ((300, 100, 10), (0, 0, 0), (0, 0, 0)), "P": ((300, 100, 10), (0, 0, 0), (0, 0, 0)),
}  # fmt: skip


def build(world: World) -> Ledgers:
    return {"customers": _files(world), "contacts": _contacts(world), "shares": _shares(world), "other_banks": _others(world)}


def uscc(kind: str, number: int) -> str:
    """A code that passes its checks and can belong to nobody: there is no region 990000."""
    org = f"DEM{number:05d}"
    total = 11 - sum(LETTERS.index(c) * w for c, w in zip(org, ORG_WEIGHTS, strict=True)) % 11
    code = f"{kind}990000{org}{'X' if total == 10 else 0 if total == 11 else total}"
    return code + cells.check_character(code)


def deposits(world: World) -> npt.NDArray[np.float64]:
    """Each customer's deposits with us in 万元, a daily average; none of prospects and of those who left."""
    found = draw(world.rng("deposits"), len(world), 300, 1.1, 50_000)
    factor = np.select([world.tier == "key", world.tier == "quality"], [4.0, 2.0], 0.8)
    return np.where(saves(world), np.minimum(found * factor, 50_000), 0)


def saves(world: World) -> Flags:
    found: Flags = (world.tier != "prospect") & (world.status != "lost")
    return found


def at_home(world: World) -> Flags:
    """Whose basic account is with us: 96 of 200."""
    order = world.rng("basic").permutation(len(world))
    few = order[saves(world)[order] & ~np.isin(order, world.picked["two_basic"])]
    found = np.zeros(len(world), bool)
    found[world.picked["two_basic"]] = True
    found[few[: world.some(96) - len(world.picked["two_basic"])]] = True
    return found


def basic_bank(world: World) -> Words:
    """Where each customer's basic account is; of a few nobody knows."""
    elsewhere = world.rng("basic bank").random(len(world)) < 6 / 104
    return np.where(at_home(world), "ours", np.where(elsewhere, "unknown", "other")).astype(object)


def _files(world: World) -> list[Row]:
    rng, size = world.rng("customers"), len(world)
    names, short = named(world)
    institution = np.isin(world.industry, ("Q", "P"))
    home = at_home(world)
    bank = basic_bank(world)
    scale = _sizes(world, institution)
    people, revenue, assets = _figures(world, scale)
    ours = np.clip(np.where(home, rng.uniform(0.52, 0.92, size), rng.uniform(0.08, 0.45, size)), 0, 1)
    ours[saves(world)] = _parts(world, world.rng("shares"))  # as the ledger of shares says
    share = [round(s * 100) * 10_000 for s in ours.tolist()]
    save, since = saves(world), assigned(world)
    places = [name[:2] for name in short]
    street = [f"{words.TOWNS[p]}{s}{n}号" for p, s, n in
              zip(places, pick(rng, words.STREETS, size), rng.integers(1, 290, size).tolist(), strict=True)]  # fmt: skip
    founded = world.today - rng.integers(1500, 9000, size)
    rank = np.select([world.tier == "key", world.tier == "quality"], [0, 1], 2)
    invest = np.flatnonzero(world.credit)[np.argsort(rank[world.credit], kind="stable")][: world.some(6)]
    capital = draw(rng, size, 1000, 0.9, 80_000)
    return rows(
        id=world.ids.tolist(), name=names, short_name=short, uscc=_codes(world, institution),
        kind=np.where(institution, "institution", "company").tolist(),
        ownership=np.where(institution, "state", np.array(pick(rng, ("private", "state", "foreign", "collective", "hmt"), size,
                                                              (78, 12, 4, 4, 2)), object)).tolist(),
        industry=world.industry.tolist(), size=scale.tolist(),
        industry_code=[words.CODES.get(name[4:-4], words.CODES[i]) for i, name in zip(world.industry.tolist(), short, strict=True)],
        headcount=people, revenue=revenue, assets=assets, registered_capital=wan(np.round(capital, -1) + 10),
        capital_currency=["CNY"] * size, founded_on=d.dates(founded), registration=["operating"] * size,
        registered_address=street, address=street, main_business=_business(world, short),
        legal_representative=[words.person(2000 + n) for n in range(size)], controller=[words.person(2000 + n) for n in range(size)],
        listing=["unlisted"] * size, tier=world.tier.tolist(), status=world.status.tolist(),
        flags=_flags(world, save, set(invest.tolist())), basic_account_bank=bank.tolist(),
        basic_account_bank_name=only(bank == "other", [pick_bank(n) for n in range(size)]),
        share_deposit=only(save, share), share_settlement=only(save, [max(0, s - 40_000) for s in share]),
        share_loan=only(world.credit, [max(20_000, s - 150_000) for s in share]),
        share_target=only(save, [min(s + 80_000, 1_000_000) for s in share]),
        owner=world.owner.tolist(), team=world.team.tolist(),
        credit_officer=only(world.credit, world.officer), assigned_on=d.dates(since), filed_on=d.dates(since + 2),
        next_update_on=d.dates(world.today + 20 + rng.integers(0, 340, size)),
    )  # fmt: skip


def pick_bank(number: int) -> str:
    return words.OTHER_BANKS[number % len(words.OTHER_BANKS)]


def named(world: World) -> tuple[list[str], list[str]]:
    """Full and short names, each company its own; the twin is called like another but for the width of the brackets."""
    rng, size = world.rng("names"), len(world)
    per = {i: len(words.PLACES) * len(ws) for i, (_, ws, _) in words.INDUSTRY.items()}
    need = max(-(-int((world.industry == i).sum()) // per[i]) for i in per)
    brands = words.brands(max(need, size if size <= 230 else need))
    order = rng.permutation(len(brands)).tolist()
    seen = dict.fromkeys(per, 0)
    full, short = [], []
    for n, section in enumerate(world.industry.tolist()):
        _, kinds, _ = words.INDUSTRY[section]
        if size <= len(brands):  # every company a brand of its own
            brand, place, word = brands[order[n]], words.PLACES[n % len(words.PLACES)], kinds[n // 3 % len(kinds)]
        else:
            k = seen[section]
            seen[section] += 1
            brand, rest = brands[order[k % len(brands)]], k // len(brands)
            place, word = words.PLACES[rest % len(words.PLACES)], kinds[rest // len(words.PLACES) % len(kinds)]
        form = "" if section in ("Q", "P") else "水务管理中心" if word == "水务" else words.FORMS[(n * 7) % len(words.FORMS)]
        stem = word if form != "水务管理中心" else ""
        full.append(f"{place}{brand}{stem}{form}")
        short.append(f"{place}{brand}{word}{words.MARK}")
    for twin, original in zip(world.picked["twin"].tolist(), world.picked["original"].tolist(), strict=False):
        place, rest_of = full[original][:2], full[original][2:]
        full[original] = f"{place}({'望川' if place != '望川' else '云澜'}){rest_of}"
        full[twin], short[twin] = full[original].replace("(", "（").replace(")", "）"), short[original]
    return full, short


def _codes(world: World, institution: Flags) -> list[str]:
    found = [uscc("12" if public else "91", n) for n, public in enumerate(institution.tolist())]
    for n in world.picked["bad_code"].tolist():
        found[n] = found[n][:17] + ("1" if found[n][17] != "1" else "2")
    return found


def _business(world: World, short: list[str]) -> list[str]:
    found = []
    for section, name in zip(world.industry.tolist(), short, strict=True):
        _, kinds, line = words.INDUSTRY[section]
        found.append(line.format(word=next((k for k in kinds if k in name), kinds[0])))
    return found


def _flags(world: World, save: Flags, invest: set[int]) -> list[str]:
    found = []
    for n, (keeps, borrows, tier) in enumerate(zip(save.tolist(), world.credit.tolist(), world.tier.tolist(), strict=True)):
        own = ["deposit"] * keeps + ["credit"] * borrows + ["fee"] * (tier == "key" or not keeps) + ["investment"] * (n in invest)
        found.append(";".join(own))
    return found


def _sizes(world: World, institution: Flags) -> Words:
    """8 large, 42 medium, 108 small and 30 micro of 188; the large among the important."""
    rng, size = world.rng("sizes"), len(world)
    weight = np.select([world.tier == "key", world.tier == "quality"], [2.0, 1.0], 0.0) + rng.random(size)
    order = np.argsort(-np.where(institution, -1, weight), kind="stable")
    steps = np.cumsum([world.some(8), world.some(42), world.some(108)])
    found = np.empty(size, object)
    found[order] = np.array(SIZES, object)[np.searchsorted(steps, np.arange(size), side="right")]
    found[institution] = "na"
    return found


def _figures(world: World, scale: Words) -> tuple[list[int], list[int], list[int]]:
    """Headcount, revenue and assets that agree with the size."""
    rng = world.rng("figures")
    found: list[list[Any]] = [[], [], []]
    for section, size in zip(world.industry.tolist(), scale.tolist(), strict=True):
        step = SIZES.index(size) if size in SIZES else 1
        fall: list[float] = []
        for limits in LIMITS[section]:
            if not limits[0]:
                fall.append(0)
                continue
            low = limits[step] if step < 3 else max(1, limits[2] / 5)
            high = limits[step - 1] if step else limits[0] * 3
            fall.append(low * (high / low) ** rng.uniform(0.05, 0.85))
        people = fall[0] or max(4.0, (fall[1] or fall[2]) / rng.uniform(45, 90))
        revenue = fall[1] or people * rng.uniform(35, 60)
        for column, figure in zip(found, (people, revenue, fall[2] or revenue * rng.uniform(0.6, 1.1)), strict=True):
            column.append(figure)
    return [round(p) for p in found[0]], wan(np.round(found[1])), wan(np.round(found[2]))


def _contacts(world: World) -> list[Row]:
    """Two key persons each, business-card data only; of some files nobody has filled them in."""
    thin = set(world.ids[world.picked["thin"]].tolist())
    rng, size = world.rng("contacts"), 2 * len(world)
    post = [words.POSITIONS[(2 * n + k) % len(words.POSITIONS)] for n in range(len(world)) for k in (0, 1)]
    found = rows(
        id=[f"LX{n:06d}" for n in range(1, size + 1)], customer=np.repeat(world.ids, 2).tolist(), name=contact_names(world),
        position=[p for p, _ in post], parts=[parts for _, parts in post],
        influence=pick(rng, ("high", "medium", "low"), size, (3, 5, 2)),
        relation=pick(rng, ("support", "neutral", "against"), size, (5, 5, 1)),
        office_phone=[f"0000-8{n:06d}" for n in range(1, size + 1)], mobile=[f"138****{n % 10000:04d}" for n in range(1, size + 1)],
        preferred=pick(rng, ("onsite", "phone", "wechat"), size), basis=pick(rng, ("card", "consent", "contract"), size, (6, 3, 1)),
        in_post=["yes"] * size,
    )  # fmt: skip
    return [row for row in found if row["customer"] not in thin]


def contact_names(world: World) -> list[str]:
    return [words.person(700 + 3 * n) for n in range(2 * len(world))]


def _shares(world: World) -> list[Row]:
    """How much of each customer's deposits and settlement is ours at the last month end, and of deposits three quarters ago:
    enough where the basic account is with us and growing where it is not, but for a few of each."""
    rng, held = world.rng("shares"), deposits(world)
    save = np.flatnonzero(saves(world))
    flat = set(lagging_share(world, "other").tolist())
    now = d.around("month", world.today).start - 1
    then = d.around("quarter", d.around("quarter", d.around("quarter", world.today).start - 1).start - 1).start - 1
    found: list[Row] = []
    for block, factor in (("deposit", 1.0), ("settlement", 6.0)):
        ours = held[save] * factor
        part = _parts(world, rng)
        earlier = part * np.where(np.isin(save, list(flat)), 1.06, rng.uniform(0.8, 0.95, len(save)))
        for end, share in ((now, part), (then, earlier)):
            if block == "settlement" and end == then:
                continue
            mine = ours * share / part
            found += rows(
                id=[f"FE-{block[0].upper()}{n:06d}{'' if end == now else '-Q'}" for n in range(1, len(save) + 1)],
                customer=world.ids[save].tolist(), as_of=[d.day(end)] * len(save), block=[block] * len(save), ours=wan(mine),
                others=wan(ours / part - mine), source=["客户报表与访谈"] * len(save),
            )  # fmt: skip
    return found


def _parts(world: World, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """What part of each saver's business is ours: more where the basic account is with us, but for a few."""
    save, home = np.flatnonzero(saves(world)), at_home(world)
    part = np.where(home[save], rng.uniform(0.52, 0.92, len(save)), rng.uniform(0.08, 0.45, len(save)))
    return np.where(np.isin(save, lagging_share(world, "ours")), 0.42, part)


def lagging_share(world: World, where: str) -> npt.NDArray[np.int64]:
    """Important customers whose share is too low (the basic account is with us) or does not grow (it is elsewhere)."""
    home, bank = at_home(world), basic_bank(world)
    pool = np.flatnonzero(saves(world) & world.important & (bank == where) & (home == (where == "ours")) & (world.status == "active"))
    return pool[: world.count(2)]


def _others(world: World) -> list[Row]:
    rng = world.rng("other banks")
    who = np.flatnonzero(saves(world) & ~at_home(world))
    size = len(who)
    held = deposits(world)[who] * rng.uniform(0.8, 3.0, size)
    return rows(
        id=[f"TH{n:06d}" for n in range(1, size + 1)], customer=world.ids[who].tolist(), bank=[pick_bank(n) for n in who.tolist()],
        product=pick(rng, ("基本户及结算", "流动资金贷款", "承兑汇票"), size, (6, 3, 1)), balance=wan(held),
        rate=[round(r * 100) * 100 for r in rng.uniform(0.3, 3.6, size).tolist()],
    )  # fmt: skip
