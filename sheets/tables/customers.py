"""The customer file (客户档案): basics, key persons, share of wallet, other banks, diary, problems (S4–S8, S61)."""

from __future__ import annotations

from sheets.schema import Column as C
from sheets.schema import Table
from sheets.tables.industries import INDUSTRIES
from sheets.tables.words import CURRENCY, CUSTOMER, FILES, NOTE, OUR_OTHER, TIERS, must, pick, row_id

SIZES = pick("large=大型=Large", "medium=中型=Medium", "small=小型=Small", "micro=微型=Micro", "na=不适用=Not applicable=机关事业")

CUSTOMERS = Table("customers", "客户档案", "Customer files", "customers", (
    must(row_id("客户编号", "Customer no.", "客户号", "ECIF号", "编号")),
    C("name", "客户名称", "Name", required=True, aliases=("企业名称", "单位名称", "公司名称", "户名", "客户全称")),
    C("short_name", "客户简称", "Short name", aliases=("简称",)),
    C("uscc", "统一社会信用代码", "USCC", "uscc", required=True, aliases=("信用代码", "社会信用代码", "统一信用代码")),
    C("kind", "客户类型", "Customer kind", "choice", pick(
        "company=企业法人=Company", "non_legal=企业非法人=Unincorporated", "government=机关法人=Government body",
        "institution=事业单位法人=Public institution=事业单位", "association=社会团体=Association",
        "private_nonprofit=民办非企业单位=Private non-profit", "financial=金融机构=Financial institution",
        "individual=个体工商户=Sole trader", "other=其他=Other"), required=True),
    C("ownership", "经济类型", "Ownership", "choice", pick(
        "state=国有(控股)=State-owned=国有|国有控股", "collective=集体=Collective", "private=民营(私人控股)=Private=民营|私营",
        "foreign=外商投资=Foreign", "hmt=港澳台=HK/Macau/Taiwan", "other=其他=Other"), required=True),
    C("industry", "行业", "Industry", "choice", INDUSTRIES, required=True, aliases=("行业门类", "所属行业")),
    C("industry_code", "行业小类代码", "Industry code", help_zh="GB/T 4754—2017，如 C3311", help_en="GB/T 4754—2017, such as C3311"),
    C("size", "企业规模", "Size", "choice", SIZES, required=True, aliases=("规模",)),
    C("headcount", "从业人员", "Headcount", "integer", unit="人"),
    C("revenue", "营业收入", "Revenue", "money", unit="万元", usual=1_000_000),
    C("assets", "资产总额", "Total assets", "money", unit="万元", usual=1_000_000),
    C("registered_capital", "注册资本", "Registered capital", "money", unit="万元"),
    C("capital_currency", "注册资本币种", "Capital currency", "choice", CURRENCY),
    C("paid_in_capital", "实收资本", "Paid-in capital", "money", unit="万元"),
    C("founded_on", "成立日期", "Founded on", "date"),
    C("term_to", "营业期限至", "Term to", "date", after="founded_on"),
    C("registration", "登记状态", "Registration", "choice", pick(
        "existing=存续=Existing", "operating=在业=Operating", "revoked=吊销=Revoked", "cancelled=注销=Cancelled",
        "moved=迁出=Moved out", "closed=停业=Closed")),
    C("registered_address", "注册地址", "Registered address"),
    C("address", "经营地址", "Address", required=True, aliases=("地址", "办公地址")),
    C("scope", "经营范围", "Scope", "long"),
    C("main_business", "主营业务", "Main business", "long", required=True),
    C("legal_representative", "法定代表人", "Legal representative", required=True, aliases=("法人代表",),
      help_zh="只填姓名，请勿填写证件号码", help_en="Name only; no identity numbers, please"),
    C("controller", "实际控制人", "Controller"),
    C("beneficial_owner", "最终受益人", "Beneficial owner"),
    C("group_name", "所属集团", "Group"),
    C("parent", "上级公司", "Parent", "ref", ref="customers"),
    C("listing", "上市情况", "Listing", "choice", pick(
        "unlisted=未上市=Unlisted", "main=主板=Main board", "chinext=创业板=ChiNext", "star=科创板=STAR", "bse=北交所=BSE",
        "neeq=新三板=NEEQ", "overseas=境外=Overseas")),
    C("tier", "客户等级", "Tier", "choice", TIERS, required=True, aliases=("等级", "客户分层")),
    C("status", "客户状态", "Status", "choice", pick(
        "prospect=潜在=Prospect", "active=存量=Active=正常|在册", "dormant=睡眠=Dormant", "lost=流失=Lost", "exited=退出=Exited"),
      required=True, aliases=("状态",)),
    C("flags", "业务属性", "Business flags", "choices", pick(
        "deposit=存款客户=Deposit customer=存款", "credit=信贷客户=Credit customer=信贷|贷款客户",
        "fee=中间业务客户=Fee customer=中间业务", "investment=投行客户=Investment banking=投行"), required=True),
    C("basic_account_bank", "基本结算账户开户行", "Basic account at", "choice", OUR_OTHER, required=True,
      aliases=("基本户", "基本户开户行")),
    C("basic_account_bank_name", "基本户行名", "Basic account bank name"),
    C("house_bank", "主办行", "House bank"),
    C("share_deposit", "我行存款份额", "Deposit share", "percent", unit="%"),
    C("share_loan", "我行贷款份额", "Loan share", "percent", unit="%"),
    C("share_settlement", "我行结算份额", "Settlement share", "percent", unit="%"),
    C("share_target", "目标份额", "Target share", "percent", unit="%"),
    C("owner", "管户客户经理", "Relationship manager", "staff", required=True, aliases=("客户经理", "管户经理", "主办客户经理")),
    C("assistants", "协办客户经理", "Assistants", "staffs"),
    C("team", "团队", "Team", "ref", ref="teams", required=True, aliases=("所属团队",)),
    C("credit_officer", "信贷经理", "Credit officer", "staff"),
    C("assigned_on", "管户日期", "Assigned on", "date", required=True, aliases=("分配日期",)),
    C("filed_on", "建档日期", "Filed on", "date"),
    C("next_update_on", "下次信息更新日", "Next update on", "date"),
    C("adverse", "资信负面", "Adverse information", "long"),
    C("partners", "上下游", "Suppliers and buyers", "long"),
    C("service_plan", "差别化服务方案", "Service plan", "long"),
    NOTE,
), title="short_name", aliases=("客户", "客户台账", "客户信息"),
   owners=("owner",), called=("name", "short_name", "uscc"), natural=(("uscc",), ("name",)), number="KH{:06d}",
   since="assigned_on|filed_on")  # fmt: skip

