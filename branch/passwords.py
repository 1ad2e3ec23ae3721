"""Whether a password would be guessed: by the kept lists of zxcvbn, by those of Chinese users, by the words of branch and person."""

from __future__ import annotations

import re
from collections.abc import Iterable

from zxcvbn import zxcvbn  # type: ignore[import-untyped]

FEWEST = 3  # of zxcvbn's scores 0–4: ten to the eighth guesses are not enough
READ = 72  # characters that are judged; what comes after only makes it stronger
HOUSE = ("huce", "户策", "支行", "银行", "bank")
# What Chinese users choose most that no English list holds; each also with digits before or behind it.
CHINESE = ("woaini", "woaiwojia", "wodemima", "mima", "nihao", "qwe123", "aini1314", "5201314", "1314520", "7758521", "7758258", "147258",
           "1qaz2wsx", "zaq12wsx", "asd123", "qaz123", "a123456", "aa123456", "abc123", "admin", "zhongguo", "beijing",
           "zhanghao", "yonghu",
           "我爱你", "我的密码", "密码", "你好", "中国", "一二三四五六七八")  # fmt: skip
KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qazwsxedcrfvtgbyhnujm")
DIFFERENT = 4  # different characters
NUMBERS = re.compile(r"(\+?86)?1[3-9]\d{9}|[1-9]\d{5}(19|20)\d{9}[\dx]")  # of a mobile, of an identity card
LONG_DATE = 12  # characters of a date with its marks
ONE_WORD = re.compile(r"([a-z]+)\W*(?:19|20)\d{2}\W*")
HAN = re.compile(r"[\u4e00-\u9fff]")
HAN_FEWEST = 6  # different ones, beside the words above
DIGITS = re.compile(r"[0-9\W_]+")


def weakness(password: str, own: Iterable[str], year: int) -> str:
    """Why it would be guessed, as the code of a sentence; "" for a good one. `own`: names and numbers of branch and person."""
    text = password.casefold()
    letters = DIGITS.sub("", text)
    words = {word.casefold() for one in own for word in (one, *re.split(r"[\s·,，]+", one)) if len(word) >= 2}
    if DIGITS.sub("", text) == "" and re.search(r"(19|20)\d{2}", text) and len(text) <= LONG_DATE:
        return "dates"
    if NUMBERS.fullmatch(re.sub(r"[\s._-]", "", text)):
        return "number"
    if len(set(text)) < DIFFERENT:
        return "repeated"
    if len(letters) >= DIFFERENT and any(letters in row for row in KEYBOARD):
        return "keyboard"
    rest = text
    for word in sorted({*words, *HOUSE, str(year), str(year - 1)}, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(DIGITS.sub("", rest)) < 3 and len(rest) < 8 and rest != text:
        return "own_words"
    if any(letters == DIGITS.sub("", word) != "" or (text.startswith(word) and len(text) - len(word) < 5) for word in CHINESE):
        return "common"
    for word in CHINESE:
        rest = rest.replace(word, "")
    if len(set(HAN.findall(rest))) >= HAN_FEWEST:
        return ""  # zxcvbn takes each of some thousand characters for one of ten
    one = ONE_WORD.fullmatch(text)  # a year makes a single word no harder to guess: a season and the year
    found = zxcvbn((one[1] if one else password)[:READ], user_inputs=[*words, *HOUSE, *CHINESE, str(year)])
    if found["score"] >= FEWEST:
        return ""
    return next((WHY[part["pattern"]] for part in found["sequence"] if part["pattern"] in WHY), "common")


WHY = {"dictionary": "common", "spatial": "keyboard", "date": "dates", "repeat": "repeated", "sequence": "sequence", "bruteforce": "short"}
