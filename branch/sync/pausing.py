"""What the sheet has refused, for a protection mostly, waits longer each time; a person who asks for it has it tried at once."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from branch.sync import arriving
from sheets.store.agreed import Agreed
from sheets.sync.placing import Heal
from sheets.sync.state import MARK, NOBODY, Note, Tab

PAUSES = (1, 5, 15, 60)  # minutes until the next try; the last one repeats
FORGOTTEN = timedelta(days=1)  # of what was not tried again for so long, nothing waits any more
PLACE = "refused"  # where it is remembered
HEADINGS = "*headings"


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a write was refused, since when and until when it rests, and how often that was."""

    code: str
    said: str
    tries: int
    since: str
    until: str


def number(row_id: str) -> str:
    """The name of what rests where a number is given to a row that stands there without one."""
    return f"#{row_id}"


def heal(one: Heal) -> str:
    """The same, of cells that are put right: apart from what was saved for their row, which may go."""
    if one.cells.get("id") is not None and not one.whole:
        return number(one.id)
    return f"!{one.id}" if one.id != NOBODY else f"!{one.row}"


def begin(agreed: Agreed, table: str, name: str, code: str, said: str, now: datetime) -> None:
    """It rests, longer than the last time."""
    known = _read(agreed)
    before = known.get(_key(table, name))
    tries = before.tries + 1 if before is not None else 1
    until = now + timedelta(minutes=PAUSES[min(tries, len(PAUSES)) - 1])
    known[_key(table, name)] = Pause(code, said, tries, now.isoformat(), until.isoformat())
    _keep(agreed, {key: one for key, one in known.items() if abs(now - datetime.fromisoformat(one.until)) < FORGOTTEN})


def end(agreed: Agreed, table: str, name: str) -> None:
    known = _read(agreed)
    if known.pop(_key(table, name), None) is not None:
        _keep(agreed, known)


def forget(agreed: Agreed) -> None:
    """All of it is tried again, and the pauses begin anew."""
    _keep(agreed, {})


def rests(agreed: Agreed, table: str, name: str, now: datetime) -> bool:
    """Whether it is not to be tried yet; also a clock that was set back tries at once."""
    one = _read(agreed).get(_key(table, name))
    return one is not None and one.since <= now.isoformat() < one.until


def told(agreed: Agreed, tab: Tab, name: str, row: int, key: str) -> Note | None:
    """What is said of a refused write that is nobody's save, as long as it is to be made; None where it was not refused."""
    one = _read(agreed).get(_key(tab.table, name))
    return note(tab, row, key, one.code, one.said) if one is not None else None


def note(tab: Tab, row: int, key: str, code: str, said: str) -> Note:
    at = arriving.address(tab, row, key)
    return Note(tab.table, at, key, at, code, {"said": said})


def first(tab: Tab, one: Heal) -> str:
    """The column by which a place to be put right is named: the first that is written."""
    marked = () if one.cells.get("id") is not None and not one.whole else (MARK,)
    places = [at for key in (*one.cells, *marked) if (at := tab.place(key)) is not None]
    return tab.layout[min(places)] if places else MARK


def _key(table: str, name: str) -> str:
    return f"{table}|{name}"


def _read(agreed: Agreed) -> dict[str, Pause]:
    text = agreed.meta.get(PLACE, "")
    return {key: Pause(**one) for key, one in json.loads(text).items()} if text else {}


def _keep(agreed: Agreed, known: dict[str, Pause]) -> None:
    text = json.dumps({key: asdict(one) for key, one in known.items()}, ensure_ascii=False) if known else ""
    if text != agreed.meta.get(PLACE, ""):
        agreed.set_meta(**{PLACE: text})
