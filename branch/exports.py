"""Ledgers and lists out as csv files: who may take out what, for which reason, and on record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from branch import audit, files, matrix, workbook
from branch.exchange import HOUSE, NotTaken, Person, View, Workplace, language, scoped, table_named
from sheets.files import out
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
    frame = seen[seen["id"].isin(set(rows))] if "id" in seen.columns else seen
    data = out.of_frame(found, frame, book, masked=actor.role != HOUSE, labels=language(actor))
    told = f"{found.key}: {len(frame)} rows" + (f" ({reason.strip()[:200]})" if reason.strip() else "")
    branch.store.private.note("export", actor.staff, told, now)
    return data


def _refused(branch: Workplace, actor: Any, tables: str, now: datetime) -> None:
    audit.denied(branch.store, actor, f"export {tables}", now)
