"""The hidden sheet of a workbook that Huce wrote: who made it, and which column each heading was, so that it comes back to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sheets.cells.reading import typed
from sheets.schema import Issue, Table

TITLE = "huce"  # of the hidden sheet
CHOICES = "huce choices"  # of the other one, with the words of the dropdowns
FORMAT = "1"
SAMPLE = ("示例（本行不导入）", "Sample (this row is not imported)")  # in the first cell of the one row of a template that is none


@dataclass(frozen=True, slots=True)
class Origin:
    """What stands there: `about` the file, and by the title of each sheet its table and the columns it had then.

    Columns are key → heading; one with "" was left out of the sheet.
    """

    about: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def rows(origin: Origin) -> list[list[str]]:
    """The cells of the hidden sheet."""
    return [
        [TITLE, FORMAT],
        *([key, value] for key, value in origin.about.items()),
        *(["column", title, origin.tables[title], key, head] for title, had in origin.columns.items() for key, head in had.items()),
    ]


def read(grid: Iterable[Sequence[object]]) -> Origin | None:
    """What the hidden sheet says; None when it is not ours, or of a later program."""
    lines = [[typed(cell) for cell in cells] for cells in grid]
    if not lines or lines[0][:2] != [TITLE, FORMAT]:
        return None
    about: dict[str, str] = {}
    tables: dict[str, str] = {}
    columns: dict[str, dict[str, str]] = {}
    for line in lines[1:]:
        if line[0] == "column" and len(line) > 4:
            tables[line[1]] = line[2]
            columns.setdefault(line[1], {})[line[3]] = line[4]
        elif line[0]:
            about[line[0]] = line[1]
    return Origin(about, tables, columns)


def stale(table: Table, had: Mapping[str, str], cell: str) -> list[Issue]:
    """What is different now from when the sheet was made: columns that came, that went; told once."""
    came = [column.zh for column in table.columns if column.key not in had and not column.auto]
    went = [head or key for key, head in had.items() if key != "rev" and table.column(key) is None]
    if not came and not went:
        return []
    values = {"came": "、".join(came) or "—", "went": "、".join(went) or "—"}
    return [Issue(table.key, "", "", cell, "template_stale", warning=True, values=values)]
