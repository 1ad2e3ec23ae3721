"""Every check of every ledger of a book, also of those that the branch added."""

from __future__ import annotations

from collections.abc import Iterator

from branch.checks import columns, ledgers, rivals
from branch.checks.check import Check
from sheets.book import Book


def every(book: Book) -> Iterator[Check]:
    yield from ledgers.CHECKS
    for table in book.tables.values():
        yield from columns.of_table(table, book)
        yield from rivals.of_table(table)


def of(table: str, book: Book) -> list[Check]:
    """Those of one ledger."""
    return [
        *(check for check in ledgers.CHECKS if check.table == table),
        *columns.of_table(book.tables[table], book),
        *rivals.of_table(book.tables[table]),
    ]
