"""What a person may see and do: rows by scope, columns masked, writes by the matrix. The only door to the ledgers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Protocol

import pandas as pd

from branch import matrix, scope
from branch.checks.ledgers import CHECKS
from branch.masks import STARS, blank, mask, masked
from branch.people import Actor
from sheets.book import Book
from sheets.schema import Edit, Issue, Table
from texts import Fault, Lang, known, say

JOIN = "、"  # between the rows that one value of a sentence names
MORE = "…"
# Values that name no row, even if one is called so.
MEASURES = frozenset({"days", "base", "day", "count", "limit", "first", "suggest", "unit"})


# What a sentence about one ledger gives away of another.
LOOKED_INTO = {check.code: check.others for check in CHECKS if check.others}


class NotAllowed(Fault):
    """`every` row of a save that they may not write, so that a file is judged in one pass."""

    every: Mapping[tuple[str, str], Fault] = MappingProxyType({})


class Denied(NotAllowed):
    """Something this person may not do; the attempt goes on record."""


class Roled(Protocol):
    """Somebody who acts as something."""

    @property
    def role(self) -> str: ...


def only_admin(by: Roled, *, terminal: bool = False) -> None:
    """Raises Denied for anybody but an administrator. `terminal`: whoever works at the terminal may as well."""
    if by.role != matrix.ADM and not (terminal and by.role == "system"):
        raise Denied("access.only_admin")


class Unknown(NotAllowed):
    """There is no such row, or none that they may see: one answer for both."""


def may(actor: Actor, table: str, act: str) -> bool:
    """Whether the role may do it at all: read, write, create, or one of the acts on alerts and contacts."""
    if actor.role == "system":
        return True
    if act in matrix.ACTS:
        return actor.role in matrix.ACTS[act]
    if table.startswith(scope.ADDED):
        return actor.role in (matrix.CUSTOM_READ if act == "read" else matrix.CUSTOM_WRITE)
    if act == "read":
        return actor.role in matrix.READ.get(table, ())
    if act == "create":
        return matrix.WRITE.get((actor.role, table)) is matrix.ALL
    return (actor.role, table) in matrix.WRITE


def writable(actor: Actor, table: str, column: str) -> bool:
    """Whether the role may write one column of a ledger. Columns the branch added belong to whoever keeps the rows."""
    if actor.role == "system":
        return True
    if table.startswith(scope.ADDED):
        return actor.role in matrix.CUSTOM_WRITE
    allowed = matrix.WRITE.get((actor.role, table), frozenset())
    if column in matrix.LEADERS_ONLY.get((actor.role, table), frozenset()):
        return False
    keeps = actor.role in {matrix.CM, matrix.CR} and bool(allowed) and column.startswith(scope.ADDED)
    return "*" in allowed or column in allowed or keeps


def rows(book: Book, table: str, actor: Actor) -> pd.DataFrame:
    """The live rows they may see, sensitive columns masked. A ledger that is closed to them is empty."""
    return masked(book.tables[table], _seen(book, table, actor), keeper=keeps(actor))


def taken_out(book: Book, table: str, actor: Actor) -> pd.DataFrame:
    """The same rows as they may leave in a file: masked whoever takes them."""
    return masked(book.tables[table], _seen(book, table, actor))


def keeps(actor: Actor) -> bool:
    """Whether the customers a person sees are the ones whose files they keep."""
    return actor.role == matrix.CM


def _seen(book: Book, table: str, actor: Actor) -> pd.DataFrame:
    frame = book.frame(table)
    if not may(actor, table, "read"):
        return frame.iloc[0:0]
    seen = scope.rows(book, table, actor)
    return seen if len(seen) == len(frame) else seen.reset_index(drop=True)


def row(book: Book, table: str, key: str, actor: Actor) -> Mapping[str, Any]:
    """One row as it stands, unmasked, if it is in their scope: for acts, never for show. Raises Unknown."""
    seen = scope.rows(book, table, actor) if may(actor, table, "read") else book.frame(table).iloc[0:0]
    found = seen[seen["id"] == key]
    if found.empty:
        raise Unknown("access.unknown")
    return {str(name): value for name, value in found.iloc[0].items()}


def was_theirs(book: Book, table: str, row: str, actor: Actor, coming: Collection[tuple[str, str]]) -> bool:
    """Whether a row that is gone would lie in the person's scope if it were there: what happened to it is theirs to see."""
    every = book.frames[table]
    cells = every.loc[every["id"] == row].iloc[0]
    there = {str(key): None if pd.isna(cell) else cell for key, cell in cells.items()}
    return actor.role == "system" or scope.would_own(book, Edit(table, row, None, there), actor, new=True, coming=coming)


