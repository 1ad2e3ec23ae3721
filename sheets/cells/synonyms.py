"""Other words by which banks say a choice: endings and beginnings that add nothing, and words that mean the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sheets.cells.simplified import simplified

# 正常类 is 正常, 关注2级 is 关注, 已离职 is 离职, 01-正常 is 正常, 工作日(补班) is either: the choice is what is left.
_ENDS = re.compile(
    r"(.+?)(?:类贷款|类|客户|贷款|账户|状态|人员|员工|企业|访问|方式|业务|日|假期|(?<=[\u4e00-\u9fff])[1-5一二三四五]?级|(?<=[\u4e00-\u9fff])[1-5])$"
)
_STARTS = re.compile(r"^(?:已经|已|属|为|[0-9]{1,2}[-.、:]?(?=[\u4e00-\u9fff]))(.{2,})$")
# Each line is one meaning; the words are tried in turn, whichever of them the list knows.
_SAME = tuple(
    frozenset(line.split())
    for line in (
        "休息日 休息 休 假日 法定假日 法定节假日 法定节日 节假日 公休 公休日 放假 周末 元旦 春节 清明 清明节 劳动节 端午节 中秋节 国庆节",
        "调休上班 补班 班 补班日 调休补班 调班 补上班 串休上班",
        "工作日 上班 正常上班 上班日 营业日",
        "本行停业 停业 停业日 不营业 闭店",
        "在岗 在职 在编 在任 正常在岗",
        "离岗 离职 退休 内退 离岗待退 调离 辞职 解聘 离任",
        "休假 请假 年假 病假 产假 休产假",
        "损失 损失类",
        "销户 注销 撤销 已注销",
        "久悬 睡眠户 不动户",
        "总行 总部 总行级",
        "区分行 省分行 省行 一级分行 分行本部",
        "二级分行 市分行 地市分行 二级行",
        "人民币 人民币元 rmb cny",
        "同意 批准 通过 审批通过 已批",
        "否决 不同意 拒绝 未通过",
        "直接 当面 面交",
        "基本存款账户 基本户 基本 基本账户",
        "一般存款账户 一般户 一般 一般账户",
        "专用存款账户 专用户 专用 专户 专用账户",
        "临时存款账户 临时户 临时 临时账户",
    )
)


def others(word: str) -> Iterator[str]:
    """What else a folded word may be called, the likeliest first; never the word itself."""
    seen = {word}
    plain = simplified(word)
    for said in (plain, *_bracketed(plain)):
        for candidate in _of(said):
            if candidate not in seen:
                seen.add(candidate)
                yield candidate


def _bracketed(word: str) -> tuple[str, ...]:
    """正常类(一级) → 正常类 and 一级."""
    at = word.find("(", 1)
    inside = word[at + 1 : -1]
    return (word[:at], inside) if at > 0 and inside and word.endswith(")") else ()


def _of(word: str) -> Iterator[str]:
    yield word
    yield from _same(word)
    end, start = _ENDS.match(word), _STARTS.match(word)
    both = _STARTS.match(end[1]) if end else None  # 4可疑类
    for found in filter(None, (end, start, both)):
        yield found[1]
        yield from _same(found[1])


def _same(word: str) -> Iterator[str]:
    for words in _SAME:
        if word in words:
            yield from sorted(words - {word})
