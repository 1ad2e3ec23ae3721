"""Ratings, credit lines and the papers they need (S66–S88)."""

from __future__ import annotations

from sheets.schema import Column as C
from sheets.schema import Table
from sheets.tables.words import AUTHORITY, CURRENCY, CUSTOMER, NOTE, pick, row_id

GRADES = pick(*(f"{g}={g}={g}" for g in (
    "AAA", "AA+", "AA", "AA-", "A+", "A", "A-", "BBB+", "BBB", "BBB-", "BB", "B", "CCC", "CC", "C", "D")),
    "none=未评级=Not rated")  # fmt: skip
MODELS = pick(
    "large=大型企业=Large company", "medium=中型企业=Medium company=中型", "small=小型企业=Small company=小型", "micro=微小企业=Micro company",
    "institution=事业单位=Public institution", "property=房地产开发=Property development", "project=项目融资=Project finance",
    "new=新建企业=New company", "construction=建筑=Construction", "trade=贸易=Trade", "utility=公用事业=Utility",
    "financial=金融机构=Financial institution",
)  # fmt: skip
RESULTS = pick("approved=同意=Approved=批准", "refused=否决=Refused", "returned=退回补充=Returned")
SECURITY = pick("credit=信用=Unsecured", "guarantee=保证=Guarantee", "mortgage=抵押=Mortgage", "pledge=质押=Pledge", "mixed=组合=Mixed")

AUTHORITY_COLUMN = C("authority", "审批权限", "Authority", "choice", AUTHORITY, required=True, aliases=("权限", "审批层级"))
OFFICER = C("credit_officer", "信贷经理", "Credit officer", "staff")
NOTICE = (
    C("notice_on", "提示书实发日", "Notice sent on", "date", aliases=("提示书日期",), fact=True),
    C("notice_no", "提示书编号", "Notice no."),
    C("notice_received_on", "客户经理签收日", "Notice received on", "date", fact=True, after="notice_on", follows="notice_on"),
)

RATINGS = Table("ratings", "评级", "Ratings", "credit", (
    row_id("评级编号", "Rating no."),
    CUSTOMER,
    C("grade", "信用等级", "Grade", "choice", GRADES, required=True, aliases=("评级", "信用评级", "评级结果", "评级等级")),
    C("kind", "评级类型", "Kind", "choice", pick("first=初评=First", "yearly=年度=Yearly", "again=重评=Again", "external=外部=External")),
    C("model", "评级模型", "Model", "choice", MODELS, required=True),
    C("statement_period", "财务报表期", "Statement period"),
    C("audited", "是否审计", "Audited", "yesno"),
    C("effective_on", "生效日", "Effective on", "date", required=True),
    C("expires_on", "有效截止日", "Expires on", "date", required=True, aliases=("评级到期日", "到期日", "有效期至", "评级有效期"), after="effective_on"),
    AUTHORITY_COLUMN,
    C("approver", "有权审批行", "Approving branch"),
    OFFICER,
    *NOTICE,
    C("industry_checked", "行业已核对", "Industry checked", "yesno"),
    C("size_checked", "规模已核对", "Size checked", "yesno"),
    C("finance_checked", "财务数据已核对", "Finance checked", "yesno"),
    C("entered_on", "录入系统日期", "Entered on", "date", fact=True),
    C("initiated_on", "发起日期", "Initiated on", "date", fact=True),
    C("initiated_by", "发起人", "Initiated by", "staff"),
    C("submitted_on", "实际上报日", "Submitted on", "date", aliases=("上报日",), fact=True, after="initiated_on"),
    C("process_no", "流程号", "Process no."),
    C("approved_on", "批复日期", "Approved on", "date", fact=True, after="submitted_on"),
    C("result", "批复结果", "Result", "choice", RESULTS),
    NOTE,
), title="grade", aliases=("评级台账", "信用评级"),
   number="PJ{:06d}", one="customer, effective_on: grade, expires_on, authority")  # fmt: skip

