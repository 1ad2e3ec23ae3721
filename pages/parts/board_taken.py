"""What stands on the screen of the board as a file: every table and list as it was last drawn, for those who may take it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy.typing as npt
import pandas as pd
import streamlit as st

from branch import accounts, clock
from branch.board import export
from branch.board.export import Sheet
from branch.exchange import NotTaken
from branch.look import Look
from pages.parts import reasons
from pages.parts.desk import Desk
from pages.parts.names import name as name_of
from pages.parts.reasons import Reason
from texts import say

SEEN = "board.seen"


@dataclass
class Seen:
    """What was drawn last: as of when, and each table with how it is made. One for each window, filled anew in place: the file is
    made outside of a run, where no window is known."""

    about: str = ""
    tables: list[tuple[str, Callable[[], pd.DataFrame], frozenset[str]]] = field(default_factory=list)


def begin(about: str) -> None:
    """A new drawing: nothing is seen yet. `about`: as of when, and of what."""
    seen = _seen()
    seen.about, seen.tables = about, []


def _seen() -> Seen:
    return cast(Seen, st.session_state.setdefault(SEEN, Seen()))


def keep(title: str, cells: Callable[[], pd.DataFrame], percent: frozenset[str] = frozenset()) -> None:
    """A table that was drawn, its headings in words; made when it is taken."""
    _seen().tables.append((title, cells, percent))


def matrix(title: str, names: list[str], headings: list[tuple[str, bool]], values: npt.NDArray[Any]) -> None:
    """A table of numbers; of each heading, whether its numbers are percent."""
    first, *rest = headings
    cells = pd.DataFrame({first[0]: names} | {head: values[:, n] for n, (head, _) in enumerate(rest)})
    keep(title, lambda: cells, frozenset(head for head, percent in rest if percent))


def dues(desk: Desk, look: Look, title: str, rows: pd.DataFrame) -> None:
    """A list of dues, in the words of the screen."""

    def cells() -> pd.DataFrame:
        said = look.say(rows, desk.lang, "screen")
        people = [desk.plainly("comma").join(name_of(desk, "staff", one) for one in str(ids).split(";") if one) for ids in rows["person"]]
        table = {
            "due": rows["due"].dt.strftime("%Y-%m-%d").fillna(""), "customer": [line.who for line in said],
            "task": [desk.plainly("alerts.line", rule=line.task, text=line.text) for line in said],
            "state": [say(f"state.{state}", desk.lang) for state in rows["state"]], "who": people,
        }  # fmt: skip
        return pd.DataFrame({desk.plainly(f"as_of.{key}"): list(column) for key, column in table.items()})

    keep(title, cells)


def draw(desk: Desk) -> None:
    """The button, with a reason where the branch asks for one. What it holds is what was drawn last when it is clicked."""
    if not export.may_take(desk.person):
        return
    with st.popover(desk.words("board.take"), width="content"):
        seen, reason = _seen(), reasons.ask(desk, "board.take")
        st.caption(desk.words("board.take_hint"))
        st.download_button(
            desk.words("export.download"), data=lambda: _file(desk, seen, reason), file_name=f"{desk.plainly('page.dashboard')}.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", key="board.take", on_click="ignore",
            disabled=not reason.enough,
        )  # fmt: skip


def _file(desk: Desk, seen: Seen, reason: Reason) -> bytes:
    """Made when it is asked for, for whoever holds the session by then."""
    now = clock.now()
    person = accounts.person(desk.branch, desk.session, now)
    if person is None or person.staff != desk.person.staff:
        raise NotTaken("access.unknown")
    sheets = [Sheet(title, cells(), percent) for title, cells, percent in seen.tables]
    made = export.workbook(desk.branch, sheets, seen.about, replace(person, lang=desk.lang), reason.text, now)
    reason.done()
    return made
