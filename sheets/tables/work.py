"""What Huce itself writes down: letters, alerts, answers to them, mails, changes."""

from __future__ import annotations

from sheets.schema import Column as C
from sheets.schema import Table
from sheets.tables.words import LANGUAGES, pick, row_id

LETTERS = Table("letters", "提示书与通知书", "Letters", "work", (
    row_id("编号", "No."),
    C("number", "文号", "Letter no.", auto=True),
    C("kind", "种类", "Kind", "choice", pick(
        "rating_notice=信用评级有效期到期提示书=Rating expiry notice", "line_notice=授信有效期到期提示书=Credit line expiry notice",
        "loan_notice=贷款到期通知书=Loan due notice"), required=True),
    C("customer", "客户", "Customer", "ref", ref="customers"),
    C("subject", "对象表", "Ledger", auto=True),
    C("row", "对象", "Record", required=True),
    C("made_on", "制作日期", "Made on", "date", fact=True),
    C("sent_on", "发出日期", "Sent on", "date", fact=True),
    C("delivered", "送达方式", "Delivered by"),
    C("receipt_on", "回执/签收日期", "Receipt on", "date", fact=True, after="sent_on", follows="sent_on"),
    C("staff", "经办人", "Made by", "staff"),
    C("version", "版本", "Version", "integer"),
    C("document", "文档指纹", "Document", auto=True),
), title="number",
   owners=("staff",), number="HJ{:06d}")  # fmt: skip

CHANNEL = pick("digest=每日汇总=Daily digest", "immediate=即时=At once")

ALERTS = Table("alerts", "提醒台账", "Alerts", "work", (
    row_id("提醒键", "Alert key"),
    C("due_key", "事项键", "Due key", auto=True),
    C("rule", "规则", "Rule", auto=True),
    C("subject", "对象表", "Ledger", auto=True),
    C("row", "对象", "Record", auto=True),
    C("customer", "客户", "Customer", "ref", ref="customers", auto=True),
    C("occurrence", "期次", "Occurrence", auto=True),
    C("due", "期限", "Due", "date", auto=True),
    C("anchor", "基准日", "Counted from", "date", auto=True),
    C("step", "步骤", "Step", auto=True),
    C("role", "岗位", "Role", auto=True),
    C("channel", "渠道", "Channel", "choice", CHANNEL, auto=True),
    C("staff", "收件人", "Told", "staff", auto=True),
    C("unresolved", "收件人未找到", "Nobody found", "yesno", auto=True),
    C("late", "补发", "Told late", "yesno", auto=True),
    C("state", "状态", "State", "choice", pick(
        "open=待通知=To be told", "told=已通知=Told", "skipped=已合并=Merged into a later step", "closed=已办结=Closed"), auto=True),
    C("reached_at", "到达时间", "Reached at", "datetime", auto=True),
    C("created_at", "生成时间", "Created at", "datetime", auto=True),
    C("told_at", "通知时间", "Told at", "datetime", auto=True),
    C("outbox", "邮件", "Mail", "ref", ref="outbox", auto=True),
    C("text", "内容", "Text", "long", auto=True),
), title="text", aliases=("提醒",),
   owners=("staff",), inside=True)  # fmt: skip

RESPONSES = Table("responses", "提醒处理", "Answers to alerts", "work", (
    row_id("编号", "No."),
    C("alert", "提醒", "Alert", "ref", ref="alerts"),
    C("due_key", "事项键", "Due key", required=True),
    C("act", "处理", "Act", "choice", pick(
        "acknowledge=已知悉=Acknowledge", "snooze=稍后提醒=Snooze", "waive=豁免=Waive", "wake=恢复=Wake"), required=True),
    C("staff", "处理人", "By", "staff", auto=True),
    C("at", "处理时间", "At", "datetime", auto=True),
    C("until", "稍后至", "Until", "date"),
    C("promised_on", "承诺完成日", "Promised on", "date"),
    C("reason", "原因", "Reason", "long"),
), title="act",
   owners=("staff",))  # fmt: skip

OUTBOX = Table("outbox", "发件箱", "Outbox", "work", (
    row_id("邮件键", "Mail key"),
    C("kind", "种类", "Kind", "choice", pick(
        "digest=每日汇总=Daily digest", "immediate=即时=At once", "notice=管理通知=Notice to the administrator", "test=测试=Test"), auto=True),
    C("channel", "途径", "Sent by", "choice", pick("mail=邮件=Mail", "wecom=企业微信=WeCom", "dingtalk=钉钉=DingTalk", "feishu=飞书=Feishu"), auto=True),
    C("staff", "收件人", "Recipient", "staff", auto=True),
    C("role", "岗位", "Role", auto=True),
    C("email", "邮箱", "E-mail", "email", auto=True),
    C("lang", "语言", "Language", "choice", LANGUAGES, auto=True),
    C("subject", "主题", "Subject", auto=True),
    C("text", "正文", "Text", "long", auto=True),
    C("html", "HTML", "HTML", "long", auto=True),
    C("message_id", "Message-ID", "Message-ID", auto=True),
    C("state", "状态", "State", "choice", pick(
        "waiting=待发=Waiting", "sending=发送中=Sending", "sent=已发=Sent", "retry=重试中=Retrying", "failed=失败=Failed",
        "possibly=可能已送达=Possibly delivered"), auto=True),
    C("attempts", "次数", "Attempts", "integer", auto=True),
    C("next_at", "下次时间", "Next at", "datetime", auto=True),
    C("claimed_by", "发送进程", "Claimed by", auto=True),
    C("claimed_at", "领取时间", "Claimed at", "datetime", auto=True),
    C("sent_at", "发出时间", "Sent at", "datetime", auto=True),
    C("error", "错误", "Error", "long", auto=True),
    C("as_of", "所属日", "As of", "date", auto=True),
    C("created_at", "生成时间", "Created at", "datetime", auto=True),
), title="subject",
   owners=("staff",), inside=True)  # fmt: skip

# Written by the store itself, row by row; listed for people and scripts, never edited.
CHANGES = Table("changes", "变更记录", "Changes", "work", (
    C("seq", "序号", "No.", "integer", auto=True),
    C("at", "时间", "At", "datetime", auto=True),
    C("actor", "操作人", "Who", auto=True),
    C("source", "来源", "Source", auto=True),
    C("table", "表", "Table", auto=True),
    C("row", "记录", "Row", auto=True),
    C("column", "字段", "Column", auto=True),
    C("old", "原值", "Old", "long", auto=True),
    C("new", "新值", "New", "long", auto=True),
    C("rev", "版本", "Revision", "integer", auto=True),
    C("prev", "前一哈希", "Previous hash", auto=True),
    C("hash", "哈希", "Hash", auto=True),
), title="seq", inside=True)  # fmt: skip

TABLES = (LETTERS, ALERTS, RESPONSES, OUTBOX)
