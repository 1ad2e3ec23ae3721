"""Products in use, and the fees they bring (form 4.14)."""

from __future__ import annotations

import numpy as np

from sheets.demo import days as d
from sheets.demo.customers import saves
from sheets.demo.days import NONE
from sheets.demo.world import Ledgers, World, draw, pick, rows, wan

CATALOGUE = (
    ("settlement", "现金管理"), ("settlement", "银企直联"), ("settlement", "对公短信"), ("agency", "代发工资"), ("agency", "代收代付"),
    ("guarantee", "履约保函"), ("guarantee", "银行承兑汇票承诺"), ("trade", "结售汇"), ("advisory", "常年财务顾问"),
    ("custody", "资金监管"), ("card", "商户收单"), ("other", "资信证明"),
)  # fmt: skip


def build(world: World) -> Ledgers:
    rng = world.rng("products")
    pool = np.flatnonzero(saves(world) & world.owing)
    size = world.some(160)
    who = pool[rng.integers(0, len(pool), size)]
    item = rng.integers(0, len(CATALOGUE), size).tolist()
    signed = world.today - rng.integers(30, 330, size)
    products = rows(
        id=[f"CP{n:06d}" for n in range(1, size + 1)], customer=world.ids[who].tolist(), kind=[CATALOGUE[n][0] for n in item],
        product=[CATALOGUE[n][1] for n in item], status=pick(rng, ("in_use", "signed", "marketing", "potential"), size, (12, 2, 3, 2)),
        signed_on=d.dates(signed), expires_on=d.dates(np.where(rng.random(size) < 0.4, d.months_before(signed, -24), NONE)),
        contract_no=[f"DEMO-HT-FW-{n:06d}" for n in range(1, size + 1)], price_basis=[f"YL-{n + 1:03d}" for n in item],
    )  # fmt: skip
    for row in products:
        if row["status"] in ("marketing", "potential"):
            for key in ("signed_on", "expires_on", "contract_no"):
                row.pop(key, None)
    count = world.some(1400)
    which = rng.integers(0, size, count).tolist()
    on = world.days.earlier(world.today - 1 - rng.integers(0, 364, count))
    charged = draw(rng, count, 0.55, 0.9, 40) + 0.01
    waived = np.where(rng.random(count) < 0.03, np.round(charged * 0.2, 2), 0)
    fees = rows(
        id=[f"ZS{n:06d}" for n in range(1, count + 1)], customer=[products[n]["customer"] for n in which], on=d.dates(on),
        kind=[products[n]["kind"] for n in which], product=[products[n]["product"] for n in which], charged=wan(charged),
        received=wan(charged - waived), waived=[w or None for w in wan(waived)],
        waived_by=[leader if w else None for leader, w in zip(world.leader[who[which]].tolist(), waived.tolist(), strict=True)],
        waived_reason=["战略客户综合回报" if w else None for w in waived.tolist()], period=[f"{d.day(n):%Y-%m}" for n in on.tolist()],
        owner=world.owner[who[which]].tolist(), compliant=[True] * count, voucher_no=[f"PZ{n:08d}" for n in range(1, count + 1)],
    )  # fmt: skip
    return {"products": products, "fees": fees}
