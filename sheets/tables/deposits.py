"""Deposits: accounts, balances, cash plans, large payments, reconciliation (S56–S62, S97, S100)."""

from __future__ import annotations

from sheets.schema import Column as C
from sheets.schema import Table
from sheets.tables.words import CERTAINTY, CURRENCY, CUSTOMER, NOTE, pick, row_id

ACCOUNT = C("account", "账户", "Account", "ref", ref="accounts", aliases=("账号",))

ACCOUNTS = Table("accounts", "账户", "Accounts", "deposits", (
    row_id("账户编号", "Account id"),
    CUSTOMER,
    C("number", "账号", "Account number", "account", required=True, sensitive=True),
    C("nature", "账户性质", "Nature", "choice", pick(
        "basic=基本存款账户=Basic=基本户", "general=一般存款账户=General=一般户", "special=专用存款账户=Special=专用户",
        "temporary=临时存款账户=Temporary=临时户"), required=True),
    C("deposit_kind", "存款种类", "Deposit kind", "choice", pick(
        "current=活期=Current", "time=定期=Time", "notice=通知=Notice", "agreement=协定=Agreement", "margin=保证金=Margin",
        "cd=大额存单=Certificate of deposit", "structured=结构性存款=Structured")),
    C("currency", "币种", "Currency", "choice", CURRENCY, required=True),
    C("bank", "开户行", "Branch", required=True),
    C("opened_on", "开户日", "Opened on", "date"),
    C("status", "状态", "Status", "choice", pick(
        "normal=正常=Normal", "dormant=久悬=Dormant", "frozen=冻结=Frozen", "closed=销户=Closed"), required=True),
    C("balance", "余额(时点)", "Balance", "money", unit="万元", usual=20_000, aliases=("余额", "时点余额", "存款余额")),
    C("balance_on", "余额日期", "Balance date", "date"),
    C("month_avg", "月日均", "Month daily average", "money", unit="万元", usual=20_000),
    C("year_avg", "年日均", "Year daily average", "money", unit="万元", usual=20_000, aliases=("日均",)),
    C("rate", "利率", "Rate", "percent", unit="%"),
    C("expires_on", "到期日", "Expires on", "date", after="opened_on"),
    C("key_account", "是否重点账户", "Key account", "yesno"),
    C("interest_account", "是否扣息账户", "Interest account", "yesno"),
    C("reconcile_by", "对账方式", "Reconciled by", "choice", pick(
        "ebank=网银=E-banking", "counter=柜面=Counter", "onsite=上门=On-site", "post=邮寄=Post")),
    C("exempt", "免对账原因", "Exempt because"),
    NOTE,
), title="number",
   natural=(("number",),), number="ZH{:06d}", since="opened_on")  # fmt: skip

BALANCES = Table("balances", "余额记录", "Balances", "deposits", (
    row_id("编号", "No."),
    CUSTOMER,
    ACCOUNT,
    C("as_of", "日期", "As of", "date", required=True),
    C("balance", "时点余额", "Balance at date", "money", unit="万元", usual=20_000, required=True),
    C("month_avg", "月日均", "Month daily average", "money", unit="万元", usual=20_000),
    C("year_avg", "年日均", "Year daily average", "money", unit="万元", usual=20_000),
), title="as_of",
   natural=(("customer", "account", "as_of"),), one="customer, account, as_of: balance, month_avg, year_avg")  # fmt: skip

CASH_PLANS = Table("cash_plans", "资金安排", "Cash plans", "deposits", (
    row_id("编号", "No."),
    CUSTOMER,
    C("noted_on", "登记日", "Noted on", "date", required=True, fact=True),
    C("expected_on", "预计日期", "Expected on", "date", required=True),
    C("direction", "方向", "Direction", "choice", pick("in=流入=In", "out=流出=Out"), required=True),
    C("amount", "金额", "Amount", "money", unit="万元", required=True),
    C("purpose", "用途", "Purpose"),
    C("certainty", "确定性", "Certainty", "choice", CERTAINTY),
    C("visit", "来源访问", "Source visit", "ref", ref="visits"),
    C("answer", "应对", "Our answer", "long"),
), title="expected_on",
   number="ZJ{:06d}")  # fmt: skip

