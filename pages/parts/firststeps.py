"""The administrator's way into a new branch: what is done, what was found, what comes next, each with the button that leads there."""

from __future__ import annotations

import streamlit as st

from branch import accounts, clock, first_steps
from branch.first_steps import Step
from pages.parts import firstscan
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.words import literal

# Where each step is done: a screen, and what its address says.
PLACES = {
    "branch": ("settings", {"part": "branch"}),
    "people": ("settings", {"part": "people"}),
    "customers": ("importing", {"table": "customers"}),
    "mail": ("settings", {"part": "mail"}),
    "access": ("settings", {"part": "people"}),
    "google": ("settings", {"part": "google"}),
}


def draw(desk: Desk) -> bool:
    """The card of the steps; whether there is one to show."""
    if desk.person.role != "admin" or desk.branch.settings.demo:
        return False
    known = desk.branch.store.private.marks()
    if first_steps.is_over(known):
        return False
    found = first_steps.steps(desk.look, accounts.able(desk.branch), accounts.invited(desk.branch, desk.now), known)
    if first_steps.is_done(found):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f":green[✓] {desk.words('first.whole')}")
            st.button(desk.words("first.seen"), key="first.seen", on_click=_put_away)
        return True
    following = first_steps.next_of(found)
    needed = [step for step in found if step.needed]
    with st.container(border=True):
        done = sum(step.done for step in needed)
        st.header(desk.words("first.title", done=done, all=len(needed)))
        st.progress(done / len(needed))
        if following is None:
            st.markdown(desk.words("first.all_later"))
        for number, step in enumerate(found, 1):
            _step(desk, number, step, is_next=following is not None and step.key == following.key)
    return True


def _step(desk: Desk, number: int, step: Step, *, is_next: bool) -> None:
    sign = ":green[✓]" if step.done else ":blue[➔]" if is_next else ":gray[○]"
    title, found = desk.words(f"first.step.{step.key}"), desk.words(f"first.found.{step.key}.{step.found}", **step.values)
    place = f"{number}. " if step.needed else ""
    with st.container(key=f"first_{step.key}", gap="xsmall"):
        said = f"**{title}**" if is_next else title
        aside = "later_note" if step.later else "" if step.needed else "optional"
        note = f" · :gray[{desk.words(f'first.{aside}')}]" if aside else ""
        st.markdown(f"{sign} {place}{said} :gray[— {found}]{note}")
        if step.done:
            return
        if is_next:
            st.markdown(desk.words(f"first.why.{step.key}"))
        with st.container(horizontal=True, vertical_alignment="center"):
            if step.key == "scan":
                firstscan.button(desk, is_next=is_next)
            elif st.button(desk.words(f"first.go.{step.key}"), key=f"first.go.{step.key}", type="primary" if is_next else "secondary"):
                screen, asked = PLACES[step.key]
                st.switch_page(f"{screen}.py", query_params=asked)
            said = "first.back" if step.later else "first.later"
            st.button(desk.words(said), key=f"first.later.{step.key}", type="tertiary", on_click=_put_off, args=(step.key, not step.later))
        if step.key == "scan":
            firstscan.preview(desk, ready=step.found != "none")


def waiting(desk: Desk) -> bool:
    """What others are told while the administrator is still filling the branch; whether there was anything to say."""
    if not desk.book.frame("customers").empty:
        return False
    with st.container(border=True):
        st.markdown(f"**{literal(desk.plainly('first.welcome', name=desk.person.name))}**")
        st.markdown(desk.words(f"first.empty.{desk.person.role}"))
    return True


def _put_off(key: str, later: bool) -> None:
    desk = require("today")
    first_steps.put_off(desk.branch, desk.person, key, clock.now(), later=later)


def _put_away() -> None:
    desk = require("today")
    first_steps.put_away(desk.branch, desk.person, clock.now())
