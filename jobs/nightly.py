"""What is done at night: a copy of everything, the oldest copies thrown away, and a check of the record."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from branch import files, status
from texts import Fault

if TYPE_CHECKING:
    from branch.branch import Branch

log = logging.getLogger("huce.jobs")
PATTERN = "huce-[0-9]*.backup"
STALE = 3_600  # seconds after which nobody is at work on an unfinished copy any more


class Damaged(Fault):
    """The record of changes does not verify: somebody or something altered it outside of Huce."""


def backup(branch: Branch, now: datetime) -> Path:
    """One more copy in home/backups; only the newest ones are kept, and only copies made here are ever removed."""
    folder = branch.settings.home / "backups"
    files.folder(folder)
    target = folder / f"huce-{now:%Y%m%d-%H%M%S}.backup"
    try:
        branch.store.backup(target)
    finally:  # a copy that did not prove itself, or that a crash cut off, is not left to fill the disk
        for part in folder.glob("huce-[0-9]*.backup.*.part*"):
            part.unlink(missing_ok=True)
    for part in branch.settings.home.glob("huce-*.part*"):  # of a restore that a crash cut off, not of one under way
        if target.stat().st_mtime - part.stat().st_mtime > STALE:
            part.unlink(missing_ok=True)
    others = [one for one in sorted(folder.glob(PATTERN)) if one != target]  # names made by a wrong clock sort last
    for old in others[: max(0, len(others) + 1 - branch.settings.jobs.backups_kept)]:
        old.unlink()
        log.info("removed the old copy %s", old.name)
    return target


def verify(branch: Branch, now: datetime) -> None:
    """Raises Damaged, naming the first place."""
    damage = branch.store.verify()
    if damage:
        if not status.value(branch.store.private.marks(), status.job("verify")):  # once, not at every try
            branch.store.private.note(
                "verify", "system", f"{len(damage)} {damage[0].code} {damage[0].table} {damage[0].row} {damage[0].seq}", now
            )
        raise Damaged("jobs.damaged", count=len(damage), first_zh=damage[0].say("zh"), first_en=damage[0].say("en"))
