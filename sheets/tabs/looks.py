"""How a tab looks: number formats, widths and colours, by the kind of a column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheets.schema import Kind

# What is not named is plain text: a sheet then leaves 0012, 3-5 and 1e5 as they are typed. So are percentages: of 5%
# a sheet would keep 0.05, and of 150% the figure 1.5, which nobody could tell from one and a half percent.
_TEXT = ("TEXT", "@")
_FORMATS: Mapping[Kind, tuple[str, str]] = {
    "date": ("DATE", "yyyy-mm-dd"),
    "datetime": ("DATE_TIME", "yyyy-mm-dd hh:mm"),
    "money": ("NUMBER", "#,##0.00####"),
    "integer": ("NUMBER", "0"),  # a year is none with a comma in it
    "monthday": ("NUMBER", "0"),
}
USUAL, WIDTH, LONG, GUIDE_WIDTH = 100, 140, 260, 900  # pixels; the first is what a sheet gives by itself
_NARROW: frozenset[Kind] = frozenset({"date", "integer", "monthday", "yesno", "percent"})

HEADER, HEADER_FILLED, WRONG = "#DCE6F2", "#E8E8E8", "#FCE8E6"  # what Huce fills is grey; a row with a problem light red


def number_format(kind: Kind) -> dict[str, str]:
    """Sheets' NumberFormat of a kind. It is written again with a value that goes where nothing was formatted."""
    name, pattern = _FORMATS.get(kind, _TEXT)
    return {"type": name, "pattern": pattern}


def width(kind: Kind) -> int:
    """Pixels."""
    return USUAL if kind in _NARROW else LONG if kind == "long" else WIDTH


def color(code: str) -> dict[str, Any]:
    """ "#FF8000" as Sheets' ColorStyle."""
    red, green, blue = (round(int(code[at : at + 2], 16) / 255, 4) for at in (1, 3, 5))
    return {"rgbColor": {"red": red, "green": green, "blue": blue}}
