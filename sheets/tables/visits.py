"""The visit record (客户访问记录单), from its plan to its minutes (S20–S36, S63)."""

from __future__ import annotations

from sheets.schema import Column as C
from sheets.schema import Table
from sheets.tables.words import CUSTOMER, FILES, MODES, pick, row_id

VISITS = Table("visits", "客户访问记录单", "Visit records", "visits", (
    row_id("访问编号", "Visit no."),
    CUSTOMER,
    C("kind", "访问类型", "Kind", "choice", pick(
        "routine=常规访问=Routine=日常访问|常规", "business=业务访问=Business=业务"), required=True),
    C("mode", "访问方式", "Mode", "choice", MODES, required=True,
      help_zh="业务访问必须实行上门访问方式", help_en="A business visit must be on-site"),
    C("planned_on", "计划日期", "Planned on", "date"),
    C("visited_on", "访问日期", "Visited on", "date", aliases=("拜访日期",), fact=True, entered="recorded_at"),
    C("time", "起止时间", "Time"),
    C("place", "访问地点", "Place"),
    C("participants", "我方参加人员", "Our people", "staffs", required=True, aliases=("参加人员", "访问人"),
      help_zh="每位参加人员按其岗位各计一次", help_en="Each of them is credited in their own role"),
    C("their_people", "客户方参加人员", "Their people", aliases=("客户参加人员",)),
    C("purposes", "访问目的", "Purposes", "choices", pick(
        "relation=关系维护=Relationship", "information=信息收集=Information", "product=产品营销=Products",
        "opportunity=商机推进=Opportunity", "need=需求确认=Need", "proposal=方案沟通=Proposal", "signing=签约=Signing",
        "post_loan=贷后检查=Post-loan", "reconciliation=对账服务=Reconciliation", "reminder=催收提醒=Reminder", "other=其他=Other")),
    C("opportunity", "关联商机", "Opportunity", "ref", ref="opportunities"),
    C("stage", "商机阶段", "Stage", "text"),
    C("preparation", "访前准备", "Preparation", "long", aliases=("需了解内容",),
      help_zh="财务信息、资金情况、投资计划等需要了解的内容，每行一项", help_en="What to find out: finance, cash, investment plans; one a line"),
    C("minutes", "会谈内容纪要", "Minutes", "long", aliases=("访问记录内容", "会谈纪要", "访问内容")),
    C("operations", "经营与财务变化", "Operations and finance", "long"),
    C("cash", "资金安排", "Cash plans", "long"),
    C("investment", "投资计划", "Investment plans", "long"),
    C("competitors", "他行动态", "Other banks", "long"),
    C("needs", "客户需求", "Needs", "long"),
    C("found", "发现商机", "Opportunity found", "yesno", aliases=("商机信息",)),
    C("problems", "客户提出的问题", "Problems raised", "long"),
    C("analysis", "初步分析/判断", "Analysis", "long", aliases=("初步分析",)),
    C("next_step", "下一步行动", "Next step", "long"),
    C("next_owner", "下一步责任人", "Next step by", "staff"),
    C("next_due", "下一步期限", "Next step due", "date"),
    C("next_visit_on", "下次访问计划日", "Next visit on", "date"),
    C("next_mode", "下次访问方式", "Next mode", "choice", MODES),
    FILES,
    C("recorded_by", "填写人", "Recorded by", "staff", auto=True),
    C("recorded_at", "填写时间", "Recorded at", "datetime", auto=True),
    C("backdated", "补录标记", "Back-dated", "yesno", auto=True),
    C("tl_comment", "团队长意见", "Team leader's comment", "long", held=True),
    C("bl_comment", "主管行领导批示", "Leader's comment", "long", held=True),
), title="visited_on", aliases=("访问", "访问记录", "访问记录单"),
   owners=("recorded_by",), number="FW-{day}-{:03d}",
   complete=("customer", "kind", "mode", "visited_on|planned_on", "visited_on", "participants", "minutes|purposes", "mode=onsite: minutes",
             "mode=onsite: place|their_people", "kind=business: opportunity|purposes"),
   wished=("their_people", "purposes", "preparation", "minutes", "next_step"))  # fmt: skip

TABLES = (VISITS,)
