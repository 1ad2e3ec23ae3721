"""The figures of the rows a person may see, added up by team, manager, customer or whatever column tells them apart.

A group is the sum of its rows and nothing else: tops over bottoms, so that what the managers have together is what the branch
has. Rows of nobody, and of people who have left, are groups like the others.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from branch.board.owed import NOBODY, Filter, looked, named, teams_of
from branch.look import Look
from branch.people import Actor
from rules import figure
from rules.figure import FULL, Figure
from rules.figures.files import USED


def figures(look: Look, actor: Actor, ledger: str, keys: Sequence[str]) -> list[Figure]:
    """Those of the figures that tell this person nothing they may not read."""
    sight = look.of(actor)
    found = [one for key in keys if (one := figure.find(ledger, key)) is not None]
    return [one for one in found if all(sight.may(table, "read") for table in (ledger, *one.reads))]


def rows(look: Look, actor: Actor, ledger: str, wanted: Sequence[Figure], wish: Filter = Filter()) -> pd.DataFrame:  # noqa: B008 – frozen
    """One row a record in this person's scope: id, customer, whose (the customer's manager; without a customer, whose the record
    is), team, tier; and of each figure `<key>.top` and `<key>.bottom`, NaN where it is not asked of the row."""
    ledgers, seen = look.ledgers, look.of(actor).rows(ledger)
    ids = seen["id"].astype("str").to_numpy(object) if "id" in seen else np.array([], object)
    places = ledgers.place(ledger, ids)
    ids, places = ids[places >= 0], places[places >= 0]
    customer = ledgers.customers_of(ledger).take(places)
    whose = pd.Series(looked(customer, named(look.book, "customers", "owner")))
    owners = look.tables[ledger].owners
    if owners:
        whose = whose.where(whose != NOBODY, pd.Series(ledgers.text(ledger, owners[0]).take(places)))
    team = pd.Series(looked(customer, named(look.book, "customers", "team")))
    team = team.where(team != "", pd.Series(looked(whose, teams_of(look.book))))
    found = {"id": ids, "customer": customer, "whose": whose, "team": team}
    found["tier"] = looked(customer, named(look.book, "customers", "tier"))
    for one in wanted:
        top = (one.part or one.top)(ledgers)
        bottom = np.ones(len(top)) if one.bottom is None else one.bottom(ledgers)
        known = ~np.isnan(top) & ~np.isnan(bottom)
        found[f"{one.key}.top"] = np.where(known, top, np.nan)[places]
        found[f"{one.key}.bottom"] = np.where(known, bottom, np.nan)[places]
    return wish.of(pd.DataFrame(found))


def by(found: pd.DataFrame, wanted: Sequence[Figure], columns: Sequence[str]) -> pd.DataFrame:
    """The rows added up by some columns, in their order: the columns, `rows` (how many), and of each figure its value under its
    key (as a column of its kind keeps it; NaN where nothing is known) and `<key>.top`, `<key>.bottom`, `<key>.counted`."""
    parts = [f"{one.key}.{part}" for one in wanted for part in ("top", "bottom")]
    groups = found.groupby(list(columns), sort=True, observed=True)
    summed = groups[parts].sum() if parts else pd.DataFrame(index=groups.size().index)
    counted = groups[parts].count() if parts else summed
    result = summed.assign(rows=groups.size())
    for one in wanted:
        result[one.key] = _value(one, summed, counted[f"{one.key}.top"])
        result[f"{one.key}.counted"] = counted[f"{one.key}.top"]
    return result.reset_index()


def _value(one: Figure, summed: pd.DataFrame, counted: pd.Series) -> pd.Series:
    top, bottom = summed[f"{one.key}.top"], summed[f"{one.key}.bottom"]
    if one.bottom is None:
        return top.where(counted > 0)
    return (top * FULL / bottom.where(bottom > 0)).astype("float64")


def whole(found: pd.DataFrame, wanted: Sequence[Figure]) -> pd.Series:
    """All rows in one; the columns of `by`."""
    one = by(found.assign(all="all"), wanted, ["all"])
    if len(one):
        return one.iloc[0]
    nothing = {"": np.nan, ".top": 0.0, ".bottom": 0.0, ".counted": 0}
    return pd.Series({"rows": 0} | {f"{each.key}{part}": value for each in wanted for part, value in nothing.items()})


def behind(found: pd.DataFrame, one: Figure) -> pd.DataFrame:
    """The rows that a figure counts: of one that counts pieces, those that are some."""
    counts = found[f"{one.key}.top"].notna()
    if one.kind == "integer":
        counts &= found[f"{one.key}.top"] > 0
    return found[counts].reset_index(drop=True)


def used(look: Look, actor: Actor) -> pd.DataFrame:
    """Which kinds of product are in use or signed: customer and kind, each pair once, in this person's scope."""
    rows_ = look.of(actor).rows("products")
    if "kind" not in rows_:
        return pd.DataFrame({"customer": [], "kind": []}, dtype="str")
    found = rows_[rows_["status"].astype("str").isin(USED)]
    return pd.DataFrame({key: found[key].astype("str") for key in ("customer", "kind")}).drop_duplicates(ignore_index=True)
