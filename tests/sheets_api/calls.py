"""A request on one spreadsheet, as the parts of the API take it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.sheets_api.errors import unknown_name
from tests.sheets_api.grid import Area, Spreadsheet, Tab


@dataclass
class Call:
    """A request on one spreadsheet, on a copy of it: who asks, in which year, with which parameters and body."""

    book: Spreadsheet
    who: str
    year: int
    params: dict[str, list[str]] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)

    def param(self, name: str, default: str = "") -> str:
        return self.params.get(name, [default])[-1]

    def known(self, *names: str) -> None:
        """Raises Refused at a name in the body that the API does not have."""
        for name in self.body:
            if name not in names:
                raise unknown_name(name, "")

    def flat(self) -> dict[str, str]:
        """The last value of each parameter."""
        return {name: values[-1] for name, values in self.params.items()}

    def tab(self, area: Area) -> Tab:
        """The tab an area lies on."""
        found = self.book.tab(area.sheet)
        assert found is not None
        return found
