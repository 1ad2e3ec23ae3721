"""The working calendar changed: the notice pasted, the branch closed, a row taken out; each shown before it is saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pandas as pd
import streamlit as st

from branch import calendar_drafts, rule_drafts, whatif
from branch.calendar_drafts import LONGEST, Notice
from branch.drafting import Rule
from pages.parts import drafts, rulegrid, rulewhatif, saving
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.shown import cell
from sheets.schema import Edit
from texts import say

SCREEN = "rules"
TEXT, CLOSED, REMOVED = "calendar.notice", "calendar.closure", "calendar.removal"
TYPED = {TEXT: ("text",), CLOSED: ("name", "first", "last"), REMOVED: ("rows",)}  # kept as drafts


def draw(desk: Desk) -> None:
    for name in (TEXT, CLOSED, REMOVED):
        saving.show_outcome(name)
    _cleared(desk)
    for name, fields in TYPED.items():
        drafts.load_fields(desk, name, fields)
    _still_there(desk)
    with st.expander(desk.words("calendar.paste"), key="calendar.paste"):
        _paste(desk)
    with st.expander(desk.words("calendar.close"), key="calendar.close"):
        _close(desk)
    if len(desk.rows("calendar")):
        with st.expander(desk.words("calendar.remove"), key="calendar.remove"):
            _remove(desk)
    for name, fields in TYPED.items():
        drafts.keep_fields(desk, name, fields)


def _still_there(desk: Desk) -> None:
    """Of what comes back: days that went by meanwhile and rows that are gone are not offered any more."""
    held, rows = st.session_state, set(desk.rows("calendar")["id"].astype(str))
    for key in (f"{CLOSED}.first", f"{CLOSED}.last"):
        if (day := held.get(key)) is not None and day < desk.today:
            held[key] = None
    if picked := held.get(f"{REMOVED}.rows"):
        held[f"{REMOVED}.rows"] = [one for one in picked if one in rows]


def _cleared(desk: Desk) -> None:
    """What was saved leaves the fields it was typed into."""
    for key in st.session_state.pop("calendar.done", ()):
        st.session_state.pop(key, None)
        drafts.drop(desk, f"{key.rpartition('.')[0]}.fields")


def _paste(desk: Desk) -> None:
    st.text_area(desk.words("calendar.text"), key=f"{TEXT}.text", height=180, help=desk.words("calendar.text_help"))
    st.button(desk.words("calendar.look"), key=f"{TEXT}.look")  # a text is handed over when its field is left; a button to leave it for
    text = str(st.session_state.get(f"{TEXT}.text") or "")
    if not text.strip():
        return
    notice = calendar_drafts.read(text)
    if notice.unclear:
        st.error(desk.words("calendar.unclear", count=len(notice.unclear)))
        for one in notice.unclear:
            st.text(say(f"notice.{one.code}", desk.lang, **one.values))
        return
    edits = calendar_drafts.of_notice(desk.look, notice)
    st.markdown(desk.words("calendar.read", year=notice.year, source=notice.source, **_sums(notice)))
    _preview(desk, notice)
    if not edits:
        st.info(desk.words("calendar.known"))
        return
    _effect(desk, edits, TEXT)
    _button(TEXT, desk.words("calendar.save_notice", count=len(edits)), _save_notice)


def _sums(notice: Notice) -> dict[str, int]:
    kinds = [one.kind for one in notice.days]
    return {"holidays": kinds.count("holiday"), "shifted": kinds.count("shifted")}


def _preview(desk: Desk, notice: Notice) -> None:
    """Festival by festival: which days are off, which weekends are worked."""
    names = list(dict.fromkeys(one.name for one in notice.days))
    rows = [
        {
            desk.plainly("calendar.called"): name,
            desk.plainly("calendar.off"): _span([one.on for one in notice.days if one.name == name and one.kind == "holiday"]),
            desk.plainly("calendar.on"): desk.plainly("comma").join(
                one.on.isoformat() for one in notice.days if one.name == name and one.kind == "shifted"
            ),
        }
        for name in names
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, placeholder="", alt=desk.plainly("calendar.paste"), key=f"{TEXT}.rows")


def _span(days: list[date]) -> str:
    if not days:
        return ""
    return days[0].isoformat() if len(days) == 1 else f"{days[0].isoformat()} – {days[-1].isoformat()}"


def _close(desk: Desk) -> None:
    st.markdown(desk.words("calendar.close_hint"))
    name, first, last = _closure(desk)
    if not (name and first and last):
        return
    if last < first or (last - first).days >= LONGEST:
        st.error(desk.words("calendar.wrong_span", most=LONGEST))
        return
    edits = calendar_drafts.closure(desk.look, name, first, last)
    if not edits:
        st.info(desk.words("calendar.off_already"))
        return
    _effect(desk, edits, CLOSED)
    _button(CLOSED, desk.words("calendar.save_closure", count=len(edits)), _save_closure)


def _closure(desk: Desk) -> tuple[str, date | None, date | None]:
    """What the closure is called, and its first and last day; one day where only the first is picked."""
    st.text_input(desk.words("calendar.reason"), key=f"{CLOSED}.name", max_chars=40, autocomplete="off")
    left, right = st.columns(2)
    bounds = {"min_value": desk.today, "max_value": date(2100, 12, 31), "format": "YYYY-MM-DD", "value": None}
    left.date_input(desk.words("calendar.first"), key=f"{CLOSED}.first", **bounds)
    right.date_input(desk.words("calendar.last"), key=f"{CLOSED}.last", **bounds)
    return _picked()


def _picked() -> tuple[str, date | None, date | None]:
    held = st.session_state
    first = held.get(f"{CLOSED}.first")
    return str(held.get(f"{CLOSED}.name") or "").strip(), first, held.get(f"{CLOSED}.last") or first


def _remove(desk: Desk) -> None:
    rows = desk.rows("calendar").sort_values("on", ascending=False)
    table = desk.tables["calendar"]
    labels = {
        str(row["id"]): " · ".join(filter(None, (cell(desk, table[key], row[key]) for key in ("on", "kind", "name"))))
        for row in rows.to_dict("records")
    }
    st.multiselect(
        desk.words("calendar.rows"), list(labels), key=f"{REMOVED}.rows", format_func=lambda one: labels.get(one, one),
        placeholder=desk.plainly("pick"),
    )  # fmt: skip
    edits = calendar_drafts.removal(desk.look, st.session_state.get(f"{REMOVED}.rows") or [])
    if edits:
        _effect(desk, edits, REMOVED)
        _button(REMOVED, desk.words("calendar.save_removal", count=len(edits)), _save_removal)


def _effect(desk: Desk, edits: Sequence[Edit], name: str) -> None:
    """What the changed days would move, before they are saved."""
    days = calendar_drafts.days(desk.look, edits)
    with st.container(border=True):
        st.caption(desk.words("whatif.calendar"))
        drafted, called = _with_rules(desk, name)
        rulewhatif.change(desk, whatif.of_calendar(desk.look, desk.person, days, drafted), name, called)
        st.caption(desk.words("whatif.no_second"))


def _with_rules(desk: Desk, name: str) -> tuple[dict[str, Rule | None], dict[str, str]]:
    """The rules that this person has drafted and not activated, and what they are called, where they want both tried together."""
    several = rulegrid.load(desk) if desk.may("rules", "write") else None
    if several is None or not several.typed:
        return {}, {}
    if not st.toggle(desk.words("whatif.with_rules", count=len(several.typed)), key=f"{name}.with_rules"):
        return {}, {}
    return rule_drafts.rules(desk.look, several), {number: rulegrid.called(desk, number) for number in several.typed}


def _button(name: str, label: str, save: Callable[[], None]) -> None:
    st.button(label, key=f"{name}.save.{saving.token(name)}", type="primary", on_click=save)


def _save_notice() -> None:
    desk = require(SCREEN)
    notice = calendar_drafts.read(str(st.session_state.get(f"{TEXT}.text") or ""))
    if not notice.unclear:
        _save(TEXT, calendar_drafts.of_notice(desk.look, notice), [f"{TEXT}.text"])


def _save_closure() -> None:
    desk = require(SCREEN)
    name, first, last = _picked()
    if name and first and last:
        _save(CLOSED, calendar_drafts.closure(desk.look, name, first, last), [f"{CLOSED}.{part}" for part in ("name", "first", "last")])


def _save_removal() -> None:
    desk = require(SCREEN)
    _save(REMOVED, calendar_drafts.removal(desk.look, st.session_state.get(f"{REMOVED}.rows") or []), [f"{REMOVED}.rows"])


def _save(name: str, edits: Sequence[Edit], fields: list[str]) -> None:
    desk = require(SCREEN)
    done = saving.save(name, SCREEN, edits, say("screen.calendar.saved", desk.lang, count=len(edits)))
    if done.saved:
        st.session_state["calendar.done"] = fields
