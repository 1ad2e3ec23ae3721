"""One scan works everything out once: one book, one People, one frame of dues, each due one sentence in a language and voice."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import CodeType, FrameType
from typing import Any

from branch import alerts, findings, work
from branch.branch import Branch
from jobs import scan as job
from rules import due, ladder, obligations
from rules.ladder import People
from rules.ledgers import Ledgers
from rules.saying import Speaker
from sheets.book import Book
from tests.jobs.world import at, customer, line, write

NOW = at("2026-11-10 08:30")
FOLLOWED: dict[str, Callable[..., Any]] = {
    "book": Book.__init__,
    "ledgers": Ledgers.__init__,
    "people": People.__init__,
    "speaker": Speaker.__init__,
    "sentence": Speaker._text,
    "dues": due.evaluate,
    "frame": obligations.frame,
    "steps": due.steps,
    "resolve": ladder.resolve,
    "recipients": work.recipients,
    "work": work.work,
    "alerts": alerts.bring,
    "issues": findings.findings,
}


@contextmanager
def following() -> Iterator[list[tuple[str, tuple[object, ...]]]]:
    """Every call of what is followed, known by its code: whoever calls it, under whatever name."""
    names: dict[CodeType, str] = {call.__code__: name for name, call in FOLLOWED.items()}  # type: ignore[attr-defined]
    calls: list[tuple[str, tuple[object, ...]]] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and (name := names.get(frame.f_code)) is not None:
            seen = frame.f_locals
            about: tuple[object, ...] = ()
            if name == "speaker":
                about = (seen["lang"], seen["voice"])
            elif name == "sentence":
                about = (seen["self"].lang, seen["self"].voice, str(seen["due"]["key"]))
            calls.append((name, about))

    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(None)


def filled(branch: Branch) -> None:
    write(
        branch,
        [edit for n in range(4) for edit in (customer(f"K{n}", f"客户{n}", "M1" if n % 2 else "M2"), line(f"N{n}", f"K{n}", "2026-12-10"))],
    )


def test_one_scan_works_everything_out_once(branch_of: Callable[..., Branch]) -> None:
    """From the look to the list as JSON: the alerts, the mails and the rows ask the same look."""
    branch = branch_of("R29s", "R30", "R31")
    filled(branch)
    with following() as calls:
        found = job.scan(branch.look(NOW), branch.store.private.marks())
        rows = job.rows(found, "zh")
        _ = found.issues
    count = Counter(name for name, _ in calls)
    assert rows
    assert found.mails
    once = ("ledgers", "people", "dues", "frame", "steps", "recipients", "work", "alerts", "issues")
    assert {name: count[name] for name in once} == dict.fromkeys(once, 1)
    assert count["book"] <= 2, "read once; a second time only where the dictionary has changed the tables"
    spoken = Counter(call for call in calls if call[0] in {"speaker", "sentence"})
    assert len(spoken) > 4
    assert set(spoken.values()) == {1}


def test_alerts_mails_and_list_say_the_very_same_words(branch_of: Callable[..., Branch]) -> None:
    branch = branch_of("R29s", "R30", "R31")
    filled(branch)
    found = job.scan(branch.look(NOW), branch.store.private.marks())
    again = job.scan(found.look, branch.store.private.marks())
    assert found.look is branch.look(NOW)
    assert again.look is found.look
    assert found.dues is found.look.dues is again.dues
    assert found.look.people is again.look.people
    for name in ("steps", "recipients"):
        assert getattr(found.look, name) is getattr(again.look, name)
    assert found.look.work() is again.look.work()
    assert found.look.alerts() is again.look.alerts()
    for lang in ("zh", "en"):
        first, second = (found.look.say(found.dues, lang, "mail") for _ in range(2))
        assert all(one.text is other.text for one, other in zip(first, second, strict=True))


def test_a_second_scan_of_the_same_minutes_looks_no_more(branch_of: Callable[..., Branch]) -> None:
    branch = branch_of("R29s", "R30", "R31")
    filled(branch)
    job.run(branch, NOW)
    job.run(branch, NOW)
    with following() as calls:
        job.run(branch, NOW + timedelta(minutes=1))
    assert not {"book", "dues", "people", "speaker"} & {name for name, _ in calls}
