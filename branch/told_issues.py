"""Which Issues a person is told of, and in which words: nothing of a row that they may not see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import pandas as pd

from branch import matrix, scope
from branch.access import language, may
from branch.checks.ledgers import CHECKS
from branch.masks import STARS, mask
from branch.people import Actor
from sheets.book import Book
from sheets.schema import Issue, Table
from texts import say

JOIN = "、"  # between the rows that one value of a sentence names
MORE = "…"
# Values that name no row, even if one is called so.
MEASURES = frozenset({"days", "base", "day", "count", "limit", "first", "suggest", "unit"})
# What a sentence about one ledger gives away of another.
LOOKED_INTO = {check.code: check.others for check in CHECKS if check.others}


def issues(book: Book, every: Sequence[Issue], actor: Actor) -> list[Issue]:
    """What cannot be read in the rows they may see, sensitive text masked, and no word about rows of others; an
    administrator mends the configuration."""
    others = Others(book, actor)
    return [others.unnamed(_hidden(book.tables[issue.table], issue, actor)) for issue in theirs(book, every, actor)]


def theirs(book: Book, every: Sequence[Issue], actor: Actor) -> list[Issue]:
    """Which of them a person is told of, in words that are not theirs yet: to be counted, never shown."""
    told: dict[tuple[str, str], bool] = {}  # by ledger and kind: whether they are told of it at all
    by_table: dict[str, list[Issue]] = {}
    for issue in every:
        kind = (issue.table, issue.code)
        if kind not in told:
            told[kind] = _may_know(book, *kind, actor)
        if told[kind]:
            by_table.setdefault(issue.table, []).append(issue)
    seen = {table: _seen(book, table, {issue.row for issue in some}, actor) for table, some in by_table.items()}
    return [issue for issue in every if told[issue.table, issue.code] and issue.row in seen[issue.table]]


def _seen(book: Book, table: str, rows: Collection[str], actor: Actor) -> frozenset[str]:
    """Of some rows of a ledger those that are in their scope."""
    return frozenset(scope.rows(book, table, actor, rows)["id"])


def _may_know(book: Book, table: str, code: str, actor: Actor) -> bool:
    """Whether a person is told of such an Issue at all, be the row theirs or not."""
    if table not in book.tables or not all(may(actor, one, "read") for one in (table, *LOOKED_INTO.get(code, ()))):
        return False
    return table not in matrix.TOLD_TO_WRITERS or may(actor, table, "write")


class Others:
    """The rows that a person may not know of: a sentence says that they are outside the person's scope."""

    def __init__(self, book: Book, actor: Actor) -> None:
        self.book, self.actor = book, actor
        self._names: dict[str, frozenset[str]] = {}
        self._clean: set[tuple[str, str]] = set()  # words of a ledger that are known to name nobody: most are labels

    def unnamed(self, issue: Issue) -> Issue:
        """The issue with every number and name of a row outside their scope taken out of its words."""
        words = issue.values  # noqa: PD011 – the words of a sentence, not a column
        if self.actor.role == "system" or not words:
            return issue
        said = {key: str(value) for key, value in words.items() if key not in MEASURES}
        said = {key: value for key, value in said.items() if (issue.table, value) not in self._clean}
        told = {key: self._told(issue.table, issue.row, value) for key, value in said.items()}
        return replace(issue, values={**words, **told}) if told != said else issue

    def _told(self, table: str, row: str, value: str) -> str:
        """A value is one name or a list of them; a word that only contains a name is left alone."""
        words = [word.removesuffix(MORE) for word in value.split(JOIN)]
        hidden = {word for word in words if any(word in self._hidden_in(key) for key in (table, "customers"))}
        if not hidden:
            self._clean.add((table, value))
        hidden.discard(row)
        if not hidden:
            return value
        outside = say("access.outside", language(self.actor))
        told = dict.fromkeys(outside if word in hidden else word for word in words)
        return JOIN.join(told) + (MORE if value.endswith(MORE) else "")

    def _hidden_in(self, table: str) -> frozenset[str]:
        """Numbers of the rows of a ledger outside their scope; of customers the names too."""
        if table not in self._names:
            frame = self.book.frame(table)
            seen = scope.rows(self.book, table, self.actor)["id"] if may(self.actor, table, "read") else frame["id"].iloc[:0]
            outside = pd.Index(seen).get_indexer(pd.Index(frame["id"])) < 0
            keys = ("id", "name", "short_name", "uscc") if table == "customers" else ("id",)
            named = {str(word) for key in keys for word in frame.loc[outside, key].dropna() if word}
            mine = {str(word) for key in keys for word in frame.loc[~outside, key].dropna()} if named else set()
            self._names[table] = frozenset(named - mine)
        return self._names[table]


def _hidden(table: Table, issue: Issue, actor: Actor) -> Issue:
    """A cell that cannot be read is not shown through its Issue either."""
    column = table.column(issue.column)
    if column is None or not column.sensitive or actor.role == "system":
        return issue
    good = None if issue.good is None else mask(column, issue.good)
    return replace(issue, raw=issue.raw[:1] + STARS if issue.raw else "", good=good)
