"""The lists of words that several ledgers choose from, and short hands for writing a ledger down."""

from __future__ import annotations

from dataclasses import replace

from sheets.schema import Choice, Column
from texts import LANGS, say


def pick(*words: str) -> tuple[Choice, ...]:
    """Choices written as "code=中文=English" or "code=中文=English=alias|alias"."""
    found = []
    for word in words:
        code, zh, en, *more = word.split("=")
        found.append(Choice(code, zh, en, tuple(more[0].split("|")) if more else ()))
    return tuple(found)


def must(column: Column) -> Column:
    """The same column, asked for."""
    return replace(column, required=True)


def progress(column: Column) -> Column:
    """The same column, as one that tells how far a plan is."""
    return replace(column, progress=True)


AUTHORITY = pick(
    "head=总行=Head office=总 行|總行|HQ|总部|hq|head office",
    "tier1=区分行=Tier-1 branch=区(省)分行|省分行|省行|一级分行|区行|區分行|自治区分行|Tier 1|tier-1",
    "tier2=二级分行=Tier-2 branch=二級分行|市分行|地市分行|二级行|Tier 2|tier-2",
)
ROLES = pick(
    "customer_manager=客户经理=Relationship manager=CM|RM|客戶經理",
    "team_leader=团队长=Team leader=TL|團隊長|团队负责人",
    "leader=主管行领导=Supervising leader=BL|主管领导|分管领导|分管行领导|副行长",
    "credit_officer=信贷经理=Credit officer=CR|信貸經理",
    "president=行长=President=VW|行长(只读)|查看",
    "admin=系统管理员=Administrator=ADM|管理员|综合岗",
)
TIERS = pick(
    "key=重点=Key=重点(VIP)|VIP|重点客户|重要",
    "quality=优质=Quality=优质客户",
    "normal=一般=Normal=一般客户|普通",
    "prospect=潜在=Prospect=潜在客户",
)
MODES = pick(
    "onsite=上门=On-site=上门访问|面访|door",
    "phone=电话=Phone=电话访问|call",
    "sms=短信=SMS=短信访问",
    "online=网上=Online=网上访问|微信|视频|邮件",
    "visitor=客户来访=Customer came=来访",
    "other=其他=Other=其它",
)
DONE_STATE = pick("open=未开始=Not started", "doing=进行中=In progress", "done=已完成=Done", "dropped=取消=Dropped")
BLOCKS = pick("deposit=负债=Deposits=负债业务|存款", "asset=资产=Assets=资产业务|贷款", "fee=中间业务=Fee business=中收")
CERTAINTY = pick("high=高=High", "medium=中=Medium", "low=低=Low")
LANGUAGES = (
    *pick("zh=中文=Chinese=zh-CN|汉语", "en=英文=English=en-US|英语"),
    *(Choice(lang, say("language.name", lang), say("language.name", lang)) for lang in LANGS if lang not in {"zh", "en"}),
)
CURRENCY = pick("CNY=人民币=CNY=RMB|元", "USD=美元=USD", "EUR=欧元=EUR", "HKD=港元=HKD", "JPY=日元=JPY")
OUR_OTHER = pick("ours=我行=Our bank=本行", "other=他行=Another bank=他行开户", "unknown=未知=Unknown=不详")

CUSTOMER = Column("customer", "客户", "Customer", "ref", ref="customers", required=True, aliases=("客户编号", "客户号"))
NOTE = Column("note", "备注", "Note", "long", aliases=("说明",))
FILES = Column("files", "附件", "Files", "file")


def row_id(zh: str, en: str, *aliases: str) -> Column:
    """The column that names a row: the bank's own number, or one that is given."""
    return Column("id", zh, en, "text", auto=True, aliases=aliases)
