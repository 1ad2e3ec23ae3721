"""What everybody must see above a page: this is a demo, the scan has stopped, mail is off."""

from __future__ import annotations

from datetime import datetime, timedelta

import streamlit as st

from branch import clock, maintenance, tries
from pages.parts import firstscan
from pages.parts.desk import Desk
from pages.parts.guard import require

SCAN = "scan"
TOLD = "band.told"


def draw(desk: Desk) -> None:
    settings = desk.branch.settings
    if settings.demo:
        with st.container(key="demo_band"):
            st.markdown(f":orange[{desk.words('band.demo')}]", text_alignment="center")
    late = stale(desk, timedelta(hours=settings.jobs.stale_hours))
    if late is not None:
        st.error(late)
    if waits := firstscan.band(desk):
        st.error(waits)
    leap = maintenance.is_held(desk.branch)
    if leap is not None:
        st.error(desk.words("band.held", since=f"{leap[0]:%Y-%m-%d}", until=f"{leap[1]:%Y-%m-%d}"))
    restored = maintenance.since_restore(desk.branch)
    if restored is not None:
        st.error(desk.words("band.restored", since=f"{restored:%Y-%m-%d %H:%M}"))
    # until then mails went out: until the backup was put back, or until the clock was last believed
    before = [at for at in (restored, leap[0] if leap else None) if at is not None]
    if before and desk.person.role == "admin":
        today = desk.now.date()
        st.date_input(desk.words("band.told_until"), value=min(*before, desk.now).date(), max_value=today, key="band.told_until")
        st.button(desk.words("band.release"), key="band.release", on_click=_release)
    _wrong_tries(desk)
    mail_off = not settings.smtp.host and not settings.demo and desk.person.role == "admin"
    if mail_off and not desk.book.frame("customers").empty:  # before that the list of first steps says it
        st.warning(desk.words("band.mail_off"))


def _wrong_tries(desk: Desk) -> None:
    """Said once a session, until it is answered."""
    if TOLD not in st.session_state:
        st.session_state[TOLD] = tries.wrong_tries(desk.branch, desk.person.staff)
    found = st.session_state[TOLD]
    if found is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(desk.words("band.wrong_tries", count=found.count, sources=desk.plainly("comma").join(found.sources)))
        st.button(desk.words("band.wrong_tries_seen"), key="band.wrong_tries", on_click=_told)


def _told() -> None:
    st.session_state[TOLD] = None


def _release() -> None:
    desk = require("today")
    day = st.session_state["band.told_until"]
    maintenance.tell_until(desk.branch, desk.person, min(clock.end_of(day), desk.now), desk.now)


def stale(desk: Desk, longest: timedelta) -> str | None:
    """The sentence of the red band, when nobody has looked at the deadlines for too long."""
    value, at = desk.branch.store.private.marks().get(SCAN, ("", None))
    if isinstance(at, datetime) and desk.now - at <= longest:
        return None
    if at is None:  # before there is a customer there is no deadline that anybody could miss
        return None if desk.book.frame("customers").empty else desk.words("band.never_scanned")
    return desk.words("band.stale", when=f"{at:%Y-%m-%d %H:%M}", reason=value or "—")
