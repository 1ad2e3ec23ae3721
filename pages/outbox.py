"""发件箱: the mails that were written, whether they left, and what they say. An administrator sees all states."""

from __future__ import annotations

import streamlit as st

from pages.parts import listing, rowview
from pages.parts.guard import require

desk = require("outbox")
ledger = desk.tables["outbox"]
st.title(desk.words("page.outbox"))
rows = desk.rows("outbox")
if desk.person.role != "admin" and not rows.empty:
    rows = rows[rows["staff"].astype("str") == desk.person.staff]
if not desk.branch.settings.smtp.host and desk.person.role == "admin":
    st.info(desk.words("outbox.off", folder=str(desk.branch.settings.home / "outbox")))
if rows.empty:
    listing.empty(desk, "outbox.none")
    st.stop()
counts = rows["state"].astype("str").value_counts()
states = [c for c in ledger["state"].choices if c.code in counts]
with st.grid("auto", min_column_width=120):
    for state in states:
        st.metric(state.label(desk.lang), int(counts[state.code]), border=True, height="stretch")
rows = listing.filters(desk, ledger, rows, [key for key in ("state", "kind", "staff") if key in rows], "outbox")
if rows.empty:
    listing.empty(desk, "nothing_found")
    st.stop()
listing.export(desk, ledger, rows, "outbox")
newest = rows.sort_values("created_at", ascending=False, kind="stable")
shown = listing.paged(desk, newest, "outbox")
st.caption(desk.words("outbox.open_hint"))
chosen = listing.table(desk, ledger, shown, ("created_at", "staff", "subject", "state", "kind", "sent_at", "error"), "outbox")
chosen = chosen or str(shown.iloc[0]["id"])
mail = desk.row("outbox", chosen)
if mail is not None:
    with st.container(border=True):
        unsent = ("error",) if str(mail.get("state")) != "sent" else ()
        rowview.facts(desk, ledger, mail, ("subject", "staff", "email", "state", "created_at", "sent_at", *unsent))
        st.divider()
        st.text(str(mail.get("text") or ""))
