"""The twenty sections of GB/T 4754—2017; the finer code is typed beside it."""

from __future__ import annotations

from sheets.tables.words import pick

INDUSTRIES = pick(
    "A=农、林、牧、渔业=Agriculture, forestry, fishery=农业|农林牧渔业",
    "B=采矿业=Mining",
    "C=制造业=Manufacturing",
    "D=电力、热力、燃气及水生产和供应业=Utilities=电力|公用事业",
    "E=建筑业=Construction",
    "F=批发和零售业=Wholesale and retail=批发业|零售业|批发零售业",
    "G=交通运输、仓储和邮政业=Transport and storage=交通运输业|仓储业|物流",
    "H=住宿和餐饮业=Hotels and catering=住宿业|餐饮业",
    "I=信息传输、软件和信息技术服务业=Information technology=软件业|信息技术",
    "J=金融业=Finance",
    "K=房地产业=Real estate=房地产",
    "L=租赁和商务服务业=Leasing and business services=商务服务业",
    "M=科学研究和技术服务业=Research and technical services=科研",
    "N=水利、环境和公共设施管理业=Water, environment, public facilities=水利",
    "O=居民服务、修理和其他服务业=Household services",
    "P=教育=Education",
    "Q=卫生和社会工作=Health and social work=卫生",
    "R=文化、体育和娱乐业=Culture, sports, entertainment=文化",
    "S=公共管理、社会保障和社会组织=Public administration",
    "T=国际组织=International organisations",
)
