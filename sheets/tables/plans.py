"""One customer, one plan (一户一策), its amendments, and the month-, quarter- and year-end reviews (S9–S16)."""

from __future__ import annotations

from sheets.schema import Column as C
from sheets.schema import Table
from sheets.tables.words import CUSTOMER, DONE_STATE, NOTE, pick, progress, row_id

TARGETS = pick(
    "deposit_end=存款时点余额=Deposits at date=时点存款|存款时点", "deposit_avg=存款日均余额=Deposits daily average=日均存款|存款日均",
    "deposit_share=存款份额=Deposit share", "loan_balance=贷款余额=Loans", "loan_new=新增投放=New loans", "line=授信额度=Credit line",
    "trade=贸易融资/票据=Trade finance and bills=贸易融资", "fee=中间业务收入=Fee income=中收", "settlement=结算量=Settlement volume",
    "payroll=代发工资户数=Payroll accounts", "ebank=企业网银=E-banking", "accounts=新开账户=New accounts",
    "contribution=综合贡献度=Contribution",
)  # fmt: skip

PLANS = Table("plans", "一户一策", "Annual plans", "plans", (
    row_id("计划编号", "Plan no."),
    CUSTOMER,
    C("year", "年度", "Year", "integer", required=True),
    C("version", "版本", "Version", "integer", auto=True),
    C("status", "状态", "Status", "choice", pick(
        "draft=草稿=Draft", "submitted=已提交=Submitted", "amended=修正待审=Amended, to be reviewed",
        "tl_reviewed=团队长已审=Reviewed by team leader",
        "bl_reviewed=主管行领导已审=Reviewed by leader"), required=True, progress=True, held=True),
    C("owner", "客户经理", "Relationship manager", "staff"),
    C("made_on", "制定日期", "Made on", "date", fact=True),
    C("team_members", "服务团队", "Service team", "staffs"),
    C("situation", "客户现状分析", "Situation", "long"),
    C("needs", "客户需求与痛点", "Needs", "long"),
    C("chances", "机会点", "Chances", "long"),
    C("risks", "风险点", "Risks", "long"),
    C("strategy", "营销策略", "Strategy", "long"),
    C("products", "产品组合", "Products", "long"),
    C("leader_visits", "高层互访计划", "Leader visits", "long"),
    C("tl_opinion", "团队长审核意见", "Team leader's opinion", "long", progress=True, held=True),
    C("bl_opinion", "主管行领导审核意见", "Leader's opinion", "long", progress=True, held=True),
    C("tl_reviewed_on", "团队长审核日", "Team leader reviewed on", "date", fact=True, progress=True, held=True),
    C("bl_reviewed_on", "主管行领导审核日", "Leader reviewed on", "date", fact=True, progress=True, held=True),
    C("superseded", "已被新版本替代", "Superseded", "yesno", auto=True),
), title="year", aliases=("年度计划", "营销目标及计划"),
   owners=("owner",), number="JH{year}-{:06d}")  # fmt: skip

PLAN_TARGETS = Table("plan_targets", "计划目标", "Plan targets", "plans", (
    row_id("编号", "No."),
    C("plan", "计划", "Plan", "ref", ref="plans", required=True),
    C("target", "指标", "Target", "choice", TARGETS, required=True),
    C("unit", "单位", "Unit", "choice", pick("wan=万元=10,000 yuan", "percent=%=%", "count=户/个=count")),
    C("last_actual", "上年实际", "Last year's actual", "money", unit="万元", usual=1_000_000),
    C("goal", "本年目标", "This year's goal", "money", unit="万元", usual=1_000_000),
    C("actual", "截至目前实际", "Actual so far", "money", unit="万元", usual=1_000_000, progress=True),
    C("last_number", "上年实际(数量)", "Last year (count)", "integer", aliases=("上年实际(数量/%)",)),
    C("goal_number", "本年目标(数量)", "Goal (count)", "integer", aliases=("本年目标(数量/%)",)),
    C("actual_number", "截至目前(数量)", "Actual (count)", "integer", aliases=("截至目前(数量/%)",), progress=True),
    C("last_share", "上年实际占比", "Last year's share", "percent", unit="%"),
    C("goal_share", "本年目标占比", "Goal share", "percent", unit="%"),
    C("actual_share", "截至目前占比", "Actual share", "percent", unit="%", progress=True),
    progress(NOTE),
), title="target",
   parent="plan", one="plan, target: goal, goal_number, goal_share")  # fmt: skip

PLAN_ACTIONS = Table("plan_actions", "行动计划", "Plan actions", "plans", (
    row_id("编号", "No."),
    C("plan", "计划", "Plan", "ref", ref="plans", required=True),
    C("period", "季度/月份", "Period"),
    C("action", "动作", "Action", "long", required=True),
    C("owner", "责任人", "Owner", "staff"),
    C("due_on", "完成期限", "Due on", "date"),
    C("standard", "完成标准", "Done when", "long"),
    C("support", "所需支持", "Support needed", "long"),
    C("status", "状态", "Status", "choice", DONE_STATE, progress=True),
    C("done_on", "完成日期", "Done on", "date", fact=True, progress=True),
), title="action",
   parent="plan", owners=("owner",))  # fmt: skip

