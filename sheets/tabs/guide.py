"""What the first tab says: how to edit the spreadsheet without hurting anybody's work, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from sheets.tabs.plan import RESPONSES, Tab
from texts import Lang, say

# Each heading with the sentences below it.
CHAPTERS: Mapping[str, tuple[str, ...]] = {
    "title": ("about",),
    "who": ("who_sees", "who_held", "who_responses"),
    "edit": ("edit_cells", "edit_percent", "edit_columns"),
    "add": ("add_row", "add_copy"),
    "delete": ("delete_row", "delete_tab"),
    "sort": ("sort_rows", "sort_view", "sort_color"),
    "ids": ("ids_keep",),
    "issues": ("issues_told", "conflict"),
    "ask": ("ask_admin",),
}


def guide_rows(lang: Lang, tabs: tuple[Tab, ...] = ()) -> list[list[str]]:
    """The rows of the tab, one cell each, a blank one before each heading but the first.

    `tabs`: those of the spreadsheet, whose names the sentences use.
    """
    found: list[list[str]] = []
    for head, lines in CHAPTERS.items():
        found += [[""]] if found else []
        found += [[_said(word, lang, tabs)] for word in (head, *lines)]
    return found


def headings(lang: Lang, tabs: tuple[Tab, ...] = ()) -> frozenset[str]:
    """Those of the rows that are headings."""
    return frozenset(_said(word, lang, tabs) for word in CHAPTERS)


def _said(word: str, lang: Lang, tabs: tuple[Tab, ...]) -> str:
    responses = next((tab.title for tab in tabs if tab.table == RESPONSES), say("sheet.responses", lang))
    words = {
        "responses": responses,
        "issue": say("sheet.issue", lang),
        "deleted": say("sheet.deleted", lang),
        "yes": say("cells.yes", lang),
    }
    return say(f"sheet.guide.{word}", lang, **words)