PAYMENTS = Table("payments", "大额支付登记", "Large payments", "deposits", (
    row_id("登记编号", "No."),
    CUSTOMER,
    ACCOUNT,
    C("loan_customer", "是否贷款客户", "Loan customer", "yesno", auto=True),
    C("pays_on", "支付日期", "Pays on", "date", required=True),
    C("amount", "金额", "Amount", "money", unit="万元", required=True),
    C("payee", "收款人", "Payee", required=True),
    C("payee_bank", "收款行", "Payee's bank"),
    C("payee_kind", "收款人类型", "Payee kind", "choice", pick(
        "company=单位=Company", "person=个人=Person", "inside=本行内=Within the bank", "same=同名账户=Same name"), required=True),
    C("purpose", "用途", "Purpose", required=True),
    C("funds", "资金来源", "Funds", "choice", pick("own=自有资金=Own", "loan=贷款资金=Loan", "unknown=未知=Unknown"), required=True),
    C("loan", "关联贷款", "Loan", "ref", ref="loans"),
    C("pay_mode", "支付方式", "Payment mode", "choice", pick(
        "entrusted=受托=Entrusted=受托支付", "self=自主=By the borrower=自主支付", "transfer=一般转账=Transfer", "cash=现金=Cash")),
    C("related", "是否关联方", "Related party", "yesno"),
    C("evidence", "佐证材料", "Evidence", "yesno", help_zh="合同、发票或付款依据", help_en="Contract, invoice or basis of payment"),
    C("decision", "把关意见", "Decision", "choice", pick(
        "agree=同意=Agree", "retain=劝留(产品承接)=Keep with us=劝留", "more=要求补充材料=More material", "up=上报=Send up"), held=True),
    C("opinion", "把关说明", "Opinion", "long", held=True),
    C("signed_by", "审核人", "Signed by", "staff"),
    C("signed_at", "审核时间", "Signed at", "datetime", fact=True, stamp=True, act="signed_by"),
    C("outcome", "结果", "Outcome", "choice", pick("paid=已付=Paid", "partly=部分留存=Partly kept", "unpaid=未付=Not paid")),
    C("kept", "留存金额", "Kept", "money", unit="万元"),
), title="payee", aliases=("大额支付",),
   number="DE{:06d}")  # fmt: skip

RECONCILIATIONS = Table("reconciliations", "对账", "Reconciliations", "deposits", (
    row_id("编号", "No."),
    CUSTOMER,
    C("account", "账户", "Account", "ref", ref="accounts", required=True, aliases=("账号",)),
    C("period", "对账期", "Period", required=True, help_zh="2026-11 / 2026Q4", help_en="2026-11 / 2026Q4"),
    C("must_return", "应对账", "Must be reconciled", "yesno", auto=True),
    C("exempt", "免对账原因", "Exempt because"),
    C("issued_on", "账单发出日", "Issued on", "date", fact=True),
    C("mode", "对账方式", "Mode", "choice", pick("ebank=网银=E-banking", "counter=柜面=Counter", "onsite=上门=On-site", "post=邮寄=Post")),
    C("reminded_on", "提醒日期", "Reminded on", "date", fact=True),
    C("reminded_by", "提醒方式", "Reminded by"),
    C("reminded_whom", "提醒联系人", "Reminded whom"),
    C("returned_on", "客户回执日", "Returned on", "date", fact=True, after="issued_on", act="result=match,differs"),
    C("result", "结果", "Result", "choice", pick("match=相符=Matches", "differs=不符=Differs", "none=未回=Not returned")),
    C("difference", "不符金额", "Difference", "money", unit="万元"),
    C("explanation", "不符原因及处理", "Explanation", "long"),
    C("checked_by", "上门对账人", "Checked by", "staff", apart="customer.owner", help_zh="须由管户客户经理以外的人员办理", help_en="Somebody other than the manager"),
    NOTE,
), title="period",
   natural=(("account", "period"),), number="DZ{:06d}", one="account, period: returned_on, result, difference")  # fmt: skip

TABLES = (ACCOUNTS, BALANCES, CASH_PLANS, PAYMENTS, RECONCILIATIONS)
