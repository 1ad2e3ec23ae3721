"""Fee business: products that a customer uses, and the income they bring (S103)."""

from __future__ import annotations

from sheets.schema import Column as C
from sheets.schema import Table
from sheets.tables.words import CUSTOMER, NOTE, pick, row_id

KINDS = pick(
    "settlement=结算与现金管理=Settlement and cash management=结算", "agency=代理收付=Agency payments=代理", "guarantee=担保承诺=Guarantees",
    "trade=国际结算与贸易融资=International settlement", "advisory=投行与顾问=Investment banking and advice", "custody=托管与资产管理=Custody",
    "card=银行卡与收单=Cards and acquiring", "other=咨信与其他=Other services",
)  # fmt: skip

PRODUCTS = Table("products", "签约产品", "Products", "fees", (
    row_id("编号", "No."),
    CUSTOMER,
    C("kind", "产品类别", "Kind", "choice", KINDS, required=True),
    C("product", "产品", "Product", required=True),
    C("status", "状态", "Status", "choice", pick(
        "potential=潜在=Potential", "marketing=营销中=Being marketed", "signed=已签约=Signed", "in_use=在用=In use", "expired=到期=Expired",
        "ended=终止=Ended"), required=True),
    C("signed_on", "签约日", "Signed on", "date"),
    C("expires_on", "到期日", "Expires on", "date", after="signed_on"),
    C("contract_no", "合同号", "Contract no."),
    C("price_basis", "费率/价格依据", "Price basis", help_zh="服务价格目录编号", help_en="Number in the price list"),
    NOTE,
), title="product", aliases=("产品",),
   number="CP{:06d}")  # fmt: skip

FEES = Table("fees", "中间业务收入台账", "Fee ledger", "fees", (
    row_id("编号", "No."),
    CUSTOMER,
    C("on", "日期", "Date", "date", required=True),
    C("kind", "产品类别", "Kind", "choice", KINDS),
    C("product", "产品", "Product", required=True),
    C("volume", "业务量", "Volume", "money", unit="万元"),
    C("charged", "应收", "Charged", "money", unit="万元", usual=1_000, required=True),
    C("received", "实收", "Received", "money", unit="万元", usual=1_000, required=True),
    C("waived", "减免金额", "Waived", "money", unit="万元", usual=1_000),
    C("waived_by", "减免审批人", "Waived by", "staff", apart="owner", held=True),
    C("waived_reason", "减免原因", "Waived because"),
    C("period", "收入归属期", "Period"),
    C("owner", "归属客户经理", "Credited to", "staff"),
    C("compliant", "合规收费确认", "Fair charge confirmed", "yesno", help_zh="无以贷收费、借贷搭售等", help_en="Not tied to a loan"),
    C("voucher_no", "凭证号", "Voucher no."),
), title="product", aliases=("中收台账", "中间业务收入"),
   owners=("owner",), number="ZS{:06d}")  # fmt: skip

TABLES = (PRODUCTS, FEES)
