"""What stands around a table: the unit and currency its amounts count in and the day it speaks of, with where each is said."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from sheets.cells import fold as folded
from sheets.cells import read
from sheets.cells.simplified import simplified
from sheets.schema import Column

_DAY = Column("day", "", "", "date")
_HAN = {"": "元", **{word: word + "元" for word in ("百", "千", "万", "十万", "百万", "千万", "亿", "十亿", "百亿", "千亿", "万亿")}}
_SCALES = (
    (r"100\s*millions?|hundred\s+millions?|100m", "亿元"),
    (r"10\s*k|10[,']?000|ten\s+thousands?|wan", "万元"),
    (r"millions?|mn|mm|m", "百万元"),
    (r"thousands?|1[,']?000|'?000s?|k", "千元"),
)
_INTO = r"(?:折合?|折算(?:成|为)?)?\s*"
_CHINESE = re.compile(
    rf"{_INTO}(?:人民币|rmb|cny|¥)?[\s:(]*(?:([十百千仟]?[万亿]|[百千仟]|)[元圆]|([十百千仟]?[万亿]))\)?(?:\(?(?:人民币|rmb|cny)\)?|整|角分)?"
)
_ENGLISH = re.compile(r"[a-z0-9'$¥€£,.\s]+")
_YUAN = re.compile(r"\b(?:rmb|cny|yuan|renminbi)\b|rmb|cny|¥")
_RENMINBI = re.compile(r"(?:(?:币种|货币)[\s:(]*)?(?:折合?|折算(?:成|为)?)?\s*(?:人民币|本币|rmb|cny|renminbi|¥)")
_FOREIGN = re.compile(
    r"[十百千仟]?[万亿百千]?(?:美元|美金|欧元|港[元币]|日[元圆]|英镑|澳元|加元|新加坡元|新?台币|澳门[元币]|韩[元币]|瑞士法郎|瑞郎|卢布|泰铢|外币)(?:[十百千仟]?[万亿]?元)?"
    r"|\b(?:usd|us\$|eur|hkd|hk\$|jpy|gbp|aud|cad|sgd|twd|nt\$|mop|krw|chf|rub|thb)\b|[$€£₩]"
)
_INTO_YUAN = re.compile(r"(?:折合?|折算(?:成|为)?)\s*(?:人民币|rmb|cny)")
# 单位 that is followed by a unit, 币种 by a currency; a 填报单位 is followed by a name, which is neither.
_LABEL = re.compile(
    r"(?:金额|货币|计量|币值|计价)?单位|币种|货币|金额(?=[:(]|(?:均|都|统一)?[为是])|(?:amounts?\s+)?(?:in\s+)?(?:unit|currency)s?(?=\W)|amounts?\s+in|^in(?=\s)"
)
_IS = re.compile(r"[:：\s(]*(?:(?:均|都|统一)?[为是以按])?[:：\s(]*")  # 金额单位均为
# 以人民币千元列示, 按元计, 以元为单位
_COUNTED = re.compile(r"[以按]([^,。;、]{1,9}?)(?:列示|为(?:金额|货币|计量|计价)?单位|计[算量价]?|表示|填[列报]|反映)")
_SMALL = ("分", "角", "厘")  # parts of a yuan, in which no ledger counts
# What the other columns of a row of units hold: 年/月/日, 文本, 户.
_NEUTRAL = re.compile(
    r"[-—/.]+|y+[-/.]?m+[-/.]?d+|年?[-/.]?月?[-/.]?日?|日期|时间|文本|字符|数字|数值|编码|代码|[户个笔人天次家期项份]|[必选可]填|text|date|number"
)
_BRACKETED = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_SPLIT = re.compile(r"[、;/|]|(?<![0-9]),|,(?![0-9])|(?=币种|货币|单位)")
_AS_OF = re.compile(
    r"(?:数据|报表|统计|余额)?(?:截至|截止)(?:日期?|时间)?|(?:数据|报表|统计|余额|基准|核算)(?:日期?|时点)|基准日|as\s+(?:of|at)|(?:data|report)\s+date"
)
_DATE = re.compile(r"[0-9]{4}\s*[-/.年]\s*[0-9]{1,2}\s*[-/.月]\s*[0-9]{1,2}\s*日?|[0-9]{8}(?![0-9])")
_MONTH_END = re.compile(r"([0-9]{4})\s*年\s*([0-9]{1,2})\s*月\s*[末底]")


@dataclass(frozen=True, slots=True)
class Said:
    """A unit or a day, the cell (column and row, counted from 0) that says it, and the words of that cell."""

    what: str  # 万元, an ISO day, or the foreign currency or part of a yuan as typed
    column: int
    row: int
    raw: str


@dataclass(frozen=True, slots=True)
class Around:
    """Everything that the lines above and below a table say about all of it."""

    units: tuple[Said, ...] = ()
    foreign: tuple[Said, ...] = ()
    days: tuple[Said, ...] = ()
    renminbi: tuple[Said, ...] = ()  # the currency alone: 币种：人民币


def fold(text: str) -> str:
    """What stands around a table as it is compared: like names, and in simplified characters (單位：萬元)."""
    return simplified(folded(text))


def unit(text: str) -> str:
    """The unit of yuan that a word is, "万元" of 人民币万元, (万元) or rmb 10k; "" when it is none."""
    text = fold(text).strip("():：;；,，. ")
    found = _CHINESE.fullmatch(text)
    if found:
        word = found[1] if found[1] is not None else found[2]
        return _HAN.get(word.replace("仟", "千"), "")
    if text == "yuan":  # RMB alone is a currency and no unit
        return "元"
    bare = _YUAN.sub(" ", text).replace(" of ", " ").strip()
    if bare == text and not re.fullmatch(r"'?000s?|10k|10[,']?000", bare):  # "thousand" alone may count anything
        return ""
    return next((name for pattern, name in _SCALES if re.fullmatch(pattern, bare)), "")


def renminbi(text: str) -> bool:
    """Whether a word says the currency yuan, and no unit of it: RMB, 人民币, 折人民币, ¥."""
    return _RENMINBI.fullmatch(fold(text).strip("():：;；,，. ")) is not None


def small(text: str) -> bool:
    """Whether a word is a part of a yuan: 分, 角, 厘."""
    return fold(text).strip("():：. ") in _SMALL


def foreign(text: str) -> str:
    """The foreign currency that a word names; "" for none, and for amounts that are said to be turned into yuan."""
    text = fold(text)
    found = None if _INTO_YUAN.search(text) else _FOREIGN.search(text)
    return found[0] if found else ""


def look(grid: Sequence[Sequence[object]], rows: Iterable[int]) -> Around:
    """What the rows say that stand around the table. A row of nothing but units speaks of its columns: see `by_column`."""
    units, strange, days, ours = [], [], [], []
    for row in rows:
        if by_column(grid[row]):
            continue
        cells = [str(cell or "") for cell in grid[row]]
        filled = [(at, cell) for at, cell in enumerate(cells) if fold(cell)]
        for n, (at, cell) in enumerate(filled):
            after = filled[n + 1][1] if n + 1 < len(filled) else ""
            units += [Said(word, at, row, cell) for word in _units(cell, after)]
            strange += [Said(word, at, row, cell) for word in _currencies(cell, after)]
            days += [Said(day, at, row, cell) for day in _days(cell, after)]
            ours += [Said("人民币", at, row, cell)] if any(map(renminbi, _parts(cell, after))) else []
    return Around(tuple(units), tuple(strange), tuple(days), tuple(ours))


def by_column(cells: Sequence[object], least: int = 2) -> dict[int, str]:
    """A row that holds nothing but units, `least` or more of them, says for each column what it counts in.

    A foreign currency or a part of a yuan is given as it stands. Columns of days, texts and counts may say so beside them.
    """
    filled = {at: text for at, cell in enumerate(cells) if (text := fold(str(cell or "")))}
    found = {at: word for at, text in filled.items() if (word := _unit_of_column(text.strip("()")))}
    rest = (text for at, text in filled.items() if at not in found)
    return found if found and len(filled) >= least and all(_NEUTRAL.fullmatch(text.strip("()")) for text in rest) else {}


def _unit_of_column(text: str) -> str:
    strange = _FOREIGN.fullmatch(text) is not None or text in _SMALL
    return unit(text) or ("%" if text in ("%", "‰") else text if strange else "")


def _parts(cell: str, after: str) -> list[str]:
    """The pieces of a cell that may say a unit or a currency: the whole of it, what is in brackets, what follows a label."""
    text = fold(cell)
    found = [text, *_BRACKETED.findall(text), *_COUNTED.findall(text), *_labelled(text, fold(after))]
    for piece in cell.split():  # 单位：元 截止日期：…: a label ends where the next one begins
        found += _labelled(fold(piece), "")
    return list(dict.fromkeys(part.strip("():：。. ") for part in found if part.strip("():：。. ")))


def _labelled(text: str, after: str) -> Iterator[str]:
    """What follows each label of a text up to the next one; where nothing does, what stands `after` it."""
    labels = list(_LABEL.finditer(text))
    for label, following in zip_longest(labels, labels[1:]):
        end = following.start() if following else len(text)
        for piece in _SPLIT.split(_IS.sub("", text[label.end() : end], count=1) or (after if end == len(text) else "")):
            inner = _LABEL.match(piece.strip())
            said = _IS.sub("", piece.strip()[inner.end() :], count=1) if inner else piece
            yield said
            if not unit(said):
                yield from said.split()


def _units(cell: str, after: str) -> list[str]:
    return list(dict.fromkeys(word for part in _parts(cell, after) if (word := unit(part))))


def _currencies(cell: str, after: str) -> list[str]:
    """A currency counts where it is stated: alone, in brackets, behind a label, or before what a table lists."""
    text = fold(cell)
    if _INTO_YUAN.search(text):
        return []
    stated = [found[0] for part in _parts(cell, after) if (found := _FOREIGN.fullmatch(part) or _behind_scale(part))]
    if not stated and not _units(cell, after) and "单位" in text:
        stated = [part for part in _labelled(text, fold(after)) if small(part)]
    title = re.search(rf"(?:{_FOREIGN.pattern})(?=贷款|存款|账户|余额|台账|明细|报表|业务)", text)
    return list(dict.fromkeys(stated or ([title[0]] if title else [])))[:1]


def _behind_scale(part: str) -> re.Match[str] | None:
    """ "usd thousand", "thousands of usd" """
    return _FOREIGN.search(part) if _ENGLISH.fullmatch(part) and len(part) < 30 else None


def _last_day(month: re.Match[str]) -> str:
    """2026年10月末 is its last day."""
    year, number = int(month[1]), int(month[2])
    return f"{year}-{number}-{monthrange(year, number)[1]}" if 1 <= number <= 12 and year else month[0]


def _days(cell: str, after: str) -> list[str]:
    text = fold(cell)
    label = _AS_OF.search(text)
    if label is None:
        return []
    beside = fold(after) if text.endswith(label[0]) else ""
    text = _MONTH_END.sub(_last_day, f"{text[label.end() :]} {text} {beside}")
    found = _DATE.search(text)
    value = read(_DAY, found[0]).value if found else None
    return [value.isoformat()] if isinstance(value, date) else []
