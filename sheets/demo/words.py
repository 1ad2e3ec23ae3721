"""What the people, places and companies of the sample are called: all made up, and marked so."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from itertools import permutations

SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗"
GIVEN = "云川岫砚禾桐朗澄泽宁昀岚序珩煦"
PLACES = ("云澜", "望川", "临岫", "青砚")
TOWNS = {"云澜": "云澜市望川区", "望川": "云澜市望川区", "临岫": "云澜市临岫区", "青砚": "云澜市青砚县沧梧镇"}
STREETS = ("启明路", "河岸街", "工业大道", "新港路", "松涧巷", "梧桐大街")
BRAND = "启岚禾川砚澄珩煦朗桐泽昀序沐衡霁"
REAL = frozenset(("禾川", "沐禾", "朗泽", "沐川", "启明"))  # names that exist
MARK = "(示例)"

# Section of GB/T 4754: number of customers among 200, words of the name, main business.
INDUSTRY = {
    "C": (62, ("机械", "精密", "电子", "纺织", "食品", "塑业", "五金", "化工"), "{word}产品的研发、生产和销售"),
    "F": (48, ("商贸", "贸易", "供应链", "建材", "粮油", "医药"), "工业品和日用品的批发、配送"),
    "E": (24, ("建设", "路桥", "装饰", "安装"), "{word}工程施工"),
    "I": (14, ("科技", "软件", "信息", "网络"), "软件开发和信息技术服务"),
    "G": (12, ("物流", "运输", "仓储"), "公路货运和仓储服务"),
    "K": (8, ("置业", "地产", "物业"), "房地产开发和物业管理"),
    "M": (8, ("检测", "设计", "勘测"), "{word}和技术咨询服务"),
    "Q": (6, ("第二人民医院", "妇幼保健院", "中医医院"), "医疗、预防和保健服务"),
    "P": (6, ("职业技术学院", "第三中学", "技工学校"), "学历教育和职业培训"),
    "N": (5, ("水务", "环境", "市政"), "供排水和市政环境设施的养护"),
    "L": (4, ("商务", "租赁", "人力"), "租赁和商务服务"),
    "A": (3, ("农业", "种业", "果蔬"), "农作物种植和初加工"),
}
CODES = {
    "C": "C3311", "F": "F5189", "E": "E4813", "I": "I6510", "G": "G5430", "K": "K7010", "M": "M7452", "Q": "Q8411",
    "P": "P8336", "N": "N7620", "L": "L7299", "A": "A0141",
    "机械": "C3499", "精密": "C3484", "电子": "C3989", "纺织": "C1711", "食品": "C1491", "塑业": "C2927", "五金": "C3351",
    "化工": "C2614",
}  # fmt: skip
FORMS = ("有限公司", "有限公司", "有限公司", "股份有限公司", "集团有限公司")
POSITIONS = (
    ("财务总监", "cfo;influencer"), ("总经理", "decider"), ("财务经理", "handler"), ("法定代表人", "legal;decider"),
    ("资金主管", "handler;user"), ("副总经理", "influencer"), ("出纳", "handler"), ("项目经理", "informer"),
)  # fmt: skip
SITES = ("客户办公楼会议室", "财务部办公室", "生产车间和仓库", "总经理办公室", "项目现场", "门店和库房")
OTHER_BANKS = ("沧源商业银行(示例)", "云澜农村商业银行(示例)", "岚江银行(示例)", "青砚村镇银行(示例)")
PRODUCTS = {
    "deposit": ("协定存款", "单位大额存单", "七天通知存款", "代发工资", "资金归集", "财政专户"),
    "asset": ("流动资金贷款", "固定资产贷款", "银行承兑汇票", "商票贴现", "国内信用证", "保函"),
    "fee": ("现金管理", "结售汇", "资金监管", "常年财务顾问", "商户收单", "单位结算卡"),
}


@cache
def topics() -> list[dict[str, str]]:
    """What is talked about on a visit, and what comes of it."""
    text = resources.files("sheets.demo").joinpath("topics.csv").read_text("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def person(number: int) -> str:
    """The n-th made-up name; 4,500 of them before one comes again."""
    surname = SURNAMES[number % len(SURNAMES)]
    rest = number // len(SURNAMES) + number % len(SURNAMES) * 7
    first, second = GIVEN[rest % len(GIVEN)], GIVEN[(rest // len(GIVEN) + rest) % len(GIVEN)]
    return surname + first + (second if second != first else GIVEN[(rest + 1) % len(GIVEN)])


@cache
def brands(wanted: int) -> list[str]:
    """At least so many invented brands: of two characters, of three when those do not suffice."""
    two = ["".join(p) for p in permutations(BRAND, 2) if "".join(p) not in REAL]
    three = ["".join(p) for p in permutations(BRAND, 3)] if wanted > len(two) else []
    return two + three
