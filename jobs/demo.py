"""The sample branch in a home of its own: built whole or not at all, kept from run to run, and what to look at in it.

Built anew, it takes the place of the old one alone: whatever else stands in the home, and every backup, stays.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from branch import files, settings, status
from branch.branch import Branch
from branch.mails import SERVED
from branch.opening import DATABASE, MAKING, WHOLE, open_branch
from branch.settings_file import GOOD
from jobs import journal
from jobs.post import post
from jobs.scan import Scan, run
from texts import Fault, Lang, say

BUILT = status.SAMPLE
# What a sample branch makes in its home, and so may take away again, the settings last. Not the backups: somebody may
# want them back.
MADE = (
    rf"{re.escape(DATABASE)}(-wal|-shm|-journal)?",
    *map(re.escape, (MAKING, WHOLE, SERVED, journal.FOLDER, "serving.lock", GOOD)),
    rf"\.({re.escape(settings.FILE)}|{re.escape(GOOD)})\.[0-9a-f]{{8}}",
    re.escape(settings.FILE),
)
MAILS = r"\d{4}-\d\d-\d\d-.+-[0-9a-f]{10}\.(eml|part)"  # see jobs.eml
NAMED = 6  # rules that are named in the guide; the portal shows them all
URGENT = ("overdue", "due_today")


class NotADemo(Fault):
    """The folder holds something that is no sample branch: it is neither used nor removed."""


def prepare(home: Path, now: datetime, *, fresh: bool = False, **chosen: Any) -> Branch:
    """The sample branch that lives in a home; built if there is none, or anew when `fresh`. Raises NotADemo, HomeFault."""
    home = home.resolve()  # a link stays, and what it leads to is what counts
    files.folder(home.parent)
    files.probe(home.parent)
    with FileLock(home.parent / f".{home.name}.lock", mode=0o600):
        draft, old = (home.with_name(f".{home.name}.{end}") for end in ("building", "old"))
        try:
            _finish(home, old)
            there = home.exists() and any(home.iterdir())
            if there:
                _only_a_demo(home, fresh=fresh)
            if there and not fresh:
                return open_branch(home)
            _drop(draft)
            build(draft, now, **chosen).store.close()
            if home.exists():
                home.rename(old)
            draft.rename(home)
            _finish(home, old)
        except OSError as error:
            raise files.fault(error, home) from error
    return open_branch(home)


def build(home: Path, now: datetime, **chosen: Any) -> Branch:
    """A new sample branch; `chosen`: customers, as_of, seed and settings."""
    from branch.sample import make

    return make(home, now, **{name: value for name, value in chosen.items() if value is not None})


def look(branch: Branch, now: datetime) -> Scan:
    """One scan and its mails, so that there is something to see from the first page on."""
    found = run(branch, now, yes=True)  # a sample that was left alone for months is no clock gone wrong
    post(branch, now)
    return found


def guide(branch: Branch, found: Scan, lang: Lang) -> str:
    """What to look at, in half a screen."""
    states = found.dues["state"].astype(str)
    urgent = found.dues.loc[states.isin(URGENT), "rule"].value_counts()
    names = {rule.id: rule.name(lang) for rule in found.look.rules}
    most = [f"{names.get(str(rule), rule)} {count}" for rule, count in urgent.head(NAMED).items()]
    outbox = branch.settings.home / "outbox"
    counts = {state: int((states == state).sum()) for state in (*URGENT, "due_soon")}
    return say(
        "demo.guide",
        lang,
        name=branch.settings.name(lang),
        customers=len(branch.book().frame("customers")),
        day=status.value(branch.store.private.marks(), BUILT) or "—",
        **counts,
        issues=len(found.issues),
        most=say("demo.and", lang).join(most),
        mails=len(list(outbox.glob("*.eml"))),
        outbox=outbox,
    )


def _only_a_demo(home: Path, *, fresh: bool) -> None:
    """Raises NotADemo unless the settings say so themselves, and before it is built anew the store as well: a branch at
    work may have been switched to a demo by hand. What cannot be read may be opened, never removed."""
    try:
        sample = (home / settings.FILE).exists() and settings.load(home).demo
        if sample and fresh:
            opened = open_branch(home)
            sample = BUILT in opened.store.private.marks()
            opened.store.close()
    except Fault:
        if not fresh:
            raise
        sample = False
    half = (home / DATABASE).exists() and not (home / settings.FILE).exists()
    if not sample and (fresh or not half):  # half a home is opened, and says itself what it lacks
        raise NotADemo("demo.other", path=home)


def _finish(home: Path, old: Path) -> None:
    """Carries over what the old home held besides the sample, and takes the old one away; a change of homes that was
    cut off is finished, or undone where the new one has not arrived."""
    if not old.exists():
        return
    if not home.exists():
        old.rename(home)
        return
    _drop(old, carry=home)


def _drop(folder: Path, carry: Path | None = None) -> None:
    """Takes away what a sample branch has made in a folder, and the folder when nothing else stands in it; the rest is
    carried to another folder, or else NotADemo."""
    if not folder.exists():
        return
    if (folder / DATABASE).exists():
        _only_a_demo(folder, fresh=True)
    for entry in sorted(_made(folder), key=_turn):
        shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    outbox = folder / "outbox"
    if outbox.is_dir() and not outbox.is_symlink() and not any(outbox.iterdir()):
        outbox.rmdir()
    if carry is not None:
        _carry(folder, carry)
    if any(folder.iterdir()):
        raise NotADemo("demo.other", path=folder)
    folder.rmdir()


def _made(folder: Path) -> Iterator[Path]:
    """What a sample branch has made there."""
    yield from [entry for entry in folder.iterdir() if any(re.fullmatch(name, entry.name) for name in MADE)]
    outbox = folder / "outbox"
    if outbox.is_dir() and not outbox.is_symlink():
        yield from [entry for entry in outbox.iterdir() if re.fullmatch(MAILS, entry.name)]


def _turn(entry: Path) -> int:
    """The store goes first and whole or not, the settings last: what is left half-way is known for what it was."""
    return {DATABASE: 0, settings.FILE: 2}.get(entry.name, 1)


def _carry(source: Path, target: Path) -> None:
    """Moves everything; where both hold a folder, what is in it; nothing that stands there is replaced."""
    for entry in sorted(source.iterdir()):
        place = target / entry.name
        if entry.is_dir() and not entry.is_symlink() and place.is_dir():
            _carry(entry, place)
            entry.rmdir()
            continue
        number = 2
        while place.exists() or place.is_symlink():
            place = target / f"{entry.stem}-{number}{entry.suffix}"
            number += 1
        entry.rename(place)
