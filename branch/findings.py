"""What contradicts itself in rows that came another way than through a form: listed, never refused, never mended for anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd

from branch import limits
from branch.masks import blank
from branch.settings import Settings
from sheets import cells
from sheets.book import CATEGORIES, Book
from sheets.cells import fold, plain
from sheets.schema import Column, Issue, Table

Frame = pd.DataFrame
TOLD = 3  # other rows named in one sentence


Look = Callable[[Book, Settings], Iterator[Issue]]
Kept = dict[str, tuple[tuple[pd.DataFrame, ...], list[Issue]]]


def findings(book: Book, chosen: Settings, kept: Kept | None = None) -> list[Issue]:
    """One Issue for each cell that contradicts the scheme, another cell or another row; column by column, no row loops.

    `kept` holds what each look found and in which frames: a look is taken again only when one of them has changed.
    """
    kept = {} if kept is None else kept
    found: dict[tuple[str, str, str], Issue] = {(i.table, i.row, i.column): i for i in book.issues}
    known = len(found)
    for name, tables, look in _looks(book):
        frames = tuple(book.frames[table] for table in tables)
        if name not in kept or any(one is not other for one, other in zip(kept[name][0], frames, strict=True)):
            kept[name] = (frames, list(look(book, chosen)))
        for issue in kept[name][1]:
            found.setdefault((issue.table, issue.row, issue.column), issue)  # a cell is told once
    return list(found.values())[known:]


def _looks(book: Book) -> Iterator[tuple[str, tuple[str, ...], Look]]:
    """Every look by name, with the ledgers it reads."""
    for look, tables in LOOKS.items():
        yield look.__name__, tables, look
    for table in limits.FACTS:
        yield f"facts {table}", (table,), partial(_facts, table)
    for table in dict.fromkeys(table for table, _, _ in limits.ORDER):
        yield f"order {table}", (table,), partial(_order, table)
    ids: dict[str, pd.Index] = {}
    for key, table_ in book.tables.items():
        columns = [c for c in table_.columns if c.kind in CATEGORIES and c.kind != "choice"]
        targets = tuple(dict.fromkeys(c.ref or "staff" for c in columns if (c.ref or "staff") in book.tables))
        if columns and key not in HOUSE:
            yield f"nobody {key} {' '.join(targets)}", (key, *targets), partial(_nobody, key, ids)


def _issues(
    book: Book,
    table: str,
    column: str,
    where: Any,
    code: str,
    *,
    warning: bool = False,
    values: Callable[[Mapping[str, Any]], Mapping[str, str]] | None = None,
) -> Iterator[Issue]:
    """An Issue for every row of a mask."""
    frame, ledger = book.frame(table), book.tables[table]
    picked = frame[np.asarray(where, bool)]
    for record in picked.to_dict("records"):
        row = str(record["id"])
        more = values({str(k): v for k, v in record.items()}) if values else {}
        raw = said(ledger[column], record[column])
        yield Issue(table, row, column, f"{row}.{column}", code, raw, warning=warning, values=more)


def said(column: Column, value: Any) -> str:
    """A value of a frame as a person would have typed it."""
    if blank(value):
        return ""
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime().date() if column.kind == "date" else value.to_pydatetime()
    return plain(column, value.item() if hasattr(value, "item") else value)


def _business(book: Book, _: Settings) -> Iterator[Issue]:
    """R17, when it came through a sheet or a file."""
    frame = book.frame("visits")
    mode = frame["mode"].astype("str")
    wrong = (frame["kind"].astype("str") == "business") & (mode != "onsite") & frame["mode"].notna()
    return _issues(book, "visits", "mode", wrong, "check.business_onsite")


def _not_noted(book: Book, _: Settings) -> Iterator[Issue]:
    """R09: a review that nobody noted in file and diary."""
    frame = book.frame("reviews")
    written = frame["written_on"].notna()
    for column in ("in_file", "in_diary"):
        yield from _issues(book, "reviews", column, written & ~frame[column].fillna(False).astype(bool), "check.not_noted")


def _facts(table: str, book: Book, _: Settings) -> Iterator[Issue]:
    """Days that lay in the future when they were written down."""
    frame = book.frame(table)
    written = frame["updated_at"].dt.normalize() + pd.Timedelta(days=1)
    for column in limits.FACTS[table]:
        ahead = frame[column] >= written
        if ahead.any():
            yield from _issues(book, table, column, ahead, "check.future_found")


def _order(table: str, book: Book, _: Settings) -> Iterator[Issue]:
    frame, ledger = book.frame(table), book.tables[table]
    for later, earlier in [(later, earlier) for key, later, earlier in limits.ORDER if key == table]:
        last, first = frame[later], frame[earlier]
        if ledger[later].kind != ledger[earlier].kind:
            last, first = last.dt.normalize(), first.dt.normalize()
        wrong = last < first
        if wrong.any():
            yield from _issues(book, table, later, wrong, "check.order_found", values=_against(ledger, earlier))


def _against(ledger: Table, earlier: str) -> Callable[[Mapping[str, Any]], Mapping[str, str]]:
    other = ledger[earlier]
    return lambda record: {"other_zh": other.zh, "other_en": other.en, "base": said(other, record[earlier])}


def _early(book: Book, chosen: Settings) -> Iterator[Issue]:
    """R26: a rating initiated before its window opened."""
    frame, days = book.frame("ratings"), chosen.policy.rating_window_days
    opens = frame["expires_on"] - pd.Timedelta(days=days)
    column = book.tables["ratings"]["initiated_on"]

    def more(record: Mapping[str, Any]) -> Mapping[str, str]:
        return {"days": str(days), "base": said(column, record["expires_on"] - pd.Timedelta(days=days))}

    return _issues(book, "ratings", "initiated_on", frame["initiated_on"] < opens, "check.too_early", values=more)


def _basic(book: Book, _: Settings) -> Iterator[Issue]:
    """Two basic accounts of one customer: both are named, for one of them is wrong."""
    frame = book.frame("accounts")
    basic = (frame["nature"].astype("str") == "basic") & (frame["status"].astype("str") != "closed") & frame["customer"].notna()
    twice = basic & frame["customer"].astype("str").where(basic).duplicated(keep=False)
    return _issues(book, "accounts", "nature", twice, "check.basic_twice", values=_others(frame[twice], "customer"))


def _same_code(book: Book, _: Settings) -> Iterator[Issue]:
    frame = book.frame("customers")
    twice = (frame["uscc"] != "") & frame["uscc"].duplicated(keep=False)
    return _issues(book, "customers", "uscc", twice, "check.uscc_same", values=_others(frame[twice], "uscc"))


def _same_name(book: Book, _: Settings) -> Iterator[Issue]:
    """The same name but for width and brackets; perhaps one company filed twice."""
    frame = book.frame("customers")
    folded = pd.Series([_folded(name) for name in frame["name"]], index=frame.index, dtype="str")
    twice = (folded != "") & folded.duplicated(keep=False)
    values = _others(frame[twice].assign(name=folded[twice]), "name", key=_folded)
    return _issues(book, "customers", "name", twice, "check.name_same", warning=True, values=values)


def _others(frame: Frame, column: str, key: Callable[[str], str] = str) -> Callable[[Mapping[str, Any]], Mapping[str, str]]:
    """The other rows that say the same, a few of them."""
    groups: dict[str, list[str]] = {}
    for word, row in zip(frame[column].astype("str"), frame["id"], strict=True):
        groups.setdefault(word, []).append(str(row))

    def more(record: Mapping[str, Any]) -> Mapping[str, str]:
        rows = [row for row in groups.get(key(str(record[column])), []) if row != record["id"]]
        return {"other": "、".join(rows[:TOLD]) + ("…" if len(rows) > TOLD else "")}

    return more


def _disagrees(book: Book, _: Settings) -> Iterator[Issue]:
    """The file says that the basic account is elsewhere, and here it is."""
    accounts, frame = book.frame("accounts"), book.frame("customers")
    basic = accounts[(accounts["nature"].astype("str") == "basic") & (accounts["status"].astype("str") != "closed")]
    wrong = frame["basic_account_bank"].astype("str").isin(("other", "unknown")) & frame["id"].isin(set(basic["customer"].astype(str)))
    return _issues(book, "customers", "basic_account_bank", wrong, "check.basic_disagrees", warning=True)


def _odd_codes(book: Book, _: Settings) -> Iterator[Issue]:
    """Check digits that do not come out: taken as they are, early codes of trial cities are like that."""
    frame = book.frame("customers")
    odd = [bool(code) and bool(_odd(code)) for code in frame["uscc"]]
    return _issues(book, "customers", "uscc", odd, "uscc_check", warning=True)


def _nobody(key: str, ids: dict[str, pd.Index], book: Book, _: Settings) -> Iterator[Issue]:
    """References that name no row: it was deleted, or written by a hand that did not look."""
    frame = book.frame(key)
    for column in book.tables[key].columns:
        target = column.ref or "staff"
        if column.kind not in CATEGORIES or column.kind == "choice" or target not in book.tables or frame.empty:
            continue
        if target not in ids:
            ids[target] = pd.Index(book.frame(target)["id"].astype(object))
        named = frame[column.key].cat.categories.astype(object)
        lost = named[ids[target].get_indexer(named) < 0]
        if len(lost):
            code = "staff_unknown" if target == "staff" else "ref_unknown"
            yield from _issues(book, key, column.key, frame[column.key].isin(lost), code)


def _left(book: Book, _: Settings) -> Iterator[Issue]:
    """Customers of somebody who is not here any more."""
    staff = book.frame("staff")
    gone = set(staff.loc[staff["status"].astype("str") == "left", "id"])
    return _issues(book, "customers", "owner", book.frame("customers")["owner"].isin(gone), "check.owner_left", warning=True)


@lru_cache(maxsize=200_000)
def _odd(code: str) -> str:
    """The warning about a code, if there is one."""
    reading = cells.read(USCC, code)
    return reading.code if reading.warning else ""


@lru_cache(maxsize=200_000)
def _folded(name: str) -> str:
    return fold(name)


USCC = Column("uscc", "", "", "uscc")
HOUSE = frozenset({"alerts", "responses", "outbox"})  # what the house writes itself names what was there at the time
LOOKS: dict[Callable[[Book, Settings], Iterator[Issue]], tuple[str, ...]] = {
    _business: ("visits",),
    _not_noted: ("reviews",),
    _early: ("ratings",),
    _basic: ("accounts",),
    _same_code: ("customers",),
    _odd_codes: ("customers",),
    _same_name: ("customers",),
    _disagrees: ("customers", "accounts"),
    _left: ("customers", "staff"),
}
