"""Loans and what is watched while they live: interest, use of funds, statements (S89–S102)."""

from __future__ import annotations

from sheets.schema import Column as C
from sheets.schema import Table
from sheets.tables.credit import SECURITY
from sheets.tables.words import CUSTOMER, NOTE, pick, row_id

PRODUCTS = pick(
    "working_capital=流动资金贷款=Working capital loan=流贷|流动资金", "fixed_asset=固定资产贷款=Fixed asset loan=固贷", "project=项目融资=Project finance",
    "property=房地产开发贷款=Property development loan", "syndicated=银团贷款=Syndicated loan", "merger=并购贷款=Merger loan",
    "trade=贸易融资=Trade finance", "bill=票据=Bills=银承|贴现", "guarantee=保函=Guarantee", "entrusted=委托贷款=Entrusted loan",
    "bond=债务融资工具承销=Bond underwriting=短融|中票", "abs=资产证券化=Securitisation=ABS|ABN", "wealth=理财融资=Wealth financing",
    "structured=结构化融资=Structured finance", "advisory=财务顾问=Advisory", "fund=股权/产业基金=Equity fund", "trust=信托计划=Trust plan",
)  # fmt: skip
LOAN = C("loan", "贷款", "Loan", "ref", ref="loans", required=True, aliases=("借据", "借据号"))

LOANS = Table("loans", "贷款", "Loans", "credit", (
    row_id("借据号", "Loan no.", "借据编号"),
    CUSTOMER,
    C("contract_no", "合同号", "Contract no."),
    C("line", "所属授信", "Credit line", "ref", ref="credit_lines"),
    C("product", "产品", "Product", "choice", PRODUCTS, required=True, aliases=("贷款品种", "产品类型")),
    C("drawn_on", "发放日", "Drawn on", "date", required=True, fact=True),
    C("matures_on", "到期日", "Matures on", "date", required=True, aliases=("贷款到期日",), after="drawn_on"),
    C("amount", "贷款金额", "Amount", "money", unit="万元", required=True, aliases=("金额",)),
    C("balance", "贷款余额", "Balance", "money", unit="万元", required=True, aliases=("余额",)),
    C("rate", "利率", "Rate", "percent", unit="%"),
    C("repayment", "还款方式", "Repayment", "choice", pick(
        "bullet=到期一次还本=Bullet", "instalment=分期还本=Instalments", "revolving=循环=Revolving")),
    C("interest_cycle", "结息方式", "Interest cycle", "choice", pick(
        "monthly=按月=Monthly=按月(20日)", "quarterly=按季=Quarterly=按季(3,6,9,12月20日)", "at_maturity=利随本清=With principal", "custom=自定=Custom")),
    C("interest_day", "扣息日", "Interest day", "monthday", help_zh="每月几日扣息，一般为20日", help_en="Day of the month, usually the 20th"),
    C("account", "扣息账户", "Interest account", "ref", ref="accounts"),
    C("risk_class", "五级分类", "Risk class", "choice", pick(
        "normal=正常=Normal", "watch=关注=Special mention", "substandard=次级=Substandard", "doubtful=可疑=Doubtful", "loss=损失=Loss"), required=True),
    C("risk_class_on", "分类日期", "Classified on", "date"),
    C("days_overdue", "逾期天数", "Days overdue", "integer", unit="天"),
    C("arrears", "欠息金额", "Interest arrears", "money", unit="万元", usual=1_000),
    C("security", "担保方式", "Security", "choice", SECURITY),
    C("collateral", "押品", "Collateral"),
    C("guarantor", "保证人", "Guarantor"),
    C("purpose", "用途", "Purpose", "long"),
    C("pay_mode", "支付方式", "Payment mode", "choice", pick(
        "entrusted=受托支付=Entrusted=受托", "self=自主支付=By the borrower=自主", "mixed=混合=Mixed")),
    C("entrusted_amount", "受托金额", "Entrusted amount", "money", unit="万元"),
    C("notice_on", "到期通知书实发日", "Due notice sent on", "date", aliases=("通知书日期",), fact=True),
    C("notice_by", "送达方式", "Delivered by", "choice", pick(
        "hand=直接=By hand", "post=邮寄EMS=Post=邮寄", "electronic=电子=Electronic", "notary=公证=Notary")),
    C("notice_signed_by", "签收人", "Signed for by"),
    C("receipt_on", "回执日期", "Receipt on", "date", fact=True, after="notice_on", follows="notice_on"),
    C("talked_on", "到期沟通日", "Talked on", "date", aliases=("沟通日",), fact=True),
    C("maturity_plan", "处理方式", "At maturity", "choice", pick(
        "repay=到期收回=Repay", "relend=收回再贷=Recover and re-lend", "renew=无还本续贷=Renew", "extend=展期=Extend", "replace=借新还旧=Replace",
        "reschedule=调整还款计划=Reschedule", "other=其他=Other")),
    C("renewal_on", "收回再贷申报日", "Renewal submitted on", "date", aliases=("申报日",), fact=True),
    C("renewal_no", "申报流程号", "Renewal process no."),
    C("renewal_state", "申报状态", "Renewal state", "choice", pick(
        "none=未启动=Not started", "submitted=已申报=Submitted", "approving=审批中=In approval", "approved=已批=Approved",
        "refused=否决=Refused", "drawn=已放款=Drawn")),
    C("new_loan", "新借据", "New loan", "ref", ref="loans"),
    C("repaid_on", "结清日", "Repaid on", "date", fact=True, after="drawn_on"),
    NOTE,
), title="id", aliases=("贷款台账", "借据"),
   called=("contract_no",), number="JJ{:06d}", since="drawn_on")  # fmt: skip

