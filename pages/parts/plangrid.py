"""The two grids of an annual plan, targets and actions: rows to text for the grid, and text back to edits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pages.parts import fields, grid
from pages.parts.desk import Desk
from pages.parts.grid import Changed, GridColumn
from pages.parts.names import is_blank
from pages.parts.shown import cell
from sheets.numbers import placeholder
from sheets.schema import Column, Edit, Table
from texts import say

# A target holds an amount in 万元, a share in percent with its decimals, or a count.
AMOUNTS = {"last": "last_actual", "goal": "goal", "actual": "actual"}
NUMBERS = {"last": "last_number", "goal": "goal_number", "actual": "actual_number"}
SHARES = {"last": "last_share", "goal": "goal_share", "actual": "actual_share"}
KEYS = {"wan": AMOUNTS, "percent": SHARES, "count": NUMBERS}
PERCENT, COUNT = {"deposit_share"}, {"payroll", "ebank", "accounts"}


def unit_of(target: str, unit: object) -> str:
    if not is_blank(unit):
        return str(unit)
    return "percent" if target in PERCENT else "count" if target in COUNT else "wan"


def targets(desk: Desk, plan: str) -> pd.DataFrame:
    """One line for every kind of target, filled or not."""
    table = desk.tables["plan_targets"]
    rows = desk.rows("plan_targets")
    held: dict[str, Mapping[str, Any]] = {
        str(r["target"]): r
        for r in rows[rows["plan"].astype("str") == plan].to_dict("records")  # type: ignore[misc]
    }
    lines = []
    for choice in table["target"].choices:
        row: Mapping[str, Any] = held.get(choice.code, {})
        unit = unit_of(choice.code, row.get("unit"))
        keys = KEYS.get(unit, NUMBERS)
        line = {name: cell(desk, table[key], row.get(key)) for name, key in keys.items()}
        if unit == "percent":  # a whole percent, as it was kept before shares had decimals
            line |= {name: cell(desk, table[key], row.get(key)) for name, key in NUMBERS.items() if not line[name]}
        lines.append(
            line
            | {
                "id": str(row.get("id", "")),
                "target": choice.code,
                "name": choice.label(desk.lang),
                "unit": unit,
                "measure": table["unit"].choice(unit).label(desk.lang),
                "note": cell(desk, table["note"], row.get("note")),  # type: ignore[union-attr]
                "done": _share(row.get(keys["actual"]), row.get(keys["goal"])),
            }
        )
    return pd.DataFrame(lines, dtype="str")


def target_lines(desk: Desk) -> list[GridColumn]:
    word = desk.plainly
    return [
        GridColumn("name", word("plans.target"), fixed=True),
        GridColumn("measure", word("plans.unit"), fixed=True),
        GridColumn("last", word("plans.last"), number=True),
        GridColumn("goal", word("plans.goal"), number=True),
        GridColumn("actual", word("plans.actual"), number=True),
        GridColumn("done", word("plans.done"), fixed=True, width="small", number=True),
        GridColumn("note", word("plans.note"), width="medium"),
    ]


def target_edits(desk: Desk, plan: str, name: str) -> tuple[list[Edit], list[str], list[str]]:
    """Edits, faults, and one line of words for each change (for the amendment)."""
    table = desk.tables["plan_targets"]
    edits: list[Edit] = []
    faults: list[str] = []
    words: list[str] = []
    rows = desk.rows("plan_targets")
    there = {str(row["target"]): str(row["id"]) for row in rows[rows["plan"].astype("str") == plan].to_dict("records")}
    for change in grid.pending(name):
        line = grid.base(name).iloc[change.place or 0]
        keys = KEYS.get(str(line["unit"]), NUMBERS)
        columns = {key: table[keys.get(key, key)] for key in change.cells if key in {*keys, "note"}}
        values = _values(desk, table.key, change, columns, faults, str(line["name"]))
        words += [_said(desk, str(line["name"]), columns[key], str(line[key]), change.cells[key]) for key in columns]
        row = str(line["id"]) or there.get(str(line["target"]), "")  # somebody may have filled the line meanwhile
        edits.append(_edit(name, table, row, values, {"plan": plan, "target": line["target"], "unit": line["unit"]}))
    return edits, faults, words


def actions(desk: Desk, plan: str) -> pd.DataFrame:
    table = desk.tables["plan_actions"]
    rows = desk.rows("plan_actions")
    mine = rows[rows["plan"].astype("str") == plan]
    lines = [{key: cell(desk, table[key], row.get(key)) for key in ACTIONS} | {"id": str(row["id"])} for row in mine.to_dict("records")]
    return pd.DataFrame(lines, columns=[*ACTIONS, "id"], dtype="str")


ACTIONS = ("period", "action", "owner", "due_on", "standard", "support", "status", "done_on")


def action_lines(desk: Desk) -> list[GridColumn]:
    table = desk.tables["plan_actions"]
    options = {"owner": tuple(fields.people(desk).values()), "status": tuple(c.label(desk.lang) for c in table["status"].choices)}
    wide = {"action": "large", "standard": "medium", "support": "medium"}
    return [GridColumn(key, table[key].label(desk.lang), options.get(key, ()), width=wide.get(key)) for key in ACTIONS]


def action_edits(desk: Desk, plan: str, name: str) -> tuple[list[Edit], list[str], list[str]]:
    table = desk.tables["plan_actions"]
    people = {label: key for key, label in fields.people(desk).items()}
    edits: list[Edit] = []
    faults: list[str] = []
    words: list[str] = []
    for change in grid.pending(name):
        line = grid.base(name).iloc[change.place] if change.place is not None else None
        cells = {key: people.get(text, text) if key == "owner" else text for key, text in change.cells.items()}
        columns = {key: table[key] for key in cells if key in ACTIONS}
        label = cells.get("action") or (str(line["action"]) if line is not None else "")
        values = _values(desk, table.key, Changed(change.place, cells), columns, faults, label)
        if not label:
            faults.append(say("screen.plans.action_blank", desk.lang))
        words += [_said(desk, label, columns[key], "" if line is None else str(line[key]), change.cells[key]) for key in columns]
        edits.append(_edit(name, table, "" if line is None else str(line["id"]), values, {"plan": plan}))
    return edits, faults, words


def _values(desk: Desk, table: str, change: Changed, columns: Mapping[str, Column], faults: list[str], label: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, column in columns.items():
        text = change.cells[key].replace("%", "") if column.kind == "integer" else change.cells[key]
        reading = fields.typed(column, text)
        if reading.code and not reading.warning:
            faults.append(f"{label} · {column.label(desk.lang)}: {fields.reason(desk, table, column, reading)}")
        else:
            values[column.key] = reading.value
    return values


def stored(desk: Desk, part: str, row: str) -> dict[str, Any] | None:
    """A row of a grid as it stands."""
    found = desk.row("plan_targets" if part == "targets" else "plan_actions", row)
    return None if found is None else {key: fields.own(value) for key, value in found.items()}


def _edit(name: str, table: Table, row: str, values: dict[str, Any], born: dict[str, Any]) -> Edit:
    """Compared with the row as it stood when the grid was opened, so that a colleague's change since then is not lost."""
    if not row:
        return Edit(table.key, placeholder(), None, born | {key: value for key, value in values.items() if value is not None})
    return Edit(table.key, row, grid.before(name, row) or {}, values)


def _said(desk: Desk, label: str, column: Column, old: str, new: str) -> str:
    return f"{label} · {column.label(desk.lang)}: {old or '—'} → {new or '—'}"


def _share(actual: Any, goal: Any) -> str:
    return "" if is_blank(actual) or is_blank(goal) or not goal else f"{float(actual) / float(goal):.0%}"