CONTACTS = Table("contacts", "关键人物", "Key persons", "customers", (
    row_id("编号", "No."),
    CUSTOMER,
    C("name", "姓名", "Name", required=True, sensitive=True),
    C("position", "职务/部门", "Position", required=True, aliases=("职务", "部门")),
    C("parts", "关键人类型", "Part in the deal", "choices", pick(
        "decider=决策人=Decider", "influencer=影响人=Influencer", "handler=经办人(财务)=Handler=经办人", "user=使用人=User",
        "informer=信息人=Informer", "legal=法定代表人=Legal representative", "controller=实际控制人=Controller",
        "cfo=财务负责人=Finance head"), required=True),
    C("influence", "决策影响力", "Influence", "choice", pick("high=高=High", "medium=中=Medium", "low=低=Low")),
    C("relation", "与我行关系", "Relation", "choice", pick("support=支持=Supports us", "neutral=中立=Neutral", "against=反对=Against")),
    C("office_phone", "办公电话", "Office phone", "phone", sensitive=True),
    C("mobile", "手机", "Mobile", "phone", sensitive=True),
    C("email", "邮箱", "E-mail", "email", sensitive=True),
    C("wechat", "微信", "WeChat", sensitive=True),
    C("preferred", "偏好联系方式", "Preferred mode", "choice", pick(
        "onsite=上门=In person", "phone=电话=Phone", "wechat=微信=WeChat", "email=邮件=E-mail")),
    C("preferred_time", "方便时间", "Preferred time"),
    C("basis", "告知与依据", "Notice and basis", "choice", pick(
        "card=客户主动提供(名片)=Given by the customer=名片", "contract=合同履行所需=Needed for a contract",
        "consent=已告知并同意=Told and agreed", "public=公开信息=Public information"), required=True),
    C("in_post", "在任状态", "In post", "choice", pick("yes=在任=In post", "left=离任=Left"), required=True),
    C("left_on", "离任日期", "Left on", "date"),
    NOTE,
), title="name", aliases=("联系人",),
   number="LX{:06d}")  # fmt: skip

