"""Where the table of a tab begins, and which column stands at which place; columns are known by their metadata, not by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sheets.spreadsheet import Raw, Rows
from sheets.sync.state import MARK, OWN, Base, Tab, cell, read_mark

LOOKED_AT = 10  # rows from the top in which headings are looked for


def header_row(tab: Tab, rows: Rows) -> int | None:
    """The row with most of the headings that were there; None where not half of them stand in one row."""
    known = {heading for heading in tab.headings if heading}
    scores = [len(known & {str(one) for one in row if one is not None}) for row in rows[:LOOKED_AT]]
    best = max(scores, default=0)
    return scores.index(best) if best and 2 * best >= len(known) else None


def unmoved(tab: Tab, row: Sequence[Raw]) -> bool:
    """Whether the headings stand as they stood, each in its place."""
    return _bare(str(one) if one is not None else "" for one in row) == _bare(tab.headings)


def hit(tab: Tab, row: Sequence[Raw]) -> dict[int, str]:
    """The headings into which a write of ours has fallen: what belongs there, by place. {} when a person changed them."""
    if read_mark(cell(row, tab.place(MARK))) is None:
        return {}
    return {n: heading for n, heading in enumerate(tab.headings) if heading != str(cell(row, n) or "")}


def relaid(tab: Tab, header: int, row: Sequence[Raw], columns: Mapping[int, str], *, certain: bool = False) -> Tab | None:
    """The tab with its columns where they are now. `columns`: place → key, as the metadata says.

    None when the two may not have been read at one moment: a heading that is known stands above another column. Where it
    still does so at a second look (`certain`), somebody has written it there.
    """
    names = {heading: key for key, heading in zip(tab.layout, tab.headings, strict=True) if heading}
    headings = tuple(str(one) if one is not None else "" for one in row)
    size = max([len(headings), *(place + 1 for place in columns)])
    headings += ("",) * (size - len(headings))
    layout: list[str] = []
    for place, heading in enumerate(headings):
        key = columns.get(place)
        if not certain and key is not None and names.get(heading, key) != key and not names.get(heading, key).startswith(OWN):
            return None
        layout.append(key if key is not None else _own(heading, place, layout))
    old = {key: heading for key, heading in zip(tab.layout, tab.headings, strict=True) if key and not key.startswith(OWN)}
    lost = {key: heading for key, heading in {**tab.lost, **old}.items() if key not in layout}
    return replace(tab, header=header, layout=tuple(layout), headings=headings, lost=lost)


def _own(heading: str, place: int, taken: Sequence[str]) -> str:
    """What a column of the branch's own is called."""
    key = f"{OWN}{heading}"
    return key if heading and key not in taken else f"{OWN}{heading}@{place}"


def moved(base: Base, old: Tab, new: Tab) -> Base:
    """A row of the old layout in the order of the new one; what stood in columns that are gone is kept for their return."""
    there = {key: cell(base.cells, place) for place, key in enumerate(old.layout)}
    known = {**base.lost, **there}
    lost = {key: known[key] for key in new.lost if known.get(key) is not None}
    return replace(base, cells=tuple(known.get(key) for key in new.layout), lost=lost)


def repeated(tab: Tab, row: Sequence[Raw]) -> bool:
    """Whether a row is the headings once more."""
    filled = [(place, one) for place, one in enumerate(row) if one is not None]
    return len(filled) > 1 and all(place < len(tab.headings) and str(one) == tab.headings[place] for place, one in filled)


def twice(tab: Tab) -> dict[str, tuple[int, ...]]:
    """Headings that stand above more than one column, one of Huce's among them, and where."""
    found: dict[str, list[int]] = {}
    for place, heading in enumerate(tab.headings):
        if heading:
            found.setdefault(heading, []).append(place)
    return {
        heading: tuple(places)
        for heading, places in found.items()
        if len(places) > 1 and any(not tab.layout[place].startswith(OWN) for place in places)
    }


def _bare(headings: Iterable[str]) -> tuple[str, ...]:
    """Without the blank ones at the end, which a sheet leaves out."""
    found = list(headings)
    while found and not found[-1]:
        found.pop()
    return tuple(found)
