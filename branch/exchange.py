"""Files in: what a csv file or a workbook would change, told before it is done, and done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from branch import access, matrix, scope, workbook
from sheets.book import Book
from sheets.cells import fold, read
from sheets.files import comparing, reading, result, wide
from sheets.files.book import SheetOf, open_book
from sheets.files.choosing import Chosen, choose
from sheets.files.comparison import Blanks, Preview, Scope, Wanted
from sheets.files.reading import Sheet
from sheets.files.result import refused
from sheets.files.taking import Asks, Objection, take
from sheets.names import Names
from sheets.numbers import is_placeholder
from sheets.schema import Edit, Issue, Table, Unread
from sheets.store.engine import unhurried
from sheets.store.faults import Conflict, EditRefused, StoreFault
from texts import Fault, Lang, known

__all__ = ["NotTaken", "import_file", "import_grid", "refused"]

View = Callable[[Book, str, Any], pd.DataFrame]  # book, table, person → the rows and columns they may see
LARGEST = 64  # megabytes of a file that is read in one piece
FIRST = ("dictionary", "calendar", "rules", "teams", "staff", "customers", "diary")
TOLD = frozenset({"alerts", "responses", "outbox"})  # what Huce has told and been answered: no file changes it
COUNTED = ("read", "added", "changed", "unchanged", "conflicts", "refused")
HOUSE = "system"  # the role of the terminal and the jobs
_NOBODY_YET = ("ref_unknown", "ref_ambiguous", "staff_unknown", "staff_ambiguous")


class NotTaken(Fault):
    """A file, a table name or a choice that cannot be used at all; nothing was read."""


class Person(Protocol):
    """Who asks, as what, and in which language they read."""

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
    @property
    def write(self) -> Callable[..., Any]: ...
    def rehearse(self, edits: Sequence[Edit], actor: Any, source: Any, now: datetime) -> None: ...


def scoped(book: Book, table: str, actor: Any) -> pd.DataFrame:
    """What a person may see of a table, masked; Huce sees it as it is. A closed table has not even columns."""
    if actor.role == HOUSE:
        return book.frame(table)
    return access.taken_out(book, table, actor) if access.may(actor, table, "read") else pd.DataFrame()


def import_file(
    branch: Workplace,
    table: str,
    path: Path,
    now: datetime,
    actor: Person,
    *,
    dry_run: bool = False,
    blanks: str = "keep",
    sheet: str = "",
    view: View = scoped,
) -> dict[str, Any]:
    """Takes a csv file, or a sheet of a workbook, into a table; `table` is its key or a label.

    Returns the document of `result`, with the `sheet` that was taken and those that were left `aside`. Which sheet: the
    one that is asked for, the one that says that it is the table, the one with most of its headings.

    A preview (`dry_run`) is the import without its last step, the save: the same document, the same refusals.
    Rows that cannot be taken are counted in `refused` and kept in `rejected`; all others are saved, each row whole.
    Cells that cannot be read are kept as typed and listed. Raises NotTaken or reading.Unreadable when nothing can be read.
    """
    if blanks not in ("keep", "clear"):
        raise NotTaken("exchange.blanks", blanks=blanks)
    keep: Blanks = "clear" if blanks == "clear" else "keep"
    with unhurried():
        book, tables = open_book(_bytes(path), path.stem), branch.book().tables
        found = table_named(tables, table)
        chosen = choose(book, found, tables, wide.words(tables) if found.key == "customers" else {}, sheet)
        title, grid = chosen.sheet.title, chosen.sheet.grid
        done = import_grid(branch, found.key, grid, title, now, actor, dry_run=dry_run, blanks=keep, view=view)
    return done | {"sheet": title, "aside": [_aside(one, chosen) for one in chosen.aside]}


def _aside(sheet: SheetOf, chosen: Chosen) -> dict[str, Any]:
    """A sheet that was not taken; `alike`: it has as many of the headings, and may be meant as well."""
    return {"sheet": sheet.title, "visible": sheet.visible, "alike": any(sheet is one for one in chosen.alike)}


def import_grid(
    branch: Workplace,
    table: str,
    grid: Sequence[Sequence[object]],
    name: str,
    now: datetime,
    actor: Person,
    *,
    dry_run: bool = False,
    blanks: Blanks = "keep",
    view: View = scoped,
) -> dict[str, Any]:
    """The same of cells that were read already, of a file or a tab called `name`."""
    return take_grid(branch, table, grid, name, now, actor, dry_run=dry_run, blanks=blanks, view=view).document


@dataclass(frozen=True, slots=True)
class Took:
    """What came of a sheet, with all that its document was made from."""

    sheet: Sheet
    preview: Preview
    taken: Sequence[Wanted]
    document: dict[str, Any]


def take_grid(
    branch: Workplace,
    table: str,
    grid: Sequence[Sequence[object]],
    name: str,
    now: datetime,
    actor: Person,
    *,
    dry_run: bool = False,
    blanks: Blanks = "keep",
    view: View = scoped,
    token: str = "",
    step: Callable[[str], None] = lambda _: None,
) -> Took:
    """The same, told whole. All that is saved bears `token` (see branch.undo); `step` hears how far it is."""
    step("read")
    book = branch.book()
    tables = book.tables
    found = table_named(tables, table)
    extra = wide.words(tables) if found.key == "customers" else {}
    sheet = reading.read(found, grid, tables, _names(book, actor), extra=extra)
    step("compare")
    seen = view(book, found.key, actor)
    theirs = Scope(frozenset(map(str, seen.get("id", ()))), frozenset(map(str, seen.columns)))
    store = branch.store
    preview = comparing.compare(sheet, book, store.row_at, blanks, now.date(), scope=theirs, given=store.numbered, back=store.taken_back)
    step("save")
    taken = _take(branch, preview, sheet, actor, now, dry_run=dry_run, token=token)
    if not dry_run and (taken or preview.unchanged):
        # of what stands already too: the import that brought it may have been cut off before this
        step("heal")
        _heal(branch, {key for key, _ in sheet.where}, actor, now, token)
    told = result.document(preview, taken, sheet, tables, name=name, lang=language(actor), dry_run=dry_run)
    return Took(sheet, preview, taken, told)


def import_folder(
    branch: Workplace, folder: Path, now: datetime, actor: Person, *, dry_run: bool = False, blanks: str = "keep"
) -> dict[str, Any]:
    """Takes a folder of csv files, one a table. `as` tells how: "facts" or "files".

    A whole export of Huce, as it was exported, becomes the rows of a branch that nobody has written into: numbers,
    revisions, stamps, late entries and what followed from an act stand as they stood, and nothing follows anew. Beside it
    such a branch may hold the rules as shipped and its first administrator. Into any other branch every file is taken
    like a single one, what arrives is stamped now, and what Huce has told stays as it is here.

    Raises NotTaken, NotWhole: an export that is no longer as it was is not taken into an empty branch, where each of its
    rows would count as written down today.
    """
    access.only_admin(actor, terminal=True)
    book = branch.book()
    administrators = book.frames["staff"].loc[book.frames["staff"]["role"].astype("str") == matrix.ADM, "id"]
    spared = {"staff": frozenset(map(str, administrators)) if len(book.frames["staff"]) == 1 else frozenset()}
    if not branch.store.used(spared) and (whole := workbook.read(folder)):
        theirs = {str(one.cells["id"]): one.cells.get("role") for one in whole.rows["staff"]}
        for one in spared["staff"] & theirs.keys():
            if theirs[one] != matrix.ADM:  # a password that is here already would open somebody else's door
                raise NotTaken("exchange.other_person", staff=one)
        rows = {key: len(found) for key, found in whole.rows.items()}
        if not dry_run:
            store = branch.store.with_tables(dict(whole.tables))
            store.take(whole.rows, whole.numbers, actor.staff, now, spared)
            branch.store.private.note("import", actor.staff, f"{whole.install} {whole.made_at} {whole.head}: {sum(rows.values())}", now)
        done: dict[str, Any] = {"as": "facts", "tables": rows, "made_at": whole.made_at, "issues": []}
        counts = dict.fromkeys(COUNTED, 0) | {"read": sum(rows.values()), "added": sum(rows.values())}
        return done | counts | {"folder": str(folder), "dry_run": dry_run}
    found = {key: folder / f"{key}.csv" for key in _order(book, folder)}
    if not found:
        raise NotTaken("exchange.no_files", path=folder)
    every = {key: import_file(branch, key, path, now, actor, dry_run=dry_run, blanks=blanks) for key, path in found.items()}
    counts = {name: sum(one[name] for one in every.values()) for name in COUNTED}
    issues = [issue for one in every.values() for issue in one["issues"]]
    return {"as": "files", "tables": every, "issues": issues, **counts, "folder": str(folder), "dry_run": dry_run}


def _order(book: Book, folder: Path) -> list[str]:
    """The tables of which a file is there: what makes and names the others first, diary lines before the records they are of."""
    there = {path.stem for path in folder.glob("*.csv") if path.stat().st_size} - TOLD
    keys = [*FIRST, *book.tables, *sorted(there - book.tables.keys())]  # ledgers that the dictionary is only about to make
    found = [key for key in dict.fromkeys(keys) if key in there]
    return [key for key in found if key in book.tables or key.startswith("x_")]


def table_named(tables: Mapping[str, Table], name: str) -> Table:
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


def _take(branch: Workplace, preview: Preview, sheet: Sheet, actor: Person, now: datetime, *, dry_run: bool, token: str) -> list[Wanted]:
    """Every row that can be taken is saved, or would be; the others are set aside and told."""

    def aside(row: Wanted, fault: Fault) -> None:
        at = sheet.at(row.line, (sheet.table, "id"))
        known = "" if is_placeholder(row.id) else row.id
        issue = Issue(sheet.table, known, "id", at, "row_refused", known, values={"reason": fault.say(language(actor))})
        preview.issues.append(issue)
        (preview.conflict if isinstance(fault, Conflict) else preview.refuse)(row.line, issue)

    judge, save = _steps(branch, actor, now, f"{token}rows" if token else "")
    return take(preview.wanted, judge, judge if dry_run else save, aside)


def _steps(
    branch: Workplace, actor: Person, now: datetime, token: str
) -> tuple[Callable[[Sequence[Asks]], None], Callable[[Sequence[Asks]], None]]:
    """Judging rows, and saving them. A fault of the store itself is no row's doing and is raised as it is."""

    def step(act: Callable[..., object]) -> Callable[[Sequence[Asks]], None]:
        def done(rows: Sequence[Asks]) -> None:
            try:
                act([edit for row in rows for edit in row.edits], actor, "import", now)
            except Fault as fault:
                if isinstance(fault, StoreFault) and not isinstance(fault, Conflict | EditRefused):
                    raise
                raise Objection(fault, getattr(fault, "every", {})) from fault

        return done

    return step(branch.rehearse), step(partial(branch.write, token=token) if token else branch.write)


