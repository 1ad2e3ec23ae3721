"""What the terminal does with the Google sheet: moves in, moves out, keeps in step, and what it says about it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from branch import clock
from branch.branch import Branch
from branch.sync import connecting
from jobs.sheet import SheetJob
from sheets import google, google_faults
from sheets.spreadsheet import SheetFault
from sheets.sync.state import HELD
from texts import LANGS, Fault, Lang, say

Warn = Callable[[str], None]
PATIENCE = 20  # seconds in which another process at work on the sheet comes to its end


def check(link: str, key_file: Path | None) -> None:
    """What can be known of a link and a key without asking Google. Raises SheetFault."""
    google.key_of(link)
    if key_file is not None:
        google_faults.key(key_file)


def move_in(branch: Branch, link: str, key_file: Path | None, warn: Warn, *, adopt: bool = False) -> dict[str, Any]:
    """From now on the ledgers are held in this spreadsheet: see connecting.connect. Says first where the data goes."""
    check(link, key_file)
    warn("\n".join(_abroad(branch, lang) for lang in LANGS))
    with connecting.alone(branch, _holder()):
        return connecting.connect(branch, connecting.open_sheet(branch, link, key_file), adopt=adopt, key_file=key_file)


def connected(done: Mapping[str, Any], lang: Lang) -> str:
    return say("cli.connected", lang, tabs=len(done["tabs"]), rows=done["rows"], **done["requests"])


def move_out(branch: Branch, warn: Warn) -> dict[str, Any]:
    """Fetches and gives everything a last time, as far as Google lets us, and goes on with the store alone."""
    job, waiting = _job(branch), 0
    try:
        job.run(branch, pull=True)
    except SheetFault as fault:
        if fault.code == connecting.BUSY:
            raise
        waiting = _state(branch)["waiting"]
        warn(_both(fault) + "\n" + _both(Fault("cli.left_behind", count=waiting)))
    else:
        waiting = _state(branch)["waiting"]
    with connecting.alone(branch, _holder()):
        return {"spreadsheet": connecting.disconnect(branch), "waiting": waiting, "requests": job.requests}


def keep_in_step(branch: Branch) -> dict[str, Any]:
    """Takes what people typed, gives what waits: rows, and the requests it took. Raises SheetFault."""
    job = _job(branch)
    done = job.run(branch, pull=True)
    state = _state(branch)
    return {
        "pulled": done.pulled,
        "pushed": done.pushed,
        "conflicts": state["conflicts"],
        "issues": state["issues"],
        "healed": done.healed,
        "waiting": state["waiting"],
        "requests": job.requests,
    }


def kept_in_step(branch: Branch, done: Mapping[str, Any], lang: Lang) -> list[str]:
    """What it did, and what somebody must know."""
    notes = sorted(branch.store.agreed().notes.values(), key=lambda note: (note.table, note.cell))
    told = [say(note.code, lang, **{"cell": note.cell, "tab": "", "count": "", **note.values}) for note in notes]
    return [*told, say("cli.synced", lang, **done)]


@contextmanager
def scanning(branch: Branch, warn: Warn, *, dry_run: bool) -> Iterator[dict[str, str | None]]:
    """Around a scan: what people typed is fetched before it, and what it told stands in the sheet before a mail leaves.

    Where Google is away the mirror is scanned, and it is said as of when. Gives what a scan's document says of it. A dry
    run writes nothing, so it fetches nothing either.
    """
    job = SheetJob(clock.now, _holder(), PATIENCE)
    fault = None if dry_run else job.fetch(branch)
    at = job.as_of(branch)
    if fault is not None:
        warn(_both(fault) + "\n" + _both(Fault("cli.as_of_sheet", at=f"{at:%Y-%m-%d %H:%M}") if at else Fault("cli.never_read")))
    yield {"as_of_sheet": clock.aware(at).isoformat() if at else None}
    if not dry_run and (fault := job.tell(branch)) is not None:
        warn(_both(fault))


def _job(branch: Branch) -> SheetJob:
    if not branch.settings.google.spreadsheet:
        raise SheetFault("google.not_connected")
    return SheetJob(clock.now, _holder(), PATIENCE)


def _holder() -> str:
    return f"terminal:{os.getpid()}"


def _state(branch: Branch) -> dict[str, int]:
    agreed = branch.store.agreed()
    clashes = {(one.table, one.id) for one in agreed.intents.values() if one.state == HELD and one.code == "google.conflict"}
    waiting = {(one.table, one.id) for one in agreed.intents.values()}
    return {"conflicts": len(clashes), "issues": len(agreed.notes), "waiting": len(waiting)}


def _abroad(branch: Branch, lang: Lang) -> str:
    masks = connecting.masks(branch)
    join = say("cells.join", lang)
    names = {on: join.join(say(f"setting.google.{name}", lang) for name, is_on in masks.items() if is_on is on) for on in (True, False)}
    none = say("cli.no_mask", lang)
    return say("cli.abroad", lang, on=names[True] or none, off=names[False] or none)


def _both(fault: Fault) -> str:
    return "\n".join(fault.say(lang) for lang in LANGS)