AMENDMENTS = Table("amendments", "修正记录", "Amendments", "plans", (
    row_id("编号", "No."),
    C("plan", "计划", "Plan", "ref", ref="plans", required=True),
    C("version", "新版本", "New version", "integer"),
    C("amended_on", "修正日期", "Amended on", "date", required=True, fact=True),
    C("reason", "修正原因", "Reason", "choice", pick(
        "progress=计划实施情况=Progress", "market=市场变化=Market", "customer=客户变化=Customer", "policy=政策变化=Policy",
        "other=其他=Other"), required=True),
    C("explanation", "说明", "Explanation", "long", required=True),
    C("before", "修正前", "Before", "long"),
    C("after", "修正后", "After", "long"),
    C("staff", "修正人", "Amended by", "staff", auto=True),
), title="amended_on",
   parent="plan", owners=("staff",), number="XZ{:06d}")  # fmt: skip

LEVELS = pick("month=月=Month=月度", "quarter=季=Quarter=季度", "year=年=Year=年度")
GRADES = pick("good=好=Good", "fairly=较好=Fairly good", "fair=一般=Fair", "poor=差=Poor")

REVIEWS = Table("reviews", "回顾总结", "Reviews", "plans", (
    row_id("编号", "No."),
    C("owner", "客户经理", "Relationship manager", "staff", required=True),
    C("level", "周期", "Level", "choice", LEVELS),
    C("period", "所属期", "Period", required=True, help_zh="2026-11 / 2026Q4 / 2026", help_en="2026-11 / 2026Q4 / 2026"),
    C("written_on", "总结日期", "Written on", "date", fact=True),
    C("summary", "总体回顾", "Summary", "long"),
    C("shortcomings", "不足之处", "Shortcomings", "long"),
    C("next_plan", "下期计划", "Next plan", "long"),
    C("discussed_on", "讨论日期", "Discussed on", "date", fact=True, after="written_on", act="conclusion", follows="written_on",
      held=True),
    C("discussed_with", "讨论领导", "Discussed with", "staff", aliases=("领导",), apart="owner", held=True),
    C("discussion_mode", "讨论方式", "How", "choice", pick("talk=面谈=In person", "meeting=会议=Meeting", "online=线上=Online")),
    C("conclusion", "讨论结论", "Conclusion", "long", held=True),
    C("leader_opinion", "领导意见", "Leader's opinion", "long", held=True),
    C("in_file", "已记入客户档案", "Noted in the file", "yesno", auto=True),
    C("in_diary", "已记入经理日志", "Noted in the diary", "yesno", auto=True),
    C("submitted_at", "提交时间", "Submitted at", "datetime", fact=True, stamp=True),
    C("status", "状态", "Status", "choice", pick("draft=草稿=Draft", "submitted=已提交=Submitted", "discussed=已讨论=Discussed"), held=True),
), title="period", aliases=("回顾",),
   owners=("owner",), natural=(("owner", "period"),), number="HG{:06d}", complete=("written_on: summary|shortcomings|next_plan",))  # fmt: skip

REVIEW_LINES = Table("review_lines", "逐户回顾", "Review lines", "plans", (
    row_id("编号", "No."),
    C("review", "回顾", "Review", "ref", ref="reviews", required=True),
    CUSTOMER,
    C("deposit_end", "存款时点", "Deposits at date", "money", unit="万元"),
    C("deposit_avg", "存款日均", "Deposits daily average", "money", unit="万元"),
    C("deposit_change", "较上期", "Change", "money", unit="万元"),
    C("loan_balance", "贷款余额", "Loans", "money", unit="万元"),
    C("fee", "中间业务收入", "Fee income", "money", unit="万元", usual=10_000),
    C("progress", "计划完成率", "Plan progress", "percent", unit="%"),
    C("visits", "访问次数", "Visits", "integer"),
    C("opportunities_new", "新增商机", "New opportunities", "integer"),
    C("opportunities_landed", "转化商机", "Converted", "integer"),
    C("marketing_grade", "营销效果评价", "Marketing effect", "choice", GRADES),
    C("service_grade", "服务效果评价", "Service effect", "choice", GRADES),
    C("feedback", "客户反馈", "Feedback", "long"),
    C("shortcomings", "不足之处", "Shortcomings", "long"),
    C("next_plan", "下期计划", "Next plan", "long"),
), title="customer")  # fmt: skip

MEASURES = Table("measures", "改进措施", "Measures", "plans", (
    row_id("编号", "No."),
    C("review", "回顾", "Review", "ref", ref="reviews"),
    C("customer", "客户", "Customer", "ref", ref="customers"),
    C("measure", "措施", "Measure", "long", required=True),
    C("owner", "责任人", "Owner", "staff", required=True),
    C("noted_on", "登记日期", "Noted on", "date", fact=True, stamp=True),
    C("due_on", "期限", "Due on", "date", required=True, aliases=("完成期限",)),
    C("done_on", "完成日期", "Done on", "date", fact=True),
    C("status", "状态", "Status", "choice", DONE_STATE),
    C("result", "结果", "Result", "long"),
), title="measure",
   owners=("owner",), number="CS{:06d}")  # fmt: skip

TABLES = (PLANS, PLAN_TARGETS, PLAN_ACTIONS, AMENDMENTS, REVIEWS, REVIEW_LINES, MEASURES)
