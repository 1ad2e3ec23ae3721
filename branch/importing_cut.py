"""An import during which the server was stopped: whether its rows are in, told by the record of what was saved.

What runs beside the page dies with the process; a note of what was begun does not. The rows of a file are saved all or none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from branch import undo
from branch.branch import Branch
from branch.incoming import KEPT, Incoming
from branch.people import Actor
from branch.undo import Past


@dataclass(frozen=True, slots=True)
class Cut:
    """`number`: of the file as it was brought; `past`: the import as it stands on record, None where nothing was saved."""

    number: str
    file: str
    past: Past | None


def begun(branch: Branch, staff: str, brought: Incoming, now: datetime) -> None:
    """To be said before the first row is taken."""
    told = {"number": brought.number, "file": brought.name, "table": brought.table}
    branch.store.private.mark(_mark(staff), json.dumps(told), now)


def over(branch: Branch, staff: str) -> None:
    """What became of it has been told."""
    branch.store.private.unmark(_mark(staff))


def cut(branch: Branch, actor: Actor, now: datetime) -> Cut | None:
    """What became of the import that this person began and nobody told the end of; to be asked while none runs."""
    there = branch.store.private.marked(_mark(actor.staff))
    if there is None or now - there[1] > KEPT:
        return None
    told, since = json.loads(there[0]), there[1].replace(microsecond=0)
    saved = (one for one in undo.past(branch, actor) if one.staff == actor.staff and one.table == told["table"] and one.at >= since)
    return Cut(told["number"], told["file"], next(saved, None))


def _mark(staff: str) -> str:
    return f"import-begun:{staff}"
