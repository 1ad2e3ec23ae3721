"""The checks of single ledgers: on-site business visits, one basic account, one code a customer, early ratings, reviews noted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, partial

import pandas as pd

from branch.act_fields import CHECKED
from branch.checks.check import Check, Context, Frame, Mask, empty, say_as_typed, text
from branch.review_periods import named
from sheets import cells
from sheets.cells import fold
from sheets.schema import Column

NAMED = 3  # other rows named in one sentence
USCC = Column("uscc", "", "", "uscc")
_SAME: Mapping[str, str] = {}
# What two rows of one key must agree in. A day is open or closed, whatever it is called.
ONE_OF_EACH: Mapping[str, tuple[tuple[str, ...], Mapping[str, Mapping[str, str]]]] = {
    "calendar": (("on",), {"kind": {"shifted": "workday", "closure": "holiday"}}),
    "ratings": (("customer", "effective_on"), {"grade": _SAME, "expires_on": _SAME, "authority": _SAME}),
    "balances": (("customer", "account", "as_of"), {"balance": _SAME, "month_avg": _SAME, "year_avg": _SAME}),
    "shares": (("customer", "block", "as_of"), {"ours": _SAME, "others": _SAME}),
}


def _not_on_site(frame: Frame, _: Context) -> pd.Series:
    """R17: a business visit is on-site."""
    return (text(frame, "kind") == "business") & (text(frame, "mode") != "onsite")


def _not_noted(column: str, frame: Frame, _: Context) -> pd.Series:
    """R09: a review that nobody noted in file and diary."""
    return frame["written_on"].notna() & ~frame[column].fillna(value=False).astype(bool)


def _no_period(frame: Frame, _: Context) -> list[bool]:
    """A review of no month, quarter or year: it ends nobody's due, and no roll-up holds it."""
    known = {name: named(name) is None for name in text(frame, "period").dropna().unique() if name}
    return [known.get(name, False) for name in text(frame, "period")]


def _early(frame: Frame, context: Context) -> pd.Series:
    """R26: a rating initiated before its window opened."""
    return frame["initiated_on"] < frame["expires_on"] - pd.Timedelta(days=context.policy.rating_window_days)


def _window(frame: Frame, context: Context) -> Iterator[Mapping[str, str]]:
    days, column = context.policy.rating_window_days, context.book.tables["ratings"]["initiated_on"]
    for opens in frame["expires_on"] - pd.Timedelta(days=days):
        yield {"days": str(days), "base": say_as_typed(column, opens)}


def _unchecked(frame: Frame, _: Context) -> pd.Series:
    """S71, S72: a rating initiated before industry, size and figures were checked, or without its model."""
    begun = frame["initiated_on"].notna() & frame["approved_on"].isna()
    checked = [frame[column].fillna(value=False).astype(bool) for column in CHECKED]
    return begun & ~(checked[0] & checked[1] & checked[2] & ~empty(frame, "model"))


def _without_materials(frame: Frame, _: Context) -> pd.Series:
    """S85: a line submitted before its materials were complete."""
    return frame["submitted_on"].notna() & frame["approved_on"].isna() & frame["materials_on"].isna()


def _basic(frame: Frame) -> pd.Series:
    return (text(frame, "nature") == "basic") & (text(frame, "status") != "closed")


def _second_basic(frame: Frame, _: Context) -> pd.Series:
    """Two basic accounts of one customer: both are named, for one of them is wrong."""
    basic = _basic(frame) & ~empty(frame, "customer")
    return basic & text(frame, "customer").where(basic).duplicated(keep=False)


def _same_code(frame: Frame, _: Context) -> pd.Series:
    """One code, one customer."""
    return (frame["uscc"] != "") & frame["uscc"].duplicated(keep=False)


def _odd_code(frame: Frame, _: Context) -> list[bool]:
    """Check digits that do not come out: taken as they are, early codes of trial cities are like that."""
    return [bool(code) and bool(_odd(code)) for code in frame["uscc"]]


def _same_name(frame: Frame, _: Context) -> pd.Series:
    """The same name but for width and brackets; perhaps one company filed twice."""
    folded = pd.Series([fold(name) for name in frame["name"]], index=frame.index, dtype="str")
    return (folded != "") & folded.duplicated(keep=False)


def _elsewhere(frame: Frame, context: Context) -> Mask:
    """The file says that the basic account is elsewhere, and here it is."""
    accounts = context.book.frame("accounts")
    ours = set(text(accounts[_basic(accounts)], "customer"))
    wrong: Mask = (text(frame, "basic_account_bank").isin(("other", "unknown")) & frame["id"].isin(ours)).to_numpy(bool)
    return wrong


def _left(frame: Frame, context: Context) -> pd.Series:
    """Customers of somebody who is not here any more."""
    staff = context.book.frame("staff")
    return frame["owner"].isin(set(staff.loc[text(staff, "status") == "left", "id"]))


