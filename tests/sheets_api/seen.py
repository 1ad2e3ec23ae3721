"""What stands in a spreadsheet, as people see it; and what they do not see: metadata and protections."""

from __future__ import annotations

from typing import Any

from tests.sheets_api import entering, metadata, reading
from tests.sheets_api.grid import COLUMNS, Area, Formula, Look, Protection, Spreadsheet, Tab
from tests.sheets_api.ranges import cell_at, letters_of


class Seen:
    """The reading half of a `Book`: titles of tabs and addresses in, plain values out."""

    state: Spreadsheet  # never changed, only replaced: it can be read while others write

    @property
    def id(self) -> str:
        return self.state.id

    @property
    def title(self) -> str:
        return self.state.title

    @property
    def link(self) -> str:
        return f"https://docs.google.com/spreadsheets/d/{self.id}/edit"

    @property
    def tabs(self) -> list[str]:
        """Titles in their order."""
        return [tab.title for tab in self.state.tabs]

    @property
    def hidden(self) -> list[str]:
        """Titles of the tabs that are hidden."""
        return [tab.title for tab in self.state.tabs if tab.hidden]

    @property
    def locale(self) -> str:
        return self.state.locale

    @property
    def zone(self) -> str:
        return self.state.zone

    def cells(self, tab: str) -> list[list[Any]]:
        """Unformatted values by row, "" for an empty cell, trimmed at the end."""
        found = self.tab(tab)
        return reading.grid_of(found, Area(found.id), reading.Reading(reading.UNFORMATTED))

    def cell(self, tab: str, a1: str) -> Any:
        """The unformatted value of one cell, "" for an empty one."""
        value = self.tab(tab).value(*cell_at(a1))
        return "" if value is None else value

    def formula(self, tab: str, a1: str) -> str:
        """What stands in the formula bar, "" for an empty cell."""
        row, column = cell_at(a1)
        value = self.tab(tab).rows[row].value(column)
        return value.text if isinstance(value, Formula) else entering.shown(value, Look())

    def shown(self, tab: str, a1: str) -> str:
        """A cell as a person sees it."""
        return entering.shown(self.tab(tab).value(*cell_at(a1)), self._look(tab, a1))

    def format(self, tab: str, a1: str) -> dict[str, Any]:
        return dict(self._look(tab, a1).format)

    def note(self, tab: str, a1: str) -> str:
        return self._look(tab, a1).note

    def validation(self, tab: str, a1: str) -> dict[str, Any] | None:
        found = self._look(tab, a1).validation
        return None if found is None else dict(found)

    def looks(self, tab: str) -> dict[str, Look]:
        """Address → format, note and rule, for every cell that has one."""
        rows = enumerate(self.tab(tab).rows, 1)
        return {f"{letters_of(column)}{number}": look for number, row in rows for column, look in sorted(row.looks.items())}

    def formats(self, tab: str) -> dict[str, dict[str, Any]]:
        return {a1: dict(look.format) for a1, look in self.looks(tab).items() if look.format}

    def notes(self, tab: str) -> dict[str, str]:
        return {a1: look.note for a1, look in self.looks(tab).items() if look.note}

    def validations(self, tab: str) -> dict[str, dict[str, Any]]:
        return {a1: dict(look.validation) for a1, look in self.looks(tab).items() if look.validation}

    def protections(self, tab: str) -> list[Protection]:
        return list(self.tab(tab).protections)

    def conditions(self, tab: str) -> list[dict[str, Any]]:
        """The rules of conditional formats."""
        return list(self.tab(tab).conditions)

    def metadata(self, tab: str | None = None) -> list[dict[str, Any]]:
        """Developer metadata as the API gives it: of a tab with its rows and columns, or all."""
        sheet = None if tab is None else self.tab(tab).id
        return [metadata.shown(one) for one in self.state.metadata if sheet is None or one.sheet == sheet]

    def columns_marked(self, tab: str, key: str) -> dict[str, str]:
        """Value → letters of the columns that carry metadata of this key."""
        sheet = self.tab(tab).id
        found = [one for one in self.state.metadata if (one.sheet, one.place, one.key) == (sheet, "COLUMN", key)]
        return {one.value: letters_of(one.index) for one in found}

    def frozen(self, tab: str) -> int:
        """How many rows stay in sight."""
        return self.tab(tab).frozen_rows

    def size(self, tab: str) -> tuple[int, int]:
        """Rows and columns of the grid."""
        found = self.tab(tab)
        return len(found.rows), found.columns

    def sizes(self, tab: str, dimension: str = COLUMNS) -> dict[int, dict[str, Any]]:
        """Widths, or heights, and what is hidden, by index from 0."""
        return dict(self.tab(tab).sizes[dimension])

    def sheet_id(self, tab: str) -> int:
        return self.tab(tab).id

    def tab(self, title: str) -> Tab:
        """The tab itself. Raises KeyError."""
        found = self.state.titled(title)
        if not found:
            raise KeyError(title)
        return found

    def _look(self, tab: str, a1: str) -> Look:
        row, column = cell_at(a1)
        return self.tab(tab).rows[row].look(column)
