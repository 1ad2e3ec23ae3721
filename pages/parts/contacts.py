"""Key persons, masked; showing one in full is an act with a reason, written down."""

from __future__ import annotations

import streamlit as st

from branch import access, audit, clock
from pages.parts import listing, rowview
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.words import link, literal
from texts import Fault

SHOWN = ("name", "position", "parts", "influence", "relation", "mobile", "office_phone", "email", "in_post")


def contacts(desk: Desk, customer: str) -> None:
    rows = desk.rows("contacts")
    mine = rows[rows["customer"].astype("str") == customer]
    if desk.may("contacts", "create"):
        st.page_link("ledgers.py", label=link(desk.words("add")), query_params={"table": "contacts", "customer": customer})
    if mine.empty:
        listing.empty(desk, "contacts.none")
        return
    own = access.keeps(desk.person)
    st.caption(desk.words("contacts.hint_own" if own else "contacts.hint"))
    chosen = listing.table(desk, desk.tables["contacts"], mine, SHOWN, "contacts")
    if chosen is None:
        return
    open_ = st.session_state.get("contacts.open", {})
    with st.container(border=True):
        if open_.get("id") == chosen:
            rowview.facts(desk, desk.tables["contacts"], open_)
            return
        if desk.may("contacts", "unmask"):
            if not own:
                st.text_input(desk.words("contacts.reason"), key=f"contacts.why.{chosen}", autocomplete="off")
            st.button(desk.words("contacts.show"), key=f"contacts.show.{chosen}", on_click=_show, args=(chosen,))
        if said := st.session_state.pop("contacts.said", ""):
            st.error(literal(said))


def _show(row: str) -> None:
    desk = require("customer")
    reason = str(st.session_state.get(f"contacts.why.{row}", "")).strip()
    try:
        st.session_state["contacts.open"] = audit.unmask(
            desk.branch.store, desk.book, desk.person, "contacts", row, reason=reason, now=clock.now()
        )
    except Fault as fault:
        st.session_state["contacts.said"] = fault.say(desk.lang)
