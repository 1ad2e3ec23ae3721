"""The file a person has brought, and what they have decided about it, kept in the home until it is taken or a day has passed.

One file a person, of limited size, for the owner of the home only: a reload, a change of page or a restart loses nothing.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from branch import files
from branch.branch import Branch
from branch.exchange import LARGEST, NotTaken
from sheets.files.comparison import Blanks
from sheets.files.mending import Decisions

FOLDER = "incoming"
KEPT = timedelta(days=1)
MEGABYTE = 1_048_576


@dataclass(frozen=True, slots=True)
class Incoming:
    """`number` changes with every file, `sheet` is the title of the one chosen of a book, "" while none is."""

    number: str
    name: str
    table: str
    sheet: str = ""
    step: str = "file"
    blanks: Blanks = "keep"
    decided: Decisions = field(default_factory=Decisions)


def place(branch: Branch, staff: str) -> Path:
    """Where a person's file lies."""
    home: Path = branch.settings.home
    return home / FOLDER / hashlib.sha256(staff.encode()).hexdigest()[:24]


def bring(branch: Branch, staff: str, table: str, name: str, data: bytes, now: datetime) -> Incoming:
    """Takes a file in, in place of the last one. Raises NotTaken for one that is too large, HomeFault where it cannot be kept."""
    if len(data) > LARGEST * MEGABYTE:
        raise NotTaken("exchange.too_large", path=name, size=round(len(data) / MEGABYTE), most=LARGEST)
    tidy(branch, now)
    there = place(branch, staff)
    files.folder(there)
    files.write_bytes(there / "file", data)
    brought = Incoming(hashlib.sha256(f"{now.isoformat()}{name}".encode() + data).hexdigest()[:16], name, table)
    keep(branch, staff, brought, now)
    return brought


def keep(branch: Branch, staff: str, brought: Incoming, now: datetime) -> None:
    """Writes down what was decided; the moment counts as the last time somebody was at it."""
    made = brought.decided
    told = {
        "number": brought.number, "name": brought.name, "table": brought.table, "sheet": brought.sheet, "step": brought.step,
        "blanks": brought.blanks, "at": now.isoformat(), "header": made.header,
        "columns": [[index, *target] for index, target in made.columns.items()],
        "units": [[index, unit] for index, unit in made.units.items()],
        "values": [[index, raw, value] for (index, raw), value in made.values.items()],
        "rows": sorted(made.rows), "silent": sorted(made.silent),
    }  # fmt: skip
    files.write(place(branch, staff) / "decided.json", json.dumps(told, ensure_ascii=False))


def found(branch: Branch, staff: str, now: datetime) -> Incoming | None:
    """What a person has brought, None when there is nothing or it has lain too long."""
    told = _told(place(branch, staff))
    if told is None or now - datetime.fromisoformat(told["at"]) > KEPT:
        return None
    made = Decisions(
        told["header"],
        {index: (table, column) for index, table, column in told["columns"]},
        dict(told["units"]),
        {(index, raw): value for index, raw, value in told["values"]},
        frozenset(told["rows"]),
        frozenset(told["silent"]),
    )
    return Incoming(told["number"], told["name"], told["table"], told["sheet"], told["step"], told["blanks"], made)


def data(branch: Branch, staff: str) -> bytes:
    """The file as it was brought."""
    try:
        return (place(branch, staff) / "file").read_bytes()
    except OSError as error:
        raise files.fault(error, place(branch, staff)) from error


def drop(branch: Branch, staff: str) -> None:
    shutil.rmtree(place(branch, staff), ignore_errors=True)


def tidy(branch: Branch, now: datetime) -> None:
    """Takes away what nobody has been at for a day."""
    home: Path = branch.settings.home
    for there in (home / FOLDER).glob("*"):
        told = _told(there)
        if told is None or now - datetime.fromisoformat(told["at"]) > KEPT:
            shutil.rmtree(there, ignore_errors=True)


def decide(brought: Incoming, **changed: Any) -> Incoming:
    """The same file with something decided otherwise."""
    return replace(brought, decided=replace(brought.decided, **changed))


def _told(there: Path) -> Mapping[str, Any] | None:
    try:
        told = json.loads((there / "decided.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) and "at" in told else None
