"""The sample branch in a home of its own: built whole or not at all, kept from run to run, and what to look at in it."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from branch import files, settings, status
from branch.branch import DATABASE, Branch, open_branch
from jobs.post import post
from jobs.scan import Scan, run
from texts import Fault, Lang, say

BUILT = "demo"  # the mark that keeps the day a sample was built for
NAMED = 6  # rules that are named in the guide; the portal shows them all
URGENT = ("overdue", "due_today")


class NotADemo(Fault):
    """The folder holds something that is no sample branch: it is neither used nor removed."""


def prepare(home: Path, now: datetime, *, fresh: bool = False, **chosen: Any) -> Branch:
    """The sample branch that lives in a home; built if there is none, or anew when `fresh`. Raises NotADemo."""
    files.folder(home.parent)
    files.probe(home.parent)
    with FileLock(home.parent / f".{home.name}.lock", mode=0o600):
        there = home.exists() and any(home.iterdir())
        if there:
            _only_a_demo(home, fresh=fresh)
        if there and not fresh:
            return open_branch(home)
        draft, old = (home.with_name(f".{home.name}.{end}") for end in ("building", "old"))
        for left in (draft, old):  # by a build that was cut off
            _remove(left)
        build(draft, now, **chosen).store.close()
        if home.exists():
            home.rename(old)
        draft.rename(home)
        _remove(old)
    return open_branch(home)


def build(home: Path, now: datetime, **chosen: Any) -> Branch:
    """A new sample branch; `chosen`: customers, as_of, seed and settings."""
    from branch.sample import make

    made = make(home, now, **{name: value for name, value in chosen.items() if value is not None})
    made.store.private.mark(BUILT, f"{chosen.get('as_of') or now.date()}", now)
    return made


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
    """Raises NotADemo unless the settings say so themselves; what cannot be read may be opened, never removed."""
    try:
        sample = (home / settings.FILE).exists() and settings.load(home).demo
    except settings.SettingsFault:
        if not fresh:
            raise
        sample = False
    half = (home / DATABASE).exists() and not (home / settings.FILE).exists()
    if not sample and (fresh or not half):  # half a home is opened, and says itself what it lacks
        raise NotADemo("demo.other", path=home)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
