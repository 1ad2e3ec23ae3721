"""Every ledger of the scheme (domain forms 4.0–4.15), in the order in which a branch reads them."""

from __future__ import annotations

from sheets.late import with_column
from sheets.schema import Table
from sheets.tables import branch, credit, customers, deposits, fees, leading, loans, opportunities, people, plans, visits, work

TABLES: dict[str, Table] = {
    table.key: with_column(table)
    for room in (customers, visits, plans, leading, opportunities, deposits, credit, loans, fees, people, work, branch)
    for table in room.TABLES
}
CHANGES = work.CHANGES
