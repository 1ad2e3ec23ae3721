"""A whole workbook that Huce has exported: read as the facts it holds, to the letter, for a branch that is still empty."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from branch import files
from sheets import dictionary
from sheets.files import out
from sheets.files.csvfile import unguard
from sheets.files.headings import REV
from sheets.schema import Column, Table
from sheets.store import Store
from sheets.store.facts import Fact, facts
from sheets.tables import TABLES
from texts import LANGS, Fault, Lang

FORMAT = 1
REST = "huce-rest.json"  # what the csv files of an export do not carry
NUMERIC = out.NUMERIC


class NotWhole(Fault):
    """A folder that is no whole export of ours, or is no longer as it was exported."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """Everything that was exported: the tables as their dictionary has them, the rows, the numbers given to rows."""

    tables: Mapping[str, Table]
    rows: Mapping[str, Sequence[Fact]]
    made_at: str
    head: str
    install: str
    numbers: Sequence[Sequence[str]] = field(default=())


def rest(store: Store, version: int) -> bytes:
    """The file beside the csv files: revisions, moments and hands of every row, unread cells, deleted rows. NotWhole when
    somebody has saved since the version was read."""
    told = store.tell()
    if told["version"] != version:
        raise NotWhole("exchange.moved_on")
    return (json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def read(folder: Path) -> Workbook | None:
    """None: a folder that no whole export has left. Raises NotWhole when one has, and it is not as it was."""
    said = files.exported(folder)
    if said is None or not said.get("whole"):
        return None
    if said.get("format") != FORMAT:
        raise NotWhole("exchange.note_newer", path=folder, format=said.get("format"))
    if name := files.sound(folder, said):
        raise NotWhole("exchange.note_differs", path=folder / name)
    labels = next((lang for lang in LANGS if lang == said.get("labels")), None)
    try:
        told = json.loads((folder / REST).read_text("utf-8"))
        live = {key: (folder / one["file"]).read_bytes().decode("utf-8-sig") for key, one in said["tables"].items()}
        made = _rows(TABLES["dictionary"], live["dictionary"], told, labels)
        tables = dictionary.overlay(TABLES, [one.cells for one in made if not one.deleted])[0]
        rows = {key: _rows(tables[key], text, told, labels) for key, text in live.items()}
    except (OSError, KeyError, ValueError, TypeError, csv.Error) as error:
        raise NotWhole("exchange.note_other", path=folder, reason=str(error)[:120]) from error
    return Workbook(tables, rows, str(said.get("made_at", "")), str(said.get("head", "")), str(said["install"]), told["numbers"])


def _rows(table: Table, text: str, told: Mapping[str, Any], labels: Lang | None) -> list[Fact]:
    known = {out.heading(column, labels): column for column in (*table.columns, REV)}
    head, *lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns = [known[name] for name in head]
    found = {(cells := _cells(columns, line))["id"]: cells for line in lines}
    if len(found) < len(lines):
        raise ValueError(table.key)
    return facts(table, found, told["rows"][table.key])


def _cells(columns: Sequence[Column], line: Sequence[str]) -> dict[str, str]:
    pairs = zip(columns, line, strict=True)
    return {c.key: cell if c.kind in NUMERIC else unguard(cell) for c, cell in pairs if c.key != REV.key}
