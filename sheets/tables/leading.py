"""What those who lead hand down: goals from above, broken down to people, and tasks that are followed up (S17)."""

from __future__ import annotations

from dataclasses import replace

from sheets.schema import Column as C
from sheets.schema import Table
from sheets.tables.words import CUSTOMER, DONE_STATE, NOTE, pick, row_id

# The figures of a customer that add up from the customer to the branch (rules/figures); a goal is held against one of them.
FIGURES = pick(
    "deposit_now=存款时点=Deposits at date=时点存款", "deposit_average=存款日均=Deposits, daily average=日均存款",
    "loan_now=贷款余额=Loans=贷款", "fee_year=中间业务收入=Fee income=中收", "deposit_share=我行存款份额=Our share of deposits=存款份额",
    "penetration=产品覆盖率=Product penetration=产品覆盖",
)  # fmt: skip

TARGETS = Table("targets", "任务指标", "Goals from above", "plans", (
    row_id("编号", "No."),
    C("year", "年度", "Year", "integer", required=True),
    C("period", "所属期", "Period", help_zh="留空为全年；2026Q4、2026-11 为到期末应达到的数（收入为年内累计）",
      help_en="Blank is the whole year; 2026Q4, 2026-11: what is to stand there at its end (income: since the year began)"),
    C("figure", "指标", "Figure", "choice", FIGURES, required=True),
    C("level", "层级", "Level", "choice", pick("branch=支行=Branch=全行", "team=团队=Team", "person=客户经理=Manager=个人"), required=True),
    C("team", "团队", "Team", "ref", ref="teams", required_when="level=team"),
    C("staff", "责任人", "Whose", "staff", required=True,
      help_zh="支行指标填主管行领导，团队指标填团队长", help_en="The supervising leader for the branch, the team leader for a team"),
    C("goal", "目标", "Goal", "money", unit="万元", usual=1_000_000),
    C("goal_share", "目标占比", "Goal share", "percent", unit="%"),
    C("source", "来源", "Source", help_zh="上级行文号或会议", help_en="The order or meeting it comes from"),
    NOTE,
), title="figure", aliases=("上级行任务", "任务分解", "考核指标"),
   owners=("staff",), natural=(("year", "period", "figure", "level", "team", "staff"),), number="ZB{:06d}",
   one="level, team, staff, year, period, figure: goal, goal_share")  # fmt: skip

TASKS = Table("tasks", "交办事项", "Tasks", "plans", (
    row_id("编号", "No."),
    C("what", "交办内容", "What is to be done", "long", required=True),
    replace(CUSTOMER, required=False),
    C("subject", "对象表", "Ledger", help_zh="由哪一类记录引起", help_en="The ledger it is about"),
    C("row", "对象", "Record"),
    C("figure", "指标", "Figure", help_zh="由哪个指标或事项引起", help_en="The figure or due it is about"),
    C("owner", "责任人", "Owner", "staff", required=True),
    C("assigned_by", "交办人", "Assigned by", "staff", auto=True),
    C("assigned_at", "交办时间", "Assigned at", "datetime", fact=True, stamp=True),
    C("due_on", "完成期限", "Due on", "date", required=True),
    C("done_on", "完成日期", "Done on", "date", fact=True, act="report", held=True),
    C("report", "办理情况", "Report", "long", held=True),
    C("status", "状态", "Status", "choice", DONE_STATE),
), title="what", aliases=("督办", "督办事项"),
   owners=("owner", "assigned_by"), number="DB{:06d}")  # fmt: skip

TABLES = (TARGETS, TASKS)
