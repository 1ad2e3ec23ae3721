"""The one opened branch of this process, shared by every page and every plain route."""

from __future__ import annotations

import logging
import os
from functools import cache
from pathlib import Path
from threading import Lock

from branch.branch import Branch
from branch.home import standard
from branch.mailtest import MailTest
from branch.opening import open_branch
from branch.settings import FILE, SettingsFault, load

log = logging.getLogger("huce.portal")
_opening = Lock()
_read: dict[Path, int] = {}  # when the settings of a home were last written, as far as they were read


_mail: list[MailTest] = []


def use_mail(mail: MailTest) -> None:
    """Who tries the mail channel for the pages: app.py says so, because a page knows nothing of the jobs."""
    _mail[:] = [mail]


def mail() -> MailTest | None:
    return _mail[0] if _mail else None


def home() -> Path:
    """Where the branch lives: HUCE_HOME, or where it lives when nobody says otherwise."""
    return Path(os.environ.get("HUCE_HOME") or standard()).resolve()


def branch() -> Branch:
    """The branch, with its settings as they stand: the terminal may have changed them meanwhile."""
    with _opening:
        place = home()
        found = _open(place)
        changed = (place / FILE).stat().st_mtime_ns if (place / FILE).exists() else 0
        if _read.setdefault(place, changed) != changed:
            _read[place] = changed
            try:
                found.settings = load(place)
            except SettingsFault as fault:  # half typed: what was good goes on
                log.warning("%s", fault.say("en"))
        return found


@cache
def _open(place: Path) -> Branch:
    return open_branch(place)