def check_edits(book: Book, edits: Sequence[Edit], actor: Actor, free: Collection[tuple[str, str]] = ()) -> None:
    """Raises Denied or Unknown for the first edit that is not theirs to make; it knows all the others too.
    `free` are rows that an undo took back: whoever may make such rows may bring them again as new ones."""
    found: dict[tuple[str, str], NotAllowed] = {}
    coming = frozenset((edit.table, edit.id) for edit in edits if edit.before is None and edit.after is not None)
    for edit in edits if actor.role != "system" else ():
        try:
            check_edit(book, edit, actor, coming, free)
        except NotAllowed as fault:
            found.setdefault((edit.table, edit.id), fault)
    if found:
        first = next(iter(found.values()))
        first.every = found
        raise first


def check_edit(
    book: Book, edit: Edit, actor: Actor, coming: Collection[tuple[str, str]] = (), free: Collection[tuple[str, str]] = ()
) -> None:
    """Raises Denied or Unknown when the person may not make this change. The stored row decides, not the edit: an insert
    under the id of somebody else's row finds nothing. `coming`: the new rows of the same save, each judged for itself."""
    if actor.role == "system":
        return
    table = book.tables.get(edit.table)
    if table is None or not may(actor, edit.table, "write"):
        raise Denied("access.denied", table=table.label(language(actor)) if table else edit.table)
    new = edit.before is None and ((edit.table, edit.id) in free or not (book.frames[edit.table]["id"] == edit.id).any())
    if new and not may(actor, edit.table, "create"):
        raise Denied("access.denied", table=table.label(language(actor)))
    there = {} if new else row(book, edit.table, edit.id, actor)
    if not new:
        _check_there(table, there, edit, actor)
    for key, wanted in (edit.after or {}).items():
        column = table.column(key)
        if column is None or column.auto or key == "id":
            continue  # filled in by Huce: what a person sends is not taken
        if not writable(actor, edit.table, key):
            raise Denied("access.column", column=column.label(language(actor)))
        if (edit.table, key) in matrix.OWN_NAME and wanted != actor.staff and wanted != there.get(key):
            raise Denied("access.own_name", column=column.label(language(actor)))
    if edit.after is not None and not scope.would_own(book, edit, actor, new=new, coming=coming):
        raise Unknown("access.unknown")


def _check_there(table: Table, there: Mapping[str, Any], edit: Edit, actor: Actor) -> None:
    """What may be done to a row that exists."""
    named = table.label(language(actor))
    if edit.after is None and (table.key in matrix.KEPT or not may(actor, table.key, "create")):
        raise Denied("access.kept" if table.key in matrix.KEPT else "access.denied", table=named)
    comment = matrix.COMMENT.get((actor.role, table.key))
    if table.key.startswith(scope.ADDED) and table.owners and actor.role == matrix.CR:
        comment = matrix.NOTHING
    touched = {"*"} if edit.after is None else set(edit.after)
    if comment is not None and not scope.is_own(there, actor, table) and not touched <= comment:
        raise Denied("access.not_own", table=named)
    if table.key == "customers" and actor.role == matrix.CM and edit.after:
        moved = [key for key in matrix.HANDED & set(edit.after) if not _alike(edit.after[key], there.get(key))]
        if moved:
            raise Denied("access.handed", column=table[moved[0]].label(language(actor)))


def _alike(wanted: Any, there: Any) -> bool:
    if blank(there) or blank(wanted):
        return blank(there) and blank(wanted)
    return bool(wanted == (there.date() if hasattr(there, "date") and not hasattr(wanted, "hour") else there))


def issues(book: Book, every: Iterable[Issue], actor: Actor) -> list[Issue]:
    """What cannot be read in the rows they may see, sensitive text masked, and no word about rows of others; an
    administrator mends the configuration."""
    found, seen = [], dict[str, set[str]]()
    others = Others(book, actor)
    for issue in every:
        looked_into = (issue.table, *LOOKED_INTO.get(issue.code, ()))
        if issue.table not in book.tables or not all(may(actor, table, "read") for table in looked_into):
            continue
        if issue.table in matrix.TOLD_TO_WRITERS and not may(actor, issue.table, "write"):
            continue
        if issue.table not in seen:
            seen[issue.table] = set(scope.rows(book, issue.table, actor)["id"].astype(str))
        if issue.row in seen[issue.table]:
            found.append(others.unnamed(_hidden(book.tables[issue.table], issue, actor)))
    return found


class Others:
    """The rows that a person may not know of: a sentence says that they are outside the person's scope."""

    def __init__(self, book: Book, actor: Actor) -> None:
        self.book, self.actor = book, actor
        self._names: dict[str, frozenset[str]] = {}
        self._clean: set[tuple[str, str]] = set()  # words of a ledger that are known to name nobody: most are labels

    def unnamed(self, issue: Issue) -> Issue:
        """The issue with every number and name of a row outside their scope taken out of its words."""
        if self.actor.role == "system":
            return issue
        words = issue.values  # noqa: PD011 – the words of a sentence, not a column
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


def language(actor: Actor) -> Lang:
    return known(actor.lang)