def _alike(frame: Frame, key: tuple[str, ...]) -> pd.Series:
    """The key that a row is known by, "" where its first or its last part is missing: such a row claims nothing."""
    parts = [text(frame, column).fillna("") for column in key]
    return _joined(parts).where((parts[0] != "") & (parts[-1] != ""), "")


def _says(frame: Frame, says: Mapping[str, Mapping[str, str]]) -> pd.Series:
    """What a row says under its key, in the words that can contradict each other."""
    parts = [text(frame, column).fillna("").replace(same) for column, same in says.items()]
    return _joined(parts)


def _joined(parts: list[pd.Series]) -> pd.Series:
    whole = parts[0]
    for part in parts[1:]:
        whole = whole + "|" + part
    return whole


def _contradicts(key: tuple[str, ...], says: Mapping[str, Mapping[str, str]], frame: Frame, _: Context) -> pd.Series:
    """Two rows of one key that do not say the same: both, for nobody can tell which is right."""
    whole = _alike(frame, key)
    return (whole != "") & (_says(frame, says).groupby(whole).transform("nunique") > 1)


def _rivals(key: tuple[str, ...], says: Mapping[str, Mapping[str, str]], frame: Frame, _: Context) -> Iterator[Mapping[str, str]]:
    """The other rows of the same key."""
    whole, said = _alike(frame, key), _says(frame, says)
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, row, words in zip(whole, frame["id"], said, strict=True):
        groups.setdefault(name, []).append((str(row), words))
    for name, row, words in zip(whole, frame["id"], said, strict=True):
        rows = [other for other, theirs in groups[name] if other != str(row) and theirs != words]
        yield {"other": "、".join(rows[:NAMED]) + ("…" if len(rows) > NAMED else "")}


def _one_of_each() -> Iterator[Check]:
    """One truth for each key: a day of the calendar, a customer's rating of a day, an account's balance of a day."""
    for table, (key, says) in ONE_OF_EACH.items():
        yield Check(table, key[-1], "check.key_contradicts", tuple(dict.fromkeys((*key, *says))), partial(_contradicts, key, says),
                    partial(_rivals, key, says))  # fmt: skip


def _others(column: str, frame: Frame, _: Context) -> Iterable[Mapping[str, str]]:
    """The other rows that say the same, a few of them."""
    words = [fold(word) for word in text(frame, column)]
    groups: dict[str, list[str]] = {}
    for word, row in zip(words, frame["id"], strict=True):
        groups.setdefault(word, []).append(str(row))
    for word, row in zip(words, frame["id"], strict=True):
        rows = [other for other in groups[word] if other != row]
        yield {"other": "、".join(rows[:NAMED]) + ("…" if len(rows) > NAMED else "")}


@lru_cache(maxsize=200_000)
def _odd(code: str) -> str:
    """The warning about a code, if there is one."""
    reading = cells.read(USCC, code)
    return reading.code if reading.warning else ""


CHECKS = (
    Check("visits", "mode", "check.business_onsite", ("kind", "mode"), _not_on_site, refuses="everybody"),
    Check("customers", "uscc", "check.uscc_same", ("uscc",), _same_code, partial(_others, "uscc"),
          refuses="person", refusal="check.uscc_taken", among="uscc"),
    Check("accounts", "nature", "check.basic_twice", ("nature", "status", "customer"), _second_basic, partial(_others, "customer"),
          refuses="person", refusal="check.basic_second", among="customer"),
    Check("reviews", "in_file", "check.not_in_file", ("written_on", "in_file"), partial(_not_noted, "in_file")),
    Check("reviews", "in_diary", "check.not_noted", ("written_on", "in_diary"), partial(_not_noted, "in_diary")),
    Check("reviews", "period", "check.review_period", ("period",), _no_period, refuses="form"),
    Check("ratings", "initiated_on", "check.too_early", ("initiated_on", "expires_on"), _early, _window),
    Check("ratings", "initiated_on", "check.unchecked", ("initiated_on", "approved_on", *CHECKED, "model"), _unchecked, refuses="form"),
    Check("credit_lines", "submitted_on", "check.no_materials", ("submitted_on", "approved_on", "materials_on"), _without_materials,
          refuses="form"),
    Check("customers", "uscc", "uscc_check", ("uscc",), _odd_code, warning=True),
    Check("customers", "name", "check.name_same", ("name",), _same_name, partial(_others, "name"), warning=True, among="name"),
    Check("customers", "basic_account_bank", "check.basic_disagrees", ("basic_account_bank",), _elsewhere,
          warning=True, others=("accounts",)),
    *_one_of_each(),
    Check("customers", "owner", "check.owner_left", ("owner",), _left, warning=True, others=("staff",)),
)  # fmt: skip
