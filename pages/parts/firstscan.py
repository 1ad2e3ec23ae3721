"""The first stocktaking before its mails go: who would be told what, by which way, and the button that lets them go."""

from __future__ import annotations

import streamlit as st

from branch import clock, first_scan
from branch.first_scan import Told
from pages.parts import listing
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.words import literal

SHOWN = 12  # people in the preview


def button(desk: Desk, *, is_next: bool) -> None:
    """Opens the preview on the card, and closes it again."""
    shown = bool(st.session_state.get("first.preview"))
    label = desk.words("first.scan.hide" if shown else "first.go.scan")
    st.button(label, key="first.go.scan", type="primary" if is_next and not shown else "secondary", on_click=_turn)


def band(desk: Desk) -> str:
    """The sentence for everybody who could let the first mails go, once there has been something to tell for a day; else ""."""
    until = first_scan.held_until(desk.look, desk.branch.store.private.marks()) if desk.person.role == "admin" else None
    if until is None or not first_scan.is_pressing(desk.look, until):
        return ""
    return desk.words("first.scan.band", until=f"{until:%Y-%m-%d %H:%M}")


def preview(desk: Desk, *, ready: bool) -> None:
    """What would be sent, while it is open. `ready`: there are customers; before that there is nothing to confirm."""
    if st.session_state.get("first.preview"):
        with st.container(border=True):
            if ready:
                _preview(desk)
            else:
                st.markdown(desk.words("first.scan.no_customers"))


def _preview(desk: Desk) -> None:
    found, jobs = first_scan.preview(desk.look, desk.lang), desk.branch.settings.jobs
    if not found:
        listing.empty(desk, "first.scan.nothing")
    else:
        told, lost = [one for one in found if one.staff], [one for one in found if not one.staff]
        st.markdown(desk.words("first.scan.hint", people=len(told), count=sum(one.count for one in told), at=f"{jobs.digest_at:%H:%M}"))
        for one in told[:SHOWN]:
            _person(desk, one)
        if len(told) > SHOWN:
            st.caption(desk.words("first.scan.more", count=len(told) - SHOWN))
        if lost:
            st.warning(desk.words("first.scan.nobody", count=sum(one.count for one in lost)))
    st.button(desk.words("first.scan.start"), key="first.scan.start", type="primary", on_click=_start)


def _person(desk: Desk, one: Told) -> None:
    by = "no_email" if not one.email else "mail" if desk.branch.settings.smtp.host else "file"
    way = desk.plainly(f"first.scan.{by}", email=one.email)
    counts = [desk.plainly(f"first.scan.count.{part}", count=count) for part, count in one.counts.items() if count]
    with st.container(gap="xsmall"):
        st.markdown(f"**{literal(one.name or one.staff)}** · {literal(desk.plainly('comma').join(counts))} · :gray[{literal(way)}]")
        st.markdown("\n".join(f"- {literal(line)}" for line in one.lines))


def _turn() -> None:
    st.session_state["first.preview"] = not st.session_state.get("first.preview")


def _start() -> None:
    desk = require("today")
    first_scan.let_go(desk.branch, desk.person, clock.now())
    st.session_state.pop("first.preview", None)
    st.session_state["first.said"] = desk.plainly("first.scan.started", at=f"{desk.branch.settings.jobs.digest_at:%H:%M}")
