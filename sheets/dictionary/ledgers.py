"""What the dictionary says about ledgers of the branch's own: one more, whose its rows are, what is to be true of them."""

from __future__ import annotations

import re
from dataclasses import replace

from sheets.dictionary.rows import OWN_KEY, Overlay, Row
from sheets.schema import Column, Table, condition

DAYS = ("date", "datetime")
VEILED = ("text", "long", "phone", "email", "account", "uscc", "file")
NAMES = ("text", "account", "uscc")
_NUMBER = re.compile(r"[A-Za-z0-9-]{1,12}(\{year\}|\{day\}|[A-Za-z0-9-]{1,12}){0,4}\{:0?[1-9]d\}")


def ledger(made: Overlay, row: Row) -> None:
    """A ledger of the branch's own: an id at first, its columns come by `add`."""
    if not OWN_KEY.fullmatch(row.table):
        return made.refuse(row, "table", "dictionary_key")
    if row.table in made.tables:
        return made.refuse(row, "table", "dictionary_twice")
    if not (row.zh or row.en):
        return made.refuse(row, "value_zh", "dictionary_label")
    key = Column("id", "编号", "No.", auto=True)
    made.tables[row.table] = Table(row.table, row.zh or row.en, row.en or row.zh, "own", (key,))
    return None


def parent(made: Overlay, row: Row) -> None:
    """Its rows belong to the rows that a reference names: who sees those sees these."""
    table, column = _own(made, row)
    if table is None or column is None:
        return None
    if column.kind != "ref" or _above(made, column.ref, table.key):
        return made.refuse(row, "column", "dictionary_parent")
    made.tables[table.key] = replace(table, parent=column.key)
    return None


def _above(made: Overlay, start: str, end: str) -> bool:
    """Whether the ledger, or one that it belongs to, is the one at the end: a circle."""
    here, seen = start, set[str]()
    while here and here not in seen:
        if here == end:
            return True
        seen.add(here)
        table = made.tables.get(here)
        here = table[table.parent].ref if table and table.parent else ""
    return False


def owner(made: Overlay, row: Row) -> None:
    """Whose a row is; several rows name several columns, the first of them foremost."""
    table, column = _own(made, row)
    if table is None or column is None:
        return None
    if column.kind != "staff":
        return made.refuse(row, "column", "dictionary_owner")
    made.tables[table.key] = replace(table, owners=tuple(dict.fromkeys((*table.owners, column.key))))
    return None


def called(made: Overlay, row: Row) -> None:
    """A column by which people call a row."""
    table, column = _own(made, row)
    if table is None or column is None:
        return None
    if column.kind not in NAMES or column.key == "id":
        return made.refuse(row, "column", "dictionary_called")
    made.tables[table.key] = replace(table, called=tuple(dict.fromkeys((*table.called, column.key))))
    return None


def number(made: Overlay, row: Row) -> None:
    """How rows are numbered: LP{:04d}, LP-{day}-{:03d}."""
    table = _own_table(made, row)
    if table is None:
        return None
    if not _NUMBER.fullmatch(row.value):
        return made.refuse(row, "value", "dictionary_number")
    made.tables[table.key] = replace(table, number=row.value)
    return None


def fact(made: Overlay, row: Row) -> None:
    """A day on which something has happened: none to come."""
    column = _added(made, row)
    if column is not None and column.kind not in DAYS:
        made.refuse(row, "column", "dictionary_day")
    elif column is not None:
        made.put(row, replace(column, fact=True))


def sensitive(made: Overlay, row: Row) -> None:
    """Masked in lists, files and mails: what somebody types there is a person's own."""
    column = _added(made, row)
    if column is not None and column.kind not in VEILED:
        made.refuse(row, "column", "dictionary_sensitive")
    elif column is not None:
        made.put(row, replace(column, sensitive=True))


def after(made: Overlay, row: Row) -> None:
    """A day that may not lie before another one of the same row."""
    column = _added(made, row)
    if column is None:
        return None
    if column.kind not in DAYS:
        return made.refuse(row, "column", "dictionary_day")
    earlier = made.tables[row.table].column(row.value)
    if earlier is None or earlier.kind not in DAYS or earlier.key == column.key:
        return made.refuse(row, "value", "dictionary_after")
    return made.put(row, replace(column, after=earlier.key))


def required_when(made: Overlay, row: Row) -> None:
    """Asked for while another column of the same row holds one of some codes."""
    column = _added(made, row)
    if column is None:
        return None
    key, codes = condition(row.value)
    other = made.tables[row.table].column(key)
    known = {"yes", "no"} if other and other.kind == "yesno" else {choice.code for choice in other.choices} if other else set()
    if other is None or other.key == column.key or not codes or not known.issuperset(codes):
        return made.refuse(row, "value", "dictionary_when")
    return made.put(row, replace(column, required_when=f"{key}={','.join(codes)}"))


def settled(table: Table) -> Table:
    """A ledger of the branch's own about which nothing was said: the first reference to a customer and the first person."""
    customer = next((c.key for c in table.columns if c.kind == "ref" and c.ref == "customers"), table.customer)
    owners = table.owners or tuple(c.key for c in table.columns if c.kind == "staff")[:1]
    return replace(table, customer=customer, owners=owners)


def _own_table(made: Overlay, row: Row) -> Table | None:
    """The ledger a row speaks of, when the branch made it; None after an Issue."""
    table = made.tables.get(row.table)
    if table is None:
        made.refuse(row, "table", "dictionary_table")
    elif table.key in made.core:
        made.refuse(row, "table", "dictionary_own")
        return None
    return table


def _own(made: Overlay, row: Row) -> tuple[Table | None, Column | None]:
    table = _own_table(made, row)
    return table, made.column(row) if table else None


def _added(made: Overlay, row: Row) -> Column | None:
    """The column a row speaks of, when the branch added it; None after an Issue."""
    column = made.column(row)
    if column is not None and not OWN_KEY.fullmatch(column.key):
        made.refuse(row, "column", "dictionary_own")
        return None
    return column


ACTS = {
    "ledger": ledger,
    "parent": parent,
    "owner": owner,
    "called": called,
    "number": number,
    "fact": fact,
    "sensitive": sensitive,
    "after": after,
    "required_when": required_when,
}
