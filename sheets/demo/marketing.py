"""The ledgers of opportunities: their clocks, marketing plans, proposals, channels, applications (forms 4.7, 4.8)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheets.demo import days as d
from sheets.demo.customers import contact_names
from sheets.demo.days import NONE, Days
from sheets.demo.deals import CHANNEL_WEIGHTS, CHANNELS, Deals
from sheets.demo.records import Log, doors_before
from sheets.demo.world import Ledgers, Row, World, draw, only, pick, rows, wan

PROBABILITY = {
    "collected": 10,
    "created": 20,
    "need": 35,
    "agreed": 55,
    "applied": 75,
    "signed": 90,
    "landed": 100,
    "lost": 0,
    "shelved": 5,
}
WHY = {"deposit": "集中闲置资金、提高收益", "asset": "补充经营周转资金", "fee": "简化结算手续、方便管理"}
FEEDBACK = (
    "需求真实，先摸清客户决策流程。",
    "可行，注意同业报价，尽快拿出方案。",
    "同意推进，请信贷经理提前介入。",
    "先稳存款，再谈融资。",
)
DECISIONS = ("同意，按方案推进。", "请团队长每周通报一次进展。", "同意，注意综合回报。", "抓紧，争取本季落地。")
STEPS = (
    ("拜访决策人，确认需求和时间表", "形成访问记录"),
    ("提交金融服务方案并报价", "客户书面或口头认可"),
    ("收齐资料并发起流程", "流程编号已生成"),
)


def build(world: World, deals: Deals, log: Log) -> Ledgers:
    amount = _amounts(world, deals)
    plans = _plans(world, deals, amount)
    return {
        "opportunities": _opportunities(world, deals, log, amount),
        "marketing_plans": plans,
        "marketing_steps": _steps(world, plans),
        **_around(world, deals, amount),
    }


def _amounts(world: World, deals: Deals) -> Any:
    rng, size = world.rng("amounts"), len(deals)
    block = np.array(deals.block)
    drawn = np.select(
        [block == "asset", block == "deposit"], [draw(rng, size, 1200, 0.7, 20_000), draw(rng, size, 500, 0.8, 10_000)],
        draw(rng, size, 20, 0.6, 300),
    )  # fmt: skip
    return np.where(drawn > 100, np.round(drawn, -1), np.round(drawn) + 1)


def _opportunities(world: World, deals: Deals, log: Log, amount: Any) -> list[Row]:
    rng, size = world.rng("opportunities"), len(deals)
    channel = pick(rng, CHANNELS, size, CHANNEL_WEIGHTS)
    minute = rng.integers(540, 870, size)
    sent = minute + rng.integers(20, 120, size)
    next_day = world.days.add(deals.created, 1)
    same = (rng.random(size) < 0.3) | (next_day >= world.today) | (deals.planted == "unsubmitted")
    reported = np.where(same, deals.created, next_day)
    at = np.where(same, sent + rng.integers(20, 80, size), rng.integers(510, 700, size))
    unsent, unreported = deals.planted == "unsubmitted", deals.planted == "unreported"
    tl, bl, owner = world.team_leader[deals.who], world.leader[deals.who], world.owner[deals.who]
    advanced = np.isin(deals.stage, ("applied", "signed", "landed"))
    signed = np.isin(deals.stage, ("signed", "landed"))
    lost = deals.stage == "lost"
    up = (amount > 5000) & ~unreported
    feedback = [FEEDBACK[n] for n in rng.integers(0, len(FEEDBACK), size).tolist()]
    for n in np.flatnonzero(unsent).tolist():
        feedback[n] = "晨会口头获悉，已先向主管行领导报告，请客户经理当日补提交。"
    expected = np.where(signed | lost, deals.stage_on, world.today + rng.integers(20, 120, size))
    return rows(
        id=deals.ids, name=deals.names, customer=world.ids[deals.who].tolist(), channel=channel,
        visit=only(np.array(channel) == "visit", doors_before(log, deals.who, deals.created)),
        block=deals.block, product=deals.product, amount=wan(amount), income=wan(amount * rng.uniform(0.004, 0.012, size)),
        expected_on=d.dates(expected), description=[f"客户拟办理{p}，{WHY[b]}。" for p, b in zip(deals.product, deals.block, strict=True)],
        needs=["希望手续简便、按时到账，价格与同业相当。"] * size, analysis=["合作基础较好，需求真实，竞争主要来自基本户行。"] * size,
        stage=deals.stage.tolist(), stage_on=d.dates(deals.stage_on),
        probability=[PROBABILITY[s] * 10_000 for s in deals.stage.tolist()], created_at=d.instants(deals.created, minute),
        created_by=owner.tolist(), submitted_at=d.instants(np.where(unsent, NONE, deals.created), sent),
        submitted_to=only(~unsent, tl), feedback=feedback,
        feedback_at=d.instants(reported, at - 10), reported_at=d.instants(np.where(unreported, NONE, reported), at),
        reported_to=only(~unreported, bl),
        decision=only(~unreported, pick(rng, DECISIONS, size)),
        upreport=up.tolist(), upreport_to=only(up, "二级分行公司业务部"),
        upreported_at=d.instants(np.where(up, reported, NONE), at + 60), members=[f"{o};{world.people.product}" for o in owner.tolist()],
        process_no=only(advanced, [f"CLPM-DEMO-{n:06d}" for n in range(1, size + 1)]),
        process_on=d.dates(np.where(advanced, np.minimum(world.days.add(deals.created, 10), deals.stage_on), NONE)),
        signed_on=d.dates(np.where(signed, deals.stage_on, NONE)),
        contract_no=only(signed, [f"DEMO-HT-{n:06d}" for n in range(1, size + 1)]), result=only(deals.stage == "landed", deals.product),
        lost_reason=only(lost | (deals.stage == "shelved"), pick(rng, ("price", "rival", "cancelled", "refused"), size)),
    )  # fmt: skip


def _made(world: World, deals: Deals) -> tuple[Any, Days]:
    """Which opportunities have a marketing plan, and since when: within three working days of their creation."""
    has = np.flatnonzero((deals.age >= 2) & ~np.isin(deals.stage, ("lost",)))
    count = np.minimum(deals.age[has] - 1, world.rng("made").integers(1, 4, len(has)))
    return has, np.minimum(world.days.add(deals.created[has], count), world.last)


def _plans(world: World, deals: Deals, amount: Any) -> list[Row]:
    rng = world.rng("marketing")
    has, made_on = _made(world, deals)
    names, size = contact_names(world), len(has)
    who = deals.who[has]
    return rows(
        id=[f"YX{n:06d}" for n in range(1, size + 1)], customer=world.ids[who].tolist(), opportunity=[deals.ids[n] for n in has.tolist()],
        made_by=world.owner[who].tolist(), made_on=d.dates(made_on),
        goals=[f"落地{deals.product[n]}，带动结算和存款。" for n in has.tolist()],
        goal_amount=wan(amount[has]), goal_on=d.dates(np.maximum(made_on + 45, deals.stage_on[has])),
        situation=["经营正常，与我行有结算往来，本次需求明确。"] * size,
        people=[f"{names[2 * w]}：决策，由团队长沟通；{names[2 * w + 1]}：经办，由客户经理对接。" for w in who.tolist()],
        competition=pick(rng, ("基本户行报价较低", "暂无同业介入", "一家同业已提交方案"), size),
        proposal=[f"以{deals.product[n]}切入，配套企业网银和代发工资。" for n in has.tolist()],
        resources=["请产品经理和信贷经理支持"] * size, risks=["客户内部决策时间不确定，按周跟进。"] * size,
    )  # fmt: skip


def _steps(world: World, plans: list[Row]) -> list[Row]:
    found = []
    for plan in plans:
        start = d.number(plan["made_on"])
        for k, (work, standard) in enumerate(STEPS, 1):
            due = int(world.days.later(np.array([start + 7 * k]))[0])
            done = due <= world.today
            found.append({
                "id": f"{plan['id']}-{k}", "marketing_plan": plan["id"], "number": k, "work": work, "owner": plan["made_by"],
                "due_on": d.day(due), "standard": standard, "status": "done" if done else "doing",
            } | ({"done_on": d.day(world.days.before(due, 1))} if done else {}))  # fmt: skip
    return found


def _around(world: World, deals: Deals, amount: Any) -> Ledgers:
    names = contact_names(world)
    owner, ids, customers = world.owner[deals.who], deals.ids, world.ids[deals.who]

    def days(place: Any, count: int) -> list[Any]:
        return d.dates(np.minimum(world.days.add(deals.created[place], count), world.last))

    known = np.flatnonzero(deals.age >= 5)
    agreed = np.flatnonzero(np.isin(deals.stage, ("agreed", "applied", "signed", "landed")))
    applied = np.flatnonzero(np.isin(deals.stage, ("applied", "signed", "landed")) & (np.array(deals.block) == "asset"))
    return {
        "channels": rows(
            id=[f"GT{n:06d}" for n in range(1, len(known) + 1)], opportunity=[ids[n] for n in known.tolist()], ours=owner[known].tolist(),
            theirs=[names[2 * w] for w in deals.who[known].tolist()], mode=["phone"] * len(known), since=days(known, 3),
        ),
        "proposals": rows(
            id=[f"FA{n:06d}" for n in range(1, len(agreed) + 1)], opportunity=[ids[n] for n in agreed.tolist()], version=[1] * len(agreed),
            made_on=days(agreed, 6), content=[f"{deals.product[n]}：期限、定价和办理时限。" for n in agreed.tolist()],
            agreed_on=d.dates(np.minimum(np.maximum(deals.stage_on[agreed], world.days.add(deals.created[agreed], 6)), world.last)),
        ),
        "resources": rows(
            id=[f"ZY{n:06d}" for n in range(1, len(agreed[::4]) + 1)], opportunity=[ids[n] for n in agreed[::4].tolist()],
            need=["定价优惠和审批时限支持"] * len(agreed[::4]), department=["公司业务部"] * len(agreed[::4]),
            owner=world.team_leader[deals.who[agreed[::4]]].tolist(), due_on=days(agreed[::4], 9), done_on=days(agreed[::4], 8),
            result=["已协调"] * len(agreed[::4]),
        ),
        "applications": rows(
            id=[f"SL{n:06d}" for n in range(1, len(applied) + 1)], customer=customers[applied].tolist(), received_on=days(applied, 8),
            product=[deals.product[n] for n in applied.tolist()], amount=wan(amount[applied]),
            opportunity=[ids[n] for n in applied.tolist()],
            staff=owner[applied].tolist(), process_no=[f"CLPM-DEMO-{n + 1:06d}" for n in applied.tolist()], started_on=days(applied, 10),
            status=["started" if deals.stage[n] == "applied" else "approved" for n in applied.tolist()],
        ),
    }  # fmt: skip
