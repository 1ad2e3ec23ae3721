"""每日待办单: what one person owes, as lines to tick off on paper; words as careful as a mail's, because paper lies about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from branch.look import Look
from branch.people import Actor
from rules.saying import rows
from texts import Lang


@dataclass(frozen=True)
class Line:
    """One due: the day, how far off it is, whom and what it is about, what is to be done."""

    section: str
    day: date
    when: str
    who: str
    task: str
    text: str
    tags: tuple[str, ...]


def slip(look: Look, person: Actor, lang: Lang) -> list[Line]:
    """Their own dues as Today has them, the most urgent first. What climbed to them from others is not theirs to do."""
    work = look.of(person).work
    speaker = look.speaker(lang, "mail")
    found = []
    for row in rows(work.loc[work["owes"].astype(bool)]):
        said = speaker.say(row)
        found.append(Line(str(row["section"]), said.due, said.when, said.who, said.task, said.text, said.tags))
    return found
