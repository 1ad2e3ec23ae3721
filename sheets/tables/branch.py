"""What a branch sets for itself: its calendar, its rules, its dictionary."""

from __future__ import annotations

from sheets.schema import Column as C
from sheets.schema import Table
from sheets.tables.words import NOTE, must, pick, row_id

CALENDAR = Table("calendar", "工作日历", "Working calendar", "branch", (
    row_id("编号", "No."),
    C("on", "日期", "Date", "date", required=True),
    C("kind", "类型", "Kind", "choice", pick(
        "workday=工作日=Working day", "holiday=休息日=Day off=节假日|放假", "shifted=调休上班=Shifted working day=调休",
        "closure=本行停业=Branch closed=停业"), required=True),
    C("name", "说明", "Name"),
    C("source", "来源", "Source"),
    C("confirmed", "已确认", "Confirmed", "yesno"),
), title="on",
   natural=(("on",),), one="on: kind", held=True)  # fmt: skip

RULES = Table("rules", "规则", "Rules", "branch", (
    must(row_id("规则号", "Rule no.")),
    C("name_zh", "名称", "Name (zh)", required=True),
    C("name_en", "英文名称", "Name (en)"),
    C("enabled", "启用", "Enabled", "yesno", required=True),
    C("verb", "句式", "Verb", "choice", pick(
        "deadline=到期=Deadline", "cadence=频率=Cadence", "response=时限=Response", "period=定期=Period", "threshold=越线=Threshold"),
      required=True),
    C("subject", "对象表", "Subject", required=True),
    C("pick", "取哪一行", "Pick"),
    C("where", "适用条件", "Where", "long"),
    C("date", "日期字段", "Date column"),
    C("event", "事件表", "Event table"),
    C("link", "关联字段", "Link"),
    C("event_where", "事件条件", "Event where", "long"),
    C("lead", "提前量", "Lead"),
    C("due", "期限", "Due"),
    C("roll", "顺延", "Roll", "choice", pick("earlier=提前=Earlier=向前", "later=顺延=Later=向后", "none=不动=None=不顺延")),
    C("count", "次数", "Count", "integer"),
    C("window", "周期/窗口", "Window"),
    C("roles", "责任岗位", "Roles"),
    C("tiers", "适用客户等级", "Tiers"),
    C("done", "办结条件", "Done when"),
    C("remind", "提醒步骤", "Remind steps"),
    C("ladder", "督办步骤", "Ladder"),
    C("repeat", "重复", "Repeat"),
    C("bands", "金额分级", "Bands"),
    C("immediate", "即时通知", "Immediate", "yesno"),
    C("letter", "函件", "Letter"),
    C("clause", "依据条款", "Clause"),
    C("text_zh", "提醒文字", "Text (zh)", "long"),
    C("text_en", "英文提醒文字", "Text (en)", "long"),
    NOTE,
), title="name_zh", held=True)  # fmt: skip

DICTIONARY = Table("dictionary", "字典", "Dictionary", "branch", (
    row_id("编号", "No."),
    C("table", "表", "Table", required=True),
    C("column", "字段", "Column"),
    C("act", "动作", "Act", "choice", pick(
        "relabel=改名=Relabel", "require=必填=Require", "optional=选填=Make optional", "hide=隐藏=Hide", "order=排序=Order",
        "choice=加选项=Add a choice", "add=加字段=Add a column", "ledger=加台账=Add a ledger",
        "parent=从属于=Belongs to", "owner=归属人=Owner", "called=称呼=Called by", "number=编号规则=Numbering",
        "fact=已发生=Has happened", "after=不早于=Not before", "required_when=条件必填=Required when", "sensitive=敏感=Sensitive"), required=True),
    C("value_zh", "中文", "Chinese"),
    C("value_en", "英文", "English"),
    C("kind", "字段类型", "Kind"),
    C("choices", "选项", "Choices", "long"),
    C("ref", "引用表", "Refers to"),
    C("unit", "单位", "Unit"),
    C("value", "取值", "Value",
      help_zh="不早于：另一个日期字段的英文键；条件必填：字段=代码,代码；编号规则：如 LP{:04d}、LP-{day}-{:03d}",
      help_en="Not before: the key of the other day; required when: column=code,code; numbering: LP{:04d}, LP-{day}-{:03d}"),
    C("position", "位置", "Position", "integer"),
    NOTE,
), title="table", held=True)  # fmt: skip

TABLES = (CALENDAR, RULES, DICTIONARY)
