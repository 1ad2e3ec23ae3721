"""The letter of a due: one click makes it, records it as sent and downloads it, or it is made first and looked at; and any letter
downloaded again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd
import streamlit as st

from branch import accounts, clock, letter_bundle, letters
from branch.exchange import NotTaken
from branch.letters import Letter
from branch.people import Actor
from pages.parts import saving, waiting
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.words import literal
from texts import Fault, say

DOCX, ZIP = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip"
SEVERAL = 2  # letters from which they are handled together
TOLD = 5  # reasons why letters were not made


@dataclass(frozen=True)
class Offer:
    """What a person may do about the letter of a due: make it, or (where a colleague makes it) only read it."""

    kind: str
    row: str
    letter: Letter | None
    makes: bool
    lacks: str = ""  # what must be filled in before it can be made

    @property
    def waits(self) -> bool:
        """Whether it is made and still to be sent by this person."""
        return self.makes and self.letter is not None and not self.letter.sent and self.letter.kept


def offer(desk: Desk, due: pd.Series, *, ask: bool = True) -> Offer | None:
    """None where the due asks for no letter, or for none that is theirs. `ask`: also what it lacks."""
    kind, row = letters.kind_of(desk.look, due), str(due["row"])
    if not kind or str(due["state"]) == "planned":
        return None
    there = letters.latest(desk.look, kind, row)
    if not letters.may_make(desk.look, kind, row, desk.person):
        shown = there is not None and there.kept and there.sent and letters.downloads(desk.person)
        return Offer(kind, row, there, makes=False) if shown else None
    if there is not None and not there.sent and there.kept:
        return Offer(kind, row, there, makes=True)
    lacks = letters.lacking(desk.look, kind, row, desk.person) if ask else []
    told = desk.plainly("comma").join(dict.fromkeys(one.label(desk.tables, desk.lang) for one in lacks))
    return Offer(kind, row, there, makes=True, lacks=told)


def note(desk: Desk, paper: Offer) -> str:
    if paper.waits and paper.letter is not None:
        return desk.plainly("letter.made", number=paper.letter.number, version=paper.letter.version)
    return desk.plainly("letter.lacks", fields=paper.lacks) if paper.lacks else ""


def buttons(desk: Desk, screen: str, paper: Offer, name: str, due: str) -> None:
    key, there = f"{name}.{due}", paper.letter
    if not paper.makes and there is not None:
        _download(desk, there.id, "letter.download", f"letter.read.{key}")
        return
    once = saving.token(f"letter.{key}")
    if paper.waits and there is not None:
        _download(desk, there.id, "letter.look", f"letter.look.{key}")
        st.button(
            desk.words("letter.again"),
            key=f"letter.again.{key}.{once}",
            type="tertiary",
            on_click=_make,
            args=(screen, name, due, paper.kind, paper.row),
        )
        st.download_button(
            desk.words("letter.send"),
            data=lambda: _file(desk, [there.id]),
            file_name=letters.file_name(desk.look, there.id),
            mime=DOCX,
            key=f"letter.send.{key}",
            type="primary",
            on_click=_send,
            args=(screen, name, (there.id,)),
        )
        return
    st.button(
        desk.words("letter.make_only"),
        key=f"letter.make.{key}.{once}",
        type="tertiary",
        on_click=_make,
        args=(screen, name, due, paper.kind, paper.row),
        disabled=bool(paper.lacks),
    )
    st.download_button(
        desk.words(f"letter.make.{paper.kind}"),
        data=lambda: _now(desk, [(paper.kind, paper.row)], once, one=True),
        file_name=letters.coming_name(desk.look, paper.kind, paper.row, desk.lang),
        mime=DOCX,
        key=f"letter.out.{key}",
        type="primary",
        on_click=_out,
        args=(screen, name, f"letter.{key}", [(paper.kind, paper.row)], once),
        disabled=bool(paper.lacks),
    )


def together(desk: Desk, screen: str, found: pd.DataFrame, name: str) -> None:
    """Where a list holds several letters that are this person's to make or to send: all of them by one click, as one file."""
    asking = letters.made_by(desk.look, found, desk.person)
    offers = [one for _, due in asking.iterrows() if (one := offer(desk, due, ask=False)) is not None and one.makes]
    ready = tuple(one.letter.id for one in offers if one.waits and one.letter is not None)
    unmade = [(one.kind, one.row) for one in offers if not one.waits]
    if max(len(ready), len(unmade)) < SEVERAL:
        return
    with st.container(horizontal=True):
        if len(unmade) >= SEVERAL:
            once = saving.token(f"letter.all.{name}")
            joined = letter_bundle.will_join(desk.branch, desk.look, (kind for kind, _ in unmade))
            st.download_button(
                desk.words("letter.out_all", count=len(unmade)),
                data=lambda: _now(desk, unmade, once, one=joined),
                **_called(desk, one=joined),
                key=f"letter.out_all.{name}",
                on_click=_out,
                args=(screen, name, f"letter.all.{name}", unmade, once),
            )
            st.button(
                desk.words("letter.make_all", count=len(unmade)),
                key=f"letter.all.{name}.{once}",
                type="tertiary",
                on_click=_make_all,
                args=(screen, name, unmade),
            )
        if len(ready) >= SEVERAL:
            one = letter_bundle.joins(desk.branch, desk.look, ready)
            st.download_button(
                desk.words("letter.send_all", count=len(ready)),
                data=lambda: _file(desk, ready, one=one),
                **_called(desk, one=one),
                key=f"letter.bundle.{name}",
                on_click=_send,
                args=(screen, name, ready),
            )