INTEREST_CHECKS = Table("interest_checks", "扣息查询", "Interest checks", "credit", (
    row_id("编号", "No."),
    LOAN,
    C("interest_on", "扣息日", "Interest on", "date", required=True),
    C("checked_on", "查询日期", "Checked on", "date", required=True, fact=True),
    C("balance", "扣息账户余额", "Account balance", "money", unit="万元", required=True),
    C("interest_due", "应扣利息", "Interest due", "money", unit="万元", usual=10_000, required=True),
    C("reminded_on", "提醒日期", "Reminded on", "date", fact=True),
    C("reminded_by", "提醒方式", "Reminded by"),
    C("reminded_whom", "提醒联系人", "Reminded whom"),
    C("promised_on", "客户承诺到账日", "Promised on", "date"),
    C("rechecked_on", "复查日期", "Rechecked on", "date", fact=True, after="checked_on"),
    C("rebalance", "复查余额", "Balance on recheck", "money", unit="万元"),
    C("result", "扣息结果", "Result", "choice", pick("full=足额=In full", "part=部分=In part", "none=未扣=Not taken")),
    C("arrears", "欠息", "Arrears", "money", unit="万元", usual=1_000),
), title="interest_on",
   parent="loan", number="KX{:06d}", one="loan, interest_on, checked_on: balance, interest_due")  # fmt: skip

FUND_CHECKS = Table("fund_checks", "资金用途与贷后检查", "Fund and post-loan checks", "credit", (
    row_id("编号", "No."),
    LOAN,
    C("kind", "检查类型", "Kind", "choice", pick(
        "first=首次=First", "regular=定期=Regular", "special=重点=Special", "use=用途检查=Use of funds"), required=True),
    C("checked_on", "检查日期", "Checked on", "date", required=True, fact=True),
    C("payee", "收款人", "Payee"),
    C("amount", "金额", "Amount", "money", unit="万元"),
    C("voucher", "凭证", "Voucher"),
    C("conforms", "是否合规", "Conforms", "yesno"),
    C("conclusion", "结论", "Conclusion", "long"),
    C("problem", "问题", "Problem", "long"),
    C("mend_by", "整改期限", "Mend by", "date"),
    C("mended_on", "整改完成日", "Mended on", "date", fact=True, after="checked_on"),
    C("staff", "检查人", "Checked by", "staff"),
), title="checked_on", aliases=("贷后检查",),
   parent="loan", owners=("staff",), number="DH{:06d}")  # fmt: skip

STATEMENTS = Table("statements", "财务信息录入(CLPM)", "Statements in CLPM", "credit", (
    row_id("编号", "No."),
    CUSTOMER,
    C("period", "报表期", "Period", required=True, help_zh="2026 / 2026Q3 / 2026-10", help_en="2026 / 2026Q3 / 2026-10"),
    C("audited", "是否审计", "Audited", "yesno"),
    C("received_on", "收到日", "Received on", "date", fact=True),
    C("entered_on", "录入日", "Entered on", "date", fact=True),
    C("entered_by", "录入人", "Entered by", "staff"),
    C("total_assets", "总资产", "Total assets", "money", unit="万元", usual=1_000_000),
    C("total_debts", "总负债", "Total debts", "money", unit="万元", usual=1_000_000),
    C("equity", "所有者权益", "Equity", "money", unit="万元", usual=1_000_000),
    C("revenue", "营业收入", "Revenue", "money", unit="万元", usual=1_000_000),
    C("profit", "净利润", "Net profit", "money", unit="万元"),
    C("cash_flow", "经营现金流", "Operating cash flow", "money", unit="万元"),
    NOTE,
), title="period",
   number="BB{:06d}", one="customer, audited, period: total_assets, revenue, profit")  # fmt: skip

TABLES = (LOANS, INTEREST_CHECKS, FUND_CHECKS, STATEMENTS)
