"""Files in and out: what a csv file would change, told before it is done; and the ledgers as csv files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pandas as pd

from branch import access, files, matrix
from sheets import csvfile, grid, intake, lookup, sentences, wide
from sheets.book import Book
from sheets.cells import fold, read
from sheets.desk import Blanks, Plan, Scope, Wanted
from sheets.schema import Edit, Issue, Lang, Table, Unread
from sheets.store.faults import Conflict, EditRefused, StoreFault
from texts import Fault

View = Callable[[Book, str, Any], pd.DataFrame]  # book, table, person → the rows and columns he may see
LARGEST = 64  # megabytes of a file that is read in one piece
HOUSE = "system"  # the role of the terminal and the jobs
T = TypeVar("T", Wanted, Edit)
_NOBODY_YET = ("ref_unknown", "ref_ambiguous", "staff_unknown", "staff_ambiguous")


class NotTaken(Fault):
    """A file, a table name or a choice that cannot be used at all; nothing was read."""


class Person(Protocol):
    """Who asks, as what, and in which language he reads."""

    @property
    def staff(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def lang(self) -> str: ...


class Workplace(Protocol):
    """What is asked of a branch."""

    @property
    def store(self) -> Any: ...
    @property
    def settings(self) -> Any: ...
    def book(self) -> Book: ...
    def tables(self) -> Mapping[str, Table]: ...
    def save(self, edits: Sequence[Edit], actor: Any, now: datetime, *, token: str = "", source: Any = "import") -> Any: ...


def _scoped(book: Book, table: str, actor: Any) -> pd.DataFrame:
    """What a person may see of a table, masked; the house sees it as it is. A closed table has not even columns."""
    if actor.role == HOUSE:
        return book.frame(table)
    return access.rows(book, table, actor) if access.may(actor, table, "read") else pd.DataFrame()


def import_csv(
    branch: Workplace,
    table: str,
    path: Path,
    now: datetime,
    actor: Person,
    *,
    dry_run: bool = False,
    blanks: str = "keep",
    view: View = _scoped,
) -> dict[str, Any]:
    """Takes a csv file into a table; `table` is its key or a label. Returns the document of design.md §7.

    Rows that cannot be taken are counted in `refused` and listed; all others are saved, each row whole.
    Cells that cannot be read are kept as typed and listed. Raises NotTaken or grid.Unreadable when nothing can be read.
    """
    if blanks not in ("keep", "clear"):
        raise NotTaken("exchange.blanks", blanks=blanks)
    tables, book = branch.book().tables, branch.book()
    found = _table(tables, table)
    extra = wide.words(tables) if found.key == "customers" else {}
    names = lookup.Names(tables, book.frame)
    sheet = grid.read(found, csvfile.grid(_bytes(path)), tables, names, extra=extra)
    seen = view(book, found.key, actor)
    scope = Scope(frozenset(map(str, seen.get("id", ()))), frozenset(map(str, seen.columns)))
    keep: Blanks = "clear" if blanks == "clear" else "keep"
    plan = intake.plan(sheet, book, branch.store.row_at, keep, now.date(), scope=scope)
    done = plan.wanted if dry_run else _save(branch, plan, sheet, actor, now)
    if done and not dry_run:
        _heal(branch, {edit.table for wanted in done for edit in wanted.edits}, actor, now)
    issues = sorted(plan.issues, key=lambda issue: issue.warning)
    return {
        "table": found.key,
        "read": plan.read,
        "added": sum(wanted.new for wanted in done),
        "changed": sum(not wanted.new for wanted in done),
        "unchanged": plan.unchanged,
        "conflicts": plan.conflicts,
        "refused": plan.refused,
        "dry_run": dry_run,
        "issues": [_told(issue, tables, path.stem, _lang(actor)) for issue in issues],
    }


def refused(result: Mapping[str, Any]) -> bool:
    """Whether some row was not taken: the terminal ends with 1."""
    return bool(result["refused"] or result["conflicts"])


def export_csv(
    branch: Workplace,
    folder: Path,
    now: datetime,
    actor: Person,
    tables: Sequence[str] | None = None,
    *,
    view: View = _scoped,
    reason: str = "",
) -> dict[str, Any]:
    """One csv a table into a folder, as far as the person may see; put on record. Every file is whole or not there."""
    book, known = branch.book(), branch.book().tables
    wanted = [_table(known, name) for name in tables] if tables else list(known.values())
    if actor.role == matrix.VW:
        raise NotTaken("exchange.no_export")
    if actor.role in matrix.REASON and branch.settings.policy.export_reason and len(reason.strip()) < 2:
        raise NotTaken("access.export_reason")
    # An administrator takes out how the branch is set up, a credit officer what is credit; neither the rest.
    allowed = {matrix.ADM: matrix.CONFIG_EXPORT, matrix.CR: matrix.CREDIT_EXPORT}.get(actor.role)
    if allowed is not None:
        wanted = [table for table in wanted if table.key in allowed]
    files.folder(folder)
    written: dict[str, int] = {}
    for table in wanted:
        frame = view(book, table.key, actor)
        if "id" in frame.columns:
            data = to_csv(table, frame, book, masked=actor.role != HOUSE)
            files.write(folder / f"{table.key}.csv", data.decode("utf-8"))
            written[table.key] = len(frame)
    rows = sum(written.values())
    told = f"{','.join(written)}: {rows} rows → {folder}" + (f" ({reason.strip()[:200]})" if reason.strip() else "")
    branch.store.private.note("export", actor.staff, told, now)
    return {"folder": str(folder), "tables": written, "rows": rows}


def to_csv(table: Table, frame: pd.DataFrame, book: Book, *, masked: bool = False) -> bytes:
    """The file of some rows of a table; columns the person may not see are left out, unread cells go as typed."""
    hidden = {column.key for column in table.columns if column.sensitive} if masked else frozenset()
    unread = {
        (i.row, i.column): Unread(i.raw, i.code) for i in book.issues if i.table == table.key and not i.warning and i.column not in hidden
    }
    seen = [column for column in table.columns if column.key in frame.columns]
    keys = [*(column.key for column in seen), "rev"]
    columns = [frame[key].tolist() for key in keys]
    rows = [dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=True)]
    if unread:
        for row in rows:
            row.update({key: bad for key in keys if (bad := unread.get((row["id"], key)))})
    return csvfile.write(seen, rows)


def _table(tables: Mapping[str, Table], name: str) -> Table:
    """A table by key, label or alias, in either language."""
    wanted = fold(name)
    for table in tables.values():
        if wanted in {fold(word) for word in (table.key, table.zh, table.en, *table.aliases)}:
            return table
    raise NotTaken("exchange.no_table", table=name, tables="、".join(tables))


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise NotTaken("exchange.not_a_file", path=path)
        size = path.stat().st_size / 1_048_576
        if size > LARGEST:
            raise NotTaken("exchange.too_large", path=path, size=round(size), most=LARGEST)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotTaken("exchange.no_file", path=path) from error
    except OSError as error:
        raise NotTaken("exchange.unreadable", path=path, error=error.strerror or type(error).__name__) from error


def _save(branch: Workplace, plan: Plan, sheet: grid.Sheet, actor: Person, now: datetime) -> list[Wanted]:
    """Saves every row it can; the others are set aside and told."""

    def save(rows: Sequence[Wanted]) -> None:
        branch.save([edit for row in rows for edit in row.edits], actor, now, source="import")

    def aside(row: Wanted, fault: Fault) -> None:
        _set_aside(plan, sheet, row, fault, _lang(actor))

    return _each(plan.wanted, save, aside)


def _each(rows: Sequence[T], save: Callable[[Sequence[T]], None], aside: Callable[[T, Fault], None]) -> list[T]:
    """All at once; where one stands in the way, halves until it is alone and is set aside. Answers what was saved.

    A fault of the store itself is no row's doing and is raised.
    """
    done: list[T] = []
    waiting = [rows] if rows else []
    while waiting:
        some = waiting.pop()
        try:
            save(some)
        except Fault as fault:
            if isinstance(fault, StoreFault) and not isinstance(fault, Conflict | EditRefused):
                raise
            told = {n: one for n, row in enumerate(some) if (one := _guilty(row, getattr(fault, "every", {})))}
            if told:
                for n, one in told.items():
                    aside(some[n], one)
                waiting += [rest] if (rest := [row for n, row in enumerate(some) if n not in told]) else []
            elif len(some) > 1:
                waiting += [some[len(some) // 2 :], some[: len(some) // 2]]
            else:
                aside(some[0], fault)
        else:
            done += some
    return done


def _guilty(row: Wanted | Edit, every: Mapping[tuple[str, str], Fault]) -> Fault | None:
    """What the branch has against one of the edits of a row, where it says which."""
    edits = row.edits if isinstance(row, Wanted) else (row,)
    return next((every[edit.table, edit.id] for edit in edits if (edit.table, edit.id) in every), None)


def _set_aside(plan: Plan, sheet: grid.Sheet, row: Wanted, fault: Fault, lang: Lang) -> None:
    """A row that the branch does not take: changed by somebody this very moment, or against a rule of the house."""
    at = sheet.at(row.line, (sheet.table, "id"))
    if isinstance(fault, Conflict):
        plan.conflicts += 1
    else:
        plan.refused += 1
    plan.issues.append(Issue(sheet.table, row.id, "id", at, "row_refused", row.id, values={"reason": fault.say(lang)}))


def _heal(branch: Workplace, tables: set[str], actor: Person, now: datetime) -> None:
    """References that named nobody at the time are read again, now that more rows are there."""
    book = branch.book()
    edits: list[Edit] = []
    names = lookup.Names(book.tables, book.frame)
    for issue in book.issues:
        table = book.tables.get(issue.table)
        column = table.column(issue.column) if table else None
        if column is None or issue.code not in _NOBODY_YET:
            continue
        if (column.ref or "staff") not in tables:
            continue
        reading = read(column, issue.raw, names)
        if reading.value is not None:
            before = {column.key: Unread(issue.raw, issue.code)}
            edits.append(Edit(issue.table, issue.row, before, {column.key: reading.value}))

    def save(some: Sequence[Edit]) -> None:
        branch.save(some, actor, now, source="import")

    def aside(_edit: Edit, _fault: Fault) -> None:
        """Not this person's row to mend: its cell stays on the list of issues, as it was."""

    _each(edits, save, aside)


def _lang(actor: Person) -> Lang:
    return "en" if actor.lang == "en" else "zh"


def _told(issue: Issue, tables: Mapping[str, Table], sheet: str, lang: Lang) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "cell": issue.cell,
        "table": issue.table,
        "row": issue.row,
        "column": issue.column,
        "value": issue.raw,
        "code": issue.code,
        "warning": issue.warning,
        "message": sentences.told(issue, tables, lang, sheet),
    }
