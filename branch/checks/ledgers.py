"""The checks of single ledgers: on-site business visits, one basic account, one code a customer, early ratings, reviews noted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, partial

import pandas as pd

from branch import matrix, opportunities
from branch.act_fields import CHECKED
from branch.checks.acts import above_limit
from branch.checks.check import Check, Context, Frame, Mask, empty, say_as_typed, text
from branch.checks.columns import ahead
from branch.review_periods import named
from sheets import cells
from sheets.cells import fold
from sheets.schema import Column

NAMED = 3  # other rows named in one sentence
STAGE_ASKS = {"applied": "process_no", "signed": "signed_on", "landed": "result"}  # of the row itself; all but the first end a due
OF_A_PERIOD = ("reviews", "reconciliations", "statements", "targets")
USCC = Column("uscc", "", "", "uscc")


def _not_on_site(frame: Frame, _: Context) -> pd.Series:
    """R17: a business visit is on-site."""
    return (text(frame, "kind") == "business") & (text(frame, "mode") != "onsite")


def _not_noted(column: str, frame: Frame, _: Context) -> pd.Series:
    """R09: a review that nobody noted in file and diary."""
    return frame["written_on"].notna() & ~frame[column].fillna(value=False).astype(bool)


def _no_period(frame: Frame, _: Context) -> list[bool]:
    """A record of no month, quarter or year: it ends nobody's due, and no sum holds it."""
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


def _above_limit(frame: Frame, context: Context) -> list[bool]:
    """S100: signed by somebody who may not sign so much: the amount was raised after the signature, or a file says so."""
    staff = context.book.frame("staff")
    roles = dict(zip(staff["id"], text(staff, "role"), strict=True))
    signed = ~empty(frame, "signed_by")
    amounts = (None if pd.isna(amount) else int(amount) for amount in frame["amount"])
    return [
        bool(there) and above_limit(context.policy, str(roles.get(who, "")), amount)
        for there, who, amount in zip(signed, frame["signed_by"], amounts, strict=True)
    ]


def _no_leader(frame: Frame, context: Context) -> Mask:
    """S15: a review is discussed with somebody who leads; by oneself, or with a colleague, it is not."""
    staff = context.book.frame("staff")
    leaders = set(staff.loc[text(staff, "role").isin(matrix.LEADING), "id"])
    found: Mask = (frame["discussed_on"].notna() & ~text(frame, "discussed_with").isin(leaders)).to_numpy(bool)
    return found


def _unreasoned(frame: Frame, _: Context) -> pd.Series:
    """An opportunity ended without a reason: every due of it ends with it."""
    return text(frame, "stage").isin(opportunities.ENDED) & empty(frame, "lost_reason")


def _unreached(frame: Frame, _: Context) -> list[bool]:
    """An opportunity put at a stage without what that stage asks of its row, and nobody let it through."""
    return [bool(lacking) for lacking in _lacking(frame)]


def _lacking(frame: Frame) -> list[list[str]]:
    """Of each opportunity the columns that its stage asks for and that are blank; those before it are asked as well."""
    blank = {column: empty(frame, column) for column in STAGE_ASKS.values()}
    found = []
    for n, (stage, passed) in enumerate(zip(text(frame, "stage"), text(frame, "passed").fillna(""), strict=True)):
        at = opportunities.PATH.index(stage) if stage in opportunities.PATH else 0
        asked = [STAGE_ASKS[one] for one in opportunities.PATH[: at + 1] if one in STAGE_ASKS and one not in str(passed).split(";")]
        found.append([column for column in asked if blank[column][n]])
    return found


def _lacking_names(frame: Frame, context: Context) -> Iterator[Mapping[str, str]]:
    table = context.book.tables["opportunities"]
    for keys in _lacking(frame):
        columns = [table[key] for key in keys]
        yield {"other_zh": "、".join(c.zh for c in columns), "other_en": ", ".join(c.en for c in columns)}


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
    *(Check(table, "period", "check.no_period", ("period",), _no_period, refuses="form") for table in OF_A_PERIOD),
    Check("ratings", "initiated_on", "check.too_early", ("initiated_on", "expires_on"), _early, _window),
    Check("ratings", "initiated_on", "check.unchecked", ("initiated_on", "approved_on", *CHECKED, "model"), _unchecked, refuses="form"),
    Check("credit_lines", "submitted_on", "check.no_materials", ("submitted_on", "approved_on", "materials_on"), _without_materials,
          refuses="form"),
    Check("customers", "assigned_on", "check.future_found", ("assigned_on",), partial(ahead, "assigned_on"),
          refuses="form", refusal="check.future"),  # from then on a customer is owed visits
    Check("payments", "signed_by", "check.signed_above", ("signed_by", "amount"), _above_limit,
          refuses="person", refusal="check.payment_above", others=("staff",)),
    Check("reviews", "discussed_with", "check.no_leader", ("discussed_on", "discussed_with"), _no_leader, refuses="person",
          others=("staff",)),
    Check("opportunities", "lost_reason", "missing", ("stage", "lost_reason"), _unreasoned),
    Check("opportunities", "stage", "check.stage_lacks", ("stage", "passed", *STAGE_ASKS.values()), _unreached, _lacking_names),
    Check("customers", "uscc", "uscc_check", ("uscc",), _odd_code, warning=True),
    Check("customers", "name", "check.name_same", ("name",), _same_name, partial(_others, "name"), warning=True, among="name"),
    Check("customers", "basic_account_bank", "check.basic_disagrees", ("basic_account_bank",), _elsewhere,
          warning=True, others=("accounts",)),
    Check("customers", "owner", "check.owner_left", ("owner",), _left, warning=True, others=("staff",)),
)  # fmt: skip