def _called(desk: Desk, *, one: bool) -> dict[str, str]:
    """The name and kind of a file of several letters."""
    return {"file_name": desk.plainly("letter.bundle", day=desk.today) + (".docx" if one else ".zip"), "mime": DOCX if one else ZIP}


def again(desk: Desk, key: str) -> None:
    """The document of a letter in the ledger, as it was made."""
    there = letters.found(desk.look, key)
    if there is None or not letters.downloads(desk.person):
        return
    if there.kept:
        _download(desk, key, "letter.download", f"letter.ledger.{key}")
    else:
        st.caption(desk.words("letter.no_document"))


def _download(desk: Desk, key: str, label: str, name: str) -> None:
    st.download_button(
        desk.words(label),
        data=lambda: _file(desk, [key]),
        file_name=letters.file_name(desk.look, key),
        mime=DOCX,
        key=name,
        type="tertiary",
        on_click="ignore",
    )


def _file(desk: Desk, ids: Sequence[str], *, one: bool = True) -> bytes:
    """Made when it is asked for, for whoever holds the session by then. `one`: several as one document, not as a .zip."""
    now = clock.now()
    person = _person(desk, now)
    if len(ids) == 1 and one:
        return letters.document(desk.branch, ids[0], person, now)
    return letter_bundle.bundle(desk.branch, ids, person, now, one=one)


def _now(desk: Desk, wanted: Sequence[tuple[str, str]], once: str, *, one: bool) -> bytes:
    """The file of letters that are made and recorded as sent by this very click; its callback may have done so already."""
    now = clock.now()
    made, refused = letters.make_all(desk.branch, wanted, _person(desk, now), now, token=once, sent=True)
    if not made:
        raise refused[0][1]
    return _file(desk, [letter.id for letter in made], one=one)


def _person(desk: Desk, now: datetime) -> Actor:
    person = accounts.person(desk.branch, desk.session, now)
    if person is None:
        raise NotTaken("access.unknown")
    return replace(person, lang=desk.lang)


def _make(screen: str, name: str, due: str, kind: str, row: str) -> None:
    desk, form = require(screen), f"letter.{name}.{due}"
    try:
        made = letters.make(desk.branch, kind, row, desk.person, clock.now(), token=saving.token(form))
    except Fault as fault:
        _tell(name, literal(fault.say(desk.lang)), well=False)
        return
    st.session_state.pop(f"{form}.token", None)
    _tell(name, _still(desk, [made.id], desk.words("letter.done", number=made.number, version=made.version)))


def _make_all(screen: str, name: str, wanted: Sequence[tuple[str, str]]) -> None:
    desk = require(screen)
    made, refused = letters.make_all(desk.branch, wanted, desk.person, clock.now())
    st.session_state.pop(f"letter.all.{name}.token", None)
    if not refused:
        _tell(name, _still(desk, [one.id for one in made], desk.words("letter.done_all", count=len(made))))
        return
    why = " ".join(f"{row}: {fault.say(desk.lang)}" for row, fault in refused[:TOLD])
    _tell(name, desk.words("letter.done_some", count=len(made), left=len(refused), why=why), well=False)


def _out(screen: str, name: str, form: str, wanted: Sequence[tuple[str, str]], once: str) -> None:
    """The callback of one click from the due: made, recorded as sent today, and downloaded."""
    desk = require(screen)
    made, refused = letters.make_all(desk.branch, wanted, desk.person, clock.now(), token=once, sent=True)
    st.session_state.pop(f"{form}.token", None)
    said = desk.words("letter.out_done", number=desk.plainly("comma").join(one.number for one in made[:TOLD]), count=len(made))
    if not refused:
        _tell(name, _still(desk, [one.id for one in made], said))
    elif len(wanted) == 1:
        _tell(name, literal(refused[0][1].say(desk.lang)), well=False)
    else:
        why = " ".join(f"{row}: {fault.say(desk.lang)}" for row, fault in refused[:TOLD])
        _tell(name, desk.words("letter.done_some", count=len(made), left=len(refused), why=why), well=False)


def _send(screen: str, name: str, ids: tuple[str, ...]) -> None:
    """The callback of a download: what leaves is recorded as sent, and the due is met."""
    desk = require(screen)
    try:
        letters.send(desk.branch, ids, desk.person, clock.now(), token=saving.token(f"letter.send.{name}"))
    except Fault as fault:
        _tell(name, literal(fault.say(desk.lang)), well=False)
        return
    st.session_state.pop(f"letter.send.{name}.token", None)
    one = letters.found(desk.branch.look(clock.now()), ids[0]) if len(ids) == 1 else None
    said = desk.words("letter.sent", number=one.number) if one is not None else desk.words("letter.sent_all", count=len(ids))
    _tell(name, _still(desk, ids, said))


def _still(desk: Desk, ids: Sequence[str], said: str) -> str:
    """With a word about the spreadsheet, where it has not heard of them yet."""
    return say("screen.google.still", desk.lang, said=said) if waiting.add(desk, [("letters", one) for one in ids]) else said


def _tell(name: str, said: str, *, well: bool = True) -> None:
    """Said in passing, for the list it came from may be empty by now, or its head out of sight; a refusal stays above it."""
    st.toast(said)
    st.session_state.pop(f"act.{name}.outcome", None)
    if not well:
        st.session_state[f"act.{name}.outcome"] = saving.Outcome(False, said)