@dataclass(frozen=True, slots=True)
class Mend:
    """A reference that can be read now."""

    edits: tuple[Edit, ...]


def _names(book: Book, actor: Any) -> Names:
    """What the cells of a person's file may name: the name of a row that is not theirs is as good as unknown."""
    return Names(book.tables, lambda table: scope.rows(book, table, actor))


def _heal(branch: Workplace, tables: set[str], actor: Person, now: datetime, token: str) -> None:
    """References that named nobody at the time are read again, now that more rows are there."""
    book = branch.book()
    mends: list[Mend] = []
    names = _names(book, actor)
    for issue in book.issues:
        table = book.tables.get(issue.table)
        column = table.column(issue.column) if table else None
        if column is None or issue.code not in _NOBODY_YET:
            continue
        if (column.ref or "staff") not in tables:
            continue
        found = read(column, issue.raw, names)
        if found.value is not None:
            before = {column.key: Unread(issue.raw, issue.code)}
            mends.append(Mend((Edit(issue.table, issue.row, before, {column.key: found.value}),)))

    def aside(_mend: Mend, _fault: Fault) -> None:
        """Not this person's row to mend: its cell stays on the list of issues, as it was."""

    take(mends, *_steps(branch, actor, now, f"{token}heal" if token else ""), aside)


def language(actor: Person) -> Lang:
    return known(actor.lang)
