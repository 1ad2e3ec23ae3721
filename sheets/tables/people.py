"""People and organisation: staff, teams, leave, who looked after whom."""

from __future__ import annotations

from sheets.schema import Column as C
from sheets.schema import Table
from sheets.tables.words import CUSTOMER, LANGUAGES, NOTE, ROLES, must, pick, row_id

STAFF = Table("staff", "人员", "Staff", "people", (
    must(row_id("工号", "Staff no.", "员工号")),
    C("name", "姓名", "Name", required=True),
    C("role", "岗位角色", "Role", "choice", ROLES, required=True, aliases=("角色", "岗位"), held=True),
    C("team", "所属团队", "Team", "ref", ref="teams", aliases=("团队",)),
    C("leader", "直属上级", "Line leader", "staff", aliases=("直属团队长", "主管行领导"), held=True,
      help_zh="客户经理填团队长或主管行领导，团队长填主管行领导；督办按此逐级上报",
      help_en="A manager's team leader or supervising leader, a team leader's supervising leader; escalation follows it"),
    C("email", "邮箱", "E-mail", "email", aliases=("电子邮箱", "邮件"), held=True),
    C("phone", "电话", "Phone", "phone", sensitive=True),
    C("lang", "语言", "Language", "choice", LANGUAGES),
    C("status", "在岗状态", "Status", "choice", pick(
        "active=在岗=In post=在职", "leave=休假=On leave=请假", "left=离岗=Left=离职|已离岗"), required=True, held=True),
    C("deputy", "休假代理人", "Deputy", "staff", aliases=("代理人",)),
    C("deputy_from", "代理开始", "Deputy from", "date"),
    C("deputy_to", "代理结束", "Deputy to", "date", after="deputy_from"),
    C("joined_on", "到岗日期", "Joined on", "date"),
    NOTE,
), title="name", aliases=("员工", "人员表"),
   called=("name",), natural=(("email",), ("name",)), since="joined_on")  # fmt: skip

TEAMS = Table("teams", "团队", "Teams", "people", (
    must(row_id("团队编号", "Team no.")),
    C("name", "团队名称", "Team", required=True),
    C("team_leader", "团队长", "Team leader", "staff", held=True),
    C("leader", "主管行领导", "Supervising leader", "staff", aliases=("分管领导",), held=True),
    NOTE,
), title="name",
   natural=(("name",),), number="T{:d}")  # fmt: skip

LEAVE = Table("leave", "请假代理", "Leave and deputies", "people", (
    row_id("编号", "No."),
    C("staff", "人员", "Person", "staff", required=True),
    C("from_on", "开始日期", "From", "date", required=True),
    C("to_on", "结束日期", "To", "date", required=True, after="from_on"),
    C("deputy", "代理人", "Deputy", "staff"),
    C("reason", "事由", "Reason"),
), title="staff", aliases=("请假",),
   owners=("staff",), number="QJ{:06d}")  # fmt: skip

ASSIGNMENTS = Table("assignments", "管户分配", "Assignments", "people", (
    row_id("编号", "No."),
    CUSTOMER,
    C("staff", "管户客户经理", "Relationship manager", "staff", required=True, aliases=("客户经理",)),
    C("part", "分工", "Part", "choice", pick(
        "owner=主办客户经理=Lead manager=主办", "assistant=协办客户经理=Assistant=协办",
        "product=产品经理=Product manager", "credit=信贷经理=Credit officer")),
    C("from_on", "开始日期", "From", "date", required=True),
    C("to_on", "结束日期", "To", "date", after="from_on"),
    C("reason", "变更原因", "Reason"),
), title="customer",
   owners=("staff",), number="GH{:06d}", one="customer, part, from_on: staff")  # fmt: skip

TABLES = (STAFF, TEAMS, LEAVE, ASSIGNMENTS)