CREDIT_LINES = Table("credit_lines", "额度授信", "Credit lines", "credit", (
    row_id("授信编号", "Line no."),
    CUSTOMER,
    C("kind", "授信类型", "Kind", "choice", pick(
        "general=综合额度=General", "single=单笔单批=Single", "group=集团授信=Group", "low_risk=低风险=Low risk")),
    C("amount", "额度", "Amount", "money", unit="万元", required=True, aliases=("授信额度", "授信金额")),
    C("used", "已用额度", "Used", "money", unit="万元"),
    C("currency", "币种", "Currency", "choice", CURRENCY),
    C("items", "分项额度", "Items", "long"),
    C("security", "担保方式", "Security", "choice", SECURITY),
    C("effective_on", "生效日", "Effective on", "date", required=True),
    C("expires_on", "到期日", "Expires on", "date", required=True, aliases=("授信到期日", "有效期至", "额度到期日"), after="effective_on"),
    AUTHORITY_COLUMN,
    C("approver", "有权审批行", "Approving branch"),
    OFFICER,
    *NOTICE,
    C("diligence_on", "尽职调查完成日", "Diligence done on", "date", fact=True),
    C("diligence_file", "尽职调查报告", "Diligence report", "file"),
    C("materials_on", "材料备齐日", "Materials complete on", "date", fact=True),
    C("submitted_on", "实际上报日", "Submitted on", "date", aliases=("上报日", "送审日"), fact=True),
    C("process_no", "CLPM流程号", "CLPM process no.", aliases=("流程号",)),
    C("approved_on", "批复日期", "Approved on", "date", fact=True, after="submitted_on"),
    C("result", "批复结果", "Result", "choice", RESULTS),
    C("new_amount", "批复新额度", "New amount", "money", unit="万元"),
    C("intention", "续授信意向", "Intention", "choice", pick(
        "renew=续做=Renew", "raise=增额=Raise", "shrink=压缩=Shrink", "exit=退出=Exit")),
    NOTE,
), title="id", aliases=("授信", "授信台账"),
   number="SX{:06d}", one="customer, kind, effective_on: amount, expires_on, authority")  # fmt: skip

APPLICATIONS = Table("applications", "业务申请受理登记", "Applications", "credit", (
    row_id("受理编号", "No."),
    CUSTOMER,
    C("received_on", "受理日期", "Received on", "date", required=True, fact=True),
    C("product", "申请产品", "Product", required=True),
    C("amount", "申请金额", "Amount", "money", unit="万元", required=True),
    C("opportunity", "关联商机", "Opportunity", "ref", ref="opportunities"),
    C("staff", "受理人", "Received by", "staff", required=True),
    C("process_no", "流程编号", "Process no."),
    C("started_on", "流程发起日", "Started on", "date", fact=True, after="received_on"),
    C("status", "状态", "Status", "choice", pick(
        "received=已受理=Received", "started=已申报=Submitted", "approved=已批=Approved", "refused=否决=Refused", "withdrawn=撤回=Withdrawn")),
    NOTE,
), title="product",
   owners=("staff",), number="SL{:06d}")  # fmt: skip

MATERIALS = Table("materials", "材料清单", "Materials", "credit", (
    row_id("编号", "No."),
    C("line", "授信", "Credit line", "ref", ref="credit_lines", required=True),
    C("item", "材料项目", "Item", "choice", pick(
        "licence=营业执照=Business licence", "articles=公司章程=Articles", "owners=法人/股东证明=Owners' papers",
        "audited=近三年审计报表=Audited statements, 3 years", "recent=近期报表=Recent statements", "use=贷款用途材料=Use of loan",
        "security=担保材料=Security papers", "credit_report=征信授权书=Credit report consent", "environment=环保/合规证明=Compliance papers",
        "diligence=尽职调查报告=Diligence report", "resolution=股东会/董事会决议=Resolution"), required=True),
    C("complete", "是否齐全", "Complete", "yesno"),
    C("complete_on", "备齐日期", "Complete on", "date", fact=True),
    NOTE,
), title="item",
   parent="line")  # fmt: skip

TABLES = (RATINGS, CREDIT_LINES, APPLICATIONS, MATERIALS)
