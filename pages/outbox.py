"""发件箱: the mails that were written, whether they left, and what they say. An administrator sees all states."""

from __future__ import annotations

import streamlit as st

from branch import clock, mails
from pages.parts import drawer, letterbox, listing, rowview
from pages.parts.guard import require
from pages.parts.words import literal
from texts import Fault


def decide(key: str, choice: str) -> None:
    """An administrator says what is to become of a mail."""
    desk = require("outbox")
    try:
        (mails.resend if choice == "again" else mails.arrived)(desk.branch, desk.person, key, clock.now())
        st.session_state["outbox.said"] = desk.plainly(f"outbox.{choice}_done")
    except Fault as fault:
        st.session_state["outbox.said"] = fault.say(desk.lang)


desk = require("outbox")
ledger = desk.tables["outbox"]
st.title(desk.words("page.outbox"))
rows = desk.rows("outbox")
if desk.person.role != "admin" and not rows.empty:
    rows = rows[rows["staff"].astype("str") == desk.person.staff]
if not desk.branch.settings.smtp.host and desk.person.role == "admin":
    st.info(desk.words("outbox.off", folder=str(desk.branch.settings.home / "outbox")))
if desk.person.role == "admin" and (rest := letterbox.rest(desk)):
    st.warning(literal(rest))
if said := st.session_state.pop("outbox.said", ""):
    st.info(literal(said))
if rows.empty:
    listing.empty(desk, "outbox.none")
    st.stop()
counts = rows["state"].astype("str").value_counts()
states = [c for c in ledger["state"].choices if c.code in counts]
with st.grid("auto", min_column_width=120):
    for state in states:
        st.metric(state.label(desk.lang), int(counts[state.code]), border=True, height="stretch")
drawer.follow("outbox")
rows = listing.filters(desk, ledger, rows, [key for key in ("state", "kind", "staff") if key in rows], "outbox")
if rows.empty:
    listing.empty(desk, "nothing_found")
    st.stop()
newest = rows.sort_values("created_at", ascending=False, kind="stable")
shown = listing.paged(desk, newest, "outbox", file=ledger, hint="outbox.open_hint")
listing.choose(desk, ledger, shown, ("created_at", "staff", "subject", "state", "kind", "sent_at", "error"), "outbox")


def opened(row: str) -> None:
    """One mail as it was written, and what an administrator may do with it."""
    desk = require("outbox")
    mail = desk.sought("outbox", row)
    if mail is None or (desk.person.role != "admin" and str(mail.get("staff")) != desk.person.staff):
        listing.empty(desk, "not_found")
        return
    unsent = ("error",) if str(mail.get("state")) != "sent" else ()
    rowview.facts(desk, desk.tables["outbox"], mail, ("subject", "staff", "email", "state", "created_at", "sent_at", *unsent))
    if desk.person.role == "admin" and (choices := mails.choices(mail)):
        st.caption(desk.words("outbox.unsure_hint" if "arrived" in choices else "outbox.again_hint"))
        with st.container(horizontal=True):
            for choice in choices:
                st.button(desk.words(f"outbox.{choice}"), key=f"outbox.{choice}", on_click=decide, args=(row, choice))
    st.divider()
    st.text(str(mail.get("text") or ""))


drawer.show("outbox", lambda row: str((desk.row("outbox", row) or {}).get("subject") or ""), opened)
