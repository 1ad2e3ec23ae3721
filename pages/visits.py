"""访问: who is due a visit, the visit record, and what was recorded lately."""

from __future__ import annotations

import streamlit as st

from pages.parts import drawer, listing, rowview
from pages.parts.dues import duelist
from pages.parts.facts import open_dues
from pages.parts.form import Form, fill
from pages.parts.guard import require
from pages.parts.names import name as name_of
from pages.parts.turn import turn
from pages.parts.words import link
from texts import say

desk = require("visits")
# The first group is what makes a visit count; the others are opened when there is more to say.
GROUPS = (
    ("", ("customer", "mode", "visited_on", "kind", "place", "their_people", "minutes")),
    ("+with", ("participants", "time", "purposes", "opportunity", "id")),
    ("+before", ("preparation",)),
    ("+talk", ("operations", "cash", "investment", "competitors", "needs", "problems", "analysis", "found")),
    ("+next", ("next_step", "next_owner", "next_due", "next_visit_on", "next_mode")),
)
SHOWN = ("visited_on", "customer", "kind", "mode", "participants", "their_people", "minutes", "next_step", "recorded_by", "backdated")
NAME = "visits.new"

st.title(desk.words("page.visits"))
found = open_dues(desk)
due = found[(found["event"] == "visits") & found["mine"]]
rows = desk.rows("visits")
asked = {word: st.query_params[word] for word in ("customer", "mode", "kind", "opportunity") if word in st.query_params}
if st.session_state.pop("visits.go", False):
    st.session_state["visits.part"] = "due"
if asked and st.session_state.get("visits.asked") != asked:
    st.session_state["visits.asked"] = asked
    st.session_state["visits.part"] = "record"
may_write = desk.may("visits", "create")
parts = ["due", *(["record"] if may_write else []), "recent"]
part = turn(desk.words("visits.part"), parts, "visits.part", lambda one: desk.plainly(f"visits.{one}", count=len(due)))
with st.container():  # the visit that was just recorded, and where the work goes on
    saved = desk.row("visits", str(st.session_state.get("visits.saved", ""))) if part != "record" else None
    if saved is not None and (deal := str(saved.get("opportunity") or "")) and desk.may("opportunities", "read"):
        st.page_link("opportunities.py", label=link(desk.words("opportunities.back")), query_params={"row": deal})
    elif saved is not None and desk.may("opportunities", "create"):
        st.page_link("opportunities.py", label=link(desk.words("opportunities.from_this_visit")), query_params={"visit": str(saved["id"])})
if part == "due":
    duelist(desk, "visits", due, name="visits", empty="visits.none_due")
elif part == "record" and may_write:
    # An address may name anybody's customer; only one of their own is put into the form.
    own = desk.sought("customers", asked.get("customer", "")) is not None
    start = {
        "customer": asked["customer"] if own else None,
        "mode": asked.get("mode"),
        "kind": asked.get("kind", "routine"),
        "opportunity": asked.get("opportunity") if desk.sought("opportunities", asked.get("opportunity", "")) else None,
        "participants": desk.person.staff,
        "visited_on": desk.today,
        "preparation": desk.plainly("visits.questions"),
        "next_owner": desk.person.staff,
    }
    groups = tuple((f"+{desk.plainly(f'visits.group.{heading[1:]}')}" if heading else "", keys) for heading, keys in GROUPS)
    name = f"{NAME}.{asked.get('customer', '')}.{asked.get('mode', '')}.{asked.get('opportunity', '')}"
    st.caption(desk.words("visits.hint"))
    ledger = desk.tables["visits"]
    st.caption(desk.words("visits.wished", columns=say("rule.and", desk.lang).join(ledger[key].label(desk.lang) for key in ledger.wished)))
    with st.container():
        if st.session_state.get(f"{name}.kind") == "business" and st.session_state.get(f"{name}.mode") not in {None, "onsite"}:
            st.error(desk.words("visits.business_onsite"))
    with st.container(border=True):
        if saved := fill(desk, Form(name, "visits", "visits", groups), start):
            st.query_params.clear()
            st.session_state["visits.saved"] = saved
            st.session_state["visits.go"] = True
            st.rerun()
else:
    if rows.empty:
        listing.empty(desk, "visits.none")
        st.stop()
    drawer.follow("visits")
    table = desk.tables["visits"]
    rows = listing.filters(desk, table, rows, [key for key in ("kind", "mode") if key in rows], "visits")
    if rows.empty:
        listing.empty(desk, "nothing_found")
        st.stop()
    newest = rows.sort_values("visited_on", ascending=False, kind="stable")
    shown = listing.paged(desk, newest, "visits", file=table)
    listing.choose(desk, table, shown, SHOWN, "visits", height=600 if len(shown) > 14 else "auto")
    drawer.show("visits", lambda one: name_of(desk, "visits", one), lambda one: rowview.row("visits", "visits", one))