SHARES = Table("shares", "市场份额", "Share of wallet", "customers", (
    row_id("编号", "No."),
    CUSTOMER,
    C("as_of", "统计日期", "As of", "date", required=True),
    C("block", "业务板块", "Block", "choice", pick("deposit=存款=Deposits", "loan=贷款=Loans", "settlement=结算=Settlement"), required=True),
    C("ours", "我行金额", "Ours", "money", unit="万元"),
    C("others", "他行金额", "Others", "money", unit="万元"),
    C("source", "数据来源", "Source"),
    NOTE,
), title="customer", aliases=("份额",),
   one="customer, block, as_of: ours, others")  # fmt: skip

OTHER_BANKS = Table("other_banks", "他行合作情况", "Other banks", "customers", (
    row_id("编号", "No."),
    CUSTOMER,
    C("bank", "银行", "Bank", required=True),
    C("product", "产品", "Product"),
    C("balance", "余额", "Balance", "money", unit="万元"),
    C("line", "授信额度", "Line", "money", unit="万元"),
    C("rate", "利率", "Rate", "percent", unit="%"),
    C("expires_on", "到期日", "Expires on", "date"),
    NOTE,
), title="bank",
   number="TH{:06d}")  # fmt: skip

DIARY = Table("diary", "经理日志", "Manager diary", "customers", (
    row_id("编号", "No."),
    C("on", "日期", "Date", "date", required=True, fact=True),
    C("staff", "客户经理", "Relationship manager", "staff", required=True),
    C("customer", "客户", "Customer", "ref", ref="customers"),
    C("work", "工作类别", "Kind of work", "choice", pick(
        "visit=客户访问=Visit", "call=电话沟通=Call", "opportunity=商机跟进=Opportunity", "business=业务办理=Business",
        "post_loan=贷后管理=Post-loan", "reconciliation=对账服务=Reconciliation", "interest=扣息提醒=Interest",
        "review=回顾总结=Review", "internal=内部协调=Internal", "training=培训会议=Training", "other=其他=Other"), required=True),
    C("content", "工作内容", "Content", "long", required=True),
    C("result", "结果/客户反馈", "Result", "long"),
    C("todo", "待办事项", "To do", "long"),
    C("todo_on", "完成期限", "Due on", "date"),
    C("todo_done", "是否完成", "Done", "yesno"),
    C("origin", "来源", "Origin", "choice", pick("person=手工=By hand", "house=系统自动=Written by the system"), auto=True),
    C("origin_row", "关联记录", "Origin record", auto=True),
    C("comment", "团队长批阅", "Team leader's comment", "long"),
    C("comment_at", "批阅时间", "Commented at", "datetime", stamp=True, act="comment"),
    FILES,
), title="on", aliases=("日志",),
   owners=("staff",), number="RZ-{day}-{:03d}")  # fmt: skip

PROBLEMS = Table("problems", "客户问题台账", "Problem log", "customers", (
    row_id("编号", "No."),
    CUSTOMER,
    C("raised_on", "提出日", "Raised on", "date", required=True, fact=True),
    C("raised_by", "提出人", "Raised by"),
    C("visit", "来源访问", "Source visit", "ref", ref="visits"),
    C("area", "类别", "Area", "choice", pick(
        "account=账户使用=Account use", "ebank=网银=E-banking", "settlement=结算=Settlement", "loan=贷款=Loan",
        "service=服务态度=Service", "fee=收费=Fees", "other=其他=Other"), required=True),
    C("content", "内容", "Content", "long", required=True),
    C("owner", "责任人", "Owner", "staff", required=True),
    C("taken_on", "受理日期", "Taken up on", "date", fact=True, after="raised_on"),
    C("promised_on", "承诺解决日", "Promised on", "date"),
    C("solved_on", "实际解决日", "Solved on", "date", fact=True, after="raised_on", act="result"),
    C("result", "处理结果", "Result", "long"),
    C("satisfied", "客户满意", "Satisfied", "choice", pick("yes=满意=Yes", "fair=基本满意=Fairly", "no=不满意=No")),
    C("escalated", "升级记录", "Escalation", "long"),
), title="content", aliases=("客户问题",),
   owners=("owner",), number="WT{:06d}")  # fmt: skip

TABLES = (CUSTOMERS, CONTACTS, SHARES, OTHER_BANKS, DIARY, PROBLEMS)
