"""提醒: the ledger of what was told to whom and why; seen, put off, waived or done from here."""

from __future__ import annotations

import streamlit as st

from branch import matrix
from pages.parts import address, asof, counts, drawer, listing, rowview
from pages.parts.address import Place
from pages.parts.answers import answers
from pages.parts.facts import sentences
from pages.parts.guard import require
from pages.parts.load import loads
from pages.parts.names import name as name_of
from pages.parts.trail import promised
from pages.parts.why import why

desk = require("alerts")
ledger = desk.tables["alerts"]
SHOWN = ("due", "customer", "text", "step", "role", "staff", "state", "channel", "told_at", "late", "unresolved")
OWN_COLUMNS = ("due", "customer", "text", "step", "state", "told_at", "channel", "late")  # whose they are needs no saying
st.title(desk.words("page.alerts"))
loads(desk)
asof.draw(desk)
rows = desk.rows("alerts")
if rows.empty:
    listing.empty(desk, "alerts.none")
    st.stop()
drawer.follow("alerts")
places = {"live": Place("alerts.live", True), "own": Place("alerts.own", desk.person.role != "president")}
address.follow("alerts.switches", places)
for place in places.values():
    st.session_state.setdefault(place.key, place.blank)
with st.container(horizontal=True):
    live = st.toggle(desk.words("alerts.live"), key="alerts.live")
    own = st.toggle(desk.words("alerts.own"), key="alerts.own")
address.write("alerts.switches", places)
if live:
    rows = rows[rows["state"].astype("str").isin(("open", "told"))]
picked = False
if desk.person.role in matrix.LEADING and not rows.empty:
    rows, picked = counts.counted(desk, rows, "alerts")
if own and not picked:  # whose alerts were asked for by name are shown, whosever they are
    rows = rows[rows["staff"].astype("str") == desk.person.staff]
if rows.empty:
    listing.empty(desk, "alerts.none_open")
    st.stop()
rows = listing.filters(desk, ledger, rows, [key for key in ("state", "channel", "staff") if key in rows], "alerts")
if rows.empty:
    listing.empty(desk, "nothing_found")
    st.stop()
shown = listing.paged(desk, rows.sort_values("due", kind="stable"), "alerts", file=ledger, hint="alerts.open_hint")
shown = shown.assign(text=sentences(desk, shown).str.cat(promised(desk, shown), sep="  ").str.strip())
columns = OWN_COLUMNS if own and not picked else SHOWN
listing.choose(desk, ledger, shown, columns, "alerts", wide=("text",), height=560 if len(shown) > 9 else "auto")


def opened(row: str) -> None:
    """One alert: what it says, the answers to it, and why it is there."""
    desk = require("alerts")
    alert = desk.sought("alerts", row)
    if alert is None:
        listing.empty(desk, "not_found")
        return
    rowview.facts(desk, desk.tables["alerts"], alert, ("due", "step", "staff", "state", "told_at", "reached_at"))
    answers(desk, alert)
    st.header(desk.words("why.title"))
    why(desk, str(alert["due_key"]))


drawer.show("alerts", lambda row: name_of(desk, "alerts", row), opened)
