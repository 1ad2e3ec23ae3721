"""What the dictionary adds to the ledgers gets its tab and its column in the sheet; nothing that stands there is moved."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from branch.branch import Branch
from sheets.spreadsheet import About, Spreadsheet
from sheets.store.agreed import Agreed
from sheets.sync.state import INSERT, Intent, Tab
from sheets.tabs import build, plan


def grow(branch: Branch, sheet: Spreadsheet, agreed: Agreed, masked: Collection[tuple[str, str]], now: datetime) -> None:
    """Makes the tabs and columns that are missing, in one request; asks Google nothing where none is."""
    lang, tables = branch.settings.lang, branch.book().tables
    planned = [tab for tab in plan.planned(tables, lang, masked=masked) if not tab.table.startswith("_")]
    fresh = [tab for tab in planned if tab.table not in agreed.tabs]
    wider = {tab.table: lacking for tab in planned if (lacking := _lacking(tab, agreed.tabs.get(tab.table)))}
    if not fresh and not wider:
        return
    about = sheet.about()
    fresh = [apart(tab, about) for tab in fresh if tab.table not in about.tables.values()]
    requests: list[dict[str, Any]] = build.requests(fresh, lang, account=sheet.account) if fresh else []
    for tab in planned:
        there = agreed.tabs.get(tab.table)
        one = about.sheet(there.sheet) if there is not None else None
        if tab.table not in wider or there is None or one is None:
            continue
        columns = [(one.columns + n, column) for n, column in enumerate(wider[tab.table])]
        requests.append({"appendDimension": {"sheetId": there.sheet, "dimension": "COLUMNS", "length": len(columns)}})
        requests += build.column_requests(_numbered(tab, there.sheet), columns, lang)
        gap = one.columns - len(there.layout)
        layout = (*there.layout, *[""] * gap, *(column.key for _, column in columns))
        headings = (*there.headings, *[""] * gap, *(column.heading for _, column in columns))
        agreed.set_tab(Tab(there.table, there.sheet, there.title, there.header, layout, headings, there.paused, there.rows, there.weight))
    if requests:
        sheet.build(requests)
    for tab in fresh:
        agreed.set_tab(new_tab(tab))
        for row in branch.book().frame(tab.table)["id"].astype(str):
            agreed.set_intent(Intent(tab.table, row, INSERT, now))
    agreed.save()


def new_tab(tab: plan.Tab, rows: int = 0) -> Tab:
    """A tab as it is remembered when it has just been built."""
    keys, headings = tuple(one.key for one in tab.columns), tuple(one.heading for one in tab.columns)
    return Tab(tab.table, tab.sheet_id, tab.title, 0, keys, headings, "", rows + 1)


def apart(tab: plan.Tab, about: About) -> plan.Tab:
    """The tab under a name that no tab of the spreadsheet bears."""
    taken, title, number = {one.title.casefold() for one in about.sheets}, tab.title, 1
    while title.casefold() in taken:
        number += 1
        title = f"{tab.title} {number}"
    return replace(tab, title=title)


def _numbered(tab: plan.Tab, sheet: int) -> plan.Tab:
    return replace(tab, sheet_id=sheet)


def _lacking(tab: plan.Tab, there: Tab | None) -> list[plan.TabColumn]:
    """Columns that the dictionary has added. One that a person deleted in the sheet is not made again behind their back."""
    if there is None:
        return []
    return [column for column in tab.columns if column.key not in there.layout and column.key.startswith("x_")]
