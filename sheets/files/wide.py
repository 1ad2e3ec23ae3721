"""One wide customer sheet: its rating, line, loan and balance columns go to their own ledgers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sheets.files.headings import Target, bare, prefixed
from sheets.merge import same
from sheets.numbers import made, placeholder_for
from sheets.schema import Table, Unread, Value

Cell = Value | Unread
Row = Mapping[str, Cell]  # with its id

LEDGERS = ("ratings", "credit_lines", "loans", "balances")
# What such sheets call the columns of other ledgers. 审批权限 stands once and is meant for rating and line alike.
_CALLED: dict[Target, tuple[str, ...]] = {
    ("customers", "name"): ("customer name", "company name"),
    ("ratings", "expires_on"): ("评级到期日", "评级到期日期", "评级有效期", "评级有效截止日", "rating expires on", "rating expiry"),
    ("ratings", "effective_on"): ("评级生效日", "评级生效日期", "rating effective on"),
    ("ratings", "grade"): ("信用等级", "评级等级", "评级结果", "评级", "rating", "grade"),
    ("ratings", "model"): ("评级模型", "rating model"),
    ("ratings", "authority"): ("审批权限", "评级审批权限", "评级权限", "有权审批行", "有权审批机构", "authority", "approval authority"),
    ("credit_lines", "id"): ("授信编号", "额度编号", "line no."),
    ("credit_lines", "expires_on"): ("授信到期日", "授信到期日期", "额度到期日", "line expires on", "line expiry"),
    ("credit_lines", "effective_on"): ("授信生效日", "授信生效日期", "line effective on"),
    ("credit_lines", "amount"): ("授信额度", "授信金额", "credit line", "line amount"),
    ("credit_lines", "used"): ("已用额度", "line used"),
    ("credit_lines", "authority"): ("授信审批权限", "授信权限", "line authority"),
    ("loans", "id"): ("借据号", "借据编号", "loan no."),
    ("loans", "matures_on"): ("贷款到期日", "贷款到期日期", "loan matures on", "loan maturity"),
    ("loans", "drawn_on"): ("贷款发放日", "放款日", "放款日期", "loan drawn on"),
    ("loans", "amount"): ("贷款金额", "loan amount"),
    ("loans", "balance"): ("贷款余额", "loan balance"),
    ("loans", "product"): ("贷款产品", "贷款品种", "loan product"),
    ("loans", "risk_class"): ("五级分类", "risk class"),
    ("loans", "interest_day"): ("扣息日", "interest day"),
    ("balances", "balance"): ("存款余额", "存款时点余额", "存款时点", "deposit balance", "deposits"),
    ("balances", "month_avg"): ("月日均", "存款月日均", "month average"),
    ("balances", "year_avg"): ("年日均", "存款年日均", "存款日均", "year average"),
    ("balances", "as_of"): ("余额日期", "存款余额日期", "balance date"),
}
_SHARED = "authority"


@dataclass(frozen=True, slots=True)
class Part:
    """What a row of the sheet says about one ledger: the row it speaks of, or a new one."""

    table: str
    id: str
    cells: dict[str, Cell]
    new: bool


@dataclass(frozen=True, slots=True)
class Unclear:
    """The customer has several rows in that ledger and the sheet does not say which it means."""

    target: Target
    rows: tuple[str, ...]


def words(tables: Mapping[str, Table]) -> dict[str, Target]:
    """Headings of a wide customer sheet, for the ledgers and columns that are there."""
    called = {
        bare(word): target
        for target, said in _CALLED.items()
        if target[0] in tables and tables[target[0]].column(target[1])
        for word in said
    }
    return prefixed(tables, LEDGERS) | called


def fan(customer: str, cells: Mapping[Target, Cell], known: Mapping[str, Sequence[Row]], today: date) -> tuple[list[Part], list[Unclear]]:
    """The rows of other ledgers that a customer's row speaks of. `known` holds their live rows by ledger.

    A rating is their latest; a line or loan is their only one, or the one that says the same already;
    a balance without a date is today's, and nothing when the latest recorded one is equal.
    """
    parts: list[Part] = []
    unclear: list[Unclear] = []
    for table in LEDGERS:
        said = {column: cell for (name, column), cell in cells.items() if name == table}
        rows = known.get(table, ())
        shared = cells.get(("ratings", _SHARED))
        if table == "credit_lines" and (said or rows) and _SHARED not in said and shared is not None:
            said[_SHARED] = shared
        if not said or (not rows and set(said) <= {_SHARED, "as_of"}):
            continue
        found = _balance(customer, said, rows, today) if table == "balances" else _which(table, customer, said, rows)
        if isinstance(found, Part):
            parts.append(found)
        else:
            unclear.append(Unclear((table, next(iter(said))), found))
    return parts, unclear


def _which(table: str, customer: str, said: dict[str, Cell], rows: Sequence[Row]) -> Part | tuple[str, ...]:
    number = said.pop("id", None)
    if isinstance(number, str):
        return _part(table, number, customer, said, [row for row in rows if row["id"] == number])
    equal = [row for row in rows if all(same(row.get(column), cell) for column, cell in said.items())]
    if equal:
        return Part(table, str(equal[0]["id"]), said, new=False)
    if table == "ratings" and rows:
        return Part(table, str(max(rows, key=_expiry)["id"]), said, new=False)
    if len(rows) > 1:
        return tuple(str(row["id"]) for row in rows)
    return _part(table, placeholder_for(table, customer), customer, said, rows)


def _part(table: str, number: str, customer: str, said: dict[str, Cell], rows: Sequence[Row]) -> Part:
    if rows:
        return Part(table, str(rows[0]["id"]), said, new=False)
    return Part(table, number, {"customer": customer, **said}, new=True)


def _expiry(row: Row) -> date:
    expires = row.get("expires_on")
    return expires if isinstance(expires, date) else date.min


def _balance(customer: str, said: dict[str, Cell], rows: Sequence[Row], today: date) -> Part:
    day = said.get("as_of")
    if not isinstance(day, date):
        latest = max(rows, key=_as_of, default=None)
        if latest is not None and all(same(latest.get(column), cell) for column, cell in said.items()):
            return Part("balances", str(latest["id"]), said, new=False)
        day = today
        said["as_of"] = said.get("as_of", today)
    dated = [row for row in rows if row.get("as_of") == day]
    return _part("balances", made("balances", customer, day.isoformat()), customer, said, dated)


def _as_of(row: Row) -> date:
    day = row.get("as_of")
    return day if isinstance(day, date) else date.min
