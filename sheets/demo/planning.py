"""One plan a customer a year, its targets, actions and amendments; reviews and measures (forms 4.5, 4.6)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheets.demo import days as d
from sheets.demo.customers import deposits
from sheets.demo.days import Days
from sheets.demo.world import Ledgers, Places, Row, World, only, pick, rows, wan

REVIEW_MONTHS = 12
LINES_MONTHS = 2
STRATEGIES = (
    "以结算带存款：先争取主要回款归集，再推协定存款。", "以代发带零售：拿下代发工资，带动企业网银和单位结算卡。",
    "以票据替流贷：用承兑和贴现降低客户成本，稳住保证金。", "以授信稳合作：提前准备续授信，锁定结算归行比例。",
    "以服务换份额：按月上门对账和辅导，逐步提高存款份额。",
)  # fmt: skip
ACTIONS = (("拜访决策人，确认全年资金计划", "有访问记录"), ("报送存款产品组合方案", "客户确认"), ("推动企业网银和代发落地", "协议已签"),
           ("回顾目标差距并调整措施", "回顾总结已记入"))  # fmt: skip
MEASURES = (
    "逐户提示对账回执",
    "重点客户日均下滑逐户上门",
    "集中准备续授信材料",
    "补齐客户档案中的股东信息",
    "梳理商机阶段并更新",
    "完成电话访问计划",
)


def build(world: World, ledgers: Ledgers) -> Ledgers:
    """`ledgers`: accounts, loans and fees, against which the plans are held."""
    plans, who = _plans(world)
    reviews = _reviews(world)
    return {
        "plans": plans, "plan_targets": _targets(world, plans, who, ledgers), "plan_actions": _actions(world, plans),
        "amendments": _amendments(world, plans), "reviews": reviews, "review_lines": _lines(world, reviews),
        "measures": _measures(world, reviews),
    }  # fmt: skip


def _plans(world: World) -> tuple[list[Row], Places]:
    """This year's of all but those set aside, and last year's of two of these."""
    rng, year = world.rng("plans"), world.as_of.year
    without = set(world.picked["no_plan"].tolist())
    this = [n for n in range(len(world)) if n not in without]
    old = sorted(without)[: world.count(2)]
    who = np.array(this + old, np.int64)
    years = np.array([year] * len(this) + [year - 1] * len(old))
    start = np.array([d.number(world.as_of.replace(year=y, month=1, day=1)) for y in years.tolist()])
    made = np.minimum(world.days.later(start + rng.integers(3, 26, len(who))), world.last)
    team, lead = (np.minimum(world.days.add(made, n), world.last) for n in (2, 5))
    status = np.where(np.isin(world.tier[who], ("key", "quality")), "bl_reviewed", "tl_reviewed")
    own, led = world.owner[who], status == "bl_reviewed"
    rows_ = rows(
        id=[f"JH{y}-{n + 1:06d}" for y, n in zip(years.tolist(), who.tolist(), strict=True)], customer=world.ids[who].tolist(),
        year=years.tolist(), version=[1] * len(who), status=status.tolist(), owner=own.tolist(), made_on=d.dates(made),
        team_members=[f"{o};{world.people.product}" for o in own.tolist()],
        situation=["经营平稳，结算主要通过基本户行办理，我行份额仍有提升空间。"] * len(who),
        needs=pick(rng, ("资金周转和到账效率", "代发工资和网银便利", "降低融资成本", "闲置资金收益"), len(who)),
        chances=["年内有设备更新和新订单，结算量上升。"] * len(who), risks=["同业报价竞争；下游账期延长。"] * len(who),
        strategy=pick(rng, STRATEGIES, len(who)),
        products=pick(rng, ("协定存款；企业网银；代发工资", "流动资金贷款；承兑；保函", "现金管理；单位结算卡"), len(who)),
        leader_visits=only(led, "每季度高层互访一次"),
        tl_opinion=["目标可行，按季跟踪。"] * len(who), bl_opinion=only(led, "同意。"),
        tl_reviewed_on=d.dates(team), bl_reviewed_on=only(led, d.dates(lead)),
    )  # fmt: skip
    return rows_, who


def _targets(world: World, plans: list[Row], who: Places, ledgers: Ledgers) -> list[Row]:
    """Both deposits at date and daily average, fees, and for borrowers loans: about as far as the year is, by the ledgers
    themselves; a few plans lag far behind."""
    rng, reached = world.rng("targets"), _reached(world, ledgers)
    gone = world.as_of.timetuple().tm_yday / (366 if world.as_of.year % 4 == 0 else 365)
    behind = set(world.picked["behind"].tolist())
    found: list[Row] = []
    for plan, n in zip(plans, who.tolist(), strict=True):
        customer = str(world.ids[n])
        for target in ("deposit_end", "deposit_avg", "fee", *(("loan_balance",) if world.credit[n] else ())):
            actual = reached[target].get(customer, 0)
            if target == "fee":
                last, goal = actual * rng.uniform(0.7, 0.95), (actual or 3_000_000 * (n in behind)) / gone * rng.uniform(0.85, 1.05)
            else:
                last, goal = actual * rng.uniform(0.8, 0.95), actual * rng.uniform(1.0, 1.12)
            if n in behind:
                last, goal = (last if target == "fee" else actual * 2), goal * 4 + 1_000_000
            amounts = [round(value / 10_000) * 10_000 for value in (last, goal, actual)]
            found.append({"id": f"{plan['id']}-{target}", "plan": plan["id"], "target": target, "unit": "wan",
                          "last_actual": amounts[0], "goal": amounts[1], "actual": amounts[2]})  # fmt: skip
        if n % 3 == 0:
            last_number = int(rng.integers(10, 200))
            found.append({"id": f"{plan['id']}-payroll", "plan": plan["id"], "target": "payroll", "unit": "count",
                          "last_number": last_number, "goal_number": last_number + 30,
                          "actual_number": last_number + round(30 * gone)})  # fmt: skip
    return found


def _reached(world: World, ledgers: Ledgers) -> dict[str, dict[str, int]]:
    """What each customer has reached of each target, in fen."""
    first = world.as_of.replace(month=1, day=1)
    wanted = (("deposit_end", "accounts", "balance"), ("deposit_avg", "accounts", "year_avg"), ("loan_balance", "loans", "balance"),
              ("fee", "fees", "received"))  # fmt: skip
    found: dict[str, dict[str, int]] = {}
    for target, ledger, column in wanted:
        sums = found.setdefault(target, {})
        for row in ledgers[ledger]:
            if target != "fee" or row["on"] >= first:
                sums[row["customer"]] = sums.get(row["customer"], 0) + int(row[column])
    return found


def _actions(world: World, plans: list[Row]) -> list[Row]:
    found: list[Row] = []
    for plan in plans:
        year = plan["year"]
        for k, (action, standard) in enumerate(ACTIONS, 1):
            due = d.number(world.as_of.replace(year=year, month=3 * k, day=20))
            done = due - 3 < world.today
            state = "done" if done else "doing" if due < world.today + 70 else "open"
            row: Row = {
                "id": f"{plan['id']}-A{k}", "plan": plan["id"], "period": f"{year}Q{k}", "action": action, "owner": plan["owner"],
                "due_on": d.day(due), "standard": standard, "status": state,
            }  # fmt: skip
            found.append(row | ({"done_on": d.day(int(world.days.earlier(np.array([due - 3]))[0]))} if done else {}))
    return found


def _amendments(world: World, plans: list[Row]) -> list[Row]:
    rng = world.rng("amendments")
    behind = set(world.ids[world.picked["behind"]].tolist())
    chosen = [plans[n] for n in rng.permutation(len(plans))[: world.some(20)].tolist() if plans[n]["customer"] not in behind]
    when = world.days.earlier(world.today - rng.integers(2, 90, len(chosen)))
    return [
        {
            "id": f"XZ{n:06d}", "plan": plan["id"], "version": 1, "amended_on": max(d.day(day), plan["made_on"]), "reason": "customer",
            "explanation": "客户新增项目资金归集，调整存款目标。", "before": "存款日均目标按年初测算", "after": "存款日均目标上调",
            "staff": plan["owner"],
        }
        for n, (plan, day) in enumerate(zip(chosen, when.tolist(), strict=True), 1)
    ]  # fmt: skip


def _closed(world: World, unit: str, count: int, grace: int = 5) -> list[d.Period]:
    """The last periods whose review had to be written by today."""
    every = d.periods(unit, world.today - 900, world.today)
    return [p for p in every if int(world.days.add(np.array([p.end]), grace)[0]) <= world.today][-count:]


def _reviews(world: World) -> list[Row]:
    """Of every manager and month, quarter and year; four of the last month are missing, two of it undiscussed."""
    managers, last = world.people.managers, last_review(world)
    months, talked = _closed(world, "month", REVIEW_MONTHS), {p.name for p in _closed(world, "month", 40, 12)}
    settled = [p for p in months if p.name in talked][-1]
    missing = set(managers[: world.count(4)]) if len(managers) > world.count(4) else set(managers[:-1])
    silent = [m for m in managers if settled.name != last.name or m not in missing][: world.count(2)]
    found: list[Row] = []
    for level, periods in (("month", months), ("quarter", _closed(world, "quarter", 4)), ("year", _closed(world, "year", 1))):
        for period in periods:
            for n, who in enumerate(managers):
                if period.end == last.end and who in missing:
                    continue
                found.append(_review(world, level, period, n, discussed=not (level == "month" and period is settled and who in silent)))
    return found


def last_review(world: World) -> d.Period:
    """The last month whose review is overdue where it is missing."""
    return next(p for p in reversed(_closed(world, "month", 3)) if int(world.days.add(np.array([p.end]), 5)[0]) < world.today)


def _review(world: World, level: str, period: d.Period, n: int, *, discussed: bool) -> Row:
    people = world.people
    who = people.managers[n]
    written = int(world.days.add(np.array([period.end]), 1 + n % 4)[0])
    talk = min(int(world.days.add(np.array([written]), 2)[0]), world.last)
    row: Row = {
        "id": f"HG-{period.name}-{who}", "owner": who, "level": level, "period": period.name, "written_on": d.day(written),
        "summary": "存款时点和日均稳步增长，访问频率基本达标，商机按时上报。", "shortcomings": "个别客户上门间隔偏长，对账回执偏晚。",
        "next_plan": "紧盯重点客户日均和到期业务，提前准备续授信材料。", "in_file": True, "in_diary": True,
        "submitted_at": d.instants([written], [990])[0], "status": "discussed" if discussed else "submitted",
    }  # fmt: skip
    if not discussed:
        return row
    return row | {
        "discussed_on": d.day(talk),
        "discussed_with": people.leaders[people.leader_of[people.team_of[n]]],
        "discussion_mode": "meeting",
        "conclusion": "存量稳住、增量盯项目，逐户落实措施。",
        "leader_opinion": "按周通报进度。",
    }


def _lines(world: World, reviews: list[Row]) -> list[Row]:
    """Customer by customer in the reviews of the last two months."""
    rng, held = world.rng("review lines"), deposits(world)
    recent = sorted({r["period"] for r in reviews if r["level"] == "month"})[-LINES_MONTHS:]
    mine: dict[str, list[int]] = {}
    for n in np.flatnonzero(world.owing).tolist():
        mine.setdefault(world.owner[n], []).append(n)
    pairs = [(r, n) for r in reviews if r["period"] in recent for n in mine.get(r["owner"], [])]
    who = np.array([n for _, n in pairs], np.int64)
    average = held[who] * rng.uniform(0.95, 1.05, len(who))
    return rows(
        id=[f"{r['id']}-{n + 1:06d}" for r, n in pairs], review=[r["id"] for r, _ in pairs], customer=world.ids[who].tolist(),
        deposit_end=wan(average * rng.uniform(0.95, 1.12, len(who))), deposit_avg=wan(average),
        deposit_change=wan(held[who] * rng.uniform(-0.04, 0.06, len(who))),
        fee=wan(rng.uniform(0.05, 1.2, len(who))), progress=[round(p) * 10_000 for p in rng.uniform(70, 105, len(who)).tolist()],
        visits=rng.integers(5, 8, len(who)).tolist(), opportunities_new=(rng.random(len(who)) < 0.1).astype(int).tolist(),
        opportunities_landed=(rng.random(len(who)) < 0.05).astype(int).tolist(),
        marketing_grade=pick(rng, ("good", "fairly", "fair"), len(who), (2, 5, 2)),
        service_grade=pick(rng, ("good", "fairly", "fair"), len(who), (3, 5, 1)), shortcomings=["上门时间可再提前约定"] * len(who),
        next_plan=["按频率访问，跟进资金安排"] * len(who),
    )  # fmt: skip


def _measures(world: World, reviews: list[Row]) -> list[Row]:
    """Done in time, or due some days from now."""
    rng = world.rng("measures")
    recent = [r for r in reviews if r["level"] == "month"][-4 * len(world.people.managers) :]
    found: list[Row] = []
    for n, review in enumerate(recent):
        for k in range(2):
            start = d.number(review["written_on"])
            due = int(world.days.later(np.array([start + 15 + 8 * k]))[0])
            row: Row = {
                "id": f"CS-{review['id'][3:]}-{k}",
                "review": review["id"],
                "measure": MEASURES[(n + k) % len(MEASURES)],
                "owner": review["owner"],
            }
            if due <= world.today + 2:
                done = world.days.before(min(due, world.today), int(rng.integers(1, 4)))
                found.append(row | {"due_on": d.day(due), "done_on": d.day(done), "status": "done", "result": "已完成"})
            else:
                found.append(row | {"due_on": d.day(due), "status": "doing"})
    return found


def problem_days(world: World, rng: np.random.Generator, size: int) -> Days:
    found: Days = world.days.earlier(world.today - rng.integers(12, 90, size))
    return found


def problems(world: World) -> list[Row]:
    """What customers complained of; all solved within five working days but two of the last days."""
    rng = world.rng("problems")
    size = world.some(24)
    who = rng.permutation(np.flatnonzero(world.owing))[:size]
    raised = problem_days(world, rng, len(who))
    raised[: world.count(2)] = world.days.before(world.today, 2)
    solved = world.days.add(raised, rng.integers(1, 5, len(who)))
    told: tuple[tuple[str, str], ...] = (
        ("ebank", "网银复核人手机号变更，无法收到验证码"), ("settlement", "跨行汇款到账比预计晚半天"),
        ("account", "印鉴卡更换后未及时启用"),
        ("fee", "询问对公短信收费标准"), ("loan", "希望提前还款，询问手续"), ("service", "柜面等候时间较长"),
    )  # fmt: skip
    found: list[Row] = []
    for n, (w, at, end) in enumerate(zip(who.tolist(), raised.tolist(), solved.tolist(), strict=True), 1):
        area, content = told[n % len(told)]
        row: dict[str, Any] = {
            "id": f"WT{n:06d}",
            "customer": world.ids[w],
            "raised_on": d.day(at),
            "raised_by": "财务经理",
            "area": area,
            "content": content,
            "owner": world.owner[w],
            "taken_on": d.day(at),
            "promised_on": d.day(int(world.days.add(np.array([at]), 5)[0])),
        }
        found.append(row | ({"solved_on": d.day(end), "result": "已解决并回访", "satisfied": "yes"} if end < world.today else {}))
    return found
