"""Ledgers and lists out as csv files or workbooks: who may take out what, for which reason, and on record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from branch import audit, files, matrix, workbook
from branch.exchange import HOUSE, NotTaken, Person, View, Workplace, language, scoped, table_named
from sheets.among import among
from sheets.book import Book
from sheets.files import excel_out, out
from sheets.schema import Table
from texts import LANGS, Lang

SHORTEST = 2  # characters of a reason


def labels(chosen: str) -> Lang | None:
    """The language of an export's headings as it was typed; "" is keys. Raises NotTaken."""
    if chosen and chosen not in LANGS:
        raise NotTaken("exchange.labels", labels=chosen, langs=", ".join(LANGS))
    return chosen or None


def export_csv(
    branch: Workplace,
    folder: Path,
    now: datetime,
    actor: Person,
    tables: Sequence[str] | None = None,
    *,
    view: View = scoped,
    reason: str = "",
    labels: Lang | None = None,
) -> dict[str, Any]:
    """One csv a table into a folder, as far as the person may see; put on record. Every file is whole or not there, and
    replaces nothing but an earlier export that nobody has changed.

    Headings are keys, or labels in the language of `labels`.
    """
    book = branch.book()
    wanted = _allowed(branch, book, now, actor, tables, reason)
    files.outside(branch.settings.home, folder)
    written: dict[str, int] = {}
    found: dict[str, bytes] = {}
    for table in wanted:
        frame = view(book, table.key, actor)
        if "id" in frame.columns:
            found[f"{table.key}.csv"] = out.of_frame(table, frame, book, masked=actor.role != HOUSE, labels=labels)
            written[table.key] = len(frame)
    about = {"format": workbook.FORMAT, "made_at": now.isoformat(timespec="seconds"), "head": branch.store.head(), "labels": labels or ""}
    about["tables"] = {
        key: {"file": f"{key}.csv", "rows": rows, "sha256": files.digest(found[f"{key}.csv"])} for key, rows in written.items()
    }
    if actor.role == HOUSE and not tables and view is scoped:
        about["whole"] = True
        found[workbook.REST] = workbook.rest(branch.store, book.version)
    files.export(folder, found, branch.settings.install, about)
    rows = sum(written.values())
    told = f"{','.join(written)}: {rows} rows → {folder}" + (f" ({reason.strip()[:200]})" if reason.strip() else "")
    branch.store.private.note("export", actor.staff, told, now)
    return {"folder": str(folder), "tables": written, "rows": rows}


def export_book(
    branch: Workplace,
    file: Path,
    now: datetime,
    actor: Person,
    tables: Sequence[str] | None = None,
    *,
    view: View = scoped,
    reason: str = "",
    labels: Lang | None = None,
) -> dict[str, Any]:
    """The same as one workbook, a sheet a table, under headings in the language of `labels`, or of who asks. It replaces nothing."""
    book = branch.book()
    wanted = _allowed(branch, book, now, actor, tables, reason)
    files.outside(branch.settings.home, file)
    frames = [(table, frame) for table in wanted if "id" in (frame := view(book, table.key, actor)).columns]
    about = {"install": branch.settings.install, "made_at": now.isoformat(timespec="seconds"), "head": branch.store.head()}
    data = excel_out.book_of(frames, book, lang=labels or language(actor), about=about, masked=actor.role != HOUSE)
    files.export_one(file, data)
    written = {table.key: len(frame) for table, frame in frames}
    rows = sum(written.values())
    told = f"{','.join(written)}: {rows} rows → {file}" + (f" ({reason.strip()[:200]})" if reason.strip() else "")
    branch.store.private.note("export", actor.staff, told, now)
    return {"folder": str(file), "tables": written, "rows": rows}


def template(branch: Workplace, file: Path, table: str, actor: Person, labels: Lang | None = None) -> dict[str, Any]:
    """An empty workbook of one table to be filled in. It holds nothing of the branch but how its ledger is made."""
    tables = branch.book().tables
    found = table_named(tables, table)
    files.outside(branch.settings.home, file)
    files.export_one(file, excel_out.template(found, tables, labels or language(actor)))
    return {"folder": str(file), "tables": {found.key: 0}, "rows": 0}


def _allowed(branch: Workplace, book: Book, now: datetime, actor: Person, tables: Sequence[str] | None, reason: str) -> list[Table]:
    """The tables that are asked for and that this person takes out; the attempt of somebody who may not is on record."""
    known = book.tables
    wanted = [table_named(known, name) for name in tables] if tables else list(known.values())
    if actor.role == matrix.VW:
        _refused(branch, actor, ",".join(tables or ("*",)), now)
        raise NotTaken("exchange.no_export")
    if needs_reason(branch, actor) and len(reason.strip()) < SHORTEST:
        raise NotTaken("access.export_reason")
    asked, wanted = wanted, [table for table in wanted if exports(actor, table.key)]
    if tables and len(wanted) < len(asked):
        _refused(branch, actor, ",".join(table.key for table in asked if table not in wanted), now)
    return wanted


def exports(actor: Person, table: str) -> bool:
    """Whether the role takes this ledger out at all: an administrator how the branch is set up, a credit officer what is
    credit, a president nothing."""
    allowed = {matrix.ADM: matrix.CONFIG_EXPORT, matrix.CR: matrix.CREDIT_EXPORT, matrix.VW: matrix.NOTHING}.get(actor.role)
    return allowed is None or table in allowed


def needs_reason(branch: Workplace, actor: Person) -> bool:
    return actor.role in matrix.REASON and bool(branch.settings.policy.export_reason)


def export_list(branch: Workplace, table: str, rows: Collection[str], actor: Person, reason: str, now: datetime) -> bytes:
    """A list as a person sees it, as one csv file: the rows among those they may see, masked, under headings in their language;
    on record, as is the attempt of somebody who may not. Raises NotTaken."""
    book = branch.book()
    found = table_named(book.tables, table)
    if not exports(actor, found.key):
        _refused(branch, actor, found.key, now)
        raise NotTaken("exchange.no_export")
    if needs_reason(branch, actor) and len(reason.strip()) < SHORTEST:
        raise NotTaken("access.export_reason")
    seen = scoped(book, found.key, actor)
    frame = seen[among(seen["id"], rows)] if "id" in seen.columns else seen
    data = out.of_frame(found, frame, book, masked=actor.role != HOUSE, labels=language(actor))
    told = f"{found.key}: {len(frame)} rows" + (f" ({reason.strip()[:200]})" if reason.strip() else "")
    branch.store.private.note("export", actor.staff, told, now)
    return data


def _refused(branch: Workplace, actor: Any, tables: str, now: datetime) -> None:
    audit.denied(branch.store, actor, f"export {tables}", now)
