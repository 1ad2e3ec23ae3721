"""提醒: the ledger of what was told to whom and why; seen, put off, waived or done from here."""

from __future__ import annotations

import streamlit as st

from pages.parts import listing, rowview
from pages.parts.answers import answers
from pages.parts.facts import sentences
from pages.parts.guard import require
from pages.parts.why import why

desk = require("alerts")
ledger = desk.tables["alerts"]
SHOWN = ("due", "customer", "text", "step", "role", "staff", "state", "channel", "told_at", "late", "unresolved")
OWN_COLUMNS = ("due", "customer", "text", "step", "state", "told_at", "channel", "late")  # whose they are needs no saying
st.title(desk.words("page.alerts"))
rows = desk.rows("alerts")
if rows.empty:
    listing.empty(desk, "alerts.none")
    st.stop()
with st.container(horizontal=True):
    live = st.toggle(desk.words("alerts.live"), value=True, key="alerts.live")
    own = st.toggle(desk.words("alerts.own"), value=desk.person.role != "president", key="alerts.own")
if live:
    rows = rows[rows["state"].astype("str").isin(("open", "told"))]
if own:
    rows = rows[rows["staff"].astype("str") == desk.person.staff]
if rows.empty:
    listing.empty(desk, "alerts.none_open")
    st.stop()
rows = listing.filters(desk, ledger, rows, [key for key in ("state", "channel", "staff") if key in rows], "alerts")
if rows.empty:
    listing.empty(desk, "nothing_found")
    st.stop()
listing.export(desk, ledger, rows, "alerts")
shown = listing.paged(desk, rows.sort_values("due", kind="stable"), "alerts")
shown = shown.assign(text=sentences(desk, shown))
st.caption(desk.words("alerts.open_hint"))
chosen = listing.table(
    desk, ledger, shown, OWN_COLUMNS if own else SHOWN, "alerts", wide=("text",), height=560 if len(shown) > 14 else "auto"
)
if chosen is None:
    st.stop()
alert = desk.row("alerts", chosen)
if alert is None:
    listing.empty(desk, "not_found")
    st.stop()
with st.container(border=True):
    rowview.facts(desk, ledger, alert, ("due", "step", "staff", "state", "told_at", "reached_at"))
    answers(desk, alert)
with st.container(border=True):
    st.subheader(desk.words("why.title"))
    why(desk, str(alert["due_key"]))
