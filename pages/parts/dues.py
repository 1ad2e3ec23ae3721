"""A list of dues: how urgent, what to do, until when, why, and the button that does it."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from branch import clock, next_step
from branch.board import tasks
from branch.next_step import Act
from pages.parts import letterfile, listing, saving
from pages.parts.desk import Desk
from pages.parts.facts import DueText, say_dues
from pages.parts.facts import dues as all_dues
from pages.parts.guard import require
from pages.parts.names import name as name_of
from pages.parts.why import why
from pages.parts.words import link, literal
from texts import say

COLOURS = {
    "overdue": "red",
    "due_today": "orange",
    "due_soon": "blue",
    "planned": "gray",
    "met": "green",
    "met_late": "gray",
    "waived": "gray",
    "superseded": "gray",
}
LINES = 12  # dues on one page of a section
ALIKE = 5  # dues of one rule that still stand one by one where they may be put together


def duelist(
    desk: Desk,
    screen: str,
    found: pd.DataFrame,
    *,
    name: str,
    empty: str,
    who: bool = False,
    whose: bool = True,
    asks: bool = True,
    together: bool = False,
) -> None:
    """One card a due. `who` adds whose turn it is, for those who look after others; `whose` the customer's name; `asks` the
    button for the evidence, which a drawer shows itself; `together` puts many of one rule on one line that opens them."""
    saving.show_outcome(f"act.{name}")
    if found.empty:
        listing.empty(desk, empty)
        return
    letterfile.together(desk, screen, found, name)
    draw = partial(_cards, desk, screen, name=name, who=who, whose=whose, asks=asks)
    if not together:
        draw(found, pages=name)
        return
    parts = {str(rule): part for rule, part in found.groupby("rule", sort=False, observed=True)}  # the rule of the first due first
    many = [rule for rule, part in parts.items() if len(part) > ALIKE]
    for rule in many:
        with st.container(border=True, gap="xsmall"):
            if _line(desk, parts[rule], name, rule):
                draw(parts[rule], pages=f"{name}.{rule}")
    rest = found[~found["rule"].isin(many)]
    if len(rest):
        draw(rest, pages=name)


def _line(desk: Desk, part: pd.DataFrame, name: str, rule: str) -> bool:
    """Many dues of one rule in one line: how many, the earliest day. True where they are opened below it."""
    first = part.sort_values("due", kind="stable").head(1)
    key = f"{name}.opened.{rule}"
    opened = bool(st.session_state.get(key))
    left, right = st.columns([5, 2], vertical_alignment="center")
    with left:
        st.markdown(f"{badge(desk, first.iloc[0])} **{literal(say_dues(desk, first)[0].task)}**")
        st.text(desk.plainly("due.many", count=len(part), day=first.iloc[0]["due"].date()))
    with right, st.container(horizontal=True, horizontal_alignment="right"):
        label = desk.words("due.fold") if opened else desk.words("due.unfold", count=len(part))
        st.button(label, key=f"{key}.button", on_click=_turn, args=(key,))
    return opened


def _turn(key: str) -> None:
    st.session_state[key] = not st.session_state.get(key)


def _cards(desk: Desk, screen: str, found: pd.DataFrame, *, name: str, pages: str, who: bool, whose: bool, asks: bool) -> None:
    """A card for each, so many on a page. `pages` names the list that is paged, `name` the section whose acts these are."""
    most = max(1, -(-len(found) // LINES))
    number = 1
    place = st.container()
    if most > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            number = st.pagination(most, key=f"dues.{pages}.{most}", width=min(120 + 44 * most, 420))
            st.caption(desk.words("count", count=len(found)))
    with place.container(gap="xsmall"):
        shown = found.iloc[(number - 1) * LINES : number * LINES]
        lines = say_dues(desk, shown)
        for (_, due), line in zip(shown.iterrows(), lines, strict=True):
            _card(desk, screen, due, line, name, who, whose, asks)


def badge(desk: Desk, due: pd.Series) -> str:
    """The state in two or three words, with the days."""
    left = (due["due"].date() - desk.today).days
    state = str(due["state"])
    if str(due["rule"]) == "DATA" and state == "planned":  # a date that is not there is not some days off
        return f":gray-badge[{literal(desk.plainly('due.blank'))}]"
    text = {
        "overdue": desk.plainly("due.overdue", days=int(due["days_late"])),
        "due_today": desk.plainly("due.today"),
        "due_soon": desk.plainly("due.left", days=left),
        "planned": desk.plainly("due.left", days=left),
    }.get(state) or say(f"state.{state}", desk.lang)
    return f":{COLOURS.get(state, 'gray')}-badge[{literal(text)}]"


def _card(desk: Desk, screen: str, due: pd.Series, line: DueText, name: str, who: bool, whose: bool, asks: bool) -> None:
    key = f"{name}.{due['key']}"
    over = next_step.is_over(due)  # what is done asks for nothing more
    act = None if over else next_step.act(desk.look, due, desk.person, desk.lang)
    paper = None if over else letterfile.offer(desk, due)
    if paper is not None and paper.waits:
        act = None  # its letter is made: it is sent by that
    with st.container(border=True, gap="xsmall"):
        left, right = st.columns([5, 2] if paper is None else [4, 3], vertical_alignment="center")  # a letter has more buttons
        with left, st.container(gap="xxsmall"):
            title = " · ".join(filter(None, (line.who if whose else "", line.task)))
            st.markdown(f"{badge(desk, due)} **{literal(title)}**")
            st.text(line.text)
            notes = [letterfile.note(desk, paper)] if paper is not None else []
            if who and (owing := due.get("owed_by") or due["person"]):  # what climbed to somebody is owed by another
                people = "、".join(name_of(desk, "staff", one) for one in str(owing).split(";"))
                notes.append(desk.plainly("due.by", name=people))
            if away := [name_of(desk, "staff", one) for one in str(due.get("deputy_for") or "").split(";") if one]:
                notes.append(desk.plainly("due.deputy", name="、".join(away)))
            if due.get("unresolved"):
                notes.append(desk.plainly("due.stranded"))
            if (
                act is None
                and not over
                and paper is None
                and bool(due.get("mine", due.get("owes")))
                and (first := next_step.waits(desk.look, due, desk.person, desk.lang))
            ):
                notes.append(desk.plainly("due.waits", first=first))
            if due["provisional"]:
                notes.append(desk.plainly("due.provisional"))
            if any(notes):
                st.caption(literal(" · ".join(filter(None, notes))))
        with right, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
            if asks and st.button(desk.words("ask_why"), key=f"why.{key}", type="tertiary"):
                _why(desk.words("why.title"), screen, str(due["key"]))
            if who and not over and not bool(due.get("mine", due.get("owes"))) and tasks.may_assign(desk.person):
                st.page_link("tasks.py", label=link(desk.words("tasks.assign")), query_params={"about": str(due["key"])})
            if paper is not None:
                letterfile.buttons(desk, screen, paper, name, str(due["key"]))
            # A date that is far off is not ticked off by a slip of the finger; its row can still be opened and edited.
            if act is not None:
                _act(screen, name, str(due["key"]), act if act.page or due["state"] != "planned" else next_step.record(due, desk.lang))


def _act(screen: str, name: str, due: str, act: Act) -> None:
    """The one click that ends the due here, or the page where it is done."""
    if act.page == f"{screen}.py" and "row" in act.query:  # already on its page: the drawer opens beside the list
        st.button(literal(act.label), key=f"open.{name}.{due}", on_click=_open_here, args=(screen, dict(act.query)))
        return
    if act.page:
        st.page_link(act.page, label=link(literal(act.label)), query_params=dict(act.query))
        return
    once = saving.token(f"act.{name}")
    st.button(literal(act.label), key=f"act.{name}.{due}.{once}", type="primary", on_click=_do, args=(screen, name, due))


def _open_here(screen: str, query: dict[str, str]) -> None:
    st.session_state[f"{screen}.row"] = query["row"]
    if "do" in query:
        st.session_state[f"{screen}.act.{query['row']}"] = query["do"]


def _do(screen: str, name: str, key: str) -> None:
    """Asked again at the click: the due may be somebody else's by now, or done."""
    desk = require(screen)
    found = all_dues(desk)
    mine = found[found["key"] == key]
    act = next_step.act(desk.look, mine.iloc[0], desk.person, desk.lang) if len(mine) else None
    if act is None or act.page:
        st.session_state[f"act.{name}.outcome"] = saving.Outcome(False, say("screen.due.gone", desk.lang))
        return
    edit = next_step.edit(desk.look, act, desk.person, clock.now())
    saving.save(f"act.{name}", screen, [edit], say("screen.due.done", desk.lang, label=act.label))


def _why(title: str, screen: str, key: str) -> None:
    @st.dialog(title, width="large")
    def card() -> None:
        desk = require(screen)
        why(desk, key)

    card()
