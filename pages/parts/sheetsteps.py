"""Whether a spreadsheet can be used: one step after the other, and what to do about the first that fails."""

from __future__ import annotations

from dataclasses import dataclass

from branch.branch import Branch
from branch.sync import connecting, foreign
from sheets.google import GoogleSheet
from sheets.spreadsheet import About, SheetFault, Window

STEPS = ("key", "reach", "clock", "accepted", "api", "shared")
# What each fault says about; every other one is of the last step: Google answered, and would not let us at the sheet.
_STEP = {
    "google.key_none": "key", "google.key_missing": "key", "google.key_bad": "key", "google.key_kind": "key",
    "google.away": "reach", "google.busy": "reach", "google.lost": "reach",
    "google.clock": "clock", "google.key_refused": "accepted", "google.scope": "accepted", "google.disabled": "api",
}  # fmt: skip
HEADS = 12  # headings of a tab that the preview names
# Changes nothing, and is refused like any write to whoever may only read.
_NO_CHANGE = {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataKey": "huce.nothing"}}}}


@dataclass(frozen=True, slots=True)
class Tried:
    """`failed`: the step that did, "" when all is well. `tabs` as they stand: title, ledger, headings."""

    failed: str = ""
    fault: SheetFault | None = None
    title: str = ""
    tabs: tuple[tuple[str, str, str], ...] = ()


def step_of(fault: SheetFault) -> str:
    return _STEP.get(fault.code, "shared")


def attempt(branch: Branch, link: str) -> Tried:
    """Asks Google; nothing is written."""
    try:
        sheet = connecting.open_sheet(branch, link)
        about = sheet.about()
        sheet.build([_NO_CHANGE])
        return Tried(title=about.title, tabs=preview(branch, sheet, about))
    except SheetFault as fault:
        return Tried(step_of(fault), fault)


def preview(branch: Branch, sheet: GoogleSheet, about: About) -> tuple[tuple[str, str, str], ...]:
    """What is in the spreadsheet, tab by tab; those that hold nothing are left out."""
    known, headed = dict(about.tables), {}
    if not known:  # the branch's own: which ledger a tab is, its headings tell, and these need not stand in its first row
        numbers = {one.title: one.number for one in about.sheets}
        tabs = foreign.find(branch, sheet, about)
        known = {numbers[one.title]: one.table for one in tabs}
        headed = {numbers[one.title]: one.rows[one.header] for one in tabs if one.table}
    heads = sheet.read([Window(one.number, 0, 3) for one in about.sheets])
    found = []
    for one, rows in zip(about.sheets, heads, strict=True):
        first = next((row for row in rows if any(row)), [])
        words = [str(cell) for cell in headed.get(one.number, first) if cell is not None]
        if words and not one.hidden:
            told = "、".join(words[:HEADS]) + ("…" if len(words) > HEADS else "")
            found.append((one.title, known.get(one.number, ""), told))
    return tuple(found)
